/* Context: what every command has in hand: global options, the terminal, the database, the packs, and how a
 * fault becomes a message and an exit code.
 *
 * Exit codes: 0 done; 1 findings (context->findings); 2 usage (AS_ERR_USAGE); 3 data or environment (any
 * other fault). An interrupt (Ctrl-C) ends the process by SIGINT after everything was rolled back.
 */
#ifndef AS_CMD_CONTEXT_H
#define AS_CMD_CONTEXT_H

#include "bind/script/host.h"
#include "cmd/line/command.h"
#include "cmd/output/terminal.h"
#include "store/store.h"

#include <signal.h>

struct as_loaded_pack {
    struct as_source source;
    struct as_script *script;
    const struct as_pack *pack; /* of the script */
};

struct as_context {
    struct as_arena arena; /* until the command ends */
    struct as_terminal terminal;
    const struct as_command *const *commands;
    const char *db; /* --db FILE, else $ASSAY_DB, else "assay.db" */
    int64_t now;    /* the clock when the command started */
    int64_t at;     /* --at, else now; a later time of today is now */
    bool at_given;
    bool json, quiet;
    struct as_script_limits limits;           /* --allow; 0 where nothing was said */
    bool findings;                            /* set by a command: exit code 1 */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
    struct as_store *store;                   /* after as_context_store */
    struct as_schema *schema;                 /* after as_context_schema */
    AS_LIST(struct as_loaded_pack *) packs;
};

/* The global options every command takes. */
const struct as_option *as_global_options(void);

/* Runs one command line and returns the exit code. */
int as_command_main(const struct as_command *const *commands, int count, char *const *words,
                    const volatile sig_atomic_t *interrupted, FILE *out, FILE *err);

/* Opens the database once (a second call with the same or a lesser mode does nothing). READ and WRITE need
 * one that exists. Closed with the context. */
enum as_status as_context_store(struct as_context *context, enum as_store_mode mode, struct as_error *error);

/* The schema: built-ins, then what loaded packs declare. as_context_learn makes schema and open store know
 * each other; call it after the packs are loaded and before facts are read or written. */
enum as_status as_context_schema(struct as_context *context, struct as_error *error);
enum as_status as_context_learn(struct as_context *context, struct as_error *error);

/* Loads a pack: `words` is a folder with a pack.lua, else the name of a pack that the open database has run
 * or promoted (the version that decides), else NAME@HASH, a kept version by the beginning of its hash.
 * Loading the same version twice gives the first. Freed with the context. */
enum as_status as_context_pack(struct as_loaded_pack **out, struct as_context *context, const char *words,
                               struct as_error *error);
/* The same for a sealed source, which then belongs to the context, or is freed. */
enum as_status as_context_source(struct as_loaded_pack **out, struct as_context *context,
                                 struct as_source *source, struct as_error *error);

/* The row of --policy for option tables: what the host allows on the network (net/policy.h). */
#define AS_OPTION_POLICY                                                                                     \
    {                                                                                                        \
        .name = "policy", .kind = AS_OPTION_TEXT, .value = "FILE",                                           \
        .text = "what packs may reach on the network; else $ASSAY_POLICY"                                    \
    }

/* Who answers for an act: --by of the command, else the name that this machine knows the user by. */
const char *as_context_user(const struct as_arguments *arguments);

/* AS_ERR_STOPPED when the user interrupted. */
enum as_status as_context_interrupted(const struct as_context *context, struct as_error *error);

/* Prints one JSON document (as host/run/decision/json.h writes it) with line breaks and indentation, to out.
 */
enum as_status as_context_print_json(const struct as_context *context, const struct as_buf *json,
                                     struct as_error *error);

/* "assay: FILE:LINE: what is wrong" and a second line with what to do, to the terminal's err. */
void as_error_print(const struct as_terminal *terminal, const struct as_error *error);

#endif
