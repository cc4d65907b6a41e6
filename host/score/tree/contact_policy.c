/* The ladder of a contact policy, asked by what a touch is for. */
#include "score/tree/contact_policy.h"

uint8_t as_policy_rung(const struct as_contact_policy *policy, struct as_str ask)
{
    for (uint32_t i = 0; i < policy->needs.n; i++)
        if (as_str_is(ask, policy->needs.at[i].ask))
            return policy->needs.at[i].rung;
    return 0;
}
