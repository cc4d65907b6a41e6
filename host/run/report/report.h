/* Report: what a head of revenue operations opens on Monday. Sections of figures, tables and remarks, as
 * data: commands print it, programs read it as JSON.
 *
 * Nothing is decided anew but by the section on facts; everything else is counted from what runs stored and
 * what was imported, as of one moment. A figure that cannot be known says why, and none is a number that only
 * looks like one. */
#ifndef AS_RUN_REPORT_H
#define AS_RUN_REPORT_H

#include "base/business.h"
#include "run/decision/decision.h"
#include "run/report/figure.h"
#include "store/store.h"

enum as_report_part {
    AS_REPORT_FUNNEL,
    AS_REPORT_VELOCITY,
    AS_REPORT_SERVICE,
    AS_REPORT_HANDOFFS,
    AS_REPORT_FORECAST,
    AS_REPORT_SOURCES,
    AS_REPORT_FACTS,
    AS_REPORT_ADVICE,
    AS_REPORT_CUTS,
    AS_REPORT_SURVEYS,
    AS_REPORT_COMMUNITY,
    AS_REPORT_LANGUAGE,
    AS_REPORT_COSTS,
    AS_REPORT_ADOPTION,
    AS_REPORT_BENCHMARKS,
    AS_REPORT_MEASUREMENT,
    AS_REPORT_REFINERY,
    AS_REPORT_PROGRAMMES,
    AS_REPORT_PARTS,
};
extern const char *const as_report_part_names[AS_REPORT_PARTS + 1]; /* "funnel" …; NULL at the end */

struct as_report_column {
    const char *key, *title;
};
struct as_report_table {
    const char *key, *title;
    const struct as_report_column *columns;
    uint32_t width;
    AS_LIST(struct as_figure) cells; /* row by row */
};
/* What a section holds, in order. */
struct as_report_item {
    enum { AS_REPORT_FIGURE, AS_REPORT_TABLE, AS_REPORT_NOTE, AS_REPORT_ALARM } kind;
    const char *key, *label; /* FIGURE; label is the text of a NOTE or ALARM */
    struct as_figure figure;
    const char *beside; /* FIGURE: what is said beside it, a benchmark with its source; may be NULL */
    struct as_report_table *table;
};
struct as_report_section {
    const char *name, *title;
    AS_LIST(struct as_report_item) items;
};

/* What is promised, and from when on something counts as lost. */
struct as_report_terms {
    struct as_business business;
    struct as_span first_touch; /* from a lead that is worth a call to the first word of a person */
    struct as_span field;       /* from an offer to sales to its answer or the first word */
    int64_t dropped_days;       /* a lead in people's hands without a word for so long is dropped */
    int64_t lost_days;          /* a deal lost within so many days of its hand-off was no good ore */
};

struct as_report_request {
    const struct as_run_pack *pack; /* NULL: no pack ever ran; what is about stages is left out */
    const struct as_schema *schema; /* that the pack was loaded into */
    unsigned threads;
    int64_t at;           /* as of */
    int64_t since, until; /* what began or happened then counts; since AS_TIME_NONE: ever */
    struct as_report_terms terms;
    int64_t hour_cost; /* of a person, hundredths; 0: not said */
    const char *hour_currency;
    int64_t adopted; /* the day from which sales uses the hand-off package; AS_TIME_NONE: not said */
    uint32_t parts;  /* set of 1 << enum as_report_part */
    bool (*progress)(void *context, const char *what, uint64_t done,
                     uint64_t all); /* false stops; may be NULL */
    void *progress_context;
};
struct as_report {
    struct as_arena arena;
    const struct as_pack *pack; /* NULL none */
    int64_t at, since, until;
    AS_LIST(struct as_report_section *) sections;
};
enum as_status as_report_of(struct as_report *out, struct as_store *store,
                            const struct as_report_request *request, struct as_error *error);
void as_report_free(struct as_report *report);
void as_report_json(struct as_json *json, const struct as_report *report);

#endif
