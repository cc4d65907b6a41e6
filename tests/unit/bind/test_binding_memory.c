/* Memory that ends inside a binding: the own example of every function of the modules, of every method of the
 * classes and of every form is run while allocation n and all after it fail, for growing n, until none does.
 * Three purses: what Lua asks for, what the host's own code asks for, and both. What comes back is right or
 * says that memory ended; the same state then does the same work; leaks and wild reads are the sanitizers'.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bind/language/declare.h"
#include "bind/module/http_module.h"
#include "bind/module/score_module.h"
#include "bind/sandbox/raise.h"
#include "bind/script/event_view.h"
#include "bind/script/modules.h"
#include "form_example.h"
#include "function_bench.h"
#include "store_world.h"

#include <lauxlib.h>

enum purse_of { LUA, HOST, BOTH, PURSES };
static const char *const purse_names[PURSES] = {"Lua", "the host", "Lua and the host"};

static struct {
    enum purse_of of;
    long left; /* allocations; -1: no end */
    unsigned refused;
    bool inside_lua;
    /* The purse opens with n allocations when so many files were read by Lua; 0: nothing waits. */
    unsigned reads, opens_after;
    long n;
} purse = {.left = -1};

static void open_purse(enum purse_of of, long n)
{
    purse.of = of;
    purse.left = n;
    purse.refused = 0;
}

static void close_purse(void)
{
    purse.left = -1;
    purse.opens_after = 0;
}

static bool may_allocate(void)
{
    if (purse.left < 0 || (purse.of != BOTH && (purse.of == LUA) != purse.inside_lua))
        return true;
    if (purse.left == 0) {
        purse.refused++;
        return false;
    }
    purse.left--;
    return true;
}

/* The linker sends what the host's code calls to these (--wrap in tests/CMakeLists.txt). */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
lua_State *__real_lua_newstate(lua_Alloc allocate, void *context);
lua_State *__wrap_lua_newstate(lua_Alloc allocate, void *context);
int __real_luaL_loadbufferx(lua_State *L, const char *text, size_t n, const char *name, const char *mode);
int __wrap_luaL_loadbufferx(lua_State *L, const char *text, size_t n, const char *name, const char *mode);

void *__wrap_malloc(size_t size)
{
    return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return may_allocate() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *block, size_t size)
{
    return may_allocate() ? __real_realloc(block, size) : NULL;
}

static lua_Alloc allocator; /* of every state of the test that runs */

static void *allocate_for_lua(void *context, void *block, size_t old, size_t size)
{
    purse.inside_lua = true;
    void *moved = allocator(context, block, old, size);
    purse.inside_lua = false;
    return moved;
}

lua_State *__wrap_lua_newstate(lua_Alloc allocate, void *context)
{
    allocator = allocate;
    return __real_lua_newstate(allocate_for_lua, context);
}

int __wrap_luaL_loadbufferx(lua_State *L, const char *text, size_t n, const char *name, const char *mode)
{
    int result = __real_luaL_loadbufferx(L, text, n, name, mode);
    if (++purse.reads == purse.opens_after)
        open_purse(purse.of, purse.n);
    return result;
}

/* What a sweep has tried. */
struct tally {
    unsigned rows, swept, refusals;
};

static bool is_memory(const struct as_error *error)
{
    return error->status == AS_ERR_MEMORY || strstr(error->what, "memory") != NULL;
}

/* ---- functions of modules ---- */

static const char SAME[] = "local function same(a, b)\n"
                           "  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b end\n"
                           "  for k, v in pairs(a) do if not same(v, b[k]) then return false end end\n"
                           "  for k in pairs(b) do if a[k] == nil then return false end end\n"
                           "  return true\n"
                           "end\n"
                           "return same(...)\n";

static void *plain(void *context, void *block, size_t old, size_t size)
{
    (void)context;
    (void)old;
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

static struct as_http_access http = {0};

static int open_modules(lua_State *L)
{
    static const struct as_pack *no_pack = NULL;
    luaL_openlibs(L);
    as_raise_open(L);
    as_score_module_push(L, &no_pack);
    lua_setglobal(L, "score");
    as_store_module_push(L, lua_touserdata(L, 1));
    lua_setglobal(L, "store");
    as_http_module_push(L, &http);
    lua_setglobal(L, "http");
    return 0;
}

/* Pushes the function of an expression. */
static void push_expression(lua_State *L, const char *expression)
{
    char chunk[1024];
    snprintf(chunk, sizeof chunk, "return %s", expression);
    assert_int_equal(luaL_loadstring(L, chunk), LUA_OK);
}

/* Whether the value on top, which it pops, is the one that the row states. */
static bool as_stated(lua_State *L, const struct as_module_function *row)
{
    if (row->result == NULL) {
        lua_pop(L, 1);
        return true;
    }
    assert_int_equal(luaL_loadstring(L, SAME), LUA_OK);
    lua_insert(L, -2);
    push_expression(L, row->result);
    assert_int_equal(lua_pcall(L, 0, 1, 0), LUA_OK);
    assert_int_equal(lua_pcall(L, 2, 1, 0), LUA_OK);
    bool same = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return same;
}

/* One try in a fresh state, and another with all memory; true when nothing was refused. n of -1: memory has
 * no end, and one try is enough. */
static bool try_function(struct world *w, const struct as_module_function *row, enum purse_of of, long n)
{
    lua_State *L = lua_newstate(plain, NULL);
    assert_non_null(L);
    lua_pushcfunction(L, open_modules);
    lua_pushlightuserdata(L, &w->access);
    assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_OK);
    push_expression(L, row->example);
    lua_pushvalue(L, 1);
    open_purse(of, n);
    int result = lua_pcall(L, 0, 1, 0);
    close_purse();
    if (result == LUA_OK) {
        if (!as_stated(L, row))
            fail_msg("%s, %s has %ld allocations: not %s", row->example, purse_names[of], n, row->result);
    } else {
        struct as_error error = AS_ERROR_INIT;
        as_error_of_value(&error, L, -1);
        if (purse.refused == 0 || !is_memory(&error))
            fail_msg("%s, %s has %ld allocations: %s", row->example, purse_names[of], n, error.what);
        lua_pop(L, 1);
    }
    if (n >= 0 && lua_pcall(L, 0, 1, 0) != LUA_OK)
        fail_msg("%s, after %s had %ld allocations: %s", row->example, purse_names[of], n,
                 luaL_tolstring(L, -1, NULL));
    if (n >= 0 && !as_stated(L, row))
        fail_msg("%s, after %s had %ld allocations: not %s", row->example, purse_names[of], n, row->result);
    lua_close(L);
    return purse.refused == 0;
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* Rows of modules in the order in which they may be tried: those that read a note first, for each try of one
 * that writes adds another. */
enum turn { ONCE, READS, WRITES, TURNS };

static void try_row(struct tally *tally, struct world *w, const struct as_module_function *row,
                    enum turn turn)
{
    static const char *const writes[] = {"put", "remove", "note", "account_note", NULL};
    if (turn == ONCE) {
        try_function(w, row, BOTH, -1);
        tally->rows++;
        return;
    }
    if ((turn == WRITES) != is_one_of(row->name, writes))
        return;
    for (enum purse_of of = LUA; of < PURSES; of++)
        for (long n = 0; !try_function(w, row, of, n); n++)
            tally->refusals++;
    tally->swept++;
}

static void functions_of_modules(void **state)
{
    /* These want a provider that answers, or a client with secrets; test_enriching has both. */
    static const char *const network[] = {"get", "post", "request", "secret", NULL};
    struct world *w = *state;
    struct tally tally = {0};
    unsigned left_out = 0;
    size_t modules;
    const struct as_module *const *all = as_modules(&modules);
    assert_int_equal(modules, 3);
    for (enum turn turn = ONCE; turn < TURNS; turn++)
        for (size_t m = 0; m < modules; m++)
            for (size_t part = 0; part < all[m]->part_count; part++)
                for (size_t i = 0; i < all[m]->parts[part]->n; i++) {
                    const struct as_module_function *row = &all[m]->parts[part]->functions[i];
                    if (all[m] != &as_http_module || !is_one_of(row->name, network))
                        try_row(&tally, w, row, turn);
                    else
                        left_out += turn == ONCE;
                }
    assert_int_equal(left_out, 4);
    assert_int_equal(tally.swept, tally.rows);
    assert_true(tally.rows > 50);
    assert_true(tally.refusals > tally.rows);
}

/* ---- methods of what a function sees ---- */

static bool try_method(const struct as_module_function *row, enum purse_of of, long n)
{
    struct bench b;
    char function[512];
    snprintf(function, sizeof function,
             "function(l) local seen, stated = %s, %s return seen == stated and 1 or 0 end", row->example,
             row->result);
    open_bench(&b, function, NULL);
    assert_int_equal(b.error.status, AS_OK);
    open_purse(of, n);
    struct as_function_result result = call(&b, 0, 0);
    close_purse();
    if (b.error.status == AS_OK ? result.number != 1 : purse.refused == 0 || !is_memory(&b.error))
        fail_msg("%s, %s has %ld allocations: %g, %s", row->example, purse_names[of], n, result.number,
                 b.error.what);
    as_error_clear(&b.error);
    if (call(&b, 0, 0).number != 1)
        fail_msg("%s, after %s had %ld allocations: %s", row->example, purse_names[of], n, b.error.what);
    close_bench(&b);
    return purse.refused == 0;
}

static void methods_of_leads_and_events(void **state)
{
    (void)state;
    static const struct as_module *const classes[] = {&as_lead_view_class, &as_event_view_class};
    struct tally tally = {0};
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < classes[c]->parts[0]->n; i++, tally.rows++)
            for (enum purse_of of = LUA; of < PURSES; of++)
                for (long n = 0; !try_method(&classes[c]->parts[0]->functions[i], of, n); n++)
                    tally.refusals++;
    assert_int_equal(tally.rows, as_lead_view_class.parts[0]->n + as_event_view_class.parts[0]->n);
    assert_true(tally.refusals > tally.rows);
}

/* ---- declarations ---- */

/* Loads the files; the purse opens with n allocations when Lua has read `opens_after` of them. True when
 * nothing was refused. */
static bool try_files(const char *what, const struct example_files *files, unsigned opens_after,
                      enum purse_of of, long n)
{
    struct pack_text t;
    purse.reads = purse.refused = 0;
    purse.opens_after = opens_after;
    purse.of = of;
    purse.n = n;
    load_pack_text(&t, files->pack, files->rules, NULL);
    close_purse();
    bool names_a_file = strcmp(what, "pack") == 0 && strstr(t.error.what, "no rule file") != NULL;
    if (t.error.status != AS_OK && !names_a_file && (purse.refused == 0 || !is_memory(&t.error)))
        fail_msg("%s, %s has %ld allocations: %s:%d: %s", what, purse_names[of], n, t.error.file,
                 t.error.line, t.error.what);
    if (t.error.status == AS_OK)
        assert_non_null(as_script_pack(t.script));
    free_pack_text(&t);
    return purse.refused == 0;
}

/* Every third n, from another beginning in each row: what declarations share is met at every place, in a
 * third of the time. */
static void sweep_files(struct tally *tally, const char *what, const struct example_files *files)
{
    enum { STEP = 3 };
    try_files(what, files, 0, BOTH, 0);
    unsigned reads = purse.reads;
    for (enum purse_of of = LUA; of < PURSES; of++)
        for (long n = tally->rows % STEP; !try_files(what, files, reads, of, n); n += STEP)
            tally->refusals++;
    tally->rows++;
}

static void forms(void **state)
{
    (void)state;
    struct tally tally = {0};
    size_t n;
    const struct as_form *const *all = as_forms(&n);
    for (size_t i = 0; i < n; i++) {
        struct example_files files;
        assert_true(frame_example(&files, all[i]));
        sweep_files(&tally, all[i]->word, &files);
    }
    assert_int_equal(tally.rows, n);
    assert_true(tally.refusals > tally.rows);
}

static void methods_of_models_and_scores(void **state)
{
    (void)state;
    static const struct as_module *const classes[] = {&as_model_class, &as_score_class};
    struct tally tally = {0};
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < classes[c]->parts[0]->n; i++) {
            const struct as_module_function *row = &classes[c]->parts[0]->functions[i];
            struct example_files files;
            snprintf(files.pack, sizeof files.pack, "%s", example_pack);
            snprintf(files.rules, sizeof files.rules, "%s%s%s\n", example_head,
                     strstr(row->example, "fit:") != NULL ? "local fit = m:score 'fit'\n" : "", row->example);
            sweep_files(&tally, row->name, &files);
        }
    assert_int_equal(tally.rows, as_model_class.parts[0]->n + as_score_class.parts[0]->n);
    assert_true(tally.refusals > tally.rows);
}

/* A class that is added wants a sweep here. */
static void every_class_is_swept(void **state)
{
    (void)state;
    size_t n;
    as_classes(&n);
    assert_int_equal(n, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(functions_of_modules, open_world, close_world),
        cmocka_unit_test(methods_of_leads_and_events),
        cmocka_unit_test(forms),
        cmocka_unit_test(methods_of_models_and_scores),
        cmocka_unit_test(every_class_is_swept),
    };
    return cmocka_run_group_tests_name("memory of the bindings", tests, NULL, NULL);
}
