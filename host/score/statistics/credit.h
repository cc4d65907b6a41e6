/* Credit: which channels a won deal is put down to, by several models that disagree, so that nobody takes one
 * for the truth.
 *
 * A path is the touches before a deal was closed, oldest first. Weights of a path and shares of channels sum
 * to 1; money is handed out by as_apportion, which loses nothing. */
#ifndef AS_SCORE_CREDIT_H
#define AS_SCORE_CREDIT_H

#include "base/arena.h"
#include "base/status.h"

/* The touches of one deal. */
struct as_path {
    const uint16_t *channel; /* below the number of channels */
    const double *days;      /* before the close, 0 or more */
    uint32_t n;
    uint32_t lead, deal; /* the touch that made the lead, and the one that made the deal: below n */
    bool won;
};

enum as_credit_model {
    AS_CREDIT_FIRST,
    AS_CREDIT_LAST,
    AS_CREDIT_LINEAR,
    AS_CREDIT_DECAY, /* half for each AS_CREDIT_HALF_LIFE days before the close */
    AS_CREDIT_U,     /* 40 % the first, 40 % the last, 20 % those between; of two, half each */
    AS_CREDIT_W,     /* 30 % the first, 30 % the lead's, 30 % the deal's, 10 % the others */
};
enum { AS_CREDIT_MODELS = AS_CREDIT_W + 1 };
#define AS_CREDIT_HALF_LIFE 7.0
/* What each touch of a path weighs, in sum 1. One touch may play several parts; what nobody is there for goes
 * to the others in proportion. path->n is 1 or more. */
void as_credit_of(double *weight, const struct as_path *path, enum as_credit_model model);

/* Removal effects of a first-order Markov chain over all paths, won and not, as shares: how much of the
 * conversions is lost when a channel's touches lead nowhere. The chain's equations are solved, not simulated.
 * AS_ERR_DATA when no path was won. share has room for `channels`. */
enum as_status as_credit_markov(double *share, struct as_arena *arena, const struct as_path *paths, size_t n,
                                uint32_t channels, struct as_error *error);

/* Shapley values of a game: worth[set] for each set of players, bit i for player i, worth[0] first. Exact,
 * over all sets. value has room for `players`, AS_SHAPLEY_PLAYERS at most; they sum to worth[all] - worth[0].
 */
enum { AS_SHAPLEY_PLAYERS = 12 };
void as_shapley(double *value, const double *worth, uint32_t players);

/* Hands out a whole amount by weights that are not negative: each gets the whole part of its share, and what
 * is left goes one by one to the largest rests, the first of equals. The parts sum to total; all of it goes
 * to the first where no weight is positive. n is 1 or more. AS_ERR_MEMORY only. */
enum as_status as_apportion(int64_t *part, int64_t total, const double *weight, size_t n,
                            struct as_error *error);

#endif
