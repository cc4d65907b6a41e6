/* Keeping: which of several words on one fact counts when their sources weigh the same. The last one, unless
 * a pack says that the first is kept; the others stand in its history.
 */
#ifndef AS_DATA_KEEPING_H
#define AS_DATA_KEEPING_H

#include "data/facts/schema.h"

/* Says of a field which word counts; the values are copied. Of the database (position.file NULL) it only
 * fills a gap. AS_ERR_CONFLICT names both places when two packs say otherwise. */
enum as_status as_schema_keep(struct as_schema *schema, uint32_t field, const struct as_first_word *keeping,
                              struct as_error *error);

/* Whether what is held stays: the first word is kept, and the fresh one does not override it. */
bool as_keeps_first(const struct as_first_word *keeping, struct as_str held, struct as_str fresh);

#endif
