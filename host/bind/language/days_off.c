/* Tables of days off, row by row. */
#include "bind/language/days_off.h"

#include "bind/language/lists.h"
#include "data/rows/reader.h"

#include <stdlib.h>

struct table {
    struct as_days_off *out;
    struct as_arena *arena;
    bool by_country;
    const char *instead;
    uint32_t date, country; /* columns; AS_NO_INDEX: there is none */
};

static enum as_status read_day(struct table *table, const struct as_row *row, struct as_error *error)
{
    struct as_day_off off = {0};
    int64_t seconds;
    bool is_date;
    struct as_str text = table->date < row->n ? as_str_trim(row->cells[table->date]) : AS_STR("");
    struct as_str region = table->country < row->n ? as_str_trim(row->cells[table->country]) : AS_STR("");
    if (!as_time_parse(&seconds, &is_date, text) || !is_date) {
        as_error_set(error, AS_ERR_DATA, "\"%.*s\" is no date", (int)text.n, text.p);
        return as_error_advise(error, "write it as 2026-12-25");
    }
    off.day = as_day_of(seconds);
    if (region.n > 0 && !table->by_country) {
        as_error_set(error, AS_ERR_DATA, "a day off is one of \"%.*s\", and nothing says who is there",
                     (int)region.n, region.p);
        return as_error_advise(error, "%s", table->instead);
    }
    off.region = region.n > 0 ? as_arena_copy(table->arena, region.p, region.n) : NULL;
    if ((region.n > 0 && off.region == NULL) || !as_list_push(table->arena, &table->out->list, off))
        return as_error_memory(error);
    return AS_OK;
}

static int compare_days(const void *a, const void *b)
{
    const struct as_day_off *left = a, *right = b;
    return (left->day > right->day) - (left->day < right->day);
}

static enum as_status find_columns(struct table *table, const struct as_reader *reader,
                                   struct as_error *error)
{
    table->date = as_list_column(reader, "date");
    table->country = as_list_column(reader, "country");
    if (table->date == AS_NO_INDEX) {
        as_error_set(error, AS_ERR_DATA, "a table of days off has the column \"date\"");
        return as_error_advise(error, "its first line is date,country");
    }
    if (table->by_country && table->country == AS_NO_INDEX) {
        as_error_set(error, AS_ERR_DATA, "a table of days off by country has the column \"country\"");
        return as_error_advise(error, "its first line is date,country");
    }
    return AS_OK;
}

enum as_status as_days_off_read(struct as_days_off *out, struct as_loading *loading, const char *path,
                                bool by_country, const char *instead, struct as_error *error)
{
    const struct as_source_file *file;
    struct as_reader *reader = NULL;
    const struct as_reader_options options = {.name = path, .format = AS_FORMAT_CSV};
    struct table table = {
        .out = out, .arena = &loading->pack->rules.arena, .by_country = by_country, .instead = instead};
    struct as_row row = {.line = 1}; /* of the columns */
    bool more;
    enum as_status status = as_list_file(&file, loading, path, error);
    if (status != AS_OK)
        return status;
    status = as_reader_open_memory(&reader, file->bytes, &options, error);
    if (status == AS_OK)
        status = find_columns(&table, reader, error);
    while (status == AS_OK && (status = as_reader_next(&row, &more, reader, error)) == AS_OK && more)
        status = read_day(&table, &row, error);
    as_reader_close(reader);
    if (status != AS_OK)
        as_error_at(error, path, (int)row.line);
    else if (out->list.n > 0)
        qsort(out->list.at, out->list.n, sizeof *out->list.at, compare_days);
    return status;
}
