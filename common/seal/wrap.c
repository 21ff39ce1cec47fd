/* A stored data key opens only under the master key and only as the key of the case and epoch it was wrapped for. */
#include "seal/wrap.h"

#include <sodium.h>

#include "internal.h"
#include "seal/seal.h"

enum { NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, AD_LEN = UUID_LEN + 4 };
_Static_assert(WRAPPED_KEY_LEN ==
                   NONCE_LEN + DATA_KEY_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "72 bytes");

static void ad_put(uint8_t ad[AD_LEN], struct uuid case_id, uint32_t epoch)
{
    memcpy(ad, case_id.b, UUID_LEN);
    put_be(ad + UUID_LEN, epoch, 4);
}

static enum status check_len(struct scope *s, const struct secret *key)
{
    size_t n = secret_span(key).n;
    if (n != KEY_LEN)
        return fail(s, INVALID, "鍵の長さが %zu バイトです（%d が必要）",
                    "key of %zu bytes, %d needed", n, KEY_LEN);
    return OK;
}

enum status wrap_key(struct scope *s, const struct secret *master, struct uuid case_id,
                     uint32_t epoch, const struct secret *data_key, struct span *ret_wrapped)
{
    uint8_t ad[AD_LEN];
    TRY(check_len(s, master));
    TRY(check_len(s, data_key));
    uint8_t *out = scope_alloc(s, WRAPPED_KEY_LEN);
    if (!out)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for a wrapped key");
    ad_put(ad, case_id, epoch);
    randombytes_buf(out, NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_LEN, NULL, secret_span(data_key).p,
                                               DATA_KEY_LEN, ad, sizeof ad, NULL, out,
                                               secret_span(master).p);
    *ret_wrapped = span_of(out, WRAPPED_KEY_LEN);
    return OK;
}

enum status unwrap_key_to(struct scope *s, const struct secret *master, struct uuid case_id,
                       uint32_t epoch, struct span wrapped, struct secret *to)
{
    uint8_t ad[AD_LEN];
    TRY(check_len(s, master));
    TRY(check_len(s, to));
    if (wrapped.n != WRAPPED_KEY_LEN)
        return fail(s, CORRUPT, "包まれた鍵の長さが %zu バイトです", "wrapped key of %zu bytes",
                    wrapped.n);
    ad_put(ad, case_id, epoch);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            secret_bytes(to), NULL, NULL, wrapped.p + NONCE_LEN, wrapped.n - NONCE_LEN, ad,
            sizeof ad, wrapped.p, secret_span(master).p) != 0) {
        secret_wipe(to);
        return fail(
            s, CORRUPT, "包まれた鍵を開けません：別の案件・世代・主鍵か、改変です",
            "the wrapped key does not open: another case, epoch or master key, or it was changed");
    }
    return OK;
}

enum status unwrap_key(struct scope *s, const struct secret *master, struct uuid case_id,
                       uint32_t epoch, struct span wrapped, struct secret **ret_data_key)
{
    AUTO(secret) key = NULL;
    TRY(secret_need(s, DATA_KEY_LEN, &key));
    TRY(unwrap_key_to(s, master, case_id, epoch, wrapped, key));
    *ret_data_key = take(&key);
    return OK;
}
