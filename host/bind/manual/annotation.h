/* Annotations: the rule language as the Lua language server reads it, so that an editor completes, explains
 * and checks what authors write, fields and events of their own pack included. */
#ifndef AS_BIND_ANNOTATION_H
#define AS_BIND_ANNOTATION_H

#include "data/facts/schema.h"
#include "data/pack/source.h"

/* Adds the files of a folder of annotations to an opened source: the library's own files, one file a module
 * in C, and types.lua. schema: whose fields, answers and events lead, account, answer and event have.
 * AS_ERR_MEMORY or AS_ERR_LIMIT. */
enum as_status as_annotations_add(struct as_source *out, const struct as_schema *schema,
                                  struct as_error *error);

#endif
