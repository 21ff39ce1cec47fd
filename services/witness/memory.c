/* A head is remembered before its cosignature is given away, and what is not known to have been cosigned is never taken for nothing: a log
 * begins with a file that says so, made when the log is trusted, and is refused as soon as that file is not there. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/disk.h"

#define DASH "\xe2\x80\x94 "

/* ---- making and opening ---- */

static enum status is_free(struct scope *s, int fd)
{
    const char *const OURS[] = {"key", "logs", HEAD_PREFIX};

    for (size_t i = 0; i < COUNT(OURS); i++) {
        size_t n;
        TRY(disk_count(s, fd, OURS[i], "", &n));
        if (n > 0)
            return fail(s, CONFLICT, "このフォルダはすでに立会人が使っています（%s があります）。別のフォルダにしてください",
                        "a witness has this folder, or had it (there is a file %s); take another", OURS[i]);
    }
    return OK;
}

enum status memory_make(struct scope *s, const char *path, const char *name, struct note_key *ret_key)
{
    int fd;

    TRY(disk_lock(s, path, &fd));
    enum status st = is_free(s, fd);
    if (st == OK)
        st = key_create(s, fd, name, ret_key);
    close(fd);
    return st;
}

static enum status folder_open(struct scope *s, const char *path, bool is_alone, int *ret_fd)
{
    int fd;

    TRY(disk_open(s, path, &fd)); /* a folder that is not there is not made */
    if (!is_alone) {
        *ret_fd = fd;
        return OK;
    }
    close(fd);
    return disk_lock(s, path, ret_fd);
}

enum status memory_open(struct scope *s, const char *path, bool is_alone, struct memory **ret_m)
{
    AUTO(memory) m = calloc(1, sizeof *m);

    if (!m)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    m->fd = -1;
    TRY(folder_open(s, path, is_alone, &m->fd));
    TRY(key_load(s, m->fd, &m->secret, &m->key));
    TRY(logs_load(s, m));
    for (size_t i = 0; i < m->n; i++)
        TRY(head_load(s, m, &m->v[i]));
    *ret_m = take(&m);
    return OK;
}

void memory_free(struct memory *m)
{
    if (!m)
        return;
    if (m->fd >= 0)
        close(m->fd);
    secret_free(m->secret);
    free(m);
}

struct watched *memory_find(struct memory *m, struct span origin)
{
    for (size_t i = 0; i < m->n; i++)
        if (span_is(origin, m->v[i].key.name))
            return &m->v[i];
    return NULL;
}

/* ---- whom to trust ---- */

/* A log that was trusted before goes on from what was cosigned then, whatever its key is now. */
static enum status head_begin(struct scope *s, struct memory *m, struct watched *w)
{
    size_t n;

    TRY(disk_count(s, m->fd, head_file(s, HEAD_PREFIX, w), "", &n));
    if (n == 0)
        TRY(head_put(s, m, w, SPAN_LIT("")));
    TRY(head_load(s, m, w));
    if (!w->is_lost)
        return OK;
    s->why = w->why;
    return CONFLICT;
}

enum status memory_trust(struct scope *s, struct memory *m, const struct note_key *log)
{
    struct watched *was = memory_find(m, span_str(log->name)), *w = &m->v[m->n];

    if (log->algorithm != NOTE_ED25519)
        return fail(s, INVALID, "記録の鍵ではありません", "not a log's key");
    if (was && memcmp(was->key.public_key, log->public_key, SIGN_PUBLIC_LEN) != 0)
        return fail(s, CONFLICT, "この名前の記録は別の鍵で信頼されています", "a log of this name is trusted with another key");
    if (was && was->is_lost) {
        s->why = was->why;
        return CONFLICT;
    }
    if (was)
        return OK;
    if (m->n == LOGS_MOST)
        return fail(s, TOO_LARGE, "記録は %d 件までです", "at most %d logs", (int)LOGS_MOST);
    *w = (struct watched){.key = *log};
    TRY(head_begin(s, m, w));
    TRY(logs_add(s, m, log));
    m->n++;
    return OK;
}

enum status memory_untrust(struct scope *s, struct memory *m, struct span name)
{
    struct watched *w = memory_find(m, name);

    if (!w)
        return fail(s, NOT_FOUND, "その名前の記録はありません", "no log of that name is trusted");
    TRY(logs_remove(s, m, name));
    m->n--;
    memmove(w, w + 1, (size_t)(&m->v[m->n] - w) * sizeof *w);
    return OK;
}

/* ---- heads ---- */

/* The log's own signature of the note, as a line: what others signed is not kept, for anybody may have added it. */
static enum status signed_by(struct scope *s, const struct watched *w, const struct note *note, struct span *ret_line)
{
    for (size_t i = 0; i < note->n; i++) {
        const struct note_signature *g = &note->v[i];
        uint8_t bytes[KEY_HASH_LEN + SIGN_LEN];
        char text[BASE64_LEN(sizeof bytes) + 1] = "";
        if (!span_is(g->name, w->key.name) || memcmp(g->hash, w->key.hash, KEY_HASH_LEN) != 0 || g->bytes.n != SIGN_LEN)
            continue;
        memcpy(bytes, g->hash, KEY_HASH_LEN);
        memcpy(bytes + KEY_HASH_LEN, g->bytes.p, SIGN_LEN);
        base64_put(span_of(bytes, sizeof bytes), text);
        *ret_line = span_str(scope_print(s, DASH "%s %s\n", w->key.name, text));
        return OK;
    }
    return fail(s, NOT_FOUND, "記録の署名がありません", "no signature of the log");
}

enum status memory_keep(struct scope *s, struct memory *m, struct watched *w, const struct submission *next, struct span line, int64_t at_s)
{
    struct span lines[2] = {{0}, line}, note;

    TRY(signed_by(s, w, &next->note, &lines[0]));
    TRY(note_join(s, next->note.text, lines, COUNT(lines), &note));
    TRY(head_put(s, m, w, note));
    w->is_cosigned = true;
    w->size = next->head.size;
    w->root = next->head.root;
    w->at_s = at_s;
    return OK;
}

enum status memory_convict(struct scope *s, struct memory *m, const struct watched *w, const struct submission *other)
{
    const char *name = head_file(s, FORK_PREFIX, w);
    struct span line, note;
    size_t n;

    TRY(disk_count(s, m->fd, name, "", &n));
    if (n > 0)
        return OK;
    TRY(signed_by(s, w, &other->note, &line));
    TRY(note_join(s, other->note.text, &line, 1, &note));
    return disk_put(s, m->fd, name, note);
}
