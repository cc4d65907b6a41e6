/* Outlet: opens the address of a destination for what is sent there, and keeps whether it rests. */
#include "net/outlet.h"

int64_t as_breaker_rest(uint32_t failures)
{
    int64_t rest = AS_BREAKER_FIRST_REST;
    if (failures < AS_BREAKER_FAILURES)
        return 0;
    for (uint32_t i = AS_BREAKER_FAILURES; i < failures && rest < AS_BREAKER_MOST_REST; i++)
        rest *= 2;
    return rest < AS_BREAKER_MOST_REST ? rest : AS_BREAKER_MOST_REST;
}

enum as_status as_outlet_read(struct as_outlet *to, struct as_arena *arena, struct as_store *store,
                              int64_t now, struct as_error *error)
{
    struct as_delivered *told = to->told;
    enum as_status status =
        as_store_breaker(&to->breaker, arena, store, told->pack->name, told->destination->name, error);
    if (status == AS_OK && to->breaker.open_until > now) {
        told->rests_until = to->breaker.open_until;
        told->reason = to->breaker.reason;
    }
    return status;
}

enum as_status as_outlet_open(struct as_outlet *to, struct as_arena *arena, const struct as_policy *policy,
                              struct as_error *error)
{
    const struct as_destination *destination = to->told->destination;
    enum as_status status = AS_OK;
    struct as_origin origin;
    if (destination->url_secret != NULL)
        status = as_policy_secret_read(&to->url, policy, destination->url_secret, error);
    else
        as_buf_text(&to->url, destination->url);
    if (status == AS_OK && destination->secret != NULL)
        status = as_policy_secret_read(&to->secret, policy, destination->secret, error);
    if (status == AS_OK && as_origin_of_url(&origin, arena, as_buf_c(&to->url), NULL) != AS_OK) {
        as_error_set(error, AS_ERR_DATA, "%s holds no address",
                     destination->url_secret != NULL ? destination->url_secret : destination->url);
        status = as_error_advise(error, "write https://HOST/PATH");
    }
    if (status == AS_OK)
        status = as_policy_origin(policy, &origin, error);
    if (status != AS_OK)
        return status;
    const char **own = as_arena_array(arena, 1, sizeof *own);
    const char **names = as_arena_array(arena, 1, sizeof *names);
    if (own == NULL || names == NULL || (own[0] = as_origin_text(arena, &origin)) == NULL)
        return as_error_memory(error);
    names[0] = destination->url_secret;
    struct as_client_options options = {.policy = policy,
                                        .origins = own,
                                        .origin_count = 1,
                                        .secrets = names,
                                        .secret_count = destination->url_secret != NULL};
    status = as_client_open(&to->client, &options, error);
    /* Known to the client, an address that is secret is scrubbed from what is said about it. */
    if (status == AS_OK && destination->url_secret != NULL &&
        as_client_secret_mark(to->client, destination->url_secret, error) == NULL)
        status = error != NULL ? error->status : AS_ERR_DATA;
    return status;
}

enum as_status as_outlet_failed(struct as_outlet *to, struct as_store *store, int64_t now,
                                int64_t retry_after, const char *reason, struct as_error *error)
{
    int64_t rest = as_breaker_rest(++to->breaker.failures);
    if (retry_after > rest)
        rest = retry_after < AS_HTTP_MOST_SHUT_S ? retry_after : AS_HTTP_MOST_SHUT_S;
    to->breaker.open_until = rest > 0 ? now + rest : 0;
    to->breaker.reason = reason;
    to->told->rests_until = to->breaker.open_until;
    return as_store_put_breaker(store, &to->breaker, now, error);
}

enum as_status as_outlet_worked(struct as_outlet *to, struct as_store *store, int64_t now,
                                struct as_error *error)
{
    bool troubled = to->breaker.failures > 0 || to->breaker.open_until != 0;
    to->breaker.failures = 0;
    to->breaker.open_until = to->told->rests_until = 0;
    return troubled ? as_store_put_breaker(store, &to->breaker, now, error) : AS_OK;
}

void as_outlet_close(struct as_outlet *to)
{
    as_client_close(to->client);
    as_secret_wipe(&to->url);
    as_secret_wipe(&to->secret);
}
