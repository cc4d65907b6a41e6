/* News of every kind that a pack may be told of: the same files, and the same acts, for both. */
#include "news.h"

#include "at_desk.h"
#include "comparing.h"

#include "base/time.h"
#include "store/facts/facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ONE_OF(t, list)  list[draw(t, sizeof list / sizeof *list)]
#define BOTH(t, at, ...) both(t, false, at, (const char *const[]){__VA_ARGS__, NULL})

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
        fprintf(file, "N%d-%u,%s,%s,L%06u\n", t->files, i, as_time_format(time, at - draw(t, 5 * 86400)),
                ONE_OF(t, kinds), draw(t, (uint32_t)t->leads));
    take_in(t, "events", file, path, at);
}

static void leads(struct twins *t, int64_t at)
{
    static const char *const titles[] = {"Head of operations", "Student", "Procurement Manager",
                                         "VP Supply Chain",    "Clown",   ""};
    static const char *const sources[] = {"web", "fair", "referral", ""};
    char path[128];
    FILE *file = new_file(t, path, "id,email,title,account_id,country,source");
    for (uint32_t i = 0, n = 1 + draw(t, 3); i < n; i++) {
        uint32_t lead = draw(t, 4) == 0 ? (uint32_t)t->leads++ : draw(t, (uint32_t)t->leads);
        fprintf(file, "L%06u,,%s,", lead, ONE_OF(t, titles));
        if (draw(t, 2) == 0)
            fprintf(file, "A%05u", draw(t, (uint32_t)t->accounts));
        fprintf(file, ",%s", draw(t, 2) == 0 ? "DE" : "");
        fprintf(file, ",%s\n", ONE_OF(t, sources));
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

/* Companies that their CRM has made one: few, for all of their people are news. */
static void merged_accounts(struct twins *t, int64_t at)
{
    char path[128];
    if (draw(t, 4) != 0)
        return;
    FILE *file = new_file(t, path, "id,merged_ids");
    fprintf(file, "A%05u,A%05u\n", draw(t, (uint32_t)t->accounts), draw(t, (uint32_t)t->accounts));
    take_in(t, "accounts", file, path, at);
}

static void deals(struct twins *t, int64_t at)
{
    static const char *const outcomes[] = {"open", "open", "won", "lost", "no_decision"};
    char path[128], created[AS_TIME_TEXT], closed[AS_TIME_TEXT];
    FILE *file = new_file(t, path, "id,account_id,lead_id,outcome,created,closed,competitor");
    for (uint32_t i = 0, n = 1 + draw(t, 3); i < n; i++) {
        const char *outcome = ONE_OF(t, outcomes);
        fprintf(file, "D%u,", draw(t, 60));
        if (draw(t, 2) == 0)
            fprintf(file, "A%05u", draw(t, (uint32_t)t->accounts));
        fprintf(file, ",L%06u,%s,%s,%s,%s\n", draw(t, (uint32_t)t->leads), outcome,
                as_day_format(created, as_day_of(at) - 30),
                outcome[0] == 'o' ? "" : as_day_format(closed, as_day_of(at) - 1),
                outcome[0] == 'l' ? "Rival" : "");
    }
    take_in(t, "opportunities", file, path, at);
}

/* People of ours come to teams, and are away for some days. */
static void people(struct twins *t, int64_t at)
{
    static const char *const teams[] = {"ldrs", "dach_ldrs", "field"};
    char path[128], from[AS_TIME_TEXT], to[AS_TIME_TEXT];
    FILE *file = new_file(t, path, "id,name,team,role,absent_from,absent_to");
    uint32_t who = draw(t, 12), day = draw(t, 4);
    fprintf(file, "U9%u,Person %u,%s,ldr,", who, who, ONE_OF(t, teams));
    if (draw(t, 3) != 0)
        fprintf(file, "%s,%s\n", as_day_format(from, as_day_of(at) + day),
                as_day_format(to, as_day_of(at) + day + draw(t, 5)));
    else
        fprintf(file, ",\n");
    take_in(t, "users", file, path, at);
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
    let_follow(t);
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
            fprintf(file, "T%d-%d,%s,%.*s,email\n", t->files, n, as_time_format(time, at),
                    (int)strcspn(line, "|"), line);
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
        fprintf(file, "P%u,%s,m%u,,x,%s\n", draw(t, 200), as_time_format(time, at - draw(t, 5 * 86400)),
                draw(t, 20), ONE_OF(t, texts));
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

void bring_news(struct twins *t)
{
    if (t->tries && draw(t, 3) == 0)
        judge(t, t->now);
    if (t->tries && draw(t, 3) == 0)
        posts(t, t->now);
    if (draw(t, 2) == 0)
        send_what_is_due(t, t->now);
    static void (*const kinds[])(struct twins *, int64_t) = {
        events,         events, events, leads, accounts, record, record,         record,
        company_answer, merge,  part,   erase, deals,    people, merged_accounts};
    for (uint32_t i = 0, n = draw(t, 4); i < n; i++) {
        /* What came in late is said to be from earlier; who follows learns it now. */
        int64_t at = draw(t, 5) == 0 && t->following == NULL ? t->now - 7200 : t->now;
        ONE_OF(t, kinds)(t, at);
    }
}
