/* One row becomes records: filters, joins, conversion of each cell, constants, and what every kind must say.
 * Nothing is put before the whole row is known to be good. */
#include "data/ingest/row_records.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* A value within `texts`, which may move while the row is built. */
struct as_slot_value {
    size_t from, n;
    bool said; /* some column gives it, perhaps nothing */
};

static uint32_t slots_in_all(const struct as_binding *binding)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < binding->records.n; i++)
        n += binding->records.at[i].slots.n + 2; /* a currency and an outcome may be added */
    return n;
}

enum as_status as_row_records_open(struct as_row_records *rows, const struct as_binding *binding,
                                   struct as_error *error)
{
    *rows = (struct as_row_records){.binding = binding};
    rows->texts.max = rows->constant.max = 2 * (size_t)AS_MAX_RECORD;
    rows->records = calloc(binding->records.n + 1, sizeof *rows->records);
    rows->join_rows = calloc(binding->mapping->joins.n + 1, sizeof *rows->join_rows);
    return rows->records != NULL && rows->join_rows != NULL ? AS_OK : as_error_memory(error);
}

void as_row_records_close(struct as_row_records *rows)
{
    as_buf_free(&rows->texts);
    as_buf_free(&rows->constant);
    free(rows->values);
    free(rows->pairs);
    free(rows->records);
    free(rows->join_rows);
}

static enum as_status make_room(struct as_row_records *rows, struct as_error *error)
{
    uint32_t n = slots_in_all(rows->binding);
    if (n <= rows->room)
        return AS_OK;
    struct as_slot_value *values = realloc(rows->values, n * sizeof *values);
    if (values != NULL)
        rows->values = values;
    struct as_value_pair *pairs = realloc(rows->pairs, n * sizeof *pairs);
    if (pairs != NULL)
        rows->pairs = pairs;
    if (values == NULL || pairs == NULL)
        return as_error_memory(error);
    rows->room = n;
    return AS_OK;
}

static void find_joined(struct as_row_records *rows, const struct as_row *row)
{
    const struct as_binding *binding = rows->binding;
    for (uint32_t i = 0; i < binding->mapping->joins.n; i++) {
        rows->join_rows[i] = AS_NO_INDEX;
        if (!binding->join_bound[i])
            continue;
        struct as_str key =
            as_str_trim(as_binding_text(binding, binding->join_keys[i], row, rows->join_rows));
        if (key.n > 0)
            rows->join_rows[i] = as_join_find(binding->joins[i], key);
    }
}

struct building {
    struct as_row_records *rows;
    const struct as_bound_record *record;
    struct as_slot_value *values; /* of this record */
    struct as_convert_context context;
    uint64_t line;
    const char **column;
    struct as_error *error;
};

/* Of some columns, several of theirs add up; of others the first that says something counts. */
static bool adds_up(const struct as_target *target)
{
    return target->form == AS_FORM_EMAILS || target->form == AS_FORM_IDS ||
           (target->form == AS_FORM_FIELD && target->field->type == AS_TYPE_CHOICES);
}

/* Converts into a slot. */
static enum as_status fill_slot(struct building *b, uint32_t slot, const struct as_value_form *form,
                                struct as_str text, const char *theirs)
{
    struct as_slot_value *value = &b->values[slot];
    if (value->n > 0 && !adds_up(&b->record->slots.at[slot]))
        return AS_OK;
    size_t before = b->rows->texts.n, held = 0;
    b->context.note = NULL;
    if (value->n > 0) {
        struct as_buf *texts = &b->rows->texts;
        /* byte by byte: the buffer may move as it grows */
        for (size_t i = 0; i < value->n; i++)
            as_buf_char(texts, texts->p[value->from + i]);
        as_buf_char(texts, ';');
        held = texts->n;
    }
    enum as_status status =
        as_convert(&b->rows->texts, &b->context, &b->record->slots.at[slot], form, text, b->error);
    if (status != AS_OK) {
        *b->column = theirs;
        return status;
    }
    if (b->context.note != NULL && b->rows->note != NULL)
        b->rows->note(b->rows->note_context, b->line, theirs, b->context.note);
    if (held > 0 && b->rows->texts.n == held) /* nothing was added */
        b->rows->texts.n--;
    *value = (struct as_slot_value){before, b->rows->texts.n - before, true};
    return AS_OK;
}

static enum as_status fill_constant(struct building *b, const struct as_bound_constant *constant,
                                    const struct as_row *row)
{
    static const struct as_value_form plain;
    struct as_buf *text = &b->rows->constant;
    as_buf_reset(text);
    bool has_cells = false, any_cell = false;
    for (uint32_t i = 0; i < constant->pieces.n; i++) {
        const struct as_bound_piece *piece = &constant->pieces.at[i];
        as_buf_str(text, piece->text);
        if (!piece->has_source)
            continue;
        struct as_str cell =
            as_str_trim(as_binding_text(b->rows->binding, piece->source, row, b->rows->join_rows));
        has_cells = true;
        any_cell |= cell.n > 0;
        as_buf_str(text, cell);
    }
    if (text->failed)
        return as_error_memory(b->error);
    struct as_str whole = {as_buf_c(text), text->n};
    if (has_cells && !any_cell) /* "{First} {Last}" of nobody is nobody */
        whole.n = 0;
    return fill_slot(b, constant->slot, &plain, whole, constant->theirs);
}

/* The kind comes first: properties are read by it. */
static enum as_status fill_cells(struct building *b, const struct as_row *row, bool kinds)
{
    const struct as_bound_record *record = b->record;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < record->cells.n && status == AS_OK; i++) {
        const struct as_bound_cell *cell = &record->cells.at[i];
        if ((record->slots.at[cell->slot].form == AS_FORM_KIND) != kinds)
            continue;
        struct as_str text = as_binding_text(b->rows->binding, cell->source, row, b->rows->join_rows);
        status = fill_slot(b, cell->slot, cell->form, text, cell->theirs);
    }
    for (uint32_t i = 0; i < record->constants.n && status == AS_OK; i++)
        if ((record->slots.at[record->constants.at[i].slot].form == AS_FORM_KIND) == kinds)
            status = fill_constant(b, &record->constants.at[i], row);
    return status;
}

static struct as_slot_value *value_named(const struct building *b, const char *name)
{
    for (uint32_t i = 0; i < b->record->slots.n; i++)
        if (strcmp(b->record->slots.at[i].name, name) == 0)
            return &b->values[i];
    return NULL;
}

/* The column of the file that gives ours; NULL: none does. */
static const char *theirs_of(const struct building *b, const char *ours)
{
    for (uint32_t i = 0; i < b->record->cells.n; i++)
        if (strcmp(b->record->slots.at[b->record->cells.at[i].slot].name, ours) == 0)
            return b->record->cells.at[i].theirs;
    return NULL;
}

/* True when the column comes from a joined file that has no row for this one. */
static bool has_no_partner(const struct building *b, const char *theirs)
{
    for (uint32_t i = 0; i < b->record->cells.n; i++) {
        const struct as_bound_cell *cell = &b->record->cells.at[i];
        if (cell->theirs == theirs && cell->source.join != AS_NO_INDEX)
            return b->rows->join_rows[cell->source.join] == AS_NO_INDEX;
    }
    return false;
}

static enum as_status check_needs(const struct building *b)
{
    const struct as_import_needs *needs = as_import_needs(b->record->kind);
    bool further = b->record != b->rows->binding->records.at; /* of the same row, by the mapping's records */
    for (int i = 0; i < AS_IMPORT_NEEDS && needs->any_of[i][0] != NULL; i++) {
        bool found = false;
        for (int j = 0; j < AS_IMPORT_ALTERNATIVES && needs->any_of[i][j] != NULL; j++) {
            const struct as_slot_value *value = value_named(b, needs->any_of[i][j]);
            found |= value != NULL && value->n > 0;
        }
        if (found)
            continue;
        *b->column = NULL;
        for (int j = 0; j < AS_IMPORT_ALTERNATIVES && needs->any_of[i][j] != NULL && *b->column == NULL; j++)
            *b->column = theirs_of(b, needs->any_of[i][j]);
        if (*b->column == NULL)
            *b->column = needs->any_of[i][0];
        if (has_no_partner(b, *b->column))
            return as_error_set(b->error, AS_ERR_DATA, "the joined file has no row for this one");
        struct as_buf names = {.max = 256};
        for (int j = 0; j < AS_IMPORT_ALTERNATIVES && needs->any_of[i][j] != NULL; j++)
            as_buf_printf(&names, "%s%s", j > 0 ? ", " : "", needs->any_of[i][j]);
        if (needs->any_of[i][1] != NULL)
            as_error_set(b->error, AS_ERR_DATA, "is empty, and so is every other of %s%s%s", as_buf_c(&names),
                         further ? "; the mapping's \"only\" leaves such rows out of its " : "",
                         further ? as_import_kind_name(b->record->kind) : "");
        else
            as_error_set(b->error, AS_ERR_DATA, "is empty");
        as_buf_free(&names);
        return AS_ERR_DATA;
    }
    return AS_OK;
}

/* CRMs say how a deal ended by the name of its stage. */
static const char *outcome_of_stage(struct as_str stage)
{
    char small[64];
    if (stage.n >= sizeof small)
        return NULL;
    for (size_t i = 0; i < stage.n; i++) {
        char c = stage.p[i];
        small[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    small[stage.n] = '\0';
    if (strstr(small, "no decision") != NULL || strstr(small, "nodecision") != NULL ||
        strstr(small, "no_decision") != NULL)
        return "no_decision";
    if (strstr(small, "won") != NULL)
        return "won";
    return strstr(small, "lost") != NULL ? "lost" : "open";
}

/* What follows from other columns and stands in none. Returns how many pairs were added. */
static uint32_t add_implied(const struct building *b, struct as_value_pair *pairs)
{
    uint32_t n = 0;
    if (b->context.currency.n > 0) {
        const struct as_slot_value *currency = value_named(b, "currency");
        if (currency == NULL || currency->n == 0)
            pairs[n++] = (struct as_value_pair){"currency", b->context.currency};
    }
    if (b->record->kind != AS_IMPORT_OPPORTUNITIES)
        return n;
    const struct as_slot_value *stage = value_named(b, "stage"), *outcome = value_named(b, "outcome");
    if (stage == NULL || stage->n == 0 || (outcome != NULL && outcome->n > 0))
        return n;
    const char *word = outcome_of_stage((struct as_str){b->rows->texts.p + stage->from, stage->n});
    if (word != NULL)
        pairs[n++] = (struct as_value_pair){"outcome", as_str_of(word)};
    return n;
}

static enum as_status build_record(struct building *b, const struct as_row *row)
{
    memset(b->values, 0, b->record->slots.n * sizeof *b->values);
    b->context = (struct as_convert_context){
        .schema = b->rows->binding->schema,
        .now = b->rows->now,
        .kind = AS_NO_INDEX,
    };
    enum as_status status = fill_cells(b, row, true);
    if (status == AS_OK)
        status = fill_cells(b, row, false);
    return status == AS_OK ? check_needs(b) : status;
}

/* Texts no longer move: values become views. */
static void point_at_texts(struct as_row_records *rows, struct building *built, const struct as_row *row)
{
    uint32_t base = 0;
    for (uint32_t i = 0; i < rows->binding->records.n; i++) {
        struct building *b = &built[i];
        struct as_record *record = &rows->records[i];
        if (b->record == NULL)
            continue;
        struct as_value_pair *pairs = rows->pairs + base;
        uint32_t n = 0;
        for (uint32_t j = 0; j < b->record->slots.n; j++)
            if (b->values[j].said)
                pairs[n++] =
                    (struct as_value_pair){b->record->slots.at[j].name,
                                           {as_buf_c(&rows->texts) + b->values[j].from, b->values[j].n}};
        n += add_implied(b, pairs + n);
        *record = (struct as_record){.kind = b->record->kind, .line = row->line, .pairs = pairs, .n = n};
        base += b->record->slots.n + 2;
    }
}

enum { MOST_RECORDS = 16 };

enum as_status as_row_records_build(uint32_t *made, const char **column, struct as_row_records *rows,
                                    const struct as_row *row, struct as_error *error)
{
    const struct as_binding *binding = rows->binding;
    struct building built[MOST_RECORDS] = {{0}};
    *made = 0;
    *column = "";
    if (binding->records.n > MOST_RECORDS)
        return as_error_set(error, AS_ERR_LIMIT, "a mapping makes at most %d records of a row", MOST_RECORDS);
    enum as_status status = make_room(rows, error);
    if (status != AS_OK)
        return status;
    as_buf_reset(&rows->texts);
    find_joined(rows, row);
    bool passes = as_binding_passes(&binding->filters, binding, row, rows->join_rows);
    uint32_t base = 0;
    for (uint32_t i = 0; i < binding->records.n; i++) {
        const struct as_bound_record *record = &binding->records.at[i];
        rows->records[i] = (struct as_record){0};
        if (!passes || !as_binding_passes(&record->filters, binding, row, rows->join_rows))
            continue;
        built[i] = (struct building){.rows = rows,
                                     .record = record,
                                     .values = rows->values + base,
                                     .line = row->line,
                                     .column = column,
                                     .error = error};
        if ((status = build_record(&built[i], row)) != AS_OK)
            return status;
        base += record->slots.n + 2;
        ++*made;
    }
    if (rows->texts.failed)
        return as_error_memory(error);
    point_at_texts(rows, built, row);
    return AS_OK;
}
