/* Nurturing and routing: personas without a track, tracks without steps or content or in a wrong order,
 * routes that no lead comes to. A track for a persona that nobody declares does not load. */
#include "score/check/check_parts.h"

#include "base/limits.h"
#include "score/model/buyer.h"

#include <string.h>

static void check_persona(struct as_checking *c, const struct as_persona *persona)
{
    for (uint32_t i = 0; i < c->pack->tracks.n; i++)
        if (c->pack->tracks.at[i]->persona != NULL &&
            strcmp(c->pack->tracks.at[i]->persona, persona->name) == 0)
            return;
    as_findings_add(c->out, AS_FINDING_PERSONA_UNUSED, persona->position, NULL,
                    "no track is made for persona \"%s\"", persona->name);
}

/* Steps climb the ladder of the contact policy; those that ask for nothing stand anywhere. */
static void check_order(struct as_checking *c, const struct as_track *track)
{
    const struct as_step *highest = NULL;
    uint8_t reached = 0;
    for (uint32_t i = 0; i < track->steps.n; i++) {
        const struct as_step *step = &track->steps.at[i];
        uint8_t rung = step->ask != NULL ? as_policy_rung(&c->pack->policy, as_str_of(step->ask)) : 0;
        if (rung > 0 && rung < reached)
            as_findings_add(c->out, AS_FINDING_TRACK_ORDER, step->position, NULL,
                            "step \"%s\" asks for \"%s\", less than \"%s\" before it asks for: \"%s\"",
                            step->name, step->ask, highest->name, highest->ask);
        if (rung > reached) {
            reached = rung;
            highest = step;
        }
    }
}

static void check_track(struct as_checking *c, const struct as_track *track)
{
    if (track->steps.n == 0) {
        as_findings_add(c->out, AS_FINDING_TRACK_EMPTY, track->position, NULL, "track \"%s\" has no steps",
                        track->name);
        return;
    }
    check_order(c, track);
    for (uint32_t i = 0; i < track->steps.n; i++)
        if (track->steps.at[i].content != NULL)
            return;
    as_findings_add(c->out, AS_FINDING_TRACK_NO_CONTENT, track->position, NULL,
                    "track \"%s\" has only tasks, no content", track->name);
}

/* The first route that takes every lead that this one would take; NULL none. */
static const struct as_route *taker(struct as_checking *c, uint32_t index)
{
    const struct as_route *route = &c->pack->routes.at[index];
    for (uint32_t i = 0; i < index; i++) {
        const struct as_route *before = &c->pack->routes.at[i];
        if (before->when == NULL || (route->when != NULL && as_implies(c, route->when, before->when)))
            return before;
    }
    return NULL;
}

/* A bank that asks about the product in passing does not lead to it. Only for teams that have one. */
static void check_bank(struct as_checking *c)
{
    const struct as_pack *pack = c->pack;
    for (int phase = AS_PHASE_DISCOVERY; phase <= AS_PHASE_DECISION && pack->questions.n > 0; phase++) {
        const struct as_question_set *last = NULL;
        uint32_t specific = 0;
        for (uint32_t s = 0; s < pack->questions.n; s++) {
            const struct as_question_set *set = &pack->questions.at[s];
            if (strcmp(set->phase, as_phase_name((enum as_phase)phase)) != 0)
                continue;
            specific += set->product != NULL ? set->asks.n : 0;
            last = set;
        }
        if (specific < AS_PRODUCT_QUESTIONS)
            as_findings_add(c->out, AS_FINDING_BANK_THIN,
                            last != NULL ? last->position : pack->questions.at[0].position, NULL,
                            "%u %s about a product in the phase %s, fewer than %d", specific,
                            specific == 1 ? "question is" : "questions are",
                            as_phase_name((enum as_phase)phase), AS_PRODUCT_QUESTIONS);
    }
}

void as_check_nurturing(struct as_checking *checking)
{
    const struct as_pack *pack = checking->pack;
    for (uint32_t i = 0; i < pack->personas.n; i++)
        check_persona(checking, &pack->personas.at[i]);
    for (uint32_t i = 0; i < pack->tracks.n; i++)
        check_track(checking, pack->tracks.at[i]);
    check_bank(checking);
    for (uint32_t i = 0; i < pack->routes.n; i++) {
        const struct as_route *route = &pack->routes.at[i], *before = taker(checking, i);
        if (before != NULL)
            as_findings_add(checking->out, AS_FINDING_ROUTE_UNREACHABLE, route->position, NULL,
                            "no lead comes to route \"%s\": route \"%s\" in line %d takes %s", route->name,
                            before->name, before->position.line,
                            before->when == NULL ? "everybody" : "all of them before");
    }
}
