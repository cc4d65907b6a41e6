/* Versions: packs by the hash of what decides in them, and which version of each decides.
 *
 * A version is kept when it runs or is promoted, and never dropped. Promotions are a log that only grows.
 * Each says which one lies under it, so that rolling back twice goes two promotions back, and promoting again
 * after a rollback forgets nothing.
 */
#ifndef AS_STORE_VERSIONS_H
#define AS_STORE_VERSIONS_H

#include "data/pack/source.h"
#include "store/store.h"

/* Keeps a version: what decides, and its signatures, which replace those kept before. Tests are not kept. */
enum as_status as_store_keep_pack(struct as_store *store, const char *name, const struct as_source *source,
                                  int64_t now, struct as_error *error);
/* hash NULL: the version that decides. The source is initialised by the callee and freed by the caller. */
enum as_status as_store_load_pack(struct as_source *out, struct as_store *store, const char *name,
                                  const char *hash, struct as_error *error);
/* The kept version of a pack whose hash begins so. AS_ERR_MISSING when there is none, AS_ERR_USAGE when there
 * are several. */
enum as_status as_store_find_version(char hash[AS_HASH_TEXT], struct as_store *store, const char *name,
                                     const char *beginning, struct as_error *error);

/* Which version of a pack decides: the one promoted last; of a pack that never was, that of its last run. */
struct as_deciding {
    char hash[AS_HASH_TEXT]; /* "": the pack neither ran nor was promoted */
    bool promoted;
    int64_t since; /* when it was promoted; the decision time of its last run */
};
enum as_status as_store_deciding(struct as_deciding *out, struct as_store *store, const char *name,
                                 struct as_error *error);
/* Names of packs, by name, with the version that decides: of those that have run, or also of those that were
 * promoted and will. Calls back for each. */
enum as_pack_set { AS_PACKS_RAN, AS_PACKS_DECIDING };
enum as_status as_store_packs(struct as_store *store, enum as_pack_set set,
                              enum as_status (*each)(void *context, const char *name, const char *hash,
                                                     struct as_error *error),
                              void *context, struct as_error *error);

/* Makes a kept version the one that decides. Texts may be NULL. Promoting what decides already is
 * AS_ERR_CONFLICT. */
struct as_promotion {
    const char *pack, *hash;
    const char *by, *note;
    const char *library_hash; /* of the Lua library it was promoted with */
    int64_t now;
};
enum as_status as_store_promote(struct as_store *store, const struct as_promotion *promotion,
                                struct as_error *error);
/* Goes back to what decided before the version that decides now; with a hash, to that version further down.
 * Writes the hash that decides then. AS_ERR_MISSING when nothing lies under it. */
enum as_status as_store_roll_back(char hash[AS_HASH_TEXT], struct as_store *store,
                                  const struct as_promotion *promotion, struct as_error *error);

/* Strings of rows live during the call. */
struct as_version_row {
    const char *pack, *hash;
    int64_t kept_at;
    int64_t runs, last_run;   /* last_run: its decision time, AS_TIME_NONE when it never ran */
    struct as_str signatures; /* the bytes of agreement.sig; empty: none */
    bool decides;
};
typedef enum as_status (*as_version_row_fn)(void *context, const struct as_version_row *row,
                                            struct as_error *error);
/* Kept versions by pack, newest first; pack NULL: of all. */
enum as_status as_store_versions(struct as_store *store, const char *pack, as_version_row_fn each,
                                 void *context, struct as_error *error);

struct as_promotion_row {
    const char *pack, *hash;
    const char *how; /* "ran" (it decided before anything was promoted), "promote", "rollback" */
    const char *by, *note;
    int64_t at;
};
typedef enum as_status (*as_promotion_row_fn)(void *context, const struct as_promotion_row *row,
                                              struct as_error *error);
/* Newest first; pack NULL: of all packs. */
enum as_status as_store_promotions(struct as_store *store, const char *pack, as_promotion_row_fn each,
                                   void *context, struct as_error *error);

#endif
