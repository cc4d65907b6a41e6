/* A Bloom sieve and a direct-mapped cache. Whether what they say is still true is the import's to keep. */
#include "store/recall.h"

#include "base/bits.h"
#include "base/limits.h"
#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

/* The system with its NUL, then the value; spread by MurmurHash3's finalizer. */
static uint64_t hash_of(const char *system, struct as_str value)
{
    return mix(
        as_content_hash(as_content_hash(AS_CONTENT_HASH, system, strlen(system) + 1), value.p, value.n));
}

/* --- the sieve --- */

/* Two bits a text: with 20 million texts 2 of 100 are looked up in vain. */
struct as_sieve {
    uint64_t bits[AS_SIEVE_BITS / 64];
};

enum as_status as_sieve_new(struct as_sieve **out, struct as_error *error)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? AS_OK : as_error_memory(error);
}

void as_sieve_free(struct as_sieve *sieve)
{
    free(sieve);
}

void as_sieve_add(struct as_sieve *sieve, const char *system, struct as_str value)
{
    if (sieve == NULL)
        return;
    uint64_t hash = hash_of(system, value);
    as_bit_set(sieve->bits, hash % AS_SIEVE_BITS);
    as_bit_set(sieve->bits, (hash >> 32) % AS_SIEVE_BITS);
}

bool as_sieve_lacks(const struct as_sieve *sieve, const char *system, struct as_str value)
{
    if (sieve == NULL)
        return false;
    uint64_t hash = hash_of(system, value);
    return !as_bit(sieve->bits, hash % AS_SIEVE_BITS) || !as_bit(sieve->bits, (hash >> 32) % AS_SIEVE_BITS);
}

/* --- the cache --- */

enum { LONGEST = 47 }; /* longer words are not recalled */

struct slot {
    char value[LONGEST + 1];
    const char *system; /* the caller's, compared by text */
    struct as_recalled found;
    uint32_t generation; /* of as_recall_clear; 0: empty */
    uint8_t n;
};
struct as_recall {
    uint32_t generation;
    struct slot slots[AS_RECALL_SLOTS];
};

enum as_status as_recall_new(struct as_recall **out, struct as_error *error)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    (*out)->generation = 1;
    return AS_OK;
}

void as_recall_free(struct as_recall *recall)
{
    free(recall);
}

const struct as_recalled *as_recall_get(const struct as_recall *recall, const char *system,
                                        struct as_str value)
{
    if (value.n > LONGEST)
        return NULL;
    const struct slot *slot = &recall->slots[hash_of(system, value) % AS_RECALL_SLOTS];
    bool same = slot->generation == recall->generation && slot->n == value.n &&
                memcmp(slot->value, value.p, value.n) == 0 && strcmp(slot->system, system) == 0;
    return same ? &slot->found : NULL;
}

void as_recall_put(struct as_recall *recall, const char *system, struct as_str value,
                   const struct as_recalled *found)
{
    if (value.n > LONGEST)
        return;
    struct slot *slot = &recall->slots[hash_of(system, value) % AS_RECALL_SLOTS];
    memcpy(slot->value, value.p, value.n);
    slot->n = (uint8_t)value.n;
    slot->system = system;
    slot->found = *found;
    slot->generation = recall->generation;
}

void as_recall_clear(struct as_recall *recall)
{
    recall->generation++;
}
