/* Schema: which facts exist. Built-in fields, answers and event kinds plus what the packs declare.
 *
 * A field is one column for all packs: declaring it twice with the same type is fine, with another type
 * is AS_ERR_CONFLICT that names both places. Indexes never change once given out.
 */
#ifndef AS_DATA_SCHEMA_H
#define AS_DATA_SCHEMA_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

enum as_type {
    AS_TYPE_BOOLEAN,
    AS_TYPE_INTEGER,
    AS_TYPE_NUMBER,
    AS_TYPE_MONEY, /* hundredths of a unit, with a currency */
    AS_TYPE_DATE,  /* UTC day number */
    AS_TYPE_TEXT,
    AS_TYPE_CHOICE,    /* one of an ordered list, lowest first */
    AS_TYPE_CHOICES,   /* several of a list */
    AS_TYPE_USER,      /* one of our own people, by name or e-mail */
    AS_TYPE_REFERENCE, /* a lead or an account */
};
enum { AS_TYPE_COUNT = AS_TYPE_REFERENCE + 1 };

enum as_level { AS_LEVEL_LEAD, AS_LEVEL_ACCOUNT };

/* Who does a thing. What sellers do is never interest. */
enum as_actor { AS_ACTOR_BUYER, AS_ACTOR_SELLER, AS_ACTOR_SYSTEM };

/* Where a declaration stands; file is owned by the schema or pack. file NULL: built in. */
struct as_position {
    const char *file;
    int line;
};

/* Which of several words on a field counts (keeping.h); all zero: the last. */
struct as_first_word {
    bool first;                  /* the first is kept */
    const char *const *override; /* values that take its place all the same, in any case */
    uint32_t override_count;
    struct as_position position; /* file NULL: no pack says so */
};

/* A field of a lead or account, or an answer (ask is not NULL). */
struct as_field {
    const char *name;
    enum as_level level;
    enum as_type type;
    enum as_level target;       /* of a reference */
    const char *const *choices; /* choice, choices: lowest first; NULL when any value goes */
    uint32_t choice_count;
    const char *ask;  /* the question, for answers; NULL for fields */
    const char *text; /* what the field means, for documentation; may be NULL */
    bool bant;        /* budget, authority, need or timing: not a matter for the first gate */
    struct as_first_word keeping;
    struct as_position position;
};

struct as_property {
    const char *name;
    enum as_type type;
    uint32_t kind; /* event kind it belongs to */
    bool required; /* an event without it is refused */
};

/* What a recorded act does to the lifecycle; most kinds do nothing. */
enum as_act {
    AS_ACT_NONE,
    AS_ACT_HANDOFF,  /* handoff: sales has been offered the lead */
    AS_ACT_ACCEPTED, /* handoff_accepted */
    AS_ACT_REJECTED, /* handoff_rejected, with a reason */
    AS_ACT_WON,
    AS_ACT_LOST,
    AS_ACT_NO_DECISION,
};
/* Whether the act moves the lead to another stage: offering it does not. */
static inline bool as_act_moves(enum as_act act)
{
    return act != AS_ACT_NONE && act != AS_ACT_HANDOFF;
}

struct as_event_kind {
    const char *name;
    enum as_actor by;
    const char *intent; /* "content", "product", "hand_raise", "community", … ; may be NULL */
    enum as_act act;
    const char *text;
    bool demands; /* one of its properties is required */
    struct as_position position;
};

/* A source of events that is expected to deliver. */
struct as_feed {
    const char *name;
    AS_LIST(uint32_t) kinds;
    int64_t fresh; /* seconds after which silence means stale */
    struct as_position position;
};

struct as_schema {
    struct as_arena arena;
    /* Another one after every declaration; begun by chance, so that two schemas of a process have none in
     * common. */
    uint64_t version;
    AS_LIST(struct as_field *) fields; /* fields and answers of both levels, one numbering */
    AS_LIST(struct as_event_kind *) kinds;
    AS_LIST(struct as_property) properties; /* one numbering over all kinds */
    AS_LIST(struct as_feed *) feeds;
};

#define AS_NO_INDEX UINT32_MAX

/* A schema with the built-ins: lead e-mail, names, title, job_level, phone, country, timezone, source,
 * owner, group_role, created, unsubscribed, bounced_hard …; account name, domain, website, industry,
 * employees, revenue, country, type, owner, parent, top_parent, do_not_contact …; the standard event kinds
 * (page_view … handoff_rejected, won, lost) with their actors and acts. */
enum as_status as_schema_new(struct as_schema **out, struct as_error *error);
void as_schema_free(struct as_schema *schema);

/* Adds or confirms a field. `field` is copied with its strings. A choice without choices takes the
 * standard list of that name (job_level, group_role) when there is one. */
enum as_status as_schema_add_field(uint32_t *index, struct as_schema *schema, const struct as_field *field,
                                   struct as_error *error);
enum as_status as_schema_add_kind(uint32_t *index, struct as_schema *schema, const struct as_event_kind *kind,
                                  struct as_error *error);
enum as_status as_schema_add_property(uint32_t *index, struct as_schema *schema, uint32_t kind,
                                      const char *name, enum as_type type, struct as_error *error);
/* Events without this property are refused from now on, whoever asked for it: the strictest pack binds all.
 */
void as_schema_require(struct as_schema *schema, uint32_t property);
enum as_status as_schema_add_feed(struct as_schema *schema, const char *name, const uint32_t *kinds,
                                  uint32_t n, int64_t fresh, struct as_position position,
                                  struct as_error *error);

/* Look-ups: AS_NO_INDEX when there is none. Answers are found at either level by their name. */
uint32_t as_schema_field(const struct as_schema *schema, enum as_level level, struct as_str name);
uint32_t as_schema_answer(const struct as_schema *schema, struct as_str name);
uint32_t as_schema_kind(const struct as_schema *schema, struct as_str name);
uint32_t as_schema_property(const struct as_schema *schema, uint32_t kind, struct as_str name);

/* The nearest existing name, NULL when none is near. */
const char *as_schema_suggest_field(const struct as_schema *schema, enum as_level level, struct as_str name);
const char *as_schema_suggest_answer(const struct as_schema *schema, struct as_str name);
const char *as_schema_suggest_kind(const struct as_schema *schema, struct as_str name);

const char *as_type_name(enum as_type type); /* "text" … */
bool as_type_parse(enum as_type *type, struct as_str name);
const char *as_level_name(enum as_level level); /* "lead", "account" */
const char *as_actor_name(enum as_actor by);    /* "buyer", "seller", "system" */

#endif
