/* Attribution: the won money put down to channels by models that disagree, side by side. */
#include "run/report/reporting.h"

#include "base/time.h"
#include "score/statistics/credit.h"
#include "store/report/touches.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Channels told apart: as many as the exact Shapley value takes, the last of which is all others. */
enum { CHANNELS = AS_SHAPLEY_PLAYERS };

struct channel {
    const char *name;
    uint64_t touches;
    uint32_t id; /* in the order of arrival */
};
struct touched {
    uint32_t deal; /* place in the list of deals */
    uint32_t channel;
    double days;
    int64_t time;
};
struct attribution {
    struct as_reporting *r;
    AS_LIST(struct channel) channels;
    AS_LIST(struct touched) touches;
    AS_LIST(struct as_path) paths;
    AS_LIST(const struct as_deal_row *) deals; /* of the paths */
    const char *names[CHANNELS];
    uint32_t count;  /* channels told apart */
    uint32_t *place; /* of a channel's id among them */
    uint32_t at;     /* deals come in order of their ids */
};

static bool channel_of(uint32_t *id, struct attribution *a, const char *name)
{
    for (uint32_t i = 0; i < a->channels.n; i++)
        if (strcmp(a->channels.at[i].name, name) == 0) {
            a->channels.at[i].touches++;
            *id = a->channels.at[i].id;
            return true;
        }
    *id = a->channels.n;
    struct channel channel = {as_report_text(a->r, "%s", name), 1, *id};
    return as_list_push(&a->r->report->arena, &a->channels, channel);
}

static enum as_status add_touch(void *context, const struct as_deal_touch *touch, struct as_error *error)
{
    struct attribution *a = context;
    const struct as_deals *deals = &a->r->deals;
    while (a->at < deals->list.n && deals->list.at[a->at].id < touch->deal)
        a->at++;
    if (a->at == deals->list.n || deals->list.at[a->at].id != touch->deal)
        return AS_OK;
    const struct as_deal_row *deal = &deals->list.at[a->at];
    if (!as_deal_closed_within(deal, a->r->report->since, a->r->report->until) ||
        deal->closed == AS_TIME_NONE)
        return AS_OK;
    struct touched row = {
        .deal = a->at, .days = (double)(deal->closed - touch->time) / AS_DAY_SECONDS, .time = touch->time};
    bool held =
        channel_of(&row.channel, a, touch->channel) && as_list_push(&a->r->report->arena, &a->touches, row);
    return held ? AS_OK : as_error_memory(error);
}

static int by_touches(const void *x, const void *y)
{
    const struct channel *a = x, *b = y;
    return a->touches != b->touches ? (a->touches < b->touches ? 1 : -1) : strcmp(a->name, b->name);
}

static bool name_channels(struct attribution *a)
{
    uint32_t n = a->channels.n;
    a->place = as_arena_array(&a->r->report->arena, n + (size_t)1, sizeof *a->place);
    if (a->place == NULL)
        return false;
    if (n > 0)
        qsort(a->channels.at, n, sizeof *a->channels.at, by_touches);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t place = n > CHANNELS && i >= CHANNELS - 1 ? CHANNELS - 1 : i;
        a->place[a->channels.at[i].id] = place;
        a->names[place] = n > CHANNELS && place == CHANNELS - 1 ? "all others" : a->channels.at[i].name;
    }
    a->count = n > CHANNELS ? CHANNELS : n;
    return true;
}

/* The last touch at or before a time; the first where none is. */
static uint32_t touch_before(const struct touched *touches, uint32_t n, int64_t time)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < n && touches[i].time <= time; i++)
        last = i;
    return last;
}

static bool make_paths(struct attribution *a)
{
    struct as_arena *arena = &a->r->report->arena;
    uint16_t *channel = as_arena_room(arena, a->touches.n + (size_t)1, sizeof *channel);
    double *days = as_arena_room(arena, a->touches.n + (size_t)1, sizeof *days);
    if (channel == NULL || days == NULL)
        return false;
    for (uint32_t first = 0, end; first < a->touches.n; first = end) {
        const struct touched *touches = &a->touches.at[first];
        const struct as_deal_row *deal = &a->r->deals.list.at[touches->deal];
        for (end = first; end < a->touches.n && a->touches.at[end].deal == touches->deal; end++) {
            channel[end] = (uint16_t)a->place[a->touches.at[end].channel];
            days[end] = a->touches.at[end].days;
        }
        uint32_t n = end - first;
        struct as_path path = {
            .channel = &channel[first],
            .days = &days[first],
            .n = n,
            .lead = touch_before(touches, n, deal->lead_start * AS_DAY_SECONDS + AS_DAY_SECONDS - 1),
            .deal = touch_before(touches, n, deal->created != AS_TIME_NONE ? deal->created : deal->closed),
            .won = deal->outcome == AS_DEAL_WON};
        if (!as_list_push(arena, &a->paths, path) || !as_list_push(arena, &a->deals, deal))
            return false;
    }
    return true;
}

enum { MODELS = AS_CREDIT_MODELS + 2, MARKOV = AS_CREDIT_MODELS, SHAPLEY };

static bool pays(const struct as_deal_row *deal, const char *currency)
{
    return deal->outcome == AS_DEAL_WON && deal->has_amount && strcmp(deal->currency, currency) == 0;
}

/* What each set of channels would have won alone: the deals that no other channel touched. */
static bool play(double *share, struct attribution *a, const char *currency)
{
    size_t sets = (size_t)1 << a->count;
    double *worth = as_arena_array(&a->r->report->arena, sets, sizeof *worth);
    if (worth == NULL)
        return false;
    for (uint32_t i = 0; i < a->paths.n; i++) {
        uint32_t set = 0;
        for (uint32_t t = 0; t < a->paths.at[i].n; t++)
            set |= 1u << a->paths.at[i].channel[t];
        if (pays(a->deals.at[i], currency))
            worth[set] += (double)a->deals.at[i]->amount;
    }
    for (uint32_t c = 0; c < a->count; c++) /* sums over all subsets, one channel after the other */
        for (size_t set = 0; set < sets; set++)
            if ((set >> c & 1) != 0)
                worth[set] += worth[set ^ (size_t)1 << c];
    as_shapley(share, worth, a->count);
    return true;
}

/* Hands the linked money of one currency to channels by a model; the paths' own models deal by deal. */
static enum as_status hand_out(int64_t *credit, struct attribution *a, const char *currency, int64_t linked,
                               int model, struct as_error *error)
{
    struct as_arena *arena = &a->r->report->arena;
    double share[CHANNELS];
    enum as_status status = AS_OK;
    memset(credit, 0, CHANNELS * sizeof *credit);
    if (model == MARKOV)
        status = as_credit_markov(share, arena, a->paths.at, a->paths.n, a->count, error);
    else if (model == SHAPLEY && !play(share, a, currency))
        status = as_error_memory(error);
    if (status == AS_OK && model >= MARKOV)
        return as_apportion(credit, linked, share, a->count, error);
    for (uint32_t i = 0; i < a->paths.n && status == AS_OK; i++) {
        const struct as_path *path = &a->paths.at[i];
        if (!pays(a->deals.at[i], currency))
            continue;
        double *weight = malloc(path->n * sizeof *weight);
        int64_t *part = malloc(path->n * sizeof *part);
        if (weight != NULL && part != NULL) {
            as_credit_of(weight, path, (enum as_credit_model)model);
            status = as_apportion(part, a->deals.at[i]->amount, weight, path->n, error);
            for (uint32_t t = 0; t < path->n && status == AS_OK; t++)
                credit[path->channel[t]] += part[t];
        } else {
            status = as_error_memory(error);
        }
        free(part);
        free(weight);
    }
    return status;
}

/* The currency stands once a row: eight amounts leave no room for it. */
static void begin_row(struct as_reporting *r, struct as_report_table *table, const char *name,
                      const struct as_purse_sum *won)
{
    as_table_cell(r, table, as_figure_text(name));
    as_table_cell(r, table, as_figure_text(won->currency));
}

static enum as_status add_currency(struct attribution *a, struct as_report_section *section,
                                   const struct as_purse_sum *won, struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"channel", "Channel"}, {"currency", "In"},    {"first", "First"}, {"last", "Last"},
        {"linear", "Linear"},   {"decay", "Decay"},    {"u", "U"},         {"w", "W"},
        {"markov", "Markov"},   {"shapley", "Shapley"}};
    struct as_reporting *r = a->r;
    int64_t credit[MODELS][CHANNELS], linked = 0;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < a->paths.n; i++)
        linked += pays(a->deals.at[i], won->currency) ? a->deals.at[i]->amount : 0;
    memset(credit, 0, sizeof credit);
    for (int model = 0; model < MODELS && linked != 0 && status == AS_OK; model++)
        status = hand_out(credit[model], a, won->currency, linked, model, error);
    if (status != AS_OK)
        return status;
    struct as_report_table *table =
        as_section_table(r, section, "attribution",
                         "Won money by channel; every column adds up to all that was won", columns, 10);
    for (uint32_t c = 0; c < a->count && linked != 0; c++) {
        begin_row(r, table, a->names[c], won);
        for (int model = 0; model < MODELS; model++)
            as_table_cell(r, table, as_figure_money(credit[model][c], NULL));
    }
    begin_row(r, table, "unlinked", won);
    for (int model = 0; model < MODELS; model++)
        as_table_cell(r, table, as_figure_money(won->hundredths - linked, NULL));
    begin_row(r, table, "all", won);
    for (int model = 0; model < MODELS; model++) {
        int64_t sum = won->hundredths - linked;
        for (uint32_t c = 0; c < a->count; c++)
            sum += credit[model][c];
        as_table_cell(r, table, as_figure_money(sum, NULL));
    }
    return AS_OK;
}

enum as_status as_sources_attribution(struct as_reporting *r, struct as_report_section *section,
                                      struct as_error *error)
{
    struct attribution a = {.r = r};
    struct as_purse won = {{NULL, 0, 0}};
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (deal->outcome == AS_DEAL_WON && as_deal_closed_within(deal, r->report->since, r->report->until))
            r->failed |= !as_purse_add(&won, &r->report->arena, deal);
    }
    if (won.sums.n == 0)
        return AS_OK;
    enum as_status status = as_reporting_progress(r, "reading touches", 0, 1, error);
    if (status == AS_OK)
        status = as_store_deal_touches(r->store, r->report->at, add_touch, &a, error);
    if (status == AS_OK && (!name_channels(&a) || !make_paths(&a)))
        status = as_error_memory(error);
    for (uint32_t i = 0; i < won.sums.n && status == AS_OK; i++)
        status = add_currency(&a, section, &won.sums.at[i], error);
    as_section_note(
        r, section,
        "Decay halves in 7 days before the close; U gives 40 %% to the first and to the last touch, W 30 %% "
        "each to the first, the lead's and the deal's. Markov and Shapley are of %u closed deals with a "
        "touch, won and not. Which of them is right nobody knows: act where they agree",
        a.paths.n);
    if (a.channels.n > CHANNELS)
        as_section_note(r, section, "%u channels were touched: the %d with most touches are told apart",
                        a.channels.n, CHANNELS - 1);
    return status;
}
