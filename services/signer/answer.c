/* What is signed is remembered first: the memory is on the disk before a signature is even made. So a signature may be lost, and is given
 * again when the same head is asked for again, but no two heads of one size are ever signed, nor a smaller one after a larger. */
#include "base/calendar.h"
#include "base/clock.h"
#include "base/hex.h"
#include "base/log.h"
#include "inside.h"
#include "wire/message.h"

static enum status lost_fail(struct signer *g)
{
    g->s->why = g->memory->why;
    return CONFLICT;
}

static enum status room_fail(struct scope *s)
{
    return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

static enum status head_wanted(struct scope *s, const struct head_sign *in, struct wanted *w)
{
    *w = (struct wanted){.origin = in->origin, .old_size = (uint64_t)in->old_size, .size = (uint64_t)in->size};
    bool is_good = in->old_size >= 0 && in->size >= 0 && in->proof.n <= PROOF_MOST && hex_to(in->root, w->root.b, TREE_HASH_LEN);
    for (size_t i = 0; is_good && i < in->proof.n; i++)
        is_good = hex_to(in->proof.v[i], w->proof.hash[w->proof.n++].b, TREE_HASH_LEN);
    return is_good ? OK : fail(s, INVALID, "大きさは0以上、ハッシュは16進64文字です", "sizes are not negative, hashes are 64 hex digits");
}

/* A first head under a name that was published before was signed by somebody who is not remembered. */
static enum status check_unpublished(struct signer *g, struct span origin)
{
    struct span bytes;
    enum status st = NOT_FOUND;

    for (size_t i = 0; i < PLACES_OF_HEAD && st != OK && st != TOO_LARGE; i++)
        st = published_read(g->s, g->cfg, origin, i, &bytes);
    if (st == OK || st == TOO_LARGE)
        return fail(g->s, CONFLICT, "この名前の記録はすでに公開されていますが、署名側に記憶がありません（kashimaru audit reshard）",
                    "a log of this name is published already, but the signer does not remember it; see kashimaru audit reshard");
    return OK; /* there is none, or this process may not see the folder */
}

enum status answer_head_sign(struct signer *g, struct asked *a)
{
    struct memory *m = g->memory;
    struct head *next = SCOPE_NEW(g->s, struct head);
    struct head_signed *out = SCOPE_NEW(g->s, struct head_signed);
    struct wanted *w = SCOPE_NEW(g->s, struct wanted);
    char *vkey = scope_alloc(g->s, VKEY_MAX);
    struct note_key key;

    if (!next || !out || !w || !vkey)
        return room_fail(g->s);
    if (m->state == MEMORY_LOST)
        return lost_fail(g);
    TRY(head_wanted(g->s, a->in, w));
    TRY(head_decide(g->s, &m->head, span_str(g->cfg->log_origin), w, next));
    if (m->state == MEMORY_NEW)
        TRY(check_unpublished(g, w->origin));
    if (m->head.signed_s == 0 || next->size != m->head.size) {
        next->signed_s = g->s->now_us / US_PER_S;
        TRY(memory_keep(g->s, m, next));
    }
    TRY(memory_note(g->s, m, &out->note));
    TRY(memory_key(g->s, m, &key));
    vkey_write(&key, vkey);
    out->has_vkey = true;
    out->vkey = span_str(vkey);
    a->shape = shape_head_signed();
    a->out = out;
    return OK;
}

/* ---- what is remembered ---- */

static enum status show_closed(struct scope *s, const struct head *h, struct head_shown *out)
{
    struct shard_closed *v = scope_alloc(s, (h->closed_n + 1) * sizeof *v);

    if (!v)
        return room_fail(s);
    for (size_t i = 0; i < h->closed_n; i++) {
        const struct closed *c = &h->closed[i];
        v[i] = (struct shard_closed){.origin = span_str(c->origin), .size = (int64_t)c->size, .at = c->at_s * US_PER_S, .by = span_str(c->by),
                                     .reason = span_str(c->reason), .has_vkey = c->vkey[0] != 0, .vkey = span_str(c->vkey)};
        TRY(hex_print(s, span_of(c->root.b, TREE_HASH_LEN), &v[i].root));
    }
    out->closed.v = v;
    out->closed.n = h->closed_n;
    return OK;
}

static enum status show_open(struct scope *s, const struct memory *m, struct head_shown *out)
{
    const struct head *h = &m->head;
    char *vkey = scope_alloc(s, VKEY_MAX);
    struct note_key key;

    if (!vkey)
        return room_fail(s);
    out->has_origin = out->has_size = out->has_root = true;
    out->origin = span_str(h->origin);
    out->size = (int64_t)h->size;
    TRY(hex_print(s, span_of(h->root.b, TREE_HASH_LEN), &out->root));
    out->has_at = h->signed_s != 0;
    out->at = h->signed_s * US_PER_S;
    TRY(memory_key(s, m, &key));
    vkey_write(&key, vkey);
    out->has_vkey = true;
    out->vkey = span_str(vkey);
    return OK;
}

enum status answer_head_show(struct signer *g, struct asked *a)
{
    static const char *const STATES[] = {[MEMORY_NEW] = "new", [MEMORY_READY] = "ready", [MEMORY_LOST] = "lost"};
    struct head_shown *out = SCOPE_NEW(g->s, struct head_shown);

    if (!out)
        return room_fail(g->s);
    out->state = span_str(STATES[g->memory->state]);
    if (g->memory->note && g->memory->head.origin[0])
        TRY(show_open(g->s, g->memory, out));
    TRY(show_closed(g->s, &g->memory->head, out));
    a->shape = shape_head_shown();
    a->out = out;
    return OK;
}

/* ---- a new log ---- */

enum status answer_shard_open(struct signer *g, struct asked *a)
{
    const struct header *h = &a->f->header;
    const struct shard_open *in = a->in;
    struct memory *m = g->memory;
    struct head *next = SCOPE_NEW(g->s, struct head);
    struct shard_opened *out = SCOPE_NEW(g->s, struct shard_opened);
    bool is_clock = !span_is(h->from, ADMINISTRATORS); /* nobody asks: a year is over */
    const char *by = is_clock ? "clock" : scope_print(g->s, "%.*s@%s", (int)h->actor.n, (const char *)h->actor.p, h->agency.code);
    const struct opening o = {.id = h->id, .origin = in->origin, .by = span_str(by), .reason = in->reason,
                              .at_s = g->s->now_us / US_PER_S};
    char *vkey = scope_alloc(g->s, VKEY_MAX);
    struct note_key key;

    if (!next || !out || !vkey)
        return room_fail(g->s);
    bool is_lost = m->state == MEMORY_LOST;
    if (is_clock)
        TRY(year_decide(g->s, &m->head, is_lost, span_str(g->cfg->log_origin), &o, fiscal_year(g->s->now_us), next));
    else
        TRY(shard_decide(g->s, &m->head, is_lost, span_str(g->cfg->log_origin), &o, next));
    if (next->closed_n != m->head.closed_n || !m->head.origin[0]) {
        TRY(check_unpublished(g, in->origin));
        TRY(memory_renew(g->s, m, next));
        LOG(LOG_NOTICE, "log_opened", LOG_WORD("origin", m->head.origin), LOG_NUM("closed", m->head.closed_n));
    }
    TRY(memory_key(g->s, m, &key));
    vkey_write(&key, vkey);
    out->origin = span_str(m->head.origin);
    out->vkey = span_str(vkey);
    a->shape = shape_shard_opened();
    a->out = out;
    return OK;
}
