/* Cuts: at which point of decision buyers' lists went on without us. Who does not make a cut is not in the
 * game any more, whatever was done before and after it. */
#include "run/report/reporting.h"

#include "store/report/cuts.h"

#include <stdlib.h>

struct cut {
    const char *name;
    uint64_t survived, missed;
    int64_t first; /* when it was first come to */
};
struct cuts {
    struct as_reporting *r;
    AS_LIST(struct cut) list;
    struct as_cut_row last; /* the latest word of the buyer at hand; account_id and lead 0: none yet */
};

static bool is_same_buyer(const struct as_cut_row *a, const struct as_cut_row *b)
{
    return a->account_id == b->account_id && (a->account_id != 0 || a->lead == b->lead);
}

/* Of one buyer at one cut the latest word counts. */
static void count_last(struct cuts *c)
{
    struct cut *cut = c->list.n > 0 ? &c->list.at[c->list.n - 1] : NULL;
    if (cut == NULL || (c->last.account_id == 0 && c->last.lead == 0))
        return;
    cut->survived += c->last.survived;
    cut->missed += !c->last.survived;
    c->last = (struct as_cut_row){.cut = NULL};
}

static enum as_status take(void *context, const struct as_cut_row *row, struct as_error *error)
{
    struct cuts *c = context;
    bool same = c->list.n > 0 && as_str_is_nocase(as_str_of(row->cut), c->list.at[c->list.n - 1].name);
    if (!same || !is_same_buyer(&c->last, row))
        count_last(c);
    if (!same) {
        struct cut cut = {.name = as_report_text(c->r, "%s", row->cut), .first = row->time};
        if (!as_list_push(&c->r->report->arena, &c->list, cut))
            return as_error_memory(error);
    }
    struct cut *cut = &c->list.at[c->list.n - 1];
    cut->first = row->time < cut->first ? row->time : cut->first;
    c->last = *row;
    c->last.cut = NULL;
    return AS_OK;
}

static int by_first(const void *left, const void *right)
{
    const struct cut *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

enum as_status as_report_cuts(struct as_reporting *r, struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"cut", "Cut"}, {"survived", "Survived"}, {"missed", "Missed"}, {"rate", "Survival"}};
    struct cuts c = {.r = r};
    const struct as_report *report = r->report;
    enum as_status status =
        as_store_cuts(r->store, report->since, report->until, report->at, take, &c, error);
    bool alone = as_reporting_only(r, AS_REPORT_CUTS);
    if (status != AS_OK || (c.list.n == 0 && !alone))
        return status;
    count_last(&c);
    struct as_report_section *section = as_section_new(r, "cuts", "Points of decision");
    if (c.list.n == 0) {
        as_section_note(r, section,
                        "none is on record (assay record LEAD cut_survived cut=shortlist, or cut_missed)");
        return AS_OK;
    }
    qsort(c.list.at, c.list.n, sizeof *c.list.at, by_first);
    struct as_report_table *table = as_section_table(
        r, section, "cuts", "Buyers who came to a cut, in the order in which cuts first came", columns, 4);
    const struct cut *worst = &c.list.at[0];
    for (uint32_t i = 0; i < c.list.n; i++) {
        const struct cut *cut = &c.list.at[i];
        as_table_cell(r, table, as_figure_text(cut->name));
        as_table_cell(r, table, as_figure_count(cut->survived));
        as_table_cell(r, table, as_figure_count(cut->missed));
        as_table_cell(r, table, as_figure_share(cut->survived, cut->survived + cut->missed));
        worst = cut->missed > worst->missed ? cut : worst;
    }
    if (worst->missed > 0)
        as_section_note(r, section, "most are lost at \"%s\"", worst->name);
    return AS_OK;
}
