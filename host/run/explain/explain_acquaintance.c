/* What somebody who takes a lead over has to know beside the decision: everything that was answered, and who
 * else is there. */
#include "run/explain/explaining.h"

#include "base/limits.h"
#include "store/facts/facts.h"

#include <stdlib.h>
#include <string.h>

static const char *show(struct as_explaining *e, const struct as_column *column, uint32_t row)
{
    struct as_buf text = {.p = NULL};
    if (column == NULL || row == AS_NO_INDEX || !as_bit(column->known, row))
        return NULL;
    as_column_show(&text, column, row);
    const char *copy = as_arena_copy(&e->out->arena, as_buf_c(&text), text.n);
    as_buf_free(&text);
    return copy;
}

static enum as_status tell_answer(struct as_explaining *e, uint32_t field, struct as_error *error)
{
    const struct as_dataset *dataset = e->dataset;
    const struct as_field *declared = e->request->schema->fields.at[field];
    const struct as_answer_column *answer = &dataset->answer[field];
    bool of_lead = declared->level == AS_LEVEL_LEAD;
    uint32_t row = of_lead ? e->lead_row : e->account_row;
    struct as_explained_answer told = {
        .field = field,
        .value = {.fact = as_arena_printf(&e->out->arena, "answer.%s", declared->name),
                  .value = show(e, answer->value, row),
                  .manner = AS_MANNER_UNKNOWN,
                  .since = AS_TIME_NONE}};
    if (told.value.value != NULL) {
        struct as_evidence evidence;
        bool found = false;
        enum as_status status = as_store_evidence(&evidence, &found, e->store, e->request->schema, field,
                                                  of_lead ? dataset->lead_id[row] : dataset->account_id[row],
                                                  dataset->known_at, error);
        if (status != AS_OK)
            return status;
        if (found) {
            told.value.source = as_explaining_keep(e, evidence.source);
            told.value.since = evidence.since;
        }
        told.value.manner =
            answer->stated != NULL && as_bit(answer->stated, row) ? AS_MANNER_STATED : AS_MANNER_INFERRED;
    }
    return as_list_push(&e->out->arena, &e->out->answers, told) ? AS_OK : as_error_memory(error);
}

static const struct as_column *lead_column(const struct as_explaining *e, const char *name)
{
    uint32_t field = as_schema_field(e->request->schema, AS_LEVEL_LEAD, as_str_of(name));
    return field == AS_NO_INDEX ? NULL : e->dataset->field[field];
}

static int64_t last_seen(const struct as_dataset *dataset, uint32_t row)
{
    const struct as_event_log *log = &dataset->lead_events;
    for (uint32_t i = log->start == NULL ? 0 : log->end[row]; i > 0 && i > log->start[row]; i--)
        if (dataset->schema->kinds.at[log->kind[i - 1]]->by == AS_ACTOR_BUYER)
            return log->time[i - 1];
    return AS_TIME_NONE;
}

static enum as_status tell_person(struct as_explaining *e, uint32_t row, struct as_error *error)
{
    const struct as_pack *pack = e->out->pack;
    struct as_explained_person person = {.lead_id = e->dataset->lead_id[row],
                                         .title = show(e, lead_column(e, "title"), row),
                                         .role = show(e, lead_column(e, "group_role"), row),
                                         .last_seen = last_seen(e->dataset, row)};
    if (pack->models.n > 0) {
        const struct as_standing *standing = as_standing_at(&e->decisions[0], 0, row);
        person.label = standing->outside ? NULL : as_pack_label(pack, (enum as_stage)standing->stage);
    }
    enum as_status status = as_lead_name(&person.name, &e->source, row, error);
    if (status != AS_OK)
        return status;
    return as_list_push(&e->out->arena, &e->out->people, person) ? AS_OK : as_error_memory(error);
}

/* Those whose part is known first, then those who were there last. */
static int by_role(const void *left, const void *right)
{
    const struct as_explained_person *a = left, *b = right;
    if ((a->role == NULL) != (b->role == NULL))
        return a->role == NULL ? 1 : -1;
    int order = a->role == NULL ? 0 : strcmp(a->role, b->role);
    if (order == 0)
        order = (a->last_seen < b->last_seen) - (a->last_seen > b->last_seen);
    return order != 0 ? order : (a->lead_id > b->lead_id) - (a->lead_id < b->lead_id);
}

enum as_status as_explain_acquaintance(struct as_explaining *e, struct as_error *error)
{
    const struct as_schema *schema = e->request->schema;
    const struct as_dataset *dataset = e->dataset;
    enum as_status status = AS_OK;
    for (uint32_t f = 0; f < schema->fields.n && status == AS_OK; f++)
        if (schema->fields.at[f]->ask != NULL)
            status = tell_answer(e, f, error);
    if (status != AS_OK || e->account_row == AS_NO_INDEX || dataset->member_start == NULL)
        return status;
    for (uint32_t i = dataset->member_start[e->account_row];
         i < dataset->member_start[e->account_row + 1] && status == AS_OK; i++)
        if (dataset->member[i] != e->lead_row)
            status = tell_person(e, dataset->member[i], error);
    if (e->out->people.n > 1)
        qsort(e->out->people.at, e->out->people.n, sizeof *e->out->people.at, by_role);
    if (e->out->people.n > AS_PEOPLE_TOLD)
        e->out->people.n = AS_PEOPLE_TOLD;
    return status;
}
