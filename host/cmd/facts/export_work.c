/* The moves and tasks of `assay export`. */
#include "cmd/facts/export.h"
#include "score/model/standing.h"
#include "score/tree/pack.h"
#include "store/report/report.h"
#include "store/work/work.h"

#include <string.h>

static const char *const move_columns[] = {
    "run",  "at",         "lead", "external_id", "system",     "email",    "name", "company", "pack", "model",
    "from", "from_label", "to",   "to_label",    "grade_from", "grade_to", "how",  "why",     "by",
};
static const char *const task_columns[] = {
    "task",    "key",     "pack", "text",    "role",
    "owner",   "play",    "plan", "lead",    "external_id",
    "system",  "email",   "name", "account", "account_external_id",
    "company", "created", "due",  "done",
};
#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

struct work_export {
    struct as_export *export;
    struct as_sheet sheet;
    const struct as_pack *pack; /* moves: being written */
};

static const char *given(const char *text)
{
    return text && text[0] ? text : NULL;
}

static enum as_status put_move(void *into, const struct as_move_row *row, struct as_error *error)
{
    struct work_export *work = into;
    const struct as_export *export = work->export;
    struct as_sheet *sheet = &work->sheet;
    if (export->model && strcmp(row->model, export->model) != 0)
        return AS_OK;
    if (export->for_sales && (row->to >= 32 || !(as_export_sales_stages() >> row->to & 1)))
        return AS_OK;
    as_sheet_int(sheet, row->run);
    as_sheet_time(sheet, row->at);
    as_sheet_int(sheet, row->who.lead_id);
    as_sheet_text(sheet, row->who.external_id);
    as_sheet_text(sheet, row->who.system);
    as_sheet_text(sheet, row->who.email);
    as_sheet_text(sheet, row->who.name);
    as_sheet_text(sheet, row->who.company);
    as_sheet_text(sheet, work->pack->name);
    as_sheet_text(sheet, row->model);
    as_sheet_text(sheet, row->from == AS_STAGE_NONE ? NULL : as_stage_name(row->from));
    as_sheet_text(sheet, row->from == AS_STAGE_NONE ? NULL : as_pack_label(work->pack, row->from));
    as_sheet_text(sheet, as_stage_name(row->to));
    as_sheet_text(sheet, as_pack_label(work->pack, row->to));
    as_sheet_text(sheet, given(row->grade_from));
    as_sheet_text(sheet, given(row->grade_to));
    as_sheet_text(sheet, row->cause == AS_CAUSE_NONE ? NULL : as_cause_name(row->cause));
    as_sheet_text(sheet, row->why);
    as_sheet_text(sheet, row->cause == AS_CAUSE_NONE ? NULL : row->by);
    enum as_status status = as_sheet_end_row(sheet, error);
    return status != AS_OK ? status : as_context_interrupted(export->context, error);
}

static enum as_status close_sheet(struct work_export *work, enum as_status status, struct as_error *error)
{
    work->export->rows = work->sheet.rows;
    enum as_status closed = as_sheet_close(&work->sheet, status == AS_OK ? error : NULL);
    return status != AS_OK ? status : closed;
}

enum as_status as_export_moves(struct as_export *export, struct as_error *error)
{
    struct work_export work = {.export = export};
    enum as_status status = AS_OK;
    as_sheet_open(&work.sheet, export->out, export->format, move_columns, COUNT(move_columns));
    for (uint32_t i = 0; status == AS_OK && i < export->packs.n; i++) {
        struct as_loaded_pack *loaded;
        status = as_context_pack(&loaded, export->context, export->packs.at[i], error);
        if (status != AS_OK)
            break;
        work.pack = loaded->pack;
        struct as_move_query query = {.pack = export->packs.at[i], .since_run = export->since_run};
        status = as_store_moves(export->context->store, &query, put_move, &work, error);
    }
    return close_sheet(&work, status, error);
}

static void put_id(struct as_sheet *sheet, int64_t id)
{
    if (id != 0)
        as_sheet_int(sheet, id);
    else
        as_sheet_none(sheet);
}

static enum as_status put_whose(void *into, const struct as_who *who, struct as_error *error)
{
    struct as_sheet *sheet = into;
    (void)error;
    put_id(sheet, who->lead_id);
    as_sheet_text(sheet, who->external_id);
    as_sheet_text(sheet, who->system);
    as_sheet_text(sheet, who->email);
    as_sheet_text(sheet, who->name);
    put_id(sheet, who->account_id);
    as_sheet_text(sheet, who->account_external_id);
    as_sheet_text(sheet, who->company);
    return AS_OK;
}

static enum as_status put_task(void *into, const struct as_task *task, struct as_error *error)
{
    struct work_export *work = into;
    const struct as_export *export = work->export;
    struct as_sheet *sheet = &work->sheet;
    if (export->packs.n == 1 && strcmp(task->pack, export->packs.at[0]) != 0)
        return AS_OK;
    as_sheet_int(sheet, task->id);
    as_sheet_text(sheet, task->key);
    as_sheet_text(sheet, task->pack);
    as_sheet_text(sheet, task->text);
    as_sheet_text(sheet, task->role);
    as_sheet_text(sheet, task->owner);
    as_sheet_text(sheet, task->play);
    put_id(sheet, task->plan_id);
    enum as_status status =
        task->lead_id != 0
            ? as_store_who(export->context->store, task->lead_id, put_whose, sheet, error)
            : as_store_account_who(export->context->store, task->account_id, put_whose, sheet, error);
    if (status != AS_OK)
        return status;
    as_sheet_time(sheet, task->created);
    as_sheet_time(sheet, task->due);
    as_sheet_bool(sheet, task->done);
    status = as_sheet_end_row(sheet, error);
    return status != AS_OK ? status : as_context_interrupted(export->context, error);
}

enum as_status as_export_tasks(struct as_export *export, struct as_error *error)
{
    struct work_export work = {.export = export};
    as_sheet_open(&work.sheet, export->out, export->format, task_columns, COUNT(task_columns));
    enum as_status status = as_store_tasks(export->context->store, NULL, false, put_task, &work, error);
    return close_sheet(&work, status, error);
}
