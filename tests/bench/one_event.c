/* One event to a stored decision, within one process: a pack is loaded and a W1 database is open, and then,
 * time after time, an event of some lead is recorded and a run decides what it may have moved. Taken is the
 * time from the event in memory to the decision in the database, on the clock.
 *
 *     one_event PACK DATABASE LEADS [EVENTS [SEED]]     2000 events unless told otherwise
 *
 * The database has been imported and decided once. What each run decided can be compared with a run over
 * everybody afterwards. */
#include "bind/sandbox/library.h"
#include "bind/script/host.h"
#include "run/desk.h"
#include "score/tree/reference.h"
#include "store/facts/facts.h"
#include "w1_rows.h"

#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct as_error error;

static void check(enum as_status status)
{
    if (status == AS_OK)
        return;
    fprintf(stderr, "one_event: %s:%d: %s (%s)\n", error.file, error.line, error.what, error.advice);
    exit(3);
}

struct bench {
    struct as_store *store;
    struct as_schema *schema;
    struct as_desk *desk;
    struct as_run_request request;
    uint32_t leads, counted; /* counted: events of this process */
    uint64_t state;
};

static uint32_t draw(struct bench *b, uint32_t below)
{
    b->state = b->state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(((b->state >> 32) * below) >> 32);
}

/* An event of one of the last days. */
static void record(struct bench *b, const char *id)
{
    struct as_facts *facts;
    struct as_facts_summary summary;
    struct as_facts_options options = {"csv", "events", AS_FROM_CRM, false, W1_AT};
    char at[AS_TIME_TEXT], lead[32];
    bool changed;
    as_time_format(at, W1_AT - (int64_t)draw(b, 3 * 86400));
    snprintf(lead, sizeof lead, "L%" PRIu32, draw(b, b->leads));
    const struct as_value_pair pairs[] = {{"id", as_str_of(id)},
                                          {"at", as_str_of(at)},
                                          {"kind", as_str_of(w1_kinds[draw(b, W1_KINDS)])},
                                          {"lead_id", as_str_of(lead)}};
    struct as_record one = {
        .kind = AS_IMPORT_EVENTS, .line = 1, .pairs = pairs, .n = sizeof pairs / sizeof *pairs};
    check(as_facts_open(&facts, b->store, b->schema, &options, &error));
    struct as_record_sink sink = as_facts_sink(facts);
    check(sink.put(sink.context, &one, &changed, &error));
    check(as_facts_commit(facts, &summary, &error));
    as_facts_close(facts);
    if (summary.inserted != 1) {
        fprintf(stderr, "one_event: the event is not new: choose another seed\n");
        exit(3);
    }
}

static uint64_t decide(struct bench *b)
{
    struct as_run_result result = {.failed = 0};
    check(as_desk_run(&result, b->desk, &b->request, &error));
    if (result.failed > 0) {
        error = result.packs.at[0]->error;
        check(error.status);
    }
    uint64_t decided = result.packs.at[0]->decided;
    as_run_free(&result);
    return decided;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print(const char *what, int64_t *ns, size_t n)
{
    qsort(ns, n, sizeof *ns, by_size);
    printf("%-28s p50 %8.2f ms   p99 %8.2f ms   most %8.2f ms\n", what, (double)ns[n / 2] / 1e6,
           (double)ns[n - 1 - n / 100] / 1e6, (double)ns[n - 1] / 1e6);
}

int main(int argc, char **argv)
{
    int64_t leads = 0, events = 2000, seed = 1;
    if (argc < 4 || argc > 6 || !as_parse_int(&leads, as_str_of(argv[3])) ||
        (argc > 4 && !as_parse_int(&events, as_str_of(argv[4]))) ||
        (argc > 5 && !as_parse_int(&seed, as_str_of(argv[5]))) || leads < 1 || events < 1 ||
        leads > UINT32_MAX) {
        fprintf(stderr, "usage: one_event PACK DATABASE LEADS [EVENTS [SEED]]\n");
        return 2;
    }
    struct bench b = {.leads = (uint32_t)leads, .state = (uint64_t)seed};
    struct as_source source;
    struct as_script *script;
    struct as_reference reference;
    char library[65];
    as_library_hash(library);
    as_source_init(&source);
    check(as_source_read(&source, argv[1], &error));
    check(as_schema_new(&b.schema, &error));
    check(as_script_load(&script, &source, b.schema, NULL, &error));
    check(as_store_open(&b.store, argv[2], AS_STORE_WRITE, &error));
    check(as_store_learn_schema(b.store, b.schema, &error));
    check(as_reference_of(&reference, &error));
    struct as_run_pack pack = {as_script_pack(script), &source, NULL};
    check(as_script_functions(&pack.functions, script, 1, &error));
    b.request = (struct as_run_request){.schema = b.schema,
                                        .packs = &pack,
                                        .pack_count = 1,
                                        .library_hash = library,
                                        .reference = &reference,
                                        .at = W1_AT,
                                        .known_at = W1_AT,
                                        .now = W1_AT,
                                        .threads = 1,
                                        .max_moves = -1};
    check(as_desk_open(&b.desk, b.store, &error));
    int64_t *all = calloc((size_t)events, sizeof *all), *recorded = calloc((size_t)events, sizeof *recorded),
            *run = calloc((size_t)events, sizeof *run);
    if (all == NULL || recorded == NULL || run == NULL)
        check(as_error_memory(&error));
    uint64_t decided = 0;
    for (int64_t i = 0; i < events; i++) {
        char id[48];
        snprintf(id, sizeof id, "one-%" PRId64 "-%" PRId64, seed, i);
        int64_t began = as_clock_ticks();
        record(&b, id);
        int64_t between = as_clock_ticks();
        decided += decide(&b);
        int64_t ended = as_clock_ticks();
        all[i] = ended - began;
        recorded[i] = between - began;
        run[i] = ended - between;
    }
    printf("%" PRId64 " events one by one, each with a run; %" PRId64 " leads; decided about %" PRIu64 "\n",
           events, leads, decided);
    print("event to stored decision", all, (size_t)events);
    print("  recording the event", recorded, (size_t)events);
    print("  run", run, (size_t)events);
    free(all);
    free(recorded);
    free(run);
    as_desk_close(b.desk);
    as_store_close(b.store);
    as_script_free(script);
    as_schema_free(b.schema);
    as_source_free(&source);
    return 0;
}
