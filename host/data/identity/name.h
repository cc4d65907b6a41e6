/* Name: company names in the form in which they are compared. */
#ifndef AS_DATA_NAME_H
#define AS_DATA_NAME_H

#include "base/status.h"
#include "base/text.h"

/* Appends the key of a company name: folded (NFKC, lower case), punctuation made blanks (but "&" and "+" become "and"),
 * marks of letters removed (é → e, ß → ss), legal forms at the end removed (GmbH & Co. KG, Inc., Ltd, LLC, S.A. …), "the"
 * at the start removed, single blanks. A name that is nothing but a legal form stays as it is. Empty for a name without
 * letters and digits. AS_ERR_LIMIT beyond AS_MAX_TEXT. */
enum as_status as_company_key(struct as_buf *out, struct as_str name, struct as_error *error);

#endif
