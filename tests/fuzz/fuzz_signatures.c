/* Any text as agreement.sig: what is taken is written back, and read as the same. */
#include "data/pack/signatures.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct as_arena arena = {.head = NULL};
    struct as_signatures read, again;
    struct as_buf once = {.p = NULL}, twice = {.p = NULL};
    if (as_signatures_parse(&read, &arena, (struct as_str){(const char *)bytes, n}, NULL) == AS_OK) {
        as_signatures_write(&once, &read);
        if (as_signatures_parse(&again, &arena, as_str_of(as_buf_c(&once)), NULL) != AS_OK)
            abort();
        as_signatures_write(&twice, &again);
        if (strcmp(as_buf_c(&once), as_buf_c(&twice)) != 0)
            abort();
    }
    as_buf_free(&once);
    as_buf_free(&twice);
    as_arena_free(&arena);
    return 0;
}
