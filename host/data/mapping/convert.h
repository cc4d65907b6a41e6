/* Convert: one value of somebody's file brought to the canonical text of data/mapping/record.h. */
#ifndef AS_DATA_CONVERT_H
#define AS_DATA_CONVERT_H

#include "base/zone.h"
#include "data/mapping/columns.h"

/* A list of texts; works with as_list_push. */
struct as_texts_kept {
    const char **at;
    uint32_t n, room;
};

/* How a column writes its values. Zeroed: the project's own form. */
struct as_value_form {
    struct as_texts_kept dates;            /* forms of as_time_parse_form, tried in order; none: ISO 8601 */
    const struct as_zone *zone;             /* of times without one; NULL: UTC */
    char decimal, thousands;                /* 0: "." and "," */
    double times;                           /* numbers are multiplied by it; 0: not */
    const char *currency;                   /* of amounts that name none; NULL none */
    char split;                             /* separates the members of a list; 0: ";" */
    struct as_texts_kept yes, no;          /* besides yes, true, 1 … */
    struct as_texts_kept empties;          /* words that say nothing: "Select", "n/a" */
    struct as_texts_kept from;             /* translations … */
    struct as_texts_kept to;               /* … by index */
    const char *otherwise;                  /* what every other value that is not empty becomes; NULL: itself */
    bool leave_unlisted;                    /* a choice that is not declared is left out with a note, not refused */
};

/* Forms of dates that exports use beside ISO 8601, most of them read by one form only; NULL at the end. */
extern const char *const as_usual_dates[];
enum { AS_USUAL_DATES = 24 };
/* Whether `form` is made of the parts of a date or time; other letters would have to stand in the file. */
bool as_is_date_form(const char *form);
extern const char as_date_form_parts[]; /* advice that names the parts */
/* Whether a value, trimmed, is of one of those forms. */
bool as_is_usual_date(struct as_str text, const char *form);

struct as_convert_context {
    const struct as_schema *schema;
    int64_t now; /* AS_FORM_PAST may not lie behind it */
    /* of the row, for AS_FORM_PROPERTY: its kind */
    uint32_t kind;
    struct as_str currency; /* out: of AS_FORM_AMOUNT, when the text names one */
    const char *note;       /* out: what is odd about an accepted value; a constant, NULL nothing */
};

/* Appends the canonical text; appends nothing when the value says nothing. AS_ERR_DATA with advice: it cannot be that. */
enum as_status as_convert(struct as_buf *out, struct as_convert_context *context, const struct as_target *target,
                            const struct as_value_form *form, struct as_str text, struct as_error *error);

/* Appends the canonical text of a value of a type as a person types it: "yes" → "true", "1.234,5" is refused, a choice is matched
 * apart from case and punctuation. AS_ERR_DATA with "did you mean" for a choice that is not among `choices` (any goes when
 * choice_count is 0). Empty text gives empty text. */
enum as_status as_value_canonical(struct as_buf *out, enum as_type type, const char *const *choices, uint32_t choice_count,
                                  struct as_str text, struct as_error *error);

#endif
