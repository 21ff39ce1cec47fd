#ifndef KM_TEST_BUS_HELP_H
#define KM_TEST_BUS_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/scope.h"
#include "bus/bus.h"
#include "bus/hub.h"
#include "seal/keyring.h"
#include "seal/secret.h"

/* last: its macro fail() would take the place of ours */
#include <cmocka.h>

/* What the tests of the bus and of the relay share: an installation of its own in a short temporary folder. */

enum { PATIENCE_S = 60, PATH_LEN = 64 }; /* patience: when a test gives up, never what it measures */

static const char *const NAMES[] = {"relay", "gateway", "ctl",   "intake",
                                    "referral", "meeting", "audit", "keys", "account",
                                    "sequencer", "signer"};

struct home {
    struct scope *s;
    char dir[PATH_LEN], endpoint[PATH_LEN];
};

static inline struct keyring *home_ring(struct home *h, const char *name)
{
    struct keyring *ring = NULL;
    assert_int_equal(keyring_open(h->s, h->dir, name, &ring), OK);
    return ring;
}

static inline void home_open(struct home *h)
{
    assert_int_equal(seal_init(), OK);
    h->s = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(h->s);
    snprintf(h->dir, sizeof h->dir, "/tmp/km-bus-XXXXXX");
    assert_non_null(mkdtemp(h->dir));
    snprintf(h->endpoint, sizeof h->endpoint, "ipc://%.40s/hub", h->dir);
    assert_int_equal(keyring_create(h->s, h->dir, NAMES, COUNT(NAMES)), OK);
}

static inline void home_close(struct home *h)
{
    char path[PATH_LEN + 40];
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        snprintf(path, sizeof path, "%s/%s.key", h->dir, NAMES[i]);
        unlink(path);
    }
    static const char *const OTHERS[] = {"peers.pub", "hub", "lock", ".lock"};
    for (size_t i = 0; i < COUNT(OTHERS); i++) {
        snprintf(path, sizeof path, "%s/%s", h->dir, OTHERS[i]);
        unlink(path);
    }
    scope_free(h->s);
    if (rmdir(h->dir) != 0)
        print_error("left behind: %s\n", h->dir);
}

static inline bool is_patient(int64_t since_us)
{
    return clock_mono_us() - since_us < (int64_t)PATIENCE_S * US_PER_S;
}

/* The next frame of a line; fails the test when none comes. */
static inline void bus_expect(struct scope *s, struct bus *b, struct frame *ret_frame)
{
    int64_t since_us = clock_mono_us();
    bool got = false;
    while (!got && is_patient(since_us)) {
        bus_wait(b, NULL, 0, 100);
        assert_int_equal(bus_receive(s, b, ret_frame, &got), OK);
    }
    assert_true(got);
}

#endif
