/* What deciding a pack reads: the union over its plan and the parts of a decision that are no plan: contact
 * policy, buying phase, recorded acts, routing. Loading less than this would decide on facts that look
 * unknown. */
#include "run/decision/decision.h"

#include <stdlib.h>

enum as_status as_needs_new(struct as_needs *out, const struct as_schema *schema, struct as_error *error)
{
    /* One word more than needed: a schema without properties still gets arrays that can be pointed at. */
    *out = (struct as_needs){calloc(AS_BIT_WORDS(schema->fields.n) + 1, 8),
                             calloc(AS_BIT_WORDS(schema->kinds.n) + 1, 8),
                             calloc(AS_BIT_WORDS(schema->properties.n) + 1, 8), false};
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
    *needs = (struct as_needs){NULL, NULL, NULL, false};
}

void as_needs_field(struct as_needs *needs, const struct as_schema *schema, enum as_level level,
                    const char *name)
{
    uint32_t field = as_schema_field(schema, level, as_str_of(name));
    if (field != AS_NO_INDEX)
        as_bit_set(needs->fields, field);
}

static void need_answer(struct as_needs *needs, const struct as_schema *schema, const char *name)
{
    uint32_t field = as_schema_answer(schema, as_str_of(name));
    if (field != AS_NO_INDEX)
        as_bit_set(needs->fields, field);
}

/* The rung a buyer reached, the buying phase and an open hand-raise are read from every buyer event with an
 * intent. */
static void need_intents(struct as_needs *needs, const struct as_schema *schema)
{
    for (uint32_t k = 0; k < schema->kinds.n; k++)
        if (schema->kinds.at[k]->by == AS_ACTOR_BUYER && schema->kinds.at[k]->intent != NULL)
            as_bit_set(needs->kinds, k);
    need_answer(needs, schema, "need");
    need_answer(needs, schema, "evaluating");
}

static void need_acts(struct as_needs *needs, const struct as_schema *schema)
{
    for (uint32_t k = 0; k < schema->kinds.n; k++)
        if (schema->kinds.at[k]->act != AS_ACT_NONE)
            as_bit_set(needs->kinds, k);
}

enum as_status as_needs_add(struct as_needs *needs, const struct as_pack *pack, const struct as_plan *plan,
                            struct as_error *error)
{
    const struct as_schema *schema = pack->rules.schema;
    struct as_needs own;
    enum as_status status = as_needs_new(&own, schema, error);
    if (status != AS_OK)
        return status;
    as_plan_needs(plan, own.fields, own.kinds, own.properties, &own.account_events);
    need_acts(&own, schema);
    if (pack->policy.declared || pack->tracks.n > 0) {
        need_intents(&own, schema);
        static const char *const of_leads[] = {"country", "timezone", "unsubscribed", "bounced_hard"};
        static const char *const of_accounts[] = {"country", "do_not_contact"};
        for (size_t i = 0; i < sizeof of_leads / sizeof *of_leads; i++)
            as_needs_field(&own, schema, AS_LEVEL_LEAD, of_leads[i]);
        for (size_t i = 0; i < sizeof of_accounts / sizeof *of_accounts; i++)
            as_needs_field(&own, schema, AS_LEVEL_ACCOUNT, of_accounts[i]);
    }
    if (pack->templates.n > 0)
        as_needs_field(&own, schema, AS_LEVEL_LEAD, "group_role");
    for (size_t i = 0; i < AS_BIT_WORDS(schema->fields.n); i++)
        needs->fields[i] |= own.fields[i];
    for (size_t i = 0; i < AS_BIT_WORDS(schema->kinds.n); i++)
        needs->kinds[i] |= own.kinds[i];
    for (size_t i = 0; i < AS_BIT_WORDS(schema->properties.n); i++)
        needs->properties[i] |= own.properties[i];
    needs->account_events |= own.account_events;
    as_needs_free(&own);
    return AS_OK;
}
