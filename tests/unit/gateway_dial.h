#ifndef KM_TESTS_GATEWAY_DIAL_H
#define KM_TESTS_GATEWAY_DIAL_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A client that says what it is told to, byte for byte, and hears everything until the other side closes. Included
 * after cmocka.h. */

enum { REPLY_MAX = 1 << 20 };

static int dial(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

/* Everything until the other side closes, as text. */
static char *hear(int fd)
{
    char *text = calloc(1, REPLY_MAX);
    size_t n = 0;
    ssize_t got = 1;

    assert_non_null(text);
    while (got > 0 && n < REPLY_MAX - 1) {
        got = read(fd, text + n, REPLY_MAX - 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    return text;
}

static char *ask(int port, const char *method, const char *path, const char *headers, const char *body)
{
    int fd = dial(port);

    assert_true(dprintf(fd, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, path, headers) > 0);
    if (body)
        assert_true(dprintf(fd, "Content-Length: %zu\r\n\r\n%s", strlen(body), body) > 0);
    else
        assert_true(dprintf(fd, "\r\n") > 0);
    return hear(fd);
}

static int code_of(const char *reply)
{
    return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? (int)strtol(reply + 9, NULL, 10) : 0;
}

static inline char *request_id(char *reply)
{
    char *id = strstr(reply, "Request-Id: ");

    assert_non_null(id);
    id += strlen("Request-Id: ");
    id[strcspn(id, "\r")] = '\0';
    return id;
}

#endif
