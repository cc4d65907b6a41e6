/* Evidence: the values behind a condition, who said so and since when. */
#ifndef AS_RUN_EVIDENCE_H
#define AS_RUN_EVIDENCE_H

#include "run/explain/explain.h"

/* What looking for evidence needs; everything is borrowed. */
struct as_evidence_source {
    struct as_arena *arena; /* strings are put here */
    struct as_store *store;
    const struct as_dataset *dataset;
    const struct as_trace *trace;
    const struct as_functions *functions; /* NULL: the pack has none */
    uint32_t lead_row, account_row;       /* account_row AS_NO_INDEX: none */
    const struct as_overlay *overlay;     /* facts that are supposed; NULL: none */
};

/* Adds each fact and feature that `expr` rests on, once. NULL adds nothing. */
enum as_status as_evidence_of(struct as_explained_values *out, const struct as_evidence_source *source,
                              const struct as_expr *expr, struct as_error *error);

/* A condition with its words, state, values, and, for group conditions, who does not meet it. */
enum as_status as_explain_condition(struct as_explained_condition *out,
                                    const struct as_evidence_source *source, const char *name,
                                    const struct as_expr *when, struct as_error *error);

/* The events that an event rule counts for the lead: "3 page_view, 1 webinar" (NULL: none) and the newest. */
enum as_status as_events_behind(const char **counted, int64_t *newest,
                                const struct as_evidence_source *source, const struct as_rule *rule,
                                uint32_t counted_events, struct as_error *error);

/* The name of a lead of the dataset, for reading. */
enum as_status as_lead_name(const char **out, const struct as_evidence_source *source, uint32_t lead_row,
                            struct as_error *error);

#endif
