/* Roles of people: `roles` of pack.lua. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>

static const struct as_form_option role_options[] = {
    {"does", AS_TAKES_TEXT, true,
     "\"qualification\": nothing but leads until sales has them; or \"selling\"."},
    {"measured_by", AS_TAKES_TABLE, false,
     "What `assay report refinery` counts of those who qualify: contacted, asked, placed, documented, "
     "probed, "
     "stimulated, appointments, held, quality; all when left out. Never money."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_role = {
    "role", NULL, "What people of a role do with leads, and by what they are measured.",
    "ldr = { does = \"qualification\", measured_by = { \"contacted\", \"appointments\", \"quality\" } }",
    role_options};

enum { ALL = (1 << AS_MEASURES) - 1 };

static enum as_measure read_measure(const struct as_options *o, struct as_str name)
{
    enum as_measure measure = AS_MEASURES;
    const char *names[AS_MEASURES];
    for (int m = 0; m < AS_MEASURES; m++)
        names[m] = as_measure_name((enum as_measure)m);
    if (as_measure_parse(&measure, name))
        return measure;
    if (as_measure_is_money(name))
        as_option_refuse(o, "measured_by",
                         "who qualifies leads is measured by good ones, not by large ones: contacted, "
                         "appointments, held, quality …",
                         "names \"%.60s\": commission and money are no measure of a role that qualifies",
                         name.p);
    as_raise_unknown(
        o->L, o->position, as_suggest(name, names, AS_MEASURES),
        "measures: contacted, asked, placed, documented, probed, stimulated, appointments, held, "
        "quality",
        "role \"%s\" is measured by \"%s\", which nobody counts", o->name, name.p);
}

static uint32_t read_measures(const struct as_options *o, bool qualifies)
{
    uint32_t n, measures = 0;
    if (!as_option_push(o, "measured_by"))
        return qualifies ? ALL : 0;
    if (!qualifies)
        as_option_refuse(o, "measured_by", "leave it out", "is for roles that qualify");
    const char **names = as_option_texts(&n, o, "measured_by");
    for (uint32_t i = 0; i < n; i++)
        measures |= 1u << read_measure(o, as_str_of(names[i]));
    lua_pop(o->L, 1);
    return measures;
}

static void read_role(const struct as_options *pack, const char *name)
{
    static const char *const does[] = {"qualification", "selling", NULL};
    struct as_options o;
    if (lua_type(pack->L, -1) != LUA_TTABLE)
        as_option_refuse(pack, "roles", "write ldr = { does = \"qualification\" }",
                         "gives \"%s\" no table of options", name);
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_role, name, pack->position);
    struct as_role role = {.name = name, .position = pack->position};
    role.qualifies = as_option_one_of(&o, "does", does, 0) == 0;
    role.measures = read_measures(&o, role.qualifies);
    as_loading_push(o.L, o.loading, &pack->loading->pack->roles, role);
}

void as_read_roles(const struct as_options *pack)
{
    as_option_each(pack, "roles", read_role);
}
