/* A key that signs heads rests only sealed, under a key derived from this process's identity, so that a copy of the folder alone signs
 * nothing; and what proves the memory is derived from it, so that no other key's memory is taken for its own. */
#include "key.h"

#include <stdio.h>

#include "base/disk.h"
#include "base/hex.h"
#include "seal/hkdf.h"
#include "seal/vault.h"

static const char TITLE[] = "kashimaru-note-key 1\nsealed ";
static const char PREFIX[] = "note-", SUFFIX[] = ".key";

enum { SEALED_LEN = SIGN_SECRET_LEN + VAULT_OVERHEAD, FILE_LEN = sizeof TITLE - 1 + 2 * SEALED_LEN + 1, MAC_KEY_LEN = 32 };

static const char *file_of(struct scope *s, const char *id)
{
    return scope_print(s, "%s%s%s", PREFIX, id, SUFFIX);
}

void key_public(const struct secret *key, uint8_t ret_public[SIGN_PUBLIC_LEN])
{
    memcpy(ret_public, secret_span(key).p + SIGN_SECRET_LEN - SIGN_PUBLIC_LEN, SIGN_PUBLIC_LEN);
}

static void id_of(const struct secret *key, char ret_id[KEY_ID_TEXT])
{
    uint8_t public_key[SIGN_PUBLIC_LEN], id[8];

    key_public(key, public_key);
    sign_key_id(public_key, id);
    (void)digest_hex(span_of(id, sizeof id), ret_id);
}

enum status key_mac(struct scope *s, const struct secret *key, struct secret **ret_mac)
{
    uint8_t prk[HKDF_PRK_LEN], bytes[MAC_KEY_LEN];

    hkdf_extract(SPAN_LIT("kashimaru-signer"), span_of(secret_span(key).p, SIGN_SECRET_LEN - SIGN_PUBLIC_LEN), prk);
    enum status st = hkdf_expand(prk, SPAN_LIT("head mac"), bytes, sizeof bytes);
    struct secret *mac = st == OK ? secret_from(span_of(bytes, sizeof bytes)) : NULL;
    explicit_bzero(prk, sizeof prk);
    explicit_bzero(bytes, sizeof bytes);
    if (!mac)
        return fail(s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
    *ret_mac = mac;
    return OK;
}

enum status key_make(struct scope *s, char ret_id[KEY_ID_TEXT], struct secret **ret_key)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];

    TRY(sign_keypair(s, ret_key, public_key));
    id_of(*ret_key, ret_id);
    return OK;
}

enum status key_put(struct scope *s, int fd, const struct secret *rest, const struct secret *key)
{
    struct span sealed, hex;
    char id[KEY_ID_TEXT];

    id_of(key, id);
    TRY(vault_put(s, rest, file_of(s, id), secret_span(key), &sealed));
    TRY(hex_print(s, sealed, &hex));
    return disk_put(s, fd, file_of(s, id), span_str(scope_print(s, "%s%.*s\n", TITLE, (int)hex.n, (const char *)hex.p)));
}

static bool sealed_read(struct span text, uint8_t ret_sealed[SEALED_LEN])
{
    size_t n = sizeof TITLE - 1;

    return text.n == FILE_LEN && memcmp(text.p, TITLE, n) == 0 && text.p[FILE_LEN - 1] == '\n' &&
           hex_to(span_of(text.p + n, 2 * SEALED_LEN), ret_sealed, SEALED_LEN);
}

enum status key_open(struct scope *s, int fd, const struct secret *rest, const char *id, struct secret **ret_key)
{
    uint8_t sealed[SEALED_LEN];
    char got[KEY_ID_TEXT];
    AUTO(secret) key = NULL;
    struct span text;

    enum status st = disk_read(s, fd, file_of(s, id), FILE_LEN, &text);
    if (st == NOT_FOUND || st == UNAVAILABLE)
        return st;
    if (st == OK && sealed_read(text, sealed))
        st = vault_take(s, rest, file_of(s, id), span_of(sealed, sizeof sealed), &key);
    else
        st = CORRUPT;
    if (st == UNAVAILABLE)
        return st;
    if (st == OK)
        id_of(key, got);
    if (st != OK || strcmp(got, id) != 0)
        return fail(s, CORRUPT, "署名鍵のファイルが壊れているか、別のプロセスのものです", "the file of the signing key is damaged or another process's");
    *ret_key = take(&key);
    return OK;
}

enum status key_sweep(struct scope *s, int fd, const char *id)
{
    return disk_sweep(s, fd, PREFIX, SUFFIX, id ? file_of(s, id) : NULL);
}

enum status key_count(struct scope *s, int fd, size_t *ret_n)
{
    return disk_count(s, fd, PREFIX, SUFFIX, ret_n);
}
