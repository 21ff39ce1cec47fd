/* A data key stored by the first releases opens only under the master key and only as the key of the case and epoch it was stored for. */
#include "seal/wrap.h"

#include <sodium.h>

#include "internal.h"
#include "seal/seal.h"

enum { NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, AD_LEN = UUID_LEN + 4 };
_Static_assert(WRAPPED_KEY_LEN == NONCE_LEN + DATA_KEY_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES, "72 bytes");

enum status unwrap_key(struct scope *s, const struct secret *master, struct uuid case_id, uint32_t epoch, struct span wrapped,
                       struct secret **ret_data_key)
{
    AUTO(secret) key = NULL;
    uint8_t ad[AD_LEN];

    TRY(key_len_check(s, master, KEY_LEN));
    if (wrapped.n != WRAPPED_KEY_LEN)
        return fail(s, CORRUPT, "包まれた鍵の長さが %zu バイトです", "wrapped key of %zu bytes", wrapped.n);
    TRY(secret_need(s, DATA_KEY_LEN, &key));
    memcpy(ad, case_id.b, UUID_LEN);
    put_be(ad + UUID_LEN, epoch, 4);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret_bytes(key), NULL, NULL, wrapped.p + NONCE_LEN, wrapped.n - NONCE_LEN, ad,
                                                   sizeof ad, wrapped.p, secret_span(master).p) != 0)
        return fail(s, CORRUPT, "包まれた鍵を開けません：別の案件・世代・主鍵か、改変です",
                    "the wrapped key does not open: another case, epoch or master key, or it was changed");
    *ret_data_key = take(&key);
    return OK;
}
