/* The module assay.http: who may use it. Its functions are in http_ask.c (requests) and http_text.c (JSON,
 * URLs). */
#include "bind/module/http_module.h"

static const struct as_module_part *const parts[] = {&as_http_ask_part, &as_http_text_part};

const struct as_module as_http_module = {
    .name = "assay.http",
    .local = "http",
    .text = "Requests and JSON, for enrichment: an `enrich` function gets it as its second argument. Only "
            "origins that pack.lua permits and the host's policy allows; never while rules load or decide.",
    .parts = parts,
    .part_count = sizeof parts / sizeof parts[0],
};

void as_http_module_push(lua_State *L, struct as_http_access *access)
{
    as_module_push(L, &as_http_module, access);
}

void as_http_call_end(struct as_http_call *call)
{
    as_arena_free(&call->arena);
}
