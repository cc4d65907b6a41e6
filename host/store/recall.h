/* Recall: what an import has seen and need not ask the database again. All of it has a fixed size, whatever
 * the file's. */
#ifndef AS_STORE_RECALL_H
#define AS_STORE_RECALL_H

#include "base/status.h"
#include "base/text.h"

/* A sieve of texts (Bloom, Space/time trade-offs in hash coding with allowable errors, 1970): what it lacks
 * was surely never added; what it does not lack must be looked up. */
struct as_sieve;
/* AS_ERR_MEMORY. */
enum as_status as_sieve_new(struct as_sieve **out, struct as_error *error);
void as_sieve_free(struct as_sieve *sieve);
/* system keeps equal values of different systems apart. Without a sieve (NULL) nothing is noted and nothing
 * is surely lacking. */
void as_sieve_add(struct as_sieve *sieve, const char *system, struct as_str value);
bool as_sieve_lacks(const struct as_sieve *sieve, const char *system, struct as_str value);

/* Leads or accounts by the words that named them lately: files name the same one in many rows. */
struct as_recalled {
    int64_t id;      /* 0: there is none of that name */
    int64_t account; /* of a lead; 0: none */
    int64_t created; /* of a lead: seconds, AS_TIME_NONE */
};
struct as_recall;
enum as_status as_recall_new(struct as_recall **out, struct as_error *error);
void as_recall_free(struct as_recall *recall);
/* NULL: never recalled. The pointer is good until the next call. */
const struct as_recalled *as_recall_get(const struct as_recall *recall, const char *system,
                                        struct as_str value);
void as_recall_put(struct as_recall *recall, const char *system, struct as_str value,
                   const struct as_recalled *found);
/* Leads or accounts may have changed. */
void as_recall_clear(struct as_recall *recall);

#endif
