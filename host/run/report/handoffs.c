/* Hand-offs: whether what sales was given is what was agreed on, what became of it, and whose work was
 * accepted. No money here: who hands leads over is paid for good ones, not for large ones. */
#include "run/report/reporting.h"

#include "base/time.h"
#include "score/model/standing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool offered_within(const struct as_reporting *r, const struct as_handover_row *row)
{
    return (r->report->since == AS_TIME_NONE || row->offered >= r->report->since) &&
           row->offered <= r->report->until;
}

/* Whether the lead passed the gate and those before it when it was offered. */
static bool met_definition(const struct as_handover_row *row)
{
    if (!row->decided || row->gate < 0)
        return false;
    for (int gate = 0; gate <= row->gate; gate++)
        if (as_verdict_of(row->verdicts, (uint32_t)gate) != AS_GATE_PASS)
            return false;
    return true;
}

bool as_handover_mature(const struct as_reporting *r, const struct as_handover_row *row)
{
    return r->report->at - row->offered >= r->request->terms.lost_days * AS_DAY_SECONDS;
}

bool as_handover_lost(const struct as_reporting *r, const struct as_handover_row *row)
{
    return row->lost != AS_TIME_NONE &&
           row->lost - row->offered <= r->request->terms.lost_days * AS_DAY_SECONDS;
}

/* --- conformance --- */

/* By when both sides look at the definition together again. */
static void add_review(struct as_reporting *r, struct as_report_section *section)
{
    char day[AS_TIME_TEXT];
    const struct as_pack *pack = r->report->pack;
    if (pack == NULL || !pack->agreement.declared || pack->agreement.review_by == 0)
        return;
    as_section_figure(r, section, "review_by", "next joint review of the definition",
                      as_figure_day(pack->agreement.review_by), NULL);
    if (as_day_of(r->report->at) > pack->agreement.review_by)
        as_section_alarm(
            r, section,
            "The definition was to be reviewed by %s: look at these figures together, and set the "
            "next day",
            as_day_format(day, pack->agreement.review_by));
}

static void add_conformance(struct as_reporting *r, struct as_report_section *section)
{
    uint64_t all = 0, met = 0, agreements = 0, agreed = 0, conform = 0;
    for (uint32_t i = 0; i < r->handovers.n; i++) {
        const struct as_handover_row *row = &r->handovers.at[i];
        if (!offered_within(r, row))
            continue;
        bool meets = met_definition(row);
        all++;
        met += meets;
        agreements += row->has_agreement;
        agreed += row->has_agreement && row->agreed;
        conform += meets && row->has_agreement && row->agreed;
    }
    const char *none = "nothing was handed over";
    as_section_figure(r, section, "handed_over", "handed over to sales", as_figure_count(all), NULL);
    as_section_figure(
        r, section, "met_definition", "of these passed the gate sales_ready and those before it",
        all > 0 ? as_figure_share(met, all) : as_figure_none(none), "the others were put there by a person");
    as_section_figure(r, section, "conformance", "met the definition that marketing and sales had signed",
                      all == 0          ? as_figure_none(none)
                      : agreements == 0 ? as_figure_none("the pack has no agreement")
                                        : as_figure_share(conform, all),
                      NULL);
    add_review(r, section);
    if (agreements > agreed)
        as_section_alarm(r, section, "%" PRIu64 " hand-offs rest on a version that was not signed by both",
                         agreements - agreed);
}

/* --- what became of them --- */

static void add_losses(struct as_reporting *r, struct as_report_section *section)
{
    uint64_t mature = 0, lost = 0, young = 0, answered = 0, accepted = 0;
    for (uint32_t i = 0; i < r->handovers.n; i++) {
        const struct as_handover_row *row = &r->handovers.at[i];
        if (!offered_within(r, row))
            continue;
        bool old = as_handover_mature(r, row);
        mature += old;
        young += !old;
        lost += old && as_handover_lost(r, row);
        answered += row->state != AS_HANDOVER_OPEN;
        accepted += row->state == AS_HANDOVER_ACCEPTED;
    }
    as_section_figure(
        r, section, "accepted", "accepted, of those that were answered",
        answered > 0 ? as_figure_share(accepted, answered) : as_figure_none("none was answered"), NULL);
    as_section_figure(
        r, section, "loss_rate",
        as_report_text(r, "hand-off loss: lost within %" PRId64 " days", r->request->terms.lost_days),
        mature > 0 ? as_figure_share(lost, mature) : as_figure_none("insufficient: none is old enough"),
        young > 0 ? as_report_text(r, "%" PRIu64 " younger ones are not counted", young) : NULL);
}

struct tally {
    const char *name;
    uint64_t count[6];
};
enum { OFFERED, ACCEPTED, REJECTED, WAITING, MATURE, LOST };

struct tallies {
    AS_LIST(struct tally) list;
};

static struct tally *tally_of(struct as_reporting *r, struct tallies *tallies, const char *name)
{
    for (uint32_t i = 0; i < tallies->list.n; i++)
        if (strcmp(tallies->list.at[i].name, name) == 0)
            return &tallies->list.at[i];
    struct tally fresh = {.name = name};
    if (!as_list_push(&r->report->arena, &tallies->list, fresh)) {
        r->failed = true;
        return NULL;
    }
    return &tallies->list.at[tallies->list.n - 1];
}

static int by_first(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    return x->count[0] != y->count[0] ? (x->count[0] < y->count[0] ? 1 : -1) : strcmp(x->name, y->name);
}

/* Per person, without any money. */
static void add_people(struct as_reporting *r, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {
        {"owner", "Owner"},         {"offered", "Offered"}, {"accepted", "Accepted"},
        {"rejected", "Rejected"},   {"open", "Open"},       {"acceptance", "Accepted of answered"},
        {"loss_rate", "Lost early"}};
    struct tallies people = {{NULL, 0, 0}}, reasons = {{NULL, 0, 0}};
    for (uint32_t i = 0; i < r->handovers.n; i++) {
        const struct as_handover_row *row = &r->handovers.at[i];
        struct tally *person = offered_within(r, row) ? tally_of(r, &people, row->owner) : NULL;
        if (person == NULL)
            continue;
        person->count[OFFERED]++;
        person->count[row->state == AS_HANDOVER_ACCEPTED   ? ACCEPTED
                      : row->state == AS_HANDOVER_REJECTED ? REJECTED
                                                           : WAITING]++;
        person->count[MATURE] += as_handover_mature(r, row);
        person->count[LOST] += as_handover_mature(r, row) && as_handover_lost(r, row);
        struct tally *reason = row->state == AS_HANDOVER_REJECTED ? tally_of(r, &reasons, row->reason) : NULL;
        if (reason != NULL)
            reason->count[0]++;
    }
    if (people.list.n > 0)
        qsort(people.list.at, people.list.n, sizeof *people.list.at, by_first);
    for (uint32_t i = 0; i < people.list.n; i++) {
        const struct tally *person = &people.list.at[i];
        struct as_report_table *table =
            as_section_table(r, section, "people", "By the person it was offered to", columns, 7);
        as_table_cell(r, table,
                      person->name[0] != '\0' ? as_figure_text(person->name) : as_figure_none("nobody"));
        for (int c = OFFERED; c <= WAITING; c++)
            as_table_cell(r, table, as_figure_count(person->count[c]));
        as_table_cell(
            r, table,
            as_figure_share(person->count[ACCEPTED], person->count[ACCEPTED] + person->count[REJECTED]));
        as_table_cell(r, table, as_figure_share(person->count[LOST], person->count[MATURE]));
    }
    if (reasons.list.n > 0)
        qsort(reasons.list.at, reasons.list.n, sizeof *reasons.list.at, by_first);
    for (uint32_t i = 0; i < reasons.list.n; i++) {
        static const struct as_report_column why[] = {{"reason", "Reason"}, {"rejected", "Rejected"}};
        struct as_report_table *table =
            as_section_table(r, section, "reasons", "Why sales gave them back", why, 2);
        as_table_cell(r, table,
                      reasons.list.at[i].name[0] != '\0' ? as_figure_text(reasons.list.at[i].name)
                                                         : as_figure_none("none given"));
        as_table_cell(r, table, as_figure_count(reasons.list.at[i].count[0]));
    }
}

/* --- sales-cycle starts --- */

enum { MONTHS = 12 };

/* A sales cycle starts with the first meeting that is held after the hand-off: what to count instead of
 * leads. */
static void add_starts(struct as_reporting *r, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {
        {"month", "Month"}, {"offered", "Handed over"}, {"starts", "Sales cycles started"}};
    struct as_civil now = as_civil_of(r->report->until);
    int64_t last = now.year * 12 + now.month - 1, starts = 0;
    uint64_t offered[MONTHS] = {0}, met[MONTHS] = {0};
    for (uint32_t i = 0; i < r->handovers.n; i++) {
        const struct as_handover_row *row = &r->handovers.at[i];
        const int64_t times[2] = {row->offered, row->met};
        for (int k = 0; k < 2; k++) {
            if (times[k] == AS_TIME_NONE || times[k] > r->report->until ||
                (r->report->since != AS_TIME_NONE && times[k] < r->report->since))
                continue;
            struct as_civil then = as_civil_of(times[k]);
            int64_t ago = last - (then.year * 12 + then.month - 1);
            starts += k;
            if (ago < MONTHS)
                (k == 0 ? offered : met)[MONTHS - 1 - ago]++;
        }
    }
    as_section_figure(r, section, "sales_cycle_starts",
                      "sales-cycle starts: first meetings held after a hand-off",
                      as_figure_count((uint64_t)starts), NULL);
    bool begun = false;
    for (int m = 0; m < MONTHS && r->handovers.n > 0; m++) {
        int64_t month = last - (MONTHS - 1) + m;
        begun |= offered[m] + met[m] > 0;
        if (!begun)
            continue;
        struct as_report_table *table = as_section_table(r, section, "starts", "By month", columns, 3);
        as_table_cell(
            r, table,
            as_figure_text(as_report_text(r, "%04" PRId64 "-%02" PRId64, month / 12, month % 12 + 1)));
        as_table_cell(r, table, as_figure_count(offered[m]));
        as_table_cell(r, table, as_figure_count(met[m]));
    }
}

enum as_status as_report_handoffs(struct as_reporting *r, struct as_error *error)
{
    enum as_status status = as_reporting_handovers(r, error);
    if (status != AS_OK)
        return status;
    struct as_report_section *section = as_section_new(r, "handoffs", "Hand-offs");
    if (r->report->pack == NULL) {
        as_section_note(r, section, "no pack has run");
        return AS_OK;
    }
    add_conformance(r, section);
    add_losses(r, section);
    add_starts(r, section);
    add_people(r, section);
    return AS_OK;
}
