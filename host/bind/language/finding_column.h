/* Finding column: where on its line the words stand that a finding names. Lua tells lines only. */
#ifndef AS_BIND_FINDING_COLUMN_H
#define AS_BIND_FINDING_COLUMN_H

#include "data/pack/source.h"
#include "score/check/finding.h"

/* Sets the column of every finding whose file is a Lua file of the source: that of the first word or text of
 * its line which the message quotes or names (lead.title), else of the first that stands there. AS_ERR_MEMORY
 * only. */
enum as_status as_finding_columns(struct as_findings *findings, const struct as_source *source,
                                  struct as_error *error);

#endif
