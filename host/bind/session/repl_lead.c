/* The lead at hand: choosing it, what is supposed of it, and everything that can be asked about it. */
#include "base/suggest.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"
#include "bind/session/repl_parts.h"

#include "score/model/contact.h"
#include "store/facts/facts.h"

#include <stdio.h>
#include <string.h>

static const struct as_pack *pack_of(const struct as_repl *repl)
{
    return repl->options.packs[0].pack;
}

struct as_explain_request as_repl_request(lua_State *L, struct as_repl *repl)
{
    if (repl->lead == 0)
        as_repl_refuse(L, "choose one: lead \"ada@acme.example\"", "there is no lead at hand");
    return (struct as_explain_request){.schema = repl->options.schema,
                                       .packs = repl->options.packs,
                                       .pack_count = repl->options.pack_count,
                                       .at = repl->at,
                                       .known_at = repl->known_at,
                                       .lead_id = repl->lead,
                                       .overlay = &repl->overlay};
}

/* Explains and pushes; `keep` cuts the explanation down before. */
static void push_explained(lua_State *L, const struct as_explain_request *request, enum as_told what)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_explanation explanation;
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, as_explain(&explanation, repl->options.store, request, &error), &error);
    as_told_explanation(L, &explanation, what);
}

/* --- choosing --- */

int as_repl_choose_lead(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    char words[AS_MAX_NAME * 2];
    struct as_error error = AS_ERROR_INIT;
    if (lua_isinteger(L, 2))
        snprintf(words, sizeof words, "#%lld", (long long)lua_tointeger(L, 2));
    else
        snprintf(words, sizeof words, "%s", luaL_checkstring(L, 2));
    int64_t id;
    repl->personal = true;
    as_repl_check(L, as_store_find_lead(&id, repl->options.store, words, &error), &error);
    if (id != repl->lead)
        as_overlay_free(&repl->overlay);
    repl->lead = id;
    struct as_explain_request request = as_repl_request(L, repl);
    push_explained(L, &request, AS_TOLD_CARD);
    return 1;
}

static int word_at(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_error error = AS_ERROR_INIT;
    if (!lua_isnoneornil(L, 1)) {
        int64_t at;
        as_repl_check(L, as_time_parse_at(&at, as_str_of(luaL_checkstring(L, 1)), repl->options.now, &error),
                      &error);
        repl->at = repl->known_at = at;
    }
    char text[AS_TIME_TEXT];
    lua_pushfstring(L, "as of %s UTC", as_repl_instant(text, repl->at));
    return 1;
}

/* --- explaining --- */

static _Noreturn void refuse_name(lua_State *L, const struct as_repl *repl, const char *what,
                                  const char *name)
{
    size_t n;
    const char *const *names = as_repl_rule_names(repl, as_scratch_arena(L), &n);
    lua_pushfstring(L, "help \"%s\" lists what there is", pack_of(repl)->name);
    as_repl_refuse_name(L, name, names, n, lua_tostring(L, -1), "pack %s has no %s \"%s\"",
                        pack_of(repl)->name, what, name);
}

static bool score_has_rule(const struct as_score *score, const char *name)
{
    for (uint32_t r = 0; r < score->rules.n; r++)
        if (strcmp(score->rules.at[r]->name, name) == 0)
            return true;
    return false;
}

static bool is_axis(const struct as_model *model, const struct as_score *score)
{
    for (uint32_t a = 0; a < model->axes.n; a++)
        if (model->axes.at[a].score == score)
            return true;
    return false;
}

/* Leaves of the explanation what bears the name: a model, a gate, a score, the score that has the rule, or
 * the scores of the grade. */
static bool cut_to(struct as_explanation *explanation, const char *name)
{
    bool found = false;
    uint32_t kept = 0;
    for (uint32_t m = 0; m < explanation->models.n; m++) {
        struct as_explained_model model = explanation->models.at[m];
        if (strcmp(model.model->name, name) != 0) {
            uint32_t scores = 0, gates = 0, forecasts = 0;
            for (uint32_t s = 0; s < model.scores.n; s++) {
                const struct as_score *score = model.scores.at[s].ledger.score;
                if (strcmp(score->name, name) == 0 || score_has_rule(score, name) ||
                    (strcmp(name, "grade") == 0 && is_axis(model.model, score)))
                    model.scores.at[scores++] = model.scores.at[s];
            }
            for (uint32_t g = 0; g < model.gates.n; g++)
                if (strcmp(model.gates.at[g].gate->name, name) == 0)
                    model.gates.at[gates++] = model.gates.at[g];
            model.scores.n = scores;
            model.gates.n = gates;
            for (uint32_t f = 0; f < model.forecast.n; f++)
                if (strncmp(model.forecast.at[f].what, "gate ", 5) == 0 &&
                    strcmp(model.forecast.at[f].what + 5, name) == 0)
                    model.forecast.at[forecasts++] = model.forecast.at[f];
            model.forecast.n = forecasts;
            model.disqualifiers.n = 0;
            if (model.next == NULL || strcmp(model.next->name, name) != 0)
                model.missing.n = 0;
            if (scores + gates == 0)
                continue;
        }
        found = true;
        explanation->models.at[kept++] = model;
    }
    explanation->models.n = kept;
    return found;
}

static int word_why(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const char *name = luaL_optstring(L, 1, NULL);
    struct as_explain_request request = as_repl_request(L, repl);
    if (name == NULL) {
        push_explained(L, &request, AS_TOLD_ALL);
        return 1;
    }
    struct as_explanation explanation;
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, as_explain(&explanation, repl->options.store, &request, &error), &error);
    bool found = cut_to(&explanation, name);
    if (!found) {
        as_explanation_free(&explanation);
        refuse_name(L, repl, "model, gate, score or rule", name);
    }
    as_told_explanation(L, &explanation, AS_TOLD_PART);
    return 1;
}

static int word_whynot(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const char *name = luaL_checkstring(L, 1);
    struct as_explain_request request = as_repl_request(L, repl);
    const struct as_pack *pack = pack_of(repl);
    const struct as_gate *gate = NULL;
    for (uint32_t m = 0; m < pack->models.n && gate == NULL; m++)
        for (uint32_t g = 0; g < pack->models.at[m]->gates.n; g++)
            if (strcmp(pack->models.at[m]->gates.at[g]->name, name) == 0)
                gate = pack->models.at[m]->gates.at[g];
    if (gate == NULL)
        refuse_name(L, repl, "gate", name);
    struct as_whynot_request wanted = {.schema = request.schema,
                                       .pack = request.packs,
                                       .gate = gate,
                                       .lead_id = request.lead_id,
                                       .at = request.at,
                                       .known_at = request.known_at,
                                       .overlay = request.overlay,
                                       .stop = repl->options.stop,
                                       .stop_context = repl->options.stop_context};
    struct as_whynot whynot;
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, as_whynot(&whynot, repl->options.store, &wanted, &error), &error);
    as_told_whynot(L, &whynot);
    return 1;
}

int as_repl_tell_account(lua_State *L)
{
    struct as_explain_request request = as_repl_request(L, as_repl_of(L));
    push_explained(L, &request, AS_TOLD_ACCOUNT);
    return 1;
}

static int word_may(lua_State *L)
{
    struct as_explain_request request = as_repl_request(L, as_repl_of(L));
    struct as_error error = AS_ERROR_INIT;
    request.channel = luaL_optstring(L, 1, NULL);
    request.ask = luaL_optstring(L, 2, NULL);
    lua_Integer questions = luaL_optinteger(L, 3, 0);
    luaL_argcheck(L, questions >= 0 && questions <= UINT32_MAX, 3, "how many questions it would ask");
    request.questions = (uint32_t)questions;
    if (request.channel != NULL)
        as_repl_check(L, as_contact_channel(as_repl_of(L)->options.schema, request.channel, &error), &error);
    push_explained(L, &request, AS_TOLD_CONTACT);
    return 1;
}

/* --- supposing --- */

uint32_t as_repl_find_fact(lua_State *L, const struct as_repl *repl, const char *name)
{
    const struct as_schema *schema = repl->options.schema;
    struct as_str words = as_str_of(name);
    uint32_t field = AS_NO_INDEX;
    if (as_str_starts(words, AS_STR("account.")))
        field = as_schema_field(schema, AS_LEVEL_ACCOUNT, as_str_of(name + 8));
    else if (as_str_starts(words, AS_STR("answer.")))
        field = as_schema_answer(schema, as_str_of(name + 7));
    else if (as_str_starts(words, AS_STR("lead.")))
        field = as_schema_field(schema, AS_LEVEL_LEAD, as_str_of(name + 5));
    else {
        field = as_schema_field(schema, AS_LEVEL_LEAD, words);
        if (field == AS_NO_INDEX)
            field = as_schema_field(schema, AS_LEVEL_ACCOUNT, words);
        if (field == AS_NO_INDEX)
            field = as_schema_answer(schema, words);
    }
    if (field != AS_NO_INDEX)
        return field;
    const char *near = as_schema_suggest_field(schema, AS_LEVEL_LEAD, words);
    if (near == NULL)
        near = as_schema_suggest_field(schema, AS_LEVEL_ACCOUNT, words);
    if (near == NULL)
        near = as_schema_suggest_answer(schema, words);
    as_repl_refuse(L,
                   near != NULL ? as_meant("", near, "").text
                                : "help \"lead\", help \"account\" and help \"answer\" list what there is",
                   "there is no fact \"%s\"", name);
}

static const char *supposed_text(lua_State *L, int index)
{
    if (lua_isboolean(L, index))
        return lua_toboolean(L, index) ? "yes" : "no";
    return luaL_tolstring(L, index, NULL);
}

/* A value `false` of a field that is no boolean makes it unknown, since nil cannot stand in a table. */
static void suppose_fact(lua_State *L, struct as_repl *repl, uint32_t field, int value)
{
    const struct as_field *of = repl->options.schema->fields.at[field];
    bool gone = lua_isboolean(L, value) && !lua_toboolean(L, value) && of->type != AS_TYPE_BOOLEAN;
    if (of->type == AS_TYPE_REFERENCE)
        as_repl_refuse(L, NULL, "%s refers to another record and cannot be supposed", of->name);
    struct as_change change = {.kind = of->ask != NULL ? AS_CHANGE_ANSWER : AS_CHANGE_FIELD,
                               .field = field,
                               .value = gone ? NULL : supposed_text(L, value),
                               .voices = AS_VOICE_BUYER};
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, as_overlay_add(&repl->overlay, &change, &error), &error);
}

static void suppose_event(lua_State *L, struct as_repl *repl, const char *name, lua_Integer count)
{
    const struct as_schema *schema = repl->options.schema;
    uint32_t kind = as_schema_kind(schema, as_str_of(name));
    if (kind == AS_NO_INDEX) {
        const char *near = as_schema_suggest_kind(schema, as_str_of(name));
        as_repl_refuse(L, near != NULL ? as_meant("", near, "").text : "help \"event\" lists what there is",
                       "there is no event \"%s\"", name);
    }
    if (count < 1 || count > 1000)
        as_repl_refuse(L, NULL, "between 1 and 1,000 of %s can be supposed", name);
    struct as_change change = {
        .kind = AS_CHANGE_EVENT, .event = kind, .count = (uint32_t)count, .time = repl->at};
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, as_overlay_add(&repl->overlay, &change, &error), &error);
}

/* events = { "pricing_view", demo_request = 2 } */
static void suppose_events(lua_State *L, struct as_repl *repl, int table)
{
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING)
            suppose_event(L, repl, lua_tostring(L, -2), luaL_checkinteger(L, -1));
        else
            suppose_event(L, repl, luaL_checkstring(L, -1), 1);
    }
}

static void suppose_group(lua_State *L, struct as_repl *repl, const char *group, int table)
{
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_settop(L, table + 1)) {
        if (lua_type(L, table + 1) != LUA_TSTRING)
            as_repl_refuse(L, NULL, "%s takes names of facts", group);
        lua_pushfstring(L, "%s.%s", group, lua_tostring(L, table + 1));
        suppose_fact(L, repl, as_repl_find_fact(L, repl, lua_tostring(L, -1)), table + 2);
    }
}

static int set_all(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_settop(L, 2)) {
        if (lua_type(L, 2) != LUA_TSTRING)
            as_repl_refuse(L,
                           "set { title = \"CFO\", answers = { need = \"confirmed\" }, "
                           "events = { \"pricing_view\" } }",
                           "set takes names of facts");
        const char *name = lua_tostring(L, 2);
        if (strcmp(name, "events") == 0 && lua_istable(L, 3))
            suppose_events(L, repl, 3);
        else if (strcmp(name, "answers") == 0 && lua_istable(L, 3))
            suppose_group(L, repl, "answer", 3);
        else if (strcmp(name, "account") == 0 && lua_istable(L, 3))
            suppose_group(L, repl, "account", 3);
        else
            suppose_fact(L, repl, as_repl_find_fact(L, repl, name), 3);
    }
    return 0;
}

/* All or nothing: a set that goes wrong half way, or that no decision takes, leaves no trace. */
static int word_set(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_error error = AS_ERROR_INIT;
    if (!lua_istable(L, 1))
        as_raise_rule(L, (struct as_position){0},
                      "write set { title = \"CFO\", answers = { need = \"confirmed\" } }",
                      "set takes a table of what is supposed");
    repl->personal = true;
    struct as_explain_request request = as_repl_request(L, repl);
    as_repl_check(L, as_overlay_step(&repl->overlay, &error), &error);
    lua_pushcfunction(L, set_all);
    lua_pushvalue(L, 1);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        as_overlay_undo(&repl->overlay);
        return lua_error(L);
    }
    struct as_explanation explanation;
    if (as_explain(&explanation, repl->options.store, &request, &error) != AS_OK) {
        as_overlay_undo(&repl->overlay);
        as_repl_check(L, error.status, &error);
    }
    as_told_explanation(L, &explanation, AS_TOLD_CARD);
    return 1;
}

static int word_undo(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_explain_request request = as_repl_request(L, repl);
    if (!as_overlay_undo(&repl->overlay))
        as_repl_refuse(L, NULL, "nothing is supposed of this lead");
    push_explained(L, &request, AS_TOLD_CARD);
    return 1;
}

static const struct as_repl_word words[] = {
    {"lead", NULL, "lead \"ada@acme.example\"",
     "chooses the lead at hand by e-mail, external id, #number or the beginning of a name; lead.title is a "
     "fact for conditions"},
    {"why", word_why, "why(), why \"sales_ready\", why \"grade\"",
     "explains the lead at hand to the point, or one model, gate, score, the score of a rule, or the grade"},
    {"whynot", word_whynot, "whynot \"sales_ready\"",
     "the cheapest changes by which the lead would pass a gate, found by supposing them"},
    {"set", word_set,
     "set { title = \"CFO\", answers = { need = \"confirmed\" }, events = { \"pricing_view\" } }",
     "supposes facts of the lead or its account, without writing them; false makes a fact unknown"},
    {"undo", word_undo, "undo()", "takes back the latest set"},
    {"at", word_at, "at \"2026-03-01\"", "looks from another moment, by what was known then"},
    {"may", word_may, "may(), may \"email\", may(\"email\", \"demo\"), may(\"email\", \"educate\", 9)",
     "whether the lead may be contacted, for what, and with how many questions; and why not"},
    {"account", NULL, "account()", "the account of the lead; account.industry is a fact for conditions"},
};
const struct as_repl_words as_repl_lead_words = {words, sizeof words / sizeof *words};
