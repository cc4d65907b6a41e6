/* Text patterns: a compiler from pattern to items and a backtracker with a stack of its own. Lua's own
 * matcher cannot be stopped: a pattern with four stars looks at the fourth power of the text in one call.
 * What the functions of the string library make of a match is text_library.c's. */
#include "bind/sandbox/text_pattern.h"

#include <string.h>

enum kind { ONE, OPEN, CLOSE, HERE, BALANCE, FRONTIER, BACK, AT_END, FINISH, FAULT };
enum repeat { ONCE, MAYBE, GREEDY, LAZY };

/* Classes of characters as bits, of ASCII alone: a class must not depend on the locale of the machine. */
enum {
    LETTER = 1,
    CONTROL = 2,
    DIGIT = 4,
    GRAPHIC = 8,
    LOWER = 16,
    PUNCTUATION = 32,
    SPACE = 64,
    UPPER = 128,
    ALPHANUMERIC = 256,
    HEXADECIMAL = 512,
    ZERO = 1024, /* %z: no longer in the manual, still in Lua */
};

struct as_text_item {
    uint8_t kind, repeat;
    bool negated;              /* of a set */
    bool literal;              /* a single character alone: `first` */
    unsigned char first, last; /* the character; the two of %b; the number of a capture */
    uint16_t classes, not_classes;
    uint64_t bits[4];
    const char *fault;
};

struct as_text_choice {
    uint32_t item;
    const char *low, *at; /* greedy: still to be tried from `at` down to `low`; lazy: tried up to `at` */
};

static unsigned classes_of(unsigned char c)
{
    if (c >= 'a' && c <= 'z')
        return LETTER | LOWER | ALPHANUMERIC | GRAPHIC | (c <= 'f' ? HEXADECIMAL : 0);
    if (c >= 'A' && c <= 'Z')
        return LETTER | UPPER | ALPHANUMERIC | GRAPHIC | (c <= 'F' ? HEXADECIMAL : 0);
    if (c >= '0' && c <= '9')
        return DIGIT | ALPHANUMERIC | GRAPHIC | HEXADECIMAL;
    if (c > ' ' && c < 0x7F)
        return PUNCTUATION | GRAPHIC;
    if (c == ' ')
        return SPACE;
    if (c >= '\t' && c <= '\r')
        return SPACE | CONTROL;
    if (c == 0)
        return CONTROL | ZERO;
    return c < ' ' || c == 0x7F ? CONTROL : 0;
}

/* The class a letter after % names; 0: the character itself. */
static unsigned class_named(unsigned char letter)
{
    switch (letter | 0x20) {
    case 'a':
        return LETTER;
    case 'c':
        return CONTROL;
    case 'd':
        return DIGIT;
    case 'g':
        return GRAPHIC;
    case 'l':
        return LOWER;
    case 'p':
        return PUNCTUATION;
    case 's':
        return SPACE;
    case 'u':
        return UPPER;
    case 'w':
        return ALPHANUMERIC;
    case 'x':
        return HEXADECIMAL;
    case 'z':
        return ZERO;
    default:
        return 0;
    }
}

static bool is_letter(unsigned char c)
{
    return (classes_of(c) & LETTER) != 0;
}

static void add_character(struct as_text_item *item, unsigned char c)
{
    item->bits[c >> 6] |= UINT64_C(1) << (c & 63);
}

static void add_escaped(struct as_text_item *item, unsigned char c)
{
    unsigned class = is_letter(c) ? class_named(c) : 0;
    if (class == 0)
        add_character(item, c);
    else if (classes_of(c) & UPPER)
        item->not_classes |= (uint16_t) class;
    else
        item->classes |= (uint16_t) class;
}

static inline bool holds(const struct as_text_item *item, unsigned char c)
{
    if (item->literal)
        return c == item->first;
    unsigned classes = classes_of(c);
    bool in = (item->bits[c >> 6] >> (c & 63) & 1) != 0 || (item->classes & classes) != 0 ||
              (item->not_classes & ~classes) != 0;
    return in != item->negated;
}

/* The bracket that ends the set which begins at p (a '['); NULL: none does. */
static const char *set_end(const char *p, const char *end)
{
    p++;
    if (p < end && *p == '^')
        p++;
    do {
        if (p == end)
            return NULL;
        if (*p++ == '%' && p < end)
            p++;
    } while (p == end || *p != ']');
    return p;
}

static void read_set(struct as_text_item *item, const char *p, const char *last)
{
    p++;
    if (*p == '^') {
        item->negated = true;
        p++;
    }
    while (p < last) {
        if (*p == '%') {
            add_escaped(item, (unsigned char)p[1]);
            p += 2;
        } else if (p[1] == '-' && p + 2 < last) {
            for (unsigned c = (unsigned char)p[0]; c <= (unsigned char)p[2]; c++)
                add_character(item, (unsigned char)c);
            p += 3;
        } else {
            add_character(item, (unsigned char)*p++);
        }
    }
}

/* What is known of captures while compiling: which bracket a closing one closes does not depend on the text.
 */
struct brackets {
    int begun;
    bool closed[AS_TEXT_CAPTURES];
};

static const char *fault(struct as_text_item *item, const char *what, const char *end)
{
    item->kind = FAULT;
    item->fault = what;
    return end;
}

static const char *read_open(struct as_text_item *item, struct brackets *brackets, const char *p,
                             const char *end)
{
    if (brackets->begun >= AS_TEXT_CAPTURES)
        return fault(item, "too many captures", end);
    item->first = (unsigned char)brackets->begun;
    bool here = p + 1 < end && p[1] == ')';
    item->kind = here ? HERE : OPEN;
    brackets->closed[brackets->begun++] = here;
    return p + (here ? 2 : 1);
}

static const char *read_close(struct as_text_item *item, struct brackets *brackets, const char *p,
                              const char *end)
{
    int i = brackets->begun - 1;
    while (i >= 0 && brackets->closed[i])
        i--;
    if (i < 0)
        return fault(item, "invalid pattern capture", end);
    brackets->closed[i] = true;
    item->kind = CLOSE;
    item->first = (unsigned char)i;
    return p + 1;
}

static const char *read_single(struct as_text_item *item, const char *p, const char *end)
{
    item->kind = ONE;
    if (*p == '[') {
        const char *last = set_end(p, end);
        if (last == NULL)
            return fault(item, "malformed pattern (missing ']')", end);
        read_set(item, p, last);
        p = last + 1;
    } else if (*p == '%') {
        if (p + 1 == end)
            return fault(item, "malformed pattern (ends with '%')", end);
        add_escaped(item, (unsigned char)p[1]);
        item->literal = item->classes == 0 && item->not_classes == 0;
        item->first = (unsigned char)p[1];
        p += 2;
    } else if (*p == '.') {
        item->negated = true; /* of the empty set */
        p++;
    } else {
        item->literal = true;
        item->first = (unsigned char)*p++;
    }
    return p;
}

static const char *read_frontier(struct as_text_item *item, const char *p, const char *end)
{
    if (p + 2 == end || p[2] != '[')
        return fault(item, "missing '[' after '%f' in pattern", end);
    p = read_single(item, p + 2, end);
    if (item->kind == ONE)
        item->kind = FRONTIER;
    return p;
}

static const char *read_back(struct as_text_item *item, const struct brackets *brackets, const char *p,
                             const char *end)
{
    int i = p[1] - '1';
    if (i < 0 || i >= brackets->begun || !brackets->closed[i])
        return fault(item, "invalid capture index in pattern", end);
    item->kind = BACK;
    item->first = (unsigned char)i;
    return p + 2;
}

/* Reads one item; returns where the next begins. */
static const char *read_item(struct as_text_item *item, struct brackets *brackets, const char *p,
                             const char *end)
{
    *item = (struct as_text_item){.kind = ONE};
    switch (*p) {
    case '(':
        return read_open(item, brackets, p, end);
    case ')':
        return read_close(item, brackets, p, end);
    case '$':
        if (p + 1 == end) {
            item->kind = AT_END;
            return end;
        }
        break;
    case '%':
        if (p + 1 < end && p[1] == 'b') {
            if (end - p < 4)
                return fault(item, "malformed pattern (missing arguments to '%b')", end);
            item->kind = BALANCE;
            item->first = (unsigned char)p[2];
            item->last = (unsigned char)p[3];
            return p + 4;
        }
        if (p + 1 < end && p[1] == 'f')
            return read_frontier(item, p, end);
        if (p + 1 < end && p[1] >= '0' && p[1] <= '9')
            return read_back(item, brackets, p, end);
        break;
    default:
        break;
    }
    p = read_single(item, p, end);
    if (item->kind == ONE && p < end) {
        item->repeat = *p == '?' ? MAYBE : *p == '-' ? LAZY : *p == '*' || *p == '+' ? GREEDY : ONCE;
        item->last = *p == '+'; /* at least one */
        p += item->repeat != ONCE;
    }
    return p;
}

size_t as_text_pattern_size(size_t n)
{
    return (n + 1) * (sizeof(struct as_text_item) + sizeof(struct as_text_choice));
}

void as_text_pattern_compile(struct as_text_match *match, void *room, struct as_str pattern)
{
    struct as_text_item *items = room;
    struct brackets brackets = {0};
    const char *p = pattern.p, *end = pattern.p + pattern.n;
    size_t n = 0;
    while (p < end)
        p = read_item(&items[n++], &brackets, p, end);
    items[n] = (struct as_text_item){.kind = FINISH, .first = (unsigned char)brackets.begun};
    match->items = items;
    match->choices = (struct as_text_choice *)(items + pattern.n + 1);
}

void as_text_match_settle(struct as_text_match *match)
{
    uint64_t looked = match->looked;
    match->looked = 0;
    match->charge(match->context, looked);
}

static inline void look(struct as_text_match *match, uint64_t characters)
{
    enum { AT_ONCE = 65536 };
    match->looked += characters;
    if (match->looked >= AT_ONCE)
        as_text_match_settle(match);
}

static const char *match_balance(struct as_text_match *match, const struct as_text_item *item, const char *s)
{
    if (s == match->end || (unsigned char)*s != item->first)
        return NULL;
    const char *from = s;
    size_t depth = 1;
    const char *found = NULL;
    while (found == NULL && ++s < match->end) {
        if ((unsigned char)*s == item->last)
            found = --depth == 0 ? s + 1 : NULL;
        else if ((unsigned char)*s == item->first)
            depth++;
    }
    look(match, (uint64_t)(s - from));
    return found;
}

static bool at_frontier(const struct as_text_match *match, const struct as_text_item *item, const char *s)
{
    unsigned char before = s == match->start ? 0 : (unsigned char)s[-1];
    unsigned char here = s == match->end ? 0 : (unsigned char)*s;
    return !holds(item, before) && holds(item, here);
}

static const char *match_back(struct as_text_match *match, const struct as_text_item *item, const char *s)
{
    const struct as_text_capture *capture = &match->captures[item->first];
    if (capture->length < 0 ||
        match->end - s < capture->length) /* a position is no text: nothing matches it */
        return NULL;
    look(match, (uint64_t)capture->length / 16);
    return memcmp(s, capture->at, (size_t)capture->length) == 0 ? s + capture->length : NULL;
}

/* A single character and its repetition; leaves a choice when there are more ways to go. */
static const char *match_one(struct as_text_match *match, uint32_t i, size_t *depth, const char *s)
{
    const struct as_text_item *item = &match->items[i];
    bool first = s < match->end && item->repeat != LAZY && holds(item, (unsigned char)*s);
    const char *low = s;
    switch (item->repeat) {
    case ONCE:
        return first ? s + 1 : NULL;
    case MAYBE:
        if (!first)
            return s;
        s++;
        break;
    case GREEDY:
        if (!first)
            return item->last ? NULL : s;
        low += item->last;
        for (s++; s < match->end && holds(item, (unsigned char)*s);)
            s++;
        look(match, (uint64_t)(s - low));
        if (s == low)
            return s;
        break;
    default:
        break;
    }
    match->choices[(*depth)++] = (struct as_text_choice){i, low, s};
    return s;
}

/* The next way to go: takes *i and gives back where to go on, NULL when every choice is used up. */
static const char *next_choice(struct as_text_match *match, uint32_t *i, size_t *depth)
{
    while (*depth > 0) {
        struct as_text_choice *choice = &match->choices[*depth - 1];
        const struct as_text_item *item = &match->items[choice->item];
        *i = choice->item + 1;
        look(match, 1);
        if (item->repeat == LAZY) {
            if (choice->at < match->end && holds(item, (unsigned char)*choice->at))
                return ++choice->at;
            --*depth;
        } else {
            const char *s = --choice->at;
            if (s == choice->low)
                --*depth;
            return s;
        }
    }
    return NULL;
}

const char *as_text_match_at(struct as_text_match *match, const char *at)
{
    size_t depth = 0;
    uint32_t i = 0;
    const char *s = at;
    match->captured = 0;
    look(match, 1);
    for (;;) {
        const struct as_text_item *item = &match->items[i];
        const char *next = s;
        switch ((enum kind)item->kind) {
        case ONE:
            next = match_one(match, i, &depth, s);
            break;
        case OPEN:
            match->captures[item->first] = (struct as_text_capture){s, AS_TEXT_OPEN};
            break;
        case CLOSE:
            match->captures[item->first].length = s - match->captures[item->first].at;
            break;
        case HERE:
            match->captures[item->first] = (struct as_text_capture){s, AS_TEXT_POSITION};
            break;
        case BALANCE:
            next = match_balance(match, item, s);
            break;
        case FRONTIER:
            next = at_frontier(match, item, s) ? s : NULL;
            break;
        case BACK:
            next = match_back(match, item, s);
            break;
        case AT_END:
            next = s == match->end ? s : NULL;
            break;
        case FINISH:
            match->captured = item->first;
            return s;
        case FAULT:
            match->fault = item->fault;
            return NULL;
        }
        i++;
        if (next == NULL && (next = next_choice(match, &i, &depth)) == NULL)
            return NULL;
        s = next;
    }
}

const char *as_text_match_from(struct as_text_match *match, const char **at)
{
    const struct as_text_item *first = match->items;
    bool skips = first->kind == ONE && first->literal && (first->repeat == ONCE || first->last);
    for (const char *s = *at;; s++) {
        if (skips) {
            const char *there = memchr(s, first->first, (size_t)(match->end - s));
            look(match, (uint64_t)((there != NULL ? there : match->end) - s) / 16);
            if (there == NULL)
                return NULL;
            s = there;
        }
        const char *end = as_text_match_at(match, s);
        if (end != NULL || match->fault != NULL) {
            *at = s;
            return end;
        }
        if (s >= match->end)
            return NULL;
    }
}
