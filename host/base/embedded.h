/* Embedded files: what AssayEmbed.cmake builds into the program, in the order of a manifest.txt. */
#ifndef AS_BASE_EMBEDDED_H
#define AS_BASE_EMBEDDED_H

#include <stddef.h>

struct as_embedded_file {
    const char *name;  /* its path in the folder that is embedded */
    const char *bytes; /* n of them, and a NUL */
    size_t n;
};

#endif
