/* Numeral: numbers and amounts as a file writes them. */
#ifndef AS_DATA_NUMERAL_H
#define AS_DATA_NUMERAL_H

#include "data/mapping/convert.h"

/* Appends a plain decimal ("1234.5"); `whole`: without a fraction. AS_ERR_DATA when it is none. */
enum as_status as_numeral_number(struct as_buf *out, const struct as_value_form *form, struct as_str text, bool whole,
                                 struct as_error *error);

/* Hundredths, and the currency that the text or the form names; empty when neither does. It points into text, to the form or
 * to a constant. */
enum as_status as_numeral_amount(int64_t *hundredths, struct as_str *currency, const struct as_value_form *form,
                                 struct as_str text, struct as_error *error);

/* Appends "1234.50". */
void as_numeral_hundredths(struct as_buf *out, int64_t hundredths);

#endif
