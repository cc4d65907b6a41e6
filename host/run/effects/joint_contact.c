/* Contact as all packs of a run allow it: the strictest word, and an instant that all leave open. */
#include "run/effects/effects.h"

#include "score/model/closed_hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Another team's ladder need not know this team's asks; there the question counts as the lowest. */
static bool understands(const struct as_pack *pack, const char *ask)
{
    return ask != NULL && as_policy_rung(&pack->policy, as_str_of(ask)) != 0;
}

/* One pack's quiet hours may end within another's, or on a day that another has off: all are asked about the
 * instant to which each alone would put the contact off. */
static enum as_status agree_on_hours(struct as_contact_answer *out, const char **by,
                                     const struct as_decision *const *all, uint32_t n, uint32_t row,
                                     const struct as_contact_question *question, struct as_error *error)
{
    bool answers = question->answers_hand_raise;
    const struct as_nurture **policies = calloc(n, sizeof *policies);
    if (policies == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < n; i++)
        policies[i] = all[i]->nurture;
    if (out->denial == AS_DENIED_QUIET) {
        out->until = as_calm_from(policies, n, row, question->at);
        for (uint32_t i = 0; i < n && out->denial == AS_DENIED_QUIET && out->until != AS_TIME_NONE; i++)
            if (as_day_off_end(out->reason, policies[i], row, answers, out->until) > out->until) {
                out->denial = AS_DENIED_BLACKOUT;
                *by = all[i]->pack->name;
            }
    }
    if (out->denial == AS_DENIED_BLACKOUT)
        out->until = as_open_from(policies, n, row, answers, question->at);
    else if (out->until == AS_TIME_NONE) {
        out->denial = AS_DENIED_BLACKOUT;
        snprintf(out->reason, sizeof out->reason, "the quiet hours of all packs leave no hour of a day");
    }
    free(policies);
    return AS_OK;
}

enum as_status as_contact_joint(struct as_contact_answer *out, const char **by,
                                const struct as_decision *const *all, uint32_t n, uint32_t lead_row,
                                const struct as_contact_question *question, struct as_error *error)
{
    *out = (struct as_contact_answer){AS_CONTACT_ALLOWED, AS_TIME_NONE, ""};
    *by = NULL;
    for (uint32_t i = 0; i < n && (out->denial == AS_CONTACT_ALLOWED || out->denial == AS_DENIED_QUIET);
         i++) {
        struct as_contact_question own = *question;
        struct as_contact_answer answer;
        if (!understands(all[i]->pack, own.ask))
            own.ask = NULL;
        enum as_status status = as_nurture_ask(&answer, all[i]->nurture, lead_row, &own, error);
        if (status != AS_OK)
            return status;
        if (answer.denial == AS_CONTACT_ALLOWED ||
            (answer.denial == AS_DENIED_QUIET && out->until >= answer.until))
            continue;
        *out = answer;
        *by = all[i]->pack->name;
    }
    return n > 1 && (out->denial == AS_DENIED_QUIET || out->denial == AS_DENIED_BLACKOUT)
               ? agree_on_hours(out, by, all, n, lead_row, question, error)
               : AS_OK;
}
