/* The server: a thread a connection, requests read and remembered. What goes wrong on purpose is in faults.c.
 */
#include "faults.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *serve(void *context);

static void *accept_all(void *context)
{
    struct http_server *server = context;
    for (;;) {
        int socket = accept(server->listener, NULL, NULL);
        if (socket < 0)
            return NULL;
        pthread_mutex_lock(&server->lock);
        if (server->stopping || server->connection_count >= MOST_CONNECTIONS) {
            pthread_mutex_unlock(&server->lock);
            close(socket);
            continue;
        }
        struct connection *connection = &server->connections[server->connection_count];
        *connection = (struct connection){.server = server, .socket = socket};
        if (pthread_create(&connection->thread, NULL, serve, connection) == 0)
            server->connection_count++;
        else
            close(socket);
        pthread_mutex_unlock(&server->lock);
    }
}

struct http_server *http_server_start(void)
{
    struct http_server *server = calloc(1, sizeof *server);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    if (server == NULL)
        return NULL;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->stopped, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener >= 0 && bind(server->listener, (struct sockaddr *)&at, sizeof at) == 0 &&
        listen(server->listener, 128) == 0 &&
        getsockname(server->listener, (struct sockaddr *)&at, &n) == 0) {
        server->port = ntohs(at.sin_port);
        if (pthread_create(&server->acceptor, NULL, accept_all, server) == 0)
            return server;
    }
    close(server->listener);
    free(server);
    return NULL;
}

unsigned http_server_port(const struct http_server *server)
{
    return server->port;
}

void http_server_stop(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_cond_broadcast(&server->stopped);
    unsigned n = server->connection_count;
    for (unsigned i = 0; i < n; i++)
        if (!server->connections[i].closed)
            shutdown(server->connections[i].socket, SHUT_RDWR);
    pthread_mutex_unlock(&server->lock);
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->acceptor, NULL);
    close(server->listener);
    for (unsigned i = 0; i < n; i++)
        pthread_join(server->connections[i].thread, NULL);
    free(server->log);
    pthread_cond_destroy(&server->stopped);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

static void put(struct http_server *server, const char *bytes, size_t n)
{
    if (server->log_n + n + 1 > server->log_room) {
        size_t room = (server->log_n + n + 1) * 2;
        char *longer = realloc(server->log, room);
        if (longer == NULL)
            return;
        server->log = longer;
        server->log_room = room;
    }
    memcpy(server->log + server->log_n, bytes, n);
    server->log_n += n;
    server->log[server->log_n] = '\0';
}

static void put_text(struct http_server *server, const char *text)
{
    put(server, text, strlen(text));
}

static void put_json(struct http_server *server, const char *text, size_t n)
{
    put(server, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        char escaped[8];
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\' || c < ' ')
            put(server, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", c));
        else
            put(server, text + i, 1);
    }
    put(server, "\"", 1);
}

static void remember(struct http_server *server, const struct request *request)
{
    pthread_mutex_lock(&server->lock);
    put_text(server, "{\"method\":");
    put_json(server, request->method, strlen(request->method));
    put_text(server, ",\"path\":");
    put_json(server, request->target, strlen(request->target));
    put_text(server, ",\"headers\":{");
    for (unsigned i = 0; i < request->header_count; i++) {
        put_text(server, i > 0 ? "," : "");
        put_json(server, request->names[i], strlen(request->names[i]));
        put_text(server, ":");
        put_json(server, request->values[i], strlen(request->values[i]));
    }
    put_text(server, "},\"body\":");
    put_json(server, request->body != NULL ? request->body : "", request->body_n);
    put_text(server, "}\n");
    if (server->path_count < MOST_PATHS)
        snprintf(server->paths[server->path_count++], PATH_TEXT, "%s", request->path);
    if (++server->at_once > server->most_at_once)
        server->most_at_once = server->at_once;
    pthread_mutex_unlock(&server->lock);
}

char *http_server_log(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    char *copy = strdup(server->log != NULL ? server->log : "");
    pthread_mutex_unlock(&server->lock);
    return copy;
}

unsigned http_server_seen(struct http_server *server, const char *path)
{
    size_t n = strlen(path);
    unsigned seen = 0;
    bool prefix = n > 0 && path[n - 1] == '*';
    pthread_mutex_lock(&server->lock);
    for (unsigned i = 0; i < server->path_count; i++)
        seen += prefix ? strncmp(server->paths[i], path, n - 1) == 0 : strcmp(server->paths[i], path) == 0;
    pthread_mutex_unlock(&server->lock);
    return seen;
}

unsigned http_server_connections(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    unsigned n = server->connection_count;
    pthread_mutex_unlock(&server->lock);
    return n;
}

unsigned http_server_most_at_once(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    unsigned n = server->most_at_once;
    pthread_mutex_unlock(&server->lock);
    return n;
}

/* Reads until the blank line; what follows it is the body's beginning. */
static ssize_t read_head(int socket, char *head, size_t room)
{
    size_t n = 0;
    while (n + 1 < room) {
        ssize_t got = recv(socket, head + n, room - 1 - n, 0);
        if (got <= 0)
            return -1;
        n += (size_t)got;
        head[n] = '\0';
        if (strstr(head, "\r\n\r\n") != NULL)
            return (ssize_t)n;
    }
    return -1;
}

static bool parse_head(struct request *request, char *head)
{
    char *line = head, *save = NULL;
    request->method = strtok_r(line, " ", &save);
    request->target = strtok_r(NULL, " ", &save);
    if (request->method == NULL || request->target == NULL || strtok_r(NULL, "\n", &save) == NULL)
        return false;
    for (char *header;
         (header = strtok_r(NULL, "\r\n", &save)) != NULL && request->header_count < MOST_HEADERS;) {
        char *colon = strchr(header, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        for (char *c = header; *c != '\0'; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
        request->names[request->header_count] = header;
        request->values[request->header_count++] = colon + 1 + strspn(colon + 1, " ");
        if (strcmp(header, "content-length") == 0)
            request->body_n = strtoul(colon + 1, NULL, 10);
    }
    snprintf(request->path, sizeof request->path, "%.*s", (int)strcspn(request->target, "?"),
             request->target);
    return request->body_n <= MOST_BODY;
}

static bool read_request(struct request *request, int socket)
{
    ssize_t n = read_head(socket, request->head, sizeof request->head);
    if (n < 0)
        return false;
    char *end = strstr(request->head, "\r\n\r\n") + 4;
    size_t extra = (size_t)(request->head + n - end);
    char *early = malloc(extra + 1);
    if (early == NULL)
        return false;
    memcpy(early, end, extra);
    end[-2] = '\0';
    bool good =
        parse_head(request, request->head) && (request->body = calloc(1, request->body_n + 1)) != NULL;
    size_t have = extra < request->body_n ? extra : request->body_n;
    if (good)
        memcpy(request->body, early, have);
    free(early);
    while (good && have < request->body_n) {
        ssize_t got = recv(socket, request->body + have, request->body_n - have, 0);
        good = got > 0;
        have += good ? (size_t)got : 0;
    }
    return good;
}

static void *serve(void *context)
{
    struct connection *connection = context;
    struct http_server *server = connection->server;
    for (bool again = true; again;) {
        struct request *request = calloc(1, sizeof *request);
        again = request != NULL && read_request(request, connection->socket);
        if (again) {
            if (strcmp(request->path, "/requests") != 0)
                remember(server, request);
            again = http_answer(connection, request);
            pthread_mutex_lock(&server->lock);
            if (strcmp(request->path, "/requests") != 0)
                server->at_once--;
            pthread_mutex_unlock(&server->lock);
        }
        if (request != NULL)
            free(request->body);
        free(request);
    }
    pthread_mutex_lock(&server->lock);
    connection->closed = true;
    close(connection->socket);
    pthread_mutex_unlock(&server->lock);
    return NULL;
}
