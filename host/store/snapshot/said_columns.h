/* Said columns: the rows of answers, touches and consents, from files beside the database. Internal to
 * host/store.
 *
 * The tables are only added to, so that a file has every row up to an id, in the order of ids, as it was
 * known and when; what came in since is read from the table behind it. A row that is altered or removed all
 * the same takes the file's name out of `projection`, by a trigger: the next run makes it anew.
 */
#ifndef AS_STORE_SAID_COLUMNS_H
#define AS_STORE_SAID_COLUMNS_H

#include "store/found.h"
#include "store/snapshot/fact_file.h"

struct as_load;
struct as_intern;

enum as_said { AS_SAID_ANSWERS, AS_SAID_TOUCHES, AS_SAID_CONSENTS, AS_SAIDS };

/* The words of a row, by table. */
enum as_answer_word { AS_ANSWER_QUESTION, AS_ANSWER_VALUE, AS_ANSWER_MANNER, AS_ANSWER_VOICE };
enum as_touch_word { AS_TOUCH_CHANNEL, AS_TOUCH_ASK };
enum as_consent_word { AS_CONSENT_CHANNEL, AS_CONSENT_PURPOSE, AS_CONSENT_STATE };
enum { AS_SAID_WORDS = 4 };

struct as_said_row {
    int64_t id, subject, time;    /* subject: a lead's id; an account's as a number below zero */
    uint32_t word[AS_SAID_WORDS]; /* codes for as_said_text; AS_NO_INDEX: none */
};

/* Brings the files up to the tables where much has come in, and opens them into load->said; without the
 * database's lock it only opens. Outside of a transaction. */
enum as_status as_said_open(struct as_load *load, struct as_error *error);
/* Closes those that are no longer named: within the transaction in which the tables are read. */
enum as_status as_said_confirm(struct as_load *load, struct as_error *error);
void as_said_let_go(struct as_load *load);
/* Tells of files that are not as they were written. */
enum as_status as_said_check(struct as_found *found, struct as_store *store, struct as_error *error);

/* The rows of a table that were visible at the load's moment; of a part of the leads at least those of its
 * leads and accounts. A lead's rows need not come in any order. */
struct as_said_reader;
enum as_status as_said_reader_new(struct as_said_reader **out, struct as_load *load, enum as_said said,
                                  struct as_error *error);
void as_said_reader_free(struct as_said_reader *reader); /* NULL is fine */
/* False after the last, or when *status says why not. */
bool as_said_next(struct as_said_row *out, struct as_said_reader *reader, enum as_status *status,
                  struct as_error *error);
/* The text of a code, valid as long as the reader. */
struct as_str as_said_text(const struct as_said_reader *reader, uint32_t word, uint32_t code);
/* The code that `to` has for it, of no text that of an empty one; for each word always the same table.
 * AS_INTERN_NONE: memory is out. */
uint32_t as_said_code(struct as_said_reader *reader, uint32_t word, uint32_t code, struct as_intern *to);

#endif
