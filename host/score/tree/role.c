/* Roles, as packs declare them or as everybody calls them. */
#include "score/tree/pack.h"

static const char *const measures[AS_MEASURES] = {
    [AS_MEASURE_CONTACTED] = "contacted",
    [AS_MEASURE_ASKED] = "asked",
    [AS_MEASURE_PLACED] = "placed",
    [AS_MEASURE_DOCUMENTED] = "documented",
    [AS_MEASURE_PROBED] = "probed",
    [AS_MEASURE_STIMULATED] = "stimulated",
    [AS_MEASURE_APPOINTMENTS] = "appointments",
    [AS_MEASURE_HELD] = "held",
    [AS_MEASURE_QUALITY] = "quality",
};

const char *as_measure_name(enum as_measure measure)
{
    return measures[measure];
}

bool as_measure_parse(enum as_measure *measure, struct as_str name)
{
    for (int m = 0; m < AS_MEASURES; m++)
        if (as_str_is(name, measures[m])) {
            *measure = (enum as_measure)m;
            return true;
        }
    return false;
}

bool as_measure_is_money(struct as_str name)
{
    static const char *const words[] = {"commission", "revenue", "amount", "money",  "quota",    "bookings",
                                        "deal",       "won",     "sales",  "income", "turnover", "closed"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t at = 0; at < name.n; at++) {
            struct as_str rest = {name.p + at, name.n - at};
            size_t n = as_str_of(words[i]).n;
            if (rest.n >= n && as_str_is_nocase((struct as_str){rest.p, n}, words[i]))
                return true;
        }
    return false;
}

const struct as_role *as_role_of(const struct as_pack *pack, const char *name)
{
    for (uint32_t i = 0; pack != NULL && name != NULL && i < pack->roles.n; i++)
        if (as_str_is_nocase(as_str_of(name), pack->roles.at[i].name))
            return &pack->roles.at[i];
    return NULL;
}

bool as_role_qualifies(const struct as_pack *pack, const char *name)
{
    static const char *const usual[] = {"ldr", "sdr", "bdr", "adr", "isr", "mdr"};
    const struct as_role *declared = as_role_of(pack, name);
    if (declared != NULL)
        return declared->qualifies;
    for (size_t i = 0; name != NULL && i < sizeof usual / sizeof *usual; i++)
        if (as_str_is_nocase(as_str_trim(as_str_of(name)), usual[i]))
            return true;
    return false;
}
