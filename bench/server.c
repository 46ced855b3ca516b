/* A service on loopback that answers every request with the same small JSON, as fast as it can: the same for all who ask.
 * Prints its port, and ends when its standard input does. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 28\r\n\r\n"
                             "{\"number\":7,\"item\":\"pencil\"}";

static void *serve(void *argument) {
    int listener = *(int *)argument, on = 1;
    char buffer[16384];
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0) continue;
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        size_t size = 0;
        ssize_t got;
        while ((got = read(peer, buffer + size, sizeof buffer - 1 - size)) > 0) {
            size += (size_t)got;
            buffer[size] = 0;
            if (!strstr(buffer, "\r\n\r\n")) continue;
            if (write(peer, answer, sizeof answer - 1) < 0) break;
            size = 0;
        }
        close(peer);
    }
    return NULL;
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 128)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_t thread;
    for (int count = 0; count < 8; count++) pthread_create(&thread, NULL, serve, &listener);
    char byte;
    while (read(0, &byte, 1) > 0) {}
    return 0;
}
