/* HPKE base mode for one message, as RFC 9180 has it. The keys of a message live on the stack for the time of one call, are wiped on
 * every way out, and nothing is allocated; a shared secret that everyone could know (a public key of small order) is never used. */
#include "seal/hpke.h"

#include <sodium.h>

#include "internal.h"
#include "seal/hkdf.h"

_Static_assert(HPKE_KEY_LEN == crypto_scalarmult_SCALARBYTES && HPKE_ENC_LEN == crypto_scalarmult_BYTES &&
                   HPKE_TAG_LEN == crypto_aead_chacha20poly1305_ietf_ABYTES,
               "lengths of the suite");

enum { HASH_LEN = HKDF_PRK_LEN, NONCE_LEN = crypto_aead_chacha20poly1305_ietf_NPUBBYTES, MODE_BASE = 0 };

/* KEM 0x0020, and KEM 0x0020 ‖ KDF 0x0001 ‖ AEAD 0x0003 */
static const uint8_t SUITE_KEM[] = {'K', 'E', 'M', 0x00, 0x20};
static const uint8_t SUITE_HPKE[] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x03};
#define KEM_ID span_of(SUITE_KEM, sizeof SUITE_KEM)
#define HPKE_ID span_of(SUITE_HPKE, sizeof SUITE_HPKE)

/* Everything of one message that must not stay behind; wiped as one. */
struct schedule {
    uint8_t dh[crypto_scalarmult_BYTES];
    uint8_t prk[HASH_LEN];
    uint8_t shared[HASH_LEN];
    uint8_t context[1 + 2 * HASH_LEN];
    uint8_t key[crypto_aead_chacha20poly1305_ietf_KEYBYTES];
    uint8_t nonce[NONCE_LEN];
};

static void labeled_extract(struct span suite, struct span salt, struct span label, struct span ikm, uint8_t to[HASH_LEN])
{
    const struct span parts[] = {SPAN_LIT("HPKE-v1"), suite, label, ikm};

    hkdf_extract_parts(salt, parts, COUNT(parts), to);
}

static void labeled_expand(struct span suite, const uint8_t prk[HASH_LEN], struct span label, struct span info, uint8_t *to,
                           size_t n)
{
    const uint8_t len[2] = {(uint8_t)(n >> 8), (uint8_t)n};
    const struct span parts[] = {span_of(len, sizeof len), SPAN_LIT("HPKE-v1"), suite, label, info};

    hkdf_expand_parts(prk, parts, COUNT(parts), to, n);
}

/* From the Diffie-Hellman result to key and nonce of the first message: RFC 9180 §4.1 ExtractAndExpand, §5.1 KeySchedule. */
static void schedule_fill(struct schedule *k, const uint8_t enc[HPKE_ENC_LEN], const uint8_t to[HPKE_KEY_LEN], struct span info)
{
    uint8_t both[HPKE_ENC_LEN + HPKE_KEY_LEN];
    struct span none = {0}, context = span_of(k->context, sizeof k->context);

    memcpy(both, enc, HPKE_ENC_LEN);
    memcpy(both + HPKE_ENC_LEN, to, HPKE_KEY_LEN);
    labeled_extract(KEM_ID, none, SPAN_LIT("eae_prk"), span_of(k->dh, sizeof k->dh), k->prk);
    labeled_expand(KEM_ID, k->prk, SPAN_LIT("shared_secret"), span_of(both, sizeof both), k->shared, sizeof k->shared);
    k->context[0] = MODE_BASE;
    labeled_extract(HPKE_ID, none, SPAN_LIT("psk_id_hash"), none, k->context + 1);
    labeled_extract(HPKE_ID, none, SPAN_LIT("info_hash"), info, k->context + 1 + HASH_LEN);
    labeled_extract(HPKE_ID, span_of(k->shared, sizeof k->shared), SPAN_LIT("secret"), none, k->prk);
    labeled_expand(HPKE_ID, k->prk, SPAN_LIT("key"), context, k->key, sizeof k->key);
    labeled_expand(HPKE_ID, k->prk, SPAN_LIT("base_nonce"), context, k->nonce, sizeof k->nonce);
}

enum status hpke_public(struct scope *s, const struct secret *secret, uint8_t ret_public[HPKE_KEY_LEN])
{
    TRY(key_len_check(s, secret, HPKE_KEY_LEN));
    crypto_scalarmult_base(ret_public, secret_span(secret).p);
    return OK;
}

enum status hpke_keypair(struct scope *s, struct secret **ret_secret, uint8_t ret_public[HPKE_KEY_LEN])
{
    AUTO(secret) key = NULL;

    TRY(secret_need(s, HPKE_KEY_LEN, &key));
    secret_renew(key);
    crypto_scalarmult_base(ret_public, secret_span(key).p);
    *ret_secret = take(&key);
    return OK;
}

static enum status seal_under(struct scope *s, const uint8_t ephemeral[HPKE_KEY_LEN], const uint8_t to[HPKE_KEY_LEN],
                              struct span info, struct span ad, struct span plain, uint8_t *ret_enc, uint8_t *ret_sealed)
{
    struct schedule k;
    uint8_t enc[HPKE_ENC_LEN];

    if (crypto_scalarmult(k.dh, ephemeral, to) != 0) {
        sodium_memzero(&k, sizeof k);
        return fail(s, INVALID, "この公開鍵は使えません", "an unusable public key");
    }
    crypto_scalarmult_base(enc, ephemeral);
    schedule_fill(&k, enc, to, info);
    crypto_aead_chacha20poly1305_ietf_encrypt(ret_sealed, NULL, plain.p, plain.n, ad.p, ad.n, NULL, k.nonce, k.key);
    sodium_memzero(&k, sizeof k);
    memcpy(ret_enc, enc, sizeof enc);
    return OK;
}

enum status hpke_seal(struct scope *s, const uint8_t to[HPKE_KEY_LEN], struct span info, struct span ad, struct span plain,
                      uint8_t ret_enc[HPKE_ENC_LEN], uint8_t *ret_sealed)
{
    uint8_t ephemeral[HPKE_KEY_LEN];

    randombytes_buf(ephemeral, sizeof ephemeral);
    enum status st = seal_under(s, ephemeral, to, info, ad, plain, ret_enc, ret_sealed);
    sodium_memzero(ephemeral, sizeof ephemeral);
    return st;
}

enum status hpke_seal_with(struct scope *s, const struct secret *ephemeral, const uint8_t to[HPKE_KEY_LEN], struct span info,
                           struct span ad, struct span plain, uint8_t ret_enc[HPKE_ENC_LEN], uint8_t *ret_sealed)
{
    TRY(key_len_check(s, ephemeral, HPKE_KEY_LEN));
    return seal_under(s, secret_span(ephemeral).p, to, info, ad, plain, ret_enc, ret_sealed);
}

enum status hpke_open(struct scope *s, const struct secret *mine, const uint8_t mine_public[HPKE_KEY_LEN],
                      const uint8_t enc[HPKE_ENC_LEN], struct span info, struct span ad, struct span sealed, uint8_t *ret_plain)
{
    struct schedule k;

    TRY(key_len_check(s, mine, HPKE_KEY_LEN));
    if (sealed.n < HPKE_TAG_LEN)
        return fail(s, CORRUPT, "封緘文が短すぎます（%zu バイト）", "sealed bytes of only %zu", sealed.n);
    bool is_open = crypto_scalarmult(k.dh, secret_span(mine).p, enc) == 0;
    if (is_open) {
        schedule_fill(&k, enc, mine_public, info);
        is_open = crypto_aead_chacha20poly1305_ietf_decrypt(ret_plain, NULL, NULL, sealed.p, sealed.n, ad.p, ad.n, k.nonce,
                                                            k.key) == 0;
    }
    sodium_memzero(&k, sizeof k);
    if (is_open)
        return OK;
    if (sealed.n > HPKE_TAG_LEN)
        sodium_memzero(ret_plain, sealed.n - HPKE_TAG_LEN);
    return fail(s, CORRUPT, "封緘文を開けません：宛先が違うか、改変です", "sealed for another recipient or purpose, or changed");
}
