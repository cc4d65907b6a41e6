/* Tail files: writing and mapping files of events as they came. Which there are, and whether the table still
 * says the same, is left to event_tail.c. */
#include "store/snapshot/tail_file.h"

#include "base/ids.h"
#include "store/head.h"
#include "store/section.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct as_head_kind kind = {"ASSYTAIL", 2};

enum part { ROW, LEAD, PLACE, START, PARTS }; /* the last one is never empty */

struct head {
    struct as_head begin;
    uint64_t rows, leads, places;
    uint64_t at[PARTS], part_sum[PARTS];
    uint64_t sum; /* of the head with 0 here */
};

static uint64_t bytes_of(const struct head *head, enum part part)
{
    switch (part) {
    case ROW:
        return head->rows * sizeof(struct as_tail_row);
    case LEAD:
        return head->leads * sizeof(int64_t);
    case PLACE:
        return head->places * sizeof(uint32_t);
    default:
        return (head->leads + 1) * sizeof(uint32_t);
    }
}

/* Where the parts begin; where the last one ends. */
static uint64_t lay_out(struct head *head)
{
    uint64_t end = sizeof *head;
    for (int part = ROW; part < PARTS; part++) {
        head->at[part] = as_pages_begin(end, bytes_of(head, part));
        end = head->at[part] + bytes_of(head, part);
    }
    return end;
}

static bool sound(const struct head *head, uint64_t bytes, uint64_t sum)
{
    struct head laid;
    if (!as_head_sound(head, sizeof *head, &kind, sum) || head->rows >= UINT32_MAX ||
        head->leads > head->rows || head->places > head->rows)
        return false;
    laid = *head;
    return lay_out(&laid) <= bytes && memcmp(laid.at, head->at, sizeof laid.at) == 0;
}

enum as_status as_tail_file_open(struct as_tail_file *out, bool *found, const char *path, uint64_t sum,
                                 struct as_error *error)
{
    uint64_t bytes;
    int file;
    *found = false;
    *out = (struct as_tail_file){.sum = sum};
    enum as_status status = as_pages_open(&out->pages, &file, &bytes, path, sizeof(struct head), error);
    if (file < 0)
        return status;
    const struct head *head = (const void *)out->pages.at;
    *found = sound(head, bytes, sum);
    if (*found) {
        out->at = (const void *)(out->pages.at + head->at[ROW]);
        out->n = (size_t)head->rows;
        out->lead = (const void *)(out->pages.at + head->at[LEAD]);
        out->leads = (size_t)head->leads;
        out->start = (const void *)(out->pages.at + head->at[START]);
        out->place = (const void *)(out->pages.at + head->at[PLACE]);
        out->places = (size_t)head->places;
    }
    close(file);
    if (!*found)
        as_tail_file_close(out);
    return status;
}

void as_tail_file_close(struct as_tail_file *file)
{
    as_pages_free(&file->pages);
    *file = (struct as_tail_file){.n = 0};
}

const uint32_t *as_tail_file_of(size_t *n, const struct as_tail_file *file, size_t *from, int64_t lead)
{
    size_t at = *from = as_ids_seek(file->lead, file->leads, *from, lead);
    if (at == file->leads || file->lead[at] != lead)
        return NULL;
    uint32_t first = file->start[at], end = file->start[at + 1];
    *n = end - first;
    return first < end && end <= file->places ? file->place + first : NULL;
}

bool as_tail_file_whole(const struct as_tail_file *file)
{
    const struct head *head = (const void *)file->pages.at;
    for (int part = ROW; part < PARTS; part++)
        if (as_section_sum(file->pages.at + head->at[part], bytes_of(head, part)) != head->part_sum[part])
            return false;
    return true;
}

/* --- writing --- */

struct index {
    int64_t *lead;
    uint32_t *start, *place;
    size_t leads, places;
};

static void free_index(struct index *index)
{
    free(index->lead);
    free(index->start);
    free(index->place);
}

/* The rows of leads, in the order of these. */
static enum as_status make_index(struct index *out, const struct as_tail_rows *piece, size_t pieces,
                                 struct as_error *error)
{
    size_t rows = 0, n = 0, row = 0;
    for (size_t i = 0; i < pieces; i++)
        rows += piece[i].n;
    int64_t *about = malloc((rows + 1) * sizeof *about);
    uint32_t *row_of = malloc((rows + 1) * sizeof *row_of);
    *out = (struct index){.lead = malloc((rows + 1) * sizeof *out->lead),
                          .start = malloc((rows + 1) * sizeof *out->start),
                          .place = malloc((rows + 1) * sizeof *out->place)};
    bool room =
        about != NULL && row_of != NULL && out->lead != NULL && out->start != NULL && out->place != NULL;
    for (size_t i = 0; i < pieces && room; i++)
        for (size_t k = 0; k < piece[i].n; k++, row++)
            if (piece[i].at[k].about > 0) {
                about[n] = piece[i].at[k].about;
                row_of[n++] = (uint32_t)row;
            }
    enum as_status status = room ? as_ids_order(out->place, about, n, error) : as_error_memory(error);
    for (size_t i = 0; i < n && status == AS_OK; i++) {
        int64_t lead = about[out->place[i]];
        if (out->leads == 0 || out->lead[out->leads - 1] != lead) {
            out->start[out->leads] = (uint32_t)i;
            out->lead[out->leads++] = lead;
        }
        out->place[i] = row_of[out->place[i]];
    }
    if (status == AS_OK)
        out->start[out->leads] = (uint32_t)n;
    out->places = n;
    free(about);
    free(row_of);
    return status;
}

/* A part is pushed between these two; the second is called whatever happens. */
static enum as_status begin_part(struct as_section *section, const struct head *head, int file,
                                 enum part part, struct as_error *error)
{
    return as_section_open(section, file, head->at[part], bytes_of(head, part), NULL, error);
}

static enum as_status end_part(struct head *head, enum part part, struct as_section *section,
                               enum as_status status, struct as_error *error)
{
    if (status == AS_OK)
        status = as_section_end(section, error);
    head->part_sum[part] = section->sum;
    as_section_free(section);
    return status;
}

static enum as_status write_part(struct head *head, int file, enum part part, const void *at,
                                 struct as_error *error)
{
    struct as_section section;
    enum as_status status = begin_part(&section, head, file, part, error);
    if (status == AS_OK)
        status = as_section_push(&section, at, (size_t)bytes_of(head, part), error);
    return end_part(head, part, &section, status, error);
}

static enum as_status write_rows(struct head *head, int file, const struct as_tail_rows *piece, size_t pieces,
                                 struct as_error *error)
{
    struct as_section section;
    enum as_status status = begin_part(&section, head, file, ROW, error);
    for (size_t i = 0; i < pieces && status == AS_OK; i++)
        status = as_section_push(&section, piece[i].at, piece[i].n * sizeof *piece[i].at, error);
    return end_part(head, ROW, &section, status, error);
}

enum as_status as_tail_file_write(uint64_t *sum, const char *path, const struct as_tail_rows *piece,
                                  size_t pieces, struct as_error *error)
{
    struct head head = {.rows = 0};
    struct index index;
    int file;
    enum as_status status = as_section_create(&file, path, error);
    if (status != AS_OK)
        return status;
    status = make_index(&index, piece, pieces, error);
    for (size_t i = 0; i < pieces; i++)
        head.rows += piece[i].n;
    head.leads = index.leads;
    head.places = index.places;
    const uint64_t bytes = lay_out(&head);
    if (status == AS_OK)
        status = write_rows(&head, file, piece, pieces, error);
    if (status == AS_OK)
        status = write_part(&head, file, LEAD, index.lead, error);
    if (status == AS_OK)
        status = write_part(&head, file, START, index.start, error);
    if (status == AS_OK)
        status = write_part(&head, file, PLACE, index.place, error);
    *sum = as_head_seal(&head, sizeof head, &kind);
    if (status == AS_OK)
        status = as_section_finish(file, &head, sizeof head, bytes, error);
    free_index(&index);
    close(file);
    return status;
}
