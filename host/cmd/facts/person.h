/* A person's data: the two actions of `assay db` that are about one lead. */
#ifndef AS_CMD_PERSON_H
#define AS_CMD_PERSON_H

#include "cmd/line/context.h"

/* words: "#12", a whole e-mail address or an external id. The database is open for writing. */
enum as_status as_erase_person(struct as_context *context, const char *words, struct as_error *error);
/* JSON of every row that is about the lead; shape in README.md. */
enum as_status as_export_person(struct as_context *context, const char *words, struct as_error *error);

#endif
