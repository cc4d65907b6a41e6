/* Standing layers: the base, the layers over it and the recent rows over these, read as one. */
#include "store/decisions/kept_standings.h"

#include <string.h>

/* The first place from `from` on, among rows whose leads ascend, that has the lead or a greater one; n none.
 */
static size_t seek_row(const struct as_standing_row *rows, size_t n, size_t from, int64_t lead)
{
    size_t low = from, step = 1;
    if (from >= n || rows[from].lead >= lead)
        return from;
    /* rows[low] is before the lead: in steps that double, then halve. */
    while (low + step < n && rows[low + step].lead < lead) {
        low += step;
        step *= 2;
    }
    for (; step > 0; step /= 2)
        if (low + step < n && rows[low + step].lead < lead)
            low += step;
    return low + 1;
}

/* Moves *place to the lead; whether it is there. Whoever asks for a part's leads finds each a few rows on. */
static bool seek(size_t *place, const struct as_standing_file *file, int64_t lead)
{
    enum { NEAR = 16 };
    const int64_t *leads = as_standing_column(file, AS_STANDING_LEAD);
    const size_t rows = (size_t)file->head->rows;
    size_t at = *place;
    for (const size_t near = at + NEAR; at < near && at < rows && leads[at] < lead;)
        at++;
    *place = at = as_ids_seek(leads, rows, at, lead);
    return at < rows && leads[at] == lead;
}

static bool seek_recent(size_t *place, const struct as_held_standings *held, int64_t lead)
{
    *place = seek_row(held->recent, held->recent_n, *place, lead);
    return *place < held->recent_n && held->recent[*place].lead == lead;
}

bool as_standings_seek(struct as_standing_row *out, struct as_standing_cursor *at,
                       const struct as_held_standings *held, int64_t lead)
{
    const struct as_standing_files *files = held->files;
    if (seek_recent(&at->recent, held, lead)) {
        *out = held->recent[at->recent];
        return true;
    }
    for (unsigned i = files->layers; i-- > 0;)
        if (seek(&at->layer[i], &files->layer[i], lead)) {
            *out = as_standing_row_at(&files->layer[i], at->layer[i]);
            return true;
        }
    if (!seek(&at->base, &files->base, lead))
        return false;
    memset(out, 0, sizeof *out);
    out->lead = lead;
    out->prior = ((const struct as_prior *)as_standing_column(&files->base, AS_STANDING_PRIOR))[at->base];
    out->due = ((const int32_t *)as_standing_column(&files->due, AS_STANDING_DAY))[at->base];
    return true;
}

bool as_standings_find(struct as_standing_row *out, const struct as_held_standings *held, int64_t lead)
{
    struct as_standing_cursor at = {0};
    return as_standings_seek(out, &at, held, lead);
}

bool as_standings_say(struct as_standing_cursor *at, const struct as_held_standings *held, unsigned from,
                      int64_t lead)
{
    for (unsigned i = held->files->layers; i-- > from;)
        if (seek(&at->layer[i], &held->files->layer[i], lead))
            return true;
    return seek_recent(&at->recent, held, lead);
}

/* --- walking --- */

static int64_t lead_at(const struct as_held_standings *held, unsigned which, size_t place)
{
    return place < as_standings_rows_in(held, which) ? as_standings_lead_in(held, which, place) : INT64_MAX;
}

void as_standings_over_begin(struct as_standing_over *walk, const struct as_held_standings *held,
                             unsigned from)
{
    *walk = (struct as_standing_over){.held = held, .from = from};
    for (unsigned i = from; i <= held->files->layers; i++)
        walk->next[i] = lead_at(held, i, 0);
}

const struct as_standing_row *as_standings_over(struct as_standing_over *walk)
{
    const unsigned recent = walk->held->files->layers;
    int64_t lead = INT64_MAX;
    unsigned newest = recent;
    for (unsigned i = walk->from; i <= recent; i++)
        if (walk->next[i] <= lead) {
            lead = walk->next[i];
            newest = i;
        }
    if (lead == INT64_MAX)
        return NULL;
    walk->row = newest == recent ? walk->held->recent[walk->place[recent]]
                                 : as_standing_row_at(&walk->held->files->layer[newest], walk->place[newest]);
    for (unsigned i = walk->from; i <= newest; i++)
        if (walk->next[i] == lead)
            walk->next[i] = lead_at(walk->held, i, ++walk->place[i]);
    return &walk->row;
}

size_t as_standings_over_count(size_t *rows_of, const struct as_held_standings *held)
{
    size_t rows = held->recent_n;
    for (unsigned i = 0; i < held->files->layers; i++)
        rows += rows_of[i] = (size_t)held->files->layer[i].head->rows;
    return rows;
}
