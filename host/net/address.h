/* Address guard: which addresses a socket may be opened to. Names are not trusted; what they resolve to is.
 */
#ifndef AS_NET_ADDRESS_H
#define AS_NET_ADDRESS_H

#include "base/status.h"
#include "base/text.h"

/* IPv4 is held as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), so that one comparison serves both. */
struct as_address {
    uint8_t bytes[16];
};

/* A block of addresses. */
struct as_network {
    struct as_address base;
    uint8_t bits; /* 0..128, of the 128-bit form */
};

struct sockaddr;

/* false: neither IPv4 nor IPv6. */
bool as_address_of(struct as_address *out, const struct sockaddr *from, size_t n);
/* "192.0.2.1", "2001:db8::1", "::ffff:10.0.0.1"; nothing else, no octal, hex or short forms. */
bool as_address_parse(struct as_address *out, struct as_str text);
/* "10.0.0.0/8", "fd00::/8"; a single address is its own block. Bits beyond the prefix must be 0. AS_ERR_DATA.
 */
enum as_status as_network_parse(struct as_network *out, struct as_str text, struct as_error *error);
bool as_network_has(const struct as_network *network, const struct as_address *address);

/* Why an address is not a public one: "loopback (RFC 1122)"; NULL when it is public. An address that carries
 * an IPv4 address inside (mapped, NAT64, 6to4, Teredo) is not public whenever it could lead there. */
const char *as_address_special(const struct as_address *address);

enum { AS_ADDRESS_TEXT = 64 };
char *as_address_format(char out[AS_ADDRESS_TEXT], const struct as_address *address);

#endif
