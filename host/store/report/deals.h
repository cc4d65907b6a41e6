/* Deals: opportunities as reports count them, with whose word their source is. */
#ifndef AS_STORE_DEALS_H
#define AS_STORE_DEALS_H

#include "store/store.h"

enum as_deal_outcome { AS_DEAL_OPEN, AS_DEAL_WON, AS_DEAL_LOST, AS_DEAL_NO_DECISION };

struct as_deal_row {
    int64_t id;
    const char *name; /* else its external id */
    enum as_deal_outcome outcome;
    bool has_amount;
    int64_t amount;          /* hundredths */
    const char *currency;    /* "" where none is given */
    int64_t created, closed; /* instants; AS_TIME_NONE: not known */
    const char *owner;       /* "" nobody */
    const char *account;     /* "" none */
    uint32_t leads;          /* that are linked */
    int64_t lead;            /* the linked lead that began first; 0 none */
    int64_t lead_start;      /* day on which it began */
    const char *source;      /* the deal's own, else its lead's; "" nobody says */
    const char
        *competitor; /* of a lost deal: its own, else the last that was recorded of its leads; "" nobody */
    bool lead_has_campaign; /* some linked lead, or an event of one, names a campaign */
    bool former_client;     /* some linked lead worked for a customer of ours before */
    bool has_relationship;  /* some linked lead has a relationship owner */
};
typedef enum as_status (*as_deal_row_fn)(void *context, const struct as_deal_row *row,
                                         struct as_error *error);
/* As they stood at `at`: a deal that was created later is none, one that closed later is open. By id.
 * Strings live during the call. */
enum as_status as_store_deals(struct as_store *store, int64_t at, as_deal_row_fn each, void *context,
                              struct as_error *error);

/* Whose deal each is: its linked leads and all people of its account, each once and by the number of who they
 * were merged into, and companies as people; by deal, then lead. */
struct as_deal_lead {
    int64_t deal, lead;
    bool linked, of_account; /* at least one of them */
};
typedef enum as_status (*as_deal_lead_fn)(void *context, const struct as_deal_lead *row,
                                          struct as_error *error);
enum as_status as_store_deal_leads(struct as_store *store, int64_t at, as_deal_lead_fn each, void *context,
                                   struct as_error *error);

/* What sellers did with the people of closed deals between their creation and their close, by whole days:
 * kinds of sellers' events that move no lead. Each kind once a deal; by deal, then kind. */
typedef enum as_status (*as_deal_step_fn)(void *context, int64_t deal, const char *step,
                                          struct as_error *error);
enum as_status as_store_deal_steps(struct as_store *store, int64_t at, as_deal_step_fn each, void *context,
                                   struct as_error *error);

#endif
