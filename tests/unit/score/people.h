/* A dataset of a few people, filled by hand, for tests of what is done with them. */
#ifndef AS_TEST_SCORE_PEOPLE_H
#define AS_TEST_SCORE_PEOPLE_H

#include "near.h"

#include "score/tree/pack.h"

#include "data/facts/dataset.h"

#include <stdlib.h>
#include <string.h>

struct people {
    struct as_schema *schema;
    struct as_dataset *set;
};

/* What happened to one lead. Lists may come in any order of leads but in order of time within a lead. */
struct happened {
    uint32_t lead;
    int64_t time;
    const char *kind;
};
struct touched {
    uint32_t lead;
    int64_t time;
    const char *channel;
    uint8_t need;
};

static inline void people_schema(struct people *p)
{
    assert_int_equal(as_schema_new(&p->schema, NULL), AS_OK);
}

/* Declares an answer; choices may be NULL. */
static inline void people_ask(struct people *p, const char *name, enum as_level level, enum as_type type,
                              const char *const *choices, uint32_t n)
{
    uint32_t index;
    struct as_field field = {
        .name = name, .level = level, .type = type, .ask = "?", .choices = choices, .choice_count = n};
    assert_int_equal(as_schema_add_field(&index, p->schema, &field, NULL), AS_OK);
}

static inline void people_new(struct people *p, uint32_t leads, uint32_t accounts)
{
    if (p->schema == NULL)
        people_schema(p);
    assert_int_equal(as_dataset_new(&p->set, p->schema, leads, accounts, NULL), AS_OK);
}

static inline void people_free(struct people *p)
{
    as_dataset_free(p->set);
    as_schema_free(p->schema);
    *p = (struct people){NULL, NULL};
}

static inline void people_field(struct people *p, enum as_level level, const char *name, uint32_t row,
                                const char *value)
{
    struct as_column *column;
    uint32_t index = as_schema_field(p->schema, level, as_str_of(name));
    assert_true(index != AS_NO_INDEX);
    assert_int_equal(as_dataset_column(&column, p->set, index, NULL), AS_OK);
    assert_int_equal(as_column_parse(column, row, as_str_of(value), NULL), AS_OK);
}

static inline void people_answer(struct people *p, const char *name, uint32_t row, const char *value,
                                 int64_t time, bool stated)
{
    struct as_column *column;
    uint32_t index = as_schema_answer(p->schema, as_str_of(name));
    assert_true(index != AS_NO_INDEX);
    assert_int_equal(as_dataset_column(&column, p->set, index, NULL), AS_OK);
    assert_int_equal(as_column_parse(column, row, as_str_of(value), NULL), AS_OK);
    as_bit_put(p->set->answer[index].stated, row, stated);
    p->set->answer[index].time[row] = time;
}

static inline void people_events(struct people *p, const struct happened *events, size_t n)
{
    struct as_event_log *log = &p->set->lead_events;
    uint32_t leads = p->set->leads, at = 0;
    free(log->start);
    free(log->time);
    free(log->kind);
    log->n = n;
    log->start = calloc((size_t)leads + 1, sizeof *log->start);
    log->time = calloc(n + 1, sizeof *log->time);
    log->kind = calloc(n + 1, sizeof *log->kind);
    for (uint32_t lead = 0; lead < leads; lead++) {
        log->start[lead] = at;
        for (size_t i = 0; i < n; i++)
            if (events[i].lead == lead) {
                uint32_t kind = as_schema_kind(p->schema, as_str_of(events[i].kind));
                assert_true(kind != AS_NO_INDEX);
                log->time[at] = (uint32_t)events[i].time;
                log->kind[at++] = (uint16_t)kind;
            }
    }
    log->start[leads] = at;
    log->end = log->start + 1;
}

static inline void people_touches(struct people *p, const struct touched *touches, size_t n)
{
    struct as_touch_log *log = &p->set->touches;
    uint32_t leads = p->set->leads, at = 0;
    free(log->start);
    free(log->at);
    log->start = calloc((size_t)leads + 1, sizeof *log->start);
    log->at = calloc(n + 1, sizeof *log->at);
    for (uint32_t lead = 0; lead < leads; lead++) {
        log->start[lead] = at;
        for (size_t i = 0; i < n; i++)
            if (touches[i].lead == lead)
                log->at[at++] = (struct as_touch){
                    touches[i].time, as_intern_add(p->set->channels, as_str_of(touches[i].channel)),
                    touches[i].need};
    }
    log->start[leads] = at;
}

/* Seconds of "2026-03-29T06:00:00Z". */
static inline int64_t instant(const char *text)
{
    int64_t seconds;
    assert_true(as_time_parse(&seconds, NULL, as_str_of(text)));
    return seconds;
}

#endif
