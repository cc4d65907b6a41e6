/* What `assay follow` prints: one JSON object a line, each with what it `is`. */
#include "cmd/decisions/follow.h"

#include "store/report/report.h"
#include "store/work/effects.h"

static struct as_json open_line(struct as_following *f, const char *is)
{
    struct as_json json = {.out = &f->answer};
    as_json_open(&json, '{');
    as_json_put_text(&json, "is", is);
    return json;
}

static void close_line(struct as_following *f, struct as_json *json)
{
    as_json_close(json, '}');
    as_buf_char(&f->answer, '\n');
}

static void put_fault(struct as_json *json, const struct as_error *why)
{
    as_json_put_text(json, "what", why->what);
    as_json_put_text(json, "advice", why->advice[0] != '\0' ? why->advice : NULL);
}

void as_answer_refused(struct as_following *f, const struct as_error *why)
{
    struct as_json json = open_line(f, "refused");
    as_json_put_int(&json, "line", (int64_t)f->line);
    put_fault(&json, why);
    close_line(f, &json);
}

void as_answer_note(void *following, uint64_t line, const char *column, const char *note)
{
    struct as_following *f = following;
    (void)line; /* counted by us */
    struct as_json json = open_line(f, "note");
    as_json_put_int(&json, "line", (int64_t)f->line);
    as_json_put_text(&json, "column", column);
    as_json_put_text(&json, "what", note);
    close_line(f, &json);
}

static enum as_status put_who(void *context, const struct as_who *who, struct as_error *error)
{
    struct as_json *json = context;
    (void)error;
    as_json_put_int(json, "lead", who->lead_id);
    as_json_put_text(json, "system", who->system);
    as_json_put_text(json, "external_id", who->external_id);
    as_json_put_text(json, "email", who->email);
    as_json_put_text(json, "name", who->name);
    return AS_OK;
}

static enum as_status answer_decision(struct as_following *f, const struct as_told *told,
                                      struct as_error *error)
{
    struct as_json json = open_line(f, "decision");
    enum as_status status = as_store_who(f->context->store, told->lead, put_who, &json, error);
    as_json_put_text(&json, "pack", told->pack->name);
    as_json_put_text(&json, "model", told->model->name);
    as_json_put_int(&json, "run", told->run);
    as_json_put_bool(&json, "changed", told->changed);
    as_json_put_text(&json, "stage_before", told->from == AS_STAGE_NONE ? NULL : as_stage_name(told->from));
    as_json_put_text(&json, "stage", as_stage_name(told->to));
    as_json_put_text(&json, "label", as_pack_label(told->pack, told->to));
    as_json_put_text(&json, "grade_before", told->from == AS_STAGE_NONE ? NULL : told->grade_from);
    as_json_put_text(&json, "grade", told->grade);
    as_json_key(&json, "scores");
    as_json_open(&json, '{');
    for (uint32_t i = 0; i < told->model->scores.n; i++)
        as_json_put_milli(&json, told->model->scores.at[i]->name, told->points[i]);
    as_json_close(&json, '}');
    as_json_put_text(&json, "cause", told->changed ? as_move_cause_name(told->cause) : NULL);
    as_json_put_text(&json, "by", told->by);
    as_json_put_text(&json, "because", told->because);
    close_line(f, &json);
    return status;
}

struct effects {
    struct as_following *f;
    const struct as_run_result *result;
};

/* Others may have made effects meanwhile; they are told where they were made. */
static enum as_status answer_effect(void *context, const struct as_effect_row *row, struct as_error *error)
{
    struct effects *effects = context;
    struct as_following *f = effects->f;
    bool ours = false;
    (void)error;
    f->newest_effect = row->id;
    for (uint32_t i = 0; i < effects->result->packs.n; i++)
        ours |= effects->result->packs.at[i]->run == row->run;
    if (!ours)
        return AS_OK;
    struct as_json json = open_line(f, "effect");
    as_json_key(&json, "lead");
    if (row->lead_id != 0)
        as_json_int(&json, row->lead_id);
    else
        as_json_text(&json, NULL);
    as_json_put_text(&json, "pack", row->pack);
    as_json_put_int(&json, "run", row->run);
    as_json_put_text(&json, "kind", row->kind);
    as_json_put_text(&json, "to", row->destination);
    as_json_put_text(&json, "state", row->state);
    as_json_put_time(&json, "due", row->due);
    as_json_put_text(&json, "key", row->key);
    as_json_key(&json, "data");
    json.more = false;
    as_buf_text(&f->answer, row->payload_json);
    json.more = true;
    close_line(f, &json);
    return AS_OK;
}

static bool made_any(const struct as_run_result *result)
{
    bool any = false;
    for (uint32_t i = 0; i < result->packs.n; i++) {
        const struct as_effects_made *made = &result->packs.at[i]->made;
        any |= made->send + made->task + made->assign + made->handoff + made->told > 0;
    }
    return any;
}

enum as_status as_answer_run(struct as_following *f, const struct as_run_result *result,
                             struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < result->told.n && status == AS_OK; i++)
        status = answer_decision(f, &result->told.at[i], error);
    struct effects effects = {f, result};
    if (status == AS_OK && made_any(result))
        status = as_store_effects_since(f->context->store, f->newest_effect, answer_effect, &effects, error);
    if (status != AS_OK)
        return status;
    for (uint32_t i = 0; i < result->packs.n; i++) {
        const struct as_summary *summary = result->packs.at[i];
        if (!summary->failed)
            continue;
        struct as_json json = open_line(f, "failed");
        as_json_put_text(&json, "pack", summary->pack->name);
        as_json_put_text(&json, "file", summary->error.file[0] != '\0' ? summary->error.file : NULL);
        as_json_put_int(&json, "at_line", summary->error.line);
        put_fault(&json, &summary->error);
        close_line(f, &json);
    }
    struct as_json json = open_line(f, "done");
    as_json_put_int(&json, "line", (int64_t)f->line);
    as_json_put_int(&json, "recorded", (int64_t)f->recorded);
    as_json_put_int(&json, "known", (int64_t)f->known);
    as_json_put_int(&json, "refused", (int64_t)f->refused);
    as_json_put_int(&json, "failed", result->failed);
    close_line(f, &json);
    return f->answer.failed ? as_error_memory(error) : AS_OK;
}
