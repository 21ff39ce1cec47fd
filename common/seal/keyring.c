/* Every process knows its own secrets and everyone's public keys, nobody knows another's secrets, and both ends of a
 * pair derive the same keys without having talked. Revocation takes effect on the next frame after a reload, and what
 * exists is never overwritten. */
#include "seal/keyring.h"

#include <sodium.h>
#include <stdlib.h>

#include "internal.h"
#include "seal/envelope.h"
#include "statefile.h"

_Static_assert(crypto_kx_PUBLICKEYBYTES == KEY_LEN && crypto_kx_SECRETKEYBYTES == KEY_LEN &&
                   crypto_kx_SESSIONKEYBYTES == KEY_LEN && crypto_box_PUBLICKEYBYTES == KEY_LEN &&
                   crypto_kdf_KEYBYTES == KEY_LEN,
               "one key length everywhere");

static const char BODY_CONTEXT[crypto_kdf_CONTEXTBYTES] = {'K', 'M', '1', '/', 'b', 'o', 'd', 'y'};
static const char TICKET_CONTEXT[crypto_kdf_CONTEXTBYTES] = {'K', 'M', 't', 'i', 'c', 'k', 'e', 't'};

struct keyring {
    char list[STATE_PATH_MAX], dir[STATE_PATH_MAX]; /* dir "" = the list is not read again */
    struct peer *peer; /* PEERS_MAX places, so that none ever moves */
    size_t n;
    size_t self;
    uint16_t by_name[PEERS_MAX]; /* places, sorted by name */
    struct secret *curve_secret, *kx_secret, *ticket_key;
    struct secret *sign; /* of a host; else NULL */
    struct secret *pairs; /* struct pair_keys for every place; zeros for myself */
};

_Static_assert(PEERS_MAX <= UINT16_MAX && PEERS_MAX * sizeof(struct pair_keys) <= SECRET_MAX, "every peer has its keys");

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
    AUTO_FD lock = -1;
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
    AUTO_FD lock = -1;
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

static enum status pair_derive(struct scope *s, const struct keyring *ring, const struct peer *p, struct pair_keys *ret_keys)
{
    const struct peer *me = &ring->peer[ring->self];
    const uint8_t *kx_secret = secret_span(ring->kx_secret).p;
    uint8_t *rx = ret_keys->tag[FROM_PEER];
    uint8_t *tx = ret_keys->tag[TO_PEER];
    bool is_client = strcmp(me->name, p->name) < 0;
    /* A CURVE key of small order would stop the whole process inside the transport; it must never get there. */
    if (!peer_is_usable(p) ||
        (is_client ? crypto_kx_client_session_keys(rx, tx, me->kx_public, kx_secret, p->kx_public)
                   : crypto_kx_server_session_keys(rx, tx, me->kx_public, kx_secret, p->kx_public)) != 0)
        return fail(s, INVALID, "%s:%d 行目の公開鍵は使えません", "%s:%d has an unusable public key", ring->list, p->line);
    for (int way = FROM_PEER; way <= TO_PEER; way++)
        crypto_kdf_derive_from_key(ret_keys->body[way], KEY_LEN, 1, BODY_CONTEXT,
                                   ret_keys->tag[way]);
    return OK;
}

/* Where a name stands in by_name, or would. */
static size_t order_find(const struct keyring *ring, const char *name, bool *ret_is_there)
{
    size_t low = 0, high = ring->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(name, ring->peer[ring->by_name[mid]].name) > 0)
            low = mid + 1;
        else
            high = mid;
    }
    *ret_is_there = low < ring->n && strcmp(name, ring->peer[ring->by_name[low]].name) == 0;
    return low;
}

/* Takes the next free place. */
static enum status peer_place(struct scope *s, struct keyring *ring, const struct peer *p, bool is_me)
{
    bool is_there;
    size_t at = order_find(ring, p->name, &is_there), place = ring->n;
    struct pair_keys *pairs = (struct pair_keys *)secret_bytes(ring->pairs);

    if (place == PEERS_MAX)
        return fail(s, CONFLICT, "登録は %d 件までです", "at most %d identities", PEERS_MAX);
    ring->peer[place] = *p;
    if (!is_me)
        TRY(pair_derive(s, ring, p, &pairs[place]));
    memmove(&ring->by_name[at + 1], &ring->by_name[at], (ring->n - at) * sizeof ring->by_name[0]);
    ring->by_name[at] = (uint16_t)place;
    ring->n++;
    return OK;
}

static enum status self_check(struct scope *s, const struct keyring *ring, const struct peer *me, const struct secret *own)
{
    struct peer mine;

    keyfile_public(own, &mine);
    if (memcmp(mine.curve_public, me->curve_public, KEY_LEN) != 0 ||
        memcmp(mine.kx_public, me->kx_public, KEY_LEN) != 0)
        return fail(s, CONFLICT, "%s.key と %s の %d 行目の鍵が違います",
                    "%s.key and %s:%d hold different keys", me->name, ring->list, me->line);
    if (me->status != PEER_ACTIVE)
        return fail(s, DENIED, "%s の鍵は失効しています", "the key of %s is revoked", me->name);
    return OK;
}

static enum status secrets_take(struct scope *s, struct keyring *ring, const struct secret *own)
{
    const struct key_pairs *k = (const struct key_pairs *)secret_span(own).p;

    TRY(secret_need(s, KEY_LEN, &ring->curve_secret));
    TRY(secret_need(s, KEY_LEN, &ring->kx_secret));
    TRY(secret_need(s, KEY_LEN, &ring->ticket_key));
    TRY(secret_need(s, PEERS_MAX * sizeof(struct pair_keys), &ring->pairs));
    memcpy(secret_bytes(ring->curve_secret), k->curve_secret, KEY_LEN);
    memcpy(secret_bytes(ring->kx_secret), k->kx_secret, KEY_LEN);
    crypto_kdf_derive_from_key(secret_bytes(ring->ticket_key), KEY_LEN, 1, TICKET_CONTEXT, k->kx_secret);
    return OK;
}

/* My own place must be known before any key of a pair is derived. */
static enum status places_take(struct scope *s, struct keyring *ring, const char *name, const struct secret *own, const struct peer *v,
                               size_t n)
{
    const struct peer *me = NULL;

    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].name, name) == 0) {
            me = &v[i];
            ring->self = i;
        }
    if (!me)
        return fail(s, NOT_FOUND, "%s は %s にありません", "%s is not in %s", name, ring->list);
    TRY(self_check(s, ring, me, own));
    ring->peer[ring->self] = *me;
    for (size_t i = 0; i < n; i++)
        TRY(peer_place(s, ring, &v[i], i == ring->self));
    return OK;
}

enum status ring_build(struct scope *s, const char *list, const char *name, const struct secret *own, const struct peer *v, size_t n,
                       struct secret **sign, struct keyring **ret_ring)
{
    AUTO(keyring) ring = calloc(1, sizeof *ring);

    if (ring)
        ring->peer = calloc(PEERS_MAX, sizeof *ring->peer);
    if (!ring || !ring->peer)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    memcpy(ring->list, list, strlen(list));
    TRY(secrets_take(s, ring, own));
    TRY(places_take(s, ring, name, own, v, n));
    if (sign)
        ring->sign = take(sign);
    *ret_ring = take(&ring);
    return OK;
}

enum status keyring_open(struct scope *s, const char *dir, const char *my_name,
                         struct keyring **ret_ring)
{
    char list[STATE_PATH_MAX];
    AUTO(secret) own = NULL;
    struct peer *v;
    size_t n;

    TRY(statefile_path(s, dir, "peers.pub", list));
    TRY(keyfile_read(s, dir, my_name, &own));
    TRY(peers_read(s, dir, &v, &n));
    TRY(ring_build(s, list, my_name, own, v, n, NULL, ret_ring));
    memcpy((*ret_ring)->dir, dir, strlen(dir));
    return OK;
}

void keyring_free(struct keyring *ring)
{
    if (!ring)
        return;
    secret_free(ring->curve_secret);
    secret_free(ring->kx_secret);
    secret_free(ring->ticket_key);
    secret_free(ring->sign);
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

const struct secret *keyring_ticket_key(const struct keyring *ring)
{
    return ring->ticket_key;
}

const struct secret *keyring_sign(const struct keyring *ring)
{
    return ring->sign;
}

const struct peer *keyring_peer(const struct keyring *ring, const char *name)
{
    bool is_there;
    size_t at = order_find(ring, name, &is_there);

    return is_there ? &ring->peer[ring->by_name[at]] : NULL;
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
    if (!peer_counts(p, s->now_us))
        return fail(s, DENIED, "%s の鍵は有効期間外です", "the key of %s is outside of its dates", p->name);
    size_t i = (size_t)(p - ring->peer);
    if (i == ring->self)
        return fail(s, DENIED, "%s は自分自身です", "%s is this process itself", p->name);
    *ret_keys = (const struct pair_keys *)secret_span(ring->pairs).p + i;
    return OK;
}

static bool is_same(const struct peer *a, const struct peer *b)
{
    return memcmp(a->curve_public, b->curve_public, KEY_LEN) == 0 && memcmp(a->kx_public, b->kx_public, KEY_LEN) == 0 &&
           agency_eq(a->agency, b->agency) && memcmp(a->sign_public, b->sign_public, KEY_LEN) == 0;
}

/* Those who are known first, all of them: no newcomer can keep a revocation from being seen. */
enum status keyring_reload_status(struct scope *s, struct keyring *ring)
{
    enum status st = OK;
    struct peer *v;
    size_t n;

    if (!ring->dir[0])
        return OK;
    TRY(peers_read(s, ring->dir, &v, &n));
    for (size_t i = 0; i < ring->n; i++) {
        struct peer *mine = &ring->peer[i];
        const struct peer *now = peers_find(v, n, mine->name);
        bool is_kept = now && is_same(now, mine);
        mine->status = is_kept ? now->status : PEER_REVOKED;
        if (is_kept) {
            mine->from_us = now->from_us;
            mine->until_us = now->until_us;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (!peer_is_host(&v[i]) || keyring_peer(ring, v[i].name))
            continue;
        enum status one = peer_place(s, ring, &v[i], false);
        st = one != OK ? one : st;
    }
    return st;
}
