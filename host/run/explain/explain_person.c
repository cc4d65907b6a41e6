/* What there is to say of the person: who she is, whose she is and why, her account and its buying group, and
 * whether she may be contacted today. */
#include "run/explain/explaining.h"

#include "run/decision/placement.h"
#include "run/effects/effects.h"
#include "run/explain/hand_raise.h"
#include "store/facts/facts.h"
#include "store/report/history.h"
#include "store/report/report.h"

#include <string.h>

static enum as_status take_match(void *context, int64_t account_id, const char *account,
                                 const char *matched_by, double score, const char *note,
                                 struct as_error *error)
{
    struct as_explaining *e = context;
    (void)account_id, (void)account, (void)score;
    const char *words = note != NULL ? note : matched_by;
    e->out->account.matched_by = as_explaining_keep(e, words);
    return words != NULL && e->out->account.matched_by == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status take_assignment(void *context, const struct as_moment *moment, struct as_error *error)
{
    struct as_explaining *e = context;
    if (strcmp(moment->what, "assigned") != 0)
        return AS_OK;
    /* What the store tells in detail begins with the route, when there was one; it need not be said twice. */
    const char *by = moment->by;
    if (by != NULL && moment->detail != NULL && strncmp(moment->detail, by, strlen(by)) == 0)
        by = NULL;
    const char *why = by != NULL && moment->detail != NULL
                          ? as_arena_printf(&e->out->arena, "%s, %s", moment->detail, by)
                          : as_explaining_keep(e, moment->detail != NULL ? moment->detail : by);
    if (why != NULL)
        e->out->owner_why = why;
    (void)error;
    return AS_OK;
}

/* The owner that a run assigned; else the one that the CRM names. */
static enum as_status explain_owner(struct as_explaining *e, struct as_error *error)
{
    const struct as_dataset *dataset = e->dataset;
    uint32_t owner = e->out->pack->models.n > 0 ? as_prior_at(dataset, 0, e->lead_row)->owner : AS_NO_INDEX;
    if (owner != AS_NO_INDEX && dataset->users != NULL && owner < as_intern_count(dataset->users)) {
        e->out->owner = as_explaining_keep(e, as_intern_text(dataset->users, owner).p);
        return as_store_timeline(e->store, e->request->lead_id, e->request->at, e->request->known_at, 0,
                                 take_assignment, e, error);
    }
    uint32_t field = as_schema_field(e->request->schema, AS_LEVEL_LEAD, AS_STR("owner"));
    const struct as_column *column = field == AS_NO_INDEX ? NULL : dataset->field[field];
    if (column == NULL || !as_bit(column->known, e->lead_row))
        return AS_OK;
    struct as_evidence evidence;
    bool known = false;
    e->out->owner = as_explaining_keep(e, as_intern_text(column->dict, column->code[e->lead_row]).p);
    enum as_status status = as_store_evidence(&evidence, &known, e->store, e->request->schema, field,
                                              e->request->lead_id, e->request->known_at, error);
    if (status == AS_OK && known)
        e->out->owner_why = as_arena_printf(&e->out->arena, "says %s", evidence.source);
    return status;
}

static enum as_status explain_account(struct as_explaining *e, struct as_error *error)
{
    struct as_explained_account *out = &e->out->account;
    const struct as_pack *pack = e->out->pack;
    if (e->account_row == AS_NO_INDEX)
        return AS_OK;
    out->id = e->dataset->account_id[e->account_row];
    if (e->dataset->member_start != NULL)
        out->members =
            e->dataset->member_start[e->account_row + 1] - e->dataset->member_start[e->account_row];
    out->has_region = pack->segment.declared;
    if (out->has_region)
        out->region = as_region_at(pack, e->decisions[0].outcome, e->account_row);
    enum as_status status = as_store_match(e->store, e->request->lead_id, take_match, e, error);
    if (status != AS_OK || pack->templates.n == 0)
        return status;
    struct as_account_plan plan;
    status = as_account_plan_of(&plan, &e->out->arena, pack, e->decisions[0].outcome, e->dataset,
                                e->account_row, error);
    if (status != AS_OK || plan.template_ == NULL)
        return status;
    uint32_t *filled = as_arena_array(&e->out->arena, plan.template_->group.n + (size_t)1, sizeof *filled);
    if (filled == NULL)
        return as_error_memory(error);
    out->template_ = plan.template_->name;
    out->coverage = as_group_coverage(filled, plan.template_, e->dataset, e->account_row);
    for (uint32_t r = 0; r < plan.template_->group.n; r++) {
        struct as_explained_role role = {plan.template_->group.at[r].role, filled[r],
                                         plan.template_->group.at[r].count};
        if (!as_list_push(&e->out->arena, &out->roles, role))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status take_word(void *context, const struct as_override_row *row, struct as_error *error)
{
    struct as_explaining *e = context;
    struct as_explained_word *word = &e->out->contact.word;
    word->by = as_explaining_keep(e, row->by);
    word->reason = as_explaining_keep(e, row->reason);
    word->time = row->time;
    return word->reason == NULL ? as_error_memory(error) : AS_OK;
}

/* A person's word on the track, and beside it what the rules would do. */
static enum as_status explain_word(struct as_explaining *e, const struct as_placement *place,
                                   struct as_error *error)
{
    const struct as_track_word *said = as_track_word(e->dataset, e->lead_row);
    struct as_explained_word *word = &e->out->contact.word;
    if (said == NULL)
        return AS_OK;
    word->said = true;
    word->waits = place->word == NULL;
    word->kept_out = said->says == AS_TRACK_KEPT_OUT;
    if (said->track != AS_NO_INDEX)
        word->track = as_explaining_keep(e, as_intern_text(e->dataset->tracks, said->track).p);
    word->by_rules = place->by_rules == NULL ? NULL : place->by_rules->name;
    return as_store_override_of(e->store, said->id, take_word, e, error);
}

static enum as_status explain_contact(struct as_explaining *e, struct as_error *error)
{
    struct as_explained_contact *out = &e->out->contact;
    const struct as_pack *pack = e->out->pack;
    uint32_t model = 0;
    const struct as_standing *standing = as_leading_standing(&model, &e->decisions[0], e->lead_row);
    struct as_placement place = {.until = AS_TIME_NONE};
    enum as_status status = AS_OK;
    out->due = AS_TIME_NONE;
    out->channel = "call";
    out->phase = as_buying_phase(pack, e->dataset, e->lead_row, e->request->at);
    if (standing != NULL && standing->persona > 0)
        out->persona = pack->personas.at[standing->persona - 1].name;
    if (standing != NULL && pack->tracks.n > 0)
        status =
            as_nurture_place(&place, e->decisions[0].nurture, e->lead_row, standing, e->request->at, error);
    if (status == AS_OK)
        status = explain_word(e, &place, error);
    if (status != AS_OK)
        return status;
    out->programme = place.programme != NULL ? place.programme->name : NULL;
    out->arm = place.arm;
    out->until = place.until;
    if (place.track != NULL && !place.ended && place.step < place.track->steps.n) {
        const struct as_step *step = &place.track->steps.at[place.step];
        out->track = place.track->name;
        out->step = step->name;
        out->what = step->task != NULL      ? step->task
                    : step->content != NULL ? as_arena_printf(&e->out->arena, "send %s", step->content)
                                            : step->name;
        out->due = place.due;
        out->channel = step->channel;
        out->ask = step->ask;
        out->questions = step->questions;
    }
    out->has_policy = pack->policy.declared;
    if (out->has_policy)
        out->pressure = as_nurture_pressure(e->decisions[0].nurture, e->lead_row, e->request->at);
    if (pack->policy.ladder.n > 0) {
        uint8_t rung = as_nurture_rung(e->decisions[0].nurture, e->lead_row, e->request->at);
        if (rung > 0 && rung <= pack->policy.ladder.n)
            out->permission = pack->policy.ladder.at[rung - 1];
    }
    if (e->request->channel != NULL) {
        out->channel = e->request->channel;
        out->ask = e->request->ask;
        out->questions = e->request->questions;
    }
    struct as_contact_question question = {e->request->at, out->channel, out->ask,
                                           as_open_hand_raise(NULL, e->dataset, e->lead_row) != AS_NO_INDEX,
                                           out->questions};
    return as_contact_joint(&out->answer, &out->denied_by, e->all, e->request->pack_count, e->lead_row,
                            &question, error);
}

enum as_status as_explain_person(struct as_explaining *e, struct as_error *error)
{
    struct as_who who;
    enum as_status status = as_store_who_kept(&who, &e->out->arena, e->store, e->request->lead_id, error);
    e->out->lead = who.name;
    e->out->email = who.email;
    e->out->title = who.title;
    e->out->account.name = who.company;
    if (status == AS_OK)
        status = explain_owner(e, error);
    if (status == AS_OK)
        status = explain_account(e, error);
    return status == AS_OK ? explain_contact(e, error) : status;
}
