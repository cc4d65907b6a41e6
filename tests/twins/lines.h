/* Lines: what a command says, said as lines of `assay follow`. */
#ifndef AS_TEST_LINES_H
#define AS_TEST_LINES_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Adds the lines that say what this command, which ends with NULL, is told at `at`: an import of a file
 * (its path is from within a twin's folder; cells have neither commas nor quotes) or what is recorded. False:
 * it is neither, and no line says it. */
bool add_lines(struct as_buf *lines, const char *folder, int64_t at, const char *const *given);

#endif
