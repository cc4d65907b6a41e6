/* Conditions that never hold, always hold, or hold parts that change nothing. The search for a counterexample
 * is possible.c's; here it is asked about the right parts, and the smallest guilty one is named. */
#include "score/check/check_parts.h"

#include "score/tree/operator.h"

#include <math.h>

/* Pairs of the parts of one & or | are compared up to this number of parts. */
enum { MOST_PARTS = 16 };

static bool can(struct as_checking *c, const struct as_expr *expr, bool hold)
{
    const struct as_wish wish = {expr, hold, false};
    return as_possible(&c->extents, &wish, 1);
}

static bool is_kernel(const struct as_expr *expr, enum as_kernel kernel)
{
    return expr->kind == AS_EXPR_CALL && expr->op->kernel == kernel;
}

static bool compares_score(const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_CALL && expr->args[0].kind == AS_LITERAL_EXPR &&
           expr->args[0].expr->kind == AS_EXPR_SCORE;
}

static const char *say(struct as_buf *text, const struct as_checking *c, const struct as_expr *expr)
{
    text->max = 400;
    as_expr_say(text, expr, c->pack->rules.schema);
    return as_buf_c(text);
}

/* "120", "12.5", or nothing in the way. */
static void say_end(struct as_buf *text, const char *words, double end)
{
    if (isfinite(end))
        as_buf_printf(text, "%s%.10g", words, end);
}

/* A comparison with a score that no sum, or every sum, satisfies. */
static void report_score(struct as_checking *c, const struct as_place *place, const struct as_expr *expr,
                         bool never)
{
    struct as_buf text = {0}, ends = {.max = 200};
    const struct as_score *score = expr->args[0].expr->score;
    struct as_extent extent = as_extent_of_score(&c->extents, score);
    say_end(&ends, "at least ", extent.low);
    if (isfinite(extent.low) && isfinite(extent.high))
        as_buf_text(&ends, " and ");
    say_end(&ends, "at most ", extent.high);
    as_findings_add(c->out, never ? AS_FINDING_SCORE_OUT_OF_REACH : AS_FINDING_SCORE_ALWAYS_REACHED,
                    expr->position, NULL, "%s can %s %s: %s is %s", place->what,
                    never ? "never see that" : "never fail because", say(&text, c, expr), score->name,
                    as_buf_c(&ends));
    as_buf_free(&text);
    as_buf_free(&ends);
}

/* The smallest part that cannot hold by itself, looking into & and ~~ alone. */
static const struct as_expr *guilty_part(struct as_checking *c, const struct as_expr *expr)
{
    if (is_kernel(expr, AS_KERNEL_AND) || is_kernel(expr, AS_KERNEL_OR))
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (!can(c, expr->args[i].expr, true))
                return guilty_part(c, expr->args[i].expr);
    return expr;
}

/* The two parts of & that exclude each other; false when it takes more than two. */
static bool guilty_pair(struct as_checking *c, const struct as_expr *expr, const struct as_expr *pair[2])
{
    if (!is_kernel(expr, AS_KERNEL_AND) || expr->arg_count > MOST_PARTS)
        return false;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        for (uint32_t j = i + 1; j < expr->arg_count; j++)
            if (as_exclude_each_other(c, expr->args[i].expr, expr->args[j].expr)) {
                pair[0] = expr->args[i].expr;
                pair[1] = expr->args[j].expr;
                return true;
            }
    return false;
}

static void report_never(struct as_checking *c, const struct as_place *place, const struct as_expr *expr,
                         enum as_finding_id id)
{
    const struct as_expr *part = guilty_part(c, expr), *pair[2];
    struct as_buf one = {0}, other = {0};
    const char *within = id == AS_FINDING_PART_NEVER ? "a part of " : "";
    if (compares_score(part))
        report_score(c, place, part, true);
    else if (guilty_pair(c, part, pair))
        as_findings_add(c->out, id, part->position, NULL,
                        "%s%s can never hold: \"%s\" and \"%s\" exclude each other", within, place->what,
                        say(&one, c, pair[0]), say(&other, c, pair[1]));
    else
        as_findings_add(c->out, id, part->position, NULL, "%s%s can never hold: \"%s\"", within, place->what,
                        say(&one, c, part));
    as_buf_free(&one);
    as_buf_free(&other);
}

static void report_always(struct as_checking *c, const struct as_place *place)
{
    struct as_buf text = {0};
    if (compares_score(place->when))
        report_score(c, place, place->when, false);
    else
        as_findings_add(c->out, AS_FINDING_CONDITION_ALWAYS, place->when->position, NULL,
                        "%s always holds when its facts are known: \"%s\"", place->what,
                        say(&text, c, place->when));
    as_buf_free(&text);
}

/* In `a & b`, b is idle when a implies it; in `a | b`, a is. What asks whether something is known is never
 * idle: it tells no from unknown. */
static void check_pairs(struct as_checking *c, const struct as_place *place, const struct as_expr *expr)
{
    bool all = is_kernel(expr, AS_KERNEL_AND);
    if (expr->arg_count > MOST_PARTS)
        return;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        for (uint32_t j = 0; j < expr->arg_count; j++) {
            const struct as_expr *a = expr->args[i].expr, *b = expr->args[j].expr;
            if (i == j || a->contextual || b->contextual || !as_implies(c, a, b))
                continue;
            if (j < i && as_implies(c, b, a))
                continue; /* they say the same: told once */
            struct as_buf idle = {0}, other = {0};
            as_findings_add(c->out, AS_FINDING_PART_IDLE, (all ? b : a)->position, NULL,
                            "in %s, \"%s\" changes nothing beside \"%s\"", place->what,
                            say(&idle, c, all ? b : a), say(&other, c, all ? a : b));
            as_buf_free(&idle);
            as_buf_free(&other);
        }
}

/* Parts of a condition that as a whole may hold or not. */
static void check_parts(struct as_checking *c, const struct as_place *place, const struct as_expr *expr)
{
    if (expr->kind != AS_EXPR_CALL)
        return;
    bool combines = is_kernel(expr, AS_KERNEL_AND) || is_kernel(expr, AS_KERNEL_OR);
    bool conditions = combines || is_kernel(expr, AS_KERNEL_NOT) || is_kernel(expr, AS_KERNEL_AT_LEAST_OF) ||
                      is_kernel(expr, AS_KERNEL_EVERY) || is_kernel(expr, AS_KERNEL_SOME);
    bool sound = true;
    for (uint32_t i = 0; conditions && i < expr->arg_count; i++) {
        const struct as_expr *part = expr->args[i].kind == AS_LITERAL_EXPR ? expr->args[i].expr : NULL;
        if (part == NULL || (part->shape & AS_SHAPE_BOOLEAN) == 0)
            continue;
        if (!can(c, part, true)) {
            report_never(c, place, part, AS_FINDING_PART_NEVER);
            sound = false;
        } else if (!can(c, part, false)) {
            struct as_buf text = {0};
            if (compares_score(part))
                report_score(c, place, part, false);
            else
                as_findings_add(c->out, AS_FINDING_PART_IDLE, part->position, NULL,
                                "in %s, \"%s\" always holds when its facts are known", place->what,
                                say(&text, c, part));
            as_buf_free(&text);
            sound = false;
        } else {
            check_parts(c, place, part);
        }
    }
    if (combines && sound)
        check_pairs(c, place, expr);
}

static void check_place(struct as_checking *c, const struct as_place *place)
{
    if (!can(c, place->when, true))
        report_never(c, place, place->when, AS_FINDING_CONDITION_NEVER);
    else if (!can(c, place->when, false))
        report_always(c, place);
    else
        check_parts(c, place, place->when);
}

void as_check_conditions(struct as_checking *checking)
{
    as_each_place(checking->pack, check_place, checking);
}
