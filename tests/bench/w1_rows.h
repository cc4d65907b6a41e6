/* W1's rows: what every benchmark is about, drawn from a seed, so that files and columns hold the same facts.
 *
 * 1,000,000 leads with 50,000 distinct titles in 100,000 accounts and 20,000,000 events of 12 kinds over 180
 * days; the number of leads scales all of it. Some facts are unknown, as in any base: one title in 20, one
 * level in 10, one account in 10 …
 *
 * Draw in this order: all accounts, all leads, then each lead's events. */
#ifndef AS_BENCH_W1_ROWS_H
#define AS_BENCH_W1_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { W1_KINDS = 12, W1_MOST_EVENTS = 40, W1_DAYS = 180, W1_LATER = 60, W1_AGES = W1_DAYS + W1_LATER };
/* The last second of 2026-06-30, when W1 is decided; again on up to W1_LATER days after it. */
#define W1_AT (INT64_C(20635) * 86400 - 1)

struct w1 {
    uint32_t leads, accounts, titles;
    uint32_t most_events; /* of a lead */
    uint64_t state;
};

struct w1_account {
    const char *industry, *country;
    uint64_t employees, revenue; /* 0: unknown; revenue in EUR */
};

struct w1_lead {
    char title[64];    /* empty: unknown */
    const char *level; /* NULL: unknown */
    const char *country, *source;
    uint32_t account; /* UINT32_MAX: none */
};

struct w1_event {
    uint32_t time;
    uint16_t kind; /* index into w1_kinds */
};

extern const char *const w1_kinds[W1_KINDS];

/* W1 itself has W1_MOST_EVENTS; at most as many. */
void w1_open(struct w1 *w1, uint32_t leads, uint32_t most_events);
void w1_account(struct w1_account *out, struct w1 *w1);
void w1_lead(struct w1_lead *out, struct w1 *w1);
/* The events of the next lead, by time. Returns how many. */
uint32_t w1_events(struct w1_event out[W1_MOST_EVENTS], struct w1 *w1);

#endif
