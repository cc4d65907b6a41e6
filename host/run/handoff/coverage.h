/* Coverage: what there is for buyers of every persona in every phase, what is missing, and what people of
 * ours use.
 */
#ifndef AS_RUN_COVERAGE_H
#define AS_RUN_COVERAGE_H

#include "run/decision/json.h"
#include "run/handoff/resources.h"

enum { AS_PHASES = AS_PHASE_DECISION + 1 };

/* A persona's row; persona NULL: a pack that declares none. */
struct as_coverage_row {
    const char *persona;
    uint32_t contents[AS_PHASES];
};

enum as_gap {
    AS_GAP_CELL,        /* a persona has no content in a phase */
    AS_GAP_QUESTION,    /* no content answers a question of the bank */
    AS_GAP_STORY,       /* a phase has no story of a customer */
    AS_GAP_STEP,        /* a track offers content that is not in the catalogue */
    AS_GAP_APPEAL,      /* a track speaks to reason alone, or to feeling alone */
    AS_GAP_EVIDENCE,    /* content rests on nobody's word but ours */
    AS_GAP_PROMOTIONAL, /* early content shows who made it */
    AS_GAP_TOOL,        /* a tool of sales is not for a late phase */
    AS_GAP_UNKNOWN,     /* content answers a question or is for a persona that the pack does not know */
};
const char *as_gap_name(enum as_gap gap); /* "no-content" … */
struct as_coverage_gap {
    enum as_gap kind;
    const char *content, *persona, *phase; /* NULL where it does not apply */
    const char *what, *advice;
};

struct as_coverage {
    struct as_arena arena;
    const struct as_pack *pack;
    int64_t at;
    struct as_resources catalogue;
    AS_LIST(struct as_coverage_row) rows;
    uint32_t tools[AS_SALES_TOOLS]; /* in the late phases */
    AS_LIST(struct as_coverage_gap) gaps;
};

/* What the catalogue has at `at` for the pack's personas, tracks and questions. pack: borrowed as long as
 * *out, which as_coverage_free frees; it holds nothing on failure. */
enum as_status as_coverage_of(struct as_coverage *out, struct as_store *store, const struct as_pack *pack,
                              int64_t at, struct as_error *error);
void as_coverage_free(struct as_coverage *coverage);
void as_coverage_json(struct as_json *json, const struct as_coverage *coverage);

#endif
