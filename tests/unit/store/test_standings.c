/* Standings beside the database: whatever is imported, merged, erased, decided as a whole or in parts, the
 * files and the rows over them say what the last decisions say, or nothing; who is due and how many stand
 * alike is what counting all would give. */
#include "chance.h"
#include "decided.h"

#include "store/companion.h"
#include "store/decisions/kept_standings.h"
#include "store/decisions/last_decisions.h"
#include "store/decisions/standings.h"
#include "store/personal.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* So few rows lie over files that there are layers of them, joined and not; the last round has leads enough
 * for layers of runs as they come. */
enum { MANY = 150, FEW = 3, VERY_MANY = 8000, ROUNDS = 5, STEPS = 24, KILLS = 8, IDS = 8400 };

struct shelf {
    char folder[64], path[96];
    struct fixture f;
    bool known[IDS]; /* by lead id: a run had it, and it was nobody else's then */
    int32_t due[IDS];
    bool learnt; /* the days above hold */
    int64_t chosen[IDS];
    uint32_t chosen_n;
    int64_t decided; /* some lead of the last run */
    size_t few_leads;
};

static void open_store(struct shelf *s)
{
    world_open_at(&s->f.w, s->path);
    declare(&s->f.w, &s->f.d);
    s->f.d.model->scores.n = 0;
    s->f.w.store->few_leads = s->few_leads;
}

static void close_store(struct shelf *s)
{
    as_source_free(&s->f.d.source);
    as_pack_free(s->f.d.pack);
    world_close(&s->f.w);
}

static void give_leads(struct shelf *s, unsigned from, unsigned n)
{
    for (unsigned i = from; i < from + n; i++) {
        char id[16];
        snprintf(id, sizeof id, "M%u", i);
        give(&s->f.w, AS_IMPORT_LEADS, "id", id);
    }
    commit(&s->f.w);
}

static void shelf_open(struct shelf *s, unsigned leads, size_t few_leads)
{
    memset(s, 0, sizeof *s);
    s->few_leads = few_leads;
    snprintf(s->folder, sizeof s->folder, "standings-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/a.db", s->folder);
    open_store(s);
    ok(&s->f.w, as_store_keep_pack(s->f.w.store, "inbound", &s->f.d.source, T0, &s->f.w.error));
    give_leads(s, 0, leads);
}

static unsigned files(const struct shelf *s, char *one, size_t room)
{
    unsigned n = 0;
    DIR *folder = opendir(s->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strstr(entry->d_name, "-standings-") != NULL) {
            snprintf(one, room, "%s/%.150s", s->folder, entry->d_name);
            n++;
        }
    closedir(folder);
    return n;
}

static void shelf_close(struct shelf *s)
{
    close_store(s);
    remove_folder(s->folder);
}

/* --- deciding --- */

static struct as_standing decided_by_chance(const struct as_prior *prior, int64_t at)
{
    static const enum as_stage stages[] = {AS_STAGE_NURTURE, AS_STAGE_WORTH_A_CALL, AS_STAGE_SALES_READY,
                                           AS_STAGE_DISQUALIFIED};
    struct as_standing s = {.stage = prior->stage,
                            .prior_stage = prior->stage,
                            .furthest = prior->furthest,
                            .verdicts = prior->verdicts,
                            .grade = prior->grade,
                            .outside = prior->outside,
                            .attention = prior->attention,
                            .blocked = prior->blocked,
                            .recycles = prior->recycles,
                            .disqualifier = prior->decided && prior->disqualifier != AS_NO_INDEX,
                            .persona = prior->decided && prior->persona != AS_NO_INDEX,
                            .entered = prior->entered,
                            .recycled = prior->recycled,
                            .cool_off = prior->cool_off};
    if (!prior->decided) {
        s.outside = pick(4) == 0;
        s.recycled = s.cool_off = AS_TIME_NONE;
        s.furthest = s.stage = AS_STAGE_NURTURE;
        s.entered = at;
    }
    switch (pick(24)) {
    case 0:
        s.stage = (uint8_t)stages[pick(4)];
        s.entered = at;
        break;
    case 1:
        s.verdicts ^= (uint16_t)pick(64);
        break;
    case 2:
        s.persona ^= 1;
        s.attention ^= 1;
        break;
    case 3:
        s.recycles++;
        s.recycled = at;
        s.cool_off = at + (int64_t)pick(20) * DAY;
        break;
    case 4:
        s.disqualifier ^= 1;
        s.blocked ^= 1;
        break;
    case 5:
        s.outside ^= 1;
        break;
    case 6:
        s.grade = (uint16_t)(1 + pick(3));
        break;
    }
    return s;
}

static struct as_dataset *loaded_part(struct shelf *s, int64_t now)
{
    struct world *w = &s->f.w;
    struct as_dataset *d;
    struct as_snapshot_request request = {
        .at = now, .known_at = now, .lead_ids = s->chosen, .lead_count = s->chosen_n};
    ok(w, as_store_snapshot(&d, w->store, w->schema, &request, &w->error));
    ok(w, as_store_load_priors(d, w->store, s->f.d.pack, &w->error));
    return d;
}

static struct as_dataset *loaded(struct shelf *s, bool part, int64_t now)
{
    struct world *w = &s->f.w;
    struct as_dataset *all = snapshot(w, now, now);
    if (part) {
        s->chosen_n = 0;
        for (uint32_t row = 0; row < all->leads; row++)
            /* Who is new, or was another's, is always chosen. */
            if (pick(16) == 0 || !s->known[all->lead_id[row]])
                s->chosen[s->chosen_n++] = all->lead_id[row];
        as_dataset_free(all);
        return loaded_part(s, now);
    }
    ok(w, as_store_load_priors(all, w->store, s->f.d.pack, &w->error));
    return all;
}

static bool is_kept(struct shelf *s)
{
    struct as_kept *kept;
    ok(&s->f.w, as_store_kept(&kept, s->f.w.store, "inbound", s->f.d.model, &s->f.w.error));
    as_kept_free(kept);
    return kept != NULL;
}

static void note_run(struct shelf *s, const struct as_dataset *d, int64_t now)
{
    struct as_dataset *all = snapshot(&s->f.w, now, now);
    bool visible[IDS] = {false};
    for (uint32_t row = 0; row < all->leads; row++)
        visible[all->lead_id[row]] = true;
    for (int i = 0; i < IDS; i++)
        s->known[i] = s->known[i] && visible[i];
    for (uint32_t row = 0; row < d->leads; row++) {
        s->known[d->lead_id[row]] = true;
        s->due[d->lead_id[row]] = 0;
    }
    s->learnt = true;
    as_dataset_free(all);
}

/* Days as a plan would give them, for leads that stand as they did. */
static void learn_days(struct shelf *s, bool part, int64_t now)
{
    struct world *w = &s->f.w;
    struct as_dataset *d = loaded(s, part, now);
    struct as_standing_row rows[IDS];
    int32_t days[IDS];
    int64_t model_id;
    bool found;
    memset(rows, 0, sizeof rows);
    struct as_standings_news news = {.row = rows, .whole = !part, .not_before = days};
    for (uint32_t row = 0; row < d->leads; row++) {
        s->due[d->lead_id[row]] = days[row] = (int32_t)pick(30);
        if (part) {
            rows[news.n].lead = d->lead_id[row];
            rows[news.n].prior = *as_prior_at(d, 0, row);
            rows[news.n++].due = days[row];
        }
    }
    ok(w, as_sql_get(&model_id, &found, w->store, &w->error, "SELECT id FROM model", ""));
    ok(w, as_store_begin(w->store, &w->error));
    ok(w,
       as_standings_keep(w->store, &(struct as_run_record){.known_at = now}, model_id, d, &news, &w->error));
    ok(w, as_store_commit(w->store, &w->error));
    as_dataset_free(d);
}

static void run(struct shelf *s, bool part, int64_t now)
{
    struct world *w = &s->f.w;
    ok(w, as_store_lock(w->store, "test", 0, &w->error));
    struct as_dataset *d = loaded(s, part, now);
    struct as_standing *standings = calloc(d->leads + 1, sizeof *standings);
    assert_non_null(standings);
    for (uint32_t row = 0; row < d->leads; row++)
        standings[row] = decided_by_chance(as_prior_at(d, 0, row), now);
    begin(&s->f, now);
    store_decided(&s->f, d, standings, &(struct as_reasons){.why = NULL});
    ok(w, as_store_run_end(w->store, &s->f.run, NULL, now, &w->error));
    ok(w, as_store_commit(w->store, &w->error));
    note_run(s, d, now);
    s->decided = d->leads == 0 ? 1 : d->lead_id[pick(d->leads)];
    free(standings);
    as_dataset_free(d);
    if (is_kept(s) && pick(2) == 0)
        learn_days(s, pick(4) != 0, now);
    as_store_unlock(w->store);
}

/* --- comparing --- */

static const char *label(const struct as_dataset *d, uint32_t code)
{
    return code == AS_NO_INDEX ? "" : as_intern_text(d->labels, code).p;
}

/* A row that is named as alike has all the same but who decided and who owns. */
static void is_alike(const struct as_dataset *all, uint32_t row)
{
    if (all->prior_alike == NULL || all->prior_alike[0].row == NULL)
        return;
    struct as_prior own = all->prior[0][row], like = all->prior[0][all->prior_alike[0].row[row]];
    own.decision = like.decision = 0;
    own.owner = like.owner = AS_NO_INDEX;
    assert_memory_equal(&own, &like, sizeof own);
}

static void same_priors(const struct as_dataset *a, const struct as_dataset *b, unsigned round, int step)
{
    assert_int_equal(a->leads, b->leads);
    for (uint32_t row = 0; row < a->leads; row++) {
        const struct as_prior *x = as_prior_at(a, 0, row), *y = as_prior_at(b, 0, row);
        is_alike(a, row);
        is_alike(b, row);
        if (x->decided != y->decided ||
            (x->decided &&
             (x->stage != y->stage || x->furthest != y->furthest || x->grade != y->grade ||
              x->verdicts != y->verdicts || x->blocked != y->blocked || x->entered != y->entered ||
              x->recycled != y->recycled || x->cool_off != y->cool_off || x->recycles != y->recycles ||
              x->outside != y->outside || x->attention != y->attention || x->decision != y->decision ||
              strcmp(label(a, x->disqualifier), label(b, y->disqualifier)) != 0 ||
              strcmp(label(a, x->persona), label(b, y->persona)) != 0)) ||
            x->owner != y->owner)
            fail_msg("round %u, step %d: lead #%lld does not stand where its last decision left it", round,
                     step, (long long)a->lead_id[row]);
    }
}

static bool is_among(const struct as_id_list *ids, size_t *at, int64_t lead)
{
    assert_true(*at == ids->n || ids->at[*at] >= lead);
    if (*at == ids->n || ids->at[*at] != lead)
        return false;
    ++*at;
    return true;
}

/* What the decisions say of everybody, against what is asked of the files. */
static void same_answers(struct shelf *s, const struct as_kept *kept, const struct as_dataset *all,
                         int64_t now)
{
    struct world *w = &s->f.w;
    struct as_id_list due, timed;
    struct as_tally tally;
    size_t in_due = 0, in_timed = 0;
    int32_t day = (int32_t)pick(30);
    int64_t since = now - pick(5) * DAY, after = now - 3 * DAY, until = now + pick(4) * DAY;
    struct as_dataset *part = loaded(s, true, now);
    uint64_t others = 0, counted = 0;
    int32_t *days = malloc((all->leads + (size_t)1) * sizeof *days);
    for (uint32_t row = 0; row < all->leads; row++)
        days[row] = row % 7 == 0 ? 3 : AS_DAY_NEVER;
    as_kept_days(days, kept, all->lead_id, all->leads);
    int32_t *own_days;
    ok(w, as_kept_own_days(&own_days, kept, all->lead_id, all->leads, &w->error));
    ok(w, as_kept_due(&due, kept, day, &w->error));
    ok(w, as_kept_timed(&timed, kept, since, after, until, &w->error));
    ok(w, as_kept_others(&tally, kept, w->store, part, &w->error));
    for (uint32_t row = 0; row < part->leads; row++) {
        const int64_t lead = part->lead_id[row];
        assert_int_equal(part->prior_day[0][row], s->known[lead] ? s->due[lead] : AS_PRIOR_UNCOUNTED);
    }
    for (uint32_t row = 0; row < all->leads; row++) {
        const struct as_prior *prior = as_prior_at(all, 0, row);
        int64_t lead = all->lead_id[row];
        bool known = s->known[lead], chosen = false;
        int32_t own = known ? s->due[lead] : 0;
        assert_int_equal(days[row], row % 7 == 0 && own > 3 ? 3 : own);
        assert_int_equal(own_days[row], own);
        assert_int_equal(is_among(&due, &in_due, lead), known && s->due[lead] <= day);
        assert_int_equal(is_among(&timed, &in_timed, lead),
                         known && prior->decided &&
                             (prior->entered >= since || prior->recycled >= since ||
                              (prior->cool_off > after && prior->cool_off <= until)));
        for (uint32_t i = 0; i < part->leads; i++)
            chosen |= part->lead_id[i] == lead;
        if (chosen || !prior->decided)
            continue;
        others++;
        bool found = false;
        for (size_t i = 0; i < tally.n; i++) {
            struct as_tally_row *t = &tally.at[i];
            if (t->stage == prior->stage && t->outside == prior->outside &&
                t->attention == prior->attention && t->blocked == prior->blocked &&
                t->grade == prior->grade && t->verdicts == prior->verdicts &&
                (t->disqualifier != 0) == (prior->disqualifier != AS_NO_INDEX) && t->leads > 0) {
                t->leads--;
                found = true;
                break;
            }
        }
        assert_true(found);
        counted++;
    }
    for (size_t i = 0; i < tally.n; i++)
        assert_int_equal(tally.at[i].leads, 0);
    assert_int_equal(others, counted);
    assert_int_equal(in_due, due.n);
    assert_int_equal(in_timed, timed.n);
    free(days);
    free(own_days);
    free(due.at);
    free(timed.at);
    free(tally.at);
    as_dataset_free(part);
}

/* The others are the same where the part was read when its files were gone. */
static void same_others(struct shelf *s, const struct as_kept *kept, const struct as_dataset *part,
                        const struct as_dataset *without_files)
{
    struct world *w = &s->f.w;
    struct as_tally tally, same;
    assert_non_null(part->prior_day[0]);
    assert_null(without_files->prior_day[0]);
    ok(w, as_kept_others(&tally, kept, w->store, part, &w->error));
    ok(w, as_kept_others(&same, kept, w->store, without_files, &w->error));
    assert_int_equal(tally.n, same.n);
    for (size_t i = 0; i < tally.n; i++) {
        assert_int_equal(tally.at[i].leads, same.at[i].leads);
        assert_int_equal(tally.at[i].stage, same.at[i].stage);
        assert_int_equal(tally.at[i].verdicts, same.at[i].verdicts);
    }
    free(tally.at);
    free(same.at);
}

/* Of anybody, also of leads that were merged into others or erased since. */
static void last_decisions_are_the_last(struct shelf *s)
{
    struct world *w = &s->f.w;
    for (int i = 0; i < 20; i++) {
        int64_t lead = 1 + (int64_t)pick(pick(2) ? MANY : IDS), said, last, by_sql;
        bool found;
        ok(w, as_sql_get(&last, &found, w->store, &w->error,
                         "SELECT coalesce(max(id), 0) FROM decision WHERE model_id = 1 AND lead_id = ?", "i",
                         lead));
        ok(w, as_last_decision(&said, w->store, 1, lead, &w->error));
        ok(w, as_sql_get(&by_sql, &found, w->store, &w->error, "SELECT last_decision(1, ?)", "i", lead));
        assert_int_equal(said, last);
        assert_int_equal(found ? by_sql : 0, last);
    }
}

static void compare(struct shelf *s, unsigned round, int step, int64_t now)
{
    struct world *w = &s->f.w;
    struct as_dataset *by_file = loaded(s, false, now), *part = loaded(s, true, now);
    struct as_kept *kept;
    ok(w, as_store_kept(&kept, w->store, "inbound", s->f.d.model, &w->error));
    last_decisions_are_the_last(s);
    ok(w, as_store_begin(w->store, &w->error));
    ok(w, as_standings_forget(w->store, &w->error));
    struct as_dataset *by_decisions = loaded(s, false, now), *same = loaded_part(s, now);
    last_decisions_are_the_last(s);
    as_store_rollback(w->store);
    same_priors(by_file, by_decisions, round, step);
    same_priors(part, same, round, step);
    if (kept != NULL)
        same_others(s, kept, part, same);
    if (kept != NULL && s->learnt)
        same_answers(s, kept, by_decisions, now);
    as_kept_free(kept);
    as_dataset_free(by_file);
    as_dataset_free(by_decisions);
    as_dataset_free(part);
    as_dataset_free(same);
}

static unsigned layers_of(struct shelf *s)
{
    return (unsigned)strtoul(cell(&s->f.w, "SELECT coalesce(max(length(layers)), 0) / 8 FROM standing_file"),
                             NULL, 10);
}

static void files_say_what_the_last_decisions_say(void **state)
{
    (void)state;
    unsigned rows_over_layers = 0; /* seldom: what a run adds is mostly more than FEW */
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct shelf s;
        unsigned kept = 0, over = 0, rows = 0, layers = 0;
        seed = UINT64_C(0x9E3779B97F4A7C15) * (round + 5);
        unsigned many = round + 1 == ROUNDS ? VERY_MANY : MANY;
        shelf_open(&s, many, round % 2 == 0 ? AS_FEW_LEADS : FEW);
        for (int step = 0; step < STEPS; step++) {
            int64_t now = T0 + step * DAY;
            s.f.w.options.now = now;
            import_by_chance(&s.f.w);
            if (pick(3) == 0)
                give_leads(&s, many + (unsigned)step * 4, 1 + pick(3));
            for (unsigned i = pick(4); i > 0; i--) {
                if (pick(3) == 0)
                    as_store_unmerge(s.f.w.store, 1 + pick(many), "test", now, &s.f.w.error);
                else
                    as_store_merge(s.f.w.store, 1 + pick(many), pick(2) ? s.decided : 1 + pick(many), "test",
                                   now, &s.f.w.error);
                as_error_clear(&s.f.w.error);
            }
            if (pick(8) == 0) {
                struct as_erased erased;
                as_store_erase(&erased, s.f.w.store, 1 + pick(many), now, &s.f.w.error);
                as_error_clear(&s.f.w.error);
                as_store_unlock(s.f.w.store);
            }
            bool part = is_kept(&s) && pick(s.few_leads == FEW ? 8 : 3) != 0;
            run(&s, part, now);
            kept += is_kept(&s);
            const unsigned n = layers_of(&s);
            layers = n > layers ? n : layers;
            bool some = strcmp(cell(&s.f.w, "SELECT EXISTS(SELECT 1 FROM recent_standing)"), "1") == 0;
            rows += some;
            over += some || n > 0;
            compare(&s, round, step, now);
            if (pick(6) == 0) {
                char path[400];
                assert_true(files(&s, path, sizeof path) <= 2 + layers_of(&s));
                assert_int_equal(unlink(path), 0);
                assert_false(is_kept(&s));
                compare(&s, round, step, now);
            }
        }
        assert_true(kept > STEPS / 2);
        assert_true(over > STEPS / 6);
        assert_true(rows > 0 || s.few_leads == FEW);
        rows_over_layers += s.few_leads == FEW ? rows : 0;
        assert_true(layers >= (s.few_leads == FEW ? 2 : many == VERY_MANY));
        uint32_t findings;
        ok(&s.f.w, as_store_check(s.f.w.store, NULL, NULL, &findings, &s.f.w.error));
        shelf_close(&s);
    }
    assert_true(rows_over_layers > 0);
}

static void names_standings(void *context, const char *text)
{
    *(int *)context += strstr(text, "-standings-") != NULL;
}

static int damaged(struct shelf *s)
{
    int found = 0;
    uint32_t findings;
    ok(&s->f.w, as_store_check(s->f.w.store, names_standings, &found, &findings, &s->f.w.error));
    return found;
}

static void a_file_that_says_something_else_is_found(void **state)
{
    (void)state;
    struct shelf s;
    char path[400];
    seed = 17;
    shelf_open(&s, MANY, FEW);
    run(&s, false, T0);
    assert_int_equal(damaged(&s), 0);
    ok(&s.f.w, as_sql_do(s.f.w.store, &s.f.w.error,
                         "UPDATE decision SET recycles = 7 WHERE id = (SELECT max(id) FROM decision)", ""));
    assert_int_equal(damaged(&s), 1);
    ok(&s.f.w, as_store_begin(s.f.w.store, &s.f.w.error));
    ok(&s.f.w, as_standings_forget(s.f.w.store, &s.f.w.error));
    ok(&s.f.w, as_store_commit(s.f.w.store, &s.f.w.error));
    assert_int_equal(damaged(&s), 0);
    run(&s, false, T0 + DAY);
    assert_true(files(&s, path, sizeof path) >= 2);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, (long)as_pages_round(sizeof(struct as_standing_head)) + 1, SEEK_SET);
    fputc(0x5a, file);
    fclose(file);
    assert_int_equal(damaged(&s), 1);
    shelf_close(&s);
}

/* So that a run on what was restored need not decide everybody. */
static void a_backup_has_the_standings(void **state)
{
    (void)state;
    struct shelf s;
    seed = 23;
    shelf_open(&s, MANY, FEW);
    run(&s, false, T0);
    assert_true(is_kept(&s));
    char path[sizeof s.path], one[400];
    unsigned n = files(&s, one, sizeof one);
    assert_true(n > 0);
    snprintf(path, sizeof path, "%s/b.db", s.folder);
    ok(&s.f.w, as_store_backup(s.f.w.store, path, &s.f.w.error));
    assert_int_equal(files(&s, one, sizeof one), 2 * n);
    close_store(&s);
    snprintf(s.path, sizeof s.path, "%s", path);
    open_store(&s);
    assert_true(is_kept(&s));
    assert_int_equal(damaged(&s), 0);
    shelf_close(&s);
}

/* kill -9 while runs write: what the files say afterwards is what the last decisions say. */
static void a_process_that_is_killed_leaves_nothing_wrong(void **state)
{
    (void)state;
    struct shelf s;
    seed = 4242;
    shelf_open(&s, MANY, FEW);
    for (int kill_n = 0; kill_n < KILLS; kill_n++) {
        int gate[2];
        close_store(&s);
        assert_int_equal(pipe(gate), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            open_store(&s);
            if (write(gate[1], "x", 1) != 1)
                _exit(1);
            for (int64_t i = 0;; i++)
                run(&s, is_kept(&s) && i % 3 != 0, T0 + kill_n * DAY + i);
        }
        kill_after(child, gate, 60000);
        open_store(&s);
        for (int64_t id = 1; id <= MANY; id++)
            s.known[id] = is_kept(&s);
        s.learnt = false;
        compare(&s, 0, kill_n, T0 + (kill_n + 1) * DAY);
        run(&s, is_kept(&s), T0 + kill_n * DAY + DAY / 2);
        assert_true(is_kept(&s));
        assert_int_equal(damaged(&s), 0);
    }
    shelf_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_say_what_the_last_decisions_say),
        cmocka_unit_test(a_file_that_says_something_else_is_found),
        cmocka_unit_test(a_backup_has_the_standings),
        cmocka_unit_test(a_process_that_is_killed_leaves_nothing_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
