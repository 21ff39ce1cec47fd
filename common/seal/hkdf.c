/* HKDF as RFC 5869 has it, on the one HMAC-SHA-256 of the library, because its version 1.0.18 brings no HKDF; no
 * derived byte stays behind on the stack. */
#include "seal/hkdf.h"

#include <sodium.h>

static void mac_add(crypto_auth_hmacsha256_state *mac, struct span part)
{
    if (part.n > 0)
        crypto_auth_hmacsha256_update(mac, part.p, part.n);
}

void hkdf_extract(struct span salt, struct span ikm, uint8_t ret_prk[HKDF_PRK_LEN])
{
    static const uint8_t NO_SALT[1];
    crypto_auth_hmacsha256_state mac;
    crypto_auth_hmacsha256_init(&mac, salt.n > 0 ? salt.p : NO_SALT, salt.n);
    mac_add(&mac, ikm);
    crypto_auth_hmacsha256_final(&mac, ret_prk);
    sodium_memzero(&mac, sizeof mac);
}

enum status hkdf_expand(const uint8_t prk[HKDF_PRK_LEN], struct span info, uint8_t *ret_to,
                        size_t n)
{
    if (n == 0 || n > HKDF_OUT_MAX)
        return INVALID;
    crypto_auth_hmacsha256_state mac;
    uint8_t t[crypto_auth_hmacsha256_BYTES];
    uint8_t counter = 1;
    for (size_t done = 0; done < n; counter++) {
        crypto_auth_hmacsha256_init(&mac, prk, HKDF_PRK_LEN);
        mac_add(&mac, span_of(t, done > 0 ? sizeof t : 0));
        mac_add(&mac, info);
        mac_add(&mac, span_of(&counter, 1));
        crypto_auth_hmacsha256_final(&mac, t);
        size_t step = n - done < sizeof t ? n - done : sizeof t;
        memcpy(ret_to + done, t, step);
        done += step;
    }
    sodium_memzero(&mac, sizeof mac);
    sodium_memzero(t, sizeof t);
    return OK;
}
