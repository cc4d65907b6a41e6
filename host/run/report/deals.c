/* Deals, held for as long as a report is made. */
#include "run/report/deals.h"

#include "base/time.h"

#include <string.h>

struct holding {
    struct as_deals *deals;
    struct as_arena *arena;
};

static const char *kept(struct holding *holding, const char *text, bool *failed)
{
    const char *copy = text[0] == '\0' ? "" : as_arena_copy(holding->arena, text, strlen(text));
    *failed |= copy == NULL;
    return copy;
}

static enum as_status hold(void *context, const struct as_deal_row *row, struct as_error *error)
{
    struct holding *holding = context;
    struct as_deal_row deal = *row;
    bool failed = false;
    deal.name = kept(holding, row->name, &failed);
    deal.currency = kept(holding, row->currency, &failed);
    deal.owner = kept(holding, row->owner, &failed);
    deal.account = kept(holding, row->account, &failed);
    deal.source = kept(holding, row->source, &failed);
    deal.competitor = kept(holding, row->competitor, &failed);
    return !failed && as_list_push(holding->arena, &holding->deals->list, deal) ? AS_OK
                                                                                : as_error_memory(error);
}

enum as_status as_deals_read(struct as_deals *out, struct as_arena *arena, struct as_store *store, int64_t at,
                             struct as_error *error)
{
    struct holding holding = {out, arena};
    *out = (struct as_deals){{NULL, 0, 0}};
    return as_store_deals(store, at, hold, &holding, error);
}

bool as_deal_closed_within(const struct as_deal_row *deal, int64_t since, int64_t until)
{
    if (deal->outcome == AS_DEAL_OPEN)
        return false;
    if (deal->closed == AS_TIME_NONE)
        return since == AS_TIME_NONE;
    return (since == AS_TIME_NONE || deal->closed >= since) && deal->closed <= until;
}

bool as_purse_add(struct as_purse *purse, struct as_arena *arena, const struct as_deal_row *deal)
{
    if (!deal->has_amount)
        return true;
    for (uint32_t i = 0; i < purse->sums.n; i++)
        if (strcmp(purse->sums.at[i].currency, deal->currency) == 0) {
            purse->sums.at[i].hundredths += deal->amount;
            purse->sums.at[i].deals++;
            return true;
        }
    struct as_purse_sum sum = {deal->currency, deal->amount, 1};
    return as_list_push(arena, &purse->sums, sum);
}

const struct as_purse_sum *as_purse_of(const struct as_purse *purse, const char *currency)
{
    for (uint32_t i = 0; i < purse->sums.n; i++)
        if (strcmp(purse->sums.at[i].currency, currency) == 0)
            return &purse->sums.at[i];
    return NULL;
}
