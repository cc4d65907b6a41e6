/* Similarity of texts and of records, 0 to 1. Texts are compared by code point as they are: fold them first. */
#ifndef AS_DATA_SIMILARITY_H
#define AS_DATA_SIMILARITY_H

#include "base/status.h"
#include "base/text.h"

/* Jaro-Winkler: j + l·p·(1 − j), l the common prefix up to 4, p = 0.1, whatever j is (no threshold). Winkler 1990.
 * j is Jaro's (1989): (m/|a| + m/|b| + (m − t)/m) / 3 with m matches within floor(max(|a|,|b|)/2) − 1 places and t half of the
 * matches out of order; 0 without matches, 1 for two empty texts. MARTHA/MARHTA .9611, DWAYNE/DUANE .8400, DIXON/DICKSONX .8133.
 * AS_ERR_LIMIT beyond AS_MAX_COMPARED code points. */
enum as_status as_jaro_winkler(double *out, struct as_str a, struct as_str b, struct as_error *error);

/* Token set ratio: the words (split at white space, each once, sorted) of both texts are parted into the common ones C, those of
 * a alone A and of b alone B; the greatest indel ratio (2·L / (|a| + |b|), L the length of the longest common subsequence) among
 * (C, C+A), (C, C+B), (C+A, C+B), joined by blanks. So "fuzzy was a bear" and "fuzzy fuzzy was a bear" are 1, and a text whose words are all in the other is 1. 0 when one is empty of words and
 * the other is not, 0 for (C, …) when C is empty. */
enum as_status as_token_set_ratio(double *out, struct as_str a, struct as_str b, struct as_error *error);

/* Fellegi-Sunter: what the agreement or disagreement of one field says, in bits: log2(m/u) or log2((1−m)/(1−u)); m is how often
 * the field agrees in true pairs, u in others, both within (0, 1), else NaN. */
double as_match_weight(bool agrees, double m, double u);
/* The probability that a pair is a match, from the sum of its weights and the prior within (0, 1). */
double as_match_probability(double weight, double prior);

#endif
