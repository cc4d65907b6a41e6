/* Column texts: texts of columns as texts of a Lua state, so that one which many leads have is made once and
 * not for each of them. */
#ifndef AS_BIND_COLUMN_TEXT_H
#define AS_BIND_COLUMN_TEXT_H

#include "base/intern.h"

#include <lua.h>

enum { AS_COLUMN_TEXT_SLOTS = 2048 }; /* a power of two: 32 KiB of texts in the table, 24 KiB here */

/* Which text each slot of the table holds. */
struct as_column_texts {
    uint32_t round; /* 0: nothing was begun */
    struct as_column_text {
        uint32_t field, code, round; /* the round in which it was last compared with the column's */
    } slot[AS_COLUMN_TEXT_SLOTS];
};

/* Pushes the table that as_column_text_push takes. Raises when memory is out. */
void as_column_texts_new(lua_State *L);
/* From here on the columns are others, perhaps: what is kept is compared once before it counts. */
void as_column_texts_begin(struct as_column_texts *texts);
/* Pushes the text of a code of a field's column. `table`: where the table is. */
void as_column_text_push(lua_State *L, struct as_column_texts *texts, int table, uint32_t field,
                         const struct as_intern *dict, uint32_t code);

#endif
