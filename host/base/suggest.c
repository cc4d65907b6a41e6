/* "Did you mean": the nearest of a few names, and how it is said. */
#include "base/suggest.h"

#include <stdio.h>

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

int as_edit_distance(struct as_str a, struct as_str b, int most)
{
    size_t apart = a.n > b.n ? a.n - b.n : b.n - a.n;
    if (most < 0 || apart > (size_t)most || a.n > AS_MAX_NAME || b.n > AS_MAX_NAME)
        return most + 1;
    int rows[3][AS_MAX_NAME + 1]; /* the row before the last, the last, the current */
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b.n; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= a.n; i++) {
        now[0] = (int)i;
        int row_least = now[0];
        for (size_t j = 1; j <= b.n; j++) {
            char x = folded(a.p[i - 1]), y = folded(b.p[j - 1]);
            int d = least(last[j] + 1, now[j - 1] + 1);
            d = least(d, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == folded(b.p[j - 2]) && folded(a.p[i - 2]) == y)
                d = least(d, before[j - 2] + 1);
            now[j] = d;
            row_least = least(row_least, d);
        }
        /* A transposition reaches back two rows, hence one row of grace. */
        if (row_least > most + 1)
            return most + 1;
        int *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[b.n] > most ? most + 1 : last[b.n];
}

const char *as_suggest(struct as_str word, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    int best = AS_MAX_SUGGESTION_DISTANCE + 1;
    for (size_t i = 0; i < n; i++) {
        int d = as_edit_distance(word, as_str_of(candidates[i]), best - 1);
        if (d < best && (size_t)d * 2 < word.n) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}

struct as_meant as_meant(const char *before, const char *near, const char *after)
{
    struct as_meant meant = {""};
    if (near != NULL)
        snprintf(meant.text, sizeof meant.text, "%sdid you mean \"%.*s\"?%s", before, AS_MAX_NAME, near,
                 after);
    return meant;
}

enum as_status as_error_meant(struct as_error *error, const char *near)
{
    if (near == NULL)
        return error != NULL ? error->status : AS_ERR_BUG;
    return as_error_advise(error, "%s", as_meant("", near, "").text);
}

enum as_status as_error_one_of(struct as_error *error, struct as_str word, const char *const *names, size_t n,
                               const char *after)
{
    enum { SHOWN = 200 };
    struct as_buf list = {.max = AS_ERROR_ADVICE};
    for (size_t i = 0; i < n && list.n < SHOWN; i++)
        as_buf_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    as_error_meant(error, as_suggest(word, names, n));
    enum as_status status = as_error_advise(error, "it is one of %s%s", as_buf_c(&list), after);
    as_buf_free(&list);
    return status;
}
