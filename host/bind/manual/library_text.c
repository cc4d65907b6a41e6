/* Reads the comments of the embedded library: blocks of lines that begin with three dashes, and the name that
 * the line below declares. */
#include "bind/manual/library_text.h"

#include "bind/sandbox/library.h"

#include <string.h>

struct reading {
    struct as_library_texts *out;
    const char *module;
    struct as_buf text, example;
    struct as_str type; /* of ---@type; empty none */
    bool any;           /* a block is open */
    bool fenced;        /* inside its example */
    bool first;         /* no block of the file ended yet */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct as_str after(struct as_str line, const char *prefix)
{
    size_t n = strlen(prefix);
    if (!as_str_starts(line, as_str_of(prefix)))
        return (struct as_str){NULL, 0};
    return (struct as_str){line.p + n, line.n - n};
}

static void take_comment(struct reading *r, struct as_str line)
{
    if (!r->any) {
        as_buf_reset(&r->text);
        as_buf_reset(&r->example);
        r->type = (struct as_str){NULL, 0};
        r->fenced = false;
    }
    r->any = true;
    if (after(line, "@type ").p != NULL)
        r->type = after(line, "@type ");
    if (line.n > 0 && line.p[0] == '@')
        return;
    line = line.n > 0 && line.p[0] == ' ' && !r->fenced ? (struct as_str){line.p + 1, line.n - 1} : line;
    if (after(line, "```").p != NULL) {
        r->fenced = !r->fenced;
        return;
    }
    struct as_buf *to = r->fenced ? &r->example : &r->text;
    if (to->n > 0 || line.n > 0) {
        as_buf_text(to, to->n > 0 ? "\n" : "");
        as_buf_str(to, line);
    }
}

/* The public name that a line of code declares, with what a call looks like; false when it declares none. */
static bool declared(struct as_buf *name, struct as_str *call, struct as_str line)
{
    struct as_str rest = after(line, "local function "), method = after(line, "function ");
    if (rest.p == NULL && method.p != NULL)
        rest = method;
    if (rest.p == NULL)
        rest = line;
    size_t n = 0, dot = 0;
    while (n < rest.n && (is_letter(rest.p[n]) || rest.p[n] == '.' || rest.p[n] == ':')) {
        if (!is_letter(rest.p[n]) &&
            dot == 0) /* what follows the table of the module: on.enter of effects.on.enter */
            dot = n;
        n++;
    }
    if (n == 0 || (dot == 0 && rest.p == line.p && as_str_starts(rest, AS_STR("local "))))
        return false;
    as_buf_reset(name);
    if (dot > 0 && rest.p[dot] == ':') { /* a method; the matchers are those of what expect(…) gives */
        struct as_str of = {rest.p, dot};
        as_buf_str(name, as_str_is(of, "matchers") ? AS_STR("expect") : of);
        as_buf_char(name, ':');
    }
    as_buf_str(name, (struct as_str){rest.p + (dot > 0 ? dot + 1 : 0), n - (dot > 0 ? dot + 1 : 0)});
    *call = (struct as_str){rest.p + n, rest.n - n};
    return true;
}

static bool add(struct reading *r, const char *name, struct as_str type)
{
    struct as_arena *arena = &r->out->arena;
    while (r->text.n > 0 && r->text.p[r->text.n - 1] == '\n')
        r->text.n--;
    struct as_library_entry entry = {
        .module = r->module,
        .name = name != NULL ? as_arena_copy(arena, name, strlen(name)) : NULL,
        .text = as_arena_copy(arena, as_buf_c(&r->text), r->text.n),
        .type = as_arena_copy(arena, type.n > 0 ? type.p : "", type.n),
        .example = r->example.n > 0 ? as_arena_copy(arena, r->example.p, r->example.n) : NULL,
    };
    return !r->text.failed && !r->example.failed && (name == NULL || entry.name != NULL) &&
           entry.text != NULL && entry.type != NULL && (r->example.n == 0 || entry.example != NULL) &&
           as_list_push(arena, &r->out->list, entry);
}

/* The line below a block. */
static bool end_block(struct reading *r, struct as_str line)
{
    struct as_buf name = {0};
    struct as_str call;
    bool first = r->first, complete = true;
    r->any = r->first = false;
    if (first)
        complete = add(r, NULL, r->type);
    else if (r->text.n > 0 && declared(&name, &call, line)) {
        struct as_str type = r->type;
        if (type.n == 0 && call.n > 0 && call.p[0] == '(')
            for (size_t i = 0; i < call.n && type.n == 0; i++)
                if (call.p[i] == ')')
                    type = (struct as_str){call.p, i + 1};
        complete = !name.failed && add(r, as_buf_c(&name), type);
    }
    as_buf_free(&name);
    return complete;
}

/* Where the name of a part ends: "assay/test" of "assay/test/expect.lua", a file that assay.test is made of;
 * 0 for a module. */
static size_t part_of(const char *file)
{
    const char *slash = strchr(file, '/');
    const char *next = slash != NULL ? strchr(slash + 1, '/') : NULL;
    return next != NULL ? (size_t)(next - file) : 0;
}

/* "assay.qualification" of "assay/qualification.lua"; a part bears the name of its module. */
static const char *module_name(struct as_arena *arena, const char *file)
{
    size_t n = part_of(file) > 0 ? part_of(file) : strlen(file) - strlen(".lua");
    char *name = as_arena_copy(arena, file, n);
    for (char *p = name; p != NULL && *p != '\0'; p++)
        if (*p == '/')
            *p = '.';
    return name;
}

static bool read_file(struct reading *r, struct as_str rest)
{
    bool complete = r->module != NULL;
    while (complete && rest.p != NULL) {
        struct as_str line = as_str_cut(&rest, '\n');
        struct as_str code = as_str_trim(line), comment = after(code, "---");
        if (comment.p != NULL)
            take_comment(r, comment);
        else if (r->any)
            complete = end_block(r, code);
        else
            r->first = r->first && code.n == 0;
    }
    return complete;
}

enum as_status as_library_texts_read(struct as_library_texts *out, struct as_error *error)
{
    struct reading r = {.out = out};
    bool complete = true;
    *out = (struct as_library_texts){.list = {0}};
    as_arena_init(&out->arena);
    for (size_t i = 0; i < as_library_count && complete; i++) {
        const struct as_embedded_file *file = &as_library_files[i];
        r.module = module_name(&out->arena, file->name);
        r.first = part_of(file->name) == 0;
        complete = read_file(&r, (struct as_str){file->bytes, file->n});
    }
    as_buf_free(&r.text);
    as_buf_free(&r.example);
    return complete ? AS_OK : as_error_memory(error);
}

bool as_library_is_for_tests(const char *module)
{
    return strncmp(module, "assay.test", strlen("assay.test")) == 0 ||
           strcmp(module, "assay.properties") == 0;
}

void as_library_texts_free(struct as_library_texts *texts)
{
    as_arena_free(&texts->arena);
    *texts = (struct as_library_texts){.list = {0}};
}
