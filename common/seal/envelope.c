/* A frame counts only if the one it names made it, for this one receiver, in this direction; a body opens only there too.
 * Between services the tag path allocates nothing and does no public-key work: pair keys were derived when the ring was
 * opened. Only an agency's own system signs. */
#include "seal/envelope.h"

#include <sodium.h>

#include "internal.h"
#include "seal/sign.h"

_Static_assert(ENVELOPE_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
               "nonce of the cipher");
_Static_assert(ENVELOPE_OVERHEAD - ENVELOPE_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "tag of the cipher");
_Static_assert((int)ENVELOPE_TAG_MAX == (int)SIGN_LEN, "a host's tag is a signature");

static void tag_parts(const uint8_t key[KEY_LEN], const struct span *parts, size_t n,
                      uint8_t to[ENVELOPE_TAG_LEN])
{
    crypto_generichash_state h;
    uint8_t prefix[8];
    crypto_generichash_init(&h, key, KEY_LEN, ENVELOPE_TAG_LEN);
    for (size_t i = 0; i < n; i++) {
        put_be(prefix, parts[i].n, sizeof prefix);
        crypto_generichash_update(&h, prefix, sizeof prefix);
        if (parts[i].n > 0)
            crypto_generichash_update(&h, parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&h, to, ENVELOPE_TAG_LEN);
    sodium_memzero(&h, sizeof h);
}

enum status envelope_tag(struct scope *s, const struct keyring *ring, const char *peer,
                         enum direction way, const struct span *parts, size_t n,
                         uint8_t ret_tag[ENVELOPE_TAG_LEN])
{
    const struct pair_keys *keys;
    TRY(keyring_pair(s, ring, peer, &keys));
    tag_parts(keys->tag[way], parts, n, ret_tag);
    return OK;
}

/* What a signature covers, in one piece; sign.h adds the domain. */
static enum status join(struct scope *s, const struct span *parts, size_t n, struct span *ret_all)
{
    size_t total = 0, at = 0;

    for (size_t i = 0; i < n; i++)
        total += sizeof(uint64_t) + parts[i].n;
    uint8_t *to = scope_alloc(s, total);
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません（%zu バイト）", "no room in the scope for %zu bytes", total);
    for (size_t i = 0; i < n; i++) {
        put_be(to + at, parts[i].n, sizeof(uint64_t));
        at += sizeof(uint64_t);
        if (parts[i].n > 0)
            memcpy(to + at, parts[i].p, parts[i].n);
        at += parts[i].n;
    }
    *ret_all = span_of(to, total);
    return OK;
}

enum status envelope_mark(struct scope *s, const struct keyring *ring, const char *peer, const struct span *parts, size_t n,
                          uint8_t ret_tag[ENVELOPE_TAG_MAX], struct span *ret_mark)
{
    const struct pair_keys *keys;
    const struct secret *sign = keyring_sign(ring);
    struct span all;

    TRY(keyring_pair(s, ring, peer, &keys));
    if (!sign) {
        tag_parts(keys->tag[TO_PEER], parts, n, ret_tag);
        *ret_mark = span_of(ret_tag, ENVELOPE_TAG_LEN);
        return OK;
    }
    TRY(join(s, parts, n, &all));
    TRY(sign_make(s, sign, ENVELOPE_SIGN_DOMAIN, all, ret_tag));
    *ret_mark = span_of(ret_tag, SIGN_LEN);
    return OK;
}

static enum status check_signature(struct scope *s, const struct peer *p, const struct span *parts, size_t n, struct span tag)
{
    struct span all;

    TRY(join(s, parts, n, &all));
    return sign_check(s, p->sign_public, ENVELOPE_SIGN_DOMAIN, all, tag);
}

enum status envelope_check(struct scope *s, const struct keyring *ring, const char *peer,
                           const struct span *parts, size_t n, struct span tag)
{
    const struct pair_keys *keys;
    uint8_t want[ENVELOPE_TAG_LEN];
    TRY(keyring_pair(s, ring, peer, &keys));
    const struct peer *from = keyring_peer(ring, peer);
    if (peer_is_host(from))
        return check_signature(s, from, parts, n, tag);
    if (tag.n != sizeof want)
        return fail(s, CORRUPT, "認証タグの長さが %zu バイトです", "tag of %zu bytes", tag.n);
    tag_parts(keys->tag[FROM_PEER], parts, n, want);
    bool is_same = sodium_memcmp(want, tag.p, sizeof want) == 0;
    sodium_memzero(want, sizeof want);
    if (!is_same)
        return fail(s, CORRUPT, "認証タグが一致しません", "the tag does not match");
    return OK;
}

static enum status body_room(struct scope *s, size_t n, uint8_t **ret_to)
{
    uint8_t *to = scope_alloc(s, n > 0 ? n : 1);
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません（%zu バイト）",
                    "no room in the scope for %zu bytes", n);
    *ret_to = to;
    return OK;
}

enum status envelope_seal_body(struct scope *s, const struct keyring *ring, const char *peer,
                               struct span ad, struct span plain, struct span *ret_sealed)
{
    const struct pair_keys *keys;
    uint8_t *out = NULL;
    TRY(keyring_pair(s, ring, peer, &keys));
    if (plain.n > ENVELOPE_PLAIN_MAX)
        return fail(s, TOO_LARGE, "本文は %d バイトまでです（%zu バイト）",
                    "a body holds at most %d bytes, not %zu", ENVELOPE_PLAIN_MAX, plain.n);
    TRY(body_room(s, plain.n + ENVELOPE_OVERHEAD, &out));
    randombytes_buf(out, ENVELOPE_NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + ENVELOPE_NONCE_LEN, NULL, plain.p, plain.n,
                                               ad.p, ad.n, NULL, out, keys->body[TO_PEER]);
    *ret_sealed = span_of(out, plain.n + ENVELOPE_OVERHEAD);
    return OK;
}

enum status envelope_open_body(struct scope *s, const struct keyring *ring, const char *peer,
                               struct span ad, struct span sealed, struct span *ret_plain)
{
    const struct pair_keys *keys;
    uint8_t *out = NULL;
    TRY(keyring_pair(s, ring, peer, &keys));
    if (sealed.n > ENVELOPE_BODY_MAX)
        return fail(s, TOO_LARGE, "本文は %d バイトまでです（%zu バイト）",
                    "a sealed body holds at most %d bytes, not %zu", ENVELOPE_BODY_MAX, sealed.n);
    if (sealed.n < ENVELOPE_OVERHEAD)
        return fail(s, CORRUPT, "本文が短すぎます（%zu バイト）", "a sealed body of only %zu bytes",
                    sealed.n);
    size_t n = sealed.n - ENVELOPE_OVERHEAD;
    TRY(body_room(s, n, &out));
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.p + ENVELOPE_NONCE_LEN,
                                                   sealed.n - ENVELOPE_NONCE_LEN, ad.p, ad.n,
                                                   sealed.p, keys->body[FROM_PEER]) != 0)
        return fail(s, CORRUPT, "本文を開けません：差出人・宛先・番号が違うか、改変です",
                    "the body does not open: another sender, receiver or id, or it was changed");
    *ret_plain = span_of(out, n);
    return OK;
}
