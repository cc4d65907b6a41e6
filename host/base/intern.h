/* Interning: each distinct text once, numbered 0, 1, 2 … in order of arrival.
 *
 * Serves as the dictionary of text columns: a predicate on text is decided once per distinct value.
 * Not thread-safe while growing; safe for any number of readers once it no longer grows.
 */
#ifndef AS_BASE_INTERN_H
#define AS_BASE_INTERN_H

#include "base/text.h"

#define AS_INTERN_NONE UINT32_MAX

struct as_intern;

/* NULL when memory is out. The hash is seeded from the operating system. */
struct as_intern *as_intern_new(void);
void as_intern_free(struct as_intern *table); /* NULL is fine */

/* The code of text, adding it when new. AS_INTERN_NONE when memory is out or the table is full. */
uint32_t as_intern_add(struct as_intern *table, struct as_str text);
/* Fills an empty table with texts that are all different, in their order; copied. Nothing is hashed before
 * somebody looks one up, which for most columns nobody does. False when memory is out. */
bool as_intern_fill(struct as_intern *table, const struct as_str *texts, uint32_t n);
/* The code of text, AS_INTERN_NONE when it is not there. */
uint32_t as_intern_find(const struct as_intern *table, struct as_str text);
/* The text of a code that exists; NUL-terminated, valid as long as the table. */
struct as_str as_intern_text(const struct as_intern *table, uint32_t code);
uint32_t as_intern_count(const struct as_intern *table);

/* The hash the tables use, for other tables that need one: 64 bits, keyed. */
uint64_t as_hash_bytes(const void *p, size_t n, uint64_t seed);
/* A fresh seed from the operating system. */
uint64_t as_hash_seed(void);

#endif
