/* Score writing: score files laid out and written, a piece by each thread at a time, and looked at whole. */
#include "store/decisions/score_writing.h"

#include "base/intern.h"
#include "base/thread.h"
#include "store/section.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* --- what a source has --- */

enum { LOOK_ROWS = 1 << 15 }; /* whole batches */

struct look {
    atomic_bool open, wide,
        differs; /* some low or high is not its value; some item is; it is not as before */
    int before;  /* its column there, -1 none */
};
struct looking {
    const struct as_score_source *source;
    const struct as_score_file *before; /* NULL: there is none of as many leads */
    atomic_bool others;                 /* these are not its leads */
    struct look look[AS_MAX_SCORES];
};

static bool fits(int64_t points)
{
    return points >= INT32_MIN && points <= INT32_MAX;
}

static bool is_within(struct as_points of)
{
    return fits(of.value) && fits(of.low) && fits(of.high);
}

static bool same_points(struct as_points a, struct as_points b)
{
    return a.value == b.value && a.low == b.low && a.high == b.high;
}

/* One row of a source that has them in an order of its own, or of a batch that is kept wide. */
static void look_at_row(struct look *look, const struct looking *looking, uint32_t score, size_t i)
{
    const struct as_score_source *source = looking->source;
    struct as_points of = as_points_at(&source->column[score].points, as_score_row(source, i));
    if (of.low != of.value || of.high != of.value)
        atomic_store_explicit(&look->open, true, memory_order_relaxed);
    if (!is_within(of))
        atomic_store_explicit(&look->wide, true, memory_order_relaxed);
    if (!atomic_load_explicit(&look->differs, memory_order_relaxed) &&
        !same_points(of, as_score_file_points(looking->before, look->before, (int64_t)i)))
        atomic_store_explicit(&look->differs, true, memory_order_relaxed);
}

/* n rows of a batch of 32 bits, the first of which is the file's at `from`. */
static void look_at_batch(struct look *look, const struct looking *looking,
                          const struct as_points_batch *batch, size_t from, size_t n)
{
    const size_t bytes = n * sizeof(int32_t);
    if (!atomic_load_explicit(&look->open, memory_order_relaxed) &&
        ((batch->low != batch->value && memcmp(batch->low, batch->value, bytes) != 0) ||
         (batch->high != batch->value && memcmp(batch->high, batch->value, bytes) != 0)))
        atomic_store_explicit(&look->open, true, memory_order_relaxed);
    if (atomic_load_explicit(&look->differs, memory_order_relaxed))
        return;
    const struct as_score_items *held = &looking->before->column[look->before];
    const void *now[] = {batch->value, batch->low, batch->high},
               *was[] = {held->value, held->low, held->high};
    for (int end = 0; end < 3; end++)
        if ((end == 0 || now[end] != now[0] || was[end] != was[0]) &&
            memcmp(now[end], (const int32_t *)was[end] + from, bytes) != 0)
            atomic_store_explicit(&look->differs, true, memory_order_relaxed);
}

static void look_at_leads(struct looking *looking, size_t from, size_t end)
{
    const struct as_score_source *source = looking->source;
    const int64_t *before = looking->before->lead;
    bool same = true;
    if (source->row == NULL)
        same = memcmp(before + from, source->lead_id + from, (end - from) * sizeof *before) == 0;
    for (size_t i = from; i < end && same && source->row != NULL; i++)
        same = before[i] == source->lead_id[source->row[i]];
    if (!same)
        atomic_store_explicit(&looking->others, true, memory_order_relaxed);
}

static enum as_status look_at_piece(void *context, unsigned worker, size_t piece, struct as_error *error)
{
    struct looking *looking = context;
    const struct as_score_source *source = looking->source;
    size_t from = piece * LOOK_ROWS,
           end = from + LOOK_ROWS < source->leads ? from + LOOK_ROWS : source->leads;
    (void)worker, (void)error;
    if (looking->before != NULL)
        look_at_leads(looking, from, end);
    for (uint32_t s = 0; s < source->scores; s++) {
        struct look *look = &looking->look[s];
        for (size_t i = from, n; i < end; i += n) {
            const struct as_points_batch *batch = &source->column[s].points.batch[i / AS_BATCH];
            n = end - i < AS_BATCH ? end - i : AS_BATCH;
            bool compared = !atomic_load_explicit(&look->differs, memory_order_relaxed);
            if (source->row == NULL && !batch->wide &&
                !(compared && looking->before->column[look->before].wide))
                look_at_batch(look, looking, batch, i, n);
            else
                for (size_t k = 0; k < n; k++)
                    look_at_row(look, looking, s, i + k);
        }
    }
    return AS_OK;
}

static void look_at_all(struct looking *looking, const struct as_score_source *source,
                        const struct as_score_file *before)
{
    bool alike = before != NULL && before->head->leads == source->leads;
    looking->source = source;
    looking->before = alike ? before : NULL;
    atomic_init(&looking->others, !alike);
    for (uint32_t s = 0; s < source->scores; s++) {
        struct look *look = &looking->look[s];
        look->before = alike ? as_score_file_column(before, source->column[s].score_id) : -1;
        atomic_init(&look->open, false);
        atomic_init(&look->wide, false);
        atomic_init(&look->differs, look->before < 0);
    }
    (void)as_parallel(as_processors(), (source->leads + LOOK_ROWS - 1) / LOOK_ROWS, look_at_piece, looking,
                      NULL);
}

/* --- the layout --- */

/* Room for the leads' items, each of `size` bytes; where they begin. */
static uint64_t place(struct as_score_file_head *head, size_t size)
{
    const uint64_t bytes = head->leads * size;
    uint64_t at = bytes < AS_PAGES_STEP
                      ? (head->bytes + AS_SCORE_ALIGNMENT - 1) / AS_SCORE_ALIGNMENT * AS_SCORE_ALIGNMENT
                      : as_pages_begin(head->bytes, bytes);
    head->bytes = at + bytes;
    return at;
}

/* Whether a file's items lie in what would be its successor's ground. */
static bool may_stay(const struct as_score_file *before, uint64_t grounded)
{
    return before->ground == NULL || grounded != 0;
}

static bool says_the_same(const struct looking *looking)
{
    const struct as_score_source *source = looking->source;
    const struct as_score_file *before = looking->before;
    bool same = before != NULL && before->day == NULL && source->day == NULL && !looking->others &&
                before->head->scores == source->scores;
    for (uint32_t s = 0; s < source->scores && same; s++)
        same = !looking->look[s].differs && looking->look[s].before == (int)s;
    return same;
}

void as_score_lay_out(struct as_score_layout *out, const struct as_score_source *source,
                      const struct as_score_file *before)
{
    struct looking looking;
    look_at_all(&looking, source, before);
    out->same = says_the_same(&looking);
    struct as_score_file_head *head = &out->head;
    memset(head, 0, sizeof *head);
    head->leads = source->leads;
    head->scores = source->scores;
    head->base = source->base;
    head->bytes = sizeof *head;
    const struct as_score_file_head *held = looking.others ? NULL : looking.before->head;
    head->lead_grounded = held != NULL && may_stay(before, held->lead_grounded);
    head->lead_at = head->lead_grounded != 0 ? held->lead_at : place(head, sizeof(int64_t));
    head->day_at = source->day == NULL ? 0 : place(head, sizeof(int32_t));
    bool grounded = head->lead_grounded != 0;
    for (uint32_t s = 0; s < source->scores; s++) {
        const struct look *look = &looking.look[s];
        struct as_score_file_column *to = &head->column[s];
        if (held != NULL && !look->differs && may_stay(before, held->column[look->before].grounded)) {
            *to = held->column[look->before];
            to->grounded = 1;
            grounded = true;
            continue;
        }
        size_t size = as_score_item(look->wide);
        *to = (struct as_score_file_column){.score_id = source->column[s].score_id, .wide = look->wide};
        to->value = to->low = to->high = place(head, size);
        if (look->open) {
            to->low = place(head, size);
            to->high = place(head, size);
        }
    }
    head->ground = !grounded ? 0 : held->ground != 0 ? held->ground : held->sum;
}

/* --- the pieces --- */

/* Parts are written and summed in pieces of AS_PAGES_HUGE, the last of each shorter: what is written at once
 * the system keeps in one piece, and maps as one. */
enum what { LEADS, DAYS, VALUES, LOWS, HIGHS };

struct part {
    enum what what;
    uint32_t score;
    uint64_t at;
    size_t size, first; /* of an item; the number of its first piece */
};
struct parts {
    uint64_t leads;
    size_t n, pieces;
    struct part at[2 + 3 * AS_MAX_SCORES];
};

static void add_part(struct parts *parts, enum what what, uint32_t score, uint64_t at, size_t size)
{
    parts->at[parts->n++] = (struct part){what, score, at, size, parts->pieces};
    parts->pieces += (size_t)((parts->leads * size + AS_PAGES_HUGE - 1) / AS_PAGES_HUGE);
}

/* What a file has itself, as its head says. */
static void find_parts(struct parts *out, const struct as_score_file_head *head)
{
    out->leads = head->leads;
    out->n = out->pieces = 0;
    if (head->lead_grounded == 0)
        add_part(out, LEADS, 0, head->lead_at, sizeof(int64_t));
    if (head->day_at != 0)
        add_part(out, DAYS, 0, head->day_at, sizeof(int32_t));
    for (uint32_t s = 0; s < head->scores; s++) {
        const struct as_score_file_column *column = &head->column[s];
        const size_t size = as_score_item(column->wide != 0);
        if (column->grounded != 0)
            continue;
        add_part(out, VALUES, s, column->value, size);
        if (column->low != column->value)
            add_part(out, LOWS, s, column->low, size);
        if (column->high != column->value)
            add_part(out, HIGHS, s, column->high, size);
    }
}

struct piece {
    const struct part *part;
    size_t from, n; /* leads */
    uint64_t at;
};

static struct piece piece_of(const struct parts *parts, size_t number)
{
    const struct part *part = parts->at + parts->n - 1;
    while (part->first > number)
        part--;
    size_t each = AS_PAGES_HUGE / part->size, from = (number - part->first) * each,
           left = (size_t)parts->leads - from;
    return (struct piece){part, from, left < each ? left : each, part->at + from * part->size};
}

static uint64_t sum_of(const uint64_t *sums, size_t n)
{
    return as_hash_bytes(sums, n * sizeof *sums, 0);
}

/* --- writing them --- */

struct writing {
    const struct as_score_source *source;
    struct parts parts;
    int file;
    char *memory;
    uint64_t *sum;              /* by piece */
    char *room[AS_MAX_THREADS]; /* of AS_PAGES_HUGE, by worker; NULL: it had nothing to copy */
};

static const int32_t *narrow_items(const struct as_points_batch *batch, enum what what)
{
    return what == VALUES ? batch->value : what == LOWS ? batch->low : batch->high;
}

static void copy_points(void *to, const struct as_score_source *source, const struct piece *piece)
{
    const struct as_points_column *points = &source->column[piece->part->score].points;
    const enum what what = piece->part->what;
    const bool wide = piece->part->size == sizeof(int64_t);
    for (size_t i = 0, n; i < piece->n; i += n) {
        size_t row = piece->from + i, before = row % AS_BATCH;
        const struct as_points_batch *batch = &points->batch[row / AS_BATCH];
        n = piece->n - i < AS_BATCH - before ? piece->n - i : AS_BATCH - before;
        if (source->row == NULL && !batch->wide && !wide) {
            memcpy((int32_t *)to + i, narrow_items(batch, what) + before, n * sizeof(int32_t));
            continue;
        }
        for (size_t k = i; k < i + n; k++) {
            struct as_points of = as_points_at(points, as_score_row(source, piece->from + k));
            int64_t points_of = what == VALUES ? of.value : what == LOWS ? of.low : of.high;
            if (wide)
                ((int64_t *)to)[k] = points_of;
            else
                ((int32_t *)to)[k] = (int32_t)points_of;
        }
    }
}

static void copy_piece(void *to, const struct as_score_source *source, const struct piece *piece)
{
    int64_t *lead = to;
    int32_t *day = to;
    if (piece->part->what == LEADS)
        for (size_t i = 0; i < piece->n; i++)
            lead[i] = source->lead_id[as_score_row(source, piece->from + i)];
    else if (piece->part->what == DAYS)
        for (size_t i = 0; i < piece->n; i++)
            day[i] = source->day[as_score_row(source, piece->from + i)];
    else
        copy_points(to, source, piece);
}

/* The items of a piece as the file has them, where they lie so already; else NULL. */
static const void *lying(const struct as_score_source *source, const struct piece *piece)
{
    const enum what what = piece->part->what;
    if (source->row != NULL || piece->from % AS_BATCH != 0)
        return NULL;
    if (what == LEADS)
        return source->lead_id + piece->from;
    if (what == DAYS)
        return source->day + piece->from;
    const struct as_points_batch *batch =
        &source->column[piece->part->score].points.batch[piece->from / AS_BATCH];
    const int32_t *first = narrow_items(batch, what);
    bool lie = piece->part->size == sizeof *first;
    for (size_t i = 0; i < piece->n && lie; i += AS_BATCH, batch++)
        lie = !batch->wide && narrow_items(batch, what) == first + i;
    return lie ? first : NULL;
}

static enum as_status write_piece(void *context, unsigned worker, size_t number, struct as_error *error)
{
    struct writing *writing = context;
    const struct piece piece = piece_of(&writing->parts, number);
    const size_t bytes = piece.n * piece.part->size;
    const void *from = writing->memory == NULL ? lying(writing->source, &piece) : NULL;
    if (from == NULL) {
        if (writing->memory == NULL && writing->room[worker] == NULL &&
            (writing->room[worker] = malloc(AS_PAGES_HUGE)) == NULL)
            return as_error_memory(error);
        char *to = writing->memory == NULL ? writing->room[worker] : writing->memory + piece.at;
        copy_piece(to, writing->source, &piece);
        from = to;
    }
    writing->sum[number] = as_section_sum(from, bytes);
    return writing->memory == NULL ? as_section_write(writing->file, from, bytes, piece.at, error) : AS_OK;
}

enum as_status as_score_write(struct as_score_layout *layout, int file, char *memory,
                              const struct as_score_source *source, struct as_error *error)
{
    struct as_score_file_head *head = &layout->head;
    struct writing writing = {.source = source, .file = file, .memory = memory};
    find_parts(&writing.parts, head);
    writing.sum = malloc((writing.parts.pieces + 1) * sizeof *writing.sum);
    if (writing.sum == NULL)
        return as_error_memory(error);
    enum as_status status = as_parallel(as_processors(), writing.parts.pieces, write_piece, &writing, error);
    head->body = sum_of(writing.sum, writing.parts.pieces);
    as_score_head_seal(head);
    if (status == AS_OK && memory != NULL)
        memcpy(memory, head, sizeof *head);
    else if (status == AS_OK)
        status = as_section_finish(file, head, sizeof *head, head->bytes, error);
    for (unsigned i = 0; i < AS_MAX_THREADS; i++)
        free(writing.room[i]);
    free(writing.sum);
    return status;
}

/* --- looking at them --- */

static bool is_whole(const struct as_score_file_head *head)
{
    struct parts parts;
    find_parts(&parts, head);
    uint64_t *sum = malloc((parts.pieces + 1) * sizeof *sum);
    for (size_t i = 0; i < parts.pieces && sum != NULL; i++) {
        const struct piece piece = piece_of(&parts, i);
        sum[i] = as_section_sum((const char *)head + piece.at, piece.n * piece.part->size);
    }
    bool whole = sum != NULL && sum_of(sum, parts.pieces) == head->body;
    free(sum);
    return whole;
}

bool as_score_file_whole(const struct as_score_file *file)
{
    return is_whole(file->head) && (file->ground == NULL || is_whole(file->ground));
}
