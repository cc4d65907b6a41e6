/* Measurement: of how much anything can be said at all. */
#include "run/report/reporting.h"

#include "store/report/doubts.h"

#include <inttypes.h>
#include <string.h>

static void add_share(struct as_reporting *r, struct as_report_section *section, const char *what,
                      uint64_t hits, uint64_t n)
{
    static const struct as_report_column columns[] = {{"what", "What"}, {"of", "Of"}, {"share", "Share"}};
    struct as_report_table *table =
        as_section_table(r, section, "coverage", "How much is on record", columns, 3);
    as_table_cell(r, table, as_figure_text(what));
    as_table_cell(r, table, as_figure_count(n));
    as_table_cell(r, table, as_figure_share(hits, n));
}

/* Findings by kind; the rows of one follow each other with the same words. */
struct doubting {
    uint64_t findings[AS_DOUBTS];
    struct as_buf last;
};

static enum as_status count_doubt(void *context, const struct as_doubt *doubt, struct as_error *error)
{
    struct doubting *doubting = context;
    if (strcmp(as_buf_c(&doubting->last), doubt->what) == 0)
        return AS_OK;
    doubting->findings[doubt->kind]++;
    as_buf_reset(&doubting->last);
    as_buf_text(&doubting->last, doubt->what);
    return doubting->last.failed ? as_error_memory(error) : AS_OK;
}

static enum as_status add_doubts(struct as_reporting *r, struct as_report_section *section,
                                 struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"doubt", "What can hardly be so"}, {"findings", "Findings"}, {"advice", "What to do"}};
    struct doubting doubting = {.last = {.p = NULL}};
    uint64_t all = 0;
    enum as_status status = as_reporting_progress(r, "looking for data that lies", 0, 1, error);
    if (status == AS_OK)
        status = as_store_doubts(r->store, r->report->at, count_doubt, &doubting, error);
    as_buf_free(&doubting.last);
    for (int kind = 0; kind < AS_DOUBTS && status == AS_OK; kind++) {
        if (doubting.findings[kind] == 0)
            continue;
        struct as_report_table *table = as_section_table(
            r, section, "doubts", "Data that lies; `assay db doubts` names the rows", columns, 3);
        all += doubting.findings[kind];
        as_table_cell(r, table, as_figure_text(as_doubt_name((enum as_doubt_kind)kind)));
        as_table_cell(r, table, as_figure_count(doubting.findings[kind]));
        as_table_cell(r, table, as_figure_text(as_doubt_advice((enum as_doubt_kind)kind)));
    }
    as_section_figure(r, section, "doubts", "findings of data that can hardly be so", as_figure_count(all),
                      NULL);
    return status;
}

enum as_status as_report_measurement(struct as_reporting *r, struct as_error *error)
{
    uint64_t both = 0, closed = 0, amount = 0, source = 0, linked = 0, all;
    enum as_status status = as_reporting_journeys(r, error);
    if (status == AS_OK)
        status = as_reporting_deals(r, error);
    if (status != AS_OK)
        return status;
    struct as_report_section *section = as_section_new(r, "measurement", "Measurement");
    for (uint32_t m = 0; m < r->journeys.model_count; m++) {
        const struct as_journey_model *model = &r->journeys.models[m];
        uint64_t full = 0;
        for (uint32_t row = 0; row < r->journeys.n; row++)
            full += model->first[row] != AS_NEVER && model->unseen[row] <= AS_STAGE_SUSPECT;
        add_share(r, section,
                  as_report_text(r, "leads of %s with the time of every stage they came to", model->name),
                  full, model->leads);
    }
    all = r->deals.list.n;
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        bool is_closed = deal->outcome != AS_DEAL_OPEN;
        closed += is_closed;
        both += is_closed && deal->created != AS_TIME_NONE && deal->closed != AS_TIME_NONE;
        amount += deal->has_amount;
        source += as_deal_origin(deal) != AS_ORIGIN_UNKNOWN;
        linked += deal->leads > 0;
    }
    add_share(r, section, "closed deals with the day they were created and closed", both, closed);
    add_share(r, section, "deals with an amount", amount, all);
    add_share(r, section, "deals with a source that can be read", source, all);
    add_share(r, section, "deals that are linked to a lead", linked, all);
    return add_doubts(r, section, error);
}
