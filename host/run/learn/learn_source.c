/* What was learnt, as people read it and as rules: a rule file that a pack can name, check, test and sign. */
#include "run/learn/learn.h"

#include "base/time.h"
#include "score/statistics/odds.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void put_border(struct as_buf *out, const struct as_learnt_trait *trait, double border)
{
    struct as_literal literal = {.kind = AS_LITERAL_NUMBER, .number = border};
    if (trait->whole)
        literal = (struct as_literal){.kind = AS_LITERAL_INTEGER, .integer = (int64_t)border};
    as_literal_source(out, &literal, NULL);
}

void as_learnt_condition(struct as_buf *out, const struct as_learnt_trait *trait, const struct as_bin *bin)
{
    if (bin->kind == AS_BIN_RANGE) {
        if (isfinite(bin->from)) {
            as_buf_printf(out, "%s:at_least(", trait->source);
            put_border(out, trait, bin->from);
            as_buf_text(out, isfinite(bin->to) ? ") & " : ")");
        }
        if (isfinite(bin->to)) {
            as_buf_printf(out, "%s:less_than(", trait->source);
            put_border(out, trait, bin->to);
            as_buf_char(out, ')');
        }
    } else if (trait->is_condition && trait->expr->kind == AS_EXPR_CALL) {
        as_buf_printf(out, bin->code == 1 ? "%s" : "~(%s)", trait->source);
    } else if (trait->is_condition) {
        as_buf_printf(out, bin->code == 1 ? "%s:is_true()" : "~%s:is_true()", trait->source);
    } else {
        struct as_literal value = {.kind = AS_LITERAL_TEXT, .text = as_str_of(trait->values.at[bin->code])};
        as_buf_printf(out, "%s:is ", trait->source);
        as_literal_source(out, &value, NULL);
    }
}

void as_learnt_say(struct as_buf *out, const struct as_learnt_trait *trait, const struct as_bin *bin)
{
    switch (bin->kind) {
    case AS_BIN_UNKNOWN:
        as_buf_text(out, "unknown");
        return;
    case AS_BIN_OTHERS:
        as_buf_printf(out, "%u rarer values", bin->values);
        return;
    case AS_BIN_VALUE:
        as_buf_text(out, !trait->is_condition ? trait->values.at[bin->code] : bin->code == 1 ? "yes" : "no");
        return;
    case AS_BIN_RANGE:
        if (!isfinite(bin->from) && !isfinite(bin->to)) {
            as_buf_text(out, "any");
            return;
        }
        if (isfinite(bin->from)) {
            as_buf_text(out, isfinite(bin->to) ? "" : "from ");
            put_border(out, trait, bin->from);
        }
        if (isfinite(bin->to)) {
            as_buf_text(out, isfinite(bin->from) ? " to below " : "below ");
            put_border(out, trait, bin->to);
        }
    }
}

/* --- the rule file --- */

static enum as_status refuse(const struct as_learnt *learnt, struct as_error *error)
{
    const char *name = learnt->contrast->name;
    switch (learnt->result.verdict) {
    case AS_CONTRAST_HOLDS:
        return AS_OK;
    case AS_CONTRAST_FEW:
        as_error_set(error, AS_ERR_DATA, "of \"%s\" there are too few to learn from: %u best and %u worst",
                     name, learnt->result.learnt.best, learnt->result.learnt.n - learnt->result.learnt.best);
        return as_error_advise(error, "it takes %" PRIu64 " of each among those learnt from",
                               learnt->contrast->at_least);
    case AS_CONTRAST_NOTHING:
        as_error_set(error, AS_ERR_DATA, "nothing tells the two classes of \"%s\" apart", name);
        return as_error_advise(error, "name other characteristics in `from`");
    case AS_CONTRAST_UNTRIED:
        as_error_set(error, AS_ERR_DATA,
                     "the model of \"%s\" could not be tried: %u best and %u worst were held back", name,
                     learnt->result.tried.best, learnt->result.tried.n - learnt->result.tried.best);
        return as_error_advise(error, "it takes %" PRIu64 " of each: wait for more customers",
                               learnt->contrast->at_least);
    case AS_CONTRAST_FAILS:
        as_error_set(error, AS_ERR_DATA,
                     "the model of \"%s\" does not hold: on customers it did not learn from its AUC is %.3f "
                     "[%.3f, %.3f]",
                     name, learnt->result.tried.auc, learnt->result.low, learnt->result.high);
        return as_error_advise(
            error, "look at the characteristics; a rule that is no better than chance is no rule");
    }
    return AS_OK;
}

static void put_head(struct as_buf *out, const struct as_learnt *learnt)
{
    char day[AS_TIME_TEXT];
    const struct as_contrast_result *r = &learnt->result;
    const char *who = learnt->contrast->level == AS_LEVEL_LEAD ? "leads" : "accounts";
    as_time_format(day, learnt->at);
    as_buf_printf(out,
                  "-- What tells \"%s\" from their contrast (%s:%d), learnt by `assay learn` as of %.10s.\n"
                  "-- Learnt from %u %s, %u of them best; tried on %u others, %s: AUC %.3f [%.3f, %.3f].\n"
                  "-- Every %.0f points double the odds of being one of the best; at 0 they are %.3f to 1.\n"
                  "-- What is unknown gets no points, nor do values of fewer than %" PRIu64 " %s.\n",
                  learnt->contrast->name, learnt->contrast->position.file, learnt->contrast->position.line,
                  day, r->learnt.n, who, r->learnt.best, r->tried.n,
                  learnt->by_time ? "all of later days" : "chosen by a hash", r->tried.auc, r->low, r->high,
                  AS_CONTRAST_PDO, exp(r->constant), learnt->contrast->at_least, who);
}

/* The names that the conditions use, as they stand in a rule file. */
static void put_names(struct as_buf *out, const char *rules)
{
    static const char *const names[] = {"lead", "account", "answer", "at_least", "first_known"};
    bool first = true;
    as_buf_text(out, "local q = require \"assay.qualification\"\n");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char used[32];
        snprintf(used, sizeof used, i < 3 ? "%s." : i == 3 ? "%s(" : "%s {", names[i]);
        /* The method of the same name stands behind a colon. */
        const char *at = strstr(rules, used);
        while (at != NULL && at > rules && at[-1] == ':')
            at = strstr(at + 1, used);
        if (at == NULL)
            continue;
        as_buf_printf(out, "local %s = q.%s\n", names[i], names[i]);
        first = false;
    }
    as_buf_text(out, first ? "" : "\n");
}

static void put_text(struct as_buf *out, const struct as_buf *text)
{
    const struct as_literal literal = {.kind = AS_LITERAL_TEXT, .text = {as_buf_c(text), text->n}};
    as_literal_source(out, &literal, NULL);
}

static void put_rule(struct as_buf *out, const struct as_learnt_trait *trait, const struct as_bin *bin)
{
    struct as_buf name = {0}, reason = {0};
    as_buf_printf(&name, "%s: ", trait->source);
    as_learnt_say(&name, trait, bin);
    as_buf_printf(&reason, "%" PRIu64 " of %" PRIu64 " were best (%.0f to %.0f %%); weight of evidence %+.2f",
                  bin->best, bin->best + bin->worst, 100 * bin->low, 100 * bin->high, bin->weight);
    as_buf_text(out, "likeness:rule ");
    put_text(out, &name);
    as_buf_text(out, " {\n  points = ");
    as_buf_milli(out, bin->points);
    as_buf_text(out, ",\n  when = ");
    as_learnt_condition(out, trait, bin);
    as_buf_text(out, ",\n  reason = ");
    put_text(out, &reason);
    as_buf_text(out, ",\n}\n");
    as_buf_free(&name);
    as_buf_free(&reason);
}

static void put_trait(struct as_buf *out, const struct as_learnt_trait *trait,
                      const struct as_weighed *weighed)
{
    if (weighed->verdict != AS_TRAIT_USED)
        return;
    as_buf_printf(out, "\n-- %s: information %.3f, %s%s\n", trait->source, weighed->information,
                  as_information_word(weighed->information),
                  weighed->suspicious ? ": has it seen the outcome?" : "");
    for (uint32_t b = 0; b < weighed->bins.n; b++)
        if (weighed->bins.at[b].points != 0)
            put_rule(out, trait, &weighed->bins.at[b]);
}

enum as_status as_learnt_source(struct as_buf *out, const struct as_learnt *learnt, struct as_error *error)
{
    enum as_status status = refuse(learnt, error);
    if (status != AS_OK)
        return status;
    struct as_buf rules = {0}, name = {0};
    for (uint32_t t = 0; t < learnt->traits.n; t++)
        put_trait(&rules, &learnt->traits.at[t], &learnt->result.traits[t]);
    put_head(out, learnt);
    put_names(out, as_buf_c(&rules));
    as_buf_text(&name, learnt->contrast->name);
    as_buf_text(out, "local m = q.model ");
    put_text(out, &name);
    as_buf_text(out, "\nlocal likeness = m:score(\"likeness\", {})\n");
    as_buf_str(out, (struct as_str){as_buf_c(&rules), rules.n});
    as_buf_text(out, "\nreturn m\n");
    bool failed = rules.failed || name.failed || out->failed;
    as_buf_free(&rules);
    as_buf_free(&name);
    return failed ? as_error_memory(error) : AS_OK;
}
