/* Catalogue: what marketing has made for buyers and sales, as it was imported (`assay import content`). */
#ifndef AS_STORE_CATALOGUE_H
#define AS_STORE_CATALOGUE_H

#include "store/store.h"

/* Strings live during the call; NULL where unknown. persona, phase and answers may list several, with ";"
 * between them; no persona or phase means every one. */
struct as_content_row {
    const char *key, *title, *kind, *persona, *phase, *url, *text;
    const char *answers;     /* questions of the packs that it answers */
    const char *source_type; /* who says so: "case study", "analyst", "vendor" … */
    const char *evidence;    /* the sources it rests on */
    const char *appeal;      /* "rational", "emotional" or "both" */
    bool story;              /* tells of a customer */
    bool brand_known, brand_visible;
    uint64_t offered, used; /* touches that offered it: by machines, by people of ours */
};
typedef enum as_status (*as_content_row_fn)(void *context, const struct as_content_row *row,
                                            struct as_error *error);
/* By key. Touches are those up to `at`. */
enum as_status as_store_contents(struct as_store *store, int64_t at, as_content_row_fn each, void *context,
                                 struct as_error *error);

#endif
