/* What the files of the disguise share: for disguise*.c alone. */
#ifndef AS_RUN_DISGUISE_PARTS_H
#define AS_RUN_DISGUISE_PARTS_H

#include "run/sample/disguise.h"
#include "score/tree/stand_in.h"

/* What a text is, by the name of its field. */
enum as_disguise_form { FORM_WORDS, FORM_EMAIL, FORM_DOMAIN, FORM_SITE, FORM_PHONE, FORM_NAME, FORM_PERSON };

struct as_disguising {
    const struct as_disguise_request *request;
    struct as_dataset *dataset;
    uint64_t *unfit;
    struct as_arena arena; /* of one field */
    uint32_t index;
    const struct as_field *field;
    enum as_disguise_form form;
    struct as_column *column;
    struct as_stand_in material; /* of all packs, one after the other */
    uint32_t *first;             /* where the leaves of each pack begin, and the end */
    bool failed;                 /* memory ran out */
};

/* Values to be decided side by side: of the column, then candidates. */
struct as_disguise_trial {
    struct as_dataset *dataset;
    uint8_t *states; /* row by row, a state for each leaf */
    uint32_t leaves;
};

/* So many leads, each with an account of its own; *column is that of the field, for the caller to fill. */
enum as_status as_disguise_trial_open(struct as_disguise_trial *trial, struct as_column **column,
                                      const struct as_disguising *d, uint32_t rows, struct as_error *error);
enum as_status as_disguise_trial_decide(struct as_disguise_trial *trial, const struct as_disguising *d,
                                        struct as_error *error);
/* Whether all conditions come out alike for two rows. */
bool as_disguise_same(const struct as_disguise_trial *trial, uint32_t a, uint32_t b);
void as_disguise_trial_free(struct as_disguise_trial *trial);

/* Nothing was found for this row of the field: it becomes unknown and its leads unfit. */
void as_disguise_give_up(const struct as_disguising *d, size_t row);
/* A spoken word in the arena; capital: beginning with a capital. */
const char *as_disguise_word(struct as_disguising *d, const char *purpose, struct as_str text, int syllables,
                             bool capital);

/* disguise_text.c, disguise_number.c: the field at hand, whole. */
enum as_status as_disguise_texts(struct as_disguising *d, struct as_error *error);
enum as_status as_disguise_numbers(struct as_disguising *d, struct as_error *error);

#endif
