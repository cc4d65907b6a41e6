/* Asks the pack's two conditions of everybody, and decides who is learnt from and who is held back. */
#include "run/learn/subject.h"

#include "base/intern.h"
#include "base/time.h"
#include "score/tree/condition.h"
#include "store/report/recorded.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* Held back of each ten, to be tried on. */
enum { HELD_BACK = 3, OF = 10 };

/* The pack with the contrast's conditions as all that it asks. */
struct probe {
    struct as_pack pack;
    AS_LIST(struct as_persona) asked; /* of leads */
    AS_LIST(struct as_tier) tiers;    /* of accounts */
};

static bool ask(struct probe *probe, struct as_arena *arena, const struct as_contrast *contrast,
                const struct as_expr *when)
{
    if (when == NULL)
        return true;
    if (contrast->level == AS_LEVEL_LEAD)
        return as_list_push(arena, &probe->asked,
                            ((struct as_persona){.name = contrast->name, .when = when}));
    return as_list_push(arena, &probe->tiers, ((struct as_tier){.name = contrast->name, .when = when}));
}

static bool make_probe(struct probe *probe, struct as_arena *arena, const struct as_learn_request *request)
{
    const struct as_contrast *contrast = request->contrast;
    bool made = ask(probe, arena, contrast, contrast->best) && ask(probe, arena, contrast, contrast->worst);
    for (uint32_t i = 0; i < contrast->from.n && made; i++)
        if (contrast->from.at[i]->kind == AS_EXPR_CALL)
            made = ask(probe, arena, contrast, contrast->from.at[i]);
    bool scores = as_expr_contains(contrast->best, AS_EXPR_SCORE) ||
                  (contrast->worst != NULL && as_expr_contains(contrast->worst, AS_EXPR_SCORE));
    as_pack_asking(&probe->pack, request->pack->pack, probe->asked.at, probe->asked.n, scores);
    probe->pack.tiers.at = probe->tiers.at;
    probe->pack.tiers.n = probe->tiers.n;
    return made;
}

static enum as_status take_snapshot(struct as_subjects *s, const struct as_pack *asking,
                                    const struct as_plan *plan, struct as_error *error)
{
    const struct as_learn_request *request = s->request;
    struct as_needs needs;
    enum as_status status = as_needs_new(&needs, request->schema, error);
    if (status != AS_OK)
        return status;
    as_needs_add(&needs, plan);
    for (uint32_t i = 0; i < request->contrast->from.n; i++) {
        const struct as_expr *expr = request->contrast->from.at[i];
        if (expr->kind != AS_EXPR_CALL)
            as_bit_set(needs.fields, expr->field);
    }
    if (request->contrast->since != AS_NO_INDEX)
        as_bit_set(needs.fields, request->contrast->since);
    struct as_snapshot_request wanted = as_needs_request(&needs, request->at, request->known_at);
    wanted.pack = asking;
    status = as_store_snapshot(&s->dataset, s->store, request->schema, &wanted, error);
    as_needs_free(&needs);
    return status;
}

/* --- who is which --- */

static bool day_of(int64_t *day, const struct as_subjects *s, uint32_t row)
{
    uint32_t since = s->request->contrast->since;
    const struct as_column *column = since == AS_NO_INDEX ? NULL : s->dataset->field[since];
    if (column == NULL || !as_bit(column->known, row))
        return false;
    *day = column->i64[row];
    return true;
}

static void take_row(struct as_subjects *s, uint32_t row, enum as_tri best, enum as_tri worst)
{
    struct as_learn_count *count = &s->learnt->count;
    int64_t day = 0;
    if (best == AS_YES && worst == AS_YES) {
        count->both++;
    } else if (best == AS_NO && worst == AS_NO) {
        count->neither++;
    } else if (best != AS_YES && worst != AS_YES) {
        count->undecided++;
    } else if (s->day != NULL && !day_of(&day, s, row)) {
        count->undated++;
    } else {
        count->best += best == AS_YES;
        count->worst += worst == AS_YES;
        if (s->day != NULL)
            s->day[s->n] = day;
        s->best[s->n] = best == AS_YES;
        s->row[s->n++] = row;
    }
}

static enum as_tri opposite(enum as_tri state)
{
    return state == AS_YES ? AS_NO : state == AS_NO ? AS_YES : state;
}

static enum as_status choose(struct as_subjects *s, struct as_error *error)
{
    const struct as_contrast *contrast = s->request->contrast;
    struct as_arena *arena = &s->learnt->arena;
    uint32_t rows = contrast->level == AS_LEVEL_LEAD ? s->dataset->leads : s->dataset->accounts;
    struct as_verdicts best = as_outcome_verdicts_at(s->outcome, contrast->best, contrast->level),
                       worst = contrast->worst == NULL
                                   ? best
                                   : as_outcome_verdicts_at(s->outcome, contrast->worst, contrast->level);
    s->row = as_arena_array(arena, rows + (size_t)1, sizeof *s->row);
    s->best = as_arena_array(arena, rows + (size_t)1, sizeof *s->best);
    s->tried = as_arena_array(arena, rows + (size_t)1, sizeof *s->tried);
    if (contrast->since != AS_NO_INDEX) {
        s->day = as_arena_array(arena, rows + (size_t)1, sizeof *s->day);
        s->known = as_arena_array(arena, rows + (size_t)1, sizeof *s->known);
        if (s->day == NULL || s->known == NULL)
            return as_error_memory(error);
    }
    if (s->row == NULL || s->best == NULL || s->tried == NULL)
        return as_error_memory(error);
    s->learnt->count.all = rows;
    for (uint32_t row = 0; row < rows; row++) {
        enum as_tri is_best = as_verdict_at(best, row);
        enum as_tri is_worst = contrast->worst == NULL ? opposite(is_best) : as_verdict_at(worst, row);
        take_row(s, row, is_best, is_worst);
    }
    return AS_OK;
}

/* --- who is held back --- */

static int earlier(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Those who came last, so that the model is tried as it will be used: on customers of later days. Everybody
 * of one day is on one side. */
static enum as_status hold_back_latest(struct as_subjects *s, struct as_error *error)
{
    int64_t *sorted = as_arena_array(&s->learnt->arena, s->n + (size_t)1, sizeof *sorted);
    if (sorted == NULL)
        return as_error_memory(error);
    memcpy(sorted, s->day, s->n * sizeof *sorted);
    qsort(sorted, s->n, sizeof *sorted, earlier);
    s->learnt->by_time = true;
    s->learnt->last_day = s->n > 0 ? sorted[(uint64_t)(s->n - 1) * (OF - HELD_BACK) / OF] : 0;
    for (uint32_t i = 0; i < s->n; i++)
        s->tried[i] = s->day[i] > s->learnt->last_day;
    return AS_OK;
}

static void hold_back_by_hash(struct as_subjects *s)
{
    const struct as_contrast *contrast = s->request->contrast;
    const int64_t *id = contrast->level == AS_LEVEL_LEAD ? s->dataset->lead_id : s->dataset->account_id;
    uint64_t seed = as_hash_bytes(contrast->name, strlen(contrast->name), 0);
    for (uint32_t i = 0; i < s->n; i++)
        s->tried[i] = as_hash_bytes(&id[s->row[i]], sizeof *id, seed) % OF < HELD_BACK;
}

/* --- when rows were first known --- */

struct knowing {
    struct as_subjects *subjects;
    uint32_t next;
};

static enum as_status take_known(void *context, int64_t row_id, int64_t known_from, struct as_error *error)
{
    struct knowing *knowing = context;
    struct as_subjects *s = knowing->subjects;
    const int64_t *id =
        s->request->contrast->level == AS_LEVEL_LEAD ? s->dataset->lead_id : s->dataset->account_id;
    (void)error;
    while (knowing->next < s->n && id[s->row[knowing->next]] < row_id)
        knowing->next++;
    if (knowing->next < s->n && id[s->row[knowing->next]] == row_id) {
        s->known[knowing->next] = known_from;
        s->learnt->count.untold += as_day_of(known_from) > s->day[knowing->next];
    }
    return AS_OK;
}

enum as_status as_subjects_open(struct as_subjects *out, struct as_learnt *learnt, struct as_store *store,
                                const struct as_learn_request *request, struct as_error *error)
{
    struct probe *probe = as_arena_alloc(&learnt->arena, sizeof *probe);
    struct as_run_options options = {
        .at = request->at, .threads = request->threads, .functions = request->pack->functions};
    *out = (struct as_subjects){.learnt = learnt, .request = request, .store = store};
    enum as_status status =
        probe != NULL && make_probe(probe, &learnt->arena, request) ? AS_OK : as_error_memory(error);
    if (status == AS_OK)
        status = as_plan_new(&out->plan, &probe->pack, error);
    if (status == AS_OK)
        status = take_snapshot(out, &probe->pack, out->plan, error);
    if (status == AS_OK)
        status = as_plan_run(&out->outcome, out->plan, out->dataset, &options, error);
    if (status == AS_OK)
        status = choose(out, error);
    if (status == AS_OK && out->day != NULL) {
        struct knowing knowing = {out, 0};
        status = as_store_first_known(store, request->contrast->level, take_known, &knowing, error);
    }
    if (status == AS_OK && out->day != NULL)
        status = hold_back_latest(out, error);
    else if (status == AS_OK)
        hold_back_by_hash(out);
    if (status == AS_OK)
        status = as_traits_read(out, error);
    return status;
}

void as_subjects_close(struct as_subjects *subjects)
{
    as_outcome_free(subjects->outcome);
    as_dataset_free(subjects->dataset);
    as_plan_free(subjects->plan);
}
