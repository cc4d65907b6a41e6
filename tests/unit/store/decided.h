/* What tests of decisions share: a pack of one model, three leads, and runs that decide them by hand. */
#ifndef ASSAY_TEST_STORE_DECIDED_H
#define ASSAY_TEST_STORE_DECIDED_H

#include "fixture.h"

#include "store/decisions/decisions.h"
#include "store/decisions/versions.h"

/* A pack of one model with one score, three gates and a grade, as the rule files would declare it. */
struct declared {
    struct as_pack *pack;
    struct as_model *model;
    struct as_score *score;
    struct as_rule *rule;
    struct as_source source;
};

struct fixture {
    struct world w;
    struct declared d;
    struct as_run_record run;
};

static inline void declare(struct world *w, struct declared *d)
{
    static const enum as_stage stages[] = {AS_STAGE_NURTURE, AS_STAGE_WORTH_A_CALL, AS_STAGE_SALES_READY};
    ok(w, as_pack_new(&d->pack, w->schema, &w->error));
    struct as_arena *arena = &d->pack->rules.arena;
    d->pack->name = "inbound";
    d->model = as_arena_alloc(arena, sizeof *d->model);
    d->score = as_arena_alloc(arena, sizeof *d->score);
    d->rule = as_arena_alloc(arena, sizeof *d->rule);
    d->model->name = "main";
    d->score->name = "fit";
    d->score->model = d->model;
    d->rule->name = "senior title";
    assert_true(as_list_push(arena, &d->score->rules, d->rule));
    assert_true(as_list_push(arena, &d->model->scores, d->score));
    assert_true(as_list_push(arena, &d->pack->models, d->model));
    for (uint32_t i = 0; i < 3; i++) {
        struct as_gate *gate = as_arena_alloc(arena, sizeof *gate);
        gate->stage = stages[i];
        gate->name = as_stage_name(stages[i]);
        gate->index = i;
        assert_true(as_list_push(arena, &d->model->gates, gate));
    }
    struct as_grade_axis axis = {.score = d->score, .lowest = "D"};
    assert_true(as_list_push(arena, &axis.bands, ((struct as_band){"A", 50000})));
    assert_true(as_list_push(arena, &d->model->axes, axis));
    struct as_disqualifier no = {.name = "competitor"};
    assert_true(as_list_push(arena, &d->model->disqualifiers, no));
    struct as_persona persona = {.name = "operations"};
    assert_true(as_list_push(arena, &d->pack->personas, persona));
    as_source_init(&d->source);
    ok(w, as_source_add(&d->source, "pack.lua", AS_STR("return 1"), &w->error));
    ok(w, as_source_add(&d->source, "lists/x.txt", AS_STR(""), &w->error));
    ok(w, as_source_seal(&d->source, &w->error));
}

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    world_open(&f->w);
    declare(&f->w, &f->d);
    give(&f->w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme");
    give(&f->w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@x-corp.com", "first_name", "Ada", "last_name",
         "Byron", "account_id", "A1");
    give(&f->w, AS_IMPORT_LEADS, "id", "L2");
    give(&f->w, AS_IMPORT_LEADS, "id", "L3");
    commit(&f->w);
    ok(&f->w, as_store_keep_pack(f->w.store, "inbound", &f->d.source, T0, &f->w.error));
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    as_source_free(&f->d.source);
    as_pack_free(f->d.pack);
    world_close(&f->w);
    free(f);
    return 0;
}

static inline struct as_standing standing(enum as_stage stage, enum as_stage prior, enum as_cause cause,
                                          uint16_t verdicts, int64_t entered)
{
    return (struct as_standing){.stage = (uint8_t)stage,
                                .prior_stage = (uint8_t)prior,
                                .furthest = (uint8_t)stage,
                                .cause = (uint8_t)cause,
                                .verdicts = verdicts,
                                .grade = 1,
                                .entered = entered,
                                .recycled = AS_TIME_NONE,
                                .cool_off = AS_TIME_NONE};
}

static inline void begin(struct fixture *f, int64_t at)
{
    f->run = (struct as_run_record){.pack = "inbound",
                                    .hash = f->d.source.hash,
                                    .at = at,
                                    .known_at = at,
                                    .started = at,
                                    .rules = f->d.pack};
    ok(&f->w, as_store_begin(f->w.store, &f->w.error));
    ok(&f->w, as_store_run_begin(f->w.store, &f->run, &f->w.error));
}

static inline bool same_word(const struct as_dataset *dataset, uint32_t code, const char *name)
{
    return code == AS_NO_INDEX ? name == NULL
                               : name != NULL && as_str_is(as_intern_text(dataset->labels, code), name);
}

/* The rows that do not stand as their priors say: a bit each, malloc'ed. */
static inline uint64_t *differing(const struct fixture *f, const struct as_dataset *dataset,
                                  const struct as_standing *standings)
{
    uint64_t *bits = calloc(AS_BIT_WORDS(dataset->leads) + 1, sizeof *bits);
    assert_non_null(bits);
    for (uint32_t row = 0; row < dataset->leads; row++) {
        const struct as_prior *p = as_prior_at(dataset, 0, row);
        const struct as_standing *s = &standings[row];
        const char *disqualifier =
            s->disqualifier == 0 ? NULL : f->d.model->disqualifiers.at[s->disqualifier - 1].name;
        const char *persona = s->persona == 0 ? NULL : f->d.pack->personas.at[s->persona - 1].name;
        bool same = p->stage == s->stage && p->furthest == s->furthest && p->grade == s->grade &&
                    p->verdicts == s->verdicts && p->outside == s->outside && p->attention == s->attention &&
                    p->blocked == s->blocked && p->recycles == s->recycles && p->entered == s->entered &&
                    p->recycled == s->recycled && p->cool_off == s->cool_off &&
                    same_word(dataset, p->disqualifier, disqualifier) &&
                    same_word(dataset, p->persona, persona);
        as_bit_put(bits, row, p->decided ? !same : !s->outside);
    }
    return bits;
}

/* Stores how the dataset's leads stand, and the decisions with what is said of them; returns the rows below
 * 64 that are decided anew as a bit set. */
static inline uint64_t store_decided(struct fixture *f, const struct as_dataset *dataset,
                                     const struct as_standing *standings, const struct as_reasons *said)
{
    struct as_standings all = {.alike = (struct as_standing *)standings, .n = dataset->leads};
    struct as_changes *changes;
    uint64_t bits = 0;
    uint32_t n;
    uint64_t *differs = differing(f, dataset, standings);
    ok(&f->w,
       as_store_changes(&changes, f->w.store, &f->run, f->d.model, dataset, &all, differs, &f->w.error));
    const uint32_t *rows = as_changes_rows(&n, changes);
    for (uint32_t i = 0; i < n; i++) {
        bits |= rows[i] < 64 ? UINT64_C(1) << rows[i] : 0;
        ok(&f->w, as_store_decide(changes, said, &f->w.error));
    }
    ok(&f->w, as_store_decided(changes, &f->w.error));
    ok(&f->w, as_store_standings(changes, NULL, &f->w.error));
    as_changes_free(changes);
    free(differs);
    return bits;
}

static inline uint64_t decide_saying(struct fixture *f, const struct as_standing *standings,
                                     const struct as_reasons *said)
{
    struct as_dataset *dataset = snapshot(&f->w, f->run.at, f->run.known_at);
    ok(&f->w, as_store_load_priors(dataset, f->w.store, f->d.pack, &f->w.error));
    uint64_t bits = store_decided(f, dataset, standings, said);
    as_dataset_free(dataset);
    return bits;
}

static inline uint64_t decide(struct fixture *f, const struct as_standing *standings)
{
    return decide_saying(f, standings, &(struct as_reasons){.why = NULL});
}

static inline void end(struct fixture *f)
{
    ok(&f->w, as_store_run_end(f->w.store, &f->run, "{\"a\": [1,  2]}", f->run.at + 1, &f->w.error));
    ok(&f->w, as_store_commit(f->w.store, &f->w.error));
}

static const struct as_standing first[3] = {
    {.stage = AS_STAGE_NURTURE,
     .furthest = AS_STAGE_NURTURE,
     .cause = AS_CAUSE_FIRST,
     .verdicts = 3,
     .grade = 1,
     .persona = 1,
     .entered = T0,
     .recycled = AS_TIME_NONE,
     .cool_off = AS_TIME_NONE},
    {.stage = AS_STAGE_SUSPECT,
     .furthest = AS_STAGE_SUSPECT,
     .cause = AS_CAUSE_FIRST,
     .verdicts = 2,
     .grade = 17,
     .entered = T0,
     .recycled = AS_TIME_NONE,
     .cool_off = AS_TIME_NONE},
    {.stage = AS_STAGE_SUSPECT, .cause = AS_CAUSE_FIRST, .outside = true, .entered = T0},
};

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
