/* The check of a pack: calls the families of checks one after the other, and knows every place where a
 * condition can stand. */
#include "score/check/check.h"

#include "score/check/check_parts.h"
#include "score/check/sameness.h"

#include <stdio.h>

bool as_exclude_each_other(struct as_checking *checking, const struct as_expr *a, const struct as_expr *b)
{
    const struct as_wish both[] = {{a, true, false}, {b, true, false}};
    return !as_possible(&checking->extents, both, 2);
}

/* True when every fact that b reads is known wherever a holds. */
static bool settles(struct as_checking *checking, const struct as_expr *a, const struct as_expr *b)
{
    if (b->kind == AS_EXPR_FIELD || b->kind == AS_EXPR_ANSWER) {
        const struct as_wish wishes[] = {{a, true, false}, {b, false, true}};
        return !as_possible(&checking->extents, wishes, 2);
    }
    for (uint32_t i = 0; b->kind == AS_EXPR_CALL && i < b->arg_count; i++)
        if (b->args[i].kind == AS_LITERAL_EXPR && !settles(checking, a, b->args[i].expr))
            return false;
    return true;
}

bool as_implies(struct as_checking *checking, const struct as_expr *a, const struct as_expr *b)
{
    const struct as_wish wishes[] = {{a, true, false}, {b, false, false}};
    return !as_possible(&checking->extents, wishes, 2) && (as_expr_same(a, b) || settles(checking, a, b));
}

struct visit {
    struct as_checking *checking;
    void (*each)(struct as_checking *checking, const struct as_place *place);
};

/* `rule "big"`, and with an owner `rule "big" of score "fit"`. */
static void visit(const struct visit *v, const struct as_expr *when, struct as_position position,
                  const char *word, const char *name, const char *owner_word, const char *owner)
{
    char what[2 * AS_MAX_NAME + 64];
    if (when == NULL)
        return;
    if (owner != NULL)
        snprintf(what, sizeof what, "%s \"%s\" %s \"%s\"", word, name, owner_word, owner);
    else
        snprintf(what, sizeof what, "%s \"%s\"", word, name);
    const struct as_place place = {what, when, position};
    v->each(v->checking, &place);
}

static void visit_model(const struct visit *v, const struct as_model *model)
{
    visit(v, model->when, model->position, "model", model->name, NULL, NULL);
    for (uint32_t i = 0; i < model->scores.n; i++)
        for (uint32_t r = 0; r < model->scores.at[i]->rules.n; r++) {
            const struct as_rule *rule = model->scores.at[i]->rules.at[r];
            visit(v, rule->when, rule->position, "rule", rule->name, "of score", model->scores.at[i]->name);
        }
    for (uint32_t i = 0; i < model->disqualifiers.n; i++)
        visit(v, model->disqualifiers.at[i].when, model->disqualifiers.at[i].position, "disqualify",
              model->disqualifiers.at[i].name, NULL, NULL);
    for (uint32_t i = 0; i < model->gates.n; i++)
        for (uint32_t c = 0; c < model->gates.at[i]->criteria.n; c++) {
            const struct as_criterion *criterion = &model->gates.at[i]->criteria.at[c];
            visit(v, criterion->when, model->gates.at[i]->position, "criterion", criterion->name, "of gate",
                  model->gates.at[i]->name);
        }
    for (uint32_t i = 0; i < model->recycles.n; i++)
        visit(v, model->recycles.at[i].when, model->recycles.at[i].position, "recycle from",
              as_stage_name(model->recycles.at[i].from), "to", as_stage_name(model->recycles.at[i].to));
}

static void visit_effects(const struct visit *v, const struct as_effect_rule *const *effects, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        visit(v, effects[i]->when, effects[i]->position, "effect", effects[i]->name, NULL, NULL);
}

static void visit_nurturing(const struct visit *v, const struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->personas.n; i++)
        visit(v, pack->personas.at[i].when, pack->personas.at[i].position, "persona",
              pack->personas.at[i].name, NULL, NULL);
    for (uint32_t i = 0; i < pack->policy.never.n; i++)
        visit(v, pack->policy.never.at[i].when, pack->policy.never.at[i].when->position, "never by channel",
              pack->policy.never.at[i].channel, NULL, NULL);
    for (uint32_t i = 0; i < pack->tracks.n; i++) {
        const struct as_track *track = pack->tracks.at[i];
        visit(v, track->when, track->position, "track", track->name, NULL, NULL);
        for (uint32_t s = 0; s < track->steps.n; s++) {
            visit(v, track->steps.at[s].done_when, track->steps.at[s].position, "step",
                  track->steps.at[s].name, "of track", track->name);
            visit_effects(v, track->steps.at[s].effects.at, track->steps.at[s].effects.n);
        }
    }
    for (uint32_t i = 0; i < pack->programmes.n; i++)
        visit(v, pack->programmes.at[i]->when, pack->programmes.at[i]->position, "outcome of programme",
              pack->programmes.at[i]->name, NULL, NULL);
    for (uint32_t i = 0; i < pack->routes.n; i++)
        visit(v, pack->routes.at[i].when, pack->routes.at[i].position, "route", pack->routes.at[i].name, NULL,
              NULL);
}

static void visit_contrasts(const struct visit *v, const struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->contrasts.n; i++) {
        const struct as_contrast *contrast = pack->contrasts.at[i];
        visit(v, contrast->best, contrast->position, "contrast", contrast->name, NULL, NULL);
        visit(v, contrast->worst, contrast->position, "contrast", contrast->name, NULL, NULL);
    }
}

static void visit_accounts(const struct visit *v, const struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->tiers.n; i++)
        visit(v, pack->tiers.at[i].when, pack->tiers.at[i].position, "tier", pack->tiers.at[i].name, NULL,
              NULL);
    for (uint32_t i = 0; i < pack->templates.n; i++) {
        const struct as_template *made = pack->templates.at[i];
        visit(v, made->when, made->position, "template", made->name, NULL, NULL);
        for (uint32_t p = 0; p < made->plays.n; p++)
            visit(v, made->plays.at[p].when, made->plays.at[p].position, "play", made->plays.at[p].name,
                  "of template", made->name);
    }
}

void as_each_place(const struct as_pack *pack,
                   void (*each)(struct as_checking *checking, const struct as_place *place),
                   struct as_checking *checking)
{
    const struct visit v = {checking, each};
    for (uint32_t i = 0; i < pack->models.n; i++)
        visit_model(&v, pack->models.at[i]);
    visit_nurturing(&v, pack);
    for (uint32_t i = 0; i < pack->reactions.n; i++)
        visit_effects(&v, pack->reactions.at[i].effects.at, pack->reactions.at[i].effects.n);
    visit_accounts(&v, pack);
    visit_contrasts(&v, pack);
    for (uint32_t i = 0; i < pack->enrichments.n; i++)
        visit(&v, pack->enrichments.at[i]->when, pack->enrichments.at[i]->position, "enrich",
              pack->enrichments.at[i]->name, NULL, NULL);
}

enum as_status as_check_pack(struct as_findings *out, const struct as_check_input *input,
                             struct as_error *error)
{
    struct as_checking checking = {.input = input, .pack = input->pack, .out = out};
    enum as_status status = as_extents_open(&checking.extents, input->pack, error);
    if (status == AS_OK) {
        as_check_conditions(&checking);
        as_check_scores(&checking);
        as_check_gates(&checking);
        as_check_nurturing(&checking);
        as_check_programmes(&checking);
        as_check_plans(&checking);
        as_check_language(&checking);
        as_check_unused(&checking);
        as_findings_sort(out);
        if (out->failed)
            status = as_error_memory(error);
    }
    as_extents_close(&checking.extents);
    return status;
}
