/* Looks at the last appointment of a lead. */
#include "run/queue/meeting.h"

#include "base/bits.h"
#include "store/report/appointments.h"

static uint32_t booked(const struct as_schema *schema)
{
    return as_schema_kind(schema, AS_STR("meeting_booked"));
}

void as_meeting_need(uint64_t *kinds, const struct as_schema *schema)
{
    if (booked(schema) != AS_NO_INDEX)
        as_bit_set(kinds, booked(schema));
}

struct looking {
    enum as_meeting_work *out;
    int64_t at, entered;
};

/* The last one counts. */
static enum as_status take(void *context, const struct as_appointment *one, struct as_error *error)
{
    struct looking *looking = context;
    (void)error;
    *looking->out = AS_MEETING_NONE;
    if (one->ended != AS_TIME_NONE && one->ended < looking->entered)
        return AS_OK;
    switch (one->state) {
    case AS_APPOINTMENT_OPEN:
        *looking->out = one->starts != AS_TIME_NONE && one->starts <= looking->at ? AS_MEETING_TO_TELL
                                                                                  : AS_MEETING_SETTLED;
        break;
    case AS_APPOINTMENT_HELD:
        *looking->out = AS_MEETING_SETTLED;
        break;
    case AS_APPOINTMENT_NO_SHOW:
        *looking->out = AS_MEETING_MISSED;
        break;
    case AS_APPOINTMENT_CANCELLED:
        break;
    }
    return AS_OK;
}

enum as_status as_meeting_work_of(enum as_meeting_work *out, struct as_store *store,
                                  const struct as_dataset *dataset, uint32_t row, int64_t entered,
                                  struct as_error *error)
{
    const struct as_event_log *log = &dataset->lead_events;
    uint32_t kind = booked(dataset->schema);
    bool any = false;
    *out = AS_MEETING_NONE;
    for (uint32_t i = log->start == NULL ? 0 : log->start[row]; log->start != NULL && i < log->end[row]; i++)
        any |= log->kind[i] == kind;
    if (!any)
        return AS_OK;
    struct looking looking = {out, dataset->at, entered};
    struct as_appointment_query query = {dataset->lead_id[row], NULL, dataset->at, dataset->known_at};
    return as_store_appointments(store, &query, take, &looking, error);
}
