/* A small town of leads for the units of host/run: a database in memory, facts put in as an import would, and
 * a pack built by hand, since this folder knows no Lua.
 *
 * The pack "p", model "m": score "interest" (demo_request in 7 days +50, otherwise page views 1 each,
 * half-life 14 days); gate nurture: the title matches "operations"; worth_a_call: interest at least 40;
 * sales_ready: answer "need" is at least "acknowledged".
 */
#ifndef AS_TEST_TOWN_H
#define AS_TEST_TOWN_H

#include "base/time.h"
#include "run/run.h"
#include "store/facts/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY(n) (INT64_C(1782691200) + (n)*AS_DAY_SECONDS - 1) /* end of 2026-06-28 + n */

struct town {
    struct as_store *store;
    struct as_schema *schema;
    struct as_error error;
};

static inline void town_ok(const struct town *town, enum as_status status)
{
    if (status != AS_OK)
        print_error("%s: %s %s (%s:%d)\n", as_status_name(status), town->error.what, town->error.advice,
                    town->error.file, town->error.line);
    assert_int_equal(status, AS_OK);
}

static inline uint32_t town_answer(struct town *town)
{
    static const char *const choices[] = {"none", "acknowledged", "confirmed"};
    struct as_field need = {.name = "need",
                            .level = AS_LEVEL_LEAD,
                            .type = AS_TYPE_CHOICE,
                            .choices = choices,
                            .choice_count = 3,
                            .ask = "Which problem would you solve first?"};
    uint32_t index = 0;
    town_ok(town, as_schema_add_field(&index, town->schema, &need, &town->error));
    return index;
}

static inline void town_open(struct town *town)
{
    *town = (struct town){.error = AS_ERROR_INIT};
    town_ok(town, as_schema_new(&town->schema, &town->error));
    town_answer(town);
    town_ok(town, as_store_open(&town->store, ":memory:", AS_STORE_CREATE, &town->error));
    town_ok(town, as_store_learn_schema(town->store, town->schema, &town->error));
}

static inline void town_close(struct town *town)
{
    as_store_close(town->store);
    as_schema_free(town->schema);
}

/* Takes in one record given as name, value, …, NULL; it becomes known at `now`. */
static inline void town_put(struct town *town, enum as_import_kind kind, int64_t now, ...)
{
    struct as_value_pair pairs[16];
    uint32_t n = 0;
    va_list list;
    va_start(list, now);
    for (const char *name = va_arg(list, const char *); name != NULL; name = va_arg(list, const char *))
        pairs[n++] = (struct as_value_pair){name, as_str_of(va_arg(list, const char *))};
    va_end(list);
    struct as_facts_options options = {
        .system = "test", .file = "town.csv", .precedence = AS_FROM_CRM, .now = now};
    struct as_facts *facts = NULL;
    struct as_facts_summary summary;
    bool changed;
    town_ok(town, as_facts_open(&facts, town->store, town->schema, &options, &town->error));
    struct as_record_sink sink = as_facts_sink(facts);
    struct as_record record = {.kind = kind, .line = 1, .pairs = pairs, .n = n};
    town_ok(town, sink.put(sink.context, &record, &changed, &town->error));
    town_ok(town, as_facts_commit(facts, &summary, &town->error));
    as_facts_close(facts);
}

static inline void town_lead(struct town *town, const char *id, const char *title, int64_t now)
{
    char email[64];
    snprintf(email, sizeof email, "%s@%s.example", id, id);
    if (title != NULL)
        town_put(town, AS_IMPORT_LEADS, now, "id", id, "email", email, "first_name", id, "title", title,
                 NULL);
    else
        town_put(town, AS_IMPORT_LEADS, now, "id", id, "email", email, "first_name", id, NULL);
}

static inline void town_event(struct town *town, const char *lead, const char *kind, int64_t time,
                              int64_t now)
{
    char at[AS_TIME_TEXT];
    town_put(town, AS_IMPORT_EVENTS, now, "lead_id", lead, "kind", kind, "at", as_time_format(at, time),
             NULL);
}

static inline void town_need(struct town *town, const char *lead, const char *value, const char *manner,
                             int64_t now)
{
    char at[AS_TIME_TEXT];
    town_put(town, AS_IMPORT_ANSWERS, now, "lead_id", lead, "question", "need", "value", value, "manner",
             manner, "by", "buyer", "at", as_time_format(at, now), NULL);
}

/* --- the pack --- */

static inline struct as_position town_line(int line)
{
    return (struct as_position){"town.lua", line};
}

static inline const struct as_expr *town_call(struct town *town, struct as_pack *pack,
                                              const struct as_expr *on, const char *op,
                                              struct as_literal literal, int line)
{
    const struct as_expr *out = NULL;
    town_ok(town, as_expr_call(&out, &pack->rules, on, op, &literal, literal.kind != AS_LITERAL_NONE,
                               town_line(line), &town->error));
    as_expr_use(&pack->rules, out);
    return out;
}

static inline struct as_literal town_text(const char *text)
{
    return (struct as_literal){.kind = AS_LITERAL_TEXT, .text = as_str_of(text)};
}

static inline const struct as_expr *town_field(struct town *town, struct as_pack *pack, enum as_level level,
                                               const char *name, int line)
{
    const struct as_expr *out = NULL;
    town_ok(town, as_expr_field(&out, &pack->rules, level, as_str_of(name), town_line(line), &town->error));
    return out;
}

static inline const struct as_expr *town_events(struct town *town, struct as_pack *pack, const char *name,
                                                int line)
{
    const struct as_expr *out = NULL;
    town_ok(town, as_expr_events(&out, &pack->rules, AS_LEVEL_LEAD, as_str_of(name), town_line(line),
                                 &town->error));
    return out;
}

static inline void *town_alloc(struct as_pack *pack, size_t size)
{
    void *out = as_arena_alloc(&pack->rules.arena, size);
    assert_non_null(out);
    return out;
}

static inline void town_gate(struct as_pack *pack, struct as_model *model, enum as_stage stage,
                             const char *criterion, const struct as_expr *when)
{
    struct as_gate *gate = town_alloc(pack, sizeof *gate);
    gate->name = as_stage_name(stage);
    gate->stage = stage;
    gate->level = AS_LEVEL_LEAD;
    gate->index = model->gates.n;
    gate->position = town_line(30 + (int)model->gates.n);
    struct as_criterion one = {criterion, when};
    assert_true(as_list_push(&pack->rules.arena, &gate->criteria, one));
    assert_true(as_list_push(&pack->rules.arena, &model->gates, gate));
}

static inline struct as_rule *town_rule(struct as_pack *pack, struct as_score *score, const char *name,
                                        int line)
{
    struct as_rule *rule = town_alloc(pack, sizeof *rule);
    rule->name = name;
    rule->position = town_line(line);
    rule->index = score->rules.n;
    assert_true(as_list_push(&pack->rules.arena, &score->rules, rule));
    return rule;
}

/* `call_at`: interest that is worth a call, in points. */
static inline struct as_pack *town_pack(struct town *town, const char *name, const char *hash,
                                        int64_t call_at)
{
    struct as_pack *pack = NULL;
    town_ok(town, as_pack_new(&pack, town->schema, &town->error));
    pack->name = name;
    snprintf(pack->hash, sizeof pack->hash, "%s", hash);
    struct as_model *model = town_alloc(pack, sizeof *model);
    model->name = "m";
    assert_true(as_list_push(&pack->rules.arena, &pack->models, model));
    struct as_score *interest = town_alloc(pack, sizeof *interest);
    interest->name = "interest";
    interest->model = model;
    assert_true(as_list_push(&pack->rules.arena, &model->scores, interest));

    struct as_rule *asked = town_rule(pack, interest, "asked for a demo", 10);
    asked->kind = AS_RULE_CONDITION;
    asked->when =
        town_call(town, pack, town_events(town, pack, "demo_request", 10), "seen", town_text("7d"), 10);
    asked->points = 50000;
    struct as_rule *read = town_rule(pack, interest, "reading", 11);
    read->kind = AS_RULE_EVENTS;
    struct as_event_points per = {.kind = as_schema_kind(town->schema, AS_STR("page_view")), .points = 1000};
    assert_true(as_list_push(&pack->rules.arena, &read->per_event, per));
    read->fading = AS_FADING_HALF_LIFE;
    read->fading_days = 14;

    const struct as_expr *score = NULL, *need = NULL;
    town_ok(town, as_expr_score(&score, &pack->rules, interest, town_line(21), &town->error));
    town_ok(town, as_expr_answer(&need, &pack->rules, AS_STR("need"), town_line(22), &town->error));
    town_gate(pack, model, AS_STAGE_NURTURE, "title",
              town_call(town, pack, town_field(town, pack, AS_LEVEL_LEAD, "title", 20), "matches",
                        town_text("operations"), 20));
    town_gate(pack, model, AS_STAGE_WORTH_A_CALL, "interest",
              town_call(town, pack, score, "at_least",
                        (struct as_literal){.kind = AS_LITERAL_INTEGER, .integer = call_at}, 21));
    town_gate(pack, model, AS_STAGE_SALES_READY, "need",
              town_call(town, pack, need, "at_least", town_text("acknowledged"), 22));
    return pack;
}

/* --- runs --- */

static inline struct as_run_request town_request(struct town *town, const struct as_run_pack *packs,
                                                 uint32_t n, int64_t at)
{
    return (struct as_run_request){.schema = town->schema,
                                   .packs = packs,
                                   .pack_count = n,
                                   .at = at,
                                   .known_at = at,
                                   .now = at,
                                   .threads = 1,
                                   .max_moves = -1};
}

static inline enum as_status town_count_row(void *context, const struct as_query_row *row,
                                            struct as_error *error)
{
    (void)error;
    *(long *)context = strtol(row->texts[0] != NULL ? row->texts[0] : "0", NULL, 10);
    return AS_OK;
}

/* The number that a query gives. */
static inline long town_count(struct town *town, const char *sql)
{
    long n = -1;
    town_ok(town, as_store_query(town->store, sql, town_count_row, &n, &town->error));
    return n;
}

#endif
