/* Who moves between two packs: stages, grades, verdicts, scores, hand-offs, customers. Why they move is
 * difference_parts.c's, what people have to do for them difference_work.c's. */
#include "run/difference/comparing.h"

#include "store/report/report.h"

#include <stdlib.h>
#include <string.h>

enum as_tri as_compared_state(const struct as_comparing *c, int side, const struct as_expr *when,
                              enum as_level level, uint32_t lead_row)
{
    uint32_t row = lead_row;
    if (level == AS_LEVEL_ACCOUNT)
        row = c->dataset->lead_account == NULL ? AS_NO_INDEX : c->dataset->lead_account[lead_row];
    if (row == AS_NO_INDEX)
        return AS_UNKNOWN;
    return as_verdict_at(as_outcome_verdicts_at(c->decisions[side].outcome, when, level), row);
}

/* How far a stage is on the way to a deal; what ended badly or is no matter for the model is no way at all.
 */
static int distance(uint8_t stage)
{
    if (stage == AS_STAGE_NONE || stage == AS_STAGE_DISQUALIFIED)
        return 0;
    return stage == AS_STAGE_LOST || stage == AS_STAGE_NO_DECISION ? 1 : 1 + stage;
}

static uint8_t stage_of(const struct as_standing *standing)
{
    return standing->outside ? (uint8_t)AS_STAGE_NONE : standing->stage;
}

static bool offered(const struct as_standing *standing)
{
    return as_compared_enters(standing) && standing->stage == AS_STAGE_SALES_READY && !standing->blocked;
}

/* --- grades and bands --- */

static bool same_axis(const struct as_grade_axis *a, const struct as_grade_axis *b)
{
    bool same = a->bands.n == b->bands.n && strcmp(a->lowest, b->lowest) == 0;
    for (uint32_t i = 0; same && i < a->bands.n; i++)
        same = strcmp(a->bands.at[i].label, b->bands.at[i].label) == 0;
    return same;
}

/* Then codes can be compared in the place of texts. */
static bool same_grading(const struct as_difference_model *model)
{
    const struct as_model *a = model->model[AS_BEFORE], *b = model->model[AS_AFTER];
    bool same = a->axes.n == b->axes.n;
    for (uint32_t i = 0; same && i < a->axes.n; i++)
        same = same_axis(&a->axes.at[i], &b->axes.at[i]);
    return same;
}

static bool same_grade(const struct as_difference_model *model, bool same_codes, uint16_t before,
                       uint16_t after)
{
    char texts[AS_SIDES][AS_GRADE_TEXT];
    if (same_codes)
        return before == after;
    return strcmp(as_grade_show(texts[AS_BEFORE], model->model[AS_BEFORE], before),
                  as_grade_show(texts[AS_AFTER], model->model[AS_AFTER], after)) == 0;
}

struct paired_score {
    const struct as_score *score[AS_SIDES];
    const struct as_points_column *values[AS_SIDES];
    int axis[AS_SIDES]; /* of the grade; -1 none */
};

/* Where on the axis a grade lies, counted from the lowest band, and what it is called. */
static uint32_t band_of(const char **label, const struct as_model *model, int axis, uint16_t grade)
{
    const struct as_grade_axis *on = &model->axes.at[axis];
    uint32_t code = grade - 1U, band = code / AS_GRADE_BANDS;
    if (axis == 1)
        band = code % AS_GRADE_BANDS;
    *label = band < on->bands.n ? on->bands.at[band].label : on->lowest;
    return band < on->bands.n ? on->bands.n - band : 0;
}

static void count_score(struct as_difference_score *out, const struct paired_score *pair,
                        const struct as_difference_model *model, uint32_t row,
                        const struct as_standing *const standings[AS_SIDES])
{
    int64_t change =
        as_points_at(pair->values[AS_AFTER], row).value - as_points_at(pair->values[AS_BEFORE], row).value;
    out->up += change > 0;
    out->down += change < 0;
    out->points += change;
    if (!out->banded || standings[AS_BEFORE]->grade == 0 || standings[AS_AFTER]->grade == 0)
        return;
    const char *labels[AS_SIDES];
    uint32_t bands[AS_SIDES];
    for (int side = 0; side < AS_SIDES; side++)
        bands[side] = band_of(&labels[side], model->model[side], pair->axis[side], standings[side]->grade);
    if (strcmp(labels[AS_BEFORE], labels[AS_AFTER]) == 0)
        return;
    if (bands[AS_AFTER] > bands[AS_BEFORE])
        out->band_up++;
    else
        out->band_down++;
}

static int axis_of(const struct as_model *model, const struct as_score *score)
{
    for (uint32_t a = 0; a < model->axes.n; a++)
        if (model->axes.at[a].score == score)
            return (int)a;
    return -1;
}

static const struct as_score *score_of(const struct as_model *model, const char *name)
{
    for (uint32_t s = 0; s < model->scores.n; s++)
        if (strcmp(model->scores.at[s]->name, name) == 0)
            return model->scores.at[s];
    return NULL;
}

/* Scores of both models, in the right one's order. */
static enum as_status pair_scores(struct paired_score **out, struct as_comparing *c,
                                  struct as_difference_model *model, struct as_error *error)
{
    const struct as_model *after = model->model[AS_AFTER];
    *out = calloc(after->scores.n + (size_t)1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    for (uint32_t s = 0; s < after->scores.n; s++) {
        const struct as_score *score = after->scores.at[s];
        struct paired_score pair = {.score = {score_of(model->model[AS_BEFORE], score->name), score}};
        if (pair.score[AS_BEFORE] == NULL)
            continue;
        for (int side = 0; side < AS_SIDES; side++) {
            pair.values[side] = as_outcome_score(c->decisions[side].outcome, pair.score[side]);
            pair.axis[side] = axis_of(model->model[side], pair.score[side]);
        }
        struct as_difference_score line = {.name = score->name,
                                           .banded = pair.axis[AS_BEFORE] >= 0 && pair.axis[AS_AFTER] >= 0};
        (*out)[model->scores.n] = pair;
        if (!as_list_push(&c->out->arena, &model->scores, line))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* --- gates --- */

struct paired_gate {
    const struct as_gate *gate[AS_SIDES];
};

/* Gates of either model, in order of stage. */
static enum as_status pair_gates(struct paired_gate pairs[AS_STAGE_COUNT], struct as_comparing *c,
                                 struct as_difference_model *model, struct as_error *error)
{
    for (int stage = 0; stage < AS_STAGE_COUNT; stage++) {
        struct paired_gate pair;
        for (int side = 0; side < AS_SIDES; side++)
            pair.gate[side] = as_gate_into(model->model[side], (enum as_stage)stage);
        if (pair.gate[AS_BEFORE] == NULL && pair.gate[AS_AFTER] == NULL)
            continue;
        struct as_difference_gate line = {.name = as_stage_name((enum as_stage)stage),
                                          .in = {pair.gate[AS_BEFORE] != NULL, pair.gate[AS_AFTER] != NULL}};
        pairs[model->gates.n] = pair;
        if (!as_list_push(&c->out->arena, &model->gates, line))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* True when a gate of both models judges otherwise. */
static bool count_gates(struct as_difference_model *model, const struct paired_gate *pairs,
                        const struct as_standing *const standings[AS_SIDES])
{
    bool rejudged = false;
    for (uint32_t g = 0; g < model->gates.n; g++) {
        struct as_difference_gate *line = &model->gates.at[g];
        enum as_gate_verdict verdicts[AS_SIDES] = {AS_GATE_NONE, AS_GATE_NONE};
        for (int side = 0; side < AS_SIDES; side++) {
            const struct as_gate *gate = pairs[g].gate[side];
            if (gate == NULL || standings[side]->outside)
                continue;
            verdicts[side] = as_verdict_of(standings[side]->verdicts, gate->index);
            line->pass[side] += verdicts[side] == AS_GATE_PASS;
            line->entered[side] +=
                as_compared_enters(standings[side]) && standings[side]->stage == gate->stage;
        }
        bool before = verdicts[AS_BEFORE] == AS_GATE_PASS, after = verdicts[AS_AFTER] == AS_GATE_PASS;
        line->opens += after && !before;
        line->closes += before && !after;
        rejudged |= verdicts[AS_BEFORE] != AS_GATE_NONE && verdicts[AS_AFTER] != AS_GATE_NONE &&
                    verdicts[AS_BEFORE] != verdicts[AS_AFTER];
    }
    return rejudged;
}

/* --- examples --- */

/* The furthest moves so far of one kind; equals in order of their rows. */
struct best {
    uint32_t rows[AS_DIFFERENCE_EXAMPLES];
    int far[AS_DIFFERENCE_EXAMPLES];
    uint32_t n;
};

static void keep_best(struct best *best, uint32_t row, int far)
{
    uint32_t place = best->n;
    while (place > 0 && best->far[place - 1] < far)
        place--;
    if (place == AS_DIFFERENCE_EXAMPLES)
        return;
    uint32_t last = best->n < AS_DIFFERENCE_EXAMPLES ? best->n++ : AS_DIFFERENCE_EXAMPLES - 1;
    for (; last > place; last--) {
        best->rows[last] = best->rows[last - 1];
        best->far[last] = best->far[last - 1];
    }
    best->rows[place] = row;
    best->far[place] = far;
}

static enum as_status name_examples(struct as_difference_leads *out, struct as_comparing *c,
                                    const struct as_difference_model *model, const struct best *best,
                                    struct as_error *error)
{
    struct as_arena *arena = &c->out->arena;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < best->n && status == AS_OK; i++) {
        const struct as_standing *before = as_compared(c, AS_BEFORE, model, best->rows[i]);
        const struct as_standing *after = as_compared(c, AS_AFTER, model, best->rows[i]);
        char grade[AS_GRADE_TEXT];
        struct as_difference_lead lead = {
            .id = c->dataset->lead_id[best->rows[i]], .from = stage_of(before), .to = stage_of(after)};
        lead.grade_from =
            as_arena_printf(arena, "%s", as_grade_show(grade, model->model[AS_BEFORE], before->grade));
        lead.grade_to =
            as_arena_printf(arena, "%s", as_grade_show(grade, model->model[AS_AFTER], after->grade));
        if (lead.grade_from == NULL || lead.grade_to == NULL)
            return as_error_memory(error);
        struct as_who who;
        status = as_store_who_kept(&who, arena, c->store, lead.id, error);
        lead.lead = who.name;
        lead.account = who.company;
        if (status == AS_OK && !as_list_push(arena, &out->list, lead))
            status = as_error_memory(error);
    }
    return status;
}

/* --- customers --- */

static bool has_won(const struct as_dataset *dataset, uint32_t row)
{
    const struct as_event_log *log = &dataset->lead_events;
    if (log->start == NULL)
        return false;
    for (uint32_t e = log->start[row]; e < log->end[row]; e++)
        if (dataset->schema->kinds.at[log->kind[e]]->act == AS_ACT_WON)
            return true;
    return false;
}

/* What the rules alone say of a lead, whatever was recorded: 2 fit for sales, 1 undecided, 0 not. */
static int judged(const struct as_model *model, const struct as_standing *standing)
{
    if (standing->disqualifier > 0)
        return 0;
    int least = 2;
    for (uint32_t g = 0; g < model->gates.n; g++) {
        enum as_gate_verdict verdict = as_verdict_of(standing->verdicts, model->gates.at[g]->index);
        if (model->gates.at[g]->stage > AS_STAGE_SALES_READY || verdict == AS_GATE_PASS)
            continue;
        int said = verdict == AS_GATE_FAIL ? 0 : 1;
        least = said < least ? said : least;
    }
    return least;
}

/* --- all leads --- */

struct counting {
    struct as_comparing *c;
    struct as_difference_model *model;
    struct as_movers *movers;
    struct paired_score *scores;
    struct paired_gate gates[AS_STAGE_COUNT];
    bool same_codes;
    struct best advance, fall, other, won;
};

static void count_customer(struct counting *counting, uint32_t row,
                           const struct as_standing *const standings[AS_SIDES])
{
    struct as_difference_model *model = counting->model;
    if (standings[AS_BEFORE]->outside || standings[AS_AFTER]->outside || !has_won(counting->c->dataset, row))
        return;
    int before = judged(model->model[AS_BEFORE], standings[AS_BEFORE]);
    int after = judged(model->model[AS_AFTER], standings[AS_AFTER]);
    model->won++;
    if (after >= before)
        return;
    model->won_rejected += after == 0;
    model->won_undecided += after == 1;
    keep_best(&counting->won, row, 2 - after);
}

static void count_lead(struct counting *counting, uint32_t row)
{
    struct as_difference_model *model = counting->model;
    const struct as_standing *const standings[AS_SIDES] = {as_compared(counting->c, AS_BEFORE, model, row),
                                                           as_compared(counting->c, AS_AFTER, model, row)};
    const struct as_standing *before = standings[AS_BEFORE], *after = standings[AS_AFTER];
    if (before->outside && after->outside)
        return;
    uint8_t from = stage_of(before), to = stage_of(after);
    model->leads++;
    model->matrix[from][to]++;
    for (int side = 0; side < AS_SIDES; side++) {
        model->stages[side][stage_of(standings[side])]++;
        model->handoffs[side] += offered(standings[side]);
    }
    model->handoffs_new += offered(after) && !offered(before);
    model->handoffs_gone += offered(before) && !offered(after);
    bool inside = !before->outside && !after->outside;
    bool regraded = inside && !same_grade(model, counting->same_codes, before->grade, after->grade);
    bool rejudged = count_gates(model, counting->gates, standings);
    rejudged |= inside && (before->disqualifier > 0) != (after->disqualifier > 0);
    for (uint32_t s = 0; inside && s < model->scores.n; s++)
        count_score(&model->scores.at[s], &counting->scores[s], model, row, standings);
    count_customer(counting, row, standings);
    int far = distance(to) - distance(from);
    model->moved += from != to;
    model->up += from != to && far > 0;
    model->down += from != to && far <= 0;
    model->regraded += regraded;
    model->rejudged += rejudged;
    if (from == to && !regraded && !rejudged)
        return;
    counting->movers->rows[counting->movers->n++] = row;
    if (from == to)
        keep_best(&counting->other, row, regraded);
    else
        keep_best(far > 0 ? &counting->advance : &counting->fall, row, far > 0 ? far : -far);
}

enum as_status as_compare_leads(struct as_movers *movers, struct as_comparing *c,
                                struct as_difference_model *model, struct as_error *error)
{
    struct counting counting = {.c = c, .model = model, .movers = movers, .same_codes = same_grading(model)};
    movers->rows = malloc((c->dataset->leads + (size_t)1) * sizeof *movers->rows);
    enum as_status status =
        movers->rows == NULL ? as_error_memory(error) : pair_scores(&counting.scores, c, model, error);
    if (status == AS_OK)
        status = pair_gates(counting.gates, c, model, error);
    for (uint32_t row = 0; status == AS_OK && row < c->dataset->leads; row++)
        count_lead(&counting, row);
    if (status == AS_OK)
        status = name_examples(&model->advance, c, model, &counting.advance, error);
    if (status == AS_OK)
        status = name_examples(&model->fall, c, model, &counting.fall, error);
    if (status == AS_OK)
        status = name_examples(&model->other, c, model, &counting.other, error);
    if (status == AS_OK)
        status = name_examples(&model->won_examples, c, model, &counting.won, error);
    free(counting.scores);
    return status;
}
