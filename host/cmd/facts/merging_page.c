/* What a merge would make of two leads: gathered from the store and from the packs that have run, and
 * printed. */
#include "cmd/facts/merging_page.h"

#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"
#include "run/explain/explain.h"

#include <string.h>

/* --- gathering --- */

static const char *keep(struct as_context *context, const char *text)
{
    return text != NULL ? as_arena_copy(&context->arena, text, strlen(text)) : NULL;
}

static enum as_status keep_fact(void *into, const struct as_merged_fact *fact, struct as_error *error)
{
    struct as_merging *m = into;
    struct as_context *c = m->context;
    struct as_merged_fact copy = {.field = keep(c, fact->field),
                                  .own = keep(c, fact->own),
                                  .other = keep(c, fact->other),
                                  .own_source = keep(c, fact->own_source),
                                  .other_source = keep(c, fact->other_source),
                                  .after = keep(c, fact->after),
                                  .taken = fact->taken};
    return as_list_push(&c->arena, &m->facts, copy) ? AS_OK : as_error_memory(error);
}

static enum as_status keep_consent(void *into, const struct as_merged_consent *consent,
                                   struct as_error *error)
{
    struct as_merging *m = into;
    struct as_context *c = m->context;
    struct as_merged_consent copy = {keep(c, consent->channel), keep(c, consent->purpose), consent->own,
                                     consent->other, consent->after};
    return as_list_push(&c->arena, &m->consents, copy) ? AS_OK : as_error_memory(error);
}

struct naming {
    struct as_context *context;
    const char *name;
};

/* "Ada King (#1, ada@acme.example)" */
static enum as_status keep_name(void *into, const struct as_who *who, struct as_error *error)
{
    struct naming *naming = into;
    bool address = who->email != NULL && strcmp(who->email, who->name) != 0;
    naming->name = as_arena_printf(&naming->context->arena, "%s (#%lld%s%s)", who->name,
                                   (long long)who->lead_id, address ? ", " : "", address ? who->email : "");
    return naming->name != NULL ? AS_OK : as_error_memory(error);
}

static enum as_status name_lead(const char **name, struct as_context *context, int64_t lead,
                                struct as_error *error)
{
    struct naming naming = {context, NULL};
    enum as_status status = as_store_who(context->store, lead, keep_name, &naming, error);
    *name = naming.name;
    return status;
}

enum as_status as_merging_look(struct as_merging *out, struct as_context *context, int64_t a, int64_t b,
                               int64_t keep_lead, struct as_error *error)
{
    struct as_merge_claim first, second;
    bool first_wins;
    struct as_store *store = context->store;
    *out = (struct as_merging){.context = context};
    enum as_status status = as_store_merge_claim(&first, store, a, error);
    if (status == AS_OK)
        status = as_store_merge_claim(&second, store, b, error);
    if (status != AS_OK)
        return status;
    out->by = as_merge_choice(&first_wins, &first, &second);
    if (keep_lead != 0 && first_wins != (keep_lead == a)) {
        out->chosen = true;
        first_wins = !first_wins;
    }
    out->survivor = first_wins ? a : b;
    out->merged = first_wins ? b : a;
    out->own = first_wins ? first : second;
    out->other = first_wins ? second : first;
    status = name_lead(&out->survivor_name, context, out->survivor, error);
    if (status == AS_OK)
        status = name_lead(&out->merged_name, context, out->merged, error);
    if (status == AS_OK)
        status = as_store_merged_facts(store, out->survivor, out->merged, keep_fact, out, error);
    if (status == AS_OK)
        status = as_store_merged_consents(store, out->survivor, out->merged, keep_consent, out, error);
    return status == AS_OK ? as_store_merged_logs(&out->logs, store, out->survivor, out->merged, error)
                           : status;
}

/* --- where they stand --- */

static const char *stage_of(struct as_context *c, const struct as_explained_model *model)
{
    return model->standing.outside ? "outside" : keep(c, as_stage_name((enum as_stage)model->standing.stage));
}

static enum as_status note_before(struct as_merging *m, const char *pack, const struct as_explanation *of,
                                  struct as_error *error)
{
    struct as_context *c = m->context;
    for (uint32_t i = 0; i < of->models.n; i++) {
        const struct as_explained_model *model = &of->models.at[i];
        struct as_merging_model one = {.pack = keep(c, pack),
                                       .model = keep(c, model->model->name),
                                       .stage = stage_of(c, model),
                                       .grade = keep(c, model->grade)};
        for (uint32_t s = 0; s < model->scores.n; s++) {
            const struct as_ledger *ledger = &model->scores.at[s].ledger;
            struct as_merging_score score = {keep(c, ledger->score->name), ledger->value, ledger->value};
            if (!as_list_push(&c->arena, &one.scores, score))
                return as_error_memory(error);
        }
        if (!as_list_push(&c->arena, &m->models, one))
            return as_error_memory(error);
    }
    return AS_OK;
}

static struct as_merging_model *model_of(struct as_merging *m, const char *pack, const char *name)
{
    for (uint32_t i = 0; i < m->models.n; i++)
        if (strcmp(m->models.at[i].pack, pack) == 0 && strcmp(m->models.at[i].model, name) == 0)
            return &m->models.at[i];
    return NULL;
}

enum side { SURVIVOR, OTHER, UNITED };

static void note_other(struct as_merging *m, const char *pack, const struct as_explanation *of,
                       enum side side)
{
    for (uint32_t i = 0; i < of->models.n; i++) {
        const struct as_explained_model *model = &of->models.at[i];
        struct as_merging_model *one = model_of(m, pack, model->model->name);
        if (one == NULL)
            continue;
        if (side == OTHER) {
            one->other_stage = stage_of(m->context, model);
            continue;
        }
        one->stage_after = stage_of(m->context, model);
        one->grade_after = keep(m->context, model->grade);
        for (uint32_t s = 0; s < model->scores.n && s < one->scores.n; s++)
            one->scores.at[s].after = model->scores.at[s].ledger.value;
    }
}

static enum as_status decide(struct as_merging *m, const struct as_run_pack *pack, enum side side,
                             struct as_error *error)
{
    struct as_explanation explanation;
    struct as_explain_request request = {.schema = m->context->schema,
                                         .packs = pack,
                                         .pack_count = 1,
                                         .at = m->context->at,
                                         .known_at = m->context->at,
                                         .lead_id = side == OTHER ? m->merged : m->survivor};
    enum as_status status = as_explain(&explanation, m->context->store, &request, error);
    if (status != AS_OK)
        return status;
    if (side == SURVIVOR)
        status = note_before(m, pack->pack->name, &explanation, error);
    else
        note_other(m, pack->pack->name, &explanation, side);
    as_explanation_free(&explanation);
    return status;
}

enum as_status as_merging_decide(struct as_merging *m, const struct as_run_pack *packs, uint32_t n,
                                 bool after, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < n && status == AS_OK; i++) {
        status = decide(m, &packs[i], after ? UNITED : SURVIVOR, error);
        if (status == AS_OK && !after)
            status = decide(m, &packs[i], OTHER, error);
    }
    return status;
}

/* --- JSON --- */

static void put_pair(struct as_json *json, const char *key, uint64_t own, uint64_t other)
{
    as_json_key(json, key);
    as_json_open(json, '{');
    as_json_put_int(json, "survivor", (int64_t)own);
    as_json_put_int(json, "merged", (int64_t)other);
}

static void put_facts(struct as_json *json, const struct as_merging *m)
{
    as_json_key(json, "facts");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < m->facts.n; i++) {
        const struct as_merged_fact *fact = &m->facts.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "field", fact->field);
        as_json_put_text(json, "survivor", fact->own);
        as_json_put_text(json, "survivor_source", fact->own_source);
        as_json_put_text(json, "merged", fact->other);
        as_json_put_text(json, "merged_source", fact->other_source);
        as_json_put_text(json, "after", fact->after);
        as_json_put_bool(json, "taken", fact->taken);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_key(json, "consents");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < m->consents.n; i++) {
        const struct as_merged_consent *consent = &m->consents.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "channel", consent->channel);
        as_json_put_text(json, "purpose", consent->purpose);
        as_json_put_text(json, "survivor", consent->own);
        as_json_put_text(json, "merged", consent->other);
        as_json_put_text(json, "after", consent->after);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_models(struct as_json *json, const struct as_merging *m)
{
    as_json_key(json, "models");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < m->models.n; i++) {
        const struct as_merging_model *model = &m->models.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "pack", model->pack);
        as_json_put_text(json, "model", model->model);
        as_json_put_text(json, "stage", model->stage);
        as_json_put_text(json, "grade", model->grade);
        as_json_put_text(json, "merged_stage", model->other_stage);
        as_json_put_text(json, "stage_after", model->stage_after);
        as_json_put_text(json, "grade_after", model->grade_after);
        as_json_key(json, "scores");
        as_json_open(json, '[');
        for (uint32_t s = 0; s < model->scores.n; s++) {
            as_json_open(json, '{');
            as_json_put_text(json, "score", model->scores.at[s].name);
            as_json_put_milli(json, "before", model->scores.at[s].before);
            as_json_put_milli(json, "after", model->scores.at[s].after);
            as_json_close(json, '}');
        }
        as_json_close(json, ']');
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static enum as_status print_json(const struct as_merging *m, bool done, const char *by,
                                 struct as_error *error)
{
    struct as_buf out = {.p = NULL};
    struct as_json json = {.out = &out};
    as_json_open(&json, '{');
    as_json_put_int(&json, "survivor", m->survivor);
    as_json_put_int(&json, "merged", m->merged);
    as_json_put_text(&json, "decided_by", m->chosen ? "keep" : as_tie_breaker_name(m->by));
    as_json_key(&json, "tie_breakers");
    as_json_open(&json, '[');
    for (int i = 0; i < AS_TIE_BREAKERS; i++) {
        as_json_open(&json, '{');
        as_json_put_text(&json, "name", as_tie_breaker_name((enum as_tie_breaker)i));
        as_json_put_text(&json, "survivor", m->own.words[i]);
        as_json_put_text(&json, "merged", m->other.words[i]);
        as_json_close(&json, '}');
    }
    as_json_close(&json, ']');
    put_facts(&json, m);
    put_pair(&json, "events", m->logs.events[0], m->logs.events[1]);
    as_json_put_int(&json, "shared", (int64_t)m->logs.shared);
    as_json_put_int(&json, "after", (int64_t)(m->logs.events[0] + m->logs.events[1] - m->logs.shared));
    as_json_close(&json, '}');
    put_pair(&json, "touches", m->logs.touches[0], m->logs.touches[1]);
    as_json_close(&json, '}');
    put_pair(&json, "answers", m->logs.answers[0], m->logs.answers[1]);
    as_json_close(&json, '}');
    put_models(&json, m);
    as_json_put_text(&json, "by", by);
    as_json_put_time(&json, "at", m->context->at);
    as_json_put_bool(&json, "done", done);
    as_json_close(&json, '}');
    enum as_status status = as_context_print_json(m->context, &out, error);
    as_buf_free(&out);
    return status;
}

/* --- text --- */

/* The tie-breakers up to the one that decides. */
static enum as_status print_choice(const struct as_merging *m, struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Decided by, in this order", false, false}, {"Survivor", false, true}, {"Merged", false, true}};
    struct as_table table;
    as_table_open(&table, columns, 3);
    for (int i = 0; i <= (int)m->by; i++) {
        as_table_row(&table);
        as_table_style(&table, i == (int)m->by && !m->chosen ? AS_BOLD : AS_PLAIN,
                       as_tie_breaker_name((enum as_tie_breaker)i));
        as_table_text(&table, m->own.words[i]);
        as_table_text(&table, m->other.words[i]);
    }
    enum as_status status = as_table_print(&table, &m->context->terminal, 2, error);
    as_table_close(&table);
    if (status == AS_OK && m->chosen)
        fprintf(m->context->terminal.out, "  but --keep says otherwise\n");
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

static enum as_status print_facts(const struct as_merging *m, struct as_error *error)
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
    fputc('\n', m->context->terminal.out);
    enum as_status status = as_table_print(&table, &m->context->terminal, 2, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_consents(const struct as_merging *m, struct as_error *error)
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
    fputc('\n', m->context->terminal.out);
    enum as_status status = as_table_print(&table, &m->context->terminal, 2, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_logs(const struct as_merging *m, struct as_error *error)
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
    fputc('\n', m->context->terminal.out);
    enum as_status status = as_table_print(&table, &m->context->terminal, 2, error);
    as_table_close(&table);
    return status;
}

static void print_models(const struct as_merging *m)
{
    FILE *out = m->context->terminal.out;
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

enum as_status as_merging_print(const struct as_merging *m, bool done, const char *by, struct as_error *error)
{
    const struct as_terminal *t = &m->context->terminal;
    if (m->context->json)
        return print_json(m, done, by, error);
    if (t->quiet)
        return AS_OK;
    struct as_buf line = {.p = NULL};
    as_buf_printf(&line, "%s %s merged into %s", m->merged_name, done ? "is" : "would be", m->survivor_name);
    const struct as_terminal page = as_page(t);
    as_wrap_print(&page, 0, 2, as_buf_c(&line));
    as_buf_free(&line);
    enum as_status status = print_choice(m, error);
    if (status == AS_OK)
        status = print_facts(m, error);
    if (status == AS_OK)
        status = print_consents(m, error);
    if (status == AS_OK)
        status = print_logs(m, error);
    if (status == AS_OK)
        print_models(m);
    if (status == AS_OK && done)
        fprintf(t->out, "\nThe next run decides with both; `assay merge --undo '#%lld'` takes it back.\n",
                (long long)m->merged);
    return status;
}
