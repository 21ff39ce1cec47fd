/* An erasure as the history sees it. Keys decides who may and destroys what opens; this service explains and empties. It begins when everything
 * that was there as the keys went is a leaf, holds the sequencer's turn meanwhile, and writes the events that name each leaf in the very
 * transaction that empties the rows: no hole is ever without its explanation. Every step starts from what the rows say, so that a process
 * may end at any instruction. */
#include "audit.h"

#include <stdio.h>

#include "base/base64.h"
#include "q_audit.h"
#include "q_erasure.h"

/* TEXT_MAX: with all else a payload tells it stays below what an event can carry (1,024 bytes), so that no digest stands for it. */
enum { TEXT_MAX = 600, STRETCH_MAX = 80, BLANKS_MAX = 40, STRETCHES_MAX = 4000, TOLD_AT_ONCE = 500 };

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

/* ---- asked and agreed ---- */

static enum status asked(struct turn *t, struct uuid id, struct uuid case_id, const struct q_erasure_next_row *e, int64_t at)
{
    return q_erasure_told(t->tx, &(struct q_erasure_told){
        .id = id, .case_id = case_id, .happened = HAPPENED_ERASURE_ASKED, .has_agency = e->has_asked_agency, .agency = e->asked_agency,
        .actor = e->asked_by, .detail = span_str(words_at(words_erasure_kind(), e->kind)),
        .reason = span_str(words_at(words_erasure_ground(), e->ground)), .at = at});
}

HANDLER(erasure_wanted, t, in)
{
    const struct q_erasure_next_row e = {.kind = in->kind, .ground = in->ground, .asked_by = in->actor, .has_asked_agency = in->has_agency,
                                         .asked_agency = in->agency};

    TRY(q_erasure_drop(t->tx, &(struct q_erasure_drop){.case_id = in->case_id}));
    TRY(q_erasure_add(t->tx, &(struct q_erasure_add){
        .id = in->id, .case_id = in->case_id, .kind = in->kind, .ground = in->ground, .basis = in->basis, .by = in->actor,
        .has_agency = in->has_agency, .agency = in->agency, .at = in->at}));
    TRY(asked(t, in->id, in->case_id, &e, in->at));
    return q_notice_add(t->tx, &(struct q_notice_add){
        .id = in->id, .kind = NOTICE_ERASURE, .has_case_id = true, .case_id = in->case_id, .has_user = true, .user = in->actor,
        .has_detail = true, .detail = span_str(words_at(words_erasure_kind(), in->kind)), .at = in->at});
}

HANDLER(erasure_agreed, t, in)
{
    return q_erasure_agree(t->tx, &(struct q_erasure_agree){.id = in->id, .case_id = in->case_id, .by = in->actor,
                                                            .has_agency = in->has_agency, .agency = in->agency, .at = in->at});
}

enum status erasure_closed(struct turn *t, bool *ret_more)
{
    struct q_erasures_closed_rows rows;

    TRY(q_erasures_closed(t->tx, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++)
        TRY(EMIT(t, "keys", rows.v[i].case_id, erasure_ready, .id = rows.v[i].id, .case_id = rows.v[i].case_id));
    *ret_more = rows.n == 16;
    return OK;
}

/* ---- explained ---- */

struct telling {
    struct turn *t;
    const struct q_erasure_next_row *e;
    char text[TEXT_MAX + STRETCH_MAX];
    size_t n, told;
    int64_t leaves, last; /* last: place in the case */
};

/* One event of those that name the leaves. */
static enum status tell(struct telling *l)
{
    const struct q_erasure_next_row *e = l->e;
    struct span detail;

    if (!l->n)
        return OK;
    TRY(scope_copy(l->t->s, span_of(l->text, l->n), &detail));
    l->n = 0;
    TRY(q_erasure_told(l->t->tx, &(struct q_erasure_told){
        .id = e->id, .case_id = e->case_id, .happened = e->kind == ERASURE_FULL ? HAPPENED_CASE_ERASED : HAPPENED_PAYLOAD_ERASED,
        .has_agency = e->has_agreed_agency, .agency = e->agreed_agency, .actor = e->agreed_by, .detail = detail,
        .reason = span_str(words_at(words_erasure_ground(), e->ground)), .at = l->t->s->now_us}));
    return ++l->told % TOLD_AT_ONCE ? OK : tx_flush(l->t->tx);
}

static enum status add(struct telling *l, const struct q_erasure_leaves_row *r)
{
    char *to = l->text + l->n;
    const char *comma = l->n ? "," : "";
    int log = (int)r->log.n, n = r->first == r->last
        ? snprintf(to, STRETCH_MAX, "%s%.*s/%lld", comma, log, (const char *)r->log.p, (long long)r->first)
        : snprintf(to, STRETCH_MAX, "%s%.*s/%lld-%lld", comma, log, (const char *)r->log.p, (long long)r->first, (long long)r->last);

    if (n < 0 || n >= STRETCH_MAX)
        return fail(l->t->s, INTERNAL, "ログの名前が長すぎます", "the name of a log is too long");
    l->n += (size_t)n;
    l->leaves += r->leaves;
    l->last = r->seq;
    return l->n >= TEXT_MAX ? tell(l) : OK;
}

static enum status explain(struct telling *l)
{
    struct q_erasure_leaves_rows *rows = SCOPE_NEW(l->t->s, struct q_erasure_leaves_rows);

    if (!rows)
        return no_room(l->t);
    do {
        TRY(q_erasure_leaves(l->t->tx, &(struct q_erasure_leaves){.case_id = l->e->case_id, .after = l->last}, rows));
        TRY(tx_flush(l->t->tx));
        for (size_t i = 0; i < rows->n; i++)
            TRY(add(l, &rows->v[i]));
    } while (rows->n == STRETCHES_MAX);
    return tell(l);
}

/* ---- emptied ---- */

/* The next entries that keys is to seal anew. ret_n: how many; 0 = none is left. */
static enum status blank_more(struct turn *t, struct uuid id, struct uuid case_id, int64_t after, int64_t last, size_t *ret_n)
{
    struct blank_entry list[BLANKS_MAX];
    struct q_blank_next_rows rows;

    TRY(q_blank_next(t->tx, &(struct q_blank_next){.case_id = case_id, .after = after, .last = last}, &rows));
    TRY(tx_flush(t->tx));
    *ret_n = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        list[i] = (struct blank_entry){.seq = rows.v[i].seq};
        TRY(base64_print(t->s, rows.v[i].sealed, &list[i].sealed));
    }
    return rows.n ? EMIT(t, "keys", case_id, events_blank, .id = id, .case_id = case_id, .entries = {list, rows.n}) : OK;
}

static enum status erase(struct turn *t, const struct q_erasure_next_row *e)
{
    struct telling l = {.t = t, .e = e, .last = -1};
    bool is_full = e->kind == ERASURE_FULL;
    struct q_turn_wait_row turn;
    size_t n;

    TRY(q_turn_wait(t->tx, &turn));
    TRY(explain(&l));
    TRY(q_erasure_do(t->tx, &(struct q_erasure_do){.id = e->id, .last = l.last}));
    TRY(asked(t, e->id, e->case_id, e, t->s->now_us)); /* told again: the first telling is erased with the rest */
    TRY(q_erasure_at(t->tx, &(struct q_erasure_at){.id = e->id, .state = is_full ? ERASURE_DONE : ERASURE_BLANKS, .leaves = l.leaves,
                                                   .last = l.last, .has_at = is_full, .at = t->s->now_us}));
    return is_full ? OK : blank_more(t, e->id, e->case_id, -1, l.last, &n);
}

enum status erasure_run(struct turn *t, bool *ret_more)
{
    struct q_erasure_next_rows rows;

    TRY(q_erasure_next(t->tx, &rows));
    TRY(tx_flush(t->tx));
    *ret_more = rows.n > 0;
    return rows.n ? erase(t, &rows.v[0]) : OK;
}

/* The chain of messages is the progress: each answer is written down with the question that follows it. */
HANDLER(events_blanked, t, in)
{
    struct span *sealed = scope_alloc(t->s, (in->entries.n + 1) * sizeof *sealed);
    int64_t seqs[BLANKS_MAX], after = -1;
    struct q_erasure_one_rows rows;
    size_t n;

    if (!sealed || in->entries.n > BLANKS_MAX)
        return no_room(t);
    TRY(q_erasure_one(t->tx, &(struct q_erasure_one){.id = in->id}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n || !uuid_eq(rows.v[0].case_id, in->case_id))
        return OK; /* erased in full since */
    for (size_t i = 0; i < in->entries.n; i++) {
        seqs[i] = after = in->entries.v[i].seq;
        TRY(base64_parse(t->s, in->entries.v[i].sealed, &sealed[i]));
    }
    TRY(q_blank_put(t->tx, &(struct q_blank_put){.id = in->id, .seqs = {seqs, in->entries.n}, .sealeds = {sealed, in->entries.n}}));
    TRY(blank_more(t, in->id, in->case_id, after, rows.v[0].last, &n));
    if (n)
        return OK;
    TRY(q_erasure_end(t->tx, &(struct q_erasure_end){.id = in->id, .at = t->s->now_us}));
    return EMIT(t, "keys", in->case_id, blanking_done, .id = in->id, .case_id = in->case_id);
}
