/* Prior rows: mapped where the files have just the dataset's leads, copied where they have others too, read
 * from the decisions where nothing is kept or a moment before the last run is asked for. */
#include "store/snapshot/prior_rows.h"

#include "base/thread.h"
#include "store/decisions/last_decisions.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* In the order in which they were decided: of a lead's the last one holds. */
static const char standing_then[] = AS_LEFT_BY_DECISION
    "run_decisions x CROSS JOIN run r ON r.id = x.run_id CROSS JOIN decision d ON d.id BETWEEN x.first AND"
    " x.last WHERE x.model_id = ?1 AND r.at <= ?2 ORDER BY x.run_id";

/* As standings were at the dataset's time. */
static enum as_status read_then(struct as_prior *prior, struct as_load *load, int64_t model_id,
                                struct as_error *error)
{
    enum as_status status = as_load_attach(load, error);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt = as_sql_fresh(load->store, error, standing_then, "ii", model_id, load->dataset->at);
    while (status == AS_OK && as_sql_row(&status, load->store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        uint32_t row = as_lead_row(load, id);
        /* The survivor of a merge keeps its own standing. */
        if (row != AS_NO_INDEX && load->dataset->lead_id[row] == id)
            status = as_prior_read(&prior[row], load->dataset->labels, stmt, error);
    }
    as_sql_end(load->store, stmt);
    return status;
}

/* As the last decisions left them. */
static enum as_status read_now(struct as_prior *prior, struct as_load *load, int64_t model_id,
                               struct as_error *error)
{
    const struct as_dataset *dataset = load->dataset;
    const struct as_decided_list *list;
    enum as_status status = as_decided_now(&list, load->store, model_id, error);
    for (uint32_t row = 0; status == AS_OK && row < dataset->leads; row++) {
        int64_t decision = as_decided_find(list, dataset->lead_id[row]);
        if (decision != 0)
            status = as_prior_after(&prior[row], dataset->labels, load->store, decision, error);
    }
    return status;
}

/* --- from files --- */

static bool begins_with(const struct as_dataset *dataset, const struct as_standing_file *base)
{
    return as_ids_begin(dataset->lead_id, dataset->leads, as_standing_column(base, AS_STANDING_LEAD),
                        (size_t)base->head->rows);
}

/* The day kept beside it. */
static int32_t find(struct as_prior *prior, struct as_standing_cursor *at,
                    const struct as_held_standings *held, int64_t lead)
{
    struct as_standing_row found;
    const bool known = as_standings_seek(&found, at, held, lead);
    if (known)
        *prior = found.prior;
    prior->owner = AS_NO_INDEX;
    return known && found.gone == 0 ? found.due : AS_PRIOR_UNCOUNTED;
}

struct finding {
    struct as_dataset *dataset;
    uint32_t model;
    const struct as_held_standings *held;
};
enum { FOUND_AT_ONCE = 1024 }; /* leads */

/* Where a lead stands that is looked for soon comes meanwhile, unless the base has gaps. */
static void fetch(const struct as_dataset *dataset, const struct as_held_standings *held,
                  const struct as_standing_cursor *at, uint32_t row)
{
    const struct as_standing_file *base = &held->files->base;
    if (row + AS_IDS_AHEAD >= dataset->leads || base->head->rows == 0)
        return;
    const int64_t *lead = as_standing_column(base, AS_STANDING_LEAD);
    const size_t near =
        as_ids_near(lead, (size_t)base->head->rows, at->base, dataset->lead_id[row + AS_IDS_AHEAD]);
    __builtin_prefetch(lead + near);
    __builtin_prefetch((const struct as_prior *)as_standing_column(base, AS_STANDING_PRIOR) + near);
    __builtin_prefetch((const int32_t *)as_standing_column(&held->files->due, AS_STANDING_DAY) + near);
}

static enum as_status find_some(void *context, unsigned worker, size_t item, struct as_error *error)
{
    const struct finding *finding = context;
    const struct as_dataset *dataset = finding->dataset;
    struct as_prior *prior = dataset->prior[finding->model];
    int32_t *day = dataset->prior_day[finding->model];
    struct as_standing_cursor at = {0};
    uint32_t row = (uint32_t)(item * FOUND_AT_ONCE);
    (void)worker, (void)error;
    for (uint32_t n = 0; n < FOUND_AT_ONCE && row < dataset->leads; n++, row++) {
        fetch(dataset, finding->held, &at, row);
        day[row] = find(&prior[row], &at, finding->held, dataset->lead_id[row]);
    }
    return AS_OK;
}

/* Each by itself, by all threads. */
static enum as_status find_each(struct as_dataset *dataset, uint32_t m, const struct as_held_standings *held,
                                struct as_error *error)
{
    struct finding finding = {dataset, m, held};
    dataset->prior_day[m] = malloc(((size_t)dataset->leads + 1) * sizeof **dataset->prior_day);
    if (dataset->prior_day[m] == NULL)
        return as_error_memory(error);
    return as_parallel(as_processors(), ((size_t)dataset->leads + FOUND_AT_ONCE - 1) / FOUND_AT_ONCE,
                       find_some, &finding, error);
}

/* What lies over the base as the dataset's own: the priors of layers, as they lie in their files, and of
 * recent rows behind these. first[which] are those of one; pages that nobody writes to are nobody's. */
static enum as_status lay_layers(struct as_pages *pages, struct as_prior **first,
                                 const struct as_held_standings *held, struct as_error *error)
{
    const unsigned layers = held->files->layers;
    size_t bytes = 0, place[AS_LAYERS + 1];
    for (unsigned which = 0; which <= layers; which++) {
        place[which] = bytes;
        bytes += as_pages_round(as_standings_rows_in(held, which) * sizeof **first);
    }
    enum as_status status = as_pages_new(pages, bytes, error);
    for (unsigned which = 0; which <= layers && status == AS_OK; which++) {
        const size_t rows = as_standings_rows_in(held, which);
        first[which] = (void *)(pages->at + place[which]);
        if (which < layers && rows > 0) {
            const struct as_standing_file *layer = &held->files->layer[which];
            status = as_pages_lay_copy(pages, place[which], layer->file, layer->head->at[AS_STANDING_PRIOR],
                                       rows * sizeof **first, error);
        }
    }
    for (size_t i = 0; i < held->recent_n && status == AS_OK; i++)
        first[layers][i] = held->recent[i].prior;
    return status;
}

/* Of the leads of the base that lie over it, by place in the base: `has`, or where each one's prior is. From
 * the oldest to the newest, so that the newest word stays. */
static void find_over(struct as_prior_over *out, const struct as_held_standings *held,
                      struct as_prior **first)
{
    const int64_t *leads = as_standing_column(&held->files->base, AS_STANDING_LEAD);
    const size_t base = (size_t)held->files->base.head->rows;
    for (unsigned which = 0; which <= held->files->layers; which++) {
        const size_t rows = as_standings_rows_in(held, which);
        struct as_id_search search = as_ids_search(leads, base);
        for (size_t i = 0; i < rows; i++) {
            const size_t place = as_ids_find(&search, as_standings_lead_in(held, which, i));
            if (place == SIZE_MAX)
                continue;
            if (first == NULL)
                as_bit_set(out->has, place);
            else
                out->at[as_prior_over_place(out, (uint32_t)place)] = &first[which][i];
        }
    }
}

/* Who stands otherwise by now than the base says. */
static enum as_status lay_over(struct as_prior_over *out, const struct as_dataset *dataset,
                               const struct as_held_standings *held, struct as_error *error)
{
    const size_t words = AS_BIT_WORDS(dataset->leads) + 1;
    struct as_prior *first[AS_LAYERS + 1];
    uint32_t n = 0;
    if (held->files->layers == 0 && held->recent_n == 0)
        return AS_OK;
    out->has = calloc(words, sizeof *out->has);
    out->before = calloc(words, sizeof *out->before);
    if (out->has == NULL || out->before == NULL)
        return as_error_memory(error);
    find_over(out, held, NULL);
    for (size_t w = 0; w < words; w++) {
        out->before[w] = n;
        n += (uint32_t)__builtin_popcountll(out->has[w]);
    }
    out->at = calloc((size_t)n + 1, sizeof *out->at);
    if (out->at == NULL)
        return as_error_memory(error);
    enum as_status status = lay_layers(&out->pages, first, held, error);
    if (status == AS_OK)
        find_over(out, held, first);
    return status;
}

/* Which of the base's rows are alike, and the dataset's others each by itself. A row that there is not would
 * lead a reader out of the file. */
static enum as_status lay_alike(struct as_prior_alike *out, const struct as_standing_file *base,
                                uint32_t leads, struct as_error *error)
{
    const uint32_t rows = (uint32_t)base->head->rows;
    void *at;
    uint32_t most = 0;
    enum as_status status = as_pages_copy(&out->pages, &at, base->file, base->head->at[AS_STANDING_LIKE],
                                          rows * sizeof *out->row, leads * sizeof *out->row, error);
    if (status != AS_OK)
        return status;
    uint32_t *row = at;
    for (uint32_t i = 0; i < rows; i++)
        most = row[i] > most ? row[i] : most;
    for (uint32_t i = rows; i < leads; i++)
        row[i] = i;
    out->row = most < rows ? row : NULL;
    return AS_OK;
}

/* The base's rows are the dataset's first: they are taken as they lie. */
static enum as_status map(struct as_dataset *dataset, uint32_t m, const struct as_held_standings *held,
                          struct as_error *error)
{
    const struct as_standing_file *base = &held->files->base;
    const uint32_t rows = (uint32_t)base->head->rows;
    struct as_pages *pages = &dataset->prior_pages[m];
    struct as_prior *prior;
    enum as_status status = as_pages_new(pages, ((size_t)dataset->leads + 1) * sizeof *prior, error);
    if (status == AS_OK)
        status = as_pages_lay_copy(pages, 0, base->file, base->head->at[AS_STANDING_PRIOR],
                                   rows * sizeof *prior, error);
    if (status == AS_OK)
        status = lay_alike(&dataset->prior_alike[m], base, dataset->leads, error);
    if (status == AS_OK)
        status = lay_over(&dataset->prior_over[m], dataset, held, error);
    if (status != AS_OK)
        return status;
    prior = dataset->prior[m] = (void *)pages->at;
    struct as_standing_cursor at = {0};
    for (uint32_t row = rows; row < dataset->leads; row++) {
        memset(&prior[row], 0, sizeof *prior);
        find(&prior[row], &at, held, dataset->lead_id[row]);
    }
    return AS_OK;
}

enum as_status as_prior_rows(struct as_load *load, uint32_t m, const char *pack, const char *model,
                             bool later, bool words, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    struct as_held_standings held = {.whole = false};
    int64_t model_id = 0;
    bool found;
    enum as_status status = as_sql_get(&model_id, &found, load->store, error,
                                       "SELECT id FROM model WHERE pack = ? AND name = ?", "tt", pack, model);
    if (status == AS_OK && found && words && !later)
        status = as_standings_hold(&held, load->store, model_id, error);
    if (status == AS_OK && held.whole && !load->part && begins_with(dataset, &held.files->base))
        status = map(dataset, m, &held, error);
    else if (status == AS_OK) {
        struct as_prior *prior = dataset->prior[m] = calloc((size_t)dataset->leads + 1, sizeof *prior);
        if (prior == NULL)
            status = as_error_memory(error);
        for (uint32_t row = 0; row < dataset->leads && prior != NULL && !held.whole; row++)
            prior[row].owner = AS_NO_INDEX;
        if (status == AS_OK && held.whole)
            status = find_each(dataset, m, &held, error);
        else if (status == AS_OK && found)
            status = later ? read_then(prior, load, model_id, error) : read_now(prior, load, model_id, error);
    }
    as_standings_let_go(&held);
    return status;
}
