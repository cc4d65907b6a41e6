/* Clearance: whether a version may decide for good: it is the one that was promoted, if any was, and
 * marketing and sales agree on it, if the pack declares an agreement, and it lets programmes run their
 * course. A dry run needs none. */
#include "run/clearance.h"
#include "run/job.h"
#include "run/programmes/guard.h"

#include "base/time.h"
#include "store/decisions/versions.h"

#include <string.h>

static enum as_status check_promoted(struct as_store *store, const struct as_pack *pack,
                                     struct as_error *error)
{
    struct as_deciding deciding;
    char since[AS_TIME_TEXT];
    enum as_status status = as_store_deciding(&deciding, store, pack->name, error);
    if (status != AS_OK || !deciding.promoted || strcmp(deciding.hash, pack->hash) == 0)
        return status;
    as_error_set(error, AS_ERR_CONFLICT,
                 "version %.12s of %s is not the one that decides: %.12s was promoted at %s", pack->hash,
                 pack->name, deciding.hash, as_time_format(since, deciding.since));
    return as_error_advise(error, "make it decide with `assay promote`, or look at it with --dry-run");
}

enum as_status as_agreed_refuse(const struct as_agreed *agreed, const struct as_pack *pack,
                                struct as_error *error)
{
    struct as_buf why = {.p = NULL};
    bool signatures = false;
    if (agreed->holds)
        return AS_OK;
    for (int p = 0; p < AS_PARTIES; p++)
        signatures |= agreed->parties[p].signing != AS_SIGNING_GOOD;
    as_agreed_say(&why, agreed);
    as_error_set(error, AS_ERR_RULE, "the agreement of %s does not hold: %s", pack->name, as_buf_c(&why));
    as_buf_free(&why);
    return as_error_advise(error, signatures
                                      ? "whoever agrees signs with `assay sign`; --dry-run works without"
                                      : "review it together, set the next review_by, and sign with `assay "
                                        "sign`; --dry-run works without");
}

/* Whether this version may do anything for good at an instant: AS_ERR_CONFLICT when another one was promoted,
 * else as as_agreed_refuse. *out gets how its agreement stands, in any case. */
static enum as_status may_decide(struct as_agreed *out, struct as_arena *arena, struct as_store *store,
                                 const struct as_pack *pack, int64_t at, struct as_error *error)
{
    enum as_status status = as_agreed_of(out, arena, pack, at, error);
    if (status == AS_OK)
        status = check_promoted(store, pack, error);
    if (status == AS_OK)
        status = as_guard_programmes(store, pack, at, error);
    return status == AS_OK ? as_agreed_refuse(out, pack, error) : status;
}

enum as_status as_run_job_clear(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    struct as_summary *summary = job->summary;
    if (request->dry_run || request->rehearsal)
        return as_agreed_of(&summary->agreed, summary->arena, summary->pack, summary->at, error);
    return may_decide(&summary->agreed, summary->arena, running->store, summary->pack, summary->at, error);
}
