/* Hops: where a request may go. The first URL and every redirect pass the same checks; what a redirect must
 * not carry to another origin stays behind. */
#include "net/transfer.h"

#include <string.h>
#include <strings.h>

bool as_hop_idempotent(const char *method)
{
    return strcmp(method, "POST") != 0 && strcmp(method, "PATCH") != 0;
}

static enum as_status check_permitted(struct as_transfer *transfer)
{
    const struct as_client *client = transfer->client;
    for (uint32_t i = 0; i < client->origin_count; i++)
        if (as_origin_covers(&client->origins[i], &transfer->origin))
            return AS_OK;
    const char *text = as_origin_text(&transfer->arena, &transfer->origin);
    if (text == NULL)
        return as_error_memory(&transfer->error);
    as_error_set(&transfer->error, AS_ERR_DATA, "the pack does not permit %.200s", text);
    as_error_advise(&transfer->error, "add it to pack.lua: permits = { http = { \"%.200s\" } }", text);
    return AS_ERR_DATA;
}

/* A proxy opens the socket on the other side, where no guard of ours looks: addresses written in the URL are
 * checked here, names are the proxy's to check. */
static enum as_status check_literal(struct as_transfer *transfer)
{
    struct as_str host = as_str_of(transfer->origin.host);
    struct as_address address;
    if (host.n > 1 && host.p[0] == '[')
        host = (struct as_str){host.p + 1, host.n - 2};
    if (transfer->client->policy->proxy == NULL || !as_address_parse(&address, host))
        return AS_OK;
    const char *why = as_address_special(&address);
    for (uint32_t i = 0; why != NULL && i < transfer->client->policy->network_count; i++)
        if (as_network_has(&transfer->client->policy->networks[i], &address))
            why = NULL;
    if (why == NULL)
        return AS_OK;
    return as_error_set(&transfer->error, AS_ERR_DATA, "%s is no public address: %s", transfer->origin.host,
                        why);
}

enum as_status as_hop_check(struct as_transfer *transfer)
{
    struct as_client *client = transfer->client;
    bool plays = client->cassette != NULL && as_cassette_mode_of(client->cassette) == AS_CASSETTE_PLAY;
    enum as_status status = AS_OK;
    if (strlen(transfer->url) > AS_HTTP_MOST_URL)
        status =
            as_error_set(&transfer->error, AS_ERR_LIMIT, "the URL is longer than %d bytes", AS_HTTP_MOST_URL);
    if (status == AS_OK)
        status = as_origin_of_url(&transfer->origin, &transfer->arena, transfer->url, &transfer->error);
    if (status == AS_OK)
        status = check_permitted(transfer);
    /* A recording is played on any host: its policy is about the network. */
    if (status == AS_OK && !plays)
        status = as_policy_origin(client->policy, &transfer->origin, &transfer->error);
    if (status == AS_OK && !plays)
        status = check_literal(transfer);
    if (status == AS_OK && (transfer->gate = as_gate_of(client, &transfer->origin)) == NULL)
        status = as_error_memory(&transfer->error);
    if (status != AS_OK)
        transfer->outcome = AS_REFUSED;
    return status;
}

static const char *location_of(const struct as_transfer *transfer)
{
    for (uint32_t i = 0; i < transfer->answer_headers.n; i++)
        if (strcmp(transfer->answer_headers.at[i].name, "location") == 0)
            return transfer->answer_headers.at[i].value;
    return NULL;
}

static const char *resolve(struct as_transfer *transfer, const char *location)
{
    char *text = NULL;
    const char *copy = NULL;
    const struct as_curl *curl = transfer->client->curl;
    CURLU *url = curl->url();
    if (url != NULL && curl->url_set(url, CURLUPART_URL, transfer->url, 0) == CURLUE_OK &&
        curl->url_set(url, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl->url_set(url, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
        curl->url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK)
        copy = as_arena_copy(&transfer->arena, text, strlen(text));
    curl->free(text);
    curl->url_cleanup(url);
    return copy;
}

/* What says nothing about who asks, and so may go anywhere. */
static bool harmless(const char *name)
{
    return strcasecmp(name, "Accept") == 0 || strcasecmp(name, "Accept-Language") == 0;
}

static void leave_behind(struct as_transfer *transfer)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < transfer->header_count; i++)
        if (harmless(transfer->headers[i].name))
            transfer->headers[kept++] = transfer->headers[i];
    transfer->header_count = kept;
}

static bool refuse(struct as_transfer *transfer, const char *what, const char *advice)
{
    transfer->outcome = AS_REFUSED;
    as_error_set(&transfer->error, AS_ERR_DATA, "%s", what);
    as_error_advise(&transfer->error, "%s", advice);
    return true;
}

bool as_hop_next(struct as_transfer *transfer)
{
    int status = transfer->status;
    if (transfer->outcome != AS_ANSWERED || transfer->hops_left < 0 ||
        (status != 301 && status != 302 && status != 303 && status != 307 && status != 308))
        return false;
    const char *location = location_of(transfer);
    if (location == NULL)
        return false;
    if (transfer->hops_left == 0)
        return refuse(transfer, "the server redirects again and again", "ask the URL where it ends");
    transfer->hops_left--;
    struct as_origin before = transfer->origin;
    const char *next = resolve(transfer, location);
    if (next == NULL)
        return refuse(transfer, "the server redirects to what is no URL", "ask the URL where it ends");
    transfer->url = next;
    if (as_hop_check(transfer) != AS_OK) {
        as_error_advise(&transfer->error, "the server redirected there");
        return true;
    }
    bool get = (status == 303 && strcmp(transfer->method, "HEAD") != 0) ||
               (status < 303 && strcmp(transfer->method, "POST") == 0);
    if (get) {
        transfer->method = "GET";
        transfer->has_body = false;
    }
    if (!as_origin_same(&before, &transfer->origin)) {
        if (transfer->has_body)
            return refuse(transfer, "the server redirects what was sent to another origin",
                          "send it there in the first place, if that is meant");
        leave_behind(transfer);
    }
    return true;
}
