/* Clearance: whether a version may decide for good. A dry run needs none. */
#include "run/job.h"

#include "base/time.h"
#include "store/versions.h"

#include <string.h>

static enum as_status check_promoted(struct as_running *running, const struct as_pack *pack,
                                     struct as_error *error)
{
    struct as_deciding deciding;
    char since[AS_TIME_TEXT];
    enum as_status status = as_store_deciding(&deciding, running->store, pack->name, error);
    if (status != AS_OK || !deciding.promoted || strcmp(deciding.hash, pack->hash) == 0)
        return status;
    as_error_set(error, AS_ERR_CONFLICT,
                 "version %.12s of %s is not the one that decides: %.12s was promoted at %s", pack->hash,
                 pack->name, deciding.hash, as_time_format(since, deciding.since));
    return as_error_advise(error, "make it decide with `assay promote`, or look at it with --dry-run");
}

enum as_status as_run_job_clear(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    return running->request->dry_run ? AS_OK : check_promoted(running, job->given->pack, error);
}
