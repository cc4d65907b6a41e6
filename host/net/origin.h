/* Origins: scheme, host and port of an URL (RFC 6454), as packs permit them and the host's policy allows
 * them. */
#ifndef AS_NET_ORIGIN_H
#define AS_NET_ORIGIN_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

struct as_origin {
    const char *host; /* lower case, without a last dot; an IPv6 address in brackets */
    uint16_t port;
    bool secure; /* https */
    bool below;  /* written with "*." before the host: any host below it, not itself */
};

/* Reads an origin as people write it: "https://enrich.example", "https://api.example:8443/";
 * "*." before the host covers all below it. A path, a query, a user and any other scheme than https or http
 * are refused. AS_ERR_DATA. */
enum as_status as_origin_parse(struct as_origin *out, struct as_arena *arena, const char *text,
                               struct as_error *error);
/* The origin of a whole URL. An URL with a user or password in it is refused. */
enum as_status as_origin_of_url(struct as_origin *out, struct as_arena *arena, const char *url,
                                struct as_error *error);
/* Whether `pattern` (which may be `below`) covers `origin`. */
bool as_origin_covers(const struct as_origin *pattern, const struct as_origin *origin);
bool as_origin_same(const struct as_origin *a, const struct as_origin *b);
/* "https://api.example:8443", a default port left out. NULL when memory is out. */
const char *as_origin_text(struct as_arena *arena, const struct as_origin *origin);
/* Whether the host is this machine by its own name or address: localhost, 127.0.0.1, [::1]. */
bool as_origin_loopback(const struct as_origin *origin);

#endif
