/* Export: what the parts of `assay export` share. Internal to host/cmd. */
#ifndef AS_CMD_EXPORT_H
#define AS_CMD_EXPORT_H

#include "cmd/line/context.h"
#include "cmd/output/sheet.h"

/* Whose column names are written. */
enum as_export_map { AS_MAP_OURS, AS_MAP_HUBSPOT, AS_MAP_SALESFORCE };
enum { AS_EXPORT_MAPS = AS_MAP_SALESFORCE + 1 };

struct as_export {
    struct as_context *context;
    FILE *out;
    enum as_sheet_format format;
    enum as_export_map map;
    const char *model; /* NULL: every model */
    int64_t since_run; /* 0: all */
    bool for_sales;
    AS_LIST(const char *) packs; /* names, at least one unless tasks are exported */
    uint64_t rows;               /* written */
};

/* Stages that sales works with: fully qualified people and opportunities, never a raw lead. */
uint32_t as_export_sales_stages(void);

/* Each writes one kind to export->out, in its format, and counts export->rows. */
enum as_status as_export_leads(struct as_export *export, struct as_error *error);
enum as_status as_export_tasks(struct as_export *export, struct as_error *error);
enum as_status as_export_moves(struct as_export *export, struct as_error *error);

#endif
