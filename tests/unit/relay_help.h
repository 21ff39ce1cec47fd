#ifndef KM_TEST_RELAY_HELP_H
#define KM_TEST_RELAY_HELP_H

#include <pthread.h>
#include <sys/eventfd.h>

#include "../../services/relay/relay.h"

#include "bus_help.h"

/* A relay in a thread of its own and the lines of services to it, as the tests of the relay share them. */

enum { LINES_MAX = 8 };

struct world {
    struct home home;
    struct scope *relay_scope; /* the relay's thread's own */
    struct keyring *relay_ring, *rings[COUNT(NAMES)];
    struct relay *relay;
    struct bus *lines[LINES_MAX]; /* say hello whenever anyone waits */
    size_t n;
    pthread_t thread;
    int stop;
    enum status ended;
    bool is_running;
};

static inline void *serve(void *arg)
{
    struct world *w = arg;
    w->ended = relay_serve(w->relay_scope, w->relay, &w->stop);
    return NULL;
}

static inline int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    home_open(&w->home);
    w->relay_ring = home_ring(&w->home, "relay");
    w->relay_scope = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(w->relay_scope);
    w->stop = eventfd(0, EFD_CLOEXEC);
    assert_true(w->stop >= 0);
    assert_int_equal(relay_open(w->relay_scope, w->home.endpoint, w->relay_ring, &w->relay), OK);
    assert_int_equal(pthread_create(&w->thread, NULL, serve, w), 0);
    w->is_running = true;
    *state = w;
    return 0;
}

/* Ends the relay as SIGTERM does; its counters may be read from then on. */
static const struct relay_counters *halt(struct world *w)
{
    if (w->is_running) {
        assert_int_equal(eventfd_write(w->stop, 1), 0);
        assert_int_equal(pthread_join(w->thread, NULL), 0);
        assert_int_equal(w->ended, OK);
    }
    w->is_running = false;
    return w->relay ? relay_counters(w->relay) : NULL;
}

static inline int teardown(void **state)
{
    struct world *w = *state;
    halt(w);
    for (size_t i = 0; i < w->n; i++)
        if (w->lines[i])
            bus_free(w->lines[i]);
    for (size_t i = 0; i < COUNT(NAMES); i++)
        keyring_free(w->rings[i]);
    relay_free(w->relay);
    keyring_free(w->relay_ring);
    scope_free(w->relay_scope);
    close(w->stop);
    home_close(&w->home);
    free(w);
    return 0;
}

/* ---- lines ---- */

static inline struct bus *line(struct world *w, const char *instance)
{
    size_t i = 0;
    assert_true(w->n < LINES_MAX);
    while (strncmp(instance, NAMES[i], strlen(NAMES[i])) != 0)
        assert_true(++i < COUNT(NAMES));
    if (!w->rings[i])
        w->rings[i] = home_ring(&w->home, NAMES[i]);
    assert_int_equal(bus_open(w->home.s, w->home.endpoint, w->rings[i], instance, &w->lines[w->n]), OK);
    return w->lines[w->n++];
}

/* No more hellos from this line; it stays open. */
static inline void hush(struct world *w, struct bus *b)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->lines[i] == b)
            w->lines[i] = NULL;
}

/* Drops a line, as a killed process does: without a good-bye. */
static inline void cut(struct world *w, struct bus *b)
{
    hush(w, b);
    bus_free(b);
}

static inline void beat(struct world *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->lines[i]) {
            enum status st = bus_hello(w->home.s, w->lines[i], false);
            assert_true(st == OK || st == UNAVAILABLE);
        }
}

#endif
