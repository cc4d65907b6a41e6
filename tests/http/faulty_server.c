/* The server as a program, for tests in shell: prints its origin and runs until its standard input ends. */
#include "server.h"

#include <stdio.h>

int main(void)
{
    struct http_server *server = http_server_start();
    if (server == NULL) {
        perror("faulty_server");
        return 3;
    }
    printf("http://127.0.0.1:%u\n", http_server_port(server));
    fflush(stdout);
    while (getchar() != EOF)
        ;
    http_server_stop(server);
    return 0;
}
