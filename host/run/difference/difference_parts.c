/* The rules responsible: for leads that move, which rules give other points and which criteria another
 * verdict. Found by laying both ledgers side by side, part by part, so that nothing is guessed. */
#include "run/difference/comparing.h"

#include "score/model/ledger.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
    [AS_DIFFERENT_RULE] = "rule",
    [AS_DIFFERENT_GROUP_CAP] = "group cap",
    [AS_DIFFERENT_CAP] = "cap",
    [AS_DIFFERENT_FLOOR] = "floor",
    [AS_DIFFERENT_CRITERION] = "criterion",
    [AS_DIFFERENT_DISQUALIFIER] = "disqualifier",
};

const char *as_difference_kind_name(enum as_difference_kind kind)
{
    return kind_names[kind];
}

/* A condition that both packs may have. */
struct condition {
    const struct as_expr *when[AS_SIDES];
    enum as_level level[AS_SIDES];
    uint32_t part;
};
/* Where the entries of one score's ledger go, by part. */
struct score_parts {
    const uint32_t *rules; /* by rule index */
    const uint32_t *groups;
    uint32_t cap, floor;
};

struct finding {
    struct as_comparing *c;
    struct as_difference_model *model;
    const struct as_movers *movers;
    uint32_t points_parts; /* the parts before the conditions */
    AS_LIST(struct condition) conditions;
    struct score_parts *scores[AS_SIDES]; /* by score index */
    /* The block at hand: points by lead of it, then part. */
    const uint32_t *rows;
    uint32_t n, cursor;
    int64_t *points[AS_SIDES];
    int side;
};

/* --- parts --- */

static uint32_t part_of(struct finding *f, int side, enum as_difference_kind kind, const char *of,
                        const char *name, struct as_position position)
{
    for (uint32_t p = 0; p < f->model->parts.n; p++) {
        struct as_difference_part *part = &f->model->parts.at[p];
        bool same = part->kind == kind && (of == NULL ? part->of == NULL : strcmp(part->of, of) == 0) &&
                    (name == NULL ? part->name == NULL : part->name != NULL && strcmp(part->name, name) == 0);
        if (!same)
            continue;
        part->in[side] = true;
        part->position = position;
        return p;
    }
    struct as_difference_part part = {.kind = kind, .of = of, .name = name, .position = position};
    part.in[side] = true;
    return as_list_push(&f->c->out->arena, &f->model->parts, part) ? f->model->parts.n - 1 : AS_NO_INDEX;
}

static bool list_score(struct score_parts *out, struct finding *f, int side, const struct as_score *score)
{
    static const struct as_position nowhere = {NULL, 0};
    struct as_arena *arena = &f->c->out->arena;
    uint32_t *rules = as_arena_array(arena, score->rules.n + (size_t)1, sizeof *rules);
    uint32_t *groups = as_arena_array(arena, score->groups.n + (size_t)1, sizeof *groups);
    if (rules == NULL || groups == NULL)
        return false;
    bool known = true;
    for (uint32_t r = 0; r < score->rules.n; r++) {
        const struct as_rule *rule = score->rules.at[r];
        rules[rule->index] = part_of(f, side, AS_DIFFERENT_RULE, score->name, rule->name, rule->position);
        known &= rules[rule->index] != AS_NO_INDEX;
    }
    for (uint32_t g = 0; g < score->groups.n; g++) {
        groups[g] = part_of(f, side, AS_DIFFERENT_GROUP_CAP, score->name, score->groups.at[g].name,
                            score->groups.at[g].position);
        known &= groups[g] != AS_NO_INDEX;
    }
    *out = (struct score_parts){rules, groups, part_of(f, side, AS_DIFFERENT_CAP, score->name, NULL, nowhere),
                                part_of(f, side, AS_DIFFERENT_FLOOR, score->name, NULL, nowhere)};
    return known && out->cap != AS_NO_INDEX && out->floor != AS_NO_INDEX;
}

static bool add_condition(struct finding *f, int side, enum as_difference_kind kind, const char *of,
                          const char *name, const struct as_expr *when, enum as_level level,
                          struct as_position position)
{
    uint32_t part = part_of(f, side, kind, of, name, position);
    if (part == AS_NO_INDEX)
        return false;
    uint32_t i = part - f->points_parts;
    if (i == f->conditions.n) {
        struct condition fresh = {.part = part};
        if (!as_list_push(&f->c->out->arena, &f->conditions, fresh))
            return false;
    }
    f->conditions.at[i].when[side] = when;
    f->conditions.at[i].level[side] = level;
    return true;
}

static bool list_conditions(struct finding *f, int side)
{
    const struct as_model *model = f->model->model[side];
    bool listed = true;
    for (uint32_t d = 0; d < model->disqualifiers.n && listed; d++)
        listed = add_condition(f, side, AS_DIFFERENT_DISQUALIFIER, NULL, model->disqualifiers.at[d].name,
                               model->disqualifiers.at[d].when, AS_LEVEL_LEAD,
                               model->disqualifiers.at[d].position);
    for (uint32_t g = 0; g < model->gates.n && listed; g++) {
        const struct as_gate *gate = model->gates.at[g];
        for (uint32_t i = 0; i < gate->criteria.n && listed; i++) {
            const struct as_criterion *criterion = &gate->criteria.at[i];
            listed = add_condition(f, side, AS_DIFFERENT_CRITERION, gate->name, criterion->name,
                                   criterion->when, gate->level, gate->position);
        }
    }
    return listed;
}

/* Points first, conditions after: a part's number tells which it is. */
static enum as_status list_parts(struct finding *f, struct as_error *error)
{
    bool listed = true;
    for (int side = 0; side < AS_SIDES && listed; side++) {
        const struct as_model *model = f->model->model[side];
        f->scores[side] =
            as_arena_array(&f->c->out->arena, model->scores.n + (size_t)1, sizeof *f->scores[side]);
        listed = f->scores[side] != NULL;
        for (uint32_t s = 0; s < model->scores.n && listed; s++)
            listed = list_score(&f->scores[side][model->scores.at[s]->index], f, side, model->scores.at[s]);
    }
    f->points_parts = f->model->parts.n;
    for (int side = 0; side < AS_SIDES && listed; side++)
        listed = list_conditions(f, side);
    return listed ? AS_OK : as_error_memory(error);
}

/* --- points --- */

static uint32_t group_of(const struct as_score *score, const char *name)
{
    uint32_t g = 0;
    while (g + 1 < score->groups.n && strcmp(score->groups.at[g].name, name) != 0)
        g++;
    return g;
}

static enum as_status take_ledger(void *context, uint32_t lead_row, const struct as_ledger *ledger,
                                  struct as_error *error)
{
    struct finding *f = context;
    (void)error;
    if (ledger->score->model != f->model->model[f->side])
        return AS_OK;
    while (f->rows[f->cursor] != lead_row)
        f->cursor++;
    int64_t *points = f->points[f->side] + (size_t)f->cursor * f->points_parts;
    const struct score_parts *parts = &f->scores[f->side][ledger->score->index];
    for (uint32_t i = 0; i < ledger->entries.n; i++) {
        const struct as_entry *entry = &ledger->entries.at[i];
        uint32_t part = entry->rule != NULL ? parts->rules[entry->rule->index]
                        : entry->kind == AS_ENTRY_GROUP_CAP
                            ? parts->groups[group_of(ledger->score, entry->group)]
                        : entry->kind == AS_ENTRY_CAP ? parts->cap
                                                      : parts->floor;
        points[part] += entry->points;
    }
    return AS_OK;
}

static enum as_status take_block(struct finding *f, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int s = 0; s < AS_SIDES && status == AS_OK; s++) {
        /* The priors that are loaded go first: models of other names cost one reading a block, not two. */
        f->side = f->c->priors == AS_AFTER ? !s : s;
        f->cursor = 0;
        memset(f->points[f->side], 0, (size_t)f->n * f->points_parts * sizeof *f->points[f->side]);
        status = as_comparing_priors(f->c, f->side, error);
        if (status == AS_OK)
            status = as_ledgers(f->c->plans[f->side], f->c->dataset, &f->c->decisions[f->side].options,
                                f->c->decisions[f->side].outcome, f->rows, f->n, take_ledger, f, error);
    }
    return status;
}

static void count_points(struct finding *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t p = 0; p < f->points_parts; p++) {
            size_t at = (size_t)i * f->points_parts + p;
            int64_t change = f->points[AS_AFTER][at] - f->points[AS_BEFORE][at];
            struct as_difference_part *part = &f->model->parts.at[p];
            part->leads += change != 0;
            part->up += change > 0;
            part->down += change < 0;
            part->points += change;
        }
}

/* --- conditions --- */

/* A criterion that a pack does not have holds nobody up; a disqualifier it does not have disqualifies nobody.
 */
static enum as_tri state_of(const struct finding *f, const struct condition *condition, int side,
                            uint32_t row)
{
    if (condition->when[side] == NULL)
        return f->model->parts.at[condition->part].kind == AS_DIFFERENT_CRITERION ? AS_YES : AS_NO;
    enum as_tri state = as_compared_state(f->c, side, condition->when[side], condition->level[side], row);
    return state == AS_UNMEASURABLE ? AS_UNKNOWN : state;
}

static void count_conditions(struct finding *f)
{
    for (uint32_t k = 0; k < f->conditions.n; k++) {
        const struct condition *condition = &f->conditions.at[k];
        struct as_difference_part *part = &f->model->parts.at[condition->part];
        for (uint32_t i = 0; i < f->movers->n; i++) {
            enum as_tri before = state_of(f, condition, AS_BEFORE, f->movers->rows[i]);
            enum as_tri after = state_of(f, condition, AS_AFTER, f->movers->rows[i]);
            if (before == after)
                continue;
            part->leads++;
            part->up += after == AS_YES;
            part->down += before == AS_YES;
        }
    }
}

/* --- what an example moved by --- */

static int64_t size_of(int64_t points)
{
    return points < 0 ? -points : points;
}

static const char *tri_name(enum as_tri state)
{
    return state == AS_YES ? "yes" : state == AS_NO ? "no" : "unknown";
}

/* The first condition whose change goes the lead's way; else the first that changed at all. */
static const struct condition *turning(struct finding *f, uint32_t row, bool advance)
{
    const struct condition *any = NULL;
    for (uint32_t k = 0; k < f->conditions.n; k++) {
        const struct condition *condition = &f->conditions.at[k];
        enum as_tri before = state_of(f, condition, AS_BEFORE, row);
        enum as_tri after = state_of(f, condition, AS_AFTER, row);
        bool criterion = f->model->parts.at[condition->part].kind == AS_DIFFERENT_CRITERION;
        if (before == after)
            continue;
        if ((criterion == advance ? after : before) == AS_YES)
            return condition;
        any = any == NULL ? condition : any;
    }
    return any;
}

/* A criterion that holds now, a disqualifier that no longer does. */
static bool went_well(struct finding *f, const struct condition *condition, uint32_t row)
{
    bool criterion = f->model->parts.at[condition->part].kind == AS_DIFFERENT_CRITERION;
    return (state_of(f, condition, AS_AFTER, row) == AS_YES) == criterion;
}

static void put_condition(struct as_buf *out, struct finding *f, const struct condition *condition,
                          uint32_t row)
{
    const struct as_difference_part *part = &f->model->parts.at[condition->part];
    as_buf_printf(out, "%s %s%s%s: ", as_difference_kind_name(part->kind), part->of != NULL ? part->of : "",
                  part->of != NULL ? "." : "", part->name);
    for (int side = 0; side < AS_SIDES; side++)
        as_buf_printf(out, "%s%s", side > 0 ? " → " : "",
                      condition->when[side] == NULL ? "not asked"
                                                    : tri_name(state_of(f, condition, side, row)));
}

/* The rule whose points changed most in the lead's own direction; beside a condition, one that went against
 * it explains nothing. */
static void put_points(struct as_buf *out, struct finding *f, uint32_t place, bool better)
{
    uint32_t most = AS_NO_INDEX;
    int64_t change = 0;
    for (uint32_t p = 0; p < f->points_parts; p++) {
        size_t at = (size_t)place * f->points_parts + p;
        int64_t own = f->points[AS_AFTER][at] - f->points[AS_BEFORE][at];
        bool along = own != 0 && (own > 0) == better, kept_along = change != 0 && (change > 0) == better;
        if (own == 0 || (kept_along && !along))
            continue;
        if ((along && !kept_along) || size_of(own) > size_of(change)) {
            most = p;
            change = own;
        }
    }
    if (most == AS_NO_INDEX || (out->n > 0 && (change > 0) != better))
        return;
    const struct as_difference_part *part = &f->model->parts.at[most];
    as_buf_text(out, out->n > 0 ? "; " : "");
    as_buf_text(out, part->name != NULL ? part->name : part->of);
    if (part->kind != AS_DIFFERENT_RULE)
        as_buf_printf(out, " %s", as_difference_kind_name(part->kind));
    as_buf_text(out, change > 0 ? " +" : " −");
    struct as_json json = {.out = out};
    as_json_milli(&json, change < 0 ? -change : change);
}

static enum as_status explain_lead(struct finding *f, struct as_difference_lead *lead, bool advance,
                                   struct as_error *error)
{
    for (uint32_t i = 0; i < f->n; i++) {
        if (f->c->dataset->lead_id[f->rows[i]] != lead->id)
            continue;
        struct as_buf text = {.p = NULL};
        const struct condition *condition = turning(f, f->rows[i], advance);
        bool better = advance;
        if (condition != NULL) {
            put_condition(&text, f, condition, f->rows[i]);
            better = went_well(f, condition, f->rows[i]);
        }
        put_points(&text, f, i, better);
        bool failed = text.failed;
        if (!failed && text.n > 0) {
            lead->because = as_arena_printf(&f->c->out->arena, "%s", as_buf_c(&text));
            failed = lead->because == NULL;
        }
        as_buf_free(&text);
        return failed ? as_error_memory(error) : AS_OK;
    }
    return AS_OK;
}

/* Those of the examples that stand in the block. */
static enum as_status explain_examples(struct finding *f, struct as_error *error)
{
    const struct {
        struct as_difference_leads *leads;
        bool advance;
    } all[] = {{&f->model->advance, true},
               {&f->model->fall, false},
               {&f->model->other, true},
               {&f->model->won_examples, false}};
    enum as_status status = AS_OK;
    for (size_t a = 0; a < sizeof all / sizeof *all; a++)
        for (uint32_t i = 0; i < all[a].leads->list.n && status == AS_OK; i++)
            status = explain_lead(f, &all[a].leads->list.at[i], all[a].advance, error);
    return status;
}

/* --- all of it --- */

static int by_weight(const void *a, const void *b)
{
    const struct as_difference_part *x = a, *y = b;
    if (x->leads != y->leads)
        return x->leads > y->leads ? -1 : 1;
    if (size_of(x->points) != size_of(y->points))
        return size_of(x->points) > size_of(y->points) ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int of = strcmp(x->of != NULL ? x->of : "", y->of != NULL ? y->of : "");
    return of != 0 ? of : strcmp(x->name != NULL ? x->name : "", y->name != NULL ? y->name : "");
}

static void keep_responsible(struct as_difference_model *model)
{
    uint32_t kept = 0;
    for (uint32_t p = 0; p < model->parts.n; p++)
        if (model->parts.at[p].leads > 0)
            model->parts.at[kept++] = model->parts.at[p];
    model->parts.n = kept;
    if (kept > 1)
        qsort(model->parts.at, kept, sizeof *model->parts.at, by_weight);
}

enum as_status as_compare_parts(struct as_comparing *c, struct as_difference_model *model,
                                const struct as_movers *movers, struct as_error *error)
{
    struct finding f = {.c = c, .model = model, .movers = movers};
    if (movers->n == 0)
        return AS_OK;
    enum as_status status = list_parts(&f, error);
    size_t block = movers->n < AS_DIFFERENCE_BLOCK ? movers->n : AS_DIFFERENCE_BLOCK;
    for (int side = 0; side < AS_SIDES && status == AS_OK; side++) {
        f.points[side] = calloc(block * f.points_parts + 1, sizeof *f.points[side]);
        if (f.points[side] == NULL)
            status = as_error_memory(error);
    }
    for (uint32_t from = 0; from < movers->n && status == AS_OK; from += f.n) {
        f.rows = movers->rows + from;
        f.n = movers->n - from < AS_DIFFERENCE_BLOCK ? movers->n - from : AS_DIFFERENCE_BLOCK;
        status = take_block(&f, error);
        if (status != AS_OK)
            break;
        count_points(&f);
        status = explain_examples(&f, error);
    }
    if (status == AS_OK) {
        count_conditions(&f);
        keep_responsible(model);
    }
    free(f.points[AS_BEFORE]);
    free(f.points[AS_AFTER]);
    return status;
}
