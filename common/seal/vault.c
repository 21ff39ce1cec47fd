/* What lies in the vault opens only under its key and only as what it was put there for; it comes out into locked memory. */
#include "seal/vault.h"

#include <sodium.h>

#include "internal.h"
#include "seal/hkdf.h"
#include "seal/keyring.h"

enum { NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
_Static_assert(VAULT_OVERHEAD == NONCE_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES, "nonce and tag");
_Static_assert(KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key of the cipher");

enum status vault_put(struct scope *s, const struct secret *key, const char *belongs_to, struct span plain,
                      struct span *ret_sealed)
{
    struct span ad = span_str(belongs_to);

    TRY(key_len_check(s, key, KEY_LEN));
    if (plain.n == 0)
        return fail(s, INVALID, "封緘する中身がありません", "nothing to seal");
    if (plain.n > VAULT_PLAIN_MAX)
        return fail(s, TOO_LARGE, "封緘できるのは %d バイトまでです（%zu バイト）", "at most %d bytes can be sealed, not %zu",
                    VAULT_PLAIN_MAX, plain.n);
    uint8_t *out = scope_alloc(s, plain.n + VAULT_OVERHEAD);
    if (!out)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for a sealed secret");
    randombytes_buf(out, NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_LEN, NULL, plain.p, plain.n, ad.p, ad.n, NULL, out,
                                               secret_span(key).p);
    *ret_sealed = span_of(out, plain.n + VAULT_OVERHEAD);
    return OK;
}

enum status vault_fill(struct scope *s, const struct secret *key, const char *belongs_to, struct span sealed,
                       struct secret *plain)
{
    struct span ad = span_str(belongs_to);

    TRY(key_len_check(s, key, KEY_LEN));
    if (sealed.n != secret_span(plain).n + VAULT_OVERHEAD)
        return fail(s, CORRUPT, "封緘された秘密の長さが %zu バイトです", "a sealed secret of %zu bytes", sealed.n);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret_bytes(plain), NULL, NULL, sealed.p + NONCE_LEN,
                                                   sealed.n - NONCE_LEN, ad.p, ad.n, sealed.p, secret_span(key).p) != 0)
        return fail(s, CORRUPT, "封緘された秘密を開けません：鍵か持ち主が違うか、改変です",
                    "the sealed secret does not open: another key or owner, or it was changed");
    return OK;
}

enum status vault_take(struct scope *s, const struct secret *key, const char *belongs_to, struct span sealed,
                       struct secret **ret_plain)
{
    AUTO(secret) plain = NULL;

    TRY(key_len_check(s, key, KEY_LEN));
    if (sealed.n <= VAULT_OVERHEAD || sealed.n > VAULT_OVERHEAD + VAULT_PLAIN_MAX)
        return fail(s, CORRUPT, "封緘された秘密の長さが %zu バイトです", "a sealed secret of %zu bytes", sealed.n);
    TRY(secret_need(s, sealed.n - VAULT_OVERHEAD, &plain));
    TRY(vault_fill(s, key, belongs_to, sealed, plain));
    *ret_plain = take(&plain);
    return OK;
}

enum status keyring_rest_key(struct scope *s, const struct keyring *ring, struct secret **ret_key)
{
    uint8_t prk[HKDF_PRK_LEN], key[KEY_LEN];
    const char *who = scope_print(s, "kashimaru %s", keyring_self(ring)->name);

    hkdf_extract(span_str(who), secret_span(keyring_curve_secret(ring)), prk);
    enum status st = hkdf_expand(prk, SPAN_LIT("at rest"), key, sizeof key);
    *ret_key = st == OK ? secret_from(span_of(key, sizeof key)) : NULL;
    sodium_memzero(prk, sizeof prk);
    sodium_memzero(key, sizeof key);
    return *ret_key ? OK : fail(s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
}
