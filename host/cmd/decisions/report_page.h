/* A report as a page; internal to `assay report`. */
#ifndef AS_CMD_REPORT_PAGE_H
#define AS_CMD_REPORT_PAGE_H

#include "cmd/output/document.h"
#include "run/report/report.h"

enum as_status as_print_report(struct as_document *document, const struct as_report *report,
                               struct as_error *error);

#endif
