/* Score layers: several files and a run's scores as one list of leads, in which the last word on a lead
 * holds. Internal to host/store. */
#ifndef AS_STORE_SCORE_LAYERS_H
#define AS_STORE_SCORE_LAYERS_H

#include "store/decisions/recent_scores.h"
#include "store/layers.h"

/* Base and files over it, rows, two sources. */
enum { AS_SCORE_LAYERS = AS_LAYERS + 4 };
/* One of them: a file, a source, or rows. */
struct as_score_layer {
    const struct as_score_file *file;
    const struct as_score_source *source;
    const struct as_recent_scores *rows;
    int32_t day; /* of its rows, where it has no days of its own */
};

/* What they come to; freed with as_score_laid_free. */
struct as_score_laid {
    struct as_score_source source;
    int64_t *lead_id, *points;
    int32_t *day;
};
/* The layers' leads, of each what the last layer that has it says; `gone`: also the leads that are gone. The
 * result's scores are those of `like`, whose ids each file must have. */
enum as_status as_score_lay(struct as_score_laid *out, const struct as_score_layer *layers, uint32_t n,
                            const struct as_score_source *like, bool gone, struct as_error *error);
void as_score_laid_free(struct as_score_laid *laid); /* fine for one that is all zero */

#endif
