/* Reasons: the few entries of a decision's ledgers that a person wants to read first. */
#include "store/decisions/reasons.h"

#include "store/decisions/stored_ledgers.h"

#include <string.h>

/* Keeps those with the most points, in order. */
static void consider(struct as_main_reasons *reasons, const char *rule, int64_t points)
{
    uint32_t place = reasons->n;
    for (; place > 0; place--) {
        const struct as_reason *before = &reasons->at[place - 1];
        if (before->points > points || (before->points == points && strcmp(before->rule, rule) <= 0))
            break;
        if (place < AS_REASONS)
            reasons->at[place] = *before;
    }
    if (place == AS_REASONS)
        return;
    reasons->at[place] = (struct as_reason){rule, points};
    reasons->n += reasons->n < AS_REASONS;
}

static enum as_status consider_entry(void *context, const struct as_stored_entry *entry,
                                     struct as_error *error)
{
    (void)error;
    if (entry->name.text != NULL && (strcmp(entry->kind, "rule") == 0 || strcmp(entry->kind, "events") == 0))
        consider(context, entry->name.text, entry->points);
    return AS_OK;
}

enum as_status as_main_reasons_read(struct as_main_reasons *reasons, struct as_store *store,
                                    struct as_str ledgers, struct as_error *error)
{
    const struct as_ledgers_reader reader = {.context = reasons, .entry = consider_entry};
    reasons->n = 0;
    return as_ledgers_read(store, ledgers, &reader, error);
}
