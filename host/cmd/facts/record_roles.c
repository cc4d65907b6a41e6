/* Roles: what people may record. Who qualifies leads does not say what only sales can: whether the lead is
 * taken, what became of the deal, how good the appointment was [A8.8]. Who is not known, or has no role, may
 * say everything. */
#include "cmd/facts/record.h"

#include "score/tree/pack.h"
#include "store/decisions/decisions.h"
#include "store/decisions/versions.h"
#include "store/work/people.h"

#include <string.h>

struct looking {
    const struct as_recording *r;
    const char *role; /* of the user; NULL none */
    bool qualifies, declared;
};

static enum as_status look_at_user(void *into, const struct as_user_row *row, struct as_error *error)
{
    struct looking *looking = into;
    if (row->role == NULL || !as_str_is_nocase(as_str_of(looking->r->user), row->name))
        return AS_OK;
    looking->role = as_arena_copy(looking->r->arena, row->role, strlen(row->role));
    return looking->role == NULL ? as_error_memory(error) : AS_OK;
}

/* A role that several packs declare qualifies when one of them says so. */
static enum as_status look_at_pack(void *into, const char *name, const char *hash, struct as_error *error)
{
    struct looking *looking = into;
    struct as_loaded_pack *loaded;
    (void)hash;
    enum as_status status = as_context_pack(&loaded, looking->r->context, name, error);
    const struct as_role *role = status == AS_OK ? as_role_of(loaded->pack, looking->role) : NULL;
    looking->declared |= role != NULL;
    looking->qualifies |= role != NULL && role->qualifies;
    return status;
}

/* Acts that are sales' word; an override that says the lead was taken is one. */
static bool is_of_sales(const struct as_recording *r)
{
    static const char *const acts[] = {
        "accepted", "rejected", "handoff_accepted", "handoff_rejected", "rated", "meeting_rated",
        "won",      "lost",     "no_decision"};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (strcmp(r->act, acts[i]) == 0)
            return true;
    struct as_str stage = r->details.n == 1 ? as_str_of(r->details.at[0]) : (struct as_str){NULL, 0};
    enum as_stage said;
    if (as_str_starts(stage, AS_STR("stage=")))
        as_str_cut(&stage, '=');
    return strcmp(r->act, "override") == 0 && as_stage_parse(&said, stage) && said >= AS_STAGE_ACCEPTED &&
           said <= AS_STAGE_NO_DECISION;
}

enum as_status as_record_permit(const struct as_recording *r, struct as_error *error)
{
    struct looking looking = {.r = r};
    if (r->user == NULL || !is_of_sales(r))
        return AS_OK;
    enum as_status status = as_store_users(r->context->store, look_at_user, &looking, error);
    if (status == AS_OK && looking.role != NULL)
        status = as_store_packs(r->context->store, AS_PACKS_RAN, look_at_pack, &looking, error);
    if (status != AS_OK || looking.role == NULL)
        return status;
    if (!(looking.declared ? looking.qualifies : as_role_qualifies(NULL, looking.role)))
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "%.80s qualifies leads (%.40s): \"%.40s\" is for sales to say", r->user,
                 looking.role, r->act);
    return as_error_advise(error,
                           "name who of sales says it with --user; `assay import users` has the roles");
}
