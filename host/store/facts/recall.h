/* Recall: what an import has seen and need not ask the database again. All of it has a maximum, whatever the
 * file's size. */
#ifndef AS_STORE_RECALL_H
#define AS_STORE_RECALL_H

#include "base/status.h"
#include "base/text.h"

/* A book of names: which row each name of this import may stand for. It keeps 32 bits of a name's hash, so
 * that a row it gives has to be asked whether the name is its own; a name that it gives no row for was surely
 * never put. A name may be put several times. */
struct as_book;
/* AS_ERR_MEMORY. */
enum as_status as_book_new(struct as_book **out, struct as_error *error);
void as_book_free(struct as_book *book); /* NULL is fine */
/* system keeps equal values of different systems apart. False: the book is full, or memory is; nothing was
 * put. */
bool as_book_put(struct as_book *book, const char *system, struct as_str value, uint32_t row);
struct as_book_search {
    uint32_t mark, slot;
};
/* The first row that may have the name, and the next one; false: there is none (left). */
bool as_book_first(uint32_t *row, struct as_book_search *search, const struct as_book *book,
                   const char *system, struct as_str value);
bool as_book_next(uint32_t *row, struct as_book_search *search, const struct as_book *book);
/* Forgets all names; keeps the memory. */
void as_book_clear(struct as_book *book);

/* Leads or accounts by the words that named them lately: files name the same one in many rows. */
struct as_recalled {
    int64_t id;      /* 0: there is none of that name */
    int64_t account; /* of a lead; 0: none */
    int64_t created; /* of a lead: seconds, AS_TIME_NONE */
};
struct as_recall;
/* slots: how many at most, a power of two; half as many names are recalled, and all are forgotten when there
 * is no room for one more. */
enum as_status as_recall_new(struct as_recall **out, uint32_t slots, struct as_error *error);
void as_recall_free(struct as_recall *recall);
/* NULL: never recalled. The pointer is good until the next call. */
const struct as_recalled *as_recall_get(const struct as_recall *recall, const char *system,
                                        struct as_str value);
void as_recall_put(struct as_recall *recall, const char *system, struct as_str value,
                   const struct as_recalled *found);
/* Leads or accounts may have changed. */
void as_recall_clear(struct as_recall *recall);

#endif
