/* Mutants of models: points, fading, caps, bands, rates, criteria, and what else may be left out. What else a
 * pack declares is mutation_policy.c's, conditions are mutation_expr.c's and mutation_leaf.c's; whether tests
 * notice is the runner's business. */
#include "score/testing/mutation.h"

#include "base/bits.h"
#include "score/testing/sums.h"

#include <stdio.h>
#include <string.h>

enum { POINT = 1000, HOUR = 3600, DAY = 86400 };

void as_mutant_swap(const struct as_mutant *mutant)
{
    unsigned char *a = mutant->target, *b = mutant->other;
    for (size_t i = 0; i < mutant->size; i++) {
        unsigned char kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

void as_mutant_say(struct as_buf *out, const struct as_mutant *mutant)
{
    as_buf_printf(out, "\"%s\" ", mutant->before);
    if (mutant->after == NULL)
        as_buf_text(out, "is dropped");
    else
        as_buf_printf(out, "becomes \"%s\"", mutant->after);
    as_buf_printf(out, " in %s", mutant->where);
    if (mutant->position.file != NULL)
        as_buf_printf(out, ", %s:%d", mutant->position.file, mutant->position.line);
}

void as_mutating_add(struct as_mutating *mutating, void *target, const void *made, size_t size,
                     const char *before, const char *after)
{
    struct as_arena *arena = &mutating->mutation->arena;
    if (mutating->failed)
        return;
    struct as_mutant mutant = {.before = as_arena_copy(arena, before, strlen(before)),
                               .after = after == NULL ? NULL : as_arena_copy(arena, after, strlen(after)),
                               .where = mutating->where,
                               .position = mutating->position,
                               .target = target,
                               .other = as_arena_copy(arena, made, size),
                               .size = size};
    mutating->failed = mutant.before == NULL || (after != NULL && mutant.after == NULL) ||
                       mutant.other == NULL || !as_list_push(arena, &mutating->mutation->mutants, mutant);
}

void as_mutating_stand(struct as_mutating *mutating, struct as_position position, const char *what,
                       const char *name)
{
    mutating->position = position;
    mutating->where = as_arena_printf(&mutating->mutation->arena, "%s\"%s\"", what, name);
    mutating->failed = mutating->failed || mutating->where == NULL;
}

/* --- numbers --- */

enum { TEXT = 96 };

void as_mutating_number(struct as_mutating *mutating, int64_t *target, int64_t made, int64_t unit,
                        const char *word)
{
    char before[TEXT], after[TEXT];
    snprintf(before, sizeof before, "%s %.10g", word, (double)*target / (double)unit);
    snprintf(after, sizeof after, "%s %.10g", word, (double)made / (double)unit);
    as_mutating_add(mutating, target, &made, sizeof made, before, after);
}

static int64_t capped(int64_t points, const struct as_rule *rule)
{
    if (!rule->has_cap)
        return points;
    return points > rule->cap ? rule->cap : points < -rule->cap ? -rule->cap : points;
}

/* One point more, one less, none, the other sign. `single`: the rule gives them once, so its cap may hide it.
 */
static void change_points(struct as_mutating *mutating, int64_t *points, const struct as_rule *single,
                          const char *word)
{
    const int64_t is = *points, all[] = {is + POINT, is - POINT, 0, -is};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool repeated = false;
        for (size_t j = 0; j < i; j++)
            repeated = repeated || all[j] == all[i];
        if (repeated || all[i] == is)
            continue;
        if (single != NULL && capped(all[i], single) == capped(is, single))
            mutating->mutation->same++;
        else
            as_mutating_number(mutating, points, all[i], POINT, word);
    }
}

void as_mutating_around(struct as_mutating *mutating, int64_t *number, int64_t step, const char *word)
{
    as_mutating_number(mutating, number, *number + step, step, word);
    if (*number >= 2 * step)
        as_mutating_number(mutating, number, *number - step, step, word);
}

static void become_rate(struct as_mutating *mutating, struct as_rate *rate, struct as_rate made,
                        const char *word)
{
    const struct as_rate *both[] = {rate, &made};
    char text[2][TEXT];
    for (int i = 0; i < 2; i++)
        if (both[i]->span.length % DAY == 0)
            snprintf(text[i], TEXT, "%s %u per %lldd", word, (unsigned)both[i]->count,
                     (long long)(both[i]->span.length / DAY));
        else
            snprintf(text[i], TEXT, "%s %u per %lldh", word, (unsigned)both[i]->count,
                     (long long)(both[i]->span.length / HOUR));
    as_mutating_add(mutating, rate, &made, sizeof made, text[0], text[1]);
}

void as_mutating_rate(struct as_mutating *mutating, struct as_rate *rate, const char *word)
{
    if (rate->count == 0 || rate->span.unit != AS_SPAN_SECONDS) /* 0 is no limit at all */
        return;
    int64_t step = rate->span.length % DAY == 0 ? DAY : HOUR;
    for (int sign = 1; sign >= -1; sign -= 2) {
        struct as_rate made = *rate, other = *rate;
        made.count = (uint32_t)((int64_t)made.count + sign);
        if (made.count > 0)
            become_rate(mutating, rate, made, word);
        other.span.length += sign * step;
        if (other.span.length > 0)
            become_rate(mutating, rate, other, word);
    }
}

/* --- scores --- */

static void change_rule(struct as_mutating *mutating, struct as_rule *rule)
{
    const struct as_schema *schema = mutating->pack->rules.schema;
    as_mutating_stand(mutating, rule->position, "", rule->name);
    if (rule->kind == AS_RULE_CONDITION)
        change_points(mutating, &rule->points, rule, "points");
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        struct as_event_points *event = &rule->per_event.at[i];
        char word[TEXT];
        snprintf(word, sizeof word, "%s", schema->kinds.at[event->kind]->name);
        change_points(mutating, &event->points, NULL, word);
        snprintf(word, sizeof word, "at most %s", schema->kinds.at[event->kind]->name);
        as_mutating_rate(mutating, &event->at_most, word);
    }
    if (rule->fading == AS_FADING_HALF_LIFE)
        as_mutating_number(mutating, &rule->fading_days, rule->fading_days * 2, 1, "half-life in days");
    else if (rule->fading != AS_FADING_NONE)
        as_mutating_around(mutating, &rule->fading_days, 1,
                           rule->fading == AS_FADING_WINDOW ? "window in days" : "days to nothing");
    if (rule->has_cap &&
        (rule->kind != AS_RULE_CONDITION || (rule->points < 0 ? -rule->points : rule->points) > rule->cap))
        as_mutating_around(mutating, &rule->cap, POINT, "cap");
}

/* What the rules of a score may add up to, as far as their declarations say. */
static void bound_sum(int64_t *low, int64_t *high, const struct as_score *score)
{
    *low = *high = 0;
    for (uint32_t r = 0; r < score->rules.n; r++) {
        const struct as_rule *rule = score->rules.at[r];
        int64_t most = rule->has_cap ? rule->cap : AS_OPEN_POINTS;
        bool gives = rule->kind == AS_RULE_FUNCTION, takes = gives;
        if (rule->kind == AS_RULE_CONDITION) {
            most = capped(rule->points < 0 ? -rule->points : rule->points, rule);
            gives = rule->points > 0;
            takes = rule->points < 0;
        }
        for (uint32_t i = 0; i < rule->per_event.n; i++) {
            gives = gives || rule->per_event.at[i].points > 0;
            takes = takes || rule->per_event.at[i].points < 0;
        }
        *high += gives ? most : 0;
        *low -= takes ? most : 0;
    }
}

static bool reads_events(const struct as_expr *expr)
{
    if (expr == NULL || expr->level != AS_LEVEL_LEAD)
        return false;
    if (expr->kind == AS_EXPR_EVENTS)
        return true;
    for (uint32_t i = 0; expr->kind == AS_EXPR_CALL && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR && reads_events(expr->args[i].expr))
            return true;
    return false;
}

/* Whether what happened before a recycle can matter to the score: only events of the lead itself begin anew,
 * and a function looks back as far as it says. */
static bool counts_events(const struct as_score *score)
{
    for (uint32_t r = 0; r < score->rules.n; r++)
        if (score->rules.at[r]->kind == AS_RULE_EVENTS || reads_events(score->rules.at[r]->when))
            return true;
    return false;
}

static void change_score(struct as_mutating *mutating, struct as_score *score)
{
    int64_t low, high;
    bound_sum(&low, &high, score);
    as_mutating_stand(mutating, score->position, "the score ", score->name);
    for (int64_t step = POINT; step >= -POINT; step -= 2 * POINT) {
        int64_t least = step < 0 ? score->cap + step : score->cap,
                most = step > 0 ? score->floor + step : score->floor;
        if (score->has_cap && high > least)
            as_mutating_number(mutating, &score->cap, score->cap + step, POINT, "cap");
        else
            mutating->mutation->same += score->has_cap;
        if (score->has_floor && low < most)
            as_mutating_number(mutating, &score->floor, score->floor + step, POINT, "floor");
        else
            mutating->mutation->same += score->has_floor;
    }
    bool restart = !score->restart_on_recycle;
    if (score->model->recycles.n > 0 && counts_events(score))
        as_mutating_add(mutating, &score->restart_on_recycle, &restart, sizeof restart,
                        restart ? "restart_on_recycle = false" : "restart_on_recycle = true",
                        restart ? "restart_on_recycle = true" : "restart_on_recycle = false");
    else
        mutating->mutation->same += score->model->recycles.n > 0;
    for (uint32_t g = 0; g < score->groups.n; g++) {
        as_mutating_stand(mutating, score->groups.at[g].position, "the group ", score->groups.at[g].name);
        as_mutating_around(mutating, &score->groups.at[g].cap, POINT, "cap");
    }
    for (uint32_t r = 0; r < score->rules.n; r++)
        change_rule(mutating, score->rules.at[r]);
}

/* --- what may be left out --- */

void as_mutating_drop(struct as_mutating *mutating, void *list, size_t list_size, void *at, uint32_t *n,
                      size_t size, uint32_t i, const char *before)
{
    unsigned char made[64]; /* an AS_LIST: a pointer and two counts */
    unsigned char *items, *copy = as_arena_alloc(&mutating->mutation->arena, *n * size);
    if (copy == NULL) {
        mutating->failed = true;
        return;
    }
    memcpy(&items, at, sizeof items);
    memcpy(copy, items, i * size);
    memcpy(copy + i * size, items + (i + 1) * size, (*n - i - 1) * size);
    uint32_t left = *n - 1;
    memcpy(made, list, list_size);
    memcpy(made + ((unsigned char *)at - (unsigned char *)list), &copy, sizeof copy);
    memcpy(made + ((unsigned char *)n - (unsigned char *)list), &left, sizeof left);
    as_mutating_add(mutating, list, made, list_size, before, NULL);
}

static void change_model(struct as_mutating *mutating, struct as_model *model)
{
    for (uint32_t s = 0; s < model->scores.n; s++)
        change_score(mutating, model->scores.at[s]);
    for (uint32_t g = 0; g < model->gates.n; g++) {
        struct as_gate *gate = model->gates.at[g];
        as_mutating_stand(mutating, gate->position, "the gate ", gate->name);
        for (uint32_t c = 0; gate->criteria.n > 1 && c < gate->criteria.n; c++)
            as_mutating_without(mutating, &gate->criteria, c, gate->criteria.at[c].name);
    }
    for (uint32_t i = 0; i < model->disqualifiers.n; i++) {
        as_mutating_stand(mutating, model->disqualifiers.at[i].position, "the model ", model->name);
        as_mutating_without(mutating, &model->disqualifiers, i, model->disqualifiers.at[i].name);
    }
    for (uint32_t i = 0; i < model->recycles.n; i++) {
        struct as_recycle *recycle = &model->recycles.at[i];
        as_mutating_stand(mutating, recycle->position, "the recycle from ", as_stage_name(recycle->from));
        as_mutating_without(mutating, &model->recycles, i, "recycle");
        if (recycle->cool_off > 0)
            as_mutating_around(mutating, &recycle->cool_off, DAY, "cool_off in days");
    }
    for (uint32_t a = 0; a < model->axes.n; a++)
        for (uint32_t b = 0; b < model->axes.at[a].bands.n; b++) {
            const struct as_score *score = model->axes.at[a].score;
            struct as_band *band = &model->axes.at[a].bands.at[b];
            as_mutating_stand(mutating, score->position, "the grades of ", score->name);
            for (int64_t step = POINT; step >= -POINT; step -= 2 * POINT) {
                int64_t made = band->from + step, low = made < band->from ? made : band->from;
                if (as_score_reaches(score, low, low + POINT - 1))
                    as_mutating_number(mutating, &band->from, made, POINT, band->label);
                else
                    mutating->mutation->same++;
            }
        }
}

enum as_status as_mutation_open(struct as_mutation *mutation, struct as_pack *pack, struct as_error *error)
{
    *mutation = (struct as_mutation){.mutants = {0}};
    as_arena_init(&mutation->arena);
    struct as_mutating mutating = {.mutation = mutation, .pack = pack};
    struct as_roots roots;
    mutating.seen = as_arena_array(&mutation->arena, pack->rules.nodes.n / 64u + 1u, sizeof *mutating.seen);
    enum as_status status = as_roots_of(&roots, &mutation->arena, pack, error);
    mutating.failed = mutating.seen == NULL;
    for (uint32_t m = 0; status == AS_OK && m < pack->models.n; m++)
        change_model(&mutating, pack->models.at[m]);
    if (status == AS_OK && !mutating.failed)
        as_mutating_policy(&mutating);
    for (uint32_t r = 0; status == AS_OK && !mutating.failed && r < roots.at.n; r++) {
        struct as_buf where = {0};
        as_root_say(&where, &roots.at.at[r]);
        mutating.where = as_arena_copy(&mutation->arena, as_buf_c(&where), where.n);
        mutating.failed = mutating.where == NULL;
        as_mutating_expr(&mutating, roots.at.at[r].when);
        as_buf_free(&where);
    }
    if (status == AS_OK && mutating.failed)
        status = as_error_memory(error);
    if (status == AS_OK && mutation->mutants.n > AS_MAX_MUTANTS)
        status =
            as_error_set(error, AS_ERR_LIMIT, "the pack can be changed in more than %d ways", AS_MAX_MUTANTS);
    if (status != AS_OK)
        as_mutation_close(mutation);
    return status;
}

void as_mutation_close(struct as_mutation *mutation)
{
    as_arena_free(&mutation->arena);
    *mutation = (struct as_mutation){.mutants = {0}};
}
