/* Leads like the one at hand: the same person under another address, and others of whom the rules say the
 * same. */
#include "bind/session/repl_base.h"

#include "score/model/likeness.h"
#include "score/tree/condition.h"
#include "store/report/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct as_pack *pack_of(const struct as_repl *repl)
{
    return repl->options.packs[0].pack;
}

/* --- the same person --- */

static enum as_status add_alike(void *context, const struct as_alike *alike, struct as_error *error)
{
    struct as_rows_filling *f = context;
    char id[32], likely[32];
    snprintf(id, sizeof id, "#%lld", (long long)alike->who.lead_id);
    snprintf(likely, sizeof likely, "%.0f %%", 100 * alike->probability);
    const char *cells[] = {likely, id, alike->who.name, alike->who.email, alike->who.company, alike->reasons};
    return as_rows_add(f->L, f->list, cells, NULL, 6, error);
}

static int word_dupes(lua_State *L)
{
    static const char *const columns[] = {"likely", "id", "lead", "email", "account", "why"};
    struct as_repl *repl = as_repl_of(L);
    struct as_explain_request request = as_repl_request(L, repl);
    struct as_error error = AS_ERROR_INIT;
    as_rows_push(L, columns, 6);
    struct as_rows_filling filling = {L, lua_gettop(L)};
    as_repl_check(L, as_store_alike(repl->options.store, request.lead_id, 0.5, add_alike, &filling, &error),
                  &error);
    return 1;
}

/* --- of whom the rules say the same --- */

/* What leads are compared by: each condition of scores, gates and disqualifiers once. */
struct conditions {
    struct as_arena arena;
    AS_LIST(struct as_persona) asked; /* name: of the rule, criterion or disqualifier */
    AS_LIST(struct as_verdicts) verdicts;
    AS_LIST(const char *) names; /* of the verdicts */
};

struct near {
    uint32_t row;
    double likeness;
};

struct similar {
    struct as_repl *repl;
    struct as_base base;
    struct conditions conditions;
    uint32_t own; /* row of the lead at hand */
    struct near near[AS_MAX_ALIKE];
    uint32_t n, won, lost;
    struct as_rows_filling into;
    struct as_buf differs;
};

static enum as_status gather(struct conditions *c, const struct as_pack *pack, struct as_error *error)
{
    struct as_roots roots;
    enum as_status status = as_roots_of(&roots, &c->arena, pack, error);
    for (uint32_t r = 0; status == AS_OK && r < roots.at.n; r++) {
        const struct as_root *root = &roots.at.at[r];
        bool compared = root->kind == AS_ROOT_RULE || root->kind == AS_ROOT_CRITERION ||
                        root->kind == AS_ROOT_DISQUALIFIER;
        for (uint32_t i = 0; compared && root->level == AS_LEVEL_LEAD && i < root->leaf_count; i++)
            if (!as_list_push(&c->arena, &c->asked,
                              ((struct as_persona){.name = root->name, .when = root->leaves[i]})))
                status = as_error_memory(error);
    }
    return status;
}

/* Equal conditions are one node of the plan, so their verdicts are the same bits. */
static enum as_status take_verdicts(struct conditions *c, const struct as_outcome *outcome,
                                    struct as_error *error)
{
    for (uint32_t i = 0; i < c->asked.n; i++) {
        struct as_verdicts verdicts = as_outcome_verdicts_at(outcome, c->asked.at[i].when, AS_LEVEL_LEAD);
        bool known = false;
        for (uint32_t k = 0; k < c->verdicts.n && !known; k++)
            known = c->verdicts.at[k].known == verdicts.known;
        if (!known && (!as_list_push(&c->arena, &c->verdicts, verdicts) ||
                       !as_list_push(&c->arena, &c->names, c->asked.at[i].name)))
            return as_error_memory(error);
    }
    return AS_OK;
}

static void keep_nearest(struct similar *s, const double *likeness)
{
    for (uint32_t row = 0; row < s->base.dataset->leads; row++) {
        if (row == s->own || (s->n == AS_MAX_ALIKE && likeness[row] <= s->near[s->n - 1].likeness))
            continue;
        uint32_t place = s->n < AS_MAX_ALIKE ? s->n++ : s->n - 1;
        while (place > 0 && s->near[place - 1].likeness < likeness[row]) {
            s->near[place] = s->near[place - 1];
            place--;
        }
        s->near[place] = (struct near){row, likeness[row]};
    }
}

static enum as_status compare(struct similar *s, struct as_error *error)
{
    enum as_status status = gather(&s->conditions, pack_of(s->repl), error);
    if (status == AS_OK)
        status =
            as_base_decide(&s->base, s->repl, s->conditions.asked.at, s->conditions.asked.n, true, error);
    if (status == AS_OK)
        status = take_verdicts(&s->conditions, s->base.outcome, error);
    if (status != AS_OK)
        return status;
    s->own = as_dataset_lead_row(s->base.dataset, s->repl->lead);
    if (s->own == AS_NO_INDEX)
        return as_error_set(error, AS_ERR_MISSING, "this lead was not known then");
    double *likeness = malloc((s->base.dataset->leads + (size_t)1) * sizeof *likeness);
    if (likeness == NULL)
        return as_error_memory(error);
    status = as_likeness(likeness, s->conditions.verdicts.at, s->conditions.verdicts.n,
                         s->base.dataset->leads, s->own, error);
    if (status == AS_OK)
        keep_nearest(s, likeness);
    free(likeness);
    return status;
}

/* Names of the rules in which a lead differs from the one at hand. */
static const char *say_differences(struct similar *s, uint32_t row)
{
    enum { NAMED = 3 };
    uint32_t n = 0;
    const char *last = NULL;
    as_buf_reset(&s->differs);
    for (uint32_t c = 0; c < s->conditions.verdicts.n; c++) {
        if (as_verdict_at(s->conditions.verdicts.at[c], row) ==
                as_verdict_at(s->conditions.verdicts.at[c], s->own) ||
            (last != NULL && strcmp(last, s->conditions.names.at[c]) == 0))
            continue;
        last = s->conditions.names.at[c];
        if (n++ < NAMED)
            as_buf_printf(&s->differs, "%s%s", n > 1 ? ", " : "", last);
    }
    if (n > NAMED)
        as_buf_printf(&s->differs, " and %u more", n - NAMED);
    return as_buf_c(&s->differs);
}

struct placing {
    struct similar *similar;
    const struct near *near;
};

static enum as_status add_near(void *context, const struct as_lead_row *row, struct as_error *error)
{
    struct placing *p = context;
    struct similar *s = p->similar;
    char id[32], likeness[32];
    snprintf(id, sizeof id, "#%lld", (long long)row->who.lead_id);
    snprintf(likeness, sizeof likeness, "%.2f", p->near->likeness);
    s->won += row->stage == AS_STAGE_WON;
    s->lost += row->stage == AS_STAGE_LOST || row->stage == AS_STAGE_NO_DECISION;
    const char *cells[] = {likeness,         id,
                           row->who.name,    row->who.title,
                           row->who.company, as_stage_name((enum as_stage)row->stage),
                           row->grade,       say_differences(s, p->near->row)};
    return as_rows_add(s->into.L, s->into.list, cells, NULL, 8, error);
}

/* Where they stand in the first model that is about them. */
static enum as_status list(struct similar *s, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < s->n && status == AS_OK; i++) {
        struct placing placing = {s, &s->near[i]};
        struct as_lead_query query = {.pack = pack_of(s->repl)->name,
                                      .model = pack_of(s->repl)->models.at[0]->name,
                                      .lead_id = s->base.dataset->lead_id[s->near[i].row],
                                      .outside = true};
        status = as_store_leads(s->repl->options.store, &query, add_near, &placing, error);
    }
    return status;
}

static int word_similar(lua_State *L)
{
    static const char *const columns[] = {"alike",   "id",    "lead",  "title",
                                          "account", "stage", "grade", "differs in"};
    struct as_repl *repl = as_repl_of(L);
    struct similar s = {.repl = repl};
    struct as_error error = AS_ERROR_INIT;
    char text[128];
    as_repl_request(L, repl);
    if (pack_of(repl)->models.n == 0)
        as_repl_refuse(L, NULL, "pack %s has no model to compare leads by", pack_of(repl)->name);
    as_rows_push(L, columns, 8);
    s.into = (struct as_rows_filling){L, lua_gettop(L)};
    enum as_status status = compare(&s, &error);
    if (status == AS_OK)
        status = list(&s, &error);
    as_base_free(&s.base);
    as_arena_free(&s.conditions.arena);
    as_buf_free(&s.differs);
    as_repl_check(L, status, &error);
    snprintf(text, sizeof text, "of the %u most alike %u won, %u lost or not decided, %u still open\n", s.n,
             s.won, s.lost, s.n - s.won - s.lost);
    as_repl_check(L, repl->options.printer.text(repl->options.printer.context, as_str_of(text), &error),
                  &error);
    return 1;
}

static const struct as_repl_word words[] = {
    {"similar", word_similar, "similar()",
     "the leads of which the rules say most nearly the same, what differs, and how they ended; agreeing in "
     "what is rare counts most (Lin 1998); a list"},
    {"dupes", word_dupes, "dupes()",
     "who is probably the same person under another address, how likely, and why (Fellegi and Sunter); a "
     "list"},
};
const struct as_repl_words as_repl_alike_words = {words, sizeof words / sizeof *words};
