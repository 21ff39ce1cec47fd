/* The same attempt again, after its answer was lost, on a real database under row security: it ends as it did, and the session that nobody
 * heard of ends; nothing else passes by it, nothing counts less for it, and nobody can tell from what is kept what was sent. */
#include "account_people.h"
#include "account_rest.h"
#include "account_setup.h"

static struct telephone kanri;

static struct uuid new_key(struct world *w)
{
    struct uuid key = scope_uuid(w->s), *kept = SCOPE_NEW(w->s, struct uuid);

    assert_non_null(kept);
    *kept = key;
    keep(w, span_of(kept->b, sizeof kept->b)); /* it is not kept either */
    return key;
}

/* What is sent once or more often. */
struct press {
    struct uuid key;
    const char *user, *password;
    struct span code;
    int role; /* −1 = whichever */
};

static enum status enter(struct world *w, const struct press *p, struct session_grant *ret)
{
    enum status st = ASK(w, &NOBODY, sign_in, session_grant, ret, .has_once = true, .once = p->key, .has_role = p->role >= 0,
                         .role = p->role >= 0 ? p->role : 0,
                         .sealed = {.user = SPAN(p->user), .password = SPAN(p->password), .code = p->code});

    if (st == OK)
        keep(w, ret->sealed.token);
    return st;
}

static struct press right(struct world *w)
{
    return (struct press){new_key(w), "kanri", PASSWORD, next_code(w, &kanri), -1};
}

static enum status is_good(struct world *w, const struct session_grant *g)
{
    struct ticket_grant tg;
    struct ticket t;

    return use(w, g->sealed.token, &tg, &t);
}

static const char *fails(struct world *w)
{
    return row(w, "select fails::text from account.person where user_name = 'kanri'");
}

static void forgive(struct world *w)
{
    assert_ok(w->s, conn_script(w->s, w->admin, "update account.person set fails = 0, locked_until = null, state = 'active'"));
}

static void an_enrolment(void **state)
{
    struct world *w = *state;
    struct invitation i;
    struct enrol_offer offer;
    struct done done;
    struct uuid key = new_key(w);

    assert_ok(w->s, ASK(w, &OPERATOR, user_first, invitation, &i, .user = SPAN("kanri"), .agency = {"A001"}));
    keep(w, i.sealed.token);
    assert_ok(w->s, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer, .sealed = {.token = i.sealed.token, .password = SPAN(PASSWORD)}));
    kanri.secret = keep(w, offer.sealed.secret);
    for (size_t k = 0; k < RECOVERY_CODES; k++)
        kanri.recovery[k] = keep(w, offer.sealed.recovery.v[k]);
    struct span code = next_code(w, &kanri);
#define CONFIRM(...) ASK(w, &NOBODY, enrol_confirm, done, &done, __VA_ARGS__)
    assert_refused(w, DENIED, CONFIRM(.has_once = true, .once = key, .sealed = {.token = i.sealed.token, .code = SPAN("12345x")}));
    assert_ok(w->s, CONFIRM(.has_once = true, .once = key, .sealed = {.token = i.sealed.token, .code = code}));
    w->ahead_us += 100 * (int64_t)US_PER_S;
    assert_ok(w->s, CONFIRM(.has_once = true, .once = key, .sealed = {.token = i.sealed.token, .code = code}));
    assert_refused(w, DENIED, CONFIRM(.has_once = true, .once = new_key(w), .sealed = {.token = i.sealed.token, .code = code}));
    assert_refused(w, DENIED, CONFIRM(.sealed = {.token = i.sealed.token, .code = code}));
    assert_refused(w, DENIED, CONFIRM(.has_once = true, .once = key, .sealed = {.token = i.sealed.token, .code = SPAN("12345x")}));
    w->ahead_us += 21 * (int64_t)US_PER_S;
    assert_refused(w, DENIED, CONFIRM(.has_once = true, .once = key, .sealed = {.token = i.sealed.token, .code = code}));
    assert_string_equal(row(w, "select count(*)::text from account.sign_in_log where outcome = 'enrolled'"), "1");
}

/* Whichever answer arrives: the first may do so after the second, when it was slow and not lost. */
static void a_lost_answer(void **state)
{
    struct world *w = *state;
    struct session_grant g[2], none;
    struct press p;

    for (size_t arrived = 0; arrived < COUNT(g); arrived++) {
        p = right(w);
        for (size_t i = 0; i < COUNT(g); i++)
            assert_ok(w->s, enter(w, &p, &g[i]));
        assert_ok(w->s, is_good(w, &g[arrived]));
        assert_refused(w, DENIED, enter(w, &p, &none)); /* used by now: somebody has it */
        assert_string_equal(fails(w), "0");
        assert_ok(w->s, is_good(w, &g[arrived]));
    }
    p = (struct press){new_key(w), "kanri", PASSWORD, kanri.recovery[0], -1};
    assert_ok(w->s, enter(w, &p, &g[0]));
    assert_ok(w->s, enter(w, &p, &g[1]));
    assert_string_equal(row(w, "select count(*)::text from account.recovery where used_at is not null"), "1");
    p.key = new_key(w);
    assert_refused(w, DENIED, enter(w, &p, &g[0]));
    forgive(w);
}

/* One code, one attempt: whatever else comes with it is another. */
static void any_other_attempt(void **state)
{
    struct world *w = *state;
    struct session_grant g, first;
    struct press p = right(w);
    struct press others[] = {p, p, p, p};

    others[0].key = new_key(w);
    others[1].password = OTHER;
    others[2].code = SPAN("12345x");
    others[3].role = ROLE_ADMINISTRATOR;
    assert_ok(w->s, enter(w, &p, &first));
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_refused(w, DENIED, enter(w, &others[i], &g));
        assert_string_equal(fails(w), scope_print(w->s, "%zu", i + 1));
    }
    assert_ok(w->s, enter(w, &p, &g));
    assert_string_equal(fails(w), "0");
    assert_refused(w, DENIED, sign_in_as(w, "kanri", PASSWORD, p.code, &g)); /* without a key */
    assert_string_equal(fails(w), "1");
    struct press unknown = p;
    unknown.user = "nobody";
    assert_refused(w, DENIED, enter(w, &unknown, &g));
    assert_refused(w, DENIED, enter(w, &unknown, &g));
    assert_string_equal(row(w, "select count(*)::text from account.sign_in_once where user_name <> 'kanri'"), "0");
    forgive(w);
}

static void a_failure_counts_once(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct press p = right(w), later;
    const char *before = row(w, "select count(*)::text from account.sign_in_log where outcome = 'wrong'");

    p.password = OTHER;
    for (int i = 0; i < 7; i++)
        assert_refused(w, DENIED, enter(w, &p, &g));
    assert_string_equal(fails(w), "1");
    const char *first = told(w), *after = row(w, "select count(*)::text from account.sign_in_log where outcome = 'wrong'");
    assert_int_equal(strtol(after, NULL, 10) - strtol(before, NULL, 10), 7); /* each stands in the log all the same */
    for (int i = 0; i < 3; i++) { /* guessing under one key is guessing */
        p.password = scope_print(w->s, "chigau-chigau-chigau-%d", i);
        assert_refused(w, DENIED, enter(w, &p, &g));
        assert_string_equal(told(w), first);
    }
    assert_string_equal(fails(w), "4");
    forgive(w);
    later = right(w); /* a code that time would make right is no better for being sent again and again */
    w->ahead_us -= 90 * (int64_t)US_PER_S;
    assert_refused(w, DENIED, enter(w, &later, &g));
    w->ahead_us += 90 * (int64_t)US_PER_S;
    assert_refused(w, DENIED, enter(w, &later, &g));
    assert_string_equal(fails(w), "1");
    later.key = new_key(w);
    assert_ok(w->s, enter(w, &later, &g));
}

static void it_is_over_in_two_minutes(void **state)
{
    struct world *w = *state;
    struct session_grant g, last;
    struct press p = right(w);

    assert_ok(w->s, enter(w, &p, &g));
    w->ahead_us += 100 * (int64_t)US_PER_S;
    assert_ok(w->s, enter(w, &p, &last)); /* and this makes it no longer */
    w->ahead_us += 21 * (int64_t)US_PER_S;
    assert_refused(w, DENIED, enter(w, &p, &g));
    assert_string_equal(fails(w), "1");
    assert_refused(w, DENIED, enter(w, &p, &g));
    assert_string_equal(fails(w), "1");
    assert_ok(w->s, is_good(w, &last));
    w->ahead_us += 121 * (int64_t)US_PER_S;
    assert_refused(w, DENIED, enter(w, &p, &g));
    assert_string_equal(fails(w), "2");
    forgive(w);
}

static void what_stands_in_the_way_still_does(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct press p = right(w);

    assert_ok(w->s, enter(w, &p, &g));
    assert_ok(w->s, conn_script(w->s, w->admin, "update account.person set locked_until = now() + interval '1 day', fails = 5"));
    assert_refused(w, DENIED, enter(w, &p, &g));
    forgive(w);
    assert_ok(w->s, conn_script(w->s, w->admin, "update account.person set state = 'suspended'"));
    assert_refused(w, DENIED, enter(w, &p, &g));
    forgive(w);
    assert_ok(w->s, enter(w, &p, &g));
    assert_ok(w->s, conn_script(w->s, w->admin, "update account.session set ended_at = now() where ended_at is null"));
    assert_refused(w, DENIED, enter(w, &p, &g)); /* signed out everywhere, whoever did it */
    assert_string_equal(fails(w), "0");
    p = right(w);
    p.role = ROLE_AUDITOR;
    assert_refused(w, DENIED, enter(w, &p, &g));
    const char *first = told(w);
    assert_refused(w, DENIED, enter(w, &p, &g));
    assert_string_equal(told(w), first); /* not theirs, and not «wrong» */
    assert_string_equal(fails(w), "0");
}

static void it_is_forgotten(void **state)
{
    struct world *w = *state;
    struct session_grant g;
    struct press p = right(w);
    int ms;

    assert_ok(w->s, enter(w, &p, &g));
    assert_string_not_equal(row(w, "select count(*)::text from account.sign_in_once"), "0");
    w->ahead_us += 121 * (int64_t)US_PER_S;
    assert_ok(w->s, worker_tick(w->worker, &ms));
    assert_string_equal(row(w, "select count(*)::text from account.sign_in_once"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enrolment),
        cmocka_unit_test(a_lost_answer),
        cmocka_unit_test(any_other_attempt),
        cmocka_unit_test(a_failure_counts_once),
        cmocka_unit_test(it_is_over_in_two_minutes),
        cmocka_unit_test(what_stands_in_the_way_still_does),
        cmocka_unit_test(it_is_forgotten),
        cmocka_unit_test(nothing_secret_rests),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
