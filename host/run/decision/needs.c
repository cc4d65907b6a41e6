/* What deciding a pack reads: the union over its plan and the parts of a decision that are no plan: contact
 * policy, buying phase, recorded acts, routing, what clocks begin with. Loading less than this would decide
 * on facts that look unknown. */
#include "run/decision/decision.h"

#include "score/model/contact.h"
#include "score/model/service_clock.h"
#include "score/model/stage.h"

#include <stdlib.h>

enum as_status as_needs_new(struct as_needs *out, const struct as_schema *schema, struct as_error *error)
{
    /* One word more than needed: a schema without properties still gets arrays that can be pointed at. */
    *out = (struct as_needs){calloc(AS_BIT_WORDS(schema->fields.n) + 1, 8),
                             calloc(AS_BIT_WORDS(schema->kinds.n) + 1, 8),
                             calloc(AS_BIT_WORDS(schema->properties.n) + 1, 8), false, false};
    if (out->fields == NULL || out->kinds == NULL || out->properties == NULL) {
        as_needs_free(out);
        return as_error_memory(error);
    }
    return AS_OK;
}

void as_needs_free(struct as_needs *needs)
{
    free(needs->fields);
    free(needs->kinds);
    free(needs->properties);
    *needs = (struct as_needs){NULL, NULL, NULL, false, false};
}

void as_needs_field(struct as_needs *needs, const struct as_schema *schema, enum as_level level,
                    const char *name)
{
    uint32_t field = as_schema_field(schema, level, as_str_of(name));
    if (field != AS_NO_INDEX)
        as_bit_set(needs->fields, field);
}

/* What holds up a gate of accounts is looked for among their people (blockers.c). */
static bool has_account_gates(const struct as_pack *pack)
{
    for (uint32_t m = 0; m < pack->models.n; m++)
        for (uint32_t g = 0; g < pack->models.at[m]->gates.n; g++)
            if (pack->models.at[m]->gates.at[g]->level == AS_LEVEL_ACCOUNT)
                return true;
    return false;
}

void as_needs_add(struct as_needs *needs, const struct as_plan *plan)
{
    const struct as_pack *pack = as_plan_pack(plan);
    bool account_events;
    as_plan_needs(plan, needs->fields, needs->kinds, needs->properties, &account_events);
    needs->account_events |= account_events;
    needs->members |= as_plan_asks_members(plan) || has_account_gates(pack);
    as_stage_needs(pack, needs->kinds, needs->properties);
    as_nurture_needs(pack, needs->fields, needs->kinds);
    as_service_needs(pack, needs->kinds, needs->properties);
}

struct as_snapshot_request as_needs_request(const struct as_needs *needs, int64_t at, int64_t known_at)
{
    return (struct as_snapshot_request){.at = at,
                                        .known_at = known_at,
                                        .fields = needs->fields,
                                        .kinds = needs->kinds,
                                        .properties = needs->properties,
                                        .account_events = needs->account_events};
}

void as_request_ladder(struct as_snapshot_request *request, const struct as_run_pack *packs, uint32_t n)
{
    for (uint32_t i = 0; i < n && request->ask_count == 0; i++) {
        request->asks = packs[i].pack->policy.needs.at;
        request->ask_count = packs[i].pack->policy.needs.n;
    }
}
