/* Changes: what differs between where the leads of a model stood and where they stand by now, as it is being
 * stored. Internal to host/store. */
#ifndef AS_STORE_CHANGES_H
#define AS_STORE_CHANGES_H

#include "store/database.h"
#include "store/decisions/decisions.h"
#include "store/facts/waiting_rows.h"

struct as_changes {
    struct as_store *store;
    const struct as_run_record *run;
    const struct as_model *model;
    const struct as_dataset *dataset;
    const struct as_standings *standings;
    int64_t model_id;
    uint32_t *rows;                 /* decided anew, ascending */
    uint32_t n, decided;            /* how many; how many are stored */
    int64_t first;                  /* their ids go up one by one from here */
    struct as_waiting_rows waiting; /* the decisions that are not stored yet */
    struct as_facts_hasher *facts;
    /* Codes of the dataset's labels for the names that a standing gives by index; the first is for none. */
    uint32_t *disqualifier_code, *persona_code;
};

/* The name of a standing's disqualifier or persona, NULL for none; and its code. */
const char *as_changes_disqualifier(const struct as_changes *changes, const struct as_standing *standing);
const char *as_changes_persona(const struct as_changes *changes, const struct as_standing *standing);
uint32_t as_changes_disqualifier_code(const struct as_changes *changes, const struct as_standing *standing);
uint32_t as_changes_persona_code(const struct as_changes *changes, const struct as_standing *standing);

/* decisions.c: rows may wait in changes->waiting, which as_changes_free closes. */
enum as_status as_decisions_open(struct as_changes *changes, struct as_error *error);
/* runs.c: the id of a model of the run that is being stored; its row and those of its scores and gates are
 * made where they are new. */
enum as_status as_run_model(int64_t *model_id, struct as_store *store, const struct as_run_record *run,
                            const struct as_model *model, struct as_error *error);
/* facts_hash.c: 64 bits over everything the dataset says of a lead: its fields, its account's, its events and
 * answers; out[i] for the lead of lead_row[i], of n. A hasher may be asked from any thread, about `leads`
 * leads or so; the dataset must outlive it. */
struct as_facts_hasher;
enum as_status as_facts_hasher_new(struct as_facts_hasher **out, const struct as_dataset *dataset,
                                   uint32_t leads, struct as_error *error);
void as_facts_hasher_free(struct as_facts_hasher *hasher); /* NULL is fine */
void as_facts_hash(uint64_t *out, const struct as_facts_hasher *hasher, const uint32_t *lead_row, size_t n);

#endif
