/* Text patterns: matching of Lua 5.4's own patterns (string.find, match, gmatch, gsub) under a budget.
 *
 * The patterns mean what the Lua 5.4 manual says in 6.4.1; what is wrong with one is found when matching gets
 * there, as in Lua's own library. A pattern has no repetition of groups, so that each of its items is passed
 * once on the way to a match: the stack of choices holds at most one entry an item, however long the text.
 */
#ifndef AS_BIND_TEXT_PATTERN_H
#define AS_BIND_TEXT_PATTERN_H

#include "base/text.h"

enum { AS_TEXT_CAPTURES = 32 };

/* A capture; length AS_TEXT_POSITION: a position alone, AS_TEXT_OPEN: its bracket was not closed. */
enum { AS_TEXT_OPEN = -1, AS_TEXT_POSITION = -2 };
struct as_text_capture {
    const char *at;
    ptrdiff_t length;
};

struct as_text_item;
struct as_text_choice;

struct as_text_match {
    const struct as_text_item *items;
    struct as_text_choice *choices;
    const char *start, *end; /* the whole text: a frontier looks behind where matching began */
    /* What was done, in characters looked at. Called at least every 65,536; it may leave by a long jump. */
    void (*charge)(void *context, uint64_t characters);
    void *context;
    uint64_t looked;
    const char *fault; /* what is wrong with the pattern, once matching got there */
    int captured;      /* captures begun on the way to the match */
    struct as_text_capture captures[AS_TEXT_CAPTURES];
};

/* Bytes that a compiled pattern takes, for a pattern of n bytes. */
size_t as_text_pattern_size(size_t n);

/* Compiles the pattern into `room` (aligned as malloc's, of as_text_pattern_size) and points *match at it.
 * The pattern's text is not kept. A leading ^ is the caller's business. */
void as_text_pattern_compile(struct as_text_match *match, void *room, struct as_str pattern);

/* Matches at exactly `at`. Returns the end of the match; NULL for none, or when match->fault says what is
 * wrong. */
const char *as_text_match_at(struct as_text_match *match, const char *at);

/* The first match that begins at or after *at, which becomes its beginning. */
const char *as_text_match_from(struct as_text_match *match, const char **at);

/* Charges what has been looked at since the last charge. */
void as_text_match_settle(struct as_text_match *match);

#endif
