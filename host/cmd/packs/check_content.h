/* Check content: the words of a file of content, as `assay import content` takes it, held against the lexicon
 * of a pack. */
#ifndef AS_CMD_CHECK_CONTENT_H
#define AS_CMD_CHECK_CONTENT_H

#include "score/check/check.h"

/* Adds what it finds in the file's rows. AS_ERR_DATA: a row that could not be taken in, with its line. */
enum as_status as_check_content(struct as_findings *findings, const struct as_pack *pack, const char *path,
                                int64_t now, struct as_error *error);

#endif
