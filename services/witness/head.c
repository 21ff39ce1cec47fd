/* The head of a log that was cosigned last is believed only as this witness wrote it: signed with its own key under a purpose of its own,
 * for that log. The file that says that nothing was cosigned yet is such a text, too, so that there is always one. */
#include "inside.h"

#include <stdio.h>

#include "base/disk.h"
#include "base/hex.h"
#include "base/log.h"
#include "seal/digest.h"

const char HEAD_PREFIX[] = "head-", FORK_PREFIX[] = "fork-";
static const char DOMAIN[] = "kashimaru-witness/head";
static const char TITLE[] = "kashimaru-witness-head 1\nproof ";

enum { TITLE_LEN = sizeof TITLE - 1, PROOF_LEN = 2 * SIGN_LEN, HEAD_FILE_MAX = 2 * SUBMISSION_MAX };

const char *head_file(struct scope *s, const char *prefix, const struct watched *w)
{
    uint8_t digest[DIGEST32_LEN];
    char hex[DIGEST_HEX_MAX];

    sha256_of(span_str(w->key.name), digest);
    return scope_print(s, "%s%s", prefix, digest_hex(span_of(digest, ORIGIN_ID_LEN), hex));
}

/* What is proven: which log, and the note. */
static struct span body(struct scope *s, const struct watched *w, struct span note)
{
    return span_str(scope_print(s, "\nlog %s\n\n%.*s", w->key.name, (int)note.n, (const char *)note.p));
}

enum status head_put(struct scope *s, const struct memory *m, const struct watched *w, struct span note)
{
    uint8_t signature[SIGN_LEN];
    struct span all = body(s, w, note), hex;

    TRY(sign_make(s, m->secret, DOMAIN, all, signature));
    TRY(hex_print(s, span_of(signature, sizeof signature), &hex));
    struct span text = span_str(scope_print(s, "%s%.*s%.*s", TITLE, (int)hex.n, (const char *)hex.p, (int)all.n, (const char *)all.p));
    if (all.n <= note.n || text.n != TITLE_LEN + PROOF_LEN + all.n || text.n > HEAD_FILE_MAX)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    return disk_put(s, m->fd, head_file(s, HEAD_PREFIX, w), text);
}

/* ---- reading ---- */

/* The reason in the scope becomes the log's. */
static enum status lost(struct scope *s, struct watched *w, const char *word)
{
    LOG(LOG_ERROR, "witness_memory_lost", LOG_WORD("log", w->key.name), LOG_WORD("why", word));
    w->is_lost = true;
    w->why = s->why;
    return OK;
}

static enum status missing(struct scope *s, struct watched *w)
{
    (void)fail(s, UNAVAILABLE, "%s に何を連署したかの記憶がありません。連署しません（kashimaru-witness(1)）",
               "what was cosigned of %s is not known: its memory is missing, or it was not added with trust; nothing is cosigned, see "
               "kashimaru-witness(1)", w->key.name);
    return lost(s, w, "missing");
}

static enum status damaged(struct scope *s, struct watched *w)
{
    (void)fail(s, UNAVAILABLE, "%s に何を連署したかの記憶が壊れているか、書き換えられています。連署しません（kashimaru-witness(1)）",
               "the memory of what was cosigned of %s is damaged, was edited, or is another witness's; nothing is cosigned, see "
               "kashimaru-witness(1)", w->key.name);
    return lost(s, w, "damaged");
}

/* What stands behind the log's name, if this witness wrote it. */
static bool proven(struct scope *s, const struct memory *m, const struct watched *w, struct span text, struct span *ret_note)
{
    uint8_t signature[SIGN_LEN];
    struct span start = body(s, w, SPAN_LIT(""));

    if (start.n == 0 || text.n < TITLE_LEN + PROOF_LEN + start.n || memcmp(text.p, TITLE, TITLE_LEN) != 0 ||
        !hex_to(span_of(text.p + TITLE_LEN, PROOF_LEN), signature, sizeof signature))
        return false;
    struct span rest = span_of(text.p + TITLE_LEN + PROOF_LEN, text.n - TITLE_LEN - PROOF_LEN);
    if (memcmp(rest.p, start.p, start.n) != 0 ||
        sign_check(s, m->key.public_key, DOMAIN, rest, span_of(signature, sizeof signature)) != OK)
        return false;
    *ret_note = span_of(rest.p + start.n, rest.n - start.n);
    return true;
}

static bool remember(struct scope *s, const struct memory *m, struct watched *w, struct span bytes)
{
    struct checkpoint c;
    struct note note;

    if (bytes.n == 0)
        return true;
    if (note_read(s, bytes, &note) != OK || checkpoint_read_any(s, note.text, &c) != OK || !span_is(c.origin, w->key.name) ||
        note_check(s, &note, &m->key, &w->at_s) != OK)
        return false;
    w->is_cosigned = true;
    w->size = c.size;
    w->root = c.root;
    return true;
}

enum status head_load(struct scope *s, const struct memory *m, struct watched *w)
{
    struct span text, note;

    sha256_of((struct span){0}, w->root.b);
    enum status st = disk_read(s, m->fd, head_file(s, HEAD_PREFIX, w), HEAD_FILE_MAX, &text);
    if (st == NOT_FOUND)
        return missing(s, w);
    if (st == TOO_LARGE)
        return damaged(s, w);
    TRY(st);
    return proven(s, m, w, text, &note) && remember(s, m, w, note) ? OK : damaged(s, w);
}
