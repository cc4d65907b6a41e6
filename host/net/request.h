/* Requests: a client sends them in parallel over one connection cache, within what a pack permits and the
 * host's policy allows.
 *
 * A request is never blocked on: it is submitted, and its callback runs inside as_client_turn when it has its
 * answer or is given up. Redirects are followed by hand, each hop checked like a first request; the address
 * of every socket is checked before it is opened (net/address.h). A client belongs to one thread.
 */
#ifndef AS_NET_REQUEST_H
#define AS_NET_REQUEST_H

#include "net/policy.h"

struct as_client;
struct as_cassette;

struct as_client_options {
    const struct as_policy *policy; /* the host's; borrowed */
    const char *const *origins; /* that the pack permits, as written: "https://enrich.example/"; borrowed */
    uint32_t origin_count;
    const char *const *secrets; /* names that the pack permits; borrowed */
    uint32_t secret_count;
    struct as_cassette *cassette; /* plays or records (net/cassette.h); borrowed; NULL: the network alone */
};

/* AS_ERR_DATA when an origin is none, AS_ERR_IO when curl cannot start. */
enum as_status as_client_open(struct as_client **out, const struct as_client_options *options,
                              struct as_error *error);
/* Transfers that still run are dropped without their callback. NULL is fine. */
void as_client_close(struct as_client *client);

struct as_header {
    const char *name, *value;
};

/* What is sent. Everything is copied by as_client_submit. Values of headers, the URL's query and the body may
 * hold marks of secrets (as_client_secret_mark); they are replaced only on the wire. */
struct as_request {
    const char *method; /* GET HEAD POST PUT PATCH DELETE; NULL: GET */
    const char *url;
    const struct as_header *headers;
    uint32_t header_count;
    struct as_str body; /* p NULL: none */
    const char
        *idempotency_key; /* sent as Idempotency-Key; with one, any method is tried again. NULL: none */
    int64_t timeout_ms;   /* of all tries and hops together; 0: AS_HTTP_TIMEOUT_MS */
    size_t most_bytes;    /* of the decoded answer's body; 0: AS_HTTP_MOST_BODY */
    unsigned tries;       /* 1: never again; 0: AS_HTTP_TRIES. Never again without key unless idempotent */
    int redirects;        /* hops; 0: AS_HTTP_REDIRECTS; -1: none, the 3xx is the answer */
};

enum as_reply {
    AS_ANSWERED,    /* there is a status, be it 200 or 500 */
    AS_REFUSED,     /* against what is permitted: nothing was sent to the address refused */
    AS_UNREACHED,   /* no connection, so the other side has not seen the request */
    AS_BROKEN,      /* reset, lied about its length, bad TLS: it may have seen the request */
    AS_TIMED_OUT,   /* it may have seen the request */
    AS_TOO_LARGE,   /* of body or headers */
    AS_NOT_RECORDED /* a cassette plays, and has no answer to this request */
};
const char *as_reply_name(enum as_reply outcome); /* "answered", "refused" … */

/* What came back. Valid during the callback alone. Secrets that the other side echoed are replaced by their
 * names. */
struct as_response {
    enum as_reply outcome;
    int status; /* HTTP status; 0 unless answered */
    struct as_str body;
    const struct as_header *headers; /* of the last answer, names in lower case */
    uint32_t header_count;
    const char *url;      /* that answered, after redirects; without its query, which may hold a person */
    int64_t retry_after;  /* seconds the answer asks to wait (delta or date); -1: it does not say */
    unsigned tries;       /* that were made */
    bool recorded;        /* a cassette's */
    const struct as_error *error; /* why, when not answered; NULL else */
};
/* May submit further requests. */
typedef void (*as_response_fn)(void *context, const struct as_response *response);

/* Takes a request. What is against the policy is refused by the callback like any other outcome, so that
 * there is one place for answers; only memory and usage fail here (then the callback never runs). */
enum as_status as_client_submit(struct as_client *client, const struct as_request *request,
                                as_response_fn done, void *context, struct as_error *error);
/* Moves all transfers on, waiting up to wait_ms for something to happen; callbacks run inside. Call it until
 * as_client_pending is 0. */
enum as_status as_client_turn(struct as_client *client, int64_t wait_ms, struct as_error *error);
/* Requests submitted and not yet answered. */
uint32_t as_client_pending(const struct as_client *client);

/* The mark that stands for a permitted secret in a request: unguessable, so that data cannot name one. Owned
 * by the client. NULL with an error: the pack does not permit it, or the host does not have it. */
const char *as_client_secret_mark(struct as_client *client, const char *name, struct as_error *error);
/* Text with the marks of secrets replaced by "[secret NAME]". */
enum as_status as_client_words(struct as_buf *out, const struct as_client *client, struct as_str text,
                               struct as_error *error);
/* Text with the values of the client's secrets replaced by "[secret NAME]"; for messages made elsewhere. */
void as_client_scrub(struct as_buf *out, const struct as_client *client, struct as_str text);

#endif
