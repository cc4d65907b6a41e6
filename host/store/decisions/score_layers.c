/* Score layers: the leads of files, rows and a run brought together in order of their ids. */
#include "store/decisions/score_layers.h"

#include <stdlib.h>
#include <string.h>

enum { PARTS = 3 };

/* A layer on the way through its rows. */
struct walk {
    const struct as_score_layer *layer;
    size_t at, n;
    int64_t lead; /* at this place; INT64_MAX at the end */
    uint32_t scores;
    int column[AS_MAX_SCORES]; /* of a file, by score */
};

static void look(struct walk *walk)
{
    const struct as_score_layer *layer = walk->layer;
    walk->lead = walk->at == walk->n   ? INT64_MAX
                 : layer->rows != NULL ? layer->rows->lead[walk->at]
                 : layer->file != NULL ? layer->file->lead[walk->at]
                                       : layer->source->lead_id[as_score_row(layer->source, walk->at)];
}

static void step(struct walk *walk)
{
    walk->at++;
    look(walk);
}

static int32_t day_at(const struct walk *walk)
{
    const struct as_score_layer *layer = walk->layer;
    if (layer->rows != NULL)
        return layer->rows->day[walk->at];
    const int32_t *day = layer->file != NULL ? layer->file->day : layer->source->day;
    return day == NULL ? layer->day
                       : day[layer->file != NULL ? walk->at : as_score_row(layer->source, walk->at)];
}

static struct as_points points_at(const struct walk *walk, uint32_t score)
{
    const struct as_score_layer *layer = walk->layer;
    if (layer->file != NULL)
        return as_score_file_points(layer->file, walk->column[score], (int64_t)walk->at);
    if (layer->rows != NULL)
        return layer->rows->points[walk->at * walk->scores + score];
    return as_points_at(&layer->source->column[score].points, as_score_row(layer->source, walk->at));
}

static bool begin(struct walk *walk, const struct as_score_layer *layer, const struct as_score_source *like)
{
    *walk = (struct walk){.layer = layer,
                          .n = layer->file != NULL   ? (size_t)layer->file->head->leads
                               : layer->rows != NULL ? layer->rows->n
                                                     : layer->source->leads,
                          .scores = like->scores};
    for (uint32_t s = 0; s < like->scores && layer->file != NULL; s++)
        if ((walk->column[s] = as_score_file_column(layer->file, like->column[s].score_id)) < 0)
            return false;
    look(walk);
    return true;
}

/* The walk that has the next lead, the last of several; NULL at the end. The others step over it. */
static struct walk *next(struct walk *walks, uint32_t n)
{
    struct walk *found = NULL;
    int64_t least = INT64_MAX - 1;
    for (uint32_t i = 0; i < n; i++) {
        if (walks[i].lead > least)
            continue;
        if (found != NULL && walks[i].lead == least)
            step(found);
        found = &walks[i];
        least = found->lead;
    }
    return found;
}

static bool make_room(struct as_score_laid *out, size_t leads, const struct as_score_source *like)
{
    size_t room = leads + 1;
    out->lead_id = malloc(room * sizeof *out->lead_id);
    out->day = malloc(room * sizeof *out->day);
    out->points = malloc(room * PARTS * (like->scores + 1) * sizeof *out->points);
    if (out->lead_id == NULL || out->day == NULL || out->points == NULL)
        return false;
    out->source = (struct as_score_source){.lead_id = out->lead_id, .day = out->day, .scores = like->scores};
    for (uint32_t s = 0; s < like->scores; s++) {
        const int64_t *of = out->points + s * PARTS * room;
        struct as_points_column *points = &out->source.column[s].points;
        out->source.column[s].score_id = like->column[s].score_id;
        if (as_points_new(points, room, NULL) != AS_OK)
            return false;
        for (size_t b = 0; b < points->batches; b++, of += AS_BATCH)
            as_points_lay(points, b, of, of + room, of + 2 * room);
    }
    return true;
}

enum as_status as_score_lay(struct as_score_laid *out, const struct as_score_layer *layers, uint32_t n,
                            const struct as_score_source *like, bool gone, struct as_error *error)
{
    struct walk walks[AS_SCORE_LAYERS];
    size_t most = 0;
    *out = (struct as_score_laid){.day = NULL};
    for (uint32_t i = 0; i < n; i++) {
        if (i == AS_SCORE_LAYERS || !begin(&walks[i], &layers[i], like))
            return as_error_set(error, AS_ERR_BUG, "scores of two runs do not go together");
        most += walks[i].n;
    }
    if (!make_room(out, most, like)) {
        as_score_laid_free(out);
        return as_error_memory(error);
    }
    size_t at = 0, room = most + 1;
    for (struct walk *walk; (walk = next(walks, n)) != NULL; step(walk)) {
        int32_t day = day_at(walk);
        if (day == AS_SCORE_GONE && !gone)
            continue;
        out->lead_id[at] = walk->lead;
        out->day[at] = day;
        for (uint32_t s = 0; s < like->scores; s++) {
            struct as_points points = day == AS_SCORE_GONE ? (struct as_points){0} : points_at(walk, s);
            int64_t *of = out->points + s * PARTS * room + at;
            of[0] = points.value;
            of[room] = points.low;
            of[2 * room] = points.high;
        }
        at++;
    }
    out->source.leads = at;
    return AS_OK;
}

void as_score_laid_free(struct as_score_laid *laid)
{
    free(laid->lead_id);
    free(laid->day);
    free(laid->points);
    for (uint32_t s = 0; s < laid->source.scores; s++)
        as_points_free(&laid->source.column[s].points);
    *laid = (struct as_score_laid){.day = NULL};
}
