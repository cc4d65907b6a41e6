/* Loaded before the C library (LD_PRELOAD): from the allocation on that NO_MEMORY_FROM names there is no
 * memory any more. NO_MEMORY_COUNT names a file that gets the number of all allocations at the end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *(*real_malloc)(size_t), *(*real_calloc)(size_t, size_t), *(*real_realloc)(void *, size_t);
static atomic_llong allocations;
static long long from = INT64_MAX;

__attribute__((constructor)) static void begin(void)
{
    const char *said = getenv("NO_MEMORY_FROM");
    real_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
    real_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    if (said != NULL)
        from = strtoll(said, NULL, 10);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("NO_MEMORY_COUNT");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    if (file != NULL) {
        fprintf(file, "%lld\n", (long long)allocations);
        fclose(file);
    }
}

static int is_out(void)
{
    return atomic_fetch_add(&allocations, 1) >= from;
}

/* What is asked for before the beginning is the loader's. */
void *malloc(size_t size)
{
    if (real_malloc == NULL)
        begin();
    return is_out() ? NULL : real_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    if (real_malloc == NULL)
        begin();
    return is_out() ? NULL : real_calloc(n, size);
}

void *realloc(void *block, size_t size)
{
    if (real_malloc == NULL)
        begin();
    return is_out() ? NULL : real_realloc(block, size);
}
