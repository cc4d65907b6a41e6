/* The explanation of a lead as text. */
#ifndef AS_CMD_EXPLAIN_TEXT_H
#define AS_CMD_EXPLAIN_TEXT_H

#include "cmd/output/terminal.h"
#include "run/explain/explain.h"

/* All of it. */
enum as_status as_print_explanation(const struct as_terminal *terminal,
                                    const struct as_explanation *explanation, struct as_error *error);

/* Parts of it: the models alone (not whole: cut to a part); contact; account; and a card: who, where it
 * stands, each score in a line. */
enum as_status as_print_explained_models(const struct as_terminal *terminal,
                                         const struct as_explanation *explanation, bool whole,
                                         struct as_error *error);
void as_print_explained_contact(const struct as_terminal *terminal, const struct as_explanation *explanation);
void as_print_explained_account(const struct as_terminal *terminal, const struct as_explanation *explanation);
void as_print_explained_card(const struct as_terminal *terminal, const struct as_explanation *explanation);

#endif
