/* Fact files: writing and mapping the columns of a level. Whether they say what the tables say is
 * fact_columns.c's matter. */
#include "store/snapshot/fact_file.h"

#include "base/bits.h"
#include "base/intern.h"
#include "store/section.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct as_head_kind kind = {"ASSYFACT", 3};

static uint64_t value_bytes(const struct as_fact_column *column, uint64_t rows)
{
    return rows * (as_fact_is_text((enum as_type)column->type) ? sizeof(uint32_t) : sizeof(int64_t));
}

/* --- reading --- */

static bool within(const struct as_fact_head *head, uint64_t at, uint64_t n)
{
    return at % sizeof(int64_t) == 0 && at <= head->bytes && n <= head->bytes - at;
}

/* Every part lies within the file, so that none of them leads a reader out of it. */
static bool parts_fit(const struct as_fact_head *head)
{
    uint64_t rows = head->rows;
    bool fits = rows < UINT32_MAX && head->columns <= AS_FACT_COLUMNS &&
                within(head, head->id, rows * sizeof(int64_t)) &&
                within(head, head->first_known, rows * sizeof(int64_t)) &&
                within(head, head->other, rows * sizeof(int64_t));
    for (uint64_t i = 0; fits && i < head->columns; i++) {
        const struct as_fact_column *column = &head->column[i];
        fits = within(head, column->known, AS_BIT_WORDS(rows) * sizeof(uint64_t)) &&
               within(head, column->value, value_bytes(column, rows)) &&
               (column->currency == 0 || within(head, column->currency, rows * sizeof(uint32_t))) &&
               within(head, column->text, column->text_bytes);
    }
    return fits;
}

static void add_sum(uint64_t *body, uint64_t sum)
{
    uint64_t pair[2] = {*body, sum};
    *body = as_hash_bytes(pair, sizeof pair, kind.version);
}

bool as_fact_file_whole(const struct as_fact_file *file)
{
    const struct as_fact_head *head = file->head;
    const char *base = file->pages.at;
    uint64_t body = 0, rows = head->rows;
    add_sum(&body, as_section_sum(base + head->id, rows * sizeof(int64_t)));
    add_sum(&body, as_section_sum(base + head->first_known, rows * sizeof(int64_t)));
    add_sum(&body, as_section_sum(base + head->other, rows * sizeof(int64_t)));
    for (uint64_t i = 0; i < head->columns; i++) {
        const struct as_fact_column *column = &head->column[i];
        add_sum(&body, as_section_sum(base + column->known, AS_BIT_WORDS(rows) * sizeof(uint64_t)));
        add_sum(&body, as_section_sum(base + column->value, value_bytes(column, rows)));
        if (column->currency != 0)
            add_sum(&body, as_section_sum(base + column->currency, rows * sizeof(uint32_t)));
        add_sum(&body, as_section_sum(base + column->text, column->text_bytes));
    }
    return body == head->body;
}

enum as_status as_fact_file_open(struct as_fact_file *out, bool *found, const char *path, uint64_t sum,
                                 struct as_error *error)
{
    uint64_t bytes;
    int file;
    *found = false;
    *out = (struct as_fact_file){.head = NULL};
    enum as_status status =
        as_pages_open(&out->pages, &file, &bytes, path, sizeof(struct as_fact_head), error);
    if (file < 0)
        return status;
    const struct as_fact_head *head = (const void *)out->pages.at;
    *found = as_head_sound(head, sizeof *head, &kind, sum) && head->bytes == bytes && parts_fit(head);
    if (!*found) {
        as_pages_free(&out->pages);
        close(file);
        return AS_OK;
    }
    out->file = file;
    out->head = head;
    out->id = as_fact_file_at(out, head->id);
    out->first_known = as_fact_file_at(out, head->first_known);
    out->other = as_fact_file_at(out, head->other);
    return AS_OK;
}

void as_fact_file_close(struct as_fact_file *file)
{
    if (file->head != NULL)
        close(file->file);
    as_pages_free(&file->pages);
    *file = (struct as_fact_file){.head = NULL};
}

int as_fact_file_column(const struct as_fact_file *file, int64_t field_id)
{
    for (int i = 0; i < (int)file->head->columns; i++)
        if (file->head->column[i].field_id == field_id)
            return i;
    return -1;
}

struct as_str *as_fact_texts(const char *text, uint32_t n, const char *end)
{
    struct as_str *texts = malloc(((size_t)n + 1) * sizeof *texts);
    uint32_t length;
    for (uint32_t i = 0; texts != NULL && i < n; i++) {
        bool fits = (size_t)(end - text) >= sizeof length;
        if (fits)
            memcpy(&length, text, sizeof length);
        if (!fits || length > (size_t)(end - text) - sizeof length) {
            free(texts);
            return NULL;
        }
        texts[i] = (struct as_str){text + sizeof length, length};
        text += sizeof length + length;
    }
    return texts;
}

/* --- writing --- */

struct column_writer {
    struct as_section known, value, currency;
    uint64_t word; /* of known, not yet pushed */
    struct as_intern *texts, *currencies;
};
struct as_fact_writer {
    int file;
    struct as_fact_head head;
    struct as_section id, first_known, other;
    struct column_writer *column;
    struct as_pen *pen;
    uint64_t most;
};

/* Of so many columns each gets room to be written in large pieces. */
enum { FEW_COLUMNS = 16 };

static enum as_status open_part(struct as_section *section, uint64_t *offset, struct as_fact_writer *writer,
                                uint64_t *at, uint64_t bytes, struct as_error *error)
{
    const bool large = bytes >= AS_PAGES_HUGE && writer->head.columns <= FEW_COLUMNS;
    *offset = large ? as_pages_begin(*at, bytes) : *at;
    *at = *offset + (bytes + 63) / 64 * 64;
    return as_section_open(section, writer->file, *offset, large ? bytes : 0, &writer->pen, error);
}

static enum as_status open_parts(struct as_fact_writer *writer, struct as_error *error)
{
    struct as_fact_head *head = &writer->head;
    uint64_t at = (sizeof *head + 63) / 64 * 64, rows = writer->most;
    enum as_status status = open_part(&writer->id, &head->id, writer, &at, rows * sizeof(int64_t), error);
    if (status == AS_OK)
        status =
            open_part(&writer->first_known, &head->first_known, writer, &at, rows * sizeof(int64_t), error);
    if (status == AS_OK)
        status = open_part(&writer->other, &head->other, writer, &at, rows * sizeof(int64_t), error);
    for (uint64_t i = 0; i < head->columns && status == AS_OK; i++) {
        struct as_fact_column *column = &head->column[i];
        struct column_writer *own = &writer->column[i];
        status =
            open_part(&own->known, &column->known, writer, &at, AS_BIT_WORDS(rows) * sizeof(uint64_t), error);
        if (status == AS_OK)
            status = open_part(&own->value, &column->value, writer, &at, value_bytes(column, rows), error);
        if (status == AS_OK && column->type == AS_TYPE_MONEY)
            status =
                open_part(&own->currency, &column->currency, writer, &at, rows * sizeof(uint32_t), error);
        own->texts = as_intern_new();
        own->currencies = as_intern_new();
        if (own->texts == NULL || own->currencies == NULL)
            status = as_error_memory(error);
    }
    head->bytes = at;
    return status;
}

enum as_status as_fact_writer_new(struct as_fact_writer **out, const char *path,
                                  const struct as_fact_head *head, uint64_t rows, struct as_error *error)
{
    *out = NULL;
    struct as_fact_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return as_error_memory(error);
    writer->head = *head;
    writer->most = rows;
    writer->column = calloc(head->columns + 1, sizeof *writer->column);
    enum as_status status = as_section_create(&writer->file, path, error);
    if (status == AS_OK && writer->column == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = open_parts(writer, error);
    if (status != AS_OK)
        as_fact_writer_free(writer);
    else
        *out = writer;
    return status;
}

enum as_status as_fact_writer_first(struct as_fact_writer *writer, uint32_t column, const char *const *texts,
                                    uint32_t n, struct as_error *error)
{
    for (uint32_t i = 0; i < n; i++)
        if (as_intern_add(writer->column[column].texts, as_str_of(texts[i])) == AS_INTERN_NONE)
            return as_error_memory(error);
    return AS_OK;
}

static enum as_status push_code(struct as_section *section, struct as_intern *texts, bool known,
                                struct as_str text, uint32_t otherwise, struct as_error *error)
{
    uint32_t code = known ? as_intern_add(texts, text) : otherwise;
    if (known && code == AS_INTERN_NONE)
        return as_error_memory(error);
    return as_section_push(section, &code, sizeof code, error);
}

static enum as_status add_cell(struct column_writer *own, const struct as_fact_column *column,
                               const struct as_cell *cell, uint64_t row, struct as_error *error)
{
    int64_t value = cell->known ? cell->integer : 0;
    if (cell->known)
        own->word |= UINT64_C(1) << (row & 63);
    if (as_fact_is_text((enum as_type)column->type))
        return push_code(&own->value, own->texts, cell->known, cell->text, 0, error);
    if (cell->known && column->type == AS_TYPE_DATE) {
        if (!as_time_parse(&value, NULL, cell->text))
            return as_error_set(error, AS_ERR_DATA, "a field holds \"%.*s\", which is no date",
                                cell->text.n > 40 ? 40 : (int)cell->text.n, cell->text.p);
        value = as_day_of(value);
    } else if (cell->known && column->type == AS_TYPE_NUMBER) {
        memcpy(&value, &cell->number, sizeof value);
    }
    enum as_status status = as_section_push(&own->value, &value, sizeof value, error);
    if (status == AS_OK && column->type == AS_TYPE_MONEY)
        status = push_code(&own->currency, own->currencies, cell->known && cell->currency.n > 0,
                           cell->currency, AS_INTERN_NONE, error);
    return status;
}

enum as_status as_fact_writer_add(struct as_fact_writer *writer, int64_t id, int64_t first_known,
                                  int64_t other, const struct as_cell *cells, struct as_error *error)
{
    struct as_fact_head *head = &writer->head;
    if (head->rows == writer->most)
        return as_error_set(error, AS_ERR_BUG, "more rows than were announced");
    enum as_status status = as_section_push(&writer->id, &id, sizeof id, error);
    if (status == AS_OK)
        status = as_section_push(&writer->first_known, &first_known, sizeof first_known, error);
    if (status == AS_OK)
        status = as_section_push(&writer->other, &other, sizeof other, error);
    head->newest_known =
        head->rows == 0 || first_known > head->newest_known ? first_known : head->newest_known;
    uint64_t row = head->rows++;
    for (uint64_t i = 0; i < head->columns && status == AS_OK; i++) {
        struct column_writer *own = &writer->column[i];
        status = add_cell(own, &head->column[i], &cells[i], row, error);
        if (status == AS_OK && (row & 63) == 63) {
            status = as_section_push(&own->known, &own->word, sizeof own->word, error);
            own->word = 0;
        }
    }
    return status;
}

static enum as_status push_texts(struct as_section *section, const struct as_intern *texts,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < as_intern_count(texts) && status == AS_OK; i++) {
        struct as_str text = as_intern_text(texts, i);
        uint32_t n = (uint32_t)text.n;
        status = as_section_push(section, &n, sizeof n, error);
        if (status == AS_OK)
            status = as_section_push(section, text.p, text.n, error);
    }
    return status;
}

static enum as_status end_column(struct as_fact_writer *writer, uint64_t i, struct as_error *error)
{
    struct as_fact_head *head = &writer->head;
    struct column_writer *own = &writer->column[i];
    struct as_fact_column *column = &head->column[i];
    struct as_section text = {0};
    enum as_status status = AS_OK;
    if ((head->rows & 63) != 0)
        status = as_section_push(&own->known, &own->word, sizeof own->word, error);
    if (status == AS_OK)
        status = as_section_end(&own->known, error);
    if (status == AS_OK)
        status = as_section_end(&own->value, error);
    if (status == AS_OK && column->currency != 0)
        status = as_section_end(&own->currency, error);
    column->text = head->bytes;
    column->texts = as_intern_count(own->texts);
    column->currencies = as_intern_count(own->currencies);
    if (status == AS_OK)
        status = as_section_open(&text, writer->file, column->text, 0, NULL, error);
    if (status == AS_OK)
        status = push_texts(&text, own->texts, error);
    if (status == AS_OK)
        status = push_texts(&text, own->currencies, error);
    if (status == AS_OK)
        status = as_section_end(&text, error);
    column->text_bytes = text.at - column->text;
    head->bytes = (text.at + 63) / 64 * 64;
    add_sum(&head->body, own->known.sum);
    add_sum(&head->body, own->value.sum);
    if (column->currency != 0)
        add_sum(&head->body, own->currency.sum);
    add_sum(&head->body, text.sum);
    as_section_free(&text);
    return status;
}

enum as_status as_fact_writer_end(uint64_t *sum, struct as_fact_writer *writer, struct as_error *error)
{
    struct as_fact_head *head = &writer->head;
    enum as_status status = as_section_end(&writer->id, error);
    if (status == AS_OK)
        status = as_section_end(&writer->first_known, error);
    if (status == AS_OK)
        status = as_section_end(&writer->other, error);
    head->body = 0;
    add_sum(&head->body, writer->id.sum);
    add_sum(&head->body, writer->first_known.sum);
    add_sum(&head->body, writer->other.sum);
    for (uint64_t i = 0; i < head->columns && status == AS_OK; i++)
        status = end_column(writer, i, error);
    if (status == AS_OK)
        status = as_pen_end(&writer->pen, error);
    head->key = as_hash_seed();
    *sum = as_head_seal(head, sizeof *head, &kind);
    return status == AS_OK ? as_section_finish(writer->file, head, sizeof *head, head->bytes, error) : status;
}

void as_fact_writer_free(struct as_fact_writer *writer)
{
    if (writer == NULL)
        return;
    as_section_free(&writer->id);
    as_section_free(&writer->first_known);
    as_section_free(&writer->other);
    for (uint64_t i = 0; writer->column != NULL && i < writer->head.columns; i++) {
        as_section_free(&writer->column[i].known);
        as_section_free(&writer->column[i].value);
        as_section_free(&writer->column[i].currency);
        as_intern_free(writer->column[i].texts);
        as_intern_free(writer->column[i].currencies);
    }
    (void)as_pen_end(&writer->pen, NULL);
    free(writer->column);
    if (writer->file >= 0)
        close(writer->file);
    free(writer);
}
