/* Settling standings: what lies over a base by now, by what the run decided, what lay there before and whom
 * the run lost; and the count of leads that stand alike, brought along. Writing it is standing_keeping.c's.
 */
#include "store/decisions/standing_keeping.h"

#include "score/plan/plan.h"

#include <stdlib.h>
#include <string.h>

/* Room for all rows that may come to lie over the base. */
static enum as_status make_room(struct as_keeping *keeping, size_t fresh, struct as_error *error)
{
    size_t rows_of[AS_LAYERS];
    return as_standing_room(&keeping->over, as_standings_over_count(rows_of, &keeping->held) + fresh, error);
}

bool as_standing_has_just(const struct as_keeping *keeping)
{
    const struct as_standing_file *base = &keeping->held.files->base;
    const struct as_dataset *dataset = keeping->dataset;
    return base->head->rows == dataset->leads &&
           as_ids_begin(dataset->lead_id, dataset->leads, as_standing_column(base, AS_STANDING_LEAD),
                        dataset->leads);
}

/* Everybody of a whole run: whom the base does not have or what lies over it did, and the days of the others.
 */
static enum as_status look_through(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_dataset *dataset = keeping->dataset;
    const struct as_standings_news *news = keeping->news;
    const int64_t *base = as_standing_column(&held->files->base, AS_STANDING_LEAD);
    struct as_standing_over walk;
    as_standings_over_begin(&walk, held, 0);
    const struct as_standing_row *over = as_standings_over(&walk);
    uint64_t rows = held->files->base.head->rows, at = 0;
    size_t changed = 0;
    enum as_status status = AS_OK;
    int32_t *day = malloc((rows + 1) * sizeof *day);
    keeping->day = keeping->made_day = day;
    if (day == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row <= dataset->leads && status == AS_OK; row++) {
        int64_t lead = row < dataset->leads ? dataset->lead_id[row] : INT64_MAX;
        for (; at < rows && base[at] < lead && status == AS_OK; at++) {
            day[at] = AS_DAY_NEVER;
            status = as_id_push(&keeping->lost, base[at], error);
        }
        if (row == dataset->leads || status != AS_OK)
            break;
        while (over != NULL && over->lead < lead)
            over = as_standings_over(&walk);
        bool based = at < rows && base[at] == lead, other = over != NULL && over->lead == lead;
        if (based)
            day[at++] = as_keeping_day(keeping, row);
        if (changed < news->n && news->row[changed].lead == lead)
            status = as_standing_add(&keeping->said, &news->row[changed++], error);
        else if (!based || other) {
            struct as_standing_row same = as_standing_unchanged(keeping, row);
            status = as_standing_add(&keeping->said, &same, error);
        }
    }
    return status;
}

/* One lead's rows, where they are. */
struct words {
    const struct as_standing_row *said, *before; /* of this run, and of what lay over the base */
    int64_t place;                               /* in the base; -1 none */
};

static enum as_status settle(struct as_keeping *keeping, int64_t lead, const struct words *words,
                             struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    bool whole = keeping->news->whole;
    const struct as_prior *priors = as_standing_column(&held->files->base, AS_STANDING_PRIOR);
    const struct as_prior *based = words->place < 0 ? NULL : &priors[words->place];
    const struct as_prior *was = words->before != NULL ? &words->before->prior : based;
    bool counted = was != NULL && (words->before == NULL || words->before->gone == 0);
    enum as_status status = AS_OK;
    if (words->said != NULL) {
        bool as_was = counted && memcmp(was, &words->said->prior, sizeof *was) == 0;
        if (counted && !as_was)
            status = as_standing_count_add(&keeping->count, was, -1, error);
        if (status == AS_OK && !as_was)
            status = as_standing_count_add(&keeping->count, &words->said->prior, 1, error);
        /* A whole run says the days of the base anew: there is nothing else to tell. */
        if (status == AS_OK &&
            !(whole && based != NULL && memcmp(based, &words->said->prior, sizeof *based) == 0))
            status = as_standing_add(&keeping->over, words->said, error);
        return status;
    }
    if (was == NULL)
        return AS_OK;
    if (counted)
        status = as_standing_count_add(&keeping->count, was, -1, error);
    struct as_standing_row gone;
    memset(&gone, 0, sizeof gone);
    gone.lead = lead;
    gone.prior = *was;
    gone.due = AS_DAY_NEVER;
    gone.gone = 1;
    return status == AS_OK ? as_standing_add(&keeping->over, &gone, error) : status;
}

static enum as_status count_as_before(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    enum as_status status = AS_OK;
    for (size_t i = 0; i < held->tally_n && status == AS_OK; i++)
        status = as_standing_count_key(&keeping->count, held->tally[i].key, held->tally[i].leads, error);
    return status;
}

/* What lay over the base, what a whole run says and whom it lost, lead by lead. */
static enum as_status bring_together(struct as_keeping *keeping, struct as_error *error)
{
    struct as_standing_over walk;
    as_standings_over_begin(&walk, &keeping->held, 0);
    const struct as_standing_row *over = as_standings_over(&walk);
    const int64_t *leads = as_standing_column(&keeping->held.files->base, AS_STANDING_LEAD);
    size_t said = 0, lost = 0, place = 0, rows = (size_t)keeping->held.files->base.head->rows;
    enum as_status status = count_as_before(keeping, error);
    if (status == AS_OK)
        status = make_room(keeping, keeping->said.n + keeping->lost.n, error);
    while (status == AS_OK && (over != NULL || said < keeping->said.n || lost < keeping->lost.n)) {
        int64_t lead = over == NULL ? INT64_MAX : over->lead;
        if (said < keeping->said.n && keeping->said.at[said].lead < lead)
            lead = keeping->said.at[said].lead;
        if (lost < keeping->lost.n && keeping->lost.at[lost] < lead)
            lead = keeping->lost.at[lost];
        place = as_ids_seek(leads, rows, place, lead);
        struct words words = {NULL, NULL, place < rows && leads[place] == lead ? (int64_t)place : -1};
        if (over != NULL && over->lead == lead)
            words.before = over;
        if (said < keeping->said.n && keeping->said.at[said].lead == lead)
            words.said = &keeping->said.at[said++];
        lost += lost < keeping->lost.n && keeping->lost.at[lost] == lead;
        status = settle(keeping, lead, &words, error);
        if (words.before != NULL)
            over = as_standings_over(&walk);
    }
    return status;
}

enum as_status as_standing_gather(struct as_keeping *keeping, struct as_error *error)
{
    enum as_status status = look_through(keeping, error);
    return status == AS_OK ? bring_together(keeping, error) : status;
}

enum as_status as_standing_settle_part(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    struct as_standing_cursor at = {0};
    size_t said = 0, lost = 0;
    enum as_status status = count_as_before(keeping, error);
    while (status == AS_OK && (said < news->n || lost < keeping->lost.n)) {
        struct as_standing_row was;
        struct words words = {NULL, NULL, -1};
        bool here =
            said < news->n && (lost == keeping->lost.n || news->row[said].lead <= keeping->lost.at[lost]);
        int64_t lead = here ? news->row[said].lead : keeping->lost.at[lost];
        lost += lost < keeping->lost.n && keeping->lost.at[lost] == lead;
        if (here)
            words.said = &news->row[said++];
        if (as_standings_seek(&was, &at, &keeping->held, lead))
            words.before = &was;
        /* Only what is new is written. */
        if (words.before == NULL || (here ? memcmp(&was, words.said, sizeof was) != 0 : was.gone == 0))
            status = settle(keeping, lead, &words, error);
    }
    return status;
}

/* --- a whole run whose leads are just those of the base --- */

enum as_status as_standing_take_days(struct as_keeping *keeping, struct as_error *error)
{
    keeping->day = keeping->news->not_before;
    if (keeping->day == NULL)
        keeping->day = keeping->made_day = calloc((size_t)keeping->dataset->leads + 1, sizeof *keeping->day);
    return keeping->day == NULL ? as_error_memory(error) : AS_OK;
}

bool as_standing_days_stay(const struct as_keeping *keeping)
{
    const struct as_standing_files *files = keeping->held.files;
    return keeping->day == NULL || memcmp(keeping->day, as_standing_column(&files->due, AS_STANDING_DAY),
                                          (size_t)files->base.head->rows * sizeof *keeping->day) == 0;
}

bool as_standing_all_stays(const struct as_keeping *keeping)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_standing_file *base = &held->files->base;
    const int64_t *leads = as_standing_column(base, AS_STANDING_LEAD);
    struct as_standing_over walk;
    const struct as_standing_row *over;
    size_t rows = (size_t)base->head->rows, place = 0;
    if (keeping->news->n > 0 || !as_standing_days_stay(keeping))
        return false;
    as_standings_over_begin(&walk, held, 0);
    while ((over = as_standings_over(&walk)) != NULL) {
        place = as_ids_seek(leads, rows, place, over->lead);
        bool here = place < rows && leads[place] == over->lead;
        if (here == (over->gone != 0) || (!here && over->due != AS_DAY_NEVER))
            return false;
        struct as_standing_row same;
        if (here) {
            same = as_standing_unchanged(keeping, (uint32_t)place);
            if (memcmp(over, &same, sizeof same) != 0)
                return false;
        }
    }
    return true;
}

/* Only those that lie over the base and the changed ones have to be looked at. One that the base does not
 * have is another's by now. */
enum as_status as_standing_lay_beside(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_standings_news *news = keeping->news;
    const int64_t *leads = as_standing_column(&held->files->base, AS_STANDING_LEAD);
    struct as_standing_over walk;
    as_standings_over_begin(&walk, held, 0);
    const struct as_standing_row *over = as_standings_over(&walk);
    size_t rows = (size_t)held->files->base.head->rows, place = 0, changed = 0;
    enum as_status status = count_as_before(keeping, error);
    if (status == AS_OK)
        status = make_room(keeping, news->n, error);
    while (status == AS_OK && (changed < news->n || over != NULL)) {
        struct as_standing_row same;
        struct words words = {NULL, NULL, -1};
        int64_t lead = over == NULL ? INT64_MAX : over->lead;
        if (changed < news->n && news->row[changed].lead < lead)
            lead = news->row[changed].lead;
        place = as_ids_seek(leads, rows, place, lead);
        if (place < rows && leads[place] == lead)
            words.place = (int64_t)place;
        if (over != NULL && over->lead == lead)
            words.before = over;
        if (changed < news->n && news->row[changed].lead == lead)
            words.said = &news->row[changed++];
        else if (words.place >= 0) {
            same = as_standing_unchanged(keeping, (uint32_t)place);
            words.said = &same;
        }
        status = settle(keeping, lead, &words, error);
        if (words.before != NULL)
            over = as_standings_over(&walk);
    }
    return status;
}
