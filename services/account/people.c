/* Accounts as administrators keep them. There is always an active administrator left, whoever else changes something at the same time:
 * all of them are locked, in one order, before a change is judged. */
#include "account.h"

#include "svc/audited.h"

enum status people_lock(struct turn *t, struct span user, struct people *ret_p)
{
    struct q_people_lock_rows rows;
    struct people p = {0};

    TRY(q_people_lock(t->tx, &(struct q_people_lock){.user = user}, &rows));
    TRY(tx_flush(t->tx));
    for (size_t i = 0; i < rows.n; i++) {
        if (span_eq(rows.v[i].user, user))
            p.row = &rows.v[i];
        else
            p.others++;
    }
    *ret_p = p;
    return OK;
}

enum status people_allow(struct turn *t, const struct people *p, enum user_state will, bool will_administrator)
{
    if (!p->row)
        return OK;
    struct account_change c = {.was = (enum user_state)p->row->state, .will = will, .will_administrator = will_administrator,
                               .was_administrator = roles_have(p->row->roles.v, p->row->roles.n, ROLE_ADMINISTRATOR),
                               .is_enrolled = p->row->is_enrolled, .others = p->others};
    switch (change_judge(&c)) {
    case CHANGE_LAST_ADMINISTRATOR:
        return fail(t->s, CONFLICT, "最後の管理者は停止・変更できません。先に別の管理者を登録してください",
                    "the last administrator stays one: make another first");
    case CHANGE_NOT_ENROLLED:
        return fail(t->s, CONFLICT, "登録が終わっていない利用者は有効にできません。招待してください",
                    "not enrolled, so it cannot become active: invite it");
    case CHANGE_FINE:
    default:
        return OK;
    }
}

/* What the account would be, from what is asked and what it is. */
static enum status plan_change(struct turn *t, const struct user_put *in, const struct q_people_lock_row *row, struct user_put *ret_to)
{
    struct user_put to = *in;

    if (in->has_roles && !roles_are(in->roles.v, in->roles.n))
        return fail(t->s, INVALID, "役割の指定が正しくありません", "the roles are not valid");
    if (in->has_state && in->state == USER_INVITED && row->state != USER_INVITED)
        return fail(t->s, INVALID, "招待中にするには招待してください", "to be invited again, an account is invited");
    if (!in->has_roles) {
        to.roles.v = row->roles.v;
        to.roles.n = row->roles.n;
    }
    to.state = in->has_state ? in->state : row->state;
    *ret_to = to;
    return OK;
}

HANDLER(user_put, t, in)
{
    struct people p;
    struct user_put to = {0};

    TRY(people_lock(t, in->user, &p));
    if (!p.row)
        return fail(t->s, NOT_FOUND, "該当する利用者はいません", "no such account");
    TRY(plan_change(t, in, p.row, &to));
    TRY(people_allow(t, &p, (enum user_state)to.state, roles_have(to.roles.v, to.roles.n, ROLE_ADMINISTRATOR)));
    TRY(q_person_put(t->tx, &(struct q_person_put){.user = in->user, .roles = {to.roles.v, to.roles.n}, .state = to.state}));
    bool is_kept = to.state == USER_ACTIVE; /* sessions in roles the account still has */
    TRY(q_sessions_end(t->tx, &(struct q_sessions_end){.user = in->user, .at = t->s->now_us,
                                                       .roles = {to.roles.v, is_kept ? to.roles.n : 0}}));
    return ANSWER(t, done, .has_id = false);
}

HANDLER(user_list, t, in)
{
    struct q_person_list_rows rows;

    TRY(q_person_list(t->tx, &(struct q_person_list){.has_agency = in->has_agency, .agency = in->agency,
                                                     .after = in->has_after ? in->after : (struct span){0},
                                                     .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct user_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_person_list_row *r = &rows.v[i];
        lines[i] = (struct user_line){.user = r->user, .agency = r->agency, .roles = {r->roles.v, r->roles.n}, .state = r->state,
                                      .has_last_seen = r->has_last_seen, .last_seen = r->last_seen,
                                      .has_locked_until = r->has_locked_until && r->locked_until > t->s->now_us,
                                      .locked_until = r->locked_until};
    }
    return ANSWER(t, user_lines, .users = {lines, rows.n});
}

HANDLER(sign_in_list, t, in)
{
    struct q_log_list_rows rows;

    TRY(AUDITED(t, sign_in_list, in));
    TRY(q_log_list(t->tx, &(struct q_log_list){.has_user = in->has_user, .user = in->user, .has_before = in->has_before,
                                               .before = in->before, .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct sign_in_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++)
        lines[i] = (struct sign_in_line){.at = rows.v[i].at, .user = rows.v[i].user, .outcome = rows.v[i].outcome};
    return ANSWER(t, sign_in_lines, .attempts = {lines, rows.n});
}
