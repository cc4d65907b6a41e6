/* Draws W1's rows. Files are w1_data.c's, columns kernel_w1.c's. */
#include "w1_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *const w1_kinds[W1_KINDS] = {"page_view",    "blog_view",  "whitepaper",  "ebook",
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

static uint32_t below(struct w1 *w1, uint32_t n)
{
    w1->state ^= w1->state << 13;
    w1->state ^= w1->state >> 7;
    w1->state ^= w1->state << 17;
    return (uint32_t)((w1->state >> 32) * n >> 32);
}

void w1_open(struct w1 *w1, uint32_t leads, uint32_t most_events)
{
    *w1 = (struct w1){leads, leads / 10 + 1, leads / 20, most_events, 88172645463325252u};
    w1->titles = w1->titles < 100 ? 100 : w1->titles > 50000 ? 50000 : w1->titles;
}

void w1_account(struct w1_account *out, struct w1 *w1)
{
    uint32_t size = 1 + below(w1, 100), revenue = 50000 + below(w1, 150000);
    out->employees = below(w1, 10) == 0 ? 0 : (uint64_t)size * size;
    out->revenue = below(w1, 5) == 0 ? 0 : (uint64_t)size * size * revenue;
    out->industry = industries[below(w1, 6)];
    out->country = countries[below(w1, 8)];
}

void w1_lead(struct w1_lead *out, struct w1 *w1)
{
    uint32_t t = below(w1, w1->titles);
    out->title[0] = '\0';
    if (below(w1, 20) != 0)
        snprintf(out->title, sizeof out->title, "%s %s %" PRIu32, ranks[t % 10], areas[t / 10 % 10], t / 100);
    out->level = below(w1, 10) == 0 ? NULL : levels[below(w1, 6)];
    out->account = below(w1, 10) == 0 ? UINT32_MAX : below(w1, w1->accounts);
    out->country = countries[below(w1, 8)];
    out->source = sources[below(w1, 5)];
}

static int by_time(const void *a, const void *b)
{
    const struct w1_event *x = a, *y = b;
    return (x->time > y->time) - (x->time < y->time);
}

uint32_t w1_events(struct w1_event out[W1_MOST_EVENTS], struct w1 *w1)
{
    uint32_t n = below(w1, w1->most_events + 1);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t draw = below(w1, 1000);
        out[i].kind = 0;
        while (kind_share[out[i].kind] <= draw)
            out[i].kind++;
        out[i].time = (uint32_t)(W1_AT - below(w1, W1_DAYS * 86400));
    }
    qsort(out, n, sizeof *out, by_time);
    return n;
}
