/* The key is the witness: it is made once, never replaced by another, and stands in nobody's memory but this process's. */
#include "inside.h"

#include <stdio.h>

#include "base/disk.h"
#include "base/hex.h"

static const char FILE_NAME[] = "key";
static const char TITLE[] = "kashimaru-witness-key 1\nname ";
static const char SECRET[] = "\nsecret ";

enum { KEY_FILE_MAX = sizeof TITLE + NOTE_NAME_MAX + sizeof SECRET + 2 * SIGN_SECRET_LEN + 2 };

static enum status damaged(struct scope *s)
{
    return fail(s, CORRUPT, "立会人の鍵（key）が壊れています", "the witness's key (file key) is damaged");
}

static bool cut(struct span *rest, const char *head)
{
    size_t n = strlen(head);

    if (rest->n < n || memcmp(rest->p, head, n) != 0)
        return false;
    *rest = span_of(rest->p + n, rest->n - n);
    return true;
}

/* Only what key_print prints. */
static enum status parse(struct scope *s, struct span text, struct secret **ret_secret, struct note_key *ret_key)
{
    struct span rest = text;
    char name[NOTE_NAME_MAX] = "";
    AUTO(secret) secret = secret_new(SIGN_SECRET_LEN);
    uint8_t bytes[SIGN_SECRET_LEN];

    const uint8_t *end = cut(&rest, TITLE) && rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
    size_t n = end ? (size_t)(end - rest.p) : 0;
    if (!secret)
        return fail(s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
    if (!end || n >= sizeof name)
        return damaged(s);
    memcpy(name, rest.p, n);
    rest = span_of(rest.p + n, rest.n - n);
    bool is_good = cut(&rest, SECRET) && rest.n == 2 * sizeof bytes + 1 && rest.p[rest.n - 1] == '\n' &&
                   hex_to(span_of(rest.p, rest.n - 1), bytes, sizeof bytes) && secret_set(secret, span_of(bytes, sizeof bytes));
    explicit_bzero(bytes, sizeof bytes);
    if (!is_good || note_key_make(s, name, NOTE_COSIGNATURE, secret_span(secret).p + SIGN_SECRET_LEN - SIGN_PUBLIC_LEN, ret_key) != OK)
        return damaged(s);
    *ret_secret = take(&secret);
    return OK;
}

/* A key whose halves do not belong together would sign what nobody can check. */
static enum status prove(struct scope *s, const struct secret *secret, const struct note_key *key)
{
    static const char DOMAIN[] = "kashimaru-witness/self";
    uint8_t signature[SIGN_LEN];

    TRY(sign_make(s, secret, DOMAIN, SPAN_LIT("self"), signature));
    return sign_check(s, key->public_key, DOMAIN, SPAN_LIT("self"), span_of(signature, sizeof signature)) == OK ? OK : damaged(s);
}

/* In a scope of its own, which is wiped: the text has the secret in plain. */
enum status key_load(struct scope *s, int fd, struct secret **ret_secret, struct note_key *ret_key)
{
    AUTO(scope) own = scope_new(SCOPE_CAP, entropy_system());
    AUTO(secret) secret = NULL;
    struct span text;

    if (!own)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    enum status st = disk_read(own, fd, FILE_NAME, KEY_FILE_MAX, &text);
    if (st == NOT_FOUND)
        return fail(s, NOT_FOUND, "鍵がありません（kashimaru-witness --state … init --name …）",
                    "there is no key: kashimaru-witness --state ... init --name ...");
    if (st == TOO_LARGE)
        return damaged(s);
    if (st == OK)
        st = parse(own, text, &secret, ret_key);
    if (st == OK)
        st = prove(own, secret, ret_key);
    if (st != OK) {
        s->why = own->why;
        return st;
    }
    *ret_secret = take(&secret);
    return OK;
}

enum status key_create(struct scope *s, int fd, const char *name, struct note_key *ret_key)
{
    AUTO(scope) own = scope_new(SCOPE_CAP, entropy_system());
    AUTO(secret) secret = NULL;
    uint8_t public_key[SIGN_PUBLIC_LEN];
    struct note_key key;
    struct span hex;

    if (!own)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    TRY(sign_keypair(s, &secret, public_key));
    TRY(note_key_make(s, name, NOTE_COSIGNATURE, public_key, &key));
    enum status st = hex_print(own, secret_span(secret), &hex);
    if (st == OK)
        st = disk_put(own, fd, FILE_NAME, span_str(scope_print(own, "%s%s%s%.*s\n", TITLE, key.name, SECRET, (int)hex.n, (const char *)hex.p)));
    if (st != OK) {
        s->why = own->why;
        return st;
    }
    *ret_key = key;
    return OK;
}
