/* Event view: the events of a lead or account as a rule function asks for them. */
#ifndef AS_BIND_EVENT_VIEW_H
#define AS_BIND_EVENT_VIEW_H

#include "bind/module/module_table.h"
#include "bind/script/lead_view.h"

/* What scripts call on a selection of events. */
extern const struct as_module as_event_view_class;

/* Reads the kind at stack index 2 and the window at 3, and pushes the selection. Returns 1. */
int as_event_view_push(lua_State *L, struct as_lead_view *shared, enum as_level level, uint32_t row);
void as_event_view_open(lua_State *L);
/* Whether a selection of events has this method; else *near gets the nearest or NULL. */
bool as_event_view_has(struct as_str method, const char **near);

#endif
