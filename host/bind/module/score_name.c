/* assay.score, names: likeness of texts, companies, addresses, domains and membership of lists. Texts are
 * folded here before they are compared, so that a script compares as rules do; the forms themselves are
 * host/data's. */
#include "bind/module/argument.h"
#include "bind/module/score_module.h"
#include "bind/sandbox/scratch.h"

#include "base/intern.h"
#include "base/suggest.h"
#include "data/identity/fold.h"
#include "data/identity/identity.h"
#include "data/identity/name.h"
#include "data/identity/similarity.h"

#include <stdlib.h>

_Noreturn static void refuse(lua_State *L, const struct as_error *error)
{
    luaL_error(L, "%s: %s", as_module_row(L)->name, error->what);
    for (;;)
        ;
}

/* Folds into a buffer that is reset first; the view lives until the next fold into it. */
static struct as_str folded(lua_State *L, struct as_buf *buffer, struct as_str text)
{
    struct as_error error = AS_ERROR_INIT;
    as_buf_reset(buffer);
    if (as_fold(buffer, text, &error) != AS_OK)
        refuse(L, &error);
    return (struct as_str){as_buf_c(buffer), buffer->n};
}

/* --- likeness --- */

struct likeness {
    enum as_status (*of)(double *out, struct as_str a, struct as_str b, struct as_error *error);
    struct as_str to;
    struct as_buf *buffer;
};

static void likeness_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct likeness *likeness = context;
    struct as_error error = AS_ERROR_INIT;
    double out = 0;
    struct as_str other = folded(L, likeness->buffer, as_argument_each_text(L, index, value, item));
    if (likeness->of(&out, likeness->to, other, &error) != AS_OK)
        refuse(L, &error);
    lua_pushnumber(L, out);
}

static int call_likeness(lua_State *L, struct likeness likeness)
{
    struct as_str text = as_argument_text(L, 1);
    lua_settop(L, 2);
    likeness.to = folded(L, as_scratch_buffer(L), text);
    likeness.buffer = as_scratch_buffer(L);
    return as_argument_each(L, 2, likeness_one, &likeness);
}

static int call_jaro_winkler(lua_State *L)
{
    return call_likeness(L, (struct likeness){.of = as_jaro_winkler});
}

static int call_token_set_ratio(lua_State *L)
{
    return call_likeness(L, (struct likeness){.of = as_token_set_ratio});
}

/* --- forms: one text to another, or to nil when it has no such form --- */

struct form {
    bool (*of)(lua_State *L, struct as_buf *out, struct as_str text);
    struct as_buf *buffer;
    const char *lacking; /* why there is none */
};

static void form_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct form *form = context;
    as_buf_reset(form->buffer);
    bool has = form->of(L, form->buffer, as_argument_each_text(L, index, value, item));
    as_scratch_check(L, form->buffer, as_module_row(L)->name);
    if (has)
        lua_pushlstring(L, as_buf_c(form->buffer), form->buffer->n);
    else if (item > 0)
        lua_pushboolean(L, 0); /* an array has no holes */
    else
        lua_pushnil(L);
}

static int call_form(lua_State *L, struct form form)
{
    lua_settop(L, 1);
    form.buffer = as_scratch_buffer(L);
    as_argument_each(L, 1, form_one, &form);
    if (!lua_isnil(L, -1))
        return 1;
    lua_pushstring(L, form.lacking);
    return 2;
}

static bool form_fold(lua_State *L, struct as_buf *out, struct as_str text)
{
    folded(L, out, text);
    return true;
}

static bool form_company(lua_State *L, struct as_buf *out, struct as_str text)
{
    struct as_error error = AS_ERROR_INIT;
    if (as_company_key(out, text, &error) != AS_OK)
        refuse(L, &error);
    return out->n > 0;
}

static bool form_email(lua_State *L, struct as_buf *out, struct as_str text)
{
    (void)L;
    return as_email_normalise(out, text);
}

static int free_suffixes(lua_State *L)
{
    struct as_suffixes **held = lua_touserdata(L, 1);
    as_suffixes_free(*held);
    *held = NULL;
    return 0;
}

/* The public suffix list, opened once a state. */
static const struct as_suffixes *suffixes_of(lua_State *L)
{
    static const char NAME[] = "assay.suffixes";
    if (lua_getfield(L, LUA_REGISTRYINDEX, NAME) == LUA_TNIL) {
        struct as_error error = AS_ERROR_INIT;
        struct as_suffixes **held = lua_newuserdatauv(L, sizeof(*held), 0);
        *held = NULL;
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, free_suffixes);
        lua_setfield(L, -2, "__gc");
        lua_setmetatable(L, -2);
        if (as_suffixes_open(held, &error) != AS_OK)
            refuse(L, &error);
        lua_pushvalue(L, -1);
        lua_setfield(L, LUA_REGISTRYINDEX, NAME);
        lua_remove(L, -2);
    }
    const struct as_suffixes *suffixes = *(struct as_suffixes **)lua_touserdata(L, -1);
    lua_pop(L, 1); /* the registry keeps it */
    return suffixes;
}

static bool form_domain(lua_State *L, struct as_buf *out, struct as_str text)
{
    return as_registrable_domain(out, suffixes_of(L), text);
}

static int call_fold(lua_State *L)
{
    return call_form(L, (struct form){.of = form_fold, .lacking = ""});
}

static int call_company_name(lua_State *L)
{
    return call_form(L, (struct form){.of = form_company, .lacking = "a name without letters and digits"});
}

static int call_email(lua_State *L)
{
    return call_form(L, (struct form){.of = form_email, .lacking = "no e-mail address"});
}

static int call_domain(lua_State *L)
{
    return call_form(L, (struct form){.of = form_domain, .lacking = "no registrable domain"});
}

/* --- membership --- */

static int by_text(const void *a, const void *b)
{
    return as_str_cmp(*(const struct as_str *)a, *(const struct as_str *)b);
}

struct set {
    const struct as_str *items;
    size_t n;
    struct as_buf *buffer;
};

static void set_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct set *set = context;
    struct as_str text = folded(L, set->buffer, as_argument_each_text(L, index, value, item));
    lua_pushboolean(L, bsearch(&text, set->items, set->n, sizeof text, by_text) != NULL);
}

static int call_in_set(lua_State *L)
{
    lua_Integer n = as_argument_array(L, 2);
    lua_settop(L, 2);
    struct as_buf *buffer = as_scratch_buffer(L);
    lua_createtable(L, (int)(n <= INT32_MAX ? n : 0), 0); /* keeps the folded texts alive */
    int keep = lua_gettop(L);
    struct as_str *items = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *items, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, 2, i);
        struct as_str text = folded(L, buffer, as_argument_each_text(L, 2, lua_gettop(L), i));
        lua_pop(L, 1);
        lua_pushlstring(L, text.p, text.n);
        items[i - 1] = (struct as_str){lua_tostring(L, -1), text.n};
        lua_rawseti(L, keep, i);
    }
    qsort(items, (size_t)n, sizeof *items, by_text);
    struct set set = {items, (size_t)n, buffer};
    return as_argument_each(L, 1, set_one, &set);
}

struct list {
    const struct as_named_list *named; /* of the pack; NULL: one of the two built-in ones */
    bool (*holds)(struct as_str domain);
    struct as_buf *buffer;
};

static void list_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct list *list = context;
    struct as_str text = folded(L, list->buffer, as_argument_each_text(L, index, value, item));
    bool holds =
        list->named != NULL ? as_intern_find(list->named->values, text) != AS_INTERN_NONE : list->holds(text);
    lua_pushboolean(L, holds);
}

static int call_in_list(lua_State *L)
{
    enum { MOST = 64 };
    const struct as_pack **held = as_module_context(L);
    const struct as_pack *pack = held != NULL ? *held : NULL;
    struct as_str name = as_argument_text(L, 2);
    const char *names[MOST] = {"freemail", "disposable"};
    size_t n = 2;
    struct list list = {0};
    for (uint32_t i = 0; pack != NULL && i < pack->lists.n; i++) {
        const struct as_named_list *one = &pack->lists.at[i];
        if (as_str_is(name, one->name))
            list.named = one;
        if (n < MOST)
            names[n++] = one->name;
    }
    if (list.named == NULL && as_str_is(name, "freemail"))
        list.holds = as_is_freemail;
    else if (list.named == NULL && as_str_is(name, "disposable"))
        list.holds = as_is_disposable;
    else if (list.named == NULL) {
        const char *near = as_suggest(name, names, n);
        luaL_error(L, "in_list: there is no list \"%s\"%s", name.p, as_meant("; ", near, "").text);
    }
    lua_settop(L, 2);
    list.buffer = as_scratch_buffer(L);
    return as_argument_each(L, 1, list_one, &list);
}

#define TEXTS(meaning)                                                                                       \
    {                                                                                                        \
        "text", "string|string[]", meaning, false                                                            \
    }

static const struct as_module_function rows[] = {
    {.name = "jaro_winkler",
     .call = call_jaro_winkler,
     .text = "Likeness of two texts by common letters in common order, with a bonus for a common beginning "
             "(prefix 4, p 0.1). Case and width do not count.",
     .arguments = {{"text", "string", "one text", false},
                   {"other", "string|string[]", "what it is compared with", false}},
     .each = 2,
     .returns = "number|number[]",
     .returns_text = "0 to 1",
     .example = "(\"%.3f\"):format(score.jaro_winkler(\"MARTHA\", \"marhta\"))",
     .result = "\"0.961\""},
    {.name = "token_set_ratio",
     .call = call_token_set_ratio,
     .text = "Likeness of two texts by their words, whatever their order; a text whose words are all in the "
             "other is 1.",
     .arguments = {{"text", "string", "one text", false},
                   {"other", "string|string[]", "what it is compared with", false}},
     .each = 2,
     .returns = "number|number[]",
     .returns_text = "0 to 1",
     .example = "score.token_set_ratio(\"fuzzy was a bear\", \"Fuzzy fuzzy was a bear\")",
     .result = "1"},
    {.name = "fold",
     .call = call_fold,
     .text = "The form in which texts are compared: Unicode NFKC, case folded, single blanks.",
     .arguments = {TEXTS("any text")},
     .each = 1,
     .returns = "string|string[]",
     .returns_text = "the folded text",
     .example = "score.fold(\"  Vice  PRESIDENT \")",
     .result = "\"vice president\""},
    {.name = "company_name",
     .call = call_company_name,
     .text =
         "The key by which company names are compared: folded, without punctuation, accents and legal forms.",
     .arguments = {TEXTS("the name of a company")},
     .each = 1,
     .returns = "string?|(string|false)[], string?",
     .returns_text = "the key; or nil and why (false in an array)",
     .example = "score.company_name {\"ACME, Inc.\", \"Acme GmbH & Co. KG\"}",
     .result = "{\"acme\", \"acme\"}"},
    {.name = "email",
     .call = call_email,
     .text = "An e-mail address in the form in which addresses are compared: without a display name, in "
             "lower case.",
     .arguments = {TEXTS("an address")},
     .each = 1,
     .returns = "string?|(string|false)[], string?",
     .returns_text = "the address; or nil and why (false in an array)",
     .example = "score.email(\"Jane Doe <Jane.Doe@ACME.example>\")",
     .result = "\"jane.doe@acme.example\""},
    {.name = "domain",
     .call = call_domain,
     .text = "The registrable domain of an e-mail address, host or web address, by the public suffix list.",
     .arguments = {TEXTS("an address")},
     .each = 1,
     .returns = "string?|(string|false)[], string?",
     .returns_text = "the domain; or nil and why (false in an array)",
     .example = "score.domain {\"jane@mail.acme.co.uk\", \"https://www.acme.com/prices\"}",
     .result = "{\"acme.co.uk\", \"acme.com\"}"},
    {.name = "in_set",
     .call = call_in_set,
     .text = "Whether a text is one of several, folded.",
     .arguments = {TEXTS("what to look for"), {"set", "string[]", "the texts", false}},
     .each = 1,
     .returns = "boolean|boolean[]",
     .returns_text = "whether it is there",
     .example = "score.in_set(\"SOFTWARE\", {\"Manufacturing\", \"Software\"})",
     .result = "true"},
    {.name = "in_list",
     .call = call_in_list,
     .text = "Whether a text stands in a list that the pack declares, or in \"freemail\" or \"disposable\" "
             "(mail domains).",
     .arguments = {TEXTS("what to look for"), {"list", "string", "the name of the list", false}},
     .each = 1,
     .returns = "boolean|boolean[]",
     .returns_text = "whether it is there",
     .example = "score.in_list({\"gmail.com\", \"acme.example\"}, \"freemail\")",
     .result = "{true, false}"},
};
const struct as_module_part as_score_name_part = {rows, sizeof rows / sizeof rows[0]};
