/* A package on its way: what its parts share. Internal to run/handoff. */
#ifndef AS_RUN_PACKING_H
#define AS_RUN_PACKING_H

#include "run/handoff/package.h"

struct as_packing {
    struct as_package *out;
    struct as_store *store;
    const struct as_package_request *request;
    bool failed; /* memory was out */
};

/* Text kept in the package; NULL and "" give NULL. */
const char *as_packing_keep(struct as_packing *packing, const char *text);

/* Events, touches, answers, and which of them belong together. */
enum as_status as_pack_history(struct as_packing *packing, struct as_error *error);
/* The appointments. */
enum as_status as_pack_meetings(struct as_packing *packing, struct as_error *error);
/* The persona's tracks with what was offered of them, and the content for the persona. */
enum as_status as_pack_plan(struct as_packing *packing, struct as_error *error);
/* The questions, the next one, what to bring, what happened in short; then faults and warnings. */
enum as_status as_pack_advice(struct as_packing *packing, struct as_error *error);

#endif
