/* Demo data: a made-up company's leads, accounts and everything that happened, as CSV files.
 *
 * Deterministic: the same seed gives the same bytes on every machine, so that the tour in the README shows
 * what a reader will see. Nobody in it exists; every domain ends in ".example" or is a reserved name, but for
 * the free-mail providers whose customers a lead base always holds.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define DAY         86400

static const char *const first_names[] = {
    "Ada",   "Björn", "Chiara", "Dmitri", "Elena", "Farid",  "Grace", "Hiro",  "Ines",  "Jonas", "Katrin",
    "Luis",  "Maria", "Nadia",  "Oskar",  "Priya", "Quinn",  "Rosa",  "Sofia", "Tariq", "Uma",   "Viktor",
    "Wanda", "Xenia", "Yusuf",  "Zoe",    "Anton", "Bianca", "Carl",  "Dora",  "Emil",  "Fatima"};
static const char *const last_names[] = {
    "Abel",   "Brandt", "Costa",  "Dahl",  "Esposito", "Fischer", "Garcia",  "Haas", "Ivanov", "Jansen",
    "Keller", "Lindt",  "Moreau", "Novak", "Okafor",   "Petrov",  "Quist",   "Ruiz", "Singh",  "Tanaka",
    "Ullman", "Vogel",  "Weber",  "Xu",    "Yilmaz",   "Zimmer",  "Almeida", "Berg", "Conti",  "Duarte"};
static const char *const company_heads[] = {
    "Alder",   "Basalt", "Cedar",    "Delta",  "Ember", "Fjord",   "Granite", "Harbor", "Indigo", "Juniper",
    "Kestrel", "Linden", "Meridian", "Nordic", "Onyx",  "Pioneer", "Quarry",  "Ridge",  "Sable",  "Tundra"};
static const char *const company_tails[] = {"Logistics", "Systems", "Manufacturing", "Foods",   "Capital",
                                            "Software",  "Medical", "Energy",        "Freight", "Works"};
static const char *const legal_forms[] = {"Inc", "Ltd", "GmbH", "AG", "LLC", "SA"};
static const char *const industries[] = {"Software",   "Manufacturing", "Logistics", "Financial services",
                                         "Healthcare", "Retail",        "Education", "Energy"};
static const struct {
    const char *code, *zone;
} countries[] = {{"DE", "Europe/Berlin"},   {"US", "America/New_York"}, {"GB", "Europe/London"},
                 {"FR", "Europe/Paris"},    {"AT", "Europe/Vienna"},    {"US", "America/Chicago"},
                 {"CH", "Europe/Zurich"},   {"IN", "Asia/Kolkata"},     {"US", "America/Los_Angeles"},
                 {"NL", "Europe/Amsterdam"}};
static const struct {
    const char *title, *level, *role;
} titles[] = {{"Head of Operations", "director", "economic"},
              {"Chief Operating Officer", "c_level", "economic"},
              {"VP Supply Chain", "vp", "economic"},
              {"Director of Procurement", "director", "economic"},
              {"Operations Manager", "manager", "user"},
              {"Procurement Manager", "manager", "user"},
              {"Supply Chain Analyst", "individual", "user"},
              {"Logistics Coordinator", "individual", "user"},
              {"IT Director", "director", "technical"},
              {"Solution Architect", "senior", "technical"},
              {"Marketing Manager", "manager", ""},
              {"Software Engineer", "individual", "technical"},
              {"General Counsel", "director", "legal"},
              {"HR Specialist", "individual", ""},
              {"Student", "student", ""},
              {"Sales Representative", "individual", ""}};
static const char *const sources[] = {"search",     "webinar", "referral",
                                      "trade show", "partner", "advertisement"};
static const char *const products[] = {"planning", "analytics", "CRM"};
static const struct {
    const char *name, *mail, *team, *role;
} users[] = {{"Mara Ruiz", "mara@ours.example", "marketing", "marketing"},
             {"Sam Okafor", "sam@ours.example", "field", "sales"},
             {"Ida Berg", "ida@ours.example", "field", "sales"},
             {"Lea Vogel", "lea@ours.example", "dach_ldrs", "ldr"},
             {"Max Haas", "max@ours.example", "dach_ldrs", "ldr"},
             {"Ana Costa", "ana@ours.example", "ldrs", "ldr"},
             {"Raj Singh", "raj@ours.example", "ldrs", "ldr"},
             {"Tom Quist", "tom@ours.example", "ldrs", "ldr"}};
static const struct {
    const char *key, *title, *kind, *persona, *phase, *answers, *source, *evidence, *appeal;
    bool story;
} content[] = {
    {"cost-of-delay-guide", "What waiting costs", "guide", "operations leader", "discovery",
     "cost_of_waiting;priority", "vendor", "Survey of 400 planners, 2025", "rational", false},
    {"peer-story-logistics", "How a freight company stopped guessing", "case_study", "operations leader",
     "discovery", "need;planning_today", "case study", "", "emotional", true},
    {"business-case-kit", "A business case in an afternoon", "kit", "operations leader", "discovery",
     "priority", "vendor", "Cost model of the planners' association", "rational", false},
    {"buyers-checklist", "Twelve questions to ask a supplier", "checklist", "operations leader",
     "consideration", "evaluating;systems", "industry group", "", "rational", false},
    {"peer-story-manufacturing", "Planning with half the meetings", "case_study", "operations leader",
     "consideration", "time_to_value;systems;process", "case study", "", "emotional", true},
    {"total-cost-primer", "Total cost, plainly", "guide", "procurement leader", "discovery",
     "cost_of_waiting", "analyst", "", "rational", false},
    {"peer-story-procurement", "Two suppliers fewer", "case_study", "procurement leader", "discovery",
     "need;priority", "case study", "", "emotional", true},
    {"supplier-scorecard", "A supplier scorecard", "kit", "procurement leader", "consideration",
     "evaluating;process", "independent review", "", "rational", false},
    {"quarterly-letter", "The quarter in planning", "letter", "", "discovery", "", "vendor", "", "emotional",
     false},
    {"benchmark-report", "How 200 companies plan", "report", "", "discovery", "planning_today", "association",
     "", "rational", false},
    {"return-calculator", "What planning returns", "ROI calculator", "", "consideration;decision",
     "payback;funds_access;funds_commit", "vendor", "", "rational", false},
    {"first-meeting", "Slides for the first meeting, with script", "slides with script", "", "consideration",
     "systems", "vendor", "", "both", false}};
static const struct {
    const char *kind;
    double share;
} kinds[] = {{"page_view", 0.62},   {"whitepaper", 0.08},    {"ebook", 0.06},
             {"webinar", 0.06},     {"case_study", 0.05},    {"pricing_view", 0.08},
             {"trial_start", 0.01}, {"demo_request", 0.025}, {"contact_request", 0.015}};

static uint64_t state;

/* xorshift64*: Vigna 2016, "An experimental exploration of Marsaglia's xorshift generators, scrambled". */
static uint64_t next(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)((next() >> 32) * n >> 32);
}

static double share(void)
{
    return (double)(next() >> 11) / 9007199254740992.0;
}

struct account {
    char name[64], domain[64];
    uint32_t industry, employees, country;
    uint64_t revenue, potential;
    double diversity;
    const char *type;
};

struct files {
    const char *folder;
    int64_t from, cut, to;
};

static FILE *create(const char *folder, const char *name)
{
    char path[1024];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
        fprintf(stderr, "demo: the folder's name is too long\n");
        exit(2);
    }
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "demo: cannot write %s: %s\n", path, strerror(errno));
        exit(3);
    }
    return file;
}

static void finish(FILE *file)
{
    if (fclose(file) != 0) {
        fprintf(stderr, "demo: cannot write: %s\n", strerror(errno));
        exit(3);
    }
}

static const char *instant(char out[32], int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return out;
}

static void make_account(struct account *a, uint32_t number)
{
    const char *head = company_heads[below(COUNT(company_heads))];
    const char *tail = company_tails[below(COUNT(company_tails))];
    snprintf(a->name, sizeof a->name, "%s %s %s", head, tail, legal_forms[below(COUNT(legal_forms))]);
    snprintf(a->domain, sizeof a->domain, "%s%s%" PRIu32 ".example", head, tail, number);
    for (char *p = a->domain; *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    a->industry = share() < 0.6 ? below(4) : below(COUNT(industries));
    double size = share();
    a->employees = (uint32_t)(20 + 12000 * size * size * size);
    a->revenue = (uint64_t)a->employees * (80000 + below(160000));
    a->country = below(COUNT(countries));
    a->potential = (uint64_t)a->employees * (20 + below(300));
    a->diversity = (double)below(101) / 100;
    double kind = share();
    a->type = kind < 0.05 ? "customer" : kind < 0.07 ? "partner" : "prospect";
    if (number == 13)
        snprintf(a->domain, sizeof a->domain, "rival.example");
}

static void write_accounts(const struct files *files, struct account *accounts, uint32_t n)
{
    FILE *out = create(files->folder, "accounts.csv");
    fprintf(out, "id,name,domain,industry,employees,revenue,country,type,potential_value,need_diversity,"
                 "marketing_owner,sales_owner,parent_id\n");
    for (uint32_t i = 0; i < n; i++) {
        struct account *a = &accounts[i];
        make_account(a, i);
        fprintf(out, "A%05" PRIu32 ",%s,%s,%s,", i, a->name, a->domain, industries[a->industry]);
        if (share() < 0.9)
            fprintf(out, "%" PRIu32, a->employees);
        fputc(',', out);
        if (share() < 0.8)
            fprintf(out, "%" PRIu64 ".00 EUR", a->revenue);
        fprintf(out, ",%s,%s,%" PRIu64 ".00 EUR,%.2f,", countries[a->country].code, a->type, a->potential,
                a->diversity);
        if (a->potential > 500000)
            fprintf(out, "%s,%s", users[0].mail, users[1 + below(2)].mail);
        else
            fputc(',', out);
        fputc(',', out);
        if (i > 10 && share() < 0.08)
            fprintf(out, "A%05" PRIu32, below(10));
        fputc('\n', out);
    }
    finish(out);
}

/* What somebody read, where it was one of ours: the lead's number says which, so that chance stays as it was.
 */
static const char *content_of(uint32_t kind, uint32_t lead)
{
    static const char *const stories[] = {"peer-story-logistics", "peer-story-manufacturing",
                                          "peer-story-procurement"};
    static const char *const guides[] = {"cost-of-delay-guide", "total-cost-primer"};
    switch (kind) {
    case 1:
        return "benchmark-report";
    case 2:
        return guides[lead % 2];
    case 3:
        return "buyers-checklist";
    case 4:
        return stories[lead % 3];
    default:
        return "";
    }
}

/* One lead's story: how keen it is decides how often and how lately it does anything. */
static void write_story(FILE *before, FILE *after, FILE *answers[2], FILE *touches, const struct files *files,
                        uint32_t lead, double keen, uint32_t most)
{
    uint32_t n = (uint32_t)(share() * share() * most * (0.4 + keen));
    double span = (double)(files->to - files->from);
    char when[32];
    int64_t last = 0;
    for (uint32_t i = 0; i < n; i++) {
        double back = share();
        back = keen > 0.7 ? back * back : back;
        int64_t at = files->to - 1 - (int64_t)(back * span);
        double pick = share();
        uint32_t k = 0;
        while (k + 1 < COUNT(kinds) && pick >= kinds[k].share) {
            pick -= kinds[k].share;
            k++;
        }
        if (keen < 0.5 && k > 5)
            k = 0;
        fprintf(at < files->cut ? before : after, "L%06" PRIu32 "-%" PRIu32 ",%s,%s,L%06" PRIu32 ",%s\n",
                lead, i, instant(when, at), kinds[k].kind, lead, content_of(k, lead));
        last = at > last ? at : last;
    }
    if (keen > 0.55 && n > 0) {
        FILE *out = answers[last >= files->cut];
        instant(when, last);
        fprintf(out, "L%06" PRIu32 ",,need,%s,stated,buyer,%s\n", lead,
                keen > 0.8 ? "confirmed" : "acknowledged", when);
        if (keen > 0.65)
            fprintf(out, "L%06" PRIu32 ",,buying_role,%s,stated,buyer,%s\n", lead,
                    keen > 0.85 ? "decides" : "influences", when);
        if (keen > 0.7) {
            fprintf(out, "L%06" PRIu32 ",,evaluating,true,stated,buyer,%s\n", lead, when);
            fprintf(out, "L%06" PRIu32 ",,priority,%s,stated,buyer,%s\n", lead,
                    keen > 0.75 ? "true" : "false", when);
        }
    }
    if (n > 2 && share() < 0.3) {
        int64_t at = files->cut - (int64_t)(1 + below(20)) * DAY + 9 * 3600;
        fprintf(touches, "T%06" PRIu32 ",%s,L%06" PRIu32 ",email,educate,quarterly-letter,%s\n", lead,
                instant(when, at), lead, users[3 + below(5)].mail);
    }
}

static void write_leads(const struct files *files, const struct account *accounts, uint32_t account_count,
                        uint32_t leads, uint32_t most)
{
    FILE *out = create(files->folder, "leads.csv"), *consent = create(files->folder, "consent.csv");
    FILE *before = create(files->folder, "events.csv"),
         *after = create(files->folder, "events-last-week.csv");
    FILE *answers[2] = {create(files->folder, "answers.csv"), create(files->folder, "answers-last-week.csv")};
    FILE *touches = create(files->folder, "touches.csv");
    char when[32];
    fprintf(out, "id,email,first_name,last_name,title,job_level,group_role,account_id,country,timezone,"
                 "source,product_interest\n");
    fprintf(before, "id,at,kind,lead_id,content\n");
    fprintf(after, "id,at,kind,lead_id,content\n");
    fprintf(answers[0], "lead_id,account_id,question,value,manner,by,at\n");
    fprintf(answers[1], "lead_id,account_id,question,value,manner,by,at\n");
    fprintf(touches, "id,at,lead_id,channel,ask,content,user\n");
    fprintf(consent, "lead_id,channel,purpose,basis,state,source,at\n");
    for (uint32_t i = 0; i < leads; i++) {
        uint32_t a = below(account_count), t = below(COUNT(titles));
        const char *first = first_names[below(COUNT(first_names))],
                   *last = last_names[below(COUNT(last_names))];
        bool free_mail = share() < 0.08;
        fprintf(out, "L%06" PRIu32 ",%s.%s%" PRIu32 "@%s,%s,%s,", i,
                strcmp(first, "Björn") == 0 ? "bjorn" : first, last, i,
                free_mail ? "gmail.com" : accounts[a].domain, first, last);
        fprintf(out, "%s,%s,%s,", share() < 0.92 ? titles[t].title : "", titles[t].level, titles[t].role);
        if (!free_mail && share() < 0.85)
            fprintf(out, "A%05" PRIu32, a);
        fprintf(out, ",%s,%s,%s,%s\n", countries[accounts[a].country].code,
                countries[accounts[a].country].zone, sources[below(COUNT(sources))],
                products[below(COUNT(products))]);
        if (share() < 0.8)
            fprintf(consent, "L%06" PRIu32 ",email,marketing,consent,%s,form,%s\n", i,
                    share() < 0.97 ? "double_opt_in" : "objected", instant(when, files->from));
        write_story(before, after, answers, touches, files, i, share(), most);
    }
    for (uint32_t a = 0; a < account_count; a++)
        if (accounts[a].potential > 500000 && share() < 0.4) {
            uint32_t days = below(30);
            instant(when, days > 0 ? files->cut - DAY * (int64_t)days : files->cut - 1);
            fprintf(answers[0], ",A%05" PRIu32 ",process,committee of three decides,stated,sales,%s\n", a,
                    when);
            fprintf(answers[0], ",A%05" PRIu32 ",funds_access,true,stated,sales,%s\n", a, when);
        }
    FILE *all[] = {out, consent, before, after, answers[0], answers[1], touches};
    for (size_t i = 0; i < COUNT(all); i++)
        finish(all[i]);
}

static void write_catalogue(const struct files *files)
{
    FILE *out = create(files->folder, "users.csv");
    fprintf(out, "id,name,email,team,role\n");
    for (size_t i = 0; i < COUNT(users); i++)
        fprintf(out, "U%02zu,%s,%s,%s,%s\n", i, users[i].name, users[i].mail, users[i].team, users[i].role);
    finish(out);
    out = create(files->folder, "content.csv");
    fprintf(out, "key,title,kind,persona,phase,answers,source_type,evidence,appeal,story\n");
    for (size_t i = 0; i < COUNT(content); i++)
        fprintf(out, "%s,\"%s\",%s,%s,%s,%s,%s,\"%s\",%s,%s\n", content[i].key, content[i].title,
                content[i].kind, content[i].persona, content[i].phase, content[i].answers, content[i].source,
                content[i].evidence, content[i].appeal, content[i].story ? "yes" : "no");
    finish(out);
}

static uint32_t number(const char *text, const char *option)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || *end != '\0' || end == text || value == 0 || value > 100000000) {
        fprintf(stderr, "demo: %s takes a whole number from 1 to 100000000, not \"%s\"\n", option, text);
        exit(2);
    }
    return (uint32_t)value;
}

int main(int argc, char **argv)
{
    uint32_t leads = 2000, accounts = 0, most = 40;
    state = 20260630;
    const char *folder = NULL;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--leads") == 0 && more)
            leads = number(argv[++i], "--leads");
        else if (strcmp(argv[i], "--accounts") == 0 && more)
            accounts = number(argv[++i], "--accounts");
        else if (strcmp(argv[i], "--events") == 0 && more)
            most = number(argv[++i], "--events");
        else if (strcmp(argv[i], "--seed") == 0 && more)
            state = number(argv[++i], "--seed");
        else if (argv[i][0] != '-' && folder == NULL)
            folder = argv[i];
        else {
            fprintf(stderr,
                    "usage: assay-demo [--leads N] [--accounts N] [--events MOST] [--seed N] FOLDER\n");
            return 2;
        }
    }
    if (folder == NULL) {
        fprintf(stderr, "usage: assay-demo [--leads N] [--accounts N] [--events MOST] [--seed N] FOLDER\n");
        return 2;
    }
    if (accounts == 0)
        accounts = leads / 8 + 20;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "demo: cannot make %s: %s\n", folder, strerror(errno));
        return 3;
    }
    /* The quarter that ends with 2026-06-30; the last week is a file of its own, for a second run. */
    int64_t to = INT64_C(20635) * DAY;
    struct files files = {folder, to - 91 * DAY, to - 7 * DAY, to};
    struct account *list = calloc(accounts, sizeof *list);
    if (list == NULL) {
        fprintf(stderr, "demo: out of memory\n");
        return 3;
    }
    write_catalogue(&files);
    write_accounts(&files, list, accounts);
    write_leads(&files, list, accounts, leads, most);
    free(list);
    return 0;
}
