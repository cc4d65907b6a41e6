/* Library text: what the embedded Lua library says of its public names in comments of three dashes. */
#ifndef AS_BIND_LIBRARY_TEXT_H
#define AS_BIND_LIBRARY_TEXT_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

struct as_library_entry {
    const char *module;  /* "assay.qualification"; the names of a part, assay/test/expect.lua, are of assay.test */
    const char *name;    /* "model", "expect:is" for a method of what expect gives; NULL: the module itself */
    const char *text;    /* Markdown, without its example and without lines of annotations */
    const char *type;    /* "fun(name: string): assay.Model", "(name, body)" of a plain function, or "" */
    const char *example; /* the first fenced block of Lua; NULL none */
};
struct as_library_texts {
    struct as_arena arena;
    AS_LIST(struct as_library_entry) list; /* in the order of the manifest and of the files */
};

/* *out is always set and freed by as_library_texts_free. A name without a comment has no entry.
 * AS_ERR_MEMORY. */
enum as_status as_library_texts_read(struct as_library_texts *out, struct as_error *error);
/* Whether a module loads in rule tests only: "assay.test", "assay.properties". */
bool as_library_is_for_tests(const char *module);
void as_library_texts_free(struct as_library_texts *texts);

#endif
