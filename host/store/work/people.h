/* People of ours: users, who is absent, and who got which lead. */
#ifndef AS_STORE_PEOPLE_H
#define AS_STORE_PEOPLE_H

#include "score/model/route.h"
#include "store/decisions/decisions.h"

/* Who may receive leads, who is absent at `at`, and what each got by routes of this pack (NULL: of any). The
 * caller sets roster->arena; all strings live there. People are in order of name. */
enum as_status as_store_roster(struct as_roster *roster, struct as_store *store, const char *pack, int64_t at,
                               struct as_error *error);

/* A number for who there is, in which team and absent when: another one where any of that is another. */
enum as_status as_store_people(uint64_t *out, struct as_store *store, struct as_error *error);

/* Records an assignment: the lead's owner from `at` on, for all packs (the next snapshot's prior->owner), to
 * whom the open offers of the run's pack go that were made to nobody in particular. run and route NULL: by
 * hand. */
enum as_status as_store_assign(struct as_store *store, const struct as_run_record *run, const char *model,
                               int64_t lead_id, const char *user, const char *route, const char *reason,
                               int64_t at, struct as_error *error);

struct as_user_row {
    int64_t id;
    const char *name, *email, *team, *role, *manager; /* NULL where unknown, but name */
    int64_t capacity; /* leads that the person can have in hand; 0: not stated */
};
typedef enum as_status (*as_user_row_fn)(void *context, const struct as_user_row *row,
                                         struct as_error *error);
/* By name. */
enum as_status as_store_users(struct as_store *store, as_user_row_fn each, void *context,
                              struct as_error *error);

#endif
