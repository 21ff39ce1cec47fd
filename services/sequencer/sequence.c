/* One transaction reads rows in the order of their commits, has their events signed, and writes leaves, chains, the log's frontier and how
 * far the history was read: all of it is there afterwards or none, so that a row becomes one leaf however often this is tried. */
#include "sequencer.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/hex.h"
#include "chain.h"
#include "ledger/event.h"
#include "map.h"
#include "q_sequencer.h"
#include "take.h"

enum { PATIENCE_US = 40 * US_PER_S, SEALED_MAX = 6000, LEVELS_KEPT = TREE_LEVELS / TILE_HEIGHT };

static const char CITY[] = "A000"; /* whose events are nobody's own */

struct batch {
    struct sequencer *q;
    struct scope *s;
    struct tx *tx;
    int64_t shard;
    struct frontier frontier;
    struct q_rows_new_rows rows;
    struct links cases, offers;
    struct link **of_case, **of_offer; /* of each row; of_offer NULL where it neither offers nor answers */
    struct event_wanted *events;
    struct span *leaves, *sealeds;
    int64_t *levels, *node_idxs;
    struct span *node_hashes;
    size_t node_n, node_most;
};

static enum status no_room(struct batch *b)
{
    return fail(b->s, TOO_LARGE, "処理領域が不足しました", "no room for a batch");
}

/* ---- reading ---- */

static enum status take_turn(struct batch *b, struct q_turn_take_row *turn)
{
    TRY(q_turn_take(b->tx, turn));
    TRY(tx_flush(b->tx));
    return turn->is_mine ? OK : fail(b->s, UNAVAILABLE, "別の sequencer が働いています", "another sequencer is at work");
}

static enum status read_rows(struct batch *b)
{
    struct q_frontier_lock_row f;

    TRY(q_rows_new(b->tx, &(struct q_rows_new){.most = b->q->rows_most}, &b->rows));
    TRY(tx_flush(b->tx));
    if (!b->rows.n)
        return OK;
    TRY(q_frontier_lock(b->tx, &(struct q_frontier_lock){.shard = b->shard}, &f));
    TRY(tx_flush(b->tx));
    return frontier_read(b->s, f.size, f.hashes, &b->frontier);
}

static enum status room(struct batch *b)
{
    size_t n = b->rows.n;

    b->of_case = scope_alloc(b->s, n * sizeof(struct link *));
    b->of_offer = scope_alloc(b->s, n * sizeof(struct link *));
    b->events = scope_alloc(b->s, n * sizeof *b->events);
    b->leaves = scope_alloc(b->s, n * sizeof *b->leaves);
    b->sealeds = scope_alloc(b->s, n * sizeof *b->sealeds);
    b->node_most = n / (TILE_WIDTH - 1) + LEVELS_KEPT + 2;
    b->levels = scope_alloc(b->s, b->node_most * sizeof *b->levels);
    b->node_idxs = scope_alloc(b->s, b->node_most * sizeof *b->node_idxs);
    b->node_hashes = scope_alloc(b->s, b->node_most * sizeof *b->node_hashes);
    if (!b->of_case || !b->of_offer || !b->events || !b->leaves || !b->sealeds || !b->levels || !b->node_idxs || !b->node_hashes)
        return no_room(b);
    TRY(links_new(b->s, n, &b->cases));
    return links_new(b->s, n, &b->offers);
}

static enum status hash_of(struct batch *b, struct span bytes, struct link *to)
{
    if (bytes.n != TREE_HASH_LEN)
        return fail(b->s, CORRUPT, "台帳の鎖が壊れています", "a chain of the log is damaged");
    memcpy(to->hash.b, bytes.p, TREE_HASH_LEN);
    to->has_hash = true;
    return OK;
}

/* The events of all rows, and the ends of the chains they make longer. */
static enum status read_chains(struct batch *b)
{
    size_t n = b->rows.n;
    struct uuid *cases = scope_alloc(b->s, n * sizeof *cases), *abouts = scope_alloc(b->s, n * sizeof *abouts);
    struct q_chains_of_rows chains;
    struct q_offers_of_rows offers;
    size_t about_n = 0;

    if (!cases || !abouts)
        return no_room(b);
    for (size_t i = 0; i < n; i++) {
        const struct q_rows_new_row *row = &b->rows.v[i];
        TRY(take_row(b->s, row, &b->events[i]));
        enum event_type type = (enum event_type)b->events[i].type;
        cases[i] = row->case_id;
        b->of_case[i] = links_at(&b->cases, row->case_id);
        if (!row->has_about || !(type == EVENT_OFFER || type_answers(type)))
            continue;
        abouts[about_n++] = row->about;
        b->of_offer[i] = links_at(&b->offers, row->about);
    }
    TRY(q_chains_of(b->tx, &(struct q_chains_of){.cases = {cases, n}}, &chains));
    TRY(q_offers_of(b->tx, &(struct q_offers_of){.abouts = {abouts, about_n}}, &offers));
    TRY(tx_flush(b->tx));
    for (size_t i = 0; i < chains.n; i++) {
        struct link *l = links_at(&b->cases, chains.v[i].case_id);
        l->seq = chains.v[i].next_seq;
        TRY(hash_of(b, chains.v[i].leaf_hash, l));
    }
    for (size_t i = 0; i < offers.n; i++)
        TRY(hash_of(b, offers.v[i].leaf_hash, links_at(&b->offers, offers.v[i].about)));
    return OK;
}

/* ---- asking ---- */

/* What the event follows and answers: by the leaf hash, or, in the same message, by the event. */
static enum status bind(struct batch *b, size_t i, size_t first)
{
    struct link *chain = b->of_case[i], *offer = b->of_offer[i];
    struct event_wanted *e = &b->events[i];

    e->seq = chain->seq++;
    e->has_prev = chain->last <= first && chain->has_hash;
    if (e->has_prev)
        TRY(hex_print(b->s, span_of(chain->hash.b, TREE_HASH_LEN), &e->prev));
    chain->last = i + 1;
    chain->is_changed = true;
    if (!offer)
        return OK;
    if (e->type == EVENT_OFFER) {
        offer->last = i + 1;
        offer->is_changed = true;
        return OK;
    }
    e->has_answers_id = offer->last > first;
    e->has_answers = !e->has_answers_id && offer->has_hash;
    if (e->has_answers_id)
        e->answers_id = b->events[offer->last - 1].id;
    else if (e->has_answers)
        TRY(hex_print(b->s, span_of(offer->hash.b, TREE_HASH_LEN), &e->answers));
    return OK;
}

static enum status keep_signed(struct batch *b, size_t i, const struct event_signed *e)
{
    uint8_t *leaf = scope_alloc(b->s, LEAF_LEN);
    struct tree_hash hash;

    if (!leaf)
        return no_room(b);
    if (!uuid_eq(e->id, b->events[i].id) || !hex_to(e->leaf, leaf, LEAF_LEN))
        return fail(b->s, CORRUPT, "keys の応答が要求と合いません", "keys answered with another event");
    TRY(base64_parse(b->s, e->sealed, &b->sealeds[i]));
    b->leaves[i] = span_of(leaf, LEAF_LEN);
    tree_leaf(b->leaves[i], &hash);
    b->of_case[i]->hash = hash;
    b->of_case[i]->has_hash = true;
    if (b->of_offer[i] && b->events[i].type == EVENT_OFFER) {
        b->of_offer[i]->hash = hash;
        b->of_offer[i]->has_hash = true;
    }
    return OK;
}

static enum status sign(struct batch *b, size_t first, size_t n)
{
    struct events_sign ask = {.events = {.v = b->events + first, .n = n}};
    struct scope *s = b->q->message;
    struct events_signed got;

    for (size_t i = first; i < first + n; i++)
        TRY(bind(b, i, first));
    scope_reset(s);
    enum status st = call(b->q, s, "keys", shape_events_sign(), &ask, shape_events_signed(), &got);
    if (st != OK) {
        b->s->why = s->why;
        return st;
    }
    if (got.events.n != n)
        return fail(b->s, CORRUPT, "keys の応答が要求と合いません", "keys answered another number of events");
    for (size_t i = 0; i < n; i++)
        TRY(keep_signed(b, first + i, &got.events.v[i]));
    return OK;
}

static enum status sign_all(struct batch *b)
{
    int64_t until = clock_mono_us() + PATIENCE_US;

    for (size_t i = 0; i < b->rows.n; i += EVENTS_A_MESSAGE) {
        if (clock_mono_us() > until)
            return fail(b->s, UNAVAILABLE, "署名に時間がかかりすぎています", "signing takes too long");
        TRY(sign(b, i, b->rows.n - i < EVENTS_A_MESSAGE ? b->rows.n - i : EVENTS_A_MESSAGE));
    }
    return OK;
}

/* ---- writing ---- */

static enum status keep_node(void *own, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct batch *b = own;
    uint8_t *bytes;

    if (!level || level % TILE_HEIGHT)
        return OK;
    bytes = b->node_n < b->node_most ? scope_alloc(b->s, TREE_HASH_LEN) : NULL;
    if (!bytes)
        return no_room(b);
    memcpy(bytes, hash->b, TREE_HASH_LEN);
    b->levels[b->node_n] = (int64_t)level;
    b->node_idxs[b->node_n] = (int64_t)index;
    b->node_hashes[b->node_n++] = span_of(bytes, TREE_HASH_LEN);
    return OK;
}

static enum status write_entries(struct batch *b)
{
    size_t n = b->rows.n;
    struct uuid *ids = scope_alloc(b->s, n * sizeof *ids), *cases = scope_alloc(b->s, n * sizeof *cases);
    int64_t *number = scope_alloc(b->s, 3 * n * sizeof *number);
    struct span *agencies = scope_alloc(b->s, n * sizeof *agencies);

    if (!ids || !cases || !number || !agencies)
        return no_room(b);
    for (size_t i = 0; i < n; i++) {
        const struct event_wanted *e = &b->events[i];
        ids[i] = e->id;
        cases[i] = e->case_id;
        number[i] = e->seq;
        number[n + i] = e->type;
        number[2 * n + i] = e->at_ms * US_PER_MS;
        agencies[i] = span_str(e->has_agency ? e->agency.code : CITY);
    }
    return q_entries_put(b->tx, &(struct q_entries_put){.shard = b->shard, .from = (int64_t)b->frontier.size, .ids = {ids, n},
        .cases = {cases, n}, .seqs = {number, n}, .types = {number + n, n}, .ats = {number + 2 * n, n}, .agencies = {agencies, n},
        .leaves = {b->leaves, n}, .sealeds = {b->sealeds, n}, .at = b->s->now_us});
}

static enum status write_frontier(struct batch *b)
{
    struct frontier *f = &b->frontier;
    struct tree_hash leaf;

    for (size_t i = 0; i < b->rows.n; i++) {
        tree_leaf(b->leaves[i], &leaf);
        TRY(frontier_append(b->s, f, &leaf, keep_node, b));
    }
    if (b->node_n)
        TRY(q_nodes_put(b->tx, &(struct q_nodes_put){.shard = b->shard, .levels = {b->levels, b->node_n},
                                                     .idxs = {b->node_idxs, b->node_n}, .hashes = {b->node_hashes, b->node_n}}));
    return q_frontier_put(b->tx, &(struct q_frontier_put){.shard = b->shard, .size = (int64_t)f->size,
                                                          .hashes = span_of(f->hash, f->n * TREE_HASH_LEN)});
}

struct ends {
    struct uuid *ids;
    int64_t *seqs;
    struct span *hashes;
    size_t n;
};

static enum status changed(struct batch *b, const struct links *l, struct ends *ret_e)
{
    struct ends e = {.ids = scope_alloc(b->s, b->rows.n * sizeof *e.ids), .seqs = scope_alloc(b->s, b->rows.n * sizeof *e.seqs),
                     .hashes = scope_alloc(b->s, b->rows.n * sizeof *e.hashes)};

    if (!e.ids || !e.seqs || !e.hashes)
        return no_room(b);
    for (size_t i = 0; i < l->n; i++) {
        const struct link *at = &l->v[i];
        if (!at->is_used || !at->is_changed)
            continue;
        e.ids[e.n] = at->id;
        e.seqs[e.n] = at->seq;
        e.hashes[e.n++] = span_of(at->hash.b, TREE_HASH_LEN);
    }
    *ret_e = e;
    return OK;
}

static enum status write_all(struct batch *b)
{
    const struct q_rows_new_row *last = &b->rows.v[b->rows.n - 1];
    struct ends cases, offers;

    TRY(changed(b, &b->cases, &cases));
    TRY(changed(b, &b->offers, &offers));
    TRY(write_entries(b));
    TRY(write_frontier(b));
    TRY(q_chains_put(b->tx, &(struct q_chains_put){.cases = {cases.ids, cases.n}, .seqs = {cases.seqs, cases.n},
                                                   .hashes = {cases.hashes, cases.n}}));
    if (offers.n)
        TRY(q_offers_put(b->tx, &(struct q_offers_put){.abouts = {offers.ids, offers.n}, .hashes = {offers.hashes, offers.n}}));
    TRY(q_position_put(b->tx, &(struct q_position_put){.tx = last->tx, .id = last->id}));
    return OK;
}

static enum status take_rows(struct batch *b)
{
    TRY(read_rows(b));
    if (!b->rows.n)
        return OK;
    TRY(room(b));
    TRY(read_chains(b));
    TRY(sign_all(b));
    return write_all(b);
}

enum status sequence(struct sequencer *q, int64_t *ret_n)
{
    struct batch b = {.q = q, .s = q->batch, .shard = q->shard};
    struct q_turn_take_row turn = {.is_mine = false};

    *ret_n = 0;
    scope_reset(b.s);
    b.s->now_us = clock_now_us();
    TRY(tx_begin(q->db, b.s, &b.tx));
    enum status st = take_turn(&b, &turn);
    bool is_looking = st == OK && (turn.is_elsewhere || turn.is_looking);
    if (st == OK)
        st = is_looking ? look_again(b.s, b.tx, turn.is_elsewhere) : take_rows(&b);
    if (st != OK || (!is_looking && !b.rows.n)) {
        tx_rollback(b.tx);
        return st;
    }
    TRY(tx_commit(b.tx));
    *ret_n = is_looking ? q->rows_most : (int64_t)b.rows.n;
    return OK;
}
