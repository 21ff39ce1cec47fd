/* Who is counted as one caller, and how often one may try. */
#include "gateway/attempts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/status.h"

enum { S = 1000000 };

static const struct {
    const char *peer, *forwarded, *caller;
} CALLERS[] = {
    {"192.0.2.1", "", "::ffff:192.0.2.1"},
    {"192.0.2.1", "198.51.100.1", "::ffff:192.0.2.1"},
    {"127.0.0.1", "", "::ffff:127.0.0.1"},
    {"127.0.0.1", "198.51.100.1", "::ffff:198.51.100.1"},
    {"127.0.0.1", "10.0.0.1, 198.51.100.1", "::ffff:198.51.100.1"},
    {"127.0.0.1", "10.0.0.1,198.51.100.1 ", "::ffff:198.51.100.1"},
    {"127.0.0.1", "unknown", "::ffff:127.0.0.1"},
    {"127.0.0.1", "198.51.100.1, ", "::ffff:127.0.0.1"},
    {"127.0.0.1", ",", "::ffff:127.0.0.1"},
    {"127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
    {"::1", "198.51.100.1", "::ffff:198.51.100.1"},
    {"2001:db8:1:2:3:4:5:6", "198.51.100.1", "2001:db8:1:2::"},
    {"::ffff:192.0.2.1", "", "::ffff:192.0.2.1"},
};

static void test_callers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CALLERS); i++) {
        struct sockaddr_storage peer = {0};
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        char text[INET6_ADDRSTRLEN];
        if (inet_pton(AF_INET, CALLERS[i].peer, &v4.sin_addr) == 1) {
            memcpy(&peer, &v4, sizeof v4);
        } else {
            assert_int_equal(inet_pton(AF_INET6, CALLERS[i].peer, &v6.sin6_addr), 1);
            memcpy(&peer, &v6, sizeof v6);
        }
        struct caller c = caller_of((const struct sockaddr *)&peer, span_str(CALLERS[i].forwarded));
        assert_non_null(inet_ntop(AF_INET6, c.b, text, sizeof text));
        if (strcmp(text, CALLERS[i].caller) != 0)
            fail_msg("%s «%s»: %s", CALLERS[i].peer, CALLERS[i].forwarded, text);
    }
}

static struct caller numbered(unsigned n)
{
    struct caller c = {0};

    memcpy(c.b, &n, sizeof n);
    return c;
}

static void test_window(void **state)
{
    struct attempts *a = calloc(1, sizeof *a);
    int64_t wait_us = 0;

    (void)state;
    assert_non_null(a);
    for (int64_t i = 0; i < ATTEMPTS_MOST; i++)
        assert_true(attempts_take(a, numbered(1), 100 * S + i * S, &wait_us));
    assert_false(attempts_take(a, numbered(1), 110 * S, &wait_us));
    assert_int_equal(wait_us, 50 * S);
    assert_true(attempts_take(a, numbered(2), 110 * S, &wait_us));
    assert_false(attempts_take(a, numbered(1), 160 * S - 1, &wait_us));
    assert_int_equal(wait_us, 1);
    assert_true(attempts_take(a, numbered(1), 160 * S, &wait_us)); /* the first of the ten is a minute old, and only that */
    assert_false(attempts_take(a, numbered(1), 160 * S + S / 2, &wait_us));
    assert_int_equal(wait_us, S / 2);
    free(a);
}

static void test_room(void **state)
{
    struct attempts *a = calloc(1, sizeof *a);
    int64_t wait_us = 0;

    (void)state;
    assert_non_null(a);
    for (int i = 0; i < ATTEMPTS_MOST; i++)
        assert_true(attempts_take(a, numbered(0), 5, &wait_us));
    for (unsigned n = 1; n < CALLERS_MAX; n++)
        assert_true(attempts_take(a, numbered(n), 10 + n, &wait_us));
    assert_false(attempts_take(a, numbered(0), 2000, &wait_us));
    assert_true(attempts_take(a, numbered(CALLERS_MAX), 2001, &wait_us));
    assert_int_equal(a->n, CALLERS_MAX);
    assert_true(attempts_take(a, numbered(0), 2002, &wait_us)); /* its place was the one that was silent the longest */
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_callers), cmocka_unit_test(test_window), cmocka_unit_test(test_room)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
