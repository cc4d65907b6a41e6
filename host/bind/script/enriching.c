/* Enriching: which rows are asked about, how many at once, when to stop, and writing what was found. One call
 * is enriching_call.c's; who is due, host/run's. */
#include "bind/script/enriching.h"

#include "bind/script/enriching_call.h"

#include "base/time.h"
#include "store/facts/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURN_MS = 250, NS_PER_S = 1000000000 };

/* What a call came to, until it is written. */
struct result {
    struct as_asked asked;
    struct as_found_value *values;
    uint32_t value_count;
};

struct enriching {
    struct as_script *script;
    const struct as_enrich_options *options;
    const struct as_enrichment *enrichment;
    uint32_t number;
    struct as_enriched *row;
    struct as_loaded loaded; /* a state of its own: what enrichment leaves behind no decision sees */
    struct as_client *client;
    int64_t until; /* ticks; 0: no end */

    int64_t *due;
    uint32_t due_count, next, done;
    struct as_enrich_call calls[AS_ENRICH_AT_ONCE];
    bool busy[AS_ENRICH_AT_ONCE];
    uint32_t running, faults;
    bool stopping;    /* nobody new is asked */
    bool interrupted; /* what runs is dropped */

    struct as_arena results_arena;
    AS_LIST(struct result) results;
};

/* --- writing --- */

static enum as_status put_result(struct enriching *e, struct as_facts *facts, struct result *result,
                                 struct as_error *error)
{
    struct as_value_pair pairs[AS_MAX_ENRICHED_FIELDS + 1];
    char id[32];
    bool changed = false;
    struct as_record_sink sink = as_facts_sink(facts);
    struct as_record record = {.kind = e->enrichment->level == AS_LEVEL_LEAD ? AS_IMPORT_LEADS
                                                                             : AS_IMPORT_ACCOUNTS,
                               .line = 1,
                               .pairs = pairs};
    snprintf(id, sizeof id, "#%lld", (long long)result->asked.row_id);
    pairs[record.n++] = (struct as_value_pair){"id", as_str_of(id)};
    for (uint32_t i = 0; i < result->value_count; i++)
        pairs[record.n++] = (struct as_value_pair){
            e->loaded.store.schema->fields.at[result->values[i].field]->name, result->values[i].text};
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = sink.put(sink.context, &record, &changed, &why);
    e->row->facts += changed;
    if (status != AS_ERR_DATA) {
        if (status != AS_OK)
            *error = why;
        return status;
    }
    /* What it found is no value of the field. */
    e->row->found--;
    e->row->failed++;
    result->asked.outcome = AS_ASKED_FAILED;
    result->asked.note = as_arena_printf(&e->results_arena, "%s", why.what);
    if (e->row->why[0] == '\0')
        snprintf(e->row->why, sizeof e->row->why, "%.300s", why.what);
    return AS_OK;
}

static enum as_status write_results(struct enriching *e, struct as_error *error)
{
    struct as_store *store = e->options->store;
    const struct as_facts_options options = {.system = e->enrichment->name,
                                             .file = "enrichment",
                                             .precedence = AS_FROM_ENRICHMENT,
                                             .now = e->options->now};
    struct as_facts_summary summary;
    struct as_facts *facts = NULL;
    if (e->results.n == 0)
        return AS_OK;
    enum as_status status = as_store_lock(store, "enrichment", AS_LOCK_WAIT_MS, error);
    if (status != AS_OK)
        return status;
    status = as_store_begin(store, error);
    if (status != AS_OK) {
        as_store_unlock(store);
        return status;
    }
    status = as_facts_open(&facts, store, e->loaded.store.schema, &options, error);
    for (uint32_t i = 0; i < e->results.n && status == AS_OK; i++)
        if (e->results.at[i].value_count > 0)
            status = put_result(e, facts, &e->results.at[i], error);
    if (status == AS_OK)
        status = as_facts_commit(facts, &summary, error);
    as_facts_close(facts);
    for (uint32_t i = 0; i < e->results.n && status == AS_OK; i++)
        status = as_store_asked_put(store, e->script->main.pack->name, e->enrichment->name,
                                    e->enrichment->level, &e->results.at[i].asked, error);
    status = as_store_end(store, status, error);
    as_store_unlock(store);
    as_arena_free(&e->results_arena);
    e->results.at = NULL;
    e->results.n = e->results.room = 0;
    return status;
}

/* --- one after another --- */

static enum as_status keep_result(struct enriching *e, struct as_enrich_call *call, struct as_error *error)
{
    struct as_arena *arena = &e->results_arena;
    struct result result = {
        .asked = {.row_id = call->row_id, .at = e->options->now, .outcome = call->outcome},
        .values = as_arena_array(arena, call->found.n + (size_t)1, sizeof *result.values)};
    if (result.values == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; call->outcome == AS_ASKED_FOUND && i < call->found.n; i++) {
        struct as_str text = call->found.at[i].text;
        struct as_found_value *value = &result.values[result.value_count++];
        *value =
            (struct as_found_value){call->found.at[i].field, {as_arena_copy(arena, text.p, text.n), text.n}};
        if (value->text.p == NULL)
            return as_error_memory(error);
    }
    if (call->outcome == AS_ASKED_FAILED &&
        (result.asked.note = as_arena_printf(arena, "%s", call->why)) == NULL)
        return as_error_memory(error);
    return as_list_push(arena, &e->results, result) ? AS_OK : as_error_memory(error);
}

static enum as_status end_call(struct enriching *e, uint32_t slot, struct as_error *error)
{
    struct as_enrich_call *call = &e->calls[slot];
    enum as_status status = AS_OK;
    if (call->outcome == AS_ASKED_FAILED && e->row->why[0] == '\0')
        snprintf(e->row->why, sizeof e->row->why, "%s", call->why);
    if (call->put_off) {
        e->stopping = true;
    } else {
        e->row->found += call->outcome == AS_ASKED_FOUND;
        e->row->nothing += call->outcome == AS_ASKED_NOTHING;
        e->row->failed += call->outcome == AS_ASKED_FAILED;
        status = keep_result(e, call, error);
    }
    e->faults = call->fault ? e->faults + 1 : 0;
    if (e->faults >= AS_ENRICH_MOST_FAULTS)
        e->stopping = true;
    e->done++;
    e->running--;
    e->busy[slot] = false;
    as_enrich_call_end(call, &e->loaded);
    if (status == AS_OK && e->results.n >= AS_ENRICH_WRITTEN)
        status = write_results(e, error);
    return status;
}

static enum as_status begin_calls(struct enriching *e, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t slot = 0; slot < AS_ENRICH_AT_ONCE && status == AS_OK; slot++) {
        bool done = false;
        if (e->until != 0 && as_clock_ticks() > e->until)
            e->stopping = true;
        if (e->busy[slot] || e->stopping || e->next >= e->due_count)
            continue;
        e->busy[slot] = true;
        e->running++;
        status =
            as_enrich_call_begin(&done, &e->calls[slot], &e->loaded, e->number, e->due[e->next++], error);
        if (status == AS_OK && done)
            status = end_call(e, slot, error);
    }
    return status;
}

static enum as_status go_on(struct enriching *e, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t slot = 0; slot < AS_ENRICH_AT_ONCE && status == AS_OK; slot++) {
        bool done = false;
        if (!e->busy[slot] || e->calls[slot].http.waits)
            continue;
        status = as_enrich_call_go_on(&done, &e->calls[slot], &e->loaded, error);
        if (status == AS_OK && done)
            status = end_call(e, slot, error);
    }
    return status;
}

static enum as_status ask_all(struct enriching *e, struct as_error *error)
{
    const struct as_enrich_options *options = e->options;
    enum as_status status = AS_OK;
    while (status == AS_OK && !e->interrupted) {
        status = begin_calls(e, error);
        if (status != AS_OK || e->running == 0)
            break;
        status = as_client_turn(e->client, TURN_MS, error);
        if (status == AS_OK)
            status = go_on(e, error);
        if (options->progress != NULL &&
            !options->progress(options->progress_context, e->enrichment->name, e->done, e->due_count))
            e->interrupted = true;
    }
    return status;
}

/* --- one enrichment, and all of a pack --- */

static enum as_status open_client(struct enriching *e, struct as_error *error)
{
    const struct as_pack *pack = e->script->main.pack;
    const struct as_client_options options = {.policy = e->options->policy,
                                              .origins = pack->permitted_origins.at,
                                              .origin_count = pack->permitted_origins.n,
                                              .secrets = pack->permitted_secrets.at,
                                              .secret_count = pack->permitted_secrets.n,
                                              .cassette = e->options->cassette};
    enum as_status status = as_client_open(&e->client, &options, error);
    if (status == AS_OK)
        status = as_loaded_open(&e->loaded, e->script, true, error);
    if (status != AS_OK)
        return status;
    e->loaded.store = (struct as_store_access){.store = e->options->store,
                                               .schema = e->script->schema,
                                               .pack = pack->name,
                                               .at = e->options->now,
                                               .known_at = e->options->now,
                                               .may_write = true};
    e->loaded.http = (struct as_http_access){.client = e->client,
                                             .store = e->options->cassette == NULL ? e->options->store : NULL,
                                             .pack = pack->name,
                                             .now = e->options->now};
    return AS_OK;
}

/* The client goes first: its transfers speak to the calls. */
static void close_client(struct enriching *e)
{
    as_client_close(e->client);
    e->client = NULL;
    for (uint32_t slot = 0; slot < AS_ENRICH_AT_ONCE; slot++)
        if (e->busy[slot]) {
            as_enrich_call_end(&e->calls[slot], &e->loaded);
            e->busy[slot] = false;
        }
    as_loaded_close(&e->loaded);
    as_arena_free(&e->results_arena);
}

static enum as_status enrich_one(struct enriching *e, const struct as_functions *functions,
                                 struct as_error *error)
{
    const struct as_enrich_options *options = e->options;
    const struct as_due_request request = {.schema = e->script->schema,
                                           .pack = e->script->main.pack,
                                           .functions = functions,
                                           .now = options->now,
                                           .threads = options->threads};
    enum as_status status =
        as_enrichment_due(&e->due, &e->due_count, options->store, &request, e->enrichment, error);
    if (status != AS_OK)
        return status;
    e->row->due = e->due_count;
    if (options->limit != 0 && e->due_count > options->limit)
        e->due_count = options->limit;
    if (!options->dry && e->due_count > 0) {
        if (e->client == NULL)
            status = open_client(e, error);
        e->next = e->done = e->faults = e->running = 0;
        e->stopping = false;
        if (status == AS_OK)
            status = ask_all(e, error);
        if (status == AS_OK)
            status = write_results(e, error);
    }
    e->row->left = e->row->due - e->row->found - e->row->nothing - e->row->failed;
    free(e->due);
    e->due = NULL;
    return status;
}

enum as_status as_enrich(struct as_enriched_list *out, struct as_script *script,
                         const struct as_enrich_options *options, struct as_error *error)
{
    const struct as_pack *pack = script->main.pack;
    const struct as_functions *functions = NULL;
    struct enriching *e = calloc(1, sizeof *e);
    if (e == NULL)
        return as_error_memory(error);
    e->script = script;
    e->options = options;
    if (options->seconds > 0)
        e->until = as_clock_ticks() + options->seconds * NS_PER_S;
    enum as_status status = as_script_functions(&functions, script, options->threads, error);
    if (status == AS_OK && !options->dry)
        status = as_store_answers_expire(options->store, options->now, error);
    for (uint32_t i = 0; i < pack->enrichments.n && status == AS_OK && !e->interrupted; i++) {
        struct as_enriched row = {.name = pack->enrichments.at[i]->name, .pack = pack->name};
        if (options->only != NULL && strcmp(options->only, row.name) != 0)
            continue;
        e->enrichment = pack->enrichments.at[i];
        e->number = i;
        e->row = &row;
        status = enrich_one(e, functions, error);
        if (status == AS_OK && !as_list_push(&out->arena, &out->rows, row))
            status = as_error_memory(error);
    }
    close_client(e);
    if (status == AS_OK && e->interrupted)
        status = as_error_set(error, AS_ERR_STOPPED, "stopped; what was found until then is kept");
    free(e);
    return status;
}
