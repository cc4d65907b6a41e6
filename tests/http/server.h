/* A real HTTP server on loopback that misbehaves on demand; what each path does is in README.md. */
#ifndef AS_TESTS_HTTP_SERVER_H
#define AS_TESTS_HTTP_SERVER_H

#include <stddef.h>

struct http_server;

/* Listens on 127.0.0.1 at a port that the system chooses. NULL when it cannot. */
struct http_server *http_server_start(void);
unsigned http_server_port(const struct http_server *server);
/* Ends all connections and threads. */
void http_server_stop(struct http_server *server);

/* Requests that came for a path (without its query; a "*" at its end stands for anything), and how many
 * connections and requests under way at once there ever were. */
unsigned http_server_seen(struct http_server *server, const char *path);
unsigned http_server_connections(struct http_server *server);
unsigned http_server_most_at_once(struct http_server *server);

/* All requests so far, one JSON object a line: {"method", "path", "headers", "body"}. The caller frees it. */
char *http_server_log(struct http_server *server);

#endif
