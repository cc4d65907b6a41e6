/* A weighted sum whose entries add up to its total. */
#include "score/statistics/tally.h"

#include "base/limits.h"

#include <math.h>

bool as_milli_of(int64_t *out, double points)
{
    double milli = round(points * 1000);
    if (!(fabs(milli) <= (double)AS_MAX_POINTS_MILLI))
        return false;
    *out = (int64_t)milli;
    return true;
}

static enum as_status part_points(int64_t *out, const struct as_part *part, double value,
                                  struct as_error *error)
{
    if (isnan(part->weight) || isnan(value))
        return as_error_set(error, AS_ERR_DATA, "part \"%s\" is not a number", part->name);
    if (!as_milli_of(out, part->weight * value))
        return as_error_set(error, AS_ERR_LIMIT, "part \"%s\" is worth more than %lld points", part->name,
                            (long long)(AS_MAX_POINTS_MILLI / 1000));
    return AS_OK;
}

enum as_status as_tally_of(struct as_tally *out, struct as_part *parts, size_t n, struct as_error *error)
{
    *out = (struct as_tally){0};
    if (n > AS_MAX_RULES)
        return as_error_set(error, AS_ERR_LIMIT, "a weighted sum of %zu parts; at most %d", n, AS_MAX_RULES);
    for (size_t i = 0; i < n; i++) {
        struct as_part *part = &parts[i];
        int64_t low = 0, high = 0;
        part->points = 0;
        enum as_status status = part_points(&low, part, part->known ? part->value : part->low, error);
        if (status == AS_OK)
            status = part_points(&high, part, part->known ? part->value : part->high, error);
        if (status != AS_OK)
            return status;
        if (part->known) {
            part->points = low;
            out->value += low;
            out->low += low;
            out->high += low;
            continue;
        }
        /* A part that is unknown adds nothing to what is shown and opens the interval around it. */
        int64_t least = low < high ? low : high, most = low < high ? high : low;
        out->low += least < 0 ? least : 0;
        out->high += most > 0 ? most : 0;
    }
    return AS_OK;
}
