/* Column texts: a table with one place for each text, found by its field and code. Making a text of Lua's
 * takes a hash of its bytes and a walk through what else has that hash; this takes a comparison of two
 * numbers. */
#include "bind/script/column_text.h"

#include <string.h>

enum {
    LONGEST = 40
}; /* bytes; longer ones Lua makes anew in any case, and they would fill the memory of a script */

void as_column_texts_new(lua_State *L)
{
    lua_createtable(L, AS_COLUMN_TEXT_SLOTS, 0);
}

void as_column_texts_begin(struct as_column_texts *texts)
{
    if (++texts->round == 0) /* a slot of long ago could claim to be of this round */
        *texts = (struct as_column_texts){.round = 1};
}

void as_column_text_push(lua_State *L, struct as_column_texts *texts, int table, uint32_t field,
                         const struct as_intern *dict, uint32_t code)
{
    uint32_t at =
        (code + field * 257) % AS_COLUMN_TEXT_SLOTS; /* few values of many fields lie side by side */
    struct as_column_text *slot = &texts->slot[at];
    bool same = slot->field == field && slot->code == code;
    if (same && slot->round == texts->round) {
        lua_rawgeti(L, table, at + 1);
        return;
    }
    struct as_str text = as_intern_text(dict, code);
    if (same) {
        size_t n;
        lua_rawgeti(L, table, at + 1);
        const char *kept = lua_tolstring(L, -1, &n); /* NULL: none was kept yet */
        if (kept != NULL && n == text.n && memcmp(kept, text.p, n) == 0) {
            slot->round = texts->round;
            return;
        }
        lua_pop(L, 1);
    }
    lua_pushlstring(L, text.p, text.n);
    if (text.n > LONGEST)
        return;
    lua_pushvalue(L, -1);
    lua_rawseti(L, table, at + 1);
    *slot = (struct as_column_text){field, code, texts->round};
}
