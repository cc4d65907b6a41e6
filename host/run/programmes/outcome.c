/* Counting outcomes: from stored decisions where a stage counts, from the facts of a moment where a condition
 * does. What follows from the counts is look.c's. */
#include "run/programmes/outcome.h"

#include "score/model/programme.h"
#include "score/tree/condition.h"
#include "store/report/journeys.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* --- who --- */

struct subject {
    int64_t lead, as, came, until; /* as: under which id it came */
    enum as_arm arm;
    bool hit;
};
struct name {
    int64_t id; /* under which a subject has decisions: its own, or of whom it was merged into */
    uint32_t subject;
};
struct counting {
    struct as_arena arena;
    AS_LIST(struct subject) subjects;
    AS_LIST(struct name) names; /* by id */
    const struct as_programme *plan;
    int64_t at, model;
};

static enum as_status take_subject(void *context, const struct as_come_row *row, struct as_error *error)
{
    struct counting *counting = context;
    const struct subject subject = {row->lead, row->as, row->came, row->until, row->arm, false};
    const struct name names[] = {{row->lead, counting->subjects.n}, {row->as, counting->subjects.n}};
    if (row->until > counting->at)
        return AS_OK;
    bool kept = as_list_push(&counting->arena, &counting->subjects, subject) &&
                as_list_push(&counting->arena, &counting->names, names[0]) &&
                (row->as == row->lead || as_list_push(&counting->arena, &counting->names, names[1]));
    return kept ? AS_OK : as_error_memory(error);
}

static int by_id_alone(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_id(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    int order = by_id_alone(a, b);
    return order != 0 ? order : x->subject < y->subject ? -1 : x->subject > y->subject;
}

/* Of two that turned out to be one person the first that came counts. */
static void drop_twins(struct counting *counting)
{
    uint32_t n = 0;
    if (counting->names.n > 1)
        qsort(counting->names.at, counting->names.n, sizeof *counting->names.at, by_id);
    for (uint32_t i = 0; i < counting->names.n; i++) {
        const struct name *name = &counting->names.at[i];
        struct subject *subject = &counting->subjects.at[name->subject];
        bool twin = n > 0 && counting->names.at[n - 1].id == name->id;
        if (twin && subject->lead == name->id)
            subject->arm = AS_ARM_NONE;
        if (!twin)
            counting->names.at[n++] = *name;
    }
    counting->names.n = n;
}

/* --- by stage --- */

static enum as_status take_step(void *context, const struct as_step_row *row, struct as_error *error)
{
    struct counting *counting = context;
    (void)error;
    if (row->outside || !as_outcome_reached((enum as_stage)row->to, counting->plan->outcome) ||
        counting->names.n == 0)
        return AS_OK;
    const struct name key = {.id = row->lead};
    const struct name *found = bsearch(&key, counting->names.at, counting->names.n, sizeof key, by_id_alone);
    if (found == NULL)
        return AS_OK;
    struct subject *subject = &counting->subjects.at[found->subject];
    subject->hit |= row->time > subject->came && row->time <= subject->until;
    return AS_OK;
}

static enum as_status take_model(void *context, int64_t model_id, const char *name, struct as_error *error)
{
    struct counting *counting = context;
    (void)error;
    if (strcmp(name, counting->plan->model) == 0)
        counting->model = model_id;
    return AS_OK;
}

static enum as_status ask_stages(struct counting *counting, struct as_store *store,
                                 const struct as_programme_row *row, struct as_error *error)
{
    enum as_status status = as_store_models(store, row->pack, take_model, counting, error);
    return status == AS_OK ? as_store_steps(store, counting->model, counting->at, take_step, counting, error)
                           : status;
}

/* --- by condition --- */

/* The version's programme alone, as all that is asked of leads. */
struct asking {
    const struct as_run_pack *version;
    struct as_programme *programme; /* of the version */
    struct as_pack pack;
    struct as_plan *plan;
    struct as_needs needs;
};

static enum as_status open_asking(struct asking *asking, const struct as_programme_row *row,
                                  const struct as_run_pack *version, struct as_error *error)
{
    *asking = (struct asking){.version = version};
    for (uint32_t i = 0; version != NULL && i < version->pack->programmes.n; i++)
        if (strcmp(version->pack->programmes.at[i]->terms, row->plan.terms) == 0)
            asking->programme = version->pack->programmes.at[i];
    if (asking->programme == NULL || asking->programme->when == NULL)
        return as_error_set(error, AS_ERR_MISSING,
                            "the version of %s by which programme \"%s\" began does not declare it",
                            row->pack, row->plan.name);
    bool scores = as_expr_contains(asking->programme->when, AS_EXPR_SCORE);
    as_pack_asking(&asking->pack, version->pack, NULL, 0, scores);
    asking->pack.programmes.at = &asking->programme;
    asking->pack.programmes.n = 1;
    enum as_status status = as_needs_new(&asking->needs, version->pack->rules.schema, error);
    if (status == AS_OK)
        status = as_plan_new(&asking->plan, &asking->pack, error);
    if (status == AS_OK)
        as_needs_add(&asking->needs, asking->plan);
    return status;
}

static void close_asking(struct asking *asking)
{
    as_plan_free(asking->plan);
    as_needs_free(&asking->needs);
}

/* The facts about these subjects, whose time was over at once, as they were known then. */
static enum as_status take_facts(struct as_dataset **out, const struct asking *asking, struct as_store *store,
                                 const struct counting *counting, uint32_t first, uint32_t end,
                                 struct as_error *error)
{
    int64_t *ids = calloc((end - first) * (size_t)2, sizeof *ids);
    if (ids == NULL)
        return as_error_memory(error);
    for (uint32_t i = first; i < end; i++) {
        ids[2 * (i - first)] = counting->subjects.at[i].lead;
        ids[2 * (i - first) + 1] = counting->subjects.at[i].as;
    }
    int64_t until = counting->subjects.at[first].until;
    struct as_snapshot_request wanted = as_needs_request(&asking->needs, until, until);
    wanted.pack = &asking->pack;
    wanted.lead_ids = ids;
    wanted.lead_count = 2 * (end - first);
    enum as_status status =
        as_store_snapshot(out, store, asking->version->pack->rules.schema, &wanted, error);
    free(ids);
    return status;
}

static enum as_status ask_at_once(struct counting *counting, const struct asking *asking,
                                  struct as_store *store, uint32_t first, uint32_t end,
                                  struct as_error *error)
{
    struct as_dataset *dataset = NULL;
    struct as_outcome *outcome = NULL;
    struct as_run_options options = {
        .at = counting->subjects.at[first].until, .threads = 1, .functions = asking->version->functions};
    enum as_status status = take_facts(&dataset, asking, store, counting, first, end, error);
    if (status == AS_OK)
        status = as_plan_run(&outcome, asking->plan, dataset, &options, error);
    for (uint32_t i = first; i < end && status == AS_OK; i++) {
        struct subject *subject = &counting->subjects.at[i];
        uint32_t lead = as_dataset_lead_row(dataset, subject->as);
        if (lead == AS_NO_INDEX) /* merged by then */
            lead = as_dataset_lead_row(dataset, subject->lead);
        if (lead == AS_NO_INDEX)
            subject->arm = AS_ARM_NONE;
        else
            subject->hit = as_verdict_at(as_outcome_programme(outcome, asking->programme), lead) == AS_YES;
    }
    as_outcome_free(outcome);
    as_dataset_free(dataset);
    return status;
}

/* Subjects stand in the order in which they came, and so in that in which their time is over. */
static enum as_status ask_condition(struct counting *counting, struct as_store *store,
                                    const struct as_programme_row *row, const struct as_run_pack *version,
                                    struct as_error *error)
{
    struct asking asking;
    enum as_status status = open_asking(&asking, row, version, error);
    for (uint32_t i = 0, end; i < counting->subjects.n && status == AS_OK; i = end) {
        for (end = i; end < counting->subjects.n &&
                      counting->subjects.at[end].until == counting->subjects.at[i].until;)
            end++;
        status = ask_at_once(counting, &asking, store, i, end, error);
    }
    close_asking(&asking);
    return status;
}

enum as_status as_count_outcomes(struct as_arm_count *out, struct as_store *store,
                                 const struct as_programme_row *row, const struct as_run_pack *pack,
                                 int64_t at, struct as_error *error)
{
    struct counting counting = {.plan = &row->plan, .at = at};
    *out = (struct as_arm_count){.n = {0}};
    as_arena_init(&counting.arena);
    enum as_status status = as_store_came(store, row->id, at, take_subject, &counting, error);
    drop_twins(&counting);
    if (status == AS_OK && counting.subjects.n > 0)
        status = row->plan.model != NULL ? ask_stages(&counting, store, row, error)
                                         : ask_condition(&counting, store, row, pack, error);
    for (uint32_t i = 0; i < counting.subjects.n; i++) {
        const struct subject *subject = &counting.subjects.at[i];
        out->n[subject->arm]++;
        out->hits[subject->arm] += subject->hit;
    }
    as_arena_free(&counting.arena);
    return status;
}
