/* Pure decisions of intake. */
#include "intake.h"

unsigned reach_items(const struct reach *r)
{
    unsigned bits = 0;

    if (r->level == ACCESS_MEMBER)
        return (1u << item_N_) - 1;
    for (size_t i = 0; r->level == ACCESS_OFFERED && i < r->items.n; i++)
        bits |= 1u << r->items.v[i];
    return bits;
}

bool reach_may_write(const struct reach *r)
{
    return r->level == ACCESS_MEMBER && r->until_us == INT64_MAX;
}
