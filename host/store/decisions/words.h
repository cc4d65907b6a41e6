/* Words: names that ledgers say over and over, each kept once under a number that it never loses. What is
 * said of a person is no word. Internal to host/store. */
#ifndef AS_STORE_WORDS_H
#define AS_STORE_WORDS_H

#include "store/database.h"

/* The number of a text, which becomes a word where it is none yet. Within a transaction. */
enum as_status as_word_number(int64_t *number, struct as_store *store, const char *text,
                              struct as_error *error);
/* The word of a number, as it is and as JSON writes it; both live as long as the transaction, or the store
 * where it commits. AS_ERR_DATA when there is none. */
struct as_word {
    const char *text, *json;
};
enum as_status as_word_find(struct as_word *out, struct as_store *store, int64_t number,
                            struct as_error *error);

#endif
