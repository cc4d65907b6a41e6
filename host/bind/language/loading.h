/* Loading: what a pack that is being loaded has declared so far. Everything it makes lives in the pack's
 * arena. */
#ifndef AS_BIND_LOADING_H
#define AS_BIND_LOADING_H

#include "bind/sandbox/state.h"
#include "score/tree/pack.h"

struct as_opening;

/* A kind of declaration that has a name first and its options after: `fit:rule "senior title" { … }`. */
struct as_declaration {
    const char *word;  /* "rule" */
    const char *place; /* what must hold it, for declarations that are values: "a track"; NULL none */
    /* Takes the options at stack index `options` and returns how many results it pushed. */
    int (*take)(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options);
};

/* A declaration between its name and its end. */
struct as_opening {
    const struct as_declaration *kind;
    const char *name;
    struct as_position position; /* of the first call: a tail call would lose it */
    void *owner;                 /* the score, model or track it belongs to; NULL none */
    void *made;                  /* what its options made */
    bool taken, placed;
};

/* How a function of the pack is used, by its number. */
struct as_function_use {
    const struct as_expr *expr;
    bool points; /* gives points; else it is a condition or a value */
};

struct as_loading {
    struct as_state *state;
    const struct as_source *source;
    struct as_schema *schema;
    struct as_pack *pack;
    bool declared; /* pack "name" { … } was called */
    bool replica;  /* a worker's copy: lists are not read again */
    AS_LIST(struct as_opening *) openings;
    AS_LIST(struct as_function_use) functions;
    AS_LIST(const char *) files;      /* names of files, kept once for positions */
    AS_LIST(const char *) rule_files; /* `rules` of the pack */
};

/* The pack that loads; raises when none does. */
struct as_loading *as_loading_of(lua_State *L);

/* Where the author is, with a file name that lives as long as the pack. */
struct as_position as_loading_here(lua_State *L, struct as_loading *loading);
/* Copies of texts; they raise when memory is out. */
const char *as_loading_copy(lua_State *L, struct as_loading *loading, const char *text, size_t n);
void *as_loading_alloc(lua_State *L, struct as_loading *loading, size_t size);
_Noreturn void as_loading_out_of_memory(lua_State *L);
/* Appends to an AS_LIST of the pack. */
#define as_loading_push(L, loading, list, value)                                                             \
    ((void)(as_list_push(&(loading)->pack->rules.arena, (list), (value)) ||                                  \
            (as_loading_out_of_memory(L), false)))

/* The name at a stack index: a text of 1 to AS_MAX_NAME bytes without control characters. word: "rule". */
const char *as_loading_name(lua_State *L, struct as_loading *loading, int index, const char *word);
/* Raises: declared twice, and where first. */
_Noreturn void as_loading_twice(lua_State *L, struct as_position here, const char *word, const char *name,
                                struct as_position first);

/* Reads the name at `index` and pushes the opening, to be called with its options. */
struct as_opening *as_opening_push(lua_State *L, const struct as_declaration *kind, void *owner, int index);
/* The opening at index when it is of this kind, else NULL. */
struct as_opening *as_opening_test(lua_State *L, int index, const struct as_declaration *kind);

/* A value that a word makes at once, to be placed in some option: `n.human "call"`. Pushes it. */
struct as_opening *as_opening_value(lua_State *L, const struct as_declaration *kind, const char *name,
                                    void *made);

/* Keeps the function at a stack index; its number is that of its node. name: the rule or criterion that it
 * is; NULL: it is a part of one, and is called after its line. */
const struct as_expr *as_loading_function(lua_State *L, struct as_loading *loading, int index,
                                          const char *name, enum as_level level, bool points);

/* The pack is loaded: what its functions reach changes no more. */
void as_loading_seal(lua_State *L);

/* Raises for a declaration that was begun and not ended, or ended and placed nowhere. */
void as_loading_check_openings(lua_State *L, const struct as_loading *loading);

/* Makes the metatable of openings; once a state, before the first is pushed. */
void as_opening_open(lua_State *L);

#endif
