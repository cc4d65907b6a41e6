/* Standings: where each lead stands now, written where it changed; and the decision rows of the changes. */
#include "store/decisions/kept_standings.h"
#include "store/decisions/open_run.h"
#include "store/decisions/scores.h"

#include "base/bits.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

static const char *persona_of(const struct as_run_record *run, const struct as_standing *s)
{
    return run->rules != NULL && s->persona > 0 && s->persona <= run->rules->personas.n
               ? run->rules->personas.at[s->persona - 1].name
               : NULL;
}

static const char *disqualifier_of(const struct as_model *model, const struct as_standing *s)
{
    return s->disqualifier > 0 && s->disqualifier <= model->disqualifiers.n
               ? model->disqualifiers.at[s->disqualifier - 1].name
               : NULL;
}

/* The next row from this one on that is decided anew; `rows` when there is none. */
static uint32_t next_decided(const uint64_t *anew, uint32_t row, uint32_t rows)
{
    while (row < rows && anew[row >> 6] >> (row & 63) == 0)
        row = (row | 63) + 1;
    while (row < rows && !as_bit(anew, row))
        row++;
    return row < rows ? row : rows;
}

/* Codes of the dataset's labels for the names that a standing gives by index; the first is for none. */
struct names {
    uint32_t *disqualifier, *persona;
};

static enum as_status add_name(uint32_t *code, const struct as_dataset *dataset, const char *name,
                               struct as_error *error)
{
    *code = as_intern_add(dataset->labels, as_str_of(name));
    return *code == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status find_names(struct names *out, const struct as_run_record *run,
                                 const struct as_model *model, const struct as_dataset *dataset,
                                 struct as_error *error)
{
    uint32_t personas = run->rules == NULL ? 0 : run->rules->personas.n;
    enum as_status status = AS_OK;
    out->disqualifier = malloc((model->disqualifiers.n + (size_t)1) * sizeof *out->disqualifier);
    out->persona = malloc((personas + (size_t)1) * sizeof *out->persona);
    if (out->disqualifier == NULL || out->persona == NULL)
        return as_error_memory(error);
    out->disqualifier[0] = out->persona[0] = AS_NO_INDEX;
    for (uint32_t i = 0; i < model->disqualifiers.n && status == AS_OK; i++)
        status = add_name(&out->disqualifier[i + 1], dataset, model->disqualifiers.at[i].name, error);
    for (uint32_t i = 0; i < personas && status == AS_OK; i++)
        status = add_name(&out->persona[i + 1], dataset, run->rules->personas.at[i].name, error);
    return status;
}

static uint32_t disqualifier_code(const struct names *names, const struct as_model *model,
                                  const struct as_standing *s)
{
    return names->disqualifier[s->disqualifier <= model->disqualifiers.n ? s->disqualifier : 0];
}

static uint32_t persona_code(const struct names *names, const struct as_run_record *run,
                             const struct as_standing *s)
{
    return names->persona[run->rules != NULL && s->persona <= run->rules->personas.n ? s->persona : 0];
}

/* All of a standing but its words: a lead stands where its last decision left it. */
static bool same_state(const struct as_prior *held, const struct as_standing *s)
{
    return held->stage == s->stage && held->furthest == s->furthest && held->grade == s->grade &&
           held->verdicts == s->verdicts && held->outside == s->outside && held->recycles == s->recycles &&
           held->entered == s->entered && held->recycled == s->recycled && held->cool_off == s->cool_off &&
           held->attention == s->attention && held->blocked == s->blocked;
}

/* Rows that one thread compares in one go: whole words of bits. */
enum { PIECE = 1 << 15 };

struct comparing {
    uint64_t *anew; /* by lead row, out */
    const struct as_run_record *run;
    const struct as_model *model;
    const struct as_dataset *dataset;
    const struct as_standings *standings;
    const struct names *names;
};

static enum as_status compare_piece(void *context, unsigned worker, size_t piece, struct as_error *error)
{
    const struct comparing *of = context;
    const struct as_prior *prior = of->dataset->prior[of->model->index];
    uint32_t first = (uint32_t)piece * PIECE;
    (void)worker, (void)error;
    for (uint32_t row = first; row < of->dataset->leads && row - first < PIECE; row++) {
        const struct as_prior *held = &prior[row];
        const struct as_standing *s = as_standings_at(of->standings, row);
        if (!held->decided)
            as_bit_put(of->anew, row, !s->outside);
        else if (!same_state(held, s) || held->disqualifier != disqualifier_code(of->names, of->model, s) ||
                 held->persona != persona_code(of->names, of->run, s))
            as_bit_set(of->anew, row);
    }
    return AS_OK;
}

static enum as_status compare(uint64_t *anew, const struct as_run_record *run, const struct as_model *model,
                              const struct as_dataset *dataset, const struct as_standings *standings,
                              const struct names *names, struct as_error *error)
{
    struct comparing comparing = {anew, run, model, dataset, standings, names};
    if (dataset->prior_pack == NULL || strcmp(dataset->prior_pack, run->pack) != 0 ||
        model->index >= dataset->prior_models)
        return as_error_set(error, AS_ERR_BUG, "model \"%s\" is stored without the standings of before",
                            model->name);
    return as_parallel(as_processors(), ((size_t)dataset->leads + PIECE - 1) / PIECE, compare_piece,
                       &comparing, error);
}

/* The gate that was passed or the disqualifier that holds; acts and recycling are told by their cause. */
static const char *moved_by(const struct as_model *model, const struct as_standing *s)
{
    if (s->cause == AS_CAUSE_DISQUALIFY)
        return disqualifier_of(model, s);
    for (uint32_t i = 0; (s->cause == AS_CAUSE_GATE || s->cause == AS_CAUSE_FIRST) && i < model->gates.n; i++)
        if ((uint8_t)model->gates.at[i]->stage == s->stage)
            return model->gates.at[i]->name;
    return NULL;
}

#define DECISION                                                                                             \
    "INSERT INTO decision(id, run_id, model_id, lead_id, prior_id, stage, prior_stage, furthest, cause, by," \
    " grade, grade_code, verdicts, outside, attention, blocked, disqualifier, persona, recycles, entered,"   \
    " recycled, cool_off, facts_hash, prior_grade, prior_grade_code, prior_verdicts)"                        \
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "    \
    "?21,"                                                                                                   \
    " ?22, ?23, "
/* What was decided before: as these rules say it, or where others decided then, as it was said. */
static const char decision_again[] = DECISION "?24, ?25, ?26";
static const char decision_by_others[] =
    DECISION "d.grade, coalesce(d.grade_code, ?25), coalesce(d.verdicts, ?26) FROM"
             " (SELECT ?24) LEFT JOIN decision d ON d.id = ?5";

static enum as_status write_decision(int64_t id, struct as_store *store, const struct as_run_record *run,
                                     const struct as_open_model *entry, const struct as_dataset *dataset,
                                     uint32_t row, const struct as_standing *s, int64_t prior_id,
                                     struct as_error *error)
{
    char grade[AS_GRADE_TEXT];
    int64_t lead = dataset->lead_id[row];
    const char *stage = as_stage_name((enum as_stage)s->stage),
               *cause = as_cause_name((enum as_cause)s->cause);
    const char *before = prior_id == 0 ? NULL : as_stage_name((enum as_stage)s->prior_stage);
    const struct as_prior *held = &dataset->prior[entry->model->index][row];
    char grade_before[AS_GRADE_TEXT];
    as_grade_show(grade, entry->model, s->grade);
    as_grade_show(grade_before, entry->model, held->grade);
    enum as_status status = as_sql_do(
        store, error, run->same_rules ? decision_again : decision_by_others, "iiiikttttttiiiiittizzzitii", id,
        run->id, entry->model_id, lead, prior_id, stage, before, as_stage_name((enum as_stage)s->furthest),
        cause, moved_by(entry->model, s), grade, (int64_t)s->grade, (int64_t)s->verdicts, (int64_t)s->outside,
        (int64_t)s->attention, (int64_t)s->blocked, disqualifier_of(entry->model, s), persona_of(run, s),
        (int64_t)s->recycles, s->entered, s->recycled, s->cool_off, as_facts_hash(dataset, row),
        prior_id == 0 ? NULL : grade_before, prior_id == 0 ? (int64_t)0 : (int64_t)held->grade,
        prior_id == 0 ? (int64_t)0 : (int64_t)held->verdicts);
    if (status != AS_OK || (before != NULL && s->stage == s->prior_stage) || s->outside)
        return status;
    if (before != NULL)
        status = as_sql_do(
            store, error,
            "UPDATE stage_history SET left_at = ?1 WHERE lead_id = ?2 AND model_id = ?3 AND left_at IS NULL",
            "iii", run->at, lead, entry->model_id);
    if (status == AS_OK)
        status = as_sql_do(
            store, error,
            "INSERT INTO stage_history(decision_id, model_id, lead_id, from_stage, to_stage, cause, time)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            "iiitttz", id, entry->model_id, lead, before, stage, cause,
            s->entered == AS_TIME_NONE ? run->at : s->entered);
    return status;
}

static enum as_status write_changes(uint32_t *rows, struct as_store *store, const struct as_run_record *run,
                                    struct as_open_model *entry, const struct as_dataset *dataset,
                                    const struct as_standings *standings, const uint64_t *anew,
                                    struct as_error *error)
{
    int64_t last;
    bool found;
    enum as_status status = as_sql_get(&last, &found, store, error, "SELECT max(id) FROM decision", "");
    entry->first_decision = last + 1;
    uint32_t leads = dataset->leads;
    for (uint32_t row = next_decided(anew, 0, leads); row < leads && status == AS_OK;
         row = next_decided(anew, row + 1, leads)) {
        int64_t prior_id = dataset->prior[entry->model->index][row].decision,
                decision = entry->first_decision + entry->n;
        entry->lead[entry->n] = dataset->lead_id[row];
        rows[entry->n++] = row;
        status = write_decision(decision, store, run, entry, dataset, row, as_standings_at(standings, row),
                                prior_id, error);
    }
    return status;
}

/* How a lead of the dataset stands by now: as it did, where nothing is written of it. */
static void stand(struct as_standing_row *out, const struct as_prior *held, const struct as_standing *s,
                  bool written, uint32_t disqualifier, uint32_t persona)
{
    out->prior = *held;
    out->prior.owner = AS_NO_INDEX;
    if (!written)
        return;
    out->prior.decided = true;
    out->prior.stage = s->stage;
    out->prior.furthest = s->furthest;
    out->prior.grade = s->grade;
    out->prior.verdicts = s->verdicts;
    out->prior.outside = s->outside;
    out->prior.attention = s->attention;
    out->prior.blocked = s->blocked;
    out->prior.recycles = s->recycles;
    out->prior.entered = s->entered;
    out->prior.recycled = s->recycled;
    out->prior.cool_off = s->cool_off;
    out->prior.disqualifier = disqualifier;
    out->prior.persona = persona;
}

/* Brings the files up to what was written; entry says which leads were decided. */
static enum as_status keep_files(struct as_store *store, const struct as_run_record *run,
                                 const struct as_open_model *entry, const struct as_dataset *dataset,
                                 const struct as_standings *standings, const uint64_t *anew,
                                 const struct names *names, const struct as_outcome *outcome,
                                 struct as_error *error)
{
    const struct as_model *model = entry->model;
    const struct as_prior *held = dataset->prior[model->index];
    struct as_standings_news news = {.whole = !dataset->part,
                                     .model = model->index,
                                     .not_before = outcome == NULL ? NULL : as_outcome_not_before(outcome),
                                     .first = entry->first_decision};
    uint32_t leads = dataset->leads, decided = 0;
    size_t room = dataset->part ? leads : 0;
    for (uint32_t row = next_decided(anew, 0, leads); row < leads && !dataset->part;
         row = next_decided(anew, row + 1, leads))
        room++;
    struct as_standing_row *rows = calloc(room + 1, sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    for (uint32_t row = dataset->part ? 0 : next_decided(anew, 0, leads); row < leads;
         row = dataset->part ? row + 1 : next_decided(anew, row + 1, leads)) {
        bool decides = as_bit(anew, row);
        struct as_standing_row *out = &rows[news.n++];
        stand(out, &held[row], as_standings_at(standings, row), decides,
              disqualifier_code(names, model, as_standings_at(standings, row)),
              persona_code(names, run, as_standings_at(standings, row)));
        if (decides)
            out->prior.decision = entry->first_decision + decided++;
        out->lead = dataset->lead_id[row];
        out->due = news.not_before == NULL ? 0 : news.not_before[row];
    }
    news.row = rows;
    enum as_status status = as_standings_keep(store, run, entry->model_id, dataset, &news, error);
    free(rows);
    return status;
}

enum as_status as_store_standings(uint32_t **changed_rows, uint32_t *changed, struct as_store *store,
                                  const struct as_run_record *run, const struct as_model *model,
                                  const struct as_dataset *dataset, const struct as_standings *standings,
                                  const struct as_outcome *outcome, struct as_error *error)
{
    struct as_open_model *entry = NULL;
    struct names names = {NULL, NULL};
    size_t words = AS_BIT_WORDS(dataset->leads) + 1, room = (size_t)dataset->leads + 1;
    uint64_t *anew = calloc(words, sizeof *anew);
    uint32_t *rows = malloc(room * sizeof *rows);
    enum as_status status = AS_OK;
    *changed_rows = NULL;
    *changed = 0;
    if (anew == NULL || rows == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = as_open_model_of(&entry, store, run, model, error);
    if (status == AS_OK && (entry->lead = malloc(room * sizeof *entry->lead)) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = find_names(&names, run, model, dataset, error);
    if (status == AS_OK)
        status = compare(anew, run, model, dataset, standings, &names, error);
    if (status == AS_OK)
        status = write_changes(rows, store, run, entry, dataset, standings, anew, error);
    if (status == AS_OK)
        status = keep_files(store, run, entry, dataset, standings, anew, &names, outcome, error);
    if (outcome != NULL && status == AS_OK)
        status = as_scores_write(store, run, model, entry->model_id, dataset, standings, outcome, error);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE run SET leads = max(leads, ?) WHERE id = ?", "ii",
                           (int64_t)dataset->leads, run->id);
    free(anew);
    free(names.disqualifier);
    free(names.persona);
    if (status != AS_OK) {
        free(rows);
        return status;
    }
    *changed_rows = rows;
    *changed = entry->n;
    return AS_OK;
}

enum as_status as_store_move_cause(struct as_store *store, const struct as_run_record *run,
                                   const struct as_model *model, int64_t lead_id, const char *why,
                                   const char *by, struct as_error *error)
{
    int64_t decision = as_open_decision(store, model, lead_id);
    if (decision == 0)
        return as_error_set(error, AS_ERR_BUG, "lead #%lld was not decided in run %lld", (long long)lead_id,
                            (long long)run->id);
    return as_sql_do(store, error,
                     "UPDATE decision SET why = coalesce(?, why), by = coalesce(?, by) WHERE id = ?", "tti",
                     why, by, decision);
}
