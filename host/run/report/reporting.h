/* Reporting: what sections are made with and what they share. Internal to host/run/report. */
#ifndef AS_RUN_REPORTING_H
#define AS_RUN_REPORTING_H

#include "run/report/deals.h"
#include "run/report/journeys.h"
#include "run/report/origin.h"
#include "run/report/report.h"
#include "store/report/handovers.h"

/* How far the people of a deal came, in any model of the pack. */
struct as_deal_standing {
    uint8_t stage; /* the furthest at which one stands who is on the way, up to OPPORTUNITY, else the end at
                      which one is; NONE: nobody of it is known */
    bool forecast; /* one of them stood at the opportunity on a day on which the deal was open */
};

struct as_reporting {
    struct as_report *report;
    struct as_store *store;
    const struct as_report_request *request;
    bool failed;                 /* memory was out: as_report_of says so */
    struct as_journeys journeys; /* filled when a section asks for them */
    struct as_deals deals;
    struct as_deal_standing *standings;        /* by deal, once as_reporting_standings was asked */
    AS_LIST(struct as_handover_row) handovers; /* of the pack; in order of time */
    const char **owners;                       /* by row of journeys; NULL nobody */
    bool has_journeys, has_deals, has_handovers;
};

/* A section, appended to the report. Everything below lives in the report's arena and does nothing once
 * memory was out. Keys and titles are literals. */
struct as_report_section *as_section_new(struct as_reporting *r, const char *name, const char *title);
/* beside may be NULL. */
void as_section_figure(struct as_reporting *r, struct as_report_section *section, const char *key,
                       const char *label, struct as_figure figure, const char *beside);
void as_section_note(struct as_reporting *r, struct as_report_section *section, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Something to act on. */
void as_section_alarm(struct as_reporting *r, struct as_report_section *section, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The section's table of that key and these columns, made when there is none: several models may fill one. */
struct as_report_table *as_section_table(struct as_reporting *r, struct as_report_section *section,
                                         const char *key, const char *title,
                                         const struct as_report_column *columns, uint32_t width);
void as_table_cell(struct as_reporting *r, struct as_report_table *table, struct as_figure cell);
/* Three cells: a lead's number, its name, its company. */
enum as_status as_table_lead(struct as_reporting *r, struct as_report_table *table, int64_t lead,
                             struct as_error *error);
/* printf into the report's arena; never NULL. */
const char *as_report_text(struct as_reporting *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A figure as people read it, in the report's arena. */
const char *as_report_figure(struct as_reporting *r, struct as_figure figure);

/* Whether this part alone was asked for: then it says so, too, when it has nothing to tell. */
static inline bool as_reporting_only(const struct as_reporting *r, enum as_report_part part)
{
    return r->request->parts == 1u << part;
}

/* What sections share, read once. */
enum as_status as_reporting_journeys(struct as_reporting *r, struct as_error *error);
enum as_status as_reporting_deals(struct as_reporting *r, struct as_error *error);
enum as_status as_reporting_owners(struct as_reporting *r, struct as_error *error); /* after the journeys */
enum as_status as_reporting_handovers(struct as_reporting *r, struct as_error *error);
enum as_status as_reporting_progress(const struct as_reporting *r, const char *what, uint64_t done,
                                     uint64_t all, struct as_error *error);

/* The sections, one file each. */
enum as_status as_report_funnel(struct as_reporting *r, struct as_error *error);
enum as_status as_report_velocity(struct as_reporting *r, struct as_error *error);
enum as_status as_report_service(struct as_reporting *r, struct as_error *error);
enum as_status as_report_handoffs(struct as_reporting *r, struct as_error *error);
enum as_status as_report_forecast(struct as_reporting *r, struct as_error *error);
enum as_status as_report_sources(struct as_reporting *r, struct as_error *error);
enum as_status as_report_facts(struct as_reporting *r, struct as_error *error);
enum as_status as_report_advice(struct as_reporting *r, struct as_error *error);
enum as_status as_report_cuts(struct as_reporting *r, struct as_error *error);
enum as_status as_report_surveys(struct as_reporting *r, struct as_error *error);
enum as_status as_report_community(struct as_reporting *r, struct as_error *error);
enum as_status as_report_language(struct as_reporting *r, struct as_error *error);
enum as_status as_report_costs(struct as_reporting *r, struct as_error *error);
enum as_status as_report_adoption(struct as_reporting *r, struct as_error *error);
enum as_status as_report_benchmarks(struct as_reporting *r, struct as_error *error);
enum as_status as_report_measurement(struct as_reporting *r, struct as_error *error);
enum as_status as_report_refinery(struct as_reporting *r, struct as_error *error);
enum as_status as_report_programmes(struct as_reporting *r, struct as_error *error);

/* velocity_deals.c: the part of velocity that is about deals. */
enum as_status as_velocity_deals(struct as_reporting *r, struct as_report_section *section,
                                 struct as_error *error);
/* velocity_steps.c: the part of velocity that is about what sellers do along the way. */
enum as_status as_velocity_steps(struct as_reporting *r, struct as_report_section *section,
                                 struct as_error *error);
/* attribution.c: the part of sources that divides the won money. */
enum as_status as_sources_attribution(struct as_reporting *r, struct as_report_section *section,
                                      struct as_error *error);

/* forecast.c: where the people of each deal stand, with journeys and deals; and whether a deal was one that
 * passed the account's gate while it was open. */
enum as_status as_reporting_standings(struct as_reporting *r, struct as_error *error);
bool as_deal_was_forecast(const struct as_reporting *r, uint32_t deal);
/* Whether some model of the pack has a gate of the account; false without a pack. */
bool as_report_has_forecast(const struct as_report *report);

/* handoffs.c: whether a hand-off is so old that an early loss would be known, and whether there was one. */
bool as_handover_mature(const struct as_reporting *r, const struct as_handover_row *row);
bool as_handover_lost(const struct as_reporting *r, const struct as_handover_row *row);

/* sources.c: whose work a deal is: what its source says; else what is known of its people. */
enum as_origin as_deal_origin(const struct as_deal_row *deal);

#endif
