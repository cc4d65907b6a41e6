/* Reasons: the few entries of a decision's ledgers that a person wants to read first. */
#include "store/decisions/reasons.h"

#include <jansson.h>
#include <string.h>

void as_main_reasons_free(struct as_main_reasons *reasons)
{
    json_decref(reasons->read);
    *reasons = (struct as_main_reasons){.n = 0};
}

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

enum as_status as_main_reasons_read(struct as_main_reasons *reasons, struct as_str ledgers,
                                    struct as_error *error)
{
    json_error_t why;
    as_main_reasons_free(reasons);
    if (ledgers.n == 0)
        return AS_OK;
    json_t *all = reasons->read = json_loadb(ledgers.p, ledgers.n, 0, &why), *ledger, *entry;
    const char *score;
    size_t i;
    if (all == NULL)
        return as_error_set(error, AS_ERR_DATA, "the ledgers of a decision are damaged: %s", why.text);
    json_object_foreach(all, score, ledger) json_array_foreach(json_object_get(ledger, "entries"), i, entry)
    {
        const char *kind = json_string_value(json_object_get(entry, "kind"));
        const char *rule = json_string_value(json_object_get(entry, "name"));
        if (kind != NULL && rule != NULL && (strcmp(kind, "rule") == 0 || strcmp(kind, "events") == 0))
            consider(reasons, rule, json_integer_value(json_object_get(entry, "points")));
    }
    return AS_OK;
}
