/* Says why a decision is as it is, for a failing expectation: the ledger of the score or the criteria of the
 * gate that was read, with the values behind them. */
#include "bind/trial/trial.h"

#include "bind/sandbox/scratch.h"

#include <inttypes.h>
#include <stdlib.h>

/* Conditions and their leaves are shown to this many lines; a report is read, not searched. */
enum { MOST_LEAVES = 12 };

/* "title is "VP", employees not known": the facts under a condition. */
static void say_values(struct as_buf *out, const struct as_trace *trace, const struct as_expr *expr,
                       const struct as_schema *schema, unsigned *left, unsigned depth)
{
    if (*left == 0 || depth > AS_MAX_EXPR_DEPTH)
        return;
    bool feature = expr->kind == AS_EXPR_CALL && expr->args[0].kind == AS_LITERAL_EXPR &&
                   (expr->args[0].expr->kind == AS_EXPR_EVENTS || expr->args[0].expr->kind == AS_EXPR_GROUP);
    if (expr->kind == AS_EXPR_CALL && !feature) {
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (expr->args[i].kind == AS_LITERAL_EXPR)
                say_values(out, trace, expr->args[i].expr, schema, left, depth + 1);
        return;
    }
    if (!feature && expr->kind != AS_EXPR_FIELD && expr->kind != AS_EXPR_ANSWER &&
        expr->kind != AS_EXPR_SCORE)
        return;
    --*left;
    as_buf_text(out, "\n      ");
    as_expr_source(out, expr, schema);
    as_buf_text(out, " = ");
    size_t before = out->n;
    if (!as_trace_show(out, trace, expr) || out->n == before)
        as_buf_text(out, "not known");
}

/* What a function read of the lead, a line each: its values are no part of the tree. */
static void say_reads(struct as_buf *out, lua_State *L, const struct as_view *view,
                      const struct as_expr *function)
{
    const struct as_trial *trial = view->trial;
    const struct as_functions *functions = trial->bench->functions;
    if (function == NULL || functions == NULL || functions->reads == NULL)
        return;
    struct as_buf *read = as_scratch_buffer(L);
    int64_t next_day = 0;
    if (functions->reads(read, &next_day, functions->context, function->function, trial->set, view->row,
                         trial->set->at, NULL) != AS_OK)
        return;
    struct as_str rest = {as_buf_c(read), read->n};
    for (unsigned lines = 0; rest.p != NULL && rest.n > 0 && lines < MOST_LEAVES; lines++) {
        as_buf_text(out, "\n      ");
        as_buf_str(out, as_str_cut(&rest, '\n'));
    }
}

static void say_rule(struct as_buf *out, const struct as_rule *rule)
{
    as_buf_printf(out, "  %s", rule->name);
    if (rule->position.file != NULL)
        as_buf_printf(out, "  (%s:%d)", rule->position.file, rule->position.line);
}

static void report_score(struct as_buf *out, lua_State *L, struct as_view *view)
{
    static const char *const clamped[] = {"", "", "cap of the rule", "cap of the group", "cap", "floor"};
    const struct as_schema *schema = view->trial->bench->pack->rules.schema;
    struct as_trace *trace = as_view_trace(L, view);
    struct as_arena *arena = as_scratch_arena(L);
    struct as_ledger ledger = {0};
    if (as_ledger_of(&ledger, arena, trace, view->score, NULL) != AS_OK)
        return;
    as_buf_printf(out, "%s = ", view->score->name);
    as_buf_milli_signed(out, ledger.value);
    if (ledger.low != ledger.high) {
        as_buf_text(out, ", may be ");
        as_buf_milli_signed(out, ledger.low);
        as_buf_text(out, " to ");
        as_buf_milli_signed(out, ledger.high);
    }
    unsigned left = MOST_LEAVES;
    for (uint32_t i = 0; i < ledger.entries.n; i++) {
        const struct as_entry *entry = &ledger.entries.at[i];
        as_buf_text(out, "\n    ");
        as_buf_milli_signed(out, entry->points);
        if (entry->kind > AS_ENTRY_EVENTS)
            as_buf_printf(out, "  %s", clamped[entry->kind]);
        if (entry->group != NULL)
            as_buf_printf(out, "  %s", entry->group);
        if (entry->rule != NULL)
            say_rule(out, entry->rule);
        if (entry->kind == AS_ENTRY_EVENTS)
            as_buf_printf(out, ": %" PRIu32 " event%s", entry->events, entry->events == 1 ? "" : "s");
        if (entry->note != NULL)
            as_buf_printf(out, ": %s", entry->note);
        if (entry->kind <= AS_ENTRY_EVENTS && entry->rule->when != NULL)
            say_values(out, trace, entry->rule->when, schema, &left, 0);
        if (entry->kind == AS_ENTRY_RULE)
            say_reads(out, L, view, entry->rule->function);
    }
    for (uint32_t i = 0; i < ledger.open.n; i++) {
        const struct as_open_rule *open = &ledger.open.at[i];
        as_buf_printf(out, "\n    ?  %s", as_tri_name(open->state));
        say_rule(out, open->rule);
        if (open->rule->when != NULL)
            say_values(out, trace, open->rule->when, schema, &left, 0);
        say_reads(out, L, view, open->rule->function);
    }
    if (ledger.entries.n == 0 && ledger.open.n == 0)
        as_buf_text(out, "\n    no rule gave points");
}

static void report_gate(struct as_buf *out, lua_State *L, struct as_view *view, const struct as_gate *gate)
{
    const struct as_schema *schema = view->trial->bench->pack->rules.schema;
    struct as_trace *trace = as_view_trace(L, view);
    unsigned left = MOST_LEAVES;
    as_buf_printf(out, "gate \"%s\": %s", gate->name,
                  as_gate_verdict_name(as_verdict_of(as_view_standing(L, view)->verdicts, gate->index)));
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        const struct as_criterion *criterion = &gate->criteria.at[i];
        enum as_tri state = as_trace_state(trace, criterion->when);
        as_buf_printf(out, "\n    %s: %s, for ", criterion->name, as_tri_name(state));
        as_expr_say(out, criterion->when, schema);
        if (state != AS_YES)
            say_values(out, trace, criterion->when, schema, &left, 0);
    }
}

static void report_standing(struct as_buf *out, lua_State *L, struct as_view *view)
{
    const struct as_standing *standing = as_view_standing(L, view);
    char grade[AS_GRADE_TEXT];
    as_buf_printf(out, "stage %s (%s)", as_stage_name((enum as_stage)standing->stage),
                  as_cause_name((enum as_cause)standing->cause));
    as_grade_show(grade, view->model, standing->grade);
    if (grade[0] != '\0')
        as_buf_printf(out, ", grade %s", grade);
    if (standing->disqualifier != 0)
        as_buf_printf(out, ", disqualified by \"%s\"",
                      view->model->disqualifiers.at[standing->disqualifier - 1].name);
    for (uint32_t i = 0; i < view->model->gates.n; i++) {
        const struct as_gate *gate = view->model->gates.at[i];
        as_buf_text(out, "\n  ");
        /* The first gate that does not pass is where the lead stopped; those behind it only say their
         * verdict. */
        if (as_verdict_of(standing->verdicts, gate->index) != AS_GATE_PASS) {
            report_gate(out, L, view, gate);
            break;
        }
        as_buf_printf(out, "gate \"%s\": pass", gate->name);
    }
}

void as_view_report(struct as_buf *out, lua_State *L, struct as_view *view)
{
    switch (view->read) {
    case AS_READ_NOTHING:
    case AS_READ_OTHER:
        break;
    case AS_READ_SCORE:
        report_score(out, L, view);
        break;
    case AS_READ_GATE:
        report_gate(out, L, view, view->gate);
        break;
    case AS_READ_STANDING:
        if (view->model != NULL)
            report_standing(out, L, view);
        break;
    }
}
