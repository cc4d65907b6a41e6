/* The address guard against the IANA special-purpose address registries: first and last address of each block
 * that is not "globally reachable" there, and the neighbours outside that are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/address.h"

static const char *special(const char *text)
{
    struct as_address address;
    if (!as_address_parse(&address, as_str_of(text)))
        fail_msg("%s cannot be read", text);
    return as_address_special(&address);
}

static void test_registry_ipv4(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "0.0.0.0",         "0.255.255.255",   "10.0.0.0",        "10.255.255.255", "100.64.0.0",
        "100.127.255.255", "100.100.100.200", "127.0.0.0",       "127.0.0.1",      "127.255.255.255",
        "169.254.0.0",     "169.254.169.254", "169.254.255.255", "172.16.0.0",     "172.31.255.255",
        "192.0.0.0",       "192.0.0.192",     "192.0.0.255",     "192.0.2.0",      "192.0.2.255",
        "192.88.99.1",     "192.168.0.0",     "192.168.255.255", "198.18.0.0",     "198.19.255.255",
        "198.51.100.0",    "198.51.100.255",  "203.0.113.0",     "203.0.113.255",  "224.0.0.1",
        "239.255.255.255", "240.0.0.0",       "255.255.255.255", "168.63.129.16",
    };
    static const char *const open[] = {
        "1.0.0.0",        "1.1.1.1",         "8.8.8.8",         "9.255.255.255", "11.0.0.0",
        "100.63.255.255", "100.128.0.0",     "126.255.255.255", "128.0.0.0",     "169.253.255.255",
        "169.255.0.0",    "172.15.255.255",  "172.32.0.0",      "192.0.1.0",     "192.0.3.0",
        "192.31.196.1",   "192.52.193.1",    "192.167.255.255", "192.169.0.0",   "192.175.48.1",
        "198.17.255.255", "198.20.0.0",      "198.51.99.255",   "198.51.101.0",  "203.0.112.255",
        "203.0.114.0",    "223.255.255.255",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (special(refused[i]) == NULL)
            fail_msg("%s passes", refused[i]);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (special(open[i]) != NULL)
            fail_msg("%s is refused: %s", open[i], special(open[i]));
}

static void test_registry_ipv6(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "::ffff:a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
        "1fff:ffff::1",
    };
    static const char *const open[] = {
        "2000::1",      "2001:200::1",  "2001:4860:4860::8888", "2001:db7:ffff::1",
        "2001:db9::1",  "2003::1",      "2606:4700::1",         "2620:4f:8000::1",
        "2a00:1450::1", "3ffe:ffff::1", "3fff:1000::1",         "::ffff:8.8.8.8",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (special(refused[i]) == NULL)
            fail_msg("%s passes", refused[i]);
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (special(open[i]) != NULL)
            fail_msg("%s is refused: %s", open[i], special(open[i]));
}

static void test_reasons(void **state)
{
    (void)state;
    assert_string_equal(special("127.0.0.1"), "loopback (RFC 1122)");
    assert_string_equal(special("::ffff:192.168.1.1"), "private (RFC 1918)");
    assert_string_equal(special("100.64.0.1"), "shared by a carrier (RFC 6598)");
    assert_string_equal(special("169.254.169.254"), "a cloud's metadata service");
    assert_string_equal(special("64:ff9b::7f00:1"), "translated to IPv4, NAT64 (RFC 6052)");
    assert_string_equal(special("2002:7f00:1::"), "tunnelled to IPv4, 6to4 (RFC 3056)");
    assert_string_equal(special("fd12::1"), "unique-local (RFC 4193)");
}

/* inet_aton's short, octal and hex forms are how guards are fooled. */
static void test_odd_spellings(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "",           "127.1",      "0177.0.0.1",  "0x7f.0.0.1",   "2130706433",   "127.0.0.1.",
        " 127.0.0.1", "127.0.0.1 ", "127.0.0.256", "127.0.0.01",   "fe80::1%eth0", "[::1]",
        "::1::",      "1.2.3",      "localhost",   "::ffff:127.1",
    };
    struct as_address address;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (as_address_parse(&address, as_str_of(odd[i])))
            fail_msg("\"%s\" is read", odd[i]);
    assert_false(as_address_parse(&address, (struct as_str){"1.1.1.1\0", 8}));
}

static void test_networks(void **state)
{
    (void)state;
    static const struct {
        const char *network, *address;
        bool inside;
    } rows[] = {
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.20.0.0/15", "10.21.9.9", true},
        {"10.20.0.0/15", "10.22.0.0", false},
        {"127.0.0.1", "127.0.0.1", true},
        {"127.0.0.1", "127.0.0.2", false},
        {"127.0.0.1", "::ffff:127.0.0.1", true},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "::1", false},
        {"fd00::/8", "fdff::1", true},
        {"fd00::/8", "fc00::1", false},
        {"::/0", "::1", true},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct as_network network;
        struct as_address address;
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_network_parse(&network, as_str_of(rows[i].network), &error), AS_OK);
        assert_true(as_address_parse(&address, as_str_of(rows[i].address)));
        if (as_network_has(&network, &address) != rows[i].inside)
            fail_msg("%s in %s", rows[i].address, rows[i].network);
    }
    static const char *const wrong[] = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "fd00::/129",
                                        "x/8",        "fd00::1/8",   "/8",          ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct as_network network;
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_network_parse(&network, as_str_of(wrong[i]), &error), AS_ERR_DATA);
    }
}

/* Every IPv4 address of a stride through the whole space, against a second table written as ranges of
 * numbers. */
static void test_whole_space(void **state)
{
    (void)state;
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00000000, 0x00ffffff}, {0x0a000000, 0x0affffff}, {0x64400000, 0x647fffff},
        {0x7f000000, 0x7fffffff}, {0xa83f8110, 0xa83f8110}, {0xa9fe0000, 0xa9feffff},
        {0xac100000, 0xac1fffff}, {0xc0000000, 0xc00000ff}, {0xc0000200, 0xc00002ff},
        {0xc0586300, 0xc05863ff}, {0xc0a80000, 0xc0a8ffff}, {0xc6120000, 0xc613ffff},
        {0xc6336400, 0xc63364ff}, {0xcb007100, 0xcb0071ff}, {0xe0000000, 0xffffffff},
    };
    for (uint64_t at = 0; at <= UINT32_MAX; at += 4093) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl((uint32_t)at)};
        struct as_address address;
        bool inside = false;
        assert_true(as_address_of(&address, (struct sockaddr *)&in, sizeof in));
        for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
            inside |= at >= ranges[i].first && at <= ranges[i].last;
        if ((as_address_special(&address) != NULL) != inside)
            fail_msg("%08x", (unsigned)at);
    }
}

static void test_format(void **state)
{
    (void)state;
    static const char *const texts[] = {"127.0.0.1", "2001:db8::1", "::1", "255.255.255.255",
                                        "64:ff9b::a00:1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct as_address address;
        char out[AS_ADDRESS_TEXT];
        assert_true(as_address_parse(&address, as_str_of(texts[i])));
        assert_string_equal(as_address_format(out, &address), texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry_ipv4), cmocka_unit_test(test_registry_ipv6),
        cmocka_unit_test(test_reasons),       cmocka_unit_test(test_odd_spellings),
        cmocka_unit_test(test_networks),      cmocka_unit_test(test_whole_space),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
