/* The words of effects: what entering a stage, or a step of a track, asks of the outside. An effect is a
 * value; it is made when the decision that asks for it is stored, and sent by `assay deliver`. Destinations
 * are part of pack.lua. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/language/node.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

#define TO                                                                                                   \
    {                                                                                                        \
        "to", AS_TAKES_TEXT, true, "The destination, one of pack.lua's."                                     \
    }
#define TO_ALSO                                                                                              \
    {                                                                                                        \
        "to", AS_TAKES_TEXT, false, "A destination that is told as well, one of pack.lua's."                 \
    }
#define WHEN                                                                                                 \
    {                                                                                                        \
        "when", AS_TAKES_CONDITION, false, "Only then; always when left out."                                \
    }
#define DATA                                                                                                 \
    {                                                                                                        \
        "data", AS_TAKES_TABLE, false,                                                                       \
            "What goes along: texts, numbers, facts such as lead.title, or functions of the lead."           \
    }

static const struct as_form_option webhook_options[] = {TO, WHEN, DATA, {NULL, 0, false, NULL}};
const struct as_form as_form_webhook = {
    "webhook", NULL, "A message to another system, with the data it names.",
    "effect.webhook \"ready\" { to = \"crm\", data = { title = lead.title, grade_by = \"fit\" } }",
    webhook_options};

static const struct as_form_option task_options[] = {
    {"role", AS_TAKES_TEXT, false, "Who does it, \"sdr\" for example."},
    {"due", AS_TAKES_SPAN, false, "How long after the decision it is due."},
    {"text", AS_TAKES_TEXT | AS_TAKES_FACT | AS_TAKES_FUNCTION, false,
     "What is to be done, where the name alone does not say it: a text, a fact or a function of the lead."},
    TO_ALSO,
    WHEN,
    DATA,
    {NULL, 0, false, NULL},
};
const struct as_form as_form_task = {"task", NULL, "A person does something: it stands in `assay next`.",
                                     "effect.task \"call today\" { role = \"sdr\", due = \"4h\" }",
                                     task_options};

static const struct as_form_option handoff_options[] = {TO, WHEN, DATA, {NULL, 0, false, NULL}};
const struct as_form as_form_handoff = {"handoff", NULL,
                                        "The hand-off to sales, told to another system: owner, grade, scores "
                                        "and why. Only on entering sales_ready.",
                                        "effect.handoff \"to the CRM\" { to = \"crm\" }", handoff_options};

static const struct as_form_option list_options[] = {
    TO,
    {"leave", AS_TAKES_BOOLEAN, false, "True: the lead leaves the list; else it joins."},
    WHEN,
    DATA,
    {NULL, 0, false, NULL},
};
const struct as_form as_form_list = {
    "list", NULL,
    "Membership of a list of another system. Nobody joins against consent or a `never` of any pack.",
    "effect.list \"webinar invitations\" { to = \"crm\", data = { email = lead.email } }", list_options};

static const struct as_form_option update_options[] = {
    TO,
    {"set", AS_TAKES_TABLE, true, "The fields of the CRM's record and their values, as in data."},
    WHEN,
    {NULL, 0, false, NULL},
};
const struct as_form as_form_update = {"update", NULL, "Fields of the CRM's record that change.",
                                       "effect.update \"status\" { to = \"crm\", set = { Lead_Status__c = "
                                       "\"SAL\" } }",
                                       update_options};

/* --- values --- */

static struct as_effect_value read_value(const struct as_options *o, int index, const char *key)
{
    lua_State *L = o->L;
    struct as_effect_value value = {.key = key};
    size_t n;
    const char *text;
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        text = lua_tolstring(L, index, &n);
        value.literal.kind = AS_LITERAL_TEXT;
        value.literal.text = (struct as_str){as_loading_copy(L, o->loading, text, n), n};
        return value;
    case LUA_TBOOLEAN:
        value.literal.kind = AS_LITERAL_BOOLEAN;
        value.literal.boolean = lua_toboolean(L, index);
        return value;
    case LUA_TNUMBER:
        value.literal.kind = lua_isinteger(L, index) ? AS_LITERAL_INTEGER : AS_LITERAL_NUMBER;
        if (lua_isinteger(L, index))
            value.literal.integer = lua_tointeger(L, index);
        else
            value.literal.number = lua_tonumber(L, index);
        return value;
    case LUA_TFUNCTION:
        value.expr = as_loading_function(L, o->loading, index, o->name, AS_LEVEL_LEAD, false);
        as_expr_use(&o->loading->pack->rules, value.expr);
        return value;
    default:
        value.expr = as_node_value(L, o->loading, index, as_option_what(o, key));
        if ((value.expr->shape & (AS_SHAPE_EVENTS | AS_SHAPE_GROUP)) != 0)
            as_option_refuse(o, key, "write event.demo_request:count \"7d\", for example",
                             "holds no single value");
        return value;
    }
}

static void read_values(const struct as_options *o, const char *option, struct as_effect_rule *made)
{
    lua_State *L = o->L;
    if (!as_option_push(o, option))
        return;
    uint32_t n;
    const char **keys = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, option));
    for (uint32_t i = 0; i < n; i++) {
        lua_getfield(L, -1, keys[i]);
        as_loading_push(L, o->loading, &made->values, read_value(o, -1, keys[i]));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* --- effects --- */

static void read_destination(const struct as_options *o, struct as_effect_rule *made)
{
    const struct as_pack *pack = o->loading->pack;
    made->to = as_option_text(o, "to");
    if (made->to == NULL)
        return;
    const char *names[AS_MAX_DESTINATIONS];
    for (uint32_t i = 0; i < pack->destinations.n; i++) {
        names[i] = pack->destinations.at[i].name;
        if (strcmp(names[i], made->to) == 0)
            return;
    }
    as_raise_unknown(o->L, o->position, as_suggest(as_str_of(made->to), names, pack->destinations.n),
                     "declare it in pack.lua: destinations = { … }",
                     "%s \"%s\" goes to \"%s\", which is no destination", o->form->word, o->name, made->to);
}

static int take(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options,
                enum as_effect_kind kind, const struct as_form *form)
{
    struct as_options o;
    as_options_open(&o, L, loading, options, form, opening->name, opening->position);
    struct as_effect_rule *made = as_loading_alloc(L, loading, sizeof *made);
    *made = (struct as_effect_rule){.name = opening->name, .position = opening->position, .kind = kind};
    read_destination(&o, made);
    made->when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    if (kind == AS_EFFECT_TASK) {
        made->role = as_option_text(&o, "role");
        made->due = as_option_span(&o, "due");
        if (as_option_push(&o, "text")) {
            as_loading_push(L, loading, &made->values, read_value(&o, -1, AS_TASK_TEXT));
            lua_pop(L, 1);
        }
    }
    if (kind == AS_EFFECT_LIST) {
        made->list = opening->name;
        made->leaves = as_option_flag(&o, "leave", false);
    }
    read_values(&o, kind == AS_EFFECT_UPDATE ? "set" : "data", made);
    opening->made = made;
    lua_settop(L, 1);
    return 1;
}

#define EFFECT(word, kind)                                                                                   \
    static int take_##word(lua_State *L, struct as_loading *loading, struct as_opening *opening,             \
                           int options)                                                                      \
    {                                                                                                        \
        return take(L, loading, opening, options, kind, &as_form_##word);                                    \
    }                                                                                                        \
    static const struct as_declaration word##_declaration = {#word, "on.enter, a step or a watch",           \
                                                             take_##word};                                   \
    int as_word_effect_##word(lua_State *L)                                                                  \
    {                                                                                                        \
        as_opening_push(L, &word##_declaration, NULL, 1);                                                    \
        return 1;                                                                                            \
    }

EFFECT(webhook, AS_EFFECT_WEBHOOK)
EFFECT(task, AS_EFFECT_TASK)
EFFECT(handoff, AS_EFFECT_HANDOFF)
EFFECT(list, AS_EFFECT_LIST)
EFFECT(update, AS_EFFECT_UPDATE)

static const struct as_declaration *const effect_declarations[] = {
    &webhook_declaration, &task_declaration, &handoff_declaration, &list_declaration, &update_declaration};

const struct as_effect_rule *as_effect_value_at(lua_State *L, int index, struct as_position where,
                                                const char *holder, int item)
{
    for (size_t i = 0; i < sizeof effect_declarations / sizeof *effect_declarations; i++) {
        struct as_opening *opening = as_opening_test(L, index, effect_declarations[i]);
        if (opening == NULL || opening->made == NULL)
            continue;
        if (opening->placed)
            as_raise_rule(L, opening->position, "write it again", "%s \"%s\" stands in two places",
                          opening->kind->word, opening->name);
        opening->placed = true;
        return opening->made;
    }
    as_raise_rule(L, where, "write effect.task \"…\" { … }, or webhook, handoff, list, update",
                  "item %d of %s is no effect", item, holder);
}

/* --- on.enter --- */

static const struct as_form_option enter_options[] = {
    {"model", AS_TAKES_TEXT, false, "The model whose leads are meant; every model when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_enter = {
    "on.enter", "effects",
    "What a lead asks for when it enters a stage: effects, made once with the decision and sent by `assay "
    "deliver`.",
    "on.enter \"sales_ready\" { effect.task \"call today\" { role = \"sdr\", due = \"4h\" } }",
    enter_options};

static enum as_stage stage_of(lua_State *L, const struct as_opening *opening)
{
    enum as_stage stage;
    if (as_stage_parse(&stage, as_str_of(opening->name)))
        return stage;
    const char *names[AS_STAGE_COUNT];
    size_t n = 0;
    for (int i = AS_STAGE_SUSPECT; i < AS_STAGE_COUNT; i++)
        names[n++] = as_stage_name((enum as_stage)i);
    as_raise_unknown(L, opening->position, as_suggest(as_str_of(opening->name), names, n),
                     "stages: suspect, nurture, worth_a_call, sales_ready, accepted, opportunity, won, lost, "
                     "no_decision, disqualified",
                     "no lead ever enters a stage \"%s\"", opening->name);
}

static int take_enter(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_enter, opening->name, opening->position);
    struct as_reaction made = {.position = opening->position};
    made.stage = stage_of(L, opening);
    made.model = as_option_text(&o, "model");
    const char *holder = as_arena_printf(&loading->pack->rules.arena, "on.enter \"%s\"", opening->name);
    if (holder == NULL)
        as_loading_out_of_memory(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, options);
    if (n == 0)
        as_raise_rule(L, opening->position, "put effects into it, or leave it out", "%s asks for nothing",
                      holder);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, options, i);
        const struct as_effect_rule *effect = as_effect_value_at(L, -1, opening->position, holder, (int)i);
        if (effect->kind == AS_EFFECT_HANDOFF && made.stage != AS_STAGE_SALES_READY)
            as_raise_rule(L, effect->position, "a webhook tells another system about any stage",
                          "handoff \"%s\" stands at \"%s\", and leads are handed over at sales_ready alone",
                          effect->name, opening->name);
        as_loading_push(L, loading, &made.effects, effect);
        lua_pop(L, 1);
    }
    as_loading_push(L, loading, &loading->pack->reactions, made);
    return 0;
}

static const struct as_declaration enter_declaration = {"on.enter", NULL, take_enter};

int as_word_on_enter(lua_State *L)
{
    as_opening_push(L, &enter_declaration, NULL, 1);
    return 1;
}

void as_effects_check(lua_State *L, const struct as_loading *loading)
{
    const struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->reactions.n; i++) {
        const struct as_reaction *reaction = &pack->reactions.at[i];
        const char *names[AS_MAX_MODELS];
        bool found = reaction->model == NULL;
        for (uint32_t m = 0; m < pack->models.n; m++) {
            names[m] = pack->models.at[m]->name;
            found |= !found && strcmp(names[m], reaction->model) == 0;
        }
        if (!found)
            as_raise_unknown(
                L, reaction->position, as_suggest(as_str_of(reaction->model), names, pack->models.n),
                "models are declared by q.model", "on.enter names no model \"%s\"", reaction->model);
    }
}
