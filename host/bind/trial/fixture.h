/* Fixture: the facts of a rule test, from plain Lua tables into the columns a decision reads.
 *
 * A description is one table. Row 0 is its lead; the members of `group` follow; accounts and leads that
 * reference fields hold come after them. Every key is known or an error that suggests one:
 *
 *   at          decision time; a bare date is the end of that day. The clock's when left out
 *   lead        fields of the lead; a reference field holds a table of fields
 *   account     fields of its account
 *   events      { {kind, when, property = value …}, … }      account_events: of the account itself
 *   answers     { question = value } or { question = {value = …, by = "sales", manner = "inferred", at =
 * when} } touches     { {channel, when, ask = "demo"}, … } consents    { channel = "granted" } or { channel =
 * {state, when} }; channel "any" is every channel tracks      { track = {step = 2, entered = when, due =
 * when, ended = true} } prior       { model = {stage =, entered =, grade =, furthest =, recycled =, cool_off
 * =, recycles =, owner
 * =} }, or one such table for the first model override    { stage =, at =, model = } feeds       { feed or
 * event kind = "live", "stale" or "never" }; live when left out tracked     false: the lead refused tracking
 *   users       { {name, team =, absent = true, assigned = 3}, … } for routes that share out
 *   group       other members of the account: tables of fields, or { lead =, events =, answers =, … }
 *
 * `when` is "2026-02-01T09:30:00Z", "2026-02-01", "3d ago", "in 2w", "now", or seconds since 1970.
 */
#ifndef AS_BIND_FIXTURE_H
#define AS_BIND_FIXTURE_H

#include "data/facts/dataset.h"
#include "score/model/route.h"

#include <lua.h>

/* Builds the dataset of the table at `index` and pushes the userdata that owns it. What the description gets
 * wrong is raised with the author's line. The schema of the pack must not grow while the dataset lives. */
struct as_dataset *as_fixture_push(lua_State *L, int index, const struct as_pack *pack);

/* The people under `users`, in `arena`; raises like as_fixture_push. */
void as_fixture_roster(struct as_roster *out, struct as_arena *arena, lua_State *L, int index,
                       const struct as_pack *pack, int64_t at);

/* The pack's programme of that name; raises when there is none. */
const struct as_programme *as_fixture_programme(lua_State *L, const struct as_pack *pack, struct as_str name);

/* An instant as descriptions write it; raises naming `what`. */
int64_t as_fixture_time(lua_State *L, int value, int64_t at, const char *what);

/* The clock of a state: when a description that names no `at` is decided. It stands still until it is set;
 * AS_TIME_NONE sets it back to 2026-03-01, the end of that day. */
int64_t as_fixture_now(lua_State *L);
void as_fixture_set_now(lua_State *L, int64_t now);
/* The instant at a stack index as `at` takes it: a bare date is the end of that day. Raises naming `what`. */
int64_t as_fixture_instant(lua_State *L, int value, const char *what);

#endif
