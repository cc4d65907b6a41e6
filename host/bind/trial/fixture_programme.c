/* Programmes in the description of a rule test: in which arm a lead is, and when it came. */
#include "bind/trial/fixture_parts.h"

#include "bind/sandbox/raise.h"
#include "score/model/programme.h"

#include <lauxlib.h>

#define HERE ((struct as_position){NULL, 0})

/* Ids tried for one lead: with a few programmes that hold out a few in a hundred each, one in millions is
 * held out of all. */
enum { MOST_IDS = 50 * 1000 * 1000 };

static bool lies_in(const struct as_pack *pack, int64_t id, enum as_arm arm)
{
    for (uint32_t i = 0; i < pack->programmes.n; i++)
        if (as_programme_arm(pack, pack->programmes.at[i], id) != arm)
            return false;
    return true;
}

/* Who says nothing is treated, so that tests of tracks do not hang on a hash. */
int64_t as_fixture_id(struct as_fixture *f, int64_t before)
{
    lua_State *L = f->L;
    enum as_arm arm = AS_ARM_TREATED;
    int top = lua_gettop(L);
    if (lua_istable(L, top) && lua_getfield(L, top, "arm") != LUA_TNIL) {
        arm = as_arm_read(as_fixture_text(f, -1, "arm").p);
        if (arm == AS_ARM_NONE)
            as_fixture_refuse(f, "arm is \"treated\" or \"held_out\", not \"%s\"", lua_tostring(L, -1));
        if (f->pack->programmes.n == 0)
            as_fixture_refuse(f, "arm = \"%s\": this pack has no programme", as_arm_name(arm));
    }
    lua_settop(L, top);
    for (int64_t id = before + 1; id < before + MOST_IDS; id++)
        if (lies_in(f->pack, id, arm))
            return id;
    as_fixture_refuse(f, "no lead is held out of all programmes at once");
}

const struct as_programme *as_fixture_programme(lua_State *L, const struct as_pack *pack, struct as_str name)
{
    const char *names[AS_MAX_PROGRAMMES];
    for (uint32_t i = 0; i < pack->programmes.n; i++) {
        names[i] = pack->programmes.at[i]->name;
        if (as_str_is(name, names[i]))
            return pack->programmes.at[i];
    }
    as_raise_unknown(L, HERE, as_suggest(name, names, pack->programmes.n), NULL,
                     "this pack has no programme \"%s\"", name.p);
}

uint32_t as_fixture_comings(struct as_fixture *f, uint32_t row, uint32_t n)
{
    lua_State *L = f->L;
    struct as_dataset *set = f->set;
    int top = lua_gettop(L);
    as_fixture_push_table(f, top, "programmes");
    for (lua_pushnil(L); lua_next(L, top + 1); lua_pop(L, 1)) {
        const struct as_programme *programme =
            as_fixture_programme(L, f->pack, as_fixture_text(f, -2, "the name of a programme"));
        if (set->programmes == NULL && (set->programmes = as_intern_new()) == NULL)
            luaL_error(L, "out of memory");
        struct as_coming one = {.programme = as_intern_add(set->programmes, as_str_of(programme->name)),
                                .arm = (uint8_t)as_programme_arm(f->pack, programme, set->lead_id[row]),
                                .came = as_fixture_time(L, lua_gettop(L), set->at, "programmes")};
        one.until = one.came + programme->within * AS_DAY_SECONDS;
        set->comings.at = as_fixture_grown(f, set->comings.at, n, sizeof one);
        set->comings.at[n++] = one;
    }
    lua_settop(L, top);
    return n;
}
