/* Databases are made when they are missing and only ever moved forward, and learn by which keys they can tell a true ticket; who does it
 * is the administrator role, never a service. */
#include "database.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/migrate.h"
#include "seal/digest.h"
#include "seal/keyring.h"
#include "svc/service.h"

enum { WAIT_STEP_MS = 200, WAIT_MOST_S = 3600 };

struct database database_of(struct scope *s, const struct settings *cfg, int i)
{
    const char *functions = scope_print(s, "%s/functions", cfg->sql_dir);
    const char *dsn = i == 0 ? cfg->db_dsn : cfg->db_keys_dsn;

    return (struct database){
        .ja = i == 0 ? "ケース" : "鍵",
        .dsn = scope_print(s, "%s user=%s", dsn, cfg->db_admin_user),
        .folder = scope_print(s, "%s/migrations%s", cfg->sql_dir, i == 0 ? "" : "/keys"),
        .functions = i == 0 && access(functions, F_OK) == 0 ? functions : NULL,
        .version = i == 0 ? SCHEMA_VERSION : KEYS_SCHEMA_VERSION,
    };
}

enum status database_name(struct scope *s, const char *dsn, const char **ret_name)
{
    static const char KEY[] = "dbname", PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const char *name = NULL;
    bool is_quoted = false;
    size_t n = 0;

    for (const char *at = strstr(dsn, KEY); at; at = strstr(at + 1, KEY)) {
        const char *eq = at + sizeof KEY - 1 + strspn(at + sizeof KEY - 1, " ");
        if ((at > dsn && at[-1] != ' ') || *eq != '=')
            continue;
        name = eq + 1 + strspn(eq + 1, " ");
        is_quoted = *name == '\'';
        name += is_quoted;
        n = strspn(name, PLAIN); /* a later one wins, as it does for the server's library */
    }
    if (n == 0 || (is_quoted ? name[n] != '\'' : name[n] && name[n] != ' '))
        return fail(s, INVALID, "接続文字列に使えるデータベース名がありません", "the connection string has no usable dbname");
    *ret_name = scope_print(s, "%.*s", (int)n, name);
    return OK;
}

/* A database that cannot be reached because it is not there: made, through one that every server has. */
static enum status create_missing(struct scope *s, const struct database *d)
{
    static const char *const HELPERS[] = {"postgres", "template1"};
    struct why why = s->why; /* why it could not be reached: what is said when the rest does not help */
    const char *name;
    enum status st = UNAVAILABLE;

    TRY(database_name(s, d->dsn, &name));
    for (size_t i = 0; i < COUNT(HELPERS) && st == UNAVAILABLE; i++) {
        AUTO(conn) c = NULL;
        st = conn_open(s, scope_print(s, "%s dbname=%s", d->dsn, HELPERS[i]), NULL, &c);
        if (st == OK)
            st = conn_script(s, c, scope_print(s, "create database \"%s\" template template0 encoding 'UTF8'", name));
    }
    if (st == UNAVAILABLE)
        s->why = why;
    return st;
}

static enum status database_open(struct scope *s, const struct database *d, bool may_create, struct conn **ret_conn)
{
    enum status st = conn_open(s, d->dsn, NULL, ret_conn);

    if (st != UNAVAILABLE || !may_create)
        return st;
    struct why why = s->why;
    st = create_missing(s, d);
    if (st == OK)
        return conn_open(s, d->dsn, NULL, ret_conn);
    s->why = why;
    return UNAVAILABLE;
}

static enum status put_key(struct scope *s, struct conn *conn, const char *issuer, const char *kinds, const struct secret *key)
{
    char hex[DIGEST_HEX_MAX];
    const char *const params[] = {issuer, kinds, hex};
    struct span none;

    digest_hex(secret_span(key), hex);
    enum status st = conn_text(s, conn, "select kashimaru.ticket_key_put($1, $2, decode($3, 'hex'))", params, COUNT(params), &none);
    explicit_bzero(hex, sizeof hex);
    return st;
}

/* People's tickets are signed with the installation's key, a service's with its own; a service whose key file is on another machine
 * gets its key from there. */
static enum status put_keys(struct ctl *c, struct conn *conn, int database)
{
    static const char *const SIGNERS[DATABASES][7] = {{"intake", "referral", "meeting", "audit", "account", "sequencer"}, {"keys"}};
    AUTO(secret) people = NULL;
    int n = 1;

    if (seal_init() != OK)
        return fail(c->s, UNAVAILABLE, "メモリをロックできません（ulimit -l）", "memory cannot be locked (ulimit -l)");
    enum status st = shared_key_open(c->s, c->cfg.keys_dir, SHARED_TICKETS, (struct span){0}, &people);
    if (st == NOT_FOUND) {
        printf("%s に身分証明の鍵がまだありません（kashimaru setup の後にもう一度） / no ticket keys yet: run this again after setup\n",
               c->cfg.keys_dir);
        return OK;
    }
    if (st != OK)
        return st;
    TRY(put_key(c->s, conn, "account", "uh", people));
    for (const char *const *name = SIGNERS[database]; *name; name++) {
        AUTO(keyring) ring = NULL;
        st = keyring_open(c->s, c->cfg.keys_dir, *name, &ring);
        if (st == NOT_FOUND)
            continue;
        if (st != OK)
            return st;
        TRY(put_key(c->s, conn, *name, "s", keyring_ticket_key(ring)));
        n++;
    }
    printf("身分証明の鍵 %d 件 / %d ticket keys\n", n, n);
    return OK;
}

static enum status migrate(struct ctl *c, int i)
{
    struct database d = database_of(c->s, &c->cfg, i);
    struct migration_report report;
    AUTO(conn) conn = NULL;

    TRY(database_open(c->s, &d, true, &conn));
    TRY(migrate_run(c->s, conn, d.folder, d.functions, &report));
    printf("%s: 版 %lld（今回 %lld、済み %lld）/ version %lld (%lld now, %lld before)\n", d.ja, (long long)report.version,
           (long long)report.applied, (long long)report.already, (long long)report.version, (long long)report.applied,
           (long long)report.already);
    fflush(stdout);
    TRY(migrate_check(c->s, conn, d.version));
    return put_keys(c, conn, i);
}

/* --wait: a server that starts up is given time; nothing else is tried twice. */
static enum status migrate_all(struct ctl *c, int64_t wait_s)
{
    const struct timespec step = {.tv_nsec = WAIT_STEP_MS * 1000000L};
    int64_t until_us = clock_mono_us() + wait_s * US_PER_S;

    for (int i = 0; i < DATABASES;) {
        enum status st = migrate(c, i);
        if (st == OK) {
            i++;
            continue;
        }
        if (st != UNAVAILABLE || clock_mono_us() >= until_us)
            return st;
        nanosleep(&step, NULL);
    }
    return OK;
}

int run_db_migrate(struct ctl *c)
{
    char *end = NULL;
    long wait_s = c->args.wait ? strtol(c->args.wait, &end, 10) : 0;

    if (end && (*end || wait_s < 0 || wait_s > WAIT_MOST_S)) {
        (void)fail(c->s, INVALID, "--wait は秒数です（%d まで）", "--wait is a number of seconds (at most %d)", WAIT_MOST_S);
        return ctl_misuse(c);
    }
    return ctl_say(c, migrate_all(c, wait_s));
}

enum status database_version(struct scope *s, const struct database *d, const char **ret_text, bool *ret_right)
{
    AUTO(conn) conn = NULL;

    TRY(conn_open(s, d->dsn, NULL, &conn));
    enum status st = migrate_check(s, conn, d->version);
    *ret_right = st == OK;
    *ret_text = st == OK ? scope_print(s, "版 %lld", (long long)d->version) : scope_print(s, "%s", s->why.ja);
    return st == UNSUPPORTED ? OK : st;
}

int run_db_status(struct ctl *c)
{
    int code = EXIT_GOOD;

    for (int i = 0; i < DATABASES; i++) {
        struct database d = database_of(c->s, &c->cfg, i);
        const char *text;
        bool is_right = false;
        enum status st = database_version(c->s, &d, &text, &is_right);
        if (st != OK)
            return ctl_say(c, st);
        printf("%s: %s\n", d.ja, text);
        code = is_right ? code : EXIT_SOME_BAD;
    }
    return code;
}
