/* The past of a fixture: where its leads stood before this decision, their places in tracks, and what each of
 * the people who may receive leads has got so far. */
#include "bind/trial/fixture_parts.h"

#include "base/limits.h"
#include "bind/sandbox/raise.h"
#include "score/model/standing.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#define HERE         ((struct as_position){NULL, 0})
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const prior_keys[] = {"stage",    "grade",    "entered",  "furthest",
                                         "recycled", "cool_off", "recycles", "owner"};

static uint8_t stage_at(struct as_fixture *f, int value)
{
    enum as_stage stage;
    const char *names[AS_STAGE_COUNT];
    struct as_str word = as_fixture_text(f, value, "a stage");
    if (as_stage_parse(&stage, word))
        return (uint8_t)stage;
    for (int i = 0; i < AS_STAGE_COUNT; i++)
        names[i] = as_stage_name((enum as_stage)i);
    as_raise_unknown(f->L, HERE, as_suggest(word, names, AS_STAGE_COUNT), NULL, "there is no stage \"%s\"",
                     word.p);
}

/* A grade's code from its text: the codes are few, so each is shown and compared. */
static uint16_t grade_at(struct as_fixture *f, int value, const struct as_model *model)
{
    struct as_str word = as_fixture_text(f, value, "grade");
    uint32_t letters = model->axes.n > 0 ? model->axes.at[0].bands.n + 1 : 0;
    uint32_t numbers = model->axes.n > 1 ? model->axes.at[1].bands.n + 1 : 1;
    for (uint32_t i = 0; i < letters; i++)
        for (uint32_t k = 0; k < numbers; k++) {
            char text[AS_GRADE_TEXT];
            uint16_t code = (uint16_t)(1 + i * 16 + k);
            if (as_str_is(word, as_grade_show(text, model, code)))
                return code;
        }
    as_fixture_refuse(f, "model \"%s\" has no grade \"%s\"", model->name, word.p);
}

/* Whether field `name` of the table at `table` is there; when so, its value is pushed. */
static bool given(struct as_fixture *f, int table, const char *name)
{
    if (lua_getfield(f->L, table, name) != LUA_TNIL)
        return true;
    lua_pop(f->L, 1);
    return false;
}

static int64_t time_of(struct as_fixture *f, int table, const char *name, int64_t otherwise)
{
    int64_t time = otherwise;
    if (given(f, table, name)) {
        time = as_fixture_time(f->L, lua_gettop(f->L), f->set->at, name);
        lua_pop(f->L, 1);
    }
    return time;
}

/* The prior standing described by the table at `table`. */
static struct as_prior prior_of(struct as_fixture *f, int table, const struct as_model *model)
{
    lua_State *L = f->L;
    as_fixture_keys(f, table, "a prior standing", 0, prior_keys, COUNT(prior_keys));
    struct as_prior prior = {.decided = true, .owner = AS_NO_INDEX};
    if (!given(f, table, "stage"))
        as_fixture_refuse(f, "a prior standing says its stage: prior = { stage = \"nurture\" }");
    prior.stage = prior.furthest = stage_at(f, lua_gettop(L));
    lua_pop(L, 1);
    if (given(f, table, "furthest")) {
        prior.furthest = stage_at(f, lua_gettop(L));
        lua_pop(L, 1);
    }
    if (given(f, table, "grade")) {
        prior.grade = grade_at(f, lua_gettop(L), model);
        lua_pop(L, 1);
    }
    if (given(f, table, "recycles")) {
        prior.recycles = (uint32_t)luaL_checkinteger(L, -1);
        lua_pop(L, 1);
    }
    if (given(f, table, "owner")) {
        prior.owner = as_intern_add(f->set->users, as_fixture_text(f, -1, "owner"));
        lua_pop(L, 1);
    }
    prior.entered = time_of(f, table, "entered", f->set->at - AS_DAY_SECONDS);
    prior.recycled = time_of(f, table, "recycled", AS_TIME_NONE);
    prior.cool_off = time_of(f, table, "cool_off", AS_TIME_NONE);
    return prior;
}

static const struct as_model *model_named(struct as_fixture *f, struct as_str name)
{
    const char *names[AS_MAX_MODELS];
    for (uint32_t i = 0; i < f->pack->models.n; i++) {
        names[i] = f->pack->models.at[i]->name;
        if (as_str_is(name, names[i]))
            return f->pack->models.at[i];
    }
    as_raise_unknown(f->L, HERE, as_suggest(name, names, f->pack->models.n), NULL,
                     "this pack has no model \"%s\"", name.p);
}

/* `prior` of the subject whose description is on top. */
static void put_prior(struct as_fixture *f, uint32_t row)
{
    lua_State *L = f->L;
    if (!given(f, lua_gettop(L), "prior"))
        return;
    int prior = lua_gettop(L);
    if (!lua_istable(L, prior) || f->pack->models.n == 0)
        as_fixture_refuse(f, "prior must be a table, in a pack that has a model");
    lua_getfield(L, prior, "stage");
    bool flat = lua_type(L, -1) == LUA_TSTRING;
    lua_pop(L, 1);
    if (flat) {
        f->set->prior[0][row] = prior_of(f, prior, f->pack->models.at[0]);
    } else {
        for (lua_pushnil(L); lua_next(L, prior); lua_pop(L, 1)) {
            const struct as_model *model = model_named(f, as_fixture_text(f, -2, "the name of a model"));
            if (!lua_istable(L, -1))
                as_fixture_refuse(f, "prior.%s must be a table", model->name);
            f->set->prior[model->index][row] = prior_of(f, lua_gettop(L), model);
        }
    }
    lua_pop(L, 1);
}

/* The name of a track of the pack. */
static struct as_str track_named(struct as_fixture *f, int value)
{
    uint32_t n = f->pack->tracks.n;
    const char **names = as_arena_array(f->scratch, n + (size_t)1, sizeof *names);
    struct as_str name = as_fixture_text(f, value, "the name of a track");
    if (names == NULL)
        luaL_error(f->L, "out of memory");
    for (uint32_t i = 0; i < n; i++) {
        names[i] = f->pack->tracks.at[i]->name;
        if (as_str_is(name, names[i]))
            return name;
    }
    as_raise_unknown(f->L, HERE, as_suggest(name, names, n), NULL, "this pack has no track \"%s\"", name.p);
}

/* The stay that the table on top describes. */
static struct as_enrolment stay_of(struct as_fixture *f, const struct as_track *track)
{
    static const char *const keys[] = {"step", "entered", "due", "ended"};
    lua_State *L = f->L;
    int place = lua_gettop(L);
    if (!lua_istable(L, place))
        as_fixture_refuse(f, "a place in track \"%s\" must be a table such as { step = 2 }", track->name);
    as_fixture_keys(f, place, "a place in a track", 0, keys, COUNT(keys));
    struct as_enrolment one = {.track = as_intern_add(f->set->tracks, as_str_of(track->name))};
    one.entered = time_of(f, place, "entered", f->set->at - AS_DAY_SECONDS);
    one.step_due = time_of(f, place, "due", f->set->at);
    if (given(f, place, "step")) {
        lua_Integer step = luaL_checkinteger(L, -1);
        if (step < 1 || step > UINT16_MAX)
            as_fixture_refuse(f, "step counts from 1");
        one.step = (uint16_t)(step - 1);
        lua_pop(L, 1);
    }
    if (given(f, place, "ended")) {
        one.ended = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    return one;
}

/* `tracks` of the subject whose description is on top; appends to the log, in order of entering, and of the
 * pack's tracks where several were entered at once: Lua's own order is another one each time. */
static uint32_t put_enrolments(struct as_fixture *f, uint32_t n)
{
    lua_State *L = f->L;
    struct as_enrolment_log *log = &f->set->enrolments;
    const uint32_t first = n;
    if (!given(f, lua_gettop(L), "tracks"))
        return n;
    int tracks = lua_gettop(L);
    if (!lua_istable(L, tracks))
        as_fixture_refuse(f, "tracks must be a table by track");
    for (lua_pushnil(L); lua_next(L, tracks); lua_pop(L, 1))
        track_named(f, lua_gettop(L) - 1);
    for (uint32_t t = 0; t < f->pack->tracks.n; t++) {
        if (!given(f, tracks, f->pack->tracks.at[t]->name))
            continue;
        const struct as_enrolment one = stay_of(f, f->pack->tracks.at[t]);
        log->at = as_fixture_grown(f, log->at, n, sizeof *log->at);
        uint32_t place = n++;
        for (; place > first && log->at[place - 1].entered > one.entered; place--)
            log->at[place] = log->at[place - 1];
        log->at[place] = one;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return n;
}

/* A person's word on the track, from the value on top: its name, or false for none. */
static void put_track_word(struct as_fixture *f, uint32_t *n, int64_t time)
{
    struct as_track_word word = {.id = *n + 1, .time = time, .track = AS_NO_INDEX, .says = AS_TRACK_KEPT_OUT};
    if (!lua_isboolean(f->L, -1) || lua_toboolean(f->L, -1)) {
        word.says = AS_TRACK_PLACED;
        word.track = as_intern_add(f->set->tracks, track_named(f, lua_gettop(f->L)));
    }
    f->set->track_words.at = as_fixture_grown(f, f->set->track_words.at, *n, sizeof word);
    f->set->track_words.at[(*n)++] = word;
}

/* `override` of the subject whose description is on top; appends to the logs. */
static void put_override(struct as_fixture *f, uint32_t *stages, uint32_t *tracks)
{
    static const char *const keys[] = {"stage", "track", "at", "model"};
    lua_State *L = f->L;
    if (!given(f, lua_gettop(L), "override"))
        return;
    int override = lua_gettop(L);
    if (!lua_istable(L, override))
        as_fixture_refuse(f, "override must be a table such as { stage = \"nurture\" }");
    as_fixture_keys(f, override, "override", 0, keys, COUNT(keys));
    struct as_override one = {.model = AS_NO_INDEX, .time = time_of(f, override, "at", f->set->at)};
    bool track = given(f, override, "track");
    if (track)
        put_track_word(f, tracks, one.time);
    lua_settop(L, override);
    if (!track || given(f, override, "stage")) {
        lua_getfield(L, override, "stage");
        one.stage = stage_at(f, lua_gettop(L));
        lua_settop(L, override);
        if (given(f, override, "model"))
            one.model = model_named(f, as_fixture_text(f, -1, "model"))->index;
        f->set->overrides.at = as_fixture_grown(f, f->set->overrides.at, *stages, sizeof one);
        f->set->overrides.at[(*stages)++] = one;
    }
    lua_settop(L, override - 1);
}

static void *zeroed(struct as_fixture *f, size_t n, size_t size)
{
    void *memory = calloc(n > 0 ? n : 1, size);
    if (memory == NULL)
        luaL_error(f->L, "out of memory");
    return memory;
}

void as_fixture_past(struct as_fixture *f)
{
    struct as_dataset *set = f->set;
    set->prior = zeroed(f, f->pack->models.n, sizeof(*set->prior));
    set->prior_models = f->pack->models.n;
    for (uint32_t i = 0; i < set->prior_models; i++) {
        set->prior[i] = zeroed(f, set->leads, sizeof(**set->prior));
        for (uint32_t row = 0; row < set->leads; row++)
            set->prior[i][row] =
                (struct as_prior){.recycled = AS_TIME_NONE, .cool_off = AS_TIME_NONE, .owner = AS_NO_INDEX};
    }
    set->enrolments.start = zeroed(f, (size_t)set->leads + 1, sizeof *set->enrolments.start);
    set->overrides.start = zeroed(f, (size_t)set->leads + 1, sizeof *set->overrides.start);
    set->track_words.start = zeroed(f, (size_t)set->leads + 1, sizeof *set->track_words.start);
    set->comings.start = zeroed(f, (size_t)set->leads + 1, sizeof *set->comings.start);
    uint32_t enrolments = 0, overrides = 0, words = 0, comings = 0;
    for (uint32_t row = 0; row < set->leads; row++) {
        lua_rawgeti(f->L, f->subjects, (lua_Integer)row + 1);
        if (lua_istable(f->L, -1)) {
            put_prior(f, row);
            enrolments = put_enrolments(f, enrolments);
            put_override(f, &overrides, &words);
            comings = as_fixture_comings(f, row, comings);
        }
        lua_pop(f->L, 1);
        set->enrolments.start[row + 1] = enrolments;
        set->overrides.start[row + 1] = overrides;
        set->track_words.start[row + 1] = words;
        set->comings.start[row + 1] = comings;
    }
}

/* --- users --- */

static int by_instant(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* What a user got so far, from the value on top: how many today, or when each. */
static void put_assigned(struct as_fixture *f, struct as_assignee *one, int64_t at)
{
    enum { MOST_ASSIGNED = 100000 };
    lua_State *L = f->L;
    bool times = lua_istable(L, -1);
    lua_Integer n = times ? (lua_Integer)lua_rawlen(L, -1) : lua_isinteger(L, -1) ? lua_tointeger(L, -1) : -1;
    if (n < 0 || n > MOST_ASSIGNED)
        as_fixture_refuse(f, "assigned says how many leads a user got today, 0 to %d, or when each came",
                          MOST_ASSIGNED);
    for (lua_Integer i = 1; i <= n; i++) {
        int64_t when = at;
        if (times) {
            lua_rawgeti(L, -1, i);
            when = as_fixture_time(L, lua_gettop(L), at, "a time of assigned");
            lua_pop(L, 1);
        }
        if (!as_list_push(f->scratch, &one->assigned, when))
            luaL_error(L, "out of memory");
    }
    if (n > 1)
        qsort(one->assigned.at, one->assigned.n, sizeof *one->assigned.at, by_instant);
    one->total = (uint64_t)n;
}

/* One of the people, described by the table on top. */
static void add_assignee(struct as_fixture *f, struct as_roster *roster, int64_t at)
{
    static const char *const keys[] = {"team", "absent", "assigned"};
    lua_State *L = f->L;
    int item = lua_gettop(L);
    if (!lua_istable(L, item))
        as_fixture_refuse(f, "users: each is a table such as {\"sam\", team = \"inside\", assigned = 3}");
    as_fixture_keys(f, item, "a user", 1, keys, COUNT(keys));
    struct as_assignee one = {0};
    lua_rawgeti(L, item, 1);
    struct as_str name = as_fixture_text(f, -1, "the name of a user");
    one.user = as_arena_copy(f->scratch, name.p, name.n);
    if (given(f, item, "team")) {
        struct as_str team = as_fixture_text(f, -1, "team");
        one.team = as_arena_copy(f->scratch, team.p, team.n);
    }
    if (given(f, item, "absent"))
        one.absent = lua_toboolean(L, -1);
    if (given(f, item, "assigned"))
        put_assigned(f, &one, at);
    if (one.user == NULL || !as_list_push(f->scratch, &roster->people, one))
        luaL_error(L, "out of memory");
    lua_settop(L, item);
}

void as_fixture_roster(struct as_roster *out, struct as_arena *arena, lua_State *L, int index,
                       const struct as_pack *pack, int64_t at)
{
    struct as_fixture f = {
        .L = L, .pack = pack, .schema = pack->rules.schema, .scratch = arena, .top = index};
    *out = (struct as_roster){.arena = arena};
    if (!given(&f, index, "users"))
        return;
    if (!lua_istable(L, -1))
        as_fixture_refuse(&f, "users must be an array of people");
    int users = lua_gettop(L);
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, users); i++) {
        lua_rawgeti(L, users, i);
        add_assignee(&f, out, at);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}
