/* Ledgers: the points behind decisions as JSON that plain SQL can add up. It lies in the decision's row, so
 * its text is compact. */
#include "store/decisions/decisions.h"

#include "base/limits.h"

#include <string.h>

static void put_key(struct as_buf *out, const char *key, const char *text)
{
    as_buf_text(out, key);
    as_buf_json(out, as_str_of(text));
}

static void put_number(struct as_buf *out, const char *key, int64_t number)
{
    as_buf_text(out, key);
    as_buf_int(out, number);
}

static void put_entry(struct as_buf *out, const struct as_entry *entry)
{
    static const char *const kinds[] = {"rule", "events", "rule_cap", "group_cap", "cap", "floor"};
    as_buf_text(out, "{\"kind\":\"");
    as_buf_text(out, kinds[entry->kind]);
    put_number(out, "\",\"points\":", entry->points);
    if (entry->rule != NULL)
        put_key(out, ",\"name\":", entry->rule->name);
    if (entry->group != NULL)
        put_key(out, ",\"group\":", entry->group);
    if (entry->kind == AS_ENTRY_EVENTS)
        put_number(out, ",\"events\":", entry->events);
    if (entry->note[0] != '\0')
        put_key(out, ",\"note\":", entry->note);
    as_buf_char(out, '}');
}

static void put_open(struct as_buf *out, const struct as_open_rule *open)
{
    as_buf_text(out,
                open->state == AS_UNMEASURABLE ? "{\"state\":\"unmeasurable\"" : "{\"state\":\"unknown\"");
    put_number(out, ",\"low\":", open->low);
    put_number(out, ",\"high\":", open->high);
    if (open->rule != NULL)
        put_key(out, ",\"name\":", open->rule->name);
    as_buf_char(out, '}');
}

static void put_ledger(struct as_buf *out, const struct as_ledger *ledger)
{
    as_buf_json(out, as_str_of(ledger->score->name));
    put_number(out, ":{\"value\":", ledger->value);
    put_number(out, ",\"low\":", ledger->low);
    put_number(out, ",\"high\":", ledger->high);
    as_buf_text(out, ",\"entries\":[");
    for (uint32_t i = 0; i < ledger->entries.n; i++) {
        if (i > 0)
            as_buf_char(out, ',');
        put_entry(out, &ledger->entries.at[i]);
    }
    as_buf_text(out, "],\"open\":[");
    for (uint32_t i = 0; i < ledger->open.n; i++) {
        if (i > 0)
            as_buf_char(out, ',');
        put_open(out, &ledger->open.at[i]);
    }
    as_buf_text(out, "]}");
}

static enum as_status balances(const struct as_ledger *ledger, int64_t lead_id, struct as_error *error)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < ledger->entries.n; i++)
        sum += ledger->entries.at[i].points;
    return sum == ledger->value
               ? AS_OK
               : as_error_set(
                     error, AS_ERR_BUG, "score \"%s\" of lead #%lld is %lld but its entries sum to %lld",
                     ledger->score->name, (long long)lead_id, (long long)ledger->value, (long long)sum);
}

enum as_status as_ledgers_json(struct as_buf *out, const struct as_ledger *ledgers, uint32_t n,
                               int64_t lead_id, struct as_error *error)
{
    const struct as_ledger *by_name[AS_MAX_SCORES];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t place = i;
        for (; place > 0 && strcmp(by_name[place - 1]->score->name, ledgers[i].score->name) > 0; place--)
            by_name[place] = by_name[place - 1];
        by_name[place] = &ledgers[i];
        enum as_status status = balances(&ledgers[i], lead_id, error);
        if (status != AS_OK)
            return status;
    }
    for (uint32_t i = 0; i < n; i++) {
        as_buf_char(out, i == 0 ? '{' : ',');
        put_ledger(out, by_name[i]);
    }
    if (n > 0)
        as_buf_char(out, '}');
    return out->failed ? as_error_memory(error) : AS_OK;
}
