/* The part of the morning screen about what waits for an answer that was promised: how many, and which are
 * the most pressing. */
#include "cmd/decisions/morning.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"

/* One line each of those that press. */
static enum as_status print_pressing(const struct as_terminal *t, const struct as_owed_summary *owed,
                                     struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {NULL, false, false}, {NULL, false, true}, {NULL, false, false}, {NULL, false, false}};
    struct as_table table;
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < owed->pressing.n; i++) {
        const struct as_owed_line *line = &owed->pressing.at[i];
        char due[AS_WORDING];
        as_table_row(&table);
        as_table_style(&table, line->clock.state == AS_CLOCK_OVERDUE ? AS_RED : AS_YELLOW,
                       as_clock_state_name(line->clock.state));
        as_table_printf(&table, "%s%s%s", line->lead, line->account[0] != '\0' ? ", " : "", line->account);
        as_table_text(&table, line->owner != NULL ? line->owner : "nobody");
        as_table_printf(&table, "due %s", as_instant_format(due, line->clock.due));
    }
    enum as_status status = as_table_print(&table, t, 6, error);
    as_table_close(&table);
    return status;
}

/* "; now reminded of 2, 1 given back" */
static void say_done(struct as_buf *out, uint64_t n, const char *before, const char *after, bool *first)
{
    char count[AS_COUNT_TEXT];
    if (n == 0)
        return;
    as_buf_printf(out, "%s%s%s%s", *first ? "; now " : ", ", before, as_count_format(count, n), after);
    *first = false;
}

enum as_status as_print_owed(const struct as_terminal *t, const struct as_summary *s, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < s->owed.n && status == AS_OK; i++) {
        const struct as_owed_summary *owed = &s->owed.at[i];
        struct as_buf text = {.p = NULL};
        char waits[AS_COUNT_TEXT], risk[AS_COUNT_TEXT], over[AS_COUNT_TEXT];
        uint64_t at_risk = owed->states[AS_CLOCK_AT_RISK], overdue = owed->states[AS_CLOCK_OVERDUE];
        bool first = true;
        as_buf_printf(&text, "%s within ", owed->level->name);
        as_within_say(&text, &owed->level->within);
        as_buf_printf(&text, ": %s wait, %s at risk, %s overdue",
                      as_count_format(waits, owed->states[AS_CLOCK_RUNS] + at_risk + overdue),
                      as_count_format(risk, at_risk), as_count_format(over, overdue));
        say_done(&text, owed->reminded, "reminded of ", "", &first);
        say_done(&text, owed->notified, "", " told to who looks after them", &first);
        say_done(&text, owed->reassigned, "", " offered to somebody else", &first);
        say_done(&text, owed->given_back, "", " given back", &first);
        fputs("    ", t->out);
        as_wrap_print(t, 4, 6, as_buf_c(&text));
        as_buf_free(&text);
        if (owed->pressing.n > 0)
            status = print_pressing(t, owed, error);
        if (status == AS_OK && at_risk + overdue > owed->pressing.n)
            fprintf(t->out, "      and %s more: assay %s\n",
                    as_count_format(waits, at_risk + overdue - owed->pressing.n),
                    owed->level->starts.n == 0 ? "handoff" : "next");
    }
    return status;
}
