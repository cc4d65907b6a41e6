/* Gates as text: each criterion in words, and below it what is known of it; then what is missing, and what
 * time will do. */
#include "cmd/decisions/explain_parts.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"

#include "base/time.h"

#include <string.h>

enum { STATE_WIDTH = 7 }; /* "unknown" */

enum as_style as_explain_style(enum as_tri state)
{
    return state == AS_YES ? AS_GREEN : state == AS_NO ? AS_RED : AS_YELLOW;
}

static const char *verdict_word(enum as_gate_verdict verdict)
{
    static const char *const words[] = {[AS_GATE_NONE] = "not decided",
                                        [AS_GATE_FAIL] = "fails",
                                        [AS_GATE_INSUFFICIENT] = "insufficient",
                                        [AS_GATE_PASS] = "passes"};
    return words[verdict];
}

static enum as_style verdict_style(enum as_gate_verdict verdict)
{
    return verdict == AS_GATE_PASS ? AS_GREEN : verdict == AS_GATE_FAIL ? AS_RED : AS_YELLOW;
}

static int widest(int width, const char *text)
{
    int own = as_display_width(as_str_of(text));
    return own > width ? own : width;
}

/* State and name; what follows begins in the column that is returned. */
static int print_state(const struct as_terminal *t, enum as_tri state, const char *name, int name_width)
{
    const char *word = as_tri_say(state);
    fprintf(t->out, "    %s%s%s%*s  %s%*s  ", as_style(t, as_explain_style(state)), word, as_style_end(t),
            STATE_WIDTH - as_display_width(as_str_of(word)), "", name,
            name_width - as_display_width(as_str_of(name)), "");
    return 4 + STATE_WIDTH + 2 + name_width + 2;
}

static void print_names(const struct as_terminal *t, int column, const char *what, const char *const *names,
                        uint32_t n)
{
    struct as_buf text = {.p = NULL};
    if (n == 0)
        return;
    as_buf_text(&text, what);
    for (uint32_t i = 0; i < n; i++)
        as_buf_printf(&text, "%s %s", i > 0 ? "," : "", names[i]);
    if (n == AS_MEMBERS_NAMED)
        as_buf_text(&text, " …");
    fprintf(t->out, "%*s", column, "");
    as_wrap_print(t, column, column + 2, as_buf_c(&text));
    as_buf_free(&text);
}

static void print_condition(const struct as_terminal *t, const struct as_explained_condition *condition,
                            int name_width, int64_t at)
{
    int column = print_state(t, condition->state, condition->name, name_width);
    as_wrap_print(t, column, column + 2, condition->said);
    for (uint32_t i = 0; i < condition->values.list.n; i++) {
        struct as_buf text = {.p = NULL};
        as_explain_value(&text, &condition->values.list.at[i], at);
        fprintf(t->out, "%*s%s", column, "", as_style(t, AS_CYAN));
        as_wrap_print(t, column, column + 2, as_buf_c(&text));
        fprintf(t->out, "%s", as_style_end(t));
        as_buf_free(&text);
    }
    print_names(t, column, "not met by", condition->members.at, condition->members.n);
    print_names(t, column, "unknown for", condition->undecided.at, condition->undecided.n);
    print_names(t, column, "nobody is known as", condition->roles.at, condition->roles.n);
}

static void print_conditions(const struct as_terminal *t, const struct as_explained_condition *conditions,
                             uint32_t n, int64_t at)
{
    int width = 0;
    for (uint32_t i = 0; i < n; i++)
        width = widest(width, conditions[i].name);
    for (uint32_t i = 0; i < n; i++)
        print_condition(t, &conditions[i], width, at);
}

static void print_gate(const struct as_terminal *t, const struct as_explained_gate *gate,
                       const struct as_pack *pack, int64_t at)
{
    const char *label = as_pack_label(pack, gate->gate->stage);
    fprintf(t->out, "\n  %sGate %s%s", as_style(t, AS_BOLD), gate->gate->name, as_style_end(t));
    if (strcmp(label, gate->gate->name) != 0)
        fprintf(t->out, " (%s)", label);
    fprintf(t->out, " %s%s%s", as_style(t, verdict_style(gate->verdict)), verdict_word(gate->verdict),
            as_style_end(t));
    if (gate->before != AS_GATE_NONE && gate->before != gate->verdict)
        fprintf(t->out, ", before: %s", verdict_word(gate->before));
    if (gate->gate->level == AS_LEVEL_ACCOUNT)
        fprintf(t->out, ", on the account's whole buying group");
    if (gate->gate->position.file != NULL)
        fprintf(t->out, "  %s%s:%d%s", as_style(t, AS_DIM), gate->gate->position.file,
                gate->gate->position.line, as_style_end(t));
    fputc('\n', t->out);
    print_conditions(t, gate->criteria.at, gate->criteria.n, at);
    if (gate->gate->has_contract) {
        struct as_buf text = {.p = NULL};
        as_explained_promises_say(&text, gate);
        fprintf(t->out, "    %spromises%s ", as_style(t, AS_DIM), as_style_end(t));
        as_wrap_print(t, 13, 15, as_buf_c(&text));
        as_buf_free(&text);
    }
}

static void print_missing(const struct as_terminal *t, const struct as_explained_model *model,
                          const struct as_pack *pack)
{
    const char *label = model->next == NULL ? NULL : as_pack_label(pack, model->next->stage);
    int width = 0;
    if (model->next == NULL)
        return;
    fprintf(t->out, "\n  %sMissing for %s%s", as_style(t, AS_BOLD), model->next->name, as_style_end(t));
    if (strcmp(label, model->next->name) != 0)
        fprintf(t->out, " (%s)", label);
    fputc('\n', t->out);
    if (model->missing.n == 0)
        fprintf(t->out, "    nothing: every criterion holds%s\n",
                model->standing.blocked ? ", but a disqualifier is unknown" : "");
    for (uint32_t i = 0; i < model->missing.n; i++)
        width = widest(width, model->missing.at[i].criterion);
    for (uint32_t i = 0; i < model->missing.n; i++) {
        const struct as_explained_missing *missing = &model->missing.at[i];
        int column = print_state(t, missing->state, missing->criterion, width);
        as_wrap_print(t, column, column + 2, missing->said);
        if (missing->ask == NULL)
            continue;
        fprintf(t->out, "%*s%sask: ", column, "", as_style(t, AS_CYAN));
        as_wrap_print(t, column + 5, column + 5, missing->ask);
        fprintf(t->out, "%s", as_style_end(t));
    }
}

static void print_forecast(const struct as_terminal *t, const struct as_explained_model *model)
{
    fprintf(t->out, "\n  %sBy time alone%s, without new facts\n", as_style(t, AS_BOLD), as_style_end(t));
    if (model->forecast.n == 0)
        fprintf(t->out, "    nothing changes within %d days\n", AS_FORECAST_DAYS);
    for (uint32_t i = 0; i < model->forecast.n; i++) {
        char day[AS_TIME_TEXT];
        const struct as_explained_forecast *forecast = &model->forecast.at[i];
        if (forecast->from == NULL)
            fprintf(t->out, "    %s  %s may give other points\n", as_day_format(day, forecast->day),
                    forecast->what);
        else
            fprintf(t->out, "    %s  %s: %s → %s\n", as_day_format(day, forecast->day), forecast->what,
                    forecast->from, forecast->to);
    }
}

void as_explain_gates_text(const struct as_terminal *terminal, const struct as_explained_model *model,
                           const struct as_pack *pack, int64_t at, bool whole)
{
    for (uint32_t g = 0; g < model->gates.n; g++)
        print_gate(terminal, &model->gates.at[g], pack, at);
    if (model->disqualifiers.n > 0) {
        fprintf(terminal->out, "\n  %sDisqualifiers%s\n", as_style(terminal, AS_BOLD),
                as_style_end(terminal));
        print_conditions(terminal, model->disqualifiers.at, model->disqualifiers.n, at);
    }
    if (whole || model->missing.n > 0)
        print_missing(terminal, model, pack);
    if (whole || model->forecast.n > 0)
        print_forecast(terminal, model);
}
