/* Outcomes: what curl's result means for who asked, and when asking again is safe. */
#include "net/transfer.h"

#include "base/intern.h"

#include <string.h>

enum { NS_MS = 1000000 };

const char *as_reply_name(enum as_reply outcome)
{
    static const char *const names[] = {"answered",  "refused",   "unreached",   "broken",
                                        "timed out", "too large", "not recorded"};
    return names[outcome];
}

static void set(struct as_transfer *transfer, enum as_reply outcome, enum as_status status, const char *what,
                const char *advice)
{
    transfer->outcome = outcome;
    as_error_set(&transfer->error, status, "%s: %s", transfer->origin.host, what);
    if (advice != NULL)
        as_error_advise(&transfer->error, "%s", advice);
}

static void refused_by_guard(struct as_transfer *transfer)
{
    char text[AS_ADDRESS_TEXT];
    transfer->outcome = AS_REFUSED;
    as_error_set(&transfer->error, AS_ERR_DATA, "%s is at %s, no public address: %s", transfer->origin.host,
                 as_address_format(text, &transfer->refused_address), transfer->refused);
    as_error_advise(&transfer->error,
                    "whoever runs this host may name it in the policy: \"addresses\": [\"%s\"]", text);
}

void as_outcome_of(struct as_transfer *transfer, CURLcode code)
{
    const struct as_curl *curl = transfer->client->curl;
    const char *why = transfer->message[0] != '\0' ? transfer->message : curl->easy_strerror(code);
    curl_off_t sent = 0;
    curl->easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
    if (transfer->no_memory || code == CURLE_OUT_OF_MEMORY) {
        set(transfer, AS_BROKEN, AS_ERR_MEMORY, "out of memory", NULL);
        return;
    }
    if (transfer->too_large || code == CURLE_FILESIZE_EXCEEDED) {
        transfer->outcome = AS_TOO_LARGE;
        as_error_set(&transfer->error, AS_ERR_LIMIT,
                     "%s: the answer is larger than %zu bytes or its headers than %d", transfer->origin.host,
                     transfer->most_bytes, AS_HTTP_MOST_HEADERS);
        return;
    }
    if (transfer->refused != NULL && code != CURLE_OK) {
        refused_by_guard(transfer);
        return;
    }
    switch (code) {
    case CURLE_OK:
        transfer->outcome = AS_ANSWERED;
        break;
    case CURLE_OPERATION_TIMEDOUT:
        if (sent == 0)
            set(transfer, AS_UNREACHED, AS_ERR_IO, "no connection in time", NULL);
        else
            set(transfer, AS_TIMED_OUT, AS_ERR_IO, "no answer in time", NULL);
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
        set(transfer, AS_UNREACHED, AS_ERR_IO, why, NULL);
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        set(transfer, AS_BROKEN, AS_ERR_DATA, why,
            "the certificate is not trusted; an authority of your own goes into the policy: \"ca\"");
        break;
    default:
        set(transfer, AS_BROKEN, AS_ERR_IO, why, NULL);
    }
}

static bool worth_another(const struct as_transfer *transfer)
{
    if (transfer->outcome == AS_UNREACHED)
        return true;
    if (!transfer->repeatable)
        return false;
    if (transfer->outcome == AS_BROKEN || transfer->outcome == AS_TIMED_OUT)
        return transfer->error.status == AS_ERR_IO;
    if (transfer->outcome != AS_ANSWERED)
        return false;
    int status = transfer->status;
    return status == 408 || status == 425 || status == 429 || status == 500 ||
           (status >= 502 && status <= 504);
}

bool as_outcome_again(struct as_transfer *transfer, int64_t now)
{
    if (transfer->tries >= transfer->most_tries || !worth_another(transfer))
        return false;
    int64_t pause = (int64_t)AS_HTTP_PAUSE_MS << (transfer->tries - 1);
    if (pause > AS_HTTP_MOST_PAUSE_MS)
        pause = AS_HTTP_MOST_PAUSE_MS;
    /* Half of the pause is by chance, so that many that failed together do not come back together. */
    pause = pause / 2 + (int64_t)(as_hash_seed() % (uint64_t)(pause / 2 + 1));
    if (transfer->retry_after >= 0 && transfer->retry_after * 1000 > pause)
        pause = transfer->retry_after * 1000;
    if (pause > AS_HTTP_MOST_PAUSE_MS || now + pause * NS_MS >= transfer->deadline)
        return false;
    transfer->not_before = now + pause * NS_MS;
    return true;
}
