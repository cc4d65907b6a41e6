/* Signatures by the Standard Webhooks scheme: HMAC-SHA256 over "ID.TIMESTAMP.BODY", told in the header
 * webhook-signature as "v1," and base64. Source: Standard Webhooks 1.0.0, "Signature scheme".
 */
#ifndef AS_NET_SIGNATURE_H
#define AS_NET_SIGNATURE_H

#include "base/status.h"
#include "base/text.h"

enum { AS_SIGNATURE_SIZE = 48 }; /* "v1,", 44 base64 digits, NUL */

/* secret: "whsec_" and base64 of 24 to 64 bytes, or the base64 alone. AS_ERR_DATA for anything else; the
 * message does not show it. */
enum as_status as_sign(char out[AS_SIGNATURE_SIZE], struct as_str secret, const char *id, int64_t timestamp,
                       struct as_str body, struct as_error *error);

#endif
