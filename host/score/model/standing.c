/* Standings of all leads in one model: gathers verdicts, acts and overrides from columns for stage.c, and
 * grades.
 *
 * Which track, owner or contact follows from a standing is left to track.c, route.c and contact.c. */
#include "score/model/standing.h"

#include "base/growth.h"
#include "base/pages.h"
#include "base/thread.h"
#include "score/model/steady.h"
#include "score/model/stood.h"

#include <stdlib.h>
#include <string.h>

const char *as_gate_verdict_name(enum as_gate_verdict verdict)
{
    static const char *const names[] = {"none", "fail", "insufficient", "pass"};
    return names[verdict];
}

const char *as_cause_name(enum as_cause cause)
{
    static const char *const names[] = {"none", "first", "gate", "disqualify", "recycle", "act", "override"};
    return names[cause];
}

uint8_t as_stage_read(const char *name)
{
    enum as_stage stage;
    return name != NULL && as_stage_parse(&stage, as_str_of(name)) ? (uint8_t)stage : AS_STAGE_NONE;
}

uint8_t as_cause_read(const char *name)
{
    for (int i = AS_CAUSE_NONE; name != NULL && i <= AS_CAUSE_OVERRIDE; i++)
        if (strcmp(name, as_cause_name((enum as_cause)i)) == 0)
            return (uint8_t)i;
    return AS_CAUSE_NONE;
}

enum as_gate_verdict as_gate_verdict_at(const struct as_gate *gate, const struct as_outcome *outcome,
                                        uint32_t row)
{
    enum as_gate_verdict verdict = AS_GATE_PASS;
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        switch (as_verdict_at(as_outcome_verdicts_at(outcome, gate->criteria.at[i].when, gate->level), row)) {
        case AS_YES:
            break;
        case AS_NO:
            return AS_GATE_FAIL;
        case AS_UNKNOWN:
        case AS_UNMEASURABLE:
            verdict = AS_GATE_INSUFFICIENT;
            break;
        }
    }
    return verdict;
}

/* Inserts before what sorts after it: by time, overrides last. There are a handful at most. */
static enum as_status add_record(struct as_records *list, const struct as_stage_record *record,
                                 struct as_error *error)
{
    if (!as_grow((void **)&list->at, &list->room, list->n, sizeof *list->at))
        return as_error_memory(error);
    uint32_t i = list->n++;
    for (; i > 0; i--) {
        const struct as_stage_record *before = &list->at[i - 1];
        if (before->time < record->time ||
            (before->time == record->time && before->overrides <= record->overrides))
            break;
        list->at[i] = *before;
    }
    list->at[i] = *record;
    return AS_OK;
}

/* What the reason of a rejected hand-off does, if the model lists it. */
static void read_reason(struct as_stage_record *record, const struct as_hall *hall, uint32_t event)
{
    const struct as_dataset *dataset = hall->dataset;
    uint32_t property =
        as_schema_property(dataset->schema, dataset->lead_events.kind[event], AS_STR("reason"));
    if (property == AS_NO_INDEX || dataset->lead_events.property == NULL)
        return;
    const struct as_column *column = dataset->lead_events.property[property];
    if (column == NULL || column->dict == NULL || !as_bit(column->known, event))
        return;
    struct as_str reason = as_str_trim(as_intern_text(column->dict, column->code[event]));
    for (uint32_t i = 0; i < hall->model->reject_reasons.n; i++)
        if (as_str_is_nocase(reason, hall->model->reject_reasons.at[i].reason)) {
            record->listed = true;
            record->reject = hall->model->reject_reasons.at[i];
            return;
        }
}

static enum as_status gather_records(struct as_records *list, const struct as_hall *hall, uint32_t row,
                                     int64_t since, struct as_error *error)
{
    const struct as_dataset *dataset = hall->dataset;
    enum as_status status = AS_OK;
    list->n = 0;
    if (hall->act != NULL && as_verdict_at(hall->acts, row) != AS_NO) {
        const struct as_event_log *log = &dataset->lead_events;
        for (uint32_t i = log->end[row]; status == AS_OK && i > log->start[row] && log->time[i - 1] >= since;
             i--) {
            uint8_t act = hall->act[log->kind[i - 1]];
            if (act == AS_ACT_NONE || log->time[i - 1] > hall->at)
                continue;
            struct as_stage_record record = {.time = log->time[i - 1], .act = (enum as_act)act};
            if (act == AS_ACT_REJECTED)
                read_reason(&record, hall, i - 1);
            status = add_record(list, &record, error);
        }
    }
    if (dataset->overrides.start != NULL)
        for (uint32_t i = dataset->overrides.start[row];
             status == AS_OK && i < dataset->overrides.start[row + 1]; i++) {
            const struct as_override *override = &dataset->overrides.at[i];
            bool ours = override->model == AS_NO_INDEX || override->model == hall->model->index;
            if (!ours || override->time < since || override->time > hall->at)
                continue;
            status = add_record(list,
                                &(struct as_stage_record){.time = override->time,
                                                          .overrides = true,
                                                          .stage = (enum as_stage) override->stage},
                                error);
        }
    return status;
}

static void read_rules(struct as_stage_facts *facts, const struct as_hall *hall, uint32_t row)
{
    const struct as_model *model = hall->model;
    uint32_t account = hall->dataset->lead_account[row];
    for (uint32_t i = 0; i < model->gates.n; i++) {
        enum as_gate_verdict verdict = AS_GATE_INSUFFICIENT;
        uint32_t at = model->gates.at[i]->level == AS_LEVEL_LEAD ? row : account;
        if (at != AS_NO_INDEX)
            verdict = as_bit(hall->gates[i].fail, at)   ? AS_GATE_FAIL
                      : as_bit(hall->gates[i].pass, at) ? AS_GATE_PASS
                                                        : AS_GATE_INSUFFICIENT;
        facts->verdicts |= (uint16_t)(verdict << (2 * model->gates.at[i]->index));
    }
    for (uint32_t i = 0; i < model->disqualifiers.n; i++) {
        enum as_tri state = as_verdict_at(hall->disqualifiers[i], row);
        if (state == AS_YES && facts->disqualifier == 0)
            facts->disqualifier = (uint16_t)(i + 1);
        facts->unsure |= state == AS_UNKNOWN || state == AS_UNMEASURABLE;
    }
    for (uint32_t i = 0; i < model->recycles.n && facts->recycle == NULL; i++)
        if (model->recycles.at[i].from == facts->prior->stage &&
            as_verdict_at(hall->recycles[i], row) == AS_YES)
            facts->recycle = &model->recycles.at[i];
}

static uint16_t grade_at(const struct as_hall *hall, uint32_t row, uint16_t before)
{
    struct as_graded axes[AS_GRADE_AXES] = {{0, 0, 0, false}};
    for (uint32_t i = 0; i < hall->model->axes.n && i < AS_GRADE_AXES; i++) {
        struct as_points points = as_points_at(hall->axis[i], row);
        axes[i] = (struct as_graded){points.value, points.low, points.high, hall->stale[i]};
    }
    return as_grade_held(hall->model, axes, before);
}

/* How a lead stands whom something may move. */
static enum as_status decide(struct as_standing *out, const struct as_hall *hall, struct as_records *list,
                             uint32_t row, const struct as_prior *prior, struct as_error *error)
{
    struct as_stage_facts facts = {.at = hall->at, .prior = prior, .about = as_verdict_at(hall->about, row)};
    read_rules(&facts, hall, row);
    int64_t since = prior->stage == AS_STAGE_NONE ? AS_TIME_NONE : prior->entered;
    enum as_status status = gather_records(list, hall, row, since, error);
    if (status != AS_OK)
        return status;
    facts.records = list->at;
    facts.record_count = list->n;
    as_stage_decide(out, hall->model, &facts);
    if (out->stage == AS_STAGE_DISQUALIFIED && out->disqualifier != 0)
        out->sent_to = hall->sent_to[out->disqualifier - 1];
    for (uint32_t i = 0; i < hall->pack->personas.n && out->persona == 0; i++)
        if (as_verdict_at(hall->personas[i], row) == AS_YES)
            out->persona = (uint16_t)(i + 1);
    if (!out->outside)
        out->grade = grade_at(hall, row, prior->grade);
    return AS_OK;
}

/* A lead by itself: its standing, among the worker's, and what is noted of it. */
static enum as_status decide_one(struct as_kin *out, struct as_hall *hall, unsigned worker,
                                 const struct as_steady *steady, uint32_t base, uint32_t i,
                                 const struct as_prior *prior, struct as_error *error)
{
    struct as_standing standing = {.stage = AS_STAGE_NONE};
    enum as_status status = AS_OK;
    out->index = 0;
    if (!as_steady_stand(&standing, hall, steady, i, prior))
        status = decide(&standing, hall, &hall->records[worker], base + i, prior, error);
    else if (!hall->plain_grades)
        standing.grade = grade_at(hall, base + i, prior->grade);
    out->notes = as_stood_look(hall, prior, &standing);
    return status == AS_OK ? as_alike_add(&out->index, &hall->alike[worker], &standing, error) : status;
}

enum { AHEAD = 24 }; /* priors that are on their way while one is looked at */

/* The leads of a word, n of them from place `from` of the batch on. */
static enum as_status decide_word(struct as_hall *hall, unsigned worker, const struct as_steady *steady,
                                  uint32_t base, uint32_t from, uint32_t n, struct as_error *error)
{
    static const struct as_prior nothing = {.disqualifier = AS_NO_INDEX, .persona = AS_NO_INDEX};
    const struct as_dataset *dataset = hall->dataset;
    const uint32_t model = hall->model->index, row = base + from;
    const struct as_prior *rows =
        model < dataset->prior_models && dataset->prior != NULL ? dataset->prior[model] : NULL;
    const uint32_t *like =
        rows == NULL || dataset->prior_alike == NULL ? NULL : dataset->prior_alike[model].row;
    const struct as_prior_over *over =
        rows == NULL || dataset->prior_over == NULL ? NULL : &dataset->prior_over[model];
    const uint64_t others = over == NULL || over->has == NULL ? 0 : over->has[row / 64],
                   busy = hall->plain_grades ? steady->busy[from / 64] : ~UINT64_C(0);
    struct as_kin *const kins = hall->kins[worker];
    uint64_t *leads = hall->alike[worker].leads, known = 0, differs = 0, undecided = 0;
    uint32_t *const of = hall->of + row;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; status == AS_OK && i < n; i++) {
        const struct as_prior *prior = rows == NULL             ? &nothing
                                       : (others >> i & 1) != 0 ? as_prior_at(dataset, model, row + i)
                                       : like != NULL           ? &rows[like[row + i]]
                                                                : &rows[row + i];
        if (rows != NULL && like == NULL) /* many times the bytes of all that is read beside them */
            __builtin_prefetch(&rows[row + i] + AHEAD);
        known += prior->decided;
        struct as_kin own, *kin = NULL;
        if ((busy >> i & 1) == 0) {
            as_kin_of(&own, steady, from + i, prior);
            kin = as_kin_place(kins, &own);
            if (as_kin_same(kin, &own)) {
                leads[kin->index]++;
                of[i] = kin->index;
                differs |= (uint64_t)(kin->notes & AS_STOOD_DIFFERS) << i;
                undecided |= (uint64_t)(kin->notes >> 1) << i;
                continue;
            }
        }
        struct as_kin fresh;
        status = decide_one(&fresh, hall, worker, steady, base, from + i, prior, error);
        leads = hall->alike[worker].leads;
        of[i] = fresh.index;
        differs |= (uint64_t)(fresh.notes & AS_STOOD_DIFFERS) << i;
        undecided |= (uint64_t)(fresh.notes >> 1) << i;
        if (kin != NULL && status == AS_OK) {
            *kin = own;
            kin->index = fresh.index;
            kin->notes = fresh.notes;
        }
    }
    hall->known[worker] += known;
    if (hall->stood != NULL) {
        hall->stood->differs[row / 64] = differs;
        hall->stood->undecided[row / 64] = undecided;
    }
    return status;
}

static enum as_status decide_batch(void *context, unsigned worker, size_t batch, struct as_error *error)
{
    struct as_hall *hall = context;
    const uint32_t base = (uint32_t)(batch * AS_BATCH),
                   n = hall->dataset->leads - base < AS_BATCH ? hall->dataset->leads - base : AS_BATCH;
    struct as_steady steady;
    enum as_status status = AS_OK;
    hall->worker_of[batch] = (uint8_t)worker;
    if (hall->kins[worker] == NULL &&
        (hall->kins[worker] = calloc(AS_KINS, sizeof *hall->kins[worker])) == NULL)
        return as_error_memory(error);
    as_steady_look(&steady, hall, base, n);
    for (uint32_t from = 0; from < n && status == AS_OK; from += 64)
        status = decide_word(hall, worker, &steady, base, from, n - from < 64 ? n - from : 64, error);
    return status;
}

/* The workers' standings one after the other. */
static enum as_status join(struct as_standings *out, struct as_hall *hall, struct as_error *error)
{
    uint32_t first[AS_MAX_THREADS], leads = hall->dataset->leads;
    size_t n = 0;
    for (unsigned worker = 0; worker < AS_MAX_THREADS; n += hall->alike[worker++].n)
        first[worker] = (uint32_t)n;
    if (n >= UINT32_MAX)
        return as_error_set(error, AS_ERR_LIMIT, "more than %u standings", UINT32_MAX);
    struct as_standing *alike = malloc((n + 1) * sizeof *alike);
    if (alike == NULL)
        return as_error_memory(error);
    for (unsigned worker = 0; worker < AS_MAX_THREADS; worker++)
        if (hall->alike[worker].n > 0)
            memcpy(alike + first[worker], hall->alike[worker].at, hall->alike[worker].n * sizeof *alike);
    for (uint32_t row = 0; row < leads; row++)
        hall->of[row] += first[hall->worker_of[row / AS_BATCH]];
    *out = (struct as_standings){alike, n, hall->of};
    hall->of = NULL;
    return AS_OK;
}

void as_standings_free(struct as_standings *standings)
{
    free(standings->alike);
    free(standings->of);
    *standings = (struct as_standings){.alike = NULL};
}

enum as_status as_standings_by(struct as_standings *out, struct as_stood *stood, const struct as_model *model,
                               const struct as_plan *plan, const struct as_outcome *outcome,
                               const struct as_dataset *dataset, int64_t at, unsigned threads,
                               struct as_error *error)
{
    struct as_hall *hall = calloc(1, sizeof *hall);
    if (hall == NULL)
        return as_error_memory(error);
    hall->model = model;
    hall->pack = as_plan_pack(plan);
    hall->dataset = dataset;
    hall->outcome = outcome;
    hall->at = at;
    hall->stood = stood;
    const size_t batches = ((size_t)dataset->leads + AS_BATCH - 1) / AS_BATCH;
    hall->of = as_pages_room(((size_t)dataset->leads + 1) * sizeof *hall->of);
    hall->worker_of = malloc(batches + 1);
    enum as_status status =
        hall->of == NULL || hall->worker_of == NULL ? as_error_memory(error) : as_hall_open(hall, error);
    if (status == AS_OK && stood != NULL)
        status = as_stood_open(hall, error);
    if (status == AS_OK)
        status = as_parallel(threads, batches, decide_batch, hall, error);
    if (status == AS_OK && stood != NULL)
        status = as_stood_end(hall, error);
    if (status == AS_OK)
        status = join(out, hall, error);
    if (status != AS_OK && stood != NULL)
        as_stood_free(stood);
    as_hall_close(hall);
    free(hall);
    return status;
}

enum as_status as_standings(struct as_standings *out, const struct as_model *model,
                            const struct as_plan *plan, const struct as_outcome *outcome,
                            const struct as_dataset *dataset, int64_t at, struct as_error *error)
{
    return as_standings_by(out, NULL, model, plan, outcome, dataset, at, 1, error);
}
