/* Which events make which appointment: what each kind does to the one before it, whose it is after merges,
 * and that asking of everybody says the same as asking one by one [A8.5] [A8.17]. */
#include "fixture.h"

#include "store/report/appointments.h"

static int setup(void **state)
{
    world_setup(state);
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "a@x-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "L2", "email", "b@x-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "L3", "email", "c@x-corp.com");
    commit(w);
    return 0;
}

/* A letter an event, a day apart from 2026-02-01 on at 09:00; each meeting is to begin on 2026-02-20, a moved
 * one a day later each time: B booked with Sam    C booked with Kim    b booked, nobody said with whom    M
 * moved H held    N nobody came    X called off    5, 2 rated so, by Sam    9 rated beyond the scale */
static void happen(struct world *w, const char *lead, const char *letters)
{
    int starts = 20;
    if (letters[0] == '\0')
        return;
    for (int day = 0; letters[day] != '\0'; day++) {
        char at[32], to[32], rating[2] = {letters[day], '\0'};
        const char *kind = "meeting_rated";
        snprintf(at, sizeof at, "2026-02-%02dT09:00:00Z", 1 + day);
        snprintf(to, sizeof to, "2026-02-%02dT14:00:00Z", letters[day] == 'M' ? ++starts : starts);
        switch (letters[day]) {
        case 'B':
        case 'C':
            give(w, AS_IMPORT_EVENTS, "kind", "meeting_booked", "at", at, "lead_id", lead, "property.with",
                 letters[day] == 'B' ? "Sam" : "Kim", "property.by", "Lea", "property.starts", to);
            continue;
        case 'M':
            give(w, AS_IMPORT_EVENTS, "kind", "meeting_moved", "at", at, "lead_id", lead, "property.starts",
                 to);
            continue;
        case 'b':
            kind = "meeting_booked";
            break;
        case 'H':
            kind = "meeting_held";
            break;
        case 'N':
            kind = "meeting_no_show";
            break;
        case 'X':
            kind = "meeting_cancelled";
            break;
        default:
            give(w, AS_IMPORT_EVENTS, "kind", kind, "at", at, "lead_id", lead, "property.rating", rating,
                 "property.by", "Sam");
            continue;
        }
        give(w, AS_IMPORT_EVENTS, "kind", kind, "at", at, "lead_id", lead);
    }
    commit(w);
}

struct said {
    char text[1024];
    bool with_lead;
};

/* "Sam open 20 moved 1 missed 1 rated 5" and so on, "; " between two; the number is the day it is to begin
 * on. */
static enum as_status say(void *context, const struct as_appointment *one, struct as_error *error)
{
    struct said *said = context;
    size_t n = strlen(said->text);
    (void)error;
#define ADD(...) n += (size_t)snprintf(said->text + n, sizeof said->text - n, __VA_ARGS__)
    if (n > 0)
        ADD("; ");
    if (said->with_lead)
        ADD("%lld: ", (long long)one->lead);
    ADD("%s %s", one->with, as_appointment_state_name(one->state));
    if (one->starts != AS_TIME_NONE)
        ADD(" %d", as_civil_of(one->starts).day);
    if (one->moved > 0)
        ADD(" moved %u", one->moved);
    if (one->no_shows > 0)
        ADD(" missed %u", one->no_shows);
    if (one->rating > 0)
        ADD(" rated %g by %s", one->rating, one->rated_by);
    if (one->ended != AS_TIME_NONE)
        ADD(" ended %d", as_civil_of(one->ended).day);
#undef ADD
    return AS_OK;
}

static const char *of(struct world *w, int64_t lead, int64_t at)
{
    static struct said said;
    struct as_appointment_query query = {lead, NULL, at, T0};
    said = (struct said){.with_lead = lead == 0};
    ok(w, as_store_appointments(w->store, &query, say, &said, &w->error));
    return said.text;
}

static void a_kind_does_what_it_says_to_the_appointment_before_it(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *letters, *appointments;
    } cases[] = {
        {"", ""},
        {"B", "Sam open 20"},
        {"b", ""}, /* a meeting nobody has with it is no appointment */
        {"HNX5", ""},
        {"BH", "Sam held 20 ended 2"},
        {"BX", "Sam cancelled 20 ended 2"},
        {"BN", "Sam no-show 20 missed 1 ended 2"},
        {"BNM", "Sam open 21 moved 1 missed 1"},
        {"BNMNMH", "Sam held 22 moved 2 missed 2 ended 6"},
        {"BHN", "Sam no-show 20 missed 1 ended 3"}, /* a later word corrects an earlier one */
        {"BNH", "Sam held 20 missed 1 ended 3"},
        {"BH5", "Sam held 20 rated 5 by Sam ended 2"},
        {"BH52", "Sam held 20 rated 2 by Sam ended 2"},
        {"BH59", "Sam held 20 ended 2"}, /* what is not on the scale is no rating */
        {"Bb", "Sam open 20"},           /* the CRM's own row about the meeting that stands */
        {"BHb", "Sam held 20 ended 2"},  /* and a meeting after it that is nobody's: no appointment */
        {"BHbN", "Sam held 20 ended 2"}, /* nor is what happens to that one the first one's */
        {"BHC", "Sam held 20 ended 2; Kim open 20"},
        {"BC", "Sam open 20; Kim open 20"},
        {"BXCH5", "Sam cancelled 20 ended 2; Kim held 20 rated 5 by Sam ended 4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char id[8], select[64];
        snprintf(id, sizeof id, "C%zu", i);
        give(w, AS_IMPORT_LEADS, "id", id, "name", id);
        commit(w);
        happen(w, id, cases[i].letters);
        snprintf(select, sizeof select, "SELECT lead_id FROM identity WHERE value = '%s'", id);
        const char *text = of(w, atoll(cell(w, select)), T0);
        if (strcmp(text, cases[i].appointments) != 0)
            fail_msg("%s: \"%s\", and not \"%s\"", cases[i].letters, text, cases[i].appointments);
    }
}

static void what_happens_later_is_not_known_yet(void **state)
{
    struct world *w = *state;
    happen(w, "L1", "BMH");
    int64_t first = as_civil_seconds((struct as_civil){.year = 2026, .month = 2, .day = 1});
    assert_string_equal(of(w, 1, first), "");
    assert_string_equal(of(w, 1, first + DAY), "Sam open 20");
    assert_string_equal(of(w, 1, first + 2 * DAY), "Sam open 21 moved 1");
    assert_string_equal(of(w, 1, first + 3 * DAY), "Sam held 21 moved 1 ended 3");
}

static void everybody_at_once_says_what_each_says(void **state)
{
    struct world *w = *state;
    assert_string_equal(of(w, 0, T0), "");
    happen(w, "L3", "BX");
    happen(w, "L1", "bHN");
    happen(w, "L2", "BMHC");
    assert_string_equal(of(w, 0, T0),
                        "2: Sam held 21 moved 1 ended 3; 2: Kim open 21; 3: Sam cancelled 20 ended 2");
}

/* L1 had it arranged, what came of it was told of L2, and L3 is merged into L2, which is merged into L1. */
static void who_was_merged_has_one_row_of_appointments(void **state)
{
    struct world *w = *state;
    happen(w, "L1", "B");
    happen(w, "L2", "MMH");
    happen(w, "L3", "NNNN5");
    ok(w, as_store_merge(w->store, 2, 3, "maria", T0, &w->error));
    ok(w, as_store_merge(w->store, 1, 2, "maria", T0, &w->error));
    char own[sizeof(struct said) + 8];
    snprintf(own, sizeof own, "1: %s", of(w, 1, T0));
    assert_string_equal(of(w, 0, T0), own);
    assert_non_null(strstr(own, "rated 5 by Sam"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_kind_does_what_it_says_to_the_appointment_before_it),
        TEST(what_happens_later_is_not_known_yet),
        TEST(everybody_at_once_says_what_each_says),
        TEST(who_was_merged_has_one_row_of_appointments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
