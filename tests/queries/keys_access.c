/* Who is given a data key and who is not, asked of keys as it runs on a real database: by whom the ticket is, where the agency stands in
 * the case, what was wrapped for whom, and how often it was asked. */
#include "keys_setup.h"

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, A2 = {"ben", "A056", ROLE_TEAM_LEAD, -1};
static const struct who B = {"cho", "A059", ROLE_WORKER, -1}, C = {"dai", "A0660", ROLE_WORKER, -1};

static int setup(void **state)
{
    *state = setup_world("keys_access", 3, 6, 9, NULL);
    return 0;
}

/* An hour later everybody may read again. */
static void next_hour(struct world *w)
{
    w->ahead_us += 3700 * (int64_t)US_PER_S;
    w->emit_n = 0;
}

static enum status invite(struct world *w, struct uuid id, const char *whom)
{
    return STREAM(w, FROM_REFERRAL, id, key_share, .case_id = id, .agency = agency(whom), .at = world_now(w), .has_for_meeting = true,
                  .for_meeting = true);
}

static enum status unshare(struct world *w, struct uuid id, const char *who, bool keeps)
{
    return STREAM(w, FROM_REFERRAL, id, key_unshare, .case_id = id, .agency = agency(who), .keeps_past = keeps, .at = world_now(w));
}

static void test_participant(void **state)
{
    struct world *w = *state;
    struct span key, other;
    struct uuid id = new_case(w, &A, &key), next = new_case(w, &A, &other);
    struct got got = RELEASE(w, id, READ, &A2);

    assert_false(span_eq(key, other));
    assert_int_equal(got.st, OK);
    assert_true(uuid_eq(got.key.case_id, id) && span_eq(got.key.key, key));
    got = RELEASE(w, next, WRITE, &A);
    assert_true(got.st == OK && span_eq(got.key.key, other));
    assert_int_equal(RELEASE(w, id, OPEN, &A).st, OK); /* asked again: the same key */
    assert_true(span_eq(RELEASE(w, id, OPEN, &A).key.key, key));
    assert_int_equal(RELEASE(w, id, OPEN, &B).st, NOT_FOUND);
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND);
    assert_int_equal(RELEASE(w, scope_uuid(w->s), READ, &A).st, NOT_FOUND);
    assert_int_equal(world_release(w, FROM_MEETING, scope_uuid(w->s), READING_OPEN, &A).st, NOT_FOUND); /* meeting opens no case */
    assert_string_equal(ask(w, "select string_agg(user_name || ' ' || kind || ' ' || service, ',' order by at)"
                                 " from keys.reading where case_id = $1::uuid", id),
                        "ada open intake,ben read intake,ada write intake,ada write intake");
}

/* keys believes no caller: every want shows a ticket that account signed. */
static void test_tickets(void **state)
{
    struct world *w = *state;
    struct span key, good, line;
    struct uuid id = new_case(w, &A, &key);
    AUTO(secret) stolen = secret_random(TICKET_KEY_LEN);
    struct ticket t = world_claims(w, &A), late = t, service = t, nobody = t, other = t;

    good = world_ticket(w, &A);
    uint8_t *bent = scope_alloc(w->s, good.n + 1);
    memcpy(bent, good.p, good.n);
    bent[8 + 4] ^= 1; /* a letter of what it says */
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, good).st, OK);
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, (struct span){0}).st, DENIED);
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, span_of(bent, good.n)).st, DENIED);
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, span_of(good.p, good.n - 1)).st, DENIED);
    assert_ok(w->s, ticket_mint(w->s, stolen, &t, &line));
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, line).st, DENIED);
    assert_ok(w->s, ticket_mint(w->s, keyring_ticket_key(w->ring[FROM_INTAKE]), &t, &line));
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, line).st, DENIED);
    late.issued_s -= 400;
    late.expires_s -= 400;
    assert_ok(w->s, ticket_mint(w->s, w->tickets, &late, &line));
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, line).st, EXPIRED);
    service.kind = TICKET_SERVICE;
    assert_ok(w->s, ticket_mint(w->s, w->tickets, &service, &line));
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, line).st, DENIED);
    memset(&nobody.agency, 0, sizeof nobody.agency);
    assert_ok(w->s, ticket_mint(w->s, w->tickets, &nobody, &line));
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, line).st, DENIED);
    snprintf(other.issuer, sizeof other.issuer, "intake");
    assert_ok(w->s, ticket_mint(w->s, w->tickets, &other, &line));
    assert_int_equal(world_want(w, FROM_INTAKE, id, READING_READ, line).st, DENIED);
    assert_string_equal(ask(w, "select count(*) from keys.reading where case_id = $1::uuid", id), "2");
}

static void test_roles(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = new_case(w, &A, &key);

    for (int role = 0; role < role_N_; role++) {
        struct who who = {"eri", "A056", (enum role)role, 0};
        bool is_work = role == ROLE_WORKER || role == ROLE_TEAM_LEAD || role == ROLE_COORDINATOR;
        next_hour(w);
        assert_int_equal(RELEASE(w, id, READ, &who).st, is_work ? OK : DENIED);
        assert_int_equal(world_release(w, FROM_MEETING, id, READING_READ, &who).st,
                         is_work || role == ROLE_SECRETARY ? OK : DENIED);
    }
}

/* One message, many wants: each has its own answer. */
static void test_batch(void **state)
{
    struct world *w = *state;
    struct span mine;
    struct uuid known = new_case(w, &A, &mine), fresh = scope_uuid(w->s);
    struct span a = world_ticket(w, &A), a2 = world_ticket(w, &A2), b = world_ticket(w, &B);
    const struct key_want wants[] = {
        {.case_id = known, .has_nr = true, .nr = 10, .has_ticket = true, .ticket = a, .has_kind = true, .kind = READING_READ},
        {.case_id = known, .has_nr = true, .nr = 11, .has_ticket = true, .ticket = b, .has_kind = true, .kind = READING_READ},
        {.case_id = known, .has_nr = true, .nr = 12, .has_ticket = true, .ticket = a2, .has_kind = true, .kind = READING_READ},
        {.case_id = fresh, .create = true, .has_nr = true, .nr = 13, .has_ticket = true, .ticket = a},
        {.case_id = fresh, .create = true, .has_nr = true, .nr = 14, .has_ticket = true, .ticket = a},
        {.case_id = fresh, .create = true, .has_nr = true, .nr = 15, .has_ticket = true, .ticket = b},
        {.case_id = fresh, .has_nr = true, .nr = 16, .has_ticket = true, .ticket = a2},
        {.case_id = fresh, .has_nr = true, .nr = 17},
    };
    struct key_grant grant;

    world_wants(w, FROM_INTAKE, wants, COUNT(wants), &grant);
    assert_true(span_eq(world_got(&grant, 10).key.key, mine) && span_eq(world_got(&grant, 12).key.key, mine));
    assert_int_equal(world_got(&grant, 11).st, NOT_FOUND);
    struct span made = world_got(&grant, 13).key.key;
    assert_int_equal(made.n, 64);
    assert_true(span_eq(world_got(&grant, 14).key.key, made) && span_eq(world_got(&grant, 16).key.key, made));
    assert_int_equal(world_got(&grant, 15).st, NOT_FOUND);
    assert_int_equal(world_got(&grant, 17).st, DENIED);
    assert_string_equal(ask(w, "select count(*) from keys.epoch where case_id = $1::uuid", fresh), "1");
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", fresh), "1");
}

static void test_share_and_leave(void **state)
{
    struct world *w = *state;
    struct span first;
    struct uuid id = new_case(w, &A, &first);

    next_hour(w);
    assert_int_equal(share(w, id, "A059"), OK);
    assert_int_equal(share(w, id, "A059"), OK);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid and agency = 'A059'", id), "1");
    assert_true(span_eq(RELEASE(w, id, READ, &B).key.key, first));
    /* who only was asked keeps nothing */
    assert_int_equal(unshare(w, id, "A059", false), OK);
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid and agency = 'A059'", id), "0");
    /* who was a member keeps what there was, and sees nothing of what comes */
    assert_int_equal(share(w, id, "A059"), OK);
    assert_int_equal(share(w, id, "A0660"), OK);
    assert_int_equal(unshare(w, id, "A059", true), OK);
    assert_int_equal(unshare(w, id, "A059", false), OK); /* it had left already */
    struct got left = RELEASE(w, id, READ, &B), stays = RELEASE(w, id, READ, &A), joined = RELEASE(w, id, READ, &C);
    assert_true(left.st == OK && left.key.epoch == 1 && span_eq(left.key.key, first) && !left.key.has_older);
    assert_true(stays.st == OK && stays.key.epoch == 2 && stays.key.has_older && stays.key.older.n == 1);
    assert_true(span_eq(stays.key.older.v[0].key, first) && stays.key.older.v[0].epoch == 1);
    assert_true(joined.key.epoch == 2 && span_eq(joined.key.key, stays.key.key) && !span_eq(stays.key.key, first));
    assert_string_equal(ask(w, "select string_agg(agency, ',' order by agency) from keys.wrap where case_id = $1::uuid and epoch = 2", id),
                        "A056,A0660");
    /* asked once more and not coming, a former member still has its past */
    assert_int_equal(share(w, id, "A059"), OK);
    assert_int_equal(RELEASE(w, id, READ, &B).key.epoch, 2);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid and agency = 'A059' and until is null", id), "2");
    assert_int_equal(unshare(w, id, "A059", false), OK);
    left = RELEASE(w, id, READ, &B);
    assert_true(left.st == OK && left.key.epoch == 1 && !left.key.has_older);
}

/* Invited to a meeting: the key of what meeting keeps, through meeting alone. */
static void test_meeting(void **state)
{
    struct world *w = *state;
    struct span first;
    struct uuid id = new_case(w, &A, &first);

    next_hour(w);
    assert_int_equal(invite(w, id, "A059"), OK);
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND);
    assert_true(span_eq(world_release(w, FROM_MEETING, id, READING_READ, &B).key.key, first));
    assert_int_equal(share(w, id, "A059"), OK);
    assert_int_equal(RELEASE(w, id, READ, &B).st, OK);
    assert_int_equal(unshare(w, id, "A059", false), OK);
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND);
    assert_int_equal(world_release(w, FROM_MEETING, id, READING_READ, &B).st, OK);
}

/* Whoever can write the database still cannot make one case's wrap another's, or one agency's. */
static void test_moved_wrap(void **state)
{
    static const char HEAD[] = "update keys.wrap w set wrap = overlay(v.wrap placing substr(w.wrap, 1, 48) from 1) from keys.wrap v"
                               " where w.case_id = '%s' and v.case_id = '%s'";
    static const char WHOLE[] = "update keys.wrap w set wrap = v.wrap from keys.wrap v where w.case_id = '%s' and v.case_id = '%s'";
    struct world *w = *state;
    struct span key;
    char a[UUID_TEXT_MAX], b[UUID_TEXT_MAX];
    struct uuid mine = new_case(w, &A, &key), theirs = new_case(w, &B, &key), good = new_case(w, &A, &key);
    struct key_grant grant;

    next_hour(w);
    uuid_print(mine, a);
    uuid_print(theirs, b);
    assert_int_equal(conn_script(w->s, w->admin, scope_print(w->s, WHOLE, a, b)), INVALID); /* its row says what it is */
    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s, HEAD, a, b)));
    struct span ticket = world_ticket(w, &A);
    const struct key_want wants[] = {{.case_id = mine, .has_nr = true, .nr = 0, .has_ticket = true, .ticket = ticket},
                                     {.case_id = good, .has_nr = true, .nr = 1, .has_ticket = true, .ticket = ticket}};
    world_wants(w, FROM_INTAKE, wants, 2, &grant);
    assert_int_equal(world_got(&grant, 0).st, CORRUPT);
    assert_int_equal(world_got(&grant, 1).st, OK);
    assert_ok(w->s, conn_script(w->s, w->admin, "alter table keys.wrap drop constraint wrap_says"));
    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s, WHOLE, a, b)));
    assert_int_equal(RELEASE(w, mine, READ, &A).st, CORRUPT);
}

/* soft 3, hard 6, agency 9: different cases within the hour. */
static void test_limits(void **state)
{
    struct world *w = *state;
    struct uuid ids[12];
    struct span key;

    for (size_t i = 0; i < COUNT(ids); i++)
        ids[i] = new_case(w, &A, &key); /* opening is no reading */
    next_hour(w);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(RELEASE(w, ids[i], READ, &A).st, OK);
        assert_int_equal(RELEASE(w, ids[0], READ, &A).st, OK); /* not counted twice */
        assert_int_equal(w->emit_n, i >= 3);
    }
    assert_true(span_is(w->emits[0].to, "audit") && span_is(w->emits[0].type, "many_reads"));
    assert_int_equal(RELEASE(w, ids[6], READ, &A).st, DENIED);
    assert_int_equal(RELEASE(w, ids[5], READ, &A).st, OK);
    for (size_t i = 6; i < 9; i++)
        assert_int_equal(RELEASE(w, ids[i], READ, &A2).st, OK);
    assert_int_equal(RELEASE(w, ids[9], READ, &A2).st, DENIED); /* the agency has had its nine */
    assert_int_equal(w->emit_n, 1);
    next_hour(w);
    assert_int_equal(RELEASE(w, ids[6], READ, &A).st, OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_participant),     cmocka_unit_test(test_tickets), cmocka_unit_test(test_roles),
        cmocka_unit_test(test_batch),           cmocka_unit_test(test_meeting), cmocka_unit_test(test_share_and_leave),
        cmocka_unit_test(test_limits),          cmocka_unit_test(test_moved_wrap),
    };
    return cmocka_run_group_tests(tests, setup, setup_end);
}
