/* Scores and grades: rules and disqualifiers that ask the same, bands that nobody reaches or that stand in
 * the wrong order. Thresholds in conditions are check_condition.c's. */
#include "score/check/check_parts.h"

#include "score/check/sameness.h"

#include <stdlib.h>
#include <string.h>

static bool same_rule(const struct as_rule *a, const struct as_rule *b)
{
    return a->kind == AS_RULE_CONDITION && b->kind == AS_RULE_CONDITION && a->when != NULL &&
           b->when != NULL && as_expr_same(a->when, b->when);
}

static void check_rules(struct as_checking *c, const struct as_score *score)
{
    for (uint32_t i = 0; i < score->rules.n; i++)
        for (uint32_t j = 0; j < i; j++) {
            const struct as_rule *rule = score->rules.at[i], *first = score->rules.at[j];
            if (!same_rule(rule, first))
                continue;
            as_findings_add(c->out, AS_FINDING_RULE_DUPLICATE, rule->position, NULL,
                            "rule \"%s\" of score \"%s\" asks the same as rule \"%s\" in line %d", rule->name,
                            score->name, first->name, first->position.line);
            break;
        }
}

static void check_disqualifiers(struct as_checking *c, const struct as_model *model)
{
    for (uint32_t i = 0; i < model->disqualifiers.n; i++)
        for (uint32_t j = 0; j < i; j++) {
            const struct as_disqualifier *later = &model->disqualifiers.at[i],
                                         *first = &model->disqualifiers.at[j];
            if (!as_expr_same(later->when, first->when))
                continue;
            as_findings_add(c->out, AS_FINDING_DISQUALIFY_DUPLICATE, later->position, NULL,
                            "disqualify \"%s\" asks the same as disqualify \"%s\" in line %d", later->name,
                            first->name, first->position.line);
            break;
        }
}

/* Where a label stands among its like: A before B, 1 before 2. False for labels without an order. */
static bool rank_of(long *rank, const char *label)
{
    if (label[0] != '\0' && strlen(label) < 9 && strspn(label, "0123456789") == strlen(label)) {
        *rank = strtol(label, NULL, 10);
        return true;
    }
    if (strlen(label) == 1 &&
        ((label[0] >= 'A' && label[0] <= 'Z') || (label[0] >= 'a' && label[0] <= 'z'))) {
        *rank = (label[0] | 0x20) - 'a';
        return true;
    }
    return false;
}

static void check_order(struct as_checking *c, const struct as_grade_axis *axis, struct as_position position)
{
    for (uint32_t i = 0; i < axis->bands.n; i++) {
        const char *better = axis->bands.at[i].label,
                   *worse = i + 1 < axis->bands.n ? axis->bands.at[i + 1].label : axis->lowest;
        long a, b;
        if (rank_of(&a, better) && rank_of(&b, worse) && a >= b) {
            as_findings_add(c->out, AS_FINDING_GRADE_ORDER, position, NULL,
                            "the grade of \"%s\" puts \"%s\" above \"%s\"", axis->score->name, better, worse);
            return;
        }
    }
}

static void check_axis(struct as_checking *c, const struct as_grade_axis *axis)
{
    struct as_position position = axis->score->position;
    struct as_extent extent = as_extent_of_score(&c->extents, axis->score);
    for (uint32_t i = 0; i < axis->bands.n; i++) {
        const struct as_band *band = &axis->bands.at[i];
        double from = (double)band->from / 1000;
        const char *below = i + 1 < axis->bands.n ? axis->bands.at[i + 1].label : axis->lowest;
        if (from > extent.high)
            as_findings_add(c->out, AS_FINDING_GRADE_OUT_OF_REACH, position, NULL,
                            "band \"%s\" of \"%s\" begins at %.10g, but %s is at most %.10g", band->label,
                            axis->score->name, from, axis->score->name, extent.high);
        else if (from <= extent.low)
            as_findings_add(
                c->out, AS_FINDING_GRADE_NEVER_BELOW, position, NULL,
                "band \"%s\" of \"%s\" begins at %.10g, and %s is at least %.10g: nobody gets \"%s\"",
                band->label, axis->score->name, from, axis->score->name, extent.low, below);
    }
    check_order(c, axis, position);
}

void as_check_scores(struct as_checking *checking)
{
    for (uint32_t m = 0; m < checking->pack->models.n; m++) {
        const struct as_model *model = checking->pack->models.at[m];
        for (uint32_t i = 0; i < model->scores.n; i++)
            check_rules(checking, model->scores.at[i]);
        check_disqualifiers(checking, model);
        for (uint32_t i = 0; i < model->axes.n; i++)
            check_axis(checking, &model->axes.at[i]);
    }
}
