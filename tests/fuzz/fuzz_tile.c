/* What is fetched from a log, or asked of one: any bytes as a path, a bundle of entries or a proof are refused with a reason, or mean one
 * thing only. The first byte chooses which. */
#include "ledger/tile.h"

#include "fuzz.h"

static bool has_reason(const struct scope *s)
{
    return s->why.en[0] != 0 && s->why.ja[0] != 0;
}

static void as_path(struct scope *s, struct span path)
{
    char again[TILE_PATH_MAX];
    struct tile t;

    if (tile_parse(s, path, &t) != OK) {
        must(has_reason(s));
        return;
    }
    tile_path(&t, again);
    must(span_is(path, again) && t.width >= 1 && t.width <= TILE_WIDTH);
}

static void as_bundle(struct scope *s, struct span bundle)
{
    struct span *leaves = scope_alloc(s, (bundle.n / 2 + 1) * sizeof *leaves), rest = bundle, again;
    size_t n = 0;

    must(leaves != NULL);
    while (rest.n > 0 && entries_next(s, &rest, &leaves[n]) == OK)
        n++;
    must(rest.n == 0 || has_reason(s));
    must(entries_write(s, leaves, n, &again) == OK);
    must(span_eq(again, span_of(bundle.p, bundle.n - rest.n)));
}

struct claim {
    uint64_t from, size;          /* index or old size, size */
    struct tree_hash start, root; /* leaf or old root, root */
};

static bool holds(struct scope *s, bool is_inclusion, const struct claim *c, const struct tree_proof *p)
{
    enum status st = is_inclusion ? inclusion_check(s, &c->start, c->from, c->size, p, &c->root) :
                                    consistency_check(s, c->from, &c->start, c->size, &c->root, p);

    must(st == OK || has_reason(s));
    return st == OK;
}

/* A claim and a proof. A true one can be made from the end, for its root is free; then nothing in it can be another. */
static void as_proof(struct scope *s, struct span bytes)
{
    struct claim c;
    struct tree_proof p = {0};

    if (bytes.n < sizeof c)
        return;
    memcpy(&c, bytes.p, sizeof c);
    p.n = (bytes.n - sizeof c) / TREE_HASH_LEN;
    memcpy(p.hash, bytes.p + sizeof c, (p.n < PROOF_MOST ? p.n : PROOF_MOST) * TREE_HASH_LEN);
    for (int is_inclusion = 0; is_inclusion < 2; is_inclusion++) {
        struct claim other_start = c, other_root = c;
        struct tree_proof longer = p;

        other_start.start.b[0] ^= 1;
        other_root.root.b[TREE_HASH_LEN - 1] ^= 0x80;
        longer.n++;
        if (!holds(s, is_inclusion, &c, &p))
            continue;
        must(c.from <= c.size && c.size <= INT64_MAX && p.n < PROOF_MOST);
        must(!holds(s, is_inclusion, &other_start, &p) && !holds(s, is_inclusion, &c, &longer));
        must(!holds(s, is_inclusion, &other_root, &p) || (!is_inclusion && c.from == 0 && c.size > 0));
        for (size_t i = 0; i < p.n; i++) {
            struct tree_proof other = p;
            other.hash[i].b[i % TREE_HASH_LEN] ^= 1;
            must(!holds(s, is_inclusion, &c, &other));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const AS[])(struct scope *, struct span) = {as_path, as_bundle, as_proof};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    must(s != NULL);
    if (n > 0 && n < 1 << 16)
        AS[data[0] % COUNT(AS)](s, span_of(data + 1, n - 1));
    return 0;
}
