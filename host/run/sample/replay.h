/* Replay: everything that a pack decides about a sample (sample.h), as text, so that it can be kept and
 * compared to the byte: by another version of this program, or of the libraries it is built with. */
#ifndef AS_RUN_REPLAY_H
#define AS_RUN_REPLAY_H

#include "run/run.h"

struct as_replay_request {
    struct as_schema *schema; /* the one the pack was loaded into */
    struct as_run_pack pack;
    const char *folder; /* of the sample */
    int64_t at;         /* its moment, as_sample_at */
    unsigned threads;
};

/* Takes the sample into an empty store that knows the schema, decides it as a first run would, and appends a
 * line of JSON for each lead and model (standing, verdicts, scores with ledgers), by lead, then for each
 * effect, in the order they were made. Nothing in a line tells which program wrote it. */
enum as_status as_replay_lines(struct as_buf *out, struct as_store *store,
                               const struct as_replay_request *request, struct as_error *error);

#endif
