/* Registers C functions from their rows. What the functions do is left to the modules; freezing the table and
 * deciding which state sees which module is left to the sandbox. */
#include "bind/module/module_table.h"

#include <stdio.h>

void as_module_push(lua_State *L, const struct as_module *module, void *context)
{
    size_t count = 0;
    for (size_t part = 0; part < module->part_count; part++)
        count += module->parts[part]->n;
    lua_createtable(L, 0, (int)count);
    for (size_t part = 0; part < module->part_count; part++) {
        for (size_t i = 0; i < module->parts[part]->n; i++) {
            const struct as_module_function *row = &module->parts[part]->functions[i];
            /* Lua's light userdata is not const; the row is only ever read back through as_module_row. */
            lua_pushlightuserdata(L, (void *)(uintptr_t)row);
            lua_pushlightuserdata(L, context);
            lua_pushcclosure(L, row->call, 2);
            lua_setfield(L, -2, row->name);
        }
    }
}

void as_set_text(lua_State *L, const char *name, const char *text)
{
    if (text == NULL)
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

const struct as_module_function *as_module_row(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

void *as_module_context(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(2));
}

char *as_module_signature(char out[AS_SIGNATURE_TEXT], const struct as_module *module,
                          const struct as_module_function *function)
{
    size_t n = (size_t)snprintf(out, AS_SIGNATURE_TEXT, "%s%c%s(", module->local, module->methods ? ':' : '.',
                                function->name);
    for (int i = 0; i < AS_MODULE_ARGUMENTS && function->arguments[i].name != NULL && n < AS_SIGNATURE_TEXT;
         i++)
        n += (size_t)snprintf(out + n, AS_SIGNATURE_TEXT - n, "%s%s%s", i > 0 ? ", " : "",
                              function->arguments[i].name, function->arguments[i].optional ? "?" : "");
    if (n < AS_SIGNATURE_TEXT)
        snprintf(out + n, AS_SIGNATURE_TEXT - n, ")");
    return out;
}
