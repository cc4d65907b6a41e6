/* Binding packs: those that are not run, and whose contact policies bind the same people all the same. They
 * are decided over the run's snapshot, and nothing of it is stored. */
#include "run/job.h"

#include "store/snapshot/snapshot.h"

#include <stdlib.h>

enum as_status as_binding_plan(struct as_running *running, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    enum as_status status = AS_OK;
    running->binding = calloc(request->binding_count + (size_t)1, sizeof *running->binding);
    running->binding_plans = calloc(request->binding_count + (size_t)1, sizeof *running->binding_plans);
    if (running->binding == NULL || running->binding_plans == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < request->binding_count && status == AS_OK; i++) {
        const struct as_pack *pack = request->binding[i].pack;
        status = as_desk_plan(&running->binding_plans[i], running->desk, pack, error);
        if (status != AS_OK)
            return status;
        as_needs_add(&running->needs, running->binding_plans[i]);
        running->needs.members |= request->binding[i].functions != NULL;
    }
    return status;
}

static enum as_status decide(struct as_running *running, uint32_t i, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    const struct as_pack *pack = request->binding[i].pack;
    struct as_run_options options = {.at = request->at,
                                     .threads = request->threads,
                                     .functions = request->binding[i].functions,
                                     .progress = as_run_forward,
                                     .progress_context = running};
    running->phase = pack->name;
    enum as_status status = as_store_load_priors(running->dataset, running->store, pack, error);
    return status == AS_OK ? as_decide(&running->binding[i], pack, running->binding_plans[i],
                                       running->dataset, &options, error)
                           : status;
}

enum as_status as_binding_decide(struct as_running *running, struct as_error *error)
{
    for (uint32_t i = 0; i < running->request->binding_count; i++) {
        struct as_error own = AS_ERROR_INIT;
        enum as_status status = decide(running, i, &own);
        if (status == AS_OK) {
            running->all[running->all_count++] = &running->binding[i];
        } else if (running->stopped || status == AS_ERR_MEMORY || status == AS_ERR_IO) {
            if (error != NULL)
                *error = own;
            return status;
        } /* else its own run will say what is wrong with it: one team's fault stops nobody else */
    }
    return AS_OK;
}

void as_binding_free(struct as_running *running)
{
    for (uint32_t i = 0; i < running->request->binding_count; i++)
        if (running->binding != NULL && running->binding[i].pack != NULL)
            as_decision_free(&running->binding[i]);
    free(running->binding);
    free(running->binding_plans);
}
