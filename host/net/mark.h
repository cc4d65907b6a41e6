/* Marks: unguessable words that stand for secrets wherever scripts, recordings and logs could see them. */
#ifndef AS_NET_MARK_H
#define AS_NET_MARK_H

#include "base/arena.h"
#include "net/policy.h"

struct as_mark {
    const char *name, *word;
    struct as_buf value;                  /* empty while nothing goes to the network */
    struct as_buf encoded;                /* percent-encoded */
    const struct as_policy_secret *entry; /* of the policy; NULL: it has none */
};
struct as_marks {
    struct as_arena arena;
    AS_LIST(struct as_mark *) all;
};

/* The mark of a name, made at the first call. read: get the value too. */
enum as_status as_mark_make(const struct as_mark **out, struct as_marks *marks,
                            const struct as_policy *policy, const char *name, bool read,
                            struct as_error *error);
void as_marks_free(struct as_marks *marks);

enum as_mark_form { AS_MARK_PLAIN, AS_MARK_URL, AS_MARK_JSON, AS_MARK_NAME };
/* Appends text with every mark replaced: by its value in the form given, or by "[secret NAME]". AS_ERR_DATA
 * when the policy keeps the secret for other origins than `origin` (NULL: not asked). *found, when not NULL,
 * gets whether there was a mark. */
enum as_status as_marks_replace(struct as_buf *out, bool *found, const struct as_marks *marks,
                                struct as_str text, enum as_mark_form form, const struct as_origin *origin,
                                struct as_error *error);
/* Appends text with every secret's value, plain or percent-encoded, replaced by "[secret NAME]". */
void as_marks_scrub(struct as_buf *out, const struct as_marks *marks, struct as_str text);

#endif
