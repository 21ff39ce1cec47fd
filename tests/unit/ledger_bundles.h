#ifndef KM_TEST_LEDGER_BUNDLES_H
#define KM_TEST_LEDGER_BUNDLES_H

#include "base/hex.h"
#include "ledger/bundle.h"
#include "ledger/log_proof.h"
#include "ledger_story.h"

/* Heads, proofs and bundles of a world, and its files as a verifier reads them. */

static inline struct span hex_of(struct scope *s, const void *p, size_t n)
{
    struct span text;
    MUST(hex_print(s, span_of(p, n), &text));
    return text;
}

static inline struct checkpoint world_head(struct world *w, uint64_t size)
{
    struct checkpoint head = {.origin = span_str(w->key.name), .size = size};
    MUST(tree_root(w->s, read_hash, w, size, &head.root));
    return head;
}

static inline struct span note_of(struct world *w, const struct checkpoint *head, const struct secret *signer, const struct note_key *key)
{
    struct span text, line, note;

    MUST(checkpoint_write(w->s, head, &text));
    MUST(note_sign(w->s, key, signer, text, 0, &line));
    MUST(note_join(w->s, text, &line, 1, &note));
    return note;
}

static inline struct span world_note(struct world *w, uint64_t size)
{
    struct checkpoint head = world_head(w, size);

    return note_of(w, &head, w->log, &w->key);
}

static inline struct span world_proof(struct world *w, const struct made *m, uint64_t size)
{
    struct log_proof *p = SCOPE_NEW(w->s, struct log_proof);
    uint8_t *extra = scope_alloc(w->s, EVENT_LEN + SALT_LEN);
    struct span text;

    memcpy(extra, m->bytes, EVENT_LEN);
    memcpy(extra + EVENT_LEN, m->r_event, SALT_LEN);
    *p = (struct log_proof){.extra = span_of(extra, EVENT_LEN + SALT_LEN), .index = m->index, .checkpoint = world_note(w, size)};
    MUST(inclusion_proof(w->s, read_hash, w, m->index, size, &p->path));
    MUST(log_proof_write(w->s, p, &text));
    return text;
}

static inline const struct agency_key *world_keys(struct world *w)
{
    struct agency_key *v = scope_alloc(w->s, AGENCIES * sizeof *v);

    for (unsigned i = 0; i < AGENCIES; i++) {
        v[i] = (struct agency_key){.key = hex_of(w->s, w->public_key[i], SIGN_PUBLIC_LEN), .from = 1790000000000000};
        memcpy(v[i].agency.code, scope_print(w->s, "A%03u", i), 5);
    }
    return v;
}

/* A bundle's parts; each may be changed before it is written. */
struct parts {
    struct case_bundle head;
    struct bundle_log log;
    struct agency_key key[AGENCIES];
    struct case_bundle_event v[EVENTS_MOST];
    size_t n;
};

static inline void part_of(struct world *w, const struct made *m, uint64_t size, struct case_bundle_event *ret_v)
{
    struct tree_proof *proof = SCOPE_NEW(w->s, struct tree_proof);
    struct case_bundle_event e = {.seq = m->e.seq, .index = (int64_t)m->index, .has_event = !m->is_hole, .has_r_event = !m->is_hole,
                                  .has_request = m->request.n > 0, .request = hex_of(w->s, m->request.p, m->request.n)};
    uint8_t leaf[LEAF_LEN];

    e.has_payload = e.has_r_payload = !m->is_hole && !m->is_blank;
    leaf_make(m->r_event, m->bytes, leaf);
    e.has_leaf = m->is_hole;
    e.leaf = hex_of(w->s, leaf, LEAF_LEN);
    e.event = hex_of(w->s, m->bytes, EVENT_LEN);
    e.r_event = hex_of(w->s, m->r_event, SALT_LEN);
    e.payload = m->payload;
    e.r_payload = hex_of(w->s, m->r_payload, SALT_LEN);
    MUST(inclusion_proof(w->s, read_hash, w, m->index, size, proof));
    struct span *hash = scope_alloc(w->s, proof->n * sizeof *hash + 1);
    for (size_t i = 0; i < proof->n; i++)
        hash[i] = hex_of(w->s, proof->hash[i].b, TREE_HASH_LEN);
    e.proof.v = hash;
    e.proof.n = proof->n;
    *ret_v = e;
}

static inline struct parts *parts_of(struct world *w, const struct tale *t, uint64_t size)
{
    struct parts *p = SCOPE_NEW(w->s, struct parts);

    assert_non_null(p);
    p->log = (struct bundle_log){.origin = span_str(w->key.name), .note = world_note(w, size)};
    memcpy(p->key, world_keys(w), sizeof p->key);
    p->head = (struct case_bundle){.case_id = t->id, .logs = {&p->log, 1}, .keys = {p->key, AGENCIES}};
    for (; p->n < t->n; p->n++)
        part_of(w, &t->v[p->n], size, &p->v[p->n]);
    return p;
}

static inline struct span bundle_of(struct world *w, struct parts *p)
{
    struct span text;
    MUST(bundle_write(w->s, &p->head, p->v, p->n, &text));
    return text;
}

#endif
