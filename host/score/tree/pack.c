/* A pack as data: its making and freeing, and the names of stages. What goes into it is checked by whoever
 * declares it; what it computes is the plan's business. */
#include "score/tree/pack.h"

#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

static const char *const stage_names[AS_STAGE_COUNT] = {
    "none",        "suspect", "nurture", "worth_a_call", "sales_ready",  "accepted",
    "opportunity", "won",     "lost",    "no_decision",  "disqualified",
};

const char *as_stage_name(enum as_stage stage)
{
    return stage_names[stage];
}

bool as_stage_parse(enum as_stage *stage, struct as_str name)
{
    for (int i = AS_STAGE_SUSPECT; i < AS_STAGE_COUNT; i++)
        if (as_str_is(name, stage_names[i])) {
            *stage = (enum as_stage)i;
            return true;
        }
    return false;
}

const struct as_capacity *as_capacity_of(const struct as_pack *pack, enum as_stage stage)
{
    for (uint32_t i = 0; i < pack->capacities.n; i++)
        if (pack->capacities.at[i].stage == stage)
            return &pack->capacities.at[i];
    return NULL;
}

static const char *const effect_names[AS_EFFECT_KINDS] = {"send", "task",   "assign", "handoff", "webhook",
                                                          "list", "update", "digest", "reminder"};

const char *as_effect_kind_name(enum as_effect_kind kind)
{
    return effect_names[kind];
}

bool as_effect_kind_parse(enum as_effect_kind *kind, struct as_str name)
{
    for (int i = 0; i < AS_EFFECT_KINDS; i++)
        if (as_str_is(name, effect_names[i])) {
            *kind = (enum as_effect_kind)i;
            return true;
        }
    return false;
}

const char *as_promise_name(enum as_promise part)
{
    static const char *const names[AS_PROMISES] = {"awareness", "interest", "desire"};
    return names[part];
}

const char *as_arm_name(enum as_arm arm)
{
    static const char *const names[] = {NULL, "treated", "held_out"};
    return names[arm];
}

enum as_arm as_arm_read(const char *name)
{
    for (int arm = AS_ARM_TREATED; name != NULL && arm <= AS_ARM_HELD_OUT; arm++)
        if (strcmp(name, as_arm_name((enum as_arm)arm)) == 0)
            return (enum as_arm)arm;
    return AS_ARM_NONE;
}

const char *as_buyer_question_name(enum as_buyer_question question)
{
    static const char *const names[AS_BUYER_QUESTIONS] = {"why", "who", "how", "what"};
    return names[question];
}

const char *as_variety_name(enum as_variety variety)
{
    static const char *const names[AS_VARIETIES] = {NULL, "large_account", "named_account",
                                                    "industry_account", "customer"};
    return names[variety];
}

double as_plan_likeness(uint32_t shared, uint32_t own)
{
    return shared == 0 ? 0 : shared / (shared + 2.0 * own);
}

const struct as_gate *as_gate_into(const struct as_model *model, enum as_stage stage)
{
    for (uint32_t g = 0; g < model->gates.n; g++)
        if (model->gates.at[g]->stage == stage)
            return model->gates.at[g];
    return NULL;
}

const char *as_pack_label(const struct as_pack *pack, enum as_stage stage)
{
    for (uint32_t i = 0; i < pack->labels.n; i++)
        if (pack->labels.at[i].stage == stage)
            return pack->labels.at[i].label;
    return as_stage_name(stage);
}

const char *const *as_pack_trust(const struct as_pack *pack, uint32_t *n)
{
    static const char *const usual[] = {"association", "industry group",     "case study",
                                        "analyst",     "independent review", "vendor"};
    *n = pack->trust.n > 0 ? pack->trust.n : (uint32_t)(sizeof usual / sizeof *usual);
    return pack->trust.n > 0 ? pack->trust.at : usual;
}

static char plain(char c)
{
    return c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

uint32_t as_pack_trust_rank(const struct as_pack *pack, struct as_str source_type)
{
    uint32_t n, rank = 0;
    const char *const *order = as_pack_trust(pack, &n);
    for (; rank < n; rank++) {
        struct as_str name = as_str_of(order[rank]);
        size_t i = 0;
        while (name.n == source_type.n && i < name.n && plain(name.p[i]) == plain(source_type.p[i]))
            i++;
        if (name.n == source_type.n && i == name.n)
            break;
    }
    return rank;
}

enum as_status as_pack_new(struct as_pack **out, struct as_schema *schema, struct as_error *error)
{
    struct as_pack *pack = calloc(1, sizeof *pack);
    if (pack == NULL)
        return as_error_memory(error);
    as_arena_init(&pack->rules.arena);
    pack->rules.schema = schema;
    pack->rules.pack = pack;
    pack->name = "";
    pack->business = (struct as_business){.open = 9 * 3600, .close = 17 * 3600};
    *out = pack;
    return AS_OK;
}

void as_pack_free(struct as_pack *pack)
{
    if (pack == NULL)
        return;
    for (uint32_t i = 0; i < pack->lists.n; i++)
        as_intern_free(pack->lists.at[i].values);
    as_zone_free(pack->zone);
    as_arena_free(&pack->rules.arena);
    free(pack);
}
