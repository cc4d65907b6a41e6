/* One call of an enrich function: begun in a coroutine, resumed when its request has an answer, its result
 * read. For enriching.c, and for rule tests that try an enrichment. */
#ifndef AS_BIND_ENRICHING_CALL_H
#define AS_BIND_ENRICHING_CALL_H

#include "bind/module/http_module.h"
#include "bind/script/script.h"

#include "store/work/enrichments.h"

struct as_found_value {
    uint32_t field; /* schema index */
    struct as_str text;
};

struct as_enrich_call {
    const struct as_enrichment *enrichment;
    struct as_http_call http;
    lua_State *coroutine; /* NULL: none runs */
    int anchor;           /* keeps it, in the registry */
    int64_t row_id;

    /* when it is done */
    struct as_arena arena; /* of the values; reset with the next call */
    AS_LIST(struct as_found_value) found;
    enum as_asked_outcome outcome;
    bool put_off; /* nothing was asked: it stays due */
    bool fault;   /* of the function itself */
    char why[320];
};

/* Begins the call of enrichment number `number` of the pack about a row of the store, in a state whose http
 * and store accesses are open. The function runs until its first request or its end. *done: its result is
 * there. Faults are results; only memory fails. */
enum as_status as_enrich_call_begin(bool *done, struct as_enrich_call *call, struct as_loaded *loaded,
                                    uint32_t number, int64_t row_id, struct as_error *error);
/* Goes on after call->http.waits became false. */
enum as_status as_enrich_call_go_on(bool *done, struct as_enrich_call *call, struct as_loaded *loaded,
                                    struct as_error *error);
/* Ends it, wherever it is. */
void as_enrich_call_end(struct as_enrich_call *call, struct as_loaded *loaded);

#endif
