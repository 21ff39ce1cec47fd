/* The household as people see and write it. */
#include "household.h"
#include "wire/codec.h"

static enum status check_relation(struct turn *t, const struct person_put *in)
{
    bool is_self = in->has_person_id && uuid_eq(in->person_id, in->case_id);

    if (is_self == (in->relation == RELATION_SELF))
        return OK;
    return fail(t->s, INVALID, "続柄「本人」は相談者本人だけです", "relation self is the person supported, and nobody else");
}

HANDLER(person_put, t, in)
{
    struct change c;

    TRY(check_relation(t, in));
    TRY(change_begin(t, in->case_id, in->has_person_id ? &in->person_id : NULL, &c));
    c.m->relation = (enum relation)in->relation;
    person_lay(&c.m->own, &in->sealed);
    return change_store(t, &c);
}

HANDLER(protection_put, t, in)
{
    struct change c;
    struct protection_private next;

    TRY(change_begin(t, in->case_id, &in->person_id, &c));
    TRY(protection_decide(t->s, c.m->has_protection ? &c.m->protection : NULL, &in->sealed, in->person_id, c.by.who,
                          t->s->actor.role, t->s->now_us, &next));
    c.m->has_protection = true;
    c.m->protection = next;
    return change_store(t, &c);
}

static enum status show_member(struct turn *t, const struct household *h, size_t i, unsigned items, const struct viewer *v,
                               struct person_contents *ret_c)
{
    const struct member *m = &h->v[i];
    unsigned hidden = member_hidden(t->s, h, i, v);
    size_t n;
    const int64_t *words = masked_words(t->s, hidden, &n);

    if (!words)
        return no_room(t);
    *ret_c = (struct person_contents){.person_id = m->id, .relation = (int64_t)m->relation,
                                      .is_protected = m->has_protection && m->protection.is_on, .masked = {words, n}};
    ret_c->has_protected_until = ret_c->is_protected;
    ret_c->protected_until = m->protection.until;
    protection_tell(m, v, ret_c);
    person_cut(&m->person, items, hidden, ret_c);
    return OK;
}

/* To whom the case is only offered, the person supported alone is disclosed: no basis covers the others. */
HANDLER(people_show, t, in)
{
    struct household_rows *rows;
    struct people_view out = {.case_id = in->case_id, .has_sealed = true};
    struct case_private told;
    struct household h;
    struct reach reach;

    TRY(reach_load(t, in->case_id, &reach));
    TRY(household_queue(t, in->case_id, &reach, &rows));
    TRY(tx_flush(t->tx));
    TRY(household_open(t, in->case_id, rows, &told, &h));
    struct person_contents *people = scope_alloc(t->s, h.n * sizeof *people);
    struct viewer v = viewer_of(t, &reach);
    if (!people)
        return no_room(t);
    size_t n = reach.level == ACCESS_OFFERED ? 1 : h.n;
    for (size_t i = 0; i < n; i++)
        TRY(show_member(t, &h, i, reach_items(&reach), &v, &people[i]));
    out.sealed.people.v = people;
    out.sealed.people.n = n;
    TRY(RECORD_EVENT(t, .what = HAPPENED_CASE_READ, .case_id = in->case_id,
                     .detail = words_at(words_access_level(), (int64_t)reach.level)));
    return turn_answer(t, shape_people_view(), &out);
}
