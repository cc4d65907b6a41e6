/* Ingest: a file becomes checked records, and what cannot becomes a reject file. Nothing is lost: every row is accepted,
 * rejected with its reason, or left out because the mapping says so, and counted. */
#ifndef AS_DATA_INGEST_H
#define AS_DATA_INGEST_H

#include "data/mapping/mapping.h"
#include "data/rows/reader.h"

struct as_ingest_options {
    enum as_import_kind kind;
    const char *path;                 /* of the file; also where joined files are looked for; "-": standard input */
    char delimiter;                   /* of a CSV file; 0: found out */
    const char *preset;               /* "hubspot", "salesforce"; NULL: none */
    const struct as_mapping *mapping; /* stronger than preset; NULL: preset, else by name */
    const struct as_schema *schema;
    int64_t now;                      /* what happened after this is rejected: it is in the future of its import */
    const char *rejects_path;         /* NULL: path with ".rejects.csv"; "": none is written */
    /* Called now and then with bytes done and in all (0: unknown) and rows so far; false stops (AS_ERR_STOPPED). May be NULL. */
    bool (*progress)(void *context, uint64_t done, uint64_t all, uint64_t rows);
    void *progress_context;
};

/* A column of the file that nothing takes. */
struct as_ignored_column {
    const char *name;
    const char *suggestion; /* nearest column of ours, NULL none */
    bool of_account;        /* in a file of leads: what it says is a fact of accounts */
};
/* How our column is filled, for `--dry-run` and curious people. */
struct as_mapped_column {
    const char *theirs, *ours;
};
/* One reason with how often it occurred; also for notes on rows that were accepted. */
struct as_ingest_note {
    const char *column; /* theirs; "" when it is about the row */
    const char *reason; /* of the first such row */
    uint64_t count, first_line;
};

struct as_ingest_summary {
    struct as_arena arena;
    /* rows = accepted + rejected + skipped; repaired ones are among the accepted or rejected */
    uint64_t rows, accepted, rejected, repaired, skipped;
    uint64_t changed;                     /* accepted rows that changed something */
    uint64_t records;                     /* records put: a row may give several */
    AS_LIST(struct as_mapped_column) mapped;
    AS_LIST(struct as_ignored_column) ignored;
    AS_LIST(struct as_ingest_note) reasons; /* of rejections; commonest first, at most AS_MAX_NOTES */
    AS_LIST(struct as_ingest_note) notes;   /* on what was accepted nevertheless, the same way */
    char rejects_path[1024];              /* "" when nothing was rejected */
    char system[64];                      /* of the mapping or preset; "" when neither says */
};

/* The external-id system that these options lead to ("hubspot"), so that a sink can be opened before the file is read:
 * the mapping's word, else the preset, else NULL. */
const char *as_ingest_system(const struct as_ingest_options *options);

/* Reads the whole file into the sink. AS_ERR_DATA when the file as a whole cannot be used (a required column is missing, it
 * is not text), with the fault of the mapping or file; rejected rows are no error. The reject file is written beside and
 * renamed when complete, and an old one is removed when there are none. The caller frees the summary in any case. */
enum as_status as_ingest(struct as_ingest_summary *summary, const struct as_ingest_options *options,
                         const struct as_record_sink *sink, struct as_error *error);
void as_ingest_summary_free(struct as_ingest_summary *summary);

#endif
