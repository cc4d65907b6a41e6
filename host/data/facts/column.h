/* Column: one fact of all rows, typed, with validity. */
#ifndef AS_DATA_COLUMN_H
#define AS_DATA_COLUMN_H

#include "base/bits.h"
#include "base/intern.h"
#include "base/pages.h"
#include "data/facts/schema.h"

/* The array that `type` uses:
 *   boolean                            truth  bit vector
 *   integer, money (hundredths), date  i64
 *   number                             f64
 *   text, choice, choices, user        code   into dict; choice codes follow the declared order, then
 *                                             arrival; a choices value is its members sorted by declared
 *                                             order (else by bytes) and joined by U+001F
 *   reference                          code   row of the target table, AS_NO_INDEX for none
 * A row whose known bit is 0 has an unspecified but readable value (0 after as_column_new). */
struct as_column {
    enum as_type type;
    size_t n;
    union {
        uint64_t *truth;
        int64_t *i64;
        double *f64;
        uint32_t *code;
        void *any;
    };
    uint64_t *known;                          /* bit vector */
    struct as_pages value_pages, known_pages; /* at NULL: that array is malloc'ed */
    struct as_intern *dict;                   /* NULL where the type has none; owned */
    uint32_t choice_count;                    /* declared choices: codes 0 … choice_count-1 */
    uint32_t *currency;                       /* money: code into currencies, else NULL */
    struct as_intern *currencies;
};

/* Everything unknown. choices: the declared list, interned first, in order; may be NULL. */
enum as_status as_column_new(struct as_column **out, enum as_type type, size_t n, const char *const *choices,
                             uint32_t choice_count, struct as_error *error);
void as_column_free(struct as_column *column);

/* Setters make the row known. text: any dictionary type; members of a choices value are separated by ";", or
 * by U+001F. A choice that is not declared is kept (facts outlive declarations) after the declared ones. */
enum as_status as_column_set_text(struct as_column *column, size_t row, struct as_str text,
                                  struct as_error *error);
void as_column_set_i64(struct as_column *column, size_t row, int64_t value);
void as_column_set_f64(struct as_column *column, size_t row, double value);
void as_column_set_boolean(struct as_column *column, size_t row, bool value);
void as_column_set_reference(struct as_column *column, size_t row, uint32_t target_row);
enum as_status as_column_set_money(struct as_column *column, size_t row, int64_t hundredths,
                                   struct as_str currency, struct as_error *error);

/* How a value of the type is written, "1200.50 EUR"; NULL where any text may be one. */
const char *as_type_example(enum as_type type);

/* Reads `text` as the column's type and sets the row: "yes/no/true/false/1/0", numbers, "1234.50 EUR" or
 * "1234.50" (currency unknown), ISO dates, "a; b" for choices; empty text makes it unknown. AS_ERR_DATA says
 * why it cannot be; a choice must be one of those declared, if any are. References have no text: AS_ERR_DATA.
 */
enum as_status as_column_parse(struct as_column *column, size_t row, struct as_str text,
                               struct as_error *error);

/* Whether the value of a dictionary type is this text, or has it among its choices; false when unknown. */
bool as_column_includes(const struct as_column *column, size_t row, struct as_str text);

/* The value as a person reads it: "1,234.50 EUR", "2026-03-01", "yes". Appends nothing when unknown. */
void as_column_show(struct as_buf *out, const struct as_column *column, size_t row);

#endif
