/* Event values: the properties of events that a snapshot holds, one column a property. */
#include "store/event_runs.h"

#include <stdlib.h>

static enum as_status load_property(struct as_load *load, struct as_event_log *log, const uint32_t *place,
                                    int64_t most, uint32_t property, struct as_error *error)
{
    const struct as_property *declared = &load->schema->properties.at[property];
    enum as_type type = declared->type == AS_TYPE_REFERENCE ? AS_TYPE_TEXT : declared->type;
    struct as_column *column;
    int64_t seconds;
    enum as_status status = as_column_new(&column, type, log->n, NULL, 0, error);
    if (status != AS_OK)
        return status;
    log->property[property] = column;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error, "SELECT value, currency, event_id FROM event_value WHERE property_id = ?", "i",
        load->map.property[property]);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (status == AS_OK && as_sql_row(&status, load->store, stmt, error)) {
        int64_t event = sqlite3_column_int64(stmt, 2);
        if (event >= most || place[event] == 0)
            continue;
        size_t row = place[event] - 1;
        switch (type) {
        case AS_TYPE_BOOLEAN:
            as_column_set_boolean(column, row, sqlite3_column_int(stmt, 0) != 0);
            break;
        case AS_TYPE_INTEGER:
            as_column_set_i64(column, row, sqlite3_column_int64(stmt, 0));
            break;
        case AS_TYPE_NUMBER:
            as_column_set_f64(column, row, sqlite3_column_double(stmt, 0));
            break;
        case AS_TYPE_MONEY:
            status =
                as_column_set_money(column, row, sqlite3_column_int64(stmt, 0), as_sql_str(stmt, 1), error);
            break;
        case AS_TYPE_DATE:
            if (as_time_parse(&seconds, NULL, as_sql_str(stmt, 0)))
                as_column_set_i64(column, row, as_day_of(seconds));
            break;
        default:
            status = as_column_set_text(column, row, as_sql_str(stmt, 0), error);
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

enum as_status as_runs_properties(struct as_runs *runs, uint32_t rows, struct as_error *error)
{
    struct as_load *load = runs->load;
    struct as_event_log *log = runs->log;
    int64_t most = 0;
    bool found;
    log->property = calloc((size_t)load->schema->properties.n + 1, sizeof(struct as_column *));
    if (log->property == NULL)
        return as_error_memory(error);
    if (!runs->properties)
        return AS_OK;
    enum as_status status = as_sql_get(&most, &found, load->store, error, "SELECT max(id) FROM event", "");
    uint32_t *place = status == AS_OK ? calloc((size_t)++most, sizeof *place) : NULL;
    if (place == NULL)
        return status != AS_OK ? status : as_error_memory(error);
    for (uint32_t row = 0; row < rows; row++)
        for (uint32_t e = log->start[row]; e < log->end[row]; e++)
            place[runs->id[e]] = e + 1;
    for (uint32_t i = 0; i < load->schema->properties.n && status == AS_OK; i++)
        if (load->map.property[i] != 0 &&
            (load->request->properties == NULL || as_bit(load->request->properties, i)))
            status = load_property(load, log, place, most, i, error);
    free(place);
    return status;
}
