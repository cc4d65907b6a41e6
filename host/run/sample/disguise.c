/* Stand-ins, field by field: candidates are decided beside the real values, and one is taken whose conditions
 * all come out the same. */
#include "run/sample/disguise_parts.h"

#include "data/identity/fold.h"

#include <stdlib.h>
#include <string.h>

static bool named(const struct as_field *field, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(field->name, names[i]) == 0)
            return true;
    return false;
}

static bool keeps(const struct as_field *field)
{
    static const char *const kept[] = {"country", "timezone", "language", NULL};
    return field->type == AS_TYPE_BOOLEAN || field->type == AS_TYPE_CHOICES || field->type == AS_TYPE_DATE ||
           field->type == AS_TYPE_REFERENCE || (field->type == AS_TYPE_CHOICE && field->choice_count > 0) ||
           (field->ask == NULL && named(field, kept));
}

static enum as_disguise_form form_of(const struct as_field *field)
{
    static const char *const phones[] = {"phone", "mobile", NULL},
                             *const sites[] = {"website", "linkedin", NULL},
                             *const names[] = {"first_name", "last_name", NULL};
    if (field->type == AS_TYPE_USER)
        return FORM_PERSON;
    return field->ask != NULL                   ? FORM_WORDS
           : strcmp(field->name, "email") == 0  ? FORM_EMAIL
           : strcmp(field->name, "domain") == 0 ? FORM_DOMAIN
           : named(field, sites)                ? FORM_SITE
           : named(field, phones)               ? FORM_PHONE
           : named(field, names)                ? FORM_NAME
           : strcmp(field->name, "name") == 0   ? FORM_PERSON
                                                : FORM_WORDS;
}

/* --- deciding values --- */

void as_disguise_trial_free(struct as_disguise_trial *trial)
{
    as_dataset_free(trial->dataset);
    free(trial->states);
    *trial = (struct as_disguise_trial){.dataset = NULL};
}

/* So many leads, each with an account of its own; *column is that of the field, for the caller to fill. */
enum as_status as_disguise_trial_open(struct as_disguise_trial *trial, struct as_column **column,
                                      const struct as_disguising *d, uint32_t rows, struct as_error *error)
{
    enum as_status status = as_dataset_new(&trial->dataset, d->dataset->schema, rows, rows, error);
    if (status != AS_OK)
        return status;
    trial->dataset->at = trial->dataset->known_at = d->dataset->at;
    for (uint32_t r = 0; r < rows; r++) {
        trial->dataset->lead_id[r] = trial->dataset->account_id[r] = (int64_t)r + 1;
        trial->dataset->lead_account[r] = r;
    }
    status = as_dataset_link(trial->dataset, error);
    if (status == AS_OK)
        status = as_dataset_column(column, trial->dataset, d->index, error);
    return status;
}

/* The leaves [first, end) are those of this pack. */
static enum as_status decide_by(struct as_disguise_trial *trial, const struct as_disguising *d,
                                const struct as_pack *pack, uint32_t first, uint32_t end,
                                struct as_error *error)
{
    struct as_pack asking;
    struct as_plan *plan = NULL;
    struct as_outcome *outcome = NULL;
    struct as_persona *asked = calloc(end - first + (size_t)1, sizeof *asked);
    if (asked == NULL)
        return as_error_memory(error);
    for (uint32_t i = first; i < end; i++)
        asked[i - first] = (struct as_persona){.name = "asked", .when = d->material.leaves.at[i]};
    as_pack_asking(&asking, pack, asked, end - first, false);
    struct as_run_options options = {.at = d->dataset->at, .threads = 1};
    enum as_status status = as_plan_new(&plan, &asking, error);
    if (status == AS_OK)
        status = as_plan_run(&outcome, plan, trial->dataset, &options, error);
    for (uint32_t i = first; status == AS_OK && i < end; i++) {
        struct as_verdicts verdicts = as_outcome_verdicts_at(outcome, asked[i - first].when, AS_LEVEL_LEAD);
        for (uint32_t r = 0; r < trial->dataset->leads; r++)
            trial->states[(size_t)r * trial->leaves + i] = (uint8_t)as_verdict_at(verdicts, r);
    }
    as_outcome_free(outcome);
    as_plan_free(plan);
    free(asked);
    return status;
}

enum as_status as_disguise_trial_decide(struct as_disguise_trial *trial, const struct as_disguising *d,
                                        struct as_error *error)
{
    enum as_status status = AS_OK;
    struct as_answer_column *answer = &trial->dataset->answer[d->index];
    for (uint32_t r = 0; answer->value != NULL && r < trial->dataset->leads; r++) {
        answer->voices[r] = AS_VOICE_BUYER;
        as_bit_set(answer->stated, r);
        answer->time[r] = d->dataset->at;
    }
    trial->leaves = d->material.leaves.n;
    trial->states = calloc((size_t)trial->dataset->leads * trial->leaves + 1, 1);
    if (trial->states == NULL)
        return as_error_memory(error);
    for (uint32_t p = 0; p < d->request->pack_count && status == AS_OK; p++)
        status = decide_by(trial, d, d->request->packs[p].pack, d->first[p], d->first[p + 1], error);
    return status;
}

bool as_disguise_same(const struct as_disguise_trial *trial, uint32_t a, uint32_t b)
{
    return memcmp(trial->states + (size_t)a * trial->leaves, trial->states + (size_t)b * trial->leaves,
                  trial->leaves) == 0;
}

/* --- putting stand-ins in place --- */

void as_disguise_give_up(const struct as_disguising *d, size_t row)
{
    as_bit_clear(d->column->known, row);
    if (d->field->level == AS_LEVEL_LEAD)
        as_bit_set(d->unfit, row);
    else
        for (uint32_t m = d->dataset->member_start[row]; m < d->dataset->member_start[row + 1]; m++)
            as_bit_set(d->unfit, d->dataset->member[m]);
}

const char *as_disguise_word(struct as_disguising *d, const char *purpose, struct as_str text, int syllables,
                             bool capital)
{
    struct as_buf word = {.p = NULL};
    as_pseudonym_word(&word, d->request->key, purpose, text, syllables);
    const char *copy = word.failed ? NULL : as_arena_copy(&d->arena, word.p, word.n);
    as_buf_free(&word);
    d->failed |= copy == NULL;
    if (copy != NULL && capital)
        ((char *)(uintptr_t)copy)[0] = (char)(copy[0] - 32);
    return copy != NULL ? copy : "";
}

/* --- fields --- */

static enum as_status disguise_field(struct as_disguising *d, uint32_t index, struct as_error *error)
{
    const struct as_field *field = d->dataset->schema->fields.at[index];
    enum as_status status = AS_OK;
    d->index = index;
    d->field = field;
    d->form = form_of(field);
    d->column = field->ask != NULL ? d->dataset->answer[index].value : d->dataset->field[index];
    d->material = (struct as_stand_in){.leaves = {NULL, 0, 0}};
    if (d->column == NULL || keeps(field))
        return AS_OK;
    for (uint32_t p = 0; p < d->request->pack_count && status == AS_OK; p++) {
        d->first[p] = d->material.leaves.n;
        status = as_stand_in_add(&d->material, &d->arena, d->request->packs[p].pack, index, error);
    }
    d->first[d->request->pack_count] = d->material.leaves.n;
    if (status == AS_OK)
        status = d->column->dict != NULL ? as_disguise_texts(d, error) : as_disguise_numbers(d, error);
    as_arena_free(&d->arena);
    return status;
}

/* --- properties of events --- */

static bool names_text(const struct as_stand_in *material, struct as_str text)
{
    struct as_buf a = {.p = NULL}, b = {.p = NULL};
    bool found = false;
    as_fold(&a, text, NULL);
    for (uint32_t i = 0; i < material->words.n && !found; i++) {
        as_buf_reset(&b);
        as_fold(&b, material->words.at[i], NULL);
        found = as_str_eq((struct as_str){as_buf_c(&a), a.n}, (struct as_str){as_buf_c(&b), b.n});
    }
    as_buf_free(&a);
    as_buf_free(&b);
    return found;
}

static enum as_status disguise_property(struct as_disguising *d, struct as_event_log *log, uint32_t property,
                                        struct as_error *error)
{
    struct as_column *column = log->property != NULL ? log->property[property] : NULL;
    struct as_stand_in material = {.leaves = {NULL, 0, 0}};
    enum as_status status = AS_OK;
    if (column == NULL || column->dict == NULL || column->type == AS_TYPE_CHOICE ||
        column->type == AS_TYPE_CHOICES || column->type == AS_TYPE_REFERENCE)
        return AS_OK;
    const char *name = d->dataset->schema->properties.at[property].name;
    for (uint32_t p = 0; p < d->request->pack_count && status == AS_OK; p++)
        status = as_stand_in_property(&material, &d->arena, d->request->packs[p].pack, name, error);
    for (size_t row = 0; row < column->n && status == AS_OK; row++) {
        struct as_str text = as_bit(column->known, row) ? as_intern_text(column->dict, column->code[row])
                                                        : (struct as_str){"", 0};
        if (text.n > 0 && !names_text(&material, text))
            status =
                as_column_set_text(column, row, as_str_of(as_disguise_word(d, name, text, 3, false)), error);
    }
    as_arena_free(&d->arena);
    return status == AS_OK && d->failed ? as_error_memory(error) : status;
}

enum as_status as_disguise(struct as_dataset *dataset, uint64_t *unfit,
                           const struct as_disguise_request *request, struct as_error *error)
{
    struct as_disguising d = {.request = request, .dataset = dataset, .unfit = unfit};
    enum as_status status = AS_OK;
    if ((d.first = calloc(request->pack_count + (size_t)1, sizeof *d.first)) == NULL)
        return as_error_memory(error);
    for (uint32_t f = 0; f < dataset->schema->fields.n && status == AS_OK; f++)
        status = disguise_field(&d, f, error);
    for (uint32_t p = 0; p < dataset->schema->properties.n && status == AS_OK; p++) {
        status = disguise_property(&d, &dataset->lead_events, p, error);
        if (status == AS_OK)
            status = disguise_property(&d, &dataset->account_events, p, error);
    }
    as_arena_free(&d.arena);
    free(d.first);
    return status;
}
