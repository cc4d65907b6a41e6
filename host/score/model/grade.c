/* Grades from scores, and how they outlast a feed that has fallen silent. */
#include "score/model/grade.h"

#include "score/tree/operator.h"

#include <stdio.h>

static uint16_t band_of(const struct as_grade_axis *axis, int64_t value)
{
    uint16_t band = 0;
    while (band < axis->bands.n && value < axis->bands.at[band].from)
        band++;
    return band;
}

static uint16_t code_of(const struct as_model *model, const uint16_t band[AS_GRADE_AXES])
{
    return model->axes.n == 0 ? 0 : (uint16_t)(1 + band[0] * AS_GRADE_BANDS + band[1]);
}

static uint32_t axes_of(const struct as_model *model)
{
    return model->axes.n < AS_GRADE_AXES ? model->axes.n : AS_GRADE_AXES;
}

uint16_t as_grade_of(const struct as_model *model, const int64_t *values)
{
    uint16_t band[AS_GRADE_AXES] = {0};
    for (uint32_t i = 0; i < axes_of(model); i++)
        band[i] = band_of(&model->axes.at[i], values[i]);
    return code_of(model, band);
}

uint16_t as_grade_held(const struct as_model *model, const struct as_graded *axes, uint16_t before)
{
    uint16_t band[AS_GRADE_AXES] = {0};
    for (uint32_t i = 0; i < axes_of(model); i++) {
        const struct as_grade_axis *axis = &model->axes.at[i];
        band[i] = band_of(axis, axes[i].value);
        if (before == 0 || !axes[i].stale)
            continue;
        uint16_t held = (uint16_t)(i == 0 ? (before - 1) / AS_GRADE_BANDS : (before - 1) % AS_GRADE_BANDS);
        uint16_t best = band_of(axis, axes[i].high), worst = band_of(axis, axes[i].low);
        band[i] = held < best ? best : held > worst ? worst : held;
    }
    return code_of(model, band);
}

static bool is_stale(const struct as_dataset *dataset, uint32_t kind)
{
    return dataset->kind_state != NULL && dataset->kind_state[kind] == AS_FEED_STALE;
}

/* kind AS_NO_INDEX: any that the buyer does. */
static bool events_are_stale(const struct as_dataset *dataset, uint32_t kind)
{
    if (kind != AS_NO_INDEX)
        return is_stale(dataset, kind);
    for (uint32_t k = 0; k < dataset->schema->kinds.n; k++)
        if (dataset->schema->kinds.at[k]->by == AS_ACTOR_BUYER && is_stale(dataset, k))
            return true;
    return false;
}

static bool score_is_stale(const struct as_score *score, const struct as_dataset *dataset, uint32_t depth);

static bool expr_is_stale(const struct as_expr *expr, const struct as_dataset *dataset, uint32_t depth)
{
    if (expr == NULL || depth > AS_MAX_EXPR_DEPTH)
        return false;
    if (expr->kind == AS_EXPR_EVENTS)
        return events_are_stale(dataset, expr->kind_first);
    if (expr->kind == AS_EXPR_FUNCTION)
        return events_are_stale(dataset, AS_NO_INDEX);
    if (expr->kind == AS_EXPR_SCORE)
        return score_is_stale(expr->score, dataset, depth + 1);
    for (uint32_t i = 0; expr->kind == AS_EXPR_CALL && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR && expr_is_stale(expr->args[i].expr, dataset, depth + 1))
            return true;
    return false;
}

static bool score_is_stale(const struct as_score *score, const struct as_dataset *dataset, uint32_t depth)
{
    for (uint32_t i = 0; i < score->rules.n; i++) {
        const struct as_rule *rule = score->rules.at[i];
        for (uint32_t e = 0; e < rule->per_event.n; e++)
            if (is_stale(dataset, rule->per_event.at[e].kind))
                return true;
        if (expr_is_stale(rule->when, dataset, depth) || expr_is_stale(rule->function, dataset, depth))
            return true;
    }
    return false;
}

bool as_score_is_stale(const struct as_score *score, const struct as_dataset *dataset)
{
    return score_is_stale(score, dataset, 0);
}

static const char *band_label(const struct as_grade_axis *axis, uint32_t band)
{
    return band < axis->bands.n ? axis->bands.at[band].label : axis->lowest;
}

char *as_grade_show(char out[AS_GRADE_TEXT], const struct as_model *model, uint16_t grade)
{
    out[0] = '\0';
    if (grade == 0 || model->axes.n == 0)
        return out;
    uint32_t letter = (uint32_t)(grade - 1) / AS_GRADE_BANDS, number = (uint32_t)(grade - 1) % AS_GRADE_BANDS;
    snprintf(out, AS_GRADE_TEXT, "%s%s", band_label(&model->axes.at[0], letter),
             model->axes.n > 1 ? band_label(&model->axes.at[1], number) : "");
    return out;
}
