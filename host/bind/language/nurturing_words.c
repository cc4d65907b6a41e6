/* The words of nurturing: personas and tracks with their steps. Whom and when one may contact is
 * contact_words.c. */
#include "bind/language/declare.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

static const struct as_form_option persona_options[] = {
    {"when", AS_TAKES_CONDITION, true, "Who is one."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_persona = {
    "persona", NULL, "A kind of buyer, for whom content is made.",
    "n.persona \"operations leader\" { when = lead.title:matches \"operations|supply\" }", persona_options};

static int take_persona(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->personas.n; i++)
        if (strcmp(pack->personas.at[i].name, opening->name) == 0)
            as_loading_twice(L, opening->position, "persona", opening->name, pack->personas.at[i].position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_persona, opening->name, opening->position);
    struct as_persona made = {.name = opening->name, .position = opening->position};
    made.when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    as_loading_push(L, loading, &pack->personas, made);
    return 0;
}

static const struct as_declaration persona_declaration = {"persona", NULL, take_persona};

int as_word_persona(lua_State *L)
{
    as_opening_push(L, &persona_declaration, NULL, 1);
    return 1;
}

/* --- what a person does --- */

static const struct as_declaration human_declaration = {"human", "step or play", NULL};

int as_word_human(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    as_opening_value(L, &human_declaration, as_loading_name(L, loading, 1, "human task"), NULL);
    return 1;
}

const char *as_human_task(lua_State *L, int index)
{
    struct as_opening *human = as_opening_test(L, index, &human_declaration);
    if (human == NULL)
        return NULL;
    human->placed = true;
    return human->name;
}

/* --- steps --- */

static const struct as_form_option step_options[] = {
    {"content", AS_TAKES_TEXT, false, "Key of the content that is sent."},
    {"task", AS_TAKES_WORD, false, "What a person does: n.human \"call with the discovery questions\"."},
    {"role", AS_TAKES_TEXT, false, "Who does it, \"ldr\" for example."},
    {"ask", AS_TAKES_TEXT, false, "What the touch asks for, one of the contact policy's needs."},
    {"questions", AS_TAKES_INTEGER, false,
     "How many questions the touch asks: a form of nine fields asks nine."},
    {"channel", AS_TAKES_TEXT, false, "\"email\" for content and \"call\" for tasks when left out."},
    {"effects", AS_TAKES_TABLE, false,
     "Effects that are made with the step: effects = { effect.list \"…\" { to = \"crm\" } }."},
    {"wait", AS_TAKES_SPAN, false, "How long after the step before it."},
    {"done_when", AS_TAKES_CONDITION, false, "When it holds, the step is passed over."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_step = {
    "step", NULL, "One touch of a track: content, or a task for a person.",
    "n.step \"offer empathy\" { content = \"peer-story-logistics\", wait = \"5d\" }", step_options};

static void read_effects(const struct as_options *o, struct as_step *step)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "effects"))
        return;
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        const struct as_effect_rule *effect =
            as_effect_value_at(L, -1, o->position, as_option_what(o, "effects"), (int)i);
        if (effect->kind == AS_EFFECT_HANDOFF)
            as_raise_rule(L, effect->position, "put it into on.enter \"sales_ready\"",
                          "handoff \"%s\" stands in a track, where nobody is ready for sales yet",
                          effect->name);
        as_loading_push(L, o->loading, &step->effects, effect);
        lua_pop(L, 1);
    }
    if (n == 0)
        as_option_refuse(o, "effects", "write effects = { effect.webhook \"…\" { to = \"…\" } }", "is empty");
    lua_pop(L, 1);
}

static int take_step(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_step, opening->name, opening->position);
    struct as_step *step = as_loading_alloc(L, loading, sizeof *step);
    *step = (struct as_step){.name = opening->name, .position = opening->position};
    step->content = as_option_text(&o, "content");
    if (as_option_push(&o, "task")) {
        step->task = as_human_task(L, -1);
        if (step->task == NULL)
            as_option_refuse(&o, "task", "write task = n.human \"…\"", "must be a human task");
        lua_pop(L, 1);
    }
    read_effects(&o, step);
    if (step->content != NULL && step->task != NULL)
        as_raise_rule(L, opening->position, "make two steps of it", "step \"%s\" has both content and a task",
                      opening->name);
    if (step->content == NULL && step->task == NULL && step->effects.n == 0)
        as_raise_rule(L, opening->position, "write content = \"…\", task = n.human \"…\" or effects = { … }",
                      "step \"%s\" needs content, a task or effects", opening->name);
    step->role = as_option_text(&o, "role");
    step->ask = as_option_text(&o, "ask");
    int64_t questions = 0;
    as_option_integer(&questions, &o, "questions");
    if (questions < 0 || questions > UINT32_MAX)
        as_option_refuse(&o, "questions", "write how many the touch asks", "is no number of questions");
    step->questions = (uint32_t)questions;
    step->channel = as_option_text(&o, "channel");
    if (step->channel == NULL)
        step->channel = step->task != NULL ? "call" : "email";
    as_check_channel(L, loading, opening->position, step->channel);
    step->wait = as_option_span(&o, "wait");
    step->done_when = as_option_condition(&o, "done_when", AS_LEVEL_LEAD);
    opening->made = step;
    lua_settop(L, 1);
    return 1;
}

static const struct as_declaration step_declaration = {"step", "track", take_step};

int as_word_step(lua_State *L)
{
    as_opening_push(L, &step_declaration, NULL, 1);
    return 1;
}

/* --- tracks --- */

static const struct as_form_option track_options[] = {
    {"persona", AS_TAKES_TEXT, false, "For which persona; any when left out."},
    {"phase", AS_TAKES_TEXT, false,
     "For which buying phase: \"discovery\", \"consideration\" or \"decision\"."},
    {"when", AS_TAKES_CONDITION, false, "Who may enter; everybody when left out."},
    {"once", AS_TAKES_SPAN, false, "How long the same lead may not enter again."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_track = {
    "track", "steps", "A sequence of steps that nurtures a lead.",
    "n.track \"the cost of waiting\" { persona = \"operations leader\", n.step … }", track_options};

static void place_steps(lua_State *L, struct as_loading *loading, struct as_track *track, int options)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, options);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, options, i);
        struct as_opening *opening = as_opening_test(L, -1, &step_declaration);
        if (opening == NULL || opening->made == NULL)
            as_raise_rule(L, track->position, "write n.step \"name\" { … }",
                          "item %d of track \"%s\" is no step", (int)i, track->name);
        if (opening->placed)
            as_raise_rule(L, opening->position, "declare it again under another name",
                          "step \"%s\" stands in two tracks", opening->name);
        for (uint32_t j = 0; j < track->steps.n; j++)
            if (strcmp(track->steps.at[j].name, opening->name) == 0)
                as_loading_twice(L, opening->position, "step", opening->name, track->steps.at[j].position);
        opening->placed = true;
        as_loading_push(L, loading, &track->steps, *(const struct as_step *)opening->made);
        lua_pop(L, 1);
    }
}

static int take_track(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->tracks.n; i++)
        if (strcmp(pack->tracks.at[i]->name, opening->name) == 0)
            as_loading_twice(L, opening->position, "track", opening->name, pack->tracks.at[i]->position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_track, opening->name, opening->position);
    static const char *const phases[] = {"discovery", "consideration", "decision", NULL};
    struct as_track *track = as_loading_alloc(L, loading, sizeof *track);
    *track = (struct as_track){.name = opening->name, .position = opening->position};
    track->persona = as_option_text(&o, "persona");
    int phase = as_option_one_of(&o, "phase", phases, -1);
    track->phase = phase >= 0 ? phases[phase] : NULL;
    track->when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    track->once = as_option_span(&o, "once");
    place_steps(L, loading, track, options);
    as_loading_push(L, loading, &pack->tracks, track);
    return 0;
}

static const struct as_declaration track_declaration = {"track", NULL, take_track};

int as_word_track(lua_State *L)
{
    as_opening_push(L, &track_declaration, NULL, 1);
    return 1;
}

static void check_track(lua_State *L, const struct as_pack *pack, const struct as_track *track)
{
    const char *names[256];
    size_t n = 0;
    bool known = track->persona == NULL;
    for (uint32_t i = 0; i < pack->personas.n; i++) {
        known |= !known && strcmp(pack->personas.at[i].name, track->persona) == 0;
        if (n < sizeof names / sizeof *names)
            names[n++] = pack->personas.at[i].name;
    }
    if (!known)
        as_raise_unknown(
            L, track->position, as_suggest(as_str_of(track->persona), names, n), "declare it with n.persona",
            "track \"%s\" is for a persona \"%s\" that nobody declares", track->name, track->persona);
    const struct as_contact_policy *policy = &pack->policy;
    const struct as_question_cap *top =
        policy->questions.n > 0 ? &policy->questions.at[policy->questions.n - 1] : NULL;
    for (uint32_t i = 0; i < track->steps.n; i++) {
        const struct as_step *step = &track->steps.at[i];
        if (step->ask != NULL && as_policy_rung(policy, as_str_of(step->ask)) == 0)
            as_raise_rule(L, step->position, "add it to needs of the contact policy",
                          "step \"%s\" asks for \"%s\", which the contact policy does not know", step->name,
                          step->ask);
        if (top != NULL && top->rung == policy->ladder.n && step->questions > top->most)
            as_raise_rule(L, step->position, "ask fewer, or allow more in questions of the contact policy",
                          "step \"%s\" asks %u questions, and no level of permission allows more than %u",
                          step->name, step->questions, top->most);
    }
}

void as_nurturing_check(lua_State *L, const struct as_loading *loading)
{
    for (uint32_t i = 0; i < loading->pack->tracks.n; i++)
        check_track(L, loading->pack, loading->pack->tracks.at[i]);
    as_programmes_check(L, loading);
    as_questions_check(L, loading->pack);
}
