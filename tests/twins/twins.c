/* Two databases that get the same news day by day. One is decided as ever, a run after the other about those
 * who have news; in the other every run decides about everybody. After each run both must hold the same:
 * stages, grades, verdicts, decisions, moves, places in tracks, owners, offers, tasks, messages, and what the
 * screen counts. News are drawn from a seed: events, changed and new leads and accounts, answers, consents,
 * touches, acts, overrides, merges and their undoing, posts, looks at programmes, an erasure now and then,
 * some of it said to be from earlier; time goes on by an hour, a day or many, or not at all.
 *
 * With `desk` most runs of the first one are made within this process, at a desk that stays open all the
 * time: what it keeps must not hide what the processes in between have written, nor that files beside the
 * database went.
 *
 * Usage: twins FOLDER_OF_ASSAY PACK,PACK… [ROUNDS [SEED [desk]]], the folder and the packs absolute. */
#include "at_desk.h"
#include "comparing.h"

#include "base/time.h"
#include "store/facts/facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEADS = 160, ACCOUNTS = 70, MOST_WORDS = 24, MOST_PACKS = 4 };

struct twins {
    char assay[1024], demo[1024], folder[64];
    char packs[1024];
    const char *pack[MOST_PACKS];
    int pack_count;
    uint64_t chance;
    int64_t now;
    int leads, accounts, files;
    int parts, runs;      /* of the one that decides a part */
    bool tries, crowded;  /* a pack has programmes; more leads than can be served */
    int left;             /* runs of a part that could not serve some, neither with an owner nor with room */
    int looks;            /* that were taken at them */
    struct at_desk *desk; /* NULL: every run is a process of its own */
    struct as_buf told;   /* the commands of this round */
};

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint32_t draw(struct twins *t, uint32_t below)
{
    uint64_t z = t->chance += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 33) % below;
}

#define ONE_OF(t, list) list[draw(t, sizeof list / sizeof *list)]

/* Runs the program in a folder to its end: its exit code, 255 for a signal. */
static int tell(const struct twins *t, const char *folder, const char *program, char *const *words)
{
    char said[256];
    snprintf(said, sizeof said, "%s/said", t->folder);
    pid_t child = fork();
    if (child == 0) {
        int out = open(said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (chdir(t->folder) != 0 || chdir(folder) != 0 || out < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
            _exit(126);
        execv(program, words);
        _exit(127);
    }
    int how;
    while (waitpid(child, &how, 0) != child)
        if (errno != EINTR)
            give_up(strerror(errno), "waiting");
    return WIFEXITED(how) ? WEXITSTATUS(how) : 255;
}

static void show_said(const struct twins *t)
{
    char path[256], line[1024];
    snprintf(path, sizeof path, "%s/said", t->folder);
    FILE *said = fopen(path, "r");
    while (said != NULL && fgets(line, sizeof line, said) != NULL)
        fprintf(stderr, "    %s", line);
    if (said != NULL)
        fclose(said);
}

static const char *at_text(char out[AS_TIME_TEXT], int64_t at)
{
    return as_time_format(out, at);
}

/* Now and then files beside the database of the first one go while it is open: those of some kinds. */
static void lose_files(struct twins *t)
{
    static const char *const kinds[] = {"assay.db-events-", "assay.db-facts-", "assay.db-standings-",
                                        "assay.db-scores-"};
    char path[512];
    uint32_t lost = draw(t, 6) == 0 ? draw(t, 16) : 0;
    snprintf(path, sizeof path, "%s/some", t->folder);
    DIR *folder = lost != 0 ? opendir(path) : NULL;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        for (int k = 0; k < 4; k++) {
            if ((lost >> k & 1) == 0 || strncmp(entry->d_name, kinds[k], strlen(kinds[k])) != 0)
                continue;
            snprintf(path, sizeof path, "%s/some/%s", t->folder, entry->d_name);
            unlink(path);
        }
    if (folder != NULL)
        closedir(folder);
    if (lost != 0)
        as_buf_printf(&t->told, "files are lost: %u\n", lost);
}

/* The same words in both folders; `whole` is added for the one that decides about everybody. */
static void both(struct twins *t, bool runs, int64_t at, const char *const *given)
{
    char time[AS_TIME_TEXT];
    int codes[2];
    at_text(time, at);
    for (int f = 0; f < TWINS; f++) {
        char *words[MOST_WORDS + 8] = {(char *)"assay"};
        int n = 1;
        while (given[n - 1] != NULL && n < MOST_WORDS) {
            words[n] = (char *)given[n - 1];
            n++;
        }
        words[n++] = (char *)"--at";
        words[n++] = time;
        if (runs && f == 1)
            words[n++] = (char *)"--whole";
        words[n] = NULL;
        for (int i = 0; i < n && f == 0; i++)
            as_buf_printf(&t->told, "%s%c", words[i], i + 1 < n ? ' ' : '\n');
        if (runs && f == TWIN_SOME && t->desk != NULL && draw(t, 4) != 0) {
            lose_files(t);
            codes[f] = at_desk_run(t->desk, at);
        } else
            codes[f] = tell(t, twin_folder((enum twin)f), t->assay, words);
        /* What a pack does not know may be refused: by both. */
        if ((runs ? codes[f] > 0 : codes[f] > 3) || (f == 1 && codes[1] != codes[0])) {
            for (int i = 0; i < n; i++)
                fprintf(stderr, "%s ", words[i]);
            fprintf(stderr, "failed in %s/%s:\n", t->folder, twin_folder((enum twin)f));
            show_said(t);
            exit(1);
        }
    }
}
#define BOTH(t, at, ...) both(t, false, at, (const char *const[]){__VA_ARGS__, NULL})

/* --- news --- */

static FILE *new_file(struct twins *t, char path[128], const char *head)
{
    char full[256];
    snprintf(path, 128, "../news-%d.csv", ++t->files);
    snprintf(full, sizeof full, "%s/some/%s", t->folder, path);
    FILE *file = fopen(full, "w");
    if (file == NULL)
        give_up(strerror(errno), full);
    fprintf(file, "%s\n", head);
    return file;
}

static void take_in(struct twins *t, const char *kind, FILE *file, const char *path, int64_t at)
{
    if (fclose(file) != 0)
        give_up(strerror(errno), path);
    BOTH(t, at, "import", kind, path);
}

static void events(struct twins *t, int64_t at)
{
    static const char *const kinds[] = {"page_view",  "page_view",    "whitepaper",  "webinar",
                                        "case_study", "pricing_view", "demo_request"};
    char path[128], time[AS_TIME_TEXT];
    FILE *file = new_file(t, path, "id,at,kind,lead_id");
    for (uint32_t i = 0, n = 1 + draw(t, 8); i < n; i++)
        fprintf(file, "N%d-%u,%s,%s,L%06u\n", t->files, i, at_text(time, at - draw(t, 5 * 86400)),
                ONE_OF(t, kinds), draw(t, (uint32_t)t->leads));
    take_in(t, "events", file, path, at);
}

static void leads(struct twins *t, int64_t at)
{
    static const char *const titles[] = {"Head of operations", "Student", "Procurement Manager",
                                         "VP Supply Chain",    "Clown",   ""};
    char path[128];
    FILE *file = new_file(t, path, "id,email,title,account_id,country");
    for (uint32_t i = 0, n = 1 + draw(t, 3); i < n; i++) {
        uint32_t lead = draw(t, 4) == 0 ? (uint32_t)t->leads++ : draw(t, (uint32_t)t->leads);
        fprintf(file, "L%06u,,%s,", lead, ONE_OF(t, titles));
        if (draw(t, 2) == 0)
            fprintf(file, "A%05u", draw(t, (uint32_t)t->accounts));
        fprintf(file, ",%s\n", draw(t, 2) == 0 ? "DE" : "");
    }
    take_in(t, "leads", file, path, at);
}

static void accounts(struct twins *t, int64_t at)
{
    static const char *const industries[] = {"Logistics", "Manufacturing", "Healthcare", ""};
    char path[128];
    FILE *file = new_file(t, path, "id,name,industry,employees,country,do_not_contact");
    for (uint32_t i = 0, n = 1 + draw(t, 2); i < n; i++) {
        uint32_t account = draw(t, 6) == 0 ? (uint32_t)t->accounts++ : draw(t, (uint32_t)t->accounts);
        fprintf(file, "A%05u,Company %u,%s,%u,DE,%s\n", account, account, ONE_OF(t, industries),
                draw(t, 3000), draw(t, 5) == 0 ? "yes" : "no");
    }
    take_in(t, "accounts", file, path, at);
}

static void record(struct twins *t, int64_t at)
{
    static const char *const acts[][4] = {{"answer", "need=acknowledged", NULL},
                                          {"answer", "need=confirmed", NULL},
                                          {"answer", "buying_role=decides", NULL},
                                          {"answer", "evaluating=true", NULL},
                                          {"touch", "email", NULL},
                                          {"touch", "call", "outcome=reached", NULL},
                                          {"consent", "email", "denied", NULL},
                                          {"consent", "email", "granted", NULL},
                                          {"consent", "tracking", "denied", NULL},
                                          {"override", "stage=nurture", "--reason=drawn", NULL},
                                          {"override", "none", "--reason=drawn", NULL},
                                          {"accepted", NULL},
                                          {"rejected", "--reason=drawn", NULL},
                                          {"lost", NULL}};
    char who[16];
    const char *const *act = acts[draw(t, sizeof acts / sizeof *acts)];
    snprintf(who, sizeof who, "L%06u", draw(t, LEADS));
    BOTH(t, at, "record", who, act[0], act[1], act[1] == NULL ? NULL : act[2], NULL);
}

static void company_answer(struct twins *t, int64_t at)
{
    static const char *const answers[] = {"process=committee", "funds_access=true", "funds_commit=true"};
    char who[16], by[64], day[AS_TIME_TEXT];
    snprintf(who, sizeof who, "A%05u", draw(t, ACCOUNTS));
    snprintf(by, sizeof by, "decision_by=%s", as_day_format(day, as_day_of(at) + 5 + draw(t, 60)));
    const char *answer = draw(t, 2) == 0 ? by : ONE_OF(t, answers);
    BOTH(t, at, "record", "--account", who, "answer", answer);
}

/* Within this process, as `assay merge` does it. */
static void in_both(struct twins *t, const char *what,
                    enum as_status (*act)(struct as_store *, const int64_t *, int64_t, struct as_error *),
                    const int64_t *leads, int64_t at)
{
    enum as_status ended[TWINS] = {AS_OK, AS_OK};
    for (int f = 0; f < TWINS; f++) {
        char path[256];
        struct as_error error = AS_ERROR_INIT;
        struct as_store *store = NULL;
        snprintf(path, sizeof path, "%s/%s/assay.db", t->folder, twin_folder((enum twin)f));
        if (as_store_open(&store, path, AS_STORE_WRITE, &error) != AS_OK)
            give_up(error.what, path);
        ended[f] = act(store, leads, at, &error);
        as_store_close(store);
    }
    as_buf_printf(&t->told, "%s #%" PRId64 " #%" PRId64 "%s\n", what, leads[0], leads[1],
                  ended[0] == AS_OK ? "" : ": refused");
    if (ended[0] != ended[1])
        give_up("refused in one only", what);
}

static enum as_status do_merge(struct as_store *store, const int64_t *leads, int64_t at,
                               struct as_error *error)
{
    return as_store_merge(store, leads[0], leads[1], "drawn", at, error);
}

static enum as_status do_unmerge(struct as_store *store, const int64_t *leads, int64_t at,
                                 struct as_error *error)
{
    return as_store_unmerge(store, leads[1], "drawn", at, error);
}

/* Some are undone at once, others after runs that took both for one. */
static void merge(struct twins *t, int64_t at)
{
    const int64_t leads[2] = {1 + draw(t, LEADS), 1 + draw(t, LEADS)};
    in_both(t, "merge", do_merge, leads, at);
    if (draw(t, 3) == 0)
        in_both(t, "part", do_unmerge, leads, at);
}

static void part(struct twins *t, int64_t at)
{
    struct rows merged;
    read_rows(&merged, t->folder, TWIN_SOME,
              "SELECT merged_into, id FROM lead WHERE merged_into IS NOT NULL ORDER BY id");
    const char *line = as_buf_c(&merged.text);
    for (size_t i = merged.n == 0 ? 0 : draw(t, (uint32_t)merged.n); i > 0; i--)
        line = strchr(line, '\n') + 1;
    int64_t leads[2];
    if (sscanf(line, "%" SCNd64 "|%" SCNd64, &leads[0], &leads[1]) == 2)
        in_both(t, "part", do_unmerge, leads, at);
    as_buf_free(&merged.text);
}

static void erase(struct twins *t, int64_t at)
{
    char who[16];
    snprintf(who, sizeof who, "#%u", 1 + draw(t, LEADS));
    if (draw(t, 4) == 0)
        BOTH(t, at, "db", "erase", who);
}

/* Most steps that are due are done: else half of all leads would wait in their tracks for ever. */
static void send_what_is_due(struct twins *t, int64_t at)
{
    char path[128], sql[256], time[AS_TIME_TEXT];
    struct rows due;
    snprintf(sql, sizeof sql,
             "SELECT DISTINCT i.value FROM enrolment e JOIN identity i ON i.lead_id = e.lead_id AND i.system "
             "<> 'email'"
             " WHERE e.ended IS NULL AND e.due <= %" PRId64 " ORDER BY 1",
             at);
    read_rows(&due, t->folder, TWIN_SOME, sql);
    FILE *file = new_file(t, path, "id,at,lead_id,channel");
    int n = 0;
    for (const char *line = as_buf_c(&due.text); *line != '\0'; line = strchr(line, '\n') + 1)
        if (draw(t, 5) != 0) {
            fprintf(file, "T%d-%d,%s,%.*s,email\n", t->files, n, at_text(time, at), (int)strcspn(line, "|"),
                    line);
            fprintf(file, "C%d-%d,%s,%.*s,call\n", t->files, n++, time, (int)strcspn(line, "|"), line);
        }
    as_buf_free(&due.text);
    take_in(t, "touches", file, path, at);
}

static void posts(struct twins *t, int64_t at)
{
    static const char *const texts[] = {"I cancel", "All is well", "Is there an alternative?",
                                        "Cancel it or find an alternative"};
    char path[128], time[AS_TIME_TEXT];
    FILE *file = new_file(t, path, "id,at,member,email,tags,text");
    for (uint32_t i = 0, n = 1 + draw(t, 4); i < n; i++)
        fprintf(file, "P%u,%s,m%u,,x,%s\n", draw(t, 200), at_text(time, at - draw(t, 5 * 86400)), draw(t, 20),
                ONE_OF(t, texts));
    take_in(t, "posts", file, path, at);
}

static int looks_taken(const struct twins *t)
{
    struct rows rows;
    read_rows(&rows, t->folder, TWIN_ALL, "SELECT number FROM programme_look");
    as_buf_free(&rows.text);
    return (int)rows.n;
}

/* A look at a programme, or its end for a reason: refused in both alike while it is too early. */
static void judge(struct twins *t, int64_t at)
{
    static const char *const names[] = {"by a stage", "by what they do", "by what they say"};
    const char *name = ONE_OF(t, names);
    if (draw(t, 12) == 0) {
        BOTH(t, at, "programme", name, "--stop", "--early", "--note", "drawn", "--quiet");
        return;
    }
    BOTH(t, at, "programme", name, "--look", "--quiet");
    int looks = looks_taken(t);
    if (looks > t->looks && name == names[0])
        recount_looks(t->folder);
    t->looks = looks;
}

static void bring_news(struct twins *t)
{
    if (t->tries && draw(t, 3) == 0)
        judge(t, t->now);
    if (t->tries && draw(t, 3) == 0)
        posts(t, t->now);
    if (draw(t, 2) == 0)
        send_what_is_due(t, t->now);
    static void (*const kinds[])(struct twins *, int64_t) = {
        events, events, events, leads, accounts, record, record, record, company_answer, merge, part, erase};
    for (uint32_t i = 0, n = draw(t, 4); i < n; i++) {
        int64_t at =
            draw(t, 5) == 0 ? t->now - 7200 : t->now; /* what came in late is said to be from earlier */
        ONE_OF(t, kinds)(t, at);
    }
}

/* --- the rounds --- */

static void run_both(struct twins *t, bool baseline)
{
    const char *words[MOST_WORDS] = {"run"};
    int n = 1;
    for (int i = 0; i < t->pack_count; i++)
        words[n++] = t->pack[i];
    words[n++] = "--quiet";
    if (baseline)
        words[n++] = "--baseline";
    both(t, true, t->now, words);
}

static void count_parts(struct twins *t)
{
    struct rows rows;
    read_rows(&rows, t->folder, TWIN_SOME, "SELECT id FROM run");
    t->runs = (int)rows.n;
    as_buf_free(&rows.text);
    read_rows(&rows, t->folder, TWIN_SOME,
              "SELECT id FROM run WHERE json_extract(summary, '$.whole') IS NULL");
    t->parts = (int)rows.n;
    as_buf_free(&rows.text);
    read_rows(&rows, t->folder, TWIN_SOME,
              "SELECT id FROM run WHERE json_extract(summary, '$.whole') IS NULL"
              " AND json_extract(summary, '$.effects.unowned') > 0"
              " AND json_extract(summary, '$.effects.waiting') > 0");
    t->left = (int)rows.n;
    as_buf_free(&rows.text);
}

static void prepare(struct twins *t)
{
    static const char *const files[][2] = {{"users", "users.csv"},       {"content", "content.csv"},
                                           {"accounts", "accounts.csv"}, {"leads", "leads.csv"},
                                           {"events", "events.csv"},     {"answers", "answers.csv"},
                                           {"touches", "touches.csv"},   {"consent", "consent.csv"}};
    char leads_text[16], accounts_text[16], path[64];
    snprintf(leads_text, sizeof leads_text, "%d", LEADS);
    snprintf(accounts_text, sizeof accounts_text, "%d", ACCOUNTS);
    for (int f = 0; f < TWINS; f++) {
        char folder[128];
        snprintf(folder, sizeof folder, "%s/%s", t->folder, twin_folder((enum twin)f));
        if (mkdir(folder, 0700) != 0)
            give_up(strerror(errno), folder);
    }
    char *make[] = {(char *)"assay-demo", (char *)"--leads", leads_text, (char *)"--accounts",
                    accounts_text,        (char *)"../demo", NULL};
    if (tell(t, "some", t->demo, make) != 0) {
        show_said(t);
        give_up("cannot make the demo", t->demo);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *words[MOST_WORDS] = {"import", files[i][0], path};
        int n = 3;
        snprintf(path, sizeof path, "../demo/%s", files[i][1]);
        for (int p = 0; i == 2 && p < t->pack_count; p++) {
            words[n++] = "--pack";
            words[n++] = t->pack[p];
        }
        both(t, false, t->now, words);
    }
    run_both(t, true);
}

static void pass_time(struct twins *t)
{
    static const int64_t steps[] = {0,     3600,  3600,      21600,     86400,
                                    86400, 86400, 2 * 86400, 9 * 86400, 40 * 86400};
    t->now += ONE_OF(t, steps);
    /* What is yet to come of the clock's own day is taken for now, which is another second for each process.
     */
    if (as_day_of(t->now) == as_day_of(as_clock_now()))
        t->now += 86400;
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *walk)
{
    (void)stat, (void)kind, (void)walk;
    return remove(path);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: twins FOLDER_OF_ASSAY PACK,PACK... [ROUNDS [SEED [desk]]]\n");
        return 2;
    }
    int rounds = argc > 3 ? atoi(argv[3]) : 20, differ = 0;
    struct twins t = {.chance = argc > 4 ? strtoull(argv[4], NULL, 10) : 1,
                      .now = as_civil_seconds((struct as_civil){2026, 6, 23, 23, 59, 59}),
                      .leads = LEADS,
                      .accounts = ACCOUNTS,
                      .folder = "twins-XXXXXX"};
    uint64_t seed = t.chance;
    snprintf(t.assay, sizeof t.assay, "%s/assay", argv[1]);
    snprintf(t.demo, sizeof t.demo, "%s/assay-demo", argv[1]);
    snprintf(t.packs, sizeof t.packs, "%s", argv[2]);
    for (char *next = strtok(t.packs, ","); next != NULL && t.pack_count < MOST_PACKS;
         next = strtok(NULL, ","))
        t.pack[t.pack_count++] = next;
    for (int i = 0; i < t.pack_count; i++) {
        t.tries |= strcmp(strrchr(t.pack[i], '/'), "/tried") == 0;
        t.crowded |= strcmp(strrchr(t.pack[i], '/'), "/crowded") == 0;
    }
    if (mkdtemp(t.folder) == NULL)
        give_up(strerror(errno), t.folder);
    prepare(&t);
    if (argc > 5 && strcmp(argv[5], "desk") == 0) {
        char database[128];
        snprintf(database, sizeof database, "%s/some/assay.db", t.folder);
        t.desk = at_desk_open(database, t.pack, t.pack_count);
    }
    for (int round = 1; round <= rounds && differ == 0; round++) {
        as_buf_reset(&t.told);
        pass_time(&t);
        bring_news(&t);
        run_both(&t, false);
        differ = compare_twins(t.folder);
        if (differ != 0)
            fprintf(stderr, "round %d of seed %" PRIu64 ": the twins differ, see %s\n%s", round, seed,
                    t.folder, as_buf_c(&t.told));
    }
    as_buf_free(&t.told);
    at_desk_close(t.desk);
    if (differ != 0)
        return 1;
    count_parts(&t);
    printf("seed %" PRIu64
           ": %d rounds, %d of %d runs decided a part of the leads, %d looks; no difference\n",
           seed, rounds, t.parts, t.runs, t.looks);
    if (nftw(t.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        give_up(strerror(errno), t.folder);
    const char *lacks = t.parts == 0               ? "no run decided a part"
                        : t.tries && t.looks == 0  ? "nobody looked"
                        : t.crowded && t.left == 0 ? "everybody was served"
                                                   : NULL;
    if (lacks != NULL)
        fprintf(stderr, "%s: nothing was shown\n", lacks);
    return lacks != NULL;
}
