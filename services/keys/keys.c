/* What keys takes, from whom, and what it holds for as long as it runs: the master key, the key that tickets are signed with, and what it
 * derives and opens from them, all in locked memory. */
#include "keys.h"

#include <string.h>

#include "q_keys.h"
#include "q_keys_erasure.h"
#include "seal/hkdf.h"
#include "seal/seal.h"
#include "wire/words.h"

#define PEOPLE "gateway,ctl"
#define ROLES_WATCH (ROLE_BIT(ROLE_TEAM_LEAD) | ROLE_BIT(ROLE_COORDINATOR) | ROLE_BIT(ROLE_AUDITOR))
#define ROLES_ADMIN ROLE_BIT(ROLE_ADMINISTRATOR)
#define ROLES_ERASE (ROLES_ADMIN | ROLE_BIT(ROLE_COORDINATOR)) /* of the two an administrator at least */

static const struct route ROUTES[] = {
    ROUTE(ROUTE_QUERY, key_release, ROLES_ANY, KEY_NONE, "intake,meeting"),
    {.shape = shape_key_share, .handler = handle_key_share, .many = keys_share_many, .kind = ROUTE_STREAM, .from = "referral"},
    ROUTE(ROUTE_STREAM, key_unshare, 0, KEY_NONE, "referral"),
    ROUTE(ROUTE_STREAM, person_known, 0, KEY_NONE, "intake"),
    ROUTE_OPEN(ROUTE_QUERY, events_sign, ROLES_ANY, KEY_NONE, "sequencer"), /* for nobody: what has happened is what it shows */
    ROUTE(ROUTE_QUERY, events_open, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, signing_keys, ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, break_glass, ROLES_CASEWORK, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, reading_list, ROLES_WATCH, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, key_status, ROLES_ADMIN | ROLE_BIT(ROLE_AUDITOR), KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, key_rotate, ROLES_ADMIN, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, escrow_put, ROLES_ADMIN, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_QUERY, escrow_fetch, ROLES_ADMIN, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_CHANGE, case_erase, ROLES_ERASE, KEY_NONE, PEOPLE),
    ROUTE(ROUTE_STREAM, erasure_ready, 0, KEY_NONE, "audit"),
    ROUTE(ROUTE_STREAM, events_blank, 0, KEY_NONE, "audit"),
    ROUTE(ROUTE_STREAM, blanking_done, 0, KEY_NONE, "audit"),
};

static const struct job JOBS[] = {
    {.name = "escrow_fill", .every_ms = 10000, .run = escrow_fill},
    {.name = "tally_forget", .every_ms = 600000, .run = tally_forget},
};

enum status keys_no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

/* Keys that come from the master key, so that no other file has to be kept and none can be lost. */
static enum status derive(struct scope *s, const struct keys *k, const char *purpose, struct secret **ret_key)
{
    uint8_t prk[HKDF_PRK_LEN], raw[DATA_KEY_LEN];

    hkdf_extract((struct span){0}, secret_span(k->master), prk);
    enum status st = hkdf_expand(prk, span_str(purpose), raw, sizeof raw);
    if (st == OK)
        *ret_key = secret_from(span_of(raw, sizeof raw));
    explicit_bzero(prk, sizeof prk);
    explicit_bzero(raw, sizeof raw);
    TRY(st);
    return *ret_key ? OK : fail(s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
}

static enum status derive_all(struct scope *s, struct keys *k)
{
    TRY(derive(s, k, "KM1/blind", &k->blind));
    TRY(derive(s, k, "KM1/pseudonym", &k->pseudonyms));
    k->scratch = secret_new(DATA_KEY_LEN);
    return k->scratch ? OK : fail(s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
}

static enum status start(struct scope *s, const struct settings *cfg, const struct keyring *ring, void **ret_own)
{
    struct keys *k = SCOPE_NEW(s, struct keys);
    struct span passphrase;

    if (!k)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    *k = (struct keys){.ring = ring, .reads_soft = cfg->reads_soft, .reads_hard = cfg->reads_hard,
                       .reads_agency = cfg->reads_agency};
    TRY(passphrase_read(s, cfg->passphrase_file, &passphrase));
    enum status st = shared_key_open(s, cfg->keys_dir, SHARED_MASTER, passphrase, &k->master);
    explicit_bzero((void *)(uintptr_t)passphrase.p, passphrase.n);
    TRY(st);
    TRY(shared_key_open(s, cfg->keys_dir, SHARED_TICKETS, (struct span){0}, &k->tickets));
    TRY(derive_all(s, k));
    *ret_own = k;
    return OK;
}

const struct service KEYS = {
    .name = "keys",
    .db_role = "km_keys",
    .uses_keys_database = true,
    .routes = ROUTES,
    .route_n = COUNT(ROUTES),
    .queries = QUERIES_keys,
    .more_queries = {QUERIES_keys_erasure},
    .jobs = JOBS,
    .job_n = COUNT(JOBS),
    .start = start,
};
