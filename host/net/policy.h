/* Policy: what the host allows all packs on the network, whatever they permit themselves. One JSON file,
 * described in host/net/README.md; without a file any https origin that a pack permits, no private address,
 * no proxy. */
#ifndef AS_NET_POLICY_H
#define AS_NET_POLICY_H

#include "base/status.h"
#include "base/text.h"
#include "net/address.h"
#include "net/origin.h"

/* A secret that the policy says where to find. */
struct as_policy_secret {
    const char *name;
    const char *file; /* NULL: the environment variable of that name */
    struct as_origin *origins;
    uint32_t origin_count; /* 0: any that the pack permits */
};

struct as_policy_rate {
    struct as_origin origin;
    double per_second; /* requests begun */
    uint32_t at_once;  /* transfers */
};

struct as_policy {
    struct as_arena arena;
    const char *path; /* NULL: none was given */
    bool any_origin;  /* no "origins" in the file: any https origin */
    struct as_origin *origins;
    uint32_t origin_count;
    struct as_network *networks; /* addresses that may be reached although they are not public */
    uint32_t network_count;
    const char *proxy; /* NULL: none, whatever the environment says */
    const char *ca;    /* PEM file of authorities instead of the system's; NULL: the system's */
    struct as_policy_secret *secrets;
    uint32_t secret_count;
    struct as_policy_rate *rates;
    uint32_t rate_count;
};

/* path NULL: $ASSAY_POLICY; unset or empty: the policy without a file. Unknown keys are errors. */
enum as_status as_policy_read(struct as_policy **out, const char *path, struct as_error *error);
void as_policy_free(struct as_policy *policy); /* NULL is fine */

/* AS_OK when the host allows the origin. Else *error says what to write into the policy. */
enum as_status as_policy_origin(const struct as_policy *policy, const struct as_origin *origin,
                                struct as_error *error);

/* The value of a secret by name, from its file or the environment. A file that group or others may read, an
 * empty value and one with a line break inside are refused. The caller wipes *out with as_secret_wipe. */
enum as_status as_policy_secret_read(struct as_buf *out, const struct as_policy *policy, const char *name,
                                     struct as_error *error);
/* Overwrites and frees. */
void as_secret_wipe(struct as_buf *value);

#endif
