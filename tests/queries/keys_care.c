/* What keys does beside releasing: emergencies, new epochs and key pairs, the city's escrow key, destruction, keys of older releases, blind
 * indexes; asked of keys as it runs on a real database, each person under their own ticket and row security. */
#include "base/calendar.h"
#include "base/hex.h"
#include "keys_setup.h"
#include "seal/seal.h"

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, LEAD = {"ben", "A056", ROLE_TEAM_LEAD, -1};
static const struct who B = {"cho", "A059", ROLE_WORKER, 20}, STALE = {"cho", "A059", ROLE_WORKER, 301};
static const struct who COLLEAGUE = {"fuji", "A059", ROLE_WORKER, 20}, OTHER_LEAD = {"gen", "A059", ROLE_TEAM_LEAD, -1};
static const struct who AUDITOR = {"kansa", "A001", ROLE_AUDITOR, -1};
static const struct who ADMIN = {"kanri", "", ROLE_ADMINISTRATOR, -1}, ADMIN2 = {"kanri2", "", ROLE_ADMINISTRATOR, -1};

#define ASK(w, who, msg, answer, ret, ...)                                                        \
    world_ask((w), (who), shape_##msg(), &(struct msg){__VA_ARGS__}, shape_##answer(), (ret))
#define TEXT(text) span_str(text)

static const char WHY[] = "架空の連絡：電話がつながらず、命の危険があるため";

static int setup(void **state)
{
    *state = setup_world("keys_care", 1000, 1000, 1000, NULL);
    return 0;
}

static const char READ_BY_CHO[] = "select coalesce(sum(cases), 0) from keys.tally where user_name = 'cho' and $1::uuid is not null";

static void test_emergency(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = new_case(w, &A, &key);
    struct emergency_open open;
    int64_t before = world_now(w);

    assert_int_equal(ASK(w, &STALE, break_glass, emergency_open, &open, .case_id = id, .text = TEXT(WHY)), DENIED);
    assert_int_equal(ASK(w, &OTHER_LEAD, break_glass, emergency_open, &open, .case_id = id, .text = TEXT(WHY)), DENIED);
    assert_int_equal(ASK(w, &B, break_glass, emergency_open, &open, .case_id = id, .text = TEXT("急ぎ")), INVALID);
    assert_int_equal(ASK(w, &AUDITOR, break_glass, emergency_open, &open, .case_id = id, .text = TEXT(WHY)), DENIED);
    assert_int_equal(ASK(w, &B, break_glass, emergency_open, &open, .case_id = scope_uuid(w->s), .text = TEXT(WHY)), NOT_FOUND);
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND);
    w->emit_n = 0;
    assert_int_equal(ASK(w, &B, break_glass, emergency_open, &open, .case_id = id, .reason = EMERGENCY_LIFE, .text = TEXT(WHY)), OK);
    assert_in_range(open.until - before, 3600 * (int64_t)US_PER_S, 3660 * (int64_t)US_PER_S);
    assert_int_equal(open.review_by, business_due_us(open.until - 3600 * (int64_t)US_PER_S, 2, 17 * 60 + 15));
    assert_int_equal(w->emit_n, 2);
    assert_true(span_is(w->emits[0].type, "case_emergency") && span_is(w->emits[0].to, "intake"));
    assert_true(span_is(w->emits[1].type, "glass_broken") && span_is(w->emits[1].to, "audit"));
    struct got got = RELEASE(w, id, READ, &B);
    assert_true(got.st == OK && span_eq(got.key.key, key));
    assert_int_equal(RELEASE(w, id, READ, &COLLEAGUE).st, NOT_FOUND); /* of that user alone */
    assert_string_equal(ask(w, "select string_agg(user_name || ' ' || kind, ',' order by at) from keys.reading where case_id = $1::uuid", id),
                        "ada open,cho emergency,cho emergency");
    /* the broken glass is no reading yet: the first one counts, the next does not */
    assert_string_equal(ask(w, READ_BY_CHO, id), "1");
    assert_int_equal(RELEASE(w, id, READ, &B).st, OK);
    assert_string_equal(ask(w, READ_BY_CHO, id), "1");
    w->ahead_us += 3601 * (int64_t)US_PER_S;
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND);
}

static void test_readings(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = new_case(w, &A, &key);
    struct reading_lines lines;

    assert_int_equal(RELEASE(w, id, WRITE, &LEAD).st, OK);
    assert_int_equal(ASK(w, &LEAD, reading_list, reading_lines, &lines, .case_id = id), OK);
    assert_int_equal(lines.readings.n, 2);
    assert_true(span_is(lines.readings.v[0].user, "ben") && lines.readings.v[0].kind == READING_WRITE);
    assert_true(span_is(lines.readings.v[1].user, "ada") && lines.readings.v[1].kind == READING_OPEN);
    assert_true(span_is(lines.readings.v[1].service, "intake") && agency_eq(lines.readings.v[1].agency, agency("A056")));
    assert_int_equal(ASK(w, &LEAD, reading_list, reading_lines, &lines, .case_id = id, .has_limit = true, .limit = 1), OK);
    assert_int_equal(lines.readings.n, 1);
    assert_int_equal(ASK(w, &AUDITOR, reading_list, reading_lines, &lines, .case_id = id), OK);
    assert_int_equal(lines.readings.n, 2);
    assert_int_equal(ASK(w, &OTHER_LEAD, reading_list, reading_lines, &lines, .case_id = id), NOT_FOUND);
    assert_int_equal(ASK(w, &A, reading_list, reading_lines, &lines, .case_id = id), DENIED);
    assert_int_equal(conn_script(w->s, w->admin, "update keys.reading set user_name = 'x'"), DENIED);
    assert_int_equal(conn_script(w->s, w->admin, "delete from keys.reading"), DENIED);
}

static void test_rotation(void **state)
{
    struct world *w = *state;
    struct span first;
    struct uuid id = new_case(w, &A, &first);
    struct done done;

    assert_int_equal(share(w, id, "A059"), OK);
    assert_int_equal(ASK(w, &ADMIN, key_rotate, done, &done, .has_case_id = false), INVALID);
    assert_int_equal(ASK(w, &A, key_rotate, done, &done, .has_case_id = true, .case_id = id), DENIED);
    assert_int_equal(ASK(w, &ADMIN, key_rotate, done, &done, .has_case_id = true, .case_id = scope_uuid(w->s)), NOT_FOUND);
    assert_int_equal(ASK(w, &ADMIN, key_rotate, done, &done, .has_agency = true, .agency = agency("A056")), OK);
    assert_true(span_is(done.state, "generation 2"));
    assert_true(span_eq(RELEASE(w, id, READ, &A).key.key, first)); /* the old key pair opens its own */
    assert_int_equal(ASK(w, &ADMIN, key_rotate, done, &done, .has_case_id = true, .case_id = id), OK);
    struct got a = RELEASE(w, id, READ, &A), b = RELEASE(w, id, READ, &B);
    assert_true(a.key.epoch == 2 && b.key.epoch == 2 && span_eq(a.key.key, b.key.key) && !span_eq(a.key.key, first));
    assert_true(a.key.older.n == 1 && span_eq(a.key.older.v[0].key, first) && span_eq(b.key.older.v[0].key, first));
    assert_string_equal(ask(w, "select count(distinct key_id) from keys.wrap where agency = 'A056' and case_id = $1::uuid", id), "2");
}

/* An agency that has no key has none to move on. */
static void test_rotation_of_none(void **state)
{
    struct world *w = *state;
    struct done done;

    assert_int_equal(ASK(w, &ADMIN, key_rotate, done, &done, .has_agency = true, .agency = agency("A0999")), NOT_FOUND);
    assert_string_equal(ask(w, "select count(*) from keys.agency_key where agency = 'A0999' and $1::uuid is not null", scope_uuid(w->s)), "0");
}

/* The jobs run by the clock; the worker's first tick runs all of them. */
static void run_jobs(struct world *w)
{
    int wait_ms;

    w->ahead_us += 700 * (int64_t)US_PER_S;
    do
        assert_ok(w->s, worker_tick(w->worker, &wait_ms));
    while (wait_ms == 0);
}

static void open_escrow(struct world *w, const struct secret *mine, const uint8_t public_key[HPKE_KEY_LEN], struct uuid id, struct span want)
{
    struct escrow_wrap out;
    struct span wrap, hex;
    AUTO(secret) key = secret_new(DATA_KEY_LEN);

    assert_int_equal(ASK(w, &ADMIN, escrow_fetch, escrow_wrap, &out, .case_id = id), OK);
    assert_ok(w->s, hex_parse(w->s, out.sealed.wraps.v[0].wrap, &wrap));
    assert_ok(w->s, keywrap_open(w->s, &(struct keywrap){.kind = KEYWRAP_ESCROW, .case_id = id, .epoch = 1}, mine, public_key, wrap, key));
    assert_ok(w->s, hex_print(w->s, secret_span(key), &hex));
    assert_true(span_eq(hex, want));
}

static void test_escrow(void **state)
{
    struct world *w = *state;
    uint8_t public_key[HPKE_KEY_LEN];
    AUTO(secret) mine = NULL;
    struct key_standing standing;
    struct escrow_wrap none;
    struct span old, new, hex;
    struct uuid before = new_case(w, &A, &old);
    struct done done;

    assert_int_equal(ASK(w, &ADMIN, escrow_fetch, escrow_wrap, &none, .case_id = before), NOT_FOUND);
    assert_ok(w->s, hpke_keypair(w->s, &mine, public_key));
    assert_ok(w->s, hex_print(w->s, span_of(public_key, sizeof public_key), &hex));
    assert_int_equal(ASK(w, &A, escrow_put, done, &done, .public_key = hex), DENIED);
    assert_int_equal(ASK(w, &ADMIN, escrow_put, done, &done, .public_key = TEXT("00")), INVALID);
    assert_int_equal(ASK(w, &ADMIN, escrow_put, done, &done,
                         .public_key = TEXT("0000000000000000000000000000000000000000000000000000000000000000")), INVALID);
    assert_int_equal(ASK(w, &ADMIN, escrow_put, done, &done, .public_key = hex), OK);
    assert_true(span_is(done.state, "set"));
    assert_int_equal(ASK(w, &ADMIN, escrow_put, done, &done, .public_key = hex), OK);
    assert_true(span_is(done.state, "unchanged"));
    struct uuid after = new_case(w, &A, &new);
    assert_int_equal(ASK(w, &ADMIN, key_status, key_standing, &standing), OK);
    assert_true(standing.has_escrow && standing.without_escrow > 0 && standing.cases > 1);
    open_escrow(w, mine, public_key, after, new);
    run_jobs(w);
    open_escrow(w, mine, public_key, before, old);
    assert_int_equal(ASK(w, &AUDITOR, key_status, key_standing, &standing), OK);
    assert_int_equal(standing.without_escrow, 0);
    assert_string_equal(ask(w, "select count(*) from keys.reading where service = 'escrow' and case_id = $1::uuid", before), "1");
    AUTO(secret) next = NULL; /* another key: what the first one had is wrapped anew */
    assert_ok(w->s, hpke_keypair(w->s, &next, public_key));
    assert_ok(w->s, hex_print(w->s, span_of(public_key, sizeof public_key), &hex));
    assert_int_equal(ASK(w, &ADMIN, escrow_put, done, &done, .public_key = hex), OK);
    run_jobs(w);
    open_escrow(w, next, public_key, before, old);
}

static enum status rotate(struct world *w, struct uuid id)
{
    struct done done;

    return ASK(w, &ADMIN, key_rotate, done, &done, .has_case_id = true, .case_id = id);
}

/* A case has as many epochs as can be given away whole; none is ever left out of an answer. */
static void test_epochs_most(void **state)
{
    struct world *w = *state;
    struct span first;
    struct uuid id = new_case(w, &A, &first);
    struct escrow_wrap escrow;
    char text[UUID_TEXT_MAX];

    assert_int_equal(share(w, id, "A059"), OK);
    for (int i = 2; i <= 64; i++)
        assert_int_equal(rotate(w, id), OK);
    assert_int_equal(rotate(w, id), CONFLICT);
    assert_true(span_is(w->answer.why.why_en, "the case has 64 keys already and can have no more"));
    struct got a = RELEASE(w, id, READ, &A);
    assert_true(a.st == OK && a.key.epoch == 64 && a.key.older.n == 63 && span_eq(a.key.older.v[62].key, first));
    assert_int_equal(ASK(w, &ADMIN, escrow_fetch, escrow_wrap, &escrow, .case_id = id), OK);
    assert_int_equal(escrow.sealed.wraps.n, 64);
    assert_int_equal(share(w, id, "A0660"), OK);
    /* who leaves now does not keep what the others go on with */
    assert_int_equal(STREAM(w, FROM_REFERRAL, id, key_unshare, .case_id = id, .agency = agency("A059"), .keeps_past = true,
                            .at = world_now(w)), OK);
    struct got b = RELEASE(w, id, READ, &B);
    assert_true(b.st == OK && b.key.epoch == 63 && b.key.older.n == 62);
    assert_int_equal(RELEASE(w, id, READ, &A).key.epoch, 64);
    /* one more than there can be */
    uuid_print(id, text);
    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s,
        "insert into keys.epoch values ('%s', 65, now(), 'rotated'); insert into keys.wrap (case_id, epoch, kind, agency, key_id, wrap, since)"
        " select case_id, 65, kind, agency, key_id, overlay(wrap placing int4send(65) from 25), since from keys.wrap"
        " where case_id = '%s' and epoch = 64", text, text)));
    assert_int_equal(RELEASE(w, id, READ, &A).st, TOO_LARGE);
    assert_int_equal(ASK(w, &ADMIN, escrow_fetch, escrow_wrap, &escrow, .case_id = id), TOO_LARGE);
    assert_int_equal(share(w, id, "A061"), TOO_LARGE);
}

static void test_destroy(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = new_case(w, &A, &key);
    struct done done;

    assert_int_equal(destroy(w, &A, id, &done), DENIED);
    assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
    assert_true(span_is(done.state, "waiting"));
    w->ahead_us += 86400 * (int64_t)US_PER_S;
    assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
    assert_true(span_is(done.state, "waiting")); /* not twice the same */
    w->ahead_us += 8 * 86400 * (int64_t)US_PER_S;
    assert_ok(w->s, conn_script(w->s, w->admin, "update keys.erasure set asked_at = asked_at - interval '20 days'"));
    assert_int_equal(destroy(w, &ADMIN2, id, &done), OK);
    assert_true(span_is(done.state, "waiting")); /* the other wish is too old */
    assert_int_equal(RELEASE(w, id, READ, &A).st, OK);
    assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
    assert_true(span_is(done.state, "destroyed"));
    assert_int_equal(RELEASE(w, id, READ, &B).st, NOT_FOUND); /* never its business */
    assert_int_equal(RELEASE(w, id, READ, &A).st, EXPIRED);
    assert_int_equal(RELEASE(w, id, OPEN, &A).st, EXPIRED); /* and no new one is made */
    assert_int_equal(share(w, id, "A059"), OK);
    assert_int_equal(RELEASE(w, id, READ, &B).st, EXPIRED);
    assert_int_equal(ASK(w, &ADMIN, key_rotate, done, &done, .has_case_id = true, .case_id = id), CONFLICT);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", id), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emergency), cmocka_unit_test(test_readings), cmocka_unit_test(test_rotation), cmocka_unit_test(test_rotation_of_none),
        cmocka_unit_test(test_escrow),    cmocka_unit_test(test_epochs_most), cmocka_unit_test(test_destroy),
    };
    return cmocka_run_group_tests(tests, setup, setup_end);
}
