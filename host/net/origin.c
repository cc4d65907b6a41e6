/* Origins, read by curl's own parser: what is checked here is what curl will connect to. */
#include "net/origin.h"

#include "net/curl.h"

#include <string.h>

/* A part of an URL in the arena; "" when it has none. NULL when memory is out. */
static const char *part(struct as_arena *arena, const struct as_curl *curl, CURLU *url, CURLUPart which,
                        unsigned flags)
{
    char *text = NULL;
    CURLUcode code = curl->url_get(url, which, &text, flags);
    if (code != CURLUE_OK)
        return code == CURLUE_OUT_OF_MEMORY ? NULL : "";
    const char *copy = as_arena_copy(arena, text, strlen(text));
    curl->free(text);
    return copy;
}

static enum as_status refuse(struct as_error *error, const char *advice, const char *what)
{
    as_error_set(error, AS_ERR_DATA, "%s", what);
    as_error_advise(error, "%s", advice);
    return AS_ERR_DATA;
}

static enum as_status read_parts(struct as_origin *out, struct as_arena *arena, const struct as_curl *curl,
                                 CURLU *url, const char *text, bool whole, struct as_error *error)
{
    const char *scheme = part(arena, curl, url, CURLUPART_SCHEME, 0);
    const char *host = part(arena, curl, url, CURLUPART_HOST, 0);
    const char *port = part(arena, curl, url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const char *path = part(arena, curl, url, CURLUPART_PATH, 0);
    const char *user = part(arena, curl, url, CURLUPART_USER, 0);
    const char *password = part(arena, curl, url, CURLUPART_PASSWORD, 0);
    const char *query = part(arena, curl, url, CURLUPART_QUERY, 0);
    if (scheme == NULL || host == NULL || port == NULL || path == NULL || user == NULL || password == NULL ||
        query == NULL)
        return as_error_memory(error);
    out->secure = strcmp(scheme, "https") == 0;
    if (!out->secure && strcmp(scheme, "http") != 0)
        return as_error_set(error, AS_ERR_DATA, "\"%.200s\" is neither https nor http", text);
    if (*user != '\0' || *password != '\0')
        return refuse(error, "send them as a header made of a secret", "the URL holds a user or password");
    if (!whole && (strcmp(path, "/") != 0 || *query != '\0'))
        return refuse(error, "write scheme and host alone: all paths of an origin are permitted or none",
                      "an origin has neither path nor query");
    int64_t number = 0;
    size_t n = strlen(host);
    if (n == 0 || !as_parse_int(&number, as_str_of(port)) || number < 1 || number > 65535)
        return as_error_set(error, AS_ERR_DATA, "\"%.200s\" has no host or port", text);
    char *lower = as_arena_copy(arena, host, n);
    if (lower == NULL)
        return as_error_memory(error);
    for (char *c = lower; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + ('a' - 'A'));
    if (n > 1 && lower[n - 1] == '.')
        lower[n - 1] = '\0';
    out->host = lower;
    out->port = (uint16_t)number;
    return AS_OK;
}

static enum as_status read_origin(struct as_origin *out, struct as_arena *arena, const char *text, bool whole,
                                  struct as_error *error)
{
    *out = (struct as_origin){0};
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return refuse(error, "encode what goes into an URL: the option query does, and http.encode",
                          "the URL holds a blank or a character beyond ASCII");
    const struct as_curl *curl = as_curl_load(error);
    if (curl == NULL)
        return AS_ERR_IO;
    CURLU *url = curl->url();
    if (url == NULL)
        return as_error_memory(error);
    enum as_status status;
    CURLUcode code = curl->url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OUT_OF_MEMORY)
        status = as_error_memory(error);
    else if (code != CURLUE_OK)
        status = as_error_set(error, AS_ERR_DATA, "\"%.200s\" is no URL", text);
    else
        status = read_parts(out, arena, curl, url, text, whole, error);
    curl->url_cleanup(url);
    return status;
}

enum as_status as_origin_parse(struct as_origin *out, struct as_arena *arena, const char *text,
                               struct as_error *error)
{
    /* "*." is no host for curl: it is taken out before and remembered. */
    const char *star = strstr(text, "://*.");
    if (star == NULL)
        return read_origin(out, arena, text, false, error);
    const char *plain = as_arena_printf(arena, "%.*s%s", (int)(star + 3 - text), text, star + 5);
    if (plain == NULL)
        return as_error_memory(error);
    enum as_status status = read_origin(out, arena, plain, false, error);
    if (status == AS_OK && (strchr(out->host, '.') == NULL || out->host[0] == '['))
        status = as_error_set(error, AS_ERR_DATA, "\"%.200s\" permits too much: name a domain", text);
    out->below = true;
    return status;
}

enum as_status as_origin_of_url(struct as_origin *out, struct as_arena *arena, const char *url,
                                struct as_error *error)
{
    return read_origin(out, arena, url, true, error);
}

bool as_origin_covers(const struct as_origin *pattern, const struct as_origin *origin)
{
    if (pattern->secure != origin->secure || pattern->port != origin->port)
        return false;
    if (!pattern->below)
        return strcmp(pattern->host, origin->host) == 0;
    size_t n = strlen(pattern->host), m = strlen(origin->host);
    return m > n + 1 && origin->host[m - n - 1] == '.' && strcmp(origin->host + m - n, pattern->host) == 0;
}

bool as_origin_same(const struct as_origin *a, const struct as_origin *b)
{
    return a->secure == b->secure && a->port == b->port && a->below == b->below &&
           strcmp(a->host, b->host) == 0;
}

const char *as_origin_text(struct as_arena *arena, const struct as_origin *origin)
{
    const char *scheme = origin->secure ? "https" : "http";
    const char *star = origin->below ? "*." : "";
    if (origin->port == (origin->secure ? 443 : 80))
        return as_arena_printf(arena, "%s://%s%s", scheme, star, origin->host);
    return as_arena_printf(arena, "%s://%s%s:%u", scheme, star, origin->host, (unsigned)origin->port);
}

bool as_origin_loopback(const struct as_origin *origin)
{
    return !origin->below && (strcmp(origin->host, "localhost") == 0 || strcmp(origin->host, "[::1]") == 0 ||
                              strcmp(origin->host, "127.0.0.1") == 0);
}
