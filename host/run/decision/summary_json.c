/* The summary as JSON: kept beside the run, and printed by --json. Its shape is documented in README.md; keys
 * are added, never renamed. */
#include "run/clearance.h"
#include "run/decision/json.h"
#include "run/decision/summary.h"

#include "base/time.h"

static void put_causes(struct as_json *json, const char *key, const uint64_t by_cause[AS_MOVE_CAUSES])
{
    as_json_put_open(json, key, '{');
    for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
        if (by_cause[cause] > 0)
            as_json_put_int(json, as_move_cause_name((enum as_move_cause)cause), (int64_t)by_cause[cause]);
    as_json_close(json, '}');
}

static bool any(const uint64_t by_cause[AS_MOVE_CAUSES])
{
    uint64_t sum = 0;
    for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
        sum += by_cause[cause];
    return sum > 0;
}

static void put_gate(struct as_json *json, const struct as_gate_summary *gate)
{
    as_json_open(json, '{');
    as_json_put_text(json, "gate", gate->gate->name);
    as_json_put_int(json, "pass", (int64_t)gate->pass);
    as_json_put_int(json, "fail", (int64_t)gate->fail);
    as_json_put_int(json, "insufficient", (int64_t)gate->insufficient);
    as_json_put_int(json, "waiting", (int64_t)gate->waiting);
    as_json_put_int(json, "undecided", (int64_t)gate->undecided);
    if (gate->fact != NULL) {
        as_json_put_open(json, "blocker", '{');
        as_json_put_text(json, "fact", gate->fact);
        as_json_put_text(json, "criterion", gate->criterion);
        as_json_put_int(json, "leads", (int64_t)gate->blocked);
        as_json_put_text(json, "ask", gate->ask);
        as_json_close(json, '}');
    }
    as_json_close(json, '}');
}

static void put_model(struct as_json *json, const struct as_summary *summary,
                      const struct as_model_summary *model)
{
    as_json_open(json, '{');
    as_json_put_text(json, "model", model->model->name);
    as_json_put_int(json, "leads", (int64_t)model->leads);
    as_json_put_open(json, "stages", '[');
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++) {
        as_json_open(json, '{');
        as_json_put_text(json, "stage", as_stage_name((enum as_stage)stage));
        as_json_put_text(json, "label", as_pack_label(summary->pack, (enum as_stage)stage));
        as_json_put_int(json, "leads", (int64_t)model->stages[stage]);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "grades", '{');
    for (uint32_t g = 0; g < model->grades.n; g++)
        as_json_put_int(json, model->grades.at[g].grade, (int64_t)model->grades.at[g].n);
    as_json_close(json, '}');
    as_json_put_int(json, "changed", (int64_t)model->changed);
    as_json_put_int(json, "moved", (int64_t)model->moved);
    as_json_put_int(json, "known", (int64_t)model->known);
    as_json_put_open(json, "into", '{');
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++)
        if (any(model->into[stage]))
            put_causes(json, as_stage_name((enum as_stage)stage), model->into[stage]);
    as_json_close(json, '}');
    put_causes(json, "regraded", model->regraded);
    as_json_put_int(json, "attention", (int64_t)model->attention);
    as_json_put_int(json, "blocked", (int64_t)model->blocked);
    as_json_put_text(json, "blocked_by",
                     model->blocker > 0 ? model->model->disqualifiers.at[model->blocker - 1].name : NULL);
    as_json_put_open(json, "disqualified", '{');
    for (uint32_t d = 0; d < model->model->disqualifiers.n; d++)
        if (model->disqualified[d] > 0)
            as_json_put_int(json, model->model->disqualifiers.at[d].name, (int64_t)model->disqualified[d]);
    as_json_close(json, '}');
    as_json_put_open(json, "gates", '[');
    for (uint32_t g = 0; g < model->gates.n; g++)
        put_gate(json, &model->gates.at[g]);
    as_json_close(json, ']');
    as_json_close(json, '}');
}

void as_agreed_json(struct as_json *json, const struct as_agreed *agreed)
{
    char day[AS_TIME_TEXT];
    if (!agreed->declared) {
        as_json_put_text(json, "agreement", NULL);
        return;
    }
    as_json_put_open(json, "agreement", '{');
    as_json_put_bool(json, "holds", agreed->holds);
    as_json_put_text(json, "review_by",
                     agreed->review_by != 0 ? as_day_format(day, agreed->review_by) : NULL);
    as_json_put_bool(json, "review_over", agreed->review_over);
    as_json_put_open(json, "parties", '[');
    for (int p = 0; p < AS_PARTIES; p++) {
        const struct as_agreed_party *party = &agreed->parties[p];
        as_json_open(json, '{');
        as_json_put_text(json, "party", as_party_name((enum as_party)p));
        as_json_put_text(json, "signer", party->signer);
        as_json_put_text(json, "state", as_signing_name(party->signing));
        as_json_put_text(json, "by", party->name);
        as_json_put_text(json, "day", party->name != NULL ? as_day_format(day, party->day) : NULL);
        as_json_put_text(json, "changed", party->changed);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_close(json, '}');
}

static void put_feeds(struct as_json *json, const struct as_summary *summary)
{
    static const char *const states[] = {
        [AS_FEED_LIVE] = "live", [AS_FEED_STALE] = "stale", [AS_FEED_NEVER] = "never"};
    as_json_put_open(json, "feeds", '[');
    for (uint32_t f = 0; f < summary->feeds.n; f++) {
        const struct as_feed_age *feed = &summary->feeds.at[f];
        as_json_open(json, '{');
        as_json_put_text(json, "feed", feed->feed);
        as_json_put_time(json, "newest", feed->newest);
        as_json_put_int(json, "fresh_seconds", feed->fresh);
        as_json_put_text(json, "state", states[feed->state]);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_moves(struct as_json *json, const struct as_summary *summary)
{
    as_json_put_open(json, "moves", '[');
    for (uint32_t m = 0; m < summary->moves.n; m++) {
        const struct as_move_line *move = &summary->moves.at[m];
        as_json_open(json, '{');
        as_json_put_int(json, "id", move->lead_id);
        as_json_put_text(json, "lead", move->lead);
        as_json_put_text(json, "account", move->account);
        as_json_put_text(json, "model", move->model);
        as_json_put_text(json, "from", as_stage_name((enum as_stage)move->from));
        as_json_put_text(json, "to", as_stage_name((enum as_stage)move->to));
        as_json_put_text(json, "cause", as_move_cause_name((enum as_move_cause)move->cause));
        as_json_put_text(json, "by", move->why);
        as_json_put_text(json, "because", move->because);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_error(struct as_json *json, const struct as_error *error)
{
    as_json_put_open(json, "error", '{');
    as_json_put_text(json, "what", error->what);
    as_json_put_text(json, "file", error->file[0] == '\0' ? NULL : error->file);
    as_json_put_int(json, "line", error->line);
    as_json_put_text(json, "advice", error->advice);
    as_json_close(json, '}');
}

static void put_effects(struct as_json *json, const struct as_summary *summary)
{
    as_json_put_open(json, "effects", '{');
    as_json_put_int(json, "assign", (int64_t)summary->made.assign);
    as_json_put_int(json, "handoff", (int64_t)summary->made.handoff);
    as_json_put_int(json, "task", (int64_t)summary->made.task);
    as_json_put_int(json, "send", (int64_t)summary->made.send);
    as_json_put_int(json, "told", (int64_t)summary->made.told);
    as_json_put_int(json, "unowned", (int64_t)summary->made.unowned);
    as_json_put_int(json, "waiting", (int64_t)summary->made.waiting);
    as_json_close(json, '}');
    as_json_put_open(json, "outbox", '{');
    as_json_put_int(json, "queued", (int64_t)summary->queued);
    as_json_put_int(json, "held", (int64_t)summary->held);
    as_json_close(json, '}');
}

static void put_owed(struct as_json *json, const struct as_summary *summary)
{
    as_json_put_open(json, "service_levels", '[');
    for (uint32_t i = 0; i < summary->owed.n; i++) {
        const struct as_owed_summary *owed = &summary->owed.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "agreement", owed->level->name);
        as_json_put_int(json, "runs", (int64_t)owed->states[AS_CLOCK_RUNS]);
        as_json_put_int(json, "at_risk", (int64_t)owed->states[AS_CLOCK_AT_RISK]);
        as_json_put_int(json, "overdue", (int64_t)owed->states[AS_CLOCK_OVERDUE]);
        as_json_put_int(json, "reminded", (int64_t)owed->reminded);
        as_json_put_int(json, "notified", (int64_t)owed->notified);
        as_json_put_int(json, "reassigned", (int64_t)owed->reassigned);
        as_json_put_int(json, "given_back", (int64_t)owed->given_back);
        as_json_put_open(json, "pressing", '[');
        for (uint32_t k = 0; k < owed->pressing.n; k++) {
            const struct as_owed_line *line = &owed->pressing.at[k];
            as_json_open(json, '{');
            as_json_put_int(json, "id", line->lead_id);
            as_json_put_text(json, "lead", line->lead);
            as_json_put_text(json, "account", line->account);
            as_json_put_text(json, "owner", line->owner);
            as_service_clock_json(json, &line->clock, line->asked);
            as_json_close(json, '}');
        }
        as_json_close(json, ']');
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_past(struct as_json *json, const struct as_summary *summary)
{
    as_json_put_open(json, "past", '[');
    for (uint32_t p = 0; p < summary->past.n; p++) {
        const struct as_past_run *past = &summary->past.at[p];
        as_json_open(json, '{');
        as_json_put_int(json, "run", past->id);
        as_json_put_time(json, "at", past->at);
        as_json_put_int(json, "leads", (int64_t)past->leads);
        as_json_put_int(json, "changed", (int64_t)past->changed);
        as_json_put_int(json, "moved", (int64_t)past->moved);
        as_json_put_int(json, "effects", (int64_t)past->made);
        as_json_put_bool(json, "baseline", past->baseline);
        as_json_put_bool(json, "held", past->held);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

void as_summary_json(struct as_json *json, const struct as_summary *summary)
{
    as_json_open(json, '{');
    as_json_put_text(json, "pack", summary->pack->name);
    as_json_put_text(json, "hash", summary->pack->hash);
    as_json_put_int(json, "run", summary->run);
    as_json_put_time(json, "at", summary->at);
    as_json_put_time(json, "known_at", summary->known_at);
    as_json_put_time(json, "last_at", summary->last_at);
    as_json_put_bool(json, "failed", summary->failed);
    if (summary->failed) {
        put_error(json, &summary->error);
        as_json_close(json, '}');
        return;
    }
    as_json_put_bool(json, "first", summary->first);
    as_json_put_bool(json, "baseline", summary->baseline);
    as_json_put_bool(json, "dry_run", summary->dry_run);
    as_json_put_bool(json, "rules_changed", summary->rules_changed);
    as_json_put_text(json, "held_because",
                     summary->hold == AS_HOLD_NONE ? NULL : as_hold_name(summary->hold));
    as_json_put_number(json, "moved_share", summary->moved_share);
    as_json_put_int(json, "leads", (int64_t)summary->leads);
    as_json_put_int(json, "accounts", (int64_t)summary->accounts);
    as_json_put_int(json, "decided", (int64_t)summary->decided);
    as_json_put_text(json, "whole", summary->whole);
    if (summary->looked_at != 0)
        as_json_put_int(json, "looked_at", summary->looked_at);
    as_agreed_json(json, &summary->agreed);
    put_feeds(json, summary);
    as_json_put_open(json, "models", '[');
    for (uint32_t m = 0; m < summary->models.n; m++)
        put_model(json, summary, &summary->models.at[m]);
    as_json_close(json, ']');
    put_moves(json, summary);
    as_json_put_open(json, "nurturing", '{');
    as_json_put_int(json, "in_track", (int64_t)summary->in_track);
    as_json_put_int(json, "pressured", (int64_t)summary->pressured);
    for (int d = 0; d < AS_DENIAL_COUNT; d++)
        as_json_put_int(json, as_denial_name((enum as_denial)d), (int64_t)summary->denials[d]);
    as_json_close(json, '}');
    if (summary->pack->segment.declared) {
        as_json_put_open(json, "regions", '{');
        for (int r = 0; r <= AS_REGION_ABM; r++)
            as_json_put_int(json, as_region_name((enum as_region)r), (int64_t)summary->regions[r]);
        as_json_close(json, '}');
    }
    put_effects(json, summary);
    put_owed(json, summary);
    put_past(json, summary);
    as_json_close(json, '}');
}
