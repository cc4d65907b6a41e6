/* Follow: what the parts of `assay follow` share: lines that come in, and what is answered. Internal to
 * host/cmd. */
#ifndef AS_CMD_FOLLOW_H
#define AS_CMD_FOLLOW_H

#include "base/ids.h"
#include "cmd/decisions/line_source.h"
#include "cmd/line/context.h"
#include "data/ingest/line_records.h"
#include "run/decision/json.h"
#include "run/run.h"
#include "store/facts/facts.h"

struct as_following {
    struct as_context *context;
    const char *system; /* where ids of imported lines come from */
    struct as_line_records *records;
    struct as_facts *facts;            /* the open batch of imported lines; NULL: none */
    uint64_t line;                     /* the one being taken in */
    uint64_t recorded, known, refused; /* lines since the last answer: news, no news, not taken in */
    struct as_id_list leads;           /* whom what was new in them is about, ascending once all are in */
    int64_t newest_effect;             /* of those that were told */
    struct as_buf answer;              /* what is printed when the lines at hand are decided */
};

/* follow_lines.c. Takes in one line as of context->at. The store is locked and has learnt the schema. A line
 * that cannot be taken in is answered, and leaves nothing. Any other fault ends the following: what was in
 * the open batch is not taken in. */
enum as_status as_follow_line(struct as_following *f, const struct as_line *line, struct as_error *error);
/* What the lines brought in is committed. */
enum as_status as_follow_settle(struct as_following *f, struct as_error *error);

/* follow_answers.c. */
void as_answer_refused(struct as_following *f, const struct as_error *why);
void as_answer_note(void *following, uint64_t line, const char *column, const char *note);
/* Decisions, then effects, then packs that failed, then the line that says how far everything is done. */
enum as_status as_answer_run(struct as_following *f, const struct as_run_result *result,
                             struct as_error *error);

#endif
