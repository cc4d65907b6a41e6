/* Declare: the C words that the library's rule modules are made of. */
#ifndef AS_BIND_DECLARE_H
#define AS_BIND_DECLARE_H

#include "bind/language/form.h"
#include "bind/module/module_table.h"

/* Pushes the table of words; context is unused. For `require "assay.declare"`. */
void as_declare_push(lua_State *L, void *context);

/* The words, by the file that holds them. */
int as_word_pack(lua_State *L);           /* pack_words.c */
int as_word_model(lua_State *L);          /* model_words.c */
int as_word_persona(lua_State *L);        /* nurturing_words.c */
int as_word_contact_policy(lua_State *L); /* contact_words.c */
int as_word_never(lua_State *L);
int as_word_consent(lua_State *L);
int as_word_blackout(lua_State *L);
int as_word_track(lua_State *L);
int as_word_programme(lua_State *L);
int as_word_step(lua_State *L);
int as_word_human(lua_State *L);
int as_word_questions(lua_State *L); /* question_words.c */
int as_word_trust(lua_State *L);
int as_word_lexicon(lua_State *L); /* lexicon_words.c */
int as_word_watch(lua_State *L);
int as_word_segment(lua_State *L); /* account_words.c */
int as_word_template(lua_State *L);
int as_word_play(lua_State *L);
int as_word_unique(lua_State *L);
int as_word_tier(lua_State *L);
int as_word_lead_source(lua_State *L); /* source_words.c */
int as_word_route(lua_State *L);       /* routing_words.c */
int as_word_round_robin(lua_State *L);
int as_word_weighted(lua_State *L);
int as_word_service_level(lua_State *L); /* service_words.c */
int as_word_business_hours(lua_State *L);

int as_word_on_enter(lua_State *L); /* effect_words.c */
int as_word_effect_webhook(lua_State *L);
int as_word_effect_task(lua_State *L);
int as_word_effect_handoff(lua_State *L);
int as_word_effect_list(lua_State *L);
int as_word_effect_update(lua_State *L);

int as_word_enrich(lua_State *L);   /* enrichment_words.c */
int as_word_contrast(lua_State *L); /* learning_words.c */

/* Where the functions of enrichments are, by number from 1: a table of the registry. */
extern const char as_enrich_functions[];

/* The human task at index, NULL when it is none. Marks it as placed. */
const char *as_human_task(lua_State *L, int index);

/* The effect at a stack index, marked as placed; raises about item `item` of `holder` when it is none. */
const struct as_effect_rule *as_effect_value_at(lua_State *L, int index, struct as_position where,
                                                const char *holder, int item);

/* `roles` of the pack's options (role_words.c). */
void as_read_roles(const struct as_options *pack);
/* `destinations` of the pack's options (destination_words.c). */
void as_read_destinations(const struct as_options *pack);

/* Raises unless this is a channel by which people are contacted, or "any" (contact_words.c). */
void as_check_channel(lua_State *L, const struct as_loading *loading, struct as_position position,
                      const char *channel);

/* A rule of a score, after its name: model_words.c gives it the word, rule_words.c takes its options. */
extern const struct as_declaration as_rule_declaration;
/* The table of m:grade at stack index `options` (grade_words.c). */
void as_read_grade(lua_State *L, struct as_loading *loading, struct as_model *model, int options);
/* Metatables of models and scores. */
void as_model_open(lua_State *L);
/* The model at a stack index; raises when there is none. */
struct as_model *as_model_at(lua_State *L, int index);
/* The methods of a model that lifecycle_words.c has. */
int as_model_disqualify(lua_State *L);
int as_model_gate(lua_State *L);
int as_model_recycle(lua_State *L);
int as_model_reject_reasons(lua_State *L);
/* What scripts call on models and on scores. */
extern const struct as_module as_model_class, as_score_class;

/* What only the whole pack can tell: personas that tracks name, models that disqualifiers name. Raises. */
void as_model_check(lua_State *L, const struct as_loading *loading);
void as_nurturing_check(lua_State *L, const struct as_loading *loading);
void as_effects_check(lua_State *L, const struct as_loading *loading);
void as_service_levels_check(lua_State *L, const struct as_loading *loading);

/* The part of as_nurturing_check that is about programmes (programme_words.c). */
void as_programmes_check(lua_State *L, const struct as_loading *loading);
/* The part of as_nurturing_check that is about questions (question_words.c). */
void as_questions_check(lua_State *L, const struct as_pack *pack);

/* The forms of each file. */
extern const struct as_form as_form_pack, as_form_answer, as_form_field, as_form_event, as_form_property,
    as_form_feed, as_form_buyers, as_form_permits, as_form_agreement, as_form_keys, as_form_capacity,
    as_form_share;
extern const struct as_form as_form_model, as_form_score, as_form_disqualify, as_form_gate, as_form_delivers,
    as_form_recycle, as_form_rule;
extern const struct as_form as_form_persona, as_form_track, as_form_step, as_form_policy, as_form_quiet,
    as_form_pressure, as_form_consent, as_form_blackout, as_form_questions, as_form_trust, as_form_lexicon,
    as_form_watch;
extern const struct as_form as_form_segment, as_form_template, as_form_owners, as_form_budget, as_form_play,
    as_form_tier;
extern const struct as_form as_form_programme, as_form_exposure, as_form_ending, as_form_expecting;
extern const struct as_form as_form_lead_source, as_form_route;
extern const struct as_form as_form_service_level, as_form_breach, as_form_business_hours;
extern const struct as_form as_form_enrich, as_form_contrast;
extern const struct as_form as_form_role, as_form_destination, as_form_enter, as_form_webhook, as_form_task,
    as_form_handoff, as_form_list, as_form_update;

/* Reads the options `agreement` and `buyers` of a pack, if they are there (agreement_words.c). */
void as_agreement_read(const struct as_options *pack);
void as_buyers_read(const struct as_options *pack);
/* Positions in the schema outlive the pack and meet those of other packs, so that they name the pack. */
struct as_position as_schema_position(const struct as_options *o);
/* Reads `fields`, `answers`, `events` and `feeds` (fact_words.c). */
void as_read_facts(const struct as_options *pack);

#endif
