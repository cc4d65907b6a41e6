/* Any bytes as a pattern of the string library and the text it is looked for in: the first byte says how long
 * the pattern is. A match lies in the text, and so do its captures. */
#include "bind/sandbox/text_pattern.h"

#include <setjmp.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct budget {
    uint64_t left;
    jmp_buf spent;
};

static void charge(void *context, uint64_t characters)
{
    struct budget *budget = context;
    if (characters >= budget->left)
        longjmp(budget->spent, 1);
    budget->left -= characters;
}

static void check_inside(const struct as_text_match *match, const char *from, const char *to)
{
    if (from < match->start || to < from || to > match->end)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n == 0)
        return 0;
    size_t length = bytes[0] < n - 1 ? bytes[0] : n - 1;
    const char *text = (const char *)bytes + 1 + length;
    struct budget budget = {.left = 1000000};
    struct as_text_match match = {
        .start = text, .end = (const char *)bytes + n, .charge = charge, .context = &budget};
    void *room = malloc(as_text_pattern_size(length));
    if (room == NULL)
        abort();
    as_text_pattern_compile(&match, room, (struct as_str){(const char *)bytes + 1, length});
    if (setjmp(budget.spent) == 0) {
        const char *at = text, *end = as_text_match_from(&match, &at);
        if (end != NULL)
            check_inside(&match, at, end);
        for (int i = 0; end != NULL && i < match.captured; i++)
            check_inside(&match, match.captures[i].at,
                         match.captures[i].at +
                             (match.captures[i].length > 0 ? match.captures[i].length : 0));
    }
    free(room);
    return 0;
}
