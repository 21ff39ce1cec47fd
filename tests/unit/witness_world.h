#ifndef KM_TEST_WITNESS_WORLD_H
#define KM_TEST_WITNESS_WORLD_H

#include "signer_tree.h"

#include "ledger/submission.h"
#include "seal/digest.h"
#include "seal/secret.h"

/* Logs that sign whatever they are told to, and what they send a witness. */

#define LOG_NAME "log.example/handoff/2026"
#define WITNESS_NAME "witness.example/w1"

struct log {
    struct secret *secret;
    struct note_key key;
};

static inline struct log log_new(struct scope *s, const char *name)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];
    struct log l;

    assert_int_equal(sign_keypair(s, &l.secret, public_key), OK);
    assert_int_equal(note_key_make(s, name, NOTE_ED25519, public_key, &l.key), OK);
    return l;
}

/* A head of this tree, named `origin` and signed by the log. */
static inline struct span log_head(struct scope *s, const struct log *l, const char *origin, struct grove *tree, uint64_t size)
{
    struct checkpoint c = {.origin = span_str(origin), .size = size};
    struct span text, line, note;

    grove_root(s, tree, size, &c.root);
    assert_int_equal(checkpoint_write(s, &c, &text), OK);
    assert_int_equal(note_sign(s, &l->key, l->secret, text, 0, &line), OK);
    assert_int_equal(note_join(s, text, &line, 1, &note), OK);
    return note;
}

/* A body: that head, with the proof from `from`, said to be from `old`. */
static inline struct span log_body(struct scope *s, const struct log *l, struct grove *tree, uint64_t old, uint64_t from, uint64_t size)
{
    struct tree_proof p;
    struct span body;

    grove_proof(s, tree, from, size, &p);
    assert_int_equal(submission_write(s, old, &p, log_head(s, l, l->key.name, tree, size), &body), OK);
    return body;
}

static inline void must_be_status(enum status have, enum status want, const char *name)
{
    if (have != want)
        print_error("%s: %s, not %s\n", name, status_trait(have)->word, status_trait(want)->word);
    assert_int_equal(have, want);
}

static inline int open_scope(void **state)
{
    assert_int_equal(seal_init(), OK);
    *state = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(*state);
    return 0;
}

static inline int close_scope(void **state)
{
    scope_free(*state);
    return 0;
}

#endif
