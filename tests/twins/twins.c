/* Two databases that get the same news day by day. One is decided as ever, a run after the other about those
 * who have news; in the other every run decides about everybody. After each run both must hold the same:
 * stages, grades, verdicts, decisions, moves, places in tracks, owners, offers, tasks, messages, and what the
 * screen counts. News are drawn from a seed: events, changed and new leads and accounts, answers, consents,
 * touches, acts, overrides, merges and their undoing then and later, deals, people of ours who come and are
 * absent, companies that become one, posts, looks at programmes, an erasure now and then,
 * some of it said to be from earlier; time goes on by an hour, a day or many, or not at all.
 *
 * With `follow` the first one gets its news as lines of `assay follow`, which has a clock of ours, and the
 * other one runs as often as that decided.
 *
 * With `desk` most runs of the first one are made within this process, at a desk that stays open all the
 * time: what it keeps must not hide what the processes in between have written, nor that files beside the
 * database went.
 *
 * Usage: twins FOLDER_OF_ASSAY PACK,PACK… [ROUNDS [SEED [desk|follow]]], the folder and the packs absolute.
 */
#include "at_desk.h"
#include "comparing.h"
#include "following.h"
#include "lines.h"
#include "news.h"

#include "base/time.h"

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

/* SplitMix64 (Steele, Lea and Flood 2014). */
uint32_t draw(struct twins *t, uint32_t below)
{
    uint64_t z = t->chance += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 33) % below;
}

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

/* Tells one of them: its exit code. */
static int tell_twin(struct twins *t, enum twin twin, bool runs, int64_t at, const char *const *given)
{
    char *words[MOST_WORDS + 8] = {(char *)"assay"};
    char time[AS_TIME_TEXT];
    int n = 1;
    while (given[n - 1] != NULL && n < MOST_WORDS) {
        words[n] = (char *)given[n - 1];
        n++;
    }
    words[n++] = (char *)"--at";
    words[n++] = as_time_format(time, at);
    if (runs && twin == TWIN_ALL)
        words[n++] = (char *)"--whole";
    words[n] = NULL;
    for (int i = 0; i < n && twin == TWIN_SOME; i++)
        as_buf_printf(&t->told, "%s%c", words[i], i + 1 < n ? ' ' : '\n');
    if (runs && twin == TWIN_SOME && t->desk != NULL && draw(t, 4) != 0) {
        lose_files(t);
        return at_desk_run(t->desk, at);
    }
    return tell(t, twin_folder(twin), t->assay, words);
}

_Noreturn static void end_badly(const struct twins *t, enum twin twin, const char *const *given)
{
    for (int i = 0; given[i] != NULL; i++)
        fprintf(stderr, "%s ", given[i]);
    fprintf(stderr, "failed in %s/%s:\n", t->folder, twin_folder(twin));
    show_said(t);
    exit(1);
}

void both(struct twins *t, bool runs, int64_t at, const char *const *given)
{
    int codes[TWINS];
    if (t->following != NULL && !runs) {
        if (add_lines(&t->lines, t->folder, at, given)) {
            codes[TWIN_ALL] = tell_twin(t, TWIN_ALL, false, at, given);
            if (codes[TWIN_ALL] > 3)
                end_badly(t, TWIN_ALL, given);
            t->refused |= codes[TWIN_ALL] != 0;
            return;
        }
        let_follow(t);
    }
    for (int f = 0; f < TWINS; f++) {
        codes[f] = tell_twin(t, (enum twin)f, runs, at, given);
        /* What a pack does not know may be refused: by both. */
        if ((runs ? codes[f] > 0 : codes[f] > 3) || (f == TWIN_ALL && codes[TWIN_ALL] != codes[TWIN_SOME]))
            end_badly(t, (enum twin)f, given);
    }
}

/* --- the rounds --- */

static void put_run(const char *words[MOST_WORDS], const struct twins *t)
{
    int n = 0;
    words[n++] = "run";
    for (int i = 0; i < t->pack_count; i++)
        words[n++] = t->pack[i];
    words[n++] = "--quiet";
    words[n] = NULL;
}

static void run_both(struct twins *t, bool baseline)
{
    const char *words[MOST_WORDS];
    int n = 0;
    put_run(words, t);
    while (words[n] != NULL)
        n++;
    words[n] = baseline ? "--baseline" : NULL;
    words[n + 1] = NULL;
    both(t, true, t->now, words);
}

/* The other one decides as often, and has refused something when this one has. */
static void come_after(struct twins *t, const struct followed *followed)
{
    const char *words[MOST_WORDS];
    put_run(words, t);
    for (int i = 0; i < followed->runs; i++)
        if (tell_twin(t, TWIN_ALL, true, t->now, words) != 0)
            end_badly(t, TWIN_ALL, words);
    if ((followed->refused > 0) != t->refused)
        give_up(as_buf_c(&t->lines), "refused in one only");
    t->refused = false;
    as_buf_text(&t->told, as_buf_c(&t->lines));
    as_buf_printf(&t->told, "followed: %d decided\n", followed->runs);
    as_buf_reset(&t->lines);
}

void let_follow(struct twins *t)
{
    struct followed followed;
    if (t->following == NULL || t->lines.n == 0)
        return;
    following_go_on(&followed, t->following, t->now, (struct as_str){as_buf_c(&t->lines), t->lines.n});
    come_after(t, &followed);
}

/* One that follows may have been woken by then; lines that say nothing have it decide in any case. */
static void decide_both(struct twins *t)
{
    if (t->following == NULL) {
        run_both(t, false);
        return;
    }
    as_buf_char(&t->lines, '\n');
    let_follow(t);
}

static void start_following(struct twins *t)
{
    struct followed followed;
    char folder[128];
    snprintf(folder, sizeof folder, "%s/%s", t->folder, twin_folder(TWIN_SOME));
    t->following = following_start(&followed, folder, t->pack, t->pack_count, t->now);
    come_after(t, &followed);
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
    if (t->following != NULL) {
        struct followed followed;
        following_go_on(&followed, t->following, t->now, (struct as_str){NULL, 0});
        t->woken += followed.runs > 0;
        come_after(t, &followed);
    }
}

static int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *walk)
{
    (void)stat, (void)kind, (void)walk;
    return remove(path);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: twins FOLDER_OF_ASSAY PACK,PACK... [ROUNDS [SEED [desk|follow]]]\n");
        return 2;
    }
    int rounds = argc > 3 ? atoi(argv[3]) : 20, differ = 0;
    struct twins t = {.chance = argc > 4 ? strtoull(argv[4], NULL, 10) : 1,
                      .now = as_civil_seconds((struct as_civil){2026, 6, 23, 23, 59, 59}),
                      .leads = LEADS,
                      .accounts = ACCOUNTS,
                      .folder = "twins-XXXXXX"};
    uint64_t seed = t.chance;
    const char *how = argc > 5 ? argv[5] : "";
    bool follows = strcmp(how, "follow") == 0;
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
    if (strcmp(how, "desk") == 0) {
        char database[128];
        snprintf(database, sizeof database, "%s/some/assay.db", t.folder);
        t.desk = at_desk_open(database, t.pack, t.pack_count);
    }
    if (follows)
        start_following(&t);
    for (int round = 1; round <= rounds && differ == 0; round++) {
        as_buf_reset(&t.told);
        pass_time(&t);
        bring_news(&t);
        decide_both(&t);
        differ = compare_twins(t.folder, follows);
        check_owners(t.folder);
        if (differ != 0)
            fprintf(stderr, "round %d of seed %" PRIu64 ": the twins differ, see %s\n%s", round, seed,
                    t.folder, as_buf_c(&t.told));
    }
    as_buf_free(&t.told);
    as_buf_free(&t.lines);
    following_end(t.following);
    at_desk_close(t.desk);
    if (differ != 0)
        return 1;
    count_parts(&t);
    printf("seed %" PRIu64
           ": %d rounds, %d of %d runs decided a part of the leads, %d looks; no difference\n",
           seed, rounds, t.parts, t.runs, t.looks);
    if (nftw(t.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        give_up(strerror(errno), t.folder);
    const char *lacks = t.parts == 0                           ? "no run decided a part"
                        : t.tries && t.looks == 0              ? "nobody looked"
                        : t.crowded && t.left == 0             ? "everybody was served"
                        : t.crowded && follows && t.woken == 0 ? "no clock woke it"
                                                               : NULL;
    if (lacks != NULL)
        fprintf(stderr, "%s: nothing was shown\n", lacks);
    return lacks != NULL;
}
