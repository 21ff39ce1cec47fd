/* The text of key files and of peers.pub, read strictly: any line that is not exactly what belongs there is refused
 * with its file and number, and no secret is ever copied out of locked memory on its way between file and keyring. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

static const char KEY_HEAD[] = "kashimaru-key 1";
static const char MASTER_HEAD[] = "kashimaru-master 1";
static const char PEERS_FILE[] = "peers.pub";
static const char PEERS_HEAD[] =
    "# name, CURVE public key, kx public key, status (active|revoked); rewritten by kashimaru\n";
static const char *const STATUS_WORD[] = {[PEER_ACTIVE] = "active", [PEER_REVOKED] = "revoked"};

enum { HEX_LEN = 2 * KEY_LEN, LINE_MAX_LEN = PEER_NAME_MAX + 2 * HEX_LEN + 12 };

/* A file being read line by line. */
struct lines {
    const char *path;
    struct span rest;
    struct span line; /* without its newline */
    int number;
};

static enum status line_fail(struct scope *s, const struct lines *l, const char *ja, const char *en)
{
    return fail(s, INVALID, "%s:%d 行目が正しくありません：%s%.0s", "%s:%d is malformed: %.0s%s",
                l->path, l->number, ja, en);
}

static bool lines_next(struct lines *l)
{
    if (l->rest.n == 0)
        return false;
    const uint8_t *end = memchr(l->rest.p, '\n', l->rest.n);
    size_t n = end ? (size_t)(end - l->rest.p) : l->rest.n;
    size_t used = end ? n + 1 : n;
    l->line = span_of(l->rest.p, n);
    l->rest = span_of(l->rest.p + used, l->rest.n - used);
    l->number++;
    return true;
}

/* Cuts the next word, up to one blank, off a line. */
static struct span word_cut(struct span *line)
{
    const uint8_t *end = line->n > 0 ? memchr(line->p, ' ', line->n) : NULL;
    size_t n = end ? (size_t)(end - line->p) : line->n;
    size_t used = end ? n + 1 : n;
    struct span word = span_of(line->p, n);
    *line = span_of(line->p + used, line->n - used);
    return word;
}

static bool hex_key(struct span text, uint8_t to[KEY_LEN])
{
    size_t n = 0;
    return text.n == HEX_LEN &&
           sodium_hex2bin(to, KEY_LEN, (const char *)text.p, text.n, NULL, &n, NULL) == 0 &&
           n == KEY_LEN;
}

static bool name_is_good(struct span name)
{
    static const char REST[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (name.n == 0 || name.n >= PEER_NAME_MAX || span_is(name, "master") || name.p[0] == '-' ||
        name.p[0] == '_')
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!memchr(REST, name.p[i], sizeof REST - 1))
            return false;
    return true;
}

enum status peer_name_check(struct scope *s, const char *name)
{
    if (!name_is_good(span_str(name)))
        return fail(s, INVALID, "プロセス名に使えるのは英数字・「-」・「_」で %d 文字までです",
                    "a process name is up to %d letters, digits, '-' and '_'", PEER_NAME_MAX - 1);
    return OK;
}

/* ---- secret files ---- */

/* Reads "<word> <hex>"; a NULL `to` means that the whole line must be `word`. */
static enum status expect_line(struct scope *s, struct lines *l, const char *word, uint8_t *to)
{
    bool is_there = lines_next(l);
    if (!is_there)
        l->number++;
    struct span line = is_there ? l->line : span_of("", 0);
    if (!to)
        return span_is(line, word)
                   ? OK
                   : line_fail(s, l, "見出しか名前が違います", "not the expected heading or name");
    if (!span_is(word_cut(&line), word) || !hex_key(line, to))
        return line_fail(s, l, "16 進 64 桁の鍵がありません", "no key of 64 hex digits");
    return OK;
}

static enum status expect_end(struct scope *s, struct lines *l)
{
    return lines_next(l) ? line_fail(s, l, "余分な行です", "one line too many") : OK;
}

/* The text of a secret file in locked memory. */
static enum status secret_text(struct scope *s, const char *path, struct secret **ret_buf,
                               struct lines *ret_lines)
{
    AUTO(secret) buf = NULL;
    size_t n = 0;
    TRY(secret_need(s, SECRET_FILE_MAX, &buf));
    TRY(statefile_read(s, path, true, secret_bytes(buf), SECRET_FILE_MAX, &n));
    *ret_lines = (struct lines){.path = path, .rest = span_of(secret_span(buf).p, n)};
    *ret_buf = take(&buf);
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
    TRY(expect_line(s, &l, KEY_HEAD, NULL));
    TRY(expect_line(s, &l, title, NULL));
    TRY(expect_line(s, &l, "curve", k->curve_secret));
    TRY(expect_line(s, &l, "kx", k->kx_secret));
    TRY(expect_end(s, &l));
    *ret_pairs = take(&pairs);
    return OK;
}

/* Writes heading lines and up to two hex keys without the secret leaving locked memory. */
static enum status secret_file_write(struct scope *s, const char *dir, const char *file,
                                     const char *head, const char *const *words, struct span keys)
{
    AUTO(secret) text = NULL;
    TRY(secret_need(s, SECRET_FILE_MAX, &text));
    char *to = (char *)secret_bytes(text);
    size_t n = (size_t)snprintf(to, SECRET_FILE_MAX, "%s\n", head);
    for (size_t i = 0; i * KEY_LEN < keys.n; i++) {
        n += (size_t)snprintf(to + n, SECRET_FILE_MAX - n, "%s ", words[i]);
        sodium_bin2hex(to + n, SECRET_FILE_MAX - n, keys.p + i * KEY_LEN, KEY_LEN);
        n += HEX_LEN;
        to[n++] = '\n';
    }
    return statefile_write(s, dir, file, 0600, true, span_of(to, n));
}

enum status keyfile_create(struct scope *s, const char *dir, const char *name,
                           struct secret **ret_pairs)
{
    static const char *const WORDS[] = {"curve", "kx"};
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
    TRY(secret_file_write(s, dir, file, head, WORDS, secret_span(pairs)));
    *ret_pairs = take(&pairs);
    return OK;
}

void keyfile_public(const struct secret *pairs, struct peer *ret_peer)
{
    const struct key_pairs *k = (const struct key_pairs *)secret_span(pairs).p;
    crypto_scalarmult_base(ret_peer->curve_public, k->curve_secret);
    crypto_scalarmult_base(ret_peer->kx_public, k->kx_secret);
}

enum status keyring_master_create(struct scope *s, const char *dir)
{
    static const char *const WORDS[] = {"key"};
    AUTO(secret) have = NULL;
    AUTO(secret) fresh = NULL;
    enum status st = keyring_master_open(s, dir, &have);
    if (st != NOT_FOUND)
        return st;
    TRY(secret_need(s, KEY_LEN, &fresh));
    randombytes_buf(secret_bytes(fresh), KEY_LEN);
    st = secret_file_write(s, dir, "master.key", MASTER_HEAD, WORDS, secret_span(fresh));
    return st == CONFLICT ? OK : st; /* someone else was quicker; theirs is the key */
}

enum status keyring_master_open(struct scope *s, const char *dir, struct secret **ret_master)
{
    char path[STATE_PATH_MAX];
    AUTO(secret) text = NULL;
    AUTO(secret) key = NULL;
    struct lines l;
    TRY(statefile_path(s, dir, "master.key", path));
    TRY(secret_text(s, path, &text, &l));
    TRY(secret_need(s, KEY_LEN, &key));
    TRY(expect_line(s, &l, MASTER_HEAD, NULL));
    TRY(expect_line(s, &l, "key", secret_bytes(key)));
    TRY(expect_end(s, &l));
    *ret_master = take(&key);
    return OK;
}

/* ---- peers.pub ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct peer *)a)->name, ((const struct peer *)b)->name);
}

void peers_sort(struct peer *v, size_t n)
{
    qsort(v, n, sizeof *v, by_name);
}

static int name_to_peer(const void *name, const void *peer)
{
    return strcmp(name, ((const struct peer *)peer)->name);
}

struct peer *peers_find(struct peer *v, size_t n, const char *name)
{
    return n > 0 ? bsearch(name, v, n, sizeof *v, name_to_peer) : NULL;
}

static enum status peer_parse(struct scope *s, const struct lines *l, struct peer *ret_peer)
{
    struct peer p = {.line = l->number};
    struct span rest = l->line;
    struct span name = word_cut(&rest);
    if (!name_is_good(name))
        return line_fail(s, l, "名前が使えません", "not a usable name");
    memcpy(p.name, name.p, name.n);
    if (!hex_key(word_cut(&rest), p.curve_public) || !hex_key(word_cut(&rest), p.kx_public))
        return line_fail(s, l, "16 進 64 桁の公開鍵が 2 つありません",
                         "not two public keys of 64 hex digits");
    if (span_is(rest, STATUS_WORD[PEER_REVOKED]))
        p.status = PEER_REVOKED;
    else if (!span_is(rest, STATUS_WORD[PEER_ACTIVE]))
        return line_fail(s, l, "状態は active か revoked です", "the status is active or revoked");
    *ret_peer = p;
    return OK;
}

/* One name, one identity; one CURVE key, one identity, because a connection is known by its key alone. */
static enum status check_unique(struct scope *s, const struct lines *l, const struct peer *v,
                                size_t n, const struct peer *p)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].name, p->name) == 0 ||
            memcmp(v[i].curve_public, p->curve_public, KEY_LEN) == 0)
            return line_fail(s, l, "名前か鍵が前の行と重なっています",
                             "name or key of an earlier line again");
    return OK;
}

enum status peers_read(struct scope *s, const char *dir, struct peer **ret_v, size_t *ret_n)
{
    char path[STATE_PATH_MAX];
    size_t bytes = 0;
    size_t n = 0;
    TRY(statefile_path(s, dir, PEERS_FILE, path));
    uint8_t *text = scope_alloc(s, PEERS_FILE_MAX);
    struct peer *v = scope_alloc(s, PEERS_MAX * sizeof *v);
    if (!text || !v)
        return fail(s, TOO_LARGE, "作業領域が足りません",
                    "no room in the scope for the list of peers");
    TRY(statefile_read(s, path, false, text, PEERS_FILE_MAX, &bytes));
    struct lines l = {.path = path, .rest = span_of(text, bytes)};
    while (lines_next(&l)) {
        if (l.line.n == 0 || l.line.p[0] == '#')
            continue;
        if (n == PEERS_MAX)
            return line_fail(s, &l, "登録が多すぎます", "too many identities");
        TRY(peer_parse(s, &l, &v[n]));
        TRY(check_unique(s, &l, v, n, &v[n]));
        n++;
    }
    peers_sort(v, n);
    *ret_v = v;
    *ret_n = n;
    return OK;
}

enum status peers_write(struct scope *s, const char *dir, const struct peer *v, size_t n)
{
    size_t cap = sizeof PEERS_HEAD + n * LINE_MAX_LEN;
    char *text = scope_alloc(s, cap);
    if (!text)
        return fail(s, TOO_LARGE, "作業領域が足りません",
                    "no room in the scope for the list of peers");
    size_t at = (size_t)snprintf(text, cap, "%s", PEERS_HEAD);
    for (size_t i = 0; i < n; i++) {
        char curve[HEX_LEN + 1];
        char kx[HEX_LEN + 1];
        sodium_bin2hex(curve, sizeof curve, v[i].curve_public, KEY_LEN);
        sodium_bin2hex(kx, sizeof kx, v[i].kx_public, KEY_LEN);
        at += (size_t)snprintf(text + at, cap - at, "%s %s %s %s\n", v[i].name, curve, kx,
                               STATUS_WORD[v[i].status]);
    }
    return statefile_write(s, dir, PEERS_FILE, 0644, false, span_of(text, at));
}
