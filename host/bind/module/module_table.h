/* Module table: what a C module offers to scripts, one row a function.
 *
 * The rows register the functions and are read by everything that speaks about them: argument errors,
 * documentation, annotations. A test fails when a row has no text or its example does not give its stated
 * result.
 */
#ifndef AS_BIND_MODULE_TABLE_H
#define AS_BIND_MODULE_TABLE_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AS_MODULE_ARGUMENTS = 6 };

struct as_module_argument {
    const char *name;
    const char *type; /* LuaLS type: "number", "string", "number[]", "string|integer" … */
    const char *text; /* unit and meaning: "days since the event" */
    bool optional;
};

struct as_module_function {
    const char *name;
    lua_CFunction call; /* upvalue 1: light userdata of this row; upvalue 2: the module's context */
    const char *text;   /* one or two sentences */
    struct as_module_argument arguments[AS_MODULE_ARGUMENTS]; /* ends at a NULL name */
    int each;                 /* the argument, 1-based, that may also be an array of values; 0 none */
    const char *returns;      /* LuaLS types: "number", "number?, string?" */
    const char *returns_text; /* what comes back, with its unit */
    const char *example;      /* a Lua expression that uses the module by its short name */
    const char
        *result; /* a Lua expression of the same value; NULL for statements and where none can be fixed */
};

struct as_module_part {
    const struct as_module_function *functions;
    size_t n;
};

struct as_module {
    const char *name;  /* "assay.score" */
    const char *local; /* what examples call it: "score" */
    bool methods;      /* called with a colon, on a value that scripts hold */
    const char *text;
    const char *annotation; /* further lines for the language server; NULL none */
    const struct as_module_part *const *parts;
    size_t part_count;
};

/* Pushes one new table with a closure a function. context may be NULL and must outlive the state. */
void as_module_push(lua_State *L, const struct as_module *module, void *context);

/* Sets a field of the table on top; NULL sets none. */
void as_set_text(lua_State *L, const char *name, const char *text);

/* The row and the context of the running function. */
const struct as_module_function *as_module_row(lua_State *L);
void *as_module_context(lua_State *L);

/* "score.clamp(value, low, high)", or "m:gate(name)" of a class, into a buffer that the caller owns. */
enum { AS_SIGNATURE_TEXT = 200 };
char *as_module_signature(char out[AS_SIGNATURE_TEXT], const struct as_module *module,
                          const struct as_module_function *function);

#endif
