/* W1's data: leads, accounts and events as CSV files, at any scale, from a seed.
 *
 * 1,000,000 leads with 50,000 distinct titles in 100,000 accounts and 20,000,000 events of 12 kinds over 180
 * days;
 * --leads scales all of it. Events come lead by lead, times within a lead are unordered.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char *const kinds[] = {"page_view",    "blog_view",  "whitepaper",  "ebook",
                                    "webinar",      "case_study", "email_open",  "email_click",
                                    "pricing_view", "docs_view",  "trial_start", "demo_request"};
/* Cumulative share of each kind, out of 1000: mostly reading and mail, few hands raised. */
static const uint16_t kind_share[] = {350, 480, 520, 550, 580, 610, 820, 890, 940, 980, 992, 1000};
static const char *const ranks[] = {"Head of",           "Director of", "VP",    "Manager of", "Assistant to",
                                    "Senior Specialist", "Intern in",   "Chief", "Lead",       "Coordinator"};
static const char *const areas[] = {"Operations", "Supply Chain", "Procurement", "Finance", "IT",
                                    "Technology", "Marketing",    "Legal",       "Sales",   "People"};
static const char *const levels[] = {"individual", "senior", "manager", "director", "vp", "c_level"};
static const char *const countries[] = {"DE", "US", "GB", "FR", "NL", "IN", "ES", "IT"};
static const char *const sources[] = {"search", "referral", "partner", "advertisement", "webinar"};
static const char *const industries[] = {"Software",   "Manufacturing", "Logistics",
                                         "Healthcare", "Education",     "Retail"};

static uint64_t state = 88172645463325252u;

static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) * n >> 32);
}

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

int main(int argc, char **argv)
{
    if (argc != 3 || strtoul(argv[1], NULL, 10) < 10) {
        fprintf(stderr, "usage: w1_data LEADS FOLDER   (LEADS: 10 or more)\n");
        return 2;
    }
    uint32_t leads = (uint32_t)strtoul(argv[1], NULL, 10);
    const char *folder = argv[2];
    uint32_t accounts = leads / 10, titles = leads / 20 < 100 ? 100 : leads / 20;
    if (titles > 50000)
        titles = 50000;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "w1_data: cannot make %s: %s\n", folder, strerror(errno));
        return 3;
    }

    FILE *out = create(folder, "accounts.csv");
    fprintf(out, "id,name,domain,industry,employees,revenue,country\n");
    for (uint32_t a = 0; a < accounts; a++) {
        uint32_t size = 1 + below(100);
        uint64_t employees = (uint64_t)size * size;
        fprintf(
            out,
            "A%" PRIu32 ",Company %" PRIu32 ",c%" PRIu32 ".example,%s,%" PRIu64 ",%" PRIu64 ".00 EUR,%s\n", a,
            a, a, industries[below(6)], employees, employees * (50000 + below(150000)), countries[below(8)]);
    }
    finish(out);

    out = create(folder, "leads.csv");
    fprintf(out, "id,email,title,job_level,account_id,country,source\n");
    for (uint32_t i = 0; i < leads; i++) {
        uint32_t t = below(titles), a = below(accounts);
        fprintf(out,
                "L%" PRIu32 ",p%" PRIu32 "@c%" PRIu32 ".example,%s %s %" PRIu32 ",%s,A%" PRIu32 ",%s,%s\n", i,
                i, a, ranks[t % 10], areas[t / 10 % 10], t / 100, levels[below(6)], a, countries[below(8)],
                sources[below(5)]);
    }
    finish(out);

    /* 180 days up to the end of 2026-06-30. A few leads are busy, most are not: 1 … 39 events, 20 on average.
     */
    out = create(folder, "events.csv");
    fprintf(out, "id,at,kind,lead_id\n");
    const int64_t end = INT64_C(20635) * 86400;
    for (uint32_t i = 0; i < leads; i++) {
        uint32_t n = 1 + below(39);
        for (uint32_t k = 0; k < n; k++) {
            uint32_t pick = below(1000), kind = 0;
            while (pick >= kind_share[kind])
                kind++;
            int64_t at = end - 1 - (int64_t)below(180 * 86400);
            time_t seconds = (time_t)at;
            struct tm tm;
            char when[32];
            gmtime_r(&seconds, &tm);
            strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
            fprintf(out, "%" PRIu32 "-%" PRIu32 ",%s,%s,L%" PRIu32 "\n", i, k, when, kinds[kind], i);
        }
    }
    finish(out);
    return 0;
}
