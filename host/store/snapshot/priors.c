/* Priors: where each lead stood before a decision: standings, owners, overrides and places in tracks of one
 * pack, as of the dataset's time. What later runs decided is not seen, so that a decision replays. */
#include "score/model/standing.h"
#include "store/snapshot/prior_rows.h"

#include <stdlib.h>
#include <string.h>

/* Has a run decided for a later time than the dataset's? The last one is the latest: a lifecycle does not run
 * backwards. Then the standings of now are not those of then. */
static enum as_status later_run(bool *later, struct as_load *load, const char *pack, struct as_error *error)
{
    return as_sql_get(
        NULL, later, load->store, error,
        "SELECT 1 FROM (SELECT at FROM run WHERE pack = ? ORDER BY id DESC LIMIT 1) WHERE at > ?", "ti", pack,
        load->dataset->at);
}

/* The row of a lead; the map of all is made when somebody asks for the first. */
static enum as_status find_row(uint32_t *row, struct as_load *load, int64_t lead, struct as_error *error)
{
    enum as_status status = as_load_attach(load, error);
    *row = status == AS_OK ? as_lead_row(load, lead) : AS_NO_INDEX;
    return status;
}

/* A table of so many rows for each lead of a part goes by as fast as an index is asked for all of these. */
enum { ROWS_A_LEAD = 4 };

/* The part's leads as a JSON array, in `part`, for a table whose last row `last` tells; *ids NULL: all its
 * rows are to be read. */
static enum as_status ask_for(const char **ids, struct as_buf *part, struct as_load *load, const char *last,
                              struct as_error *error)
{
    int64_t rows;
    bool found;
    *ids = NULL;
    if (!load->part)
        return AS_OK;
    enum as_status status = as_sql_get(&rows, &found, load->store, error, last, "");
    if (status != AS_OK || !found || rows / ROWS_A_LEAD <= load->dataset->leads)
        return status;
    status = as_load_part(part, load, error);
    *ids = as_buf_c(part);
    return status;
}

/* Ownership is the person's, not the pack's: the last assignment of any pack. */
static enum as_status load_owners(struct as_load *load, struct as_buf *part, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    const char *ids;
    uint32_t row;
    enum as_status status = ask_for(&ids, part, load, "SELECT max(id) FROM assignment", error);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error,
        ids != NULL
            ? "SELECT lead_id, user FROM assignment WHERE lead_id IN (SELECT value FROM json_each(?2))"
              " AND time <= ?1 ORDER BY lead_id, time, id"
            : "SELECT lead_id, user FROM assignment WHERE time <= ?1 AND ?2 IS NULL"
              " ORDER BY lead_id, time, id",
        "it", dataset->at, ids);
    while (as_sql_row(&status, load->store, stmt, error)) {
        if ((status = find_row(&row, load, sqlite3_column_int64(stmt, 0), error)) != AS_OK)
            break;
        if (row == AS_NO_INDEX)
            continue;
        uint32_t user = as_intern_add(dataset->users, as_sql_str(stmt, 1));
        if (user == AS_INTERN_NONE) {
            status = as_error_memory(error);
            break;
        }
        for (uint32_t m = 0; m < dataset->prior_models; m++)
            as_prior_at(dataset, m, row)->owner = user;
    }
    as_sql_end(load->store, stmt);
    return status;
}

/* The word of a row of overrides that is about tracks; its columns are 4 id, 5 about, 6 track. */
static enum as_status gather_track_word(struct as_gathered *words, struct as_dataset *dataset, uint32_t row,
                                        sqlite3_stmt *stmt, struct as_error *error)
{
    const char *track = as_sql_text(stmt, 6);
    struct as_track_word word = {.id = sqlite3_column_int64(stmt, 4),
                                 .time = sqlite3_column_int64(stmt, 3),
                                 .track = AS_NO_INDEX,
                                 .says = AS_TRACK_LIFTED};
    if (strcmp(as_sql_text(stmt, 5), "no track") == 0) {
        word.says = AS_TRACK_KEPT_OUT;
    } else if (track != NULL) {
        word.says = AS_TRACK_PLACED;
        word.track = as_intern_add(dataset->tracks, as_str_of(track));
        if (word.track == AS_INTERN_NONE)
            return as_error_memory(error);
    }
    return as_gathered_add(words, row, &word, error);
}

static enum as_status load_overrides(struct as_load *load, const struct as_pack *pack, struct as_buf *part,
                                     struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    struct as_gathered list, words;
    const char *ids;
    uint32_t row;
    enum as_status status = ask_for(&ids, part, load, "SELECT max(id) FROM override", error);
    if (status != AS_OK)
        return status;
    as_gathered_init(&list, sizeof(struct as_override));
    as_gathered_init(&words, sizeof(struct as_track_word));
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error,
        ids != NULL ? "SELECT lead_id, model, stage, time, id, about, track FROM override"
                      " WHERE lead_id IN (SELECT value FROM json_each(?4)) AND (pack IS NULL OR pack = ?1)"
                      " AND time <= ?2 AND known_at <= ?3 ORDER BY time, id"
                    : "SELECT lead_id, model, stage, time, id, about, track"
                      " FROM override WHERE (pack IS NULL OR pack = ?1)"
                      " AND time <= ?2 AND known_at <= ?3 AND ?4 IS NULL ORDER BY time, id",
        "tiit", pack->name, dataset->at, dataset->known_at, ids);
    while (as_sql_row(&status, load->store, stmt, error)) {
        if ((status = find_row(&row, load, sqlite3_column_int64(stmt, 0), error)) != AS_OK)
            break;
        const char *model = as_sql_text(stmt, 1);
        struct as_override one = {.model = AS_NO_INDEX,
                                  .stage = as_stage_read(as_sql_text(stmt, 2)),
                                  .time = sqlite3_column_int64(stmt, 3)};
        for (uint32_t m = 0; model != NULL && m < dataset->prior_models; m++)
            if (strcmp(model, pack->models.at[m]->name) == 0)
                one.model = m;
        if (row == AS_NO_INDEX || (model != NULL && one.model == AS_NO_INDEX))
            continue;
        status = strcmp(as_sql_text(stmt, 5), "stage") == 0
                     ? as_gathered_add(&list, row, &one, error)
                     : gather_track_word(&words, dataset, row, stmt, error);
        if (status != AS_OK)
            break;
    }
    as_sql_end(load->store, stmt);
    void *items = NULL, *said = NULL;
    if (status == AS_OK)
        status = as_gathered_lay(&dataset->overrides.start, &items, &list, dataset->leads, error);
    if (status == AS_OK)
        status = as_gathered_lay(&dataset->track_words.start, &said, &words, dataset->leads, error);
    dataset->overrides.at = items;
    dataset->track_words.at = said;
    as_gathered_free(&list);
    as_gathered_free(&words);
    return status;
}

/* Where places stand, by the last step taken by a run not after the dataset's time: that is in the row itself
 * as long as no run was later. */
static const char *const places[2][2] = {
    {"SELECT id, lead_id, track, entered, step, due, ended IS NOT NULL, override_id"
     " FROM enrolment NOT INDEXED WHERE pack = ?1 AND ?2 = ?2 AND ?3 IS NULL",
     "SELECT id, lead_id, track, entered, step, due, ended IS NOT NULL, override_id"
     " FROM enrolment WHERE pack = ?1 AND ?2 = ?2 AND lead_id IN (SELECT value FROM json_each(?3))"},
    {"SELECT e.id, e.lead_id, e.track, e.entered, s.step, s.due, s.ended, e.override_id, max(s.run_id)"
     " FROM enrolment e JOIN enrolment_step s ON s.enrolment_id = e.id"
     " WHERE e.pack = ?1 AND s.time <= ?2 AND ?3 IS NULL GROUP BY e.id",
     "SELECT e.id, e.lead_id, e.track, e.entered, s.step, s.due, s.ended, e.override_id, max(s.run_id)"
     " FROM enrolment e JOIN enrolment_step s ON s.enrolment_id = e.id"
     " WHERE e.pack = ?1 AND s.time <= ?2 AND e.lead_id IN (SELECT value FROM json_each(?3))"
     " GROUP BY e.id"}};

/* A place with what orders it among others. */
struct entered {
    struct as_enrolment place;
    int64_t id;
};

static int by_entering(const void *a, const void *b)
{
    const struct entered *x = a, *y = b;
    if (x->place.entered != y->place.entered)
        return x->place.entered < y->place.entered ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum as_status gather_places(struct as_gathered *list, struct as_load *load, sqlite3_stmt *stmt,
                                    struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    enum as_status status;
    uint32_t row;
    while (as_sql_row(&status, load->store, stmt, error)) {
        if ((status = find_row(&row, load, sqlite3_column_int64(stmt, 1), error)) != AS_OK)
            break;
        if (row == AS_NO_INDEX)
            continue;
        struct entered one = {.place = {.track = as_intern_add(dataset->tracks, as_sql_str(stmt, 2)),
                                        .entered = sqlite3_column_int64(stmt, 3),
                                        .step = (uint16_t)sqlite3_column_int(stmt, 4),
                                        .step_due = as_sql_time(stmt, 5),
                                        .ended = sqlite3_column_int(stmt, 6) != 0,
                                        .lead = sqlite3_column_int64(stmt, 1),
                                        .word = sqlite3_column_int64(stmt, 7)},
                              .id = sqlite3_column_int64(stmt, 0)};
        status = one.place.track == AS_INTERN_NONE ? as_error_memory(error)
                                                   : as_gathered_add(list, row, &one, error);
        if (status != AS_OK)
            break;
    }
    return status;
}

static enum as_status load_enrolments(struct as_load *load, const char *pack, bool later, struct as_buf *part,
                                      struct as_error *error)
{
    struct as_enrolment_log *out = &load->dataset->enrolments;
    uint32_t rows = load->dataset->leads;
    struct as_gathered list;
    void *items = NULL;
    const char *ids;
    enum as_status status = ask_for(&ids, part, load, "SELECT max(id) FROM enrolment", error);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt =
        as_sql_fresh(load->store, error, places[later][ids != NULL], "tit", pack, load->dataset->at, ids);
    as_gathered_init(&list, sizeof(struct entered));
    status = gather_places(&list, load, stmt, error);
    as_sql_end(load->store, stmt);
    if (status == AS_OK)
        status = as_gathered_lay(&out->start, &items, &list, rows, error);
    as_gathered_free(&list);
    if (status != AS_OK || out->start == NULL)
        return status;
    out->at = malloc((size_t)out->start[rows] * sizeof *out->at + 1);
    struct entered *all = items;
    for (uint32_t row = 0; out->at != NULL && row < rows; row++)
        as_sort_unless_sorted(all + out->start[row], out->start[row + 1] - out->start[row], sizeof *all,
                              by_entering);
    for (uint32_t i = 0; out->at != NULL && i < out->start[rows]; i++)
        out->at[i] = all[i].place;
    free(items);
    return out->at == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status load_all(struct as_load *load, const struct as_pack *pack, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    const uint32_t n = pack->models.n;
    bool later = false, words = false;
    struct as_buf part = {0};
    enum as_status status = later_run(&later, load, pack->name, error);
    if (status == AS_OK)
        status = as_standings_read_words(&words, dataset->labels, load->store, error);
    dataset->prior = calloc((size_t)n + 1, sizeof *dataset->prior);
    dataset->prior_pages = calloc((size_t)n + 1, sizeof *dataset->prior_pages);
    dataset->prior_over = calloc((size_t)n + 1, sizeof *dataset->prior_over);
    dataset->prior_alike = calloc((size_t)n + 1, sizeof *dataset->prior_alike);
    dataset->prior_day = calloc((size_t)n + 1, sizeof *dataset->prior_day);
    if (status == AS_OK &&
        (dataset->prior == NULL || dataset->prior_pages == NULL || dataset->prior_over == NULL ||
         dataset->prior_alike == NULL || dataset->prior_day == NULL))
        status = as_error_memory(error);
    for (uint32_t m = 0; m < n && status == AS_OK; m++) {
        dataset->prior_models++;
        status = as_prior_rows(load, m, pack->name, pack->models.at[m]->name, later, words, error);
    }
    if (status == AS_OK && !later)
        dataset->prior_pack = pack->name;
    if (status == AS_OK)
        status = load_owners(load, &part, error);
    if (status == AS_OK)
        status = load_overrides(load, pack, &part, error);
    if (status == AS_OK)
        status = load_enrolments(load, pack->name, later, &part, error);
    if (status == AS_OK)
        status = as_load_comings(load, pack->name, &part, error);
    as_buf_free(&part);
    return status;
}

enum as_status as_store_load_priors(struct as_dataset *dataset, struct as_store *store,
                                    const struct as_pack *pack, struct as_error *error)
{
    struct as_load load = {
        .store = store, .schema = dataset->schema, .dataset = dataset, .part = dataset->part};
    as_dataset_drop_priors(dataset);
    enum as_status status = load_all(&load, pack, error);
    as_load_free(&load);
    return status;
}
