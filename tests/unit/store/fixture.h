/* What the tests of the store share: a database in memory that knows the standard schema, and records written
 * as literals. */
#ifndef ASSAY_TEST_STORE_FIXTURE_H
#define ASSAY_TEST_STORE_FIXTURE_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/facts/facts.h"
#include "store/snapshot/snapshot.h"

#define DAY INT64_C(86400)
/* 2026-03-01 */
#define T0 INT64_C(1772323200)

struct world {
    struct as_store *store;
    struct as_schema *schema;
    struct as_facts *facts;
    struct as_facts_summary summary;
    struct as_facts_options options;
    struct as_error error;
};

#define ok(world, call)                                                                                      \
    do {                                                                                                     \
        enum as_status status_ = (call);                                                                     \
        if (status_ != AS_OK)                                                                                \
            fail_msg("%s: %s", as_status_name(status_), (world)->error.what);                                \
    } while (0)

static inline void add_answer(struct world *w, const char *name, enum as_type type, enum as_level level,
                              const char *const *choices, uint32_t n)
{
    uint32_t index;
    struct as_field field = {
        .name = name, .type = type, .level = level, .ask = "?", .choices = choices, .choice_count = n};
    ok(w, as_schema_add_field(&index, w->schema, &field, &w->error));
}

/* A folder of files, none of them a folder. */
static inline void remove_folder(const char *name)
{
    DIR *folder = opendir(name);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(folder);
    assert_int_equal(rmdir(name), 0);
}

static inline void world_open_at(struct world *w, const char *path)
{
    static const char *const needs[] = {"none", "acknowledged", "confirmed"};
    memset(w, 0, sizeof *w);
    ok(w, as_store_open(&w->store, path, AS_STORE_CREATE, &w->error));
    ok(w, as_schema_new(&w->schema, &w->error));
    add_answer(w, "need", AS_TYPE_CHOICE, AS_LEVEL_LEAD, needs, 3);
    add_answer(w, "decision_by", AS_TYPE_DATE, AS_LEVEL_ACCOUNT, NULL, 0);
    ok(w, as_store_learn_schema(w->store, w->schema, &w->error));
    w->options =
        (struct as_facts_options){.system = "crm", .file = "test.csv", .precedence = AS_FROM_CRM, .now = T0};
}

static inline void world_open(struct world *w)
{
    world_open_at(w, ":memory:");
}

static inline void world_close(struct world *w)
{
    as_facts_close(w->facts);
    as_schema_free(w->schema);
    as_store_close(w->store);
}

/* One record: names and values in turn, ended by NULL. Returns the status of the sink; error in w->error. */
static inline enum as_status put(struct world *w, enum as_import_kind kind, ...)
{
    struct as_value_pair pairs[24];
    struct as_record record = {.kind = kind, .line = 1, .pairs = pairs};
    va_list args;
    va_start(args, kind);
    for (const char *name; (name = va_arg(args, const char *)) != NULL;)
        pairs[record.n++] = (struct as_value_pair){name, as_str_of(va_arg(args, const char *))};
    va_end(args);
    if (w->facts == NULL)
        ok(w, as_facts_open(&w->facts, w->store, w->schema, &w->options, &w->error));
    bool changed;
    as_error_clear(&w->error);
    struct as_record_sink sink = as_facts_sink(w->facts);
    return sink.put(sink.context, &record, &changed, &w->error);
}
#define give(world, ...)   ok(world, put(world, __VA_ARGS__, (char *)NULL))
#define refuse(world, ...) assert_int_equal(put(world, __VA_ARGS__, (char *)NULL), AS_ERR_DATA)

static inline void commit(struct world *w)
{
    as_error_clear(&w->error);
    ok(w, as_facts_commit(w->facts, &w->summary, &w->error));
    as_facts_close(w->facts);
    w->facts = NULL;
}

static inline enum as_status keep_first(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    char *out = context;
    if (out[0] == '\0')
        snprintf(out, 256, "%s", row->texts[0] == NULL ? "NULL" : row->texts[0]);
    return AS_OK;
}

/* The first cell of a query, "" without rows; four answers can be held at once. */
static inline const char *cell(struct world *w, const char *sql)
{
    static char texts[4][256];
    static int next;
    char *text = texts[next++ & 3];
    text[0] = '\0';
    ok(w, as_store_query(w->store, sql, keep_first, text, &w->error));
    return text;
}
#define assert_cell(world, sql, expected) assert_string_equal(cell(world, sql), expected)

static inline struct as_dataset *snapshot(struct world *w, int64_t at, int64_t known_at)
{
    struct as_dataset *dataset;
    struct as_snapshot_request request = {.at = at, .known_at = known_at, .account_events = true};
    ok(w, as_store_snapshot(&dataset, w->store, w->schema, &request, &w->error));
    return dataset;
}

/* A value as people read it, "-" when unknown. */
static inline const char *shown(const struct as_dataset *dataset, enum as_level level, const char *field,
                                uint32_t row)
{
    static char texts[4][256];
    static int next;
    char *text = texts[next++ & 3];
    struct as_buf out = {0};
    uint32_t index = as_schema_field(dataset->schema, level, as_str_of(field));
    assert_int_not_equal(index, AS_NO_INDEX);
    const struct as_column *column = dataset->field[index];
    if (column != NULL && as_bit(column->known, row))
        as_column_show(&out, column, row);
    else
        as_buf_text(&out, "-");
    snprintf(text, 256, "%s", as_buf_c(&out));
    as_buf_free(&out);
    return text;
}

/* One world a test. */
static inline int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    world_open(w);
    *state = w;
    return 0;
}

static inline int world_teardown(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

#endif
