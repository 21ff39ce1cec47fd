/* 支援措置: on by request, off only by a recorded decision. Time alone never reveals anything. */
#include "base/clock.h"
#include "person.h"

enum { NAMED_MAX = 16, PROTECTED_MONTHS = 12, RENEW_MONTHS = 1 };

int64_t months_later(int64_t at_us, int months)
{
    struct date d = date_of(at_us);
    int month = d.year * 12 + d.month - 1 + months;

    d.year = month / 12;
    d.month = month % 12 + 1;
    while (!date_is_valid(d))
        d.day--;
    return date_start_us(d);
}

/* user@agency */
static bool is_name(struct span name)
{
    const uint8_t *at = name.n ? memchr(name.p, '@', name.n) : NULL;
    struct agency_id agency;

    return at && at != name.p && agency_parse(span_of(at + 1, name.n - (size_t)(at + 1 - name.p)), &agency) == OK;
}

static enum status name_all(struct scope *s, const struct protection_wish *wish, struct span who, struct protection_private *next)
{
    struct span *names = scope_alloc(s, (wish->named.n + 1) * sizeof *names);
    size_t n = 0;

    if (!names)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < wish->named.n; i++) {
        if (!is_name(wish->named.v[i]))
            return fail(s, INVALID, "閲覧できる人は 利用者@機関 の形で書いてください", "who may see is written user@agency");
        if (!names_viewer(names, n, wish->named.v[i]))
            names[n++] = wish->named.v[i];
    }
    if (!names_viewer(names, n, who))
        names[n++] = who;
    if (n > NAMED_MAX)
        return fail(s, INVALID, "閲覧できる人は%d人までです", "at most %d users may be named", NAMED_MAX);
    next->named.v = names;
    next->named.n = n;
    return OK;
}

static bool leads(int role)
{
    return role == ROLE_TEAM_LEAD || role == ROLE_COORDINATOR;
}

static enum status need_reason(struct scope *s, const struct protection_wish *wish)
{
    if (wish->has_reason && wish->reason.n)
        return OK;
    return fail(s, INVALID, "理由を書いてください", "a reason is required");
}

static enum status turn_off(struct scope *s, const struct protection_private *was, const struct protection_wish *wish, int role,
                            struct protection_private *ret_next)
{
    if (!leads(role))
        return fail(s, DENIED, "支援措置の解除は所属長か調整担当が決めます", "only a team lead or coordinator decides this");
    if (!was || !was->is_on)
        return fail(s, CONFLICT, "支援措置は取られていません", "there is nothing to turn off");
    TRY(need_reason(s, wish));
    *ret_next = *was;
    ret_next->is_on = false;
    ret_next->has_reason = true;
    ret_next->reason = wish->reason;
    return OK;
}

enum status protection_decide(struct scope *s, const struct protection_private *was, const struct protection_wish *wish,
                              struct uuid person_id, struct span who, int role, int64_t at_us, struct protection_private *ret_next)
{
    struct protection_private next = {.person_id = person_id, .is_on = true, .since = at_us,
                                      .until = months_later(at_us, PROTECTED_MONTHS), .has_reason = wish->has_reason,
                                      .reason = wish->reason};

    if (!wish->is_on)
        return turn_off(s, was, wish, role, ret_next);
    if (was && was->is_on) {
        bool is_named = names_viewer(was->named.v, was->named.n, who);
        if (!is_named && !leads(role))
            return fail(s, DENIED, "指名された人か所属長だけが変えられます", "only who is named, or a lead, may change this");
        if (!is_named)
            TRY(need_reason(s, wish)); /* a lead who lets themselves in says why */
        next.since = was->since;
        next.until = was->until;
        if (at_us >= months_later(was->until, -RENEW_MONTHS)) {
            TRY(need_reason(s, wish));
            next.until = months_later(was->until > at_us ? was->until : at_us, PROTECTED_MONTHS);
        }
    }
    TRY(name_all(s, wish, who, &next));
    *ret_next = next;
    return OK;
}

void protection_tell(const struct member *m, const struct viewer *v, struct person_contents *ret_c)
{
    const struct protection_private *p = &m->protection;

    if (!v->may_change || m->is_unknown || !m->has_protection || !p->is_on)
        return;
    if (!names_viewer(p->named.v, p->named.n, v->who) && !leads(v->role))
        return;
    ret_c->has_protected_since = ret_c->has_named = true;
    ret_c->protected_since = p->since;
    ret_c->named.v = p->named.v;
    ret_c->named.n = p->named.n;
    ret_c->has_protection_reason = p->has_reason;
    ret_c->protection_reason = p->reason;
}
