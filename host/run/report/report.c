/* The report as a whole: sections in their order, what they are made with, and their JSON. */
#include "run/report/report.h"

#include "run/report/reporting.h"

#include "base/time.h"
#include "store/report/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const as_report_part_names[AS_REPORT_PARTS + 1] = {
    [AS_REPORT_FUNNEL] = "funnel",
    [AS_REPORT_VELOCITY] = "velocity",
    [AS_REPORT_SERVICE] = "service",
    [AS_REPORT_HANDOFFS] = "handoffs",
    [AS_REPORT_FORECAST] = "forecast",
    [AS_REPORT_SOURCES] = "sources",
    [AS_REPORT_FACTS] = "facts",
    [AS_REPORT_ADVICE] = "advice",
    [AS_REPORT_CUTS] = "cuts",
    [AS_REPORT_SURVEYS] = "surveys",
    [AS_REPORT_COMMUNITY] = "community",
    [AS_REPORT_LANGUAGE] = "language",
    [AS_REPORT_COSTS] = "costs",
    [AS_REPORT_ADOPTION] = "adoption",
    [AS_REPORT_BENCHMARKS] = "benchmarks",
    [AS_REPORT_MEASUREMENT] = "measurement",
    [AS_REPORT_REFINERY] = "refinery",
    [AS_REPORT_PROGRAMMES] = "programmes",
};

static enum as_status (*const fill[AS_REPORT_PARTS])(struct as_reporting *r, struct as_error *error) = {
    [AS_REPORT_FUNNEL] = as_report_funnel,
    [AS_REPORT_VELOCITY] = as_report_velocity,
    [AS_REPORT_SERVICE] = as_report_service,
    [AS_REPORT_HANDOFFS] = as_report_handoffs,
    [AS_REPORT_FORECAST] = as_report_forecast,
    [AS_REPORT_SOURCES] = as_report_sources,
    [AS_REPORT_FACTS] = as_report_facts,
    [AS_REPORT_ADVICE] = as_report_advice,
    [AS_REPORT_CUTS] = as_report_cuts,
    [AS_REPORT_SURVEYS] = as_report_surveys,
    [AS_REPORT_COMMUNITY] = as_report_community,
    [AS_REPORT_LANGUAGE] = as_report_language,
    [AS_REPORT_COSTS] = as_report_costs,
    [AS_REPORT_ADOPTION] = as_report_adoption,
    [AS_REPORT_BENCHMARKS] = as_report_benchmarks,
    [AS_REPORT_MEASUREMENT] = as_report_measurement,
    [AS_REPORT_REFINERY] = as_report_refinery,
    [AS_REPORT_PROGRAMMES] = as_report_programmes,
};

enum as_status as_reporting_progress(const struct as_reporting *r, const char *what, uint64_t done,
                                     uint64_t all, struct as_error *error)
{
    const struct as_report_request *request = r->request;
    if (request->progress == NULL || request->progress(request->progress_context, what, done, all))
        return AS_OK;
    return as_error_set(error, AS_ERR_STOPPED, "stopped");
}

enum as_status as_report_of(struct as_report *out, struct as_store *store,
                            const struct as_report_request *request, struct as_error *error)
{
    *out = (struct as_report){.pack = request->pack != NULL ? request->pack->pack : NULL,
                              .at = request->at,
                              .since = request->since,
                              .until = request->until};
    struct as_reporting r = {.report = out, .store = store, .request = request};
    enum as_status status = as_store_read(store, error);
    if (status != AS_OK)
        return status;
    for (int part = 0; part < AS_REPORT_PARTS && status == AS_OK; part++)
        if ((request->parts >> part & 1) != 0)
            status = fill[part](&r, error);
    as_store_read_end(store);
    as_journeys_free(&r.journeys);
    if (status == AS_OK && r.failed)
        status = as_error_memory(error);
    return status;
}

void as_report_free(struct as_report *report)
{
    as_arena_free(&report->arena);
    *report = (struct as_report){.pack = NULL};
}

/* --- what sections share --- */

enum as_status as_reporting_journeys(struct as_reporting *r, struct as_error *error)
{
    if (r->has_journeys)
        return AS_OK;
    r->has_journeys = true;
    enum as_status status = as_reporting_progress(r, "reading journeys", 0, 1, error);
    return status == AS_OK ? as_journeys_read(&r->journeys, &r->report->arena, r->store, r->report->pack,
                                              r->report->at, error)
                           : status;
}

enum as_status as_reporting_deals(struct as_reporting *r, struct as_error *error)
{
    if (r->has_deals)
        return AS_OK;
    r->has_deals = true;
    enum as_status status = as_reporting_progress(r, "reading deals", 0, 1, error);
    return status == AS_OK ? as_deals_read(&r->deals, &r->report->arena, r->store, r->report->at, error)
                           : status;
}

static enum as_status hold_handover(void *context, const struct as_handover_row *row, struct as_error *error)
{
    struct as_reporting *r = context;
    struct as_handover_row kept = *row;
    kept.model = as_report_text(r, "%s", row->model);
    kept.owner = as_report_text(r, "%s", row->owner);
    kept.reason = as_report_text(r, "%s", row->reason);
    return as_list_push(&r->report->arena, &r->handovers, kept) ? AS_OK : as_error_memory(error);
}

enum as_status as_reporting_handovers(struct as_reporting *r, struct as_error *error)
{
    if (r->has_handovers || r->report->pack == NULL)
        return AS_OK;
    r->has_handovers = true;
    enum as_status status = as_reporting_progress(r, "reading hand-offs", 0, 1, error);
    return status == AS_OK
               ? as_store_handovers(r->store, r->report->pack->name, r->report->at, hold_handover, r, error)
               : status;
}

struct owning {
    struct as_reporting *r;
    AS_LIST(const char *) names; /* each once */
};

static enum as_status take_owner(void *context, int64_t lead, const char *owner, struct as_error *error)
{
    struct owning *owning = context;
    uint32_t row = as_journeys_row(&owning->r->journeys, lead), i = 0;
    if (row == AS_NO_INDEX)
        return AS_OK;
    while (i < owning->names.n && strcmp(owning->names.at[i], owner) != 0)
        i++;
    if (i == owning->names.n &&
        !as_list_push(&owning->r->report->arena, &owning->names, as_report_text(owning->r, "%s", owner)))
        return as_error_memory(error);
    owning->r->owners[row] = owning->names.at[i];
    return AS_OK;
}

enum as_status as_reporting_owners(struct as_reporting *r, struct as_error *error)
{
    struct owning owning = {.r = r};
    if (r->owners != NULL)
        return AS_OK;
    r->owners = as_arena_array(&r->report->arena, r->journeys.n + (size_t)1, sizeof *r->owners);
    return r->owners == NULL ? as_error_memory(error)
                             : as_store_owners(r->store, r->report->at, take_owner, &owning, error);
}

enum as_status as_table_lead(struct as_reporting *r, struct as_report_table *table, int64_t lead,
                             struct as_error *error)
{
    struct as_who who;
    enum as_status status = as_store_who_kept(&who, &r->report->arena, r->store, lead, error);
    as_table_cell(r, table, as_figure_count((uint64_t)lead));
    as_table_cell(r, table, as_figure_text(who.name));
    as_table_cell(r, table, as_figure_text(who.company));
    return status;
}

/* --- making --- */

struct as_report_section *as_section_new(struct as_reporting *r, const char *name, const char *title)
{
    struct as_report_section *section = as_arena_alloc(&r->report->arena, sizeof *section);
    if (section == NULL || !as_list_push(&r->report->arena, &r->report->sections, section)) {
        r->failed = true;
        return NULL;
    }
    section->name = name;
    section->title = title;
    return section;
}

static void push(struct as_reporting *r, struct as_report_section *section, struct as_report_item item)
{
    if (section == NULL || !as_list_push(&r->report->arena, &section->items, item))
        r->failed = true;
}

void as_section_figure(struct as_reporting *r, struct as_report_section *section, const char *key,
                       const char *label, struct as_figure figure, const char *beside)
{
    push(r, section,
         (struct as_report_item){
             .kind = AS_REPORT_FIGURE, .key = key, .label = label, .figure = figure, .beside = beside});
}

static const char *text_of(struct as_reporting *r, const char *format, va_list args)
{
    char line[1024]; /* a sentence, with a few names in it */
    vsnprintf(line, sizeof line, format, args);
    const char *copy = as_arena_copy(&r->report->arena, line, strlen(line));
    r->failed |= copy == NULL;
    return copy != NULL ? copy : "";
}

const char *as_report_text(struct as_reporting *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = text_of(r, format, args);
    va_end(args);
    return text;
}

const char *as_report_figure(struct as_reporting *r, struct as_figure figure)
{
    struct as_buf text = {0};
    as_figure_say(&text, &figure, false);
    const char *kept = as_report_text(r, "%s", as_buf_c(&text));
    as_buf_free(&text);
    return kept;
}

void as_section_note(struct as_reporting *r, struct as_report_section *section, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    push(r, section, (struct as_report_item){.kind = AS_REPORT_NOTE, .label = text_of(r, format, args)});
    va_end(args);
}

void as_section_alarm(struct as_reporting *r, struct as_report_section *section, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    push(r, section, (struct as_report_item){.kind = AS_REPORT_ALARM, .label = text_of(r, format, args)});
    va_end(args);
}

struct as_report_table *as_section_table(struct as_reporting *r, struct as_report_section *section,
                                         const char *key, const char *title,
                                         const struct as_report_column *columns, uint32_t width)
{
    for (uint32_t i = 0; section != NULL && i < section->items.n; i++)
        if (section->items.at[i].kind == AS_REPORT_TABLE && strcmp(section->items.at[i].key, key) == 0 &&
            section->items.at[i].table->columns == columns)
            return section->items.at[i].table;
    struct as_report_table *table = as_arena_alloc(&r->report->arena, sizeof *table);
    if (table == NULL) {
        r->failed = true;
        return NULL;
    }
    *table = (struct as_report_table){.key = key, .title = title, .columns = columns, .width = width};
    push(r, section, (struct as_report_item){.kind = AS_REPORT_TABLE, .key = key, .table = table});
    return table;
}

void as_table_cell(struct as_reporting *r, struct as_report_table *table, struct as_figure cell)
{
    if (table == NULL || !as_list_push(&r->report->arena, &table->cells, cell))
        r->failed = true;
}

/* --- JSON --- */

static void put_figure(struct as_json *json, const struct as_report_item *item)
{
    as_json_put_open(json, item->key, '{');
    as_json_put_text(json, "label", item->label);
    as_json_key(json, "is");
    as_figure_json(json, &item->figure);
    as_json_put_text(json, "why", item->figure.kind == AS_FIGURE_NONE ? item->figure.text : NULL);
    as_json_put_text(json, "beside", item->beside);
    as_json_close(json, '}');
}

static void put_table(struct as_json *json, const struct as_report_table *table)
{
    as_json_put_open(json, table->key, '[');
    for (uint32_t i = 0; i < table->cells.n; i++) {
        if (i % table->width == 0)
            as_json_open(json, '{');
        as_json_key(json, table->columns[i % table->width].key);
        as_figure_json(json, &table->cells.at[i]);
        if (i % table->width == table->width - 1)
            as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_texts(struct as_json *json, const char *key, const struct as_report_section *section,
                      int kind)
{
    as_json_put_open(json, key, '[');
    for (uint32_t i = 0; i < section->items.n; i++)
        if ((int)section->items.at[i].kind == kind)
            as_json_text(json, section->items.at[i].label);
    as_json_close(json, ']');
}

static void put_section(struct as_json *json, const struct as_report_section *section)
{
    as_json_put_open(json, section->name, '{');
    as_json_put_open(json, "figures", '{');
    for (uint32_t i = 0; i < section->items.n; i++)
        if (section->items.at[i].kind == AS_REPORT_FIGURE)
            put_figure(json, &section->items.at[i]);
    as_json_close(json, '}');
    as_json_put_open(json, "tables", '{');
    for (uint32_t i = 0; i < section->items.n; i++)
        if (section->items.at[i].kind == AS_REPORT_TABLE)
            put_table(json, section->items.at[i].table);
    as_json_close(json, '}');
    put_texts(json, "alarms", section, AS_REPORT_ALARM);
    put_texts(json, "notes", section, AS_REPORT_NOTE);
    as_json_close(json, '}');
}

void as_report_json(struct as_json *json, const struct as_report *report)
{
    as_json_open(json, '{');
    as_json_put_text(json, "pack", report->pack != NULL ? report->pack->name : NULL);
    as_json_put_text(json, "hash", report->pack != NULL ? report->pack->hash : NULL);
    as_json_put_time(json, "at", report->at);
    as_json_put_time(json, "since", report->since);
    as_json_put_time(json, "until", report->until);
    as_json_put_open(json, "sections", '{');
    for (uint32_t i = 0; i < report->sections.n; i++)
        put_section(json, report->sections.at[i]);
    as_json_close(json, '}');
    as_json_close(json, '}');
}
