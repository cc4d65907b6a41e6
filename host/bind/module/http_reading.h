/* Reading requests from Lua: options and bodies become a struct as_request. For http_ask.c alone. */
#ifndef AS_BIND_HTTP_READING_H
#define AS_BIND_HTTP_READING_H

#include "bind/module/http_module.h"

/* What one request is made of, while it is read. */
struct as_http_reading {
    lua_State *L;
    struct as_arena *arena;
    struct as_request request;
    struct as_buf *url, *body;
    AS_LIST(struct as_header) headers;
    bool has_type;
    int64_t keep; /* seconds; 0: the answer is not kept */
};

/* The text at a stack index, without NUL, in the arena; raises, calling it `what`. */
const char *as_http_text(struct as_http_reading *r, int index, const char *what);
/* What stands at a stack index: a text is sent as it is, a table as JSON. */
void as_http_body(struct as_http_reading *r, int index);
/* A closed table of options at a stack index. */
void as_http_options(struct as_http_reading *r, int index);
/* Raises with the running function's name. advice may be NULL. */
_Noreturn void as_http_refuse(lua_State *L, const char *what, const char *advice);

#endif
