/* Import report: how an import went, for people and programs. Internal to host/cmd. */
#ifndef AS_CMD_IMPORT_REPORT_H
#define AS_CMD_IMPORT_REPORT_H

#include "cmd/line/context.h"
#include "data/ingest/ingest.h"
#include "store/facts/facts.h"

struct as_import_report {
    const char *kind, *file, *system;
    bool dry;
    struct as_ingest_summary read;
    struct as_facts_summary kept;
};

/* To out, as text or with --json as JSON; nothing when quiet, except rejects, which go to err. */
enum as_status as_import_report_print(const struct as_import_report *report, const struct as_context *context,
                                      struct as_error *error);

#endif
