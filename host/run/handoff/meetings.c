/* Meetings: the appointments of the lead with sales, each also in a sentence. */
#include "run/handoff/packing.h"

#include "base/time.h"

static void say_times(struct as_buf *out, uint32_t n, const char *what)
{
    if (n == 1)
        as_buf_printf(out, ", %s once", what);
    else if (n > 1)
        as_buf_printf(out, ", %s %u times", what, n);
}

/* "Appointment 2026-03-12 10:00 UTC with Sam Okafor, arranged by Lea Vogel, put off 1 time; held; rated 4 of
 * 5 by Sam Okafor: knew his numbers" */
static void say(struct as_buf *out, const struct as_appointment *one)
{
    char starts[AS_TIME_TEXT];
    as_buf_text(out, "Appointment ");
    if (one->starts != AS_TIME_NONE)
        as_buf_printf(out, "%s UTC", as_instant_format(starts, one->starts));
    else
        as_buf_text(out, "at a time that nobody said");
    as_buf_printf(out, " with %s", one->with);
    if (one->by != NULL)
        as_buf_printf(out, ", arranged by %s", one->by);
    say_times(out, one->moved, "put off");
    say_times(out, one->no_shows, "missed");
    if (one->state != AS_APPOINTMENT_OPEN)
        as_buf_printf(out, "; %s", as_appointment_state_name(one->state));
    if (one->rating > 0)
        as_buf_printf(out, "; rated %g of %d%s%s%s%s", one->rating, AS_RATING_MOST,
                      one->rated_by != NULL ? " by " : "", one->rated_by != NULL ? one->rated_by : "",
                      one->why != NULL ? ": " : "", one->why != NULL ? one->why : "");
}

static enum as_status take(void *context, const struct as_appointment *appointment, struct as_error *error)
{
    struct as_packing *p = context;
    struct as_buf text = {.p = NULL};
    struct as_package_meeting meeting = {.what = *appointment};
    say(&text, appointment);
    meeting.said = as_packing_keep(p, as_buf_c(&text));
    meeting.what.with = as_packing_keep(p, appointment->with);
    meeting.what.by = as_packing_keep(p, appointment->by);
    meeting.what.rated_by = as_packing_keep(p, appointment->rated_by);
    meeting.what.why = as_packing_keep(p, appointment->why);
    meeting.what.track = as_packing_keep(p, appointment->track);
    bool failed = text.failed || p->failed;
    as_buf_free(&text);
    return !failed && as_list_push(&p->out->explanation.arena, &p->out->meetings, meeting)
               ? AS_OK
               : as_error_memory(error);
}

enum as_status as_pack_meetings(struct as_packing *packing, struct as_error *error)
{
    struct as_appointment_query query = {packing->request->lead_id, packing->out->explanation.pack->name,
                                         packing->request->at, packing->request->known_at};
    return as_store_appointments(packing->store, &query, take, packing, error);
}
