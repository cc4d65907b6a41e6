/* Pseudonyms: words and numbers that stand for people's data. They follow from a secret key and the text
 * alone, so that the same text is the same pseudonym every time, and nobody without the key can try texts
 * out.
 */
#ifndef AS_DATA_PSEUDONYM_H
#define AS_DATA_PSEUDONYM_H

#include "base/status.h"
#include "base/text.h"

#include <stdint.h>

enum { AS_PSEUDONYM_KEY = 32 };
struct as_pseudonym_key {
    unsigned char bytes[AS_PSEUDONYM_KEY];
};

/* Reads the key of a file; where there is none makes a fresh one, readable by its owner alone. */
enum as_status as_pseudonym_key_open(struct as_pseudonym_key *key, const char *path, struct as_error *error);

/* Keyed BLAKE2b of purpose and text, its first 64 bits. */
uint64_t as_pseudonym_number(const struct as_pseudonym_key *key, const char *purpose, struct as_str text);
/* Appends a word of so many syllables that can be spoken and is no word: "kelamo". */
void as_pseudonym_word(struct as_buf *out, const struct as_pseudonym_key *key, const char *purpose,
                       struct as_str text, int syllables);
/* Appends a given and a family name for who is called so: "Vodu Valazi". */
void as_pseudonym_person(struct as_buf *out, const struct as_pseudonym_key *key, struct as_str name);

#endif
