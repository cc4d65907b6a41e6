/* A pack with one function and three leads for it to look at. */
#ifndef ASSAY_TEST_FUNCTION_BENCH_H
#define ASSAY_TEST_FUNCTION_BENCH_H

#include "pack_text.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEADS = 3, ACCOUNTS = 1, EVENTS = 6 };

/* Noon of day 20,000. */
#define AT (INT64_C(20000) * AS_DAY_SECONDS + 43200)

struct bench {
    struct pack_text pack;
    struct as_dataset *dataset;
    const struct as_functions *functions;
    struct as_error error;
};

static struct as_column *column(struct bench *b, enum as_level level, const char *name)
{
    struct as_column *made = NULL;
    uint32_t index = as_schema_field(b->pack.schema, level, as_str_of(name));
    as_dataset_column(&made, b->dataset, index, &b->error);
    return made;
}

static void add_events(struct bench *b)
{
    struct as_event_log *log = &b->dataset->lead_events;
    const struct as_schema *schema = b->pack.schema;
    const uint16_t view = (uint16_t)as_schema_kind(schema, AS_STR("page_view"));
    const uint16_t survey = (uint16_t)as_schema_kind(schema, AS_STR("survey"));
    const uint16_t nudge = (uint16_t)as_schema_kind(schema, AS_STR("nudge"));
    /* Lead 0: page views on the days 0, 0, 3 and 7 before today, a survey today, a seller's nudge. Lead 1: a
     * survey to come. */
    static const int64_t ages[EVENTS] = {7, 3, 1, 0, 0, -1};
    const uint16_t kinds[EVENTS] = {view, view, nudge, view, survey, survey};
    log->n = EVENTS;
    log->start = calloc(LEADS + 1, sizeof *log->start);
    log->time = calloc(EVENTS, sizeof *log->time);
    log->kind = calloc(EVENTS, sizeof *log->kind);
    log->property = calloc(schema->properties.n, sizeof(struct as_column *));
    for (uint32_t i = 0; i < EVENTS; i++) {
        log->time[i] = (uint32_t)(AT - ages[i] * AS_DAY_SECONDS);
        log->kind[i] = kinds[i];
    }
    log->start[1] = EVENTS - 1;
    log->start[2] = log->start[3] = EVENTS;
    log->end = log->start + 1;
    uint32_t grade = as_schema_property(schema, survey, AS_STR("grade"));
    as_column_new(&log->property[grade], AS_TYPE_NUMBER, EVENTS, NULL, 0, &b->error);
    as_column_set_f64(log->property[grade], 4, 2.5);
    as_column_set_f64(log->property[grade], 5, 100);
}

/* A pack with one function after the common facts; its `points` is called for every lead. */
static void open_bench(struct bench *b, const char *function, const struct as_script_limits *limits)
{
    char rules[4096];
    snprintf(rules, sizeof rules,
             "local q = require 'assay.qualification'\n"
             "local m = q.model 'inbound'\n"
             "local s = m:score 'fit'\n"
             "s:rule 'mine' { points = %s }\n",
             function);
    *b = (struct bench){.error = AS_ERROR_INIT};
    load_pack_text(&b->pack, NULL, rules, limits);
    b->error = b->pack.error;
    if (b->error.status != AS_OK ||
        as_script_functions(&b->functions, b->pack.script, 2, &b->error) != AS_OK ||
        as_dataset_new(&b->dataset, b->pack.schema, LEADS, ACCOUNTS, &b->error) != AS_OK)
        return;
    b->dataset->lead_account[0] = 0;
    as_dataset_link(b->dataset, &b->error);
    as_column_set_text(column(b, AS_LEVEL_LEAD, "title"), 0, AS_STR("COO"), &b->error);
    as_column_set_text(column(b, AS_LEVEL_LEAD, "unsubscribed"), 0, AS_STR("email; call"), &b->error);
    as_column_set_i64(column(b, AS_LEVEL_LEAD, "created"), 0, 19990);
    as_column_set_boolean(column(b, AS_LEVEL_LEAD, "bounced_hard"), 0, false);
    as_column_set_text(column(b, AS_LEVEL_ACCOUNT, "industry"), 0, AS_STR("Software"), &b->error);
    as_column_set_money(column(b, AS_LEVEL_ACCOUNT, "revenue"), 0, 123450, AS_STR("EUR"), &b->error);
    as_column_set_i64(column(b, AS_LEVEL_ACCOUNT, "employees"), 0, 250);
    struct as_column *answer;
    as_dataset_column(&answer, b->dataset, as_schema_answer(b->pack.schema, AS_STR("need")), &b->error);
    as_column_set_text(answer, 0, AS_STR("confirmed"), &b->error);
    add_events(b);
}

static void close_bench(struct bench *b)
{
    as_dataset_free(b->dataset);
    free_pack_text(&b->pack);
}

static struct as_function_result call(struct bench *b, unsigned worker, uint32_t row)
{
    struct as_function_result result = {0};
    if (b->error.status == AS_OK)
        b->functions->call(&result, b->functions->context, worker, 0, b->dataset, row, AT, &b->error);
    return result;
}

#endif
