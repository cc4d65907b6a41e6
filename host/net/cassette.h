/* Cassettes: recorded answers, so that tests never touch the network. One JSON file, kept beside a pack's
 * tests. */
#ifndef AS_NET_CASSETTE_H
#define AS_NET_CASSETTE_H

#include "net/request.h"

enum as_cassette_mode {
    AS_CASSETTE_PLAY,   /* answers from the recording; what is not recorded is AS_NOT_RECORDED */
    AS_CASSETTE_RECORD, /* asks the network and keeps what it answers, over what was recorded */
};

/* Reads the file at path when there is one; it need not exist. AS_ERR_DATA when it is damaged. */
enum as_status as_cassette_open(struct as_cassette **out, const char *path, enum as_cassette_mode mode,
                                struct as_error *error);
/* Writes what was recorded: to a temporary file, renamed. Nothing when nothing was. */
enum as_status as_cassette_save(struct as_cassette *cassette, struct as_error *error);
void as_cassette_free(struct as_cassette *cassette); /* NULL is fine */

/* The recorded answer to a request, or NULL. Requests are the same when method, URL and body are; JSON bodies
 * are compared as values. A second equal request gets the second recording, the last one from then on. Owned
 * by the cassette. */
const struct as_response *as_cassette_find(struct as_cassette *cassette, const char *method, const char *url,
                                           struct as_str body);
/* Keeps an answer. method, url and body hold names of secrets, never their values. */
enum as_status as_cassette_keep(struct as_cassette *cassette, const char *method, const char *url,
                                struct as_str body, const struct as_response *response,
                                struct as_error *error);
enum as_cassette_mode as_cassette_mode_of(const struct as_cassette *cassette);

#endif
