/* What a merge made, or would make, of two leads as JSON. */
#include "run/merging/merging.h"

static void put_pair(struct as_json *json, const char *key, uint64_t own, uint64_t other)
{
    as_json_put_open(json, key, '{');
    as_json_put_int(json, "survivor", (int64_t)own);
    as_json_put_int(json, "merged", (int64_t)other);
}

static void put_facts(struct as_json *json, const struct as_merging *m)
{
    as_json_put_open(json, "facts", '[');
    for (uint32_t i = 0; i < m->facts.n; i++) {
        const struct as_merged_fact *fact = &m->facts.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "field", fact->field);
        as_json_put_text(json, "survivor", fact->own);
        as_json_put_text(json, "survivor_source", fact->own_source);
        as_json_put_text(json, "merged", fact->other);
        as_json_put_text(json, "merged_source", fact->other_source);
        as_json_put_text(json, "after", fact->after);
        as_json_put_bool(json, "taken", fact->taken);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "consents", '[');
    for (uint32_t i = 0; i < m->consents.n; i++) {
        const struct as_merged_consent *consent = &m->consents.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "channel", consent->channel);
        as_json_put_text(json, "purpose", consent->purpose);
        as_json_put_text(json, "survivor", consent->own);
        as_json_put_text(json, "merged", consent->other);
        as_json_put_text(json, "after", consent->after);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_models(struct as_json *json, const struct as_merging *m)
{
    as_json_put_open(json, "models", '[');
    for (uint32_t i = 0; i < m->models.n; i++) {
        const struct as_merging_model *model = &m->models.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "pack", model->pack);
        as_json_put_text(json, "model", model->model);
        as_json_put_text(json, "stage", model->stage);
        as_json_put_text(json, "grade", model->grade);
        as_json_put_text(json, "merged_stage", model->other_stage);
        as_json_put_text(json, "stage_after", model->stage_after);
        as_json_put_text(json, "grade_after", model->grade_after);
        as_json_put_open(json, "scores", '[');
        for (uint32_t s = 0; s < model->scores.n; s++) {
            as_json_open(json, '{');
            as_json_put_text(json, "score", model->scores.at[s].name);
            as_json_put_milli(json, "before", model->scores.at[s].before);
            as_json_put_milli(json, "after", model->scores.at[s].after);
            as_json_close(json, '}');
        }
        as_json_close(json, ']');
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

void as_merging_json(struct as_json *json, const struct as_merging *m)
{
    as_json_open(json, '{');
    as_json_put_int(json, "survivor", m->survivor);
    as_json_put_int(json, "merged", m->merged);
    as_json_put_text(json, "decided_by", m->chosen ? "keep" : as_tie_breaker_name(m->breaker));
    as_json_put_open(json, "tie_breakers", '[');
    for (int i = 0; i < AS_TIE_BREAKERS; i++) {
        as_json_open(json, '{');
        as_json_put_text(json, "name", as_tie_breaker_name((enum as_tie_breaker)i));
        as_json_put_text(json, "survivor", m->own.words[i]);
        as_json_put_text(json, "merged", m->other.words[i]);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    put_facts(json, m);
    put_pair(json, "events", m->logs.events[0], m->logs.events[1]);
    as_json_put_int(json, "shared", (int64_t)m->logs.shared);
    as_json_put_int(json, "after", (int64_t)(m->logs.events[0] + m->logs.events[1] - m->logs.shared));
    as_json_close(json, '}');
    put_pair(json, "touches", m->logs.touches[0], m->logs.touches[1]);
    as_json_close(json, '}');
    put_pair(json, "answers", m->logs.answers[0], m->logs.answers[1]);
    as_json_close(json, '}');
    put_models(json, m);
    as_json_put_text(json, "by", m->by);
    as_json_put_time(json, "at", m->at);
    as_json_put_bool(json, "done", m->done);
    as_json_close(json, '}');
}
