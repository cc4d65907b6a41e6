/* assay.http: requests and JSON for scripts that may use the network: enrichment and its tests, never a
 * decision. */
#ifndef AS_BIND_HTTP_MODULE_H
#define AS_BIND_HTTP_MODULE_H

#include "base/arena.h"
#include "bind/module/module_table.h"
#include "data/facts/schema.h"
#include "net/request.h"
#include "store/store.h"

extern const struct as_module as_http_module;
extern const struct as_module_part as_http_ask_part, as_http_text_part;

/* One call of a script's function, and what it has asked so far. */
struct as_http_call {
    enum as_level level;
    int64_t row_id; /* whom it is about: its kept answers go when they are erased; 0 nobody */
    unsigned requests;
    bool waits;    /* a request of its is under way */
    bool put_off;  /* an origin is left alone for now: nothing was asked */
    bool failed;   /* a provider could not be asked, or said that it is in trouble */
    char why[320]; /* the first time */

    char keep_key[65];  /* under which the answer is kept for others, */
    int64_t keep_until; /* and until when; 0: it is not */

    /* the answer it waits for, copied; released when it was read */
    struct as_arena arena;
    struct as_response answer;
    struct as_error error;
};
void as_http_call_end(struct as_http_call *call);

/* What one state may do with the network. */
struct as_http_access {
    struct as_client *client; /* NULL: every request raises, saying `refusal` */
    struct as_store *store;   /* keeps answers; NULL: none are kept */
    const char *pack;
    int64_t now;               /* until when kept answers are good is counted from here */
    struct as_http_call *call; /* the one that runs; set before each resume */
    const char *refusal;       /* "while rules decide"; NULL says that */
};

/* Appends a text percent-encoded (RFC 3986, unreserved characters stay). */
void as_url_encode(struct as_buf *out, struct as_str text);

/* Pushes the module's table. access is borrowed and outlives the state; NULL: no network. */
void as_http_module_push(lua_State *L, struct as_http_access *access);

#endif
