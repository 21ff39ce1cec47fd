/* HKDF as RFC 5869 has it, on the one HMAC-SHA-256 of the library, because its version 1.0.18 brings no HKDF; no
 * derived byte stays behind on the stack. */
#include "seal/hkdf.h"

#include <sodium.h>

#include "internal.h"

static void mac_add(crypto_auth_hmacsha256_state *mac, struct span part)
{
    if (part.n > 0)
        crypto_auth_hmacsha256_update(mac, part.p, part.n);
}

void hkdf_extract_parts(struct span salt, const struct span *parts, size_t n, uint8_t *ret_prk)
{
    static const uint8_t NO_SALT[1];
    crypto_auth_hmacsha256_state mac;
    crypto_auth_hmacsha256_init(&mac, salt.n > 0 ? salt.p : NO_SALT, salt.n);
    for (size_t i = 0; i < n; i++)
        mac_add(&mac, parts[i]);
    crypto_auth_hmacsha256_final(&mac, ret_prk);
    sodium_memzero(&mac, sizeof mac);
}

void hkdf_expand_parts(const uint8_t *prk, const struct span *parts, size_t parts_n, uint8_t *ret_to, size_t n)
{
    crypto_auth_hmacsha256_state mac;
    uint8_t t[crypto_auth_hmacsha256_BYTES];
    uint8_t counter = 1;
    for (size_t done = 0; done < n; counter++) {
        crypto_auth_hmacsha256_init(&mac, prk, HKDF_PRK_LEN);
        mac_add(&mac, span_of(t, done > 0 ? sizeof t : 0));
        for (size_t i = 0; i < parts_n; i++)
            mac_add(&mac, parts[i]);
        mac_add(&mac, span_of(&counter, 1));
        crypto_auth_hmacsha256_final(&mac, t);
        size_t step = n - done < sizeof t ? n - done : sizeof t;
        memcpy(ret_to + done, t, step);
        done += step;
    }
    sodium_memzero(&mac, sizeof mac);
    sodium_memzero(t, sizeof t);
}

void hkdf_extract(struct span salt, struct span ikm, uint8_t ret_prk[HKDF_PRK_LEN])
{
    hkdf_extract_parts(salt, &ikm, 1, ret_prk);
}

enum status hkdf_expand(const uint8_t prk[HKDF_PRK_LEN], struct span info, uint8_t *ret_to,
                        size_t n)
{
    if (n == 0 || n > HKDF_OUT_MAX)
        return INVALID;
    hkdf_expand_parts(prk, &info, 1, ret_to, n);
    return OK;
}
