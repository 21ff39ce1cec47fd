/* A guess costs the guesser the same whether or not the account exists, and 64 MiB of memory each time. */
#include "seal/password.h"

#include <sodium.h>

#include "internal.h"

enum { PASSES = 3, MEMORY = 64 << 20 };

_Static_assert(PASSWORD_HASH_MAX == crypto_pwhash_STRBYTES && KDF_SALT_LEN == crypto_pwhash_SALTBYTES, "lengths of Argon2id");

/* Of 32 random bytes that nobody kept: what the password of an account that does not exist is compared with. */
static const char NOBODY[] =
    "$argon2id$v=19$m=65536,t=3,p=1$Sd8yBj9xgL13/hmxMMibhw$6d/W4EREDQmt1Aew4WjmM8D95OcgoVu4ZJiRi14ckRI";

/* The library wants an address even for an empty text. */
static const char *chars(struct span text)
{
    return text.n > 0 ? (const char *)text.p : "";
}

static enum status no_memory(struct scope *s)
{
    return fail(s, UNAVAILABLE, "パスワード計算用のメモリ（64 MiB）を確保できません", "no memory (64 MiB) for the password function");
}

static enum status too_long(struct scope *s)
{
    return fail(s, TOO_LARGE, "パスワード・合言葉は %d バイトまでです", "a password or passphrase has at most %d bytes",
                PASSPHRASE_MAX);
}

enum status password_hash(struct scope *s, struct span password, struct span *ret_hash)
{
    if (password.n > PASSPHRASE_MAX)
        return too_long(s);
    char *to = scope_alloc(s, PASSWORD_HASH_MAX);
    if (!to || crypto_pwhash_str(to, chars(password), password.n, PASSES, MEMORY) != 0)
        return no_memory(s);
    *ret_hash = span_str(to);
    return OK;
}

bool password_is(struct span hash, struct span password)
{
    char text[PASSWORD_HASH_MAX] = {0};
    bool is_usable = hash.n > 0 && hash.n < sizeof text && password.n <= PASSPHRASE_MAX;
    struct span with = is_usable ? hash : span_str(NOBODY);
    struct span tried = password.n <= PASSPHRASE_MAX ? password : span_of(password.p, PASSPHRASE_MAX);

    memcpy(text, with.p, with.n);
    bool is_same = crypto_pwhash_str_verify(text, chars(tried), tried.n) == 0;
    return is_same && is_usable;
}

bool password_is_dated(struct span hash)
{
    char text[PASSWORD_HASH_MAX] = {0};

    if (hash.n == 0 || hash.n >= sizeof text)
        return true;
    memcpy(text, hash.p, hash.n);
    return crypto_pwhash_str_needs_rehash(text, PASSES, MEMORY) != 0;
}

enum status passphrase_key(struct scope *s, struct span passphrase, const uint8_t salt[KDF_SALT_LEN], struct secret **ret_key)
{
    AUTO(secret) key = NULL;

    if (passphrase.n == 0)
        return fail(s, INVALID, "合言葉が空です", "the passphrase is empty");
    if (passphrase.n > PASSPHRASE_MAX)
        return too_long(s);
    TRY(secret_need(s, KEY_LEN, &key));
    if (crypto_pwhash(secret_bytes(key), KEY_LEN, chars(passphrase), passphrase.n, salt, PASSES, MEMORY,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return no_memory(s);
    *ret_key = take(&key);
    return OK;
}
