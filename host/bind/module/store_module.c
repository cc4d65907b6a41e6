/* The module assay.store: who may use it, and how its functions name a lead or an account. The functions
 * themselves are in store_facts.c (what is known) and store_space.c (what a team keeps). */
#include "bind/module/store_module.h"

#include "bind/module/argument.h"

#include "base/limits.h"
#include "store/facts/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct as_module_part *const parts[] = {&as_store_facts_part, &as_store_space_part};

const struct as_module as_store_module = {
    .name = "assay.store",
    .local = "store",
    .text = "Reads leads, accounts, events, answers and earlier decisions, and keeps a team's own keys and "
            "notes. Rules that load or decide cannot use it: facts come in before the decision. Only "
            "enrichment and effects write.",
    .parts = parts,
    .part_count = sizeof parts / sizeof parts[0],
};

void as_store_module_push(lua_State *L, const struct as_store_access *access)
{
    /* Light userdata is not const; it is only ever read back through as_store_readable. */
    as_module_push(L, &as_store_module, (void *)(uintptr_t)access);
}

const struct as_store_access *as_store_readable(lua_State *L)
{
    const struct as_store_access *access = as_module_context(L);
    if (access == NULL || access->store == NULL)
        luaL_error(L,
                   "store.%s: the store cannot be used %s; let enrichment bring the fact in as a field, "
                   "answer or event",
                   as_module_row(L)->name,
                   access != NULL && access->refusal != NULL ? access->refusal
                                                             : "while rules load or decide");
    return access;
}

const struct as_store_access *as_store_writable(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    if (!access->may_write)
        luaL_error(L, "store.%s: only enrichment and effects write to the store", as_module_row(L)->name);
    return access;
}

void as_store_refuse(lua_State *L, const struct as_error *error)
{
    luaL_error(L, "store.%s: %s", as_module_row(L)->name, error->what);
    for (;;)
        ;
}

enum as_level as_store_level_of(lua_State *L)
{
    return strncmp(as_module_row(L)->name, "account", strlen("account")) == 0 ? AS_LEVEL_ACCOUNT
                                                                              : AS_LEVEL_LEAD;
}

int64_t as_store_row_argument(lua_State *L, int index, const struct as_store_access *access,
                              enum as_level level)
{
    if (lua_istable(L, index)) {
        lua_getfield(L, index, "id");
        lua_Integer id = lua_tointeger(L, -1);
        lua_pop(L, 1);
        if (id <= 0)
            as_argument_refuse(L, index, "a lead or account with its id");
        return id;
    }
    if (lua_isinteger(L, index)) {
        if (lua_tointeger(L, index) <= 0)
            as_argument_refuse(L, index, "an id above 0");
        return lua_tointeger(L, index);
    }
    if (lua_type(L, index) != LUA_TSTRING)
        as_argument_refuse(L, index, "an id, a table with an id, or words such as an e-mail address");
    char words[AS_MAX_NAME * 2];
    struct as_str text = as_argument_text(L, index);
    if (text.n >= sizeof words || snprintf(words, sizeof words, "%s", text.p) != (int)text.n)
        as_argument_refuse(L, index, "a shorter text without NUL");
    int64_t id = 0;
    struct as_error error = AS_ERROR_INIT;
    enum as_status status = level == AS_LEVEL_LEAD ? as_store_find_lead(&id, access->store, words, &error)
                                                   : as_store_find_account(&id, access->store, words, &error);
    if (status == AS_OK)
        return id;
    if (status != AS_ERR_MISSING && status != AS_ERR_CONFLICT)
        as_store_refuse(L, &error);
    as_argument_fail(L, error.what);
    return 0;
}
