/* The facts of one moment: allocation and release of its columns, and who belongs to which account. Filling
 * it is left to the store and to tests. */
#include "data/facts/dataset.h"

#include "base/ids.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

/* calloc that gives a pointer for nothing too, so that NULL always means that memory is out. */
static void *zeroed(size_t n, size_t size)
{
    return calloc(n > 0 ? n : 1, size);
}

enum as_status as_dataset_new(struct as_dataset **out, const struct as_schema *schema, uint32_t leads,
                              uint32_t accounts, struct as_error *error)
{
    *out = NULL;
    struct as_dataset *set = calloc(1, sizeof *set);
    if (set == NULL)
        return as_error_memory(error);
    set->schema = schema;
    set->leads = leads;
    set->accounts = accounts;
    set->field = zeroed(schema->fields.n, sizeof(*set->field));
    set->answer = zeroed(schema->fields.n, sizeof *set->answer);
    set->lead_id = zeroed(leads, sizeof *set->lead_id);
    set->account_id = zeroed(accounts, sizeof *set->account_id);
    set->lead_account = as_pages_room(leads * sizeof *set->lead_account);
    set->kind_state = zeroed(schema->kinds.n, sizeof *set->kind_state);
    set->channels = as_intern_new();
    set->tracks = as_intern_new();
    set->labels = as_intern_new();
    set->users = as_intern_new();
    if (set->field == NULL || set->answer == NULL || set->lead_id == NULL || set->account_id == NULL ||
        set->lead_account == NULL || set->kind_state == NULL || set->channels == NULL ||
        set->tracks == NULL || set->users == NULL || set->labels == NULL) {
        as_dataset_free(set);
        return as_error_memory(error);
    }
    memset(set->lead_account, 0xff, leads * sizeof *set->lead_account); /* AS_NO_INDEX */
    *out = set;
    return AS_OK;
}

static void free_events(struct as_event_log *log, uint32_t properties)
{
    if (log->end_pages.at == NULL && (log->start == NULL || log->end != log->start + 1))
        free(log->end);
    if (log->start_pages.at == NULL)
        free(log->start);
    as_pages_free(&log->start_pages);
    as_pages_free(&log->end_pages);
    if (log->pages.at == NULL) {
        free(log->time);
        free(log->kind);
    }
    as_pages_free(&log->pages);
    if (log->property != NULL)
        for (uint32_t i = 0; i < properties; i++)
            as_column_free(log->property[i]);
    free(log->property);
}

const struct as_coming *as_coming_to(const struct as_dataset *set, struct as_str programme, uint32_t lead_row)
{
    const struct as_coming_log *log = &set->comings;
    for (uint32_t i = log->start == NULL ? 0 : log->start[lead_row];
         log->start != NULL && i < log->start[lead_row + 1]; i++)
        if (as_str_is(programme, as_intern_text(set->programmes, log->at[i].programme).p))
            return &log->at[i];
    return NULL;
}

void as_dataset_drop_priors(struct as_dataset *set)
{
    for (uint32_t i = 0; set->prior != NULL && i < set->prior_models; i++)
        if (set->prior_pages == NULL || set->prior_pages[i].at == NULL)
            free(set->prior[i]);
        else
            as_pages_free(&set->prior_pages[i]);
    for (uint32_t i = 0; set->prior_over != NULL && i < set->prior_models; i++) {
        free(set->prior_over[i].has);
        free(set->prior_over[i].before);
        free(set->prior_over[i].at);
        as_pages_free(&set->prior_over[i].pages);
    }
    for (uint32_t i = 0; set->prior_day != NULL && i < set->prior_models; i++)
        free(set->prior_day[i]);
    for (uint32_t i = 0; set->prior_alike != NULL && i < set->prior_models; i++)
        as_pages_free(&set->prior_alike[i].pages);
    free(set->prior);
    free(set->prior_pages);
    free(set->prior_over);
    free(set->prior_alike);
    free(set->prior_day);
    free(set->enrolments.start);
    free(set->enrolments.at);
    free(set->overrides.start);
    free(set->overrides.at);
    free(set->track_words.start);
    free(set->track_words.at);
    free(set->comings.start);
    free(set->comings.at);
    as_intern_free(set->programmes);
    as_intern_free(set->programmes_over);
    set->prior = NULL;
    set->prior_pages = NULL;
    set->prior_over = NULL;
    set->prior_alike = NULL;
    set->prior_day = NULL;
    set->prior_models = 0;
    set->prior_pack = NULL;
    set->enrolments = (struct as_enrolment_log){0};
    set->overrides = (struct as_override_log){0};
    set->track_words = (struct as_track_word_log){0};
    set->comings = (struct as_coming_log){0};
    set->programmes = set->programmes_over = NULL;
}

void as_dataset_free(struct as_dataset *set)
{
    if (set == NULL)
        return;
    uint32_t fields = set->schema->fields.n, properties = set->schema->properties.n;
    if (set->field != NULL)
        for (uint32_t i = 0; i < fields; i++)
            as_column_free(set->field[i]);
    if (set->answer != NULL)
        for (uint32_t i = 0; i < fields; i++) {
            as_column_free(set->answer[i].value);
            free(set->answer[i].stated);
            free(set->answer[i].voices);
            free(set->answer[i].time);
        }
    free(set->field);
    free(set->answer);
    free(set->elsewhere);
    if (set->lead_id_pages.at == NULL)
        free(set->lead_id);
    as_pages_free(&set->lead_id_pages);
    free(set->account_id);
    free(set->lead_account);
    free(set->member_start);
    free(set->member);
    free_events(&set->lead_events, properties);
    free_events(&set->account_events, properties);
    free(set->kinds);
    free(set->untracked);
    free(set->kind_state);
    as_dataset_drop_priors(set);
    free(set->touches.start);
    free(set->touches.at);
    free(set->consents.start);
    free(set->consents.at);
    as_intern_free(set->channels);
    as_intern_free(set->tracks);
    as_intern_free(set->labels);
    as_intern_free(set->users);
    free(set);
}

static enum as_status new_answer(struct as_answer_column *answer, const struct as_field *field, size_t rows,
                                 struct as_error *error)
{
    struct as_column *value;
    uint64_t *stated = zeroed(AS_BIT_WORDS(rows), sizeof *stated);
    uint8_t *voices = zeroed(rows, sizeof *voices);
    int64_t *time = zeroed(rows, sizeof *time);
    enum as_status status = AS_ERR_MEMORY;
    if (stated == NULL || voices == NULL || time == NULL)
        as_error_memory(error);
    else
        status = as_column_new(&value, field->type, rows, field->choices, field->choice_count, error);
    if (status != AS_OK) {
        free(stated);
        free(voices);
        free(time);
        return status;
    }
    *answer = (struct as_answer_column){value, stated, voices, time};
    return AS_OK;
}

enum as_status as_dataset_column(struct as_column **out, struct as_dataset *set, uint32_t index,
                                 struct as_error *error)
{
    const struct as_field *field = set->schema->fields.at[index];
    size_t rows = field->level == AS_LEVEL_LEAD ? set->leads : set->accounts;
    enum as_status status = AS_OK;
    if (field->ask != NULL) {
        if (set->answer[index].value == NULL)
            status = new_answer(&set->answer[index], field, rows, error);
        *out = set->answer[index].value;
        return status;
    }
    if (set->field[index] == NULL)
        status =
            as_column_new(&set->field[index], field->type, rows, field->choices, field->choice_count, error);
    *out = set->field[index];
    return status;
}

/* So few leads are linked before a thread has begun; more threads than these wait for memory. */
enum { LINKED_ALONE = 100000, LINKERS = 4 };

/* Each thread counts the members among its share of the leads, by account; then lays them down behind those
 * that the threads before it have of the same account. */
struct linking {
    const struct as_dataset *set;
    uint32_t *place; /* by thread and account */
    uint32_t *member;
    uint32_t share; /* leads of a thread */
    bool counting;
};

static enum as_status link_share(void *context, unsigned worker, size_t part, struct as_error *error)
{
    const struct linking *linking = context;
    const struct as_dataset *set = linking->set;
    uint32_t *place = linking->place + part * set->accounts, from = (uint32_t)part * linking->share;
    uint32_t end = set->leads - from < linking->share ? set->leads : from + linking->share;
    (void)worker;
    for (uint32_t lead = from; lead < end && !linking->counting; lead++)
        if (set->lead_account[lead] != AS_NO_INDEX)
            linking->member[place[set->lead_account[lead]]++] = lead;
    for (uint32_t lead = from; lead < end && linking->counting; lead++) {
        uint32_t account = set->lead_account[lead];
        if (account == AS_NO_INDEX)
            continue;
        if (account >= set->accounts)
            return as_error_set(error, AS_ERR_BUG, "lead row %u points at account row %u of %u", lead,
                                account, set->accounts);
        place[account]++;
    }
    return AS_OK;
}

enum as_status as_dataset_link(struct as_dataset *set, struct as_error *error)
{
    uint32_t threads = set->leads < LINKED_ALONE ? 1 : as_processors(), next = 0;
    threads = threads > LINKERS ? LINKERS : threads;
    uint32_t *start = zeroed((size_t)set->accounts + 1, sizeof *start);
    uint32_t *member = zeroed(set->leads, sizeof *member);
    struct linking linking = {set, zeroed((size_t)threads * set->accounts, sizeof *start), member,
                              (set->leads + threads - 1) / threads, true};
    enum as_status status = AS_OK;
    if (start == NULL || member == NULL || linking.place == NULL)
        status = as_error_memory(error);
    else
        status = as_parallel(threads, threads, link_share, &linking, error);
    for (uint32_t account = 0; account < set->accounts && status == AS_OK; account++) {
        start[account] = next;
        for (uint32_t part = 0; part < threads; part++) {
            uint32_t *place = &linking.place[(size_t)part * set->accounts + account], n = *place;
            *place = next;
            next += n;
        }
    }
    linking.counting = false;
    if (status == AS_OK) {
        start[set->accounts] = next;
        status = as_parallel(threads, threads, link_share, &linking, error);
    }
    if (status == AS_OK) {
        free(set->member_start);
        free(set->member);
        set->member_start = start;
        set->member = member;
        start = member = NULL;
    }
    free(linking.place);
    free(start);
    free(member);
    return status;
}

static uint32_t row_of(const int64_t *ids, uint32_t rows, int64_t id)
{
    size_t row = as_ids_place(ids, rows, id);
    return row == SIZE_MAX ? AS_NO_INDEX : (uint32_t)row;
}

uint32_t as_dataset_lead_row(const struct as_dataset *dataset, int64_t lead_id)
{
    return row_of(dataset->lead_id, dataset->leads, lead_id);
}

uint32_t as_dataset_account_row(const struct as_dataset *dataset, int64_t account_id)
{
    return row_of(dataset->account_id, dataset->accounts, account_id);
}
