/* A digest depends on where its parts begin as well as on their bytes, and comparing two takes the same time whatever
 * they hold. */
#include "seal/digest.h"

#include <sodium.h>

#include "internal.h"

static void digest_parts(struct span key, const struct span *parts, size_t n, uint8_t *to, size_t len)
{
    crypto_generichash_state h;
    uint8_t prefix[8];
    crypto_generichash_init(&h, key.p, key.n, len);
    for (size_t i = 0; i < n; i++) {
        put_be(prefix, parts[i].n, sizeof prefix);
        crypto_generichash_update(&h, prefix, sizeof prefix);
        if (parts[i].n > 0)
            crypto_generichash_update(&h, parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&h, to, len);
    sodium_memzero(&h, sizeof h);
}

void digest16(const struct span *parts, size_t n, uint8_t ret_digest[DIGEST16_LEN])
{
    digest_parts((struct span){0}, parts, n, ret_digest, DIGEST16_LEN);
}

void digest16_keyed(const struct secret *key, const struct span *parts, size_t n, uint8_t ret_digest[DIGEST16_LEN])
{
    digest_parts(secret_span(key), parts, n, ret_digest, DIGEST16_LEN);
}

void digest32(const struct span *parts, size_t n, uint8_t ret_digest[DIGEST32_LEN])
{
    digest_parts((struct span){0}, parts, n, ret_digest, DIGEST32_LEN);
}

void sha256_of(struct span bytes, uint8_t ret_digest[DIGEST32_LEN])
{
    crypto_hash_sha256(ret_digest, bytes.p, bytes.n);
}

void sha256_of_parts(const struct span *parts, size_t n, uint8_t ret_digest[DIGEST32_LEN])
{
    crypto_hash_sha256_state h;
    crypto_hash_sha256_init(&h);
    for (size_t i = 0; i < n; i++)
        if (parts[i].n > 0)
            crypto_hash_sha256_update(&h, parts[i].p, parts[i].n);
    crypto_hash_sha256_final(&h, ret_digest);
}

void hmac256_of_parts(struct span key, const struct span *parts, size_t n, uint8_t ret_mac[DIGEST32_LEN])
{
    hkdf_extract_parts(key, parts, n, ret_mac); /* the first step of HKDF is HMAC and nothing else */
}

char *digest_hex(struct span digest, char *to)
{
    size_t n = digest.n < DIGEST32_LEN ? digest.n : DIGEST32_LEN;
    return sodium_bin2hex(to, DIGEST_HEX_MAX, digest.p, n);
}

bool digest_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

void key_id_of(struct span label, struct span public_key, uint8_t ret_id[8])
{
    uint8_t whole[DIGEST32_LEN];
    sha256_of_parts((struct span[]){label, public_key}, 2, whole);
    memcpy(ret_id, whole, 8);
}
