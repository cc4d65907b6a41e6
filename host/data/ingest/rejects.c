/* The reject file. It is complete or absent: an import that stops half-way leaves none. */
#include "data/ingest/rejects.h"

#include <csv.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum as_status as_rejects_open(struct as_rejects *rejects, const char *path, const struct as_reader *reader,
                               struct as_error *error)
{
    *rejects = (struct as_rejects){.reader = reader, .delimiter = ','};
    if (as_reader_format(reader) == AS_FORMAT_CSV)
        rejects->delimiter = as_reader_delimiter(reader);
    size_t n = strlen(path);
    if (n >= sizeof rejects->path)
        return as_error_set(error, AS_ERR_LIMIT, "the path of the reject file is too long");
    memcpy(rejects->path, path, n + 1);
    snprintf(rejects->temporary, sizeof rejects->temporary, "%s.tmp", rejects->path);
    return AS_OK;
}

static enum as_status failed(const struct as_rejects *rejects, struct as_error *error)
{
    as_error_set(error, AS_ERR_IO, "cannot write \"%.400s\": %s", rejects->path, strerror(errno));
    return as_error_advise(
        error, "it is written beside the file: look at free space and the permissions of the folder");
}

static void write_cell(struct as_rejects *rejects, struct as_str text, bool first)
{
    if (!first)
        fputc(rejects->delimiter, rejects->file);
    csv_fwrite(rejects->file, text.p, text.n);
}

static enum as_status begin(struct as_rejects *rejects, struct as_error *error)
{
    rejects->file = fopen(rejects->temporary, "wb");
    if (rejects->file == NULL)
        return failed(rejects, error);
    write_cell(rejects, AS_STR("rejected line"), true);
    write_cell(rejects, AS_STR("rejected column"), false);
    write_cell(rejects, AS_STR("rejected reason"), false);
    if (as_reader_format(rejects->reader) == AS_FORMAT_NDJSON) {
        write_cell(rejects, AS_STR("rejected record"), false);
    } else {
        uint32_t n;
        const struct as_str *columns = as_reader_columns(rejects->reader, &n);
        for (uint32_t i = 0; i < n; i++)
            write_cell(rejects, columns[i], false);
    }
    fputc('\n', rejects->file);
    return ferror(rejects->file) ? failed(rejects, error) : AS_OK;
}

enum as_status as_rejects_add(struct as_rejects *rejects, const struct as_row *row, const char *column,
                              const char *reason, struct as_error *error)
{
    if (rejects->path[0] == '\0')
        return AS_OK;
    enum as_status status = rejects->file == NULL ? begin(rejects, error) : AS_OK;
    if (status != AS_OK)
        return status;
    char line[24];
    snprintf(line, sizeof line, "%llu", (unsigned long long)row->line);
    write_cell(rejects, as_str_of(line), true);
    write_cell(rejects, as_str_of(column), false);
    write_cell(rejects, as_str_of(reason), false);
    if (as_reader_format(rejects->reader) == AS_FORMAT_NDJSON)
        write_cell(rejects, row->raw, false);
    for (uint32_t i = 0; as_reader_format(rejects->reader) == AS_FORMAT_CSV && i < row->n; i++)
        write_cell(rejects, row->cells[i], false);
    fputc('\n', rejects->file);
    return ferror(rejects->file) ? failed(rejects, error) : AS_OK;
}

enum as_status as_rejects_finish(struct as_rejects *rejects, struct as_error *error)
{
    if (rejects->file == NULL) {
        if (rejects->path[0] != '\0' && unlink(rejects->path) != 0 && errno != ENOENT) {
            as_error_set(error, AS_ERR_IO, "cannot remove the old \"%.400s\": %s", rejects->path,
                         strerror(errno));
            return as_error_advise(error, "it lies beside the file: look at the permissions of the folder");
        }
        return AS_OK;
    }
    bool good = fflush(rejects->file) == 0 && fsync(fileno(rejects->file)) == 0;
    good = fclose(rejects->file) == 0 && good;
    rejects->file = NULL;
    if (!good || rename(rejects->temporary, rejects->path) != 0) {
        failed(rejects, error);
        unlink(rejects->temporary);
        return AS_ERR_IO;
    }
    return AS_OK;
}

void as_rejects_abandon(struct as_rejects *rejects)
{
    if (rejects->file == NULL)
        return;
    fclose(rejects->file);
    rejects->file = NULL;
    unlink(rejects->temporary);
}
