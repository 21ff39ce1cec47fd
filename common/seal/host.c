/* An agency's system holds its own secrets: they are made on its machine, stay there in one file that nobody else may read, and are
 * never replaced by a second run. */
#include "seal/host.h"

#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

#include "enrolment.h"
#include "internal.h"
#include "seal/sign.h"

static const char KEY_HEAD[] = "kashimaru-host 1";
static const char SERVER_HEAD[] = "kashimaru-server 1";
static const char KEY_FILE[] = "host.key", ENROLMENT_FILE[] = "enrolment.txt", SERVER_FILE[] = "server.pub";

enum { SEED_LEN = crypto_sign_SEEDBYTES };

/* The secrets of one host in locked memory. */
struct host_secrets {
    struct key_pairs pairs;
    uint8_t seed[SEED_LEN];
};

static enum status sign_from_seed(struct scope *s, const uint8_t *seed, struct peer *p, struct secret **ret_sign)
{
    AUTO(secret) sign = NULL;

    TRY(secret_need(s, SIGN_SECRET_LEN, &sign));
    crypto_sign_seed_keypair(p->sign_public, secret_bytes(sign), seed);
    *ret_sign = take(&sign);
    return OK;
}

/* The name ends in what tells one year's key from the next. */
static void name_make(struct peer *p)
{
    enum { HEX_MOST = 4 };
    uint8_t id[8];
    char hex[HEX_MOST + 1];

    sign_key_id(p->sign_public, id);
    sodium_bin2hex(hex, sizeof hex, id, HEX_MOST / 2);
    snprintf(p->name, sizeof p->name, "host-%.7s-%s", p->agency.code, hex);
    p->name[HOST_ID_MAX - 1] = '\0';
}

static enum status secrets_make(struct scope *s, struct peer *p, struct secret **ret_all, struct secret **ret_sign)
{
    AUTO(secret) all = NULL;

    TRY(secret_need(s, sizeof(struct host_secrets), &all));
    struct host_secrets *k = (struct host_secrets *)secret_bytes(all);
    crypto_box_keypair(p->curve_public, k->pairs.curve_secret);
    crypto_kx_keypair(p->kx_public, k->pairs.kx_secret);
    randombytes_buf(k->seed, sizeof k->seed);
    TRY(sign_from_seed(s, k->seed, p, ret_sign));
    name_make(p);
    *ret_all = take(&all);
    return OK;
}

enum status host_new(struct scope *s, const char *dir, struct agency_id agency, struct enrolment *ret_e)
{
    AUTO_FD lock = -1;
    struct enrolment e = {.peer = {.status = PEER_ACTIVE, .agency = agency}};
    AUTO(secret) all = NULL;
    AUTO(secret) sign = NULL;
    char path[STATE_PATH_MAX];
    struct span text;

    TRY(statefile_lock(s, dir, &lock));
    TRY(statefile_path(s, dir, ENROLMENT_FILE, path));
    if (access(path, F_OK) == 0)
        return fail(s, CONFLICT, "%s は既にあります", "%s exists already", path);
    TRY(secrets_make(s, &e.peer, &all, &sign));
    TRY(enrolment_print(s, &e, sign, &text));
    const struct host_secrets *k = (const struct host_secrets *)secret_span(all).p;
    const struct word_hex keys[] = {{"curve", span_of(k->pairs.curve_secret, KEY_LEN)},
                                    {"kx", span_of(k->pairs.kx_secret, KEY_LEN)},
                                    {"sign", span_of(k->seed, SEED_LEN)}};
    TRY(secret_file_write(s, dir, KEY_FILE, true, scope_print(s, "%s\nname %s\nagency %s", KEY_HEAD, e.peer.name, agency.code), keys,
                          COUNT(keys)));
    TRY(statefile_write(s, dir, ENROLMENT_FILE, 0644, true, text));
    *ret_e = e;
    return OK;
}

/* ---- opening ---- */

static enum status key_read(struct scope *s, const char *dir, struct peer *p, struct secret **ret_pairs, struct secret **ret_sign)
{
    AUTO(secret) text = NULL;
    AUTO(secret) all = NULL;
    AUTO(secret) pairs = NULL;
    char path[STATE_PATH_MAX];
    struct lines l;

    TRY(statefile_path(s, dir, KEY_FILE, path));
    TRY(secret_text(s, path, &text, &l));
    TRY(secret_need(s, sizeof(struct host_secrets), &all));
    TRY(secret_need(s, sizeof(struct key_pairs), &pairs));
    struct host_secrets *k = (struct host_secrets *)secret_bytes(all);
    TRY(expect_text(s, &l, KEY_HEAD));
    TRY(expect_identity(s, &l, p));
    TRY(expect_hex(s, &l, "curve", k->pairs.curve_secret, KEY_LEN));
    TRY(expect_hex(s, &l, "kx", k->pairs.kx_secret, KEY_LEN));
    TRY(expect_hex(s, &l, "sign", k->seed, SEED_LEN));
    TRY(expect_end(s, &l));
    memcpy(secret_bytes(pairs), &k->pairs, sizeof k->pairs);
    keyfile_public(pairs, p);
    TRY(sign_from_seed(s, k->seed, p, ret_sign));
    *ret_pairs = take(&pairs);
    return OK;
}

static enum status server_read(struct scope *s, const char *path, struct peer *v, size_t *n, const char **ret_endpoint)
{
    uint8_t *text = scope_alloc(s, PEERS_FILE_MAX);
    struct span endpoint;
    size_t bytes = 0;

    if (!text)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for the list of peers");
    TRY(statefile_read(s, path, false, text, PEERS_FILE_MAX, &bytes));
    struct lines l = {.path = path, .rest = span_of(text, bytes)};
    TRY(expect_text(s, &l, SERVER_HEAD));
    TRY(expect_word(s, &l, "endpoint", &endpoint));
    if (endpoint.n >= HOST_ENDPOINT_MAX)
        return line_fail(s, &l, "接続先が長すぎます", "the endpoint is too long");
    TRY(peers_parse(s, &l, v, n));
    *ret_endpoint = scope_print(s, "%.*s", (int)endpoint.n, (const char *)endpoint.p);
    return OK;
}

enum status keyring_open_host(struct scope *s, const char *dir, struct keyring **ret_ring, const char **ret_endpoint)
{
    struct peer *v = scope_alloc(s, (PEERS_MAX + 1) * sizeof *v);
    AUTO(secret) pairs = NULL;
    AUTO(secret) sign = NULL;
    char path[STATE_PATH_MAX];
    struct peer me = {.status = PEER_ACTIVE, .until_us = INT64_MAX};
    size_t n = 0;

    if (!v)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for the list of peers");
    TRY(statefile_path(s, dir, SERVER_FILE, path));
    TRY(key_read(s, dir, &me, &pairs, &sign));
    TRY(server_read(s, path, v, &n, ret_endpoint));
    for (size_t i = 0; i < n; i++)
        if (peer_is_host(&v[i]) || n == PEERS_MAX)
            return fail(s, INVALID, "%s:%d 行目は市のサービスではありません", "%s:%d is no service of the city", path, v[i].line);
    v[n++] = me;
    peers_sort(v, n);
    return ring_build(s, path, me.name, pairs, v, n, &sign, ret_ring);
}
