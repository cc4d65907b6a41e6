/* Stored ledgers: the text of the column decision.ledgers, read back. The views `ledger` and `ledger_entry`
 * read it for SQL; this is the one place that does for the program.
 *
 *   [[NAME, value, below, above, [ENTRY, …], [OPEN, …]], …]   one for each score, by its name; low is value -
 * below, high value + above; the last list only where it has any ENTRY [points, NAME] a rule that held
 *         [points, NAME, "rule", "note"]         a rule whose function says something
 *         [points, NAME, count]                  so many events counted
 *         [points, NAME | null, "rule_cap" | "group_cap" | "cap" | "floor"]    what these took or gave
 *   OPEN  [NAME, low, high] and, where nothing can be measured, "unmeasurable" behind them
 *
 * Points in milli-points. NAME is the number of a word (words.h): rules are few, decisions many. Notes may
 * tell of a person, so that they stay in the row, which an erasure empties.
 */
#ifndef AS_STORE_STORED_LEDGERS_H
#define AS_STORE_STORED_LEDGERS_H

#include "store/decisions/words.h"

struct as_stored_score {
    struct as_word name;
    int64_t value, low, high;
};
struct as_stored_entry {
    const char *kind;    /* "rule", "events", "rule_cap", "group_cap", "cap", "floor" */
    struct as_word name; /* of the rule or group; {NULL} for caps and floors of scores */
    int64_t points;
    int64_t events;     /* that counted, of "events" */
    struct as_str note; /* as JSON writes it, with its quotes; empty: none */
};
struct as_stored_open {
    struct as_word name;
    int64_t low, high;
    bool unmeasurable;
};
/* Called for each score, and behind it for its parts, in the order of the text. What is NULL is not called;
 * texts live as words do, notes as the text. */
struct as_ledgers_reader {
    void *context;
    enum as_status (*score)(void *context, const struct as_stored_score *score, struct as_error *error);
    enum as_status (*entry)(void *context, const struct as_stored_entry *entry, struct as_error *error);
    enum as_status (*open)(void *context, const struct as_stored_open *open, struct as_error *error);
};
/* AS_ERR_DATA when the text is not of this form. Empty: nothing is called. */
enum as_status as_ledgers_read(struct as_store *store, struct as_str ledgers,
                               const struct as_ledgers_reader *reader, struct as_error *error);

/* Appends the ledgers in words, as as_decision_row.ledger_json has them. */
enum as_status as_ledgers_expand(struct as_buf *out, struct as_store *store, struct as_str ledgers,
                                 struct as_error *error);

#endif
