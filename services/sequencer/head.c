/* A head is kept only when the signer signed exactly what is committed; what the signer signed though its answer was never heard, it says
 * itself when it is asked from an earlier size, and then the proof begins there. */
#include "sequencer.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hex.h"
#include "ledger/note.h"
#include "q_sequencer.h"

struct asking_head {
    struct sequencer *q;
    struct scope *s;
    uint64_t old_size, size; /* of the head signed last, and of what is committed */
    struct tree_hash root;
    struct span note;        /* of the head signed last; empty = none */
};

static enum status read_log(struct asking_head *a, struct tx *tx)
{
    struct q_shard_now_rows log;
    struct q_head_last_rows last;
    struct frontier f;

    TRY(q_shard_now(tx, &log));
    TRY(q_head_last(tx, &(struct q_head_last){.shard = a->q->shard}, &last));
    TRY(tx_flush(tx));
    if (!log.n || log.v[0].shard != a->q->shard)
        return fail(a->s, UNAVAILABLE, "この記録はもう開いていません", "this log is not open any more");
    TRY(frontier_read(a->s, log.v[0].size, log.v[0].hashes, &f));
    a->size = f.size;
    frontier_root(&f, &a->root);
    if (last.n) {
        a->old_size = (uint64_t)last.v[0].size;
        a->note = last.v[0].note;
    }
    return OK;
}

static enum status prove(struct asking_head *a, uint64_t from, struct span **ret_proof, size_t *ret_n)
{
    struct shelf shelf = {.s = a->s, .shard = a->q->shard, .size = a->size};
    struct tree_proof proof = {.n = 0};
    struct span *hex;

    TRY(tx_begin(a->q->db, a->s, &shelf.tx));
    enum status st = from ? consistency_proof(a->s, shelf_read, &shelf, from, a->size, &proof) : OK;
    tx_rollback(shelf.tx);
    if (st != OK)
        return st;
    hex = scope_alloc(a->s, (proof.n + 1) * sizeof *hex);
    if (!hex)
        return fail(a->s, TOO_LARGE, "処理領域が不足しました", "no room for a proof");
    for (size_t i = 0; i < proof.n; i++)
        TRY(hex_print(a->s, span_of(proof.hash[i].b, TREE_HASH_LEN), &hex[i]));
    *ret_proof = hex;
    *ret_n = proof.n;
    return OK;
}

static enum status ask_from(struct asking_head *a, uint64_t from, struct span *ret_note)
{
    struct head_sign ask = {.origin = span_str(a->q->origin), .old_size = (int64_t)from, .size = (int64_t)a->size};
    struct head_signed got;
    struct span *proof = NULL;
    size_t n = 0;

    TRY(prove(a, from, &proof, &n));
    ask.proof.v = proof;
    ask.proof.n = n;
    TRY(hex_print(a->s, span_of(a->root.b, TREE_HASH_LEN), &ask.root));
    a->s->why.state[0] = 0;
    TRY(call(a->q, a->s, "signer", shape_head_sign(), &ask, shape_head_signed(), &got));
    *ret_note = got.note;
    return OK;
}

/* The size the signer says it signed last, where that is one we can prove from. */
static bool size_said(const struct asking_head *a, uint64_t *ret_size)
{
    char *end = NULL;
    const char *text = a->s->why.state;
    unsigned long long size = *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;

    *ret_size = size;
    return end && !*end && size <= a->size && size != a->old_size;
}

/* It is our head that was signed, whoever signed it. */
static enum status check_note(struct asking_head *a, struct span bytes)
{
    struct note note;
    struct checkpoint c;

    TRY(note_read(a->s, bytes, &note));
    TRY(checkpoint_read(a->s, note.text, &c));
    if (!span_is(c.origin, a->q->origin) || c.size != a->size || memcmp(c.root.b, a->root.b, TREE_HASH_LEN) != 0)
        return fail(a->s, CORRUPT, "署名されたのは別の記録です", "what was signed is another head");
    return OK;
}

static enum status keep(struct asking_head *a, struct span note)
{
    struct tx *tx;

    TRY(tx_begin(a->q->db, a->s, &tx));
    enum status st = q_head_put(tx, &(struct q_head_put){.shard = a->q->shard, .size = (int64_t)a->size,
                                                         .root = span_of(a->root.b, TREE_HASH_LEN), .note = note, .at = clock_now_us()});
    if (st != OK) {
        tx_rollback(tx);
        return st;
    }
    return tx_commit(tx);
}

enum status head(struct sequencer *q, struct span *ret_note, uint64_t *ret_size)
{
    struct asking_head a = {.q = q, .s = q->message};
    struct span note;
    struct tx *tx;
    uint64_t said;

    scope_reset(a.s);
    a.s->now_us = clock_now_us();
    TRY(tx_begin(q->db, a.s, &tx));
    enum status st = read_log(&a, tx);
    tx_rollback(tx);
    if (st != OK)
        return st;
    *ret_note = a.note;
    *ret_size = a.note.n ? a.old_size : 0;
    if (a.size == a.old_size || q->is_refused)
        return OK;
    st = ask_from(&a, a.old_size, &note);
    if (st == CONFLICT && size_said(&a, &said))
        st = ask_from(&a, said, &note);
    q->is_refused = st == CONFLICT || st == CORRUPT || st == DENIED;
    q->refusal = a.s->why;
    if (st != OK)
        return st;
    TRY(check_note(&a, note));
    TRY(keep(&a, note));
    *ret_note = note;
    *ret_size = a.size;
    return OK;
}
