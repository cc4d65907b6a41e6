/* Offers: content that was offered to leads, with the words in which it was, and whether they took it; and
 * what buyers say in their own words. */
#ifndef AS_STORE_OFFERS_H
#define AS_STORE_OFFERS_H

#include "store/store.h"

/* Offers made from `since` (AS_TIME_NONE: ever) up to `until`, as known at `at`. */
struct as_offer_window {
    int64_t since, until, at;
    int64_t within;    /* seconds in which an offer is taken or is not */
    const char *kinds; /* names of the events that take one, a JSON array; NULL: whatever is done with it */
};

/* Strings live during the call; NULL where there is none. */
struct as_offer {
    const char *content;      /* its key */
    const char *title, *text; /* of the content */
    const char *words;        /* of the touch itself */
    bool taken; /* within that time, before it was offered again; an event that names no content, which counts
                   among `kinds` alone, takes the offers that the lead had last before it */
};
typedef enum as_status (*as_offer_fn)(void *context, const struct as_offer *offer, struct as_error *error);
/* By content. Offers that are younger than the time are left out: nobody knows yet. */
enum as_status as_store_content_offers(struct as_store *store, const struct as_offer_window *window,
                                       as_offer_fn each, void *context, struct as_error *error);

/* A text of a buyer: an answer to the question, or a post (question NULL), said so many times. */
struct as_buyer_text {
    const char *question, *text;
    uint64_t times;
};
typedef enum as_status (*as_buyer_text_fn)(void *context, const struct as_buyer_text *text,
                                           struct as_error *error);
enum as_status as_store_buyer_texts(struct as_store *store, const struct as_offer_window *window,
                                    as_buyer_text_fn each, void *context, struct as_error *error);

#endif
