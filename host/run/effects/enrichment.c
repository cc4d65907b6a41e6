/* Enrichment: the leads or accounts that are due. Its condition is decided like any other, over a pack that
 * holds nothing else, so that no enrichment costs a run anything. */
#include "run/effects/enrichment.h"

#include "base/limits.h"
#include "run/decision/decision.h"
#include "run/decision/json.h"
#include "store/snapshot/snapshot.h"
#include "store/work/enrichments.h"

#include <stdlib.h>
#include <string.h>

struct candidate {
    int64_t row_id, asked_at;
    bool ready;
};

struct finding {
    const struct as_due_request *request;
    const struct as_enrichment *enrichment;
    struct candidate *at; /* by row id */
    uint32_t n, next;
};

/* The pack with the condition as all that it asks. */
struct probe {
    struct as_pack pack;
    struct as_persona persona;
    struct as_template template_, *templates;
};

static void make_probe(struct probe *probe, const struct as_pack *pack,
                       const struct as_enrichment *enrichment)
{
    probe->pack = *pack;
    probe->persona = (struct as_persona){.name = enrichment->name, .when = enrichment->when};
    probe->template_ = (struct as_template){.name = enrichment->name, .when = enrichment->when};
    probe->templates = &probe->template_;
    probe->pack.personas.at = &probe->persona;
    probe->pack.personas.n = enrichment->level == AS_LEVEL_LEAD;
    probe->pack.templates.at = &probe->templates;
    probe->pack.templates.n = enrichment->level == AS_LEVEL_ACCOUNT;
    probe->pack.tracks.n = probe->pack.routes.n = probe->pack.tiers.n = probe->pack.reactions.n = 0;
    probe->pack.policy = (struct as_contact_policy){.declared = false};
    if (!as_expr_contains(enrichment->when, AS_EXPR_SCORE))
        probe->pack.models.n = 0;
}

static enum as_status take_rows(struct finding *finding, const struct as_outcome *outcome,
                                const struct as_dataset *dataset, struct as_error *error)
{
    enum as_level level = finding->enrichment->level;
    uint32_t rows = level == AS_LEVEL_LEAD ? dataset->leads : dataset->accounts;
    const int64_t *ids = level == AS_LEVEL_LEAD ? dataset->lead_id : dataset->account_id;
    struct as_verdicts verdicts = as_outcome_verdicts_at(outcome, finding->enrichment->when, level);
    finding->at = calloc(rows + (size_t)1, sizeof *finding->at);
    if (finding->at == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < rows; row++)
        if (as_verdict_at(verdicts, row) == AS_YES)
            finding->at[finding->n++] = (struct candidate){ids[row], AS_TIME_NONE, true};
    return AS_OK;
}

static enum as_status find_rows(struct finding *finding, struct as_store *store, struct as_error *error)
{
    const struct as_due_request *request = finding->request;
    struct probe probe;
    struct as_plan *plan = NULL;
    struct as_needs needs = {0};
    struct as_dataset *dataset = NULL;
    struct as_outcome *outcome = NULL;
    make_probe(&probe, request->pack, finding->enrichment);
    enum as_status status = as_needs_new(&needs, request->schema, error);
    if (status == AS_OK)
        status = as_plan_new(&plan, &probe.pack, error);
    if (status == AS_OK) {
        as_needs_add(&needs, plan);
        struct as_snapshot_request wanted = as_needs_request(&needs, request->now, request->now);
        wanted.pack = &probe.pack;
        status = as_store_snapshot(&dataset, store, request->schema, &wanted, error);
    }
    if (status == AS_OK) {
        struct as_run_options options = {
            .at = request->now, .threads = request->threads, .functions = request->functions};
        status = as_plan_run(&outcome, plan, dataset, &options, error);
    }
    if (status == AS_OK)
        status = take_rows(finding, outcome, dataset, error);
    as_outcome_free(outcome);
    as_dataset_free(dataset);
    as_plan_free(plan);
    as_needs_free(&needs);
    return status;
}

static int64_t rest(const struct as_asked *asked, int64_t every)
{
    if (asked->outcome != AS_ASKED_FAILED)
        return every;
    int64_t pause = AS_ENRICH_RETRY_S;
    for (uint32_t i = 1; i < asked->failures && pause < every; i++)
        pause *= 2;
    return pause < every ? pause : every;
}

/* Both run by row id. */
static enum as_status leave_recent(void *context, const struct as_asked *asked, struct as_error *error)
{
    struct finding *finding = context;
    (void)error;
    while (finding->next < finding->n && finding->at[finding->next].row_id < asked->row_id)
        finding->next++;
    if (finding->next == finding->n || finding->at[finding->next].row_id != asked->row_id)
        return AS_OK;
    struct candidate *candidate = &finding->at[finding->next];
    candidate->asked_at = asked->at;
    candidate->ready = finding->request->now - asked->at >= rest(asked, finding->enrichment->every);
    return AS_OK;
}

static int longest_ago(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->asked_at != y->asked_at)
        return x->asked_at < y->asked_at ? -1 : 1;
    return (x->row_id > y->row_id) - (x->row_id < y->row_id);
}

enum as_status as_enrichment_due(int64_t **ids, uint32_t *n, struct as_store *store,
                                 const struct as_due_request *request, const struct as_enrichment *enrichment,
                                 struct as_error *error)
{
    struct finding finding = {.request = request, .enrichment = enrichment};
    *ids = NULL;
    *n = 0;
    enum as_status status = find_rows(&finding, store, error);
    if (status == AS_OK)
        status = as_store_asked(store, request->pack->name, enrichment->name, enrichment->level, leave_recent,
                                &finding, error);
    if (status == AS_OK && (*ids = calloc(finding.n + (size_t)1, sizeof **ids)) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK) {
        qsort(finding.at, finding.n, sizeof *finding.at, longest_ago);
        for (uint32_t i = 0; i < finding.n; i++)
            if (finding.at[i].ready)
                (*ids)[(*n)++] = finding.at[i].row_id;
    }
    free(finding.at);
    return status;
}

void as_enriched_json(struct as_json *json, const struct as_enriched *enriched)
{
    as_json_open(json, '{');
    as_json_put_text(json, "pack", enriched->pack);
    as_json_put_text(json, "enrichment", enriched->name);
    as_json_put_int(json, "due", enriched->due);
    as_json_put_int(json, "found", enriched->found);
    as_json_put_int(json, "nothing", enriched->nothing);
    as_json_put_int(json, "failed", enriched->failed);
    as_json_put_int(json, "left", enriched->left);
    as_json_put_int(json, "facts", enriched->facts);
    as_json_put_text(json, "why", enriched->why[0] != '\0' ? enriched->why : NULL);
    as_json_close(json, '}');
}
