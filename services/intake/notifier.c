/* 通報者: seen only by named staff of the desk that took the report. For everyone else there is none, also for who may read everything
 * else of the case; nobody can write over what they cannot see, and so nobody learns by writing that it is there. */
#include "household.h"
#include "q_intake.h"

/* Whose case it is first of all. */
static enum status check_desk(struct turn *t, struct uuid case_id, bool *ret_is_desk)
{
    struct q_reception_of_rows row;

    TRY(q_reception_of(t->tx, &(struct q_reception_of){.id = case_id}, &row));
    TRY(tx_flush(t->tx));
    *ret_is_desk = row.n && agency_eq(row.v[0].received_by, t->s->actor.agency);
    return OK;
}

/* The latest one the asker is named in; ret_ref->version 0 = none. One whose key was not given is not theirs to see. */
static enum status find_own(struct turn *t, struct uuid case_id, struct record_ref *ret_ref, struct notifier_private *ret_n)
{
    struct q_notifiers_of_rows rows;

    *ret_ref = (struct record_ref){.type = RECORD_NOTIFIER, .case_id = case_id};
    TRY(q_notifiers_of(t->tx, &(struct q_notifiers_of){.id = case_id, .type = RECORD_NOTIFIER}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_notifiers_of_row *r = &rows.v[i];
        struct record_ref ref = {.type = RECORD_NOTIFIER, .case_id = case_id, .record_id = r->record_id, .version = r->version,
                                 .epoch = r->epoch};
        enum status st = record_open(t, &ref, r->sealed, shape_notifier_private(), ret_n);
        if (st == DENIED)
            continue;
        TRY(st);
        if (!names_viewer(ret_n->named.v, ret_n->named.n, span_str(t->s->actor.user)))
            continue;
        *ret_ref = ref;
        return OK;
    }
    return OK;
}

HANDLER(notifier_put, t, in)
{
    struct notifier_private was, next = in->sealed;
    struct record_ref ref;
    struct reach reach;
    struct span sealed, me = span_str(t->s->actor.user);
    bool is_desk;

    TRY(member_load(t, in->case_id, &reach));
    TRY(check_desk(t, in->case_id, &is_desk));
    if (!is_desk)
        return fail(t->s, DENIED, "通報者を記録できるのは受け付けた機関だけです", "only the desk that took the report records who made it");
    struct span *named = scope_alloc(t->s, (next.named.n + 1) * sizeof *named);
    if (!named)
        return no_room(t);
    for (size_t i = 0; i < next.named.n; i++)
        named[i] = next.named.v[i];
    if (!names_viewer(named, next.named.n, me)) {
        if (next.named.n == shape_field(shape_notifier_private(), SPAN_LIT("named"))->most)
            return fail(t->s, INVALID, "閲覧できる人が多すぎます", "too many users are named");
        named[next.named.n++] = me;
    }
    next.named.v = named;
    TRY(find_own(t, in->case_id, &ref, &was));
    if (!ref.version)
        ref.record_id = turn_sibling(t, in->case_id);
    ref.version++;
    TRY(record_seal(t, &ref, shape_notifier_private(), &next, 0, &sealed));
    TRY(q_notifier_add(t->tx, &(struct q_notifier_add){.id = in->case_id, .record = ref.record_id, .version = ref.version,
        .type = RECORD_NOTIFIER, .epoch = t->key_epoch, .sealed = sealed, .at = t->s->now_us}));
    /* the history is read by every member of the case, and none of them may learn from it that somebody reported */
    TRY(RECORD_EVENT(t, .what = HAPPENED_PERSON, .case_id = in->case_id, .about = in->case_id,
                     .detail = words_at(words_relation(), RELATION_SELF)));
    return ANSWER(t, done, .has_id = true, .id = in->case_id);
}

HANDLER(notifier_show, t, in)
{
    struct notifier_private found;
    struct record_ref ref = {0};
    struct reach reach;
    bool is_desk;

    TRY(reach_load(t, in->case_id, &reach));
    TRY(check_desk(t, in->case_id, &is_desk));
    if (is_desk && reach.level == ACCESS_MEMBER)
        TRY(find_own(t, in->case_id, &ref, &found));
    if (!ref.version)
        return fail(t->s, NOT_FOUND, "通報者の記録はありません", "no notifier is recorded");
    TRY(RECORD_EVENT(t, .what = HAPPENED_NOTIFIER_READ, .case_id = in->case_id));
    return ANSWER(t, notifier_view, .case_id = in->case_id, .has_sealed = true, .sealed = found);
}
