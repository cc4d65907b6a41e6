/* Overlay: what-if facts of one lead, laid over a dataset in memory. The database never sees them. */
#ifndef AS_RUN_OVERLAY_H
#define AS_RUN_OVERLAY_H

#include "base/arena.h"
#include "data/facts/dataset.h"

enum as_change_kind { AS_CHANGE_FIELD, AS_CHANGE_ANSWER, AS_CHANGE_EVENT };

/* One fact that is supposed. */
struct as_change {
    enum as_change_kind kind;
    uint32_t field;    /* FIELD, ANSWER: schema index; of the lead or of its account by its level */
    const char *value; /* as people write it, "CFO"; NULL: unknown. Choices are separated by ";" */
    uint8_t voices;    /* ANSWER: set of enum as_voice; 0: inferred, nobody said it */
    uint32_t event;    /* EVENT: schema kind, which happens `count` times, the last time at `time` */
    uint32_t count;
    int64_t time, apart; /* apart: seconds from one to the next, 0: all at once */
};

/* Later changes are stronger. `mark` numbers what was set together and is undone together. */
struct as_overlay {
    struct as_arena arena; /* holds the texts */
    AS_LIST(struct as_change) changes;
    AS_LIST(uint32_t) marks; /* length of changes before each step */
};

/* Adds a change whose text is copied. */
enum as_status as_overlay_add(struct as_overlay *overlay, const struct as_change *change,
                              struct as_error *error);
/* Begins a step; takes the newest step back, false when there is none. */
enum as_status as_overlay_step(struct as_overlay *overlay, struct as_error *error);
bool as_overlay_undo(struct as_overlay *overlay);
void as_overlay_free(struct as_overlay *overlay);

/* Whether a field or answer of the lead is supposed rather than known. */
bool as_overlay_holds(const struct as_overlay *overlay, uint32_t field);

/* Lays the changes over the facts of the lead in `row` and its account. AS_ERR_DATA: a text that is no value
 * of its field; AS_ERR_MISSING: a fact of the account where the lead has none. The dataset is the caller's
 * own. A fresh event is a sign of life of the feeds that bring its kind. */
enum as_status as_overlay_apply(struct as_dataset *dataset, uint32_t row, const struct as_change *changes,
                                uint32_t n, struct as_error *error);

#endif
