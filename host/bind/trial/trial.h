/* Trial: one described lead decided by a pack, by the same kernels as a run, and the decision as a Lua
 * object.
 *
 * The object reads `d.stage`, `d.grade` … and answers `d:score "fit"`, `d:verdict "sales_ready"` …;
 * trial_standing.c and trial_plan.c have them all, with their text.
 */
#ifndef AS_BIND_TRIAL_H
#define AS_BIND_TRIAL_H

#include "bind/script/host.h"
#include "score/model/ledger.h"
#include "score/model/route.h"
#include "score/model/standing.h"
#include "score/testing/coverage.h"

#include <lua.h>

/* A pack made ready for trials. Many trials share it; it outlives them. */
struct as_bench {
    const struct as_pack *pack;
    const struct as_script *script;       /* whose pack it is */
    const struct as_functions *functions; /* NULL when the pack has none */
    struct as_plan *plan;
    struct as_coverage *coverage; /* counts what decided leads show; NULL: nobody counts */
    bool uncounted; /* generated leads do not count: a property says nothing of what a condition should do */
};
enum as_status as_bench_open(struct as_bench *bench, struct as_script *script, struct as_error *error);
void as_bench_close(struct as_bench *bench);

/* Decides the description at `index` and pushes the decision. Raises with the author's line. */
void as_trial_push(lua_State *L, int index, const struct as_bench *bench);

/* One decision under way; parts are computed when first asked for. */
struct as_trial {
    const struct as_bench *bench;
    const struct as_dataset *set; /* kept alive by the userdata's first user value */
    struct as_outcome *outcome;
    struct as_standings *standings; /* by model, each empty until asked for */
    struct as_trace *trace;         /* of trace_row */
    uint32_t trace_row;
    struct as_arena arena;   /* holds the roster */
    struct as_roster roster; /* who may receive leads, as described */
};

/* What scripts hold: a trial seen for one model and one lead. User value 1: the trial. */
struct as_view {
    struct as_trial *trial;
    const struct as_model *model; /* NULL in a pack without models */
    uint32_t row;
    /* What was read last, for a failing expectation. */
    enum { AS_READ_NOTHING, AS_READ_STANDING, AS_READ_SCORE, AS_READ_GATE, AS_READ_OTHER } read;
    const struct as_score *score;
    const struct as_gate *gate;
};

/* The view at `index`; raises when it is none. */
struct as_view *as_view_at(lua_State *L, int index);
/* Pushes another view of the same trial as the one at `index`. */
struct as_view *as_view_push(lua_State *L, int index, const struct as_model *model, uint32_t row);

/* Computed parts; they raise what host/score refuses. */
const struct as_standing *as_view_standing(lua_State *L, struct as_view *view);
struct as_trace *as_view_trace(lua_State *L, struct as_view *view);
/* The row of the view's account, AS_NO_INDEX for none. */
uint32_t as_view_account(const struct as_view *view);
/* The people of the description in `arena`, for one question: a route appends what it assigns. */
void as_view_roster(const struct as_view *view, struct as_roster *roster, struct as_arena *arena);

/* trial_reading.c: lua_CFunction, __index of views. */
int as_view_index(lua_State *L);
/* trial_report.c: what made the last reading so, in lines for a person. */
void as_view_report(struct as_buf *out, lua_State *L, struct as_view *view);

#endif
