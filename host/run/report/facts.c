/* Facts: what is known of leads for each criterion of each gate, that is, how far qualification reaches.
 * Decided anew over one snapshot, as a run would. */
#include "run/report/reporting.h"

#include "store/snapshot/snapshot.h"

#include <stdlib.h>

struct deciding {
    struct as_reporting *r;
    struct as_plan *plan;
    struct as_dataset *dataset;
    struct as_decision decision;
};

static enum as_status decide(struct deciding *d, struct as_error *error)
{
    const struct as_report_request *request = d->r->request;
    const struct as_pack *pack = request->pack->pack;
    struct as_needs needs = {.fields = NULL};
    struct as_run_options options = {
        .at = request->at, .threads = request->threads, .functions = request->pack->functions};
    enum as_status status = as_plan_new(&d->plan, pack, error);
    if (status == AS_OK)
        status = as_needs_new(&needs, request->schema, error);
    if (status != AS_OK)
        return status;
    as_needs_add(&needs, d->plan);
    struct as_snapshot_request wanted = as_needs_request(&needs, request->at, request->at);
    as_request_ladder(&wanted, request->pack, 1);
    wanted.pack = pack;
    status = as_reporting_progress(d->r, "deciding", 0, 1, error);
    if (status == AS_OK)
        status = as_store_snapshot(&d->dataset, d->r->store, request->schema, &wanted, error);
    as_needs_free(&needs);
    return status == AS_OK ? as_decide(&d->decision, pack, d->plan, d->dataset, &options, error) : status;
}

/* The rows that a gate is asked about: leads that the model is about, or their accounts. */
static bool choose_rows(uint64_t **chosen, uint32_t *rows, const struct deciding *d,
                        const struct as_model *model, enum as_level level)
{
    const struct as_dataset *dataset = d->dataset;
    struct as_verdicts about = as_outcome_verdicts_at(d->decision.outcome, model->when, AS_LEVEL_LEAD);
    *rows = level == AS_LEVEL_LEAD ? dataset->leads : dataset->accounts;
    *chosen = calloc(AS_BIT_WORDS(*rows) + 1, sizeof **chosen);
    for (uint32_t row = 0; *chosen != NULL && row < dataset->leads; row++) {
        uint32_t at = level == AS_LEVEL_LEAD          ? row
                      : dataset->lead_account == NULL ? AS_NO_INDEX
                                                      : dataset->lead_account[row];
        if (at != AS_NO_INDEX && as_verdict_at(about, row) == AS_YES)
            as_bit_set(*chosen, at);
    }
    return *chosen != NULL;
}

static void add_criterion(struct as_reporting *r, struct as_report_table *table, const struct as_model *model,
                          const struct as_gate *gate, const char *name, const uint64_t count[4])
{
    uint64_t all = count[AS_YES] + count[AS_NO] + count[AS_UNKNOWN] + count[AS_UNMEASURABLE];
    as_table_cell(r, table, as_figure_text(model->name));
    as_table_cell(r, table, as_figure_text(as_pack_label(r->report->pack, gate->stage)));
    as_table_cell(r, table, as_figure_text(name));
    as_table_cell(r, table, as_figure_count(all));
    as_table_cell(r, table, as_figure_share(count[AS_YES] + count[AS_NO], all));
    for (int i = 0; i < 4; i++) {
        static const enum as_tri order[] = {AS_YES, AS_NO, AS_UNKNOWN, AS_UNMEASURABLE};
        as_table_cell(r, table, as_figure_count(count[order[i]]));
    }
}

static enum as_status add_gate(struct deciding *d, struct as_report_section *section,
                               const struct as_model *model, const struct as_gate *gate,
                               struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"model", "Model"}, {"gate", "Gate"},       {"criterion", "Criterion"},
        {"of", "Of"},       {"known", "Known"},     {"yes", "Yes"},
        {"no", "No"},       {"unknown", "Unknown"}, {"unmeasurable", "Unmeasured"}};
    struct as_reporting *r = d->r;
    uint64_t *chosen;
    uint32_t rows;
    if (!choose_rows(&chosen, &rows, d, model, gate->level))
        return as_error_memory(error);
    struct as_report_table *table = as_section_table(
        r, section, "criteria", "What is known of leads, or of accounts, for each criterion", columns, 9);
    for (uint32_t c = 0; c < gate->criteria.n; c++) {
        struct as_verdicts verdicts =
            as_outcome_verdicts_at(d->decision.outcome, gate->criteria.at[c].when, gate->level);
        uint64_t count[4] = {0};
        for (uint32_t row = 0; row < rows; row++)
            if (as_bit(chosen, row))
                count[as_verdict_at(verdicts, row)]++;
        add_criterion(r, table, model, gate, gate->criteria.at[c].name, count);
    }
    free(chosen);
    return AS_OK;
}

enum as_status as_report_facts(struct as_reporting *r, struct as_error *error)
{
    struct deciding d = {.r = r};
    struct as_report_section *section = as_section_new(r, "facts", "What is known");
    if (r->report->pack == NULL) {
        as_section_note(r, section, "no pack has run");
        return AS_OK;
    }
    enum as_status status = decide(&d, error);
    for (uint32_t m = 0; m < r->report->pack->models.n && status == AS_OK; m++) {
        const struct as_model *model = r->report->pack->models.at[m];
        for (uint32_t g = 0; g < model->gates.n && status == AS_OK; g++)
            status = add_gate(&d, section, model, model->gates.at[g], error);
    }
    if (d.decision.pack != NULL)
        as_decision_free(&d.decision);
    as_plan_free(d.plan);
    as_dataset_free(d.dataset);
    return status;
}
