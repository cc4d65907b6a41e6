/* News: whom what came in since a pack's last run is about. */
#ifndef AS_STORE_NEWS_H
#define AS_STORE_NEWS_H

#include "score/tree/pack.h"
#include "store/snapshot/basis.h"

/* Whom the news is about; ids ascending, each once. */
struct as_news {
    int64_t *leads, *accounts;
    size_t lead_count, account_count;
};
/* Leads and accounts with something new since the basis, accounts by all numbers of their company
 * (companies.h), and leads of the pack whose places in tracks may change within (since->at, at] without any:
 * a step is due, the time after which a track may be entered again is over. What time does to standings is
 * kept beside them (standings.h). Freed with as_news_free, on failure too. */
enum as_status as_store_news(struct as_news *out, struct as_store *store, const struct as_pack *pack,
                             const struct as_basis *since, int64_t at, struct as_error *error);
void as_news_free(struct as_news *news);
/* Adds those of another; memory is the only thing that fails. */
enum as_status as_news_join(struct as_news *news, const struct as_news *other, struct as_error *error);
/* Adds whoever refers to the accounts in these fields (a bit set over the schema): theirs are facts of others
 * too. *all false: some field refers to leads, or is an answer; then nothing is added. */
enum as_status as_store_news_referrers(struct as_news *news, bool *all, struct as_store *store,
                                       const struct as_schema *schema, const uint64_t *fields,
                                       struct as_error *error);
/* How many leads and accounts there are now: those of the basis and what came and went since. */
enum as_status as_store_news_count(int64_t *leads, int64_t *accounts, struct as_store *store,
                                   const struct as_basis *since, struct as_error *error);
/* Adds the accounts that the leads belong to, and those that they belonged to before, by all numbers of their
 * company. */
enum as_status as_store_news_homes(struct as_news *news, struct as_store *store, struct as_error *error);
/* Adds the members of the accounts to the leads. */
enum as_status as_store_news_members(struct as_news *news, struct as_store *store, struct as_error *error);

#endif
