/* Where time goes: what the batches of a run noted by node and program, brought back to rules and criteria.
 */
#include "score/plan/profile.h"

#include "score/plan/kernel.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *as_profile_phase_name(enum as_profile_phase phase)
{
    static const char *const names[] = {"events", "conditions", "functions", "scores"};
    return names[phase];
}

enum as_status as_profile_new(struct as_profile **out, const struct as_plan *plan, struct as_error *error)
{
    *out = NULL;
    struct as_profile *profile = calloc(1, sizeof *profile);
    if (profile == NULL)
        return as_error_memory(error);
    profile->plan = plan;
    as_arena_init(&profile->arena);
    for (unsigned w = 0; w < AS_MAX_THREADS; w++) {
        profile->workers[w].nodes = as_arena_array(&profile->arena, plan->nodes.n, sizeof(int64_t));
        profile->workers[w].programs = as_arena_array(&profile->arena, plan->programs.n, sizeof(int64_t));
        profile->workers[w].calls = as_arena_array(&profile->arena, plan->nodes.n, sizeof(uint64_t));
        if (profile->workers[w].nodes == NULL || profile->workers[w].programs == NULL ||
            profile->workers[w].calls == NULL) {
            as_profile_free(profile);
            return as_error_memory(error);
        }
    }
    *out = profile;
    return AS_OK;
}

void as_profile_free(struct as_profile *profile)
{
    if (profile == NULL)
        return;
    as_arena_free(&profile->arena);
    free(profile);
}

static int64_t processor_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t as_profile_ticks(const struct as_run *run)
{
    return run->options.profile == NULL ? 0 : processor_ns();
}

void as_profile_add(int64_t *ns, int64_t *ticks)
{
    int64_t now = processor_ns();
    *ns += now - *ticks;
    *ticks = now;
}

static int64_t node_ns(const struct as_profile *profile, uint32_t node)
{
    int64_t ns = 0;
    for (unsigned w = 0; w < AS_MAX_THREADS; w++)
        ns += profile->workers[w].nodes[node];
    return ns;
}

static int64_t program_ns(const struct as_profile *profile, uint32_t program)
{
    int64_t ns = 0;
    for (unsigned w = 0; w < AS_MAX_THREADS; w++)
        ns += profile->workers[w].programs[program];
    return ns;
}

int64_t as_profile_phase_ns(const struct as_profile *profile, enum as_profile_phase phase)
{
    const struct as_plan *plan = profile->plan;
    int64_t ns = 0;
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        enum as_node_kind kind = plan->nodes.at[i].kind;
        enum as_profile_phase belongs = kind == AS_NODE_EVENTS     ? AS_PROFILE_EVENTS
                                        : kind == AS_NODE_FUNCTION ? AS_PROFILE_FUNCTIONS
                                        : kind == AS_NODE_SCORE    ? AS_PROFILE_SCORES
                                                                   : AS_PROFILE_CONDITIONS;
        if (belongs == phase)
            ns += node_ns(profile, i);
    }
    for (uint32_t p = 0; p < plan->programs.n && phase == AS_PROFILE_EVENTS; p++)
        ns += program_ns(profile, p);
    return ns;
}

/* --- parts --- */

struct gathering {
    struct as_profile *profile;
    AS_LIST(struct as_profile_part) parts;
    AS_LIST(uint32_t) roots; /* two nodes a part, AS_NO_NODE where it has less */
    uint32_t *reached;       /* by node: how many parts hang on it */
    uint32_t *stamp;         /* by node: 1 + the last part that was there */
    bool ok;
};

static void add_part(struct gathering *g, const struct as_profile_part *part, uint32_t a, uint32_t b)
{
    struct as_arena *arena = &g->profile->arena;
    g->ok = g->ok && as_list_push(arena, &g->parts, *part) && as_list_push(arena, &g->roots, a) &&
            as_list_push(arena, &g->roots, b);
}

static uint32_t node_of(const struct gathering *g, const struct as_expr *when, enum as_level level)
{
    return when == NULL ? AS_NO_NODE : as_plan_find_at(g->profile->plan, when, level);
}

static void gather(struct gathering *g)
{
    const struct as_plan *plan = g->profile->plan;
    for (uint32_t s = 0; s < plan->scores.n; s++) {
        const struct as_score_plan *score = &plan->scores.at[s];
        for (uint32_t i = 0; i < score->parts.n; i++) {
            const struct as_part *rule = &score->parts.at[i];
            struct as_profile_part part = {.kind = "rule",
                                           .model = score->score->model->name,
                                           .of = score->score->name,
                                           .name = rule->rule->name,
                                           .position = rule->rule->position};
            add_part(g, &part, rule->when, rule->points);
        }
    }
    for (uint32_t m = 0; m < plan->pack->models.n; m++) {
        const struct as_model *model = plan->pack->models.at[m];
        for (uint32_t i = 0; i < model->gates.n; i++) {
            const struct as_gate *gate = model->gates.at[i];
            for (uint32_t c = 0; c < gate->criteria.n; c++) {
                const struct as_criterion *criterion = &gate->criteria.at[c];
                struct as_profile_part part = {.kind = "criterion",
                                               .model = model->name,
                                               .of = gate->name,
                                               .name = criterion->name,
                                               .position = criterion->when->position};
                add_part(g, &part, node_of(g, criterion->when, gate->level), AS_NO_NODE);
            }
        }
        for (uint32_t i = 0; i < model->disqualifiers.n; i++) {
            const struct as_disqualifier *d = &model->disqualifiers.at[i];
            struct as_profile_part part = {
                .kind = "disqualifier", .model = model->name, .name = d->name, .position = d->position};
            add_part(g, &part, node_of(g, d->when, AS_LEVEL_LEAD), AS_NO_NODE);
        }
    }
}

/* Counts the nodes that a part hangs on, or gives it its share of them; a score that it reads is no part of
 * it. */
static void walk(struct gathering *g, uint32_t index, uint32_t number, bool share)
{
    const struct as_plan *plan = g->profile->plan;
    if (index == AS_NO_NODE || g->stamp[index] == number + 1)
        return;
    g->stamp[index] = number + 1;
    const struct as_node *node = &plan->nodes.at[index];
    if (node->kind == AS_NODE_SCORE)
        return;
    if (!share) {
        g->reached[index]++;
    } else {
        struct as_profile_part *part = &g->parts.at[number];
        int64_t ns = node_ns(g->profile, index);
        if (node->kind == AS_NODE_EVENTS)
            ns += program_ns(g->profile, node->program) / plan->programs.at[node->program].features.n;
        part->ns += ns / g->reached[index];
        for (unsigned w = 0; w < AS_MAX_THREADS; w++)
            part->calls += g->profile->workers[w].calls[index];
        part->function = part->function || node->kind == AS_NODE_FUNCTION;
    }
    for (uint32_t k = 0; k < node->in_count; k++)
        walk(g, node->in[k], number, share);
}

static int slowest_first(const void *a, const void *b)
{
    const struct as_profile_part *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    return strcmp(x->name, y->name);
}

enum as_status as_profile_parts(const struct as_profile_part **out, uint32_t *n, struct as_profile *profile,
                                struct as_error *error)
{
    uint32_t nodes = profile->plan->nodes.n;
    struct gathering g = {.profile = profile, .ok = true};
    g.reached = as_arena_array(&profile->arena, nodes, sizeof *g.reached);
    g.stamp = as_arena_array(&profile->arena, nodes, sizeof *g.stamp);
    if (g.reached == NULL || g.stamp == NULL)
        return as_error_memory(error);
    gather(&g);
    if (!g.ok)
        return as_error_memory(error);
    for (int share = 0; share < 2; share++) {
        memset(g.stamp, 0, nodes * sizeof *g.stamp);
        for (uint32_t i = 0; i < g.parts.n; i++) {
            walk(&g, g.roots.at[2 * i], i, share);
            walk(&g, g.roots.at[2 * i + 1], i, share);
        }
    }
    if (g.parts.n > 0)
        qsort(g.parts.at, g.parts.n, sizeof *g.parts.at, slowest_first);
    *out = g.parts.at;
    *n = g.parts.n;
    return AS_OK;
}
