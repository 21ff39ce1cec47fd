/* A signature holds for one key, one domain and exactly these bytes: the domain is signed with its NUL, so no domain is the beginning
 * of another's bytes, and what is signed without a domain has no NUL, so it is none of both. */
#include "seal/sign.h"

#include <sodium.h>

#include "internal.h"

enum { SMALL_MAX = 1024 }; /* an event and its domain fit; a longer text is put together in the scope */

_Static_assert(SIGN_PUBLIC_LEN == crypto_sign_PUBLICKEYBYTES && SIGN_SECRET_LEN == crypto_sign_SECRETKEYBYTES &&
                   SIGN_LEN == crypto_sign_BYTES,
               "Ed25519");

enum status sign_keypair(struct scope *s, struct secret **ret_secret, uint8_t ret_public[SIGN_PUBLIC_LEN])
{
    AUTO(secret) key = NULL;

    TRY(secret_need(s, SIGN_SECRET_LEN, &key));
    crypto_sign_keypair(ret_public, secret_bytes(key));
    *ret_secret = take(&key);
    return OK;
}

void sign_key_id(const uint8_t public_key[SIGN_PUBLIC_LEN], uint8_t ret_id[8])
{
    key_id_of(SPAN_LIT("KM-ed25519"), span_of(public_key, SIGN_PUBLIC_LEN), ret_id);
}

/* Plain Ed25519 takes its message in one piece. */
static enum status join(struct scope *s, const char *domain, struct span bytes, uint8_t small[SMALL_MAX], struct span *ret_all)
{
    size_t head = strlen(domain) + 1;
    uint8_t *to = small;

    if (bytes.n > SIZE_MAX - head)
        return fail(s, TOO_LARGE, "署名する内容が長すぎます", "too long to sign");
    if (head + bytes.n > SMALL_MAX)
        to = scope_alloc(s, head + bytes.n);
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません（%zu バイト）", "no room in the scope for %zu bytes", head + bytes.n);
    memcpy(to, domain, head);
    if (bytes.n > 0)
        memcpy(to + head, bytes.p, bytes.n);
    *ret_all = span_of(to, head + bytes.n);
    return OK;
}

enum status sign_make(struct scope *s, const struct secret *mine, const char *domain, struct span bytes,
                      uint8_t ret_signature[SIGN_LEN])
{
    uint8_t small[SMALL_MAX];
    struct span all = {0};

    TRY(key_len_check(s, mine, SIGN_SECRET_LEN));
    TRY(join(s, domain, bytes, small, &all));
    crypto_sign_detached(ret_signature, NULL, all.p, all.n, secret_span(mine).p);
    return OK;
}

static enum status check(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], struct span all, struct span signature)
{
    if (signature.n != SIGN_LEN)
        return fail(s, CORRUPT, "署名の長さが %zu バイトです", "signature of %zu bytes", signature.n);
    if (crypto_sign_verify_detached(signature.p, all.p, all.n, public_key) != 0)
        return fail(s, CORRUPT, "署名が一致しません", "the signature does not match");
    return OK;
}

enum status sign_check(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], const char *domain, struct span bytes,
                       struct span signature)
{
    uint8_t small[SMALL_MAX];
    struct span all = {0};

    TRY(join(s, domain, bytes, small, &all));
    return check(s, public_key, all, signature);
}

/* What is signed without a domain holds no NUL: with one it could be a domain and its bytes. */
static bool is_bare(struct span bytes)
{
    return bytes.n == 0 || memchr(bytes.p, 0, bytes.n) == NULL;
}

enum status sign_make_raw(struct scope *s, const struct secret *mine, struct span bytes, uint8_t ret_signature[SIGN_LEN])
{
    TRY(key_len_check(s, mine, SIGN_SECRET_LEN));
    if (!is_bare(bytes))
        return fail(s, INVALID, "用途名のない署名の対象に NUL があります", "a NUL in what is signed without a domain");
    crypto_sign_detached(ret_signature, NULL, bytes.p, bytes.n, secret_span(mine).p);
    return OK;
}

enum status sign_check_raw(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], struct span bytes, struct span signature)
{
    if (!is_bare(bytes))
        return fail(s, CORRUPT, "用途名のない署名の対象に NUL があります", "a NUL in what is signed without a domain");
    return check(s, public_key, bytes, signature);
}
