/* What is supposed of each fact, and when two suppositions contradict each other. How a condition splits
 * into suppositions is possible.c's. */
#include "score/check/supposition.h"

#include "score/check/sameness.h"
#include "score/tree/expr_argument.h"

#include <math.h>

static const struct as_bounds unbounded = {-INFINITY, INFINITY, false, false};

void as_suppose_nothing(struct as_supposition *s, struct as_extents *extents)
{
    s->extents = extents;
    s->n = 0;
    s->full = false;
}

static void list_choices(struct as_supposition *s, struct as_supposed *fact)
{
    uint32_t n;
    if ((fact->key->shape & AS_SHAPE_CHOICE) == 0)
        return;
    const char *const *choices = as_expr_choices(&n, s->extents->pack->rules.schema, fact->key);
    if (n == 0 || n > AS_SUPPOSED_VALUES)
        return;
    struct as_str *values = as_arena_array(&s->extents->arena, n, sizeof *values);
    if (values == NULL)
        return;
    for (uint32_t i = 0; i < n; i++)
        values[i] = as_str_of(choices[i]);
    fact->listed = true;
    fact->values = values;
    fact->value_n = n;
    fact->open = n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

/* The fact of this key, with room made for it; NULL when there is none. */
static struct as_supposed *find(struct as_supposition *s, const struct as_expr *key, bool count, int64_t days)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->facts[i].count == count && s->facts[i].days == days && as_expr_same(s->facts[i].key, key))
            return &s->facts[i];
    if (s->n == AS_SUPPOSED_FACTS) {
        s->full = true;
        return NULL;
    }
    struct as_supposed *fact = &s->facts[s->n++];
    *fact = (struct as_supposed){
        .key = key, .days = days, .count = count, .number = unbounded, .today = unbounded};
    if (count) {
        fact->whole = true;
        fact->number.low = 0;
    } else {
        struct as_extent extent = as_extent_of(s->extents, key);
        fact->whole = extent.whole;
        fact->number.low = extent.low;
        fact->number.high = extent.high;
        list_choices(s, fact);
    }
    return fact;
}

/* --- numbers --- */

static void narrow(struct as_bounds *have, struct as_bounds want)
{
    if (want.low > have->low || (want.low == have->low && want.low_out)) {
        have->low = want.low;
        have->low_out = want.low_out;
    }
    if (want.high < have->high || (want.high == have->high && want.high_out)) {
        have->high = want.high;
        have->high_out = want.high_out;
    }
}

static void make_whole(struct as_bounds *b)
{
    if (isfinite(b->low)) {
        b->low = b->low_out ? floor(b->low) + 1 : ceil(b->low);
        b->low_out = false;
    }
    if (isfinite(b->high)) {
        b->high = b->high_out ? ceil(b->high) - 1 : floor(b->high);
        b->high_out = false;
    }
}

static bool holds_something(const struct as_supposed *fact)
{
    const struct as_bounds *b = &fact->number;
    if (b->low > b->high || (b->low == b->high && (b->low_out || b->high_out)))
        return false;
    if (fact->today.low > fact->today.high)
        return false;
    if (b->low != b->high)
        return true;
    for (uint32_t i = 0; i < fact->refused_n; i++)
        if (fact->refused[i] == b->low)
            return false;
    return true;
}

/* A longer window holds what a shorter one does. */
static bool windows_agree(const struct as_supposition *s, const struct as_supposed *fact)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const struct as_supposed *other = &s->facts[i];
        if (!other->count || other == fact || !as_expr_same(other->key, fact->key))
            continue;
        bool other_longer = other->days == 0 || (fact->days != 0 && other->days > fact->days);
        if (other_longer ? fact->number.low > other->number.high : other->number.low > fact->number.high)
            return false;
    }
    return true;
}

static bool know(struct as_supposed *fact, bool known)
{
    if (fact->known == (known ? -1 : 1))
        return false;
    fact->known = known ? 1 : -1;
    return true;
}

bool as_suppose_number(struct as_supposition *s, const struct as_expr *key, struct as_bounds bounds,
                       bool today)
{
    struct as_supposed *fact = find(s, key, false, 0);
    if (fact == NULL)
        return true;
    struct as_bounds *have = today ? &fact->today : &fact->number;
    narrow(have, bounds);
    if (fact->whole || (key->shape & AS_SHAPE_DATE) != 0)
        make_whole(have);
    return know(fact, true) && holds_something(fact);
}

bool as_suppose_not_number(struct as_supposition *s, const struct as_expr *key, double number)
{
    struct as_supposed *fact = find(s, key, false, 0);
    if (fact == NULL)
        return true;
    if (fact->refused_n < AS_SUPPOSED_REFUSALS)
        fact->refused[fact->refused_n++] = number;
    return know(fact, true) && holds_something(fact);
}

bool as_suppose_count(struct as_supposition *s, const struct as_expr *events, int64_t days,
                      struct as_bounds bounds)
{
    struct as_supposed *fact = find(s, events, true, days);
    if (fact == NULL)
        return true;
    narrow(&fact->number, bounds);
    make_whole(&fact->number);
    return holds_something(fact) && windows_agree(s, fact);
}

/* --- truth --- */

bool as_suppose_truth(struct as_supposition *s, const struct as_expr *key, bool holds)
{
    struct as_supposed *fact = find(s, key, false, 0);
    if (fact == NULL)
        return true;
    if (fact->truth == (holds ? -1 : 1))
        return false;
    fact->truth = holds ? 1 : -1;
    return know(fact, true);
}

bool as_suppose_known(struct as_supposition *s, const struct as_expr *key, bool known)
{
    struct as_supposed *fact = find(s, key, false, 0);
    return fact == NULL || know(fact, known);
}

/* --- texts and choices --- */

static struct as_str value_at(const struct as_supposed *fact, uint32_t i)
{
    return fact->values != NULL ? fact->values[i] : fact->literals[i].text;
}

static bool has_letters_to_fold(struct as_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return true;
    return false;
}

static bool same_letters(struct as_str a, struct as_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        unsigned char x = (unsigned char)a.p[i], y = (unsigned char)b.p[i];
        x = x >= 'A' && x <= 'Z' ? (unsigned char)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (unsigned char)(y + 32) : y;
        if (x != y)
            return false;
    }
    return true;
}

/* Letters outside ASCII are folded only when a pack runs: two such texts are perhaps the same, never surely
 * unless they are equal. */
static bool is_among(const struct as_literal *texts, struct as_str value, bool surely)
{
    uint32_t n = texts->kind == AS_LITERAL_LIST ? texts->n : 1;
    const struct as_literal *items = texts->kind == AS_LITERAL_LIST ? texts->items : texts;
    for (uint32_t i = 0; i < n; i++)
        if (same_letters(items[i].text, value) ||
            (!surely && (has_letters_to_fold(items[i].text) || has_letters_to_fold(value))))
            return true;
    return false;
}

/* Leaves the values that are (are not) among the texts. */
static bool keep(struct as_supposed *fact, const struct as_literal *texts, bool among)
{
    for (uint32_t i = 0; i < fact->value_n; i++)
        if ((fact->open >> i & 1) != 0 && is_among(texts, value_at(fact, i), !among) != among)
            fact->open &= ~(UINT64_C(1) << i);
    return fact->open != 0;
}

bool as_suppose_values(struct as_supposition *s, const struct as_expr *key, const struct as_literal *texts,
                       bool among)
{
    struct as_supposed *fact = find(s, key, false, 0);
    if (fact == NULL)
        return true;
    if (!know(fact, true))
        return false;
    if (fact->listed)
        return keep(fact, texts, among);
    if (!among) {
        if (fact->unlike_n < AS_SUPPOSED_REFUSALS)
            fact->unlike[fact->unlike_n++] = texts;
        return true;
    }
    uint32_t n = texts->kind == AS_LITERAL_LIST ? texts->n : 1;
    if (n > AS_SUPPOSED_VALUES)
        return true;
    fact->listed = true;
    fact->literals = texts->kind == AS_LITERAL_LIST ? texts->items : texts;
    fact->value_n = n;
    fact->open = n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
    for (uint32_t i = 0; i < fact->unlike_n; i++)
        if (!keep(fact, fact->unlike[i], false))
            return false;
    return fact->open != 0;
}

bool as_suppose_choice(struct as_supposition *s, const struct as_expr *key, struct as_str from, bool above,
                       bool itself)
{
    struct as_supposed *fact = find(s, key, false, 0);
    if (fact == NULL)
        return true;
    if (!know(fact, true))
        return false;
    uint32_t border = 0;
    while (fact->values != NULL && border < fact->value_n && !as_str_eq(fact->values[border], from))
        border++;
    if (fact->values == NULL || border == fact->value_n)
        return true;
    for (uint32_t i = 0; i < fact->value_n; i++) {
        bool fits = i == border ? itself : above == (i > border);
        if (!fits)
            fact->open &= ~(UINT64_C(1) << i);
    }
    return fact->open != 0;
}
