/* keys with what it did not make itself: keys stored by older releases, and the records by which a person could be found; and two workers
 * of it at once. */
#include "base/hex.h"
#include "keys_person.h"
#include "seal/hkdf.h"

#include <sodium.h>

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, B = {"cho", "A059", ROLE_WORKER, -1};
static const struct who ADMIN = {"kanri", "", ROLE_ADMINISTRATOR, -1}, ADMIN2 = {"kanri2", "", ROLE_ADMINISTRATOR, -1};

/* A row as the first releases wrote it: nonce ‖ XChaCha20-Poly1305 under the master key, bound to case and epoch. */
static struct uuid old_case(struct world *w, struct span *ret_key)
{
    uint8_t row[72], key[32], ad[20] = {0};
    struct uuid id = scope_uuid(w->s);
    struct span row_hex;
    char text[UUID_TEXT_MAX];

    randombytes_buf(key, sizeof key);
    randombytes_buf(row, 24);
    memcpy(ad, id.b, 16);
    ad[19] = 1;
    crypto_aead_xchacha20poly1305_ietf_encrypt(row + 24, NULL, key, sizeof key, ad, sizeof ad, NULL, row, secret_span(w->own->master).p);
    assert_ok(w->s, hex_print(w->s, span_of(row, sizeof row), &row_hex));
    assert_ok(w->s, hex_print(w->s, span_of(key, sizeof key), ret_key));
    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s, "insert into keys.case_key values ('%s', 1, '\\x%.*s', now())",
                                                            uuid_print(id, text), (int)row_hex.n, (const char *)row_hex.p)));
    return id;
}

static void test_old_keys(void **state)
{
    struct world *w = *state;
    struct span key, spoilt;
    struct uuid id = old_case(w, &key), bad = old_case(w, &spoilt);
    char text[UUID_TEXT_MAX];

    assert_int_equal(RELEASE(w, id, READ, &A).st, NOT_FOUND); /* nobody has said yet who takes part */
    assert_int_equal(share(w, id, "A056"), OK);
    struct got got = RELEASE(w, id, READ, &A);
    assert_true(got.st == OK && got.key.epoch == 1 && span_eq(got.key.key, key));
    assert_string_equal(ask(w, "select count(*) from keys.case_key where case_id = $1::uuid", id), "0");
    assert_string_equal(ask(w, "select why from keys.epoch where case_id = $1::uuid", id), "legacy");
    assert_int_equal(share(w, id, "A059"), OK);
    assert_true(span_eq(RELEASE(w, id, READ, &B).key.key, key));
    assert_ok(w->s, conn_script(w->s, w->admin, scope_print(w->s, "update keys.case_key set wrapped = set_byte(wrapped, 30, "
                                                            "get_byte(wrapped, 30) # 1) where case_id = '%s'", uuid_print(bad, text))));
    assert_int_equal(share(w, bad, "A056"), CORRUPT);
    assert_string_equal(ask(w, "select count(*) from keys.case_key where case_id = $1::uuid", bad), "1"); /* it stays for a remedy */
}

/* Destroyed before it ever had wraps: it is gone as any other, and for a case that has a key no other is made. */
static void test_old_destroyed(void **state)
{
    struct world *w = *state;
    struct span key;
    struct uuid id = old_case(w, &key), kept = old_case(w, &key);
    struct done done;

    assert_int_equal(RELEASE(w, id, OPEN, &A).st, NOT_FOUND);
    assert_int_equal(destroy(w, &ADMIN, id, &done), OK);
    assert_true(span_is(done.state, "waiting"));
    assert_int_equal(destroy(w, &ADMIN2, id, &done), OK);
    assert_true(span_is(done.state, "destroyed"));
    assert_string_equal(ask(w, "select count(*) from keys.case_key where case_id = $1::uuid", id), "0");
    assert_int_equal(share(w, id, "A056"), OK);
    assert_int_equal(RELEASE(w, id, READ, &A).st, EXPIRED);
    assert_int_equal(RELEASE(w, id, OPEN, &A).st, EXPIRED);
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", id), "0");
    assert_int_equal(destroy(w, &ADMIN, scope_uuid(w->s), &done), NOT_FOUND);
    assert_int_equal(share(w, kept, "A056"), OK);
    assert_true(span_eq(RELEASE(w, kept, READ, &A).key.key, key));
}

/* ---- people ------------------------------------------------------------------------------ */

static const struct person_fields HANAKO = {.name = {(const uint8_t *)"見本 花子", 13}, .kana = {(const uint8_t *)"みほん はなこ", 19},
                                            .birth_date = {(const uint8_t *)"1988-11-23", 10}, .phone = {(const uint8_t *)"000-0000-0002", 13}};

static void test_people(void **state)
{
    struct world *w = *state;
    struct span k1, k2, k3;
    struct uuid one = new_case(w, &A, &k1), two = new_case(w, &B, &k2), three = new_case(w, &B, &k3);
    struct duplicate_found found;

    w->emit_n = 0;
    assert_int_equal(known(w, one, one, 1, &TARO, k1), OK);
    assert_int_equal(known(w, one, three, 1, &TARO, k1), OK); /* twice in one case is no other case */
    assert_int_equal(known(w, three, three, 1, &HANAKO, k3), OK);
    assert_int_equal(w->emit_n, 0);
    assert_string_not_equal(ask(w, "select count(*) from keys.person_index where case_id = $1::uuid", one), "0");
    assert_int_equal(known(w, two, two, 2, &TARO, k2), OK);
    assert_int_equal(w->emit_n, 2);
    assert_true(span_is(w->emits[0].to, "intake") && span_is(w->emits[0].type, "duplicate_found"));
    assert_ok(w->s, codec_decode(w->s, shape_duplicate_found(), w->emits[0].payload, SCHEMA_MINOR, &found));
    assert_true(uuid_eq(found.case_id, two) && uuid_eq(found.other_case, one) && found.score > 900 && found.rules.n > 0);
    w->emit_n = 0;
    assert_int_equal(known(w, two, two, 1, &HANAKO, k2), OK); /* an older version than what is there changes nothing */
    assert_int_equal(w->emit_n, 0);
    assert_int_equal(known(w, two, two, 3, &HANAKO, k2), OK); /* corrected: the former entries are gone */
    assert_int_equal(w->emit_n, 1);
    w->emit_n = 0;
    assert_int_equal(known(w, one, one, 2, &TARO, k1), OK);
    assert_int_equal(w->emit_n, 0);
    assert_int_equal(known(w, one, one, 3, &TARO, k2), CORRUPT); /* sealed under another case's key */
    assert_string_equal(ask(w, "select count(*) from keys.person_index where length(blind) <> 8 or $1::uuid is null", one), "0");
}

/* Stored indexes outlive this release: the key they are made with never changes. */
static void test_blind_key(void **state)
{
    struct world *w = *state;
    uint8_t prk[HKDF_PRK_LEN], key[32];

    hkdf_extract((struct span){0}, secret_span(w->own->master), prk);
    assert_int_equal(hkdf_expand(prk, SPAN_LIT("KM1/blind"), key, sizeof key), OK);
    assert_true(span_eq(secret_span(w->own->blind), span_of(key, sizeof key)));
}

/* ---- two workers -------------------------------------------------------------------------- */

/* A second worker of keys makes the same case's key between the first one's steps: whoever commits first has made it for both. */
struct rival {
    struct world *w, other;
    struct uuid case_id;
    struct span ticket;
    int runs;
    struct got got;
};

static bool meddle(void *ctx, enum step at)
{
    struct rival *r = ((struct world *)ctx)->rival;

    if (!r || at != STEP_LOADED || r->runs++)
        return false;
    r->got = world_want(&r->other, FROM_INTAKE, r->case_id, READING_OPEN, r->ticket);
    return false;
}

static int setup(void **state)
{
    *state = setup_world("keys_old", 1000, 1000, 1000, meddle);
    return 0;
}

static void test_race(void **state)
{
    struct world *w = *state;
    struct rival r = {.w = w, .other = *w, .case_id = scope_uuid(w->s), .ticket = world_ticket(w, &A)};

    r.other.rival = NULL;
    r.other.db = w->second;
    assert_int_equal(worker_new(&(struct worker_setup){.svc = &KEYS, .instance = "keys.1", .ring = w->ring[FROM_KEYS], .db = w->second,
                                                       .own = w->own, .port = {world_take, &r.other}, .now_us = world_now,
                                                       .entropy = entropy_system(), .ctx = &r.other, .pass = &w->pass},
                                &r.other.worker), OK);
    w->rival = &r;
    struct got mine = world_want(w, FROM_INTAKE, r.case_id, READING_OPEN, r.ticket);
    w->rival = NULL;
    worker_free(r.other.worker);
    assert_int_equal(r.runs, 1);
    assert_int_equal(mine.st, OK);
    assert_int_equal(r.got.st, OK);
    assert_true(span_eq(mine.key.key, r.got.key.key));
    assert_string_equal(ask(w, "select count(*) from keys.wrap where case_id = $1::uuid", r.case_id), "1");
}

/* Every service's queue can be looked at, this one's too. */
static void test_queue(void **state)
{
    struct world *w = *state;
    struct queue_state q;

    assert_int_equal(world_ask(w, &ADMIN, shape_queue_status(), &(struct queue_status){}, shape_queue_state(), &q), OK);
    assert_true(span_is(q.service, "keys"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_keys), cmocka_unit_test(test_old_destroyed), cmocka_unit_test(test_people), cmocka_unit_test(test_blind_key),
        cmocka_unit_test(test_race),     cmocka_unit_test(test_queue),
    };
    return cmocka_run_group_tests(tests, setup, setup_end);
}
