/* A head is cosigned only if it continues the one cosigned last as this witness remembers it; what the sender says about that must be the
 * same, but is never what it is judged by. */
#include "decide.h"

#include <inttypes.h>
#include <stdio.h>

static enum status signature_decide(struct scope *s, const struct watched *w, const struct note *note)
{
    int64_t at_s;
    enum status st = note_check(s, note, &w->key, &at_s);

    if (st == NOT_FOUND || st == CORRUPT)
        return fail(s, DENIED, "信頼している鍵の署名ではありません", "not signed by the key that is trusted for this log");
    return st;
}

static enum status stale(struct scope *s, const struct watched *w)
{
    (void)fail(s, CONFLICT, "最後に連署したのは %" PRIu64 " 件です。証明はそこから始まります", "the head cosigned last has %" PRIu64
               " leaves: the proof must begin there", w->size);
    snprintf(s->why.state, sizeof s->why.state, "%" PRIu64, w->size);
    return CONFLICT;
}

bool is_fork(const struct watched *w, const struct checkpoint *head)
{
    return !w->is_lost && w->is_cosigned && head->size == w->size && memcmp(head->root.b, w->root.b, TREE_HASH_LEN) != 0;
}

enum status cosign_decide(struct scope *s, const struct watched *w, const struct submission *m)
{
    TRY(signature_decide(s, w, &m->note));
    if (m->old > m->head.size)
        return fail(s, INVALID, "old が木の件数より大きくなっています", "old is larger than the head");
    if (w->is_lost) {
        s->why = w->why;
        return UNAVAILABLE;
    }
    if (m->old != w->size)
        return stale(s, w);
    s->why.state[0] = '\0';
    if (is_fork(w, &m->head))
        return fail(s, CONFLICT, "同じ件数で根の違う木に連署済みです。記録が枝分かれしています",
                    "another root of the same size was cosigned: the log forked");
    return consistency_check(s, w->size, &w->root, m->head.size, &m->head.root, &m->proof);
}
