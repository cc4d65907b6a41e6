/* Settling standings: which leads a run leaves otherwise than what lies there says, as rows over a base; and
 * the count of leads that stand alike, brought along. Writing it is standing_keeping.c's.
 */
#include "store/decisions/standing_keeping.h"

#include "base/bits.h"
#include "score/plan/plan.h"

#include <stdlib.h>
#include <string.h>

/* A lead that stood as `was` says (NULL: it is in no count) and is as `said` by now; NULL: another's. One of
 * them is there. */
static enum as_status settle(struct as_keeping *keeping, int64_t lead, const struct as_standing_row *said,
                             const struct as_prior *was, struct as_error *error)
{
    const bool as_was = was != NULL && said != NULL && memcmp(was, &said->prior, sizeof *was) == 0;
    enum as_status status = AS_OK;
    if (was != NULL && !as_was)
        status = as_standing_count_add(&keeping->count, was, -1, error);
    if (status == AS_OK && said != NULL && !as_was)
        status = as_standing_count_add(&keeping->count, &said->prior, 1, error);
    if (status != AS_OK)
        return status;
    if (said != NULL)
        return as_standing_add(&keeping->over, said, error);
    struct as_standing_row row;
    memset(&row, 0, sizeof row);
    row.lead = lead;
    row.prior = *was;
    row.due = AS_DAY_NEVER;
    row.gone = 1;
    return as_standing_add(&keeping->over, &row, error);
}

static enum as_status count_as_before(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    enum as_status status = AS_OK;
    for (size_t i = 0; i < held->tally_n && status == AS_OK; i++)
        status = as_standing_count_key(&keeping->count, held->tally[i].key, held->tally[i].leads, error);
    return status;
}

/* Lost leads, from one after the other up to a lead: rows over a base ascend. */
struct losing {
    struct as_standing_cursor at;
    size_t lost;
};

static enum as_status settle_lost(struct as_keeping *keeping, struct losing *losing, int64_t before,
                                  struct as_error *error)
{
    const struct as_id_list *lost = &keeping->lost;
    struct as_standing_row was;
    enum as_status status = AS_OK;
    for (; losing->lost < lost->n && lost->at[losing->lost] < before && status == AS_OK; losing->lost++)
        if (as_standings_seek(&was, &losing->at, &keeping->held, lost->at[losing->lost]) && was.gone == 0)
            status = settle(keeping, was.lead, NULL, &was.prior, error);
    return status;
}

/* How a lead stood, and on which day time alone might have changed it, is in the dataset, which was read from
 * what lies there. */
enum as_status as_standing_settle_part(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    const struct as_id_list *lost = &keeping->lost;
    const int32_t *day = keeping->dataset->prior_day[news->model];
    struct losing losing = {.lost = 0};
    enum as_status status = count_as_before(keeping, error);
    for (uint32_t row = 0; row < keeping->dataset->leads && status == AS_OK; row++) {
        const struct as_standing_row *said = &news->row[row], was = as_standing_unchanged(keeping, row);
        const bool counted = day[row] != AS_PRIOR_UNCOUNTED;
        status = settle_lost(keeping, &losing, said->lead, error);
        losing.lost += losing.lost < lost->n && lost->at[losing.lost] == said->lead;
        /* Only what is new is written. */
        if (status == AS_OK &&
            (!counted || day[row] != said->due || memcmp(&was.prior, &said->prior, sizeof was.prior) != 0))
            status = settle(keeping, said->lead, said, counted ? &was.prior : NULL, error);
    }
    return status == AS_OK ? settle_lost(keeping, &losing, INT64_MAX, error) : status;
}

/* --- everybody --- */

/* Bits by lead row of the dataset. */
struct looked {
    uint64_t *differs; /* from what lies there; in its day alone, as long as nothing else is looked at */
    uint64_t *over;    /* lies over the base */
    uint64_t *gone;    /* was another's */
};

/* Bit i: two days that differ. Most of 64 are the same. */
static uint64_t days_differ(const int32_t *a, const int32_t *b, size_t n)
{
    uint64_t out = 0;
    if (memcmp(a, b, n * sizeof *a) == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        out |= (uint64_t)(a[i] != b[i]) << i;
    return out;
}

/* The base's leads are the dataset's first. */
static void look_at_first(struct looked *looked, const struct as_keeping *keeping)
{
    static const int32_t always[64] = {0};
    const struct as_standing_files *files = keeping->held.files;
    const int32_t *day = as_standing_column(&files->due, AS_STANDING_DAY), *now = keeping->news->not_before;
    const size_t rows = (size_t)files->base.head->rows;
    for (size_t from = 0; from < keeping->dataset->leads; from += 64) {
        const size_t based = from > rows ? 0 : rows - from < 64 ? rows - from : 64;
        uint64_t differs = based > 0 ? days_differ(day + from, now == NULL ? always : now + from, based) : 0;
        for (size_t i = based; i < 64 && from + i < keeping->dataset->leads; i++)
            differs |= UINT64_C(1) << i;
        looked->differs[from / 64] = differs;
    }
}

/* The base's days against those of now, and who has none there. */
static enum as_status look_at_base(struct looked *looked, struct as_keeping *keeping, struct as_error *error)
{
    const struct as_standing_files *files = keeping->held.files;
    const struct as_dataset *dataset = keeping->dataset;
    const int64_t *base = as_standing_column(&files->base, AS_STANDING_LEAD);
    const int32_t *day = as_standing_column(&files->due, AS_STANDING_DAY);
    const size_t rows = (size_t)files->base.head->rows;
    size_t place = 0;
    enum as_status status = AS_OK;
    if (as_ids_begin(dataset->lead_id, dataset->leads, base, rows)) {
        look_at_first(looked, keeping);
        return AS_OK;
    }
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        for (; place < rows && base[place] < dataset->lead_id[row] && status == AS_OK; place++)
            status = as_id_push(&keeping->lost, base[place], error);
        const bool based = place < rows && base[place] == dataset->lead_id[row];
        if (!based || day[place] != as_keeping_day(keeping, row))
            as_bit_set(looked->differs, row);
        place += based;
    }
    for (; place < rows && status == AS_OK; place++)
        status = as_id_push(&keeping->lost, base[place], error);
    return status;
}

/* What lies over the base, from the newest to the oldest: of a lead the newest word holds. */
static enum as_status look_over_it(struct looked *looked, struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_dataset *dataset = keeping->dataset;
    enum as_status status = AS_OK;
    for (unsigned which = held->files->layers + 1; which-- > 0;) {
        const size_t rows = as_standings_rows_in(held, which);
        struct as_id_search search = as_ids_search(dataset->lead_id, dataset->leads);
        for (size_t i = 0; i < rows && status == AS_OK; i++) {
            const int64_t lead = as_standings_lead_in(held, which, i);
            const size_t row = as_ids_find(&search, lead);
            if (row == SIZE_MAX) {
                status = as_id_push(&keeping->lost, lead, error);
            } else if (!as_bit(looked->over, row)) {
                const int32_t day = as_standings_day_in(held, which, i);
                as_bit_set(looked->over, row);
                as_bit_clear(looked->differs, row);
                if (day == AS_STANDING_GONE)
                    as_bit_set(looked->gone, row);
                if (day == AS_STANDING_GONE || day != as_keeping_day(keeping, (uint32_t)row))
                    as_bit_set(looked->differs, row);
            }
        }
    }
    keeping->lost.n = as_ids_each_once(keeping->lost.at, keeping->lost.n);
    return status;
}

static void look_at_news(struct looked *looked, const struct as_keeping *keeping)
{
    const struct as_dataset *dataset = keeping->dataset;
    struct as_id_search search = as_ids_search(dataset->lead_id, dataset->leads);
    for (size_t i = 0; i < keeping->news->n; i++)
        as_bit_set(looked->differs, as_ids_find(&search, keeping->news->row[i].lead));
}

static enum as_status settle_differing(struct as_keeping *keeping, const struct looked *looked,
                                       struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    const size_t words = AS_BIT_WORDS(keeping->dataset->leads);
    struct losing losing = {.lost = 0};
    size_t said = 0, differing = keeping->lost.n;
    for (size_t w = 0; w < words; w++)
        differing += (size_t)__builtin_popcountll(looked->differs[w]);
    enum as_status status = as_standing_room(&keeping->over, differing, error);
    if (status == AS_OK)
        status = count_as_before(keeping, error);
    for (size_t w = 0; w < words && status == AS_OK; w++)
        for (uint64_t left = looked->differs[w]; left != 0 && status == AS_OK; left &= left - 1) {
            const uint32_t row = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(left));
            const struct as_standing_row was = as_standing_unchanged(keeping, row);
            const bool changed = said < news->n && news->row[said].lead == was.lead;
            status = settle_lost(keeping, &losing, was.lead, error);
            if (status == AS_OK)
                status = settle(keeping, was.lead, changed ? &news->row[said++] : &was,
                                as_bit(looked->gone, row) ? NULL : &was.prior, error);
        }
    return status == AS_OK ? settle_lost(keeping, &losing, INT64_MAX, error) : status;
}

enum as_status as_standing_settle_all(struct as_keeping *keeping, struct as_error *error)
{
    const size_t words = AS_BIT_WORDS(keeping->dataset->leads) + 1;
    uint64_t *bits = calloc(3 * words, sizeof *bits);
    struct looked looked = {bits, bits + words, bits + 2 * words};
    if (bits == NULL)
        return as_error_memory(error);
    enum as_status status = look_at_base(&looked, keeping, error);
    if (status == AS_OK)
        status = look_over_it(&looked, keeping, error);
    if (status == AS_OK) {
        look_at_news(&looked, keeping);
        status = settle_differing(keeping, &looked, error);
    }
    free(bits);
    return status;
}
