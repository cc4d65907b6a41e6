/* Fact fields: the columns of a snapshot's rows from the files of fact_columns.c, and whom leads belong to.
 * Which rows there are is fact_rows.c's. */
#include "base/ids.h"
#include "store/snapshot/loading.h"

#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

/* A value that is looked at soon. */
static void fetch_value(const void *value, size_t item, const uint32_t *place, uint32_t row, uint32_t rows)
{
    if (place != NULL && row + AS_IDS_AHEAD < rows && place[row + AS_IDS_AHEAD] != AS_NO_INDEX)
        __builtin_prefetch((const char *)value + place[row + AS_IDS_AHEAD] * item);
}

/* The place of a row in the file; place NULL: the first rows are the file's. */
static uint32_t place_of(const uint32_t *place, uint32_t row)
{
    return place == NULL ? row : place[row];
}

/* A code that no text has would lead a kernel astray; rows that know nothing have 0. */
static bool codes_fit(const uint32_t *code, uint32_t rows, uint32_t texts)
{
    uint32_t most = 0;
    for (uint32_t row = 0; row < rows; row++)
        most = code[row] > most ? code[row] : most;
    return most < texts;
}

/* All texts of the file in their order, which gives them the file's codes; *same false: the dictionary had
 * others before, or several choices are written otherwise there. */
static enum as_status take_texts(bool *same, struct as_column *column, const struct as_str *texts, uint32_t n,
                                 struct as_error *error)
{
    *same = column->type != AS_TYPE_CHOICES;
    if (*same && as_intern_count(column->dict) == 0)
        return as_intern_fill(column->dict, texts, n) ? AS_OK : as_error_memory(error);
    for (uint32_t i = 0; *same && i < n; i++) {
        bool there = i < as_intern_count(column->dict);
        uint32_t code =
            there ? as_intern_find(column->dict, texts[i]) : as_intern_add(column->dict, texts[i]);
        if (!there && code == AS_INTERN_NONE)
            return as_error_memory(error);
        *same = code == i;
    }
    return AS_OK;
}

/* The column's rows lie in the file as a dataset has them: they are not copied, as long as nobody changes
 * them. The column may have more rows than the file. */
static enum as_status lay_column(struct as_column *column, const struct as_fact_file *file,
                                 const struct as_fact_column *of, uint32_t rows, size_t item,
                                 struct as_error *error)
{
    struct as_pages value, known;
    void *values, *knows;
    enum as_status status =
        as_pages_copy(&value, &values, file->file, of->value, rows * item, column->n * item, error);
    if (status != AS_OK)
        return status;
    status = as_pages_copy(&known, &knows, file->file, of->known, AS_BIT_WORDS(rows) * sizeof(uint64_t),
                           AS_BIT_WORDS(column->n) * sizeof(uint64_t), error);
    if (status != AS_OK) {
        as_pages_free(&value);
        return status;
    }
    free(column->any);
    free(column->known);
    column->any = values;
    column->known = knows;
    column->value_pages = value;
    column->known_pages = known;
    return AS_OK;
}

/* The texts that these rows have, each by the first row that has it, into an empty dictionary. codes has room
 * for all of the file's, each AS_NO_INDEX. */
static enum as_status take_some_texts(struct as_column *column, const struct as_fact_file *file,
                                      const struct as_fact_column *of, const struct as_str *texts,
                                      uint32_t *codes, const uint32_t *place, uint32_t rows,
                                      struct as_error *error)
{
    const uint64_t *known = as_fact_file_at(file, of->known);
    const uint32_t *value = as_fact_file_at(file, of->value);
    uint32_t n = 0, most = of->texts < rows ? of->texts : rows;
    struct as_str *taken = malloc(((size_t)most + 1) * sizeof *taken);
    if (taken == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t at = place[row];
        fetch_value(value, sizeof *value, place, row, rows);
        if (at == AS_NO_INDEX || !as_bit(known, at))
            continue;
        uint32_t code = value[at] < of->texts ? value[at] : 0;
        if (codes[code] == AS_NO_INDEX) {
            taken[n] = texts[code];
            codes[code] = n++;
        }
        column->code[row] = codes[code];
        as_bit_set(column->known, row);
    }
    enum as_status status = n == 0 || as_intern_fill(column->dict, taken, n) ? AS_OK : as_error_memory(error);
    free(taken);
    return status;
}

/* A text is taken into the column's dictionary by the first row that has it: a few rows need few of them. */
static enum as_status fill_texts(struct as_column *column, const struct as_fact_file *file,
                                 const struct as_fact_column *of, const uint32_t *place, uint32_t rows,
                                 struct as_error *error)
{
    const uint64_t *known = as_fact_file_at(file, of->known);
    const uint32_t *value = as_fact_file_at(file, of->value);
    const char *text = as_fact_file_at(file, of->text);
    struct as_str *texts = as_fact_texts(text, of->texts, text + of->text_bytes);
    uint32_t *codes = malloc(((size_t)of->texts + 1) * sizeof *codes);
    enum as_status status = texts == NULL || codes == NULL ? as_error_memory(error) : AS_OK;
    bool same = false;
    if (status == AS_OK && place == NULL && codes_fit(value, rows, of->texts))
        status = take_texts(&same, column, texts, of->texts, error);
    if (status == AS_OK && same) {
        status = lay_column(column, file, of, rows, sizeof *value, error);
        rows = 0;
    }
    for (uint32_t i = 0; status == AS_OK && i < of->texts; i++)
        codes[i] = AS_NO_INDEX;
    if (of->texts == 0) /* then nobody knows one, whatever damaged bytes say */
        rows = 0;
    if (status == AS_OK && place != NULL && column->type != AS_TYPE_CHOICES &&
        as_intern_count(column->dict) == 0) {
        status = take_some_texts(column, file, of, texts, codes, place, rows, error);
        rows = 0;
    }
    for (uint32_t row = 0; row < rows && status == AS_OK; row++) {
        uint32_t at = place_of(place, row);
        fetch_value(value, sizeof *value, place, row, rows);
        if (at == AS_NO_INDEX || !as_bit(known, at))
            continue;
        uint32_t code = value[at] < of->texts ? value[at] : 0;
        if (codes[code] == AS_NO_INDEX) {
            status = as_column_set_text(column, row, texts[code], error);
            codes[code] = column->code[row];
        } else {
            column->code[row] = codes[code];
            as_bit_set(column->known, row);
        }
    }
    free(texts);
    free(codes);
    return status;
}

/* The texts of currencies stand behind the others, of which money has none. */
static enum as_status fill_money(struct as_column *column, const struct as_fact_file *file,
                                 const struct as_fact_column *of, const uint32_t *place, uint32_t rows,
                                 struct as_error *error)
{
    const uint64_t *known = as_fact_file_at(file, of->known);
    const int64_t *value = as_fact_file_at(file, of->value);
    const uint32_t *currency = as_fact_file_at(file, of->currency);
    const char *text = as_fact_file_at(file, of->text);
    struct as_str *names = as_fact_texts(text, of->currencies, text + of->text_bytes);
    uint32_t last = AS_NO_INDEX; /* the file's code of the currency that the row before has */
    uint32_t last_code = AS_NO_INDEX;
    enum as_status status = names == NULL ? as_error_memory(error) : AS_OK;
    for (uint32_t row = 0; row < rows && status == AS_OK; row++) {
        uint32_t at = place_of(place, row);
        if (at == AS_NO_INDEX || !as_bit(known, at))
            continue;
        bool none = currency[at] >= of->currencies;
        if (!none && currency[at] == last) {
            column->i64[row] = value[at];
            column->currency[row] = last_code;
            as_bit_set(column->known, row);
            continue;
        }
        status = as_column_set_money(column, row, value[at],
                                     none ? (struct as_str){NULL, 0} : names[currency[at]], error);
        last = none ? AS_NO_INDEX : currency[at];
        last_code = column->currency[row];
    }
    free(names);
    return status;
}

static enum as_status fill_numbers(struct as_load *load, struct as_column *column,
                                   const struct as_field *field, const struct as_fact_file *file,
                                   const struct as_fact_column *of, const uint32_t *place, uint32_t rows,
                                   struct as_error *error)
{
    const uint64_t *known = as_fact_file_at(file, of->known);
    const int64_t *value = as_fact_file_at(file, of->value);
    if (place == NULL && column->type != AS_TYPE_BOOLEAN && column->type != AS_TYPE_REFERENCE)
        return lay_column(column, file, of, rows, sizeof *value, error);
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t at = place_of(place, row), target;
        fetch_value(value, sizeof *value, place, row, rows);
        if (at == AS_NO_INDEX || !as_bit(known, at))
            continue;
        if (column->type == AS_TYPE_BOOLEAN) {
            as_column_set_boolean(column, row, value[at] != 0);
        } else if (column->type == AS_TYPE_REFERENCE) {
            target = field->target == AS_LEVEL_LEAD ? as_lead_row(load, value[at])
                                                    : as_account_row(load, value[at]);
            if (target != AS_NO_INDEX)
                as_column_set_reference(column, row, target);
        } else {
            /* The bits of a number as they are. */
            memcpy(&column->i64[row], &value[at], sizeof value[at]);
            as_bit_set(column->known, row);
        }
    }
    return AS_OK;
}

struct filling {
    struct as_load *load;
    const struct as_fact_file *file;
    const struct as_columns *columns;
    const uint32_t *place; /* NULL: the first rows are the file's */
    uint32_t rows;
};

/* So many leads find their accounts at once. */
enum { HOMES = 1 << 17 };

static void fill_homes(const struct filling *filling, size_t piece)
{
    const struct as_load *load = filling->load;
    uint32_t from = (uint32_t)(piece * HOMES),
             end = filling->rows - from < HOMES ? filling->rows : from + HOMES;
    for (uint32_t row = from; row < end; row++) {
        uint32_t at = place_of(filling->place, row);
        if (at != AS_NO_INDEX)
            load->dataset->lead_account[row] = as_account_row(load, filling->file->other[at]);
    }
}

/* The columns, then pieces of the leads' accounts. */
static enum as_status fill_part(void *context, unsigned worker, size_t item, struct as_error *error)
{
    const struct filling *filling = context;
    struct as_load *load = filling->load;
    (void)worker;
    if (item >= filling->columns->n) {
        fill_homes(filling, item - filling->columns->n);
        return AS_OK;
    }
    uint32_t index = filling->columns->field[item];
    const struct as_field *field = load->schema->fields.at[index];
    struct as_column *column = load->dataset->field[index];
    const struct as_fact_file *file = filling->file;
    const struct as_fact_column *of = &file->head->column[as_fact_file_column(file, load->map.field[index])];
    if (as_fact_is_text(field->type))
        return fill_texts(column, file, of, filling->place, filling->rows, error);
    if (field->type == AS_TYPE_MONEY)
        return fill_money(column, file, of, filling->place, filling->rows, error);
    return fill_numbers(load, column, field, file, of, filling->place, filling->rows, error);
}

/* Where the rows stand in the file, AS_NO_INDEX for those that it does not have right. */
static enum as_status find_places(uint32_t **out, const struct as_fact_level *own, const int64_t *ids,
                                  uint32_t rows, struct as_error *error)
{
    struct as_id_search file = as_ids_search(own->file.id, (size_t)own->file.head->rows),
                        changed = as_ids_search(own->changed, own->changed_n);
    uint32_t *place = *out = malloc(((size_t)rows + 1) * sizeof *place);
    if (place == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < rows; row++) {
        size_t at = as_ids_find(&file, ids[row]);
        place[row] =
            at != SIZE_MAX && as_ids_find(&changed, ids[row]) == SIZE_MAX ? (uint32_t)at : AS_NO_INDEX;
    }
    return AS_OK;
}

bool as_facts_lead(const struct as_fact_level *level, const int64_t *ids, size_t n)
{
    const struct as_fact_file *file = &level->file;
    return file->head != NULL && as_ids_begin(ids, n, file->id, (size_t)file->head->rows);
}

/* Rows that are no longer as the file has them are left for the table. */
static void forget_changed(struct as_load *load, enum as_level level, const struct as_columns *columns,
                           uint32_t rows)
{
    const struct as_fact_level *own = &load->facts[level];
    struct as_dataset *dataset = load->dataset;
    for (size_t c = 0; c < own->changed_n; c++) {
        uint32_t row = level == AS_LEVEL_LEAD ? as_dataset_lead_row(dataset, own->changed[c])
                                              : as_dataset_account_row(dataset, own->changed[c]);
        if (row == AS_NO_INDEX || row >= rows)
            continue;
        for (uint32_t i = 0; i < columns->n; i++)
            as_bit_clear(dataset->field[columns->field[i]]->known, row);
        if (level == AS_LEVEL_LEAD)
            dataset->lead_account[row] = AS_NO_INDEX;
    }
}

enum as_status as_facts_fill(struct as_load *load, enum as_level level, const struct as_columns *columns,
                             struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    const struct as_fact_level *own = &load->facts[level];
    const struct as_fact_file *file = &own->file;
    uint32_t rows = level == AS_LEVEL_LEAD ? dataset->leads : dataset->accounts, *place = NULL;
    const int64_t *ids = level == AS_LEVEL_LEAD ? dataset->lead_id : dataset->account_id;
    bool leading = as_facts_lead(own, ids, rows);
    enum as_status status = leading ? AS_OK : find_places(&place, own, ids, rows, error);
    if (leading)
        rows = (uint32_t)file->head->rows;
    struct filling filling = {load, file, columns, place, rows};
    size_t pieces = level == AS_LEVEL_LEAD ? ((size_t)rows + HOMES - 1) / HOMES : 0;
    if (status == AS_OK && rows > 0)
        status = as_parallel(as_processors(), columns->n + pieces, fill_part, &filling, error);
    if (status == AS_OK && leading)
        forget_changed(load, level, columns, rows);
    free(place);
    return status;
}
