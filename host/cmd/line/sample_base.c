/* Opening a sample as a base; what it holds is host/run's. */
#include "cmd/line/sample_base.h"

#include "run/sample/sample.h"

enum as_status as_sample_base_open(struct as_context *context, const char *folder, struct as_error *error)
{
    int64_t at;
    enum as_status status = as_sample_at(&at, folder, error);
    if (status == AS_OK && !context->at_given)
        context->at = at;
    context->db = ":memory:";
    return status == AS_OK ? as_context_store(context, AS_STORE_CREATE, error) : status;
}

enum as_status as_sample_base_fill(struct as_context *context, const char *folder, struct as_error *error)
{
    int64_t at;
    enum as_status status = as_context_learn(context, error);
    if (status == AS_OK)
        status = as_sample_at(&at, folder, error);
    return status == AS_OK ? as_sample_read(context->store, context->schema, folder, at, error) : status;
}
