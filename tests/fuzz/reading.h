/* Reading: what the fuzz targets of the readers share. */
#ifndef AS_FUZZ_READING_H
#define AS_FUZZ_READING_H

#include "data/rows/reader.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Reads every row to the end, and looks at every byte of every cell, so that a sanitizer sees a view that
 * leads outside. Aborts when a promise of data/rows/reader.h is broken. */
void as_fuzz_read(const uint8_t *bytes, size_t n, enum as_format format);

#endif
