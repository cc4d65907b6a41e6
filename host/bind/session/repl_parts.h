/* Parts of a session: for repl*.c alone. */
#ifndef AS_BIND_REPL_PARTS_H
#define AS_BIND_REPL_PARTS_H

#include "bind/language/loading.h"
#include "bind/session/repl.h"

#include <lauxlib.h>

struct as_repl {
    struct as_repl_options options;
    struct as_state *state;
    struct as_loading loading;
    struct as_pack scratch; /* the first pack, with the session's own expressions beside its nodes */
    int64_t at, known_at;
    int64_t lead; /* the lead at hand; 0: none */
    struct as_overlay overlay;
    struct as_arena names; /* what completion gave */
    int env;               /* registry: the table of the session's globals */
    bool personal;         /* the running chunk named a person */
};

/* The session of a running function. */
struct as_repl *as_repl_of(lua_State *L);
/* Raises unless AS_OK. */
void as_repl_check(lua_State *L, enum as_status status, const struct as_error *error);
_Noreturn void as_repl_refuse(lua_State *L, const char *advice, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Refuses a name with the nearest of those that there are, else with `otherwise` (may be NULL). */
_Noreturn void as_repl_refuse_name(lua_State *L, const char *name, const char *const *names, size_t n,
                                   const char *otherwise, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* The names of models, gates, scores and rules of the pack that decides; in the arena, NULL when memory is
 * out. */
const char *const *as_repl_rule_names(const struct as_repl *repl, struct as_arena *arena, size_t *n);

/* repl_names.c. A stage by the program's name or the team's: "worth_a_call", "MQL". */
enum as_stage as_repl_stage(lua_State *L, const struct as_repl *repl, const char *name);
/* Each raises where there is none of that name. A grade may be a letter alone; an owner that no lead has may be
 * a user. */
void as_repl_require_model(lua_State *L, const struct as_repl *repl, const char *name);
void as_repl_require_rule(lua_State *L, const struct as_repl *repl, const char *name);
void as_repl_require_grade(lua_State *L, const struct as_repl *repl, const char *grade);
void as_repl_require_owner(lua_State *L, const struct as_repl *repl, const char *owner);

/* One function of the scope: its help is its row. */
struct as_repl_word {
    const char *name;      /* "why" */
    lua_CFunction call;    /* NULL: a value that is pushed by the session itself, here for its text */
    const char *signature; /* "why \"sales_ready\"" */
    const char *text;      /* one sentence, no full stop */
};
struct as_repl_words {
    const struct as_repl_word *at;
    size_t n;
};
extern const struct as_repl_words as_repl_lead_words;   /* repl_lead.c: the lead at hand */
extern const struct as_repl_words as_repl_base_words;   /* repl_base.c: many leads, SQL */
extern const struct as_repl_words as_repl_narrow_words; /* repl_narrow.c: a narrower market */
extern const struct as_repl_words as_repl_past_words;   /* repl_past.c: what was with it */
extern const struct as_repl_words as_repl_alike_words;  /* repl_alike.c: leads like the one at hand */
extern const struct as_repl_words as_repl_house_words;  /* repl_house.c: what commands do */
extern const struct as_repl_words as_repl_pin_words;    /* repl_pin.c: a lead as a test */
extern const struct as_repl_words as_repl_help_words;   /* repl_help.c */
/* All parts; *n gets their number. */
const struct as_repl_words *const *as_repl_all_words(size_t *n);

/* lua_CFunction: __call of `lead`: chooses the lead at hand. */
int as_repl_choose_lead(lua_State *L);
/* The same of `account`. */
int as_repl_tell_account(lua_State *L);

/* repl_told.c: values that print as explanations. The userdata takes over what it is given. */
void as_told_explanation(lua_State *L, struct as_explanation *explanation, enum as_told what);
void as_told_whynot(lua_State *L, struct as_whynot *whynot);
/* Pushes the value's text or table through the printer. */
void as_told_print(lua_State *L, int index);

/* repl_rows.c: lists that print as tables. A list is a Lua table of rows; a row a table by column. */
void as_rows_open(lua_State *L);
/* Pushes an empty list with these columns, which live as long as the session. */
void as_rows_push(lua_State *L, const char *const *columns, uint32_t width);
/* Appends a row to the list at `list`; a NULL cell is nil. numbers: which cells are numbers in a script's
 * hands; NULL: none. Raises nothing, so that callbacks of the store may call it. */
enum as_status as_rows_add(lua_State *L, int list, const char *const *cells, const bool *numbers,
                           uint32_t width, struct as_error *error);
/* What a callback needs to fill a list. */
struct as_rows_filling {
    lua_State *L;
    int list;
};
bool as_rows_test(lua_State *L, int index);
void as_rows_print(lua_State *L, int index);

/* A fact by its name, of the lead before the account; "account.country" is the other. Raises with a
 * suggestion. */
uint32_t as_repl_find_fact(lua_State *L, const struct as_repl *repl, const char *name);
/* The request for the lead at hand; raises when there is none. */
struct as_explain_request as_repl_request(lua_State *L, struct as_repl *repl);
/* The account of a lead, 0 for none; raises. */
int64_t as_repl_account(lua_State *L, struct as_repl *repl, int64_t lead_id);
/* "2026-03-01 09:30", NULL for AS_TIME_NONE. */
const char *as_repl_instant(char out[AS_TIME_TEXT], int64_t time);

#endif
