/* Appointments with sales: arranging one, which the gate before sales must allow [A8.5], and how good it was
 * [A8.17]. What happens to one in between is told by events: meeting_moved, meeting_held, meeting_no_show,
 * meeting_cancelled. */
#include "cmd/facts/record.h"

#include "base/time.h"
#include "cmd/line/pack_choice.h"
#include "run/explain/explain.h"
#include "store/report/appointments.h"

#include <string.h>

/* --- what stands already --- */

struct latest {
    struct as_appointment found;
    char starts[AS_TIME_TEXT];
    bool any;
};

static enum as_status take_latest(void *into, const struct as_appointment *appointment,
                                  struct as_error *error)
{
    struct latest *latest = into;
    (void)error;
    latest->any = true;
    latest->found = *appointment;
    if (appointment->starts != AS_TIME_NONE)
        as_time_format(latest->starts, appointment->starts);
    return AS_OK;
}

static enum as_status find_latest(struct latest *latest, struct as_recording *r, struct as_error *error)
{
    struct as_appointment_query query = {.lead_id = r->id, .at = r->happened, .known_at = r->context->at};
    *latest = (struct latest){.any = false};
    return as_store_appointments(r->context->store, &query, take_latest, latest, error);
}

/* --- the gate before sales --- */

static bool is_passed(const struct as_explained_model *model)
{
    uint8_t stage = model->standing.stage;
    return !model->standing.outside && !model->standing.blocked &&
           (stage == AS_STAGE_SALES_READY || stage == AS_STAGE_ACCEPTED || stage == AS_STAGE_OPPORTUNITY);
}

/* The first gate on the way to sales, that one included, which does not pass; NULL: all do. */
static const struct as_explained_gate *closed_gate(const struct as_explained_model *model)
{
    for (uint32_t g = 0; g < model->gates.n; g++)
        if (model->gates.at[g].gate->stage <= AS_STAGE_SALES_READY &&
            model->gates.at[g].verdict != AS_GATE_PASS)
            return &model->gates.at[g];
    return NULL;
}

/* "sales_ready (SAL): need is unknown, priority does not hold" */
static void say_gate(struct as_buf *out, const struct as_explained_gate *gate, const char *label)
{
    as_buf_printf(out, "%s (%s):", gate->gate->name, label);
    const char *between = " ";
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        const struct as_explained_condition *one = &gate->criteria.at[i];
        if (one->state == AS_YES)
            continue;
        as_buf_printf(out, "%s%s %s", between, one->name,
                      one->state == AS_NO ? "does not hold" : "is unknown");
        between = ", ";
    }
}

static enum as_status refuse(const struct as_explanation *x, const struct as_explained_model *model,
                             struct as_error *error)
{
    static const char by_word[] =
        "a person's word goes over the rules: assay record LEAD override sales_ready "
        "--reason \"…\"";
    const struct as_explained_gate *gate = closed_gate(model);
    if (model->standing.outside)
        return as_error_set(error, AS_ERR_CONFLICT,
                            "%.100s gets no appointment: model %s is not about the lead", x->lead,
                            model->model->name);
    if (model->standing.blocked && gate == NULL)
        return as_error_set(error, AS_ERR_CONFLICT,
                            "%.100s gets no appointment while the disqualifier \"%s\" is unknown", x->lead,
                            model->disqualifiers.n > 0 ? model->disqualifiers.at[0].name : "of the model");
    if (gate == NULL || model->standing.stage > AS_STAGE_OPPORTUNITY) {
        as_error_set(error, AS_ERR_CONFLICT, "%.100s gets no appointment: the lead stands at %s", x->lead,
                     model->label);
        return as_error_advise(error, "`assay explain` says how it came to that");
    }
    struct as_buf missing = {.p = NULL};
    say_gate(&missing, gate, as_pack_label(x->pack, gate->gate->stage));
    as_error_set(error, AS_ERR_CONFLICT, "%.100s has not passed the gate %s", x->lead, as_buf_c(&missing));
    as_buf_free(&missing);
    for (uint32_t i = 0; i < model->missing.n; i++)
        if (model->missing.at[i].ask != NULL)
            return as_error_advise(error, "ask: %s; %s", model->missing.at[i].ask, by_word);
    return as_error_advise(error, "`assay explain` says what is missing; %s", by_word);
}

/* Supposes the meeting, since agreeing to it is what gates call willing, and asks the first pack's models.
 * AS_ERR_CONFLICT says why the lead gets none, AS_ERR_USAGE that the pack has no such model. */
static enum as_status ask_gate(struct as_recording *r, struct as_run_pack *packs, uint32_t n,
                               struct as_error *error)
{
    struct as_schema *schema = r->context->schema;
    struct as_overlay overlay = {.marks = {NULL, 0, 0}};
    struct as_change booked = {.kind = AS_CHANGE_EVENT,
                               .event = as_schema_kind(schema, AS_STR("meeting_booked")),
                               .count = 1,
                               .time = r->happened};
    struct as_explain_request request = {.schema = schema,
                                         .packs = packs,
                                         .pack_count = n,
                                         .model = as_given_text(r->arguments, "model"),
                                         .at = r->happened,
                                         .known_at = r->context->at,
                                         .lead_id = r->id,
                                         .overlay = &overlay};
    struct as_explanation x;
    enum as_status status = as_overlay_add(&overlay, &booked, error);
    if (status == AS_OK && (status = as_explain(&x, r->context->store, &request, error)) == AS_OK) {
        const struct as_explained_model *first = NULL;
        bool passed = false;
        for (uint32_t m = 0; m < x.models.n && !passed; m++) {
            const struct as_explained_model *model = &x.models.at[m];
            passed = is_passed(model);
            if (first == NULL || (first->standing.outside && !model->standing.outside))
                first = model;
        }
        if (!passed)
            status = first != NULL ? refuse(&x, first, error)
                                   : as_error_set(error, AS_ERR_CONFLICT, "%s has no model", x.pack->name);
        as_explanation_free(&x);
    }
    as_overlay_free(&overlay);
    return status;
}

/* Some pack that decides lets the lead through; else what the first one says that has the model. */
static enum as_status must_pass(struct as_recording *r, struct as_error *error)
{
    struct as_run_pack *packs;
    struct as_error said = AS_ERROR_INIT;
    uint32_t n = 0;
    const char *named = as_given_text(r->arguments, "pack");
    enum as_status status = as_choose_packs_first(&packs, &n, r->context, named, error);
    if (status != AS_OK)
        return status;
    for (uint32_t i = 0; i < (named == NULL ? n : 1); i++) {
        struct as_error own = AS_ERROR_INIT;
        struct as_run_pack asked = packs[i];
        packs[i] = packs[0];
        packs[0] = asked;
        status = ask_gate(r, packs, n, &own);
        if (status == AS_OK)
            return AS_OK;
        bool fault = status != AS_ERR_CONFLICT && status != AS_ERR_USAGE;
        if (fault || i == 0 || (said.status == AS_ERR_USAGE && status == AS_ERR_CONFLICT))
            said = own;
        if (fault)
            break;
    }
    *error = said;
    return said.status;
}

/* --- acts --- */

static enum as_status put_appointment(struct as_recording *r, struct as_error *error)
{
    return as_record_event(r, "meeting_booked", error);
}

static enum as_status put_rating(struct as_recording *r, struct as_error *error)
{
    return as_record_event(r, "meeting_rated", error);
}

static bool says(const struct as_recording *r, const char *name)
{
    for (uint32_t i = 0; i < r->details.n; i++) {
        struct as_str rest = as_str_of(r->details.at[i]), before = as_str_cut(&rest, '=');
        if (rest.p != NULL && as_str_is(before, name) && rest.n > 0)
            return true;
    }
    return false;
}

enum as_status as_record_appointment(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example appointment starts=2026-03-12T10:00:00Z "
                                  "with=\"S. Okafor\" --user \"L. Vogel\"";
    struct latest latest;
    if (!says(r, "starts") || !says(r, "with"))
        return as_record_needs(r, "starts= and with=: when it is, and with whom of sales", example, error);
    if (r->user == NULL)
        return as_record_needs(r, "--user: who arranged it", example, error);
    enum as_status status = find_latest(&latest, r, error);
    bool same = status == AS_OK && latest.any && latest.found.booked == r->happened;
    if (status == AS_OK && latest.any && !same && latest.found.state == AS_APPOINTMENT_OPEN) {
        as_error_set(error, AS_ERR_CONFLICT, "there is an appointment already, %s",
                     latest.starts[0] != '\0' ? latest.starts : "at a time that nobody said");
        return as_error_advise(error, "say what became of it: meeting_moved starts=…, meeting_held, "
                                      "meeting_no_show or meeting_cancelled");
    }
    if (status == AS_OK)
        status = must_pass(r, error);
    return status == AS_OK
               ? as_record_act_do(r, &(struct as_record_act){r->act, put_appointment, true, false}, error)
               : status;
}

enum as_status as_record_rated(struct as_recording *r, struct as_error *error)
{
    static const char example[] =
        "assay record ada@acme.example rated 4 --user \"S. Okafor\" --reason \"knew his numbers\"";
    struct latest latest;
    int64_t rating = 0;
    struct as_str word = r->details.n == 1 ? as_str_of(r->details.at[0]) : (struct as_str){NULL, 0};
    if (!as_parse_int(&rating, word) || rating < AS_RATING_LEAST || rating > AS_RATING_MOST)
        return as_record_needs(r, "a whole number from 1 (a waste of time) to 5 (the sales cycle began)",
                               example, error);
    if (r->user == NULL)
        return as_record_needs(r, "--user: who held the meeting", example, error);
    enum as_status status = find_latest(&latest, r, error);
    if (status != AS_OK)
        return status;
    if (!latest.any || latest.found.state != AS_APPOINTMENT_HELD) {
        as_error_set(error, AS_ERR_CONFLICT, "no appointment was held that could be rated");
        return as_error_advise(error, "first: assay record LEAD meeting_held --user \"…\"");
    }
    const char **details = as_arena_array(r->arena, 1, sizeof *details);
    if (details == NULL || (details[0] = as_arena_printf(r->arena, "rating=%d", (int)rating)) == NULL)
        return as_error_memory(error);
    struct as_texts said = r->details;
    r->details = (struct as_texts){details, 1};
    status = as_record_act_do(r, &(struct as_record_act){r->act, put_rating, true, false}, error);
    r->details = said;
    return status;
}
