/* Loading curl: by the name of its interface, which has been the same since 2006. */
#include "net/curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char LIBRARY[] = "libcurl.so.4";

/* Of the process, as curl itself is. */
static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static struct {
    struct as_curl curl;
    char missing[200]; /* what could not be had; empty nothing */
} process;

static void load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_NODELETE), *found;
    if (library == NULL) {
        snprintf(process.missing, sizeof process.missing, "%s", dlerror());
        return;
    }
    /* A pointer to a function does not convert from dlsym's in C; its bytes are the same. */
#define FIND(name)                                                                                           \
    if ((found = dlsym(library, "curl_" #name)) == NULL)                                                     \
        snprintf(process.missing, sizeof process.missing, "%s has no curl_" #name, LIBRARY);                 \
    memcpy(&process.curl.name, &found, sizeof found);
    AS_CURL_FUNCTIONS(FIND)
#undef FIND
    /* An older one would take an option that it does not know for a mistake of ours, and go on without it. */
    if (process.missing[0] == '\0' &&
        process.curl.version_info(CURLVERSION_NOW)->version_num < LIBCURL_VERSION_NUM)
        snprintf(process.missing, sizeof process.missing,
                 "%s is older than %s, which this program was built for", LIBRARY, LIBCURL_VERSION);
    if (process.missing[0] == '\0' && process.curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        snprintf(process.missing, sizeof process.missing, "curl does not start");
}

const struct as_curl *as_curl_load(struct as_error *error)
{
    pthread_once(&loaded, load);
    if (process.missing[0] == '\0')
        return &process.curl;
    as_error_set(error, AS_ERR_IO, "requests need curl: %s", process.missing);
    as_error_advise(error, "install libcurl " LIBCURL_VERSION " or later");
    return NULL;
}
