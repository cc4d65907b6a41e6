/* Transfer: one request on its way, as request.c, transfer.c, hop.c, outcome.c and gate.c share it. Not for
 * others. */
#ifndef AS_NET_TRANSFER_H
#define AS_NET_TRANSFER_H

#include "base/arena.h"
#include "base/limits.h"
#include "net/cassette.h"
#include "net/curl.h"
#include "net/mark.h"
#include "net/request.h"

/* A first-in first-out list. */
struct as_queue {
    struct as_transfer *first, *last;
};

/* One origin: what waits for it and how fast it may be asked. */
struct as_gate {
    struct as_gate *next;
    struct as_origin origin;
    double per_second;
    uint32_t at_once;
    uint32_t running;
    int64_t next_at;    /* ticks: the rate allows no start before */
    int64_t shut_until; /* ticks: the origin asked for a pause, or failed too often; 0 open */
    bool failed;        /* why it is shut: it failed; else it asked */
    uint32_t failures;  /* in a row */
    struct as_queue waiting;
};

struct as_transfer {
    struct as_transfer *next;
    struct as_client *client;
    struct as_arena arena;
    as_response_fn done;
    void *context;

    /* as submitted; marks of secrets in place */
    const char *method, *url;
    struct as_header *headers;
    uint32_t header_count;
    struct as_str body;
    bool has_body, repeatable;
    size_t most_bytes;
    unsigned most_tries;
    int64_t timeout_ms;

    /* where it is */
    const char *first_method, *first_url; /* what a cassette knows it by */
    struct as_origin origin;
    struct as_gate *gate;
    unsigned tries;
    int hops_left;
    int64_t deadline, not_before; /* ticks; deadline 0 until first begun */

    /* one try */
    CURL *easy;
    CURLU *address;
    struct curl_slist *sent;
    struct as_buf wire_body;
    char message[CURL_ERROR_SIZE];
    const char *refused; /* why the guard opened no socket */
    struct as_address refused_address;
    bool too_large, no_memory;

    /* the answer */
    enum as_reply outcome;
    struct as_error error;
    int status;
    int64_t retry_after;
    struct as_buf answer, scrubbed;
    AS_LIST(struct as_header) answer_headers;
    size_t answer_header_bytes;
    const struct as_response *played;
};

struct as_client {
    const struct as_policy *policy;
    const struct as_curl *curl;
    struct as_arena arena;
    struct as_origin *origins;
    uint32_t origin_count;
    const char *const *permitted; /* names of secrets */
    uint32_t permitted_count;
    struct as_marks marks;
    struct as_cassette *cassette;
    CURLM *multi;
    struct as_gate *gates;
    struct as_transfer *running; /* list by next */
    struct as_queue ready;       /* have their answer; callbacks come */
    uint32_t pending, running_count;
};

/* gate.c: first in, first out, through transfer->next; a transfer is in one queue at a time. Taking from an
 * empty one gives NULL. */
void as_queue_put(struct as_queue *queue, struct as_transfer *transfer);
struct as_transfer *as_queue_take(struct as_queue *queue);

/* hop.c: may the transfer ask its URL? Fills origin and gate. Not AS_OK: transfer->outcome and error say why
 * not. */
enum as_status as_hop_check(struct as_transfer *transfer);
/* hop.c: after an answer: true when it is a redirect that is followed; the transfer is then at its next URL,
 * unless it may not go there (outcome is not AS_ANSWERED). */
bool as_hop_next(struct as_transfer *transfer);
/* Whether asking twice does no more than asking once: anything but POST and PATCH. */
bool as_hop_idempotent(const char *method);

/* gate.c: the gate of an origin. NULL when memory is out. */
struct as_gate *as_gate_of(struct as_client *client, const struct as_origin *origin);
/* The next transfer that may begin now, taken out of the queue; NULL: none. *wake gets the earliest time at
 * which one could (unchanged when none waits). */
struct as_transfer *as_gate_next(struct as_gate *gate, int64_t now, int64_t *wake);
/* Whether the origin is shut for longer than anybody should wait. */
bool as_gate_shut(const struct as_gate *gate, int64_t now);
void as_gate_began(struct as_gate *gate, int64_t now);
/* What an answer or failure says about the origin. */
void as_gate_learn(struct as_gate *gate, const struct as_transfer *transfer, int64_t now);

/* transfer.c: begins and ends one try with curl. */
enum as_status as_transfer_begin(struct as_transfer *transfer, int64_t now, struct as_error *error);
void as_transfer_end(struct as_transfer *transfer, CURLcode code);
void as_transfer_drop(struct as_transfer *transfer); /* frees all */

/* outcome.c: what curl's result means, and whether the transfer should be tried again (then not_before is
 * set). */
void as_outcome_of(struct as_transfer *transfer, CURLcode code);
bool as_outcome_again(struct as_transfer *transfer, int64_t now);

#endif
