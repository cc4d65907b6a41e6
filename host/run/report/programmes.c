/* Programmes: tracks on trial, how far they are, and what the last look at each said. Looking is not a
 * report's: it costs. */
#include "run/report/reporting.h"

#include "run/programmes/exposure.h"
#include "run/programmes/look.h"

#include "base/time.h"

static void put_look(struct as_reporting *r, struct as_report_table *table,
                     const struct as_programme_story *story)
{
    double uplift, low, high;
    const struct as_look_row *look = story->looks.n > 0 ? &story->looks.at[story->looks.n - 1] : NULL;
    if (look == NULL || !as_look_uplift(&uplift, &low, &high, look)) {
        as_table_cell(r, table, as_figure_none("nobody has looked"));
        as_table_cell(r, table, as_figure_none("nobody has looked"));
        return;
    }
    const struct as_figure gap = {.kind = AS_FIGURE_NUMBER,
                                  .value = 100 * uplift,
                                  .has_interval = true,
                                  .low = 100 * low,
                                  .high = 100 * high,
                                  .has_n = true,
                                  .n = look->n[AS_ARM_TREATED] + look->n[AS_ARM_HELD_OUT]};
    as_table_cell(r, table, gap);
    as_table_cell(r, table, as_figure_text(as_report_text(r, "%s", look->verdict)));
}

static enum as_status put_programme(struct as_reporting *r, struct as_report_table *table,
                                    const struct as_programme_story *story, struct as_error *error)
{
    struct as_exposure exposure;
    const struct as_programme_row *row = &story->row;
    enum as_status status = as_exposure_of(&exposure, r->store, row, r->report->at, error);
    if (status != AS_OK)
        return status;
    as_table_cell(r, table, as_figure_text(row->plan.name));
    as_table_cell(r, table, as_figure_text(row->how != NULL ? row->how : "goes on"));
    as_table_cell(r, table, as_figure_count(exposure.count.came[AS_ARM_TREATED]));
    as_table_cell(r, table, as_figure_count(exposure.count.came[AS_ARM_HELD_OUT]));
    as_table_cell(r, table,
                  exposure.allowed == AS_TIME_NONE ? as_figure_none("nobody has come yet")
                                                   : as_figure_day(as_day_of(exposure.allowed)));
    double spent = story->looks.n > 0 ? story->looks.at[story->looks.n - 1].spent : 0;
    as_table_cell(r, table, as_figure_text(as_report_text(r, "%.4f", spent)));
    put_look(r, table, story);
    return AS_OK;
}

enum as_status as_report_programmes(struct as_reporting *r, struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"programme", "Programme"},     {"state", "State"}, {"treated", "Treated"}, {"held_out", "Held out"},
        {"enough_from", "Enough from"}, {"spent", "Alpha"}, {"uplift", "Uplift"},   {"says", "Says"}};
    struct as_programme_stories stories;
    bool alone = as_reporting_only(r, AS_REPORT_PROGRAMMES);
    const struct as_pack *pack = r->report->pack;
    enum as_status status = as_programme_stories_of(&stories, &r->report->arena, r->store,
                                                    pack != NULL ? pack->name : NULL, r->report->at, error);
    if (status != AS_OK || (stories.list.n == 0 && !alone))
        return status;
    struct as_report_section *section = as_section_new(r, "programmes", "Tracks on trial");
    if (stories.list.n == 0) {
        as_section_note(
            r, section,
            "no programme has begun (n.programme in a pack; the first run of the pack begins it)");
        return AS_OK;
    }
    struct as_report_table *table =
        as_section_table(r, section, "programmes",
                         "Those who came to them, and what the last look said, in points", columns, 8);
    for (uint32_t i = 0; i < stories.list.n && status == AS_OK; i++)
        status = put_programme(r, table, &stories.list.at[i], error);
    as_section_note(
        r, section,
        "uplift is that of treated over held out, with the interval that all looks at a programme "
        "together keep (assay programme NAME has them all)");
    return status;
}
