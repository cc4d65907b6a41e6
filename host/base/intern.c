/* Interning by open addressing over codes; the texts themselves never move. */
#include "base/intern.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

struct as_intern_block {
    struct as_intern_block *next;
    size_t used, room;
    char bytes[];
};

/* The hash's upper half spares most comparisons of texts that differ. */
struct as_intern_slot {
    uint32_t code, mark;
};

struct as_intern {
    struct as_intern_block *blocks;
    struct as_str *texts;
    struct as_intern_slot *slots;
    uint64_t seed;
    size_t slot_count; /* a power of two */
    uint32_t n, room;
    atomic_bool hashed;   /* every text has its slot */
    pthread_mutex_t lock; /* of hashing what was filled: readers may come at once */
};

/* Many tables stay empty, and most of the others hold a few texts: the first block is small, and each one
 * after it twice as large. */
enum { FIRST_BLOCK = 1024, INTERN_BLOCK = 32 * 1024, FIRST_SLOTS = 64 };

uint64_t as_hash_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed)
        return seed;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_nsec * UINT64_C(0x9E3779B97F4A7C15) ^ (uint64_t)now.tv_sec ^ (uintptr_t)&seed;
}

/* Both halves of the 128-bit product: every input bit reaches every output bit. */
static uint64_t fold_product(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const unsigned char *p, size_t n)
{
    uint64_t word = 0;
    memcpy(&word, p, n);
    return word;
}

uint64_t as_hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
    /* Odd constants with no pattern: the fractional parts of the square roots of 2, 3 and 5. */
    const uint64_t k1 = UINT64_C(0x6A09E667F3BCC909), k2 = UINT64_C(0xBB67AE8584CAA73B),
                   k3 = UINT64_C(0x3C6EF372FE94F82B);
    const unsigned char *p = bytes;
    size_t left = n;
    uint64_t h = fold_product(seed ^ k1, k2);
    for (; left > 16; left -= 16, p += 16)
        h = fold_product(load(p, 8) ^ h, load(p + 8, 8) ^ k2 ^ seed);
    uint64_t a = load(p, left < 8 ? left : 8);
    uint64_t b = left > 8 ? load(p + 8, left - 8) : 0;
    h = fold_product(a ^ h, b ^ k2 ^ seed);
    return fold_product(h ^ n, k3 ^ seed);
}

struct as_intern *as_intern_new(void)
{
    struct as_intern *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    atomic_init(&table->hashed, true);
    pthread_mutex_init(&table->lock, NULL);
    return table;
}

void as_intern_free(struct as_intern *table)
{
    if (!table)
        return;
    while (table->blocks) {
        struct as_intern_block *next = table->blocks->next;
        free(table->blocks);
        table->blocks = next;
    }
    free(table->texts);
    free(table->slots);
    pthread_mutex_destroy(&table->lock);
    free(table);
}

/* The slot that holds text, or the free one where it belongs. */
static struct as_intern_slot *slot_of(const struct as_intern *table, struct as_str text, uint64_t hash)
{
    size_t mask = table->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct as_intern_slot *slot = &table->slots[i];
        if (slot->code == AS_INTERN_NONE)
            return slot;
        if (slot->mark == (uint32_t)(hash >> 32) && as_str_eq(table->texts[slot->code], text))
            return slot;
    }
}

static bool make_slots(struct as_intern *table, size_t count)
{
    if (table->slot_count == 0)
        table->seed = as_hash_seed();
    struct as_intern_slot *slots = malloc(count * sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0xFF, count * sizeof *slots);
    for (uint32_t code = 0; code < table->n; code++) {
        struct as_str text = table->texts[code];
        uint64_t hash = as_hash_bytes(text.p, text.n, table->seed);
        size_t i = hash & (count - 1);
        while (slots[i].code != AS_INTERN_NONE)
            i = (i + 1) & (count - 1);
        slots[i] = (struct as_intern_slot){code, (uint32_t)(hash >> 32)};
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = count;
    return true;
}

static bool is_crowded(const struct as_intern *table, size_t slots)
{
    return (size_t)table->n + 1 > slots / 4 * 3;
}

/* Slots for what the table was filled with, and for one more. */
static bool hash_filled(struct as_intern *table)
{
    bool done = atomic_load_explicit(&table->hashed, memory_order_acquire);
    if (done)
        return true;
    pthread_mutex_lock(&table->lock);
    done = atomic_load_explicit(&table->hashed, memory_order_relaxed);
    if (!done) {
        size_t count = FIRST_SLOTS;
        while (is_crowded(table, count))
            count *= 2;
        done = make_slots(table, count);
        atomic_store_explicit(&table->hashed, done, memory_order_release);
    }
    pthread_mutex_unlock(&table->lock);
    return done;
}

static bool grow_texts(struct as_intern *table)
{
    if (table->room > UINT32_MAX / 2)
        return false;
    uint32_t room = table->room ? table->room * 2 : FIRST_SLOTS;
    struct as_str *texts = realloc(table->texts, room * sizeof *texts);
    if (!texts)
        return false;
    table->texts = texts;
    table->room = room;
    return true;
}

static const char *keep(struct as_intern *table, struct as_str text)
{
    struct as_intern_block *block = table->blocks;
    if (!block || block->room - block->used <= text.n) {
        size_t next = block == NULL                ? FIRST_BLOCK
                      : block->room < INTERN_BLOCK ? block->room * 2
                                                   : INTERN_BLOCK;
        size_t room = text.n + 1 > next / 4 ? text.n + 1 : next;
        block = malloc(sizeof *block + room);
        if (!block)
            return NULL;
        block->used = 0;
        block->room = room;
        if (room != next && table->blocks) {
            block->next = table->blocks->next;
            table->blocks->next = block;
        } else {
            block->next = table->blocks;
            table->blocks = block;
        }
    }
    char *copy = block->bytes + block->used;
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    block->used += text.n + 1;
    return copy;
}

bool as_intern_fill(struct as_intern *table, const struct as_str *texts, uint32_t n)
{
    size_t bytes = 1;
    for (uint32_t i = 0; i < n; i++)
        bytes += texts[i].n + 1;
    struct as_intern_block *block = malloc(sizeof *block + bytes);
    struct as_str *own = malloc(((size_t)n + 1) * sizeof *own);
    if (block == NULL || own == NULL) {
        free(block);
        free(own);
        return false;
    }
    *block = (struct as_intern_block){.room = bytes};
    for (uint32_t i = 0; i < n; i++) {
        char *copy = block->bytes + block->used;
        if (texts[i].n > 0)
            memcpy(copy, texts[i].p, texts[i].n);
        copy[texts[i].n] = '\0';
        own[i] = (struct as_str){copy, texts[i].n};
        block->used += texts[i].n + 1;
    }
    table->blocks = block;
    table->texts = own;
    table->n = n;
    table->room = n + 1;
    atomic_store_explicit(&table->hashed, false, memory_order_release);
    return true;
}

uint32_t as_intern_add(struct as_intern *table, struct as_str text)
{
    if (!hash_filled(table) || (table->slot_count == 0 && !make_slots(table, FIRST_SLOTS)))
        return AS_INTERN_NONE;
    uint64_t hash = as_hash_bytes(text.p, text.n, table->seed);
    struct as_intern_slot *slot = slot_of(table, text, hash);
    if (slot->code != AS_INTERN_NONE)
        return slot->code;
    if (table->n >= AS_INTERN_NONE - 1)
        return AS_INTERN_NONE;
    if (table->n == table->room && !grow_texts(table))
        return AS_INTERN_NONE;
    if (is_crowded(table, table->slot_count)) {
        if (!make_slots(table, table->slot_count * 2))
            return AS_INTERN_NONE;
        slot = slot_of(table, text, hash);
    }
    const char *copy = keep(table, text);
    if (!copy)
        return AS_INTERN_NONE;
    *slot = (struct as_intern_slot){table->n, (uint32_t)(hash >> 32)};
    table->texts[table->n] = (struct as_str){copy, text.n};
    return table->n++;
}

/* Where memory is out. */
static uint32_t search(const struct as_intern *table, struct as_str text)
{
    uint32_t code = 0;
    while (code < table->n && !as_str_eq(table->texts[code], text))
        code++;
    return code < table->n ? code : AS_INTERN_NONE;
}

uint32_t as_intern_find(const struct as_intern *table, struct as_str text)
{
    /* Hashing changes nothing that a reader sees. */
    if (!hash_filled((struct as_intern *)(uintptr_t)table))
        return search(table, text);
    if (table->slot_count == 0)
        return AS_INTERN_NONE;
    return slot_of(table, text, as_hash_bytes(text.p, text.n, table->seed))->code;
}

struct as_str as_intern_text(const struct as_intern *table, uint32_t code)
{
    return table->texts[code];
}

uint32_t as_intern_count(const struct as_intern *table)
{
    return table->n;
}
