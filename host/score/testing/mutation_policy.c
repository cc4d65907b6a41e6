/* Mutants of what a pack says of people and accounts: contact policy, consent, tracks, routes, service
 * levels, segments, tiers, templates. */
#include "score/testing/mutation.h"

#include "base/time.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, TEXT = 96 };

/* --- single values --- */

static void change_flag(struct as_mutating *mutating, bool *flag, const char *word)
{
    static const char *const values[] = {"false", "true"};
    bool made = !*flag;
    char before[TEXT], after[TEXT];
    snprintf(before, sizeof before, "%s = %s", word, values[*flag]);
    snprintf(after, sizeof after, "%s = %s", word, values[made]);
    as_mutating_add(mutating, flag, &made, sizeof made, before, after);
}

/* A span in its own unit: days where it is of whole days. */
static void change_span(struct as_mutating *mutating, int64_t *span, const char *word)
{
    char text[TEXT];
    if (*span <= 0)
        return;
    snprintf(text, sizeof text, "%s in %s", word, *span % DAY == 0 ? "days" : "hours");
    as_mutating_around(mutating, span, *span % DAY == 0 ? DAY : HOUR, text);
}

static void change_minutes(struct as_mutating *mutating, int *minutes, const char *word)
{
    enum { DAY_MINUTES = 1440, HOUR_MINUTES = 60 };
    for (int step = 1; step >= -1; step -= 2) {
        int made = (*minutes + step + DAY_MINUTES) % DAY_MINUTES;
        char before[TEXT], after[TEXT];
        snprintf(before, sizeof before, "%s %02d:%02d", word, *minutes / HOUR_MINUTES,
                 *minutes % HOUR_MINUTES);
        snprintf(after, sizeof after, "%s %02d:%02d", word, made / HOUR_MINUTES, made % HOUR_MINUTES);
        as_mutating_add(mutating, minutes, &made, sizeof made, before, after);
    }
}

static void change_share(struct as_mutating *mutating, double *share, double step, const char *word)
{
    for (int sign = 1; sign >= -1; sign -= 2) {
        double made = *share + sign * step;
        char before[TEXT], after[TEXT];
        snprintf(before, sizeof before, "%s %.10g", word, *share);
        snprintf(after, sizeof after, "%s %.10g", word, made);
        if (made > 0)
            as_mutating_add(mutating, share, &made, sizeof made, before, after);
    }
}

static void change_count(struct as_mutating *mutating, uint32_t *count, const char *word)
{
    for (int step = 1; step >= -1; step -= 2) {
        uint32_t made = *count + (uint32_t)step;
        char before[TEXT], after[TEXT];
        snprintf(before, sizeof before, "%s %u", word, (unsigned)*count);
        snprintf(after, sizeof after, "%s %u", word, (unsigned)made);
        if (*count + (int64_t)step > 0)
            as_mutating_add(mutating, count, &made, sizeof made, before, after);
    }
}

/* --- contact --- */

static void change_contact(struct as_mutating *mutating, struct as_contact_policy *policy)
{
    static const char *const bases[] = {"opt_out", "opt_in", "double_opt_in"};
    as_mutating_stand(mutating, policy->position, "", "contact_policy");
    for (uint32_t i = 0; i < policy->caps.n; i++) {
        as_mutating_rate(mutating, &policy->caps.at[i].most, policy->caps.at[i].channel);
        as_mutating_without(mutating, &policy->caps, i, policy->caps.at[i].channel);
    }
    change_span(mutating, &policy->gap, "gap");
    change_span(mutating, &policy->after_first_download, "after_first_download");
    if (policy->has_quiet) {
        change_minutes(mutating, &policy->quiet_from, "quiet from");
        change_minutes(mutating, &policy->quiet_to, "quiet to");
    }
    if (policy->blackout.declared) {
        change_flag(mutating, &policy->blackout.weekends, "blackout weekends");
        change_flag(mutating, &policy->blackout.spares_hand_raise, "blackout except hand_raise");
    }
    for (uint32_t i = 0; i < policy->needs.n; i++) {
        struct as_ladder_need *need = &policy->needs.at[i];
        for (int step = 1; step >= -1; step -= 2) {
            struct as_ladder_need made = *need;
            char before[TEXT], after[TEXT];
            if (need->rung + step < 1 || (uint32_t)(need->rung + step) > policy->ladder.n)
                continue;
            made.rung = (uint8_t)(need->rung + step);
            snprintf(before, sizeof before, "%s = %s", need->ask, policy->ladder.at[need->rung - 1]);
            snprintf(after, sizeof after, "%s = %s", need->ask, policy->ladder.at[made.rung - 1]);
            as_mutating_add(mutating, need, &made, sizeof made, before, after);
        }
    }
    for (uint32_t i = 0; i < policy->questions.n; i++) {
        struct as_question_cap *cap = &policy->questions.at[i];
        for (int step = 1; step >= -1; step -= 2) {
            uint32_t made = cap->most + (uint32_t)step;
            char before[TEXT], after[TEXT];
            const char *level = policy->ladder.at[cap->rung - 1];
            snprintf(before, sizeof before, "questions %s = %u", level, cap->most);
            snprintf(after, sizeof after, "questions %s = %u", level, made);
            if (cap->most > 0 || step > 0)
                as_mutating_add(mutating, &cap->most, &made, sizeof made, before, after);
        }
    }
    for (uint32_t i = 0; i < policy->never.n; i++) {
        as_mutating_stand(mutating, policy->never.at[i].when->position, "", "never");
        as_mutating_without(mutating, &policy->never, i, policy->never.at[i].channel);
    }
    as_mutating_stand(mutating, policy->position, "", "consent");
    for (uint32_t i = 0; i < policy->consents.n; i++) {
        struct as_consent_rule made = policy->consents.at[i];
        const char *country = made.country != NULL ? made.country : "unknown";
        char before[TEXT], after[TEXT];
        snprintf(before, sizeof before, "%s = %s", country, bases[made.basis]);
        made.basis =
            made.basis == AS_CONSENT_NEEDS_OPT_IN ? AS_CONSENT_NEEDS_DOUBLE_OPT_IN : AS_CONSENT_NEEDS_OPT_IN;
        snprintf(after, sizeof after, "%s = %s", country, bases[made.basis]);
        as_mutating_add(mutating, &policy->consents.at[i], &made, sizeof made, before, after);
    }
}

/* --- nurturing and routing --- */

static void change_track(struct as_mutating *mutating, struct as_track *track)
{
    const char *none = NULL;
    as_mutating_stand(mutating, track->position, "the track ", track->name);
    if (track->persona != NULL)
        as_mutating_add(mutating, &track->persona, &none, sizeof none, track->persona, NULL);
    if (track->phase != NULL)
        as_mutating_add(mutating, &track->phase, &none, sizeof none, track->phase, NULL);
    change_span(mutating, &track->once, "once");
    for (uint32_t i = 0; i < track->steps.n; i++) {
        struct as_step *step = &track->steps.at[i];
        as_mutating_stand(mutating, step->position, "the step ", step->name);
        change_span(mutating, &step->wait, "wait");
        if (step->done_when != NULL) {
            const struct as_expr *never = NULL;
            as_mutating_add(mutating, &step->done_when, &never, sizeof never, "done_when", NULL);
        }
    }
}

/* Shares, alpha and exposure are what looks go by: no decision about a described lead does. */
static void change_programme(struct as_mutating *mutating, struct as_programme *programme)
{
    as_mutating_stand(mutating, programme->position, "the programme ", programme->name);
    as_mutating_around(mutating, &programme->within, 1, "within in days");
    for (int step = 1; step >= -1 && programme->ends_on != 0; step -= 2) {
        int64_t made = programme->ends_on + step;
        char before[AS_TIME_TEXT], after[AS_TIME_TEXT];
        as_mutating_add(mutating, &programme->ends_on, &made, sizeof made,
                        as_day_format(before, programme->ends_on), as_day_format(after, made));
    }
    for (uint32_t i = 0; programme->tracks.n > 1 && i < programme->tracks.n; i++)
        as_mutating_without(mutating, &programme->tracks, i, programme->tracks.at[i]);
    for (int step = 1; step >= -1 && programme->when == NULL; step -= 2) {
        int made = (int)programme->outcome + step;
        enum as_stage outcome = (enum as_stage)made;
        if (made >= AS_STAGE_WORTH_A_CALL && made <= AS_STAGE_WON)
            as_mutating_add(mutating, &programme->outcome, &outcome, sizeof outcome,
                            as_stage_name(programme->outcome), as_stage_name(outcome));
    }
}

static void change_routes(struct as_mutating *mutating, struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->routes.n; i++) {
        struct as_route *route = &pack->routes.at[i];
        as_mutating_stand(mutating, route->position, "the route ", route->name);
        as_mutating_rate(mutating, &route->at_most, "at_most");
        if (route->to == AS_ROUTE_ROUND_ROBIN || route->to == AS_ROUTE_WEIGHTED)
            change_flag(mutating, &route->skip_absent, "skip_absent");
        for (uint32_t k = 0; route->to == AS_ROUTE_WEIGHTED && k < route->targets.n; k++)
            change_count(mutating, &route->targets.at[k].weight, route->targets.at[k].name);
        if (pack->routes.n > 1)
            as_mutating_without(mutating, &pack->routes, i, route->name);
    }
}

/* --- service levels --- */

static void change_within(struct as_mutating *mutating, struct as_span *within)
{
    bool hours = within->length % HOUR == 0;
    if (within->unit == AS_SPAN_BUSINESS_DAYS)
        as_mutating_around(mutating, &within->length, 1, "within in business days");
    else if (within->unit == AS_SPAN_BUSINESS_SECONDS)
        as_mutating_around(mutating, &within->length, hours ? HOUR : MINUTE,
                           hours ? "within in business hours" : "within in business minutes");
    else
        change_span(mutating, &within->length, "within");
}

static void change_hours(struct as_mutating *mutating, struct as_business *business,
                         struct as_position position)
{
    static const uint32_t no_days = 0;
    int32_t *const ends[] = {&business->open, &business->close};
    as_mutating_stand(mutating, position, "", "business_hours");
    for (int end = 0; end < 2; end++)
        for (int step = MINUTE; step >= -MINUTE; step -= 2 * MINUTE) {
            int32_t made = *ends[end] + step;
            char before[TEXT], after[TEXT];
            snprintf(before, sizeof before, "%s %02d:%02d", end == 0 ? "from" : "to", *ends[end] / HOUR,
                     *ends[end] / MINUTE % 60);
            snprintf(after, sizeof after, "%s %02d:%02d", end == 0 ? "from" : "to", made / HOUR,
                     made / MINUTE % 60);
            if (made >= 0 && made <= DAY)
                as_mutating_add(mutating, ends[end], &made, sizeof made, before, after);
        }
    bool other = !business->every_day;
    as_mutating_add(mutating, &business->every_day, &other, sizeof other,
                    other ? "weekends = true" : "weekends = false",
                    other ? "weekends = false" : "weekends = true");
    if (business->off_count > 0)
        as_mutating_add(mutating, &business->off_count, &no_days, sizeof no_days, "dates", NULL);
}

static void change_service_levels(struct as_mutating *mutating, struct as_pack *pack)
{
    const char *none = NULL;
    if (pack->service_levels.n > 0 && pack->business_position.file != NULL)
        change_hours(mutating, &pack->business, pack->business_position);
    for (uint32_t i = 0; i < pack->service_levels.n; i++) {
        struct as_service_level *level = &pack->service_levels.at[i];
        as_mutating_stand(mutating, level->position, "the agreement ", level->name);
        change_within(mutating, &level->within);
        if (level->warn > 0)
            change_count(mutating, &level->warn, "warn in percent");
        for (uint32_t k = 0; k < level->starts.n; k++) {
            const struct as_expr *events = level->starts.at[k];
            if (level->starts.n > 1)
                as_mutating_without(mutating, &level->starts, k,
                                    pack->rules.schema->kinds.at[events->kind_first]->name);
            if (events->where != NULL) {
                struct as_expr all = *events;
                all.where = NULL;
                as_mutating_become(mutating, events, &all);
            }
        }
        for (uint32_t k = 0; k < level->stops.n; k++) {
            const struct as_event_kind *kind = pack->rules.schema->kinds.at[level->stops.at[k]];
            /* What ends the lead's path stops the clock all the same. */
            if (kind->act == AS_ACT_ACCEPTED || !as_act_moves(kind->act))
                as_mutating_without(mutating, &level->stops, k, kind->name);
        }
        if (level->notify != NULL)
            as_mutating_add(mutating, &level->notify, &none, sizeof none, level->notify, NULL);
        if (level->reject != NULL)
            as_mutating_add(mutating, &level->reject, &none, sizeof none, level->reject, NULL);
        else if (pack->routes.n > 0)
            change_flag(mutating, &level->reassign, "reassign");
    }
}

/* --- accounts --- */

static void change_segment(struct as_mutating *mutating, struct as_segment *segment)
{
    enum { CENT = 1, UNIT = 100 };
    if (!segment->declared)
        return;
    as_mutating_stand(mutating, segment->position, "", "segment");
    for (int sign = CENT; sign >= -CENT; sign -= 2 * CENT) {
        as_mutating_number(mutating, &segment->very_high_value, segment->very_high_value + sign, UNIT,
                           "very_high_value");
        as_mutating_number(mutating, &segment->low_value, segment->low_value + sign, UNIT, "low_value");
    }
    change_share(mutating, &segment->homogeneous, 0.01, "homogeneous");
    as_mutating_expr(mutating, segment->value);
    as_mutating_expr(mutating, segment->diversity);
}

static void change_template(struct as_mutating *mutating, struct as_template *template_)
{
    as_mutating_stand(mutating, template_->position, "the template ", template_->name);
    for (uint32_t i = 0; i < template_->group.n; i++) {
        change_count(mutating, &template_->group.at[i].count, template_->group.at[i].role);
        if (template_->group.n > 1)
            as_mutating_without(mutating, &template_->group, i, template_->group.at[i].role);
    }
    if (template_->budget_share > 0)
        change_share(mutating, &template_->budget_share, 0.01, "budget at_most");
    for (uint32_t i = 0; template_->plays.n > 1 && i < template_->plays.n; i++)
        as_mutating_without(mutating, &template_->plays, i, template_->plays.at[i].name);
}

void as_mutating_policy(struct as_mutating *mutating)
{
    struct as_pack *pack = mutating->pack;
    if (pack->policy.declared || pack->policy.blackout.declared)
        change_contact(mutating, &pack->policy);
    for (uint32_t i = 0; i < pack->personas.n; i++) {
        as_mutating_stand(mutating, pack->personas.at[i].position, "the personas, ", pack->name);
        as_mutating_without(mutating, &pack->personas, i, pack->personas.at[i].name);
    }
    for (uint32_t i = 0; i < pack->tracks.n; i++) {
        change_track(mutating, pack->tracks.at[i]);
        as_mutating_stand(mutating, pack->tracks.at[i]->position, "the tracks of ", pack->name);
        if (pack->tracks.n > 1)
            as_mutating_without(mutating, &pack->tracks, i, pack->tracks.at[i]->name);
    }
    for (uint32_t i = 0; i < pack->programmes.n; i++) {
        change_programme(mutating, pack->programmes.at[i]);
        as_mutating_stand(mutating, pack->programmes.at[i]->position, "the programmes of ", pack->name);
        as_mutating_without(mutating, &pack->programmes, i, pack->programmes.at[i]->name);
    }
    change_routes(mutating, pack);
    change_service_levels(mutating, pack);
    change_segment(mutating, &pack->segment);
    for (uint32_t i = 0; i < pack->templates.n; i++)
        change_template(mutating, pack->templates.at[i]);
    for (uint32_t i = 0; i < pack->tiers.n; i++) {
        as_mutating_stand(mutating, pack->tiers.at[i].position, "the tiers of ", pack->name);
        as_mutating_without(mutating, &pack->tiers, i, pack->tiers.at[i].name);
    }
}
