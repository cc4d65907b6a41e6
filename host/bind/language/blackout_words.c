/* The word of days on which nobody is contacted, and the file that names them. */
#include "bind/language/declare.h"
#include "bind/language/lists.h"
#include "bind/sandbox/raise.h"
#include "data/rows/reader.h"

#include <stdlib.h>
#include <string.h>

static const struct as_form_option blackout_options[] = {
    {"dates", AS_TAKES_TEXT, false,
     "The table of days off: \"lists/holidays.csv\" with date,country. A day without a country is one "
     "everywhere."},
    {"by", AS_TAKES_FACT, false, "The fact whose value the table's countries are compared with."},
    {"weekends", AS_TAKES_BOOLEAN, false, "Whether Saturdays and Sundays are days off; false when left out."},
    {"except", AS_TAKES_TEXT, false, "\"hand_raise\": who asked is answered on a day off, too."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_blackout = {"blackout", NULL,
                                         "Days on which nobody is contacted, where the person is: in the "
                                         "time zone of the quiet hours, UTC without one. What the quiet hours of "
                                         "any pack put off waits for a day that no pack has off.",
                                         "n.blackout { weekends = true, except = \"hand_raise\" }",
                                         blackout_options};

static enum as_status read_day(struct as_loading *loading, const struct as_row *row, uint32_t date,
                               uint32_t country, struct as_error *error)
{
    struct as_arena *arena = &loading->pack->rules.arena;
    struct as_blackout *blackout = &loading->pack->policy.blackout;
    struct as_day_off off = {0};
    int64_t seconds;
    bool is_date;
    struct as_str text = date < row->n ? as_str_trim(row->cells[date]) : AS_STR("");
    struct as_str region = country < row->n ? as_str_trim(row->cells[country]) : AS_STR("");
    if (!as_time_parse(&seconds, &is_date, text) || !is_date) {
        as_error_set(error, AS_ERR_DATA, "\"%.*s\" is no date", (int)text.n, text.p);
        return as_error_advise(error, "write it as 2026-12-25");
    }
    off.day = as_day_of(seconds);
    if (region.n > 0 && blackout->by == NULL) {
        as_error_set(error, AS_ERR_DATA, "a day off is one of \"%.*s\", and nothing says who is there",
                     (int)region.n, region.p);
        return as_error_advise(error, "write n.blackout { by = account.country, … }");
    }
    off.region = region.n > 0 ? as_arena_copy(arena, region.p, region.n) : NULL;
    if ((region.n > 0 && off.region == NULL) || !as_list_push(arena, &blackout->days, off))
        return as_error_memory(error);
    return AS_OK;
}

static int compare_days(const void *a, const void *b)
{
    const struct as_day_off *left = a, *right = b;
    return (left->day > right->day) - (left->day < right->day);
}

static enum as_status read_days(struct as_loading *loading, const char *path, struct as_error *error)
{
    const struct as_source_file *file;
    struct as_blackout *blackout = &loading->pack->policy.blackout;
    struct as_reader *reader = NULL;
    const struct as_reader_options options = {.name = path, .format = AS_FORMAT_CSV};
    struct as_row row = {.line = 1}; /* of the columns */
    uint32_t date = AS_NO_INDEX, country = AS_NO_INDEX;
    bool more;
    enum as_status status = as_list_file(&file, loading, path, error);
    if (status != AS_OK)
        return status;
    status = as_reader_open_memory(&reader, file->bytes, &options, error);
    if (status == AS_OK) {
        date = as_list_column(reader, "date");
        country = as_list_column(reader, "country");
        if (date == AS_NO_INDEX) {
            as_error_set(error, AS_ERR_DATA, "a table of days off has the column \"date\"");
            status = as_error_advise(error, "its first line is date,country");
        } else if (blackout->by != NULL && country == AS_NO_INDEX) {
            as_error_set(error, AS_ERR_DATA, "a table of days off by country has the column \"country\"");
            status = as_error_advise(error, "its first line is date,country; or leave by out");
        }
    }
    while (status == AS_OK && (status = as_reader_next(&row, &more, reader, error)) == AS_OK && more)
        status = read_day(loading, &row, date, country, error);
    as_reader_close(reader);
    if (status != AS_OK)
        as_error_at(error, path, (int)row.line);
    else if (blackout->days.n > 0)
        qsort(blackout->days.at, blackout->days.n, sizeof *blackout->days.at, compare_days);
    return status;
}

int as_word_blackout(lua_State *L)
{
    static const char *const spared[] = {"hand_raise", NULL};
    struct as_loading *loading = as_loading_of(L);
    struct as_blackout *blackout = &loading->pack->policy.blackout;
    struct as_position here = as_loading_here(L, loading);
    struct as_error error = AS_ERROR_INIT;
    struct as_options o;
    if (blackout->declared)
        as_raise_rule(L, here, "give all days in one table", "the blackout is declared twice: first at %s:%d",
                      blackout->position.file, blackout->position.line);
    as_options_open(&o, L, loading, 1, &as_form_blackout, NULL, here);
    blackout->declared = true;
    blackout->position = here;
    blackout->dates = as_option_text(&o, "dates");
    blackout->weekends = as_option_flag(&o, "weekends", false);
    blackout->spares_hand_raise = as_option_one_of(&o, "except", spared, -1) == 0;
    blackout->by = as_option_fact(&o, "by");
    if (blackout->by != NULL && (blackout->by->shape & AS_SHAPE_TEXT) == 0)
        as_option_refuse(&o, "by", "write account.country", "must be a text");
    if (blackout->dates == NULL && !blackout->weekends)
        as_raise_rule(L, here, "give dates, weekends = true or both", "a blackout without a day");
    if (blackout->dates != NULL && read_days(loading, blackout->dates, &error) != AS_OK) {
        as_error_at(&error, here.file, here.line);
        as_raise(L, &error);
    }
    return 0;
}
