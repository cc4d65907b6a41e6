/* Costs: what marketing and sales spend on what, by what each activity is judged, and what one touch costs
 * that no person makes, and one new customer. */
#include "run/report/reporting.h"

#include "score/statistics/value.h"
#include "store/report/costs.h"

#include <math.h>
#include <string.h>

/* Hundredths of the currency: what goes by itself is to cost next to nothing each time, and the price of a
 * letter is more than that. */
enum { NEXT_TO_NOTHING = 100 };

/* Currencies told apart; those beyond are in the table of all costs alone. */
enum { CURRENCIES = 8 };

struct spending {
    struct as_reporting *r;
    struct as_report_section *section;
    uint64_t rows;
    struct sum {
        const char *currency;
        int64_t all, automated; /* hundredths */
        bool any_automated;
    } sums[CURRENCIES];
    uint32_t currencies;
};

static const char *judged_by(struct as_reporting *r, const struct as_cost_row *row)
{
    if (row->measured_by != NULL)
        return as_report_text(r, "%s", row->measured_by);
    return row->roi_known && row->roi_applicable ? "ROI" : NULL;
}

static enum as_status take_cost(void *context, const struct as_cost_row *row, struct as_error *error)
{
    static const struct as_report_column columns[] = {{"activity", "Spent on"},
                                                      {"spent", "Spent"},
                                                      {"entries", "Entries"},
                                                      {"judged_by", "Judged by"},
                                                      {"roi_applicable", "Return can be told"}};
    struct spending *spending = context;
    struct as_reporting *r = spending->r;
    struct as_report_table *table =
        as_section_table(r, spending->section, "costs", "What was spent", columns, 5);
    const char *judged = judged_by(r, row), *currency = as_report_text(r, "%s", row->currency);
    (void)error;
    spending->rows++;
    as_table_cell(r, table,
                  row->name[0] != '\0' ? as_figure_text(as_report_text(r, "%s", row->name))
                                       : as_figure_none("single accounts"));
    as_table_cell(r, table, as_figure_money(row->hundredths, currency));
    as_table_cell(r, table, as_figure_count(row->entries));
    as_table_cell(r, table, judged != NULL ? as_figure_text(judged) : as_figure_none("not said"));
    as_table_cell(r, table,
                  !row->roi_known ? as_figure_none("not said")
                                  : as_figure_text(row->roi_applicable ? "yes" : "no"));
    uint32_t i = 0;
    while (i < spending->currencies && strcmp(spending->sums[i].currency, currency) != 0)
        i++;
    if (i == CURRENCIES)
        return AS_OK;
    if (i == spending->currencies)
        spending->sums[spending->currencies++] = (struct sum){.currency = currency};
    spending->sums[i].all += row->hundredths;
    spending->sums[i].automated += row->automated ? row->hundredths : 0;
    spending->sums[i].any_automated |= row->automated;
    return AS_OK;
}

static enum as_status take_fault(void *context, const char *name, struct as_error *error)
{
    struct spending *spending = context;
    (void)error;
    as_section_alarm(spending->r, spending->section,
                     "A return is asked of %s, which cannot be measured by one: another measure tells more",
                     name);
    return AS_OK;
}

static struct as_figure currency_of(const struct sum *sum)
{
    return sum->currency[0] != '\0' ? as_figure_text(sum->currency) : as_figure_none("not said");
}

static void add_automated(struct spending *spending, uint64_t touches)
{
    static const struct as_report_column columns[] = {{"currency", "Currency"},
                                                      {"spent", "Spent on what goes by itself"},
                                                      {"touches", "Touches by nobody"},
                                                      {"each", "Cost of one"}};
    struct as_reporting *r = spending->r;
    for (uint32_t i = 0; i < spending->currencies; i++) {
        const struct sum *sum = &spending->sums[i];
        if (!sum->any_automated)
            continue;
        struct as_report_table *table =
            as_section_table(r, spending->section, "automated", "What an automated touch costs", columns, 4);
        int64_t each = touches > 0 ? llround((double)sum->automated / (double)touches) : 0;
        as_table_cell(r, table, currency_of(sum));
        as_table_cell(r, table, as_figure_money(sum->automated, sum->currency));
        as_table_cell(r, table, as_figure_count(touches));
        as_table_cell(r, table,
                      touches > 0 ? as_figure_money(each, sum->currency)
                                  : as_figure_none("nobody was touched"));
        if (touches > 0 && each > NEXT_TO_NOTHING)
            as_section_alarm(r, spending->section,
                             "An automated touch costs %s: it is to cost next to nothing",
                             as_report_figure(r, as_figure_money(each, sum->currency)));
    }
}

/* Of all that was spent, whoever it was spent on: most of those who do not become customers cost something,
 * too. */
static void add_customers(struct spending *spending, uint64_t customers)
{
    static const struct as_report_column columns[] = {{"currency", "Currency"},
                                                      {"spent", "Spent"},
                                                      {"customers", "New customers"},
                                                      {"each", "Cost of one"},
                                                      {"repeat_from", "Repeat business, from"},
                                                      {"repeat_to", "To"}};
    struct as_reporting *r = spending->r;
    for (uint32_t i = 0; i < spending->currencies; i++) {
        const struct sum *sum = &spending->sums[i];
        struct as_report_table *table =
            as_section_table(r, spending->section, "acquisition", "What a new customer costs", columns, 6);
        struct as_acquisition one = {0};
        bool known = as_acquisition_of(&one, (double)sum->all / 100, (double)customers, AS_CAC_ALARM);
        as_table_cell(r, table, currency_of(sum));
        as_table_cell(r, table, as_figure_money(sum->all, sum->currency));
        as_table_cell(r, table, as_figure_count(customers));
        const double amounts[] = {one.cost, one.repeat_low, one.repeat_high};
        for (size_t a = 0; a < sizeof amounts / sizeof *amounts; a++)
            as_table_cell(r, table,
                          known ? as_figure_money(llround(amounts[a] * 100), sum->currency)
                                : as_figure_none(a == 0 ? "nobody was won" : NULL));
        if (known && one.alarm)
            as_section_alarm(
                r, spending->section, "A new customer costs %s: more than %s",
                as_report_figure(r, as_figure_money(llround(one.cost * 100), sum->currency)),
                as_report_figure(r, as_figure_money(llround(AS_CAC_ALARM * 100), sum->currency)));
    }
}

enum as_status as_report_costs(struct as_reporting *r, struct as_error *error)
{
    const struct as_report *report = r->report;
    bool alone = as_reporting_only(r, AS_REPORT_COSTS);
    struct spending spending = {.r = r};
    uint64_t touches = 0, customers = 0;
    bool any = false;
    enum as_status status = as_store_any_costs(&any, r->store, error);
    /* Who imports no costs reads nothing about them. */
    if (status != AS_OK || (!any && !alone))
        return status;
    spending.section = as_section_new(r, "costs", "Costs");
    status = as_store_costs(r->store, report->since, report->until, take_cost, &spending, error);
    if (status == AS_OK)
        status = as_store_automated_touches(&touches, r->store, report->since, report->until, error);
    if (status == AS_OK)
        status = as_store_new_customers(&customers, r->store, report->since, report->until, error);
    if (status == AS_OK) {
        add_automated(&spending, touches);
        add_customers(&spending, customers);
    }
    if (status == AS_OK)
        status = as_store_roi_faults(r->store, take_fault, &spending, error);
    if (status == AS_OK && spending.rows == 0)
        as_section_note(r, spending.section, "no costs in this time (assay import costs)");
    return status;
}
