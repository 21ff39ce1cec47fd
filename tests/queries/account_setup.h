#ifndef KM_TEST_ACCOUNT_SETUP_H
#define KM_TEST_ACCOUNT_SETUP_H

#include "account_world.h"

/* A database migrated as an installation's is, the keys that tickets are checked with, and account's worker on it. */

/* The answer on its way back, opened as its asker would. */
static inline enum status world_take(void *ctx, struct scope *s, const struct frame *f)
{
    struct world *w = ctx;
    struct frame copy;

    (void)s;
    TRY(frame_kept(w->s, f, &copy));
    TRY(client_answer(w->s, w->ring[w->asker], &copy, &w->answer));
    w->is_answered = true;
    return OK;
}

static inline void open_database(struct world *w)
{
    static const struct query *const *const LISTS[] = {QUERIES_svc, QUERIES_event, QUERIES_account};

    w->admin = database_new(w->s, "account_flow", KM_SOURCE_DIR "/sql/migrations", KM_SOURCE_DIR "/sql/functions");
    ticket_key_put(w->s, w->admin, "account", "s", keyring_ticket_key(w->ring[FROM_ACCOUNT]));
    ticket_key_put(w->s, w->admin, "account", "uh", w->tickets);
    w->db = open_as(w->s, "account_flow", "km_account", LISTS, COUNT(LISTS));
    assert_ok(w->s, pass_renew(w->s, w->db, w->ring[FROM_ACCOUNT], clock_now_us(), &w->pass));
}

static inline int setup(void **state)
{
    static const char *const NAMES[] = {"account", "gateway", "ctl"};
    struct world *w = calloc(1, sizeof *w);
    struct settings cfg = {.session_idle_min = 15, .session_hours = 8};
    void *own;

    assert_non_null(w);
    w->s = scope_new(64 << 20, entropy_system());
    folder_new(w->keys_dir);
    cfg.keys_dir = w->keys_dir;
    identities_new(w->s, w->keys_dir, NAMES, COUNT(NAMES), w->ring, &w->tickets);
    open_database(w);
    assert_ok(w->s, ACCOUNT.start(w->s, &cfg, w->ring[FROM_ACCOUNT], &own));
    w->own = own;
    const struct worker_setup set = {.svc = &ACCOUNT, .instance = "account.0", .ring = w->ring[FROM_ACCOUNT], .db = w->db, .own = own,
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
    for (int i = 0; i < RINGS; i++)
        keyring_free(w->ring[i]);
    secret_free(w->tickets);
    secret_free(w->own->own);
    secret_free(w->own->tickets);
    folder_remove(w->keys_dir);
    scope_free(w->s);
    free(w);
    return 0;
}

#endif
