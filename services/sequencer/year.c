/* A year's log is closed only when its last head is of all its leaves, as the signer remembers that, not as we do: a database that was
 * restored is not helped over it by the new year. */
#include "sequencer.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "q_sequencer.h"

enum { AGAIN_US = 20 * US_PER_S };

/* Of an origin <log>/<year>[-n]; 0 = it has none. */
static int year_of(const char *origin)
{
    const char *year = strrchr(origin, '/');

    return year ? (int)strtol(year + 1, NULL, 10) : 0;
}

enum turn { TURN_ASK, TURN_TELL, TURN_WAIT };

/* What the signer remembers decides: our log as we know it is to be closed, it was, or something else is the matter. */
static enum turn turn_of(const struct sequencer *q, const struct head_shown *is, struct span next, uint64_t size, bool is_head)
{
    const struct shard_closed *last = is->closed.n ? &is->closed.v[is->closed.n - 1] : NULL;
    bool is_opened = is->has_origin && span_eq(is->origin, next) && !is->has_at;
    uint64_t signed_size = is->has_size && is->size > 0 ? (uint64_t)is->size : 0;

    if (span_is(is->state, "lost"))
        return TURN_WAIT;
    if (is_opened) /* by us, or by an administrator: before that it was our log, and ended where our heads end, or there was none */
        return last ? (span_is(last->origin, q->origin) && (uint64_t)last->size == size ? TURN_TELL : TURN_WAIT)
                    : size == 0 ? TURN_TELL : TURN_WAIT;
    if (!is_head || signed_size != size)
        return TURN_WAIT;
    return is->has_origin ? (span_is(is->origin, q->origin) ? TURN_ASK : TURN_WAIT) : size == 0 ? TURN_ASK : TURN_WAIT;
}

static enum status tell_database(struct sequencer *q, struct span next)
{
    struct q_year_next_row row;
    struct tx *tx;

    TRY(tx_begin(q->db, q->message, &tx));
    enum status st = q_year_next(tx, &(struct q_year_next){.origin = next}, &row);
    st = st == OK ? tx_flush(tx) : st;
    if (st != OK) {
        tx_rollback(tx);
        return st;
    }
    TRY(tx_commit(tx));
    LOG(LOG_NOTICE, "year_begun", LOG_WORD("year", strrchr(scope_print(q->message, "%.*s", (int)next.n, (const char *)next.p), '/') + 1));
    return OK;
}

enum status year_begins(struct sequencer *q, uint64_t size, bool is_head)
{
    struct scope *s = q->message;
    int year = fiscal_year(clock_now_us());
    int64_t now = clock_mono_us();
    struct head_shown is;
    struct shard_opened opened;

    if (year <= year_of(q->origin) || (q->year_us && now - q->year_us < AGAIN_US))
        return OK;
    q->year_us = now;
    scope_reset(s);
    s->now_us = clock_now_us();
    struct span next = span_str(scope_print(s, "%s/%d", q->p.cfg.log_origin, year));
    TRY(call(q, s, "signer", shape_head_show(), &(struct head_show){}, shape_head_shown(), &is));
    enum turn turn = turn_of(q, &is, next, size, is_head);
    if (turn == TURN_WAIT)
        return fail(s, CONFLICT, "署名側が最後に署名したのはこの記録の末尾ではないため、新しい年度の記録を開きません（kashimaru audit reshard）",
                    "what the signer signed last is not the end of this log: no log of the new year is opened; see kashimaru audit reshard");
    if (turn == TURN_ASK) {
        const struct shard_open ask = {.origin = next, .reason = SPAN_LIT("新しい年度 / a new fiscal year")};
        TRY(call(q, s, "signer", shape_shard_open(), &ask, shape_shard_opened(), &opened));
    }
    TRY(tell_database(q, next));
    q->year_us = 0;
    return OK;
}
