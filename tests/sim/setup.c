/* What a run stands on: two databases a shard, migrated as an installation is; keys in a folder; one connection for each
 * worker, under the service's own role. A sibling's lock is waited for only briefly: both are in one process, so the one that
 * holds it cannot go on. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "audit/audit.h"
#include "db/migrate.h"
#include "keys/keys.h"
#include "q_event.h"
#include "q_svc.h"
#include "referral/referral.h"
#include "seal/digest.h"
#include "world.h"

enum { SCRIPT_MAX = 64 << 10, RINGS = 6 };

static const char *const NAMES[RINGS] = {"intake", "referral", "meeting", "audit", "keys", "gateway"};

static const char *passphrase_file(struct scope *s, const struct plan *plan)
{
    return scope_print(s, "%s/passphrase", plan->keys_dir);
}

static enum status put_key(struct scope *s, struct conn *c, const char *issuer, const char *kinds, const struct secret *key)
{
    char hex[DIGEST_HEX_MAX];
    const char *const params[] = {issuer, kinds, hex};
    struct span none;

    digest_hex(secret_span(key), hex);
    return conn_text(s, c, "select kashimaru.ticket_key_put($1, $2, decode($3, 'hex'))", params, COUNT(params), &none);
}

/* The keys tickets are known by, as `kashimaru db migrate` puts them there. */
static enum status put_keys(struct scope *s, struct conn *c, const char *dir)
{
    AUTO(secret) people = NULL;

    TRY(shared_key_open(s, dir, SHARED_TICKETS, (struct span){0}, &people));
    TRY(put_key(s, c, "account", "uh", people));
    for (size_t i = 0; i < RINGS; i++) {
        AUTO(keyring) ring = NULL;
        TRY(keyring_open(s, dir, NAMES[i], &ring));
        TRY(put_key(s, c, NAMES[i], "s", keyring_ticket_key(ring)));
    }
    return OK;
}

enum status setup_cluster(struct scope *s, const struct plan *plan, int shards)
{
    struct span passphrase;
    AUTO(conn) root = NULL;
    struct migration_report done;

    TRY(keyring_create(s, plan->keys_dir, NAMES, RINGS));
    TRY(passphrase_create(s, passphrase_file(s, plan)));
    TRY(passphrase_read(s, passphrase_file(s, plan), &passphrase));
    TRY(shared_key_create(s, plan->keys_dir, SHARED_MASTER, passphrase));
    TRY(shared_key_create(s, plan->keys_dir, SHARED_TICKETS, (struct span){0}));
    TRY(conn_open(s, plan->dsn, NULL, &root));
    /* the run decides when rows are cleaned up, so that the same seed meets the same server */
    TRY(conn_script(s, root, "alter system set autovacuum = off"));
    TRY(conn_script(s, root, "alter system set jit = off"));
    TRY(conn_script(s, root, "select pg_reload_conf()"));
    for (int i = 0; i < shards; i++) {
        AUTO(conn) cases = NULL;
        AUTO(conn) keys = NULL;
        TRY(conn_script(s, root, scope_print(s, "create database sim%d template template0", i)));
        TRY(conn_script(s, root, scope_print(s, "create database simkeys%d template template0", i)));
        TRY(conn_open(s, scope_print(s, "%s dbname=sim%d", plan->dsn, i), NULL, &cases));
        TRY(conn_open(s, scope_print(s, "%s dbname=simkeys%d", plan->dsn, i), NULL, &keys));
        TRY(migrate_run(s, cases, KM_SOURCE_DIR "/sql/migrations", NULL, &done));
        TRY(migrate_run(s, keys, KM_SOURCE_DIR "/sql/migrations/keys", NULL, &done));
        TRY(put_keys(s, cases, plan->keys_dir));
        TRY(put_keys(s, keys, plan->keys_dir));
    }
    return OK;
}

/* All statements a worker runs, as svc_main prepares them. */
static const struct query *const *statements(struct scope *s, const struct service *svc)
{
    const struct query *const *lists[] = {svc->queries, svc->more_queries[0], svc->more_queries[1], QUERIES_svc,
                                          svc->uses_keys_database ? NULL : QUERIES_event};
    const struct query **all = scope_alloc(s, 256 * sizeof(struct query *));
    size_t n = 0;

    for (size_t i = 0; all && i < COUNT(lists); i++)
        for (const struct query *const *q = lists[i]; q && *q && n < 255; q++)
            all[n++] = *q;
    return all;
}

static enum status open_hand(struct world *w, struct scope *home, int place, const struct service *svc, int number)
{
    struct hand *h = &w->hand[place];
    struct settings cfg = {.keys_dir = w->plan->keys_dir, .passphrase_file = passphrase_file(home, w->plan),
                           .reads_soft = 100000, .reads_hard = 100000, .reads_agency = 1000000};
    int ring = 0;

    while (strcmp(NAMES[ring], svc->name) != 0)
        ring++;
    *h = (struct hand){.world = w, .svc = svc, .place = place, .ring = w->rings[ring]};
    snprintf(h->instance, sizeof h->instance, "%s.%d", svc->name, number);
    TRY(conn_open(home, scope_print(home, "%s dbname=sim%s%d user=%s application_name=%s options='-c lock_timeout=4ms'",
                                    w->plan->dsn, svc->uses_keys_database ? "keys" : "", w->plan->shard, svc->db_role, h->instance),
                  statements(home, svc), &h->db));
    TRY(hand_dress(h));
    return svc->start ? svc->start(home, &cfg, h->ring, &h->own) : OK;
}

static enum status run_file(struct scope *s, struct conn *c, const char *path)
{
    char *text = scope_alloc(s, SCRIPT_MAX);
    FILE *f = fopen(path, "r");
    size_t n = f && text ? fread(text, 1, SCRIPT_MAX - 1, f) : 0;

    if (f)
        fclose(f);
    if (!n)
        return fail(s, NOT_FOUND, "読めません: %s", "cannot read %s", path);
    return conn_script(s, c, text);
}

static void fill(void *ctx, void *to, size_t n)
{
    struct dice *d = ctx;

    for (size_t i = 0; i < n; i++)
        ((uint8_t *)to)[i] = (uint8_t)(dice_roll(d) >> 32);
}

enum status setup_world(struct world *w, const struct plan *plan)
{
    struct scope *home = w->home = w->s;

    w->plan = plan;
    w->journal.now_us = &w->now_us;
    w->journal.is_loud = plan->is_loud;
    w->entropy = (struct entropy){.fill = fill, .ctx = &w->dice};
    w->net = net_new(&w->dice, &w->journal);
    if (!w->net)
        return fail(home, UNAVAILABLE, "メモリがありません", "no memory");
    TRY(faults_install(w));
    for (int i = 0; i < RINGS; i++)
        TRY(keyring_open(home, plan->keys_dir, NAMES[i], &w->rings[i]));
    TRY(conn_open(home, scope_print(home, "%s dbname=sim%d application_name=sim", plan->dsn, plan->shard), NULL, &w->admin));
    TRY(conn_open(home, scope_print(home, "%s dbname=simkeys%d application_name=sim", plan->dsn, plan->shard), NULL, &w->keys_admin));
    TRY(run_file(home, w->admin, KM_SOURCE_DIR "/tests/sim/check.sql"));
    TRY(run_file(home, w->keys_admin, KM_SOURCE_DIR "/tests/sim/check_keys.sql"));
    TRY(shared_key_open(home, plan->keys_dir, SHARED_TICKETS, (struct span){0}, &w->people));
    const struct service *crew[CREW] = {&w->intake, &w->intake, &REFERRAL, &REFERRAL, &w->meeting, &AUDIT, &KEYS};
    for (int i = 0; i < CREW; i++)
        TRY(open_hand(w, home, i, crew[i], i > 0 && crew[i] == crew[i - 1]));
    w->s = scope_new(SMALL_CAP, entropy_system());
    return w->s ? OK : UNAVAILABLE;
}

enum status setup_clear(struct world *w)
{
    scope_reset(w->s);
    TRY(conn_script(w->s, w->keys_admin, "select sim.clear()"));
    return conn_script(w->s, w->admin, "select sim.clear()");
}
