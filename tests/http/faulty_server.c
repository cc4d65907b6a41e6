/* The server as a program, for tests in shell: prints its origin and runs until its standard input ends, or for so many
 * seconds when they are given. */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **words)
{
    struct http_server *server = http_server_start();
    if (server == NULL) {
        perror("faulty_server");
        return 3;
    }
    printf("http://127.0.0.1:%u\n", http_server_port(server));
    fflush(stdout);
    if (count > 1)
        sleep((unsigned)strtoul(words[1], NULL, 10));
    else
        while (getchar() != EOF)
            ;
    http_server_stop(server);
    return 0;
}
