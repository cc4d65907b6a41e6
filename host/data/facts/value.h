/* Value: reading single values from text, and writing them as people read them. */
#ifndef AS_DATA_VALUE_H
#define AS_DATA_VALUE_H

#include "base/text.h"

/* yes, no, true, false, y, n, t, f, on, off, 1, 0 in any case. */
bool as_value_boolean(bool *out, struct as_str text);

/* Decimal number, "1234.5", "-1,234.50" (commas only between groups of three), "1.2e6". */
bool as_value_number(double *out, struct as_str text);
bool as_value_integer(int64_t *out, struct as_str text);

/* Hundredths of a decimal number, exactly; further digits are rounded half away from zero. False on overflow. */
bool as_value_hundredths(int64_t *out, struct as_str text);

/* "1234.50 EUR", "EUR 1,234.50", "€1234", "1234.50": hundredths and the ISO 4217 code, empty when there is none.
 * currency points into text or to a constant. A currency sign that several currencies share ("$", "£", "¥") reads as
 * its commonest: USD, GBP, JPY. */
bool as_value_money(int64_t *hundredths, struct as_str *currency, struct as_str text);

/* Three capital letters, as ISO 4217 has them. */
bool as_value_currency(struct as_str text);

/* 1234567 as "1,234,567"; appended. Numbers below 10,000 carry no separator, so that years read as years. */
void as_value_show_integer(struct as_buf *out, int64_t value);
/* The shortest decimal that reads back as the same number. */
void as_value_show_number(struct as_buf *out, double value);
/* "1,234.50 EUR"; currency may be empty. */
void as_value_show_money(struct as_buf *out, int64_t hundredths, struct as_str currency);

#endif
