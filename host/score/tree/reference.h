/* Reference: the data that decisions rest on beside facts and rules, by their versions. What is stored beside
 * a decision tells, years later, why another machine decides otherwise. */
#ifndef AS_SCORE_REFERENCE_H
#define AS_SCORE_REFERENCE_H

#include "data/pack/source.h"

enum { AS_REFERENCE_TEXT = 512 };
struct as_reference {
    char text[AS_REFERENCE_TEXT]; /* one line each: "public suffixes …", "unicode …", "zones …" */
    char hash[AS_HASH_TEXT];      /* BLAKE2b-256 of the text */
};
enum as_status as_reference_of(struct as_reference *out, struct as_error *error);

#endif
