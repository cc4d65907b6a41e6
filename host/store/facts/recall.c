/* A book of names (open addressing) and a direct-mapped cache. Whether what they say is still true is the
 * import's to keep. */
#include "store/facts/recall.h"

#include "base/limits.h"
#include "store/facts/batch.h"

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

/* --- the book --- */

/* A name is 8 bytes: its mark (half of its hash) above its row and 1, so that 0 is empty. The highest bits of
 * the mark choose the part, the next ones the place where probing begins; so a part grows alone and without
 * the names. */
enum { PART_BITS = 6, PARTS = 1 << PART_BITS, FIRST_BITS = 4 };

struct part {
    uint64_t *slots; /* 1 << bits; NULL: none yet */
    uint32_t bits, n;
};
struct as_book {
    struct part parts[PARTS];
};

enum as_status as_book_new(struct as_book **out, struct as_error *error)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? AS_OK : as_error_memory(error);
}

void as_book_free(struct as_book *book)
{
    for (int i = 0; book != NULL && i < PARTS; i++)
        free(book->parts[i].slots);
    free(book);
}

void as_book_clear(struct as_book *book)
{
    for (int i = 0; i < PARTS; i++) {
        struct part *part = &book->parts[i];
        if (part->n > 0)
            memset(part->slots, 0, sizeof *part->slots << part->bits);
        part->n = 0;
    }
}

static uint32_t mark_of(const char *system, struct as_str value)
{
    return (uint32_t)(hash_of(system, value) >> 32);
}

static uint32_t home_of(const struct part *part, uint32_t mark)
{
    return (mark << PART_BITS) >> (32 - part->bits);
}

static void place(struct part *part, uint64_t entry)
{
    uint32_t slot = home_of(part, (uint32_t)(entry >> 32)), last = (UINT32_C(1) << part->bits) - 1;
    while (part->slots[slot] != 0)
        slot = (slot + 1) & last;
    part->slots[slot] = entry;
}

static bool grow(struct part *part)
{
    struct part grown = {.bits = part->slots == NULL ? FIRST_BITS : part->bits + 1, .n = part->n};
    if (grown.bits > AS_BOOK_BITS - PART_BITS ||
        (grown.slots = calloc(sizeof *grown.slots, (size_t)1 << grown.bits)) == NULL)
        return false;
    for (size_t i = 0; part->slots != NULL && i < (size_t)1 << part->bits; i++)
        if (part->slots[i] != 0)
            place(&grown, part->slots[i]);
    free(part->slots);
    *part = grown;
    return true;
}

bool as_book_put(struct as_book *book, const char *system, struct as_str value, uint32_t row)
{
    uint32_t mark = mark_of(system, value);
    struct part *part = &book->parts[mark >> (32 - PART_BITS)];
    /* At most three quarters full. */
    bool full = part->slots == NULL || (part->n + 1) * UINT64_C(4) > UINT64_C(3) << part->bits;
    if (row == UINT32_MAX || (full && !grow(part)))
        return false;
    place(part, (uint64_t)mark << 32 | (row + 1));
    part->n++;
    return true;
}

bool as_book_first(uint32_t *row, struct as_book_search *search, const struct as_book *book,
                   const char *system, struct as_str value)
{
    search->mark = mark_of(system, value);
    const struct part *part = &book->parts[search->mark >> (32 - PART_BITS)];
    search->slot = part->slots == NULL ? 0 : home_of(part, search->mark);
    return as_book_next(row, search, book);
}

bool as_book_next(uint32_t *row, struct as_book_search *search, const struct as_book *book)
{
    const struct part *part = &book->parts[search->mark >> (32 - PART_BITS)];
    uint32_t last = (UINT32_C(1) << part->bits) - 1;
    while (part->slots != NULL && part->slots[search->slot] != 0) {
        uint64_t entry = part->slots[search->slot];
        search->slot = (search->slot + 1) & last;
        if ((uint32_t)(entry >> 32) != search->mark)
            continue;
        *row = (uint32_t)entry - 1;
        return true;
    }
    return false;
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
    struct slot *slots;
    uint32_t generation, room, most; /* room: slots that are there; it grows to `most` with what is put */
    uint32_t filled;                 /* slots of this generation */
};

enum as_status as_recall_new(struct as_recall **out, uint32_t slots, struct as_error *error)
{
    enum { FIRST_ROOM = 64 }; /* an import of a row or two should cost no more than they do */
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    **out =
        (struct as_recall){.generation = 1, .most = slots, .room = slots < FIRST_ROOM ? slots : FIRST_ROOM};
    (*out)->slots = calloc((*out)->room, sizeof *(*out)->slots);
    if ((*out)->slots != NULL)
        return AS_OK;
    free(*out);
    *out = NULL;
    return as_error_memory(error);
}

void as_recall_free(struct as_recall *recall)
{
    if (recall != NULL)
        free(recall->slots);
    free(recall);
}

static struct slot *slot_of(const struct as_recall *recall, const char *system, struct as_str value)
{
    return &recall->slots[hash_of(system, value) % recall->room];
}

/* Without memory it stays as it is: what is not recalled is asked for again. */
static void grow_room(struct as_recall *recall)
{
    struct as_recall grown = *recall;
    grown.room = recall->room > recall->most / 4 ? recall->most : recall->room * 4;
    grown.filled = 0;
    grown.slots = calloc(grown.room, sizeof *grown.slots);
    if (grown.slots == NULL)
        return;
    for (uint32_t i = 0; i < recall->room; i++) {
        const struct slot *old = &recall->slots[i];
        if (old->generation != recall->generation)
            continue;
        struct slot *slot = slot_of(&grown, old->system, (struct as_str){old->value, old->n});
        grown.filled += slot->generation != grown.generation;
        *slot = *old;
    }
    free(recall->slots);
    *recall = grown;
}

const struct as_recalled *as_recall_get(const struct as_recall *recall, const char *system,
                                        struct as_str value)
{
    if (value.n > LONGEST)
        return NULL;
    const struct slot *slot = slot_of(recall, system, value);
    bool same = slot->generation == recall->generation && slot->n == value.n &&
                memcmp(slot->value, value.p, value.n) == 0 && strcmp(slot->system, system) == 0;
    return same ? &slot->found : NULL;
}

void as_recall_put(struct as_recall *recall, const char *system, struct as_str value,
                   const struct as_recalled *found)
{
    if (value.n > LONGEST)
        return;
    if (recall->filled > recall->room / 2 && recall->room < recall->most)
        grow_room(recall);
    struct slot *slot = slot_of(recall, system, value);
    recall->filled += slot->generation != recall->generation;
    memcpy(slot->value, value.p, value.n);
    slot->n = (uint8_t)value.n;
    slot->system = system;
    slot->found = *found;
    slot->generation = recall->generation;
}

void as_recall_clear(struct as_recall *recall)
{
    recall->generation++;
    recall->filled = 0;
}
