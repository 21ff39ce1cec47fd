/* Signing in as people meet it, on a real database under row security: enrolled, signed in, locked out, let in by a recovery code; every
 * failure told in the same words; and no password, token, secret or code left in a table or in the server's log of changes. */
#include "account_people.h"
#include "account_rest.h"
#include "account_setup.h"

static struct telephone kanri;

static void the_first_administrator(void **state)
{
    struct world *w = *state;
    struct invitation first, second;
    struct enrol_offer offer;
    struct session_grant g;
    struct done done;

    assert_refused(w, DENIED, ASK(w, &NOBODY, user_first, invitation, &first, .user = SPAN("kanri"), .agency = {"A001"}));
    assert_ok(w->s, ASK(w, &OPERATOR, user_first, invitation, &first, .user = SPAN("kanri"), .agency = {"A001"}));
    assert_ok(w->s, ASK(w, &OPERATOR, user_first, invitation, &second, .user = SPAN("kanri"), .agency = {"A001"}));
    keep(w, first.sealed.token);
    keep(w, second.sealed.token);
    assert_refused(w, INVALID, ASK(w, &OPERATOR, user_first, invitation, &first, .user = SPAN("Kanri"), .agency = {"A001"}));
    assert_refused(w, DENIED, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer,
                                  .sealed = {.token = w->handed[0], .password = SPAN(PASSWORD)})); /* replaced by the second */
    assert_refused(w, INVALID, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer,
                                   .sealed = {.token = second.sealed.token, .password = SPAN("kanri-mijikai")}));
    assert_refused(w, INVALID, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer,
                                   .sealed = {.token = second.sealed.token, .password = SPAN("watashi-wa-kanri-desu")}));
    assert_refused(w, CONFLICT, ASK(w, &NOBODY, enrol_confirm, done, &done,
                                    .sealed = {.token = second.sealed.token, .code = SPAN("123456")}));
    assert_ok(w->s, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer,
                        .sealed = {.token = second.sealed.token, .password = SPAN(PASSWORD)}));
    struct telephone early = {.secret = keep(w, offer.sealed.secret)};
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, next_code(w, &early), &g)); /* not confirmed */
    assert_refused(w, DENIED, ASK(w, &NOBODY, enrol_confirm, done, &done,
                                  .sealed = {.token = second.sealed.token, .code = SPAN("12345x")}));
    enrol(w, second.sealed.token, PASSWORD, &kanri); /* begun again: the first secret is void */
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, next_code(w, &early), &g));
    assert_ok(w->s, sign_in_as(w, "kanri", PASSWORD, next_code(w, &kanri), &g));
    assert_refused(w, DENIED, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer,
                                  .sealed = {.token = second.sealed.token, .password = SPAN(PASSWORD)})); /* used up */
    assert_refused(w, CONFLICT, ASK(w, &OPERATOR, user_first, invitation, &first, .user = SPAN("other"), .agency = {"A001"}));
}

static void sessions_and_tickets(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct ticket_grant tg;
    struct ticket t;
    struct done done;
    struct span code = next_code(w, &kanri);

    assert_ok(w->s, sign_in_as(w, "kanri", PASSWORD, code, &g));
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, code, &g)); /* no code twice */
    assert_ok(w->s, sign_in_as(w, "kanri", PASSWORD, next_code(w, &kanri), &g));
    assert_int_equal(g.idle_s, 15 * 60);
    assert_true(g.role == ROLE_ADMINISTRATOR && g.roles.n == 1);
    int64_t began_s = world_now(w) / US_PER_S;
    assert_ok(w->s, use(w, g.sealed.token, &tg, &t));
    assert_true(span_eq(tg.sealed.csrf, g.sealed.csrf) && g.sealed.csrf.n == 64);
    keep(w, g.sealed.csrf);
    assert_string_equal(t.user, "kanri");
    assert_string_equal(t.agency.code, "A001");
    assert_true(t.kind == TICKET_USER && t.role == ROLE_ADMINISTRATOR && strlen(t.session) == 16);
    assert_true(t.expires_s - t.issued_s == TICKET_USER_S && t.fresh_s >= began_s - 5 && t.fresh_s <= began_s + 5);
    assert_refused(w, DENIED, use(w, SPAN("00"), &tg, &t));
    for (int i = 0; i < 3; i++) { /* in use it lives on */
        w->ahead_us += 14 * 60 * (int64_t)US_PER_S;
        assert_ok(w->s, use(w, g.sealed.token, &tg, &t));
    }
    w->ahead_us += 16 * 60 * (int64_t)US_PER_S;
    assert_refused(w, DENIED, use(w, g.sealed.token, &tg, &t));
    struct who me = person(w, "kanri", PASSWORD, &kanri, &g);
    for (int i = 0; i < 8 * 6 - 1; i++) { /* every ten minutes, for just under eight hours */
        w->ahead_us += 10 * 60 * (int64_t)US_PER_S;
        assert_ok(w->s, use(w, g.sealed.token, &tg, &t));
        w->handed_n--;
    }
    w->ahead_us += 9 * 60 * (int64_t)US_PER_S;
    assert_ok(w->s, use(w, g.sealed.token, &tg, &t));
    assert_true(t.expires_s - t.issued_s < 70); /* never beyond the session's own end */
    w->ahead_us += 61 * (int64_t)US_PER_S;
    assert_refused(w, DENIED, use(w, g.sealed.token, &tg, &t));
    me = person(w, "kanri", PASSWORD, &kanri, &g);
    assert_ok(w->s, ASK(w, &me, sign_out, done, &done));
    assert_refused(w, DENIED, use(w, g.sealed.token, &tg, &t));
}

static void failures_tell_nothing(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    const char *first;

    assert_refused(w, DENIED, sign_in_as(w, "nobody", PASSWORD, next_code(w, &kanri), &g));
    first = told(w);
    assert_refused(w, DENIED, sign_in_as(w, "kanri", OTHER, next_code(w, &kanri), &g));
    assert_string_equal(told(w), first);
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, SPAN("12345x"), &g));
    assert_string_equal(told(w), first);
    struct span right = next_code(w, &kanri);
    for (int i = 0; i < 3; i++) {
        assert_refused(w, DENIED, sign_in_as(w, "kanri", OTHER, SPAN("12345x"), &g));
        assert_string_equal(told(w), first);
    }
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, right, &g)); /* locked: right does not help */
    assert_string_equal(told(w), first);
    assert_string_equal(row(w, "select string_agg(user_name || ' ' || outcome, ',' order by id) from (select * from account.sign_in_log"
                               " order by id desc limit 7) l"),
                        "? wrong,kanri wrong,kanri wrong,kanri wrong,kanri wrong,kanri wrong,kanri locked");
}

static void locks_and_recovery(void **state)
{
    struct world *w = *state;
    struct session_grant g;

    w->ahead_us += 31 * (int64_t)US_PER_S;
    assert_ok(w->s, sign_in_as(w, "kanri", PASSWORD, next_code(w, &kanri), &g));
    assert_string_equal(row(w, "select fails || ' ' || (locked_until is null) from account.person where user_name = 'kanri'"), "0 true");
    assert_ok(w->s, sign_in_as(w, "kanri", PASSWORD, kanri.recovery[3], &g));
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, kanri.recovery[3], &g));
    assert_refused(w, DENIED, sign_in_as(w, "kanri", OTHER, kanri.recovery[4], &g)); /* a wrong password uses up nothing */
    assert_ok(w->s, sign_in_as(w, "kanri", PASSWORD, kanri.recovery[4], &g));
    assert_ok(w->s, ASK(w, &NOBODY, sign_in, session_grant, &g, .has_role = true, .role = ROLE_ADMINISTRATOR,
                        .sealed = {.user = SPAN("kanri"), .password = SPAN(PASSWORD), .code = next_code(w, &kanri)}));
    keep(w, g.sealed.token);
    assert_refused(w, DENIED, ASK(w, &NOBODY, sign_in, session_grant, &g, .has_role = true, .role = ROLE_AUDITOR,
                                  .sealed = {.user = SPAN("kanri"), .password = SPAN(PASSWORD), .code = next_code(w, &kanri)}));
}

static void fresh_factor_and_password(void **state)
{
    struct world *w = *state;
    struct session_grant g, old;
    struct ticket_grant tg;
    struct ticket t;
    struct done done;

    person(w, "kanri", PASSWORD, &kanri, &old);
    struct who me = person(w, "kanri", PASSWORD, &kanri, &g), stranger = me;
    w->ahead_us += 200 * (int64_t)US_PER_S;
    assert_ok(w->s, use(w, g.sealed.token, &tg, &t));
    assert_true(t.fresh_s <= world_now(w) / US_PER_S - 190);
    assert_refused(w, DENIED, ASK(w, &me, session_fresh, ticket_grant, &tg, .sealed = {.code = SPAN("12345x")}));
    struct span code = next_code(w, &kanri);
    assert_ok(w->s, ASK(w, &me, session_fresh, ticket_grant, &tg, .sealed = {.code = code}));
    assert_ok(w->s, ticket_check(w->s, w->tickets, keep(w, tg.sealed.ticket), world_now(w), &t));
    assert_true(t.fresh_s >= world_now(w) / US_PER_S - 5 && strlen(t.session) == 16);
    assert_refused(w, DENIED, ASK(w, &me, session_fresh, ticket_grant, &tg, .sealed = {.code = code}));
    me.ticket = w->handed[w->handed_n - 1];
    stranger.user = "other"; /* a ticket speaks for nobody else */
    stranger.ticket = me.ticket;
    assert_refused(w, DENIED, ASK(w, &stranger, sign_out, done, &done));
    assert_refused(w, INVALID, ASK(w, &me, password_change, done, &done,
                                   .sealed = {.old = SPAN(PASSWORD), .new = SPAN("mijikai"), .code = next_code(w, &kanri)}));
    assert_refused(w, DENIED, ASK(w, &me, password_change, done, &done,
                                  .sealed = {.old = SPAN(OTHER), .new = SPAN(OTHER), .code = next_code(w, &kanri)}));
    assert_ok(w->s, ASK(w, &me, password_change, done, &done,
                        .sealed = {.old = SPAN(PASSWORD), .new = SPAN(OTHER), .code = next_code(w, &kanri)}));
    assert_ok(w->s, use(w, g.sealed.token, &tg, &t));
    assert_refused(w, DENIED, use(w, old.sealed.token, &tg, &t));
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, next_code(w, &kanri), &g));
    assert_ok(w->s, sign_in_as(w, "kanri", OTHER, next_code(w, &kanri), &g));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_administrator),
        cmocka_unit_test(sessions_and_tickets),
        cmocka_unit_test(failures_tell_nothing),
        cmocka_unit_test(locks_and_recovery),
        cmocka_unit_test(fresh_factor_and_password),
        cmocka_unit_test(nothing_secret_rests),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
