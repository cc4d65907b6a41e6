/* Opens what nurturing reads for every lead: codes, countries, time zones, verdicts. The rules of contact are
 * contact.c's, the tracks' are track.c's. */
#include "score/model/nurture.h"

#include "base/zone.h"
#include "score/model/programme.h"

#include <stdlib.h>

/* More different zone names than the world has are garbage; those beyond are opened when they are met. */
enum { MOST_ZONES = 2048 };

uint32_t as_nurture_channel(const struct as_nurture *nurture, const char *channel)
{
    if (nurture->dataset->channels == NULL)
        return AS_NO_INDEX;
    uint32_t code = as_intern_find(nurture->dataset->channels, as_str_of(channel));
    return code == AS_INTERN_NONE ? AS_NO_INDEX : code;
}

static struct as_verdicts verdicts(const struct as_nurture *nurture, const struct as_expr *root)
{
    return as_outcome_verdicts_at(nurture->outcome, root, AS_LEVEL_LEAD);
}

/* --- consent --- */

static uint8_t basis_of(const struct as_consent_rule *rule)
{
    return rule->basis == AS_CONSENT_NEEDS_DOUBLE_OPT_IN ? AS_BASIS_DOUBLE_OPT_IN
           : rule->basis == AS_CONSENT_NEEDS_OPT_IN      ? AS_BASIS_OPT_IN
                                                         : AS_BASIS_NOT_NEEDED;
}

/* Where nothing is said about other countries, the strictest of those that are listed holds for them. */
static uint8_t other_basis(const struct as_contact_policy *policy)
{
    uint8_t strictest = AS_BASIS_NOT_NEEDED;
    for (uint32_t i = 0; i < policy->consents.n; i++) {
        uint8_t basis = basis_of(&policy->consents.at[i]);
        if (policy->consents.at[i].country == NULL)
            return basis;
        strictest = basis > strictest ? basis : strictest;
    }
    return strictest;
}

static enum as_status open_countries(const struct as_column **column, uint8_t **basis,
                                     const struct as_nurture *nurture, enum as_level level,
                                     struct as_error *error)
{
    const struct as_contact_policy *policy = &nurture->pack->policy;
    uint32_t field = as_schema_field(nurture->dataset->schema, level, AS_STR("country"));
    *column = field != AS_NO_INDEX ? nurture->dataset->field[field] : NULL;
    if (*column == NULL || (*column)->dict == NULL) {
        *column = NULL;
        return AS_OK;
    }
    uint32_t n = as_intern_count((*column)->dict);
    *basis = calloc((size_t)n + 1, sizeof **basis);
    if (*basis == NULL)
        return as_error_memory(error);
    for (uint32_t code = 0; code < n; code++) {
        (*basis)[code] = nurture->other_basis;
        struct as_str country = as_str_trim(as_intern_text((*column)->dict, code));
        for (uint32_t i = 0; i < policy->consents.n; i++)
            if (policy->consents.at[i].country != NULL &&
                as_str_is_nocase(country, policy->consents.at[i].country))
                (*basis)[code] = basis_of(&policy->consents.at[i]);
    }
    return AS_OK;
}

/* --- zones --- */

static enum as_status name_zones(struct as_nurture *nurture, const struct as_expr *expr, uint32_t depth,
                                 struct as_error *error)
{
    if (depth > AS_MAX_EXPR_DEPTH)
        return AS_OK;
    if (expr->kind == AS_EXPR_FIELD) {
        const struct as_column *column = nurture->dataset->field[expr->field];
        if (expr->via != AS_NO_INDEX || column == NULL || column->type != AS_TYPE_TEXT)
            return AS_OK;
        for (uint32_t i = 0;
             i < as_intern_count(column->dict) && as_intern_count(nurture->zone_names) < MOST_ZONES; i++)
            if (as_intern_add(nurture->zone_names, as_str_trim(as_intern_text(column->dict, i))) ==
                AS_INTERN_NONE)
                return as_error_memory(error);
    }
    enum as_status status = AS_OK;
    for (uint32_t i = 0; status == AS_OK && expr->kind == AS_EXPR_CALL && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            status = name_zones(nurture, expr->args[i].expr, depth + 1, error);
    return status;
}

static enum as_status open_zones(struct as_nurture *nurture, struct as_error *error)
{
    const struct as_expr *expr = nurture->pack->policy.quiet_zone;
    if (!nurture->pack->policy.has_quiet || expr == NULL)
        return AS_OK;
    nurture->zone_names = as_intern_new();
    if (nurture->zone_names == NULL)
        return as_error_memory(error);
    enum as_status status = name_zones(nurture, expr, 0, error);
    if (status != AS_OK)
        return status;
    uint32_t n = as_intern_count(nurture->zone_names);
    nurture->zones = calloc((size_t)n + 1, sizeof *nurture->zones);
    if (nurture->zones == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < n; i++) {
        /* A name that is no zone stays NULL: the answer says so for the leads that carry it. */
        status = as_zone_open(&nurture->zones[i], as_intern_text(nurture->zone_names, i), NULL);
        if (status == AS_ERR_MEMORY)
            return as_error_memory(error);
    }
    if (expr->kind == AS_EXPR_FIELD && expr->via == AS_NO_INDEX) {
        const struct as_column *column = nurture->dataset->field[expr->field];
        nurture->zone_column = column != NULL && column->type == AS_TYPE_TEXT ? column : NULL;
        nurture->zone_level = expr->level;
    }
    return AS_OK;
}

/* --- tracks --- */

/* What ended may be declared still: under the very terms that ended it tries nothing any more. */
static const struct as_programme *programme_of(const struct as_nurture *nurture, const struct as_track *track)
{
    const struct as_programme *programme = as_programme_of(nurture->pack, track->name);
    const struct as_intern *over = nurture->dataset->programmes_over;
    bool ended = programme != NULL && over != NULL &&
                 as_intern_find(over, as_str_of(programme->terms)) != AS_INTERN_NONE;
    return ended ? NULL : programme;
}

static enum as_status open_tracks(struct as_nurture *nurture, struct as_error *error)
{
    const struct as_pack *pack = nurture->pack;
    uint32_t steps = 0;
    for (uint32_t t = 0; t < pack->tracks.n; t++)
        steps += pack->tracks.at[t]->steps.n;
    nurture->track_when = calloc((size_t)pack->tracks.n + 1, sizeof *nurture->track_when);
    nurture->track_code = calloc((size_t)pack->tracks.n + 1, sizeof *nurture->track_code);
    nurture->track_persona = calloc((size_t)pack->tracks.n + 1, sizeof *nurture->track_persona);
    nurture->first_step = calloc((size_t)pack->tracks.n + 1, sizeof *nurture->first_step);
    nurture->step_done = calloc((size_t)steps + 1, sizeof *nurture->step_done);
    nurture->step_channel = calloc((size_t)steps + 1, sizeof *nurture->step_channel);
    nurture->programme = calloc((size_t)pack->tracks.n + 1, sizeof *nurture->programme);
    if (nurture->programme == NULL || nurture->track_when == NULL || nurture->track_code == NULL ||
        nurture->track_persona == NULL || nurture->first_step == NULL || nurture->step_done == NULL ||
        nurture->step_channel == NULL)
        return as_error_memory(error);
    uint32_t step = 0;
    for (uint32_t t = 0; t < pack->tracks.n; t++) {
        const struct as_track *track = pack->tracks.at[t];
        uint32_t code = nurture->dataset->tracks == NULL
                            ? AS_INTERN_NONE
                            : as_intern_find(nurture->dataset->tracks, as_str_of(track->name));
        nurture->track_code[t] = code == AS_INTERN_NONE ? AS_NO_INDEX : code;
        nurture->track_persona[t] = AS_NO_INDEX;
        for (uint32_t i = 0; track->persona != NULL && i < pack->personas.n; i++)
            if (as_str_is(as_str_of(track->persona), pack->personas.at[i].name))
                nurture->track_persona[t] = i;
        nurture->first_step[t] = step;
        nurture->programme[t] = programme_of(nurture, track);
        if (nurture->outcome != NULL)
            nurture->track_when[t] = verdicts(nurture, track->when);
        for (uint32_t i = 0; i < track->steps.n; i++, step++) {
            const struct as_step *s = &track->steps.at[i];
            nurture->step_channel[step] = as_nurture_channel(nurture, s->channel);
            if (nurture->outcome != NULL && s->done_when != NULL)
                nurture->step_done[step] = verdicts(nurture, s->done_when);
        }
    }
    return AS_OK;
}

/* --- policy --- */

static enum as_status open_policy(struct as_nurture *nurture, struct as_error *error)
{
    const struct as_contact_policy *policy = &nurture->pack->policy;
    nurture->never = calloc((size_t)policy->never.n + 1, sizeof *nurture->never);
    nurture->cap_channel = calloc((size_t)policy->caps.n + 1, sizeof *nurture->cap_channel);
    if (nurture->never == NULL || nurture->cap_channel == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; nurture->outcome != NULL && i < policy->never.n; i++)
        nurture->never[i] = verdicts(nurture, policy->never.at[i].when);
    for (uint32_t i = 0; i < policy->caps.n; i++)
        nurture->cap_channel[i] = as_nurture_channel(nurture, policy->caps.at[i].channel);
    nurture->other_basis = other_basis(policy);
    if (policy->consents.n == 0)
        return AS_OK;
    enum as_status status =
        open_countries(&nurture->lead_country, &nurture->lead_basis, nurture, AS_LEVEL_LEAD, error);
    if (status == AS_OK)
        status = open_countries(&nurture->account_country, &nurture->account_basis, nurture, AS_LEVEL_ACCOUNT,
                                error);
    return status;
}

enum as_status as_nurture_open(struct as_nurture **out, const struct as_pack *pack,
                               const struct as_outcome *outcome, const struct as_dataset *dataset,
                               struct as_error *error)
{
    struct as_nurture *nurture = calloc(1, sizeof *nurture);
    if (nurture == NULL)
        return as_error_memory(error);
    nurture->pack = pack;
    nurture->outcome = outcome;
    nurture->dataset = dataset;
    enum as_status status = as_buyer_open(&nurture->buyer, dataset, error);
    if (status == AS_OK)
        status = open_policy(nurture, error);
    if (status == AS_OK)
        status = open_zones(nurture, error);
    if (status == AS_OK)
        status = open_tracks(nurture, error);
    if (status != AS_OK) {
        as_nurture_close(nurture);
        return status;
    }
    *out = nurture;
    return AS_OK;
}

void as_nurture_until(struct as_outcome *outcome, const struct as_nurture *nurture, int64_t at)
{
    bool phases = false;
    for (uint32_t t = 0; t < nurture->pack->tracks.n; t++)
        phases |= nurture->pack->tracks.at[t]->phase != NULL;
    for (uint32_t row = 0; phases && row < nurture->dataset->leads; row++)
        as_outcome_bring_forward(outcome, row, as_buyer_phase_until(&nurture->buyer, row, at));
}

void as_nurture_close(struct as_nurture *nurture)
{
    if (nurture == NULL)
        return;
    for (uint32_t i = 0; nurture->zones != NULL && i < as_intern_count(nurture->zone_names); i++)
        as_zone_free(nurture->zones[i]);
    as_intern_free(nurture->zone_names);
    free(nurture->zones);
    as_buyer_close(&nurture->buyer);
    free(nurture->never);
    free(nurture->cap_channel);
    free(nurture->lead_basis);
    free(nurture->account_basis);
    free(nurture->track_when);
    free(nurture->track_code);
    free(nurture->track_persona);
    free(nurture->first_step);
    free(nurture->step_done);
    free(nurture->step_channel);
    free(nurture->programme);
    free(nurture);
}

static void need_answer(const struct as_schema *schema, uint64_t *fields, const char *name)
{
    uint32_t index = as_schema_answer(schema, as_str_of(name));
    if (index != AS_NO_INDEX && fields != NULL)
        as_bit_set(fields, index);
}

void as_nurture_needs(const struct as_pack *pack, uint64_t *fields, uint64_t *kinds)
{
    static const char *const answers[] = {"need",         "evaluating",   "decision_by", "funds_access",
                                          "funds_commit", "buying_phase", "phase"};
    const struct as_schema *schema = pack->rules.schema;
    if (!pack->policy.declared && pack->tracks.n == 0)
        return;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        need_answer(schema, fields, answers[i]);
    for (uint32_t level = AS_LEVEL_LEAD; level <= AS_LEVEL_ACCOUNT; level++) {
        uint32_t country = as_schema_field(schema, (enum as_level)level, AS_STR("country"));
        if (pack->policy.consents.n > 0 && country != AS_NO_INDEX && fields != NULL)
            as_bit_set(fields, country);
    }
    for (uint32_t i = 0; kinds != NULL && i < schema->kinds.n; i++) {
        if (as_buyer_signs_of(schema->kinds.at[i]) != 0)
            as_bit_set(kinds, i);
    }
}
