/* The explanation as JSON. Its shape is documented in README.md; keys are added, never renamed. */
#include "run/explain/explain.h"

#include "base/time.h"

#include <math.h>

static const char *verdict_name(enum as_gate_verdict verdict)
{
    return verdict != AS_GATE_NONE ? as_gate_verdict_name(verdict) : NULL;
}

static void put_values(struct as_json *json, const struct as_explained_values *values)
{
    as_json_put_open(json, "evidence", '[');
    for (uint32_t i = 0; i < values->list.n; i++) {
        const struct as_explained_value *value = &values->list.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "fact", value->fact);
        as_json_put_text(json, "value", value->value);
        as_json_put_text(json, "manner", as_manner_name(value->manner));
        as_json_put_text(json, "source", value->source);
        as_json_put_time(json, "since", value->since);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_position(struct as_json *json, struct as_position position)
{
    as_json_put_text(json, "file", position.file);
    as_json_put_int(json, "line", position.line);
}

static void put_bound(struct as_json *json, const char *key, bool there, int64_t milli)
{
    as_json_key(json, key);
    if (there)
        as_json_milli(json, milli);
    else
        as_json_text(json, NULL);
}

/* By what the points of events are reckoned, so that a reader with the events can do it again. */
static void put_terms(struct as_json *json, const struct as_rule *rule, const struct as_schema *schema)
{
    static const char *const fadings[] = {[AS_FADING_NONE] = "none",
                                          [AS_FADING_HALF_LIFE] = "half_life",
                                          [AS_FADING_LINEAR] = "linear",
                                          [AS_FADING_WINDOW] = "window"};
    as_json_put_open(json, "terms", '{');
    as_json_put_text(json, "fading", fadings[rule->fading]);
    as_json_put_int(json, "days", rule->fading_days);
    as_json_put_open(json, "per_event", '[');
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        const struct as_event_points *event = &rule->per_event.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "kind", schema->kinds.at[event->kind]->name);
        as_json_put_milli(json, "points", event->points);
        as_json_put_int(json, "most", event->at_most.count);
        as_json_put_int(json, "per_days",
                        event->at_most.count == 0 ? 0 : event->at_most.span.length / AS_DAY_SECONDS);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    put_bound(json, "cap", rule->has_cap, rule->cap);
    as_json_close(json, '}');
}

static void put_entry(struct as_json *json, const struct as_schema *schema,
                      const struct as_explained_entry *explained)
{
    static const char *const kinds[] = {
        [AS_ENTRY_RULE] = "rule",           [AS_ENTRY_EVENTS] = "events", [AS_ENTRY_RULE_CAP] = "rule_cap",
        [AS_ENTRY_GROUP_CAP] = "group_cap", [AS_ENTRY_CAP] = "cap",       [AS_ENTRY_FLOOR] = "floor"};
    const struct as_entry *entry = explained->entry;
    as_json_open(json, '{');
    as_json_put_text(json, "kind", kinds[entry->kind]);
    as_json_put_text(json, "name", entry->rule != NULL ? entry->rule->name : entry->group);
    as_json_put_milli(json, "points", entry->points);
    if (entry->kind == AS_ENTRY_EVENTS) {
        as_json_put_int(json, "events", entry->events);
        as_json_put_text(json, "counted", explained->counted);
        as_json_put_time(json, "newest", explained->newest);
        put_terms(json, entry->rule, schema);
    }
    if (entry->note != NULL)
        as_json_put_text(json, "note", entry->note);
    if (entry->rule != NULL) {
        as_json_put_text(json, "reason", entry->rule->reason);
        put_position(json, entry->rule->position);
    }
    put_values(json, &explained->values);
    as_json_close(json, '}');
}

static void put_score(struct as_json *json, const struct as_schema *schema,
                      const struct as_explained_model *model, const struct as_explained_score *score)
{
    const struct as_ledger *ledger = &score->ledger;
    as_json_open(json, '{');
    as_json_put_text(json, "score", ledger->score->name);
    as_json_put_milli(json, "value", ledger->value);
    as_json_put_milli(json, "low", ledger->low);
    as_json_put_milli(json, "high", ledger->high);
    put_bound(json, "floor", ledger->score->has_floor, ledger->score->floor);
    put_bound(json, "cap", ledger->score->has_cap, ledger->score->cap);
    as_json_put_time(json, "counts_from",
                     ledger->score->restart_on_recycle ? model->standing.recycled : AS_TIME_NONE);
    as_json_key(json, "before");
    if (score->had_before)
        as_json_milli(json, score->before);
    else
        as_json_text(json, NULL);
    as_json_put_open(json, "entries", '[');
    for (uint32_t i = 0; i < score->entries.n; i++)
        put_entry(json, schema, &score->entries.at[i]);
    as_json_close(json, ']');
    as_json_put_open(json, "open", '[');
    for (uint32_t i = 0; i < ledger->open.n; i++) {
        const struct as_open_rule *open = &ledger->open.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "rule", open->rule->name);
        as_json_put_text(json, "state", as_tri_name(open->state));
        as_json_put_milli(json, "low", open->low);
        as_json_put_milli(json, "high", open->high);
        as_json_put_text(json, "when", score->open.at[i]);
        put_position(json, open->rule->position);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "changes", '[');
    for (uint32_t i = 0; i < score->changes.n; i++) {
        as_json_open(json, '{');
        as_json_put_text(json, "rule", score->changes.at[i].name);
        as_json_put_milli(json, "before", score->changes.at[i].before);
        as_json_put_milli(json, "now", score->changes.at[i].now);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_close(json, '}');
}

void as_explained_scores_json(struct as_json *json, const struct as_pack *pack,
                              const struct as_explained_model *model)
{
    as_json_put_open(json, "scores", '[');
    for (uint32_t s = 0; s < model->scores.n; s++)
        put_score(json, pack->rules.schema, model, &model->scores.at[s]);
    as_json_close(json, ']');
}

static void put_names(struct as_json *json, const char *key, const char *const *names, uint32_t n)
{
    as_json_put_open(json, key, '[');
    for (uint32_t i = 0; i < n; i++)
        as_json_text(json, names[i]);
    as_json_close(json, ']');
}

static void put_condition(struct as_json *json, const struct as_explained_condition *condition)
{
    as_json_open(json, '{');
    as_json_put_text(json, "name", condition->name);
    as_json_put_text(json, "when", condition->said);
    as_json_put_text(json, "state", as_tri_name(condition->state));
    put_position(json, condition->when->position);
    put_values(json, &condition->values);
    if (condition->members.n > 0)
        put_names(json, "members", condition->members.at, condition->members.n);
    if (condition->undecided.n > 0)
        put_names(json, "undecided", condition->undecided.at, condition->undecided.n);
    if (condition->roles.n > 0)
        put_names(json, "roles", condition->roles.at, condition->roles.n);
    as_json_close(json, '}');
}

static void put_promises(struct as_json *json, const struct as_explained_gate *gate)
{
    as_json_put_open(json, "delivers", '{');
    for (int part = 0; part < AS_PROMISES; part++) {
        as_json_put_open(json, as_promise_name((enum as_promise)part), '{');
        as_json_put_text(json, "state", as_tri_name(as_explained_promise(gate, (enum as_promise)part)));
        as_json_put_open(json, "criteria", '[');
        for (uint32_t i = 0; i < gate->gate->delivers[part].n; i++)
            as_json_text(json, gate->criteria.at[gate->gate->delivers[part].at[i]].name);
        as_json_close(json, ']');
        as_json_close(json, '}');
    }
    as_json_close(json, '}');
}

void as_explained_gates_json(struct as_json *json, const struct as_explained_model *model)
{
    as_json_put_open(json, "gates", '[');
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_explained_gate *gate = &model->gates.at[g];
        as_json_open(json, '{');
        as_json_put_text(json, "gate", gate->gate->name);
        as_json_put_text(json, "level", as_level_name(gate->gate->level));
        as_json_put_text(json, "verdict", verdict_name(gate->verdict));
        as_json_put_text(json, "before", verdict_name(gate->before));
        put_position(json, gate->gate->position);
        as_json_put_open(json, "criteria", '[');
        for (uint32_t c = 0; c < gate->criteria.n; c++)
            put_condition(json, &gate->criteria.at[c]);
        as_json_close(json, ']');
        if (gate->gate->has_contract)
            put_promises(json, gate);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "disqualifiers", '[');
    for (uint32_t d = 0; d < model->disqualifiers.n; d++)
        put_condition(json, &model->disqualifiers.at[d]);
    as_json_close(json, ']');
}

static void put_ahead(struct as_json *json, const struct as_explained_model *model)
{
    as_json_put_text(json, "next_gate", model->next == NULL ? NULL : model->next->name);
    as_json_put_open(json, "missing", '[');
    for (uint32_t i = 0; i < model->missing.n; i++) {
        const struct as_explained_missing *missing = &model->missing.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "criterion", missing->criterion);
        as_json_put_text(json, "condition", missing->said);
        as_json_put_text(json, "state", as_tri_name(missing->state));
        as_json_put_text(json, "ask", missing->ask);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "forecast", '[');
    for (uint32_t i = 0; i < model->forecast.n; i++) {
        char day[AS_TIME_TEXT];
        as_json_open(json, '{');
        as_json_put_text(json, "day", as_day_format(day, model->forecast.at[i].day));
        as_json_put_text(json, "what", model->forecast.at[i].what);
        as_json_put_text(json, "from", model->forecast.at[i].from);
        as_json_put_text(json, "to", model->forecast.at[i].to);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_model(struct as_json *json, const struct as_pack *pack,
                      const struct as_explained_model *model)
{
    const struct as_standing *standing = &model->standing;
    as_json_open(json, '{');
    as_json_put_text(json, "model", model->model->name);
    as_json_put_bool(json, "outside", standing->outside);
    as_json_put_text(json, "stage", as_stage_name((enum as_stage)standing->stage));
    as_json_put_text(json, "label", model->label);
    as_json_put_time(json, "since", standing->entered);
    as_json_put_text(json, "by", model->why);
    as_json_put_text(json, "cause", model->cause);
    as_json_put_bool(json, "pending", model->pending);
    as_json_put_text(json, "grade", model->grade[0] == '\0' ? NULL : model->grade);
    as_json_put_bool(json, "attention", standing->attention);
    as_json_put_bool(json, "blocked", standing->blocked);
    as_json_put_bool(json, "waits", model->waits);
    as_json_put_text(json, "disqualifier", model->disqualifier);
    as_json_put_int(json, "recycles", standing->recycles);
    as_json_put_time(json, "cool_off", standing->cool_off);
    as_json_key(json, "before");
    if (model->before.at == AS_TIME_NONE) {
        as_json_text(json, NULL);
    } else {
        as_json_open(json, '{');
        as_json_put_time(json, "at", model->before.at);
        as_json_put_text(json, "stage", as_stage_name((enum as_stage)model->before.stage));
        as_json_put_text(json, "grade", model->before.grade[0] == '\0' ? NULL : model->before.grade);
        as_json_close(json, '}');
    }
    as_explained_scores_json(json, pack, model);
    as_explained_gates_json(json, model);
    put_ahead(json, model);
    as_json_close(json, '}');
}

static void put_word(struct as_json *json, const struct as_explained_word *word)
{
    as_json_open(json, '{');
    as_json_put_text(json, "track", word->track);
    as_json_put_text(json, "by", word->by);
    as_json_put_text(json, "reason", word->reason);
    as_json_put_time(json, "at", word->time);
    as_json_put_bool(json, "waits", word->waits);
    as_json_put_text(json, "by_rules", word->by_rules);
    as_json_close(json, '}');
}

void as_explained_contact_json(struct as_json *json, const struct as_explained_contact *contact)
{
    as_json_put_open(json, "contact", '{');
    as_json_put_bool(json, "allowed", contact->answer.denial == AS_CONTACT_ALLOWED);
    as_json_put_text(json, "denial",
                     contact->answer.denial == AS_CONTACT_ALLOWED ? NULL
                                                                  : as_denial_name(contact->answer.denial));
    as_json_put_text(json, "reason", contact->answer.reason[0] == '\0' ? NULL : contact->answer.reason);
    as_json_put_time(json, "until",
                     contact->answer.denial == AS_CONTACT_ALLOWED ? AS_TIME_NONE : contact->answer.until);
    as_json_put_text(json, "denied_by", contact->denied_by);
    as_json_put_text(json, "channel", contact->channel);
    as_json_put_text(json, "ask", contact->ask);
    as_json_put_int(json, "questions", contact->questions);
    as_json_put_text(json, "permission", contact->permission);
    as_json_put_number(json, "pressure", contact->has_policy ? contact->pressure.index : NAN);
    as_json_put_number(json, "budget", contact->has_policy ? contact->pressure.budget : NAN);
    as_json_put_text(json, "persona", contact->persona);
    as_json_put_text(json, "phase", contact->phase);
    as_json_put_text(json, "programme", contact->programme);
    as_json_put_text(json, "arm", as_arm_name(contact->arm));
    as_json_put_time(json, "until_in_programme", contact->until);
    as_json_put_text(json, "track", contact->track);
    as_json_put_text(json, "step", contact->step);
    as_json_put_text(json, "what", contact->what);
    as_json_put_time(json, "due", contact->due);
    as_json_key(json, "placed");
    if (contact->word.said)
        put_word(json, &contact->word);
    else
        as_json_text(json, NULL);
    as_json_close(json, '}');
}

void as_explained_account_json(struct as_json *json, const struct as_explained_account *account)
{
    as_json_key(json, "account");
    if (account->id == 0) {
        as_json_text(json, NULL);
        return;
    }
    as_json_open(json, '{');
    as_json_put_int(json, "id", account->id);
    as_json_put_text(json, "name", account->name);
    as_json_put_text(json, "matched_by", account->matched_by);
    as_json_put_int(json, "members", account->members);
    as_json_put_text(json, "region", account->has_region ? as_region_name(account->region) : NULL);
    as_json_put_text(json, "template", account->template_);
    as_json_key(json, "coverage");
    if (account->template_ == NULL)
        as_json_text(json, NULL);
    else
        as_json_number(json, account->coverage);
    as_json_put_open(json, "roles", '[');
    for (uint32_t r = 0; r < account->roles.n; r++) {
        as_json_open(json, '{');
        as_json_put_text(json, "role", account->roles.at[r].role);
        as_json_put_int(json, "filled", account->roles.at[r].filled);
        as_json_put_int(json, "needed", account->roles.at[r].needed);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_close(json, '}');
}

void as_explanation_json(struct as_json *json, const struct as_explanation *explanation)
{
    as_json_open(json, '{');
    as_json_put_int(json, "id", explanation->lead_id);
    as_json_put_text(json, "lead", explanation->lead);
    as_json_put_text(json, "email", explanation->email);
    as_json_put_text(json, "title", explanation->title);
    as_json_put_text(json, "pack", explanation->pack->name);
    as_json_put_text(json, "hash", explanation->pack->hash);
    as_json_put_time(json, "at", explanation->at);
    as_json_put_time(json, "known_at", explanation->known_at);
    as_json_put_text(json, "owner", explanation->owner);
    as_json_put_text(json, "owner_why", explanation->owner_why);
    as_owed_json(json, &explanation->owed);
    as_explained_account_json(json, &explanation->account);
    as_json_put_open(json, "models", '[');
    for (uint32_t m = 0; m < explanation->models.n; m++)
        put_model(json, explanation->pack, &explanation->models.at[m]);
    as_json_close(json, ']');
    as_explained_contact_json(json, &explanation->contact);
    as_json_close(json, '}');
}
