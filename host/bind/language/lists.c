/* Lists: list files and the table of currency rates, read from the pack's source, and the lists that every
 * pack has. */
#include "bind/language/lists.h"

#include "base/intern.h"
#include "data/identity/fold.h"
#include "data/identity/identity.h"
#include "data/rows/reader.h"

#include <math.h>
#include <string.h>

static enum as_status add_lines(struct as_intern *values, struct as_str rest, const char *path,
                                struct as_error *error)
{
    struct as_buf folded = {.max = AS_MAX_TEXT};
    enum as_status status = AS_OK;
    int line = 0;
    while (status == AS_OK && rest.p != NULL) {
        struct as_str value = as_str_trim(as_str_cut(&rest, '\n'));
        line++;
        if (value.n == 0 || value.p[0] == '#')
            continue;
        as_buf_reset(&folded);
        status = as_fold(&folded, value, error);
        if (status == AS_OK &&
            as_intern_add(values, (struct as_str){as_buf_c(&folded), folded.n}) == AS_INTERN_NONE)
            status = as_error_memory(error);
        if (status != AS_OK)
            as_error_at(error, path, line);
    }
    as_buf_free(&folded);
    return status;
}

static struct as_named_list *find_list(struct as_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < pack->lists.n; i++)
        if (strcmp(pack->lists.at[i].name, name) == 0)
            return &pack->lists.at[i];
    return NULL;
}

static enum as_status new_list(struct as_named_list **out, struct as_pack *pack, const char *name,
                               const char *path, struct as_error *error)
{
    struct as_named_list list = {.name = name, .path = path, .values = as_intern_new()};
    if (list.values == NULL)
        return as_error_memory(error);
    if (!as_list_push(&pack->rules.arena, &pack->lists, list)) {
        as_intern_free(list.values);
        return as_error_memory(error);
    }
    *out = &pack->lists.at[pack->lists.n - 1];
    return AS_OK;
}

enum as_status as_lists_builtin(struct as_loading *loading, struct as_error *error)
{
    static const struct {
        const char *name;
        const char *const *(*domains)(uint32_t *n);
    } builtin[] = {{"freemail", as_freemail_domains}, {"disposable", as_disposable_domains}};
    for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++) {
        struct as_named_list *list = NULL;
        enum as_status status = new_list(&list, loading->pack, builtin[i].name, NULL, error);
        if (status != AS_OK)
            return status;
        uint32_t n = 0;
        const char *const *domains = loading->replica ? NULL : builtin[i].domains(&n);
        for (uint32_t j = 0; j < n; j++)
            if (as_intern_add(list->values, as_str_of(domains[j])) == AS_INTERN_NONE)
                return as_error_memory(error);
    }
    return AS_OK;
}

enum as_status as_list_file(const struct as_source_file **out, const struct as_loading *loading,
                            const char *path, struct as_error *error)
{
    *out = as_source_find(loading->source, path);
    if (*out != NULL)
        return AS_OK;
    as_error_set(error, AS_ERR_MISSING, "the pack has no file \"%s\"", path);
    return as_error_advise(error, "paths begin in the pack's folder, as in lists/competitors.txt");
}

enum as_status as_list_read(struct as_loading *loading, const char *name, const char *path,
                            struct as_error *error)
{
    const struct as_source_file *file;
    enum as_status status = as_list_file(&file, loading, path, error);
    if (status != AS_OK)
        return status;
    struct as_named_list *list = find_list(loading->pack, name);
    if (list == NULL && (status = new_list(&list, loading->pack, name, path, error)) != AS_OK)
        return status;
    list->path = path;
    return loading->replica ? AS_OK : add_lines(list->values, file->bytes, path, error);
}

uint32_t as_list_column(const struct as_reader *reader, const char *name)
{
    uint32_t n, found = AS_NO_INDEX;
    const struct as_str *columns = as_reader_columns(reader, &n);
    for (uint32_t i = 0; i < n; i++)
        if (as_str_is_nocase(as_str_trim(columns[i]), name))
            found = i;
    return found;
}

/* --- rates --- */

enum { CURRENCY, RATE, DATE, COLUMNS };

static enum as_status find_columns(uint32_t at[COLUMNS], const struct as_reader *reader,
                                   struct as_error *error)
{
    static const char *const names[COLUMNS] = {"currency", "rate", "date"};
    for (int i = 0; i < COLUMNS; i++) {
        at[i] = as_list_column(reader, names[i]);
        if (at[i] == AS_NO_INDEX) {
            as_error_set(error, AS_ERR_DATA, "a table of rates has the column \"%s\"", names[i]);
            return as_error_advise(error, "its first line is currency,rate,date");
        }
    }
    return AS_OK;
}

struct dated_rate {
    struct as_currency_rate rate;
    int64_t day;
};

static enum as_status read_rate(struct dated_rate *out, struct as_loading *loading, const struct as_row *row,
                                const uint32_t at[COLUMNS], struct as_error *error)
{
    for (int i = 0; i < COLUMNS; i++)
        if (at[i] >= row->n)
            return as_error_set(error, AS_ERR_DATA, "a row of rates is too short");
    struct as_str code = as_str_trim(row->cells[at[CURRENCY]]);
    int64_t seconds;
    bool is_date;
    if (code.n != 3)
        return as_error_set(error, AS_ERR_DATA, "\"%.*s\" is no currency code such as EUR", (int)code.n,
                            code.p);
    if (!as_parse_number(&out->rate.per_unit, as_str_trim(row->cells[at[RATE]])) || !(out->rate.per_unit > 0))
        return as_error_set(error, AS_ERR_DATA, "the rate of %.*s is no number above 0", (int)code.n, code.p);
    if (!as_time_parse(&seconds, &is_date, as_str_trim(row->cells[at[DATE]])))
        return as_error_set(error, AS_ERR_DATA, "the date of %.*s is no date such as 2026-03-01", (int)code.n,
                            code.p);
    out->day = as_day_of(seconds);
    char upper[4] = {0};
    for (int i = 0; i < 3; i++)
        upper[i] = code.p[i] >= 'a' && code.p[i] <= 'z' ? (char)(code.p[i] - 'a' + 'A') : code.p[i];
    out->rate.currency = as_arena_copy(&loading->pack->rules.arena, upper, 3);
    return out->rate.currency == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status keep_rate(struct as_loading *loading, int64_t **days, uint32_t *room,
                                const struct dated_rate *rate, struct as_error *error)
{
    struct as_pack *pack = loading->pack;
    struct as_arena *arena = &pack->rules.arena;
    for (uint32_t i = 0; i < pack->rates.n; i++)
        if (strcmp(pack->rates.at[i].currency, rate->rate.currency) == 0) {
            if (rate->day > (*days)[i]) {
                (*days)[i] = rate->day;
                pack->rates.at[i] = rate->rate;
            }
            return AS_OK;
        }
    if (!as_list_grow(arena, (void **)days, room, pack->rates.n, sizeof **days))
        return as_error_memory(error);
    (*days)[pack->rates.n] = rate->day;
    return as_list_push(arena, &pack->rates, rate->rate) ? AS_OK : as_error_memory(error);
}

enum as_status as_rates_read(struct as_loading *loading, const char *path, struct as_error *error)
{
    const struct as_source_file *file;
    struct as_reader *reader = NULL;
    const struct as_reader_options options = {.name = path, .format = AS_FORMAT_CSV};
    uint32_t at[COLUMNS], room = 0;
    int64_t *days = NULL;
    struct as_row row = {0};
    bool more;
    enum as_status status = as_list_file(&file, loading, path, error);
    if (status == AS_OK)
        status = as_reader_open_memory(&reader, file->bytes, &options, error);
    if (status == AS_OK)
        status = find_columns(at, reader, error);
    while (status == AS_OK && (status = as_reader_next(&row, &more, reader, error)) == AS_OK && more) {
        struct dated_rate rate = {0};
        status = read_rate(&rate, loading, &row, at, error);
        if (status == AS_OK)
            status = keep_rate(loading, &days, &room, &rate, error);
        if (rate.day > loading->pack->rates_day)
            loading->pack->rates_day = rate.day;
    }
    as_reader_close(reader);
    if (status != AS_OK)
        as_error_at(error, path, (int)row.line);
    return status;
}
