/* Intakes as a browser or an agency's program sends them: HTTP/1.1, one kept-alive connection a client, one request after another. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

enum { ANSWER_MOST = 8192, TOKEN_MOST = 200 };

struct browser {
    const char *head;
    struct span body;
    int port;
    int64_t until_us, done;
    pthread_t thread;
};

static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) != 0)
        stop("http", "cannot connect to the gateway");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void send_all(int fd, struct span bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0)
            stop("http", "the gateway closed the connection");
        bytes = span_of(bytes.p + n, bytes.n - (size_t)n);
    }
}

/* Bytes of one whole answer in `text`, 0 while it is not whole. */
static size_t whole(const char *text, size_t n)
{
    const char *end = strstr(text, "\r\n\r\n");
    const char *length = strcasestr(text, "\r\nContent-Length:");

    if (!end)
        return 0;
    if (!length || length > end)
        stop("http", "an answer without a length");
    size_t want = (size_t)(end - text) + 4 + strtoul(length + 17, NULL, 10);
    return n >= want ? want : 0;
}

static bool ask(struct browser *w, int fd)
{
    char text[ANSWER_MOST];
    size_t n = 0;

    send_all(fd, span_str(w->head));
    send_all(fd, w->body);
    text[0] = '\0';
    while (!whole(text, n)) {
        ssize_t got = recv(fd, text + n, sizeof text - 1 - n, 0);
        if (got <= 0)
            stop("http", "the gateway closed the connection");
        n += (size_t)got;
        text[n] = '\0';
    }
    if (strncmp(text, "HTTP/1.1 2", 10) != 0 && strncmp(text, "HTTP/1.1 503", 12) != 0)
        stop("http", text);
    return text[9] == '2';
}

static void *run(void *arg)
{
    struct browser *w = arg;
    int fd = dial(w->port);

    while (clock_mono_us() < w->until_us)
        w->done += ask(w, fd);
    close(fd);
    return NULL;
}

double http_rate(struct bench *b, int clients)
{
    struct browser *w = calloc((size_t)clients, sizeof *w);
    char token[TOKEN_MOST];
    int64_t done = 0;
    struct span body = ask_open_json(b->s);

    if (!w)
        stop("http", "no memory");
    token_open(b, token, sizeof token);
    const char *head = scope_print(b->s, "POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                                   "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", token, body.n);
    int64_t start = clock_mono_us();
    for (int i = 0; i < clients; i++) {
        w[i] = (struct browser){.head = head, .body = body, .port = (int)b->cfg.gateway_port, .until_us = start + b->window_us};
        if (pthread_create(&w[i].thread, NULL, run, &w[i]) != 0)
            stop("http", "no thread");
    }
    for (int i = 0; i < clients; i++) {
        pthread_join(w[i].thread, NULL);
        done += w[i].done;
    }
    int64_t took = clock_mono_us() - start;
    free(w);
    watch_empty(b);
    return (double)done * US_PER_S / (double)took;
}
