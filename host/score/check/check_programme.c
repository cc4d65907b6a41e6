/* Programmes: whether they are large enough to find what they look for. How many leads come to one is the
 * database's, and the caller's to bring. */
#include "score/check/check_parts.h"

#include "base/time.h"
#include "score/statistics/interval.h"

#include <inttypes.h>

/* How many people come in `days` more, and in how many days so many have; nothing comes of no pace. */
static double people_in(const struct as_programme_pace *pace, int64_t days)
{
    return days > 0 ? (double)pace->came * (double)days / (double)pace->days : 0;
}

static int64_t days_for(const struct as_programme_pace *pace, uint64_t people)
{
    double days = (double)people * (double)pace->days / (double)pace->came;
    return days < 1e6 ? (int64_t)days + 1 : 1000000;
}

/* "about 2027-03-01, at 12.3 a week" */
static void say_when(struct as_buf *out, const struct as_checking *c, const struct as_programme *programme,
                     const struct as_programme_pace *pace, uint64_t needed)
{
    char day[AS_TIME_TEXT];
    uint64_t left = needed > pace->in ? needed - pace->in : 0;
    if (pace->came == 0 || pace->days <= 0) {
        as_buf_text(out, "; too few have come to its tracks of late, so that no day can be told");
        return;
    }
    int64_t days = (left > 0 ? days_for(pace, left) : 0) + programme->within;
    as_buf_printf(out, "; at %.1f a week, as in the last %" PRId64 " days, they have had their time about %s",
                  7 * (double)pace->came / (double)pace->days, pace->days,
                  as_day_format(day, as_day_of(c->input->at) + days));
}

/* What its plan comes to: said, or worked out from the pace. False: nobody can tell. */
static bool planned(double *people, const struct as_checking *c, const struct as_programme *programme,
                    const struct as_programme_pace *pace)
{
    int64_t days = programme->ends_on - programme->within - as_day_of(c->input->at);
    if (programme->ends_people > 0)
        *people = (double)programme->ends_people;
    else if (pace != NULL && pace->days > 0)
        *people = (double)pace->in + people_in(pace, days);
    return programme->ends_people > 0 || (pace != NULL && pace->days > 0);
}

static void check_size(struct as_checking *c, const struct as_programme *programme,
                       const struct as_programme_pace *pace)
{
    uint64_t needed;
    double people = 0;
    if (programme->without <= 0) {
        as_findings_add(c->out, AS_FINDING_PROGRAMME_UNSIZED, programme->position, NULL,
                        "programme \"%s\" does not say what difference it looks for", programme->name);
        return;
    }
    if (!as_patience_people(&needed, programme->without, programme->with, programme->holdout,
                            programme->alpha, programme->power))
        return;
    struct as_buf text = {.p = NULL};
    as_buf_printf(&text,
                  "programme \"%s\" needs %" PRIu64 " people, %.0f of them held out, to find %.15g %% where "
                  "it would be %.15g %% (alpha %.15g, power %.15g)",
                  programme->name, needed, programme->holdout * (double)needed, 100 * programme->with,
                  100 * programme->without, programme->alpha, programme->power);
    bool small = planned(&people, c, programme, pace) && people < (double)needed;
    if (small)
        as_buf_printf(&text, "; it ends with %s%.0f", programme->ends_people > 0 ? "" : "about ", people);
    if (pace != NULL)
        say_when(&text, c, programme, pace, needed);
    if (text.failed)
        c->out->failed = true;
    as_findings_add(c->out, small ? AS_FINDING_PROGRAMME_SMALL : AS_FINDING_PROGRAMME_SIZE,
                    programme->position, NULL, "%s", as_buf_c(&text));
    as_buf_free(&text);
}

void as_check_programmes(struct as_checking *checking)
{
    const struct as_pack *pack = checking->pack;
    for (uint32_t i = 0; i < pack->programmes.n; i++)
        check_size(checking, pack->programmes.at[i],
                   checking->input->paces != NULL ? &checking->input->paces[i] : NULL);
}
