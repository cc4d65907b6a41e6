/* The leads of `assay export`, under our column names or a CRM's. */
#include "base/suggest.h"
#include "cmd/facts/export.h"
#include "score/tree/pack.h"
#include "store/report/report.h"

#include <ctype.h>
#include <string.h>

enum column {
    COLUMN_LEAD,
    COLUMN_EXTERNAL_ID,
    COLUMN_SYSTEM,
    COLUMN_EMAIL,
    COLUMN_NAME,
    COLUMN_TITLE,
    COLUMN_COMPANY,
    COLUMN_ACCOUNT_EXTERNAL_ID,
    COLUMN_PACK,
    COLUMN_MODEL,
    COLUMN_STAGE,
    COLUMN_LABEL,
    COLUMN_LIFECYCLE,
    COLUMN_GRADE,
    COLUMN_ATTENTION,
    COLUMN_OWNER,
    COLUMN_PERSONA,
    COLUMN_DISQUALIFIER,
    COLUMN_ENTERED,
    COLUMN_DECIDED,
    COLUMN_RUN,
    COLUMN_REASON_1,
    COLUMN_REASON_2,
    COLUMN_REASON_3,
    COLUMN_COUNT,
};

/* By column and map; NULL: not written. Scores stand between the run and the reasons. */
static const char *const names[COLUMN_COUNT][AS_EXPORT_MAPS] = {
    [COLUMN_LEAD] = {"lead", NULL, NULL},
    [COLUMN_EXTERNAL_ID] = {"external_id", "Record ID", "Id"},
    [COLUMN_SYSTEM] = {"system", NULL, NULL},
    [COLUMN_EMAIL] = {"email", "Email", "Email"},
    [COLUMN_NAME] = {"name", NULL, NULL},
    [COLUMN_TITLE] = {"title", NULL, NULL},
    [COLUMN_COMPANY] = {"company", NULL, NULL},
    [COLUMN_ACCOUNT_EXTERNAL_ID] = {"account_external_id", NULL, NULL},
    [COLUMN_PACK] = {"pack", NULL, NULL},
    [COLUMN_MODEL] = {"model", NULL, NULL},
    [COLUMN_STAGE] = {"stage", "Assay stage", "Assay_Stage__c"},
    [COLUMN_LABEL] = {"label", "Assay label", "Assay_Label__c"},
    [COLUMN_LIFECYCLE] = {NULL, "Lifecycle Stage", NULL},
    [COLUMN_GRADE] = {"grade", "Assay grade", "Assay_Grade__c"},
    [COLUMN_ATTENTION] = {"attention", "Assay attention", "Assay_Attention__c"},
    [COLUMN_OWNER] = {"owner", "Assay owner", "Assay_Owner__c"},
    [COLUMN_PERSONA] = {"persona", "Assay persona", "Assay_Persona__c"},
    [COLUMN_DISQUALIFIER] = {"disqualifier", "Assay disqualifier", "Assay_Disqualifier__c"},
    [COLUMN_ENTERED] = {"entered", "Assay stage entered", "Assay_Stage_Entered__c"},
    [COLUMN_DECIDED] = {"decided_at", NULL, NULL},
    [COLUMN_RUN] = {"run", NULL, NULL},
    [COLUMN_REASON_1] = {"reason_1", "Assay reason 1", "Assay_Reason_1__c"},
    [COLUMN_REASON_2] = {"reason_2", "Assay reason 2", "Assay_Reason_2__c"},
    [COLUMN_REASON_3] = {"reason_3", "Assay reason 3", "Assay_Reason_3__c"},
};

/* HubSpot's lifecycle has fixed values; a lead that sales gave up goes back to being one. */
static const char *const lifecycle[AS_STAGE_COUNT] = {
    [AS_STAGE_SUSPECT] = "lead",
    [AS_STAGE_NURTURE] = "lead",
    [AS_STAGE_WORTH_A_CALL] = "marketingqualifiedlead",
    [AS_STAGE_SALES_READY] = "salesqualifiedlead",
    [AS_STAGE_ACCEPTED] = "salesqualifiedlead",
    [AS_STAGE_OPPORTUNITY] = "opportunity",
    [AS_STAGE_WON] = "customer",
    [AS_STAGE_LOST] = "other",
    [AS_STAGE_NO_DECISION] = "other",
    [AS_STAGE_DISQUALIFIED] = "other",
};

struct lead_export {
    struct as_export *export;
    struct as_arena *arena;
    struct as_sheet sheet;
    AS_LIST(enum column) columns; /* before the scores */
    AS_LIST(const char *) scores;
    AS_LIST(const char *) titles;
    uint32_t reasons;           /* of the columns after the scores */
    const struct as_pack *pack; /* being written */
    struct as_buf text;
};

static bool add_score(struct lead_export *leads, const char *name)
{
    for (uint32_t i = 0; i < leads->scores.n; i++)
        if (strcmp(leads->scores.at[i], name) == 0)
            return true;
    return as_list_push(leads->arena, &leads->scores, name);
}

/* Models of different packs share a column where their scores share a name; the row says whose it is. */
static enum as_status collect_scores(struct lead_export *leads, const struct as_pack *pack,
                                     struct as_error *error)
{
    for (uint32_t m = 0; m < pack->models.n; m++) {
        const struct as_model *model = pack->models.at[m];
        if (leads->export->model && strcmp(model->name, leads->export->model) != 0)
            continue;
        for (uint32_t s = 0; s < model->scores.n; s++)
            if (!add_score(leads, model->scores.at[s]->name))
                return as_error_memory(error);
    }
    return AS_OK;
}

/* "fit" → "score_fit", "Assay score fit", "Assay_Score_Fit__c" */
static const char *score_title(struct lead_export *leads, const char *score)
{
    if (leads->export->map == AS_MAP_OURS)
        return as_arena_printf(leads->arena, "score_%s", score);
    if (leads->export->map == AS_MAP_HUBSPOT)
        return as_arena_printf(leads->arena, "Assay score %s", score);
    char *title = as_arena_printf(leads->arena, "Assay_Score_%s__c", score);
    bool starts = true;
    for (char *p = title ? title + strlen("Assay_Score_") : NULL; p && p[0] && strcmp(p, "__c") != 0; p++) {
        if (!isalnum((unsigned char)*p))
            *p = '_';
        else if (starts)
            *p = (char)toupper((unsigned char)*p);
        starts = *p == '_';
    }
    return title;
}

static enum as_status title_columns(struct lead_export *leads, struct as_error *error)
{
    enum as_export_map map = leads->export->map;
    bool fine = true;
    for (int c = 0; fine && c < COLUMN_REASON_1; c++)
        if (names[c][map])
            fine = as_list_push(leads->arena, &leads->columns, (enum column)c) &&
                   as_list_push(leads->arena, &leads->titles, names[c][map]);
    for (uint32_t i = 0; fine && i < leads->scores.n; i++) {
        const char *title = score_title(leads, leads->scores.at[i]);
        fine = title && as_list_push(leads->arena, &leads->titles, title);
    }
    for (int c = COLUMN_REASON_1; fine && c <= COLUMN_REASON_3; c++)
        fine = as_list_push(leads->arena, &leads->titles, names[c][map]);
    return fine ? AS_OK : as_error_memory(error);
}

static void put_column(struct lead_export *leads, const struct as_lead_row *row, enum column column)
{
    struct as_sheet *sheet = &leads->sheet;
    const struct as_who *who = &row->who;
    static const char *const systems[AS_EXPORT_MAPS] = {NULL, "hubspot", "salesforce"};
    const char *system = systems[leads->export->map];
    switch (column) {
    case COLUMN_LEAD:
        as_sheet_int(sheet, who->lead_id);
        break;
    case COLUMN_EXTERNAL_ID:
        /* An id of another system would name somebody else's record there. */
        as_sheet_text(sheet,
                      !system || (who->system && strcmp(who->system, system) == 0) ? who->external_id : NULL);
        break;
    case COLUMN_SYSTEM:
        as_sheet_text(sheet, who->system);
        break;
    case COLUMN_EMAIL:
        as_sheet_text(sheet, who->email);
        break;
    case COLUMN_NAME:
        as_sheet_text(sheet, who->name);
        break;
    case COLUMN_TITLE:
        as_sheet_text(sheet, who->title);
        break;
    case COLUMN_COMPANY:
        as_sheet_text(sheet, who->company);
        break;
    case COLUMN_ACCOUNT_EXTERNAL_ID:
        as_sheet_text(sheet, who->account_external_id);
        break;
    case COLUMN_PACK:
        as_sheet_text(sheet, leads->pack->name);
        break;
    case COLUMN_MODEL:
        as_sheet_text(sheet, row->model);
        break;
    case COLUMN_STAGE:
        as_sheet_text(sheet, as_stage_name(row->stage));
        break;
    case COLUMN_LABEL:
        as_sheet_text(sheet, as_pack_label(leads->pack, row->stage));
        break;
    case COLUMN_LIFECYCLE:
        as_sheet_text(sheet, lifecycle[row->stage]);
        break;
    case COLUMN_GRADE:
        as_sheet_text(sheet, row->grade && row->grade[0] ? row->grade : NULL);
        break;
    case COLUMN_ATTENTION:
        as_sheet_bool(sheet, row->attention);
        break;
    case COLUMN_OWNER:
        as_sheet_text(sheet, row->owner);
        break;
    case COLUMN_PERSONA:
        as_sheet_text(sheet, row->persona);
        break;
    case COLUMN_DISQUALIFIER:
        as_sheet_text(sheet, row->disqualifier);
        break;
    case COLUMN_ENTERED:
        as_sheet_time(sheet, row->entered);
        break;
    case COLUMN_DECIDED:
        as_sheet_time(sheet, row->decided_at);
        break;
    case COLUMN_RUN:
        as_sheet_int(sheet, row->run);
        break;
    case COLUMN_REASON_1:
    case COLUMN_REASON_2:
    case COLUMN_REASON_3:
    case COLUMN_COUNT:
        break; /* written after the scores */
    }
}

static void put_scores(struct lead_export *leads, const struct as_lead_row *row)
{
    for (uint32_t i = 0; i < leads->scores.n; i++) {
        uint32_t at = 0;
        while (at < row->score_count && strcmp(row->scores[at].name, leads->scores.at[i]) != 0)
            at++;
        if (at < row->score_count)
            as_sheet_milli(&leads->sheet, row->scores[at].value);
        else
            as_sheet_none(&leads->sheet);
    }
}

/* "senior title (+25)": the points behind the name, so that no spreadsheet reads a formula. */
static void put_reasons(struct lead_export *leads, const struct as_lead_row *row)
{
    for (uint32_t i = 0; i < AS_REASONS; i++) {
        if (i >= row->reason_count) {
            as_sheet_none(&leads->sheet);
            continue;
        }
        as_buf_reset(&leads->text);
        as_buf_text(&leads->text, row->reasons[i].rule);
        as_buf_text(&leads->text, row->reasons[i].points < 0 ? " (" : " (+");
        as_buf_milli(&leads->text, row->reasons[i].points);
        as_buf_char(&leads->text, ')');
        as_sheet_text(&leads->sheet, as_buf_c(&leads->text));
    }
}

static enum as_status put_lead(void *into, const struct as_lead_row *row, struct as_error *error)
{
    struct lead_export *leads = into;
    if (row->stage >= AS_STAGE_COUNT)
        return as_error_set(error, AS_ERR_DATA, "lead #%lld stands at a stage this program does not know",
                            (long long)row->who.lead_id);
    for (uint32_t i = 0; i < leads->columns.n; i++)
        put_column(leads, row, leads->columns.at[i]);
    put_scores(leads, row);
    put_reasons(leads, row);
    enum as_status status = as_sheet_end_row(&leads->sheet, error);
    return status != AS_OK ? status : as_context_interrupted(leads->export->context, error);
}

static enum as_status write_pack(struct lead_export *leads, const struct as_pack *pack,
                                 struct as_error *error)
{
    const struct as_export *export = leads->export;
    struct as_lead_query query = {
        .pack = pack->name,
        .model = export->model,
        .since_run = export->since_run,
        .stages = export->for_sales ? as_export_sales_stages() : 0,
    };
    leads->pack = pack;
    return as_store_leads(export->context->store, &query, put_lead, leads, error);
}

/* A model that no chosen pack has is a slip of the pen, not an empty export. */
static enum as_status check_model(const struct lead_export *leads, struct as_error *error)
{
    const struct as_context *context = leads->export->context;
    const char *wanted = leads->export->model, *known[AS_MAX_MODELS];
    size_t n = 0;
    for (uint32_t p = 0; wanted && p < context->packs.n; p++)
        for (uint32_t m = 0; m < context->packs.at[p]->pack->models.n; m++) {
            const char *name = context->packs.at[p]->pack->models.at[m]->name;
            if (strcmp(name, wanted) == 0)
                return AS_OK;
            if (n < AS_MAX_MODELS)
                known[n++] = name;
        }
    if (!wanted)
        return AS_OK;
    const char *near = as_suggest(as_str_of(wanted), known, n);
    as_error_set(error, AS_ERR_MISSING, "there is no model \"%.100s\"", wanted);
    as_error_meant(error, near);
    if (n > 0)
        as_error_advise(error, "there is, for example, %s", known[0]);
    return AS_ERR_MISSING;
}

enum as_status as_export_leads(struct as_export *export, struct as_error *error)
{
    struct as_context *context = export->context;
    struct lead_export leads = {.export = export, .arena = &context->arena};
    enum as_status status = AS_OK;
    for (uint32_t i = 0; status == AS_OK && i < export->packs.n; i++) {
        struct as_loaded_pack *loaded;
        status = as_context_pack(&loaded, context, export->packs.at[i], error);
        if (status == AS_OK)
            status = collect_scores(&leads, loaded->pack, error);
    }
    if (status == AS_OK)
        status = check_model(&leads, error);
    if (status == AS_OK)
        status = title_columns(&leads, error);
    if (status != AS_OK)
        return status;
    as_sheet_open(&leads.sheet, export->out, export->format, leads.titles.at, leads.titles.n);
    for (uint32_t i = 0; status == AS_OK && i < context->packs.n; i++)
        status = write_pack(&leads, context->packs.at[i]->pack, error);
    export->rows = leads.sheet.rows;
    as_buf_free(&leads.text);
    enum as_status closed = as_sheet_close(&leads.sheet, status == AS_OK ? error : NULL);
    return status != AS_OK ? status : closed;
}
