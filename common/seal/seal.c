/* A sealed record opens only as the record it was sealed as, under the one key it was sealed with: key, nonce and
 * commitment all come from the data key, a fresh salt and the header, the commitment is checked before the cipher
 * runs, and the header is authenticated whole. Every size on the wire is one of five, so a length tells little about
 * what was written. */
#include "seal/seal.h"

#include <sodium.h>

#include "internal.h"
#include "seal/hkdf.h"

enum { SUITE = 0x01, FLAG_PADDED = 0x01, ID_LEN = 48 };
enum {
    AT_SUITE = 4,
    AT_FLAGS = 5,
    AT_TYPE = 6,
    AT_CASE = 8,
    AT_RECORD = 24,
    AT_EPOCH = 40,
    AT_VERSION = 44
};
enum { AT_SALT = 48, AT_COMMIT = 80, AT_LENGTH = 112, AT_ZERO = 116 };

static const uint8_t MAGIC[4] = {'K', 'M', 'R', '1'};
static const size_t STEPS[] = {RECORD_PADDED_MIN, 1 << 10, 4 << 10, 16 << 10, RECORD_PADDED_MAX};

/* What HKDF gives for one record. */
struct okm {
    uint8_t key[crypto_aead_chacha20poly1305_ietf_KEYBYTES];
    uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    uint8_t commitment[RECORD_COMMIT_LEN];
};
_Static_assert(sizeof(struct okm) == 76, "HKDF output is cut into the three parts without gaps");
_Static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == RECORD_TAG_LEN,
               "tag length of the suite");

static size_t padded_len(size_t plain_n)
{
    for (size_t i = 0; i < COUNT(STEPS); i++)
        if (plain_n < STEPS[i])
            return STEPS[i];
    return 0;
}

static bool is_step(size_t n)
{
    for (size_t i = 0; i < COUNT(STEPS); i++)
        if (n == STEPS[i])
            return true;
    return false;
}

static enum status check_key(struct scope *s, const struct secret *data_key)
{
    size_t n = secret_span(data_key).n;
    if (n != DATA_KEY_LEN)
        return fail(s, INVALID, "データ鍵の長さが %zu バイトです（%d が必要）",
                    "data key of %zu bytes, %d needed", n, DATA_KEY_LEN);
    return OK;
}

static enum status derive(const struct secret *data_key, const uint8_t *header, struct okm *ret_okm)
{
    uint8_t prk[HKDF_PRK_LEN];
    uint8_t info[sizeof MAGIC + ID_LEN];
    memcpy(info, MAGIC, sizeof MAGIC);
    memcpy(info + sizeof MAGIC, header, ID_LEN);
    hkdf_extract(span_of(header + AT_SALT, RECORD_SALT_LEN), secret_span(data_key), prk);
    enum status st =
        hkdf_expand(prk, span_of(info, sizeof info), (uint8_t *)ret_okm, sizeof *ret_okm);
    sodium_memzero(prk, sizeof prk);
    return st;
}

static void header_put(uint8_t *h, const struct record_id_fields *id, size_t cipher_n)
{
    memcpy(h, MAGIC, sizeof MAGIC);
    h[AT_SUITE] = SUITE;
    h[AT_FLAGS] = FLAG_PADDED;
    put_be(h + AT_TYPE, id->type, 2);
    memcpy(h + AT_CASE, id->case_id.b, UUID_LEN);
    memcpy(h + AT_RECORD, id->record_id.b, UUID_LEN);
    put_be(h + AT_EPOCH, id->epoch, 4);
    put_be(h + AT_VERSION, id->version, 4);
    randombytes_buf(h + AT_SALT, RECORD_SALT_LEN);
    put_be(h + AT_LENGTH, cipher_n, 4);
    put_be(h + AT_ZERO, 0, 4);
}

enum status record_parse(struct scope *s, struct span sealed, struct record_parts *ret_parts)
{
    const uint8_t *h = sealed.p;
    if (sealed.n < RECORD_HEADER_LEN + RECORD_PADDED_MIN + RECORD_TAG_LEN ||
        sealed.n > RECORD_SEALED_MAX)
        return fail(s, CORRUPT, "封緘された記録の長さが合いません",
                    "the sealed record has a wrong length");
    if (memcmp(h, MAGIC, sizeof MAGIC) != 0 || h[AT_SUITE] != SUITE || h[AT_FLAGS] != FLAG_PADDED ||
        get_be(h + AT_ZERO, 4) != 0)
        return fail(s, CORRUPT, "封緘された記録の形式ではありません",
                    "not a sealed record of a known format");
    size_t cipher_n = (size_t)get_be(h + AT_LENGTH, 4);
    if (cipher_n != sealed.n - RECORD_HEADER_LEN || !is_step(cipher_n - RECORD_TAG_LEN))
        return fail(s, CORRUPT, "封緘された記録の長さが合いません",
                    "the sealed record has a wrong length");
    struct record_parts p = {.id.type = (uint16_t)get_be(h + AT_TYPE, 2),
                             .id.epoch = (uint32_t)get_be(h + AT_EPOCH, 4),
                             .id.version = (uint32_t)get_be(h + AT_VERSION, 4),
                             .header = span_of(h, RECORD_HEADER_LEN),
                             .salt = span_of(h + AT_SALT, RECORD_SALT_LEN),
                             .commitment = span_of(h + AT_COMMIT, RECORD_COMMIT_LEN),
                             .cipher = span_of(h + RECORD_HEADER_LEN, cipher_n - RECORD_TAG_LEN),
                             .tag = span_of(h + sealed.n - RECORD_TAG_LEN, RECORD_TAG_LEN)};
    memcpy(p.id.case_id.b, h + AT_CASE, UUID_LEN);
    memcpy(p.id.record_id.b, h + AT_RECORD, UUID_LEN);
    *ret_parts = p;
    return OK;
}

enum status seal_record(struct scope *s, const struct secret *data_key,
                        const struct record_id_fields *id, struct span plain,
                        struct span *ret_sealed)
{
    TRY(check_key(s, data_key));
    size_t padded = padded_len(plain.n);
    if (padded == 0)
        return fail(s, TOO_LARGE, "記録は %d バイトまでです（%zu バイト）",
                    "a record holds at most %d bytes, not %zu", RECORD_PLAIN_MAX, plain.n);
    size_t total = RECORD_HEADER_LEN + padded + RECORD_TAG_LEN;
    uint8_t *out = scope_alloc(s, total);
    if (!out)
        return fail(s, TOO_LARGE, "作業領域が足りません（%zu バイト）",
                    "no room in the scope for %zu bytes", total);
    struct okm okm;
    header_put(out, id, padded + RECORD_TAG_LEN);
    TRY(derive(data_key, out, &okm));
    memcpy(out + AT_COMMIT, okm.commitment, RECORD_COMMIT_LEN);
    uint8_t *body = out + RECORD_HEADER_LEN;
    if (plain.n > 0)
        memcpy(body, plain.p, plain.n);
    body[plain.n] = 0x80; /* the rest of the padding is the zeros scope_alloc gave */
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(body, body + padded, NULL, body, padded, out,
                                                       RECORD_HEADER_LEN, NULL, okm.nonce, okm.key);
    sodium_memzero(&okm, sizeof okm);
    *ret_sealed = span_of(out, total);
    return OK;
}

static bool same_record(const struct record_id_fields *a, const struct record_id_fields *b)
{
    return a->type == b->type && a->epoch == b->epoch && a->version == b->version &&
           uuid_eq(a->case_id, b->case_id) && uuid_eq(a->record_id, b->record_id);
}

enum status unseal_record(struct scope *s, const struct secret *data_key,
                          const struct record_id_fields *want, struct span sealed,
                          struct span *ret_plain)
{
    struct record_parts p;
    struct okm okm;
    TRY(check_key(s, data_key));
    TRY(record_parse(s, sealed, &p));
    if (!same_record(&p.id, want))
        return fail(s, CORRUPT, "封緘されたのは別の記録です",
                    "the sealed record is another one than expected");
    TRY(derive(data_key, p.header.p, &okm));
    if (sodium_memcmp(okm.commitment, p.commitment.p, RECORD_COMMIT_LEN) != 0) {
        sodium_memzero(&okm, sizeof okm);
        return fail(s, CORRUPT, "鍵の確約が一致しません", "the key commitment does not match");
    }
    uint8_t *plain = scope_alloc(s, p.cipher.n);
    if (!plain) {
        sodium_memzero(&okm, sizeof okm);
        return fail(s, TOO_LARGE, "作業領域が足りません（%zu バイト）",
                    "no room in the scope for %zu bytes", p.cipher.n);
    }
    int refused = crypto_aead_chacha20poly1305_ietf_decrypt_detached(
        plain, NULL, p.cipher.p, p.cipher.n, p.tag.p, p.header.p, RECORD_HEADER_LEN, okm.nonce,
        okm.key);
    sodium_memzero(&okm, sizeof okm);
    if (refused)
        return fail(s, CORRUPT, "封緘された記録は改変されています",
                    "the sealed record was changed");
    size_t n;
    if (sodium_unpad(&n, plain, p.cipher.n, p.cipher.n) != 0 || padded_len(n) != p.cipher.n)
        return fail(s, CORRUPT, "封緘された記録の詰め物が正しくありません",
                    "the padding of the sealed record is wrong");
    *ret_plain = span_of(plain, n);
    return OK;
}
