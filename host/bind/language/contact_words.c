/* The words of contact: how often, when, for what and whether at all a person may be contacted. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/language/node.h"
#include "bind/sandbox/raise.h"
#include "score/model/contact.h"

#include <lauxlib.h>
#include <string.h>

enum { MOST_RUNGS = 16, MOST_QUESTIONS = 1000 };

static const struct as_form_option policy_options[] = {
    {"most", AS_TAKES_TABLE, false, "Touches allowed: { email = \"2 per 7d\", any = \"3 per 7d\" }."},
    {"gap", AS_TAKES_SPAN, false, "The least time between two touches."},
    {"after_first_download", AS_TAKES_SPAN, false,
     "How long a person who downloaded one thing is left alone: it is no request to be called."},
    {"quiet", AS_TAKES_TABLE, false, "The hours in which nobody is contacted, in the person's own zone."},
    {"ladder", AS_TAKES_TABLE, false,
     "Levels of permission, lowest first; a touch asks for no more than is permitted."},
    {"needs", AS_TAKES_TABLE, false, "The level that each request needs: { demo = \"solution\" }."},
    {"questions", AS_TAKES_TABLE, false,
     "How many questions one touch may ask at each level: { topic = 2 }; no limit at a level left out."},
    {"pressure", AS_TAKES_TABLE, false, "What touches may weigh together while they fade."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_policy = {
    "contact_policy", NULL, "How a person may be contacted. The strictest of all packs binds.",
    "n.contact_policy { most = { email = \"2 per 7d\" }, gap = \"24h\" }", policy_options};

static const struct as_form_option quiet_options[] = {
    {"from", AS_TAKES_TEXT, true, "When quiet begins: \"18:00\"."},
    {"to", AS_TAKES_TEXT, true, "When it ends: \"08:00\"."},
    {"timezone", AS_TAKES_FACT, false, "The fact that holds the person's zone; UTC when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_quiet = {
    "quiet", NULL, "Hours in which nobody is contacted.",
    "quiet = { from = \"18:00\", to = \"08:00\", timezone = lead.timezone }", quiet_options};

static const struct as_form_option pressure_options[] = {
    {"half_life", AS_TAKES_SPAN, true, "After how long a touch weighs half."},
    {"budget", AS_TAKES_NUMBER, true, "What touches may weigh for each level that is permitted."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_pressure = {"pressure", NULL, "A touch weighs the level it asks for, and fades.",
                                         "pressure = { half_life = \"7d\", budget = 2 }", pressure_options};

void as_check_channel(lua_State *L, const struct as_loading *loading, struct as_position position,
                      const char *channel)
{
    struct as_error error = AS_ERROR_INIT;
    if (strcmp(channel, "any") == 0 || as_contact_channel(loading->schema, channel, &error) == AS_OK)
        return;
    error.status = AS_ERR_RULE;
    as_error_at(&error, position.file, position.line);
    as_raise(L, &error);
}

static void read_most(const struct as_options *o, struct as_contact_policy *policy)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "most"))
        return;
    uint32_t n;
    const char **channels = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, "most"));
    for (uint32_t i = 0; i < n; i++) {
        struct as_contact_cap cap = {.channel = channels[i]};
        as_check_channel(L, o->loading, o->position, cap.channel);
        struct as_error error = AS_ERROR_INIT;
        struct as_str text = {0};
        if (lua_getfield(L, -1, channels[i]) == LUA_TSTRING)
            text.p = lua_tolstring(L, -1, &text.n);
        if (text.p == NULL || as_rate_parse(&cap.most, text, &error) != AS_OK)
            as_option_refuse(o, "most", "write \"2 per 7d\"", "of \"%s\" is no rate: \"%.80s\"", channels[i],
                             luaL_tolstring(L, -1, NULL));
        if (cap.most.span.unit != AS_SPAN_SECONDS)
            as_option_refuse(o, "most", "write \"2 per 7d\"",
                             "of \"%s\" counts all hours, not business hours", channels[i]);
        lua_pop(L, 1);
        as_loading_push(L, o->loading, &policy->caps, cap);
    }
    lua_pop(L, 1);
}

static int read_minutes(const struct as_options *o, const char *name)
{
    const char *text = as_option_text(o, name);
    struct as_str rest = as_str_of(text), hours = as_str_cut(&rest, ':');
    int64_t hour, minute;
    if (hours.n != 2 || rest.n != 2 || !as_parse_int(&hour, hours) || !as_parse_int(&minute, rest) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59)
        as_option_refuse(o, name, "write it as \"18:00\"", "is no time of day: \"%.20s\"", text);
    return (int)(hour * 60 + minute);
}

static void read_quiet(const struct as_options *policy_table, struct as_contact_policy *policy)
{
    struct as_options o;
    if (!as_option_push(policy_table, "quiet"))
        return;
    as_options_open(&o, policy_table->L, policy_table->loading, -1, &as_form_quiet, NULL,
                    policy_table->position);
    policy->has_quiet = true;
    policy->quiet_from = read_minutes(&o, "from");
    policy->quiet_to = read_minutes(&o, "to");
    if (policy->quiet_from == policy->quiet_to)
        as_option_refuse(&o, "to", NULL,
                         "is the same as \"from\": nobody could ever be contacted, or everybody always");
    policy->quiet_zone = as_option_fact(&o, "timezone");
    if (policy->quiet_zone != NULL && (policy->quiet_zone->shape & AS_SHAPE_TEXT) == 0)
        as_option_refuse(&o, "timezone", "write lead.timezone", "must be a text that names a zone");
    lua_pop(o.L, 1);
}

static void read_ladder(const struct as_options *o, struct as_contact_policy *policy)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "ladder"))
        return;
    lua_Unsigned n = lua_rawlen(L, -1);
    if (n == 0 || n > MOST_RUNGS)
        as_option_refuse(o, "ladder", "write { \"topic\", \"problem\", \"solution\" }", "has 1 to %d levels",
                         MOST_RUNGS);
    for (lua_Unsigned i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        const char *level = as_loading_name(L, o->loading, -1, "level of the ladder");
        for (uint32_t before = 0; before < policy->ladder.n; before++)
            if (strcmp(policy->ladder.at[before], level) == 0)
                as_option_refuse(o, "ladder", "leave one of them out", "names the level \"%s\" twice", level);
        as_loading_push(L, o->loading, &policy->ladder, level);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static uint8_t rung_of(const struct as_contact_policy *policy, const char *level)
{
    for (uint32_t i = 0; i < policy->ladder.n; i++)
        if (strcmp(policy->ladder.at[i], level) == 0)
            return (uint8_t)(i + 1);
    return 0;
}

static void read_needs(const struct as_options *o, struct as_contact_policy *policy)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "needs"))
        return;
    uint32_t n;
    const char **asks = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, "needs"));
    for (uint32_t i = 0; i < n; i++) {
        struct as_ladder_need need = {.ask = asks[i]};
        lua_getfield(L, -1, asks[i]);
        const char *level = as_loading_name(L, o->loading, -1, "level of the ladder");
        lua_pop(L, 1);
        need.rung = rung_of(policy, level);
        if (need.rung == 0)
            as_raise_unknown(L, o->position,
                             as_suggest(as_str_of(level), policy->ladder.at, policy->ladder.n),
                             "name a level of the ladder",
                             "needs: \"%s\" needs \"%s\", which is no level of the ladder", asks[i], level);
        as_loading_push(L, o->loading, &policy->needs, need);
    }
    lua_pop(L, 1);
}

static const char *const questions_advice = "write questions = { topic = 2, problem = 4 }";

static void know_level(const struct as_options *o, const char *level)
{
    const struct as_contact_policy *policy = &o->loading->pack->policy;
    if (rung_of(policy, level) == 0)
        as_raise_unknown(o->L, o->position, as_suggest(as_str_of(level), policy->ladder.at, policy->ladder.n),
                         "name a level of the ladder", "questions: \"%s\" is no level of the ladder", level);
}

/* By rung: who permits more may be asked no less. */
static void read_questions(const struct as_options *o, struct as_contact_policy *policy)
{
    lua_State *L = o->L;
    as_option_each(o, "questions", know_level);
    if (!as_option_push(o, "questions"))
        return;
    for (uint32_t i = 0; i < policy->ladder.n; i++) {
        const char *level = policy->ladder.at[i];
        if (lua_getfield(L, -1, level) != LUA_TNIL) {
            uint32_t n = policy->questions.n;
            lua_Integer most = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : -1;
            if (most < 0 || most > MOST_QUESTIONS)
                as_option_refuse(o, "questions", questions_advice, "of \"%s\" is no number from 0 to %d",
                                 level, MOST_QUESTIONS);
            if (n > 0 && most < policy->questions.at[n - 1].most)
                as_option_refuse(o, "questions", "allow at least as many as on the levels below",
                                 "of \"%s\" allows fewer than \"%s\" before it", level,
                                 policy->ladder.at[policy->questions.at[n - 1].rung - 1]);
            as_loading_push(L, o->loading, &policy->questions,
                            ((struct as_question_cap){(uint8_t)(i + 1), (uint32_t)most}));
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_pressure(const struct as_options *policy_table, struct as_contact_policy *policy)
{
    struct as_options o;
    if (!as_option_push(policy_table, "pressure"))
        return;
    as_options_open(&o, policy_table->L, policy_table->loading, -1, &as_form_pressure, NULL,
                    policy_table->position);
    policy->pressure_half_life = as_option_span(&o, "half_life");
    as_option_number(&policy->pressure_budget, &o, "budget");
    if (!(policy->pressure_budget > 0))
        as_option_refuse(&o, "budget", NULL, "must be more than 0");
    lua_pop(o.L, 1);
}

int as_word_contact_policy(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_contact_policy *policy = &loading->pack->policy;
    struct as_position here = as_loading_here(L, loading);
    if (policy->declared)
        as_raise_rule(L, here, "give all of it in one table",
                      "the contact policy is declared twice: first at %s:%d", policy->position.file,
                      policy->position.line);
    struct as_options o;
    as_options_open(&o, L, loading, 1, &as_form_policy, NULL, here);
    policy->declared = true;
    policy->position = here;
    read_most(&o, policy);
    policy->gap = as_option_span(&o, "gap");
    policy->after_first_download = as_option_span(&o, "after_first_download");
    read_quiet(&o, policy);
    read_ladder(&o, policy);
    read_needs(&o, policy);
    read_questions(&o, policy);
    read_pressure(&o, policy);
    return 0;
}

int as_word_never(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    if (!lua_istable(L, 1))
        as_raise_rule(L, here, "write n.never { email = …, any = … }", "never needs a table of channels");
    uint32_t n;
    const char **channels = as_literal_keys(&n, L, loading, 1, "never");
    for (uint32_t i = 0; i < n; i++) {
        struct as_never made = {.channel = channels[i]};
        as_check_channel(L, loading, here, made.channel);
        lua_getfield(L, 1, channels[i]);
        made.when = as_node_condition(L, loading, -1, "a condition of never", channels[i], AS_LEVEL_LEAD);
        lua_pop(L, 1);
        as_loading_push(L, loading, &loading->pack->policy.never, made);
    }
    return 0;
}

static const struct as_form_option consent_options[] = {
    {"country", AS_TAKES_TABLE, false,
     "What the law of each country asks: { DE = \"double_opt_in\", US = \"opt_out\" }."},
    {"unknown", AS_TAKES_TEXT, true, "What holds for other countries and for an unknown one."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_consent = {
    "consent", NULL, "The consent that a touch needs, by country.",
    "n.consent { country = { US = \"opt_out\" }, unknown = \"double_opt_in\" }", consent_options};

static const char *const bases[] = {"opt_out", "opt_in", "double_opt_in", NULL};

static void push_consent(const struct as_options *o, const char *country, int basis)
{
    struct as_consent_rule rule = {.country = country};
    rule.basis = basis == 0   ? AS_CONSENT_NEEDS_OPT_OUT
                 : basis == 1 ? AS_CONSENT_NEEDS_OPT_IN
                              : AS_CONSENT_NEEDS_DOUBLE_OPT_IN;
    as_loading_push(o->L, o->loading, &o->loading->pack->policy.consents, rule);
}

int as_word_consent(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    if (loading->pack->policy.consents.n > 0)
        as_raise_rule(L, here, "give all countries in one table", "consent is declared twice");
    struct as_options o;
    as_options_open(&o, L, loading, 1, &as_form_consent, NULL, here);
    if (as_option_push(&o, "country")) {
        uint32_t n;
        const char **countries = as_literal_keys(&n, L, loading, -1, as_option_what(&o, "country"));
        for (uint32_t i = 0; i < n; i++) {
            int basis = -1;
            lua_getfield(L, -1, countries[i]);
            for (int j = 0; bases[j] != NULL; j++)
                if (lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), bases[j]) == 0)
                    basis = j;
            lua_pop(L, 1);
            if (basis < 0)
                as_option_refuse(&o, "country", "it is one of opt_out, opt_in, double_opt_in",
                                 "of \"%s\" is no kind of consent", countries[i]);
            push_consent(&o, countries[i], basis);
        }
        lua_pop(L, 1);
    }
    push_consent(&o, NULL, as_option_one_of(&o, "unknown", bases, 2));
    return 0;
}
