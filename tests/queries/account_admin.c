/* Accounts as administrators keep them, on a real database under row security: invited, suspended, reset, never without an administrator;
 * what an operator at the server may; who reads the log of attempts; and nothing that was handed out is left at rest. */
#include "account_people.h"
#include "account_rest.h"
#include "account_setup.h"

static struct telephone kanri, madoguchi;

static const int64_t AUDITS[] = {ROLE_AUDITOR}, BOTH[] = {ROLE_ADMINISTRATOR, ROLE_AUDITOR}, WORKS[] = {ROLE_WORKER};
#define ROLES(list) {(list), COUNT(list)}

static void an_administrator_enrols(void **state)
{
    struct world *w = *state;
    struct invitation i;

    assert_ok(w->s, ASK(w, &OPERATOR, user_first, invitation, &i, .user = SPAN("kanri"), .agency = {"A001"}));
    enrol(w, keep(w, i.sealed.token), OTHER, &kanri);
}

static void the_last_administrator(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct invitation i;
    struct done done;
    struct who me = person(w, "kanri", OTHER, &kanri, &g);

    assert_refused(w, CONFLICT, ASK(w, &me, user_put, done, &done, .user = SPAN("kanri"), .has_state = true, .state = USER_SUSPENDED));
    assert_refused(w, CONFLICT, ASK(w, &me, user_put, done, &done, .user = SPAN("kanri"), .has_roles = true, .roles = ROLES(AUDITS)));
    assert_refused(w, CONFLICT, ASK(w, &me, user_invite, invitation, &i, .user = SPAN("kanri"), .agency = {"A001"}, .roles = ROLES(BOTH)));
    assert_refused(w, INVALID, ASK(w, &me, user_put, done, &done, .user = SPAN("kanri"), .has_state = true, .state = USER_INVITED));
    assert_refused(w, NOT_FOUND, ASK(w, &me, user_put, done, &done, .user = SPAN("nobody"), .has_state = true, .state = USER_ACTIVE));
    assert_ok(w->s, ASK(w, &me, user_put, done, &done, .user = SPAN("kanri"), .has_roles = true, .roles = ROLES(BOTH)));
    assert_string_equal(row(w, "select state || roles::text from account.person where user_name = 'kanri'"),
                        "active{administrator,auditor}");
}

static void invitations_expire(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct invitation i;
    struct enrol_offer offer;
    struct done done;
    struct who me = person(w, "kanri", OTHER, &kanri, &g);

    assert_refused(w, INVALID, ASK(w, &me, user_invite, invitation, &i, .user = SPAN("madoguchi"), .agency = {"A056"},
                                   .roles = ROLES(((const int64_t[]){ROLE_SERVICE}))));
    assert_ok(w->s, ASK(w, &me, user_invite, invitation, &i, .user = SPAN("madoguchi"), .agency = {"A056"}, .roles = ROLES(WORKS)));
    keep(w, i.sealed.token);
    assert_refused(w, CONFLICT, ASK(w, &me, user_put, done, &done, .user = SPAN("madoguchi"), .has_state = true, .state = USER_ACTIVE));
    w->ahead_us += INVITE_HOURS * US_PER_HOUR;
    assert_refused(w, DENIED, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer,
                                  .sealed = {.token = i.sealed.token, .password = SPAN(PASSWORD)}));
    me = person(w, "kanri", OTHER, &kanri, &g);
    assert_ok(w->s, ASK(w, &me, user_invite, invitation, &i, .user = SPAN("madoguchi"), .agency = {"A056"}, .roles = ROLES(WORKS)));
    enrol(w, keep(w, i.sealed.token), PASSWORD, &madoguchi);
}

static void suspension_ends_all(void **state)
{
    struct world *w = *state;
    struct session_grant g, theirs;
    struct ticket_grant tg;
    struct ticket t;
    struct user_lines lines;
    struct invitation i;
    struct done done;
    struct who them = person(w, "madoguchi", PASSWORD, &madoguchi, &theirs), me = person(w, "kanri", OTHER, &kanri, &g);

    assert_ok(w->s, ASK(w, &them, sign_in, session_grant, &g, /* a ticket that comes along says nothing */
                        .sealed = {.user = SPAN("kanri"), .password = SPAN(OTHER), .code = next_code(w, &kanri)}));
    assert_refused(w, DENIED, ASK(w, &them, user_list, user_lines, &lines));
    assert_refused(w, DENIED, ASK(w, &them, user_put, done, &done, .user = SPAN("madoguchi"), .has_roles = true, .roles = ROLES(BOTH)));
    assert_ok(w->s, ASK(w, &me, user_put, done, &done, .user = SPAN("madoguchi"), .has_state = true, .state = USER_SUSPENDED));
    assert_refused(w, DENIED, use(w, theirs.sealed.token, &tg, &t));
    assert_refused(w, DENIED, sign_in_as(w, "madoguchi", PASSWORD, next_code(w, &madoguchi), &theirs));
    const char *suspended = told(w);
    assert_refused(w, DENIED, sign_in_as(w, "nobody", PASSWORD, SPAN("123456"), &theirs));
    assert_string_equal(told(w), suspended);
    assert_refused(w, DENIED, ASK(w, &them, session_fresh, ticket_grant, &tg, .sealed = {.code = next_code(w, &madoguchi)}));
    me = person(w, "kanri", OTHER, &kanri, &g);
    assert_ok(w->s, ASK(w, &me, user_list, user_lines, &lines, .has_agency = true, .agency = {"A056"}));
    assert_true(lines.users.n == 1 && lines.users.v[0].state == USER_SUSPENDED && lines.users.v[0].has_last_seen);
    assert_ok(w->s, ASK(w, &me, user_put, done, &done, .user = SPAN("madoguchi"), .has_state = true, .state = USER_ACTIVE));
    assert_refused(w, DENIED, use(w, theirs.sealed.token, &tg, &t)); /* what was ended stays ended */
    assert_ok(w->s, sign_in_as(w, "madoguchi", PASSWORD, next_code(w, &madoguchi), &theirs));
    assert_ok(w->s, ASK(w, &me, user_invite, invitation, &i, .user = SPAN("madoguchi"), .agency = {"A056"}, .roles = ROLES(WORKS)));
    keep(w, i.sealed.token); /* the telephone is lost: all of it is void at once */
    assert_string_equal(row(w, "select count(*)::text from account.recovery where user_name = 'madoguchi'"), "0");
    assert_refused(w, DENIED, use(w, theirs.sealed.token, &tg, &t));
    assert_refused(w, DENIED, sign_in_as(w, "madoguchi", PASSWORD, next_code(w, &madoguchi), &theirs));
}

static void operators(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct ticket_grant tg;
    struct user_lines lines;
    struct ticket t;
    struct done done;
    struct who me = {.from = FROM_CTL, .user = "sousa", .agency = "A001", .role = ROLE_ADMINISTRATOR}, bare = me;

    assert_refused(w, DENIED, ASK(w, &OPERATOR, ticket_open, ticket_grant, &tg, .user = SPAN("sousa"), .agency = {"A056"}, .role = ROLE_WORKER));
    assert_refused(w, DENIED, ASK(w, &NOBODY, ticket_open, ticket_grant, &tg, .user = SPAN("sousa"), .agency = {"A001"},
                                  .role = ROLE_ADMINISTRATOR)); /* not through the gateway */
    assert_refused(w, DENIED, ASK(w, &OPERATOR, session_open, session_grant, &g, .user = SPAN("x"), .agency = {"A056"}, .role = ROLE_WORKER));
    assert_ok(w->s, ASK(w, &OPERATOR, ticket_open, ticket_grant, &tg, .user = SPAN("sousa"), .agency = {"A001"}, .role = ROLE_ADMINISTRATOR));
    assert_int_equal(tg.sealed.csrf.n, 0);
    me.ticket = keep(w, tg.sealed.ticket);
    assert_ok(w->s, ticket_check(w->s, w->tickets, me.ticket, world_now(w), &t));
    assert_true(t.fresh_s == 0 && t.session[0] == 0);
    assert_ok(w->s, ASK(w, &me, user_list, user_lines, &lines));
    assert_int_equal(lines.users.n, 2);
    w->own->is_demo = true;
    assert_ok(w->s, ASK(w, &OPERATOR, ticket_open, ticket_grant, &tg, .user = SPAN("host"), .agency = {"A056"}, .role = ROLE_AGENCY_HOST));
    assert_ok(w->s, ticket_check(w->s, w->tickets, tg.sealed.ticket, world_now(w), &t));
    assert_true(t.kind == TICKET_HOST && t.fresh_s > 0);
    assert_refused(w, DENIED, ASK(w, &OPERATOR, ticket_open, ticket_grant, &tg, .user = SPAN("x"), .agency = {"A056"}, .role = ROLE_SERVICE));
    assert_refused(w, DENIED, ASK(w, &OPERATOR, session_open, session_grant, &g, .user = SPAN("x"), .agency = {"A056"}, .role = ROLE_SERVICE));
    assert_ok(w->s, ASK(w, &OPERATOR, session_open, session_grant, &g, .user = SPAN("x"), .agency = {"A056"}, .role = ROLE_WORKER));
    assert_ok(w->s, use(w, keep(w, g.sealed.token), &tg, &t));
    assert_string_equal(t.user, "x");
    w->own->is_demo = false;
    assert_string_equal(row(w, "select string_agg(user_name, ',' order by id) from account.sign_in_log where outcome = 'operator'"),
                        "sousa,host,x");
    assert_refused(w, DENIED, use(w, g.sealed.token, &tg, &t)); /* the trying out is over, and so is its session */
    assert_refused(w, DENIED, ASK(w, &bare, sign_out, done, &done)); /* without a ticket */
}

static void who_reads_the_log(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct sign_in_lines lines;
    struct who me = person(w, "kanri", OTHER, &kanri, &g);

    assert_ok(w->s, ASK(w, &me, sign_in_list, sign_in_lines, &lines, .has_limit = true, .limit = 3));
    assert_true(lines.attempts.n == 3 && lines.attempts.v[0].outcome == SIGNED_IN && span_is(lines.attempts.v[0].user, "kanri"));
    assert_true(lines.attempts.v[0].at >= lines.attempts.v[2].at);
    assert_ok(w->s, ASK(w, &me, sign_in_list, sign_in_lines, &lines, .has_user = true, .user = SPAN("madoguchi"), .has_before = true,
                        .before = world_now(w)));
    assert_true(lines.attempts.n > 3 && lines.attempts.v[0].outcome == SIGN_IN_WRONG);
    for (size_t i = 0; i < lines.attempts.n; i++)
        assert_true(span_is(lines.attempts.v[i].user, "madoguchi"));
}

/* What an auditor asks is an event, and says of nobody whose attempts were looked at; the same of an administrator is none. */
static void auditors_leave_a_trace(void **state)
{
    struct world *w = *state;
    struct who auditor = {.from = FROM_CTL, .user = "kansa", .agency = "A001", .role = ROLE_AUDITOR};
    struct session_grant g;
    struct ticket_grant tg;
    struct sign_in_lines lines;
    struct host_lines hosts;
    struct who me = person(w, "kanri", OTHER, &kanri, &g);

    w->own->is_demo = true;
    assert_ok(w->s, ASK(w, &OPERATOR, ticket_open, ticket_grant, &tg, .user = SPAN("kansa"), .agency = {"A001"}, .role = ROLE_AUDITOR));
    w->own->is_demo = false;
    auditor.ticket = keep(w, tg.sealed.ticket);
    assert_ok(w->s, ASK(w, &me, sign_in_list, sign_in_lines, &lines));
    assert_ok(w->s, ASK(w, &me, host_list, host_lines, &hosts));
    assert_string_equal(row(w, "select count(*)::text from audit.event where happened = 'audited'"), "0");
    assert_ok(w->s, ASK(w, &auditor, sign_in_list, sign_in_lines, &lines, .has_user = true, .user = SPAN("madoguchi"), .has_limit = true,
                        .limit = 3));
    assert_ok(w->s, ASK(w, &auditor, host_list, host_lines, &hosts, .has_agency = true, .agency = {"A056"}));
    assert_string_equal(row(w, "select string_agg(concat_ws('|', case_id, source, agency, actor, detail, reason), ' ; ' order by id)"
                               " from audit.event where happened = 'audited'"),
                        "00000000-0000-0000-0000-000000000000|km_account|A001|kansa|sign_in_list|user limit=3 ; "
                        "00000000-0000-0000-0000-000000000000|km_account|A001|kansa|host_list|agency=A056");
}

static void what_is_over_is_deleted(void **state)
{
    struct world *w = *state;
    int wait_ms;

    assert_string_not_equal(row(w, "select count(*)::text from account.session"), "0");
    assert_string_equal(row(w, "select count(invite)::text from account.person"), "1");
    w->ahead_us += INVITE_HOURS * US_PER_HOUR;
    assert_ok(w->s, worker_tick(w->worker, &wait_ms));
    assert_string_equal(row(w, "select count(*)::text from account.session"), "0");
    assert_string_equal(row(w, "select count(invite)::text from account.person"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_administrator_enrols),
        cmocka_unit_test(the_last_administrator),
        cmocka_unit_test(invitations_expire),
        cmocka_unit_test(suspension_ends_all),
        cmocka_unit_test(operators),
        cmocka_unit_test(who_reads_the_log),
        cmocka_unit_test(auditors_leave_a_trace),
        cmocka_unit_test(what_is_over_is_deleted),
        cmocka_unit_test(nothing_secret_rests),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
