/* kill -9 at random moments of the real program's imports and runs. Each round copies a prepared database
 * with the files beside it, starts a step, kills it, and asks: is the database whole, is what it holds of the
 * facts and of each pack all of the step or nothing of it, has every decision its effects, and does the same
 * command once more end where an undisturbed one does? A kill that comes after the end is a round like any
 * other: nothing here depends on how fast the machine is.
 *
 * Usage: killed_steps FOLDER_OF_ASSAY FOLDER_OF_PACKS [ROUNDS [SEED]], both folders absolute. */
#include "base/text.h"
#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_DAY "2026-06-23" /* the demo's days are fixed */
#define LAST_DAY  "2026-06-30"

enum { MOST_WORDS = 10, MOST_SECTIONS = 3 };

/* In this order; those with a name are killed. Commands run in the folder of the database. */
static const struct step {
    const char *name;
    const char *words[MOST_WORDS + 1];
} steps[] = {
    {NULL, {"import", "users", "../demo/users.csv", "--at", FIRST_DAY}},
    {NULL, {"import", "content", "../demo/content.csv", "--at", FIRST_DAY}},
    {NULL,
     {"import", "accounts", "../demo/accounts.csv", "--at", FIRST_DAY, "--pack", "../packs/inbound", "--pack",
      "../packs/enterprise-abm"}},
    {"import leads", {"import", "leads", "../demo/leads.csv", "--at", FIRST_DAY}},
    {"import events", {"import", "events", "../demo/events.csv", "--at", FIRST_DAY}},
    {NULL, {"import", "answers", "../demo/answers.csv", "--at", FIRST_DAY}},
    {NULL, {"import", "consent", "../demo/consent.csv", "--at", FIRST_DAY}},
    {NULL, {"run", "../packs/inbound", "../packs/enterprise-abm", "--at", FIRST_DAY, "--baseline"}},
    {NULL, {"import", "events", "../demo/events-last-week.csv", "--at", LAST_DAY}},
    {NULL, {"import", "answers", "../demo/answers-last-week.csv", "--at", LAST_DAY}},
    {"run", {"run", "../packs/inbound", "../packs/enterprise-abm", "--at", LAST_DAY}},
};
enum { STEPS = sizeof steps / sizeof *steps };

/* Everything that is stored together: the facts, or one pack's decisions with their effects. */
struct section {
    char name[32];
    struct as_buf rows;
};

struct contents {
    struct section sections[MOST_SECTIONS];
    int count;
};

struct killed {
    char assay[1024], demo[1024], folder[64];
    uint64_t chance;
    double seconds[STEPS]; /* that a step takes undisturbed; 0 when it is not killed */
    struct contents before[STEPS], after[STEPS];
};

/* The first column names the section. Without numbers of runs and batches, which count attempts, and without
 * the machine's clock: everything else is to be the same. */
static const char *const contents_queries[] = {
    "SELECT 'facts', 'account', * FROM account ORDER BY id",
    "SELECT 'facts', 'lead', * FROM lead ORDER BY id",
    "SELECT 'facts', 'identity', * FROM identity ORDER BY system, value",
    "SELECT 'facts', 'source', * FROM field_source ORDER BY level, row_id, field_id",
    "SELECT 'facts', 'history', * FROM field_history ORDER BY id",
    "SELECT 'facts', 'event', id, lead_id, account_id, kind_id, time, known_at, hash, source_id, "
    "external_id, "
    "domain, content, campaign FROM event ORDER BY id",
    "SELECT 'facts', 'property', * FROM event_value ORDER BY property_id, event_id",
    "SELECT 'facts', 'answer', id, lead_id, account_id, question, value, manner, voice, time, known_at FROM "
    "answer ORDER BY id",
    "SELECT m.pack, 'decision', m.name, d.lead_id, d.stage, d.prior_stage, d.furthest, d.cause, d.why, d.by, "
    "d.grade, d.verdicts, d.prior_verdicts, d.outside, d.attention, d.blocked, d.disqualifier, d.persona, "
    "d.recycles, d.entered, d.recycled, d.cool_off, d.facts_hash, l.score, l.value, l.low, l.high, "
    "l.entries, "
    "l.open FROM decision d JOIN model m ON m.id = d.model_id LEFT JOIN ledger l ON l.decision_id = d.id "
    "ORDER BY d.id, l.score",
    "SELECT m.pack, 'moved', m.name, h.lead_id, h.from_stage, h.to_stage, h.cause, h.time, h.left_at FROM "
    "stage_history h JOIN model m ON m.id = h.model_id ORDER BY h.decision_id",
    "SELECT m.pack, 'stands', m.name, s.lead_id, s.stage, s.furthest, s.grade, s.verdicts, s.outside, "
    "s.blocked, s.persona, s.recycles, s.entered FROM standing s JOIN model m ON m.id = s.model_id ORDER BY "
    "m.id, s.lead_id",
    "SELECT m.pack, 'score', m.name, s.name, v.lead_id, v.value, v.low, v.high FROM score_value v JOIN score "
    "s ON s.id = v.score_id JOIN model m ON m.id = s.model_id ORDER BY s.id, v.lead_id",
    "SELECT pack, 'assigned', model, lead_id, user, route, reason, time FROM assignment ORDER BY id",
    "SELECT pack, 'handed over', model, lead_id, owner, offered, state, answered, reason FROM handoff ORDER "
    "BY id",
    "SELECT pack, 'task', key, text, role, owner, play, lead_id, account_id, created, due FROM task ORDER BY "
    "key",
    "SELECT pack, 'message', key, kind, lead_id, account_id, at, payload, destination, state, tries, due, "
    "note FROM outbox ORDER BY key",
    "SELECT e.pack, 'track', e.lead_id, e.track, e.persona, e.entered, e.step, e.due, e.ended, p.time, "
    "p.step, p.due, p.ended FROM enrolment e LEFT JOIN enrolment_step p ON p.enrolment_id = e.id ORDER BY "
    "e.id, p.time, p.step",
    "SELECT DISTINCT pack, 'ran', pack_hash, at, known_at, baseline, held, leads FROM run ORDER BY pack, at",
};

/* Each names what must not be. */
static const char *const faults_queries[] = {
    "SELECT 'decision of another stage without its move', id FROM decision d WHERE stage IS NOT prior_stage "
    "AND NOT EXISTS (SELECT 1 FROM stage_history h WHERE h.decision_id = d.id)",
    "SELECT 'move without its decision', decision_id FROM stage_history h WHERE NOT EXISTS (SELECT 1 FROM "
    "decision d WHERE d.id = h.decision_id AND d.stage = h.to_stage AND d.prior_stage IS h.from_stage)",
    "SELECT 'lead decided twice in a run', lead_id, run_id FROM decision GROUP BY run_id, model_id, lead_id "
    "HAVING count(*) > 1",
    "SELECT 'decision that does not follow the one before', id FROM (SELECT id, prior_id, lag(id) OVER "
    "(PARTITION BY lead_id, model_id ORDER BY id) AS before FROM decision) WHERE prior_id IS NOT before",
    "SELECT 'decision without its ledger', d.id FROM decision d WHERE (SELECT count(*) FROM ledger l WHERE "
    "l.decision_id = d.id) <> (SELECT count(*) FROM score s WHERE s.model_id = d.model_id)",
    "SELECT 'hand-off without its message', h.lead_id FROM handoff h WHERE NOT EXISTS (SELECT 1 FROM outbox "
    "o "
    "WHERE o.kind = 'handoff' AND o.run_id = h.run_id AND o.lead_id = h.lead_id)",
    "SELECT 'message of a hand-off that is not', o.key FROM outbox o WHERE o.kind = 'handoff' AND NOT EXISTS "
    "(SELECT 1 FROM handoff h WHERE h.run_id = o.run_id AND h.lead_id = o.lead_id)",
    "SELECT 'new owner without a message', a.lead_id FROM assignment a JOIN run r ON r.id = a.run_id WHERE "
    "r.baseline = 0 AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.kind = 'assign' AND o.run_id = a.run_id "
    "AND o.lead_id = a.lead_id)",
    "SELECT 'effect made twice', max(key) FROM outbox GROUP BY pack, kind, lead_id, account_id, at, payload, "
    "destination HAVING count(*) > 1",
};

/* SplitMix64 (Steele, Lea and Flood 2014), as a part of one. */
static double draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void sleep_seconds(double seconds)
{
    struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

/* What cannot happen where the disk and the memory are fine; the folder stays for whoever looks. */
static _Noreturn void give_up(const char *what, const char *which)
{
    fprintf(stderr, "killed_steps: %s: %s\n", which, what);
    exit(3);
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 16];
    ssize_t n;
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        give_up(strerror(errno), from);
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        if (write(out, bytes, (size_t)n) != n)
            give_up(strerror(errno), to);
    if (n < 0 || close(in) != 0 || close(out) != 0)
        give_up(strerror(errno), from);
}

/* Removes the files of a folder, and copies those of another into it unless that is NULL. */
static void fill_folder(const char *to, const char *from)
{
    const char *const folders[] = {to, from};
    if (mkdir(to, 0700) != 0 && errno != EEXIST)
        give_up(strerror(errno), to);
    for (int i = 0; i < 2 && folders[i] != NULL; i++) {
        DIR *all = opendir(folders[i]);
        if (all == NULL)
            give_up(strerror(errno), folders[i]);
        for (const struct dirent *file; (file = readdir(all)) != NULL;) {
            char path[512], target[512];
            snprintf(path, sizeof path, "%s/%s", folders[i], file->d_name);
            snprintf(target, sizeof target, "%s/%s", to, file->d_name);
            if (file->d_name[0] == '.')
                continue;
            if (i == 1)
                copy_file(path, target);
            else if (unlink(path) != 0)
                give_up(strerror(errno), path);
        }
        closedir(all);
    }
}

/* Starts a program in a folder; what it says goes to the file `said` beside. */
static pid_t start(const char *folder, const char *program, const char *const *words)
{
    char *given[MOST_WORDS + 2] = {(char *)program};
    for (int i = 0; i < MOST_WORDS && words[i] != NULL; i++)
        given[i + 1] = (char *)words[i];
    pid_t child = fork();
    if (child < 0)
        give_up(strerror(errno), program);
    if (child == 0) {
        int said = -1;
        if (chdir(folder) == 0)
            said = open("../said", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (said < 0 || dup2(said, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0)
            _exit(126);
        execv(program, given);
        _exit(127);
    }
    return child;
}

static int wait_for(pid_t child)
{
    int how;
    while (waitpid(child, &how, 0) != child)
        if (errno != EINTR)
            give_up(strerror(errno), "waiting");
    return how;
}

/* Runs a program to its end; false, with what it said, when that is not exit code 0. */
static bool finish(const struct killed *k, const char *folder, const char *program, const char *const *words)
{
    int how = wait_for(start(folder, program, words));
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return true;
    char path[128], line[1024];
    snprintf(path, sizeof path, "%s/said", k->folder);
    fprintf(stderr, "%s %s ended with %s %d:\n", words[0], words[1], WIFEXITED(how) ? "code" : "signal",
            WIFEXITED(how) ? WEXITSTATUS(how) : WTERMSIG(how));
    FILE *said = fopen(path, "r");
    while (said != NULL && fgets(line, sizeof line, said) != NULL)
        fprintf(stderr, "    %s", line);
    if (said != NULL)
        fclose(said);
    return false;
}

static enum as_status add_row(void *context, const struct as_query_row *row, struct as_error *error)
{
    struct contents *c = context;
    int s = 0;
    while (s < c->count && strcmp(c->sections[s].name, row->texts[0]) != 0)
        s++;
    if (s == MOST_SECTIONS)
        return as_error_set(error, AS_ERR_DATA, "a pack %s that nobody ran", row->texts[0]);
    if (s == c->count)
        snprintf(c->sections[c->count++].name, sizeof c->sections[s].name, "%s", row->texts[0]);
    for (int i = 1; i < row->columns; i++)
        as_buf_printf(&c->sections[s].rows, "%s|", row->texts[i] != NULL ? row->texts[i] : "null");
    as_buf_char(&c->sections[s].rows, '\n');
    return c->sections[s].rows.failed ? as_error_memory(error) : AS_OK;
}

static enum as_status tell_row(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    ++*(int *)context;
    for (int i = 0; i < row->columns; i++)
        fprintf(stderr, "%s ", row->texts[i] != NULL ? row->texts[i] : "null");
    fputc('\n', stderr);
    return AS_OK;
}

/* What the database of a folder holds, and how much of it must not be. */
static int read_contents(struct contents *out, const char *folder)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_store *store = NULL;
    char path[128];
    int faults = 0;
    snprintf(path, sizeof path, "%s/assay.db", folder);
    enum as_status status = as_store_open(&store, path, AS_STORE_READ, &error);
    for (size_t i = 0; status == AS_OK && i < sizeof contents_queries / sizeof *contents_queries; i++)
        status = as_store_query(store, contents_queries[i], add_row, out, &error);
    for (size_t i = 0; status == AS_OK && i < sizeof faults_queries / sizeof *faults_queries; i++)
        status = as_store_query(store, faults_queries[i], tell_row, &faults, &error);
    as_store_close(store);
    if (status != AS_OK) {
        fprintf(stderr, "%s: %s\n", path, error.what);
        faults++;
    }
    return faults;
}

static void free_contents(struct contents *c)
{
    for (int i = 0; i < c->count; i++)
        as_buf_free(&c->sections[i].rows);
    *c = (struct contents){0};
}

static const char *rows_of(const struct contents *c, const char *section)
{
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->sections[i].name, section) == 0)
            return as_buf_c(&c->sections[i].rows);
    return "";
}

/* Where two texts part, for whoever looks into it. */
static void tell_difference(const char *section, const char *is, const char *wanted)
{
    size_t line = 0;
    for (size_t i = 0; is[i] == wanted[i] && is[i] != '\0'; i++)
        line = is[i] == '\n' ? i + 1 : line;
    fprintf(stderr, "%s: %.*s instead of %.*s\n", section, (int)strcspn(is + line, "\n"), is + line,
            (int)strcspn(wanted + line, "\n"), wanted + line);
}

/* Every section as it was before the step or as it is after it; of `before` NULL, as after it. */
static bool is_whole(const struct contents *held, const struct contents *before, const struct contents *after)
{
    bool whole = true;
    for (int i = 0; i < after->count; i++) {
        const char *name = after->sections[i].name, *is = rows_of(held, name), *wanted = rows_of(after, name);
        if (strcmp(is, wanted) == 0 || (before != NULL && strcmp(is, rows_of(before, name)) == 0))
            continue;
        whole = false;
        tell_difference(name, is, wanted);
    }
    return whole && held->count <= after->count;
}

/* All steps undisturbed; those that are killed keep the database as it is before them, and how it ends. */
static bool prepare(struct killed *k)
{
    char here[128], kept[128];
    const char *const make[] = {"--leads", "150", "../demo", NULL};
    snprintf(here, sizeof here, "%s/here", k->folder);
    fill_folder(here, NULL);
    if (!finish(k, here, k->demo, make))
        return false;
    for (int i = 0; i < STEPS; i++) {
        if (steps[i].name != NULL) {
            snprintf(kept, sizeof kept, "%s/before-%d", k->folder, i);
            fill_folder(kept, here);
            if (read_contents(&k->before[i], here) > 0)
                return false;
        }
        double started = clock_seconds();
        if (!finish(k, here, k->assay, steps[i].words))
            return false;
        if (steps[i].name == NULL)
            continue;
        k->seconds[i] = clock_seconds() - started;
        if (read_contents(&k->after[i], here) > 0)
            return false;
        bool changed = false;
        for (int s = 0; s < k->after[i].count; s++) {
            const char *name = k->after[i].sections[s].name;
            changed |= strcmp(rows_of(&k->before[i], name), rows_of(&k->after[i], name)) != 0;
        }
        if (!changed) {
            fprintf(stderr, "%s changes nothing: its kills would show nothing\n", steps[i].name);
            return false;
        }
    }
    return true;
}

/* Until the log of the database in a folder has grown so many times, or the process is no more. */
static void wait_for_writing(const char *folder, pid_t child, int times)
{
    char path[160];
    struct stat log;
    off_t size = 0;
    siginfo_t ended = {0};
    snprintf(path, sizeof path, "%s/assay.db-wal", folder);
    while (times > 0 && ended.si_pid == 0) {
        sleep_seconds(20e-6);
        if (stat(path, &log) == 0 && log.st_size > size) {
            size = log.st_size;
            times--;
        } else if (waitid(P_PID, (id_t)child, &ended, WEXITED | WNOHANG | WNOWAIT) != 0)
            give_up(strerror(errno), "waiting");
    }
}

/* A third of the kills come at any moment of a step, the others soon after it wrote something, mostly very
 * soon: that is where something can be torn, and it is a small part of the time. */
static void sleep_by_chance(struct killed *k, int step, const char *folder, pid_t child)
{
    int writes = (int)(draw(&k->chance) * 6) - 1;
    double part = draw(&k->chance);
    if (writes > 0)
        wait_for_writing(folder, child, writes);
    sleep_seconds((writes > 0 ? 0.2 * part * part * part : 1.2 * part) * k->seconds[step]);
}

/* One round; *hit when the process died of it. */
static bool round_of(struct killed *k, int step, bool *hit)
{
    static const char *const check[] = {"db", "check", NULL};
    struct contents held = {0}, ended = {0};
    char here[128], kept[128];
    snprintf(here, sizeof here, "%s/here", k->folder);
    snprintf(kept, sizeof kept, "%s/before-%d", k->folder, step);
    fill_folder(here, kept);
    pid_t child = start(here, k->assay, steps[step].words);
    sleep_by_chance(k, step, here, child);
    kill(child, SIGKILL);
    int how = wait_for(child);
    *hit = WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL;
    bool right = *hit || (WIFEXITED(how) && WEXITSTATUS(how) == 0);
    right = finish(k, here, k->assay, check) && right;
    right = read_contents(&held, here) == 0 && is_whole(&held, &k->before[step], &k->after[step]) && right;
    right = right && finish(k, here, k->assay, steps[step].words) && finish(k, here, k->assay, check) &&
            read_contents(&ended, here) == 0 && is_whole(&ended, NULL, &k->after[step]);
    free_contents(&held);
    free_contents(&ended);
    return right;
}

static void remove_everything(const struct killed *k)
{
    char path[128];
    for (int i = 0; i < STEPS; i++)
        if (steps[i].name != NULL) {
            snprintf(path, sizeof path, "%s/before-%d", k->folder, i);
            fill_folder(path, NULL);
            rmdir(path);
        }
    static const char *const folders[] = {"here", "demo"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", k->folder, folders[i]);
        fill_folder(path, NULL);
        rmdir(path);
    }
    snprintf(path, sizeof path, "%s/said", k->folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/packs", k->folder);
    unlink(path);
    rmdir(k->folder);
}

int main(int argc, char **argv)
{
    long rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 200;
    if (argc < 3 || argc > 5 || rounds < 1) {
        fputs("usage: killed_steps FOLDER_OF_ASSAY FOLDER_OF_PACKS [ROUNDS [SEED]]\n", stderr);
        return 2;
    }
    struct killed k = {.folder = "killed-XXXXXX"};
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    int hits[STEPS] = {0}, tries[STEPS] = {0};
    char packs[128];
    long done = 0;
    snprintf(k.assay, sizeof k.assay, "%s/assay", argv[1]);
    snprintf(k.demo, sizeof k.demo, "%s/assay-demo", argv[1]);
    k.chance = seed;
    if (mkdtemp(k.folder) == NULL)
        give_up(strerror(errno), k.folder);
    snprintf(packs, sizeof packs, "%s/packs", k.folder);
    if (symlink(argv[2], packs) != 0)
        give_up(strerror(errno), packs);
    bool right = prepare(&k);
    for (int step = 0; right && done < rounds; step = (step + 1) % STEPS) {
        if (steps[step].name == NULL)
            continue;
        bool hit = false;
        right = round_of(&k, step, &hit);
        if (!right)
            fprintf(stderr, "round %ld of seed %" PRIu64 ", %s: see %s\n", done, seed, steps[step].name,
                    k.folder);
        hits[step] += hit;
        tries[step]++;
        done++;
    }
    for (int i = 0; i < STEPS; i++) {
        free_contents(&k.before[i]);
        free_contents(&k.after[i]);
        if (tries[i] > 0)
            printf("%s: killed %d of %d times within its %.0f ms\n", steps[i].name, hits[i], tries[i],
                   k.seconds[i] * 1000);
    }
    if (right)
        remove_everything(&k);
    return right && done == rounds ? 0 : 1;
}
