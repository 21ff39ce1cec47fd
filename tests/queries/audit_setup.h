#ifndef KM_TEST_AUDIT_SETUP_H
#define KM_TEST_AUDIT_SETUP_H

#include "audit_talk.h"

/* A database migrated as an installation's is, the keys that tickets are checked with, and audit's worker on it. */

static inline void open_database(struct world *w)
{
    static const struct query *const *const OF_AUDIT[] = {QUERIES_svc, QUERIES_event, QUERIES_audit, QUERIES_erasure, QUERIES_flows};
    static const struct query *const *const OF_REFERRAL[] = {QUERIES_directory};

    w->admin = database_new(w->s, "audit_story", KM_SOURCE_DIR "/sql/migrations", KM_SOURCE_DIR "/sql/functions");
    w->other = open_as(w->s, "audit_story", NULL, NULL, 0);
    ticket_key_put(w->s, w->admin, "audit", "s", keyring_ticket_key(w->ring[FROM_AUDIT]));
    ticket_key_put(w->s, w->admin, "referral", "s", keyring_ticket_key(w->ring[FROM_REFERRAL]));
    ticket_key_put(w->s, w->admin, "account", "uh", w->tickets);
    w->db = open_as(w->s, "audit_story", "km_audit", OF_AUDIT, COUNT(OF_AUDIT));
    assert_ok(w->s, pass_renew(w->s, w->db, w->ring[FROM_AUDIT], clock_now_us(), &w->pass));
    w->referral = open_as(w->s, "audit_story", "km_referral", OF_REFERRAL, COUNT(OF_REFERRAL));
    assert_ok(w->s, pass_renew(w->s, w->referral, w->ring[FROM_REFERRAL], clock_now_us(), &w->referral_pass));
}

static inline int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct settings cfg = {.keys_dir = NULL};
    void *own;

    assert_non_null(w);
    w->s = scope_new(256 << 20, entropy_system());
    folder_new(w->keys_dir);
    cfg.keys_dir = w->keys_dir;
    identities_new(w->s, w->keys_dir, RING_NAMES, RINGS, w->ring, &w->tickets);
    open_database(w);
    assert_ok(w->s, AUDIT.start(w->s, &cfg, w->ring[FROM_AUDIT], &own));
    w->own = own;
    const struct worker_setup set = {.svc = &AUDIT, .instance = "audit.0", .ring = w->ring[FROM_AUDIT], .db = w->db, .own = own,
                                     .pass = &w->pass, .port = {world_take, w}, .now_us = world_now, .entropy = entropy_system(),
                                     .ctx = w};
    assert_ok(w->s, worker_new(&set, &w->worker));
    *state = w;
    return 0;
}

static inline int teardown(void **state)
{
    struct world *w = *state;

    worker_free(w->worker);
    conn_free(w->db);
    conn_free(w->admin);
    conn_free(w->other);
    conn_free(w->referral);
    for (int i = 0; i < RINGS; i++)
        keyring_free(w->ring[i]);
    secret_free(w->tickets);
    secret_free(w->own->key);
    folder_remove(w->keys_dir);
    scope_free(w->s);
    free(w);
    return 0;
}

#endif
