/* Replay: whatever was imported since, a moment of before still shows what it showed then. Random imports
 * from a fixed seed; every moment's columns are written out when it is now, and again after everything has
 * happened. */
#include "chance.h"

enum { STEPS = 40, ROUNDS = 6 };

static void every_moment_replays(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct world w;
        char *then[STEPS];
        int64_t end = T0 + (STEPS + 1) * DAY;
        seed = UINT64_C(0x9E3779B97F4A7C15) * (round + 1);
        world_open(&w);
        for (int step = 0; step < STEPS; step++) {
            w.options.now = T0 + step * DAY;
            import_by_chance(&w);
            then[step] = dump(&w, end, w.options.now);
        }
        for (int step = 0; step < STEPS; step++) {
            char *again = dump(&w, end, T0 + step * DAY);
            if (strcmp(then[step], again) != 0)
                fail_msg("round %u, step %d:\n--- then\n%s\n--- again\n%s", round, step, then[step], again);
            free(again);
            free(then[step]);
        }
        uint32_t findings;
        ok(&w, as_store_check(w.store, NULL, NULL, &findings, &w.error));
        assert_int_equal(findings, 0);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_moment_replays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
