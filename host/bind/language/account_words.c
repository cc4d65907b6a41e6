/* The words of account plans: segmentation, tiers, templates and their plays. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

/* --- the segment --- */

static const struct as_form_option segment_options[] = {
    {"value", AS_TAKES_FACT, true, "What the account is worth: an amount."},
    {"diversity", AS_TAKES_FACT, true, "How much its needs differ from those of others, 0 to 1."},
    {"very_high_value", AS_TAKES_NUMBER, true,
     "From this value on, an account is worth a market of its own."},
    {"low_value", AS_TAKES_NUMBER, true,
     "Below this value, an account with common needs belongs to mass marketing."},
    {"homogeneous", AS_TAKES_NUMBER, true, "Up to this diversity, needs are common."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_segment = {
    "segment", NULL, "Divides accounts into abm, targeted and mass by value and diversity of needs.",
    "abm.segment { value = account.potential_value, diversity = account.need_diversity, "
    "very_high_value = 500e3, low_value = 50e3, homogeneous = 0.3 }",
    segment_options};

int as_word_segment(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_segment *segment = &loading->pack->segment;
    struct as_position here = as_loading_here(L, loading);
    if (segment->declared)
        as_raise_rule(L, here, "accounts are divided in one way",
                      "the segment is declared twice: first at %s:%d", segment->position.file,
                      segment->position.line);
    struct as_options o;
    as_options_open(&o, L, loading, 1, &as_form_segment, NULL, here);
    segment->declared = true;
    segment->position = here;
    segment->value = as_option_fact(&o, "value");
    segment->diversity = as_option_fact(&o, "diversity");
    as_option_money(&segment->very_high_value, &o, "very_high_value");
    as_option_money(&segment->low_value, &o, "low_value");
    as_option_number(&segment->homogeneous, &o, "homogeneous");
    const unsigned numbers = AS_SHAPE_MONEY | AS_SHAPE_NUMBER | AS_SHAPE_INTEGER;
    if ((segment->value->shape & numbers) == 0)
        as_option_refuse(&o, "value", "write account.potential_value", "must be an amount or a number");
    if ((segment->diversity->shape & numbers) == 0)
        as_option_refuse(&o, "diversity", "write account.need_diversity", "must be a number");
    if (segment->low_value > segment->very_high_value)
        as_option_refuse(&o, "low_value", NULL, "is above very_high_value");
    return 0;
}

/* --- plays --- */

static const struct as_declaration unique_declaration = {"unique", "play", NULL};

int as_word_unique(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    as_opening_value(L, &unique_declaration, as_loading_name(L, loading, 1, "unique content"), NULL);
    return 1;
}

static const struct as_form_option play_options[] = {
    {"when", AS_TAKES_CONDITION, false, "When the play is open; always when left out."},
    {"task", AS_TAKES_WORD, false, "What a person does: abm.human \"get introduced\"."},
    {"content", AS_TAKES_TEXT | AS_TAKES_WORD, false,
     "Key of content, or abm.unique \"key\" for content made for this account."},
    {"role", AS_TAKES_TEXT, false, "Who does it."},
    {"due", AS_TAKES_SPAN, false, "How long after the play opens it is due."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_play = {
    "play", NULL, "One thing that an account's plan holds.",
    "abm.play \"cost of delay\" { when = answer.urgency:unknown(), content = \"cost-of-delay\" }",
    play_options};

static int take_play(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_play, opening->name, opening->position);
    struct as_play *play = as_loading_alloc(L, loading, sizeof *play);
    *play = (struct as_play){.name = opening->name, .position = opening->position};
    play->when = as_option_condition(&o, "when", AS_LEVEL_ACCOUNT);
    if (as_option_push(&o, "task")) {
        play->task = as_human_task(L, -1);
        if (play->task == NULL)
            as_option_refuse(&o, "task", "write task = abm.human \"…\"", "must be a human task");
        lua_pop(L, 1);
    }
    if (as_option_push(&o, "content")) {
        struct as_opening *unique = as_opening_test(L, -1, &unique_declaration);
        if (unique != NULL) {
            unique->placed = play->unique = true;
            play->content = unique->name;
        } else if (lua_type(L, -1) == LUA_TSTRING) {
            play->content = as_option_text(&o, "content");
        } else {
            as_option_refuse(&o, "content", "write a key, or abm.unique \"key\"", "must be content");
        }
        lua_pop(L, 1);
    }
    if (play->task == NULL && play->content == NULL)
        as_raise_rule(L, opening->position, "write task = abm.human \"…\" or content = \"…\"",
                      "play \"%s\" has neither a task nor content", opening->name);
    play->role = as_option_text(&o, "role");
    play->due = as_option_span(&o, "due");
    opening->made = play;
    lua_settop(L, 1);
    return 1;
}

static const struct as_declaration play_declaration = {"play", "template", take_play};

int as_word_play(lua_State *L)
{
    as_opening_push(L, &play_declaration, NULL, 1);
    return 1;
}

/* --- templates --- */

static const struct as_form_option template_options[] = {
    {"when", AS_TAKES_CONDITION, true, "For which accounts a plan is made of it."},
    {"variety", AS_TAKES_TEXT, false,
     "What kind of account-based marketing it is: \"large_account\", which alone is a programme for each "
     "account; \"named_account\", \"industry_account\" or \"customer\"."},
    {"owners", AS_TAKES_TABLE, false, "Who answers for the plan in marketing and in sales."},
    {"group", AS_TAKES_TABLE, false, "The buying group that is needed: { economic = 1, user = 2 }."},
    {"budget", AS_TAKES_TABLE, false, "The most that the plan may cost: a share of an amount."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_template = {
    "template", "plays", "What the plan of one account is made of.",
    "abm.template \"market of one\" { when = account.segment:is \"abm\", abm.play … }", template_options};

static const struct as_form_option owner_options[] = {
    {"marketing", AS_TAKES_FACT, false, "The fact that names the owner in marketing."},
    {"sales", AS_TAKES_FACT, false, "The fact that names the owner in sales."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_owners = {
    "owners", NULL, "Who answers for a plan.",
    "owners = { marketing = account.marketing_owner, sales = account.sales_owner }", owner_options};

static const struct as_form_option budget_options[] = {
    {"at_most", AS_TAKES_NUMBER, true, "The share, 0.05 for 5 %."},
    {"of", AS_TAKES_FACT, true, "The amount that it is a share of."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_budget = {"budget", NULL, "The most that a plan may cost.",
                                       "budget = { at_most = 0.05, of = account.potential_value }",
                                       budget_options};

static void read_owners(const struct as_options *t, struct as_template *made)
{
    struct as_options o;
    if (!as_option_push(t, "owners"))
        return;
    as_options_open(&o, t->L, t->loading, -1, &as_form_owners, NULL, t->position);
    made->marketing_owner = as_option_fact(&o, "marketing");
    made->sales_owner = as_option_fact(&o, "sales");
    if (made->marketing_owner != NULL && (made->marketing_owner->shape & AS_SHAPE_USER) == 0)
        as_option_refuse(&o, "marketing", NULL, "must be a fact of type user");
    if (made->sales_owner != NULL && (made->sales_owner->shape & AS_SHAPE_USER) == 0)
        as_option_refuse(&o, "sales", NULL, "must be a fact of type user");
    lua_pop(o.L, 1);
}

static void read_group(const struct as_options *t, struct as_template *made)
{
    lua_State *L = t->L;
    if (!as_option_push(t, "group"))
        return;
    uint32_t n;
    const char **roles = as_literal_keys(&n, L, t->loading, -1, as_option_what(t, "group"));
    const struct as_schema *schema = t->loading->schema;
    uint32_t field = as_schema_field(schema, AS_LEVEL_LEAD, AS_STR("group_role"));
    for (uint32_t i = 0; i < n; i++) {
        const struct as_field *known = field != AS_NO_INDEX ? schema->fields.at[field] : NULL;
        bool found = known == NULL || known->choice_count == 0;
        for (uint32_t j = 0; !found && j < known->choice_count; j++)
            found = strcmp(known->choices[j], roles[i]) == 0;
        if (!found)
            as_raise_unknown(L, t->position,
                             as_suggest(as_str_of(roles[i]), known->choices, known->choice_count),
                             "roles are the choices of lead.group_role",
                             "group needs a role \"%s\" that nobody can have", roles[i]);
        struct as_group_need need = {.role = roles[i]};
        lua_getfield(L, -1, roles[i]);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1 || lua_tointeger(L, -1) > 1000)
            as_option_refuse(t, "group", "write economic = 1", "of \"%s\" is no number of people", roles[i]);
        need.count = (uint32_t)lua_tointeger(L, -1);
        lua_pop(L, 1);
        as_loading_push(L, t->loading, &made->group, need);
    }
    lua_pop(L, 1);
}

static void read_budget(const struct as_options *t, struct as_template *made)
{
    struct as_options o;
    if (!as_option_push(t, "budget"))
        return;
    as_options_open(&o, t->L, t->loading, -1, &as_form_budget, NULL, t->position);
    as_option_number(&made->budget_share, &o, "at_most");
    if (!(made->budget_share > 0 && made->budget_share <= 1))
        as_option_refuse(&o, "at_most", "write 0.05 for 5 %", "is a share above 0 and up to 1");
    made->budget_of = as_option_fact(&o, "of");
    if ((made->budget_of->shape & (AS_SHAPE_MONEY | AS_SHAPE_NUMBER | AS_SHAPE_INTEGER)) == 0)
        as_option_refuse(&o, "of", NULL, "must be an amount");
    lua_pop(o.L, 1);
}

static void place_plays(lua_State *L, struct as_loading *loading, struct as_template *made, int options)
{
    lua_Integer n = (lua_Integer)lua_rawlen(L, options);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, options, i);
        struct as_opening *opening = as_opening_test(L, -1, &play_declaration);
        if (opening == NULL || opening->made == NULL)
            as_raise_rule(L, made->position, "write abm.play \"name\" { … }",
                          "item %d of template \"%s\" is no play", (int)i, made->name);
        for (uint32_t j = 0; j < made->plays.n; j++)
            if (strcmp(made->plays.at[j].name, opening->name) == 0)
                as_loading_twice(L, opening->position, "play", opening->name, made->plays.at[j].position);
        opening->placed = true;
        as_loading_push(L, loading, &made->plays, *(const struct as_play *)opening->made);
        lua_pop(L, 1);
    }
}

static int take_template(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->templates.n; i++)
        if (strcmp(pack->templates.at[i]->name, opening->name) == 0)
            as_loading_twice(L, opening->position, "template", opening->name,
                             pack->templates.at[i]->position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_template, opening->name, opening->position);
    struct as_template *made = as_loading_alloc(L, loading, sizeof *made);
    *made = (struct as_template){.name = opening->name, .position = opening->position};
    made->when = as_option_condition(&o, "when", AS_LEVEL_ACCOUNT);
    static const char *const varieties[] = {"large_account", "named_account", "industry_account", "customer",
                                            NULL};
    made->variety = (enum as_variety)(as_option_one_of(&o, "variety", varieties, -1) + 1);
    read_owners(&o, made);
    read_group(&o, made);
    read_budget(&o, made);
    place_plays(L, loading, made, options);
    as_loading_push(L, loading, &pack->templates, made);
    return 0;
}

static const struct as_declaration template_declaration = {"template", NULL, take_template};

int as_word_template(lua_State *L)
{
    as_opening_push(L, &template_declaration, NULL, 1);
    return 1;
}

/* --- tiers --- */

static const struct as_form_option tier_options[] = {
    {"when", AS_TAKES_CONDITION, true, "Which accounts belong to the tier; the first that holds counts."},
    {"at_most", AS_TAKES_INTEGER, false, "For how many accounts there is room."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_tier = {
    "tier", NULL, "A level of effort for accounts.",
    "abm.tier \"one to one\" { when = account.potential_value:at_least(1e6), at_most = 20 }", tier_options};

static int take_tier(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->tiers.n; i++)
        if (strcmp(pack->tiers.at[i].name, opening->name) == 0)
            as_loading_twice(L, opening->position, "tier", opening->name, pack->tiers.at[i].position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_tier, opening->name, opening->position);
    struct as_tier made = {.name = opening->name, .position = opening->position};
    made.when = as_option_condition(&o, "when", AS_LEVEL_ACCOUNT);
    int64_t at_most;
    if (as_option_integer(&at_most, &o, "at_most")) {
        if (at_most < 1 || at_most > UINT32_MAX)
            as_option_refuse(&o, "at_most", NULL, "must be at least 1");
        made.at_most = (uint32_t)at_most;
    }
    as_loading_push(L, loading, &pack->tiers, made);
    return 0;
}

static const struct as_declaration tier_declaration = {"tier", NULL, take_tier};

int as_word_tier(lua_State *L)
{
    as_opening_push(L, &tier_declaration, NULL, 1);
    return 1;
}
