/* Guessing is slow wherever it comes from: account's lock guards each name, this each address. A refused attempt counts for nothing,
 * so waiting always helps. */
#include "attempts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static struct caller mapped(const struct in_addr *v4)
{
    struct caller a = {.b = {[10] = 0xff, [11] = 0xff}};

    memcpy(a.b + 12, v4, sizeof *v4);
    return a;
}

static struct caller six(const struct in6_addr *v6)
{
    struct caller a;
    struct in_addr v4;

    if (IN6_IS_ADDR_V4MAPPED(v6)) {
        memcpy(&v4, v6->s6_addr + 12, sizeof v4);
        return mapped(&v4);
    }
    memcpy(a.b, v6->s6_addr, CALLER_LEN);
    return a;
}

static bool is_here(struct caller a)
{
    static const struct caller LOOPBACK = {.b = {[15] = 1}}, V4_LOOPBACK = {.b = {[10] = 0xff, [11] = 0xff, [12] = 127}};

    return memcmp(a.b, LOOPBACK.b, CALLER_LEN) == 0 || memcmp(a.b, V4_LOOPBACK.b, 13) == 0;
}

static bool parse(struct span text, struct caller *ret_a)
{
    char word[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;

    if (text.n >= sizeof word)
        return false;
    if (text.n)
        memcpy(word, text.p, text.n);
    word[text.n] = '\0';
    if (inet_pton(AF_INET, word, &v4) == 1)
        *ret_a = mapped(&v4);
    else if (inet_pton(AF_INET6, word, &v6) == 1)
        *ret_a = six(&v6);
    else
        return false;
    return true;
}

static struct span last_of(struct span list)
{
    while (list.n && list.p[list.n - 1] == ' ')
        list.n--;
    size_t n = 0;
    while (n < list.n && list.p[list.n - 1 - n] != ',' && list.p[list.n - 1 - n] != ' ')
        n++;
    return span_of(list.p + (list.n - n), n);
}

struct caller caller_of(const struct sockaddr *peer, struct span forwarded)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct caller a = {0}, seen;

    if (peer && peer->sa_family == AF_INET) {
        memcpy(&v4, peer, sizeof v4);
        a = mapped(&v4.sin_addr);
    } else if (peer && peer->sa_family == AF_INET6) {
        memcpy(&v6, peer, sizeof v6);
        a = six(&v6.sin6_addr);
    }
    if (is_here(a) && forwarded.n && parse(last_of(forwarded), &seen))
        a = seen;
    if (!(memcmp(a.b, (const uint8_t[10]){0}, 10) == 0 && a.b[10] == 0xff && a.b[11] == 0xff))
        memset(a.b + CALLER_LEN / 2, 0, CALLER_LEN / 2);
    return a;
}

/* Of IPv6 nothing but zeros is left of the address of this machine. */
bool caller_is_here(struct caller from)
{
    static const struct caller NOTHING;

    return is_here(from) || memcmp(from.b, NOTHING.b, CALLER_LEN) == 0;
}

/* Its own place, else a new one, else that of whoever was silent the longest. */
static struct tried *place_of(struct attempts *a, struct caller from)
{
    struct tried *oldest = &a->v[0];

    for (size_t i = 0; i < a->n; i++) {
        if (memcmp(a->v[i].from.b, from.b, CALLER_LEN) == 0)
            return &a->v[i];
        if (a->v[i].last_us < oldest->last_us)
            oldest = &a->v[i];
    }
    if (a->n < CALLERS_MAX)
        oldest = &a->v[a->n++];
    *oldest = (struct tried){.from = from};
    return oldest;
}

bool attempts_take(struct attempts *a, struct caller from, int64_t now_us, int64_t *ret_wait_us)
{
    struct tried *t = place_of(a, from);

    if (t->n == ATTEMPTS_MOST && now_us - t->at_us[t->next] < ATTEMPTS_WINDOW_US) {
        *ret_wait_us = t->at_us[t->next] + ATTEMPTS_WINDOW_US - now_us;
        return false;
    }
    t->at_us[t->next] = now_us;
    t->next = (t->next + 1) % ATTEMPTS_MOST;
    t->n += t->n < ATTEMPTS_MOST;
    t->last_us = now_us;
    return true;
}
