/* Hints over real sockets, from an audit that tells its history line by line: each listener hears its own, takes up where it stood, and
 * hears nothing any more once its session, or the gateway, has ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/scope.h" /* its fail() before cmocka's */
#include "svc/client.h"
#include "wire/codec.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include "gateway_world.h"

#define FEED "/api/v1/feed"
#define EVENT(what, case_, about, who)                                                            \
    "{\"about\":\"" about "\",\"case_id\":\"" case_ "\",\"concerns\":[" who "],\"happened\":\"" what "\"}"
#define CASE_1 "11111111-1111-4111-8111-111111111111"
#define ABOUT_1 "22222222-2222-4222-8222-222222222222"
#define ABOUT_2 "33333333-3333-4333-8333-333333333333"

enum { BEGINNING = 10, HEAR_S = 60 };

/* What happens at the positions BEGINNING + 1 and so on. */
static const char *const STORY[] = {
    EVENT("referral", CASE_1, ABOUT_1, "\"A001\",\"A056\""),
    EVENT("meeting_fixed", CASE_1, ABOUT_2, "\"A056\""),
    EVENT("baton_moved", CASE_1, ABOUT_1, "\"A001\",\"A056\""),
    "{\"concerns\":[],\"notice\":\"erasure\"}",
};

struct audit {
    struct world w;
    pthread_t thread;
    atomic_int told;    /* how much of the story has happened */
    atomic_int asked;   /* how often it was asked */
    atomic_bool is_mute;
};

static const char *answer_to(struct scope *s, const struct audit *a, const struct frame *f)
{
    struct feed_list in;
    char *text = scope_alloc(s, 8 << 10);
    int64_t now = BEGINNING + a->told;
    size_t n = 0;

    if (codec_decode(s, shape_feed_list(), f->part[PART_PAYLOAD], SCHEMA_MINOR, &in) != OK)
        abort();
    bool is_cut = in.has_after && in.after > now;
    n = (size_t)snprintf(text, 8 << 10, "{\"cut\":%s,\"lines\":[", is_cut ? "true" : "false");
    for (int64_t at = in.has_after ? in.after : now; at < now; at++)
        n += (size_t)snprintf(text + n, (8 << 10) - n, "%s%s", text[n - 1] == '[' ? "" : ",", STORY[at - BEGINNING]);
    snprintf(text + n, (8 << 10) - n, "],\"more\":false,\"position\":%lld,\"server\":\"7\"}", (long long)now);
    return text;
}

static void *run_audit(void *arg)
{
    struct audit *a = arg;
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(keyring) ring = ring_of(s, &a->w, "audit");
    AUTO(bus) bus = NULL;

    if (bus_open(s, a->w.endpoint, ring, "audit.0", &bus) != OK)
        abort();
    for (unsigned ready = 0; !(ready & 2u); ready = bus_wait(bus, &a->w.stop[0], 1, TRY_MS)) {
        struct frame f;
        bool got = true;
        scope_reset(s);
        if (bus_hello(s, bus, false) != OK)
            abort();
        while (bus_receive(s, bus, &f, &got) == OK && got && !a->is_mute) {
            if (span_is(f.header.type, "queue_status"))
                say(s, bus, ring, &f, &(struct line){"audit", "queue_status", "queue_state", "{\"lines\":[],\"service\":\"audit\"}", "", NULL});
            if (!span_is(f.header.type, "feed_list"))
                continue;
            if (f.header.has_ticket)
                abort(); /* nobody's ticket goes with it */
            a->asked++;
            say(s, bus, ring, &f, &(struct line){"audit", "feed_list", "feed_lines", answer_to(s, a, &f), "", NULL});
        }
    }
    return NULL;
}

static int listen_as(const struct audit *a, const char *headers)
{
    const struct timeval patience = {.tv_sec = HEAR_S};
    int fd = dial(a->w.port);

    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_true(dprintf(fd, "GET " FEED " HTTP/1.1\r\nHost: localhost\r\n%s\r\n", headers) > 0);
    return fd;
}

/* Appends what comes until it has `want`; NULL: until the stream ends. */
static void hear_until(int fd, char *text, const char *want)
{
    int64_t until_us = clock_mono_us() + HEAR_S * (int64_t)US_PER_S;
    size_t n = strlen(text);
    ssize_t got;

    while (!(want && strstr(text, want))) {
        got = read(fd, text + n, REPLY_MAX - 1 - n);
        if (got < 0 || clock_mono_us() > until_us)
            fail_msg("nothing came of «%s» after:\n%s", want ? want : "an end", text);
        n += (size_t)got;
        text[n] = '\0';
        if (!got || strstr(text, "\r\n0\r\n\r\n"))
            break;
    }
    if (want && !strstr(text, want))
        fail_msg("it ended without «%s»:\n%s", want, text);
}

static char *page(void)
{
    char *text = calloc(1, REPLY_MAX);

    assert_non_null(text);
    return text;
}

static void each_hears_its_own(struct audit *a)
{
    char *worker = page(), *admin = page();
    int w = listen_as(a, AUTH), d = listen_as(a, ADMIN);

    hear_until(w, worker, "id: 10\n");
    hear_until(d, admin, "id: 10\n");
    assert_int_equal(code_of(worker), 200);
    assert_non_null(strstr(worker, "Content-Type: text/event-stream\r\n"));
    assert_non_null(strstr(worker, "Cache-Control: no-store\r\n"));
    a->told = 1;
    hear_until(w, worker, "event: hint\nid: 11\ndata: referral referral:" ABOUT_1 " case case:" CASE_1 "\n\n");
    a->told = 4;
    hear_until(w, worker, "event: hint\nid: 14\ndata: case case:" CASE_1 "\n\n"); /* not of the meeting: that is not A001's */
    hear_until(d, admin, "event: hint\nid: 14\ndata: notice\n\n");
    assert_null(strstr(worker, "meeting"));
    assert_null(strstr(worker, "notice"));
    assert_null(strstr(admin, "case"));
    close(w);
    close(d);
    free(worker);
    free(admin);
}

static const struct {
    const char *last;
    const char *first; /* what it is told */
} TAKEN_UP[] = {
    {"13", "event: hint\nid: 14\ndata: case case:" CASE_1 "\n\n"},
    {"10", "event: hint\nid: 14\ndata: referral referral:" ABOUT_1 " case case:" CASE_1 "\n\n"},
    {"12", "event: hint\nid: 14\ndata: case case:" CASE_1 "\n\n"},
    {"14", ":\nid: 14\n\n"},
    {"9", "event: missed\nid: 14\ndata: all\n\n"},
    {"15", "event: missed\nid: 14\ndata: all\n\n"},
    {"yesterday", "event: missed\nid: 14\ndata: all\n\n"},
    {"99999999999999999999", "event: missed\nid: 14\ndata: all\n\n"},
};

static void takes_up(struct audit *a)
{
    for (size_t i = 0; i < COUNT(TAKEN_UP); i++) {
        char *text = page(), headers[256];
        snprintf(headers, sizeof headers, AUTH "Last-Event-ID: %s\r\n", TAKEN_UP[i].last);
        int fd = listen_as(a, headers);
        hear_until(fd, text, "id: 14\n");
        if (!strstr(text, TAKEN_UP[i].first))
            hear_until(fd, text, TAKEN_UP[i].first);
        close(fd);
        free(text);
    }
}

static const struct {
    const char *method, *path, *headers, *body;
    int code;
    const char *has;
} REFUSED[] = {
    {"GET", FEED, "", NULL, 401, "a valid token is needed"},
    {"GET", FEED, "Authorization: Bearer " TOKEN("d") "\r\n", NULL, 401, "a valid token is needed"},
    {"HEAD", FEED, AUTH, NULL, 405, "Allow: GET\r\n"},
    {"POST", FEED, JSON, "{}", 405, "Allow: GET\r\n"},
    {"GET", FEED "?after=1", AUTH, NULL, 422, "no fields"},
    {"GET", FEED "/x", AUTH, NULL, 404, NULL},
};

static void refuses(struct audit *a)
{
    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        char *reply = ask(a->w.port, REFUSED[i].method, REFUSED[i].path, REFUSED[i].headers, REFUSED[i].body);
        if (code_of(reply) != REFUSED[i].code || (REFUSED[i].has && !strstr(reply, REFUSED[i].has)))
            fail_msg("%s %s: %d wanted\n%s", REFUSED[i].method, REFUSED[i].path, REFUSED[i].code, reply);
        free(reply);
    }
}

/* Four of one session; a fifth when one of them has gone, though nobody has told the gateway. */
static void few_of_a_session(struct audit *a)
{
    int fds[4];
    char *text[4];
    char *reply = NULL;

    for (size_t i = 0; i < 4; i++) {
        fds[i] = listen_as(a, COOKIE);
        text[i] = page();
        hear_until(fds[i], text[i], "id: 14\n");
    }
    for (int i = 0; i < TRIES; i++) { /* those of the tests before leave within a second */
        reply = ask(a->w.port, "GET", FEED, AUTH, NULL);
        if (code_of(reply) == 503)
            break;
        free(reply);
        reply = NULL;
    }
    assert_non_null(reply);
    assert_non_null(strstr(reply, "too many listen"));
    assert_non_null(strstr(reply, "Retry-After: 1\r\n"));
    free(reply);
    close(fds[0]);
    for (int i = 0; i < TRIES; i++) {
        int fd = listen_as(a, AUTH);
        char *again = page();
        hear_until(fd, again, "\r\n\r\n");
        bool is_in = code_of(again) == 200;
        close(fd);
        free(again);
        if (is_in)
            break;
        assert_int_not_equal(i, TRIES - 1);
        usleep(TRY_MS * 1000);
    }
    reply = ask(a->w.port, "POST", "/api/v1/session/end", JSON, "{}"); /* ends all that listen with it, at once */
    assert_int_equal(code_of(reply), 200);
    free(reply);
    for (size_t i = 1; i < 4; i++)
        hear_until(fds[i], text[i], NULL);
    for (size_t i = 0; i < 4; i++)
        free(text[i]);
    for (size_t i = 1; i < 4; i++)
        close(fds[i]);
}

static void ends_with_its_session(struct audit *a)
{
    char *text = page();
    int asked = a->w.asked, looked = a->w.looked;
    int fd = listen_as(a, AUTH);

    hear_until(fd, text, "id: 14\n");
    assert_int_equal(a->w.looked, looked + 1);
    a->w.is_over = true;
    hear_until(fd, text, NULL);
    assert_non_null(strstr(text, "\r\n0\r\n\r\n")); /* it ended, and was not cut */
    assert_true(a->w.looked > looked + 1);
    assert_int_equal(a->w.asked - asked, a->w.looked - looked); /* and listening never was a use of it */
    a->w.is_over = false;
    close(fd);
    free(text);
}

static void test_stream(void **state)
{
    struct audit *a = calloc(1, sizeof *a);

    (void)state;
    assert_non_null(a);
    world_open(&a->w);
    assert_int_equal(pthread_create(&a->thread, NULL, run_audit, a), 0);
    wait_for(&a->w, "kashimaru_up{service=\"audit\"} 1\n");
    wait_for(&a->w, "kashimaru_up{service=\"account\"} 1\n");
    each_hears_its_own(a);
    takes_up(a);
    refuses(a);
    few_of_a_session(a);
    ends_with_its_session(a);
    /* nobody listens: nobody is asked */
    sleep(3);
    int asked = a->asked;
    sleep(3);
    assert_int_equal(a->asked, asked);
    /* the gateway stops */
    char *text = page();
    int fd = listen_as(a, AUTH);
    hear_until(fd, text, "id: 14\n");
    assert_int_equal(write(a->w.stop[1], "x", 1), 1);
    hear_until(fd, text, NULL);
    assert_non_null(strstr(text, "\r\n0\r\n\r\n"));
    close(fd);
    free(text);
    pthread_join(a->thread, NULL);
    world_close(&a->w);
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stream)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
