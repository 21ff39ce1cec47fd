/* A key's name and hash say which key a signature is of; a key whose printed hash is not its own is no key. */
#include "ledger/note.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/hex.h"
#include "seal/digest.h"
#include "text.h"

enum { TYPED_KEY_LEN = 1 + SIGN_PUBLIC_LEN }; /* algorithm ‖ public key */

static void hash_of(const struct note_key *key, uint8_t ret_hash[KEY_HASH_LEN])
{
    uint8_t all[NOTE_NAME_MAX + TYPED_KEY_LEN + 1], digest[DIGEST32_LEN];
    size_t n = strlen(key->name);

    memcpy(all, key->name, n);
    all[n] = '\n';
    all[n + 1] = (uint8_t)key->algorithm;
    memcpy(all + n + 2, key->public_key, SIGN_PUBLIC_LEN);
    sha256_of(span_of(all, n + 1 + TYPED_KEY_LEN), digest);
    memcpy(ret_hash, digest, KEY_HASH_LEN);
}

static enum status key_of(struct scope *s, struct span name, uint8_t algorithm, const uint8_t public_key[SIGN_PUBLIC_LEN],
                          struct note_key *ret_key)
{
    struct note_key key = {0};

    if (name.n >= NOTE_NAME_MAX || !name_is_good(name))
        return fail(s, INVALID, "鍵の名前に使えない文字か長さです", "a key's name may not be so long or have such characters");
    if (algorithm != NOTE_ED25519 && algorithm != NOTE_COSIGNATURE)
        return fail(s, INVALID, "鍵の種類 %u には対応していません", "keys of kind %u are not supported", algorithm);
    memcpy(key.name, name.p, name.n);
    key.algorithm = (enum note_algorithm)algorithm;
    memcpy(key.public_key, public_key, SIGN_PUBLIC_LEN);
    hash_of(&key, key.hash);
    *ret_key = key;
    return OK;
}

enum status note_key_make(struct scope *s, const char *name, enum note_algorithm algorithm, const uint8_t public_key[SIGN_PUBLIC_LEN],
                          struct note_key *ret_key)
{
    return key_of(s, span_str(name), (uint8_t)algorithm, public_key, ret_key);
}

enum status vkey_read(struct scope *s, struct span text, struct note_key *ret_key)
{
    uint8_t hash[KEY_HASH_LEN], typed[TYPED_KEY_LEN];
    struct span rest = text, name = part_cut(&rest, '+'), hex = part_cut(&rest, '+');
    struct note_key key;

    if (!hex_to(hex, hash, sizeof hash) || !base64_to(rest, typed, sizeof typed))
        return fail(s, INVALID, "検証鍵の形ではありません", "not of the form of a verifier key");
    TRY(key_of(s, name, typed[0], typed + 1, &key));
    if (memcmp(hash, key.hash, sizeof hash) != 0)
        return fail(s, INVALID, "検証鍵のハッシュが合いません", "the verifier key's hash is not its own");
    *ret_key = key;
    return OK;
}

void vkey_write(const struct note_key *key, char ret_text[VKEY_MAX])
{
    uint8_t typed[TYPED_KEY_LEN] = {(uint8_t)key->algorithm};
    char digits[BASE64_LEN(TYPED_KEY_LEN) + 1] = "";

    memcpy(typed + 1, key->public_key, SIGN_PUBLIC_LEN);
    base64_put(span_of(typed, sizeof typed), digits);
    snprintf(ret_text, VKEY_MAX, "%s+%02x%02x%02x%02x+%s", key->name, key->hash[0], key->hash[1], key->hash[2], key->hash[3], digits);
}
