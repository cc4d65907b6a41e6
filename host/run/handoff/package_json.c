/* The package as JSON. Its shape is documented in host/run/README.md; keys are added, never renamed. */
#include "run/handoff/package.h"

#include <math.h>
#include <string.h>

static void put_resource(struct as_json *json, const char *key, const struct as_resource *resource)
{
    if (key != NULL)
        as_json_key(json, key);
    if (resource == NULL) {
        as_json_text(json, NULL);
        return;
    }
    as_json_open(json, '{');
    as_json_put_text(json, "key", resource->key);
    as_json_put_text(json, "title", resource->title);
    as_json_put_text(json, "kind", resource->kind);
    as_json_put_text(json, "phase", resource->phase);
    as_json_put_text(json, "url", resource->url);
    as_json_put_text(json, "source_type", resource->source_type);
    as_json_put_bool(json, "story", resource->story);
    as_json_close(json, '}');
}

static const char *key_of(const struct as_resource *resource)
{
    return resource == NULL ? NULL : resource->key;
}

static void put_findings(struct as_json *json, const char *key, const struct as_package_finding *findings,
                         uint32_t n)
{
    as_json_put_open(json, key, '[');
    for (uint32_t i = 0; i < n; i++) {
        as_json_open(json, '{');
        as_json_put_text(json, "what", findings[i].what);
        as_json_put_text(json, "advice", findings[i].advice);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_lead(struct as_json *json, const struct as_package *package)
{
    const struct as_explanation *e = &package->explanation;
    const struct as_explained_model *model = package->model;
    as_json_put_int(json, "id", e->lead_id);
    as_json_put_text(json, "lead", e->lead);
    as_json_put_text(json, "email", e->email);
    as_json_put_text(json, "title", e->title);
    as_json_put_text(json, "pack", e->pack->name);
    as_json_put_text(json, "hash", e->pack->hash);
    as_json_put_text(json, "model", model->model->name);
    as_json_put_time(json, "at", e->at);
    as_json_put_time(json, "known_at", e->known_at);
    as_json_put_text(json, "stage", as_stage_name((enum as_stage)model->standing.stage));
    as_json_put_text(json, "label", model->label);
    as_json_put_time(json, "since", model->standing.entered);
    as_json_put_text(json, "grade", model->grade[0] == '\0' ? NULL : model->grade);
    as_json_put_text(json, "owner", e->owner);
}

static void put_offers(struct as_json *json, const struct as_package *package)
{
    as_json_key(json, "override");
    if (package->overridden) {
        as_json_open(json, '{');
        as_json_put_time(json, "at", package->override.time);
        as_json_put_text(json, "by", package->override.by);
        as_json_put_text(json, "reason", package->override.reason);
        as_json_close(json, '}');
    } else {
        as_json_text(json, NULL);
    }
    as_json_put_open(json, "offers", '[');
    for (uint32_t i = 0; i < package->offers.n; i++) {
        const struct as_package_offer *offer = &package->offers.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "state", offer->state);
        as_json_put_text(json, "owner", offer->owner);
        as_json_put_time(json, "offered", offer->offered);
        as_json_put_time(json, "answered", offer->answered);
        as_json_put_text(json, "by", offer->by);
        as_json_put_text(json, "reason", offer->reason);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_owed_json(json, &package->explanation.owed);
}

static void put_meetings(struct as_json *json, const struct as_package *package)
{
    as_json_put_open(json, "appointments", '[');
    for (uint32_t i = 0; i < package->meetings.n; i++) {
        const struct as_appointment *one = &package->meetings.at[i].what;
        as_json_open(json, '{');
        as_json_put_text(json, "state", as_appointment_state_name(one->state));
        as_json_put_time(json, "booked", one->booked);
        as_json_put_time(json, "starts", one->starts);
        as_json_put_text(json, "with", one->with);
        as_json_put_text(json, "by", one->by);
        as_json_put_int(json, "moved", one->moved);
        as_json_put_int(json, "no_shows", one->no_shows);
        as_json_put_time(json, "ended", one->ended);
        as_json_put_number(json, "rating", one->rating > 0 ? one->rating : NAN);
        as_json_put_text(json, "rated_by", one->rated_by);
        as_json_put_text(json, "why", one->why);
        as_json_put_text(json, "track", one->track);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_plan(struct as_json *json, const struct as_package *package)
{
    as_json_put_open(json, "plan", '[');
    for (uint32_t t = 0; t < package->plan.n; t++) {
        const struct as_package_track *track = &package->plan.at[t];
        as_json_open(json, '{');
        as_json_put_text(json, "track", track->track->name);
        as_json_put_text(json, "persona", track->track->persona);
        as_json_put_text(json, "phase", track->track->phase);
        as_json_put_bool(json, "current", track->current);
        as_json_put_open(json, "steps", '[');
        for (uint32_t s = 0; s < track->steps.n; s++) {
            const struct as_package_step *step = &track->steps.at[s];
            as_json_open(json, '{');
            as_json_put_text(json, "step", step->step->name);
            as_json_put_text(json, "content", step->step->content);
            as_json_put_text(json, "title", step->resource == NULL ? NULL : step->resource->title);
            as_json_put_text(json, "task", step->step->task);
            as_json_put_text(json, "state", as_step_state_name(step->state));
            as_json_put_time(json, "offered", step->offered);
            as_json_close(json, '}');
        }
        as_json_close(json, ']');
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "resources", '[');
    for (uint32_t i = 0; i < package->resources.n; i++)
        put_resource(json, NULL, package->resources.at[i]);
    as_json_close(json, ']');
}

/* Offers that were answered are offers, too: they stand in both lists. */
static void put_touches(struct as_json *json, const char *key, const struct as_package *package,
                        bool by_person, bool answered)
{
    as_json_put_open(json, key, '[');
    for (uint32_t i = 0; i < package->touches.n; i++) {
        const struct as_package_touch *touch = &package->touches.at[i];
        if (touch->by_person != by_person || (answered && touch->responded == AS_TIME_NONE))
            continue;
        as_json_open(json, '{');
        as_json_put_time(json, "at", touch->time);
        as_json_put_text(json, "channel", touch->channel);
        as_json_put_text(json, "ask", touch->ask);
        as_json_put_text(json, "content", touch->content);
        as_json_put_text(json, "title", touch->resource == NULL ? NULL : touch->resource->title);
        if (by_person) {
            as_json_put_text(json, "who", touch->user);
            as_json_put_text(json, "outcome", touch->outcome);
            as_json_put_text(json, "summary", touch->summary);
        }
        as_json_put_time(json, "responded", touch->responded);
        as_json_put_text(json, "source", touch->source);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_events(struct as_json *json, const struct as_package *package)
{
    as_json_put_open(json, "pages", '[');
    for (uint32_t i = 0; i < package->events.n; i++) {
        const struct as_package_event *event = &package->events.at[i];
        if (!event->page)
            continue;
        as_json_open(json, '{');
        as_json_put_time(json, "at", event->time);
        as_json_put_text(json, "kind", event->kind);
        as_json_put_text(json, "url", event->url);
        as_json_put_text(json, "title", event->title);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "accessed", '[');
    for (uint32_t i = 0; i < package->events.n; i++) {
        const struct as_package_event *event = &package->events.at[i];
        if (!event->consumed)
            continue;
        as_json_open(json, '{');
        as_json_put_time(json, "at", event->time);
        as_json_put_text(json, "kind", event->kind);
        as_json_put_text(json, "content", event->content);
        as_json_put_text(json, "title", event->title);
        put_resource(json, "resource", event->resource);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_all(struct as_json *json, const struct as_package *package)
{
    as_json_put_open(json, "answers", '[');
    for (uint32_t i = 0; i < package->answers.n; i++) {
        const struct as_package_answer *answer = &package->answers.at[i];
        as_json_open(json, '{');
        as_json_put_time(json, "at", answer->time);
        as_json_put_text(json, "question", answer->question);
        as_json_put_text(json, "ask", answer->ask);
        as_json_put_text(json, "value", answer->value);
        as_json_put_text(json, "by", answer->voice);
        as_json_put_text(json, "manner", answer->manner);
        as_json_put_text(json, "user", answer->user);
        as_json_put_bool(json, "account", answer->of_account);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "events", '[');
    for (uint32_t i = 0; i < package->events.n; i++) {
        const struct as_package_event *event = &package->events.at[i];
        as_json_open(json, '{');
        as_json_put_time(json, "at", event->time);
        as_json_put_text(json, "kind", event->kind);
        as_json_put_text(json, "by", event->actor);
        as_json_put_text(json, "detail", event->detail);
        as_json_put_text(json, "source", event->source);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_questions(struct as_json *json, const struct as_package *package)
{
    as_json_put_open(json, "questions", '[');
    for (uint32_t i = 0; i < package->questions.n; i++) {
        const struct as_package_question *one = &package->questions.at[i];
        const struct as_explained_value *answer = one->answer;
        as_json_open(json, '{');
        as_json_put_text(json, "question", one->name);
        as_json_put_text(json, "ask", one->ask);
        as_json_put_text(json, "phase", one->phase);
        as_json_put_text(json, "product", one->product);
        as_json_put_text(json, "answer", answer == NULL ? NULL : answer->value);
        as_json_put_text(json, "source", answer == NULL ? NULL : answer->source);
        as_json_put_time(json, "since", answer == NULL ? AS_TIME_NONE : answer->since);
        as_json_put_text(json, "content", key_of(one->resource));
        as_json_put_text(json, "taken", key_of(one->taken));
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_text(json, "happened", package->happened);
    as_json_put_open(json, "next", '{');
    as_json_put_text(json, "question", package->next == NULL ? NULL : package->next->name);
    as_json_put_text(json, "ask", package->next_ask);
    put_resource(json, "content", package->insight);
    as_json_close(json, '}');
    as_json_put_open(json, "proof_points", '[');
    for (uint32_t i = 0; i < package->proof.n; i++)
        put_resource(json, NULL, package->proof.at[i]);
    as_json_close(json, ']');
}

static void put_group(struct as_json *json, const struct as_package *package)
{
    const struct as_explanation *e = &package->explanation;
    as_explained_account_json(json, &e->account);
    as_json_put_open(json, "people", '[');
    for (uint32_t i = 0; i < e->people.n; i++) {
        const struct as_explained_person *person = &e->people.at[i];
        as_json_open(json, '{');
        as_json_put_int(json, "id", person->lead_id);
        as_json_put_text(json, "name", person->name);
        as_json_put_text(json, "title", person->title);
        as_json_put_text(json, "role", person->role);
        as_json_put_text(json, "label", person->label);
        as_json_put_time(json, "last_seen", person->last_seen);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_explained_gates_json(json, package->model);
}

void as_package_json(struct as_json *json, const struct as_package *package)
{
    const struct as_explanation *e = &package->explanation;
    as_json_open(json, '{');
    put_lead(json, package);
    as_json_put_bool(json, "complete", package->faults.n == 0);
    put_findings(json, "faults", package->faults.at, package->faults.n);
    put_findings(json, "warnings", package->warnings.at, package->warnings.n);
    if (package->faults.n == 0) {
        put_offers(json, package);
        put_meetings(json, package);
        as_json_put_text(json, "persona", e->contact.persona);
        as_json_put_text(json, "phase", as_phase_name(package->phase));
        put_plan(json, package);
        as_json_put_open(json, "history", '{');
        put_touches(json, "offers", package, false, false);
        put_touches(json, "responses", package, false, true);
        put_events(json, package);
        put_touches(json, "conversations", package, true, false);
        as_explained_scores_json(json, e->pack, package->model);
        put_all(json, package);
        as_json_close(json, '}');
        put_questions(json, package);
        put_group(json, package);
        as_explained_contact_json(json, &e->contact);
    }
    as_json_close(json, '}');
}
