/* Lead view: what a rule function sees of one lead (or account): `l.title`, `l.account.industry`,
 * `l:events("page_view", "7d"):count()`, `l:answer "need"`. Read-only, and good only while the function runs.
 */
#ifndef AS_BIND_LEAD_VIEW_H
#define AS_BIND_LEAD_VIEW_H

#include "bind/module/module_table.h"
#include "bind/script/column_text.h"
#include "bind/script/memo.h"
#include "data/facts/dataset.h"

#include <lua.h>

/* What scripts call on a lead. */
extern const struct as_module as_lead_view_class;

/* What a function read, kept while a decision is explained. */
struct as_reads {
    struct as_buf text; /* a read a line: "account.industry is Software" */
};

enum { AS_VIEW_NAMES = 64 }; /* a power of two; more than most packs have fields */

/* A name that scripts read of a lead, known by where Lua has its text. */
struct as_view_name {
    const void *text;
    uint32_t field; /* AS_NO_INDEX: the account */
};

/* The facts that all views of one state read now. */
struct as_lead_view {
    const struct as_dataset *dataset; /* NULL: no function runs */
    int64_t at;
    bool open; /* it read a feature that nobody can know now (a stale feed, tracking refused): the result is
                  unknown */
    struct as_reads *reads; /* NULL: nobody asks */
    struct as_trail *trail; /* the same, for the memo */
    bool until;             /* days are worked out */
    int64_t next_day; /* the first UTC day on which a window or an age that was read is another; AS_TIME_NONE
                         never */
    uint32_t row[2];  /* of the reusable views, by level */
    const void *slot[2];                         /* the reusable views themselves, known by their address */
    int ref[2];                                  /* where the registry holds them */
    struct as_view_name names[2][AS_VIEW_NAMES]; /* by level */
    struct as_column_texts texts;
};

/* Records a read in words. Nothing happens when nobody asks. */
void as_reads_note(struct as_lead_view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What was read changes by time alone on this UTC day; AS_TIME_NONE: never. */
static inline void as_view_changes(struct as_lead_view *view, int64_t day)
{
    if (day != AS_TIME_NONE && (view->next_day == AS_TIME_NONE || day < view->next_day))
        view->next_day = day;
}

/* Makes the views of a state, anchored in its registry. Raises when memory is out. */
struct as_lead_view *as_lead_view_open(lua_State *L);
/* Pushes the reusable view of this level. */
void as_lead_view_push(lua_State *L, struct as_lead_view *view, enum as_level level, uint32_t row);

#endif
