/* A small database that the examples of assay.store speak of, and a Lua state that may use it. Wants cmocka.
 */
#ifndef ASSAY_TEST_STORE_WORLD_H
#define ASSAY_TEST_STORE_WORLD_H

#include "base/time.h"
#include "bind/module/store_module.h"
#include "store/facts/facts.h"

#include <lualib.h>
#include <stdlib.h>

/* 2026-03-01T12:00:00Z */
#define NOW INT64_C(1772366400)

struct world {
    struct as_store *store;
    struct as_schema *schema;
    struct as_store_access access;
    lua_State *lua;
};

static void require(enum as_status status, const struct as_error *error)
{
    if (status != AS_OK)
        fail_msg("%s; %s", error->what, error->advice);
}

static void give(const struct as_record_sink *sink, enum as_import_kind kind, const char *const *words)
{
    struct as_value_pair pairs[12];
    struct as_record record = {.kind = kind, .line = 1, .pairs = pairs};
    struct as_error error = AS_ERROR_INIT;
    bool changed = false;
    for (; words[2 * record.n] != NULL; record.n++)
        pairs[record.n] = (struct as_value_pair){words[2 * record.n], as_str_of(words[2 * record.n + 1])};
    require(sink->put(sink->context, &record, &changed, &error), &error);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct as_error error = AS_ERROR_INIT;
    static const char *const values[] = {"none", "acknowledged", "confirmed"};
    struct as_field need = {.name = "need",
                            .level = AS_LEVEL_LEAD,
                            .type = AS_TYPE_CHOICE,
                            .choices = values,
                            .choice_count = 3,
                            .ask = "Which problem would you solve first?"};
    uint32_t index;
    require(as_store_open(&w->store, ":memory:", AS_STORE_CREATE, &error), &error);
    require(as_schema_new(&w->schema, &error), &error);
    require(as_schema_add_field(&index, w->schema, &need, &error), &error);
    require(as_store_learn_schema(w->store, w->schema, &error), &error);
    struct as_facts_options options = {
        .system = "csv", .file = "small.csv", .precedence = AS_FROM_CRM, .now = NOW - 86400};
    struct as_facts *facts;
    require(as_facts_open(&facts, w->store, w->schema, &options, &error), &error);
    struct as_record_sink sink = as_facts_sink(facts);
    give(&sink, AS_IMPORT_ACCOUNTS,
         (const char *const[]){"id", "A1", "name", "Acme GmbH", "domain", "acme.example", "employees", "800",
                               "revenue", "1234.50 EUR", NULL});
    give(&sink, AS_IMPORT_LEADS,
         (const char *const[]){"id", "L1", "email", "jane@acme.example", "title", "VP Operations",
                               "product_interest", "CRM; Analytics", "created", "2026-01-05", NULL});
    give(&sink, AS_IMPORT_LEADS, (const char *const[]){"id", "L2", "email", "john@other.example", NULL});
    give(&sink, AS_IMPORT_EVENTS,
         (const char *const[]){"at", "2026-02-01T10:00:00Z", "kind", "whitepaper", "lead_id", "L1",
                               "property.title", "The \"cost\" of waiting", NULL});
    give(&sink, AS_IMPORT_EVENTS,
         (const char *const[]){"at", "2026-02-02T10:00:00Z", "kind", "page_view", "lead_id", "L1", NULL});
    give(&sink, AS_IMPORT_ANSWERS,
         (const char *const[]){"lead_id", "L1", "question", "need", "value", "acknowledged", "at",
                               "2026-02-03", NULL});
    struct as_facts_summary summary;
    require(as_facts_commit(facts, &summary, &error), &error);
    as_facts_close(facts);
    w->access = (struct as_store_access){.store = w->store,
                                         .schema = w->schema,
                                         .pack = "inbound",
                                         .at = NOW,
                                         .known_at = NOW,
                                         .may_write = true};
    w->lua = luaL_newstate();
    luaL_openlibs(w->lua);
    as_store_module_push(w->lua, &w->access);
    lua_setglobal(w->lua, "store");
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    lua_close(w->lua);
    as_store_close(w->store);
    as_schema_free(w->schema);
    free(w);
    return 0;
}

#endif
