/* Parts of an explanation as text: scores with their points, gates with their criteria. Internal to `assay
 * explain`. */
#ifndef AS_CMD_EXPLAIN_PARTS_H
#define AS_CMD_EXPLAIN_PARTS_H

#include "cmd/output/terminal.h"
#include "run/explain/explain.h"

/* Prints text that came from outside. */
void as_explain_put(const struct as_terminal *terminal, enum as_style style, const char *text);

/* "account.employees 800 (hubspot, 12 days ago)", appended. */
void as_explain_value(struct as_buf *out, const struct as_explained_value *value, int64_t at);

enum as_style as_explain_style(enum as_tri state);

/* One score with its entries, its interval, and what changed since `before_at` (AS_TIME_NONE: there was no
 * decision). Days are counted from `at`. */
enum as_status as_explain_score_text(const struct as_terminal *terminal,
                                     const struct as_explained_score *score, int64_t at, int64_t before_at,
                                     struct as_error *error);
/* Gates, disqualifiers, what is missing, what time alone changes. Not whole: the model was cut to a part, and
 * what is not there is not said to be none. */
void as_explain_gates_text(const struct as_terminal *terminal, const struct as_explained_model *model,
                           const struct as_pack *pack, int64_t at, bool whole);

#endif
