#ifndef KM_TEST_SIGNER_ASK_H
#define KM_TEST_SIGNER_ASK_H

#include "signer_world.h"

/* The signer's three questions. */

static inline struct asking head_asking(struct place *p, const char *origin, struct grove *tree, uint64_t old, uint64_t size)
{
    struct head_sign m = {.origin = span_str(origin), .old_size = (int64_t)old, .size = (int64_t)size};
    struct span *v = scope_alloc(p->s, PROOF_MOST * sizeof *v);
    struct tree_proof proof;
    struct tree_hash root;

    grove_root(p->s, tree, size, &root);
    grove_proof(p->s, tree, old, size, &proof);
    assert_int_equal(hex_print(p->s, span_of(root.b, sizeof root.b), &m.root), OK);
    for (size_t i = 0; i < proof.n; i++)
        assert_int_equal(hex_print(p->s, span_of(proof.hash[i].b, TREE_HASH_LEN), &v[i]), OK);
    m.proof.v = v;
    m.proof.n = proof.n;
    return question(p, shape_head_sign(), &m);
}

/* ret: OK and the note and its verifier key, which are true for this tree; else the refusal. */
static inline enum status sign(struct place *p, const char *origin, struct grove *tree, uint64_t old, uint64_t size, struct head_signed *ret_m)
{
    struct asking a;
    struct answered got;
    struct note note;
    struct note_key key;
    struct checkpoint c;
    struct tree_hash root;
    int64_t at_s;

    scope_reset(p->s);
    a = head_asking(p, origin, tree, old, size);
    enum status st = ask(p, false, &a, &got);
    if (st != OK) {
        snprintf(p->s->why.en, sizeof p->s->why.en, "%.*s", (int)got.why.why_en.n, (const char *)got.why.why_en.p);
        return st;
    }
    assert_true(span_is(got.type, "head_signed"));
    assert_int_equal(codec_decode(p->s, shape_head_signed(), got.payload, SCHEMA_MINOR, ret_m), OK);
    assert_int_equal(vkey_read(p->s, ret_m->vkey, &key), OK);
    assert_int_equal(note_read(p->s, ret_m->note, &note), OK);
    assert_int_equal(note_check(p->s, &note, &key, &at_s), OK);
    assert_int_equal(checkpoint_read(p->s, note.text, &c), OK);
    grove_root(p->s, tree, size, &root);
    assert_true(span_is(c.origin, origin) && strcmp(key.name, origin) == 0);
    assert_int_equal(c.size, size);
    assert_memory_equal(c.root.b, root.b, TREE_HASH_LEN);
    return OK;
}

/* What a ticket says; kind NULL = there is none. */
struct told {
    const char *kind, *user, *agency, *role, *expires;
};
static const struct told GOOD = {"u", "kanri", "A001", "administrator", "99999999999"};

static inline enum status open_log(struct place *p, bool is_ctl, int role, const char *origin, const struct told *told)
{
    const struct shard_open m = {.origin = span_str(origin), .reason = SPAN_LIT("試験のため / for a test")};
    struct answered got;

    scope_reset(p->s);
    p->s->actor = (struct actor){.user = "kanri", .agency = {"A001"}, .role = role};
    struct asking a = question(p, shape_shard_open(), &m);
    if (told->kind)
        a.ticket = span_str(scope_print(p->s, "KMT1|account|%s|%s|%s|%s||1000|%s|0|%064d", told->kind, told->user, told->agency, told->role,
                                        told->expires, 0));
    enum status st = ask(p, is_ctl, &a, &got);
    p->s->actor = (struct actor){.role = ROLE_SERVICE};
    return st;
}

static inline void shown(struct place *p, struct head_shown *ret_m)
{
    struct answered got;

    scope_reset(p->s);
    struct asking a = question(p, shape_head_show(), &(struct head_show){});
    assert_int_equal(ask(p, false, &a, &got), OK);
    assert_int_equal(codec_decode(p->s, shape_head_shown(), got.payload, SCHEMA_MINOR, ret_m), OK);
}

#endif
