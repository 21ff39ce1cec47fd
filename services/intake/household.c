/* A household is read and changed as a whole: what is hidden of one member depends on the others, what meetings must heed on all.
 *
 * Neutral by construction: name, address and 支援措置 of a member are one sealed record of one size, so that a protection cannot
 * be told from a corrected telephone number, in the tables or on the wire. What can still be seen: that a record of this member
 * was changed, when, by which agency; and that its text outgrew 4 KiB, which takes many long fields. */
#include "household.h"

#include "base/clock.h"
#include "base/hex.h"
#include "q_intake.h"
#include "seal/seal.h"

enum { RECORD_LEAST = 4095, CARE_LEAST = 4095, COMPOUNDS_BYTES_MAX = 12000 };

static const int64_t DAY_US = 86400LL * US_PER_S;

struct household_rows {
    struct q_case_record_rows told;
    struct q_people_of_rows people;
};

enum status household_queue(struct turn *t, struct uuid case_id, const struct reach *reach, struct household_rows **ret_rows)
{
    struct household_rows *rows = SCOPE_NEW(t->s, struct household_rows);
    /* a clock that is a little behind another worker's must not hide what that one wrote */
    int64_t until = reach->until_us == INT64_MAX ? t->s->now_us + DAY_US : reach->until_us;

    if (!rows)
        return no_room(t);
    *ret_rows = rows;
    TRY(q_case_record(t->tx, &(struct q_case_record){.id = case_id}, &rows->told));
    return q_people_of(t->tx, &(struct q_people_of){.id = case_id, .until = until}, &rows->people);
}

/* One member; a key that was not given makes it unknown, any other trouble fails. */
static enum status open_member(struct turn *t, struct uuid case_id, const struct q_people_of_row *row, struct member *m)
{
    struct record_ref ref = {.type = RECORD_PERSON, .case_id = case_id, .record_id = row->person_id, .version = row->version,
                             .epoch = row->epoch};
    struct person_record record;
    enum status st = record_open(t, &ref, row->sealed, shape_person_record(), &record);

    m->id = row->person_id;
    m->relation = (enum relation)row->relation;
    m->version = row->version;
    m->is_unknown = row->has_newer || st == DENIED;
    if (st != OK)
        return st == DENIED ? OK : st;
    if (record.person.n)
        m->own = record.person.v[0];
    m->has_protection = record.protection.n > 0;
    if (m->has_protection)
        m->protection = record.protection.v[0];
    person_lay(&m->person, &m->own);
    return OK;
}

enum status household_open(struct turn *t, struct uuid case_id, const struct household_rows *rows, struct case_private *ret_told,
                           struct household *ret_h)
{
    struct record_ref ref = {.type = RECORD_CASE, .case_id = case_id, .record_id = case_id, .version = 1};

    if (!rows->told.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    ref.epoch = rows->told.v[0].epoch;
    TRY(record_open(t, &ref, rows->told.v[0].sealed, shape_case_private(), ret_told));
    *ret_h = (struct household){.n = 1};
    ret_h->v[0] = (struct member){.id = case_id, .relation = RELATION_SELF, .person = person_told(ret_told)};
    for (size_t i = 0; i < rows->people.n; i++) {
        const struct q_people_of_row *row = &rows->people.v[i];
        bool is_self = uuid_eq(row->person_id, case_id);
        if (!is_self && ret_h->n == HOUSEHOLD_MAX)
            return fail(t->s, CORRUPT, "世帯の人数が上限を超えています", "more household members than there may be");
        TRY(open_member(t, case_id, row, is_self ? &ret_h->v[0] : &ret_h->v[ret_h->n]));
        ret_h->n += !is_self;
    }
    return OK;
}

struct viewer viewer_of(struct turn *t, const struct reach *reach)
{
    return (struct viewer){.who = span_str(scope_print(t->s, "%s@%s", t->s->actor.user, t->s->actor.agency.code)),
                           .is_emergency = reach->level == ACCESS_EMERGENCY, .may_change = reach_may_change(reach),
                           .role = t->s->actor.role};
}

static enum status no_whole_household(struct turn *t)
{
    return fail(t->s, DENIED, "世帯の記録をすべて読める機関だけが変えられます",
                "only who can read the whole household's records may change one");
}

static enum status find_member(struct turn *t, struct change *c, const struct uuid *person_id)
{
    for (size_t i = 0; i < c->h.n; i++) {
        if (c->h.v[i].is_unknown)
            return no_whole_household(t);
        if (person_id && uuid_eq(c->h.v[i].id, *person_id))
            c->m = &c->h.v[i];
    }
    if (c->m)
        return OK;
    if (person_id)
        return fail(t->s, NOT_FOUND, "該当する世帯員はいません", "no such member of the household");
    if (c->h.n == HOUSEHOLD_MAX)
        return fail(t->s, TOO_LARGE, "世帯員は%d人までです", "a household has at most %d members", HOUSEHOLD_MAX);
    c->m = &c->h.v[c->h.n++];
    *c->m = (struct member){.id = turn_sibling(t, c->case_id)};
    return OK;
}

enum status change_begin(struct turn *t, struct uuid case_id, const struct uuid *person_id, struct change *ret_c)
{
    struct q_household_lock_rows locked;
    struct household_rows *rows;
    struct case_private told;
    struct reach reach;

    TRY(member_load(t, case_id, &reach));
    if (!reach_may_change(&reach))
        return no_whole_household(t);
    TRY(q_household_lock(t->tx, &(struct q_household_lock){.id = case_id}, &locked));
    TRY(household_queue(t, case_id, &reach, &rows));
    TRY(tx_flush(t->tx));
    *ret_c = (struct change){.case_id = case_id, .version = locked.n ? locked.v[0].version + 1 : 2, .by = viewer_of(t, &reach)};
    TRY(household_open(t, case_id, rows, &told, &ret_c->h));
    return find_member(t, ret_c, person_id);
}

static enum status care_emit(struct turn *t, const struct change *c)
{
    struct record_ref ref = {.type = RECORD_CARE, .case_id = c->case_id, .record_id = c->case_id, .version = c->version};
    struct care_private care;
    struct span sealed, hex;

    TRY(household_care(t->s, &c->h, &care));
    TRY(record_seal(t, &ref, shape_care_private(), &care, CARE_LEAST, &sealed));
    TRY(hex_print(t->s, sealed, &hex));
    return EMIT(t, "meeting", c->case_id, case_care, .case_id = c->case_id, .epoch = t->key_epoch, .version = c->version,
                .record = hex);
}

enum status index_emit(struct turn *t, struct uuid case_id, struct uuid person_id, int64_t version, const struct person_private *p,
                       unsigned hidden)
{
    struct record_ref ref = {.type = RECORD_INDEX, .case_id = case_id, .record_id = person_id, .version = version};
    struct person_fields fields = {.name = p->name, .kana = p->kana, .alias = p->alias, .former_name = p->former_name,
                                   .birth_date = p->birth_date, .phone = p->phone, .address = p->address};
    struct compound found[COMPOUNDS_MAX];
    struct compound_private list[COMPOUNDS_MAX];
    size_t found_n, n = 0, bytes = 0;
    struct span sealed, hex;

    if (!p->has_name && !p->has_kana && !p->has_birth_date)
        return OK;
    TRY(people_compounds(t->s, &fields, found, &found_n));
    TRY(compounds_veil(t->s, found, found_n, hidden));
    for (size_t i = 0; i < found_n; i++) {
        bytes += found[i].text.n;
        if (bytes <= COMPOUNDS_BYTES_MAX)
            list[n++] = (struct compound_private){.rule = span_str(found[i].rule), .text = found[i].text};
    }
    TRY(record_seal(t, &ref, shape_compounds_private(), &(struct compounds_private){.compounds = {list, n}}, 0, &sealed));
    TRY(hex_print(t->s, sealed, &hex));
    return EMIT(t, "keys", case_id, person_known, .case_id = case_id, .person_id = person_id, .epoch = t->key_epoch,
                .version = version, .record = hex);
}

/* Of every member each time: what is hidden of one may have changed with another, and nobody sees with whom. */
static enum status index_all(struct turn *t, const struct change *c)
{
    const struct viewer nobody = {.is_emergency = true};

    for (size_t i = 0; i < c->h.n; i++)
        TRY(index_emit(t, c->case_id, c->h.v[i].id, c->version, &c->h.v[i].person, member_hidden(t->s, &c->h, i, &nobody)));
    return OK;
}

enum status change_store(struct turn *t, struct change *c)
{
    struct member *m = c->m;
    struct record_ref ref = {.type = RECORD_PERSON, .case_id = c->case_id, .record_id = m->id, .version = c->version};
    struct person_record record = {.person = {&m->own, 1}, .protection = {&m->protection, m->has_protection}};
    struct span sealed;

    person_lay(&m->person, &m->own);
    TRY(record_seal(t, &ref, shape_person_record(), &record, RECORD_LEAST, &sealed));
    TRY(q_person_add(t->tx, &(struct q_person_add){
        .id = c->case_id, .person = m->id, .version = c->version, .relation = (int64_t)m->relation, .at = t->s->now_us,
        .by = t->s->actor.agency, .actor = span_str(t->s->actor.user), .type = RECORD_PERSON, .epoch = t->key_epoch,
        .sealed = sealed, .due = months_later(t->s->now_us, REMIND_MONTHS)}));
    TRY(care_emit(t, c));
    TRY(index_all(t, c));
    TRY(RECORD_EVENT(t, .what = HAPPENED_PERSON, .case_id = c->case_id, .about = m->id,
                     .detail = words_at(words_relation(), (int64_t)m->relation)));
    return ANSWER(t, done, .has_id = true, .id = m->id);
}
