#ifndef KM_TEST_LEDGER_WORLD_H
#define KM_TEST_LEDGER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#undef fail /* the system has a function of that name */

#include "ledger/event.h"
#include "ledger/note.h"
#include "ledger/tile.h"
#include "seal/secret.h"

/* A small log and those who write in it: events of made-up agencies, their leaves, the tree, and heads signed by the log's key. */

enum { AGENCIES = 6, LEVELS = 20, EVENTS_MOST = 400, CITY = 0 };

/* One event and all that explains it. */
struct made {
    struct event e;
    uint8_t bytes[EVENT_LEN], r_event[SALT_LEN], r_payload[SALT_LEN];
    struct tree_hash hash; /* of its leaf */
    struct span payload, request; /* request empty: nobody's own system asked for it */
    uint64_t index;
    bool is_hole, is_blank;
};
struct tale {
    struct uuid id;
    size_t n;
    struct made v[EVENTS_MOST];
};

struct world {
    struct scope *s;
    uint64_t random;
    int64_t at_ms;
    struct secret *log, *mine[AGENCIES];
    struct note_key key;
    uint8_t public_key[AGENCIES][SIGN_PUBLIC_LEN];
    uint8_t (*leaf)[LEAF_LEN];
    struct tree_hash *hash[LEVELS];
    struct frontier f;
};

#define MUST(e) assert_int_equal((e), OK)

static inline uint64_t pick(struct world *w, uint64_t n)
{
    uint64_t z = (w->random += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % n;
}

static inline void fill(struct world *w, uint8_t *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)pick(w, 256);
}

/* Room for `most` leaves; the origin "test.example/log/<year>". */
static inline struct world *world_new(struct scope *s, uint64_t seed, size_t most, const char *year)
{
    struct world *w = SCOPE_NEW(s, struct world);
    uint8_t public[SIGN_PUBLIC_LEN];

    assert_non_null(w);
    MUST(seal_init());
    *w = (struct world){.s = s, .random = seed, .at_ms = 1793000000000};
    MUST(sign_keypair(s, &w->log, public));
    MUST(note_key_make(s, scope_print(s, "test.example/log/%s", year), NOTE_ED25519, public, &w->key));
    for (size_t i = 0; i < AGENCIES; i++)
        MUST(sign_keypair(s, &w->mine[i], w->public_key[i]));
    w->leaf = scope_alloc(s, most * sizeof *w->leaf + 1);
    assert_non_null(w->leaf);
    for (size_t i = 0; i < LEVELS; i++)
        assert_non_null(w->hash[i] = scope_alloc(s, (most >> i) * sizeof **w->hash + 1));
    return w;
}

static inline void world_free(struct world *w)
{
    secret_free(w->log);
    for (size_t i = 0; i < AGENCIES; i++)
        secret_free(w->mine[i]);
}

static inline enum status keep_hash(void *own, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct world *w = own;

    w->hash[level][index] = *hash;
    return OK;
}

static inline void world_leaf(struct world *w, const uint8_t leaf[LEAF_LEN])
{
    struct tree_hash hash;

    memcpy(w->leaf[w->f.size], leaf, LEAF_LEN);
    tree_leaf(span_of(leaf, LEAF_LEN), &hash);
    MUST(frontier_append(w->s, &w->f, &hash, keep_hash, w));
}

static inline enum status read_hash(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    const struct world *w = own;

    *ret_hash = w->hash[level][index];
    return OK;
}

#endif
