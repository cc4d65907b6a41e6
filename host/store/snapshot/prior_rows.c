/* Prior rows: mapped where the files have just the dataset's leads, copied where they have others too, asked
 * of the table where a lead is in no file. */
#include "store/snapshot/prior_rows.h"
#include "score/model/standing.h"

#include <stdlib.h>
#include <string.h>

/* Columns all queries give: lead, stage, furthest, grade, verdicts, entered, recycled, cool_off, recycles,
 * blocked, outside, attention, disqualifier, persona, decision. */
#define STANDING_NOW                                                                                         \
    "SELECT lead_id, stage, furthest, grade_code, verdicts, entered, recycled, cool_off, recycles, blocked," \
    " outside, attention, disqualifier, persona, decision_id FROM standing WHERE model_id = ?1"
const char as_prior_columns[] = STANDING_NOW " AND ?2 = ?2";
static const char standing_of[] = STANDING_NOW " AND lead_id = ?2";
static const char standing_then[] = "SELECT d.lead_id, d.stage, d.furthest, d.grade_code, d.verdicts, "
                                    "d.entered, d.recycled, d.cool_off, d.recycles, d.blocked,"
                                    " d.outside, d.attention, d.disqualifier, d.persona, d.id"
                                    " FROM (SELECT max(d.id) AS id FROM decision d JOIN run r ON r.id = "
                                    "d.run_id WHERE d.model_id = ?1 AND r.at <= ?2"
                                    " GROUP BY d.lead_id) last JOIN decision d ON d.id = last.id";

/* The code of a label, AS_NO_INDEX for NULL. */
static enum as_status read_label(uint32_t *code, struct as_intern *labels, sqlite3_stmt *stmt, int column,
                                 struct as_error *error)
{
    *code = AS_NO_INDEX;
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return AS_OK;
    *code = as_intern_add(labels, as_sql_str(stmt, column));
    return *code == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

enum as_status as_prior_read(struct as_prior *prior, struct as_intern *labels, sqlite3_stmt *stmt,
                             struct as_error *error)
{
    prior->stage = as_stage_read(as_sql_text(stmt, 1));
    prior->furthest = as_stage_read(as_sql_text(stmt, 2));
    prior->grade = (uint16_t)sqlite3_column_int(stmt, 3);
    prior->verdicts = (uint16_t)sqlite3_column_int(stmt, 4);
    prior->entered = as_sql_time(stmt, 5);
    prior->recycled = as_sql_time(stmt, 6);
    prior->cool_off = as_sql_time(stmt, 7);
    prior->recycles = (uint32_t)sqlite3_column_int64(stmt, 8);
    prior->blocked = sqlite3_column_int(stmt, 9) != 0;
    prior->outside = sqlite3_column_int(stmt, 10) != 0;
    prior->attention = sqlite3_column_int(stmt, 11) != 0;
    prior->decision = sqlite3_column_int64(stmt, 14);
    prior->decided = true;
    enum as_status status = read_label(&prior->disqualifier, labels, stmt, 12, error);
    return status == AS_OK ? read_label(&prior->persona, labels, stmt, 13, error) : status;
}

static enum as_status read_table(struct as_prior *prior, struct as_load *load, int64_t model_id, bool later,
                                 struct as_error *error)
{
    enum as_status status = as_load_attach(load, error);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt = as_sql_fresh(load->store, error, later ? standing_then : as_prior_columns, "ii",
                                      model_id, load->dataset->at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (status == AS_OK && as_sql_row(&status, load->store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        uint32_t row = as_lead_row(load, id);
        /* The survivor of a merge keeps its own standing. */
        if (row != AS_NO_INDEX && load->dataset->lead_id[row] == id)
            status = as_prior_read(&prior[row], load->dataset->labels, stmt, error);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum as_status read_one(struct as_prior *prior, struct as_load *load, int64_t model_id, int64_t lead,
                               struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(load->store, error, standing_of, "ii", model_id, lead);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    if (as_sql_row(&status, load->store, stmt, error))
        status = as_prior_read(prior, load->dataset->labels, stmt, error);
    sqlite3_reset(stmt);
    return status;
}

/* --- from files --- */

/* A lead that the base does not have. */
static enum as_status read_other(struct as_prior *prior, struct as_load *load,
                                 const struct as_held_standings *held, int64_t model_id, int64_t lead,
                                 struct as_error *error)
{
    int64_t place = held->delta.head == NULL ? -1 : as_standing_delta_place(&held->delta, lead);
    if (place < 0)
        return lead > held->base.head->highest ? AS_OK : read_one(prior, load, model_id, lead, error);
    *prior = ((const struct as_standing_row *)as_standing_column(&held->delta, AS_STANDING_ROW))[place].prior;
    return AS_OK;
}

static bool begins_with(const struct as_dataset *dataset, const struct as_standing_file *base)
{
    return base->head->rows <= dataset->leads &&
           memcmp(as_standing_column(base, AS_STANDING_LEAD), dataset->lead_id,
                  (size_t)base->head->rows * sizeof *dataset->lead_id) == 0;
}

/* The base's rows are the dataset's first: they are taken as they lie. */
static enum as_status map(struct as_prior **out, struct as_pages *pages, struct as_load *load,
                          const struct as_held_standings *held, int64_t model_id, struct as_error *error)
{
    const struct as_dataset *dataset = load->dataset;
    const struct as_standing_file *base = &held->base;
    uint32_t rows = (uint32_t)base->head->rows;
    enum as_status status = as_pages_new(pages, ((size_t)dataset->leads + 1) * sizeof **out, error);
    if (status == AS_OK)
        status = as_pages_lay_copy(pages, 0, base->file, base->head->at[AS_STANDING_PRIOR],
                                   rows * sizeof **out, error);
    if (status != AS_OK)
        return status;
    struct as_prior *prior = *out = (void *)pages->at;
    const struct as_standing_row *delta =
        held->delta.head == NULL ? NULL : as_standing_column(&held->delta, AS_STANDING_ROW);
    for (uint64_t i = 0; delta != NULL && i < held->delta.head->rows; i++) {
        int64_t place = as_standing_place(base, delta[i].lead);
        if (place >= 0)
            prior[place] = delta[i].prior;
    }
    for (uint32_t row = rows; row < dataset->leads && status == AS_OK; row++) {
        memset(&prior[row], 0, sizeof *prior);
        prior[row].owner = AS_NO_INDEX;
        status = read_other(&prior[row], load, held, model_id, dataset->lead_id[row], error);
        prior[row].owner = AS_NO_INDEX;
    }
    return status;
}

static enum as_status copy(struct as_prior *prior, struct as_load *load, const struct as_held_standings *held,
                           int64_t model_id, struct as_error *error)
{
    const struct as_dataset *dataset = load->dataset;
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        struct as_standing_row found;
        if (as_standings_find(&found, held, dataset->lead_id[row]))
            prior[row] = found.prior;
        else
            status = read_other(&prior[row], load, held, model_id, dataset->lead_id[row], error);
        prior[row].owner = AS_NO_INDEX;
    }
    return status;
}

enum as_status as_prior_rows(struct as_prior **out, struct as_pages *pages, struct as_load *load,
                             const char *pack, const char *model, bool later, bool words,
                             struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    struct as_held_standings held = {.whole = false};
    int64_t model_id = 0;
    bool found;
    enum as_status status = as_sql_get(&model_id, &found, load->store, error,
                                       "SELECT id FROM model WHERE pack = ? AND name = ?", "tt", pack, model);
    if (status == AS_OK && found && words && !later)
        status = as_standings_hold(&held, load->store, model_id, error);
    if (status == AS_OK && held.whole && begins_with(dataset, &held.base))
        status = map(out, pages, load, &held, model_id, error);
    else if (status == AS_OK) {
        *out = calloc((size_t)dataset->leads + 1, sizeof **out);
        if (*out == NULL)
            status = as_error_memory(error);
        for (uint32_t row = 0; row < dataset->leads && *out != NULL; row++)
            (*out)[row].owner = AS_NO_INDEX;
        if (status == AS_OK && held.whole)
            status = copy(*out, load, &held, model_id, error);
        else if (status == AS_OK && found)
            status = read_table(*out, load, model_id, later, error);
    }
    as_standings_let_go(&held);
    return status;
}
