/* W1 by hand: one pass over the events, one over the leads, tables for what depends on few values. It shares
 * nothing with the kernels but the columns it reads. */
#include "hand_w1.h"

#include "w1_rows.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum kind {
    PAGE_VIEW,
    BLOG_VIEW,
    WHITEPAPER,
    EBOOK,
    WEBINAR,
    CASE_STUDY,
    EMAIL_OPEN,
    EMAIL_CLICK,
    PRICING_VIEW,
    DOCS_VIEW,
    TRIAL_START,
    DEMO_REQUEST
};
enum { NO, YES, UNKNOWN };
enum { FAIL = 1, INSUFFICIENT = 2, PASS = 3 };

struct seen {
    int32_t reading, downloads, meetings, mail, product, hand;
    uint32_t page_30, pricing_30, docs_14, any_7, any_30, any_days_30, page_days_7;
    uint32_t click_7, trial_14, demo_7, webinar_30, case_60, pricing_60, open_30;
    int32_t quiet; /* days since the last event, -1 none */
};

struct account_facts {
    uint8_t market, healthcare, education, right_size, large, tiny, rich, able, same, fifty;
};

static void fill(int32_t *out, int32_t points, int32_t half_life)
{
    for (int age = 0; age < W1_AGES; age++)
        out[age] = (int32_t)llround(points * exp2(-(double)age / half_life));
}

static int32_t clamp(int32_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : x;
}

static void take_events(struct seen *out, const struct hand_columns *c,
                        const int32_t weight[W1_KINDS][W1_AGES])
{
    const struct as_event_log *log = &c->data->lead_events;
    const uint32_t today = (uint32_t)(c->data->at / 86400);
    for (uint32_t row = 0; row < c->data->leads; row++) {
        struct seen s = {.quiet = -1};
        uint32_t last_day = UINT32_MAX, page_day = UINT32_MAX, page_day_7 = UINT32_MAX, blog_day = UINT32_MAX,
                 pages = 0, blogs = 0;
        for (uint32_t i = log->start[row]; i < log->end[row]; i++) {
            uint32_t day = log->time[i] / 86400, age = today - day, kind = c->kind[log->kind[i]];
            int32_t points = weight[kind][age];
            bool in_7 = age < 7, in_30 = age < 30;
            s.any_7 += in_7;
            s.any_30 += in_30;
            s.any_days_30 += in_30 && day != last_day;
            last_day = day;
            s.quiet = (int32_t)age;
            switch (kind) {
            case PAGE_VIEW:
                pages = day == page_day ? pages + 1 : 1;
                page_day = day;
                s.reading += pages <= 3 ? points : 0;
                s.page_30 += in_30;
                if (in_7 && day != page_day_7) {
                    s.page_days_7++;
                    page_day_7 = day;
                }
                break;
            case BLOG_VIEW:
                blogs = day == blog_day ? blogs + 1 : 1;
                blog_day = day;
                s.reading += blogs <= 3 ? points : 0;
                break;
            case WHITEPAPER:
            case EBOOK:
                s.downloads += points;
                break;
            case WEBINAR:
                s.meetings += points;
                s.webinar_30 += in_30;
                break;
            case CASE_STUDY:
                s.meetings += points;
                s.case_60 += age < 60;
                break;
            case EMAIL_OPEN:
                s.mail += points;
                s.open_30 += in_30;
                break;
            case EMAIL_CLICK:
                s.mail += points;
                s.click_7 += in_7;
                break;
            case PRICING_VIEW:
                s.product += points;
                s.pricing_30 += in_30;
                s.pricing_60 += age < 60;
                break;
            case DOCS_VIEW:
                s.product += points;
                s.docs_14 += age < 14;
                break;
            case TRIAL_START:
                s.hand += points;
                s.trial_14 += age < 14;
                break;
            default:
                s.hand += points;
                s.demo_7 += in_7;
                break;
            }
        }
        out[row] = s;
    }
}

static void add(struct hand_points *p, int32_t points, uint8_t state)
{
    p->value += state == YES ? points : 0;
    p->low += state == YES || (state == UNKNOWN && points < 0) ? points : 0;
    p->high += state == YES || (state == UNKNOWN && points > 0) ? points : 0;
}

static void bound(struct hand_points *p)
{
    p->value = clamp(p->value, 0, 100000);
    p->low = clamp(p->low, 0, 100000);
    p->high = clamp(p->high, 0, 100000);
}

static uint8_t at_least(const struct hand_points *p, int32_t points)
{
    return p->low >= points ? YES : p->high < points ? NO : UNKNOWN;
}

static uint8_t both(uint8_t a, uint8_t b)
{
    return a == NO || b == NO ? NO : a == UNKNOWN || b == UNKNOWN ? UNKNOWN : YES;
}

static uint8_t verdict(uint8_t state)
{
    return state == YES ? PASS : state == NO ? FAIL : INSUFFICIENT;
}

static uint8_t band(const struct hand_points *p)
{
    return p->value >= 60000 ? 0 : p->value >= 40000 ? 1 : p->value >= 20000 ? 2 : 3;
}

static void add_interest(struct hand_points *p, const struct seen *s)
{
    int32_t sum = clamp(s->reading, -20000, 20000) + clamp(s->downloads, -20000, 20000) +
                  clamp(s->meetings, -20000, 20000) + clamp(s->mail, -8000, 8000) +
                  clamp(s->product, -30000, 30000) + clamp(s->hand, -40000, 40000);
    sum += s->pricing_30 >= 2 ? 10000 : 0;
    sum += s->docs_14 >= 3 ? 6000 : 0;
    sum += s->click_7 > 0 ? 3000 : 0;
    sum += s->trial_14 > 0 ? 10000 : 0;
    sum += s->demo_7 > 0 ? 12000 : 0;
    sum += s->webinar_30 > 0 ? 4000 : 0;
    sum += s->any_7 >= 5 ? 6000 : 0;
    sum += s->any_30 >= 12 ? 4000 : 0;
    sum += s->any_days_30 >= 6 ? 8000 : 0;
    sum += s->case_60 > 0 && s->pricing_60 > 0 ? 5000 : 0;
    sum += s->open_30 > 0 && s->page_30 == 0 ? -5000 : 0;
    sum += s->page_days_7 >= 3 ? 5000 : 0;
    *p = (struct hand_points){sum, sum, sum};
    add(p, -15000, s->quiet < 0 ? UNKNOWN : s->quiet > 60);
    add(p, -20000, s->quiet < 0 ? UNKNOWN : s->quiet > 120);
    bound(p);
}

/* --- text: decided once per distinct value --- */

static bool has(const char *text, const char *words)
{
    char copy[128], *save = NULL;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok_r(copy, "|", &save); word != NULL; word = strtok_r(NULL, "|", &save))
        if (strcasestr(text, word) != NULL)
            return true;
    return false;
}

static bool has_whole(const char *text, const char *words)
{
    char padded[128];
    snprintf(padded, sizeof padded, " %s ", text);
    return has(padded, words);
}

static int32_t title_points(const char *t)
{
    return (has(t, "operations|supply chain|procurement") ? 12000 : 0) +
           (has(t, "finance|controller") || has_whole(t, " cfo ") ? 8000 : 0) +
           (has_whole(t, " it ") || has(t, "technology|architect") ? 6000 : 0) +
           (has_whole(t, " head | chief | vp ") ? 10000 : 0) +
           (has_whole(t, " assistant | intern ") ? -10000 : 0);
}

static const char *text_of(const struct as_column *column, uint32_t code)
{
    return as_intern_text(column->dict, code).p;
}

/* 1 where the text of a code is one of the words. */
static uint8_t *one_of(const struct as_column *column, const char *words)
{
    uint32_t n = as_intern_count(column->dict);
    uint8_t *out = calloc(n + 1u, 1);
    for (uint32_t code = 0; out != NULL && code < n; code++) {
        char text[64];
        snprintf(text, sizeof text, "|%s|", text_of(column, code));
        out[code] = strstr(words, text) != NULL;
    }
    return out;
}

struct tables {
    int32_t *title;
    uint8_t *high, *manager, *low, *market, *healthcare, *education, *core, *same, *good, *advert;
    struct account_facts *accounts;
    struct seen *seen;
};

static bool open_tables(struct tables *t, const struct hand_columns *c)
{
    uint32_t titles = as_intern_count(c->title->dict);
    t->title = malloc((titles + 1u) * sizeof *t->title);
    for (uint32_t code = 0; t->title != NULL && code < titles; code++)
        t->title[code] = title_points(text_of(c->title, code));
    t->high = one_of(c->level, "|director|vp|c_level|");
    t->manager = one_of(c->level, "|manager|");
    t->low = one_of(c->level, "|individual|");
    t->market = one_of(c->industry, "|Software|Manufacturing|Logistics|");
    t->healthcare = one_of(c->industry, "|Healthcare|");
    t->education = one_of(c->industry, "|Education|");
    t->core = one_of(c->country, "|DE|US|GB|");
    t->same = one_of(c->account_country, "|DE|US|");
    t->good = one_of(c->source, "|referral|partner|");
    t->advert = one_of(c->source, "|advertisement|");
    t->accounts = malloc((c->data->accounts + 1u) * sizeof *t->accounts);
    t->seen = malloc((c->data->leads + 1u) * sizeof *t->seen);
    return t->title && t->high && t->manager && t->low && t->market && t->healthcare && t->education &&
           t->core && t->same && t->good && t->advert && t->accounts && t->seen;
}

static void close_tables(struct tables *t)
{
    uint8_t *bytes[] = {t->high,      t->manager, t->low,  t->market, t->healthcare,
                        t->education, t->core,    t->same, t->good,   t->advert};
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
        free(bytes[i]);
    free(t->title);
    free(t->accounts);
    free(t->seen);
}

static void read_accounts(struct tables *t, const struct hand_columns *c)
{
    for (uint32_t a = 0; a < c->data->accounts; a++) {
        uint32_t industry = c->industry->code[a];
        int64_t size = c->employees->i64[a], revenue = c->revenue->i64[a];
        bool sized = as_bit(c->employees->known, a), rich = as_bit(c->revenue->known, a);
        t->accounts[a] = (struct account_facts){
            .market = t->market[industry],
            .healthcare = t->healthcare[industry],
            .education = t->education[industry],
            .right_size = !sized ? UNKNOWN : size >= 200 && size <= 5000,
            .large = !sized ? UNKNOWN : size > 5000,
            .tiny = !sized ? UNKNOWN : size < 20,
            .fifty = !sized ? UNKNOWN : size >= 50,
            .rich = !rich ? UNKNOWN : revenue >= 5000000000,
            .able = !rich ? UNKNOWN : revenue >= 1000000000 && revenue <= 5000000000,
            .same = t->same[c->account_country->code[a]],
        };
    }
}

static void add_title(struct hand_points *p, bool known, int32_t points)
{
    *p = (struct hand_points){0, 0, 0};
    if (known)
        *p = (struct hand_points){points, points, points};
    else {
        p->low = -10000;
        p->high = 12000 + 8000 + 6000 + 10000;
    }
}

static void decide(struct hand_result *out, const struct tables *t, const struct hand_columns *c,
                   uint32_t row)
{
    static const struct account_facts nobody = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
                                                UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
    uint32_t account = c->data->lead_account[row], level = c->level->code[row];
    const struct account_facts *a = account == AS_NO_INDEX ? &nobody : &t->accounts[account];
    bool titled = as_bit(c->title->known, row), levelled = as_bit(c->level->known, row);
    uint8_t high = !levelled ? UNKNOWN : t->high[level], manager = !levelled ? UNKNOWN : t->manager[level],
            low = !levelled ? UNKNOWN : t->low[level], below = high == UNKNOWN ? UNKNOWN : !(high || manager);
    struct hand_points fit, interest;
    add_title(&fit, titled, titled ? t->title[c->title->code[row]] : 0);
    add(&fit, 15000, high);
    add(&fit, 8000, manager);
    add(&fit, -5000, low);
    add(&fit, 15000, a->market);
    add(&fit, 5000, a->healthcare);
    add(&fit, -5000, a->education);
    add(&fit, 15000, a->right_size);
    add(&fit, 8000, a->large);
    add(&fit, -15000, a->tiny);
    add(&fit, 10000, a->rich);
    add(&fit, 5000, a->able);
    add(&fit, 8000, t->core[c->country->code[row]]);
    add(&fit, 4000, a->same);
    add(&fit, 6000, t->good[c->source->code[row]]);
    add(&fit, -4000, both(t->advert[c->source->code[row]], below));
    bound(&fit);
    const struct seen *s = &t->seen[row];
    add_interest(&interest, s);
    uint8_t call = s->demo_7 > 0 ? YES : at_least(&interest, 40000);
    uint8_t ready = both(both(at_least(&fit, 40000), at_least(&interest, 60000)), a->fifty);
    out->gates = (uint8_t)(verdict(both(a->market, titled)) | verdict(call) << 2 | verdict(ready) << 4);
    out->bands = (uint8_t)(band(&fit) << 4 | band(&interest));
    out->fit = fit;
    out->interest = interest;
}

bool hand_w1(struct hand_result *out, int64_t *events_ns, const struct hand_columns *columns)
{
    static const int32_t points[W1_KINDS][2] = {{1000, 14}, {500, 14},  {4000, 21},  {4000, 21},
                                                {6000, 30}, {5000, 30}, {200, 7},    {1000, 7},
                                                {8000, 14}, {3000, 14}, {15000, 30}, {25000, 30}};
    struct tables tables = {NULL};
    int32_t(*weight)[W1_AGES] = malloc(W1_KINDS * sizeof *weight);
    bool good = weight != NULL && open_tables(&tables, columns);
    if (good) {
        for (int k = 0; k < W1_KINDS; k++)
            fill(weight[k], points[k][0], points[k][1]);
        struct timespec began, ended;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &began);
        take_events(tables.seen, columns, (const int32_t(*)[W1_AGES])weight);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ended);
        *events_ns = (ended.tv_sec - began.tv_sec) * INT64_C(1000000000) + ended.tv_nsec - began.tv_nsec;
        read_accounts(&tables, columns);
        for (uint32_t row = 0; row < columns->data->leads; row++)
            decide(&out[row], &tables, columns, row);
    }
    close_tables(&tables);
    free(weight);
    return good;
}
