/* Packs are loaded and the database is opened once, as `assay run` does for each run. */
#include "at_desk.h"

#include "comparing.h"

#include "base/time.h"
#include "bind/sandbox/library.h"
#include "bind/script/host.h"
#include "run/desk.h"
#include "score/tree/reference.h"
#include "store/database.h"

#include <stdlib.h>

enum { MOST_PACKS = 4 };

struct at_desk {
    struct as_store *store;
    struct as_schema *schema;
    struct as_desk *desk;
    struct as_reference reference;
    char library[65];
    struct as_source source[MOST_PACKS];
    struct as_script *script[MOST_PACKS];
    struct as_run_pack pack[MOST_PACKS];
    int n;
};

static void check(enum as_status status, const struct as_error *error, const char *which)
{
    if (status != AS_OK)
        give_up(error->what, which);
}

/* So that what most runs change lies in files, which are joined. */
enum { FEW_LEADS = 3 };

struct at_desk *at_desk_open(const char *database, const char *const *packs, int n)
{
    struct as_error error = AS_ERROR_INIT;
    struct at_desk *at_desk = calloc(1, sizeof *at_desk);
    if (at_desk == NULL)
        give_up("no memory", database);
    at_desk->n = n;
    as_library_hash(at_desk->library);
    check(as_schema_new(&at_desk->schema, &error), &error, database);
    check(as_store_open(&at_desk->store, database, AS_STORE_WRITE, &error), &error, database);
    at_desk->store->few_leads = FEW_LEADS;
    check(as_reference_of(&at_desk->reference, &error), &error, database);
    for (int i = 0; i < n; i++) {
        struct as_run_pack *pack = &at_desk->pack[i];
        as_source_init(&at_desk->source[i]);
        check(as_source_read(&at_desk->source[i], packs[i], &error), &error, packs[i]);
        check(as_script_load(&at_desk->script[i], &at_desk->source[i], at_desk->schema, NULL, &error), &error,
              packs[i]);
        *pack = (struct as_run_pack){as_script_pack(at_desk->script[i]), &at_desk->source[i], NULL};
        check(as_script_functions(&pack->functions, at_desk->script[i], 1, &error), &error, packs[i]);
    }
    check(as_desk_open(&at_desk->desk, at_desk->store, &error), &error, database);
    return at_desk;
}

int at_desk_run(struct at_desk *at_desk, int64_t at)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_run_result result;
    struct as_run_request request = {.schema = at_desk->schema,
                                     .packs = at_desk->pack,
                                     .pack_count = (uint32_t)at_desk->n,
                                     .library_hash = at_desk->library,
                                     .reference = &at_desk->reference,
                                     .at = at,
                                     .known_at = at,
                                     .now = as_clock_now(),
                                     .threads = 1,
                                     .max_moves = -1};
    check(as_desk_run(&result, at_desk->desk, &request, &error), &error, "a run at the desk");
    int failed = (int)result.failed;
    as_run_free(&result);
    return failed;
}

void at_desk_close(struct at_desk *at_desk)
{
    if (at_desk == NULL)
        return;
    as_desk_close(at_desk->desk);
    as_store_close(at_desk->store);
    for (int i = 0; i < at_desk->n; i++) {
        as_script_free(at_desk->script[i]);
        as_source_free(&at_desk->source[i]);
    }
    as_schema_free(at_desk->schema);
    free(at_desk);
}
