/* What was learnt as JSON; the shape is in host/run/README.md. */
#include "run/learn/learn.h"

#include "base/time.h"

#include <math.h>

static void put_interval(struct as_json *json, const char *key, double low, double high)
{
    as_json_put_open(json, key, '[');
    as_json_number(json, low);
    as_json_number(json, high);
    as_json_close(json, ']');
}

static void put_bin(struct as_json *json, const struct as_learnt_trait *trait,
                    const struct as_weighed *weighed, const struct as_bin *bin)
{
    struct as_buf said = {0}, when = {0};
    as_learnt_say(&said, trait, bin);
    if (bin->speaks)
        as_learnt_condition(&when, trait, bin);
    as_json_open(json, '{');
    as_json_put_text(json, "value", as_buf_c(&said));
    as_json_put_text(json, "when", bin->speaks ? as_buf_c(&when) : NULL);
    as_json_put_int(json, "n", (int64_t)(bin->best + bin->worst));
    as_json_put_int(json, "best", (int64_t)bin->best);
    as_json_put_number(json, "share", (double)bin->best / (double)(bin->best + bin->worst));
    put_interval(json, "interval", bin->low, bin->high);
    as_json_put_text(json, "verdict", bin->enough ? "enough" : "insufficient");
    as_json_put_number(json, "weight_of_evidence", bin->enough ? bin->weight : NAN);
    as_json_key(json, "points");
    if (bin->speaks && weighed->verdict == AS_TRAIT_USED)
        as_json_milli(json, bin->points);
    else
        as_json_text(json, NULL);
    as_json_close(json, '}');
    as_buf_free(&said);
    as_buf_free(&when);
}

static void put_trait(struct as_json *json, const struct as_learnt *learnt, uint32_t t)
{
    const struct as_learnt_trait *trait = &learnt->traits.at[t];
    const struct as_weighed *weighed = &learnt->result.traits[t];
    as_json_open(json, '{');
    as_json_put_text(json, "characteristic", trait->source);
    as_json_put_text(json, "verdict", as_trait_verdict_name(weighed->verdict));
    as_json_put_number(json, "information", weighed->information);
    as_json_put_number(json, "auc", weighed->auc);
    as_json_put_bool(json, "suspicious", weighed->suspicious);
    as_json_put_bool(json, "smoothed", weighed->smoothed);
    as_json_put_number(json, "coefficient", weighed->verdict == AS_TRAIT_USED ? weighed->coefficient : NAN);
    as_json_put_number(json, "error", weighed->verdict == AS_TRAIT_USED ? weighed->error : NAN);
    as_json_put_int(json, "late", trait->late);
    as_json_put_open(json, "bins", '[');
    for (uint32_t b = 0; b < weighed->bins.n; b++)
        put_bin(json, trait, weighed, &weighed->bins.at[b]);
    as_json_close(json, ']');
    as_json_close(json, '}');
}

static void put_trial(struct as_json *json, const struct as_contrast_result *r)
{
    as_json_key(json, "trial");
    if (!r->has_trial) {
        as_json_text(json, NULL);
        return;
    }
    as_json_open(json, '{');
    as_json_put_number(json, "auc", r->tried.auc);
    put_interval(json, "auc_interval", r->low, r->high);
    as_json_put_number(json, "ks", r->ks);
    as_json_put_number(json, "average_precision", r->average_precision);
    as_json_put_number(json, "brier", r->brier);
    as_json_put_number(json, "base_brier", r->base_brier);
    as_json_put_number(json, "log_loss", r->log_loss);
    as_json_put_number(json, "base_log_loss", r->base_log_loss);
    as_json_put_number(json, "slope", r->slope);
    put_interval(json, "slope_interval", r->slope_low, r->slope_high);
    as_json_put_open(json, "groups", '[');
    for (uint32_t g = 0; g < r->groups.n; g++) {
        const struct as_contrast_group *group = &r->groups.at[g];
        as_json_open(json, '{');
        as_json_put_int(json, "n", group->n);
        as_json_put_int(json, "best", group->best);
        as_json_put_number(json, "promised", group->promised);
        as_json_put_number(json, "share", (double)group->best / group->n);
        put_interval(json, "interval", group->low, group->high);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_close(json, '}');
}

static void put_part(struct as_json *json, const char *key, const struct as_contrast_part *part)
{
    as_json_put_open(json, key, '{');
    as_json_put_int(json, "n", part->n);
    as_json_put_int(json, "best", part->best);
    as_json_close(json, '}');
}

static void put_counts(struct as_json *json, const struct as_learn_count *count)
{
    as_json_put_open(json, "subjects", '{');
    as_json_put_int(json, "all", count->all);
    as_json_put_int(json, "best", count->best);
    as_json_put_int(json, "worst", count->worst);
    as_json_put_int(json, "neither", count->neither);
    as_json_put_int(json, "both", count->both);
    as_json_put_int(json, "undecided", count->undecided);
    as_json_put_int(json, "undated", count->undated);
    as_json_put_int(json, "untold", count->untold);
    as_json_close(json, '}');
}

void as_learnt_json(struct as_json *json, const struct as_learnt *learnt)
{
    const struct as_contrast_result *r = &learnt->result;
    bool model = r->verdict != AS_CONTRAST_FEW && r->verdict != AS_CONTRAST_NOTHING;
    as_json_open(json, '{');
    as_json_put_text(json, "pack", learnt->pack->name);
    as_json_put_text(json, "hash", learnt->pack->hash);
    as_json_put_text(json, "contrast", learnt->contrast->name);
    as_json_put_time(json, "at", learnt->at);
    as_json_put_text(json, "level", as_level_name(learnt->contrast->level));
    as_json_put_int(json, "at_least", (int64_t)learnt->contrast->at_least);
    as_json_put_text(json, "verdict", as_contrast_verdict_name(r->verdict));
    put_counts(json, &learnt->count);
    put_part(json, "learnt_from", &r->learnt);
    put_part(json, "tried_on", &r->tried);
    as_json_put_time(json, "learnt_until",
                     learnt->by_time ? (learnt->last_day + 1) * AS_DAY_SECONDS - 1 : AS_TIME_NONE);
    as_json_put_number(json, "learnt_auc", model ? r->learnt.auc : NAN);
    as_json_put_number(json, "factor", model ? r->factor : NAN);
    as_json_put_number(json, "constant", model ? r->constant : NAN);
    put_trial(json, r);
    as_json_put_open(json, "characteristics", '[');
    for (uint32_t t = 0; t < learnt->traits.n; t++)
        put_trait(json, learnt, t);
    as_json_close(json, ']');
    as_json_close(json, '}');
}
