/* The word of lead sources: which one counts when a lead came by several. What is kept of facts is
 * host/store's. */
#include "bind/language/declare.h"
#include "bind/sandbox/raise.h"
#include "data/facts/keeping.h"

#include <lauxlib.h>
#include <string.h>

static const struct as_form_option source_options[] = {
    {"keep", AS_TAKES_TEXT, true,
     "\"first\": the source that was said first; \"last\": the latest, as of every other fact."},
    {"override", AS_TAKES_TABLE, false,
     "Sources that take the place of a first one all the same: { \"referral\", \"partner\" }. The first "
     "of these stays."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_lead_source = {
    "lead_source", NULL,
    "Which source of a lead counts as `lead.source` when several are said. It holds for what comes in from "
    "then on, until a pack says keep = \"last\", among words of people and systems that weigh the same; the "
    "others stand in the lead's history.",
    "q.lead_source { keep = \"first\", override = { \"referral\", \"partner\" } }", source_options};

int as_word_lead_source(lua_State *L)
{
    static const char *const which[] = {"first", "last", NULL};
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    struct as_error error = AS_ERROR_INIT;
    struct as_options o;
    as_options_open(&o, L, loading, 1, &as_form_lead_source, NULL, here);
    struct as_first_word keeping = {.first = as_option_one_of(&o, "keep", which, -1) == 0,
                                    .position = as_schema_position(&o)};
    if (as_option_push(&o, "override")) {
        if (!keeping.first)
            as_option_refuse(&o, "override", "leave it out: the latest source counts whatever it is",
                             "goes with keep = \"first\"");
        keeping.override = as_option_texts(&keeping.override_count, &o, "override");
        lua_pop(L, 1);
    }
    uint32_t source = as_schema_field(loading->schema, AS_LEVEL_LEAD, AS_STR("source"));
    if (as_schema_keep(loading->schema, source, &keeping, &error) != AS_OK)
        as_raise(L, &error);
    return 0;
}
