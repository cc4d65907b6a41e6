/* Assignments: reads the compiled form of a function (Lua 5.4's own dump) for SETUPVAL, the one instruction
 * that changes a variable of an enclosing function. The text of a script would need its scopes worked out a
 * second time; the compiler has done so. */
#include "bind/sandbox/assignment.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    SETUPVAL = 10,
    MOST_UPVALUES = 256,
    LINE_IS_ELSEWHERE = -0x80, /* in the table of line differences: look into the other table */
    CONSTANT_NIL = 0x00,
    CONSTANT_FALSE = 0x01,
    CONSTANT_TRUE = 0x11,
    CONSTANT_INTEGER = 0x03,
    CONSTANT_FLOAT = 0x13,
    CONSTANT_SHORT = 0x04,
    CONSTANT_LONG = 0x14,
};

struct reading {
    const unsigned char *p, *end;
    bool broken;
    struct as_assignment *found;
};

/* One function of the dump, as far as it is needed again after its debug part has come. */
struct function {
    uint64_t line;
    const unsigned char *code;
    uint64_t instructions;
    bool kept[MOST_UPVALUES];        /* the variable outlives the outermost call */
    int64_t assigned[MOST_UPVALUES]; /* by which instruction; -1 none */
    uint64_t upvalues;
};

static const unsigned char *take(struct reading *r, uint64_t n)
{
    if ((uint64_t)(r->end - r->p) < n) {
        r->broken = true;
        r->p = r->end;
        return NULL;
    }
    const unsigned char *at = r->p;
    r->p += n;
    return at;
}

static unsigned take_byte(struct reading *r)
{
    const unsigned char *at = take(r, 1);
    return at != NULL ? *at : 0;
}

/* Seven bits a byte, the highest first; the last byte is marked. */
static uint64_t take_size(struct reading *r)
{
    uint64_t size = 0;
    for (int i = 0; i < 10; i++) {
        unsigned byte = take_byte(r);
        size = size << 7 | (byte & 0x7F);
        if (byte & 0x80)
            return size;
    }
    r->broken = true;
    return 0;
}

static struct as_str take_text(struct reading *r)
{
    uint64_t size = take_size(r); /* 0: none; else the length and one */
    const unsigned char *at = size > 0 ? take(r, size - 1) : NULL;
    return (struct as_str){(const char *)at, at != NULL ? (size_t)size - 1 : 0};
}

static void skip_constants(struct reading *r)
{
    uint64_t n = take_size(r);
    for (uint64_t i = 0; i < n && !r->broken; i++)
        switch (take_byte(r)) {
        case CONSTANT_INTEGER:
            take(r, sizeof(lua_Integer));
            break;
        case CONSTANT_FLOAT:
            take(r, sizeof(lua_Number));
            break;
        case CONSTANT_SHORT:
        case CONSTANT_LONG:
            take_text(r);
            break;
        case CONSTANT_NIL:
        case CONSTANT_FALSE:
        case CONSTANT_TRUE:
            break;
        default:
            r->broken = true;
        }
}

static void read_code(struct reading *r, struct function *f)
{
    f->instructions = take_size(r);
    f->code = f->instructions <= SIZE_MAX / 4 ? take(r, f->instructions * 4) : NULL;
    for (int i = 0; i < MOST_UPVALUES; i++)
        f->assigned[i] = -1;
    for (uint64_t pc = 0; f->code != NULL && pc < f->instructions; pc++) {
        uint32_t instruction;
        memcpy(&instruction, f->code + pc * 4, sizeof instruction);
        if ((instruction & 0x7F) == SETUPVAL && f->assigned[instruction >> 16 & 0xFF] < 0)
            f->assigned[instruction >> 16 & 0xFF] = (int64_t)pc;
    }
}

/* outer NULL: the function that was asked about; all its variables were there before the call. */
static void read_upvalues(struct reading *r, struct function *f, const struct function *outer)
{
    f->upvalues = take_size(r);
    r->broken = r->broken || f->upvalues > MOST_UPVALUES;
    for (uint64_t i = 0; i < f->upvalues && !r->broken; i++) {
        bool local_of_outer = take_byte(r) != 0;
        unsigned index = take_byte(r);
        take_byte(r);
        f->kept[i] = outer == NULL || (!local_of_outer && outer->kept[index]);
    }
}

/* The line of an instruction: differences from the function's first line, with some lines written out. */
static int line_of(const struct function *f, int64_t wanted, const unsigned char *differences, uint64_t n,
                   const struct reading *written, uint64_t count)
{
    struct reading r = *written;
    int64_t line = (int64_t)f->line, from = -1;
    for (uint64_t i = 0; i < count && !r.broken; i++) {
        int64_t pc = (int64_t)take_size(&r), there = (int64_t)take_size(&r);
        if (pc <= wanted) {
            from = pc;
            line = there;
        }
    }
    for (int64_t pc = from + 1; pc <= wanted && pc < (int64_t)n; pc++)
        if ((signed char)differences[pc] != LINE_IS_ELSEWHERE)
            line += (signed char)differences[pc];
    return (int)line;
}

static void read_debug(struct reading *r, const struct function *f)
{
    uint64_t n = take_size(r);
    const unsigned char *differences = take(r, n);
    uint64_t count = take_size(r);
    const struct reading written = *r;
    for (uint64_t i = 0; i < 2 * count && !r->broken; i++)
        take_size(r);
    uint64_t locals = take_size(r);
    for (uint64_t i = 0; i < locals && !r->broken; i++) {
        take_text(r);
        take_size(r);
        take_size(r);
    }
    uint64_t names = take_size(r);
    for (uint64_t i = 0; i < names && !r->broken; i++) {
        struct as_str name = take_text(r);
        if (i >= f->upvalues || !f->kept[i] || f->assigned[i] < 0 || r->found->name[0] != '\0' ||
            differences == NULL)
            continue;
        snprintf(r->found->name, sizeof r->found->name, "%.*s", name.n < 60 ? (int)name.n : 60,
                 name.p != NULL ? name.p : "");
        r->found->line = line_of(f, f->assigned[i], differences, n, &written, count);
    }
}

/* Functions nest as deep as Lua's parser lets them (200). */
static void read_function(struct reading *r, const struct function *outer)
{
    struct function f = {0};
    take_text(r);
    f.line = take_size(r);
    take_size(r);
    take(r, 3);
    read_code(r, &f);
    skip_constants(r);
    read_upvalues(r, &f, outer);
    uint64_t inner = take_size(r);
    for (uint64_t i = 0; i < inner && !r->broken; i++)
        read_function(r, &f);
    read_debug(r, &f);
}

static int write_dump(lua_State *L, const void *bytes, size_t n, void *context)
{
    (void)L;
    struct as_buf *out = context;
    as_buf_bytes(out, bytes, n);
    return out->failed;
}

enum as_status as_assignment_find(struct as_assignment *out, lua_State *L, struct as_error *error)
{
    *out = (struct as_assignment){.name = ""};
    struct as_buf dump = {0};
    enum as_status status = AS_OK;
    if (lua_dump(L, write_dump, &dump, 0) != 0) {
        status = as_error_memory(error);
    } else {
        struct reading r = {(const unsigned char *)as_buf_c(&dump), NULL, false, out};
        r.end = r.p + dump.n;
        static const unsigned char begins[] = "\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04";
        const unsigned char *head = take(&r, sizeof begins - 1);
        r.broken = r.broken || memcmp(head, begins, sizeof begins - 1) != 0 ||
                   take_byte(&r) != sizeof(lua_Integer) || take_byte(&r) != sizeof(lua_Number);
        take(&r, sizeof(lua_Integer) + sizeof(lua_Number));
        take_byte(&r); /* how many upvalues the outermost has: read again in its own part */
        read_function(&r, NULL);
        if (r.broken || r.p != r.end)
            status =
                as_error_set(error, AS_ERR_BUG, "this Lua compiles functions in a form that is not known");
    }
    as_buf_free(&dump);
    return status;
}
