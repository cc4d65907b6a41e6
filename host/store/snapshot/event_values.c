/* Event values: the properties of events that a snapshot holds, one column a property. */
#include "store/snapshot/event_runs.h"

#include <stdlib.h>

/* Where the events of the snapshot lie, by id: of everybody's an array over all ids, of a few a sorted list.
 */
struct places {
    uint32_t *by_id; /* 1 + place, 0 none; NULL: a list */
    int64_t most;
    struct place {
        uint32_t id, place;
    } * list;
    size_t n;
};

static int by_event(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum as_status find_places(struct places *out, const struct as_runs *runs, uint32_t rows,
                                  struct as_error *error)
{
    const struct as_event_log *log = runs->log;
    bool part = runs->load->dataset->part;
    *out = (struct places){.by_id = NULL};
    for (uint32_t row = 0; row < rows; row++)
        out->n += log->end[row] - log->start[row];
    enum as_status status =
        part ? AS_OK
             : as_sql_get(&out->most, NULL, runs->load->store, error, "SELECT max(id) FROM event", "");
    if (status != AS_OK)
        return status;
    if (part)
        out->list = malloc((out->n + 1) * sizeof *out->list);
    else
        out->by_id = calloc((size_t)++out->most, sizeof *out->by_id);
    if (out->list == NULL && out->by_id == NULL)
        return as_error_memory(error);
    size_t n = 0;
    for (uint32_t row = 0; row < rows; row++)
        for (uint32_t e = log->start[row]; e < log->end[row]; e++) {
            if (part)
                out->list[n++] = (struct place){runs->id[e], e};
            else if (runs->id[e] < out->most) /* an id of a damaged file may be any */
                out->by_id[runs->id[e]] = e + 1;
        }
    if (part && n > 1)
        qsort(out->list, n, sizeof *out->list, by_event);
    return AS_OK;
}

/* The values of one event after the other, of all or of those in the list. */
struct values {
    struct as_load *load;
    const struct places *places;
    sqlite3_stmt *stmt;
    int64_t property;
    size_t next;
};

static bool next_value(uint32_t *place, struct values *values, enum as_status *status, struct as_error *error)
{
    const struct places *places = values->places;
    if (places->by_id != NULL) {
        while (as_sql_row(status, values->load->store, values->stmt, error)) {
            int64_t event = sqlite3_column_int64(values->stmt, 2);
            if (event < places->most && places->by_id[event] != 0) {
                *place = places->by_id[event] - 1;
                return true;
            }
        }
        return false;
    }
    for (*status = AS_OK; *status == AS_OK && values->next < places->n; values->next++) {
        sqlite3_reset(values->stmt);
        sqlite3_bind_int64(values->stmt, 2, places->list[values->next].id);
        if (as_sql_row(status, values->load->store, values->stmt, error)) {
            *place = places->list[values->next++].place;
            return true;
        }
    }
    return false;
}

static enum as_status load_property(struct as_load *load, struct as_event_log *log,
                                    const struct places *places, uint32_t property, struct as_error *error)
{
    const struct as_property *declared = &load->schema->properties.at[property];
    enum as_type type = declared->type == AS_TYPE_REFERENCE ? AS_TYPE_TEXT : declared->type;
    struct as_column *column;
    int64_t seconds;
    uint32_t row;
    enum as_status status = as_column_new(&column, type, log->n, NULL, 0, error);
    if (status != AS_OK)
        return status;
    log->property[property] = column;
    int64_t id = load->map.property[property];
    sqlite3_stmt *stmt =
        places->by_id != NULL
            ? as_sql_fresh(load->store, error,
                           "SELECT value, currency, event_id FROM event_value WHERE property_id = ?", "i", id)
            : as_sql_fresh(load->store, error,
                           "SELECT value, currency FROM event_value WHERE property_id = ? AND event_id = ?",
                           "ii", id, (int64_t)0);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    struct values values = {load, places, stmt, id, 0};
    while (status == AS_OK && next_value(&row, &values, &status, error)) {
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
    as_sql_end(load->store, stmt);
    return status;
}

/* Most databases have no value of most properties. */
static enum as_status any_value(bool *any, const struct as_load *load, uint32_t property,
                                struct as_error *error)
{
    *any = false;
    if (load->map.property[property] == 0 ||
        (load->request->properties != NULL && !as_bit(load->request->properties, property)))
        return AS_OK;
    return as_sql_get(NULL, any, load->store, error,
                      "SELECT 1 FROM event_value WHERE property_id = ? LIMIT 1", "i",
                      load->map.property[property]);
}

enum as_status as_runs_properties(struct as_runs *runs, uint32_t rows, struct as_error *error)
{
    struct as_load *load = runs->load;
    struct as_event_log *log = runs->log;
    struct places places = {.by_id = NULL};
    enum as_status status = AS_OK;
    bool any, found = false;
    log->property = calloc((size_t)load->schema->properties.n + 1, sizeof(struct as_column *));
    if (log->property == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; runs->properties && i < load->schema->properties.n && status == AS_OK; i++) {
        status = any_value(&any, load, i, error);
        if (status == AS_OK && any && !found)
            status = find_places(&places, runs, rows, error);
        found |= any;
        if (status == AS_OK && any)
            status = load_property(load, log, &places, i, error);
    }
    free(places.by_id);
    free(places.list);
    return status;
}
