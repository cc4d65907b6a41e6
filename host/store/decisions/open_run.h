/* Open run: the run being stored, between begin and end. Internal to host/store. */
#ifndef AS_STORE_OPEN_RUN_H
#define AS_STORE_OPEN_RUN_H

#include "store/database.h"
#include "store/decisions/decisions.h"

/* The decisions written for one model: ids go up one by one in order of lead. */
struct as_open_model {
    const struct as_model *model;
    int64_t model_id, first_decision;
    int64_t *lead; /* ids, ascending */
    uint32_t n;
};
struct as_open_run {
    int64_t id;
    struct as_open_model *models;
    uint32_t n;
};

/* 0 when the lead was not decided anew in this run. */
int64_t as_open_decision(const struct as_store *store, const struct as_model *model, int64_t lead_id);
/* A model's entry, its row and those of its scores and gates made where they are new. */
enum as_status as_open_model_of(struct as_open_model **out, struct as_store *store,
                                const struct as_run_record *run, const struct as_model *model,
                                struct as_error *error);

/* 64 bits over everything the dataset says of a lead: its fields, its account's, its events and answers. */
int64_t as_facts_hash(const struct as_dataset *dataset, uint32_t lead_row);

#endif
