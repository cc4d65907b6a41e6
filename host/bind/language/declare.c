/* Declare: the table of words that `assay.pack`, `assay.qualification`, `assay.nurturing`, `assay.accounts`,
 * `assay.routing`, `assay.service_levels` and `assay.learning` are made of, and the list of their forms. What
 * each word does is in the files named after them. */
#include "bind/language/declare.h"

#include "bind/language/fact_names.h"
#include "bind/language/node.h"

#include <lauxlib.h>

static const luaL_Reg words[] = {
    {"pack", as_word_pack},
    {"model", as_word_model},
    {"all_of", as_node_all_of},
    {"any_of", as_node_any_of},
    {"at_least", as_node_at_least},
    {"first_known", as_node_first_known},
    {"level", as_node_level},
    {"closed", as_word_closed},
    {"persona", as_word_persona},
    {"contact_policy", as_word_contact_policy},
    {"never", as_word_never},
    {"consent", as_word_consent},
    {"blackout", as_word_blackout},
    {"questions", as_word_questions},
    {"trust", as_word_trust},
    {"lexicon", as_word_lexicon},
    {"watch", as_word_watch},
    {"track", as_word_track},
    {"step", as_word_step},
    {"human", as_word_human},
    {"programme", as_word_programme},
    {"segment", as_word_segment},
    {"template", as_word_template},
    {"play", as_word_play},
    {"unique", as_word_unique},
    {"tier", as_word_tier},
    {"lead_source", as_word_lead_source},
    {"route", as_word_route},
    {"round_robin", as_word_round_robin},
    {"weighted", as_word_weighted},
    {"service_level", as_word_service_level},
    {"business_hours", as_word_business_hours},
    {"on_enter", as_word_on_enter},
    {"effect_webhook", as_word_effect_webhook},
    {"effect_task", as_word_effect_task},
    {"effect_handoff", as_word_effect_handoff},
    {"effect_list", as_word_effect_list},
    {"effect_update", as_word_effect_update},
    {"enrich", as_word_enrich},
    {"contrast", as_word_contrast},
    {NULL, NULL},
};

static const struct as_form *const forms[] = {
    &as_form_pack,      &as_form_field,          &as_form_answer,    &as_form_event,
    &as_form_property,  &as_form_feed,           &as_form_buyers,    &as_form_permits,
    &as_form_agreement, &as_form_keys,           &as_form_capacity,  &as_form_share,
    &as_form_model,     &as_form_score,          &as_form_rule,      &as_form_disqualify,
    &as_form_gate,      &as_form_delivers,       &as_form_recycle,   &as_form_persona,
    &as_form_policy,    &as_form_quiet,          &as_form_pressure,  &as_form_questions,
    &as_form_trust,     &as_form_lexicon,        &as_form_watch,     &as_form_consent,
    &as_form_blackout,  &as_form_track,          &as_form_step,      &as_form_segment,
    &as_form_template,  &as_form_owners,         &as_form_budget,    &as_form_play,
    &as_form_tier,      &as_form_route,          &as_form_role,      &as_form_destination,
    &as_form_enter,     &as_form_webhook,        &as_form_task,      &as_form_handoff,
    &as_form_list,      &as_form_update,         &as_form_enrich,    &as_form_contrast,
    &as_form_programme, &as_form_exposure,       &as_form_ending,    &as_form_service_level,
    &as_form_breach,    &as_form_business_hours, &as_form_expecting,
    &as_form_lead_source,
};

const struct as_form *const *as_forms(size_t *n)
{
    *n = sizeof forms / sizeof *forms;
    return forms;
}

void as_declare_push(lua_State *L, void *context)
{
    (void)context;
    luaL_checkstack(L, 8, NULL);
    as_node_open(L);
    as_fact_names_open(L);
    as_opening_open(L);
    as_model_open(L);
    luaL_newlib(L, words);
    static const struct {
        const char *name;
        enum as_facts which;
    } facts[] = {{"lead", AS_FACTS_LEAD},
                 {"account", AS_FACTS_ACCOUNT},
                 {"event", AS_FACTS_EVENT},
                 {"answer", AS_FACTS_ANSWER}};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        as_fact_names_push(L, facts[i].which);
        lua_setfield(L, -2, facts[i].name);
    }
}
