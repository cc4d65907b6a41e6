/* Host name: names of the domain name system as people type them, in the form in which they are compared. */
#ifndef AS_DATA_HOST_NAME_H
#define AS_DATA_HOST_NAME_H

#include "base/text.h"

/* Appends a host name in lower-case ASCII: NFKC, lower case, labels beyond ASCII as Punycode (RFC 3492) with "xn--"; the trailing
 * dot goes. "ß" stays itself, as browsers have it (IDNA 2008). False, with nothing appended, when a label is empty, longer
 * than 63 bytes or holds what no host name holds, or when there is no dot. */
bool as_host_name(struct as_buf *out, struct as_str name);

/* True for the digits of an IPv4 address or the text of an IPv6 address. */
bool as_is_ip_address(struct as_str name);

#endif
