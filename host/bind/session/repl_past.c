/* The lead's past: what happened, who said what, and why the decision is another than it was. */
#include "bind/session/repl_parts.h"

#include "run/explain/changes.h"
#include "store/facts/facts.h"
#include "store/report/history.h"

#include <string.h>

/* --- what happened --- */

const char *as_repl_instant(char out[AS_TIME_TEXT], int64_t time)
{
    return time == AS_TIME_NONE ? NULL : as_instant_format(out, time);
}

static enum as_status add_moment(void *context, const struct as_moment *moment, struct as_error *error)
{
    struct as_rows_filling *f = context;
    char time[AS_TIME_TEXT];
    const char *cells[] = {as_repl_instant(time, moment->time), moment->what, moment->name, moment->detail,
                           moment->by};
    return as_rows_add(f->L, f->list, cells, NULL, 5, error);
}

static int word_timeline(lua_State *L)
{
    static const char *const columns[] = {"time", "what", "name", "detail", "by"};
    struct as_repl *repl = as_repl_of(L);
    lua_Integer most = luaL_optinteger(L, 1, 0);
    struct as_explain_request request = as_repl_request(L, repl);
    struct as_error error = AS_ERROR_INIT;
    if (most < 0 || most > UINT32_MAX)
        as_repl_refuse(L, NULL, "timeline takes how many of the newest moments to show");
    as_rows_push(L, columns, 5);
    struct as_rows_filling filling = {L, lua_gettop(L)};
    as_repl_check(L,
                  as_store_timeline(repl->options.store, request.lead_id, request.at, request.known_at,
                                    (uint32_t)most, add_moment, &filling, &error),
                  &error);
    return 1;
}

static enum as_status add_said(void *context, const struct as_said *said, struct as_error *error)
{
    struct as_rows_filling *f = context;
    char from[AS_TIME_TEXT], to[AS_TIME_TEXT];
    const char *cells[] = {said->value, said->source,
                           said->precedence >= AS_FROM_INFERRED && said->precedence <= AS_FROM_STATED
                               ? as_precedences[said->precedence]
                               : NULL,
                           as_repl_instant(from, said->from),
                           said->overruled            ? "overruled"
                           : said->to == AS_TIME_NONE ? "holds"
                                                      : as_repl_instant(to, said->to)};
    return as_rows_add(f->L, f->list, cells, NULL, 5, error);
}

/* --- who said it --- */

static int word_from(lua_State *L)
{
    static const char *const columns[] = {"value", "source", "precedence", "from", "until"};
    struct as_repl *repl = as_repl_of(L);
    struct as_explain_request request = as_repl_request(L, repl);
    uint32_t field = as_repl_find_fact(L, repl, luaL_checkstring(L, 1));
    int64_t row = request.lead_id;
    struct as_error error = AS_ERROR_INIT;
    if (repl->options.schema->fields.at[field]->level == AS_LEVEL_ACCOUNT) {
        row = as_repl_account(L, repl, request.lead_id);
        if (row == 0)
            as_repl_refuse(L, NULL, "the lead has no account");
    }
    as_rows_push(L, columns, 5);
    struct as_rows_filling filling = {L, lua_gettop(L)};
    as_repl_check(
        L, as_store_said(repl->options.store, repl->options.schema, field, row, add_said, &filling, &error),
        &error);
    return 1;
}

/* --- what changed --- */

static int word_changed(lua_State *L)
{
    static const char *const columns[] = {"what", "name", "then", "now", "cause", "because"};
    struct as_repl *repl = as_repl_of(L);
    const char *words = luaL_checkstring(L, 1);
    struct as_explain_request request = as_repl_request(L, repl);
    struct as_lead_changes changes;
    struct as_error error = AS_ERROR_INIT;
    int64_t then;
    as_repl_check(L, as_time_parse_at(&then, as_str_of(words), repl->options.now, &error), &error);
    as_rows_push(L, columns, 6);
    int list = lua_gettop(L);
    enum as_status status = as_lead_changes_of(&changes, repl->options.store, &request, then, &error);
    as_repl_check(L, status, &error);
    for (uint32_t i = 0; i < changes.list.n && status == AS_OK; i++) {
        const struct as_lead_change *change = &changes.list.at[i];
        const char *cells[] = {change->what,
                               change->name,
                               change->before,
                               change->after,
                               change->because != NULL ? as_change_cause_name(change->cause) : NULL,
                               change->because};
        status = as_rows_add(L, list, cells, NULL, 6, &error);
    }
    as_lead_changes_free(&changes);
    as_repl_check(L, status, &error);
    return 1;
}

static const struct as_repl_word words[] = {
    {"timeline", word_timeline, "timeline(), timeline(20)",
     "what happened with the lead, oldest first; a list"},
    {"from", word_from, "from \"employees\"",
     "who says so, and since when, with all that was ever said; a list"},
    {"changed", word_changed, "changed \"last monday\"",
     "why the decision is another than it was: by new facts, events, time alone or other rules; a list"},
};
const struct as_repl_words as_repl_past_words = {words, sizeof words / sizeof *words};
