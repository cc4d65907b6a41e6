/* Contacts: touches made, and what people have consented to. */
#include "store/snapshot/loading.h"

#include <stdlib.h>
#include <string.h>

static uint8_t rung_of(const struct as_snapshot_request *request, const char *ask)
{
    for (uint32_t i = 0; ask != NULL && i < request->ask_count; i++)
        if (strcmp(request->asks[i].ask, ask) == 0)
            return request->asks[i].rung;
    return 0;
}

/* Two things in one: a lead that took in others has their rows too, in an order of its own. */
static int touch_order(const void *a, const void *b)
{
    const struct as_touch *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

static enum as_status load_touches(struct as_load *load, const char *ids, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    struct as_gathered list;
    enum as_status status;
    as_gathered_init(&list, sizeof(struct as_touch));
    sqlite3_stmt *stmt =
        load->part
            ? as_sql_fresh(load->store, error,
                           "SELECT lead_id, time, channel, ask FROM touch WHERE lead_id IN (SELECT value FROM"
                           " json_each(?3)) AND time <= ?1 AND known_at <= ?2 ORDER BY lead_id, time, id",
                           "iit", load->request->at, load->request->known_at, ids)
            : as_sql_fresh(load->store, error,
                           "SELECT lead_id, time, channel, ask FROM touch WHERE time <= ? AND known_at <= ?"
                           " ORDER BY lead_id, time, id",
                           "ii", load->request->at, load->request->known_at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_lead_row(load, sqlite3_column_int64(stmt, 0));
        if (row == AS_NO_INDEX)
            continue;
        struct as_touch touch = {.time = sqlite3_column_int64(stmt, 1),
                                 .channel = as_intern_add(dataset->channels, as_sql_str(stmt, 2)),
                                 .need = rung_of(load->request, as_sql_text(stmt, 3))};
        status = touch.channel == AS_INTERN_NONE ? as_error_memory(error)
                                                 : as_gathered_add(&list, row, &touch, error);
        if (status != AS_OK)
            break;
    }
    as_sql_end(load->store, stmt);
    void *items = NULL;
    if (status == AS_OK)
        status = as_gathered_lay(&dataset->touches.start, &items, &list, dataset->leads, error);
    dataset->touches.at = items;
    for (uint32_t row = 0; status == AS_OK && load->took_in != NULL && row < dataset->leads; row++)
        if (as_bit(load->took_in, row))
            qsort(dataset->touches.at + dataset->touches.start[row],
                  dataset->touches.start[row + 1] - dataset->touches.start[row], sizeof(struct as_touch),
                  touch_order);
    as_gathered_free(&list);
    return status;
}

static uint8_t consent_state(const char *name)
{
    static const char *const names[] = {"", "granted", "double_opt_in", "denied", "objected"};
    for (uint8_t i = 1; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return AS_CONSENT_UNKNOWN;
}

/* The strictest word counts where there are several: of purposes, and of leads that turned out to be one
 * person. */
static int strictness(uint8_t state)
{
    static const int rank[] = {[AS_CONSENT_UNKNOWN] = 0,
                               [AS_CONSENT_DOUBLE_OPT_IN] = 1,
                               [AS_CONSENT_GRANTED] = 2,
                               [AS_CONSENT_DENIED] = 3,
                               [AS_CONSENT_OBJECTED] = 4};
    return rank[state];
}

static enum as_status note_tracking(struct as_load *load, uint32_t row, uint8_t state, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    if (state != AS_CONSENT_DENIED && state != AS_CONSENT_OBJECTED)
        return AS_OK;
    if (dataset->untracked == NULL &&
        (dataset->untracked = calloc(AS_BIT_WORDS(dataset->leads) + 1, 8)) == NULL)
        return as_error_memory(error);
    as_bit_set(dataset->untracked, row);
    return AS_OK;
}

static enum as_status join_channels(struct as_dataset *dataset, struct as_gathered *list,
                                    struct as_error *error)
{
    void *items = NULL;
    uint32_t *start = NULL, kept = 0;
    enum as_status status = as_gathered_lay(&start, &items, list, dataset->leads, error);
    if (status != AS_OK)
        return status;
    struct as_consent *at = items;
    for (uint32_t row = 0, next = 0; row < dataset->leads; row++) {
        uint32_t first = kept, from = next;
        next = start[row + 1];
        for (uint32_t i = from; i < next; i++) {
            uint32_t same = first;
            while (same < kept && at[same].channel != at[i].channel)
                same++;
            if (same == kept)
                at[kept++] = at[i];
            else if (strictness(at[i].state) > strictness(at[same].state))
                at[same] = at[i];
        }
        start[row] = first;
    }
    start[dataset->leads] = kept;
    dataset->consents.start = start;
    dataset->consents.at = at;
    return AS_OK;
}

/* The last word per lead, channel and purpose. */
#define LAST_WORDS(of)                                                                                       \
    "SELECT lead_id, channel, state, time FROM (SELECT *, row_number() OVER (PARTITION BY lead_id, channel," \
    " purpose ORDER BY time DESC, id DESC) AS nth FROM consent WHERE " of                                    \
    " time <= ?1 AND known_at <= ?2) WHERE nth = 1 ORDER BY lead_id, channel, purpose"

static enum as_status load_consents(struct as_load *load, const char *ids, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    struct as_gathered list;
    enum as_status status;
    as_gathered_init(&list, sizeof(struct as_consent));
    sqlite3_stmt *stmt =
        load->part
            ? as_sql_fresh(load->store, error, LAST_WORDS("lead_id IN (SELECT value FROM json_each(?3)) AND"),
                           "iit", load->request->at, load->request->known_at, ids)
            : as_sql_fresh(load->store, error, LAST_WORDS(""), "ii", load->request->at,
                           load->request->known_at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_lead_row(load, sqlite3_column_int64(stmt, 0));
        struct as_str channel = as_sql_str(stmt, 1);
        if (row == AS_NO_INDEX)
            continue;
        struct as_consent consent = {.channel = AS_NO_INDEX,
                                     .state = consent_state(as_sql_text(stmt, 2)),
                                     .time = sqlite3_column_int64(stmt, 3)};
        if (as_str_is(channel, "tracking")) {
            status = note_tracking(load, row, consent.state, error);
        } else {
            if (!as_str_is(channel, "any") &&
                (consent.channel = as_intern_add(dataset->channels, channel)) == AS_INTERN_NONE)
                status = as_error_memory(error);
            if (status == AS_OK)
                status = as_gathered_add(&list, row, &consent, error);
        }
        if (status != AS_OK)
            break;
    }
    as_sql_end(load->store, stmt);
    if (status == AS_OK)
        status = join_channels(dataset, &list, error);
    as_gathered_free(&list);
    return status;
}

enum as_status as_load_contacts(struct as_load *load, struct as_error *error)
{
    struct as_buf ids = {0};
    as_load_part(&ids, load);
    enum as_status status = load_touches(load, as_buf_c(&ids), error);
    if (status == AS_OK)
        status = load_consents(load, as_buf_c(&ids), error);
    as_buf_free(&ids);
    return status;
}
