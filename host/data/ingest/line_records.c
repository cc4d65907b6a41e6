/* Each line brings its own columns. How those of one kind are bound is kept for as long as lines have no
 * others, and found anew for a line that has: two sources may call one thing by two names, and each line
 * means its own.
 */
#include "data/ingest/line_records.h"

#include "base/bits.h"
#include "base/suggest.h"
#include "data/mapping/mapping_tree.h"
#include "data/rows/ndjson_rows.h"

#include <stdlib.h>

/* Names of different lines that are kept at once: more are read with a fresh memory. */
enum { MOST_NAMES = 256 };

struct shape {
    bool open;
    uint64_t schema;         /* its version when the columns were bound */
    struct as_intern *names; /* of its columns */
    struct as_str *columns;  /* the same as views */
    struct as_str *cells;    /* of the line that is built */
    uint32_t n;
    struct as_binding binding;
    struct as_row_records records;
};

struct as_line_records {
    const struct as_schema *schema;
    as_row_note_fn note;
    void *note_context;
    struct as_mapping *by_name;
    struct as_str line;
    struct as_ndjson_rows words; /* the line as names and texts */
    struct as_str *names, *texts;
    uint32_t n, room;
    struct shape shapes[AS_IMPORT_KIND_COUNT];
};

enum as_status as_line_records_open(struct as_line_records **out, const struct as_schema *schema,
                                    as_row_note_fn note, void *note_context, struct as_error *error)
{
    struct as_line_records *lines = *out = calloc(1, sizeof *lines);
    if (lines == NULL)
        return as_error_memory(error);
    lines->schema = schema;
    lines->note = note;
    lines->note_context = note_context;
    enum as_status status = as_mapping_by_name(&lines->by_name, error);
    if (status == AS_OK)
        status = as_ndjson_rows_open(&lines->words, 1, error);
    if (status != AS_OK) {
        as_line_records_close(lines);
        *out = NULL;
    }
    return status;
}

static void close_shape(struct shape *shape)
{
    if (!shape->open)
        return;
    as_row_records_close(&shape->records);
    if (shape->binding.mapping != NULL)
        as_binding_close(&shape->binding);
    as_intern_free(shape->names);
    free(shape->columns);
    free(shape->cells);
    *shape = (struct shape){.open = false};
}

void as_line_records_close(struct as_line_records *lines)
{
    if (lines == NULL)
        return;
    for (int kind = 0; kind < AS_IMPORT_KIND_COUNT; kind++)
        close_shape(&lines->shapes[kind]);
    as_ndjson_rows_close(&lines->words);
    as_mapping_free(lines->by_name);
    free(lines->names);
    free(lines->texts);
    free(lines);
}

/* The names in the order of the line, whatever lines before it had: values lie in that order. */
static void put_in_order(struct as_line_records *lines)
{
    for (uint32_t i = 1; i < lines->n; i++) {
        struct as_str name = lines->names[i], text = lines->texts[i];
        uint32_t at = i;
        for (; at > 0 && lines->texts[at - 1].p > text.p; at--) {
            lines->names[at] = lines->names[at - 1];
            lines->texts[at] = lines->texts[at - 1];
        }
        lines->names[at] = name;
        lines->texts[at] = text;
    }
}

static enum as_status parse(struct as_row *row, struct as_ndjson_rows *rows, struct as_str line,
                            struct as_error *error)
{
    bool more;
    struct as_input input = {.name = "line", .chunk = line, .rest = {line.p + line.n, 0}};
    enum as_status status = as_ndjson_rows_next(row, &more, rows, &input, error);
    if (status == AS_OK && !more)
        return as_error_set(error, AS_ERR_DATA, "the line is empty");
    return status;
}

static bool make_room(struct as_line_records *lines, uint32_t n)
{
    if (n <= lines->room)
        return true;
    struct as_str *names = realloc(lines->names, n * sizeof *names);
    lines->names = names != NULL ? names : lines->names;
    struct as_str *texts = realloc(lines->texts, n * sizeof *texts);
    lines->texts = texts != NULL ? texts : lines->texts;
    lines->room = names != NULL && texts != NULL ? n : lines->room;
    return names != NULL && texts != NULL;
}

enum as_status as_line_records_read(struct as_line_records *lines, struct as_str line, struct as_error *error)
{
    struct as_row row;
    enum as_status status = AS_OK;
    lines->n = 0;
    lines->line = line;
    if (as_intern_count(lines->words.names) > MOST_NAMES) {
        as_ndjson_rows_close(&lines->words);
        status = as_ndjson_rows_open(&lines->words, 1, error);
    }
    if (status == AS_OK)
        status = parse(&row, &lines->words, line, error);
    if (status != AS_OK)
        return status;
    if (!make_room(lines, row.n))
        return as_error_memory(error);
    for (uint32_t i = 0; i < row.n; i++)
        if (lines->words.lengths[i] != SIZE_MAX) {
            lines->names[lines->n] = lines->words.columns[i];
            lines->texts[lines->n++] = row.cells[i];
        }
    put_in_order(lines);
    return AS_OK;
}

struct as_str as_line_records_says(const struct as_line_records *lines, const char *name)
{
    for (uint32_t i = 0; i < lines->n; i++)
        if (as_str_is(lines->names[i], name))
            return lines->texts[i];
    return (struct as_str){NULL, 0};
}

const struct as_str *as_line_records_all(const struct as_str **texts, uint32_t *n,
                                         const struct as_line_records *lines)
{
    *texts = lines->texts;
    *n = lines->n;
    return lines->names;
}

/* The line's texts as cells of the shape; false when it has a name that the shape has not. */
static bool fill(struct shape *shape, const struct as_line_records *lines)
{
    for (uint32_t i = 0; i < shape->n; i++)
        shape->cells[i] = (struct as_str){"", 0};
    for (uint32_t i = 0; i < lines->n; i++) {
        uint32_t column = as_intern_find(shape->names, lines->names[i]);
        if (column == AS_INTERN_NONE)
            return false;
        shape->cells[column] = lines->texts[i];
    }
    return true;
}

/* A shape of the line's names, with its texts as cells. */
static enum as_status open_shape(struct shape *shape, struct as_line_records *lines, enum as_import_kind kind,
                                 struct as_error *error)
{
    size_t room = (size_t)lines->n + 1;
    *shape = (struct shape){.open = true,
                            .schema = lines->schema->version,
                            .names = as_intern_new(),
                            .columns = calloc(room, sizeof *shape->columns),
                            .cells = calloc(room, sizeof *shape->cells)};
    if (shape->names == NULL || shape->columns == NULL || shape->cells == NULL)
        return as_error_memory(error);
    for (; shape->n < lines->n; shape->n++) {
        uint32_t code = as_intern_add(shape->names, lines->names[shape->n]);
        if (code == AS_INTERN_NONE)
            return as_error_memory(error);
        shape->columns[shape->n] = as_intern_text(shape->names, code);
    }
    fill(shape, lines);
    enum as_status status = as_binding_open(&shape->binding, lines->by_name, kind, lines->schema, "", error);
    if (status == AS_OK)
        status = as_row_records_open(&shape->records, &shape->binding, error);
    shape->records.note = lines->note;
    shape->records.note_context = lines->note_context;
    return status;
}

/* What nothing takes is told once for each shape of lines. */
static void tell_ignored(struct as_line_records *lines, const struct shape *shape, enum as_import_kind kind,
                         const char *kind_name)
{
    char note[AS_ERROR_WHAT];
    for (uint32_t i = 0; i < shape->binding.columns; i++) {
        if (as_bit(shape->binding.used, i) || as_str_is(shape->columns[i], kind_name))
            continue;
        const char *near = as_target_suggest(kind, lines->schema, shape->columns[i]);
        snprintf(note, sizeof note, "nothing of %s takes it%s", as_import_kind_name(kind),
                 as_meant(": ", near, "").text);
        lines->note(lines->note_context, 0, shape->columns[i].p, note);
    }
}

static enum as_status blame(const char *column, struct as_error *why, struct as_error *error)
{
    if (error == NULL)
        return why->status;
    *error = *why;
    if (column[0] != '\0')
        snprintf(error->what, sizeof error->what, "%.80s: %.*s", column, (int)sizeof why->what - 100,
                 why->what);
    return error->status;
}

enum as_status as_line_records_build(const struct as_record **out, struct as_line_records *lines,
                                     enum as_import_kind kind, const char *kind_name, int64_t now,
                                     struct as_error *error)
{
    struct shape *shape = &lines->shapes[kind];
    enum as_status status = AS_OK;
    if (!shape->open || shape->schema != lines->schema->version || !fill(shape, lines)) {
        close_shape(shape);
        status = open_shape(shape, lines, kind, error);
        if (status == AS_OK)
            status = as_binding_columns(&shape->binding, shape->columns, shape->n, false, error);
        if (status == AS_OK)
            tell_ignored(lines, shape, kind, kind_name);
        else
            close_shape(shape);
    }
    if (status != AS_OK)
        return status;
    struct as_row row = {.line = 1, .cells = shape->cells, .n = shape->n, .raw = lines->line};
    struct as_error why = AS_ERROR_INIT;
    const char *column = "";
    uint32_t made;
    shape->records.now = now;
    status = as_row_records_build(&made, &column, &shape->records, &row, &why);
    *out = &shape->records.records[0];
    return status == AS_OK ? AS_OK : blame(column, &why, error);
}
