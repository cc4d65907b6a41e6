/* What a test reads of a decision, part four: the promises about a hand-off, or about what the lead did, that
 * the description tells of as events. Reckoning is host/score's. */
#include "bind/trial/trial_reading.h"

#include "bind/sandbox/raise.h"
#include "score/model/service_clock.h"

#include <lauxlib.h>

#define HERE ((struct as_position){NULL, 0})

/* False when nothing had begun the clock by then. */
static bool read_clock(struct as_service_clock *clock, const struct as_service_level **level, lua_State *L,
                       struct as_view *view)
{
    enum { MOST = 64 };
    const struct as_pack *pack = view->trial->bench->pack;
    struct as_str name = as_reading_text(L, 2, "the name of an agreement");
    const char *names[MOST];
    size_t n = 0;
    view->read = AS_READ_OTHER;
    for (uint32_t i = 0; i < pack->service_levels.n; i++) {
        *level = &pack->service_levels.at[i];
        if (as_str_is(name, (*level)->name)) {
            struct as_error error = AS_ERROR_INIT;
            bool found;
            if (as_service_clock_of(&found, clock, pack, *level, view->trial->set, view->row,
                                    view->trial->set->at, &error) != AS_OK)
                as_raise(L, &error);
            return found;
        }
        if (n < MOST)
            names[n++] = (*level)->name;
    }
    as_raise_unknown(L, HERE, as_suggest(name, names, n), NULL, "this pack has no agreement \"%s\"", name.p);
}

static int read_agreement(lua_State *L, struct as_view *view)
{
    const struct as_service_level *level;
    struct as_service_clock clock;
    if (!read_clock(&clock, &level, L, view)) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushstring(L, as_clock_state_name(clock.state));
    as_reading_push_time(L, clock.due);
    return 2;
}

static int read_breach(lua_State *L, struct as_view *view)
{
    const struct as_service_level *level;
    struct as_service_clock clock;
    if (!read_clock(&clock, &level, L, view) || clock.state != AS_CLOCK_OVERDUE) {
        lua_pushnil(L);
        return 1;
    }
    lua_createtable(L, 0, 3);
    lua_pushstring(L, level->notify);
    lua_setfield(L, -2, "notify");
    lua_pushboolean(L, level->reassign);
    lua_setfield(L, -2, "reassign");
    lua_pushstring(L, level->reject);
    lua_setfield(L, -2, "reject");
    return 1;
}

static const struct as_reading readings[] = {
    {"agreement", true, read_agreement, "d:agreement(name)",
     "How a service level stands by the described events, of which handoff stands for an offer and "
     "sales_touch for a recorded touch: \"runs\", \"at risk\", \"overdue\", \"kept\" or \"late\", and when "
     "its time is over; nil when nothing has begun its clock.",
     "string?, string?"},
    {"breach", true, read_breach, "d:breach(name)",
     "What follows when it is overdue: {notify, reassign, reject}; nil while it is not.", "table?"},
};
const struct as_readings as_service_readings = {readings, sizeof readings / sizeof *readings};
