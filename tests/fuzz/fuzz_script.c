/* Bytes as a pack: as the text of a rule file, or, when the first byte is odd, as choices that a small
 * grammar makes a rule file of. What loads is run over two leads; whatever happens, there is an error that
 * says something, and a lead's answer does not depend on the lead before it. */
#include "bind/script/host.h"
#include "data/facts/dataset.h"

#include <stdio.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct writer {
    const uint8_t *p, *end;
    struct as_buf out;
    int depth, variables;
};

enum { MOST_DEPTH = 6, MOST_TEXT = 16384, MOST_VARIABLES = 8 };

static unsigned choose(struct writer *w, unsigned below)
{
    return w->p < w->end ? *w->p++ % below : 0;
}

static void write_expression(struct writer *w);
static void write_block(struct writer *w);

#define CHOOSE_TEXT(w, list) as_buf_text(&(w)->out, (list)[choose(w, sizeof(list) / sizeof *(list))])

static void write_variable(struct writer *w)
{
    as_buf_printf(&w->out, "v%u", choose(w, w->variables > 0 ? (unsigned)w->variables : 1));
}

static void write_arguments(struct writer *w)
{
    unsigned n = choose(w, 4);
    as_buf_char(&w->out, '(');
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            as_buf_text(&w->out, ", ");
        write_expression(w);
    }
    as_buf_char(&w->out, ')');
}

static void write_atom(struct writer *w)
{
    static const char *const atoms[] = {"nil",
                                        "true",
                                        "false",
                                        "0",
                                        "1",
                                        "-1",
                                        "2.5",
                                        "1e300",
                                        "math.huge",
                                        "(0/0)",
                                        "math.maxinteger",
                                        "100000",
                                        "\"\"",
                                        "\"a\"",
                                        "\"(.-)b\"",
                                        "\"%b()\"",
                                        "\"[^a]+$\"",
                                        "\"%s%5.2f\"",
                                        "\"__index\"",
                                        "\"__mode\"",
                                        "\"30d\"",
                                        "\"page_view\"",
                                        "\"senior\"",
                                        "(\"ab\"):rep(500)",
                                        "{}",
                                        "{ 1, 2, 3 }",
                                        "{ a = 1, [2] = {} }",
                                        "lead.title",
                                        "account.industry",
                                        "event.page_view",
                                        "event.any",
                                        "answer.need",
                                        "m",
                                        "m.fit",
                                        "fit",
                                        "l",
                                        "...",
                                        "_ENV"};
    if (choose(w, 3) == 0)
        write_variable(w);
    else
        CHOOSE_TEXT(w, atoms);
}

static void write_expression(struct writer *w)
{
    static const char *const functions[] = {"tostring",      "tonumber",       "pcall",
                                            "xpcall",        "select",         "type",
                                            "setmetatable",  "getmetatable",   "rawget",
                                            "rawlen",        "rawequal",       "ipairs",
                                            "pairs",         "error",          "assert",
                                            "string.find",   "string.match",   "string.gsub",
                                            "string.gmatch", "string.rep",     "string.format",
                                            "string.sub",    "string.byte",    "string.char",
                                            "string.lower",  "table.concat",   "table.insert",
                                            "table.remove",  "table.sort",     "table.unpack",
                                            "table.move",    "table.pack",     "utf8.len",
                                            "utf8.char",     "utf8.codepoint", "utf8.codes",
                                            "math.floor",    "math.max",       "score.clamp",
                                            "score.decay",   "score.ratio",    "score.window_count",
                                            "score.bucket",  "score.similar",  "q.model",
                                            "require",       "q.all_of",       "q.any_of"};
    static const char *const methods[] = {":known",         ":unknown", ":is",    ":one_of", ":matches",
                                          ":at_least",      ":between", ":count", ":seen",   ":has_word",
                                          ":days_since",    ":rule",    ":score", ":events", ":answer",
                                          ":distinct_days", ":domain",  ":rep",   ":gsub",   ":nope"};
    static const char *const operators[] = {" + ", " - ",  " * ",  " // ",  " % ",  " .. ", " & ", " | ",
                                            " < ", " == ", " ~= ", " and ", " or ", " ^ ",  " >> "};
    static const char *const prefixes[] = {"not ", "-", "#", "~"};
    if (w->depth >= MOST_DEPTH || w->out.n > MOST_TEXT) {
        write_atom(w);
        return;
    }
    w->depth++;
    switch (choose(w, 9)) {
    case 0:
        CHOOSE_TEXT(w, functions);
        write_arguments(w);
        break;
    case 1:
        as_buf_char(&w->out, '(');
        write_expression(w);
        as_buf_char(&w->out, ')');
        CHOOSE_TEXT(w, methods);
        write_arguments(w);
        break;
    case 2:
        as_buf_char(&w->out, '(');
        write_expression(w);
        CHOOSE_TEXT(w, operators);
        write_expression(w);
        as_buf_char(&w->out, ')');
        break;
    case 3:
        as_buf_char(&w->out, '(');
        CHOOSE_TEXT(w, prefixes);
        write_expression(w);
        as_buf_char(&w->out, ')');
        break;
    case 4: {
        int before = w->variables;
        as_buf_text(&w->out, "(function(l, ...) ");
        write_block(w);
        as_buf_text(&w->out, " end)");
        w->variables = before;
        break;
    }
    case 5:
        as_buf_text(&w->out, "{ [");
        write_expression(w);
        as_buf_text(&w->out, "] = ");
        write_expression(w);
        as_buf_text(&w->out, ", ");
        write_expression(w);
        as_buf_text(&w->out, " }");
        break;
    case 6:
        as_buf_char(&w->out, '(');
        write_expression(w);
        as_buf_text(&w->out, ")[");
        write_expression(w);
        as_buf_char(&w->out, ']');
        break;
    default:
        write_atom(w);
        break;
    }
    w->depth--;
}

static void write_statement(struct writer *w)
{
    switch (choose(w, 9)) {
    case 0:
    case 1:
        if (w->variables < MOST_VARIABLES) {
            as_buf_printf(&w->out, "local v%d; v%d = ", w->variables, w->variables);
            w->variables++;
            write_expression(w);
            break;
        }
        /* fall through */
    case 2:
        write_variable(w);
        as_buf_text(&w->out, " = ");
        write_expression(w);
        break;
    case 3:
        write_variable(w);
        as_buf_char(&w->out, '[');
        write_expression(w);
        as_buf_text(&w->out, "] = ");
        write_expression(w);
        break;
    case 4:
        as_buf_text(&w->out, "if ");
        write_expression(w);
        as_buf_text(&w->out, " then ");
        write_block(w);
        as_buf_text(&w->out, " end");
        break;
    case 5:
        as_buf_text(&w->out, "for k, v in pairs(");
        write_expression(w);
        as_buf_text(&w->out, ") do ");
        write_block(w);
        as_buf_text(&w->out, " end");
        break;
    case 6:
        as_buf_text(&w->out, "for i = 1, ");
        write_expression(w);
        as_buf_text(&w->out, " do ");
        write_block(w);
        as_buf_text(&w->out, " end");
        break;
    default:
        as_buf_text(&w->out, "local _ = ");
        write_expression(w);
        break;
    }
    as_buf_char(&w->out, '\n');
}

static void write_block(struct writer *w)
{
    int before = w->variables;
    if (w->depth < MOST_DEPTH && w->out.n < MOST_TEXT) {
        w->depth++;
        for (unsigned n = choose(w, 4); n > 0; n--)
            write_statement(w);
        w->depth--;
    }
    if (choose(w, 2) == 0) {
        as_buf_text(&w->out, "do return ");
        write_expression(w);
        as_buf_text(&w->out, " end");
    }
    as_buf_char(&w->out, '\n');
    w->variables = before;
}

static void write_rules(struct writer *w)
{
    as_buf_text(&w->out, "local q, score = require 'assay.qualification', require 'assay.score'\n"
                         "local lead, account, event, answer = q.lead, q.account, q.event, q.answer\n"
                         "local m = q.model 'fuzz'\nlocal fit = m:score 'fit'\nlocal l\n");
    for (unsigned n = choose(w, 5); n > 0; n--)
        write_statement(w);
    unsigned rules = 1 + choose(w, 3);
    for (unsigned i = 0; i < rules; i++) {
        as_buf_printf(&w->out, "fit:rule 'r%u' { points = function(l, ...)\n", i);
        int before = w->variables;
        for (unsigned n = 1 + choose(w, 4); n > 0; n--)
            write_statement(w);
        as_buf_text(&w->out, "return ");
        write_expression(w);
        as_buf_text(&w->out, "\nend, when = ");
        w->variables = before;
        if (choose(w, 2) == 0)
            as_buf_text(&w->out, "lead.title:known()");
        else
            write_expression(w);
        as_buf_text(&w->out, " }\n");
    }
}

static void must_say(enum as_status status, const struct as_error *error)
{
    if (status != AS_OK && error->what[0] == '\0')
        abort();
}

static bool same(const struct as_function_result *a, const struct as_function_result *b)
{
    return a->kind == b->kind && (a->kind != AS_RESULT_NUMBER || a->number == b->number) &&
           (a->kind != AS_RESULT_BOOLEAN || a->boolean == b->boolean) &&
           (a->kind != AS_RESULT_TEXT || strcmp(a->text, b->text) == 0);
}

/* The first lead, the second, and the first again. */
static void run(struct as_script *script, struct as_schema *schema)
{
    struct as_error error = AS_ERROR_INIT;
    const struct as_functions *functions;
    struct as_dataset *dataset = NULL;
    struct as_column *title;
    if (as_script_functions(&functions, script, 1, &error) != AS_OK ||
        as_dataset_new(&dataset, schema, 2, 0, &error) != AS_OK ||
        as_dataset_column(&title, dataset, as_schema_field(schema, AS_LEVEL_LEAD, AS_STR("title")), &error) !=
            AS_OK ||
        as_column_set_text(title, 0, AS_STR("senior ab(c)"), &error) != AS_OK)
        abort();
    for (uint32_t f = 0; f < as_script_pack(script)->functions; f++) {
        struct as_function_result first = {0}, again = {0}, other = {0};
        struct as_error why = AS_ERROR_INIT, later = AS_ERROR_INIT, ignored = AS_ERROR_INIT;
        enum as_status status = functions->call(&first, functions->context, 0, f, dataset, 0, 0, &why);
        must_say(status, &why);
        functions->call(&other, functions->context, 0, f, dataset, 1, 0, &ignored);
        enum as_status second = functions->call(&again, functions->context, 0, f, dataset, 0, 0, &later);
        /* What memory is left depends on what was not collected yet; it stops, it does not answer. */
        if (status != AS_ERR_STOPPED && second != AS_ERR_STOPPED &&
            (status != second || (status == AS_OK && !same(&first, &again))))
            abort();
    }
    as_dataset_free(dataset);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char pack[] =
        "return require 'assay.pack' 'fuzz' {\n"
        "  owner = 'ops@fuzz.example', fields = { lead = { title = 'text' } },\n"
        "  events = { page_view = { by = 'buyer' } },\n"
        "  answers = { need = { ask = 'What hurts?', values = { 'none', 'much' } } },\n"
        "  rules = { 'rules' } }\n";
    static const struct as_script_limits limits = {
        .memory = 4 << 20, .load_ms = 20000, .call_ms = 20000, .run_ms = 60000, .steps = 20000};
    struct writer w = {.p = bytes, .end = bytes + n};
    if (n > 0 && (*w.p++ & 1) != 0)
        write_rules(&w);
    else
        as_buf_bytes(&w.out, (const char *)w.p, (size_t)(w.end - w.p));
    if (getenv("ASSAY_SHOW") != NULL)
        fprintf(stderr, "%s\n", as_buf_c(&w.out));

    struct as_error error = AS_ERROR_INIT;
    struct as_source source;
    struct as_schema *schema;
    struct as_script *script = NULL;
    as_source_init(&source);
    if (as_schema_new(&schema, &error) != AS_OK ||
        as_source_add(&source, "pack.lua", as_str_of(pack), &error) != AS_OK ||
        as_source_add(&source, "rules.lua", (struct as_str){as_buf_c(&w.out), w.out.n}, &error) != AS_OK ||
        as_source_seal(&source, &error) != AS_OK)
        abort();
    enum as_status status = as_script_load(&script, &source, schema, &limits, &error);
    must_say(status, &error);
    if (status == AS_OK)
        run(script, schema);
    as_script_free(script);
    as_source_free(&source);
    as_schema_free(schema);
    as_buf_free(&w.out);
    return 0;
}
