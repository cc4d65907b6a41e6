/* The words of service levels: what was promised, about hand-offs and about what buyers do, by when, and what
 * follows when it is not kept. */
#include "bind/language/days_off.h"
#include "bind/language/declare.h"
#include "bind/language/node.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

static const struct as_form_option agreement_options[] = {
    {"start", AS_TAKES_FACT | AS_TAKES_TABLE, true,
     "When the clock begins: event.handoff, the offer to sales; or another event of the lead, with or "
     "without where, or a list of them. What happens again while it runs waits with it."},
    {"stop", AS_TAKES_FACT | AS_TAKES_TABLE, true,
     "What stops it: an event, or a list of them, whichever comes first. event.sales_touch is whatever a "
     "person of ours does: a call, a meeting, a touch that was recorded. Giving the lead back always does."},
    {"within", AS_TAKES_SPAN, true,
     "How much time there is: \"1 business day\", \"4 business hours\", \"24h\"."},
    {"warn", AS_TAKES_TEXT, false, "After which share of it somebody is warned: \"50%\"."},
    {"breach", AS_TAKES_TABLE, false, "What follows when time is over; without it the breach is only shown."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_service_level = {
    "s.agreement", NULL, "How soon a hand-off, or what a buyer did, is to be answered.",
    "s.agreement \"answer from sales\" { start = event.handoff, stop = { event.handoff_accepted, "
    "event.handoff_rejected },\n  within = \"1 business day\", warn = \"50%\", breach = { notify = "
    "\"manager\" } }",
    agreement_options};

static const struct as_form_option breach_options[] = {
    {"notify", AS_TAKES_TEXT, false,
     "Who gets a task: \"manager\", the one of whose lead it is, or a role such as \"sales lead\"."},
    {"reassign", AS_TAKES_BOOLEAN, false,
     "The lead goes to somebody else, whom the routes name and who has not let its time pass yet."},
    {"reject", AS_TAKES_TEXT, false, "A hand-off is given back with this reason, as if sales had said so."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_breach = {"breach", NULL, "What follows when nobody answered in time.",
                                       "breach = { notify = \"manager\", reject = \"no answer in time\" }",
                                       breach_options};

static const struct as_form_option hours_options[] = {
    {"from", AS_TAKES_TEXT, true, "When a working day begins: \"09:00\"."},
    {"to", AS_TAKES_TEXT, true, "When it ends: \"17:00\"."},
    {"timezone", AS_TAKES_TEXT, false, "Where: a name of the IANA database; UTC when left out."},
    {"dates", AS_TAKES_TEXT, false,
     "The table of days off, as n.blackout has it: \"lists/holidays.csv\" with date,country. A day without a "
     "country is one everywhere."},
    {"country", AS_TAKES_TEXT, false, "Whose days of the table count: where our people work."},
    {"weekends", AS_TAKES_BOOLEAN, false, "Whether Saturdays and Sundays are days off; true when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_business_hours = {
    "s.business_hours", NULL,
    "The hours that business hours and days count; 09:00 to 17:00 UTC, Monday to Friday, when nothing is "
    "said.",
    "s.business_hours { from = \"08:30\", to = \"17:00\", timezone = \"Europe/Berlin\" }", hours_options};

/* --- agreements --- */

/* The events that the value on top of the stack selects: of the lead, all of one kind. */
static const struct as_expr *events_at(const struct as_options *o, const char *option)
{
    const char *advice = "write event.demo_request, for example";
    if (as_node_test(o->L, -1) == NULL)
        as_option_refuse(o, option, advice, "is no event");
    const struct as_expr *expr = as_node_value(o->L, o->loading, -1, as_option_what(o, option));
    if (expr->kind != AS_EXPR_EVENTS || expr->level != AS_LEVEL_LEAD || expr->kind_first == AS_NO_INDEX)
        as_option_refuse(o, option, advice,
                         "is a kind of event of the lead, with nothing but where after it");
    return expr;
}

static bool is_offer(const struct as_options *o, const struct as_expr *events)
{
    return o->loading->schema->kinds.at[events->kind_first]->act == AS_ACT_HANDOFF;
}

typedef void (*take_events)(const struct as_options *o, struct as_service_level *made,
                            const struct as_expr *events, bool listed);

/* One selection of events, or a list of them. */
static void read_events(const struct as_options *o, const char *option, struct as_service_level *made,
                        take_events take)
{
    lua_State *L = o->L;
    as_option_push(o, option);
    if (as_node_test(L, -1) != NULL || !lua_istable(L, -1)) {
        take(o, made, events_at(o, option), false);
    } else {
        lua_Unsigned n = lua_rawlen(L, -1), found = 0;
        for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1))
            found++;
        if (n == 0 || found != n)
            as_option_refuse(o, option, "write { event.handoff_accepted, event.handoff_rejected }",
                             "is a list of events");
        for (lua_Unsigned i = 1; i <= n; i++) {
            lua_rawgeti(L, -1, (lua_Integer)i);
            take(o, made, events_at(o, option), true);
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
}

/* An offer by itself leaves the list of starts empty. */
static void add_start(const struct as_options *o, struct as_service_level *made, const struct as_expr *events,
                      bool listed)
{
    if (is_offer(o, events)) {
        if (events->where != NULL)
            as_option_refuse(o, "start", "leave where out", "takes every offer to sales: event.handoff");
        if (listed)
            as_option_refuse(o, "start", "write an agreement of its own: start = event.handoff",
                             "has event.handoff in a list");
        return;
    }
    as_loading_push(o->L, o->loading, &made->starts, events);
}

static void add_stop(const struct as_options *o, struct as_service_level *made, const struct as_expr *events,
                     bool listed)
{
    (void)listed;
    const struct as_schema *schema = o->loading->schema;
    uint32_t kind = events->kind_first;
    bool offers = made->starts.n == 0, begins = offers && is_offer(o, events);
    if (events->where != NULL)
        as_option_refuse(o, "stop", "leave where out", "is event.%s, whatever it says",
                         schema->kinds.at[kind]->name);
    for (uint32_t i = 0; i < made->starts.n; i++)
        begins |= made->starts.at[i]->kind_first == kind;
    const char *instead =
        offers ? "write event.handoff_accepted, for example" : "write event.sales_touch, for example";
    if (begins)
        as_option_refuse(o, "stop", instead, "is what begins the clock");
    if (is_offer(o, events))
        as_option_refuse(o, "stop", instead, "is an offer to sales, by which nobody is answered");
    for (uint32_t i = 0; i < made->stops.n; i++)
        if (made->stops.at[i] == kind)
            as_option_refuse(o, "stop", "leave one of them out", "has event.%s twice",
                             schema->kinds.at[kind]->name);
    as_loading_push(o->L, o->loading, &made->stops, kind);
}

static void read_within(const struct as_options *o, struct as_service_level *made)
{
    struct as_error error = AS_ERROR_INIT;
    if (as_span_parse(&made->within, as_str_of(as_option_text(o, "within")), &error) != AS_OK)
        as_option_refuse(o, "within", error.advice, "is wrong: %s", error.what);
    if (made->within.length == 0)
        as_option_refuse(o, "within", "write \"1 business day\"", "leaves no time at all");
}

static void read_warn(const struct as_options *o, struct as_service_level *made)
{
    const char *text = as_option_text(o, "warn");
    struct as_str number = as_str_trim(as_str_of(text));
    int64_t percent = 0;
    if (text == NULL)
        return;
    bool is_share = number.n > 1 && number.p[number.n - 1] == '%';
    number.n -= is_share;
    if (!is_share || !as_parse_int(&percent, as_str_trim(number)) || percent < 1 || percent > 99)
        as_option_refuse(o, "warn", "write \"50%\"",
                         "is a share of the time between 1%% and 99%%, not \"%.20s\"", text);
    made->warn = (uint32_t)percent;
}

static void read_breach(const struct as_options *agreement, struct as_service_level *made)
{
    struct as_options o;
    if (!as_option_push(agreement, "breach"))
        return;
    as_options_open(&o, agreement->L, agreement->loading, -1, &as_form_breach, NULL, agreement->position);
    made->notify = as_option_text(&o, "notify");
    made->reassign = as_option_flag(&o, "reassign", false);
    made->reject = as_option_text(&o, "reject");
    if (made->reject != NULL && made->starts.n > 0)
        as_option_refuse(&o, "reject", "write notify or reassign",
                         "gives a hand-off back, and this clock begins with none");
    if (made->reassign && made->reject != NULL)
        as_option_refuse(&o, "reject", "leave one of them out", "and \"reassign\" cannot both follow");
    if (made->notify == NULL && !made->reassign && made->reject == NULL)
        as_raise_rule(o.L, o.position, "name one of notify, reassign, reject, or leave breach out",
                      "the breach of \"%s\" has no consequence", made->name);
    lua_pop(o.L, 1);
}

static int take_agreement(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->service_levels.n; i++)
        if (strcmp(pack->service_levels.at[i].name, opening->name) == 0)
            as_loading_twice(L, opening->position, "s.agreement", opening->name,
                             pack->service_levels.at[i].position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_service_level, opening->name, opening->position);
    struct as_service_level made = {.name = opening->name, .position = opening->position};
    read_events(&o, "start", &made, add_start);
    read_events(&o, "stop", &made, add_stop);
    read_within(&o, &made);
    read_warn(&o, &made);
    read_breach(&o, &made);
    as_loading_push(L, loading, &pack->service_levels, made);
    return 0;
}

static const struct as_declaration agreement_declaration = {"s.agreement", NULL, take_agreement};

int as_word_service_level(lua_State *L)
{
    as_opening_push(L, &agreement_declaration, NULL, 1);
    return 1;
}

/* --- business hours --- */

/* The days of the table on which nobody works in the pack's country. */
static void read_days_off(const struct as_options *o)
{
    struct as_pack *pack = o->loading->pack;
    struct as_business *business = &pack->business;
    struct as_error error = AS_ERROR_INIT;
    struct as_days_off table = {.list = {NULL, 0, 0}};
    const char *country = pack->business_country;
    uint32_t n = 0;
    if (as_days_off_read(&table, o->loading, pack->business_dates, country != NULL,
                         "write s.business_hours { country = \"DE\", … }", &error) != AS_OK) {
        as_error_at(&error, o->position.file, o->position.line);
        as_raise(o->L, &error);
    }
    int64_t *days = as_loading_alloc(o->L, o->loading, (table.list.n + (size_t)1) * sizeof *days);
    bool any = false;
    for (uint32_t i = 0; i < table.list.n; i++) {
        const struct as_day_off *off = &table.list.at[i];
        bool ours = off->region != NULL && as_str_is_nocase(as_str_of(off->region), country);
        any |= ours;
        if (ours || off->region == NULL)
            days[n++] = off->day;
    }
    if (country != NULL && !any)
        as_option_refuse(o, "country", "write it as the table does",
                         "is \"%.40s\", and %s has no day off there", country, pack->business_dates);
    business->off = days;
    business->off_count = as_business_days_off(days, n, business->every_day);
}

int as_word_business_hours(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    struct as_pack *pack = loading->pack;
    struct as_error error = AS_ERROR_INIT;
    struct as_options o;
    if (pack->business_position.file != NULL)
        as_loading_twice(L, here, "s.business_hours", pack->name, pack->business_position);
    as_options_open(&o, L, loading, 1, &as_form_business_hours, NULL, here);
    char hours[64];
    snprintf(hours, sizeof hours, "%.20s-%.20s", as_option_text(&o, "from"), as_option_text(&o, "to"));
    if (as_business_parse(&pack->business, as_str_of(hours), &error) != AS_OK)
        as_raise_rule(L, here, "write from = \"09:00\", to = \"17:00\"", "%s", error.what);
    const char *zone = as_option_text(&o, "timezone");
    if (zone != NULL && as_zone_open(&pack->zone, as_str_of(zone), &error) != AS_OK)
        as_raise_rule(L, here, error.advice, "%s", error.what);
    pack->business.zone = pack->zone;
    pack->business.every_day = !as_option_flag(&o, "weekends", true);
    pack->business_dates = as_option_text(&o, "dates");
    pack->business_country = as_option_text(&o, "country");
    if (pack->business_country != NULL && pack->business_dates == NULL)
        as_option_refuse(&o, "country", "give the table: dates = \"lists/holidays.csv\"",
                         "says whose days off count, but there are none");
    if (pack->business_dates != NULL)
        read_days_off(&o);
    pack->business_position = here;
    return 0;
}

/* --- what only the whole pack can tell --- */

void as_service_levels_check(lua_State *L, const struct as_loading *loading)
{
    const struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->service_levels.n; i++) {
        const struct as_service_level *level = &pack->service_levels.at[i];
        if (level->reassign && pack->routes.n == 0)
            as_raise_rule(L, level->position, "declare r.route, or leave reassign out",
                          "s.agreement \"%s\" reassigns, but the pack has no route to go by", level->name);
        for (uint32_t m = 0; m < pack->models.n && level->reject != NULL; m++) {
            const struct as_model *model = pack->models.at[m];
            const char *names[64];
            uint32_t n = 0;
            bool found = model->reject_reasons.n == 0 || as_gate_into(model, AS_STAGE_SALES_READY) == NULL;
            for (uint32_t k = 0; k < model->reject_reasons.n; k++) {
                found |= strcmp(model->reject_reasons.at[k].reason, level->reject) == 0;
                if (n < sizeof names / sizeof *names)
                    names[n++] = model->reject_reasons.at[k].reason;
            }
            if (!found)
                as_raise_unknown(L, level->position, as_suggest(as_str_of(level->reject), names, n),
                                 "add it to m:reject_reasons",
                                 "s.agreement \"%s\" rejects with \"%s\", which is no reason of model \"%s\"",
                                 level->name, level->reject, model->name);
        }
    }
}
