/* An import from its first byte to its summary. Reading, mapping, conversion and the reject file are each in
 * a file of their own; what records mean is the sink's business. */
#include "data/ingest/ingest.h"

#include "base/bits.h"
#include "base/limits.h"
#include "data/ingest/notes.h"
#include "data/ingest/rejects.h"
#include "data/ingest/row_stream.h"
#include "data/ingest/trial.h"
#include "data/mapping/binding.h"
#include "data/mapping/mapping_tree.h"

#include <stdio.h>
#include <string.h>

struct ingest {
    struct as_ingest_summary *summary;
    const struct as_ingest_options *options;
    const struct as_record_sink *sink;
    struct as_error *error;
    struct as_mapping *own_mapping; /* NULL: the caller's */
    const struct as_mapping *mapping;
    struct as_reader *reader;
    struct as_binding binding;
    struct as_row_records rows;
    struct as_rejects rejects;
    struct as_notes reasons;
    /* Of the thread that reads. */
    struct as_notes notes;
    struct as_arena noted;
    bool out_of_memory;
};

const char *as_ingest_system(const struct as_ingest_options *options)
{
    if (options->mapping != NULL && as_mapping_system(options->mapping) != NULL)
        return as_mapping_system(options->mapping);
    return options->preset;
}

static bool is_stdin(const struct as_ingest_options *options)
{
    return strcmp(options->path, "-") == 0;
}

static enum as_status open_reader(struct ingest *in)
{
    const struct as_ingest_options *options = in->options;
    struct as_reader_options reading = {.name = options->path, .delimiter = options->delimiter};
    if (options->mapping != NULL) {
        if (options->mapping->format != AS_MAP_FORMAT_AUTO)
            reading.format = options->mapping->format == AS_MAP_FORMAT_CSV ? AS_FORMAT_CSV : AS_FORMAT_NDJSON;
        if (reading.delimiter == 0)
            reading.delimiter = options->mapping->delimiter;
    }
    if (is_stdin(options)) {
        reading.name = "standard input";
        return as_reader_open_stream(&in->reader, stdin, &reading, in->error);
    }
    return as_reader_open(&in->reader, options->path, &reading, in->error);
}

static enum as_status choose_mapping(struct ingest *in)
{
    const struct as_ingest_options *options = in->options;
    uint32_t n;
    const struct as_str *columns = as_reader_columns(in->reader, &n);
    enum as_status status = AS_OK;
    if (options->mapping == NULL)
        status = options->preset != NULL ? as_mapping_preset(&in->own_mapping, options->preset, options->kind,
                                                             columns, n, in->error)
                                         : as_mapping_by_name(&in->own_mapping, in->error);
    in->mapping = options->mapping != NULL ? options->mapping : in->own_mapping;
    return status;
}

/* Names of a file, for joined files beside it and for the reject file. */
static enum as_status open_binding(struct ingest *in)
{
    const char *path = in->options->path, *slash = strrchr(path, '/');
    size_t n = slash == NULL || is_stdin(in->options) ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = as_arena_copy(&in->summary->arena, path, n);
    if (folder == NULL)
        return as_error_memory(in->error);
    return as_binding_open(&in->binding, in->mapping, in->options->kind, in->options->schema, folder,
                           in->error);
}

static enum as_status open_rejects(struct ingest *in)
{
    const char *path = in->options->rejects_path;
    if (path == NULL)
        path = as_arena_printf(&in->summary->arena, "%s.rejects.csv",
                               is_stdin(in->options) ? "stdin" : in->options->path);
    if (path == NULL)
        return as_error_memory(in->error);
    return as_rejects_open(&in->rejects, path, in->reader, in->error);
}

static void take_note(void *context, uint64_t line, const char *column, const char *note)
{
    struct ingest *in = context;
    in->out_of_memory |= !as_notes_add(&in->notes, &in->noted, column, note, line);
}

static enum as_status reject(struct ingest *in, const struct as_row *row, const char *column,
                             const struct as_error *why)
{
    char reason[AS_ERROR_WHAT + AS_ERROR_ADVICE + 8];
    snprintf(reason, sizeof reason, "%s%s%s", why->what, why->advice[0] != '\0' ? "; " : "", why->advice);
    in->summary->rejected++;
    in->summary->repaired += row->repaired;
    if (!as_notes_add(&in->reasons, &in->summary->arena, column, reason, row->line))
        return as_error_memory(in->error);
    return as_rejects_add(&in->rejects, row, column, reason, in->error);
}

static enum as_status bind_all_columns(struct ingest *in)
{
    uint32_t n;
    const struct as_str *columns = as_reader_columns(in->reader, &n);
    return as_binding_columns(&in->binding, columns, n, true, in->error);
}

static enum as_status put_records(struct ingest *in, const struct as_parsed_row *parsed)
{
    bool any_changed = false;
    for (uint32_t i = 0; i < parsed->n; i++) {
        struct as_error why = AS_ERROR_INIT;
        bool changed = false;
        enum as_status status = in->sink->put(in->sink->context, &parsed->records[i], &changed, &why);
        if (status == AS_ERR_DATA)
            return reject(in, &parsed->row, "", &why);
        if (status != AS_OK) {
            *in->error = why;
            return status;
        }
        in->summary->records++;
        any_changed |= changed;
    }
    in->summary->accepted++;
    in->summary->repaired += parsed->row.repaired;
    in->summary->changed += any_changed;
    return AS_OK;
}

static enum as_status take_rows(struct ingest *in, const struct as_parsed_rows *rows)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < rows->n && status == AS_OK; i++) {
        const struct as_parsed_row *parsed = &rows->at[i];
        in->summary->rows++;
        if (parsed->why != NULL)
            status = reject(in, &parsed->row, parsed->column, parsed->why);
        else if (parsed->n == 0)
            in->summary->skipped++;
        else
            status = put_records(in, parsed);
    }
    if (status != AS_OK)
        return status;
    if (in->options->progress != NULL &&
        !in->options->progress(in->options->progress_context, rows->done, rows->all, in->summary->rows))
        return as_error_set(in->error, AS_ERR_STOPPED, "the import was interrupted; nothing was taken in");
    if (rows->status != AS_OK)
        *in->error = rows->error;
    return rows->status;
}

static enum as_status read_rows(struct ingest *in)
{
    uint64_t done, all;
    struct as_row_stream *stream;
    struct as_row_source source = {in->reader, &in->binding, &in->rows, in->sink};
    as_reader_progress(in->reader, &done, &all);
    enum as_status status =
        as_row_stream_open(&stream, &source, !is_stdin(in->options) && all > 0, in->error);
    for (bool last = false; status == AS_OK && !last;) {
        const struct as_parsed_rows *rows = as_row_stream_next(stream);
        last = rows->last;
        status = take_rows(in, rows);
    }
    as_row_stream_close(stream);
    return status == AS_OK && in->out_of_memory ? as_error_memory(in->error) : status;
}

/* A column whose name fits and whose values do not is not ours: "Last Activity" may be a date or a word. The
 * first rows tell, so they are read twice; a pipe cannot be. */
static enum as_status try_guesses(struct ingest *in)
{
    uint64_t done, all;
    as_reader_progress(in->reader, &done, &all);
    if (is_stdin(in->options) || all == 0 || !in->mapping->match_others)
        return AS_OK;
    struct as_reader_options reading = {
        .name = in->options->path, .format = AS_FORMAT_CSV, .delimiter = as_reader_delimiter(in->reader)};
    struct as_reader *second;
    enum as_status status = as_reader_open(&second, in->options->path, &reading, in->error);
    if (status != AS_OK)
        return status;
    bool any = false;
    status = as_trial_run(&any, &in->binding, second, in->options->now, take_note, in, in->error);
    as_reader_close(second);
    return status == AS_OK && any ? bind_all_columns(in) : status;
}

/* A column that stands twice is read as "email" and "email (2)". */
static bool is_again(struct as_str column, const char *first)
{
    size_t n = strlen(first);
    return as_str_starts(column, as_str_of(first)) && column.n > n + 1 && memcmp(column.p + n, " (", 2) == 0;
}

/* Which column went where, for people. */
static enum as_status describe_columns(struct ingest *in)
{
    struct as_ingest_summary *summary = in->summary;
    for (uint32_t i = 0; i < in->binding.records.n; i++) {
        const struct as_bound_record *record = &in->binding.records.at[i];
        for (uint32_t j = 0; j < record->cells.n; j++) {
            const struct as_bound_cell *cell = &record->cells.at[j];
            const char *ours = record->slots.at[cell->slot].name;
            struct as_mapped_column mapped = {
                as_arena_copy(&summary->arena, cell->theirs, strlen(cell->theirs)),
                record->kind == in->options->kind
                    ? as_arena_copy(&summary->arena, ours, strlen(ours))
                    : as_arena_printf(&summary->arena, "%s: %s", as_import_kind_name(record->kind), ours)};
            if (mapped.theirs == NULL || mapped.ours == NULL ||
                !as_list_push(&summary->arena, &summary->mapped, mapped))
                return as_error_memory(in->error);
        }
    }
    uint32_t n;
    const struct as_str *columns = as_reader_columns(in->reader, &n);
    for (uint32_t i = 0; i < n; i++) {
        if (as_bit(in->binding.used, i))
            continue;
        const char *near = as_target_suggest(in->options->kind, in->options->schema, columns[i]);
        struct as_target account;
        struct as_ignored_column ignored = {
            .name = as_arena_copy(&summary->arena, columns[i].p, columns[i].n),
            .of_account = in->options->kind == AS_IMPORT_LEADS &&
                          as_target_meant(&account, AS_IMPORT_ACCOUNTS, in->options->schema, columns[i])};
        if (near != NULL && as_str_is(columns[i], near)) /* a mapping has no use for it */
            near = NULL;
        for (uint32_t j = 0; near != NULL && j < summary->mapped.n; j++)
            if (is_again(columns[i], summary->mapped.at[j].theirs))
                near = NULL;
        if (near != NULL)
            ignored.suggestion = as_arena_copy(&summary->arena, near, strlen(near));
        if (ignored.name == NULL || (near != NULL && ignored.suggestion == NULL) ||
            !as_list_push(&summary->arena, &summary->ignored, ignored))
            return as_error_memory(in->error);
    }
    return AS_OK;
}

static enum as_status close_notes(struct ingest *in)
{
    struct as_ingest_summary *summary = in->summary;
    as_notes_sort(&in->reasons);
    as_notes_sort(&in->notes);
    summary->reasons.at = in->reasons.list.at;
    summary->reasons.n = in->reasons.list.n;
    for (uint32_t i = 0; i < in->notes.list.n; i++) {
        struct as_ingest_note note = in->notes.list.at[i];
        note.column = as_arena_copy(&summary->arena, note.column, strlen(note.column));
        note.reason = as_arena_copy(&summary->arena, note.reason, strlen(note.reason));
        if (note.column == NULL || note.reason == NULL ||
            !as_list_push(&summary->arena, &summary->notes, note))
            return as_error_memory(in->error);
    }
    return AS_OK;
}

enum as_status as_ingest(struct as_ingest_summary *summary, const struct as_ingest_options *options,
                         const struct as_record_sink *sink, struct as_error *error)
{
    *summary = (struct as_ingest_summary){0};
    as_arena_init(&summary->arena);
    struct ingest in = {.summary = summary, .options = options, .sink = sink, .error = error};
    enum as_status status = open_reader(&in);
    if (status != AS_OK) {
        as_error_at(error, options->path, 0);
        return status;
    }
    if ((status = choose_mapping(&in)) != AS_OK || (status = open_binding(&in)) != AS_OK ||
        (status = as_row_records_open(&in.rows, &in.binding, error)) != AS_OK ||
        (status = open_rejects(&in)) != AS_OK)
        goto done;
    in.rows.now = options->now;
    in.rows.note = take_note;
    in.rows.note_context = &in;
    const char *system = as_ingest_system(options);
    snprintf(summary->system, sizeof summary->system, "%s", system != NULL ? system : "");
    /* the columns of NDJSON are known when its last row is */
    bool complete = as_reader_format(in.reader) == AS_FORMAT_CSV;
    if ((complete && ((status = bind_all_columns(&in)) != AS_OK || (status = try_guesses(&in)) != AS_OK)) ||
        (status = read_rows(&in)) != AS_OK || (!complete && (status = bind_all_columns(&in)) != AS_OK) ||
        (status = describe_columns(&in)) != AS_OK)
        goto done;
    status = close_notes(&in);
    if (status == AS_OK)
        status = as_rejects_finish(&in.rejects, error);
    if (status == AS_OK && summary->rejected > 0)
        snprintf(summary->rejects_path, sizeof summary->rejects_path, "%s", in.rejects.path);

done:
    as_rejects_abandon(&in.rejects);
    as_row_records_close(&in.rows);
    if (status != AS_OK)
        as_error_at(error, options->path, 0);
    if (in.binding.mapping != NULL)
        as_binding_close(&in.binding);
    as_mapping_free(in.own_mapping);
    as_reader_close(in.reader);
    as_arena_free(&in.noted);
    return status;
}

void as_ingest_summary_free(struct as_ingest_summary *summary)
{
    as_arena_free(&summary->arena);
    *summary = (struct as_ingest_summary){0};
}
