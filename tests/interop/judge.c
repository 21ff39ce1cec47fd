/* Judges the log that Go made: its keys, heads, cosignatures and proofs must be accepted, and none of them with a byte changed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "interop.h"
#include "ledger/log_proof.h"
#include "ledger/policy.h"

enum { LEAST_HEADS = 6, LEAST_PROOFS = 20, LEAST_REFUSED = 10000 };

struct judge {
    struct scope *s; /* emptied after each try */
    const struct policy *policy;
    uint8_t *copy; /* FILE_MOST bytes to change */
    unsigned heads, proofs, steps, refused;
};

static bool is_good_head(struct judge *j, struct span bytes, struct checkpoint *ret_c)
{
    struct note note;

    return note_read(j->s, bytes, &note) == OK && policy_check(j->s, j->policy, &note) == OK &&
           checkpoint_read(j->s, note.text, ret_c) == OK;
}

static bool is_head(struct judge *j, struct span bytes)
{
    struct checkpoint c;
    return is_good_head(j, bytes, &c);
}

/* The leaf stands in the extra data, so that a change of that is seen too. */
static bool is_proof(struct judge *j, struct span bytes)
{
    struct log_proof p;
    struct checkpoint c;
    struct tree_hash leaf;

    if (log_proof_read(j->s, bytes, &p) != OK || !is_good_head(j, p.checkpoint, &c))
        return false;
    tree_leaf(p.extra, &leaf);
    return inclusion_check(j->s, &leaf, p.index, c.size, &p.path, &c.root) == OK;
}

/* Every byte in turn, changed in one way or another. */
static void refuse_changes(struct judge *j, struct span bytes, bool (*is_good)(struct judge *, struct span), const char *name)
{
    uint8_t *copy = j->copy;

    must(bytes.n < FILE_MOST && is_good(j, bytes), name);
    for (size_t i = 0; i < bytes.n; i++) {
        memcpy(copy, bytes.p, bytes.n);
        copy[i] ^= (uint8_t)(1u << (i * 5 % 8));
        scope_reset(j->s);
        must(!is_good(j, span_of(copy, bytes.n)), scope_print(j->s, "%s accepted with byte %zu changed", name, i));
        memcpy(copy, bytes.p, bytes.n);
        memmove(copy + i, copy + i + 1, bytes.n - i - 1);
        must(!is_good(j, span_of(copy, bytes.n - 1)), scope_print(j->s, "%s accepted without byte %zu", name, i));
        j->refused += 2;
    }
    scope_reset(j->s);
}

static struct span line_of(struct span *rest)
{
    const uint8_t *end = memchr(rest->p, '\n', rest->n);

    must(end != NULL, "a line without its end");
    struct span line = span_of(rest->p, (size_t)(end - rest->p));
    *rest = span_of(end + 1, rest->n - line.n - 1);
    return line;
}

/* Go's consistency proofs: accepted between the two heads, refused with any hash changed and between any others. */
static void judge_step(struct judge *j, const struct checkpoint *old, const struct checkpoint *new, struct span text)
{
    struct tree_proof p = {0};
    struct checkpoint other = *old;

    for (; text.n > 0; p.n++)
        must(p.n < PROOF_MOST && base64_to(line_of(&text), p.hash[p.n].b, TREE_HASH_LEN), "a consistency proof is malformed");
    must(consistency_check(j->s, old->size, &old->root, new->size, &new->root, &p) == OK, "a consistency proof is refused");
    other.root.b[3] ^= 4;
    must(consistency_check(j->s, old->size, &other.root, new->size, &new->root, &p) != OK, "another old root is accepted");
    must(consistency_check(j->s, old->size - 1, &old->root, new->size, &new->root, &p) != OK, "another old size is accepted");
    for (size_t i = 0; i < p.n; i++) {
        p.hash[i].b[i % TREE_HASH_LEN] ^= 0x40;
        must(consistency_check(j->s, old->size, &old->root, new->size, &new->root, &p) != OK, "a changed consistency proof is accepted");
        p.hash[i].b[i % TREE_HASH_LEN] ^= 0x40;
        j->refused++;
    }
    j->refused += 2;
    j->steps++;
}

static struct policy *policy_of(struct scope *s, const char *dir)
{
    struct span keys = file_read(s, dir, "go.keys"), log = line_of(&keys), witness = line_of(&keys);
    struct policy *policy;
    const char *text = scope_print(s, "log %.*s\nwitness go %.*s\nquorum go\n", (int)log.n, (const char *)log.p, (int)witness.n,
                                   (const char *)witness.p);

    must(policy_read(s, span_str(text), &policy) == OK, "Go's keys are refused");
    return policy;
}

static void judge_line(struct judge *j, struct scope *s, const char *dir, struct span line)
{
    struct checkpoint old, new;
    uint64_t a = 0, b = 0;
    const char *text = scope_print(s, "%.*s", (int)line.n, (const char *)line.p), *name = strchr(text, ' ');
    char *end;

    must(name != NULL, text);
    name++;
    a = strtoull(name, &end, 10);
    b = *end ? strtoull(end + 1, NULL, 10) : 0;
    if (strncmp(text, "head", 4) == 0) {
        refuse_changes(j, file_read(s, dir, scope_print(s, "go.checkpoint.%" PRIu64, a)), is_head, text);
        j->heads++;
    } else if (strncmp(text, "proof", 5) == 0) {
        refuse_changes(j, file_read(s, dir, scope_print(s, "go.proof.%" PRIu64 ".%" PRIu64, a, b)), is_proof, text);
        j->proofs++;
    } else {
        must(is_good_head(j, file_read(s, dir, scope_print(s, "go.checkpoint.%" PRIu64, a)), &old) &&
                 is_good_head(j, file_read(s, dir, scope_print(s, "go.checkpoint.%" PRIu64, b)), &new), text);
        judge_step(j, &old, &new, file_read(s, dir, scope_print(s, "go.consistency.%" PRIu64 ".%" PRIu64, a, b)));
    }
}

void log_judge(struct scope *s, const char *dir)
{
    AUTO(scope) own = scope_new(SCOPE_CAP, entropy_system());
    struct judge j = {.s = own, .policy = policy_of(s, dir), .copy = scope_alloc(s, FILE_MOST)};
    struct span list = file_read(s, dir, "go.list");

    must(own != NULL && j.copy != NULL, "no memory");
    while (list.n > 0)
        judge_line(&j, s, dir, line_of(&list));
    must(j.heads >= LEAST_HEADS && j.proofs >= LEAST_PROOFS && j.steps >= LEAST_HEADS - 1 && j.refused >= LEAST_REFUSED,
         "Go made less than was to be judged");
    printf("C judged: %u heads signed and cosigned, %u proof files, %u consistency proofs accepted; %u changes refused\n", j.heads, j.proofs,
           j.steps, j.refused);
}
