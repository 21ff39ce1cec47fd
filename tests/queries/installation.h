#ifndef KM_TEST_INSTALLATION_H
#define KM_TEST_INSTALLATION_H

#include "base/cleanup.h"
#include "db/conn.h"
#include "db/migrate.h"
#include "seal/digest.h"
#include "seal/keyring.h"
#include "seal/secret.h"
#include "wire/frame.h"

#include "lib/assert_ok.h"
#include "lib/folder.h"

/* What an installation has before a service of it starts: a folder of identities, databases that know the keys tickets are checked with, and
 * a connection under the service's own role. */

enum { STATEMENTS_MOST = 256 };

/* Everybody's identity, opened as each of them; the key of people's tickets. */
static inline void identities_new(struct scope *s, const char *folder, const char *const *names, size_t n, struct keyring **ret_rings,
                                  struct secret **ret_tickets)
{
    assert_int_equal(seal_init(), OK);
    assert_ok(s, keyring_create(s, folder, names, n));
    assert_ok(s, shared_key_create(s, folder, SHARED_TICKETS, (struct span){0}));
    assert_ok(s, shared_key_open(s, folder, SHARED_TICKETS, (struct span){0}, ret_tickets));
    for (size_t i = 0; i < n; i++)
        assert_ok(s, keyring_open(s, folder, names[i], &ret_rings[i]));
}

/* user NULL: the administrator; lists NULL: no statement of anybody's. */
static inline struct conn *open_as(struct scope *s, const char *database, const char *user, const struct query *const *const *lists, size_t n)
{
    const struct query **all = lists ? scope_alloc(s, STATEMENTS_MOST * sizeof(struct query *)) : NULL;
    struct conn *c = NULL;
    size_t all_n = 0;

    for (size_t i = 0; i < n; i++)
        for (const struct query *const *q = lists[i]; *q; q++) {
            assert_true(all && all_n < STATEMENTS_MOST - 1);
            all[all_n++] = *q;
        }
    assert_ok(s, conn_open(s, scope_print(s, "%s dbname=%s user=%s", getenv("KM_TEST_DSN"), database, user ? user : "kashimaru"), all, &c));
    return c;
}

/* As `kashimaru db migrate` leaves it; the administrator's connection to it. */
static inline struct conn *database_new(struct scope *s, const char *name, const char *migrations, const char *functions)
{
    AUTO(conn) root = open_as(s, "postgres", NULL, NULL, 0);
    struct migration_report done;

    assert_ok(s, conn_script(s, root, scope_print(s, "create database %s", name)));
    struct conn *c = open_as(s, name, NULL, NULL, 0);
    assert_ok(s, migrate_run(s, c, migrations, functions, &done));
    return c;
}

/* kinds: u people's, h hosts', s the issuer's own tickets. */
static inline void ticket_key_put(struct scope *s, struct conn *c, const char *issuer, const char *kinds, const struct secret *key)
{
    char hex[DIGEST_HEX_MAX];

    digest_hex(secret_span(key), hex);
    assert_ok(s, conn_script(s, c, scope_print(s, "select kashimaru.ticket_key_put('%s', '%s', '\\x%s')", issuer, kinds, hex)));
}

/* What came through a port, for as long as the test's scope lives. */
static inline enum status frame_kept(struct scope *s, const struct frame *f, struct frame *ret_f)
{
    struct span part[FRAME_PARTS];

    for (int i = 0; i < FRAME_PARTS; i++)
        TRY(scope_copy(s, f->part[i], &part[i]));
    return frame_parse(s, part, FRAME_PARTS, ret_f);
}

#endif
