/* The installation's own keys. The master key rests only sealed under the passphrase and is never replaced by another: a file of the
 * older, unsealed form is sealed in place, a changed passphrase seals the same key anew. What exists and cannot be read is told,
 * never overwritten. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "seal/keyring.h"
#include "seal/password.h"
#include "seal/vault.h"
#include "statefile.h"

static const char MASTER_FILE[] = "master.key";
static const char MASTER_HEAD[] = "kashimaru-master 2";
static const char MASTER_HEAD_OPEN[] = "kashimaru-master 1"; /* the key in hex, unsealed */
static const char MASTER_KDF[] = "kdf argon2id 3 65536";
static const char TICKETS_FILE[] = "tickets.key";
static const char TICKETS_HEAD[] = "kashimaru-tickets 1";
static const char CREDENTIAL[] = "kashimaru-passphrase";

enum { PASSPHRASE_BYTES = 32 };

/* ---- tickets.key ---- */

static enum status tickets_open(struct scope *s, const char *dir, struct secret **ret_key)
{
    char path[STATE_PATH_MAX];
    AUTO(secret) text = NULL;
    AUTO(secret) key = NULL;
    struct lines l;
    TRY(statefile_path(s, dir, TICKETS_FILE, path));
    TRY(secret_text(s, path, &text, &l));
    TRY(secret_need(s, KEY_LEN, &key));
    TRY(expect_text(s, &l, TICKETS_HEAD));
    TRY(expect_hex(s, &l, "key", secret_bytes(key), KEY_LEN));
    TRY(expect_end(s, &l));
    *ret_key = take(&key);
    return OK;
}

static enum status tickets_create(struct scope *s, const char *dir)
{
    AUTO(secret) key = NULL;
    enum status st = tickets_open(s, dir, &key);
    if (st != NOT_FOUND)
        return st;
    TRY(secret_need(s, KEY_LEN, &key));
    secret_renew(key);
    return secret_file_write(s, dir, TICKETS_FILE, true, TICKETS_HEAD, &(struct word_hex){"key", secret_span(key)}, 1);
}

/* ---- master.key ---- */

static enum status master_write(struct scope *s, const char *dir, bool is_new, struct span passphrase, const struct secret *master)
{
    uint8_t salt[KDF_SALT_LEN];
    AUTO(secret) under = NULL;
    struct span sealed;
    randombytes_buf(salt, sizeof salt);
    TRY(passphrase_key(s, passphrase, salt, &under));
    TRY(vault_put(s, under, MASTER_FILE, secret_span(master), &sealed));
    const struct word_hex lines[] = {{MASTER_KDF, span_of(salt, sizeof salt)}, {"sealed", sealed}};
    return secret_file_write(s, dir, MASTER_FILE, is_new, MASTER_HEAD, lines, COUNT(lines));
}

/* The key of an unsealed file: NOT_FOUND when there is no file, UNSUPPORTED when it is not of that form. */
static enum status master_open_unsealed(struct scope *s, const char *path, struct secret **ret_master)
{
    AUTO(secret) text = NULL;
    AUTO(secret) key = NULL;
    struct lines l;
    TRY(secret_text(s, path, &text, &l));
    if (!lines_next(&l) || !span_is(l.line, MASTER_HEAD_OPEN))
        return UNSUPPORTED;
    TRY(secret_need(s, KEY_LEN, &key));
    TRY(expect_hex(s, &l, "key", secret_bytes(key), KEY_LEN));
    TRY(expect_end(s, &l));
    *ret_master = take(&key);
    return OK;
}

static enum status master_unseal(struct scope *s, const char *path, struct lines *l, struct span passphrase,
                                 struct secret **ret_master)
{
    uint8_t salt[KDF_SALT_LEN], sealed[VAULT_OVERHEAD + KEY_LEN];
    AUTO(secret) under = NULL;
    TRY(expect_text(s, l, MASTER_HEAD));
    TRY(expect_hex(s, l, MASTER_KDF, salt, sizeof salt));
    TRY(expect_hex(s, l, "sealed", sealed, sizeof sealed));
    TRY(expect_end(s, l));
    TRY(passphrase_key(s, passphrase, salt, &under));
    enum status st = vault_take(s, under, MASTER_FILE, span_of(sealed, sizeof sealed), ret_master);
    if (st == CORRUPT)
        return fail(s, DENIED, "%s を開けません：合言葉が違うか、ファイルが改変されています",
                    "%s does not open: a wrong passphrase, or the file was changed", path);
    return st;
}

static enum status master_open(struct scope *s, const char *dir, struct span passphrase, struct secret **ret_master)
{
    char path[STATE_PATH_MAX];
    AUTO(secret) text = NULL;
    struct lines l;
    TRY(statefile_path(s, dir, MASTER_FILE, path));
    TRY(secret_text(s, path, &text, &l));
    struct lines ahead = l;
    if (lines_next(&ahead) && span_is(ahead.line, MASTER_HEAD_OPEN))
        return fail(s, INVALID, "%s:1 は封緘されていない旧形式です（kashimaru setup が封緘します）",
                    "%s:1 is of the older, unsealed form (kashimaru setup seals it)", path);
    return master_unseal(s, path, &l, passphrase, ret_master);
}

static enum status master_create(struct scope *s, const char *dir, struct span passphrase)
{
    char path[STATE_PATH_MAX];
    AUTO(secret) key = NULL;
    TRY(statefile_path(s, dir, MASTER_FILE, path));
    enum status st = master_open_unsealed(s, path, &key);
    if (st == OK)
        return master_write(s, dir, false, passphrase, key);
    if (st == UNSUPPORTED)
        return master_open(s, dir, passphrase, &key);
    if (st != NOT_FOUND)
        return st;
    TRY(secret_need(s, KEY_LEN, &key));
    secret_renew(key);
    return master_write(s, dir, true, passphrase, key);
}

/* ---- either ---- */

enum status shared_key_create(struct scope *s, const char *dir, enum shared_key which, struct span passphrase)
{
    AUTO_FD lock = -1;
    TRY(statefile_lock(s, dir, &lock));
    return which == SHARED_MASTER ? master_create(s, dir, passphrase) : tickets_create(s, dir);
}

enum status shared_key_open(struct scope *s, const char *dir, enum shared_key which, struct span passphrase,
                            struct secret **ret_key)
{
    return which == SHARED_MASTER ? master_open(s, dir, passphrase, ret_key) : tickets_open(s, dir, ret_key);
}

enum status shared_key_reseal(struct scope *s, const char *dir, struct span passphrase, struct span next)
{
    AUTO_FD lock = -1;
    AUTO(secret) key = NULL;
    TRY(statefile_lock(s, dir, &lock));
    TRY(master_open(s, dir, passphrase, &key));
    return master_write(s, dir, false, next, key);
}

/* ---- the passphrase ---- */

static enum status passphrase_from(struct scope *s, const char *path, bool is_private, struct span *ret_passphrase)
{
    enum { ROOM = PASSPHRASE_MAX + 3 }; /* a newline, and one byte more than is read */
    size_t n = 0;
    uint8_t *to = scope_alloc(s, ROOM);
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for the passphrase");
    TRY(statefile_read(s, path, is_private, to, ROOM, &n));
    if (n > 0 && to[n - 1] == '\n')
        n--;
    if (n == 0)
        return fail(s, INVALID, "%s の合言葉が空です", "the passphrase in %s is empty", path);
    if (n > PASSPHRASE_MAX)
        return fail(s, TOO_LARGE, "%s の合言葉が長すぎます（%d バイトまで）", "the passphrase in %s is too long (at most %d bytes)",
                    path, PASSPHRASE_MAX);
    *ret_passphrase = span_of(to, n);
    return OK;
}

enum status passphrase_read(struct scope *s, const char *file, struct span *ret_passphrase)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    char path[STATE_PATH_MAX];
    if (dir && dir[0] == '/') {
        /* systemd shuts others out by the folder; the file's mode shows the mask of an access list instead */
        TRY(statefile_path(s, dir, CREDENTIAL, path));
        enum status st = passphrase_from(s, path, false, ret_passphrase);
        if (st != NOT_FOUND)
            return st;
    }
    return passphrase_from(s, file, true, ret_passphrase);
}

enum status passphrase_create(struct scope *s, const char *file)
{
    AUTO(secret) random = NULL;
    AUTO(secret) text = NULL;
    struct span have;
    char dir[STATE_PATH_MAX];
    enum status st = passphrase_from(s, file, true, &have);
    if (st != NOT_FOUND)
        return st;
    const char *slash = strrchr(file, '/');
    if (!slash || slash == file || (size_t)(slash - file) >= sizeof dir)
        return fail(s, INVALID, "合言葉ファイル %s のフォルダが分かりません", "the folder of the passphrase file %s is not clear", file);
    snprintf(dir, sizeof dir, "%.*s", (int)(slash - file), file);
    TRY(secret_need(s, PASSPHRASE_BYTES, &random));
    TRY(secret_need(s, 2 * PASSPHRASE_BYTES + 1, &text));
    secret_renew(random);
    char *to = (char *)secret_bytes(text);
    sodium_bin2hex(to, 2 * PASSPHRASE_BYTES + 1, secret_span(random).p, PASSPHRASE_BYTES);
    to[2 * PASSPHRASE_BYTES] = '\n';
    st = statefile_write(s, dir, slash + 1, 0600, true, secret_span(text));
    return st == CONFLICT ? OK : st; /* someone else was quicker; theirs is the passphrase */
}
