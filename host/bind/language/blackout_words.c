/* The word of days on which nobody is contacted. */
#include "bind/language/days_off.h"
#include "bind/language/declare.h"
#include "bind/sandbox/raise.h"

static const struct as_form_option blackout_options[] = {
    {"dates", AS_TAKES_TEXT, false,
     "The table of days off: \"lists/holidays.csv\" with date,country. A day without a country is one "
     "everywhere."},
    {"by", AS_TAKES_FACT, false, "The fact whose value the table's countries are compared with."},
    {"weekends", AS_TAKES_BOOLEAN, false, "Whether Saturdays and Sundays are days off; false when left out."},
    {"except", AS_TAKES_TEXT, false, "\"hand_raise\": who asked is answered on a day off, too."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_blackout = {"blackout", NULL,
                                         "Days on which nobody is contacted, where the person is: in the "
                                         "time zone of the quiet hours, UTC without one. What the quiet hours of "
                                         "any pack put off waits for a day that no pack has off.",
                                         "n.blackout { weekends = true, except = \"hand_raise\" }",
                                         blackout_options};

int as_word_blackout(lua_State *L)
{
    static const char *const spared[] = {"hand_raise", NULL};
    struct as_loading *loading = as_loading_of(L);
    struct as_blackout *blackout = &loading->pack->policy.blackout;
    struct as_position here = as_loading_here(L, loading);
    struct as_error error = AS_ERROR_INIT;
    struct as_options o;
    if (blackout->declared)
        as_raise_rule(L, here, "give all days in one table", "the blackout is declared twice: first at %s:%d",
                      blackout->position.file, blackout->position.line);
    as_options_open(&o, L, loading, 1, &as_form_blackout, NULL, here);
    blackout->declared = true;
    blackout->position = here;
    blackout->dates = as_option_text(&o, "dates");
    blackout->weekends = as_option_flag(&o, "weekends", false);
    blackout->spares_hand_raise = as_option_one_of(&o, "except", spared, -1) == 0;
    blackout->by = as_option_fact(&o, "by");
    if (blackout->by != NULL && (blackout->by->shape & AS_SHAPE_TEXT) == 0)
        as_option_refuse(&o, "by", "write account.country", "must be a text");
    if (blackout->dates == NULL && !blackout->weekends)
        as_raise_rule(L, here, "give dates, weekends = true or both", "a blackout without a day");
    if (blackout->dates != NULL &&
        as_days_off_read(&blackout->days, loading, blackout->dates, blackout->by != NULL,
                         "write n.blackout { by = account.country, … }", &error) != AS_OK) {
        as_error_at(&error, here.file, here.line);
        as_raise(L, &error);
    }
    return 0;
}
