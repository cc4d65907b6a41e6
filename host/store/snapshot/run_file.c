/* Run files: writing and mapping the files of event runs. Which files there are, and whether they say what
 * the tables say, is left to projection.c. */
#include "store/snapshot/run_file.h"

#include "base/intern.h"
#include "store/section.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct as_head_kind kind = {"ASSYRUNS", 1};

static const size_t item_size[AS_RUN_FILE_PARTS] = {
    [AS_RUN_FILE_LEAD] = sizeof(int64_t),  [AS_RUN_FILE_START] = sizeof(uint32_t),
    [AS_RUN_FILE_TIME] = sizeof(uint32_t), [AS_RUN_FILE_KIND] = sizeof(uint16_t),
    [AS_RUN_FILE_ID] = sizeof(uint32_t),
};

static uint64_t part_items(const struct as_run_file_head *head, enum as_run_file_part part)
{
    return part == AS_RUN_FILE_LEAD    ? head->leads
           : part == AS_RUN_FILE_START ? head->leads + 1
                                       : head->events;
}

static uint64_t part_sum(const struct as_run_file *file, enum as_run_file_part part)
{
    return as_section_sum(file->pages.at + file->head->at[part],
                          part_items(file->head, part) * item_size[part]);
}

/* --- reading --- */

static bool sound(const struct as_run_file_head *head, uint64_t bytes, uint64_t sum)
{
    if (!as_head_sound(head, sizeof *head, &kind, sum) || head->bytes != bytes)
        return false;
    for (int part = 0; part < AS_RUN_FILE_PARTS; part++)
        if (head->at[part] % AS_PAGES_STEP != 0 || head->at[part] > bytes ||
            part_items(head, part) * item_size[part] > bytes - head->at[part])
            return false;
    return true;
}

bool as_run_file_sound(const struct as_run_file *file)
{
    const struct as_run_file_head *head = file->head;
    uint64_t falls = 0;
    for (uint64_t i = 0; i < head->leads; i++)
        falls += file->start[i] > file->start[i + 1];
    return falls == 0 && file->start[head->leads] == head->events;
}

enum as_status as_run_file_open(struct as_run_file *out, bool *found, const char *path, uint64_t sum,
                                struct as_error *error)
{
    uint64_t bytes;
    int file;
    *found = false;
    *out = (struct as_run_file){.file = 0};
    enum as_status status =
        as_pages_open(&out->pages, &file, &bytes, path, sizeof(struct as_run_file_head), error);
    if (file < 0)
        return status;
    const char *at = out->pages.at;
    out->file = file;
    out->head = (const void *)at;
    *found = sound(out->head, bytes, sum);
    if (!*found) {
        as_run_file_close(out);
        return AS_OK;
    }
    out->lead = (const void *)(at + out->head->at[AS_RUN_FILE_LEAD]);
    out->start = (const void *)(at + out->head->at[AS_RUN_FILE_START]);
    out->time = (const void *)(at + out->head->at[AS_RUN_FILE_TIME]);
    out->kind = (const void *)(at + out->head->at[AS_RUN_FILE_KIND]);
    out->id = (const void *)(at + out->head->at[AS_RUN_FILE_ID]);
    return AS_OK;
}

void as_run_file_close(struct as_run_file *file)
{
    if (file->pages.at != NULL || file->file > 0)
        close(file->file);
    as_pages_free(&file->pages);
    *file = (struct as_run_file){.file = 0};
}

bool as_run_file_whole(const struct as_run_file *file)
{
    for (int part = 0; part < AS_RUN_FILE_PARTS; part++)
        if (part_sum(file, part) != file->head->sums[part])
            return false;
    return true;
}

struct as_run_of as_run_file_run(const struct as_run_file *file, size_t place)
{
    uint32_t start = file->start[place];
    return (struct as_run_of){file->start[place + 1] - start, file->time + start, file->id + start,
                              file->kind + start};
}

/* --- writing --- */

struct as_run_file_writer {
    int file;
    struct as_run_file_head head;
    struct as_section part[AS_RUN_FILE_PARTS];
    struct as_pen *pen;
    uint64_t most_leads, most_events;
};

static enum as_status push(struct as_run_file_writer *writer, enum as_run_file_part which, const void *items,
                           size_t n, struct as_error *error)
{
    return as_section_push(&writer->part[which], items, n * item_size[which], error);
}

enum as_status as_run_file_begin(struct as_run_file_writer **out, const char *path,
                                 const struct as_run_file_head *head, uint64_t leads, uint64_t events,
                                 struct as_error *error)
{
    *out = NULL;
    struct as_run_file_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return as_error_memory(error);
    enum as_status status = as_section_create(&writer->file, path, error);
    if (status != AS_OK) {
        free(writer);
        return status;
    }
    writer->head = *head;
    writer->most_leads = leads;
    writer->most_events = events;
    uint64_t at = as_pages_round(sizeof *head);
    const uint64_t most[AS_RUN_FILE_PARTS] = {leads, leads + 1, events, events, events};
    if (events >= UINT32_MAX)
        status = as_error_set(error, AS_ERR_LIMIT, "more than %u events", UINT32_MAX);
    for (int part = 0; part < AS_RUN_FILE_PARTS && status == AS_OK; part++) {
        const uint64_t bytes = most[part] * item_size[part];
        writer->head.at[part] = as_pages_begin(at, bytes);
        status = as_section_open(&writer->part[part], writer->file, writer->head.at[part], bytes,
                                 &writer->pen, error);
        at = writer->head.at[part] + as_pages_round(bytes);
    }
    writer->head.bytes = at;
    if (status != AS_OK)
        as_run_file_writer_free(writer);
    else
        *out = writer;
    return status;
}

enum as_status as_run_file_add(struct as_run_file_writer *writer, int64_t lead, struct as_run_of run,
                               int64_t newest_known, struct as_error *error)
{
    struct as_run_file_head *head = &writer->head;
    uint32_t start = (uint32_t)head->events;
    if (head->leads == writer->most_leads || run.n > writer->most_events - head->events)
        return as_error_set(error, AS_ERR_BUG, "more events than were announced");
    enum as_status status = push(writer, AS_RUN_FILE_LEAD, &lead, 1, error);
    if (status == AS_OK)
        status = push(writer, AS_RUN_FILE_START, &start, 1, error);
    if (status == AS_OK)
        status = push(writer, AS_RUN_FILE_TIME, run.time, run.n, error);
    if (status == AS_OK)
        status = push(writer, AS_RUN_FILE_KIND, run.kind, run.n, error);
    if (status == AS_OK)
        status = push(writer, AS_RUN_FILE_ID, run.id, run.n, error);
    head->leads++;
    head->events += run.n;
    if (run.n > 0 && newest_known > head->newest_known)
        head->newest_known = newest_known;
    if (run.n > 0 && run.time[run.n - 1] > head->newest_time)
        head->newest_time = run.time[run.n - 1];
    return status;
}

/* Their starts, moved to where they lie now. */
static enum as_status push_starts(struct as_run_file_writer *writer, const struct as_run_file *from,
                                  size_t first, size_t n, struct as_error *error)
{
    enum { AT_ONCE = 4096 };
    uint32_t start[AT_ONCE], by = (uint32_t)writer->head.events - from->start[first];
    enum as_status status = AS_OK;
    for (size_t done = 0, some; done < n && status == AS_OK; done += some) {
        some = n - done < AT_ONCE ? n - done : AT_ONCE;
        for (size_t i = 0; i < some; i++)
            start[i] = from->start[first + done + i] + by;
        status = push(writer, AS_RUN_FILE_START, start, some, error);
    }
    return status;
}

enum as_status as_run_file_add_many(struct as_run_file_writer *writer, const struct as_run_file *from,
                                    size_t first, size_t n, struct as_error *error)
{
    struct as_run_file_head *head = &writer->head;
    uint32_t start = from->start[first];
    size_t events = from->start[first + n] - start;
    if (n > writer->most_leads - head->leads || events > writer->most_events - head->events)
        return as_error_set(error, AS_ERR_BUG, "more events than were announced");
    enum as_status status = push(writer, AS_RUN_FILE_LEAD, from->lead + first, n, error);
    if (status == AS_OK)
        status = push_starts(writer, from, first, n, error);
    if (status == AS_OK)
        status = push(writer, AS_RUN_FILE_TIME, from->time + start, events, error);
    if (status == AS_OK)
        status = push(writer, AS_RUN_FILE_KIND, from->kind + start, events, error);
    if (status == AS_OK)
        status = push(writer, AS_RUN_FILE_ID, from->id + start, events, error);
    head->leads += n;
    head->events += events;
    if (events > 0 && from->head->newest_known > head->newest_known)
        head->newest_known = from->head->newest_known;
    if (events > 0 && from->head->newest_time > head->newest_time)
        head->newest_time = from->head->newest_time;
    return status;
}

enum as_status as_run_file_end(uint64_t *sum, struct as_run_file_writer *writer, struct as_error *error)
{
    struct as_run_file_head *head = &writer->head;
    uint32_t end = (uint32_t)head->events;
    enum as_status status = push(writer, AS_RUN_FILE_START, &end, 1, error);
    for (int part = 0; part < AS_RUN_FILE_PARTS && status == AS_OK; part++) {
        status = as_section_end(&writer->part[part], error);
        head->sums[part] = writer->part[part].sum;
    }
    if (status == AS_OK)
        status = as_pen_end(&writer->pen, error);
    head->key = as_hash_seed();
    *sum = as_head_seal(head, sizeof *head, &kind);
    return status == AS_OK ? as_section_finish(writer->file, head, sizeof *head, head->bytes, error) : status;
}

void as_run_file_writer_free(struct as_run_file_writer *writer)
{
    if (writer == NULL)
        return;
    for (int part = 0; part < AS_RUN_FILE_PARTS; part++)
        as_section_free(&writer->part[part]);
    (void)as_pen_end(&writer->pen, NULL);
    close(writer->file);
    free(writer);
}
