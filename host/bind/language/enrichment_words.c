/* The word of enrichment: what is asked of a provider about whom, and which fields it may fill. What asking
 * does is enriching.c's. */
#include "bind/language/declare.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

const char as_enrich_functions[] = "assay.enrichments";

static const struct as_form_option enrich_options[] = {
    {"level", AS_TAKES_TEXT, false, "Whom it asks about: \"lead\" (when left out) or \"account\"."},
    {"fills", AS_TAKES_TABLE, true, "The fields that it may fill: { \"employees\" }."},
    {"every", AS_TAKES_SPAN, true, "After how long an answer is too old and is asked again."},
    {"when", AS_TAKES_CONDITION, false,
     "About whom; when left out, about those of whom something that it fills is unknown."},
    {"call", AS_TAKES_FUNCTION, true,
     "Gets the lead or account and assay.http; returns a table of fields, nil for nothing found, or nil and "
     "why it failed."},
    {"text", AS_TAKES_TEXT, false, "What it is for."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_enrich = {
    "enrich", NULL, "Facts that a provider knows, fetched before anything is decided.",
    "e.enrich \"company size\" { level = \"account\", fills = { \"employees\" }, every = \"30d\", call = "
    "function(a, http) return nil end }",
    enrich_options};

static void read_fills(const struct as_options *o, struct as_enrichment *made)
{
    lua_State *L = o->L;
    const struct as_schema *schema = o->loading->schema;
    uint32_t n = 0;
    as_option_push(o, "fills");
    const char **names = as_option_texts(&n, o, "fills");
    lua_pop(L, 1);
    if (n > AS_MAX_ENRICHED_FIELDS)
        as_option_refuse(o, "fills", "declare several enrichments", "names more than %d fields",
                         AS_MAX_ENRICHED_FIELDS);
    if (n == 0)
        as_option_refuse(o, "fills", "name the fields that the function returns", "names no field");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t field = as_schema_field(schema, made->level, as_str_of(names[i]));
        if (field == AS_NO_INDEX) {
            const char *all[AS_MAX_FIELDS];
            size_t count = 0;
            for (uint32_t f = 0; f < schema->fields.n; f++)
                if (schema->fields.at[f]->level == made->level)
                    all[count++] = schema->fields.at[f]->name;
            as_raise_unknown(L, o->position, as_suggest(as_str_of(names[i]), all, count),
                             "declare it in pack.lua: fields = { account = { … } }",
                             "enrich \"%s\" fills \"%s\", no field of %s", made->name, names[i],
                             made->level == AS_LEVEL_LEAD ? "a lead" : "an account");
        }
        as_loading_push(L, o->loading, &made->fills, field);
    }
}

static void check(struct as_options *o, enum as_status status, const struct as_error *error)
{
    if (status != AS_OK)
        as_raise(o->L, error);
}

/* One of the fields is unknown. */
static const struct as_expr *something_unknown(struct as_options *o, const struct as_enrichment *made)
{
    struct as_rules *rules = &o->loading->pack->rules;
    struct as_error error = AS_ERROR_INIT;
    const struct as_expr *first = NULL;
    struct as_literal *others = as_loading_alloc(o->L, o->loading, (made->fills.n + 1) * sizeof *others);
    for (uint32_t i = 0; i < made->fills.n; i++) {
        const struct as_expr *field, *unknown;
        const char *name = o->loading->schema->fields.at[made->fills.at[i]]->name;
        check(o, as_expr_field(&field, rules, made->level, as_str_of(name), o->position, &error), &error);
        check(o, as_expr_call(&unknown, rules, field, "unknown", NULL, 0, o->position, &error), &error);
        if (first == NULL)
            first = unknown;
        else
            others[i - 1] = (struct as_literal){.kind = AS_LITERAL_EXPR, .expr = unknown};
    }
    const struct as_expr *any = first;
    if (made->fills.n > 1)
        check(o, as_expr_call(&any, rules, first, "or", others, made->fills.n - 1, o->position, &error),
              &error);
    as_expr_use(rules, any);
    return any;
}

static int take_enrich(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    static const char *const levels[] = {"lead", "account", NULL};
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->enrichments.n; i++)
        if (strcmp(pack->enrichments.at[i]->name, opening->name) == 0)
            as_loading_twice(L, opening->position, "enrich", opening->name,
                             pack->enrichments.at[i]->position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_enrich, opening->name, opening->position);
    struct as_enrichment *made = as_loading_alloc(L, loading, sizeof *made);
    *made = (struct as_enrichment){.name = opening->name, .position = opening->position};
    made->level = as_option_one_of(&o, "level", levels, 0) == 0 ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT;
    made->every = as_option_span(&o, "every");
    if (made->every < AS_DAY_SECONDS)
        as_option_refuse(&o, "every", "write \"1d\" or more",
                         "is shorter than a day: facts are counted in days");
    read_fills(&o, made);
    made->when = as_option_condition(&o, "when", made->level);
    if (made->when == NULL)
        made->when = something_unknown(&o, made);
    as_loading_push(L, loading, &pack->enrichments, made);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, as_enrich_functions);
    as_option_push(&o, "call");
    lua_rawseti(L, -2, (lua_Integer)pack->enrichments.n);
    lua_pop(L, 1);
    return 0;
}

static const struct as_declaration enrich_declaration = {"enrich", NULL, take_enrich};

int as_word_enrich(lua_State *L)
{
    as_opening_push(L, &enrich_declaration, NULL, 1);
    return 1;
}
