/* Promises: what leads did that begins the clock of an agreement, found in what the run has read of them. A
 * lead that is not read has no news, and what it did before is known. */
#include "run/effects/effect_writing.h"

#include "score/model/service_clock.h"
#include "store/work/dues.h"

/* From the newest event back to the first whose time was not over when the agreement was made. */
static enum as_status note_lead(struct as_effect_writing *w, const struct as_service_level *level,
                                int64_t since, uint32_t row, struct as_error *error)
{
    const struct as_run_record *record = w->request->record;
    const struct as_dataset *dataset = w->request->decision->dataset;
    const struct as_event_log *log = &dataset->lead_events;
    enum as_status status = AS_OK;
    for (uint32_t i = log->end[row]; i > log->start[row] && log->time[i - 1] >= since && status == AS_OK;
         i--) {
        bool starts = false;
        if (log->time[i - 1] <= record->at)
            status = as_service_level_starts(&starts, level, dataset, i - 1, error);
        if (status == AS_OK && starts)
            status = as_store_promise(w->store, record, level->name, dataset->lead_id[row], log->time[i - 1],
                                      error);
    }
    return status;
}

enum as_status as_effects_note_promises(struct as_effect_writing *w, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_dataset *dataset = request->decision->dataset;
    const struct as_pack *pack = request->decision->pack;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < pack->service_levels.n && status == AS_OK && !request->dry; i++) {
        const struct as_service_level *level = &pack->service_levels.at[i];
        int64_t since;
        if (level->starts.n == 0)
            continue;
        status = as_store_agreed_since(&since, w->store, pack->name, level->name, request->record->at, error);
        if (status == AS_OK)
            since = as_service_level_reaches(pack, level, since);
        for (uint32_t row = 0; row < dataset->leads && dataset->lead_events.start != NULL && status == AS_OK;
             row++)
            status = note_lead(w, level, since, row, error);
    }
    return status;
}
