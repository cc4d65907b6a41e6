/* Digest: a team's morning in a few lines, from what its last run kept: who moved, what follows, what to look
 * at. For a chat or a mail; nothing is decided anew. */
#ifndef AS_RUN_DIGEST_H
#define AS_RUN_DIGEST_H

#include "store/store.h"

/* Moves named at most: what one reads over coffee. */
enum { AS_DIGEST_MOVES = 10 };

struct as_digest {
    int64_t run, at;             /* of the run it tells of */
    struct as_buf subject, text; /* one line; lines */
};
/* names: say whom a move is about; else leads are told by their number alone. AS_ERR_MISSING: the pack never
 * ran. Free in any case. */
enum as_status as_digest_of(struct as_digest *out, struct as_store *store, const char *pack, bool names,
                            struct as_error *error);
void as_digest_free(struct as_digest *digest);

#endif
