/* Session: an interactive sandbox over one database. The lead at hand, what is supposed of it, and the
 * functions that look at it, at many leads, and at rules; `help()` lists them. The session reads; what is to
 * be written the program around it does, after asking.
 *
 * A chunk's results go to the printer that the caller gives: words and alignment are the command's.
 */
#ifndef AS_BIND_REPL_H
#define AS_BIND_REPL_H

#include "bind/sandbox/state.h"
#include "run/explain/explain.h"
#include "run/explain/whynot.h"

/* What of an explanation is wanted. */
enum as_told {
    AS_TOLD_CARD,    /* who, where it stands, scores in a line each */
    AS_TOLD_ALL,     /* as `assay explain` */
    AS_TOLD_PART,    /* one model, gate or score */
    AS_TOLD_CONTACT, /* may she be contacted */
    AS_TOLD_ACCOUNT,
};
/* A list of rows; cells are texts or numbers, NULL for none. */
struct as_told_rows {
    const char *const *columns;
    uint32_t width;
    const char *const *cells; /* row by row */
    const bool *numbers;      /* of each cell */
    uint64_t rows;
};
struct as_repl_printer {
    void *context;
    enum as_status (*text)(void *context, struct as_str text, struct as_error *error); /* lines end in "\n" */
    enum as_status (*explanation)(void *context, const struct as_explanation *explanation, enum as_told what,
                                  struct as_error *error);
    enum as_status (*whynot)(void *context, const struct as_whynot *whynot, struct as_error *error);
    enum as_status (*rows)(void *context, const struct as_told_rows *rows, struct as_error *error);
};

/* What only the program around a session can do. */
struct as_repl_house {
    void *context;
    /* Runs `assay` with these words, its output going where the session's does. *code: its exit code, 0 or 1;
     * a greater one is AS_ERR_USAGE with its message. */
    enum as_status (*command)(void *context, int *code, const char *const *words, uint32_t n,
                              struct as_error *error);
    /* Asks a person; NULL: there is nobody to ask. */
    bool (*confirm)(void *context, const char *question);
    int64_t (*clock)(void *context); /* NULL: the session stands still at its `at` */
};

struct as_repl_options {
    struct as_store *store;
    const char *db,
        *pack; /* as commands take them: the database's file, the folder or name of the first pack */
    struct as_repl_house house;
    struct as_schema *schema;        /* what the packs and the database know; may not grow any more */
    const struct as_run_pack *packs; /* the first one decides; the others' contact policies bind */
    uint32_t pack_count;
    int64_t at, known_at, now;
    unsigned threads;
    struct as_script_limits limits; /* memory of the session and steps of a line; 0: the session's own */
    struct as_repl_printer printer;
    bool (*stop)(void *context); /* the user wants the running line to end; may be NULL */
    void *stop_context;
};

struct as_repl;
/* Options and what they point to must outlive the session. */
enum as_status as_repl_open(struct as_repl **out, const struct as_repl_options *options,
                            struct as_error *error);
void as_repl_close(struct as_repl *repl);

/* Runs a chunk, an expression or statements, and prints its results. *incomplete: more lines are needed,
 * nothing ran (AS_OK). `name` is where the chunk comes from, for messages. */
enum as_status as_repl_run(bool *incomplete, struct as_repl *repl, const char *name, struct as_str chunk,
                           struct as_error *error);

/* Whether what ran last had to do with one person, so that its text may hold personal data. */
bool as_repl_personal(const struct as_repl *repl);

/* Names that may follow the text before the cursor: fills at most `most`, each valid until the next call, and
 * *from with the number of bytes of `before` that the names replace. */
uint32_t as_repl_complete(const char **names, uint32_t most, size_t *from, struct as_repl *repl,
                          struct as_str before);

#endif
