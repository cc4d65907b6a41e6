/* What a test reads of a decision, part two: tracks, contact, owners, account plans, and the views of others.
 * Computing is host/score's. */
#include "bind/trial/fixture.h"
#include "bind/trial/trial_reading.h"

#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"
#include "score/model/account_plan.h"
#include "score/model/programme.h"
#include "score/model/tier.h"
#include "score/model/track.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#define HERE ((struct as_position){NULL, 0})

/* --- nurturing --- */

static struct as_placement place(lua_State *L, struct as_view *view)
{
    struct as_placement placement = {0};
    struct as_error error = AS_ERROR_INIT;
    const struct as_trial *trial = view->trial;
    view->read = AS_READ_STANDING;
    if (as_place(&placement, trial->bench->pack, trial->outcome, trial->set, view->row,
                 as_view_standing(L, view), trial->set->at, &error) != AS_OK)
        as_raise(L, &error);
    return placement;
}

static int read_track(lua_State *L, struct as_view *view)
{
    struct as_placement placement = place(L, view);
    return as_reading_push_standing(L, view, placement.track != NULL ? placement.track->name : NULL);
}

static int read_step(lua_State *L, struct as_view *view)
{
    struct as_placement placement = place(L, view);
    bool more = placement.track != NULL && placement.step < placement.track->steps.n;
    return as_reading_push_standing(L, view, more ? placement.track->steps.at[placement.step].name : NULL);
}

static int read_track_by_rules(lua_State *L, struct as_view *view)
{
    struct as_placement placement = place(L, view);
    const struct as_track *track = placement.word != NULL ? placement.by_rules : placement.track;
    return as_reading_push_standing(L, view, track != NULL ? track->name : NULL);
}

static int read_arm(lua_State *L, struct as_view *view)
{
    struct as_placement placement = place(L, view);
    return as_reading_push_standing(L, view, as_arm_name(placement.arm));
}

static int read_programme(lua_State *L, struct as_view *view)
{
    struct as_placement placement = place(L, view);
    return as_reading_push_standing(L, view, placement.programme != NULL ? placement.programme->name : NULL);
}

/* As if the lead's time were over now. */
static int read_outcome(lua_State *L, struct as_view *view)
{
    const struct as_trial *trial = view->trial;
    struct as_str name = as_reading_text(L, 2, "the name of a programme");
    const struct as_programme *programme = as_fixture_programme(L, trial->bench->pack, name);
    if (programme->when == NULL) {
        struct as_view judged = *view;
        for (uint32_t i = 0; i < trial->bench->pack->models.n; i++)
            if (strcmp(trial->bench->pack->models.at[i]->name, programme->model) == 0)
                judged.model = trial->bench->pack->models.at[i];
        enum as_stage stage = (enum as_stage)as_view_standing(L, &judged)->stage;
        view->read = AS_READ_OTHER;
        lua_pushboolean(L, as_outcome_reached(stage, programme->outcome));
        return 1;
    }
    if (as_coming_to(trial->set, name, view->row) == NULL)
        as_raise_rule(L, HERE, "write programmes = { [\"…\"] = \"10d ago\" } in the description",
                      "the lead never came to programme \"%s\", so that nothing counts", name.p);
    view->read = AS_READ_OTHER;
    enum as_tri holds = as_verdict_at(as_outcome_programme(trial->outcome, programme), view->row);
    if (holds == AS_YES || holds == AS_NO)
        lua_pushboolean(L, holds == AS_YES);
    else
        lua_pushnil(L);
    return 1;
}

static int read_due(lua_State *L, struct as_view *view)
{
    struct as_placement placement = place(L, view);
    as_reading_push_time(L, placement.track != NULL ? placement.due : AS_TIME_NONE);
    return 1;
}

static int read_phase(lua_State *L, struct as_view *view)
{
    const struct as_trial *trial = view->trial;
    return as_reading_push_standing(
        L, view, as_buying_phase(trial->bench->pack, trial->set, view->row, trial->set->at));
}

/* How the touch is made: { answers_hand_raise = true, questions = 3 }. */
static void read_manner(struct as_contact_question *question, lua_State *L, int table)
{
    static const char *const keys[] = {"answers_hand_raise", "questions"};
    static const char advice[] = "write { answers_hand_raise = true, questions = 3 }";
    if (!lua_istable(L, table))
        as_raise_rule(L, HERE, advice, "how the touch is made is a table, not a %s", luaL_typename(L, table));
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        lua_Integer n = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : -1;
        if (strcmp(key, keys[0]) == 0)
            question->answers_hand_raise = lua_toboolean(L, -1);
        else if (strcmp(key, keys[1]) != 0)
            as_raise_unknown(L, HERE, as_suggest(as_str_of(key), keys, 2), advice, "contact knows no \"%s\"",
                             key);
        else if (n < 0 || n > UINT32_MAX)
            as_raise_rule(L, HERE, advice, "questions is how many the touch asks");
        else
            question->questions = (uint32_t)n;
    }
}

static int read_contact(lua_State *L, struct as_view *view)
{
    const struct as_trial *trial = view->trial;
    struct as_contact_question question = {.at = trial->set->at,
                                           .channel = as_reading_text(L, 2, "the channel").p};
    if (!lua_isnoneornil(L, 3))
        question.ask = as_reading_text(L, 3, "what is asked for").p;
    if (!lua_isnoneornil(L, 4))
        read_manner(&question, L, 4);
    struct as_contact_answer answer = {0};
    struct as_error error = AS_ERROR_INIT;
    if (as_contact_ask(&answer, trial->bench->pack, trial->outcome, trial->set, view->row, &question,
                       &error) != AS_OK)
        as_raise(L, &error);
    view->read = AS_READ_OTHER;
    lua_pushstring(L, answer.denial == AS_CONTACT_ALLOWED ? "allowed" : as_denial_name(answer.denial));
    lua_pushstring(L, answer.reason);
    if (answer.denial == AS_CONTACT_ALLOWED)
        lua_pushnil(L);
    else
        as_reading_push_time(L, answer.until);
    return 3;
}

/* --- routing and accounts --- */

static struct as_assignment assign(lua_State *L, struct as_view *view)
{
    const struct as_trial *trial = view->trial;
    struct as_assignment out = {0};
    struct as_roster roster;
    struct as_error error = AS_ERROR_INIT;
    as_view_roster(view, &roster, as_scratch_arena(L));
    if (as_route_lead(&out, trial->bench->pack, trial->outcome, trial->set, &roster, view->row,
                      trial->set->at, &error) != AS_OK)
        as_raise(L, &error);
    view->read = AS_READ_OTHER;
    return out;
}

static int read_owner(lua_State *L, struct as_view *view)
{
    struct as_assignment assignment = assign(L, view);
    if (assignment.user[0] == '\0')
        lua_pushnil(L);
    else
        lua_pushstring(L, assignment.user);
    lua_pushstring(L, assignment.reason);
    return 2;
}

static int read_route(lua_State *L, struct as_view *view)
{
    struct as_assignment assignment = assign(L, view);
    if (assignment.route == NULL)
        lua_pushnil(L);
    else
        lua_pushstring(L, assignment.route->name);
    return 1;
}

static struct as_account_plan account_plan(lua_State *L, struct as_view *view, struct as_arena *arena)
{
    const struct as_trial *trial = view->trial;
    struct as_account_plan plan = {0};
    struct as_error error = AS_ERROR_INIT;
    uint32_t account = as_view_account(view);
    if (account == AS_NO_INDEX)
        as_raise_rule(L, HERE, "give account = {} in the description", "the lead has no account");
    if (as_account_plan_of(&plan, arena, trial->bench->pack, trial->outcome, trial->set, account, &error) !=
        AS_OK)
        as_raise(L, &error);
    view->read = AS_READ_OTHER;
    return plan;
}

static int read_region(lua_State *L, struct as_view *view)
{
    lua_pushstring(L, as_region_name(account_plan(L, view, as_scratch_arena(L)).region));
    return 1;
}

static int read_plan(lua_State *L, struct as_view *view)
{
    struct as_account_plan plan = account_plan(L, view, as_scratch_arena(L));
    if (plan.template_ == NULL)
        lua_pushnil(L);
    else
        lua_pushstring(L, plan.template_->name);
    return 1;
}

static int read_coverage(lua_State *L, struct as_view *view)
{
    lua_pushnumber(L, account_plan(L, view, as_scratch_arena(L)).coverage);
    return 1;
}

static int read_budget(lua_State *L, struct as_view *view)
{
    struct as_account_plan plan = account_plan(L, view, as_scratch_arena(L));
    if (plan.has_budget)
        lua_pushnumber(L, (double)plan.budget / 100);
    else
        lua_pushnil(L);
    return 1;
}

static int read_plays(lua_State *L, struct as_view *view)
{
    struct as_account_plan plan = account_plan(L, view, as_scratch_arena(L));
    lua_Integer n = 0;
    lua_createtable(L, (int)plan.plays.n, 0);
    for (uint32_t i = 0; i < plan.plays.n; i++)
        if (plan.plays.at[i].state == AS_YES) {
            lua_pushstring(L, plan.plays.at[i].play->name);
            lua_rawseti(L, -2, ++n);
        }
    return 1;
}

/* Whoever else could be in the tier is not in a description: the room of a tier is not asked for. */
static int read_tier(lua_State *L, struct as_view *view)
{
    const struct as_trial *trial = view->trial;
    struct as_error error = AS_ERROR_INIT;
    uint32_t account = as_view_account(view);
    uint16_t *tiers = NULL, tier = 0;
    if (account == AS_NO_INDEX)
        as_raise_rule(L, HERE, "give account = {} in the description", "the lead has no account");
    if (as_tiers_of(&tiers, trial->bench->pack, trial->outcome, trial->set, &error) != AS_OK)
        as_raise(L, &error);
    tier = tiers[account];
    free(tiers);
    view->read = AS_READ_OTHER;
    if (tier == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, trial->bench->pack->tiers.at[tier - 1].name);
    return 1;
}

/* --- other views --- */

static int read_model(lua_State *L, struct as_view *view)
{
    const struct as_pack *pack = view->trial->bench->pack;
    struct as_str name = as_reading_text(L, 2, "the name of a model");
    const char *names[AS_MAX_MODELS];
    for (uint32_t i = 0; i < pack->models.n; i++) {
        names[i] = pack->models.at[i]->name;
        if (as_str_is(name, names[i])) {
            as_view_push(L, 1, pack->models.at[i], view->row);
            return 1;
        }
    }
    as_raise_unknown(L, HERE, as_suggest(name, names, pack->models.n), NULL, "this pack has no model \"%s\"",
                     name.p);
}

static int read_member(lua_State *L, struct as_view *view)
{
    const struct as_dataset *set = view->trial->set;
    uint32_t account = set->lead_account[0];
    uint32_t members =
        account == AS_NO_INDEX ? 0 : set->member_start[account + 1] - set->member_start[account];
    lua_Integer i = lua_tointeger(L, 2);
    /* The first member is the lead itself, row 0. */
    if (i < 1 || i >= (lua_Integer)members)
        as_raise_rule(L, HERE, NULL, "the group has %u other members, there is no member %d",
                      members > 0 ? members - 1 : 0, (int)i);
    as_view_push(L, 1, view->model, set->member[set->member_start[account] + (uint32_t)i]);
    return 1;
}

static const struct as_reading readings[] = {
    {"arm", false, read_arm, "d.arm",
     "\"held_out\" or \"treated\" of the programme that it is in; nil when it is in none.", "string?"},
    {"budget", false, read_budget, "d.budget",
     "Most that the account's plan may cost, in money; nil when it has none.", "number?"},
    {"contact", true, read_contact, "d:contact(channel, ask, {answers_hand_raise = true, questions = 3})",
     "\"allowed\" or the name of the denial, the reason, and when it ends.", "string, string?, string?"},
    {"coverage", false, read_coverage, "d.coverage",
     "Filled places of the buying group over needed ones, 0 to 1.", "number?"},
    {"due", false, read_due, "d.due", "When the next step of the track is due; nil without a track.",
     "string?"},
    {"member", true, read_member, "d:member(i)",
     "The decision about another member of the group, in order of description.", "assay.Decision"},
    {"model", true, read_model, "d:model(name)", "The same lead as another model sees it.", "assay.Decision"},
    {"outcome", true, read_outcome, "d:outcome(programme)",
     "Whether the programme's outcome is there, as if the lead's time in it were over; nil when nobody can "
     "tell.",
     "boolean?"},
    {"owner", false, read_owner, "d.owner", "Who gets the lead by the pack's routes; nil when nobody does.",
     "string?"},
    {"phase", false, read_phase, "d.phase",
     "The buyer's phase: \"discovery\", \"consideration\" or \"decision\".", "string?"},
    {"plan", false, read_plan, "d.plan", "The template of the account's plan; nil when none holds.",
     "string?"},
    {"plays", false, read_plays, "d.plays", "Names of the plays that are open now.", "string[]"},
    {"programme", false, read_programme, "d.programme",
     "The programme that tries its track, or holds it out of one; nil when none does.", "string?"},
    {"region", false, read_region, "d.region",
     "The account's region: \"mass\", \"targeted\", \"abm\" or \"insufficient\".", "string"},
    {"route", false, read_route, "d.route", "The route that decided the owner; nil when none holds.",
     "string?"},
    {"step", false, read_step, "d.step", "The next step of the track; nil when there is none.", "string?"},
    {"tier", false, read_tier, "d.tier", "The tier of the account; nil when it is in none.", "string?"},
    {"track", false, read_track, "d.track", "The nurturing track; nil when none fits.", "string?"},
    {"track_by_rules", false, read_track_by_rules, "d.track_by_rules",
     "Where the rules would have the lead, whatever a person said; nil in no track.", "string?"},
};
const struct as_readings as_plan_readings = {readings, sizeof readings / sizeof *readings};
