/* What server.c and faults.c share. */
#ifndef AS_TESTS_HTTP_FAULTS_H
#define AS_TESTS_HTTP_FAULTS_H

#include "server.h"

#include <pthread.h>
#include <stdbool.h>

enum {
    MOST_CONNECTIONS = 4096,
    MOST_PATHS = 65536,
    MOST_HEADERS = 64,
    MOST_BODY = 8 * 1024 * 1024,
    PATH_TEXT = 128
};

struct connection {
    struct http_server *server;
    pthread_t thread;
    int socket;
    bool closed;
};

struct request {
    char head[65536];
    char *method, *target; /* target: path and query */
    char path[PATH_TEXT];
    const char *names[MOST_HEADERS], *values[MOST_HEADERS]; /* names in lower case */
    unsigned header_count;
    char *body;
    size_t body_n;
};

struct http_server {
    int listener;
    unsigned port;
    pthread_t acceptor;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stopping;
    struct connection connections[MOST_CONNECTIONS];
    unsigned connection_count, at_once, most_at_once;
    char *log;
    size_t log_n, log_room;
    char paths[MOST_PATHS][PATH_TEXT];
    unsigned path_count;
};

/* Answers, well or badly. false: the connection ends. */
bool http_answer(struct connection *connection, const struct request *request);

#endif
