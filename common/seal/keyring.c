/* Every process knows its own secrets and everyone's public keys, nobody knows another's secrets, and both ends of a
 * pair derive the same keys without having talked. Revocation takes effect on the next frame after a reload, and what
 * exists is never overwritten. */
#include "seal/keyring.h"

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "internal.h"
#include "seal/envelope.h"

_Static_assert(crypto_kx_PUBLICKEYBYTES == KEY_LEN && crypto_kx_SECRETKEYBYTES == KEY_LEN &&
                   crypto_kx_SESSIONKEYBYTES == KEY_LEN && crypto_box_PUBLICKEYBYTES == KEY_LEN &&
                   crypto_kdf_KEYBYTES == KEY_LEN,
               "one key length everywhere");
_Static_assert(PEERS_FILE_MAX > PEERS_MAX * (PEER_NAME_MAX + 4 * KEY_LEN + 12) + 200,
               "a full list can be read back");

static const char BODY_CONTEXT[crypto_kdf_CONTEXTBYTES] = {'K', 'M', '1', '/', 'b', 'o', 'd', 'y'};

struct keyring {
    char dir[STATE_PATH_MAX];
    struct peer *peer; /* sorted by name */
    size_t n;
    size_t self;
    struct secret *curve_secret;
    struct secret *pairs; /* struct pair_keys for every peer, in the same order; zeros for myself */
};

static void lock_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_LOCK __attribute__((cleanup(lock_close))) int

/* ---- making ---- */

/* One identity: its key file if missing, its line if missing. */
static enum status create_one(struct scope *s, const char *dir, const char *name, struct peer *v,
                              size_t *n)
{
    AUTO(secret) pairs = NULL;
    struct peer p = {.status = PEER_ACTIVE};
    TRY(peer_name_check(s, name));
    memcpy(p.name, name, strlen(name));
    struct peer *listed = peers_find(v, *n, name);
    enum status st = keyfile_read(s, dir, name, &pairs);
    if (st == NOT_FOUND && listed)
        return OK; /* its secrets live on another machine */
    if (st == NOT_FOUND)
        st = keyfile_create(s, dir, name, &pairs);
    TRY(st);
    keyfile_public(pairs, &p);
    if (listed && (memcmp(listed->curve_public, p.curve_public, KEY_LEN) != 0 ||
                   memcmp(listed->kx_public, p.kx_public, KEY_LEN) != 0))
        return fail(s, CONFLICT, "%s/%s.key と peers.pub の %d 行目の鍵が違います",
                    "%s/%s.key and line %d of peers.pub hold different keys", dir, name,
                    listed->line);
    if (listed)
        return OK;
    if (*n == PEERS_MAX)
        return fail(s, CONFLICT, "登録は %d 件までです", "at most %d identities", PEERS_MAX);
    v[(*n)++] = p;
    peers_sort(v, *n);
    return OK;
}

enum status keyring_create(struct scope *s, const char *dir, const char *const *names, size_t n)
{
    AUTO_LOCK lock = -1;
    struct peer *v = NULL;
    size_t have = 0;
    TRY(statefile_lock(s, dir, &lock));
    enum status st = peers_read(s, dir, &v, &have);
    if (st == NOT_FOUND) {
        v = scope_alloc(s, PEERS_MAX * sizeof *v);
        st = v ? OK
               : fail(s, TOO_LARGE, "作業領域が足りません",
                      "no room in the scope for the list of peers");
    }
    TRY(st);
    size_t before = have;
    for (size_t i = 0; i < n; i++)
        TRY(create_one(s, dir, names[i], v, &have));
    return have == before ? OK : peers_write(s, dir, v, have);
}

enum status keyring_set_status(struct scope *s, const char *dir, const char *name,
                               enum peer_status status)
{
    AUTO_LOCK lock = -1;
    struct peer *v;
    size_t n;
    TRY(peer_name_check(s, name));
    TRY(statefile_lock(s, dir, &lock));
    TRY(peers_read(s, dir, &v, &n));
    struct peer *p = peers_find(v, n, name);
    if (!p)
        return fail(s, NOT_FOUND, "%s は peers.pub にありません", "%s is not in peers.pub", name);
    if (p->status == status)
        return OK;
    p->status = status;
    return peers_write(s, dir, v, n);
}

/* ---- opening ---- */

static enum status pair_derive(struct scope *s, const struct keyring *ring, const struct peer *p,
                               const uint8_t *kx_secret, struct pair_keys *ret_keys)
{
    const struct peer *me = &ring->peer[ring->self];
    uint8_t *rx = ret_keys->tag[FROM_PEER];
    uint8_t *tx = ret_keys->tag[TO_PEER];
    uint8_t probe[KEY_LEN];
    bool is_client = strcmp(me->name, p->name) < 0;
    int bad = is_client
                  ? crypto_kx_client_session_keys(rx, tx, me->kx_public, kx_secret, p->kx_public)
                  : crypto_kx_server_session_keys(rx, tx, me->kx_public, kx_secret, p->kx_public);
    /* A CURVE key of small order would stop the whole process inside the transport; it must never get there. */
    bad |= crypto_scalarmult(probe, kx_secret, p->curve_public);
    sodium_memzero(probe, sizeof probe);
    if (bad)
        return fail(s, INVALID, "%s/peers.pub:%d 行目の公開鍵は使えません",
                    "%s/peers.pub:%d has an unusable public key", ring->dir, p->line);
    for (int way = FROM_PEER; way <= TO_PEER; way++)
        crypto_kdf_derive_from_key(ret_keys->body[way], KEY_LEN, 1, BODY_CONTEXT,
                                   ret_keys->tag[way]);
    return OK;
}

static enum status self_check(struct scope *s, struct keyring *ring, const char *my_name,
                              const struct secret *own)
{
    struct peer mine;
    struct peer *me = peers_find(ring->peer, ring->n, my_name);
    if (!me)
        return fail(s, NOT_FOUND, "%s は %s/peers.pub にありません", "%s is not in %s/peers.pub",
                    my_name, ring->dir);
    keyfile_public(own, &mine);
    if (memcmp(mine.curve_public, me->curve_public, KEY_LEN) != 0 ||
        memcmp(mine.kx_public, me->kx_public, KEY_LEN) != 0)
        return fail(s, CONFLICT, "%s.key と %s/peers.pub の %d 行目の鍵が違います",
                    "%s.key and %s/peers.pub:%d hold different keys", my_name, ring->dir, me->line);
    if (me->status != PEER_ACTIVE)
        return fail(s, DENIED, "%s の鍵は失効しています", "the key of %s is revoked", my_name);
    ring->self = (size_t)(me - ring->peer);
    return OK;
}

static enum status ring_fill(struct scope *s, struct keyring *ring, const char *my_name)
{
    AUTO(secret) own = NULL;
    struct peer *v;
    TRY(keyfile_read(s, ring->dir, my_name, &own));
    TRY(peers_read(s, ring->dir, &v, &ring->n));
    ring->peer = calloc(ring->n + 1, sizeof *ring->peer);
    if (!ring->peer)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    memcpy(ring->peer, v, ring->n * sizeof *v);
    TRY(self_check(s, ring, my_name, own));
    TRY(secret_need(s, KEY_LEN, &ring->curve_secret));
    TRY(secret_need(s, ring->n * sizeof(struct pair_keys), &ring->pairs));
    const struct key_pairs *k = (const struct key_pairs *)secret_span(own).p;
    memcpy(secret_bytes(ring->curve_secret), k->curve_secret, KEY_LEN);
    struct pair_keys *pairs = (struct pair_keys *)secret_bytes(ring->pairs);
    for (size_t i = 0; i < ring->n; i++)
        if (i != ring->self)
            TRY(pair_derive(s, ring, &ring->peer[i], k->kx_secret, &pairs[i]));
    return OK;
}

enum status keyring_open(struct scope *s, const char *dir, const char *my_name,
                         struct keyring **ret_ring)
{
    char probe[STATE_PATH_MAX];
    TRY(statefile_path(s, dir, "", probe));
    AUTO(keyring) ring = calloc(1, sizeof *ring);
    if (!ring)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    memcpy(ring->dir, dir, strlen(dir));
    TRY(ring_fill(s, ring, my_name));
    *ret_ring = take(&ring);
    return OK;
}

void keyring_free(struct keyring *ring)
{
    if (!ring)
        return;
    secret_free(ring->curve_secret);
    secret_free(ring->pairs);
    free(ring->peer);
    free(ring);
}

/* ---- asking ---- */

const struct peer *keyring_self(const struct keyring *ring)
{
    return &ring->peer[ring->self];
}

const struct secret *keyring_curve_secret(const struct keyring *ring)
{
    return ring->curve_secret;
}

const struct peer *keyring_peer(const struct keyring *ring, const char *name)
{
    return peers_find(ring->peer, ring->n, name);
}

const struct peer *keyring_peer_by_curve(const struct keyring *ring,
                                         const uint8_t curve_public[KEY_LEN])
{
    for (size_t i = 0; i < ring->n; i++)
        if (memcmp(ring->peer[i].curve_public, curve_public, KEY_LEN) == 0)
            return &ring->peer[i];
    return NULL;
}

const struct peer *keyring_peers(const struct keyring *ring, size_t *ret_n)
{
    *ret_n = ring->n;
    return ring->peer;
}

enum status keyring_pair(struct scope *s, const struct keyring *ring, const char *name,
                         const struct pair_keys **ret_keys)
{
    const struct peer *p = keyring_peer(ring, name);
    if (!p)
        return fail(s, DENIED, "相手は登録されていません", "the peer is not registered");
    if (p->status != PEER_ACTIVE)
        return fail(s, DENIED, "%s の鍵は失効しています", "the key of %s is revoked", p->name);
    size_t i = (size_t)(p - ring->peer);
    if (i == ring->self)
        return fail(s, DENIED, "%s は自分自身です", "%s is this process itself", p->name);
    *ret_keys = (const struct pair_keys *)secret_span(ring->pairs).p + i;
    return OK;
}

enum status keyring_reload_status(struct scope *s, struct keyring *ring)
{
    struct peer *v;
    size_t n;
    TRY(peers_read(s, ring->dir, &v, &n));
    for (size_t i = 0; i < ring->n; i++) {
        struct peer *mine = &ring->peer[i];
        const struct peer *now = peers_find(v, n, mine->name);
        bool is_same = now && memcmp(now->curve_public, mine->curve_public, KEY_LEN) == 0 &&
                       memcmp(now->kx_public, mine->kx_public, KEY_LEN) == 0;
        mine->status = is_same ? now->status : PEER_REVOKED;
    }
    return OK;
}
