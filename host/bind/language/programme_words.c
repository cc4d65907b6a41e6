/* The word of programmes: which tracks are tried, on whom not, for how long, and by what it is judged. Who is
 * held out is host/score/model/programme's, looking is host/run/programmes'. */
#include "bind/language/declare.h"
#include "bind/sandbox/raise.h"
#include "score/model/programme.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

static const struct as_form_option programme_options[] = {
    {"tracks", AS_TAKES_TABLE, true, "The tracks that are tried, by name."},
    {"outcome", AS_TAKES_TEXT | AS_TAKES_CONDITION, true,
     "What counts: a stage that the lead comes to, \"worth_a_call\" to \"won\"; or a condition that holds "
     "when "
     "its time is over, the lead's events counted since it came: event.demo_request:seen()."},
    {"within", AS_TAKES_DAYS, true,
     "How long after coming to the programme the outcome counts; who is held out is so for as long."},
    {"expects", AS_TAKES_TABLE, false,
     "The least difference that is worth finding, from which `assay check` tells how many people it takes."},
    {"holdout", AS_TAKES_NUMBER, true, "The share that is held out, 0.2 for a fifth."},
    {"at_least", AS_TAKES_TABLE, true, "The least exposure, before which it is not stopped or changed."},
    {"ends", AS_TAKES_TABLE, true, "When it is over, by plan: after so many people, or on a day."},
    {"alpha", AS_TAKES_NUMBER, false,
     "How often a programme that does nothing may seem to do something; 0.05 when left out."},
    {"spending", AS_TAKES_TEXT, false,
     "How looks before the end are paid for: \"obrien_fleming\", little early, when left out; \"pocock\" "
     "about as much each time."},
    {"model", AS_TAKES_TEXT, false,
     "Whose stages the outcome is of, where it is a stage; the pack's first model when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_programme = {
    "programme", NULL,
    "Tracks that are tried on some and not on others, and judged when their time has come.",
    "n.programme \"does waiting cost\" { tracks = { \"the cost of waiting\" }, outcome = \"sales_ready\", "
    "within = "
    "\"90d\", holdout = 0.2, at_least = { people = 300, over = \"60d\" }, ends = { people = 4000 } }",
    programme_options};

static const struct as_form_option exposure_options[] = {
    {"people", AS_TAKES_INTEGER, true, "How many must have been in it for their whole time."},
    {"over", AS_TAKES_DAYS, true, "How long it must have run."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_exposure = {"at_least", NULL,
                                         "The least exposure of a programme; both must hold.",
                                         "at_least = { people = 300, over = \"60d\" }", exposure_options};

static const struct as_form_option ending_options[] = {
    {"people", AS_TAKES_INTEGER, false, "When so many have been in it for their whole time."},
    {"on", AS_TAKES_DATE, false, "After that day."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_ending = {"ends", NULL, "The planned end of a programme: one of the two.",
                                       "ends = { on = \"2027-06-30\" }", ending_options};

static const struct as_form_option expecting_options[] = {
    {"without", AS_TAKES_NUMBER, true, "The share with the outcome among those who are held out; 0.10."},
    {"with", AS_TAKES_NUMBER, true,
     "The share among those who are treated, from which on it is worth it; 0.15."},
    {"power", AS_TAKES_NUMBER, false,
     "How often a difference of that size is to be found where there is one; 0.8 when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_expecting = {
    "expects", NULL, "The least difference that is worth finding, and how surely it is to be found.",
    "expects = { without = 0.10, with = 0.15 }", expecting_options};

static void read_expected(const struct as_options *p, struct as_programme *made)
{
    static const char *const shares[] = {"without", "with", "power"};
    struct as_options o;
    made->power = 0.8;
    if (!as_option_push(p, "expects"))
        return;
    as_options_open(&o, p->L, p->loading, -1, &as_form_expecting, NULL, p->position);
    double *const into[] = {&made->without, &made->with, &made->power};
    for (int i = 0; i < 3; i++)
        if (as_option_number(into[i], &o, shares[i]) && !(*into[i] > 0 && *into[i] < 1))
            as_option_refuse(&o, shares[i], "write 0.10 for a tenth", "is a share between 0 and 1");
    if (!(fabs(made->with - made->without) > 0))
        as_option_refuse(&o, "with", "name the least difference that is worth the trouble",
                         "is the same as without: there is nothing to find");
    lua_pop(p->L, 1);
}

/* A function could become another without a word of the terms changing, and counts events as it likes. */
static void read_outcome(const struct as_options *o, struct as_programme *made)
{
    static const char *const outcomes[] = {"worth_a_call", "sales_ready", "accepted",
                                           "opportunity",  "won",         NULL};
    struct as_pack *pack = o->loading->pack;
    as_option_push(o, "outcome");
    bool named = lua_type(o->L, -1) == LUA_TSTRING;
    lua_pop(o->L, 1);
    if (named) {
        made->counts = outcomes[as_option_one_of(o, "outcome", outcomes, 0)];
        as_stage_parse(&made->outcome, as_str_of(made->counts));
        return;
    }
    made->when = as_option_condition(o, "outcome", AS_LEVEL_LEAD);
    if (as_expr_contains(made->when, AS_EXPR_FUNCTION))
        as_option_refuse(o, "outcome", "write it as a condition: event.demo_request:seen()",
                         "has a function, which may change without anybody seeing it");
    struct as_buf source = {.p = NULL};
    as_expr_source(&source, made->when, pack->rules.schema);
    made->counts = source.failed ? NULL : as_arena_copy(&pack->rules.arena, as_buf_c(&source), source.n);
    as_buf_free(&source);
    if (made->counts == NULL)
        as_loading_out_of_memory(o->L);
}

static void read_share(double *out, const struct as_options *o, const char *name, const char *advice)
{
    as_option_number(out, o, name);
    if (!(*out > 0 && *out <= 0.5))
        as_option_refuse(o, name, advice, "is a share above 0 and up to a half");
}

static int64_t read_count(const struct as_options *o, const char *name, int64_t least)
{
    int64_t n = 0;
    if (as_option_integer(&n, o, name) && n < least)
        as_option_refuse(o, name, NULL, "must be %lld at least", (long long)least);
    return n;
}

static void read_times(const struct as_options *p, struct as_programme *made)
{
    struct as_options o;
    made->within = as_option_days(p, "within");
    if (made->within < 1)
        as_option_refuse(p, "within", "write \"90d\"", "must be a day at least");
    as_option_push(p, "at_least");
    as_options_open(&o, p->L, p->loading, -1, &as_form_exposure, NULL, p->position);
    made->least_people = (uint64_t)read_count(&o, "people", 2);
    made->least_days = as_option_days(&o, "over");
    lua_pop(p->L, 1);
    as_option_push(p, "ends");
    as_options_open(&o, p->L, p->loading, -1, &as_form_ending, NULL, p->position);
    made->ends_people = (uint64_t)read_count(&o, "people", 2);
    bool dated = as_option_date(&made->ends_on, &o, "on");
    if (dated == (made->ends_people > 0))
        as_option_refuse(p, "ends", "write { people = 4000 } or { on = \"2027-06-30\" }", "names %s",
                         dated ? "people and a day: one of them ends it" : "neither people nor a day");
    if (made->ends_people > 0 && made->ends_people < made->least_people)
        as_option_refuse(p, "ends", NULL, "is reached before the least exposure of %llu people",
                         (unsigned long long)made->least_people);
    lua_pop(p->L, 1);
}

static int take_programme(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    static const char *const spendings[] = {"obrien_fleming", "pocock", NULL};
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->programmes.n; i++)
        if (strcmp(pack->programmes.at[i]->name, opening->name) == 0)
            as_loading_twice(L, opening->position, "programme", opening->name,
                             pack->programmes.at[i]->position);
    if (pack->programmes.n == AS_MAX_PROGRAMMES)
        as_raise_rule(L, opening->position, NULL, "a pack has at most %d programmes", AS_MAX_PROGRAMMES);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_programme, opening->name, opening->position);
    struct as_programme *made = as_loading_alloc(L, loading, sizeof *made);
    *made = (struct as_programme){.name = opening->name, .position = opening->position, .alpha = 0.05};
    read_outcome(&o, made);
    made->spending =
        (enum as_spending)as_option_one_of(&o, "spending", spendings, AS_SPENDING_OBRIEN_FLEMING);
    made->model = as_option_text(&o, "model");
    if (made->model != NULL && made->when != NULL)
        as_option_refuse(&o, "model", "leave it out", "is for stages, and the outcome is a condition");
    read_share(&made->holdout, &o, "holdout", "write 0.2 for a fifth");
    read_share(&made->alpha, &o, "alpha", "write 0.05 for one in twenty");
    read_times(&o, made);
    read_expected(&o, made);
    as_option_push(&o, "tracks");
    uint32_t n;
    const char **names = as_option_texts(&n, &o, "tracks");
    if (n == 0)
        as_option_refuse(&o, "tracks", "write { \"the cost of waiting\" }", "names no track");
    for (uint32_t i = 0; i < n; i++)
        as_loading_push(L, loading, &made->tracks, names[i]);
    lua_pop(L, 1);
    as_loading_push(L, loading, &pack->programmes, made);
    return 0;
}

static const struct as_declaration programme_declaration = {"programme", NULL, take_programme};

static void check_tracks(lua_State *L, const struct as_pack *pack, const struct as_programme *programme)
{
    const char *names[256];
    size_t n = 0;
    for (uint32_t i = 0; i < pack->tracks.n && n < sizeof names / sizeof *names; i++)
        names[n++] = pack->tracks.at[i]->name;
    for (uint32_t t = 0; t < programme->tracks.n; t++) {
        struct as_str name = as_str_of(programme->tracks.at[t]);
        bool known = false;
        for (uint32_t i = 0; i < pack->tracks.n; i++)
            known |= as_str_is(name, pack->tracks.at[i]->name);
        if (!known)
            as_raise_unknown(L, programme->position, as_suggest(name, names, n), "declare it with n.track",
                             "programme \"%s\" tries a track \"%s\" that nobody declares", programme->name,
                             name.p);
        const struct as_programme *first = as_programme_of(pack, name.p);
        if (first != programme)
            as_raise_rule(L, programme->position, "nobody could tell what either of them does",
                          "track \"%s\" is tried by two programmes, \"%s\" and \"%s\"", name.p, first->name,
                          programme->name);
    }
}

static void check_model(lua_State *L, const struct as_pack *pack, struct as_programme *programme)
{
    const char *names[AS_MAX_MODELS];
    if (programme->when != NULL)
        return;
    if (pack->models.n == 0)
        as_raise_rule(L, programme->position, "declare a model with q.model",
                      "programme \"%s\" is judged by stages, and the pack has no model", programme->name);
    if (programme->model == NULL)
        programme->model = pack->models.at[0]->name;
    for (uint32_t i = 0; i < pack->models.n; i++) {
        names[i] = pack->models.at[i]->name;
        if (strcmp(names[i], programme->model) == 0)
            return;
    }
    as_raise_unknown(L, programme->position, as_suggest(as_str_of(programme->model), names, pack->models.n),
                     NULL, "programme \"%s\" is judged by a model \"%s\" that nobody declares",
                     programme->name, programme->model);
}

void as_programmes_check(lua_State *L, const struct as_loading *loading)
{
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->programmes.n; i++) {
        struct as_programme *programme = pack->programmes.at[i];
        check_tracks(L, pack, programme);
        check_model(L, pack, programme);
        programme->terms = as_programme_terms(&pack->rules.arena, pack, programme);
        if (programme->terms == NULL)
            as_loading_out_of_memory(L);
    }
}

int as_word_programme(lua_State *L)
{
    as_opening_push(L, &programme_declaration, NULL, 1);
    return 1;
}
