/* The word that names a pack: its lists, permissions, labels, capacities; its facts are read in fact_words.c,
 * its agreement and what is known of its buyers in agreement_words.c. */
#include "bind/language/declare.h"
#include "bind/language/lists.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"

#include "net/origin.h"

#include <lauxlib.h>
#include <string.h>

#define TABLE AS_TAKES_TABLE
#define TEXT  AS_TAKES_TEXT

static const struct as_form_option pack_options[] = {
    {"owner", TEXT, true, "Who answers for the pack: an address."},
    {"text", TEXT, false, "What the pack is for."},
    {"change", TEXT, false, "What this version changes, for whoever reviews it; `assay diff` shows it."},
    {"agreement", TABLE, false, "What marketing and sales agreed on, and who signed."},
    {"buyers", TABLE, false, "Why buyers buy, who takes part, how they decide, what they must know."},
    {"capacity", TABLE, false,
     "What people can do for leads that come to a stage: { worth_a_call = { work = \"20m\" } }."},
    {"labels", TABLE, false, "The team's words for stages: { worth_a_call = \"MQL\" }."},
    {"fields", TABLE, false,
     "Facts of leads and accounts: { lead = { title = \"text\" }, account = { … } }."},
    {"answers", TABLE, false, "Questions, with the answers they can have."},
    {"events", TABLE, false, "Kinds of events, and who does them."},
    {"feeds", TABLE, false,
     "Sources of events, and after how long their silence means that they are broken."},
    {"lists", TABLE, false, "Lists of values: { competitors = \"lists/competitors.txt\" }."},
    {"rates", TEXT, false,
     "The table of currency rates: \"lists/rates.csv\" with currency,rate,date; a rate is what one unit is "
     "worth in a currency of your choice."},
    {"permits", TABLE, false, "What enrichment and delivery may reach, and the secrets they may use."},
    {"destinations", TABLE, false, "Where effects are sent: { crm = { url = \"https://…\" } }."},
    {"roles", TABLE, false,
     "What people do with leads, by their role: { ldr = { does = \"qualification\" } }."},
    {"rules", TABLE, true, "The rule files, in the order in which they are read, without \".lua\"."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_pack = {"pack", NULL, "A folder of rules of one team.",
                                     "return require \"assay.pack\" \"acme\" { owner = "
                                     "\"revops@acme.example\", rules = { \"qualification\" } }",
                                     pack_options};

static const struct as_form_option permit_options[] = {
    {"http", TABLE, false, "Origins that enrichment may ask."},
    {"secrets", TABLE, false, "Names of secrets that enrichment may use."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_permits = {"permits", NULL, "What the pack may do beside deciding.",
                                        "permits = { http = { \"https://enrich.example/\" } }",
                                        permit_options};

static const struct as_form_option capacity_options[] = {
    {"work", AS_TAKES_SPAN, false, "How long one lead takes, all told."},
    {"most", AS_TAKES_RATE, false,
     "How many leads can be taken: \"60 per 7d\". Of sales_ready no more are handed over, the best "
     "first; the others wait their turn."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_capacity = {
    "capacity", NULL, "What people can do for leads that come to a stage.",
    "worth_a_call = { work = \"20m\", most = \"60 per 7d\" }", capacity_options};

static void read_list(const struct as_options *o, const char *name)
{
    struct as_error error = AS_ERROR_INIT;
    if (lua_type(o->L, -1) != LUA_TSTRING)
        as_option_refuse(o, "lists",
                         "write competitors = \"lists/competitors.txt\": a file with a value on each line",
                         "gives \"%s\" no file", name);
    size_t n;
    const char *path = lua_tolstring(o->L, -1, &n);
    path = as_loading_copy(o->L, o->loading, path, n);
    if (as_list_read(o->loading, name, path, &error) != AS_OK) {
        as_error_at(&error, o->position.file, o->position.line);
        as_raise(o->L, &error);
    }
}

static enum as_stage read_stage(const struct as_options *o, const char *option, const char *name)
{
    enum as_stage stage;
    const char *stages[AS_STAGE_COUNT];
    size_t n = 0;
    if (as_stage_parse(&stage, as_str_of(name)))
        return stage;
    for (int i = AS_STAGE_SUSPECT; i < AS_STAGE_COUNT; i++)
        stages[n++] = as_stage_name((enum as_stage)i);
    as_raise_unknown(o->L, o->position, as_suggest(as_str_of(name), stages, n),
                     "stages: suspect, nurture, worth_a_call, sales_ready, accepted, opportunity, won, lost, "
                     "no_decision, disqualified",
                     "%s names no stage \"%s\"", option, name);
}

static void read_capacity(const struct as_options *pack, const char *name)
{
    struct as_options o;
    struct as_capacity capacity = {.stage = read_stage(pack, "capacity", name)};
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_capacity, name, pack->position);
    capacity.work = as_option_span(&o, "work");
    bool limited = as_option_rate(&capacity.most, &o, "most");
    if (limited && capacity.most.span.unit != AS_SPAN_SECONDS)
        as_option_refuse(&o, "most", "write \"60 per 7d\"", "counts all hours, not business hours");
    if (limited && capacity.most.span.length == 0)
        as_option_refuse(&o, "most", "write \"60 per 7d\"", "names no time after which there is room again");
    as_loading_push(pack->L, pack->loading, &pack->loading->pack->capacities, capacity);
}

static void read_label(const struct as_options *o, const char *name)
{
    struct as_label label = {.stage = read_stage(o, "labels", name)};
    label.label = as_loading_name(o->L, o->loading, -1, "label");
    as_loading_push(o->L, o->loading, &o->loading->pack->labels, label);
}

static void read_permits(const struct as_options *pack)
{
    struct as_options o;
    if (!as_option_push(pack, "permits"))
        return;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_permits, NULL, pack->position);
    struct as_pack *to = o.loading->pack;
    uint32_t n;
    if (as_option_push(&o, "http")) {
        const char **origins = as_option_texts(&n, &o, "http");
        lua_pop(o.L, 1);
        for (uint32_t i = 0; i < n; i++) {
            struct as_error error = AS_ERROR_INIT;
            struct as_origin origin;
            if (as_origin_parse(&origin, &to->rules.arena, origins[i], &error) != AS_OK)
                as_option_refuse(&o, "http", error.advice, "%s", error.what);
            /* This machine alone is asked without TLS, and only where the host's policy names it. */
            if (!origin.secure && !as_origin_loopback(&origin))
                as_option_refuse(&o, "http", "other schemes would send facts in the clear",
                                 "permits \"%s\", which is not https", origins[i]);
            as_loading_push(o.L, o.loading, &to->permitted_origins, origins[i]);
        }
    }
    if (as_option_push(&o, "secrets")) {
        const char **secrets = as_option_texts(&n, &o, "secrets");
        lua_pop(o.L, 1);
        for (uint32_t i = 0; i < n; i++)
            as_loading_push(o.L, o.loading, &to->permitted_secrets, secrets[i]);
    }
    lua_pop(pack->L, 1);
}

static int take_pack(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    if (loading->declared)
        as_loading_twice(L, opening->position, "pack", opening->name, pack->position);
    loading->declared = true;
    struct as_options o;
    struct as_error error = AS_ERROR_INIT;
    pack->name = opening->name;
    pack->position = opening->position;
    as_options_open(&o, L, loading, options, &as_form_pack, opening->name, opening->position);
    pack->owner = as_option_text(&o, "owner");
    as_option_text(&o, "text");
    if (as_lists_builtin(loading, &error) != AS_OK)
        as_raise(L, &error);
    as_agreement_read(&o);
    as_buyers_read(&o);
    pack->change = as_option_text(&o, "change");
    as_option_each(&o, "labels", read_label);
    as_option_each(&o, "capacity", read_capacity);
    as_read_facts(&o);
    as_option_each(&o, "lists", read_list);
    read_permits(&o);
    as_read_destinations(&o);
    as_read_roles(&o);
    const char *rates = as_option_text(&o, "rates");
    if (rates != NULL && as_rates_read(loading, rates, &error) != AS_OK) {
        as_error_at(&error, o.position.file, o.position.line);
        as_raise(L, &error);
    }
    uint32_t n;
    as_option_push(&o, "rules");
    const char **files = as_option_texts(&n, &o, "rules");
    for (uint32_t i = 0; i < n; i++)
        as_loading_push(L, loading, &loading->rule_files, files[i]);
    lua_settop(L, 0);
    lua_pushboolean(L, 1);
    return 1;
}

static const struct as_declaration pack_declaration = {"pack", NULL, take_pack};

int as_word_pack(lua_State *L)
{
    struct as_opening *opening = as_opening_push(L, &pack_declaration, NULL, 1);
    const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    if (strspn(opening->name, allowed) != strlen(opening->name))
        as_raise_rule(L, opening->position, "use small letters, digits, \"-\" and \"_\"",
                      "a pack cannot be called \"%s\"", opening->name);
    return 1;
}
