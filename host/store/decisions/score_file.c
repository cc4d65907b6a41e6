/* Score files: laying out, writing and mapping them. Which one counts is said by the table score_file. */
#include "store/decisions/score_file.h"

#include "base/intern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char magic[8] = "ASSYSCOR";
enum { VERSION = 2, ALIGNMENT = 64, CHUNK = 4096 };
#define BYTE_ORDER_MARK UINT32_C(0x01020304)

/* Bytes that are summed, and written where there is a file. */
struct sink {
    FILE *file;
    uint64_t at, sum;
    bool failed;
};

static void give(struct sink *sink, const void *bytes, size_t n)
{
    sink->sum = as_hash_bytes(bytes, n, sink->sum);
    sink->at += n;
    if (sink->file != NULL && fwrite(bytes, 1, n, sink->file) != n)
        sink->failed = true;
}

static void align(struct sink *sink)
{
    static const char nothing[ALIGNMENT];
    if (sink->at % ALIGNMENT != 0)
        give(sink, nothing, ALIGNMENT - sink->at % ALIGNMENT);
}

static void give_ids(struct sink *sink, const struct as_score_source *source)
{
    int64_t chunk[CHUNK];
    for (size_t i = 0; i < source->leads;) {
        size_t n = 0;
        for (; n < CHUNK && i < source->leads; n++, i++)
            chunk[n] = source->lead_id[as_score_row(source, i)];
        give(sink, chunk, n * sizeof *chunk);
    }
    align(sink);
}

static void give_days(struct sink *sink, const struct as_score_source *source)
{
    int32_t chunk[CHUNK];
    for (size_t i = 0; i < source->leads;) {
        size_t n = 0;
        for (; n < CHUNK && i < source->leads; n++, i++)
            chunk[n] = source->day[as_score_row(source, i)];
        give(sink, chunk, n * sizeof *chunk);
    }
    align(sink);
}

enum end { VALUE, LOW, HIGH };

static void give_points(struct sink *sink, const struct as_score_source *source,
                        const struct as_points_column *points, enum end end, bool wide)
{
    int64_t chunk[CHUNK];
    int32_t narrow[CHUNK];
    for (size_t i = 0; i < source->leads;) {
        size_t n = 0;
        for (; n < CHUNK && i < source->leads; n++, i++) {
            struct as_points of = as_points_at(points, as_score_row(source, i));
            chunk[n] = end == VALUE ? of.value : end == LOW ? of.low : of.high;
        }
        for (size_t k = 0; k < n && !wide; k++)
            narrow[k] = (int32_t)chunk[k];
        give(sink, wide ? (void *)chunk : (void *)narrow, n * (wide ? sizeof *chunk : sizeof *narrow));
    }
    align(sink);
}

static bool fits(int64_t points)
{
    return points >= INT32_MIN && points <= INT32_MAX;
}

static void give_body(struct sink *sink, struct as_score_file_head *head,
                      const struct as_score_source *source)
{
    sink->at = sizeof *head;
    align(sink);
    head->lead_at = sink->at;
    give_ids(sink, source);
    head->day_at = source->day == NULL ? 0 : sink->at;
    if (source->day != NULL)
        give_days(sink, source);
    for (uint32_t s = 0; s < source->scores; s++) {
        const struct as_score_source_column *from = &source->column[s];
        struct as_score_file_column *to = &head->column[s];
        bool exact = true, wide = false;
        for (size_t i = 0; i < source->leads; i++) {
            struct as_points of = as_points_at(&from->points, as_score_row(source, i));
            exact &= of.low == of.value && of.high == of.value;
            wide |= !fits(of.value) || !fits(of.low) || !fits(of.high);
        }
        *to = (struct as_score_file_column){from->score_id, sink->at, sink->at, sink->at, wide};
        give_points(sink, source, &from->points, VALUE, wide);
        if (exact)
            continue;
        to->low = sink->at;
        give_points(sink, source, &from->points, LOW, wide);
        to->high = sink->at;
        give_points(sink, source, &from->points, HIGH, wide);
    }
    head->bytes = sink->at;
    head->body = sink->sum;
}

static uint64_t head_sum(const struct as_score_file_head *head)
{
    struct as_score_file_head copy;
    memcpy(&copy, head, sizeof copy);
    copy.sum = 0;
    return as_hash_bytes(&copy, sizeof copy, VERSION);
}

enum as_status as_score_file_write(struct as_score_file_head *head, FILE *file,
                                   const struct as_score_source *source, struct as_error *error)
{
    struct sink sink = {.file = file};
    memset(head, 0, sizeof *head);
    memcpy(head->magic, magic, sizeof magic);
    head->version = VERSION;
    head->byte_order = BYTE_ORDER_MARK;
    head->leads = source->leads;
    head->scores = source->scores;
    head->base = source->base;
    /* The head has the sums of what follows: it is written twice. Where the end is, is counted: a stream in
     * memory ends where it is left. */
    if (fwrite(head, sizeof *head, 1, file) == 1) {
        give_body(&sink, head, source);
        head->sum = head_sum(head);
        if (!sink.failed && fseek(file, 0, SEEK_SET) == 0 && fwrite(head, sizeof *head, 1, file) == 1 &&
            fseeko(file, (off_t)head->bytes, SEEK_SET) == 0 && fflush(file) == 0)
            return AS_OK;
    }
    as_error_set(error, AS_ERR_IO, "cannot write the scores: %s", strerror(errno));
    return as_error_advise(error, "look at the room and permissions of the database's folder");
}

/* --- reading --- */

static bool within(const struct as_score_file_head *head, uint64_t at, uint64_t size)
{
    return at % ALIGNMENT == 0 && at <= head->bytes && head->leads <= (head->bytes - at) / size;
}

bool as_score_file_over(struct as_score_file *out, const void *bytes, size_t n, uint64_t sum)
{
    const struct as_score_file_head *head = bytes;
    if (n < sizeof *head || memcmp(head->magic, magic, sizeof magic) != 0 || head->version != VERSION ||
        head->byte_order != BYTE_ORDER_MARK || head->sum != sum || head_sum(head) != sum ||
        head->bytes != n || head->scores > AS_MAX_SCORES || !within(head, head->lead_at, sizeof(int64_t)) ||
        (head->day_at != 0 && !within(head, head->day_at, sizeof(int32_t))))
        return false;
    for (uint64_t i = 0; i < head->scores; i++) {
        const struct as_score_file_column *column = &head->column[i];
        uint64_t size = column->wide != 0 ? sizeof(int64_t) : sizeof(int32_t);
        if (!within(head, column->value, size) || !within(head, column->low, size) ||
            !within(head, column->high, size))
            return false;
    }
    out->head = head;
    out->lead = (const void *)((const char *)bytes + head->lead_at);
    out->day = head->day_at == 0 ? NULL : (const void *)((const char *)bytes + head->day_at);
    return true;
}

bool as_score_file_open(struct as_score_file *out, const char *path, uint64_t sum)
{
    uint64_t bytes;
    int file;
    *out = (struct as_score_file){.head = NULL};
    if (as_pages_open(&out->pages, &file, &bytes, path, sizeof(struct as_score_file_head), NULL) != AS_OK ||
        file < 0)
        return false;
    close(file);
    bool sound = as_score_file_over(out, out->pages.at, (size_t)bytes, sum);
    if (!sound)
        as_score_file_close(out);
    return sound;
}

void as_score_file_close(struct as_score_file *file)
{
    as_pages_free(&file->pages);
    *file = (struct as_score_file){.head = NULL};
}

bool as_score_file_whole(const struct as_score_file *file)
{
    const struct as_score_file_head *head = file->head;
    struct as_score_source source = {.leads = (size_t)head->leads, .scores = (uint32_t)head->scores};
    struct sink sink = {.file = NULL};
    const char *base = (const char *)head;
    uint64_t at = sizeof *head;
    /* In the pieces in which it was written: the sum is of them. */
    sink.at = at;
    align(&sink);
    uint64_t part[2 + 3 * AS_MAX_SCORES], size[2 + 3 * AS_MAX_SCORES], parts = 0;
    part[parts] = head->lead_at;
    size[parts++] = sizeof(int64_t);
    if (head->day_at != 0) {
        part[parts] = head->day_at;
        size[parts++] = sizeof(int32_t);
    }
    for (uint32_t s = 0; s < source.scores; s++) {
        const struct as_score_file_column *column = &head->column[s];
        uint64_t item = column->wide != 0 ? sizeof(int64_t) : sizeof(int32_t);
        const uint64_t three[] = {column->value, column->low, column->high};
        for (int i = 0; i < (column->low == column->value ? 1 : 3); i++) {
            part[parts] = three[i];
            size[parts++] = item;
        }
    }
    for (uint64_t i = 0; i < parts; i++) {
        for (uint64_t done = 0; done < head->leads;) {
            uint64_t n = head->leads - done < CHUNK ? head->leads - done : CHUNK;
            give(&sink, base + part[i] + done * size[i], (size_t)(n * size[i]));
            done += n;
        }
        align(&sink);
    }
    return sink.sum == head->body && sink.at == head->bytes;
}

int as_score_file_column(const struct as_score_file *file, int64_t score_id)
{
    for (int i = 0; i < (int)file->head->scores; i++)
        if (file->head->column[i].score_id == score_id)
            return i;
    return -1;
}

int64_t as_score_file_place(const struct as_score_file *file, int64_t lead)
{
    uint64_t low = 0, high = file->head->leads;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (file->lead[middle] < lead)
            low = middle + 1;
        else
            high = middle;
    }
    return low < file->head->leads && file->lead[low] == lead ? (int64_t)low : -1;
}

static int64_t item(const struct as_score_file *file, const struct as_score_file_column *column, uint64_t at,
                    int64_t place)
{
    const char *from = (const char *)file->head + at;
    return column->wide != 0 ? ((const int64_t *)(const void *)from)[place]
                             : ((const int32_t *)(const void *)from)[place];
}

struct as_points as_score_file_points(const struct as_score_file *file, int column, int64_t place)
{
    const struct as_score_file_column *of = &file->head->column[column];
    return (struct as_points){item(file, of, of->value, place), item(file, of, of->low, place),
                              item(file, of, of->high, place)};
}
