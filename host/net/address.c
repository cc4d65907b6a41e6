/* Address guard: the addresses that are not public, as the IANA special-purpose address registries and the
 * RFCs they name list them, and a few that clouds use inside. Which of them a host may reach after all is its
 * policy's say. */
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { MAPPED_BITS = 96 };
static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

bool as_address_of(struct as_address *out, const struct sockaddr *from, size_t n)
{
    if (from->sa_family == AF_INET && n >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof in);
        memcpy(out->bytes, mapped, sizeof mapped);
        memcpy(out->bytes + sizeof mapped, &in.sin_addr, 4);
        return true;
    }
    if (from->sa_family == AF_INET6 && n >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 in;
        memcpy(&in, from, sizeof in);
        memcpy(out->bytes, &in.sin6_addr, sizeof out->bytes);
        return true;
    }
    return false;
}

bool as_address_parse(struct as_address *out, struct as_str text)
{
    char buffer[INET6_ADDRSTRLEN];
    if (text.n == 0 || text.n >= sizeof buffer || memchr(text.p, '\0', text.n) != NULL)
        return false;
    memcpy(buffer, text.p, text.n);
    buffer[text.n] = '\0';
    if (inet_pton(AF_INET6, buffer, out->bytes) == 1)
        return true;
    memcpy(out->bytes, mapped, sizeof mapped);
    return inet_pton(AF_INET, buffer, out->bytes + sizeof mapped) == 1;
}

enum as_status as_network_parse(struct as_network *out, struct as_str text, struct as_error *error)
{
    struct as_str bits = text;
    struct as_str address = as_str_cut(&bits, '/');
    bool short_form = memchr(address.p, ':', address.n) == NULL;
    int64_t n = short_form ? 32 : 128;
    if (!as_address_parse(&out->base, address))
        return as_error_set(error, AS_ERR_DATA, "\"%.*s\" is no address or block of addresses", (int)text.n,
                            text.p);
    if (bits.p != NULL && (!as_parse_int(&n, bits) || n < 0 || n > (short_form ? 32 : 128)))
        return as_error_set(error, AS_ERR_DATA, "\"%.*s\" has no prefix length of 0 to %d", (int)text.n,
                            text.p, short_form ? 32 : 128);
    out->bits = (uint8_t)(short_form ? n + MAPPED_BITS : n);
    for (int i = out->bits; i < 128; i++)
        if (out->base.bytes[i / 8] >> (7 - i % 8) & 1)
            return as_error_set(error, AS_ERR_DATA, "\"%.*s\" has bits beyond its prefix", (int)text.n,
                                text.p);
    return AS_OK;
}

bool as_network_has(const struct as_network *network, const struct as_address *address)
{
    int whole = network->bits / 8, rest = network->bits % 8;
    if (memcmp(network->base.bytes, address->bytes, (size_t)whole) != 0)
        return false;
    return rest == 0 || (network->base.bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

struct special {
    uint8_t base[16];
    uint8_t bits;
    const char *why;
};

#define V4(a, b, c, d, prefix, why)                                                                          \
    {                                                                                                        \
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}, MAPPED_BITS + (prefix), why                  \
    }

/* Narrow blocks before the wide ones that hold them, so that the reason is the exact one. */
static const struct special specials[] = {
    V4(0, 0, 0, 0, 8, "this network (RFC 791)"),
    V4(10, 0, 0, 0, 8, "private (RFC 1918)"),
    V4(100, 100, 100, 200, 32, "a cloud's metadata service"),
    V4(100, 64, 0, 0, 10, "shared by a carrier (RFC 6598)"),
    V4(127, 0, 0, 0, 8, "loopback (RFC 1122)"),
    V4(168, 63, 129, 16, 32, "a cloud's metadata service"),
    V4(169, 254, 169, 254, 32, "a cloud's metadata service"),
    V4(169, 254, 0, 0, 16, "link-local (RFC 3927)"),
    V4(172, 16, 0, 0, 12, "private (RFC 1918)"),
    V4(192, 0, 0, 192, 32, "a cloud's metadata service"),
    V4(192, 0, 0, 0, 24, "for protocols (RFC 6890)"),
    V4(192, 0, 2, 0, 24, "for documentation (RFC 5737)"),
    V4(192, 88, 99, 0, 24, "a 6to4 relay (RFC 7526)"),
    V4(192, 168, 0, 0, 16, "private (RFC 1918)"),
    V4(198, 18, 0, 0, 15, "for benchmarks (RFC 2544)"),
    V4(198, 51, 100, 0, 24, "for documentation (RFC 5737)"),
    V4(203, 0, 113, 0, 24, "for documentation (RFC 5737)"),
    V4(224, 0, 0, 0, 4, "multicast (RFC 5771)"),
    V4(255, 255, 255, 255, 32, "broadcast (RFC 919)"),
    V4(240, 0, 0, 0, 4, "reserved (RFC 1112)"),
    {{0}, 128, "unspecified (RFC 4291)"},
    {{[15] = 1}, 128, "loopback (RFC 4291)"},
    {{0}, 96, "an IPv4 address in disguise (RFC 4291)"},
    {{0x00, 0x64, 0xff, 0x9b}, 96, "translated to IPv4, NAT64 (RFC 6052)"},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "translated to IPv4, NAT64 (RFC 8215)"},
    {{0x01, 0x00}, 64, "discarded (RFC 6666)"},
    {{0x20, 0x01}, 32, "tunnelled to IPv4, Teredo (RFC 4380)"},
    {{0x20, 0x01}, 23, "for protocols (RFC 2928)"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "for documentation (RFC 3849)"},
    {{0x20, 0x02}, 16, "tunnelled to IPv4, 6to4 (RFC 3056)"},
    {{0x3f, 0xff}, 20, "for documentation (RFC 9637)"},
    {{0xfd, 0x00, 0x0e, 0xc2}, 64, "a cloud's metadata service"},
    {{0xfc}, 7, "unique-local (RFC 4193)"},
    {{0xfe, 0x80}, 10, "link-local (RFC 4291)"},
    {{0xfe, 0xc0}, 10, "site-local (RFC 3879)"},
    {{0xff}, 8, "multicast (RFC 4291)"},
};
static const struct as_network ipv4 = {{{[10] = 0xff, [11] = 0xff}}, MAPPED_BITS};
/* All that IANA hands out as global unicast; what is new elsewhere is refused until it is listed here. */
static const struct as_network unicast = {{{0x20}}, 3};

const char *as_address_special(const struct as_address *address)
{
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        struct as_network network = {.bits = specials[i].bits};
        memcpy(network.base.bytes, specials[i].base, sizeof network.base.bytes);
        if (as_network_has(&network, address))
            return specials[i].why;
    }
    if (!as_network_has(&ipv4, address) && !as_network_has(&unicast, address))
        return "no global unicast address (RFC 4291)";
    return NULL;
}

char *as_address_format(char out[AS_ADDRESS_TEXT], const struct as_address *address)
{
    bool v4 = as_network_has(&ipv4, address);
    if (inet_ntop(v4 ? AF_INET : AF_INET6, address->bytes + (v4 ? sizeof mapped : 0), out, AS_ADDRESS_TEXT) ==
        NULL)
        out[0] = '\0';
    return out;
}
