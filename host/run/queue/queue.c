/* Today's queue. Every pack is decided as a run would decide now, without storing; then each lead asks once
 * for the most useful thing to do with it, and the contact policies of all packs answer. */
#include "run/queue/queue.h"

#include "base/search.h"
#include "run/decision/placement.h"
#include "run/decision/summary.h"
#include "run/effects/effects.h"
#include "run/explain/hand_raise.h"
#include "run/queue/meeting.h"
#include "run/queue/promised.h"
#include "run/queue/queue_order.h"
#include "run/queue/queue_tasks.h"
#include "score/model/missing.h"
#include "store/facts/facts.h"
#include "store/report/report.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

struct queueing {
    struct as_queue *out;
    struct as_store *store;
    const struct as_queue_request *request;
    struct as_plan **plans;
    struct as_decision *decisions;
    const struct as_decision **all;
    struct as_place_row **places; /* by pack; NULL without tracks */
    struct as_dataset *dataset;
    uint32_t *owner;               /* by lead: code into dataset->users, AS_NO_INDEX nobody */
    struct as_owed_list *promised; /* by pack; in the arena of *out */
    struct as_candidates candidates;
};

/* --- reading and deciding --- */

static enum as_status read_facts(struct queueing *q, struct as_error *error)
{
    const struct as_queue_request *request = q->request;
    struct as_needs needs;
    enum as_status status = as_needs_new(&needs, request->schema, error);
    for (uint32_t i = 0; i < request->pack_count && status == AS_OK; i++) {
        status = as_plan_new(&q->plans[i], request->packs[i].pack, error);
        if (status == AS_OK)
            as_needs_add(&needs, q->plans[i]);
    }
    /* An open hand-raise is looked for whatever the rules say. */
    for (uint32_t k = 0; status == AS_OK && k < request->schema->kinds.n; k++) {
        const char *intent = request->schema->kinds.at[k]->intent;
        if (intent != NULL && strcmp(intent, "hand_raise") == 0)
            as_bit_set(needs.kinds, k);
    }
    if (status == AS_OK) {
        as_meeting_need(needs.kinds, request->schema);
        struct as_snapshot_request wanted = as_needs_request(&needs, request->at, request->known_at);
        as_request_ladder(&wanted, request->packs, request->pack_count);
        status = as_store_snapshot(&q->dataset, q->store, request->schema, &wanted, error);
    }
    as_needs_free(&needs);
    return status;
}

static enum as_status decide_pack(struct queueing *q, uint32_t i, struct as_error *error)
{
    const struct as_queue_request *request = q->request;
    const struct as_pack *pack = request->packs[i].pack;
    struct as_run_options options = {
        .at = request->at, .threads = request->threads, .functions = request->packs[i].functions};
    enum as_status status = as_store_load_priors(q->dataset, q->store, pack, error);
    if (status == AS_OK)
        status = as_decide(&q->decisions[i], pack, q->plans[i], q->dataset, &options, error);
    if (status == AS_OK)
        status = as_placements(&q->places[i], &q->decisions[i], error);
    if (status == AS_OK)
        status = as_owed_of(&q->promised[i], &q->out->arena, q->store, pack, AS_OWED_NOW, request->at, error);
    if (status != AS_OK)
        return status;
    q->all[i] = &q->decisions[i];
    for (uint32_t row = 0; pack->models.n > 0 && row < q->dataset->leads; row++)
        if (as_prior_at(q->dataset, 0, row)->owner != AS_NO_INDEX)
            q->owner[row] = as_prior_at(q->dataset, 0, row)->owner;
    return AS_OK;
}

static enum as_status decide_all(struct queueing *q, struct as_error *error)
{
    q->owner = malloc((q->dataset->leads + (size_t)1) * sizeof *q->owner);
    if (q->owner == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < q->dataset->leads; row++)
        q->owner[row] = AS_NO_INDEX;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < q->request->pack_count && status == AS_OK; i++)
        status = decide_pack(q, i, error);
    return status;
}

/* --- candidates --- */

static const char *owner_of(const struct queueing *q, uint32_t row)
{
    uint32_t code = q->owner[row];
    if (code == AS_NO_INDEX || q->dataset->users == NULL || code >= as_intern_count(q->dataset->users))
        return NULL;
    return as_intern_text(q->dataset->users, code).p;
}

static bool wants_people(uint8_t stage)
{
    return stage == AS_STAGE_WORTH_A_CALL || stage == AS_STAGE_SALES_READY;
}

/* The step that is due for a lead in a pack's track, NULL for none. */
static const struct as_step *due_step(const struct queueing *q, uint32_t pack, uint32_t row)
{
    const struct as_place_row *place = q->places[pack] == NULL ? NULL : &q->places[pack][row];
    if (place == NULL || place->track == 0 || place->ended || place->due > q->request->at)
        return NULL;
    const struct as_track *track = q->request->packs[pack].pack->tracks.at[place->track - 1];
    return place->step < track->steps.n ? &track->steps.at[place->step] : NULL;
}

/* Whether a role that qualifies leads asks: then what sales has taken is none of its work, nor is what
 * machines send or others are to do. */
static bool qualifies(const struct queueing *q, uint32_t pack)
{
    return q->request->role != NULL && as_role_qualifies(q->request->packs[pack].pack, q->request->role);
}

static bool is_for_role(const struct queueing *q, const struct as_step *step)
{
    return step->task != NULL && step->role != NULL &&
           as_str_is_nocase(as_str_of(step->role), q->request->role);
}

/* What one pack would have done with a lead today; false: nothing. */
static bool consider(struct as_candidate *out, const struct queueing *q, uint32_t pack, uint32_t row)
{
    const struct as_decision *decision = &q->decisions[pack];
    uint32_t model = 0;
    const struct as_standing *standing = as_leading_standing(&model, decision, row);
    if (standing == NULL || standing->stage >= AS_STAGE_WON)
        return false;
    bool refinery = qualifies(q, pack);
    if (refinery && standing->stage >= AS_STAGE_ACCEPTED)
        return false;
    *out = (struct as_candidate){.row = row,
                                 .pack = pack,
                                 .model = model,
                                 .stage = standing->stage,
                                 .hand_raised_at = AS_TIME_NONE,
                                 .promised = AS_TIME_NONE,
                                 .due = AS_TIME_NONE,
                                 .hand_raise = AS_NO_INDEX};
    out->hand_raise = as_open_hand_raise(&out->hand_raised_at, q->dataset, row);
    if (out->hand_raise == AS_NO_INDEX)
        out->hand_raise = as_promised_kind(&out->hand_raised_at, &q->promised[pack], q->dataset, row);
    if (out->hand_raise != AS_NO_INDEX)
        out->promised = as_promised_due(&q->promised[pack], q->dataset->lead_id[row]);
    const struct as_score *interest = as_interest_score(decision->pack->models.at[model]);
    if (interest != NULL)
        out->interest = as_points_at(as_outcome_score(decision->outcome, interest), row).value;
    const struct as_step *step = due_step(q, pack, row);
    if (refinery && step != NULL && !is_for_role(q, step))
        step = NULL;
    bool by_person = wants_people(standing->stage) || out->hand_raise != AS_NO_INDEX;
    if (!by_person && step == NULL)
        return false;
    /* Where a person calls, the call comes first; a track's message follows by itself. */
    out->step = by_person && (step == NULL || step->task == NULL) ? NULL : step;
    if (out->step != NULL) {
        out->due = q->places[pack][row].due;
        if (q->request->people_only && out->step->task == NULL)
            return false;
    }
    return true;
}

static bool wanted_by(const struct queueing *q, const struct as_candidate *candidate)
{
    const struct as_queue_request *request = q->request;
    const char *owner = owner_of(q, candidate->row);
    if (request->owner != NULL && (owner == NULL || strcmp(owner, request->owner) != 0))
        return false;
    if (request->role == NULL || qualifies(q, candidate->pack))
        return true;
    return candidate->step != NULL && is_for_role(q, candidate->step);
}

/* An appointment that stands takes the place of the call to arrange one. *settled: nothing is to be done. */
static enum as_status look_at_meeting(bool *settled, const struct queueing *q, struct as_candidate *candidate,
                                      struct as_error *error)
{
    enum as_meeting_work work = AS_MEETING_NONE;
    enum as_status status = AS_OK;
    if (candidate->step == NULL && candidate->hand_raise == AS_NO_INDEX &&
        candidate->stage == AS_STAGE_SALES_READY)
        status = as_meeting_work_of(
            &work, q->store, q->dataset, candidate->row,
            as_standing_at(&q->decisions[candidate->pack], candidate->model, candidate->row)->entered, error);
    candidate->meeting = (uint8_t)work;
    *settled = work == AS_MEETING_SETTLED;
    return status;
}

static enum as_status ask_policies(struct queueing *q, struct as_candidate *candidate, struct as_error *error)
{
    struct as_contact_question question = {
        .at = q->request->at,
        .channel = candidate->step != NULL ? candidate->step->channel : "call",
        .ask = candidate->step != NULL ? candidate->step->ask : NULL,
        .answers_hand_raise = candidate->hand_raise != AS_NO_INDEX,
        .questions = candidate->step != NULL ? candidate->step->questions : 0,
    };
    struct as_contact_answer answer;
    const char *by;
    enum as_status status =
        as_contact_joint(&answer, &by, q->all, q->request->pack_count, candidate->row, &question, error);
    candidate->denial = (uint8_t)answer.denial;
    return status;
}

static bool wants_pack(const struct queueing *q, uint32_t pack)
{
    return q->request->pack == NULL || strcmp(q->request->pack, q->request->packs[pack].pack->name) == 0;
}

/* A lead stands in the queue once: with what the pack wants that ranks it highest. */
static enum as_status find_candidates(struct queueing *q, struct as_error *error)
{
    for (uint32_t row = 0; row < q->dataset->leads; row++) {
        struct as_candidate best = {.row = row}, other;
        bool any = false;
        for (uint32_t pack = 0; pack < q->request->pack_count; pack++)
            if (wants_pack(q, pack) && consider(&other, q, pack, row) &&
                (!any || as_candidate_order(&other, &best) < 0)) {
                best = other;
                any = true;
            }
        if (!any || !wanted_by(q, &best))
            continue;
        bool settled;
        enum as_status status = look_at_meeting(&settled, q, &best, error);
        if (status == AS_OK && settled)
            continue;
        if (status == AS_OK)
            status = ask_policies(q, &best, error);
        if (status != AS_OK)
            return status;
        q->out->denials[best.denial]++;
        if (!as_candidates_add(&q->candidates, &best))
            return as_error_memory(error);
    }
    q->out->allowed = q->out->denials[AS_CONTACT_ALLOWED] + q->out->denials[AS_DENIED_QUIET];
    return AS_OK;
}

/* --- reading the chosen ones --- */

/* The first question that would bring the next gate nearer: the one an attentive caller asks. */
static enum as_status next_question(const char **ask, struct queueing *q,
                                    const struct as_candidate *candidate, struct as_error *error)
{
    const struct as_decision *decision = &q->decisions[candidate->pack];
    const struct as_gate *gate = as_next_gate(decision->pack->models.at[candidate->model], candidate->stage);
    *ask = NULL;
    if (gate == NULL)
        return AS_OK;
    struct as_run_options options = decision->options;
    options.progress = NULL;
    struct as_trace *trace;
    enum as_status status =
        as_trace_new(&trace, decision->plan, decision->dataset, &options, candidate->row, error);
    if (status != AS_OK)
        return status;
    struct as_missing missing[AS_MISSING_MOST];
    uint32_t n = as_missing_for(missing, AS_MISSING_MOST, trace, gate);
    for (uint32_t i = 0; i < n && i < AS_MISSING_MOST && *ask == NULL; i++)
        if (missing[i].state != AS_NO)
            *ask = missing[i].ask;
    as_trace_free(trace);
    return AS_OK;
}

static const char *what_to_do(struct as_arena *arena, const struct as_queue_item *item,
                              const struct as_candidate *candidate)
{
    const struct as_step *step = candidate->step;
    if (step != NULL && step->task != NULL)
        return step->task;
    if (step != NULL)
        return as_arena_printf(arena, "send %s", step->content);
    if (item->hand_raised)
        return as_arena_printf(arena, "answer the %s", item->hand_raise);
    if (candidate->stage != AS_STAGE_SALES_READY)
        return "call and ask";
    return candidate->meeting == AS_MEETING_TO_TELL  ? "say what became of the appointment"
           : candidate->meeting == AS_MEETING_MISSED ? "arrange the appointment anew: nobody came"
                                                     : "arrange the sales conversation";
}

/* The first due of the clocks that run for the lead. */
static enum as_status read_owed(struct as_queue_item *out, struct queueing *q, const struct as_pack *pack,
                                struct as_error *error)
{
    struct as_owed_list owed;
    enum as_status status =
        as_owed_of(&owed, &q->out->arena, q->store, pack, out->lead_id, q->request->at, error);
    for (uint32_t i = 0; i < owed.list.n && status == AS_OK; i++) {
        const struct as_owed *one = &owed.list.at[i];
        if (one->clock.state <= AS_CLOCK_OVERDUE &&
            (out->owed == NULL || one->clock.due < out->owed->clock.due))
            out->owed = one;
    }
    return status;
}

static enum as_status read_item(struct as_queue_item *out, struct queueing *q,
                                const struct as_candidate *candidate, struct as_error *error)
{
    const struct as_decision *decision = &q->decisions[candidate->pack];
    const struct as_model *model = decision->pack->models.at[candidate->model];
    const struct as_step *step = candidate->step;
    *out = (struct as_queue_item){
        .lead_id = q->dataset->lead_id[candidate->row],
        .pack = decision->pack->name,
        .model = model->name,
        .label = as_pack_label(decision->pack, (enum as_stage)candidate->stage),
        .stage = candidate->stage,
        .interest = candidate->interest,
        .hand_raised = candidate->hand_raise != AS_NO_INDEX,
        .hand_raised_at = candidate->hand_raised_at,
        .channel = step != NULL ? step->channel : "call",
        .due = candidate->due,
    };
    as_grade_show(out->grade, model, as_standing_at(decision, candidate->model, candidate->row)->grade);
    if (out->hand_raised)
        out->hand_raise = q->dataset->schema->kinds.at[candidate->hand_raise]->name;
    if (step != NULL) {
        out->track = decision->pack->tracks.at[q->places[candidate->pack][candidate->row].track - 1]->name;
        out->step = step->name;
        out->content = step->content;
        out->role = step->role;
        out->ask = step->ask;
    }
    const char *owner = owner_of(q, candidate->row);
    if (owner != NULL && (out->owner = as_arena_printf(&q->out->arena, "%s", owner)) == NULL)
        return as_error_memory(error);
    if ((out->what = what_to_do(&q->out->arena, out, candidate)) == NULL)
        return as_error_memory(error);
    struct as_contact_question question = {q->request->at, out->channel, out->ask, out->hand_raised,
                                           step != NULL ? step->questions : 0};
    struct as_who who;
    enum as_status status = as_contact_joint(&out->contact, &out->denied_by, q->all, q->request->pack_count,
                                             candidate->row, &question, error);
    if (status == AS_OK)
        status = as_store_who_kept(&who, &q->out->arena, q->store, out->lead_id, error);
    if (status != AS_OK)
        return status;
    out->lead = who.name;
    out->email = who.email;
    out->title = who.title;
    out->account = who.company;
    return read_owed(out, q, decision->pack, error);
}

static enum as_status read_items(struct queueing *q, struct as_error *error)
{
    struct as_queue *out = q->out;
    as_candidates_sort(&q->candidates);
    for (uint32_t i = 0; i < q->candidates.n; i++) {
        const struct as_candidate *candidate = &q->candidates.at[i];
        bool allowed = as_contact_today((enum as_denial)candidate->denial);
        if (allowed ? out->items.n >= q->request->most : out->denied.n >= q->request->most_denied)
            continue;
        struct as_queue_item item;
        enum as_status status = read_item(&item, q, candidate, error);
        if (status != AS_OK)
            return status;
        if (allowed ? !as_list_push(&out->arena, &out->items, item)
                    : !as_list_push(&out->arena, &out->denied, item))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* Of those that may be contacted: items stand in the order of their candidates. Who is asked about is
 * computed anew, with where its pack left it before: the last pack's priors are in the dataset still. */
static enum as_status read_questions(struct queueing *q, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t pack = q->request->pack_count; pack-- > 0 && status == AS_OK;) {
        bool loaded = pack + 1 == q->request->pack_count;
        uint32_t item = 0;
        for (uint32_t i = 0; i < q->candidates.n && item < q->out->items.n && status == AS_OK; i++) {
            const struct as_candidate *candidate = &q->candidates.at[i];
            item += as_contact_today((enum as_denial)candidate->denial);
            if (candidate->pack != pack || !as_contact_today((enum as_denial)candidate->denial))
                continue;
            if (!loaded)
                status = as_store_load_priors(q->dataset, q->store, q->request->packs[pack].pack, error);
            loaded = true;
            if (status == AS_OK)
                status = next_question(&q->out->items.at[item - 1].next_question, q, candidate, error);
        }
    }
    return status;
}

/* --- tasks --- */

/* Whether the candidates, which are by row still, have the task as the step that is due. */
static bool is_due_step(const struct queueing *q, const struct as_task *task, uint32_t row)
{
    uint32_t at = 0;
    AS_SEARCH(at, q->candidates.n, q->candidates.at[at].row < row);
    if (at == q->candidates.n || q->candidates.at[at].row != row || task->play == NULL)
        return false;
    const struct as_candidate *candidate = &q->candidates.at[at];
    return candidate->step != NULL && candidate->step->task != NULL &&
           strcmp(candidate->step->name, task->play) == 0 &&
           strcmp(q->request->packs[candidate->pack].pack->name, task->pack) == 0;
}

static bool wants_task(const void *context, const struct as_task *task)
{
    const struct queueing *q = context;
    const struct as_queue_request *request = q->request;
    uint32_t row = task->lead_id == 0 ? AS_NO_INDEX : as_dataset_lead_row(q->dataset, task->lead_id);
    const char *owner = task->owner != NULL || row == AS_NO_INDEX ? task->owner : owner_of(q, row);
    if (request->pack != NULL && strcmp(request->pack, task->pack) != 0)
        return false;
    if (request->owner != NULL && (owner == NULL || strcmp(owner, request->owner) != 0))
        return false;
    if (request->role != NULL &&
        (task->role == NULL || !as_str_is_nocase(as_str_of(task->role), request->role)))
        return false;
    return row == AS_NO_INDEX || !is_due_step(q, task, row);
}

/* --- the whole --- */

enum as_status as_queue_of(struct as_queue *out, struct as_store *store,
                           const struct as_queue_request *request, struct as_error *error)
{
    *out = (struct as_queue){.at = request->at, .known_at = request->known_at};
    struct queueing q = {.out = out, .store = store, .request = request};
    uint32_t n = request->pack_count;
    q.plans = calloc(n + (size_t)1, sizeof *q.plans);
    q.decisions = calloc(n + (size_t)1, sizeof *q.decisions);
    q.all = calloc(n + (size_t)1, sizeof *q.all);
    q.places = calloc(n + (size_t)1, sizeof *q.places);
    q.promised = as_arena_array(&out->arena, n + (size_t)1, sizeof *q.promised);
    enum as_status status =
        q.plans == NULL || q.decisions == NULL || q.all == NULL || q.places == NULL || q.promised == NULL
            ? as_error_memory(error)
            : as_store_learn_schema(store, request->schema, error);
    if (status == AS_OK)
        status = read_facts(&q, error);
    if (status == AS_OK)
        status = decide_all(&q, error);
    if (status == AS_OK)
        status = find_candidates(&q, error);
    if (status == AS_OK)
        status = as_queue_read_tasks(out, store, request->most, wants_task, &q, error);
    if (status == AS_OK)
        status = read_items(&q, error);
    if (status == AS_OK)
        status = read_questions(&q, error);
    for (uint32_t i = 0; i < n; i++) {
        if (q.places != NULL)
            free(q.places[i]);
        if (q.decisions != NULL && q.decisions[i].pack != NULL)
            as_decision_free(&q.decisions[i]);
        if (q.plans != NULL)
            as_plan_free(q.plans[i]);
    }
    free(q.plans);
    free(q.decisions);
    free(q.all);
    free(q.places);
    free(q.owner);
    as_candidates_free(&q.candidates);
    as_dataset_free(q.dataset);
    if (status != AS_OK)
        as_queue_free(out);
    return status;
}

void as_queue_free(struct as_queue *queue)
{
    as_arena_free(&queue->arena);
    *queue = (struct as_queue){.allowed = 0};
}
