/* The words of qualification: models and their scores. Gates, disqualifiers and ways back are
 * lifecycle_words.c, rules of scores rule_words.c, grades grade_words.c. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/language/node.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static const char MODEL_TYPE[] = "assay.model", SCORE_TYPE[] = "assay.score_rules";

struct as_model *as_model_at(lua_State *L, int index)
{
    struct as_model **held = luaL_testudata(L, index, MODEL_TYPE);
    if (held == NULL)
        as_raise_rule(L, (struct as_position){0}, "write a colon, as in m:gate \"nurture\" { … }",
                      "a method of a model was called without its model");
    return *held;
}

static struct as_score *check_score(lua_State *L, int index)
{
    struct as_score **held = luaL_testudata(L, index, SCORE_TYPE);
    if (held == NULL)
        as_raise_rule(L, (struct as_position){0}, "write a colon, as in fit:rule \"senior title\" { … }",
                      "a method of a score was called without its score");
    return *held;
}

static void push_pointer(lua_State *L, void *pointer, const char *type)
{
    void **held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = pointer;
    luaL_setmetatable(L, type);
}

/* --- the model itself --- */

static const struct as_form_option model_options[] = {
    {"product", AS_TAKES_TEXT, false, "The product line the model is about."},
    {"when", AS_TAKES_CONDITION, false, "Which leads the model is about; all of them when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_model = {
    "model", NULL, "One way of qualifying leads, with a lifecycle of its own.",
    "q.model \"crm\" { product = \"CRM\", when = lead.product_interest:includes \"CRM\" }", model_options};

int as_word_model(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_pack *pack = loading->pack;
    const char *name = as_loading_name(L, loading, 1, "model");
    struct as_position here = as_loading_here(L, loading);
    for (uint32_t i = 0; i < pack->models.n; i++)
        if (strcmp(pack->models.at[i]->name, name) == 0)
            as_loading_twice(L, here, "model", name, pack->models.at[i]->position);
    if (pack->models.n >= AS_MAX_MODELS)
        as_raise_rule(L, here, NULL, "a pack has at most %d models", AS_MAX_MODELS);
    struct as_model *model = as_loading_alloc(L, loading, sizeof *model);
    model->name = name;
    model->position = here;
    model->index = pack->models.n;
    as_loading_push(L, loading, &pack->models, model);
    push_pointer(L, model, MODEL_TYPE);
    return 1;
}

static int model_call(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_model *model = as_model_at(L, 1);
    struct as_options o;
    if (model->product != NULL || model->when != NULL)
        as_raise_rule(L, (struct as_position){0}, "give all of them in one table",
                      "model \"%s\" takes its options only once", model->name);
    as_options_open(&o, L, loading, 2, &as_form_model, model->name, model->position);
    model->product = as_option_text(&o, "product");
    model->when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    lua_settop(L, 1);
    return 1;
}

/* --- scores --- */

static const struct as_form_option score_options[] = {
    {"floor", AS_TAKES_NUMBER, false, "The score never falls below this."},
    {"cap", AS_TAKES_NUMBER, false, "The score never rises above this."},
    {"groups", AS_TAKES_TABLE, false,
     "Caps of groups of rules: groups = { web = 30 }; a rule joins by group = \"web\"."},
    {"restart_on_recycle", AS_TAKES_BOOLEAN, false,
     "Events count only since the lead last went back to nurturing: for what people did, not for who they "
     "are."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_score = {"score", NULL, "A sum of points, between a floor and a cap.",
                                      "m:score(\"fit\", { floor = 0, cap = 100 })", score_options};

static bool is_model_word(const char *name);

static void read_groups(const struct as_options *o, struct as_score *score)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "groups"))
        return;
    uint32_t n;
    const char **names = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, "groups"));
    for (uint32_t i = 0; i < n; i++) {
        struct as_rule_group group = {.name = names[i], .position = score->position};
        lua_getfield(L, -1, names[i]);
        if (!as_points_of(&group.cap, L, -1))
            as_option_refuse(o, "groups", "write groups = { web = 30 }", "gives \"%s\" no cap in points",
                             names[i]);
        lua_pop(L, 1);
        as_loading_push(L, o->loading, &score->groups, group);
    }
    lua_pop(L, 1);
}

static int model_score(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_model *model = as_model_at(L, 1);
    const char *name = as_loading_name(L, loading, 2, "score");
    struct as_position here = as_loading_here(L, loading);
    for (uint32_t i = 0; i < model->scores.n; i++)
        if (strcmp(model->scores.at[i]->name, name) == 0)
            as_loading_twice(L, here, "score", name, model->scores.at[i]->position);
    if (is_model_word(name))
        as_raise_rule(L, here, "choose another name",
                      "a score cannot be called \"%s\": that is a word of the model", name);
    if (model->scores.n >= AS_MAX_SCORES)
        as_raise_rule(L, here, NULL, "a model has at most %d scores", AS_MAX_SCORES);
    struct as_score *score = as_loading_alloc(L, loading, sizeof *score);
    *score = (struct as_score){.name = name, .model = model, .position = here, .index = model->scores.n};
    if (!lua_isnoneornil(L, 3)) {
        struct as_options o;
        as_options_open(&o, L, loading, 3, &as_form_score, name, here);
        score->has_floor = as_option_points(&score->floor, &o, "floor");
        score->has_cap = as_option_points(&score->cap, &o, "cap");
        if (score->has_floor && score->has_cap && score->floor > score->cap)
            as_option_refuse(&o, "floor", "lower the floor, or raise the cap", "is above the cap");
        score->restart_on_recycle = as_option_flag(&o, "restart_on_recycle", false);
        read_groups(&o, score);
    }
    as_loading_push(L, loading, &model->scores, score);
    push_pointer(L, score, SCORE_TYPE);
    return 1;
}

static int score_rule(lua_State *L)
{
    as_opening_push(L, &as_rule_declaration, check_score(L, 1), 2);
    return 1;
}

static const struct as_module_function score_words[] = {
    {"rule",
     score_rule,
     "Gives points to the score.",
     {{"name", "string", "what the rule is called in ledgers and explanations", false}},
     0,
     "fun(options: assay.RuleOptions)",
     "takes the options",
     "m:score \"fit\":rule \"senior title\" { points = 25, when = lead.job_level:at_least \"director\" }",
     NULL},
};
static const struct as_module_part score_part = {score_words, 1};
static const struct as_module_part *const score_parts[] = {&score_part};
const struct as_module as_score_class = {
    .name = "assay.Score",
    .local = "fit",
    .methods = true,
    .text =
        "A score while its rules are declared. In conditions it is read from the model: m.fit:at_least(40).",
    .parts = score_parts,
    .part_count = 1,
};

static int score_index(lua_State *L)
{
    const struct as_score *score = check_score(L, 1);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    if (strcmp(key, score_words[0].name) == 0) {
        lua_pushcfunction(L, score_words[0].call);
        return 1;
    }
    char advice[AS_ERROR_ADVICE];
    snprintf(advice, sizeof advice, "in a condition write the score as the model's: m.%s:%s(…)", score->name,
             key);
    as_raise_rule(L, (struct as_position){0}, advice, "score \"%s\" has no word \"%s\": it has rule",
                  score->name, key);
}

/* --- names of a model --- */

static int model_grade(lua_State *L)
{
    as_read_grade(L, as_loading_of(L), as_model_at(L, 1), 2);
    return 0;
}

static const struct as_module_function model_words[] = {
    {"score",
     model_score,
     "Declares a score of the model; from then on it is read as m.fit.",
     {{"name", "string", "the score's name", false},
      {"options", "assay.ScoreOptions", "floor, cap and groups", true}},
     0,
     "assay.Score",
     "what rules are given to",
     "local interest = m:score(\"interest\", { floor = 0, cap = 100 })\n"
     "m:gate \"worth_a_call\" { criteria = { interest = m.interest:at_least(40) } }",
     NULL},
    {"disqualify",
     as_model_disqualify,
     "Says when a lead leaves the lifecycle.",
     {{"name", "string", "the reason, as people read it", false}},
     0,
     "fun(options: assay.DisqualifyOptions)",
     "takes the options",
     "m:disqualify \"competitor\" { when = account.domain:in_list \"competitors\" }",
     NULL},
    {"grade",
     model_grade,
     "Turns two scores into a grade such as B2: letters for fit, numbers for interest.",
     {{"bands", "table<string, table<string, number>>", "by score, the least points of each band", false}},
     0,
     "nil",
     "nothing",
     "m:score \"fit\"\nm:score \"interest\"\nm:grade { fit = { A = 75, B = 50, C = 25 },\n"
     "          interest = { [\"1\"] = 75, [\"2\"] = 50, [\"3\"] = 25 } }",
     NULL},
    {"gate",
     as_model_gate,
     "Declares a gate: who passes it enters the stage of its name.",
     {{"name", "string", "a stage of the lifecycle", false}},
     0,
     "fun(options: assay.GateOptions)",
     "takes the options",
     "m:gate \"nurture\" { criteria = { title = lead.title:known() } }",
     NULL},
    {"recycle",
     as_model_recycle,
     "Says when a lead goes back to an earlier stage, and for how long.",
     {{"options", "assay.RecycleOptions", "from, to, when and cool_off", false}},
     0,
     "nil",
     "nothing",
     "m:gate \"nurture\" { criteria = { title = lead.title:known() } }\n"
     "m:gate \"sales_ready\" { criteria = { asked = event.demo_request:seen \"30d\" } }\n"
     "m:recycle { from = \"sales_ready\", to = \"nurture\", when = event.handoff_rejected:seen(), cool_off = "
     "\"30d\" }",
     NULL},
    {"reject_reasons",
     as_model_reject_reasons,
     "The reasons that a person may give who rejects a lead, and what becomes of the lead.",
     {{"reasons", "table<string, string>",
       "by reason \"fix\", \"nurture\", \"nurture after 90d\" or \"disqualify\"", false}},
     0,
     "nil",
     "nothing",
     "m:reject_reasons { [\"wrong person\"] = \"disqualify\", [\"no budget\"] = \"nurture after 90d\" }",
     NULL},
};
enum { MODEL_WORDS = sizeof model_words / sizeof *model_words };

static bool is_model_word(const char *name)
{
    for (size_t i = 0; i < MODEL_WORDS; i++)
        if (strcmp(model_words[i].name, name) == 0)
            return true;
    return false;
}

static int model_index(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_model *model = as_model_at(L, 1);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    for (size_t i = 0; i < MODEL_WORDS; i++)
        if (strcmp(model_words[i].name, key) == 0) {
            lua_pushcfunction(L, model_words[i].call);
            return 1;
        }
    const char *names[AS_MAX_SCORES + MODEL_WORDS];
    size_t n = 0;
    for (size_t i = 0; i < MODEL_WORDS; i++)
        names[n++] = model_words[i].name;
    for (uint32_t i = 0; i < model->scores.n; i++) {
        struct as_score *score = model->scores.at[i];
        names[n++] = score->name;
        if (strcmp(score->name, key) != 0)
            continue;
        struct as_error error = AS_ERROR_INIT;
        const struct as_expr *expr;
        if (as_expr_score(&expr, &loading->pack->rules, score, as_loading_here(L, loading), &error) != AS_OK)
            as_raise(L, &error);
        as_node_push(L, expr);
        return 1;
    }
    as_raise_unknown(L, (struct as_position){0}, as_suggest(as_str_of(key), names, n),
                     "scores are declared by m:score(\"…\", { … }) before they are used",
                     "model \"%s\" has no score \"%s\"", model->name, key);
}

static const struct as_module_part model_part = {model_words, MODEL_WORDS};
static const struct as_module_part *const model_parts[] = {&model_part};
const struct as_module as_model_class = {
    .name = "assay.Model",
    .local = "m",
    .methods = true,
    .text = "A definition of a qualified lead: scores, grades, disqualifiers, gates and ways back. Its "
            "scores are read by their names: m.fit:at_least(40).",
    .annotation = "---@field [string] assay.ScoreValue\n"
                  "---@overload fun(options: assay.ModelOptions): assay.Model\n",
    .parts = model_parts,
    .part_count = 1,
};

static void make_type(lua_State *L, const char *type, const luaL_Reg *methods)
{
    if (luaL_newmetatable(L, type)) {
        luaL_setfuncs(L, methods, 0);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_pop(L, 1);
}

void as_model_open(lua_State *L)
{
    static const luaL_Reg model[] = {{"__index", model_index}, {"__call", model_call}, {NULL, NULL}};
    static const luaL_Reg score[] = {{"__index", score_index}, {NULL, NULL}};
    make_type(L, MODEL_TYPE, model);
    make_type(L, SCORE_TYPE, score);
}
