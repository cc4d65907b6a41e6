/* Values behind conditions. The trace knows what the kernels saw; the store knows who said it and when. */
#include "run/explain/evidence.h"

#include "base/limits.h"
#include "score/plan/region.h"
#include "score/tree/operator.h"
#include "store/facts/facts.h"
#include "store/report/report.h"

#include <string.h>

const char *as_manner_name(enum as_manner manner)
{
    static const char *const names[] = {[AS_MANNER_FACT] = "fact",
                                        [AS_MANNER_STATED] = "stated",
                                        [AS_MANNER_INFERRED] = "inferred",
                                        [AS_MANNER_COUNTED] = "counted",
                                        [AS_MANNER_READ] = "read",
                                        [AS_MANNER_UNKNOWN] = "unknown",
                                        [AS_MANNER_UNMEASURABLE] = "unmeasurable"};
    return names[manner];
}

static const char *keep(struct as_arena *arena, struct as_buf *buf)
{
    const char *text = buf->failed ? NULL : as_arena_copy(arena, as_buf_c(buf), buf->n);
    as_buf_free(buf);
    return text;
}

static const char *source_text(const struct as_evidence_source *source, const struct as_expr *expr)
{
    struct as_buf text = {.p = NULL};
    as_expr_source(&text, expr, source->dataset->schema);
    return keep(source->arena, &text);
}

/* --- facts and answers --- */

/* The store's row that holds the value: that of the referred lead or account when the field takes a step. 0:
 * none. */
static int64_t holder_of(const struct as_evidence_source *source, const struct as_expr *expr)
{
    const struct as_dataset *dataset = source->dataset;
    const struct as_field *field = dataset->schema->fields.at[expr->field];
    enum as_level level = field->level;
    uint32_t row = level == AS_LEVEL_LEAD ? source->lead_row : source->account_row;
    if (expr->kind == AS_EXPR_FIELD && expr->via != AS_NO_INDEX) {
        const struct as_column *reference = dataset->field[expr->via];
        uint32_t from = dataset->schema->fields.at[expr->via]->level == AS_LEVEL_LEAD ? source->lead_row
                                                                                      : source->account_row;
        if (reference == NULL || from == AS_NO_INDEX || !as_bit(reference->known, from))
            return 0;
        row = reference->code[from];
    }
    if (row == AS_NO_INDEX)
        return 0;
    return level == AS_LEVEL_LEAD ? dataset->lead_id[row] : dataset->account_id[row];
}

static enum as_manner manner_of(const struct as_evidence_source *source, const struct as_expr *expr,
                                const char *said_by)
{
    if (expr->kind == AS_EXPR_ANSWER) {
        const struct as_answer_column *answer = &source->dataset->answer[expr->field];
        uint32_t row = source->dataset->schema->fields.at[expr->field]->level == AS_LEVEL_LEAD
                           ? source->lead_row
                           : source->account_row;
        bool stated = answer->stated != NULL && row != AS_NO_INDEX && as_bit(answer->stated, row);
        return stated ? AS_MANNER_STATED : AS_MANNER_INFERRED;
    }
    return said_by != NULL && strncmp(said_by, "inferred", strlen("inferred")) == 0 ? AS_MANNER_INFERRED
                                                                                    : AS_MANNER_FACT;
}

/* What a plan reads only in another form (an amount in one currency) has no node of its own: its column knows
 * it. */
static bool show_column(struct as_buf *out, const struct as_evidence_source *source,
                        const struct as_expr *expr)
{
    const struct as_dataset *dataset = source->dataset;
    if (expr->kind != AS_EXPR_FIELD || expr->via != AS_NO_INDEX)
        return false;
    const struct as_column *column = dataset->field[expr->field];
    uint32_t row = dataset->schema->fields.at[expr->field]->level == AS_LEVEL_LEAD ? source->lead_row
                                                                                   : source->account_row;
    if (column == NULL || row == AS_NO_INDEX || !as_bit(column->known, row))
        return false;
    as_column_show(out, column, row);
    return true;
}

static enum as_status fact_value(struct as_explained_value *out, const struct as_evidence_source *source,
                                 const struct as_expr *expr, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    bool known = as_trace_show(&text, source->trace, expr) || show_column(&text, source, expr);
    out->value = known ? keep(source->arena, &text) : NULL;
    as_buf_free(&text);
    if (!known) {
        out->manner = AS_MANNER_UNKNOWN;
        return AS_OK;
    }
    if (out->value == NULL)
        return as_error_memory(error);
    struct as_evidence evidence;
    bool found = false;
    int64_t holder = holder_of(source, expr);
    enum as_status status = AS_OK;
    bool own = expr->kind != AS_EXPR_FIELD || expr->via == AS_NO_INDEX;
    if (own && source->overlay != NULL && as_overlay_holds(source->overlay, expr->field)) {
        out->source = "supposed";
        out->since = AS_TIME_NONE;
    } else if (holder != 0)
        status = as_store_evidence(&evidence, &found, source->store, source->dataset->schema, expr->field,
                                   holder, source->dataset->known_at, error);
    if (status != AS_OK)
        return status;
    if (found) {
        out->source = as_arena_printf(source->arena, "%s", evidence.source);
        out->since = evidence.since;
        if (out->source == NULL)
            return as_error_memory(error);
    }
    out->manner = manner_of(source, expr, out->source);
    return AS_OK;
}

/* --- events --- */

static bool is_feature(const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_CALL && expr->arg_count > 0 && expr->args[0].kind == AS_LITERAL_EXPR &&
           expr->args[0].expr->kind == AS_EXPR_EVENTS;
}

static bool selects(const struct as_evidence_source *source, const struct as_expr *events, uint16_t kind)
{
    if (events->kind_first == AS_NO_INDEX)
        return source->dataset->schema->kinds.at[kind]->by == AS_ACTOR_BUYER;
    return events->kind_first == kind;
}

static int64_t newest_event(const struct as_evidence_source *source, const struct as_expr *events)
{
    const struct as_dataset *dataset = source->dataset;
    bool of_account = events->level == AS_LEVEL_ACCOUNT;
    const struct as_event_log *log = of_account ? &dataset->account_events : &dataset->lead_events;
    uint32_t row = of_account ? source->account_row : source->lead_row;
    if (log->start == NULL || row == AS_NO_INDEX)
        return AS_TIME_NONE;
    for (uint32_t i = log->end[row]; i > log->start[row]; i--)
        if (selects(source, events, log->kind[i - 1]))
            return log->time[i - 1];
    return AS_TIME_NONE;
}

static bool measurable(const struct as_evidence_source *source, const struct as_expr *events)
{
    const struct as_dataset *dataset = source->dataset;
    if (dataset->untracked != NULL && as_bit(dataset->untracked, source->lead_row))
        return false;
    return events->kind_first == AS_NO_INDEX || dataset->kind_state == NULL ||
           dataset->kind_state[events->kind_first] != AS_FEED_NEVER;
}

static enum as_status feature_value(struct as_explained_value *out, const struct as_evidence_source *source,
                                    const struct as_expr *call, struct as_error *error)
{
    const struct as_expr *events = call->args[0].expr;
    struct as_buf text = {.p = NULL};
    bool known = as_trace_show(&text, source->trace, call);
    if (!known && (call->shape & AS_SHAPE_BOOLEAN) != 0) {
        enum as_tri state = as_trace_state(source->trace, call);
        known = state == AS_YES || state == AS_NO;
        if (known)
            as_buf_text(&text, state == AS_YES ? "yes" : "no");
    }
    out->value = known ? keep(source->arena, &text) : NULL;
    as_buf_free(&text);
    out->manner = known                        ? AS_MANNER_COUNTED
                  : measurable(source, events) ? AS_MANNER_UNKNOWN
                                               : AS_MANNER_UNMEASURABLE;
    out->since = newest_event(source, events);
    return known && out->value == NULL ? as_error_memory(error) : AS_OK;
}

/* --- walking a condition --- */

static enum as_status add_value(struct as_explained_values *out, const struct as_evidence_source *source,
                                const struct as_expr *expr, struct as_error *error)
{
    struct as_explained_value value = {.fact = source_text(source, expr), .since = AS_TIME_NONE};
    if (value.fact == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < out->list.n; i++)
        if (strcmp(out->list.at[i].fact, value.fact) == 0)
            return AS_OK;
    enum as_status status;
    if (expr->kind == AS_EXPR_FIELD || expr->kind == AS_EXPR_ANSWER) {
        status = fact_value(&value, source, expr, error);
    } else if (is_feature(expr)) {
        status = feature_value(&value, source, expr, error);
    } else {
        struct as_buf text = {.p = NULL};
        bool known = as_trace_show(&text, source->trace, expr);
        value.value = known ? keep(source->arena, &text) : NULL;
        as_buf_free(&text);
        value.manner = known ? AS_MANNER_COUNTED : AS_MANNER_UNKNOWN;
        status = known && value.value == NULL ? as_error_memory(error) : AS_OK;
    }
    if (status != AS_OK)
        return status;
    return as_list_push(source->arena, &out->list, value) ? AS_OK : as_error_memory(error);
}

/* What a function of the pack reads of the lead: a line each. */
static enum as_status add_reads(struct as_explained_values *out, const struct as_evidence_source *source,
                                const struct as_expr *function, struct as_error *error)
{
    uint32_t row = function->level == AS_LEVEL_LEAD ? source->lead_row : source->account_row;
    struct as_buf text = {.p = NULL};
    int64_t next_day = AS_TIME_NONE;
    if (source->functions == NULL || source->functions->reads == NULL || row == AS_NO_INDEX)
        return AS_OK;
    enum as_status status =
        source->functions->reads(&text, &next_day, source->functions->context, function->function,
                                 source->dataset, row, source->dataset->at, error);
    struct as_str rest = {as_buf_c(&text), text.n};
    while (status == AS_OK && rest.n > 0) {
        struct as_str line = as_str_trim(as_str_cut(&rest, '\n'));
        struct as_explained_value value = {.manner = AS_MANNER_READ, .since = AS_TIME_NONE};
        if (line.n == 0)
            continue;
        value.fact = as_arena_copy(source->arena, line.p, line.n);
        if (value.fact == NULL || !as_list_push(source->arena, &out->list, value))
            status = as_error_memory(error);
    }
    as_buf_free(&text);
    if (next_day != AS_TIME_NONE && (out->next_day == 0 || next_day < out->next_day))
        out->next_day = next_day;
    return status;
}

static bool of_group(const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_CALL && expr->arg_count > 0 && expr->args[0].kind == AS_LITERAL_EXPR &&
           expr->args[0].expr->kind == AS_EXPR_GROUP;
}

/* A question about one person that a condition of the account asks of the group (confirmed_by): by whom it is
 * met, for the account has no answer of its own. *is: it is one. */
static enum as_status add_confirmed(bool *is, struct as_explained_values *out,
                                    const struct as_evidence_source *source, const struct as_expr *expr,
                                    struct as_error *error)
{
    uint32_t rows[AS_MEMBERS_NAMED],
        n = as_trace_members(rows, AS_MEMBERS_NAMED, source->trace, expr, AS_YES);
    *is = n > 0;
    for (int state = AS_NO; state <= AS_UNMEASURABLE && !*is; state++)
        *is = as_trace_members(NULL, 0, source->trace, expr, (enum as_tri)state) > 0;
    if (!*is)
        return AS_OK;
    struct as_buf text = {.p = NULL};
    as_buf_text(&text, n > 0 ? "of " : "of nobody");
    for (uint32_t i = 0; i < n && i < AS_MEMBERS_NAMED; i++) {
        const char *name = NULL;
        enum as_status status = as_lead_name(&name, source, rows[i], error);
        if (status != AS_OK) {
            as_buf_free(&text);
            return status;
        }
        as_buf_printf(&text, "%s%s", i > 0 ? ", " : "", name != NULL ? name : "somebody");
    }
    struct as_explained_value value = {.fact = source_text(source, expr),
                                       .value = keep(source->arena, &text),
                                       .manner = AS_MANNER_COUNTED,
                                       .since = AS_TIME_NONE};
    return value.fact != NULL && value.value != NULL && as_list_push(source->arena, &out->list, value)
               ? AS_OK
               : as_error_memory(error);
}

static enum as_status walk(struct as_explained_values *out, const struct as_evidence_source *source,
                           const struct as_expr *expr, int depth, struct as_error *error)
{
    if (expr == NULL || depth > AS_MAX_EXPR_DEPTH)
        return AS_OK;
    switch (expr->kind) {
    case AS_EXPR_FIELD:
    case AS_EXPR_ANSWER:
    case AS_EXPR_SCORE:
    case AS_EXPR_SEGMENT:
        return add_value(out, source, expr, error);
    case AS_EXPR_FUNCTION:
        return add_reads(out, source, expr, error);
    case AS_EXPR_EVENTS:
    case AS_EXPR_GROUP:
        return AS_OK;
    case AS_EXPR_CALL:
        break;
    }
    if (is_feature(expr))
        return add_value(out, source, expr, error);
    /* What a group's members say is told by naming members; a number about the group (coverage, size) is a
     * value. */
    if (of_group(expr))
        return (expr->shape & AS_SHAPE_BOOLEAN) != 0 ? AS_OK : add_value(out, source, expr, error);
    enum as_status status = AS_OK;
    bool confirmed = false;
    if (expr->op->kernel == AS_KERNEL_CONFIRMED_BY)
        status = add_confirmed(&confirmed, out, source, expr, error);
    if (confirmed)
        return status;
    for (uint32_t a = 0; a < expr->arg_count && status == AS_OK; a++)
        if (expr->args[a].kind == AS_LITERAL_EXPR)
            status = walk(out, source, expr->args[a].expr, depth + 1, error);
    return status == AS_OK && expr->op->kernel == AS_KERNEL_IN_CURRENCY ? add_value(out, source, expr, error)
                                                                        : status;
}

enum as_status as_evidence_of(struct as_explained_values *out, const struct as_evidence_source *source,
                              const struct as_expr *expr, struct as_error *error)
{
    return walk(out, source, expr, 0, error);
}

/* --- conditions --- */

enum as_status as_lead_name(const char **out, const struct as_evidence_source *source, uint32_t lead_row,
                            struct as_error *error)
{
    struct as_who who;
    enum as_status status =
        as_store_who_kept(&who, source->arena, source->store, source->dataset->lead_id[lead_row], error);
    *out = who.name;
    return status;
}

static enum as_status name_members(struct as_explained_condition *out,
                                   const struct as_evidence_source *source, const struct as_expr *expr,
                                   enum as_tri state, struct as_error *error)
{
    uint32_t rows[AS_MEMBERS_NAMED];
    uint32_t n = as_trace_members(rows, AS_MEMBERS_NAMED, source->trace, expr, state);
    for (uint32_t i = 0; i < n && i < AS_MEMBERS_NAMED; i++) {
        const char *name = NULL;
        enum as_status status = as_lead_name(&name, source, rows[i], error);
        if (status != AS_OK)
            return status;
        bool kept = name == NULL || (state == AS_NO ? as_list_push(source->arena, &out->members, name)
                                                    : as_list_push(source->arena, &out->undecided, name));
        if (!kept)
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status name_roles(struct as_explained_condition *out, const struct as_evidence_source *source,
                                 const struct as_expr *covers, struct as_error *error)
{
    for (uint32_t i = 0; i < covers->args[1].n; i++) {
        struct as_str name = covers->args[1].items[i].text;
        if (as_group_plays(source->dataset, source->account_row, name))
            continue;
        const char *kept = as_arena_copy(source->arena, name.p, name.n);
        if (kept == NULL || !as_list_push(source->arena, &out->roles, kept))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status add_members(struct as_explained_condition *out, const struct as_evidence_source *source,
                                  const struct as_expr *expr, int depth, struct as_error *error)
{
    if (depth > AS_MAX_EXPR_DEPTH || expr->kind != AS_EXPR_CALL)
        return AS_OK;
    enum as_status status = AS_OK;
    if (!of_group(expr) || (expr->shape & AS_SHAPE_BOOLEAN) == 0) {
        for (uint32_t a = 0; a < expr->arg_count && status == AS_OK; a++)
            if (expr->args[a].kind == AS_LITERAL_EXPR)
                status = add_members(out, source, expr->args[a].expr, depth + 1, error);
        return status;
    }
    if (expr->op->kernel == AS_KERNEL_COVERS)
        return name_roles(out, source, expr, error);
    static const enum as_tri states[] = {AS_NO, AS_UNKNOWN, AS_UNMEASURABLE};
    for (size_t i = 0; i < sizeof states / sizeof *states && status == AS_OK; i++)
        status = name_members(out, source, expr, states[i], error);
    return status;
}

enum as_status as_explain_condition(struct as_explained_condition *out,
                                    const struct as_evidence_source *source, const char *name,
                                    const struct as_expr *when, struct as_error *error)
{
    *out = (struct as_explained_condition){
        .name = name, .when = when, .state = as_trace_state(source->trace, when)};
    struct as_buf said = {.p = NULL};
    as_expr_say(&said, when, source->dataset->schema);
    out->said = keep(source->arena, &said);
    if (out->said == NULL)
        return as_error_memory(error);
    enum as_status status = as_evidence_of(&out->values, source, when, error);
    if (status == AS_OK && out->state != AS_YES)
        status = add_members(out, source, when, 0, error);
    return status;
}

/* --- event rules --- */

static bool within(const struct as_rule *rule, int64_t at, int64_t time)
{
    int64_t age = as_day_of(at) - as_day_of(time);
    if (rule->fading == AS_FADING_WINDOW || rule->fading == AS_FADING_LINEAR)
        return age < rule->fading_days;
    return true;
}

enum as_status as_events_behind(const char **counted, int64_t *newest,
                                const struct as_evidence_source *source, const struct as_rule *rule,
                                uint32_t counted_events, struct as_error *error)
{
    const struct as_dataset *dataset = source->dataset;
    const struct as_event_log *log = &dataset->lead_events;
    struct as_buf text = {.p = NULL};
    uint32_t all = 0;
    *counted = NULL;
    *newest = AS_TIME_NONE;
    if (log->start == NULL)
        return AS_OK;
    for (uint32_t k = 0; k < rule->per_event.n; k++) {
        uint32_t kind = rule->per_event.at[k].kind, n = 0;
        for (uint32_t i = log->start[source->lead_row]; i < log->end[source->lead_row]; i++) {
            if (log->kind[i] != kind || !within(rule, dataset->at, log->time[i]))
                continue;
            n++;
            if (log->time[i] > *newest)
                *newest = log->time[i];
        }
        if (n > 0)
            as_buf_printf(&text, "%s%u %s", text.n > 0 ? ", " : "", n, dataset->schema->kinds.at[kind]->name);
        all += n;
    }
    if (counted_events < all)
        as_buf_printf(&text, " (%u of %u count)", counted_events, all);
    if (text.n > 0) {
        *counted = keep(source->arena, &text);
        if (*counted == NULL)
            return as_error_memory(error);
    }
    as_buf_free(&text);
    return AS_OK;
}
