/* The rule tree: expressions as a pack's author wrote them.
 *
 * Builders check everything they can (names, types, arguments, levels) and report AS_ERR_RULE with the
 * position, the offending word and a suggestion. Nodes live in the arena of their as_rules and are
 * immutable; one node may stand in several places.
 */
#ifndef AS_SCORE_EXPR_H
#define AS_SCORE_EXPR_H

#include "base/limits.h"
#include "base/time.h"
#include "data/facts/schema.h"

struct as_operator;
struct as_score;
struct as_model;
struct as_pack;

enum as_expr_kind {
    AS_EXPR_FIELD,    /* a field of the lead or account, or one step through a reference */
    AS_EXPR_ANSWER,   /* an answer */
    AS_EXPR_EVENTS,   /* a selection of events */
    AS_EXPR_SCORE,    /* a score of a model */
    AS_EXPR_GROUP,    /* the account's buying group: its leads */
    AS_EXPR_SEGMENT,  /* the account's ABM region: "abm", "targeted", "mass" */
    AS_EXPR_CALL,     /* an operator with its arguments */
    AS_EXPR_FUNCTION, /* a function of the pack */
};

/* The state of a condition: of what is true only by facts, none of which is there, unmeasurable. */
enum as_tri { AS_NO = 0, AS_YES = 1, AS_UNKNOWN = 2, AS_UNMEASURABLE = 3 };
const char *as_tri_name(enum as_tri state); /* "no", "yes", "unknown", "unmeasurable" */
const char *as_tri_say(enum as_tri state);  /* the same for people: "no data" in the place of the last */

/* What a node is, for choosing operators: a set, since an answer is also its value's type. */
enum as_shape {
    AS_SHAPE_BOOLEAN = 1 << 0, /* a condition, or a boolean fact */
    AS_SHAPE_INTEGER = 1 << 1,
    AS_SHAPE_NUMBER = 1 << 2,
    AS_SHAPE_MONEY = 1 << 3,
    AS_SHAPE_DATE = 1 << 4,
    AS_SHAPE_TEXT = 1 << 5,
    AS_SHAPE_CHOICE = 1 << 6,
    AS_SHAPE_CHOICES = 1 << 7,
    AS_SHAPE_USER = 1 << 8,
    AS_SHAPE_REFERENCE = 1 << 9,
    AS_SHAPE_ANSWER = 1 << 10, /* in addition to the value's shape */
    AS_SHAPE_EVENTS = 1 << 11,
    AS_SHAPE_SCORE = 1 << 12,
    AS_SHAPE_GROUP = 1 << 13,
    AS_SHAPE_FUNCTION = 1 << 14, /* condition and number at once: decided by what it returns */
};

/* A literal argument as the script gave it; texts are copied into the rules' arena by the builder. */
enum as_literal_kind {
    AS_LITERAL_NONE,
    AS_LITERAL_BOOLEAN,
    AS_LITERAL_INTEGER,
    AS_LITERAL_NUMBER,
    AS_LITERAL_TEXT,
    AS_LITERAL_LIST, /* items[0..n) */
    AS_LITERAL_MAP,  /* keys[i] = items[i], sorted by key */
    AS_LITERAL_EXPR,
};
struct as_literal {
    enum as_literal_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct as_str text;
        const struct as_expr *expr;
        struct {
            struct as_literal *items;
            struct as_str *keys; /* maps only */
            uint32_t n;
        };
    };
};

struct as_expr {
    enum as_expr_kind kind;
    uint32_t shape;      /* set of enum as_shape */
    enum as_level level; /* whose fact this is */
    uint32_t id;         /* index into rules->nodes, in order of creation */
    struct as_position position;
    uint16_t depth;  /* of the tree below, 1 for a leaf */
    bool contextual; /* means another thing for a lead than the account's verdict handed down: it asks whether
                        something is known, or lifts a lead's fact (confirmed_by) */
    bool lifts;      /* of a lead, but an account may ask it of its members as a whole */

    uint32_t field; /* FIELD, ANSWER: schema index */
    uint32_t via;   /* FIELD through a reference: schema index of the reference field, else AS_NO_INDEX */

    /* EVENTS */
    uint32_t kind_first;            /* schema kind, or AS_NO_INDEX for any buyer event */
    const struct as_literal *where; /* map property → value, NULL for all */

    const struct as_score *score; /* SCORE */

    const struct as_operator *op; /* CALL; args[0] is the receiver */
    const struct as_literal *args;
    uint32_t arg_count;

    uint32_t function;         /* FUNCTION: number given by the host */
    const char *function_name; /* the rule or criterion it stands in, for messages and the profile */
};

/* The expressions of one pack, with what they refer to. */
struct as_rules {
    struct as_arena arena;
    struct as_schema *schema; /* borrowed */
    struct as_pack *pack;     /* owner; gives lists, segment, rates */
    AS_LIST(struct as_expr *) nodes;
    AS_LIST(uint64_t) used; /* bit per node: something reached it (see as_expr_use) */
};

/* Leaves. file in position is copied. */
enum as_status as_expr_field(const struct as_expr **out, struct as_rules *rules, enum as_level level,
                             struct as_str name, struct as_position position, struct as_error *error);
enum as_status as_expr_answer(const struct as_expr **out, struct as_rules *rules, struct as_str name,
                              struct as_position position, struct as_error *error);
/* name "any" selects every buyer event. level ACCOUNT: events of the account and of all of its leads. */
enum as_status as_expr_events(const struct as_expr **out, struct as_rules *rules, enum as_level level,
                              struct as_str name, struct as_position position, struct as_error *error);
enum as_status as_expr_score(const struct as_expr **out, struct as_rules *rules, const struct as_score *score,
                             struct as_position position, struct as_error *error);
enum as_status as_expr_group(const struct as_expr **out, struct as_rules *rules, struct as_position position,
                             struct as_error *error);
enum as_status as_expr_segment(const struct as_expr **out, struct as_rules *rules,
                               struct as_position position, struct as_error *error);
enum as_status as_expr_function(const struct as_expr **out, struct as_rules *rules, uint32_t function,
                                const char *name, enum as_level level, struct as_position position,
                                struct as_error *error);

/* One step through a reference: lead.former_account.type. */
enum as_status as_expr_step(const struct as_expr **out, struct as_rules *rules,
                            const struct as_expr *receiver, struct as_str name, struct as_position position,
                            struct as_error *error);

/* An operator on a receiver: lead.title:matches "x" is call(title, "matches", {"x"}). Combinators are
 * operators too: "and", "or" (two or more conditions), "not", and "at_least_of" (an integer k, then
 * conditions), "first_known" (values). For these the receiver is the first condition and the others come
 * as AS_LITERAL_EXPR; at_least_of takes k as the first argument after the receiver.
 * Marks receiver and expression arguments as used. */
enum as_status as_expr_call(const struct as_expr **out, struct as_rules *rules,
                            const struct as_expr *receiver, const char *name, const struct as_literal *args,
                            uint32_t arg_count, struct as_position position, struct as_error *error);

/* True when `name` is an operator that this receiver understands. */
bool as_expr_understands(const struct as_expr *receiver, struct as_str name);

/* Whether a node of this kind stands anywhere in the tree. */
bool as_expr_contains(const struct as_expr *expr, enum as_expr_kind kind);

/* Says that a rule, criterion or option reached the node. */
void as_expr_use(struct as_rules *rules, const struct as_expr *expr);
/* AS_ERR_RULE for the first node that nothing reached: "this condition is never used: write & instead of
 * and" with its position. Called when loading ends. */
enum as_status as_expr_check_used(const struct as_rules *rules, struct as_error *error);

/* Requires a condition: AS_ERR_RULE names the methods that would make one (`what` says where it stands). */
enum as_status as_expr_require_condition(const struct as_expr *expr, const char *what,
                                         struct as_error *error);

/* The field a value comes from, AS_NO_INDEX when it comes from no single one: choices and their order are
 * read there. */
uint32_t as_expr_origin(const struct as_expr *expr);

/* The node as text close to what was written, for explanations: `account.employees is between 200 and
 * 5,000`. */
void as_expr_say(struct as_buf *out, const struct as_expr *expr, const struct as_schema *schema);
/* The node as source: `account.employees:between(200, 5000)`. */
void as_expr_source(struct as_buf *out, const struct as_expr *expr, const struct as_schema *schema);
/* Whether the text is the one of the literal, or one of its list, all folded. */
enum as_status as_literal_has_text(bool *out, const struct as_literal *texts, struct as_str text,
                                   struct as_error *error);
/* A literal as source: a text quoted, a number in as few digits as give it back. */
void as_literal_source(struct as_buf *out, const struct as_literal *literal, const struct as_schema *schema);

#endif
