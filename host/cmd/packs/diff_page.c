/* What two packs decide otherwise, laid out for people: first how many move and where to, then the rules that
 * do it, then who, then what follows for the people who work with the leads. */
#include "cmd/packs/diff_page.h"

#include "base/time.h"
#include "cmd/output/wording.h"

#include <inttypes.h>
#include <string.h>

/* More rules than this nobody weighs; the JSON has them all. */
enum { PARTS_SHOWN = 15 };

static const char *count(char out[AS_COUNT_TEXT], uint64_t n)
{
    return n == 0 ? "·" : as_count_format(out, n);
}

void as_print_count(struct as_table *table, uint64_t n)
{
    char text[AS_COUNT_TEXT];
    as_table_style(table, n == 0 ? AS_DIM : AS_PLAIN, count(text, n));
}

/* "+5", "−3", "·" */
static void change_cell(struct as_table *table, uint32_t before, uint32_t after)
{
    char text[AS_COUNT_TEXT];
    if (before == after)
        as_table_style(table, AS_DIM, "·");
    else
        as_table_printf(table, "%s%s", after > before ? "+" : "−",
                        as_count_format(text, after > before ? after - before : before - after));
}

/* The team's word and the program's; a stage that only the left pack gives a word keeps that. */
static const char *stage_text(char out[AS_MAX_NAME * 2], const struct as_difference *difference, int stage)
{
    const char *name = stage == AS_STAGE_NONE ? "outside" : as_stage_name((enum as_stage)stage);
    const char *label =
        stage == AS_STAGE_NONE ? name : as_pack_label(difference->packs[AS_AFTER].pack, (enum as_stage)stage);
    if (strcmp(name, label) == 0)
        snprintf(out, AS_MAX_NAME * 2, "%s", name);
    else
        snprintf(out, AS_MAX_NAME * 2, "%s (%s)", label, name);
    return out;
}

static const char *stage_word(const struct as_difference *difference, int stage)
{
    return stage == AS_STAGE_NONE ? "outside"
                                  : as_pack_label(difference->packs[AS_AFTER].pack, (enum as_stage)stage);
}

/* --- stages --- */

static enum as_status print_matrix(struct as_document *document, const struct as_difference *difference,
                                   const struct as_difference_model *model, struct as_error *error)
{
    struct as_table_column columns[3 + AS_STAGE_COUNT] = {
        {"Before", false, false}, {"Leads", true, false}, {"After", true, false}};
    int shown[AS_STAGE_COUNT];
    uint32_t width = 0;
    for (int to = 0; to < AS_STAGE_COUNT; to++) {
        bool used = false;
        for (int from = 0; from < AS_STAGE_COUNT; from++)
            used |= from != to && model->matrix[from][to] > 0;
        if (!used)
            continue;
        shown[width] = to;
        columns[3 + width++] = (struct as_table_column){stage_word(difference, to), true, false};
    }
    struct as_table table;
    as_table_open(&table, columns, 3 + width);
    for (int from = 0; from < AS_STAGE_COUNT; from++) {
        char text[AS_MAX_NAME * 2];
        uint32_t before = model->stages[AS_BEFORE][from], after = model->stages[AS_AFTER][from];
        if (before + after == 0)
            continue;
        as_table_row(&table);
        as_table_text(&table, stage_text(text, difference, from));
        as_print_count(&table, before);
        as_print_count(&table, after);
        for (uint32_t i = 0; i < width; i++)
            as_print_count(&table, shown[i] == from ? 0 : model->matrix[from][shown[i]]);
    }
    as_document_heading(document, 3, "Stages: where those who stood there go");
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_scores(struct as_document *document, const struct as_difference_model *model,
                                   struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Score", false, false},        {"Higher", true, false},      {"Lower", true, false},
        {"Points in all", true, false}, {"Band higher", true, false}, {"Band lower", true, false}};
    struct as_table table;
    as_table_open(&table, columns, 6);
    for (uint32_t s = 0; s < model->scores.n; s++) {
        const struct as_difference_score *score = &model->scores.at[s];
        char points[AS_WORDING];
        if (score->up + score->down + score->band_up + score->band_down == 0)
            continue;
        as_table_row(&table);
        as_table_text(&table, score->name);
        as_print_count(&table, score->up);
        as_print_count(&table, score->down);
        as_table_text(&table, as_points_format(points, score->points, true));
        as_print_count(&table, score->band_up);
        as_print_count(&table, score->band_down);
    }
    if (table.cells.n > 0)
        as_document_heading(document, 3, "Scores");
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    return status;
}

/* --- the rules responsible --- */

static void part_cell(struct as_table *table, const struct as_difference_part *part)
{
    switch (part->kind) {
    case AS_DIFFERENT_RULE:
        as_table_printf(table, "%s, %s", part->name, part->of);
        break;
    case AS_DIFFERENT_CRITERION:
        as_table_printf(table, "%s of %s", part->name, part->of);
        break;
    case AS_DIFFERENT_DISQUALIFIER:
        as_table_text(table, part->name);
        break;
    case AS_DIFFERENT_GROUP_CAP:
        as_table_printf(table, "%s, %s", part->name, part->of);
        break;
    case AS_DIFFERENT_CAP:
    case AS_DIFFERENT_FLOOR:
        as_table_text(table, part->of);
        break;
    }
}

static enum as_status print_parts(struct as_document *document, const struct as_difference_model *model,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Leads", true, false},   {"Up", true, false},    {"Down", true, false}, {"Points", true, false},
        {"Change", false, false}, {"What", false, false}, {"Name", false, true}, {"Where", false, true}};
    struct as_table table;
    if (model->parts.n == 0)
        return AS_OK;
    as_table_open(&table, columns, 8);
    uint32_t shown = model->parts.n < PARTS_SHOWN ? model->parts.n : PARTS_SHOWN;
    for (uint32_t p = 0; p < shown; p++) {
        const struct as_difference_part *part = &model->parts.at[p];
        bool condition = part->kind == AS_DIFFERENT_CRITERION || part->kind == AS_DIFFERENT_DISQUALIFIER;
        char points[AS_WORDING];
        as_table_row(&table);
        as_print_count(&table, part->leads);
        as_print_count(&table, part->up);
        as_print_count(&table, part->down);
        as_table_text(&table, condition ? "" : as_points_format(points, part->points, true));
        as_table_text(&table, !part->in[AS_BEFORE] ? "added" : !part->in[AS_AFTER] ? "removed" : "");
        as_table_text(&table, as_difference_kind_name(part->kind));
        part_cell(&table, part);
        if (part->position.file != NULL && part->position.line > 0)
            as_table_printf(&table, "%s:%d", part->position.file, part->position.line);
    }
    as_document_heading(document, 3, "What does it, of those who move");
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    if (status == AS_OK && shown < model->parts.n)
        as_document_printf(document, "and %u smaller ones; all: --format json", model->parts.n - shown);
    return status;
}

/* --- leads --- */

static enum as_status print_leads(struct as_document *document, const struct as_difference *difference,
                                  const char *title, const struct as_difference_leads *leads,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Lead", false, true}, {"Id", true, false}, {"From and to", false, false}, {"Because", false, true}};
    struct as_table table;
    if (leads->list.n == 0)
        return AS_OK;
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < leads->list.n; i++) {
        const struct as_difference_lead *lead = &leads->list.at[i];
        as_table_row(&table);
        as_table_printf(&table, "%s%s%s", lead->lead, lead->account != NULL ? ", " : "",
                        lead->account != NULL ? lead->account : "");
        as_table_printf(&table, "%" PRId64, lead->id);
        if (lead->from != lead->to)
            as_table_printf(&table, "%s → %s", stage_word(difference, lead->from),
                            stage_word(difference, lead->to));
        else if (strcmp(lead->grade_from, lead->grade_to) != 0)
            as_table_printf(&table, "%s, %s → %s", stage_word(difference, lead->to), lead->grade_from,
                            lead->grade_to);
        else
            as_table_text(&table, stage_word(difference, lead->to));
        as_table_text(&table, lead->because);
    }
    as_document_heading(document, 3, title);
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    return status;
}

/* --- gates and owners --- */

/* Whether people can take those who enter; what else is to be said of a gate's line. */
static void room_cell(struct as_table *table, const struct as_difference_gate *gate)
{
    bool both = gate->in[AS_BEFORE] && gate->in[AS_AFTER];
    const struct as_capacity *capacity = gate->capacity;
    char length[AS_WORDING];
    if (!both)
        as_table_text(table, gate->in[AS_AFTER] ? "added" : "removed");
    else if (capacity != NULL && capacity->most.count > 0)
        as_table_printf(table, "%u in %s%s", capacity->most.count,
                        as_age_format(length, capacity->most.span.length),
                        gate->entered[AS_AFTER] > capacity->most.count ? ": too many" : "");
}

static enum as_status print_gates(struct as_document *document, const struct as_difference_model *model,
                                  struct as_error *error)
{
    struct as_table_column columns[] = {{"Gate", false, false},  {"Pass before", true, false},
                                        {"after", true, false},  {"Opens", true, false},
                                        {"Closes", true, false}, {"Enter before", true, false},
                                        {"after", true, false},  {"", false, false}};
    struct as_table table;
    for (uint32_t g = 0; g < model->gates.n; g++)
        if (model->gates.at[g].capacity != NULL && model->gates.at[g].capacity->most.count > 0)
            columns[7].title = "Room";
    as_table_open(&table, columns, 8);
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_difference_gate *gate = &model->gates.at[g];
        bool both = gate->in[AS_BEFORE] && gate->in[AS_AFTER];
        if (both && gate->opens + gate->closes == 0 && gate->entered[AS_BEFORE] == gate->entered[AS_AFTER])
            continue;
        as_table_row(&table);
        as_table_text(&table, gate->name);
        as_print_count(&table, gate->pass[AS_BEFORE]);
        as_print_count(&table, gate->pass[AS_AFTER]);
        as_print_count(&table, gate->opens);
        as_print_count(&table, gate->closes);
        as_print_count(&table, gate->entered[AS_BEFORE]);
        as_print_count(&table, gate->entered[AS_AFTER]);
        room_cell(&table, gate);
    }
    if (table.cells.n > 0)
        as_document_heading(document, 3, "Gates");
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_owners(struct as_document *document, const struct as_difference_model *model,
                                   struct as_error *error)
{
    struct as_table_column columns[] = {
        {"Owner", false, true},  {"New leads before", true, false}, {"after", true, false},
        {"Change", true, false}, {"In hand before", true, false},   {"after", true, false},
        {"", false, false}};
    struct as_table table;
    bool differs = false;
    for (uint32_t i = 0; i < model->owners.n; i++)
        if (model->owners.at[i].capacity > 0)
            columns[6].title = "Room";
    as_table_open(&table, columns, 7);
    for (uint32_t o = 0; o < model->owners.n; o++) {
        const struct as_difference_owner *owner = &model->owners.at[o];
        differs |= owner->leads[AS_BEFORE] != owner->leads[AS_AFTER];
        if (owner->leads[AS_BEFORE] + owner->leads[AS_AFTER] == 0)
            continue;
        as_table_row(&table);
        as_table_text(&table, owner->user != NULL ? owner->user : "nobody is free");
        as_print_count(&table, owner->leads[AS_BEFORE]);
        as_print_count(&table, owner->leads[AS_AFTER]);
        change_cell(&table, owner->leads[AS_BEFORE], owner->leads[AS_AFTER]);
        for (int side = 0; owner->user != NULL && side < AS_SIDES; side++)
            as_print_count(&table, owner->hand[side]);
        if (owner->capacity > 0)
            as_table_printf(&table, "%" PRId64 "%s", owner->capacity,
                            owner->hand[AS_AFTER] > owner->capacity ? ": too many" : "");
    }
    enum as_status status = AS_OK;
    if (differs) {
        as_document_heading(document, 3, "Who gets them");
        status = as_document_table(document, &table, error);
    }
    as_table_close(&table);
    return status;
}

static void print_follows(struct as_document *document, const struct as_difference_model *model)
{
    char texts[4][AS_COUNT_TEXT];
    bool handed = model->handoffs_new + model->handoffs_gone > 0;
    if (!handed && model->won_rejected + model->won_undecided == 0)
        return;
    as_document_heading(document, 3, "What follows");
    if (handed)
        as_document_printf(document, "hand-offs to sales: %s before, %s after; %s new, %s no longer",
                           as_count_format(texts[0], model->handoffs[AS_BEFORE]),
                           as_count_format(texts[1], model->handoffs[AS_AFTER]),
                           as_count_format(texts[2], model->handoffs_new),
                           as_count_format(texts[3], model->handoffs_gone));
    if (model->won_rejected > 0) {
        struct as_buf text = {.p = NULL};
        as_buf_printf(&text, "of %s with a won deal, %s would now be turned away",
                      as_count_format(texts[0], model->won), as_count_format(texts[1], model->won_rejected));
        as_document_line(document, AS_YELLOW, as_buf_c(&text));
        as_buf_free(&text);
    }
    if (model->won_undecided > 0)
        as_document_printf(document, "of %s with a won deal, %s would now wait for facts",
                           as_count_format(texts[0], model->won),
                           as_count_format(texts[1], model->won_undecided));
}

static enum as_status print_model(struct as_document *document, const struct as_difference *difference,
                                  const struct as_difference_model *model, struct as_error *error)
{
    char title[AS_MAX_NAME + 16], texts[6][AS_COUNT_TEXT];
    snprintf(title, sizeof title, "Model %s", model->name);
    as_document_heading(document, 2, title);
    if (model->model[AS_BEFORE] == NULL || model->model[AS_AFTER] == NULL) {
        as_document_printf(document, "only in the pack %s; nothing to compare it with",
                           model->model[AS_BEFORE] == NULL ? "after" : "before");
        return AS_OK;
    }
    as_document_printf(document, "%s of %s leads change stage (%s forward, %s back), %s grade, %s a verdict",
                       as_count_format(texts[0], model->moved), as_count_format(texts[1], model->leads),
                       as_count_format(texts[2], model->up), as_count_format(texts[3], model->down),
                       as_count_format(texts[4], model->regraded),
                       as_count_format(texts[5], model->rejudged));
    enum as_status status = AS_OK;
    if (model->moved > 0)
        status = print_matrix(document, difference, model, error);
    if (status == AS_OK)
        status = print_scores(document, model, error);
    if (status == AS_OK)
        status = print_parts(document, model, error);
    if (status == AS_OK)
        status = print_leads(document, difference, "Forward, for example", &model->advance, error);
    if (status == AS_OK)
        status = print_leads(document, difference, "Back, for example", &model->fall, error);
    if (status == AS_OK)
        status = print_leads(document, difference, "At the same stage, for example", &model->other, error);
    if (status == AS_OK)
        status = print_gates(document, model, error);
    if (status == AS_OK)
        status = print_owners(document, model, error);
    if (status != AS_OK)
        return status;
    print_follows(document, model);
    return print_leads(document, difference, "Won deals judged worse, for example", &model->won_examples,
                       error);
}

static void print_head(struct as_document *document, const struct as_difference *difference,
                       const char *const sides[AS_SIDES], bool dated)
{
    static const char *const words[AS_SIDES] = {"before", "after"};
    char title[AS_MAX_NAME * 2 + 64], at[AS_WORDING], leads[AS_COUNT_TEXT];
    as_instant_format(at, difference->at);
    if (dated)
        snprintf(title, sizeof title, "As of %s UTC", at);
    else
        snprintf(title, sizeof title, "Pack %s", difference->packs[AS_AFTER].pack->name);
    as_document_heading(document, 1, title);
    for (int side = 0; side < AS_SIDES; side++)
        as_document_printf(document, "%-6s  %s, %.12s", words[side], sides[side],
                           difference->packs[side].pack->hash);
    if (difference->packs[AS_AFTER].pack->change != NULL)
        as_document_printf(document, "change  %s", difference->packs[AS_AFTER].pack->change);
    as_count_format(leads, difference->leads);
    if (difference->history != NULL)
        as_document_printf(document, "%s leads as of %s UTC, both from where the runs of %s left them", leads,
                           at, difference->history);
    else
        as_document_printf(document, "%s leads as of %s UTC, both decided as if for the first time", leads,
                           at);
}

enum as_status as_print_difference(struct as_document *document, const struct as_difference *difference,
                                   const char *const sides[AS_SIDES], bool dated, struct as_error *error)
{
    if (as_difference_none(difference)) {
        char at[AS_WORDING], leads[AS_COUNT_TEXT];
        struct as_buf text = {.p = NULL};
        as_buf_printf(&text, "No difference: %s and %s decide alike for %s leads as of %s UTC",
                      sides[AS_BEFORE], sides[AS_AFTER], as_count_format(leads, difference->leads),
                      as_instant_format(at, difference->at));
        struct as_buf safe = {.p = NULL};
        as_display_text(&safe, as_str_of(as_buf_c(&text)));
        fprintf(document->terminal->out, "%s%s\n", document->last != AS_DOCUMENT_EMPTY ? "\n" : "",
                as_buf_c(&safe));
        document->last = AS_DOCUMENT_LINES;
        as_buf_free(&text);
        as_buf_free(&safe);
        return AS_OK;
    }
    print_head(document, difference, sides, dated);
    enum as_status status = AS_OK;
    for (uint32_t m = 0; m < difference->models.n && status == AS_OK; m++)
        if (!as_difference_model_none(&difference->models.at[m]))
            status = print_model(document, difference, &difference->models.at[m], error);
    if (status != AS_OK)
        return status;
    return as_print_beside(document, difference, error);
}
