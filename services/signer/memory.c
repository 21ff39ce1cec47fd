/* Three things must fit together before anything is signed: the key, the memory that this key proves, and what was published. Where they
 * do not, what was signed last is unknown, and unknown is never taken for nothing: only a new log with a new key helps then. */
#include "memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/log.h"
#include "key.h"

static const char HEAD[] = "head";

enum { HEAD_FILE_MAX = 128 << 10, NOTE_MAX = 16 << 10 };
_Static_assert((int)VKEY_TEXT >= (int)VKEY_MAX, "a verifier key fits");

/* ---- losing ---- */

/* The reason in the scope becomes the memory's. */
static enum status lost(struct scope *s, struct memory *m, const char *word)
{
    LOG(LOG_ERROR, "signer_memory_lost", LOG_WORD("why", word));
    m->state = MEMORY_LOST;
    m->why = s->why;
    return OK;
}

/* What was read proves nothing. */
static enum status forget(struct scope *s, struct memory *m, const char *word)
{
    m->head = (struct head){.size = 0};
    root_empty(&m->head.root);
    return lost(s, m, word);
}

static enum status lost_head(struct scope *s, struct memory *m)
{
    (void)fail(s, CONFLICT, "署名の記憶（head）がありません。何に署名したか分からないため、署名しません（kashimaru audit reshard）",
               "the signer's memory (head) is missing: what was signed is not known, so nothing is signed; see kashimaru audit reshard");
    return forget(s, m, "missing");
}

static enum status lost_key(struct scope *s, struct memory *m)
{
    (void)fail(s, CONFLICT, "署名鍵（note-*.key）がないか、開けません。署名しません（kashimaru audit reshard）",
               "the signing key (note-*.key) is missing or does not open: nothing is signed; see kashimaru audit reshard");
    return forget(s, m, "key");
}

static enum status lost_edited(struct scope *s, struct memory *m)
{
    (void)fail(s, CONFLICT, "署名の記憶（head）が壊れているか、書き換えられています。署名しません（kashimaru audit reshard）",
               "the signer's memory (head) is damaged or was edited: nothing is signed; see kashimaru audit reshard");
    return forget(s, m, "edited");
}

/* ---- the published checkpoint ---- */

enum status published_read(struct scope *s, const struct settings *cfg, struct span origin, size_t place, struct span *ret_note)
{
    static const char *const NAMES[PLACES_OF_HEAD] = {"checkpoint", "head"};
    struct span year = origin_year(span_str(cfg->log_origin), origin);

    if (!year.n)
        return fail(s, NOT_FOUND, "この記録は公開されていません", "this log is not published here");
    return disk_read(s, AT_FDCWD, scope_print(s, "%s/%.*s/%s", cfg->log_dir, (int)year.n, (const char *)year.p, NAMES[place]), NOTE_MAX,
                     ret_note);
}

/* Our own signature on a later head than the one remembered: the memory was put back. Anything else that stands there proves nothing. */
static enum status compare_with(struct scope *s, struct memory *m, size_t place)
{
    struct note_key key;
    struct note note;
    struct checkpoint c;
    struct span bytes;
    int64_t at_s;

    if (published_read(s, m->cfg, span_str(m->head.origin), place, &bytes) != OK)
        return OK; /* another user's folder, or nothing is published yet */
    TRY(memory_key(s, m, &key));
    if (note_read(s, bytes, &note) != OK || note_check(s, &note, &key, &at_s) != OK || checkpoint_read(s, note.text, &c) != OK ||
        !span_is(c.origin, m->head.origin))
        return OK;
    bool is_other = c.size == m->head.size && memcmp(c.root.b, m->head.root.b, TREE_HASH_LEN) != 0;
    if (c.size <= m->head.size && !is_other)
        return OK;
    (void)fail(s, CONFLICT,
               "公開した署名（%llu 件）が記憶（%llu 件）より新しい。署名側の記憶が前の時点に戻されています（kashimaru audit reshard）",
               "a published head (%llu leaves) is newer than what is remembered (%llu): the signer's memory was restored to an earlier "
               "time; see kashimaru audit reshard", (unsigned long long)c.size, (unsigned long long)m->head.size);
    return lost(s, m, "restored");
}

static enum status compare_published(struct scope *s, struct memory *m)
{
    for (size_t i = 0; i < PLACES_OF_HEAD && m->state != MEMORY_LOST; i++)
        TRY(compare_with(s, m, i));
    return OK;
}

/* ---- reading and writing ---- */

static enum status put(struct scope *s, struct memory *m, const struct head *next, const struct secret *mac)
{
    struct span text;

    TRY(head_print(s, next, mac, &text));
    return disk_put(s, m->fd, HEAD, text);
}

static void key_set(struct memory *m, struct secret *note, struct secret *mac)
{
    secret_free(m->note);
    secret_free(m->mac);
    m->note = note;
    m->mac = mac;
}

/* The key of a log goes when it is closed; who verifies that log needs the public half for as long as anyone asks about it. */
static enum status vkey_keep(struct scope *s, const struct memory *m, struct head *h)
{
    struct note_key key;

    if (h->closed_n != m->head.closed_n + 1 || !m->note || !m->head.origin[0])
        return OK;
    TRY(memory_key(s, m, &key));
    vkey_write(&key, h->closed[m->head.closed_n].vkey);
    return OK;
}

/* A head that names a key that is not there is lost, so the key goes first; but for the very first, where a key without a head would be. */
static enum status put_new(struct scope *s, struct memory *m, const struct head *next, bool is_first)
{
    struct head *h = SCOPE_NEW(s, struct head);
    AUTO(secret) note = NULL;
    AUTO(secret) mac = NULL;

    if (!h)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    *h = *next;
    TRY(vkey_keep(s, m, h));
    TRY(key_make(s, h->key, &note));
    TRY(key_mac(s, note, &mac));
    if (!is_first)
        TRY(key_put(s, m->fd, m->rest, note));
    TRY(put(s, m, h, mac));
    if (is_first)
        TRY(key_put(s, m->fd, m->rest, note));
    key_set(m, take(&note), take(&mac));
    m->head = *h;
    return OK;
}

enum status memory_keep(struct scope *s, struct memory *m, const struct head *next)
{
    TRY(put(s, m, next, m->mac));
    m->head = *next;
    m->state = MEMORY_READY;
    return OK;
}

enum status memory_renew(struct scope *s, struct memory *m, const struct head *next)
{
    if (m->state == MEMORY_LOST)
        TRY(disk_keep_aside(s, m->fd, HEAD, scope_print(s, "head.%lld.aside", (long long)(clock_now_us() / US_PER_S))));
    TRY(put_new(s, m, next, false));
    m->state = MEMORY_READY;
    if (key_sweep(s, m->fd, m->head.key) != OK)
        LOG(LOG_ERROR, "old_key_left", LOG_WORD("why", s->why.en)); /* the next start removes it */
    return OK;
}

/* A head of before the first log, left by a start that ended before its key was there; or nothing at all. */
static enum status born(struct scope *s, struct memory *m)
{
    struct head *h = SCOPE_NEW(s, struct head);

    if (!h)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    root_empty(&h->root);
    TRY(put_new(s, m, h, true));
    m->state = MEMORY_NEW;
    return OK;
}

static enum status key_load(struct scope *s, struct memory *m, struct span text)
{
    AUTO(secret) note = NULL;
    AUTO(secret) mac = NULL;

    enum status st = key_open(s, m->fd, m->rest, m->head.key, &note);
    if (st == NOT_FOUND && !m->head.origin[0] && m->head.closed_n == 0)
        return born(s, m);
    if (st == NOT_FOUND || st == CORRUPT)
        return lost_key(s, m);
    TRY(st);
    TRY(key_mac(s, note, &mac));
    if (!head_is_true(text, mac))
        return lost_edited(s, m);
    key_set(m, take(&note), take(&mac));
    m->state = m->head.origin[0] ? MEMORY_READY : MEMORY_NEW;
    TRY(key_sweep(s, m->fd, m->head.key));
    return m->state == MEMORY_READY ? compare_published(s, m) : OK;
}

static enum status load(struct scope *s, struct memory *m)
{
    struct span text;
    size_t keys;

    enum status st = disk_read(s, m->fd, HEAD, HEAD_FILE_MAX, &text);
    if (st == NOT_FOUND) {
        TRY(key_count(s, m->fd, &keys));
        return keys ? lost_head(s, m) : born(s, m);
    }
    if (st == TOO_LARGE || (st == OK && head_parse(s, text, &m->head) != OK))
        return lost_edited(s, m);
    TRY(st);
    return key_load(s, m, text);
}

enum status memory_open(struct scope *s, const struct settings *cfg, const struct keyring *ring, struct memory **ret_m)
{
    AUTO(memory) m = calloc(1, sizeof *m);

    if (!m)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    m->fd = -1;
    m->cfg = cfg;
    TRY(disk_lock(s, cfg->signer_state, &m->fd));
    TRY(keyring_rest_key(s, ring, &m->rest));
    TRY(load(s, m));
    *ret_m = take(&m);
    return OK;
}

void memory_free(struct memory *m)
{
    if (!m)
        return;
    if (m->fd >= 0)
        close(m->fd);
    secret_free(m->rest);
    secret_free(m->note);
    secret_free(m->mac);
    free(m);
}

/* ---- what it signs ---- */

enum status memory_key(struct scope *s, const struct memory *m, struct note_key *ret_key)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];

    key_public(m->note, public_key);
    return note_key_make(s, m->head.origin, NOTE_ED25519, public_key, ret_key);
}

enum status memory_note(struct scope *s, const struct memory *m, struct span *ret_note)
{
    const struct checkpoint c = {.origin = span_str(m->head.origin), .size = m->head.size, .root = m->head.root};
    struct note_key key;
    struct span text, line;

    TRY(memory_key(s, m, &key));
    TRY(checkpoint_write(s, &c, &text));
    TRY(note_sign(s, &key, m->note, text, 0, &line));
    *ret_note = span_str(scope_print(s, "%.*s\n%.*s", (int)text.n, (const char *)text.p, (int)line.n, (const char *)line.p));
    return ret_note->n == text.n + 1 + line.n ? OK : fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
}
