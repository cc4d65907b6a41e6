/* A sample decided anew, as lines. It is a run like any other, on a store of its own, so that what is
 * compared is what a run stores. */
#include "run/sample/replay.h"

#include "base/time.h"
#include "run/decision/json.h"
#include "run/sample/sample.h"
#include "store/report/report.h"
#include "store/work/effects.h"

/* What time alone changes, and steps that fall due: seen a week later. */
enum { LATER_DAYS = 7 };

struct replaying {
    struct as_buf *out;
    struct as_store *store;
    const struct as_pack *pack;
};

/* The ledgers as the store writes them. */
static enum as_status put_ledgers(void *context, const struct as_decision_row *row, struct as_error *error)
{
    struct as_json *json = context;
    (void)error;
    as_json_key(json, "ledgers");
    as_buf_text(json->out, row->ledger_json != NULL ? row->ledger_json : "null");
    json->more = true;
    return AS_OK;
}

static void put_verdicts(struct as_json *json, const struct as_pack *pack, const struct as_lead_row *row)
{
    as_json_put_open(json, "verdicts", '{');
    for (uint32_t m = 0; m < pack->models.n; m++)
        for (uint32_t g = 0;
             as_str_is(as_str_of(row->model), pack->models.at[m]->name) && g < pack->models.at[m]->gates.n;
             g++) {
            const struct as_gate *gate = pack->models.at[m]->gates.at[g];
            as_json_put_text(json, gate->name,
                             as_gate_verdict_name(as_verdict_of(row->verdicts, gate->index)));
        }
    as_json_close(json, '}');
}

static enum as_status put_lead(void *context, const struct as_lead_row *row, struct as_error *error)
{
    struct replaying *replaying = context;
    struct as_json json = {.out = replaying->out};
    as_json_open(&json, '{');
    as_json_put_text(&json, "lead", row->who.external_id != NULL ? row->who.external_id : row->who.name);
    as_json_put_text(&json, "model", row->model);
    as_json_put_text(&json, "stage", as_stage_name((enum as_stage)row->stage));
    as_json_put_text(&json, "furthest", as_stage_name((enum as_stage)row->furthest));
    as_json_put_text(&json, "grade", row->grade);
    put_verdicts(&json, replaying->pack, row);
    as_json_put_text(&json, "disqualifier", row->disqualifier);
    as_json_put_bool(&json, "blocked", row->blocked);
    as_json_put_text(&json, "persona", row->persona);
    as_json_put_text(&json, "owner", row->owner);
    enum as_status status = as_store_decisions_of(replaying->store, replaying->pack->name, row->model,
                                                  row->who.lead_id, INT64_MAX, 1, put_ledgers, &json, error);
    as_json_close(&json, '}');
    as_buf_char(replaying->out, '\n');
    return status;
}

static enum as_status put_effect(void *context, const struct as_effect_row *row, struct as_error *error)
{
    struct as_json json = {.out = context};
    (void)error;
    as_json_open(&json, '{');
    as_json_put_text(&json, "effect", row->kind);
    as_json_put_text(&json, "key", row->key);
    as_json_put_text(&json, "to", row->destination);
    as_json_put_time(&json, "due", row->due);
    as_json_key(&json, "payload");
    as_buf_text(json.out, row->payload_json);
    json.more = true;
    as_json_close(&json, '}');
    as_buf_char(context, '\n');
    return AS_OK;
}

static enum as_status decide(int64_t *run_id, struct as_store *store, const struct as_replay_request *request,
                             int64_t at, struct as_error *error)
{
    const struct as_run_request run = {.schema = request->schema,
                                       .packs = &request->pack,
                                       .pack_count = 1,
                                       .at = at,
                                       .known_at = at,
                                       .now = at,
                                       .threads = request->threads,
                                       .rehearsal = true,
                                       .approve = true,
                                       .max_moves = -1};
    struct as_run_result result = {.failed = 0};
    enum as_status status = as_run(&result, store, &run, error);
    if (status == AS_OK && result.failed > 0) {
        *error = result.packs.at[0]->error;
        status = error->status;
    } else if (status == AS_OK) {
        *run_id = result.packs.at[0]->run;
    }
    as_run_free(&result);
    return status;
}

enum as_status as_replay_lines(struct as_buf *out, struct as_store *store,
                               const struct as_replay_request *request, struct as_error *error)
{
    struct replaying replaying = {out, store, request->pack.pack};
    struct as_lead_query query = {.pack = replaying.pack->name, .outside = true};
    int64_t later = request->at + LATER_DAYS * AS_DAY_SECONDS, run = 0;
    enum as_status status = as_sample_read(store, request->schema, request->folder, request->at, error);
    if (status == AS_OK)
        status = decide(&run, store, request, request->at, error);
    if (status == AS_OK)
        status = as_store_leads(store, &query, put_lead, &replaying, error);
    query.since_run = run;
    if (status == AS_OK)
        status = decide(&run, store, request, later, error);
    if (status == AS_OK)
        status = as_store_leads(store, &query, put_lead, &replaying, error);
    if (status == AS_OK)
        status = as_store_effects(store, replaying.pack->name, NULL, put_effect, out, error);
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}
