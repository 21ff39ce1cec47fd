#ifndef KM_TEST_SEAL_HOST_RINGS_H
#define KM_TEST_SEAL_HOST_RINGS_H

#include "seal_host_help.h"

/* Hosts that were taken on, and the keyrings of both sides. */

/* Taken on at the scope's time; the agency then has what it needs to connect. */
static inline void admit(struct place *p, const char *dir, const struct enrolment *e)
{
    const struct peer *v;
    char fingerprint[FINGERPRINT_MAX];
    struct span text;
    size_t n;
    assert_int_equal(host_admit(p->s, p->city, e, false, &v, &n), OK);
    assert_int_equal(server_print(p->s, p->city, "tcp://relay.city.example:9480", &text, fingerprint), OK);
    file_put_text(p, dir, "server.pub", text);
}

static inline struct keyring *ring_of(struct place *p, const char *name)
{
    struct keyring *ring = NULL;
    assert_int_equal(keyring_open(p->s, p->city, name, &ring), OK);
    return ring;
}

static inline struct keyring *host_ring(struct place *p, const char *dir)
{
    struct keyring *ring = NULL;
    const char *endpoint = "";
    enum status st = keyring_open_host(p->s, dir, &ring, &endpoint);
    if (st != OK)
        print_error("%s\n", p->s->why.en);
    assert_int_equal(st, OK);
    assert_string_equal(endpoint, "tcp://relay.city.example:9480");
    return ring;
}

#endif
