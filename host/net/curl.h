/* curl, which is loaded with the first request: with all that stands behind it (TLS, Kerberos, directories) it takes longer to load
 * than most commands run. */
#ifndef AS_NET_CURL_H
#define AS_NET_CURL_H

#include "base/status.h"

#include <curl/curl.h>

/* What this folder calls of it, without the prefix curl_. */
#define AS_CURL_FUNCTIONS(X)                                                                                  \
    X(easy_cleanup)                                                                                          \
    X(easy_escape)                                                                                           \
    X(easy_getinfo)                                                                                          \
    X(easy_init)                                                                                             \
    X(easy_setopt)                                                                                           \
    X(easy_strerror)                                                                                         \
    X(free)                                                                                                  \
    X(global_init)                                                                                           \
    X(multi_add_handle)                                                                                      \
    X(multi_cleanup)                                                                                         \
    X(multi_info_read)                                                                                       \
    X(multi_init)                                                                                            \
    X(multi_perform)                                                                                         \
    X(multi_poll)                                                                                            \
    X(multi_remove_handle)                                                                                   \
    X(multi_setopt)                                                                                          \
    X(multi_strerror)                                                                                        \
    X(slist_append)                                                                                          \
    X(slist_free_all)                                                                                        \
    X(url)                                                                                                   \
    X(url_cleanup)                                                                                           \
    X(url_get)                                                                                               \
    X(url_set)                                                                                               \
    X(version_info)

struct as_curl {
#define AS_CURL_MEMBER(name) __typeof__(curl_##name) *name;
    AS_CURL_FUNCTIONS(AS_CURL_MEMBER)
#undef AS_CURL_MEMBER
};

/* Loads and starts it, once in a process, which keeps it to its end. Any thread. NULL: AS_ERR_IO, it cannot be loaded. */
const struct as_curl *as_curl_load(struct as_error *error);

#endif
