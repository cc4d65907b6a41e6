/* W1 as CSV files. What its rows are is w1_rows.h's. */
#include "w1_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static FILE *create(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "w1_data: cannot write %s: %s\n", path, strerror(errno));
        exit(3);
    }
    setvbuf(file, NULL, _IOFBF, 1 << 20);
    return file;
}

static void finish(FILE *file)
{
    if (fclose(file) != 0) {
        fprintf(stderr, "w1_data: cannot write: %s\n", strerror(errno));
        exit(3);
    }
}

/* Accounts are kept for the leads' facts. */
static void write_accounts(struct w1_account *accounts, struct w1 *w1, const char *folder)
{
    FILE *out = create(folder, "accounts.csv");
    fprintf(out, "id,name,domain,industry,employees,revenue,country\n");
    for (uint32_t a = 0; a < w1->accounts; a++) {
        struct w1_account account;
        w1_account(&account, w1);
        accounts[a] = account;
        fprintf(out, "A%" PRIu32 ",Company %" PRIu32 ",c%" PRIu32 ".example,%s,", a, a, a, account.industry);
        if (account.employees > 0)
            fprintf(out, "%" PRIu64, account.employees);
        fputc(',', out);
        if (account.revenue > 0)
            fprintf(out, "%" PRIu64 ".00 EUR", account.revenue);
        fprintf(out, ",%s\n", account.country);
    }
    finish(out);
}

/* What the fit rules read of a lead, side by side: for engines that are given one lead at a time. */
static void write_facts(FILE *out, uint32_t id, const struct w1_lead *lead, const struct w1_account *account)
{
    fprintf(out, "%" PRIu32 ",%s,%s,%s,%s,%s,%s,", id, lead->title, lead->level == NULL ? "" : lead->level,
            lead->country, lead->source, account == NULL ? "" : account->industry,
            account == NULL ? "" : account->country);
    if (account != NULL && account->employees > 0)
        fprintf(out, "%" PRIu64, account->employees);
    fputc(',', out);
    if (account != NULL && account->revenue > 0)
        fprintf(out, "%" PRIu64, account->revenue);
    fputc('\n', out);
}

/* Addresses are of a free mailbox, so that no domain joins a lead to an account that it does not have. */
static void write_leads(const struct w1_account *accounts, struct w1 *w1, const char *folder)
{
    FILE *out = create(folder, "leads.csv"), *facts = create(folder, "facts.csv");
    fprintf(out, "id,email,title,job_level,account_id,country,source\n");
    fprintf(facts, "id,title,level,country,source,industry,where,employees,revenue\n");
    for (uint32_t i = 0; i < w1->leads; i++) {
        struct w1_lead lead;
        w1_lead(&lead, w1);
        fprintf(out, "L%" PRIu32 ",p%" PRIu32 "@gmail.com,%s,%s,", i, i, lead.title,
                lead.level == NULL ? "" : lead.level);
        if (lead.account != UINT32_MAX)
            fprintf(out, "A%" PRIu32, lead.account);
        fprintf(out, ",%s,%s\n", lead.country, lead.source);
        write_facts(facts, i, &lead, lead.account == UINT32_MAX ? NULL : &accounts[lead.account]);
    }
    finish(out);
    finish(facts);
}

/* Of the leads from `first` up to before `end`; the others' are drawn all the same. */
static void write_events(struct w1 *w1, const char *folder, uint32_t first, uint32_t end)
{
    FILE *out = create(folder, "events.csv");
    fprintf(out, "id,at,kind,lead_id\n");
    for (uint32_t i = 0; i < end; i++) {
        struct w1_event events[W1_MOST_EVENTS];
        uint32_t n = w1_events(events, w1);
        for (uint32_t k = 0; i >= first && k < n; k++) {
            time_t seconds = (time_t)events[k].time;
            struct tm tm;
            char when[32];
            gmtime_r(&seconds, &tm);
            strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
            fprintf(out, "%" PRIu32 "-%" PRIu32 ",%s,%s,L%" PRIu32 "\n", i, k, when, w1_kinds[events[k].kind],
                    i);
        }
    }
    finish(out);
}

int main(int argc, char **argv)
{
    unsigned long leads = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned long most_events = argc > 3 ? strtoul(argv[3], NULL, 10) : W1_MOST_EVENTS;
    unsigned long slice = argc > 5 ? strtoul(argv[4], NULL, 10) : 1;
    unsigned long slices = argc > 5 ? strtoul(argv[5], NULL, 10) : 1;
    if (argc > 6 || argc == 5 || leads < 10 || leads > 50000000 || most_events > W1_MOST_EVENTS ||
        slice < 1 || slice > slices || slices > leads) {
        fprintf(stderr,
                "usage: w1_data LEADS FOLDER [EVENTS [SLICE SLICES]]   (LEADS: 10 or more; EVENTS: up to how "
                "many a lead has, %d at most; SLICE: of so many, the one whose leads' events are written)\n",
                W1_MOST_EVENTS);
        return 2;
    }
    struct w1 w1;
    w1_open(&w1, (uint32_t)leads, (uint32_t)most_events);
    if (mkdir(argv[2], 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "w1_data: cannot make %s: %s\n", argv[2], strerror(errno));
        return 3;
    }
    struct w1_account *accounts = calloc(w1.accounts, sizeof *accounts);
    if (accounts == NULL) {
        fprintf(stderr, "w1_data: out of memory\n");
        return 3;
    }
    write_accounts(accounts, &w1, argv[2]);
    write_leads(accounts, &w1, argv[2]);
    write_events(&w1, argv[2], (uint32_t)(leads * (slice - 1) / slices), (uint32_t)(leads * slice / slices));
    free(accounts);
    return 0;
}
