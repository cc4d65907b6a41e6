/* Line editor: a terminal's lines with history and completion. */
#ifndef AS_CMD_LINE_EDITOR_H
#define AS_CMD_LINE_EDITOR_H

#include "base/status.h"
#include "base/text.h"

#include <stdio.h>

struct as_line_editor;

/* Fills names that may stand before the cursor; *from: bytes of `before` that they replace. */
typedef uint32_t (*as_complete_fn)(const char **names, uint32_t most, size_t *from, void *context,
                                   struct as_str before);

/* The history of kept lines is in $XDG_STATE_HOME/assay/history, else ~/.local/state/assay/history, readable
 * by its owner alone; where neither is known it lasts as long as the program. */
enum as_status as_line_editor_open(struct as_line_editor **out, FILE *in, FILE *to, FILE *err,
                                   as_complete_fn complete, void *context, struct as_error *error);
void as_line_editor_close(struct as_line_editor *editor);

/* The next line without its line feed, valid until the next call; NULL at the end of input. *cancelled:
 * Ctrl-C, the line is empty. The line can be found again while the program runs, unless it begins with a
 * blank. */
const char *as_line_editor_read(struct as_line_editor *editor, const char *prompt, bool *cancelled);

/* Puts lines into the history that is kept, but those that begin with a blank. */
void as_line_editor_keep(struct as_line_editor *editor, struct as_str lines);

/* The answer to a question, which no history has; valid until the next call, NULL at the end of input or for
 * Ctrl-C. */
const char *as_line_editor_ask(struct as_line_editor *editor, const char *question);

#endif
