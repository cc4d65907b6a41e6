/* Agreement: whether marketing and sales have agreed on a version of a pack. A pack that declares an
 * agreement decides only while both have signed this very version and its day of review has not passed
 * [A1.23]. */
#ifndef AS_SCORE_AGREEMENT_H
#define AS_SCORE_AGREEMENT_H

#include "score/tree/pack.h"

enum as_signing {
    AS_SIGNING_GOOD,
    AS_SIGNING_NONE,     /* has never signed */
    AS_SIGNING_LAPSED,   /* signed a version that has changed since */
    AS_SIGNING_STRANGER, /* somebody else signed than the agreement names */
    AS_SIGNING_BARE,     /* signed without the key that the agreement names */
    AS_SIGNING_FALSE,    /* the signature does not fit the key */
};
const char *as_signing_name(enum as_signing signing); /* "signed", "not signed", "lapsed" … */

struct as_agreed_party {
    const char *signer; /* whom the agreement names */
    enum as_signing signing;
    const char *name;    /* who signed; NULL: nobody */
    int64_t day;         /* when */
    const char *changed; /* lapsed: "rules.lua changed, lists/a.txt is new"; NULL else */
};
struct as_agreed {
    bool declared;     /* else nothing below means anything, and it holds */
    bool holds;        /* both signed, and not past review */
    bool review_over;  /* review_by lies before the day of `at` */
    int64_t review_by; /* day; 0 none */
    struct as_agreed_party parties[AS_PARTIES];
};

/* How the agreement of a loaded pack stands at an instant. Texts live in the arena. */
enum as_status as_agreed_of(struct as_agreed *out, struct as_arena *arena, const struct as_pack *pack,
                            int64_t at, struct as_error *error);
/* One party's part in words: "S. Okafor signed for sales on 2026-03-02, before rules.lua changed". */
void as_agreed_say_party(struct as_buf *out, const struct as_agreed *agreed, enum as_party party);
/* All that keeps it from holding, as one sentence without full stop; nothing when it holds. */
void as_agreed_say(struct as_buf *out, const struct as_agreed *agreed);

#endif
