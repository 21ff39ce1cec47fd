/* Between rows and the pure decision whether something may be shown: what is decided on is read under the lock of the case, so that
 * a consent cannot end between the decision and the sending; what was decided is written in the transaction that sends. */
#include "permit.h"

#include "directory.h"

enum status grounds_load(struct turn *t, struct uuid case_id, struct grounds *ret_grounds)
{
    return q_consents_live(t->tx, &(struct q_consents_live){.id = case_id, .at = t->s->now_us}, &ret_grounds->rows);
}

bool grounds_carry(const struct grounds *g)
{
    return g->rows.n > 0;
}

/* What an offer could stand on: the ground of its code today, and the consents. */
static enum status ground(struct turn *t, const struct grounds *g, struct offer *o)
{
    struct consent *list = scope_alloc(t->s, g->rows.n * sizeof *list + 1);

    if (!list)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < g->rows.n; i++) {
        const struct q_consents_live_row *r = &g->rows.v[i];
        list[i] = (struct consent){.id = r->consent_id, .purpose = (enum purpose)r->purpose, .receiver = r->receivers.v,
                                   .receiver_n = r->receivers.n, .from_us = r->given_at, .until_us = r->until,
                                   .items = items_bits(r->items.v, r->items.n)};
    }
    o->basis = directory_basis(t, o->code);
    o->consent = list;
    o->consent_n = g->rows.n;
    return OK;
}

enum status items_list(struct turn *t, unsigned bits, const int64_t **ret_v, size_t *ret_n)
{
    int64_t *list = scope_alloc(t->s, item_N_ * sizeof *list);

    if (!list)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    *ret_v = list;
    *ret_n = 0;
    for (int i = 0; i < item_N_; i++)
        if (bits & 1u << i)
            list[(*ret_n)++] = i;
    return OK;
}

enum status permit_decide(struct turn *t, const struct grounds *g, struct offer o, struct permit *ret_permit)
{
    const struct consent *consent;

    TRY(ground(t, g, &o));
    TRY(offer_decide(t->s, &o, &consent));
    *ret_permit = (struct permit){.discloses = o.item_n && o.kind != KIND_PULL_REQUEST, .has_consent = consent != NULL,
                                  .items = {o.items, o.item_n}};
    if (consent)
        ret_permit->consent = consent->id;
    if (ret_permit->discloses)
        ret_permit->law = o.basis->law;
    return OK;
}

enum status permit_joining(struct turn *t, const struct grounds *g, struct offer o, unsigned held, struct permit *ret_permit)
{
    struct permit p = {.discloses = false};

    TRY(ground(t, g, &o));
    TRY(items_list(t, offer_covers(t->s, &o) & ~held, &p.items.v, &p.items.n));
    if (p.items.n) {
        p.discloses = true;
        p.law = o.basis->law;
    }
    *ret_permit = p;
    return OK;
}

enum status permit_told(struct turn *t, struct uuid case_id, struct uuid ref_id, struct agency_id other, enum legal_basis basis)
{
    return RECORD_EVENT(t, .what = HAPPENED_DISCLOSED, .case_id = case_id, .counterpart = other, .about = ref_id,
                        .detail = words_at(words_legal_basis(), (int64_t)basis));
}

enum status permit_store(struct turn *t, const struct referral *was, const struct permit *p)
{
    if (!p->discloses)
        return OK;
    TRY(q_disclosure_add(t->tx, &(struct q_disclosure_add){
        .id = turn_sibling(t, was->case_id), .ref_id = was->id, .at = t->s->now_us, .items = {p->items.v, p->items.n}, .law = p->law,
        .by = span_str(t->s->actor.user)}));
    /* by its sender, or by the receiver that accepts and so reads more */
    struct agency_id other = agency_eq(was->receiver, t->s->actor.agency) ? was->sender : was->receiver;
    return permit_told(t, was->case_id, was->id, other, was->basis);
}
