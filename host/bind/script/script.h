/* Script: a loaded pack with its Lua states, as script.c and functions.c share it. */
#ifndef AS_BIND_SCRIPT_H
#define AS_BIND_SCRIPT_H

#include "bind/language/loading.h"
#include "bind/module/http_module.h"
#include "bind/module/store_module.h"
#include "bind/script/host.h"
#include "bind/script/lead_view.h"

/* One state with the pack loaded into it. */
struct as_loaded {
    struct as_state *state;
    struct as_pack *pack;
    const struct as_pack *seen; /* the pack as assay.score's lists see it */
    struct as_loading loading;
    struct as_lead_view *view; /* made with the first function call */
    /* What its scripts may do with store and network: nothing, but for one that enriches. */
    struct as_store_access store;
    struct as_http_access http;
};

struct as_script {
    struct as_source source; /* a copy: workers load it again */
    struct as_schema *schema;
    struct as_script_limits limits;
    struct as_watchdog *watchdog;
    struct as_loaded main;
    struct as_loaded *workers[AS_MAX_THREADS]; /* states of workers 1 …; worker 0 is main */
    struct as_functions functions;
};

/* replica: for a worker, with the rules of main. */
enum as_status as_loaded_open(struct as_loaded *out, const struct as_script *script, bool replica,
                              struct as_error *error);
void as_loaded_close(struct as_loaded *loaded);

#endif
