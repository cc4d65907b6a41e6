/* Measurement: of how much anything can be said at all. */
#include "run/report/reporting.h"

#include <inttypes.h>

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
    as_section_note(r, section, "`assay db doubts` looks for what is on record and can hardly be so");
    return AS_OK;
}
