/* Record: what the parts of `assay record` share. Internal to host/cmd. */
#ifndef AS_CMD_RECORD_H
#define AS_CMD_RECORD_H

#include "base/time.h"
#include "cmd/line/context.h"
#include "data/mapping/record.h"
#include "store/facts/facts.h"

/* Most columns of one record, details included. */
enum { AS_RECORD_PAIRS = 48 };

struct as_recording {
    struct as_context *context;
    struct as_arena *arena; /* for texts of this act */
    const struct as_arguments *arguments;
    bool account;        /* WHO is an account */
    int64_t id;          /* of the lead or account */
    const char *subject; /* "#12" */
    const char *act;
    const char *user, *reason; /* of our people, and why; NULL: not said */
    struct as_texts details;
    int64_t happened; /* when; it is known since context->at */
    char at[AS_TIME_TEXT];
    struct as_facts *facts; /* the open batch, for acts that are facts */
    bool changed;
    bool corrects;                               /* what was recorded before stays beside it */
    struct as_value_pair pairs[AS_RECORD_PAIRS]; /* of the record being put together */
    uint32_t n;
};

struct as_record_act {
    const char *name;
    enum as_status (*record)(struct as_recording *recording, struct as_error *error);
    bool facts;   /* goes through a batch of facts */
    bool account; /* can be said of an account */
};

/* Does the act, facts in a batch of their own. The store is open for writing, locked and has learnt the
 * schema. */
enum as_status as_record_act_do(struct as_recording *recording, const struct as_record_act *act,
                                struct as_error *error);

/* One act as a command line of `assay record` says it, facts in a batch of their own; *r then says what
 * became of it. The store is open for writing, locked and has learnt the schema. A fault leaves nothing of
 * it. */
enum as_status as_record(struct as_recording *r, struct as_arena *arena, struct as_context *context,
                         const struct as_arguments *arguments, int64_t happened, struct as_error *error);

/* AS_ERR_USAGE: what the act lacks, with an example. */
enum as_status as_record_needs(struct as_recording *recording, const char *what, const char *example,
                               struct as_error *error);

/* An event of a kind of the schema, with its properties as details; who and why go where it has room. */
enum as_status as_record_event(struct as_recording *recording, const char *kind, struct as_error *error);

/* record_meetings.c: appointments with sales. */
enum as_status as_record_appointment(struct as_recording *recording, struct as_error *error);
enum as_status as_record_rated(struct as_recording *recording, struct as_error *error);

/* record_roles.c: whether the role of who says it lets them: what only sales can say is not said by who
 * qualifies leads. */
enum as_status as_record_permit(const struct as_recording *recording, struct as_error *error);

/* record_words.c: a person's word over the rules'. */
enum as_status as_record_override(struct as_recording *recording, struct as_error *error);
enum as_status as_record_track(struct as_recording *recording, struct as_error *error);

/* The act that a word names: one of ours, or a kind of event of the schema. AS_ERR_USAGE suggests. */
enum as_status as_record_act_find(struct as_record_act *out, const struct as_recording *recording,
                                  struct as_error *error);

#endif
