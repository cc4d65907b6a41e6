/* Printing an explanation: from the verdict down to the facts, each line with where it comes from. */
#include "cmd/explain_text.h"
#include "cmd/wording.h"

#include "base/time.h"

#include <string.h>

static void heading(const struct as_terminal *t, const char *text)
{
    fprintf(t->out, "\n%s%s%s\n", as_style(t, AS_BOLD), text, as_style_end(t));
}

/* Prints text that came from outside. */
static void put(const struct as_terminal *t, enum as_style style, const char *text)
{
    struct as_buf safe = {.p = NULL};
    as_display_text(&safe, as_str_of(text));
    fprintf(t->out, "%s%s%s", as_style(t, style), as_buf_c(&safe), as_style_end(t));
    as_buf_free(&safe);
}

static const char *tri_word(enum as_tri state)
{
    static const char *const words[] = {
        [AS_NO] = "no", [AS_YES] = "yes", [AS_UNKNOWN] = "unknown", [AS_UNMEASURABLE] = "not measurable"};
    return words[state];
}

static enum as_style tri_style(enum as_tri state)
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

/* --- evidence: "account.employees 800" and "hubspot, 2026-06-18 (12 days ago)" --- */

static void value_cells(struct as_table *table, const struct as_explained_value *value, int64_t at)
{
    char since[AS_WORDING];
    if (value->value == NULL) {
        as_table_printf(table, "%s %s", value->fact, as_manner_name(value->manner));
        as_table_text(table, "");
        return;
    }
    as_table_printf(table, "%s %s", value->fact, value->value);
    const char *source = value->source;
    if (source == NULL)
        source = value->manner == AS_MANNER_STATED || value->manner == AS_MANNER_INFERRED
                     ? as_manner_name(value->manner)
                 : value->since != AS_TIME_NONE && value->manner == AS_MANNER_COUNTED ? "newest"
                                                                                      : "";
    if (value->since == AS_TIME_NONE)
        as_table_text(table, source);
    else
        as_table_printf(table, "%s%s%s", source,
                        source[0] == '\0' || value->manner == AS_MANNER_COUNTED ? " " : ", ",
                        as_since_format(since, value->since, at));
}

static void place_cell(struct as_table *table, const struct as_position *position)
{
    if (position->file == NULL)
        as_table_text(table, "");
    else
        as_table_printf(table, "%s:%d", position->file, position->line);
}

/* --- scores --- */

static const char *entry_name(const struct as_explained_entry *explained, char out[AS_MAX_NAME + 16])
{
    const struct as_entry *entry = explained->entry;
    switch (entry->kind) {
    case AS_ENTRY_RULE:
    case AS_ENTRY_EVENTS:
        return entry->rule->name;
    case AS_ENTRY_RULE_CAP:
        snprintf(out, AS_MAX_NAME + 16, "cap of %s", entry->rule->name);
        return out;
    case AS_ENTRY_GROUP_CAP:
        snprintf(out, AS_MAX_NAME + 16, "cap of group %s", entry->group);
        return out;
    case AS_ENTRY_CAP:
        return "cap";
    case AS_ENTRY_FLOOR:
        return "floor";
    }
    return "";
}

/* Columns: points, name, value, source, place. The first value stands on the rule's line, the others below
 * it. */
static void entry_rows(struct as_table *table, const struct as_explained_entry *explained, int64_t at)
{
    char points[AS_WORDING], since[AS_WORDING], name[AS_MAX_NAME + 16];
    const struct as_entry *entry = explained->entry;
    uint32_t next = 0;
    as_table_row(table);
    as_table_style(table, entry->points < 0 ? AS_RED : AS_GREEN,
                   as_points_format(points, entry->points, true));
    as_table_text(table, entry_name(explained, name));
    if (entry->note[0] != '\0') {
        as_table_text(table, entry->note);
        as_table_text(table, "");
    } else if (explained->counted != NULL) {
        as_table_text(table, explained->counted);
        as_table_printf(table, "newest %s", as_since_format(since, explained->newest, at));
    } else if (explained->values.list.n > 0) {
        value_cells(table, &explained->values.list.at[next++], at);
    } else {
        as_table_text(table, "");
        as_table_text(table, "");
    }
    if (entry->rule != NULL && entry->kind != AS_ENTRY_RULE_CAP)
        place_cell(table, &entry->rule->position);
    for (; next < explained->values.list.n; next++) {
        as_table_row(table);
        as_table_text(table, "");
        as_table_text(table, "");
        value_cells(table, &explained->values.list.at[next], at);
    }
}

static void open_row(struct as_table *table, const struct as_open_rule *open, const char *said)
{
    char low[AS_WORDING], high[AS_WORDING];
    as_table_row(table);
    as_table_style(table, AS_YELLOW, "?");
    as_table_text(table, open->rule->name);
    as_table_printf(table, "%s: %s", tri_word(open->state), said);
    if (open->low == 0 || open->high == 0)
        as_table_printf(table, "could give %s",
                        as_points_format(high, open->low == 0 ? open->high : open->low, true));
    else
        as_table_printf(table, "could give %s to %s", as_points_format(low, open->low, true),
                        as_points_format(high, open->high, true));
    place_cell(table, &open->rule->position);
}

static void print_changes(const struct as_terminal *t, const struct as_explained_score *score,
                          int64_t before_at)
{
    char was[AS_WORDING], now[AS_WORDING], since[AS_WORDING];
    if (score->changes.n == 0)
        return;
    fprintf(t->out, "      %sSince %s (%s then):", as_style(t, AS_DIM), as_instant_format(since, before_at),
            as_points_format(was, score->before, false));
    for (uint32_t i = 0; i < score->changes.n; i++) {
        const struct as_explained_change *change = &score->changes.at[i];
        fprintf(t->out, "%s %s %s → %s", i == 0 ? "" : ",", change->name,
                as_points_format(was, change->before, true), as_points_format(now, change->now, true));
    }
    fprintf(t->out, "%s\n", as_style_end(t));
}

static enum as_status print_score(const struct as_terminal *t, const struct as_explained_score *score,
                                  int64_t at, int64_t before_at, struct as_error *error)
{
    static const struct as_table_column columns[] = {{NULL, true, false},
                                                     {NULL, false, false},
                                                     {NULL, false, true},
                                                     {NULL, false, true},
                                                     {NULL, false, false}};
    char value[AS_WORDING], low[AS_WORDING], high[AS_WORDING];
    const struct as_ledger *ledger = &score->ledger;
    fprintf(t->out, "\n  %s%s %s%s", as_style(t, AS_BOLD), ledger->score->name,
            as_points_format(value, ledger->value, false), as_style_end(t));
    if (ledger->low != ledger->high)
        fprintf(t->out, " (%s – %s)", as_points_format(low, ledger->low, false),
                as_points_format(high, ledger->high, false));
    fputc('\n', t->out);
    struct as_table table;
    as_table_open(&table, columns, 5);
    for (uint32_t i = 0; i < score->entries.n; i++)
        entry_rows(&table, &score->entries.at[i], at);
    for (uint32_t i = 0; i < ledger->open.n; i++)
        open_row(&table, &ledger->open.at[i], score->open.at[i]);
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    if (status == AS_OK)
        print_changes(t, score, before_at);
    return status;
}

/* --- gates --- */

/* Columns: state, name, condition, value, source. */
static void condition_rows(struct as_table *table, const struct as_explained_condition *condition, int64_t at)
{
    as_table_row(table);
    as_table_style(table, tri_style(condition->state), tri_word(condition->state));
    as_table_text(table, condition->name);
    as_table_text(table, condition->said);
    for (uint32_t i = 0; i < condition->values.list.n; i++) {
        if (i > 0) {
            as_table_row(table);
            as_table_text(table, "");
            as_table_text(table, "");
            as_table_text(table, "");
        }
        value_cells(table, &condition->values.list.at[i], at);
    }
    for (uint32_t i = 0; i < condition->members.n; i++) {
        as_table_row(table);
        as_table_text(table, "");
        as_table_text(table, "");
        as_table_printf(table, "not met by %s", condition->members.at[i]);
    }
}

static enum as_status print_conditions(const struct as_terminal *t,
                                       const struct as_explained_condition *conditions, uint32_t n,
                                       int64_t at, struct as_error *error)
{
    static const struct as_table_column columns[] = {{NULL, false, false},
                                                     {NULL, false, false},
                                                     {NULL, false, true},
                                                     {NULL, false, true},
                                                     {NULL, false, true}};
    struct as_table table;
    as_table_open(&table, columns, 5);
    for (uint32_t i = 0; i < n; i++)
        condition_rows(&table, &conditions[i], at);
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_gates(const struct as_terminal *t, const struct as_explained_model *model,
                                  const struct as_pack *pack, int64_t at, struct as_error *error)
{
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_explained_gate *gate = &model->gates.at[g];
        const char *label = as_pack_label(pack, gate->gate->stage);
        fprintf(t->out, "\n  %sGate %s%s", as_style(t, AS_BOLD), gate->gate->name, as_style_end(t));
        if (strcmp(label, gate->gate->name) != 0)
            fprintf(t->out, " (%s)", label);
        fprintf(t->out, " %s%s%s", as_style(t, verdict_style(gate->verdict)), verdict_word(gate->verdict),
                as_style_end(t));
        if (gate->before != AS_GATE_NONE && gate->before != gate->verdict)
            fprintf(t->out, ", before: %s", verdict_word(gate->before));
        if (gate->gate->level == AS_LEVEL_ACCOUNT)
            fprintf(t->out, "  on the account's whole buying group");
        if (gate->gate->position.file != NULL)
            fprintf(t->out, "  %s%s:%d%s", as_style(t, AS_DIM), gate->gate->position.file,
                    gate->gate->position.line, as_style_end(t));
        fputc('\n', t->out);
        enum as_status status = print_conditions(t, gate->criteria.at, gate->criteria.n, at, error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

static enum as_status print_missing(const struct as_terminal *t, const struct as_explained_model *model,
                                    struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {NULL, false, false}, {NULL, false, false}, {NULL, false, true}, {NULL, false, true}};
    if (model->next == NULL)
        return AS_OK;
    fprintf(t->out, "\n  %sMissing for %s%s\n", as_style(t, AS_BOLD), model->next->name, as_style_end(t));
    if (model->missing.n == 0) {
        fprintf(t->out, "    nothing: every criterion holds%s\n",
                model->standing.blocked ? ", but a disqualifier is unknown" : "");
        return AS_OK;
    }
    struct as_table table;
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < model->missing.n; i++) {
        const struct as_explained_missing *missing = &model->missing.at[i];
        as_table_row(&table);
        as_table_style(&table, tri_style(missing->state), tri_word(missing->state));
        as_table_text(&table, missing->criterion);
        as_table_text(&table, missing->said);
        if (missing->ask != NULL)
            as_table_printf(&table, "ask: %s", missing->ask);
    }
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

static void print_forecast(const struct as_terminal *t, const struct as_explained_model *model)
{
    fprintf(t->out, "\n  %sBy time alone%s, without new facts\n", as_style(t, AS_BOLD), as_style_end(t));
    if (model->forecast.n == 0)
        fprintf(t->out, "    nothing changes within %d days\n", AS_FORECAST_DAYS);
    for (uint32_t i = 0; i < model->forecast.n; i++) {
        char day[AS_TIME_TEXT];
        const struct as_explained_forecast *forecast = &model->forecast.at[i];
        fprintf(t->out, "    %s  %s: %s → %s\n", as_day_format(day, forecast->day), forecast->what,
                forecast->from, forecast->to);
    }
}

/* --- a model --- */

static void print_standing(const struct as_terminal *t, const struct as_explained_model *model)
{
    const struct as_standing *standing = &model->standing;
    const char *stage = as_stage_name((enum as_stage)standing->stage);
    char since[AS_WORDING];
    fprintf(t->out, "  %s%s%s", as_style(t, AS_BOLD), model->label, as_style_end(t));
    if (strcmp(stage, model->label) != 0)
        fprintf(t->out, " (%s)", stage);
    if (model->disqualifier != NULL)
        fprintf(t->out, ": %s", model->disqualifier);
    if (standing->entered != AS_TIME_NONE)
        fprintf(t->out, " since %s", as_instant_format(since, standing->entered));
    if (model->why != NULL)
        fprintf(t->out, " by %s", model->why);
    if (model->cause != NULL)
        fprintf(t->out, ", %s", model->cause);
    if (model->grade[0] != '\0')
        fprintf(t->out, "   grade %s%s%s", as_style(t, AS_BOLD), model->grade, as_style_end(t));
    if (model->before.at != AS_TIME_NONE)
        fprintf(t->out, "   before, %s: %s%s%s", as_instant_format(since, model->before.at),
                as_stage_name((enum as_stage)model->before.stage), model->before.grade[0] == '\0' ? "" : " ",
                model->before.grade);
    fputc('\n', t->out);
    if (model->pending)
        fprintf(t->out, "  %sNot stored yet: the next run would decide so%s\n", as_style(t, AS_YELLOW),
                as_style_end(t));
    if (standing->attention)
        fprintf(t->out, "  %sA gate once passed fails now: look at this lead%s\n", as_style(t, AS_YELLOW),
                as_style_end(t));
    if (standing->blocked)
        fprintf(t->out, "  %sA disqualifier is unknown: no hand-off before it is settled%s\n",
                as_style(t, AS_YELLOW), as_style_end(t));
    if (standing->recycles > 0)
        fprintf(t->out, "  Went back to nurturing %u time%s\n", standing->recycles,
                standing->recycles == 1 ? "" : "s");
}

static enum as_status print_model(const struct as_terminal *t, const struct as_explanation *x,
                                  const struct as_explained_model *model, struct as_error *error)
{
    char title[AS_MAX_NAME + 16];
    snprintf(title, sizeof title, "Model %s", model->model->name);
    heading(t, title);
    if (model->standing.outside) {
        fprintf(t->out, "  is not about this lead\n");
        return AS_OK;
    }
    print_standing(t, model);
    enum as_status status = AS_OK;
    for (uint32_t s = 0; s < model->scores.n && status == AS_OK; s++)
        status = print_score(t, &model->scores.at[s], x->at, model->before.at, error);
    if (status == AS_OK)
        status = print_gates(t, model, x->pack, x->at, error);
    if (status == AS_OK && model->disqualifiers.n > 0) {
        fprintf(t->out, "\n  %sDisqualifiers%s\n", as_style(t, AS_BOLD), as_style_end(t));
        status = print_conditions(t, model->disqualifiers.at, model->disqualifiers.n, x->at, error);
    }
    if (status == AS_OK)
        status = print_missing(t, model, error);
    if (status == AS_OK)
        print_forecast(t, model);
    return status;
}

/* --- contact and account --- */

static void print_contact(const struct as_terminal *t, const struct as_explanation *x)
{
    const struct as_explained_contact *c = &x->contact;
    char until[AS_WORDING];
    bool allowed = c->answer.denial == AS_CONTACT_ALLOWED;
    heading(t, "Contact today");
    fprintf(t->out, "  by %s%s%s: %s%s%s", c->channel, c->ask != NULL ? ", asking for " : "",
            c->ask != NULL ? c->ask : "", as_style(t, allowed ? AS_GREEN : AS_RED), allowed ? "yes" : "no",
            as_style_end(t));
    if (!allowed) {
        fprintf(t->out, ", %s: ", as_denial_name(c->answer.denial));
        put(t, AS_PLAIN, c->answer.reason);
        if (c->answer.until != AS_TIME_NONE)
            fprintf(t->out, "; from %s UTC on", as_instant_format(until, c->answer.until));
        if (c->denied_by != NULL && strcmp(c->denied_by, x->pack->name) != 0)
            fprintf(t->out, " (policy of pack %s)", c->denied_by);
    }
    fputc('\n', t->out);
    if (c->persona != NULL || c->phase != NULL || c->permission != NULL)
        fprintf(t->out, "  persona %s, buying phase %s, permission %s\n",
                c->persona != NULL ? c->persona : "none fits", c->phase != NULL ? c->phase : "unknown",
                c->permission != NULL ? c->permission : "not graded");
    if (c->track == NULL) {
        fprintf(t->out, "  in no nurturing track\n");
        return;
    }
    fprintf(t->out, "  track \"%s\", next step \"%s\": %s", c->track, c->step, c->what);
    if (c->due != AS_TIME_NONE)
        fprintf(t->out, ", due %s", as_since_format(until, c->due, x->at));
    fputc('\n', t->out);
}

static void print_account(const struct as_terminal *t, const struct as_explanation *x)
{
    const struct as_explained_account *a = &x->account;
    heading(t, "Account");
    if (a->id == 0) {
        fprintf(t->out, "  none is known; account facts are unknown for this lead\n");
        return;
    }
    fprintf(t->out, "  ");
    put(t, AS_PLAIN, a->name != NULL ? a->name : "unnamed");
    if (a->matched_by != NULL) {
        fprintf(t->out, ", matched by ");
        put(t, AS_PLAIN, a->matched_by);
    }
    fprintf(t->out, ", %u known %s\n", a->members, a->members == 1 ? "person" : "people");
    if (a->has_region)
        fprintf(t->out, "  region %s\n", as_region_name(a->region));
    if (a->template_ == NULL)
        return;
    fprintf(t->out, "  buying group for \"%s\" covered %.0f %%:", a->template_, a->coverage * 100);
    for (uint32_t r = 0; r < a->roles.n; r++) {
        const struct as_explained_role *role = &a->roles.at[r];
        bool missing = role->filled < role->needed;
        fprintf(t->out, "%s %s%s %u of %u%s", r == 0 ? "" : ",", as_style(t, missing ? AS_YELLOW : AS_PLAIN),
                role->role, role->filled, role->needed, as_style_end(t));
    }
    fputc('\n', t->out);
}

static void print_head(const struct as_terminal *t, const struct as_explanation *x)
{
    char at[AS_WORDING], known[AS_WORDING];
    put(t, AS_BOLD, x->lead);
    if (x->title != NULL) {
        fprintf(t->out, ", ");
        put(t, AS_PLAIN, x->title);
    }
    if (x->account.name != NULL) {
        fprintf(t->out, ", ");
        put(t, AS_PLAIN, x->account.name);
    }
    fprintf(t->out, "  (#%lld", (long long)x->lead_id);
    if (x->email != NULL) {
        fprintf(t->out, ", ");
        put(t, AS_PLAIN, x->email);
    }
    fprintf(t->out, ")\n%sPack %s %.8s, as of %s UTC", as_style(t, AS_DIM), x->pack->name, x->pack->hash,
            as_instant_format(at, x->at));
    if (x->known_at != x->at)
        fprintf(t->out, ", by what was known at %s", as_instant_format(known, x->known_at));
    fprintf(t->out, "%s\n", as_style_end(t));
    fprintf(t->out, "Owner: ");
    put(t, AS_PLAIN, x->owner != NULL ? x->owner : "nobody");
    if (x->owner_why != NULL) {
        fprintf(t->out, " (");
        put(t, AS_PLAIN, x->owner_why);
        fprintf(t->out, ")");
    }
    fputc('\n', t->out);
}

enum as_status as_print_explanation(const struct as_terminal *terminal,
                                    const struct as_explanation *explanation, struct as_error *error)
{
    enum as_status status = AS_OK;
    print_head(terminal, explanation);
    for (uint32_t m = 0; m < explanation->models.n && status == AS_OK; m++)
        status = print_model(terminal, explanation, &explanation->models.at[m], error);
    if (status != AS_OK)
        return status;
    print_contact(terminal, explanation);
    print_account(terminal, explanation);
    return AS_OK;
}
