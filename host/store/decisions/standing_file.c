/* Standing files: mapping and writing them. Which ones count is said by the table standing_file. */
#include "store/decisions/standing_file.h"

#include "base/intern.h"
#include "base/time.h"
#include "score/plan/plan.h"
#include "store/section.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct as_head_kind kind = {"ASSYSTND", 4};

/* Sizes of a row's items by part and column, 0 none. */
static const size_t sizes[][AS_STANDING_COLUMNS] = {
    [AS_STANDING_BASE] = {sizeof(struct as_prior), sizeof(int64_t), sizeof(uint32_t), sizeof(uint32_t), 0,
                          sizeof(uint32_t)},
    [AS_STANDING_DUE] = {0, 0, 0, 0, sizeof(int32_t), 0},
    [AS_STANDING_LAYER] = {sizeof(struct as_prior), sizeof(int64_t), sizeof(uint32_t), sizeof(uint32_t),
                           sizeof(int32_t), 0},
};

static bool fits(const struct as_standing_head *head, enum as_standing_part part)
{
    for (int i = 0; i < AS_STANDING_COLUMNS; i++)
        if (head->at[i] % AS_PAGES_STEP != 0 || head->at[i] > head->bytes ||
            (sizes[part][i] > 0 && head->rows > (head->bytes - head->at[i]) / sizes[part][i]))
            return false;
    return true;
}

bool as_standing_file_open(struct as_standing_file *out, const char *path, enum as_standing_part part,
                           uint64_t sum)
{
    uint64_t bytes;
    *out = (struct as_standing_file){.head = NULL};
    if (as_pages_open(&out->pages, &out->file, &bytes, path, sizeof *out->head, NULL) != AS_OK ||
        out->file < 0)
        return false;
    const struct as_standing_head *head = (const void *)out->pages.at;
    if (as_head_sound(head, sizeof *head, &kind, sum) && head->part == part &&
        head->item == sizeof(struct as_prior) && head->bytes == bytes && fits(head, part)) {
        out->head = head;
    } else {
        close(out->file);
        as_pages_free(&out->pages);
    }
    return out->head != NULL;
}

void as_standing_file_close(struct as_standing_file *file)
{
    if (file->head != NULL)
        close(file->file);
    as_pages_free(&file->pages);
    *file = (struct as_standing_file){.head = NULL};
}

bool as_standing_file_there(const struct as_standing_file *file)
{
    struct stat stat;
    return fstat(file->file, &stat) == 0 && stat.st_nlink > 0;
}

bool as_standing_file_whole(const struct as_standing_file *file)
{
    for (int i = 0; i < AS_STANDING_COLUMNS; i++)
        if (as_section_sum(as_standing_column(file, i), file->head->rows * sizes[file->head->part][i]) !=
            file->head->column_sum[i])
            return false;
    return true;
}

struct as_standing_row as_standing_row_at(const struct as_standing_file *layer, size_t place)
{
    const int32_t day = ((const int32_t *)as_standing_column(layer, AS_STANDING_DAY))[place];
    struct as_standing_row out;
    memset(&out, 0, sizeof out);
    out.lead = ((const int64_t *)as_standing_column(layer, AS_STANDING_LEAD))[place];
    out.prior = ((const struct as_prior *)as_standing_column(layer, AS_STANDING_PRIOR))[place];
    out.due = day == AS_STANDING_GONE ? AS_DAY_NEVER : day;
    out.gone = day == AS_STANDING_GONE;
    return out;
}

uint32_t as_standing_second(int64_t time)
{
    return time == AS_TIME_NONE || time < 0 ? 0 : time > UINT32_MAX ? UINT32_MAX : (uint32_t)time;
}

/* --- writing --- */

/* A prior that was pushed, without its decision, and the row that has it. */
struct pushed {
    struct as_prior prior;
    uint32_t row;
    bool there;
};
enum { PUSHED = 4096 }; /* that are remembered: most leads of a base stand as many others do */

struct as_standing_writer {
    int file;
    enum as_standing_part part;
    uint64_t at[AS_STANDING_COLUMNS], rows, bytes;
    struct as_section section[AS_STANDING_COLUMNS];
    struct pushed *pushed; /* by hash; NULL: no base */
    struct as_pen *pen;
};

enum as_status as_standing_writer_new(struct as_standing_writer **out, const char *path,
                                      enum as_standing_part part, uint64_t rows, struct as_error *error)
{
    *out = NULL;
    struct as_standing_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return as_error_memory(error);
    writer->part = part;
    enum as_status status = as_section_create(&writer->file, path, error);
    if (status != AS_OK) {
        free(writer);
        return status;
    }
    if (part == AS_STANDING_BASE && (writer->pushed = calloc(PUSHED, sizeof *writer->pushed)) == NULL)
        status = as_error_memory(error);
    writer->bytes = as_pages_round(sizeof(struct as_standing_head));
    for (int i = 0; i < AS_STANDING_COLUMNS && status == AS_OK; i++) {
        const uint64_t most = rows * sizes[part][i];
        writer->at[i] = as_pages_begin(writer->bytes, most);
        writer->bytes = writer->at[i] + as_pages_round(most);
        if (sizes[part][i] > 0)
            status =
                as_section_open(&writer->section[i], writer->file, writer->at[i], most, &writer->pen, error);
    }
    if (status != AS_OK)
        as_standing_writer_free(writer);
    else
        *out = writer;
    return status;
}

static enum as_status push(struct as_standing_writer *writer, int column, const void *items, size_t n,
                           struct as_error *error)
{
    return as_section_push(&writer->section[column], items, n * sizes[writer->part][column], error);
}

/* The row that stood for the likes of this one last. */
static uint32_t row_like(struct as_standing_writer *writer, const struct as_prior *prior)
{
    struct as_prior own = *prior;
    own.decision = 0;
    struct pushed *pushed = &writer->pushed[as_hash_bytes(&own, sizeof own, kind.version) % PUSHED];
    if (!pushed->there || memcmp(&pushed->prior, &own, sizeof own) != 0)
        *pushed = (struct pushed){own, (uint32_t)writer->rows, true};
    return pushed->row;
}

enum as_status as_standing_push(struct as_standing_writer *writer, const struct as_standing_row *row,
                                struct as_error *error)
{
    const struct as_prior *prior = &row->prior;
    const int32_t day = row->gone != 0 ? AS_STANDING_GONE : row->due;
    const uint32_t since = as_standing_second(prior->entered > prior->recycled ? prior->entered
                                                                               : prior->recycled),
                   cool = as_standing_second(prior->cool_off);
    enum as_status status = push(writer, AS_STANDING_PRIOR, prior, 1, error);
    if (status == AS_OK)
        status = push(writer, AS_STANDING_LEAD, &row->lead, 1, error);
    if (status == AS_OK)
        status = push(writer, AS_STANDING_SINCE, &since, 1, error);
    if (status == AS_OK)
        status = push(writer, AS_STANDING_COOL, &cool, 1, error);
    if (status == AS_OK && writer->part == AS_STANDING_LAYER)
        status = push(writer, AS_STANDING_DAY, &day, 1, error);
    if (status == AS_OK && writer->part == AS_STANDING_BASE) {
        const uint32_t like = row_like(writer, prior);
        status = push(writer, AS_STANDING_LIKE, &like, 1, error);
    }
    writer->rows++;
    return status;
}

enum as_status as_standing_push_days(struct as_standing_writer *writer, const int32_t *day, size_t n,
                                     struct as_error *error)
{
    writer->rows += n;
    return push(writer, AS_STANDING_DAY, day, n, error);
}

enum as_status as_standing_writer_end(uint64_t *sum, struct as_standing_writer *writer, uint64_t base,
                                      struct as_error *error)
{
    struct as_standing_head own;
    memset(&own, 0, sizeof own);
    enum as_status status = AS_OK;
    for (int i = 0; i < AS_STANDING_COLUMNS && status == AS_OK; i++) {
        status = as_section_end(&writer->section[i], error);
        own.at[i] = writer->at[i];
        own.column_sum[i] = writer->section[i].sum;
    }
    if (status == AS_OK)
        status = as_pen_end(&writer->pen, error);
    own.part = writer->part;
    own.item = sizeof(struct as_prior);
    own.rows = writer->rows;
    own.base = base;
    own.bytes = writer->bytes;
    *sum = as_head_seal(&own, sizeof own, &kind);
    return status == AS_OK ? as_section_finish(writer->file, &own, sizeof own, own.bytes, error) : status;
}

void as_standing_writer_free(struct as_standing_writer *writer)
{
    if (writer == NULL)
        return;
    for (int i = 0; i < AS_STANDING_COLUMNS; i++)
        as_section_free(&writer->section[i]);
    (void)as_pen_end(&writer->pen, NULL);
    close(writer->file);
    free(writer->pushed);
    free(writer);
}
