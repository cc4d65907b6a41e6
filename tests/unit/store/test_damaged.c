/* Damaged files beside the database: who opens one looks at its head alone, so bytes behind it that fell over
 * may be believed until a check finds them, but lead nobody out of what is there. */
#include "fixture.h"

#include "store/snapshot/fact_file.h"
#include "store/snapshot/run_file.h"

enum { LEADS = 40, TOUCHES = 1200 };

struct place {
    char folder[64], path[96];
    struct world w;
};

static void import(struct world *w)
{
    for (int i = 0; i < LEADS; i++) {
        char id[16], event[16];
        snprintf(id, sizeof id, "L%d", i);
        snprintf(event, sizeof event, "E%d", i);
        give(w, AS_IMPORT_LEADS, "id", id);
        give(w, AS_IMPORT_EVENTS, "id", event, "lead_id", id, "kind", "meeting_booked", "at",
             "2026-02-01T00:00:00Z", "property.with", i % 2 == 0 ? "Sam" : "Kim");
    }
    for (int i = 0; i < TOUCHES; i++) {
        char id[16], lead[16];
        snprintf(id, sizeof id, "T%d", i);
        snprintf(lead, sizeof lead, "L%d", i % LEADS);
        give(w, AS_IMPORT_TOUCHES, "id", id, "lead_id", lead, "channel", "email", "at", "2026-02-02");
    }
    commit(w);
}

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    snprintf(p->folder, sizeof p->folder, "damaged-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/a.db", p->folder);
    world_open_at(&p->w, p->path);
    import(&p->w);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    world_close(&p->w);
    remove_folder(p->folder);
    free(p);
    return 0;
}

/* Makes the files where they are missing. */
static struct as_dataset *locked_snapshot(struct world *w)
{
    ok(w, as_store_lock(w->store, "test", 0, &w->error));
    struct as_dataset *dataset = snapshot(w, T0 + DAY, T0 + DAY);
    as_store_unlock(w->store);
    return dataset;
}

/* Reads the head of the file that a part of the projection names, and writes the bytes at the place that it
 * has for them. */
static void damage(struct place *p, const char *part, const char *infix, void *head, size_t size,
                   uint64_t (*place)(const void *head), const void *bytes, size_t n)
{
    char sql[80], name[200];
    snprintf(sql, sizeof sql, "SELECT sum FROM projection WHERE part = '%s'", part);
    snprintf(name, sizeof name, "%s%s%016llx", p->path, infix,
             (unsigned long long)strtoll(cell(&p->w, sql), NULL, 10));
    FILE *file = fopen(name, "r+b");
    assert_non_null(file);
    assert_int_equal(fread(head, size, 1, file), 1);
    assert_int_equal(fseek(file, (long)place(head), SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, n, 1, file), 1);
    assert_int_equal(fclose(file), 0);
}

static uint64_t ids_of_events(const void *head)
{
    return ((const struct as_run_file_head *)head)->at[AS_RUN_FILE_ID];
}

static void an_event_that_there_is_not_has_no_properties(void **state)
{
    struct place *p = *state;
    struct as_run_file_head head;
    const uint32_t beyond = UINT32_MAX;
    as_dataset_free(locked_snapshot(&p->w));
    damage(p, "base", "-events-", &head, sizeof head, ids_of_events, &beyond, sizeof beyond);
    struct as_dataset *dataset = locked_snapshot(&p->w);
    const struct as_event_log *log = &dataset->lead_events;
    uint32_t known = 0;
    assert_int_equal(log->end[LEADS - 1] - log->start[LEADS - 1], 1);
    for (uint32_t i = 0; i < p->w.schema->properties.n; i++)
        for (size_t e = 0; log->property[i] != NULL && e < log->n; e++)
            known += as_bit(log->property[i]->known, e);
    assert_int_equal(known, LEADS - 1);
    as_dataset_free(dataset);
}

/* Of the first word behind the time: the channel. */
static uint64_t known_channels(const void *head)
{
    return ((const struct as_fact_head *)head)->column[1].known;
}

static void a_touch_without_its_channel_is_one_of_none(void **state)
{
    struct place *p = *state;
    struct as_fact_head head;
    const uint64_t nobody = 0;
    as_dataset_free(locked_snapshot(&p->w));
    damage(p, "touch", "-facts-", &head, sizeof head, known_channels, &nobody, sizeof nobody);
    struct as_dataset *dataset = locked_snapshot(&p->w);
    uint32_t nameless = 0;
    assert_int_equal(dataset->touches.start[LEADS], TOUCHES);
    for (uint32_t i = 0; i < TOUCHES; i++)
        nameless += as_intern_text(dataset->channels, dataset->touches.at[i].channel).n == 0;
    assert_int_equal(nameless, 64);
    as_dataset_free(dataset);
}

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(an_event_that_there_is_not_has_no_properties),
        unit(a_touch_without_its_channel_is_one_of_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
