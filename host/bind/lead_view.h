/* Lead view: what a rule function sees of one lead (or account): `l.title`, `l.account.industry`,
 * `l:events("page_view", "7d"):count()`, `l:answer "need"`. Read-only, and good only while the function runs.
 */
#ifndef AS_BIND_LEAD_VIEW_H
#define AS_BIND_LEAD_VIEW_H

#include "data/dataset.h"

#include <lua.h>

/* The facts that all views of one state read now. */
struct as_lead_view {
    const struct as_dataset *dataset; /* NULL: no function runs */
    int64_t at;
    bool open; /* it read a feature that nobody can know now (a stale feed, tracking refused): the result is
                  unknown */
    uint32_t row[2]; /* of the reusable views, by level */
};

/* Makes the views of a state, anchored in its registry. Raises when memory is out. */
struct as_lead_view *as_lead_view_open(lua_State *L);
/* Pushes the reusable view of this level. */
void as_lead_view_push(lua_State *L, struct as_lead_view *view, enum as_level level, uint32_t row);

#endif
