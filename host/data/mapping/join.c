/* The second file of a join: only the columns that are asked for, texts once each. */
#include "data/mapping/join.h"

#include "base/intern.h"
#include "base/limits.h"
#include "data/rows/reader.h"

#include <stdlib.h>
#include <string.h>

struct as_join {
    struct as_arena arena;
    const struct as_map_join *map;
    struct as_intern *keys, *texts;
    AS_LIST(const char *) names; /* prefixed */
    AS_LIST(uint32_t) source;    /* column of the file by column of ours */
    uint32_t *cells;             /* row-major codes into texts */
    size_t room;                 /* cells allocated */
    uint32_t rows, key;
    uint64_t bytes;
};

struct wanted {
    struct as_join *join;
    struct as_reader *reader;
    bool failed;
};

static uint32_t find_column(const struct as_reader *reader, struct as_str name)
{
    uint32_t n;
    const struct as_str *columns = as_reader_columns(reader, &n);
    for (uint32_t i = 0; i < n; i++)
        if (as_str_eq(columns[i], name))
            return i;
    return AS_NO_INDEX;
}

/* A mentioned column with our prefix that the file has. */
static void want(void *context, struct as_str mentioned)
{
    struct wanted *wanted = context;
    struct as_join *join = wanted->join;
    struct as_str prefix = as_str_of(join->map->prefix);
    if (!as_str_starts(mentioned, prefix) || as_join_column(join, mentioned) != AS_NO_INDEX)
        return;
    uint32_t source =
        find_column(wanted->reader, (struct as_str){mentioned.p + prefix.n, mentioned.n - prefix.n});
    if (source == AS_NO_INDEX)
        return;
    char *name = as_arena_copy(&join->arena, mentioned.p, mentioned.n);
    wanted->failed |= name == NULL || !as_list_push(&join->arena, &join->names, name) ||
                      !as_list_push(&join->arena, &join->source, source);
}

static enum as_status take_row(struct as_join *join, const struct as_row *row, struct as_error *error)
{
    struct as_str key = row->cells[join->key];
    if (key.n == 0 || as_intern_find(join->keys, key) != AS_INTERN_NONE)
        return AS_OK;
    size_t width = join->source.n;
    if (join->rows == AS_MAX_JOIN_ROWS || join->bytes > AS_MAX_JOIN_BYTES) {
        as_error_set(error, AS_ERR_LIMIT, "the joined file is too large to be held (%u rows)", join->rows);
        return as_error_advise(error, "join the files before the import, for example with sqlite3");
    }
    if ((join->rows + 1) * width > join->room) {
        size_t room = join->room > 0 ? 2 * join->room : 1024 * (width > 0 ? width : 1);
        uint32_t *cells = realloc(join->cells, room * sizeof *cells);
        if (cells == NULL)
            return as_error_memory(error);
        join->cells = cells;
        join->room = room;
    }
    join->bytes += key.n + 16;
    for (size_t i = 0; i < width; i++) {
        struct as_str text = row->cells[join->source.at[i]];
        uint32_t before = as_intern_count(join->texts);
        uint32_t code = as_intern_add(join->texts, text);
        if (code == AS_INTERN_NONE)
            return as_error_memory(error);
        join->cells[join->rows * width + i] = code;
        join->bytes += sizeof code + (code == before ? text.n + 16 : 0);
    }
    if (as_intern_add(join->keys, key) == AS_INTERN_NONE)
        return as_error_memory(error);
    join->rows++;
    return AS_OK;
}

static enum as_status read_rows(struct as_join *join, struct as_reader *reader, struct as_error *error)
{
    for (;;) {
        struct as_row row;
        bool more;
        struct as_error bad = AS_ERROR_INIT;
        enum as_status status = as_reader_next(&row, &more, reader, &bad);
        if (status == AS_ERR_DATA)
            continue; /* what cannot be read joins nothing */
        if (status != AS_OK) {
            *error = bad;
            return status;
        }
        if (!more)
            return AS_OK;
        if ((status = take_row(join, &row, error)) != AS_OK)
            return status;
    }
}

static enum as_status open_file(struct as_reader **out, char **path, struct as_join *join, const char *folder,
                                struct as_error *error)
{
    *out = NULL;
    for (uint32_t i = 0; i < join->map->files.n; i++) {
        const char *file = join->map->files.at[i];
        struct as_error missing = AS_ERROR_INIT;
        *path = file[0] == '/' || folder[0] == '\0' ? as_arena_printf(&join->arena, "%s", file)
                                                    : as_arena_printf(&join->arena, "%s/%s", folder, file);
        if (*path == NULL)
            return as_error_memory(error);
        struct as_reader_options options = {.name = *path};
        enum as_status status = as_reader_open(out, *path, &options, &missing);
        if (status == AS_OK)
            return AS_OK;
        if (status != AS_ERR_MISSING) {
            *error = missing;
            return as_error_at(error, *path, 0);
        }
    }
    if (join->map->optional)
        return AS_OK;
    as_error_set(error, AS_ERR_MISSING, "the file \"%s\" that this one is joined with is not beside it",
                 join->map->files.at[0]);
    return as_error_advise(error, "put both files of the export into one folder");
}

enum as_status as_join_open(struct as_join **out, const struct as_map_join *map,
                            const struct as_mapping *mapping, const char *folder, struct as_error *error)
{
    *out = NULL;
    struct as_reader *reader = NULL;
    char *path;
    struct as_join *join = calloc(1, sizeof *join);
    if (join == NULL)
        return as_error_memory(error);
    as_arena_init(&join->arena);
    join->map = map;
    join->keys = as_intern_new();
    join->texts = as_intern_new();
    enum as_status status = AS_OK;
    if (join->keys == NULL || join->texts == NULL)
        status = as_error_memory(error);
    else
        status = open_file(&reader, &path, join, folder, error);
    if (status != AS_OK || reader == NULL)
        goto done;
    struct wanted wanted = {.join = join, .reader = reader};
    as_mapping_mentions(mapping, want, &wanted);
    join->key = find_column(reader, as_str_of(map->key));
    if (wanted.failed) {
        status = as_error_memory(error);
    } else if (as_reader_format(reader) != AS_FORMAT_CSV) {
        as_error_set(error, AS_ERR_DATA, "\"%.300s\": only CSV files can be joined", path);
        status = as_error_advise(error, "export it as CSV");
    } else if (join->key == AS_NO_INDEX) {
        as_error_set(error, AS_ERR_DATA, "the joined file has no column \"%.200s\"", map->key);
        as_error_advise(error, "\"key\" of the join names a column of the joined file");
        status = as_error_at(error, path, 1);
    } else {
        status = read_rows(join, reader, error);
    }

done:
    as_reader_close(reader);
    if (status != AS_OK) {
        as_join_close(join);
        return status;
    }
    *out = join;
    return AS_OK;
}

void as_join_close(struct as_join *join)
{
    if (join == NULL)
        return;
    as_intern_free(join->keys);
    as_intern_free(join->texts);
    free(join->cells);
    as_arena_free(&join->arena);
    free(join);
}

uint32_t as_join_column(const struct as_join *join, struct as_str prefixed)
{
    for (uint32_t i = 0; i < join->names.n; i++)
        if (as_str_is(prefixed, join->names.at[i]))
            return i;
    return AS_NO_INDEX;
}

uint32_t as_join_find(const struct as_join *join, struct as_str key)
{
    uint32_t code = as_intern_find(join->keys, key);
    return code == AS_INTERN_NONE ? AS_NO_INDEX : code;
}

struct as_str as_join_cell(const struct as_join *join, uint32_t row, uint32_t column)
{
    return as_intern_text(join->texts, join->cells[(size_t)row * join->source.n + column]);
}
