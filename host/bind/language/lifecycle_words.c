/* The words of a lifecycle: disqualifiers, gates, ways back, and what becomes of a lead that somebody
 * rejects. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/language/node.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* --- disqualifiers --- */

static const struct as_form_option disqualify_options[] = {
    {"when", AS_TAKES_CONDITION, true, "When it holds, the lead leaves the lifecycle."},
    {"to", AS_TAKES_TEXT, false, "The model or track that the lead belongs to instead."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_disqualify = {
    "disqualify", NULL, "A reason why a lead is not pursued.",
    "m:disqualify \"competitor\" { when = account.domain:in_list \"competitors\" }", disqualify_options};

static int take_disqualify(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_model *model = opening->owner;
    for (uint32_t i = 0; i < model->disqualifiers.n; i++)
        if (strcmp(model->disqualifiers.at[i].name, opening->name) == 0)
            as_loading_twice(L, opening->position, "disqualify", opening->name,
                             model->disqualifiers.at[i].position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_disqualify, opening->name, opening->position);
    struct as_disqualifier made = {.name = opening->name, .position = opening->position};
    made.when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    made.to = as_option_text(&o, "to");
    as_loading_push(L, loading, &model->disqualifiers, made);
    return 0;
}

static const struct as_declaration disqualify_declaration = {"disqualify", NULL, take_disqualify};

int as_model_disqualify(lua_State *L)
{
    as_opening_push(L, &disqualify_declaration, as_model_at(L, 1), 2);
    return 1;
}

/* --- gates --- */

static const struct as_form_option gate_options[] = {
    {"criteria", AS_TAKES_TABLE, true, "Named conditions; the gate passes when all of them hold."},
    {"level", AS_TAKES_TEXT, false,
     "\"lead\" (when left out) or \"account\": whose facts the criteria read."},
    {"delivers", AS_TAKES_TABLE, false,
     "What the gate promises of those who pass: criteria by awareness, interest and desire."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_gate = {
    "gate", NULL, "What must hold before a lead enters the stage of the gate's name.",
    "m:gate \"nurture\" { criteria = { market = account.industry:is \"Software\" } }", gate_options};

static const struct as_form_option deliver_options[] = {
    {"awareness", AS_TAKES_TABLE, false, "Criteria that show that they know the kind of product."},
    {"interest", AS_TAKES_TABLE, false, "Criteria that show that what it is worth interests them."},
    {"desire", AS_TAKES_TABLE, false, "Criteria that show that they begin to want it."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_delivers = {"delivers", NULL,
                                         "What those who refine leads promise to those who get them, "
                                         "criterion by criterion. `assay explain` and the "
                                         "hand-off show it.",
                                         "delivers = { awareness = { \"market\" }, interest = { \"willing\" "
                                         "}, desire = { \"need\", \"timeframe\" } }",
                                         deliver_options};

static const enum as_stage gate_stages[] = {AS_STAGE_NURTURE, AS_STAGE_WORTH_A_CALL, AS_STAGE_SALES_READY,
                                            AS_STAGE_OPPORTUNITY};
enum { GATE_STAGES = sizeof gate_stages / sizeof *gate_stages };

static enum as_stage stage_of_gate(lua_State *L, const struct as_opening *opening)
{
    const char *names[GATE_STAGES];
    for (size_t i = 0; i < GATE_STAGES; i++) {
        names[i] = as_stage_name(gate_stages[i]);
        if (strcmp(names[i], opening->name) == 0)
            return gate_stages[i];
    }
    as_raise_unknown(
        L, opening->position, as_suggest(as_str_of(opening->name), names, GATE_STAGES),
        "a gate is called after the stage it opens: nurture, worth_a_call, sales_ready, opportunity; "
        "labels give it your team's word",
        "there is no stage for a gate \"%s\"", opening->name);
}

static uint32_t criterion_named(const struct as_options *o, const struct as_gate *gate, const char *part,
                                const char *name)
{
    const char **names = as_loading_alloc(o->L, o->loading, (gate->criteria.n + (size_t)1) * sizeof *names);
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        names[i] = gate->criteria.at[i].name;
        if (strcmp(names[i], name) == 0)
            return i;
    }
    as_raise_unknown(o->L, gate->position, as_suggest(as_str_of(name), names, gate->criteria.n),
                     "name criteria of the same gate",
                     "%s is delivered by \"%s\", which gate \"%s\" does not ask", part, name, gate->name);
}

static void read_contract(const struct as_options *declared, struct as_gate *gate)
{
    struct as_options o;
    if (!as_option_push(declared, "delivers"))
        return;
    gate->has_contract = true;
    as_options_open(&o, declared->L, declared->loading, -1, &as_form_delivers, gate->name, gate->position);
    for (int part = 0; part < AS_PROMISES; part++) {
        const char *name = as_promise_name((enum as_promise)part);
        uint32_t n;
        if (!as_option_push(&o, name))
            continue;
        const char **criteria = as_option_texts(&n, &o, name);
        lua_pop(o.L, 1);
        for (uint32_t i = 0; i < n; i++)
            as_loading_push(o.L, o.loading, &gate->delivers[part],
                            criterion_named(&o, gate, name, criteria[i]));
    }
    lua_pop(o.L, 1);
}

static int take_gate(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_model *model = opening->owner;
    struct as_gate *gate = as_loading_alloc(L, loading, sizeof *gate);
    *gate = (struct as_gate){.name = opening->name, .position = opening->position};
    gate->stage = stage_of_gate(L, opening);
    const struct as_gate *first = as_gate_into(model, gate->stage);
    if (first != NULL)
        as_loading_twice(L, opening->position, "gate", opening->name, first->position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_gate, opening->name, opening->position);
    static const char *const levels[] = {"lead", "account", NULL};
    gate->level = as_option_one_of(&o, "level", levels, 0) == 0 ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT;

    as_option_push(&o, "criteria");
    uint32_t n;
    const char **names = as_literal_keys(&n, L, loading, -1, as_option_what(&o, "criteria"));
    if (n == 0)
        as_option_refuse(&o, "criteria", "a gate without criteria would let everybody through", "is empty");
    for (uint32_t i = 0; i < n; i++) {
        lua_getfield(L, -1, names[i]);
        const char *what = as_arena_printf(&loading->pack->rules.arena, "criterion \"%s\" of gate \"%s\"",
                                           names[i], gate->name);
        if (what == NULL)
            as_loading_out_of_memory(L);
        struct as_criterion criterion = {names[i],
                                         as_node_condition(L, loading, -1, what, names[i], gate->level)};
        lua_pop(L, 1);
        as_loading_push(L, loading, &gate->criteria, criterion);
    }
    lua_pop(L, 1);
    read_contract(&o, gate);
    as_loading_push(L, loading, &model->gates, gate);
    for (uint32_t i = model->gates.n - 1; i > 0 && model->gates.at[i - 1]->stage > gate->stage; i--) {
        model->gates.at[i] = model->gates.at[i - 1];
        model->gates.at[i - 1] = gate;
    }
    for (uint32_t i = 0; i < model->gates.n; i++)
        model->gates.at[i]->index = i;
    return 0;
}

static const struct as_declaration gate_declaration = {"gate", NULL, take_gate};

int as_model_gate(lua_State *L)
{
    as_opening_push(L, &gate_declaration, as_model_at(L, 1), 2);
    return 1;
}

/* --- ways back --- */

static const struct as_form_option recycle_options[] = {
    {"from", AS_TAKES_TEXT, true, "The stage that the lead leaves."},
    {"to", AS_TAKES_TEXT, true, "The earlier stage that it goes back to."},
    {"when", AS_TAKES_CONDITION, true, "Its events count since the stage was entered."},
    {"cool_off", AS_TAKES_SPAN, false, "How long the lead stays back before a gate lets it forward again."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_recycle = {"recycle", NULL,
                                        "The way back: what makes a lead return to an earlier stage.",
                                        "m:recycle { from = \"sales_ready\", to = \"nurture\", when = "
                                        "event.handoff_rejected:seen(), cool_off = \"30d\" }",
                                        recycle_options};

static enum as_stage stage_option(const struct as_options *o, const char *name)
{
    const char *words[AS_STAGE_COUNT];
    uint32_t n = 0;
    for (int i = AS_STAGE_SUSPECT; i < AS_STAGE_COUNT; i++)
        words[n++] = as_stage_name((enum as_stage)i);
    words[n] = NULL;
    return (enum as_stage)(AS_STAGE_SUSPECT + as_option_one_of(o, name, words, 0));
}

int as_model_recycle(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_model *model = as_model_at(L, 1);
    struct as_recycle made = {.position = as_loading_here(L, loading)};
    struct as_options o;
    as_options_open(&o, L, loading, 2, &as_form_recycle, NULL, made.position);
    made.from = stage_option(&o, "from");
    made.to = stage_option(&o, "to");
    if (made.to >= made.from || made.from > AS_STAGE_OPPORTUNITY)
        as_option_refuse(
            &o, "to", "stages in order: suspect, nurture, worth_a_call, sales_ready, accepted, opportunity",
            "must be an earlier stage than \"%s\"", as_stage_name(made.from));
    made.when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    made.cool_off = as_option_span(&o, "cool_off");
    as_loading_push(L, loading, &model->recycles, made);
    return 0;
}

static void read_reject_reason(lua_State *L, struct as_position here, const char *reason,
                               struct as_reject_reason *made)
{
    struct as_str does = {0};
    if (lua_type(L, -1) == LUA_TSTRING)
        does.p = lua_tolstring(L, -1, &does.n);
    struct as_str after = AS_STR("nurture after ");
    *made = (struct as_reject_reason){.reason = reason};
    if (does.p != NULL && as_str_is(does, "fix")) {
        made->does = AS_REJECT_FIX;
    } else if (does.p != NULL && as_str_is(does, "disqualify")) {
        made->does = AS_REJECT_DISQUALIFY;
    } else if (does.p != NULL && as_str_is(does, "nurture")) {
        made->does = AS_REJECT_NURTURE;
    } else if (does.p != NULL && as_str_starts(does, after)) {
        struct as_error error = AS_ERROR_INIT;
        struct as_span span;
        made->does = AS_REJECT_NURTURE;
        if (as_span_parse(&span, (struct as_str){does.p + after.n, does.n - after.n}, &error) != AS_OK ||
            span.unit != AS_SPAN_SECONDS)
            as_raise_rule(L, here, "write \"nurture after 90d\"", "reject reason \"%s\": %s", reason,
                          error.status != AS_OK ? error.what : "business hours do not count here");
        made->after = span.length;
    } else {
        as_raise_rule(L, here, "it does one of \"fix\", \"nurture\", \"nurture after 90d\", \"disqualify\"",
                      "reject reason \"%s\" does something unknown", reason);
    }
}

int as_model_reject_reasons(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_model *model = as_model_at(L, 1);
    struct as_position here = as_loading_here(L, loading);
    luaL_checktype(L, 2, LUA_TTABLE);
    uint32_t n;
    const char **reasons = as_literal_keys(&n, L, loading, 2, "reject_reasons");
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < model->reject_reasons.n; j++)
            if (strcmp(model->reject_reasons.at[j].reason, reasons[i]) == 0)
                as_raise_rule(L, here, "keep one of them", "reject reason \"%s\" is declared twice",
                              reasons[i]);
        struct as_reject_reason made;
        lua_getfield(L, 2, reasons[i]);
        read_reject_reason(L, here, reasons[i], &made);
        lua_pop(L, 1);
        as_loading_push(L, loading, &model->reject_reasons, made);
    }
    return 0;
}

/* --- what only the whole pack can tell --- */

static bool names_model_or_track(const struct as_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < pack->models.n; i++)
        if (strcmp(pack->models.at[i]->name, name) == 0)
            return true;
    for (uint32_t i = 0; i < pack->tracks.n; i++)
        if (strcmp(pack->tracks.at[i]->name, name) == 0)
            return true;
    return false;
}

void as_model_check(lua_State *L, const struct as_loading *loading)
{
    const struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->models.n; i++)
        for (uint32_t j = 0; j < pack->models.at[i]->disqualifiers.n; j++) {
            const struct as_disqualifier *d = &pack->models.at[i]->disqualifiers.at[j];
            if (d->to != NULL && !names_model_or_track(pack, d->to))
                as_raise_rule(L, d->position, "declare it with q.model or n.track",
                              "disqualify \"%s\" sends leads to \"%s\", which is neither a model nor a track",
                              d->name, d->to);
        }
}
