#ifndef KM_TEST_KEYS_SETUP_H
#define KM_TEST_KEYS_SETUP_H

#include "keys_wants.h"

/* The installation each of these tests begins with: identities, shared keys, the migrated database, a running worker. */

static inline void setup_database(struct world *w, const char *name)
{
    static const struct query *const *const LISTS[] = {QUERIES_svc, QUERIES_keys, QUERIES_keys_erasure};

    w->admin = database_new(w->s, name, KM_SOURCE_DIR "/sql/migrations/keys", NULL);
    ticket_key_put(w->s, w->admin, "keys", "s", keyring_ticket_key(w->ring[FROM_KEYS]));
    ticket_key_put(w->s, w->admin, "account", "uh", w->tickets);
    w->db = open_as(w->s, name, "km_keys", LISTS, COUNT(LISTS));
    w->second = open_as(w->s, name, "km_keys", LISTS, COUNT(LISTS));
    assert_ok(w->s, pass_renew(w->s, w->second, w->ring[FROM_KEYS], clock_now_us(), &w->pass));
    assert_ok(w->s, pass_renew(w->s, w->db, w->ring[FROM_KEYS], clock_now_us(), &w->pass));
}

static inline void setup_keys(struct world *w, struct settings *cfg)
{
    static const char *const NAMES[SPEAKERS] = {"keys", "gateway", "intake", "meeting", "referral", "audit", "sequencer"};
    struct span passphrase;

    folder_new(w->keys_dir);
    cfg->keys_dir = w->keys_dir;
    cfg->passphrase_file = scope_print(w->s, "%s/passphrase", w->keys_dir);
    identities_new(w->s, w->keys_dir, NAMES, SPEAKERS, w->ring, &w->tickets);
    assert_ok(w->s, passphrase_create(w->s, cfg->passphrase_file));
    assert_ok(w->s, passphrase_read(w->s, cfg->passphrase_file, &passphrase));
    assert_ok(w->s, shared_key_create(w->s, w->keys_dir, SHARED_MASTER, passphrase));
}

/* meddle: called between the worker's steps; NULL = none */
static inline struct world *setup_world(const char *database, int64_t soft, int64_t hard, int64_t agency,
                                        bool (*meddle)(void *ctx, enum step at))
{
    struct settings cfg = {.reads_soft = soft, .reads_hard = hard, .reads_agency = agency};
    struct world *w = calloc(1, sizeof *w);
    void *own;

    assert_non_null(w);
    w->s = scope_new(256 << 20, entropy_system());
    setup_keys(w, &cfg);
    setup_database(w, database);
    assert_ok(w->s, KEYS.start(w->s, &cfg, w->ring[FROM_KEYS], &own));
    w->own = own;
    assert_int_equal(worker_new(&(struct worker_setup){.svc = &KEYS, .instance = "keys.0", .ring = w->ring[FROM_KEYS], .db = w->db,
                                                       .own = own, .port = {world_take, w}, .now_us = world_now,
                                                       .entropy = entropy_system(), .ctx = w, .crash = meddle, .pass = &w->pass}, &w->worker), OK);
    return w;
}

static inline int setup_end(void **state)
{
    struct world *w = *state;

    worker_free(w->worker);
    for (size_t i = 0; i < w->own->opened_n; i++)
        secret_free(w->own->opened[i].secret);
    secret_free(w->own->master);
    secret_free(w->own->tickets);
    secret_free(w->own->blind);
    secret_free(w->own->pseudonyms);
    secret_free(w->own->scratch);
    secret_free(w->tickets);
    conn_free(w->db);
    conn_free(w->second);
    conn_free(w->admin);
    for (size_t i = 0; i < SPEAKERS; i++)
        keyring_free(w->ring[i]);
    folder_remove(w->keys_dir);
    scope_free(w->s);
    free(w);
    return 0;
}

#endif
