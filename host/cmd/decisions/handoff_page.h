/* The pages of `assay handoff`: one package, and the offers that wait. Internal to host/cmd. */
#ifndef AS_CMD_HANDOFF_PAGE_H
#define AS_CMD_HANDOFF_PAGE_H

#include "cmd/line/context.h"
#include "cmd/output/document.h"
#include "run/handoff/coverage.h"
#include "run/handoff/package.h"

/* One lead's package. */
enum as_status as_print_package(struct as_document *document, const struct as_package *package,
                                struct as_error *error);

/* handoff_offers.c: the offers of a package and their answers. */
void as_print_offers(struct as_document *document, const struct as_package *package);

/* What there is for whom, what is missing, and what people of ours use. */
enum as_status as_print_coverage(struct as_document *document, const struct as_coverage *coverage,
                                 struct as_error *error);

/* handoff_waiting.c: the offers that wait, the oldest first; of the pack that --pack names, else of all. */
enum as_status as_list_offers(struct as_context *context, const struct as_arguments *arguments, bool json,
                              struct as_error *error);

#endif
