/* Many leads at once: searches by standing and by condition, whom a rule hits, who moved, SQL; and what needs
 * a decision of its own for the lead at hand: its colleagues and its route. */
#include "bind/session/repl_base.h"
#include "bind/language/node.h"
#include "bind/sandbox/scratch.h"

#include "score/model/route.h"
#include "score/statistics/interval.h"
#include "store/report/report.h"
#include "store/work/people.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct as_pack *pack_of(const struct as_repl *repl)
{
    return repl->options.packs[0].pack;
}

/* --- lists of leads --- */

struct listing {
    struct as_rows_filling into;
    const struct as_base *base; /* only its hits; NULL: all */
    const char *grade, *owner, *model;
    int64_t account_id; /* 0: any */
    uint32_t stages;
    bool points, one_model, owner_known;
    uint64_t hit, hit_ready, other, other_ready;
    struct as_buf scores;
};

static const char *const lead_columns[] = {"id",    "lead",  "email",  "title", "account", "model",
                                           "stage", "grade", "scores", "owner", "points"};
enum { MODEL_COLUMN = 5, LEAD_WIDTH = 10, POINT_WIDTH = 11 };

/* Moves what stands behind the model to its place: where there is one model, its name says nothing. */
static uint32_t leave_model(const char **cells, uint32_t width)
{
    memmove(cells + MODEL_COLUMN, cells + MODEL_COLUMN + 1, (width - MODEL_COLUMN - 1) * sizeof *cells);
    return width - 1;
}

/* "fit 60, interest 4.2" */
static const char *say_scores(struct as_buf *out, const struct as_lead_row *row)
{
    as_buf_reset(out);
    for (uint32_t i = 0; i < row->score_count; i++)
        as_buf_printf(out, "%s%s %.10g", i > 0 ? ", " : "", row->scores[i].name,
                      round((double)row->scores[i].value / 100) / 10);
    return as_buf_c(out);
}

static enum as_status add_lead(void *context, const struct as_lead_row *row, struct as_error *error)
{
    struct listing *l = context;
    uint32_t at = l->base != NULL ? as_dataset_lead_row(l->base->dataset, row->who.lead_id) : AS_NO_INDEX;
    bool hit = l->base == NULL || (at != AS_NO_INDEX && as_bit(l->base->hits, at));
    bool ready = row->furthest >= AS_STAGE_SALES_READY && row->furthest <= AS_STAGE_NO_DECISION;
    l->owner_known |= l->owner != NULL && row->owner != NULL && strcmp(row->owner, l->owner) == 0;
    if (l->model != NULL && strcmp(row->model, l->model) != 0)
        return AS_OK;
    l->hit += hit;
    l->hit_ready += hit && ready;
    l->other += !hit;
    l->other_ready += !hit && ready;
    if (!hit || (l->stages != 0 && (l->stages >> row->stage & 1) == 0) ||
        (l->grade != NULL && strncmp(row->grade, l->grade, strlen(l->grade)) != 0) ||
        (l->owner != NULL && (row->owner == NULL || strcmp(row->owner, l->owner) != 0)) ||
        (l->account_id != 0 && row->who.account_id != l->account_id))
        return AS_OK;
    char id[32], points[64] = "";
    snprintf(id, sizeof id, "#%lld", (long long)row->who.lead_id);
    if (l->points && at != AS_NO_INDEX)
        snprintf(points, sizeof points, "%.10g", round((double)l->base->points[at] / 100) / 10);
    const char *cells[POINT_WIDTH] = {id,
                                      row->who.name,
                                      row->who.email,
                                      row->who.title,
                                      row->who.company,
                                      row->model,
                                      as_stage_name((enum as_stage)row->stage),
                                      row->grade,
                                      say_scores(&l->scores, row),
                                      row->owner,
                                      points};
    uint32_t width = l->points ? POINT_WIDTH : LEAD_WIDTH;
    if (l->one_model)
        width = leave_model(cells, width);
    bool numbers[POINT_WIDTH] = {false};
    numbers[width - 1] = l->points;
    return as_rows_add(l->into.L, l->into.list, cells, numbers, width, error);
}

static void list_leads(lua_State *L, struct as_repl *repl, struct listing *listing, struct as_base *base)
{
    struct as_lead_query query = {.pack = pack_of(repl)->name};
    struct as_error error = AS_ERROR_INIT;
    const char *columns[POINT_WIDTH];
    uint32_t width = listing->points ? POINT_WIDTH : LEAD_WIDTH;
    memcpy(columns, lead_columns, sizeof columns);
    listing->one_model = pack_of(repl)->models.n == 1;
    if (listing->one_model)
        width = leave_model(columns, width);
    as_rows_push(L, columns, width);
    listing->into = (struct as_rows_filling){L, lua_gettop(L)};
    enum as_status status = as_store_leads(repl->options.store, &query, add_lead, listing, &error);
    as_buf_free(&listing->scores);
    if (base != NULL)
        as_base_free(base);
    as_repl_check(L, status, &error);
    if (listing->owner != NULL && !listing->owner_known)
        as_repl_require_owner(L, repl, listing->owner);
    lua_settop(L, listing->into.list); /* the rows, above what asking for names left */
}

static const char *text_option(lua_State *L, int table, const char *name)
{
    if (lua_getfield(L, table, name) == LUA_TNIL)
        return NULL; /* what was read stays on the stack, so that the texts live */
    return luaL_checkstring(L, -1);
}

static void check_keys(lua_State *L, int table, const char *const *known, const char *function)
{
    size_t n = 0;
    while (known[n] != NULL)
        n++;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        bool found = false;
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "1";
        for (size_t i = 0; i < n && !found; i++)
            found = strcmp(known[i], name) == 0;
        if (!found)
            as_repl_refuse_name(L, name, known, n, "help() shows what each function takes",
                                "%s has no option \"%s\"", function, name);
    }
}

static const struct as_expr *check_condition(lua_State *L, int index)
{
    struct as_error error = AS_ERROR_INIT;
    const struct as_expr *condition = as_node_test(L, index);
    if (lua_isboolean(L, index))
        as_repl_refuse(L, "compare with a method, as in lead.title:is \"CFO\", and write ~ for not",
                       "find takes a condition, got a boolean: == and not answer at once");
    if (condition == NULL)
        as_repl_refuse(L, "for example: find(lead.title:has_word \"cfo\"), find { stage = \"sales_ready\" }",
                       "find takes a condition or a table of options, got %s", luaL_typename(L, index));
    as_repl_check(L, as_expr_require_condition(condition, "find", &error), &error);
    if (as_expr_contains(condition, AS_EXPR_FUNCTION))
        as_repl_refuse(L, "write the condition with facts, or give the function to a pack's rule",
                       "find takes no functions");
    return condition;
}

static int word_find(lua_State *L)
{
    static const char *const known[] = {"stage", "grade", "owner", "model", "when", NULL};
    struct as_repl *repl = as_repl_of(L);
    struct listing listing = {.base = NULL};
    const struct as_expr *condition = NULL;
    lua_settop(L, 1);
    if (lua_istable(L, 1)) {
        check_keys(L, 1, known, "find");
        const char *stage = text_option(L, 1, "stage");
        listing.grade = text_option(L, 1, "grade");
        listing.owner = text_option(L, 1, "owner");
        if (listing.grade != NULL)
            as_repl_require_grade(L, repl, listing.grade);
        listing.model = text_option(L, 1, "model");
        if (listing.model != NULL)
            as_repl_require_model(L, repl, listing.model);
        if (stage != NULL)
            listing.stages = UINT32_C(1) << as_repl_stage(L, repl, stage);
        if (lua_getfield(L, 1, "when") != LUA_TNIL)
            condition = check_condition(L, lua_gettop(L));
    } else {
        condition = check_condition(L, 1);
    }
    struct as_base base = {.plan = NULL};
    if (condition != NULL) {
        struct as_error error = AS_ERROR_INIT;
        if (as_base_ask(&base, repl, condition, &error) != AS_OK) {
            as_base_free(&base);
            as_repl_check(L, error.status, &error);
        }
        listing.base = &base;
    }
    list_leads(L, repl, &listing, &base);
    return 1;
}

/* --- whom a rule hits --- */

static void say_share(struct as_buf *out, uint64_t hits, uint64_t n)
{
    double low, high;
    if (!as_wilson(&low, &high, hits, n, 0.95)) {
        as_buf_text(out, "none");
        return;
    }
    as_buf_printf(out, "%llu of %llu (%.1f %%, 95 %% interval %.1f to %.1f %%)", (unsigned long long)hits,
                  (unsigned long long)n, 100.0 * (double)hits / (double)n, 100 * low, 100 * high);
}

static int word_fires(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const char *name = luaL_checkstring(L, 1);
    as_repl_require_rule(L, repl, name);
    struct as_base base = {.plan = NULL};
    struct as_error error = AS_ERROR_INIT;
    if (as_base_fire(&base, repl, name, &error) != AS_OK) {
        as_base_free(&base);
        as_repl_check(L, error.status, &error);
    }
    struct listing listing = {.base = &base, .points = true};
    list_leads(L, repl, &listing, &base);
    struct as_buf text = {.p = NULL};
    as_buf_text(&text, "reached sales_ready: of those it hits ");
    say_share(&text, listing.hit_ready, listing.hit);
    as_buf_text(&text, ", of the others ");
    say_share(&text, listing.other_ready, listing.other);
    as_buf_char(&text, '\n');
    enum as_status status =
        repl->options.printer.text(repl->options.printer.context, (struct as_str){text.p, text.n}, &error);
    as_buf_free(&text);
    as_repl_check(L, status, &error);
    return 1;
}

/* --- who moved --- */

struct moving {
    struct as_rows_filling into;
    const struct as_pack *pack;
    int64_t since, until;
    uint32_t from, to;
};

/* The rule that the reason begins with ("engagement +50"), else by what it moved: a gate, a disqualifier, a
 * person. */
static const char *rule_of(const struct as_pack *pack, const struct as_move_row *row)
{
    struct as_str why = as_str_of(row->why);
    for (uint32_t m = 0; m < pack->models.n && row->why != NULL; m++)
        for (uint32_t s = 0; s < pack->models.at[m]->scores.n; s++)
            for (uint32_t r = 0; r < pack->models.at[m]->scores.at[s]->rules.n; r++) {
                const char *name = pack->models.at[m]->scores.at[s]->rules.at[r]->name;
                size_t n = strlen(name);
                if (as_str_starts(why, as_str_of(name)) && why.n > n + 1 && why.p[n] == ' ' &&
                    (why.p[n + 1] == '+' || why.p[n + 1] == "−"[0]))
                    return name;
            }
    return row->by;
}

static enum as_status add_move(void *context, const struct as_move_row *row, struct as_error *error)
{
    struct moving *m = context;
    char at[AS_TIME_TEXT];
    if (row->at <= m->since || row->at > m->until || (m->from != 0 && row->from != m->from) ||
        (m->to != 0 && row->to != m->to))
        return AS_OK;
    const char *cells[] = {as_repl_instant(at, row->at),
                           row->who.name,
                           row->who.email,
                           row->model,
                           as_stage_name((enum as_stage)row->from),
                           as_stage_name((enum as_stage)row->to),
                           row->grade_from,
                           row->grade_to,
                           row->by,
                           rule_of(m->pack, row),
                           row->why};
    return as_rows_add(m->into.L, m->into.list, cells, NULL, 11, error);
}

static int word_moved(lua_State *L)
{
    static const char *const columns[] = {"at",         "lead",     "email", "model", "from", "to",
                                          "grade_from", "grade_to", "by",    "rule",  "why"};
    static const char *const known[] = {"since", "from", "to", NULL};
    struct as_repl *repl = as_repl_of(L);
    struct moving moving = {.pack = pack_of(repl), .since = INT64_MIN, .until = repl->at};
    struct as_error error = AS_ERROR_INIT;
    lua_settop(L, 1);
    if (lua_istable(L, 1)) {
        check_keys(L, 1, known, "moved");
        const char *since = text_option(L, 1, "since"), *from = text_option(L, 1, "from"),
                   *to = text_option(L, 1, "to");
        if (since != NULL)
            as_repl_check(L, as_time_parse_at(&moving.since, as_str_of(since), repl->options.now, &error),
                          &error);
        moving.from = from != NULL ? as_repl_stage(L, repl, from) : AS_STAGE_NONE;
        moving.to = to != NULL ? as_repl_stage(L, repl, to) : AS_STAGE_NONE;
    } else if (!lua_isnil(L, 1)) {
        as_repl_refuse(L, "for example: moved { to = \"sales_ready\" }", "moved takes a table of options, got %s",
                       luaL_typename(L, 1));
    }
    struct as_move_query query = {.pack = pack_of(repl)->name, .stages_only = true};
    as_rows_push(L, columns, 11);
    moving.into = (struct as_rows_filling){L, lua_gettop(L)};
    as_repl_check(L, as_store_moves(repl->options.store, &query, add_move, &moving, &error), &error);
    return 1;
}

/* --- SQL --- */

struct asking {
    struct as_rows_filling into;
    bool named;
};

static int name_columns(lua_State *L)
{
    const struct as_query_row *row = lua_touserdata(L, 2);
    lua_createtable(L, row->columns, 0);
    for (int i = 0; i < row->columns; i++) {
        lua_pushstring(L, row->names[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, 1, "columns");
    return 0;
}

static enum as_status add_answer(void *context, const struct as_query_row *row, struct as_error *error)
{
    struct asking *a = context;
    lua_State *L = a->into.L;
    const struct as_repl *repl = as_repl_of(L);
    if (repl->options.stop != NULL && repl->options.stop(repl->options.stop_context))
        return as_error_set(error, AS_ERR_STOPPED, "stopped");
    if (!a->named) {
        lua_pushcfunction(L, name_columns);
        lua_pushvalue(L, a->into.list);
        lua_pushlightuserdata(L, (void *)(uintptr_t)row);
        if (lua_pcall(L, 2, 0, 0) != LUA_OK)
            return as_error_memory(error);
        a->named = true;
    }
    return as_rows_add(L, a->into.list, row->texts, row->numbers, (uint32_t)row->columns, error);
}

static int word_sql(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const char *sql = luaL_checkstring(L, 1);
    struct as_error error = AS_ERROR_INIT;
    repl->personal = true;
    as_rows_push(L, NULL, 0);
    struct asking asking = {.into = {L, lua_gettop(L)}};
    as_repl_check(L, as_store_query(repl->options.store, sql, add_answer, &asking, &error), &error);
    return 1;
}

/* --- the lead at hand --- */

static enum as_status take_account(void *context, const struct as_who *who, struct as_error *error)
{
    (void)error;
    *(int64_t *)context = who->account_id;
    return AS_OK;
}

int64_t as_repl_account(lua_State *L, struct as_repl *repl, int64_t lead_id)
{
    int64_t account_id = 0;
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, as_store_who(repl->options.store, lead_id, take_account, &account_id, &error), &error);
    return account_id;
}

static int word_group(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_explain_request request = as_repl_request(L, repl);
    struct listing listing = {.account_id = as_repl_account(L, repl, request.lead_id)};
    if (listing.account_id == 0)
        as_repl_refuse(L, NULL, "the lead has no account, so no colleagues are known");
    list_leads(L, repl, &listing, NULL);
    return 1;
}

static enum as_status find_route(struct as_buf *out, struct as_repl *repl, struct as_base *base,
                                 struct as_error *error)
{
    struct as_assignment assignment = {.route = NULL};
    struct as_roster roster = {.arena = &repl->names};
    enum as_status status = as_base_open(base, repl, pack_of(repl), repl->lead, error);
    uint32_t row = status == AS_OK ? as_dataset_lead_row(base->dataset, repl->lead) : AS_NO_INDEX;
    if (status == AS_OK && row == AS_NO_INDEX)
        status = as_error_set(error, AS_ERR_MISSING, "this lead was not known then");
    if (status == AS_OK)
        status =
            as_overlay_apply(base->dataset, row, repl->overlay.changes.at, repl->overlay.changes.n, error);
    if (status == AS_OK)
        status = as_plan_run(&base->outcome, base->plan, base->dataset, &base->options, error);
    if (status == AS_OK)
        status = as_store_roster(&roster, repl->options.store, pack_of(repl)->name, repl->at, error);
    if (status == AS_OK)
        status = as_route_lead(&assignment, pack_of(repl), base->outcome, base->dataset, &roster, row,
                               repl->at, error);
    if (status != AS_OK)
        return status;
    if (assignment.route == NULL)
        as_buf_text(out, "no route holds for this lead");
    else
        as_buf_printf(out, "%s by route \"%s\": %s", assignment.user[0] != '\0' ? assignment.user : "nobody",
                      assignment.route->name, assignment.reason);
    return AS_OK;
}

static int word_route(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_base base = {.plan = NULL};
    struct as_buf text = {.p = NULL};
    struct as_error error = AS_ERROR_INIT;
    as_repl_request(L, repl);
    enum as_status status = find_route(&text, repl, &base, &error);
    as_base_free(&base);
    if (status == AS_OK)
        lua_pushstring(L, as_buf_c(&text));
    as_buf_free(&text);
    as_repl_check(L, status, &error);
    return 1;
}

static const struct as_repl_word words[] = {
    {"group", word_group, "group()", "the people of the lead's account, and where each stands"},
    {"route", word_route, "route()", "who would get the lead now, by which route, and why"},
    {"find", word_find, "find { stage = \"sales_ready\", grade = \"A\" }, find(lead.title:has_word \"cfo\")",
     "leads by where the last run left them (stage, grade, owner, model) and by a condition (when); a list"},
    {"fires", word_fires, "fires \"senior title\"",
     "the leads that a rule gives points to, and how many of them reached sales_ready; a list"},
    {"moved", word_moved, "moved { since = \"last monday\", to = \"sales_ready\" }:by \"rule\"",
     "changes of stage, with the gate, rule or person that made them; a list"},
    {"sql", word_sql, "sql \"select count(*) from lead\"", "one question to the database, read-only; a list"},
};
const struct as_repl_words as_repl_base_words = {words, sizeof words / sizeof *words};
