/* What commands do, asked for from within a session: comparing packs, and writing down what people did, after
 * asking. */
#include "bind/session/repl_parts.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words of a command line; their texts stay on the Lua stack. */
struct words {
    lua_State *L;
    const char *at[AS_REPL_WORDS];
    uint32_t n;
};

static void add(struct words *words, const char *text)
{
    if (words->n == AS_REPL_WORDS)
        as_repl_refuse(words->L, NULL, "no more than %d words can be said at once", AS_REPL_WORDS);
    words->at[words->n++] = text;
}

static void add_option(struct words *words, const char *name, const char *value)
{
    add(words, lua_pushfstring(words->L, "--%s=%s", name, value));
}

static bool moves_with_clock(const struct as_repl *repl)
{
    return repl->options.house.clock != NULL && repl->at == repl->options.at;
}

/* The command's name with the database and the moment of the session. */
static void begin(struct words *words, lua_State *L, const struct as_repl *repl, const char *command)
{
    char at[AS_TIME_TEXT];
    *words = (struct words){.L = L};
    luaL_checkstack(L, 4 * AS_REPL_WORDS, NULL);
    add(words, command);
    if (repl->options.db != NULL)
        add_option(words, "db", repl->options.db);
    add_option(words, "at", as_time_format(at, repl->at));
}

static void run(const struct words *words, const struct as_repl *repl)
{
    struct as_error error = AS_ERROR_INIT;
    int code;
    as_repl_check(
        words->L,
        repl->options.house.command(repl->options.house.context, &code, words->at, words->n, &error), &error);
}

static int word_diff(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const char *other = luaL_checkstring(L, 1);
    char known_at[AS_TIME_TEXT];
    struct words words;
    begin(&words, L, repl, "diff");
    add_option(&words, "known-at", as_time_format(known_at, repl->known_at));
    add(&words, repl->options.pack);
    add(&words, other);
    run(&words, repl);
    return 0;
}

/* --- recording --- */

/* What `assay record` takes as an option; everything else is a detail of the act. */
static bool is_option(const char *act, const char *name)
{
    static const char *const always[] = {"by", "manner", "user", "reason", "pack", "model"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strcmp(always[i], name) == 0)
            return true;
    return strcmp(name, "outcome") == 0 && strcmp(act, "done") == 0;
}

static const char *detail_text(lua_State *L, int index)
{
    if (lua_isboolean(L, index))
        return lua_toboolean(L, index) ? "true" : "false";
    if (!lua_isstring(L, index))
        as_repl_refuse(L, "for example: record { \"answer\", need = \"confirmed\", by = \"sales\" }",
                       "record takes texts, numbers, true and false");
    return lua_tostring(L, index);
}

/* The act, its details in order, then the named ones by name. */
static void add_record(struct words *words, lua_State *L)
{
    lua_Integer places = (lua_Integer)lua_rawlen(L, 1);
    const char *names[AS_REPL_WORDS], *act = NULL;
    uint32_t n = 0;
    for (lua_Integer i = 1; i <= places; i++) {
        lua_rawgeti(L, 1, i);
        add(words, detail_text(L, lua_gettop(L)));
        act = act == NULL ? words->at[words->n - 1] : act;
    }
    if (act == NULL)
        as_repl_refuse(L, "for example: record { \"touch\", \"call\", outcome = \"reached\" }",
                       "record begins with what was done");
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && n < AS_REPL_WORDS)
            names[n++] = lua_tostring(L, -2);
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t k = i; k > 0 && strcmp(names[k - 1], names[k]) > 0; k--) {
            const char *swap = names[k];
            names[k] = names[k - 1];
            names[k - 1] = swap;
        }
    for (uint32_t i = 0; i < n; i++) {
        lua_getfield(L, 1, names[i]);
        const char *value = detail_text(L, lua_gettop(L));
        if (is_option(act, names[i]))
            add_option(words, names[i], value);
        else
            add(words, lua_pushfstring(L, "%s=%s", names[i], value));
    }
}

/* From `from` on, as people would type it. */
static const char *push_line(lua_State *L, const struct words *words, uint32_t from)
{
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (uint32_t i = from; i < words->n; i++) {
        bool plain = strpbrk(words->at[i], " \t'\"#$&;|<>()*?") == NULL;
        luaL_addstring(&line, i > from ? " " : "");
        luaL_addstring(&line, plain ? "" : "'");
        luaL_addstring(&line, words->at[i]);
        luaL_addstring(&line, plain ? "" : "'");
    }
    luaL_pushresult(&line);
    return lua_tostring(L, -1);
}

static int word_record(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const struct as_repl_house *house = &repl->options.house;
    struct words words;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    repl->personal = true;
    as_repl_request(L, repl);
    if (repl->at != repl->options.at)
        as_repl_refuse(L, "what is recorded becomes known when it is recorded: end the look back first",
                       "the session looks from another moment");
    if (moves_with_clock(repl))
        repl->options.at = repl->at = repl->known_at = house->clock(house->context);
    begin(&words, L, repl, "record");
    uint32_t from = words.n;
    add(&words, lua_pushfstring(L, "#%I", (LUAI_UACINT)repl->lead));
    add_record(&words, L);
    const char *line = push_line(L, &words, from);
    if (house->confirm == NULL) {
        lua_pushfstring(L, "use the command: assay record %s", line);
        as_repl_refuse(L, lua_tostring(L, -1),
                       "record asks before it writes, and there is no terminal to ask on");
    }
    if (!house->confirm(house->context, lua_pushfstring(L, "record %s? [y/N] ", line))) {
        lua_pushliteral(L, "nothing was recorded");
        return 1;
    }
    run(&words, repl);
    return 0;
}

static const struct as_repl_word words[] = {
    {"diff", word_diff, "diff \"other-pack\"",
     "what another pack, a folder or NAME@HASH, would do to the leads, as `assay diff`"},
    {"record", word_record,
     "record { \"answer\", need = \"confirmed\", by = \"sales\" }, record { \"touch\", \"call\" }",
     "writes down what was done or learnt of the lead, as `assay record`, after asking"},
};
const struct as_repl_words as_repl_house_words = {words, sizeof words / sizeof *words};
