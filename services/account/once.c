/* An attempt that says which press of a button it is ends as it did, when its answer was lost and the very same comes again: same key, same
 * person, same proofs. Only then: whoever has all of them needed no more before, and any other attempt finds a code used up as ever. Only a
 * keyed digest is kept, and only while ONCE_S lasts. */
#include "account.h"

void once_of(const struct account *a, const char *what, struct uuid key, const struct span *parts, size_t n, struct once *ret_o)
{
    struct span all[2 + ONCE_PARTS] = {span_str(what), span_of(key.b, sizeof key.b)};
    size_t k = 2;

    for (size_t i = 0; i < n && i < ONCE_PARTS; i++)
        all[k++] = parts[i];
    *ret_o = (struct once){.state = ONCE_NEW};
    digest16_keyed(a->own, all, k, ret_o->digest);
}

enum status once_find(struct turn *t, struct once *o)
{
    struct q_once_find_rows rows;
    struct once_facts f = {0};

    TRY(q_once_find(t->tx, &(struct q_once_find){.digest = span_of(o->digest, sizeof o->digest),
                                                 .since = t->s->now_us - ONCE_S * US_PER_S}, &rows));
    TRY(tx_flush(t->tx));
    if (rows.n) {
        f = (struct once_facts){.is_known = true, .is_passed = rows.v[0].is_passed, .has_session = rows.v[0].has_session,
                                .is_unused = rows.v[0].is_unused};
        o->at_us = rows.v[0].at;
    }
    o->state = once_judge(&f);
    return OK;
}

static enum status keep(struct turn *t, const struct once *o, const struct q_once_put *what)
{
    struct q_once_put row = *what;

    row.digest = span_of(o->digest, sizeof o->digest);
    return q_once_put(t->tx, &row);
}

enum status once_refused(struct turn *t, const struct once *o, struct span user, bool is_counted)
{
    return keep(t, o, &(struct q_once_put){.user = user, .at = t->s->now_us, .is_kept = is_counted});
}

enum status once_passed(struct turn *t, const struct once *o, struct span user, bool has_session)
{
    return keep(t, o, &(struct q_once_put){.user = user, .is_passed = true, .has_session = has_session,
                                           .at = o->state == ONCE_OPEN ? o->at_us : t->s->now_us, .is_kept = true});
}
