/* Imports for tests: files in a folder of their own, and a sink that writes records down as text. */
#ifndef AS_TESTS_IMPORTING_H
#define AS_TESTS_IMPORTING_H

#include "base/time.h"
#include "data/ingest/ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct importing {
    char folder[64];
    struct as_schema *schema;
    struct as_buf records; /* "leads 2: id=1 email=a@b.example\n", empty values left out */
    uint32_t most;         /* records written down; 0: all */
    uint32_t taken;
    const char *refuse; /* the sink refuses records with this id */
    struct as_ingest_summary summary;
    struct as_error error;
};

static inline int importing_open(void **state)
{
    struct importing *in = calloc(1, sizeof *in);
    snprintf(in->folder, sizeof in->folder, "assay-import-XXXXXX");
    if (mkdtemp(in->folder) == NULL || as_schema_new(&in->schema, NULL) != AS_OK)
        return -1;
    *state = in;
    return 0;
}

static inline int importing_close(void **state)
{
    struct importing *in = *state;
    DIR *folder = opendir(in->folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", in->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(folder);
    rmdir(in->folder);
    as_ingest_summary_free(&in->summary);
    as_buf_free(&in->records);
    as_schema_free(in->schema);
    free(in);
    return 0;
}

static inline const char *importing_path(const struct importing *in, const char *name)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", in->folder, name);
    return path;
}

static inline void importing_write(const struct importing *in, const char *name, const char *text)
{
    FILE *file = fopen(importing_path(in, name), "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

/* The text of a file, NULL when there is none; malloc'ed. */
static inline char *importing_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    struct as_buf text = {0};
    for (int c; (c = fgetc(file)) != EOF;)
        as_buf_char(&text, (char)c);
    as_buf_char(&text, '\0');
    fclose(file);
    return text.p;
}

static inline enum as_status importing_put(void *context, const struct as_record *record, bool *changed,
                                           struct as_error *error)
{
    struct importing *in = context;
    for (uint32_t i = 0; i < record->n && in->refuse != NULL; i++)
        if (strcmp(record->pairs[i].name, "id") == 0 && as_str_is(record->pairs[i].value, in->refuse))
            return as_error_set(error, AS_ERR_DATA, "the sink does not like it");
    in->taken++;
    *changed = true;
    if (in->most > 0 && in->taken > in->most)
        return AS_OK;
    as_buf_printf(&in->records, "%s %llu:", as_import_kind_name(record->kind),
                  (unsigned long long)record->line);
    for (uint32_t i = 0; i < record->n; i++)
        if (record->pairs[i].value.n > 0)
            as_buf_printf(&in->records, " %s=%.*s", record->pairs[i].name, (int)record->pairs[i].value.n,
                          record->pairs[i].value.p);
    as_buf_char(&in->records, '\n');
    return AS_OK;
}

/* 2026-06-01T12:00:00Z */
#define IMPORTED INT64_C(1780315200)

/* path: as it is. map: JSON text, NULL none. */
static inline enum as_status importing_path_run(struct importing *in, enum as_import_kind kind,
                                                const char *path, const char *map, const char *preset)
{
    struct as_mapping *mapping = NULL;
    as_error_clear(&in->error);
    as_ingest_summary_free(&in->summary);
    as_buf_reset(&in->records);
    in->taken = 0;
    char rejects[200];
    snprintf(rejects, sizeof rejects, "%s/rejects.csv", in->folder);
    if (map != NULL) {
        enum as_status status = as_mapping_parse(&mapping, as_str_of(map), "map.json", &in->error);
        if (status != AS_OK)
            return status;
    }
    struct as_ingest_options options = {.kind = kind,
                                        .path = path,
                                        .mapping = mapping,
                                        .preset = preset,
                                        .schema = in->schema,
                                        .now = IMPORTED,
                                        .rejects_path = rejects};
    struct as_record_sink sink = {.context = in, .put = importing_put};
    enum as_status status = as_ingest(&in->summary, &options, &sink, &in->error);
    as_mapping_free(mapping);
    if (status == AS_OK)
        assert_int_equal(in->summary.rows, in->summary.accepted + in->summary.rejected + in->summary.skipped);
    return status;
}

static inline enum as_status importing_run(struct importing *in, enum as_import_kind kind, const char *text,
                                           const char *map, const char *preset)
{
    char path[200];
    importing_write(in, "file.csv", text);
    snprintf(path, sizeof path, "%s/file.csv", in->folder);
    return importing_path_run(in, kind, path, map, preset);
}

static inline void importing_says(struct importing *in, enum as_status status, const char *records)
{
    if (status != AS_OK)
        fail_msg("%s:%d %s; %s", in->error.file, in->error.line, in->error.what, in->error.advice);
    assert_string_equal(as_buf_c(&in->records), records);
}

#define IMPORTING(f) cmocka_unit_test_setup_teardown(f, importing_open, importing_close)

#endif
