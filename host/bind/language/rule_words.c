/* The rule: points for a condition, for events that fade, or from a function. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

static const struct as_form_option rule_options[] = {
    {"points", AS_TAKES_NUMBER | AS_TAKES_FUNCTION, false,
     "Points for the condition, or a function that gives points and a note."},
    {"when", AS_TAKES_CONDITION, false, "The condition; beside per_event or a function it restricts them."},
    {"per_event", AS_TAKES_TABLE, false, "Points by kind of event: { page_view = 1, demo_request = 25 }."},
    {"half_life", AS_TAKES_DAYS, false, "Days after which an event is worth half."},
    {"linear", AS_TAKES_DAYS, false, "Days over which an event's worth falls to nothing in a straight line."},
    {"window", AS_TAKES_DAYS, false, "Days for which an event counts in full, and then no more."},
    {"cap", AS_TAKES_NUMBER, false, "The most that this rule gives, in points."},
    {"at_most", AS_TAKES_TABLE, false, "How many events count: { page_view = \"3 per 1d\" }, or \"once\"."},
    {"group", AS_TAKES_TEXT, false, "The group of the score whose cap binds this rule."},
    {"reason", AS_TAKES_TEXT, false, "Why the rule exists; shown when a score is explained."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_rule = {
    "rule", NULL, "Gives points to a score.",
    "fit:rule \"senior title\" { points = 25, when = lead.job_level:at_least \"director\" }", rule_options};

static uint32_t find_kind(const struct as_options *o, const char *option, const char *name)
{
    const struct as_schema *schema = o->loading->schema;
    uint32_t kind = as_schema_kind(schema, as_str_of(name));
    if (kind == AS_NO_INDEX)
        as_raise_unknown(o->L, o->position, as_schema_suggest_kind(schema, as_str_of(name)),
                         "declare it under events in pack.lua",
                         "%s names an event \"%s\" that nobody declares", as_option_what(o, option), name);
    return kind;
}

static void read_per_event(const struct as_options *o, struct as_rule *rule)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "per_event"))
        return;
    rule->kind = AS_RULE_EVENTS;
    uint32_t n;
    const char **names = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, "per_event"));
    if (n == 0)
        as_option_refuse(o, "per_event", "write per_event = { page_view = 1 }", "is empty");
    for (uint32_t i = 0; i < n; i++) {
        struct as_event_points points = {.kind = find_kind(o, "per_event", names[i])};
        if (o->loading->schema->kinds.at[points.kind]->by != AS_ACTOR_BUYER)
            as_option_refuse(o, "per_event", "only what buyers do is interest",
                             "names \"%s\", which no buyer does", names[i]);
        lua_getfield(L, -1, names[i]);
        if (!as_points_of(&points.points, L, -1))
            as_option_refuse(o, "per_event", "write a number with at most three decimals",
                             "gives \"%s\" no points", names[i]);
        lua_pop(L, 1);
        as_loading_push(L, o->loading, &rule->per_event, points);
    }
    lua_pop(L, 1);
}

static void read_at_most(const struct as_options *o, struct as_rule *rule)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "at_most"))
        return;
    uint32_t n;
    const char **names = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, "at_most"));
    for (uint32_t i = 0; i < n; i++) {
        uint32_t kind = find_kind(o, "at_most", names[i]);
        struct as_event_points *points = NULL;
        for (uint32_t j = 0; j < rule->per_event.n; j++)
            if (rule->per_event.at[j].kind == kind)
                points = &rule->per_event.at[j];
        if (points == NULL)
            as_option_refuse(o, "at_most", "name it in per_event too",
                             "limits \"%s\", which earns no points here", names[i]);
        lua_getfield(L, -1, names[i]);
        struct as_error error = AS_ERROR_INIT;
        struct as_str text = {0};
        if (lua_type(L, -1) == LUA_TSTRING)
            text.p = lua_tolstring(L, -1, &text.n);
        if (text.p == NULL || as_rate_parse(&points->at_most, text, &error) != AS_OK)
            as_option_refuse(o, "at_most", "write \"3 per 1d\" or \"once\"", "of \"%s\" is no rate: \"%.80s\"",
                             names[i], luaL_tolstring(L, -1, NULL));
        if (points->at_most.span.unit != AS_SPAN_SECONDS || points->at_most.span.length % AS_DAY_SECONDS != 0)
            as_option_refuse(o, "at_most", "write \"3 per 1d\"", "of \"%s\" must count in whole days",
                             names[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_fading(const struct as_options *o, struct as_rule *rule)
{
    static const struct {
        const char *name;
        enum as_fading fading;
    } ways[] = {
        {"half_life", AS_FADING_HALF_LIFE}, {"linear", AS_FADING_LINEAR}, {"window", AS_FADING_WINDOW}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        int64_t days = as_option_days(o, ways[i].name);
        if (days == 0)
            continue;
        if (rule->fading != AS_FADING_NONE)
            as_option_refuse(o, ways[i].name, "an event fades in one way",
                             "stands beside another way of fading");
        if (rule->kind != AS_RULE_EVENTS)
            as_option_refuse(o, ways[i].name,
                             "conditions take their own window: event.page_view:count \"30d\"",
                             "needs per_event");
        rule->fading = ways[i].fading;
        rule->fading_days = days;
    }
}

static void read_points(const struct as_options *o, struct as_rule *rule)
{
    lua_State *L = o->L;
    if (rule->kind == AS_RULE_EVENTS) {
        if (as_option_push(o, "points"))
            as_option_refuse(o, "points", "per_event says what each kind earns", "stands beside per_event");
        return;
    }
    if (!as_option_push(o, "points"))
        as_raise_rule(L, o->position, "write points = 25, when = …, or per_event = { … }",
                      "rule \"%s\" gives no points", o->name);
    if (lua_isfunction(L, -1)) {
        rule->kind = AS_RULE_FUNCTION;
        rule->function = as_loading_function(L, o->loading, -1, rule->name, AS_LEVEL_LEAD, true);
        as_expr_use(&o->loading->pack->rules, rule->function);
        lua_pop(L, 1);
        return;
    }
    lua_pop(L, 1);
    as_option_points(&rule->points, o, "points");
    if (rule->when == NULL)
        as_raise_rule(L, o->position, "add when = …, or remove the rule",
                      "rule \"%s\" gives its points to everybody", o->name);
}

static void check_group(const struct as_options *o, const struct as_score *score, const char *group)
{
    const char *names[64];
    size_t n = 0;
    for (uint32_t i = 0; i < score->groups.n; i++) {
        if (strcmp(score->groups.at[i].name, group) == 0)
            return;
        if (n < sizeof names / sizeof *names)
            names[n++] = score->groups.at[i].name;
    }
    as_raise_unknown(o->L, o->position, as_suggest(as_str_of(group), names, n),
                     "declare it with the score: groups = { name = cap }", "score \"%s\" has no group \"%s\"",
                     score->name, group);
}

static int take_rule(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_score *score = opening->owner;
    for (uint32_t i = 0; i < score->rules.n; i++)
        if (strcmp(score->rules.at[i]->name, opening->name) == 0)
            as_loading_twice(L, opening->position, "rule", opening->name, score->rules.at[i]->position);
    if (score->rules.n >= AS_MAX_RULES)
        as_raise_rule(L, opening->position, NULL, "a score has at most %d rules", AS_MAX_RULES);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_rule, opening->name, opening->position);
    struct as_rule *rule = as_loading_alloc(L, loading, sizeof *rule);
    *rule = (struct as_rule){.name = opening->name, .position = opening->position, .index = score->rules.n};
    rule->when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    read_per_event(&o, rule);
    read_at_most(&o, rule);
    read_points(&o, rule);
    read_fading(&o, rule);
    rule->has_cap = as_option_points(&rule->cap, &o, "cap");
    if (rule->cap < 0)
        as_option_refuse(&o, "cap", "a cap bounds losses as well as gains: write it without a sign",
                         "is below 0");
    rule->group = as_option_text(&o, "group");
    if (rule->group != NULL)
        check_group(&o, score, rule->group);
    rule->reason = as_option_text(&o, "reason");
    as_loading_push(L, loading, &score->rules, rule);
    return 0;
}

const struct as_declaration as_rule_declaration = {"rule", NULL, take_rule};
