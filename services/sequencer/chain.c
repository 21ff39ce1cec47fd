/* A link is found by its id alone and stays where it is: whoever holds one may keep it while the batch lasts. */
#include "chain.h"

enum status links_new(struct scope *s, size_t most, struct links *ret_links)
{
    size_t n = 16;

    while (n < 2 * most)
        n *= 2;
    *ret_links = (struct links){.v = scope_alloc(s, n * sizeof *ret_links->v), .n = n};
    return ret_links->v ? OK : fail(s, TOO_LARGE, "処理領域が不足しました", "no room for the chains of a batch");
}

struct link *links_at(struct links *l, struct uuid id)
{
    uint64_t mix;
    uint64_t half[2];

    memcpy(half, id.b, sizeof half);
    mix = (half[0] ^ half[1] * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    for (size_t i = (size_t)(mix >> 32);; i++) {
        struct link *at = &l->v[i & (l->n - 1)];
        if (at->is_used && !uuid_eq(at->id, id))
            continue;
        at->is_used = true;
        at->id = id;
        return at;
    }
}
