/* Guesses by name are tried on the first rows before they can reject a whole file. Columns that a record
 * cannot do without are not doubted: without them the import is refused anyway. */
#include "data/ingest/trial.h"

#include "base/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIAL_ROWS = 200 };

struct count {
    uint32_t filled, bad;
    uint32_t fits[AS_USUAL_DATES];
};

static bool is_time(const struct as_target *target)
{
    return target->form == AS_FORM_PAST || target->form == AS_FORM_INSTANT ||
           (target->form == AS_FORM_FIELD && target->field->type == AS_TYPE_DATE);
}

static bool is_needed(enum as_import_kind kind, const char *name)
{
    const struct as_import_needs *needs = as_import_needs(kind);
    for (int i = 0; i < AS_IMPORT_NEEDS; i++)
        for (int j = 0; j < AS_IMPORT_ALTERNATIVES; j++)
            if (needs->any_of[i][j] != NULL && strcmp(needs->any_of[i][j], name) == 0)
                return true;
    return false;
}

static void try_row(struct count *counts, const struct as_binding *binding,
                    const struct as_bound_record *record, const struct as_row *row, int64_t now,
                    struct as_buf *scratch)
{
    for (uint32_t i = 0; i < record->cells.n; i++) {
        const struct as_bound_cell *cell = &record->cells.at[i];
        const struct as_target *target = &record->slots.at[cell->slot];
        if (!cell->guessed || target->form == AS_FORM_PROPERTY)
            continue;
        struct as_convert_context context = {.schema = binding->schema, .now = now, .kind = AS_NO_INDEX};
        struct as_error bad = AS_ERROR_INIT;
        as_buf_reset(scratch);
        enum as_status status =
            as_convert(scratch, &context, target, cell->form, row->cells[cell->source.column], &bad);
        counts[i].filled += status != AS_OK || scratch->n > 0;
        counts[i].bad += status == AS_ERR_DATA;
        struct as_str text = as_str_trim(row->cells[cell->source.column]);
        for (int k = 0; is_time(target) && as_usual_dates[k] != NULL; k++)
            counts[i].fits[k] += as_is_usual_date(text, as_usual_dates[k]);
    }
}

/* The one usual form that every value has; NULL when there is none or several. */
static const char *only_form(const struct count *count)
{
    const char *found = NULL;
    for (int k = 0; as_usual_dates[k] != NULL; k++) {
        if (count->fits[k] < count->filled)
            continue;
        if (found != NULL)
            return NULL;
        found = as_usual_dates[k];
    }
    return found;
}

static enum as_status judge(bool *any, struct as_binding *binding, const struct as_bound_cell *cell,
                            const struct count *count, as_row_note_fn note, void *note_context,
                            struct as_error *error)
{
    const struct as_bound_record *record = &binding->records.at[0];
    const struct as_target *target = &record->slots.at[cell->slot];
    char text[256];
    if (count->bad == 0)
        return AS_OK;
    const char *dates = is_time(target) ? only_form(count) : NULL;
    if (dates != NULL) {
        struct as_value_form *form = as_arena_alloc(&binding->arena, sizeof *form);
        if (form == NULL)
            return as_error_memory(error);
        *form = *cell->form;
        form->dates = (struct as_texts_kept){0};
        if (!as_list_push(&binding->arena, &form->dates, dates))
            return as_error_memory(error);
        binding->form[cell->source.column] = form;
        snprintf(text, sizeof text, "is read as dates of the form %s", dates);
    } else if (count->bad * 2 > count->filled && !cell->certain && !is_needed(record->kind, target->name)) {
        as_bit_set(binding->doubtful, cell->source.column);
        snprintf(text, sizeof text,
                 "is not taken as %s: most values cannot be read as that; a mapping can say how",
                 target->name);
    } else {
        return AS_OK;
    }
    note(note_context, 0, cell->theirs, text);
    *any = true;
    return AS_OK;
}

enum as_status as_trial_run(bool *any, struct as_binding *binding, struct as_reader *reader, int64_t now,
                            as_row_note_fn note, void *note_context, struct as_error *error)
{
    const struct as_bound_record *record = &binding->records.at[0];
    struct as_buf scratch = {0};
    *any = false;
    struct count *counts = calloc(record->cells.n + 1, sizeof *counts);
    if (counts == NULL)
        return as_error_memory(error);
    for (int rows = 0; rows < TRIAL_ROWS; rows++) {
        struct as_row row;
        bool more;
        struct as_error bad = AS_ERROR_INIT;
        enum as_status read = as_reader_next(&row, &more, reader, &bad);
        if (read == AS_ERR_DATA)
            continue;
        if (read != AS_OK || !more) /* what stops here stops the import itself, with its message */
            break;
        try_row(counts, binding, record, &row, now, &scratch);
    }
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < record->cells.n && status == AS_OK; i++)
        status = judge(any, binding, &record->cells.at[i], &counts[i], note, note_context, error);
    free(counts);
    as_buf_free(&scratch);
    return status;
}
