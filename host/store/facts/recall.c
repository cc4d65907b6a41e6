/* A book of names and a cache, both by open addressing. Whether what they say is still true is the import's
 * to keep. */
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

/* Names lie one behind the other, system and value each with a NUL; when there is no more room for them or
 * for their slots, all are forgotten. Longer ones are not recalled. */
enum { LONGEST = 128, FIRST_ROOM = 64, BYTES_A_SLOT = 16 };

struct slot {
    uint32_t mark; /* of the name's hash */
    uint32_t from; /* where its words begin, and 1; 0: empty */
    struct as_recalled found;
};
struct as_recall {
    struct slot *slots; /* a power of two of them, at most half full */
    char *words;
    uint32_t room, most, n; /* slots there are and may be, names */
    size_t words_n, words_room;
};

static bool make_room(struct as_recall *recall, uint32_t room)
{
    struct slot *slots = calloc(room, sizeof *slots);
    char *words = realloc(recall->words, (size_t)room * BYTES_A_SLOT);
    if (words != NULL) {
        recall->words = words;
        recall->words_room = (size_t)room * BYTES_A_SLOT;
    }
    if (slots == NULL || words == NULL) {
        free(slots);
        return false;
    }
    for (uint32_t i = 0; recall->slots != NULL && i < recall->room; i++) {
        const struct slot *old = &recall->slots[i];
        uint32_t at = old->mark & (room - 1);
        if (old->from == 0)
            continue;
        while (slots[at].from != 0)
            at = (at + 1) & (room - 1);
        slots[at] = *old;
    }
    free(recall->slots);
    recall->slots = slots;
    recall->room = room;
    return true;
}

enum as_status as_recall_new(struct as_recall **out, uint32_t slots, struct as_error *error)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    (*out)->most = slots;
    /* An import of a row or two should cost no more than they do. */
    if (make_room(*out, FIRST_ROOM))
        return AS_OK;
    as_recall_free(*out);
    *out = NULL;
    return as_error_memory(error);
}

void as_recall_free(struct as_recall *recall)
{
    if (recall == NULL)
        return;
    free(recall->slots);
    free(recall->words);
    free(recall);
}

/* The slot that has the name, or the empty one where it belongs. */
static struct slot *slot_of(const struct as_recall *recall, uint32_t mark, const char *system,
                            struct as_str value)
{
    size_t system_n = strlen(system) + 1;
    for (uint32_t at = mark & (recall->room - 1);; at = (at + 1) & (recall->room - 1)) {
        struct slot *slot = &recall->slots[at];
        if (slot->from == 0)
            return slot;
        const char *words = recall->words + slot->from - 1;
        if (slot->mark == mark && strcmp(words, system) == 0 && strlen(words + system_n) == value.n &&
            memcmp(words + system_n, value.p, value.n) == 0)
            return slot;
    }
}

const struct as_recalled *as_recall_get(const struct as_recall *recall, const char *system,
                                        struct as_str value)
{
    const struct slot *slot = slot_of(recall, mark_of(system, value), system, value);
    return slot->from != 0 ? &slot->found : NULL;
}

/* Without memory for more, what is recalled makes room: it is asked for again. */
static void grow_room(struct as_recall *recall)
{
    uint32_t room = recall->room > recall->most / 4 ? recall->most : recall->room * 4;
    if (recall->room == recall->most || !make_room(recall, room))
        as_recall_clear(recall);
}

void as_recall_put(struct as_recall *recall, const char *system, struct as_str value,
                   const struct as_recalled *found)
{
    size_t system_n = strlen(system) + 1, n = system_n + value.n + 1;
    uint32_t mark = mark_of(system, value);
    if (n > LONGEST || memchr(value.p, '\0', value.n) != NULL)
        return;
    while (recall->n >= recall->room / 2 || recall->words_n + n > recall->words_room)
        grow_room(recall);
    struct slot *slot = slot_of(recall, mark, system, value);
    if (slot->from == 0) {
        char *words = recall->words + recall->words_n;
        memcpy(words, system, system_n);
        memcpy(words + system_n, value.p, value.n);
        words[n - 1] = '\0';
        *slot = (struct slot){.mark = mark, .from = (uint32_t)recall->words_n + 1};
        recall->words_n += n;
        recall->n++;
    }
    slot->found = *found;
}

void as_recall_clear(struct as_recall *recall)
{
    if (recall->n > 0)
        memset(recall->slots, 0, sizeof *recall->slots * recall->room);
    recall->n = 0;
    recall->words_n = 0;
}
