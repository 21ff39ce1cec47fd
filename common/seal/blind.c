/* Equal compounds under one key and rule give equal indexes; nothing else about them can be read off. */
#include "seal/blind.h"

#include <sodium.h>

static const char DOMAIN[] = "KM1/blind"; /* its NUL is hashed too */

void blind_index(const struct secret *key, const char *rule, struct span text, uint8_t ret_index[BLIND_LEN])
{
    crypto_auth_hmacsha256_state mac;
    uint8_t whole[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256_init(&mac, secret_span(key).p, secret_span(key).n);
    crypto_auth_hmacsha256_update(&mac, (const uint8_t *)DOMAIN, sizeof DOMAIN);
    crypto_auth_hmacsha256_update(&mac, (const uint8_t *)rule, strlen(rule) + 1);
    if (text.n > 0)
        crypto_auth_hmacsha256_update(&mac, text.p, text.n);
    crypto_auth_hmacsha256_final(&mac, whole);
    memcpy(ret_index, whole, BLIND_LEN);
    sodium_memzero(&mac, sizeof mac);
    sodium_memzero(whole, sizeof whole);
}
