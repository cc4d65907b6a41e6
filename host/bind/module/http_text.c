/* assay.http, texts: JSON in and out, and what goes into URLs. Nothing here touches the network. */
#include "bind/module/argument.h"
#include "bind/module/http_module.h"
#include "bind/module/json_value.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"

static int call_from_json(lua_State *L)
{
    struct as_str text = as_argument_text(L, 1);
    struct as_error error = AS_ERROR_INIT;
    enum as_status status = as_json_push(L, text, &error);
    if (status == AS_ERR_MEMORY)
        as_raise(L, &error);
    return status == AS_OK ? 1 : as_argument_fail(L, error.what);
}

static int call_to_json(lua_State *L)
{
    struct as_buf *out = as_scratch_buffer(L);
    luaL_checkany(L, 1);
    as_json_write(out, L, 1);
    lua_pushlstring(L, as_buf_c(out), out->n);
    return 1;
}

void as_url_encode(struct as_buf *out, struct as_str text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if (plain) {
            as_buf_char(out, (char)c);
        } else {
            as_buf_char(out, '%');
            as_buf_char(out, digits[c >> 4]);
            as_buf_char(out, digits[c & 15]);
        }
    }
}

static int call_encode(lua_State *L)
{
    struct as_str text = as_argument_text(L, 1);
    struct as_buf *out = as_scratch_buffer(L);
    as_url_encode(out, text);
    as_scratch_check(L, out, "http.encode: the text");
    lua_pushlstring(L, as_buf_c(out), out->n);
    return 1;
}

static const struct as_module_function rows[] = {
    {.name = "from_json",
     .call = call_from_json,
     .text = "The value of a JSON text: objects and arrays as tables, null as nil.",
     .arguments = {{"text", "string", "JSON, at most 32 deep", false}},
     .returns = "any, string?",
     .returns_text = "the value; or nil and what is wrong",
     .example = "http.from_json('{\"employees\": [250, 300]}').employees[2]",
     .result = "300"},
    {.name = "to_json",
     .call = call_to_json,
     .text = "A value as JSON text. Tables with the keys 1 to n are arrays, others objects, sorted by key; "
             "an empty table is an object.",
     .arguments = {{"value", "any", "nil, a boolean, number, text or table", false}},
     .returns = "string",
     .returns_text = "JSON",
     .example = "http.to_json { name = \"Acme\", sizes = { 1, 2.5 } }",
     .result = "'{\"name\":\"Acme\",\"sizes\":[1,2.5]}'"},
    {.name = "encode",
     .call = call_encode,
     .text =
         "A text as it stands in a URL, percent-encoded. The option `query` of requests does it by itself.",
     .arguments = {{"text", "string", "any text", false}},
     .returns = "string",
     .returns_text = "the encoded text",
     .example = "http.encode \"R&D, Köln\"",
     .result = "\"R%26D%2C%20K%C3%B6ln\""},
};
const struct as_module_part as_http_text_part = {rows, sizeof rows / sizeof rows[0]};
