/* Pack choice: which packs a command works with, loaded and ready to decide. */
#ifndef AS_CMD_PACK_CHOICE_H
#define AS_CMD_PACK_CHOICE_H

#include "cmd/line/context.h"
#include "run/decision/decision.h"

/* The packs named (as as_context_pack takes them); with none named, every pack that has run, in the
 * version that decides now. AS_ERR_MISSING with advice when nothing is named and there is none. Array and
 * packs live in the context.
 *
 * broken: with NULL the first pack that cannot be loaded is the error. Else such packs are left out, each
 * with its fault printed, and *broken says how many there were: one team's typing error does not stop the
 * others. */
enum as_status as_choose_packs(struct as_run_pack **out, uint32_t *n, uint32_t *broken,
                               struct as_context *context, struct as_texts named, unsigned threads,
                               struct as_error *error);

/* The PACK of a command that works like as_choose_packs_to_run. */
extern const struct as_positional as_packs_to_run_positionals[];

/* The same, with none named also those that were promoted and have not run yet. */
enum as_status as_choose_packs_to_run(struct as_run_pack **out, uint32_t *n, uint32_t *broken,
                                      struct as_context *context, struct as_texts named, unsigned threads,
                                      struct as_error *error);

/* The pack named (NULL: none) comes first; the others that decide follow, since their contact policies bind
 * the same person. */
enum as_status as_choose_packs_first(struct as_run_pack **out, uint32_t *n, struct as_context *context,
                                     const char *named, struct as_error *error);

/* A kept version of a pack (hash NULL: the one that decides), from the database even where a folder has the
 * pack's name. */
enum as_status as_stored_pack(struct as_run_pack *out, struct as_context *context, const char *name,
                              const char *hash, unsigned threads, struct as_error *error);

/* Makes a loaded pack ready to decide on so many threads. */
enum as_status as_ready_pack(struct as_run_pack *out, const struct as_loaded_pack *loaded, unsigned threads,
                             struct as_error *error);

/* --known-at, else the decision time: what was learnt later is invisible. */
enum as_status as_known_at(int64_t *out, const struct as_context *context,
                           const struct as_arguments *arguments, struct as_error *error);
/* The row of --known-at for option tables. */
#define AS_OPTION_KNOWN_AT                                                                                   \
    {                                                                                                        \
        .name = "known-at", .kind = AS_OPTION_TEXT, .value = "TIME",                                         \
        .text = "use what was known by then; else what was known at --at"                                    \
    }
/* The row of --jobs, for commands that decide. */
#define AS_OPTION_JOBS                                                                                       \
    {                                                                                                        \
        .name = "jobs", .letter = 'j', .kind = AS_OPTION_INT, .value = "N",                                  \
        .text = "threads; else one per processor", .least = 1, .most = AS_MAX_THREADS                        \
    }

#endif
