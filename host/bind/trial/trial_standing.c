/* What a test reads of a decision, part one: where the lead stands, its scores and its gates. Computing is
 * host/score's. */
#include "bind/trial/trial_reading.h"

#include "bind/module/module_table.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"
#include "score/model/missing.h"

#include <lauxlib.h>

#define HERE ((struct as_position){NULL, 0})

/* --- pushing --- */

static void push_milli(lua_State *L, int64_t milli)
{
    if (milli % 1000 == 0)
        lua_pushinteger(L, milli / 1000);
    else
        lua_pushnumber(L, (double)milli / 1000);
}

static void set_milli(lua_State *L, const char *name, int64_t milli)
{
    push_milli(L, milli);
    lua_setfield(L, -2, name);
}

/* --- what the arguments name --- */

static const struct as_score *score_argument(lua_State *L, int index, const struct as_view *view)
{
    struct as_str name = as_reading_text(L, index, "the name of a score");
    const char *names[AS_MAX_SCORES];
    uint32_t n = 0;
    for (; view->model != NULL && n < view->model->scores.n; n++) {
        names[n] = view->model->scores.at[n]->name;
        if (as_str_is(name, names[n]))
            return view->model->scores.at[n];
    }
    as_raise_unknown(L, HERE, as_suggest(name, names, n), NULL, "the model has no score \"%s\"", name.p);
}

static const struct as_gate *gate_argument(lua_State *L, int index, const struct as_view *view)
{
    struct as_str name = as_reading_text(L, index, "the name of a gate");
    const char *names[AS_STAGE_COUNT];
    uint32_t n = 0;
    for (uint32_t i = 0; view->model != NULL && i < view->model->gates.n; i++) {
        const struct as_gate *gate = view->model->gates.at[i];
        if (as_str_is(name, gate->name))
            return gate;
        if (n < AS_STAGE_COUNT)
            names[n++] = gate->name;
    }
    as_raise_unknown(L, HERE, as_suggest(name, names, n), NULL, "the model has no gate \"%s\"", name.p);
}

/* --- standing --- */

static int read_stage(lua_State *L, struct as_view *view)
{
    return as_reading_push_standing(L, view, as_stage_name((enum as_stage)as_view_standing(L, view)->stage));
}

static int read_prior_stage(lua_State *L, struct as_view *view)
{
    enum as_stage stage = (enum as_stage)as_view_standing(L, view)->prior_stage;
    return as_reading_push_standing(L, view, stage != AS_STAGE_NONE ? as_stage_name(stage) : NULL);
}

static int read_furthest(lua_State *L, struct as_view *view)
{
    return as_reading_push_standing(L, view,
                                    as_stage_name((enum as_stage)as_view_standing(L, view)->furthest));
}

static int read_label(lua_State *L, struct as_view *view)
{
    enum as_stage stage = (enum as_stage)as_view_standing(L, view)->stage;
    return as_reading_push_standing(L, view, as_pack_label(view->trial->bench->pack, stage));
}

static int read_cause(lua_State *L, struct as_view *view)
{
    return as_reading_push_standing(L, view, as_cause_name((enum as_cause)as_view_standing(L, view)->cause));
}

static int read_grade(lua_State *L, struct as_view *view)
{
    char text[AS_GRADE_TEXT];
    const struct as_standing *standing = as_view_standing(L, view);
    return as_reading_push_standing(L, view, as_grade_show(text, view->model, standing->grade));
}

static int read_disqualified(lua_State *L, struct as_view *view)
{
    uint16_t which = as_view_standing(L, view)->disqualifier;
    return as_reading_push_standing(L, view,
                                    which != 0 ? view->model->disqualifiers.at[which - 1].name : NULL);
}

static int read_persona(lua_State *L, struct as_view *view)
{
    uint16_t which = as_view_standing(L, view)->persona;
    return as_reading_push_standing(
        L, view, which != 0 ? view->trial->bench->pack->personas.at[which - 1].name : NULL);
}

static int standing_flag(lua_State *L, struct as_view *view, bool flag)
{
    view->read = AS_READ_STANDING;
    lua_pushboolean(L, flag);
    return 1;
}

static int read_attention(lua_State *L, struct as_view *view)
{
    return standing_flag(L, view, as_view_standing(L, view)->attention);
}

static int read_blocked(lua_State *L, struct as_view *view)
{
    return standing_flag(L, view, as_view_standing(L, view)->blocked);
}

static int read_outside(lua_State *L, struct as_view *view)
{
    return standing_flag(L, view, as_view_standing(L, view)->outside);
}

static int read_recycles(lua_State *L, struct as_view *view)
{
    view->read = AS_READ_STANDING;
    lua_pushinteger(L, as_view_standing(L, view)->recycles);
    return 1;
}

static int read_entered(lua_State *L, struct as_view *view)
{
    view->read = AS_READ_STANDING;
    as_reading_push_time(L, as_view_standing(L, view)->entered);
    return 1;
}

static int read_cool_off(lua_State *L, struct as_view *view)
{
    view->read = AS_READ_STANDING;
    as_reading_push_time(L, as_view_standing(L, view)->cool_off);
    return 1;
}

/* --- scores --- */

static int read_score(lua_State *L, struct as_view *view)
{
    const struct as_score *score = score_argument(L, 2, view);
    struct as_points points = as_points_at(as_outcome_score(view->trial->outcome, score), view->row);
    view->read = AS_READ_SCORE;
    view->score = score;
    push_milli(L, points.value);
    push_milli(L, points.low);
    push_milli(L, points.high);
    return 3;
}

static void ledger_of(lua_State *L, struct as_view *view, struct as_ledger *ledger, struct as_arena *arena,
                      const struct as_score *score)
{
    struct as_error error = AS_ERROR_INIT;
    if (as_ledger_of(ledger, arena, as_view_trace(L, view), score, &error) != AS_OK)
        as_raise(L, &error);
}

static int read_points(lua_State *L, struct as_view *view)
{
    struct as_str name = as_reading_text(L, 2, "the name of a rule");
    const struct as_score *only = lua_isnoneornil(L, 3) ? NULL : score_argument(L, 3, view);
    struct as_arena *arena = as_scratch_arena(L);
    const struct as_rule *found = NULL;
    for (uint32_t s = 0; view->model != NULL && s < view->model->scores.n; s++) {
        const struct as_score *score = view->model->scores.at[s];
        for (uint32_t r = 0; r < score->rules.n; r++) {
            if ((only != NULL && score != only) || !as_str_is(name, score->rules.at[r]->name))
                continue;
            if (found != NULL)
                as_raise_rule(L, HERE, "name the score too: d:points(\"rule\", \"fit\")",
                              "two scores have a rule \"%s\"", name.p);
            found = score->rules.at[r];
            view->read = AS_READ_SCORE;
            view->score = score;
        }
    }
    if (found == NULL) {
        const char *near = NULL;
        for (uint32_t s = 0; near == NULL && view->model != NULL && s < view->model->scores.n; s++) {
            const struct as_score *score = view->model->scores.at[s];
            for (uint32_t r = 0; near == NULL && r < score->rules.n; r++)
                near = as_suggest(name, &score->rules.at[r]->name, 1);
        }
        as_raise_unknown(L, HERE, near, NULL, "the model has no rule \"%s\"", name.p);
    }
    struct as_ledger ledger = {0};
    ledger_of(L, view, &ledger, arena, view->score);
    int64_t points = 0;
    for (uint32_t i = 0; i < ledger.entries.n; i++)
        if (ledger.entries.at[i].rule == found)
            points += ledger.entries.at[i].points;
    push_milli(L, points);
    for (uint32_t i = 0; i < ledger.open.n; i++)
        if (ledger.open.at[i].rule == found) {
            lua_pushstring(L, as_tri_name(ledger.open.at[i].state));
            return 2;
        }
    return 1;
}

static const char *const entry_words[] = {"rule", "events", "rule_cap", "group_cap", "cap", "floor"};

static int read_ledger(lua_State *L, struct as_view *view)
{
    const struct as_score *score = score_argument(L, 2, view);
    struct as_arena *arena = as_scratch_arena(L);
    struct as_ledger ledger = {0};
    ledger_of(L, view, &ledger, arena, score);
    view->read = AS_READ_SCORE;
    view->score = score;
    lua_createtable(L, (int)ledger.entries.n, 4);
    for (uint32_t i = 0; i < ledger.entries.n; i++) {
        const struct as_entry *entry = &ledger.entries.at[i];
        lua_createtable(L, 0, 6);
        as_set_text(L, "kind", entry_words[entry->kind]);
        as_set_text(L, "rule", entry->rule != NULL ? entry->rule->name : NULL);
        as_set_text(L, "group", entry->group);
        as_set_text(L, "note", entry->note);
        set_milli(L, "points", entry->points);
        if (entry->kind == AS_ENTRY_EVENTS) {
            lua_pushinteger(L, entry->events);
            lua_setfield(L, -2, "events");
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    set_milli(L, "value", ledger.value);
    set_milli(L, "low", ledger.low);
    set_milli(L, "high", ledger.high);
    lua_createtable(L, (int)ledger.open.n, 0);
    for (uint32_t i = 0; i < ledger.open.n; i++) {
        const struct as_open_rule *open = &ledger.open.at[i];
        lua_createtable(L, 0, 4);
        as_set_text(L, "rule", open->rule->name);
        as_set_text(L, "state", as_tri_name(open->state));
        set_milli(L, "low", open->low);
        set_milli(L, "high", open->high);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "open");
    return 1;
}

/* --- gates --- */

static int read_verdict(lua_State *L, struct as_view *view)
{
    const struct as_gate *gate = gate_argument(L, 2, view);
    view->read = AS_READ_GATE;
    view->gate = gate;
    lua_pushstring(L, as_gate_verdict_name(as_verdict_of(as_view_standing(L, view)->verdicts, gate->index)));
    return 1;
}

static int read_criterion(lua_State *L, struct as_view *view)
{
    const struct as_gate *gate = gate_argument(L, 2, view);
    struct as_str name = as_reading_text(L, 3, "the name of a criterion");
    view->read = AS_READ_GATE;
    view->gate = gate;
    const char *near = NULL;
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        const struct as_criterion *criterion = &gate->criteria.at[i];
        if (as_str_is(name, criterion->name)) {
            lua_pushstring(L, as_tri_name(as_trace_state(as_view_trace(L, view), criterion->when)));
            return 1;
        }
        if (near == NULL)
            near = as_suggest(name, &criterion->name, 1);
    }
    as_raise_unknown(L, HERE, near, NULL, "the gate \"%s\" has no criterion \"%s\"", gate->name, name.p);
}

static int read_missing(lua_State *L, struct as_view *view)
{
    enum { MOST = 64 };
    struct as_missing missing[MOST];
    const struct as_gate *gate = gate_argument(L, 2, view);
    struct as_buf *said = as_scratch_buffer(L);
    uint32_t n = as_missing_for(missing, MOST, as_view_trace(L, view), gate);
    view->read = AS_READ_GATE;
    view->gate = gate;
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n && i < MOST; i++) {
        as_buf_reset(said);
        as_expr_say(said, missing[i].leaf, view->trial->bench->pack->rules.schema);
        lua_createtable(L, 0, 4);
        as_set_text(L, "criterion", missing[i].criterion->name);
        as_set_text(L, "condition", as_buf_c(said));
        as_set_text(L, "state", as_tri_name(missing[i].state));
        as_set_text(L, "ask", missing[i].ask);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static const struct as_reading readings[] = {
    {"attention", false, read_attention, "d.attention", "Whether a gate that was once passed fails now.",
     "boolean"},
    {"blocked", false, read_blocked, "d.blocked",
     "Whether a disqualifier is unknown, which stops a hand-off.", "boolean"},
    {"cause", false, read_cause, "d.cause", "Why the stage changed: \"first\", \"gate\", \"recycle\" …",
     "string?"},
    {"cool_off", false, read_cool_off, "d.cool_off", "Until when no gate opens again; nil when one may.",
     "string?"},
    {"criterion", true, read_criterion, "d:criterion(gate, name)",
     "The state of a gate's criterion: \"yes\", \"no\", \"unknown\" or \"unmeasurable\".", "string"},
    {"disqualified", false, read_disqualified, "d.disqualified",
     "The disqualifier that holds; nil when none does.", "string?"},
    {"entered", false, read_entered, "d.entered", "When the stage was entered.", "string?"},
    {"furthest", false, read_furthest, "d.furthest", "The furthest stage ever reached.", "string"},
    {"grade", false, read_grade, "d.grade", "The grade, for example \"B2\"; nil when there is none.",
     "string?"},
    {"label", false, read_label, "d.label", "The team's word for the stage.", "string"},
    {"ledger", true, read_ledger, "d:ledger(score)",
     "Every point of a score: {kind, rule, group, points, events, note} each, with value, low, high and "
     "open.",
     "table"},
    {"missing", true, read_missing, "d:missing(gate)",
     "What keeps a gate from passing, unknown conditions first within each criterion: {criterion, condition, "
     "state, ask} each.",
     "table[]"},
    {"outside", false, read_outside, "d.outside", "Whether the model is not about this lead.", "boolean"},
    {"persona", false, read_persona, "d.persona", "The persona; nil when none fits.", "string?"},
    {"points", true, read_points, "d:points(rule, score)",
     "What a rule earned, its own cap included; a second result says \"unknown\" or \"unmeasurable\" when it "
     "is open.",
     "number, string?"},
    {"prior_stage", false, read_prior_stage, "d.prior_stage",
     "The stage before this decision; nil when there was none.", "string?"},
    {"recycles", false, read_recycles, "d.recycles", "How often the lead went back to nurturing.", "integer"},
    {"score", true, read_score, "d:score(name)",
     "Points, and the interval [low, high] that unknown rules leave open.", "number, number, number"},
    {"stage", false, read_stage, "d.stage", "The stage of the lifecycle.", "string"},
    {"verdict", true, read_verdict, "d:verdict(gate)", "\"pass\", \"fail\" or \"insufficient\".", "string"},
};
const struct as_readings as_standing_readings = {readings, sizeof readings / sizeof *readings};
