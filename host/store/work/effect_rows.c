/* Effect rows: what a run wants of the outside, on its way into the tables. A run about many leads makes
 * hundreds of effects and offers; written one by one, each would make the lists of its table's CHECKs anew.
 */
#include "store/work/effects.h"

#include "store/database.h"
#include "store/facts/waiting_rows.h"

#include "base/intern.h"

#include <stdlib.h>

/* Columns in the order in which a row's cells are filled. */
static const char into_outbox[] = "INSERT OR FAIL INTO outbox(key, pack, run_id, kind, lead_id, account_id, "
                                  "at, payload, destination, state,"
                                  " due, note, changed_at)";
static const char into_handoff[] =
    "INSERT OR FAIL INTO handoff(run_id, pack, model, lead_id, owner, offered, state)";
enum { OUTBOX_COLUMNS = 13, HANDOFF_COLUMNS = 7 };

struct as_effect_rows {
    struct as_store *store;
    const struct as_run_record *run;
    struct as_waiting_rows outbox, handoff;
    struct as_intern *keys; /* of effects that were added */
};

enum as_status as_effect_rows_new(struct as_effect_rows **out, struct as_store *store,
                                  const struct as_run_record *run, struct as_error *error)
{
    struct as_effect_rows *rows = *out = calloc(1, sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    rows->store = store;
    rows->run = run;
    enum as_status status = as_waiting_open(&rows->outbox, store, into_outbox, OUTBOX_COLUMNS, error);
    if (status == AS_OK)
        status = as_waiting_open(&rows->handoff, store, into_handoff, HANDOFF_COLUMNS, error);
    /* An offer that is open stays as it is. */
    as_buf_text(&rows->handoff.sql, " WHERE true ON CONFLICT DO NOTHING");
    if (status == AS_OK && rows->handoff.sql.failed)
        status = as_error_memory(error);
    if (status == AS_OK && (rows->keys = as_intern_new()) == NULL)
        status = as_error_memory(error);
    return status;
}

void as_effect_rows_free(struct as_effect_rows *rows)
{
    if (rows == NULL)
        return;
    as_waiting_close(&rows->outbox);
    as_waiting_close(&rows->handoff);
    as_intern_free(rows->keys);
    free(rows);
}

static enum as_status is_new(bool *out, const struct as_effect_rows *rows, const char *key,
                             struct as_error *error)
{
    bool found = as_intern_find(rows->keys, as_str_of(key)) != AS_INTERN_NONE;
    enum as_status status =
        found ? AS_OK
              : as_sql_get(NULL, &found, rows->store, error, "SELECT 1 FROM outbox WHERE key = ?", "t", key);
    *out = status == AS_OK && !found;
    return status;
}

/* 0: NULL. */
static void put_id(struct as_waiting_rows *rows, uint32_t column, int64_t id)
{
    if (id != 0)
        as_waiting_integer(rows, column, id);
}

static void put_text(struct as_waiting_rows *rows, uint32_t column, const char *text)
{
    if (text != NULL)
        as_waiting_text(rows, column, as_str_of(text));
}

static enum as_status write_when_full(struct as_waiting_rows *rows, struct as_error *error)
{
    return as_waiting_full(rows) ? as_waiting_write(rows, error) : AS_OK;
}

enum as_status as_effect_rows_add(bool *added, struct as_effect_rows *rows, const struct as_effect *effect,
                                  struct as_error *error)
{
    struct as_waiting_rows *to = &rows->outbox;
    enum as_status status = is_new(added, rows, effect->key, error);
    if (!*added)
        return status;
    if (as_intern_add(rows->keys, as_str_of(effect->key)) == AS_INTERN_NONE)
        return as_error_memory(error);
    status = as_waiting_add(to, error);
    if (status != AS_OK)
        return status;
    put_text(to, 0, effect->key);
    put_text(to, 1, rows->run->pack);
    as_waiting_integer(to, 2, rows->run->id);
    put_text(to, 3, as_effect_kind_name(effect->kind));
    put_id(to, 4, effect->lead_id);
    put_id(to, 5, effect->account_id);
    as_waiting_integer(to, 6, effect->at);
    put_text(to, 7, effect->payload_json == NULL ? "{}" : effect->payload_json);
    put_text(to, 8, effect->destination);
    put_text(to, 9, effect->withdrawn != NULL ? "withdrawn" : effect->held ? "held" : "queued");
    if (effect->due != AS_TIME_NONE)
        as_waiting_integer(to, 10, effect->due);
    put_text(to, 11, effect->withdrawn);
    as_waiting_integer(to, 12, rows->run->started);
    return write_when_full(to, error);
}

enum as_status as_effect_rows_offer(struct as_effect_rows *rows, const char *model, int64_t lead_id,
                                    const char *owner, int64_t at, struct as_error *error)
{
    struct as_waiting_rows *to = &rows->handoff;
    enum as_status status = as_waiting_add(to, error);
    if (status != AS_OK)
        return status;
    as_waiting_integer(to, 0, rows->run->id);
    put_text(to, 1, rows->run->pack);
    put_text(to, 2, model);
    as_waiting_integer(to, 3, lead_id);
    put_text(to, 4, owner);
    as_waiting_integer(to, 5, at);
    put_text(to, 6, "offered");
    return write_when_full(to, error);
}

enum as_status as_effect_rows_write(struct as_effect_rows *rows, struct as_error *error)
{
    enum as_status status = as_waiting_write(&rows->outbox, error);
    return status == AS_OK ? as_waiting_write(&rows->handoff, error) : status;
}

enum as_status as_store_effect(bool *added, struct as_store *store, const struct as_run_record *run,
                               const struct as_effect *effect, struct as_error *error)
{
    struct as_effect_rows *rows;
    *added = false;
    enum as_status status = as_effect_rows_new(&rows, store, run, error);
    if (status == AS_OK)
        status = as_effect_rows_add(added, rows, effect, error);
    if (status == AS_OK)
        status = as_effect_rows_write(rows, error);
    as_effect_rows_free(rows);
    return status;
}
