/* The text of key files, read strictly: any line that is not exactly what belongs there is refused with its file and number,
 * and no secret is ever copied out of locked memory on its way between file and keyring. */
#include <sodium.h>
#include <stdio.h>

#include "internal.h"
#include "statefile.h"

static const char KEY_HEAD[] = "kashimaru-key 1";

bool peer_name_is_good(struct span name)
{
    static const char REST[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (name.n == 0 || name.n >= PEER_NAME_MAX || span_is(name, "master") ||
        span_is(name, "tickets") || span_is(name, "host") || name.p[0] == '-' || name.p[0] == '_')
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!memchr(REST, name.p[i], sizeof REST - 1))
            return false;
    return true;
}

enum status peer_name_check(struct scope *s, const char *name)
{
    if (!peer_name_is_good(span_str(name)))
        return fail(s, INVALID, "プロセス名に使えるのは英数字・「-」・「_」で %d 文字までです",
                    "a process name is up to %d letters, digits, '-' and '_'", PEER_NAME_MAX - 1);
    return OK;
}

enum status keyfile_read(struct scope *s, const char *dir, const char *name,
                         struct secret **ret_pairs)
{
    char file[PEER_NAME_MAX + 8];
    char title[PEER_NAME_MAX + 8];
    char path[STATE_PATH_MAX];
    AUTO(secret) text = NULL;
    AUTO(secret) pairs = NULL;
    struct lines l;
    TRY(peer_name_check(s, name));
    snprintf(file, sizeof file, "%s.key", name);
    snprintf(title, sizeof title, "name %s", name);
    TRY(statefile_path(s, dir, file, path));
    TRY(secret_text(s, path, &text, &l));
    TRY(secret_need(s, sizeof(struct key_pairs), &pairs));
    struct key_pairs *k = (struct key_pairs *)secret_bytes(pairs);
    TRY(expect_text(s, &l, KEY_HEAD));
    TRY(expect_text(s, &l, title));
    TRY(expect_hex(s, &l, "curve", k->curve_secret, KEY_LEN));
    TRY(expect_hex(s, &l, "kx", k->kx_secret, KEY_LEN));
    TRY(expect_end(s, &l));
    *ret_pairs = take(&pairs);
    return OK;
}

enum status keyfile_create(struct scope *s, const char *dir, const char *name,
                           struct secret **ret_pairs)
{
    char file[PEER_NAME_MAX + 8];
    char head[sizeof KEY_HEAD + PEER_NAME_MAX + 8];
    uint8_t public[KEY_LEN];
    AUTO(secret) pairs = NULL;
    TRY(peer_name_check(s, name));
    TRY(secret_need(s, sizeof(struct key_pairs), &pairs));
    struct key_pairs *k = (struct key_pairs *)secret_bytes(pairs);
    crypto_box_keypair(public, k->curve_secret);
    crypto_kx_keypair(public, k->kx_secret);
    snprintf(file, sizeof file, "%s.key", name);
    snprintf(head, sizeof head, "%s\nname %s", KEY_HEAD, name);
    const struct word_hex keys[] = {{"curve", span_of(k->curve_secret, KEY_LEN)}, {"kx", span_of(k->kx_secret, KEY_LEN)}};
    TRY(secret_file_write(s, dir, file, true, head, keys, COUNT(keys)));
    *ret_pairs = take(&pairs);
    return OK;
}

void keyfile_public(const struct secret *pairs, struct peer *ret_peer)
{
    const struct key_pairs *k = (const struct key_pairs *)secret_span(pairs).p;
    crypto_scalarmult_base(ret_peer->curve_public, k->curve_secret);
    crypto_scalarmult_base(ret_peer->kx_public, k->kx_secret);
}
