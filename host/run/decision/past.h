/* Past: the runs of a pack before this one, as far as the next one builds on them. */
#ifndef AS_RUN_PAST_H
#define AS_RUN_PAST_H

#include "run/decision/summary.h"

/* What a run says of everybody that is found by looking at everybody; a run over a part takes it over. Texts
 * are the arena's. */
struct as_looked_gate {
    const char *gate, *fact, *ask, *criterion;
    uint64_t blocked;
};
struct as_looked_model {
    const char *model, *blocked_by;       /* NULL: nobody is blocked */
    AS_LIST(struct as_looked_gate) gates; /* those that something blocks */
};
struct as_looked {
    struct as_arena arena;
    int64_t run; /* which one looked */
    uint64_t pressured, regions[AS_REGION_ABM + 1];
    AS_LIST(struct as_looked_model) models;
};

struct as_past {
    struct as_past_run runs[AS_SUMMARY_RUNS]; /* newest first */
    uint32_t n;
    int64_t last_at; /* AS_TIME_NONE: it never ran */
    int64_t last_known_at;
    char last_hash[65];
    enum as_hold last_hold;
    uint64_t last_waiting; /* leads that the newest run left waiting for room in sales */
    int64_t baseline_at;   /* of the newest baseline, AS_TIME_NONE none */
    struct as_looked looked;
    bool clocks_known; /* from when on some clock stands otherwise, or has something left for the next run
                          (clocks_next, AS_TIME_NONE: never), since the last run looked at all of them, or at
                          whom it decided about after that */
    int64_t clocks_next;
    uint64_t clocks_people; /* as_store_people then */
};

/* Reads the past of a pack, unless *past has what the database has. *past: all zero at first; freed with
 * as_past_free. On failure it is empty. */
enum as_status as_past_read(struct as_past *past, struct as_store *store, const char *pack,
                            struct as_error *error);
/* Adds a run that was stored with this summary. */
enum as_status as_past_add(struct as_past *past, const struct as_summary *summary, struct as_error *error);
void as_past_free(struct as_past *past);

/* The past runs into a summary. */
enum as_status as_past_tell(struct as_summary *summary, const struct as_past *past, struct as_error *error);
/* Carries into a summary of a part what the last one says of everybody, and which run looked at them. */
enum as_status as_past_carry(struct as_summary *summary, const struct as_past *past, struct as_error *error);

#endif
