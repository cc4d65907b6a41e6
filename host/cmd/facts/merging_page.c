/* What a merge made, or would make, of two leads, printed. */
#include "cmd/facts/merging_page.h"

#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"

#include <string.h>

/* The tie-breakers up to the one that decides. */
static enum as_status print_choice(const struct as_merging *m, const struct as_terminal *t,
                                   struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Decided by, in this order", false, false}, {"Survivor", false, true}, {"Merged", false, true}};
    struct as_table table;
    as_table_open(&table, columns, 3);
    for (int i = 0; i <= (int)m->breaker; i++) {
        as_table_row(&table);
        as_table_style(&table, i == (int)m->breaker && !m->chosen ? AS_BOLD : AS_PLAIN,
                       as_tie_breaker_name((enum as_tie_breaker)i));
        as_table_text(&table, m->own.words[i]);
        as_table_text(&table, m->other.words[i]);
    }
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    if (status == AS_OK && m->chosen)
        fprintf(t->out, "  but --keep says otherwise\n");
    return status;
}

/* "+49 30 1234 (hubspot)" */
static void put_value(struct as_table *table, const char *value, const char *source)
{
    if (value == NULL)
        as_table_style(table, AS_DIM, "unknown");
    else
        as_table_printf(table, "%s (%s)", value, source);
}

static enum as_status print_facts(const struct as_merging *m, const struct as_terminal *t,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Facts that differ", false, false},
                                                     {"Survivor", false, true},
                                                     {"Merged", false, true},
                                                     {"Then", false, true}};
    if (m->facts.n == 0)
        return AS_OK;
    struct as_table table;
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < m->facts.n; i++) {
        const struct as_merged_fact *fact = &m->facts.at[i];
        as_table_row(&table);
        as_table_text(&table, fact->field);
        put_value(&table, fact->own, fact->own_source);
        put_value(&table, fact->other, fact->other_source);
        as_table_style(&table, fact->taken ? AS_BOLD : AS_PLAIN,
                       fact->after != NULL ? fact->after : "unknown");
    }
    fputc('\n', t->out);
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_consents(const struct as_merging *m, const struct as_terminal *t,
                                     struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Consent, the strictest holds", false, false},
                                                     {"Survivor", false, false},
                                                     {"Merged", false, false},
                                                     {"Then", false, false}};
    if (m->consents.n == 0)
        return AS_OK;
    struct as_table table;
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < m->consents.n; i++) {
        const struct as_merged_consent *consent = &m->consents.at[i];
        as_table_row(&table);
        as_table_printf(&table, "%s for %s", consent->channel, consent->purpose);
        as_table_text(&table, consent->own != NULL ? consent->own : "·");
        as_table_text(&table, consent->other != NULL ? consent->other : "·");
        as_table_text(&table, consent->after);
    }
    fputc('\n', t->out);
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_logs(const struct as_merging *m, const struct as_terminal *t,
                                 struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Logs, as one", false, false},
                                                     {"Survivor", true, false},
                                                     {"Merged", true, false},
                                                     {"Both have", true, false},
                                                     {"Then", true, false}};
    const struct as_merged_logs *l = &m->logs;
    const struct {
        const char *name;
        const uint64_t *sides;
        uint64_t shared;
    } rows[] = {{"events", l->events, l->shared}, {"touches", l->touches, 0}, {"answers", l->answers, 0}};
    struct as_table table;
    as_table_open(&table, columns, 5);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char count[AS_COUNT_TEXT];
        as_table_row(&table);
        as_table_text(&table, rows[i].name);
        as_table_text(&table, as_count_format(count, rows[i].sides[0]));
        as_table_text(&table, as_count_format(count, rows[i].sides[1]));
        as_table_text(&table, as_count_format(count, rows[i].shared));
        as_table_text(&table, as_count_format(count, rows[i].sides[0] + rows[i].sides[1] - rows[i].shared));
    }
    fputc('\n', t->out);
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static void print_models(const struct as_merging *m, FILE *out)
{
    for (uint32_t i = 0; i < m->models.n; i++) {
        const struct as_merging_model *model = &m->models.at[i];
        bool moves = model->stage_after != NULL && (strcmp(model->stage, model->stage_after) != 0 ||
                                                    strcmp(model->grade, model->grade_after) != 0);
        fprintf(out, "\n  Model %s.%s: %s %s", model->pack, model->model, model->stage, model->grade);
        if (moves)
            fprintf(out, " → %s %s", model->stage_after, model->grade_after);
        fprintf(out, "; the other stood at %s\n",
                model->other_stage != NULL ? model->other_stage : "nothing");
        for (uint32_t s = 0; s < model->scores.n; s++) {
            const struct as_merging_score *score = &model->scores.at[s];
            char before[AS_WORDING], after[AS_WORDING];
            as_points_format(before, score->before, false);
            as_points_format(after, score->after, false);
            if (score->before == score->after)
                fprintf(out, "    %s %s\n", score->name, before);
            else
                fprintf(out, "    %s %s → %s\n", score->name, before, after);
        }
    }
}

enum as_status as_merging_print(const struct as_merging *m, const struct as_terminal *t,
                                struct as_error *error)
{
    struct as_buf line = {.p = NULL};
    as_buf_printf(&line, "%s %s merged into %s", m->merged_name, m->done ? "is" : "would be",
                  m->survivor_name);
    const struct as_terminal page = as_page(t);
    as_wrap_print(&page, 0, 2, as_buf_c(&line));
    as_buf_free(&line);
    enum as_status status = print_choice(m, t, error);
    if (status == AS_OK)
        status = print_facts(m, t, error);
    if (status == AS_OK)
        status = print_consents(m, t, error);
    if (status == AS_OK)
        status = print_logs(m, t, error);
    if (status == AS_OK)
        print_models(m, t->out);
    if (status == AS_OK && m->done)
        fprintf(t->out, "\nThe next run decides with both; `assay merge --undo '#%lld'` takes it back.\n",
                (long long)m->merged);
    return status;
}
