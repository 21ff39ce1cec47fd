/* The database floor on a real server: values come back as they went, wrong counts and errors commit nothing, and the
 * connection is usable or honestly closed after everything that can happen to it. */
#include "db_test.h"

#include "wire/words.h"

static const struct uuid ID = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};
static const int64_t AT_US = INT64_C(1795345838123456);

static struct q_thing_put small_thing(struct uuid id)
{
    return (struct q_thing_put){
        .id = id, .version = 1, .state = REF_OFFERED, .by = {"A056"}, .at = AT_US};
}

static const struct uuid IDS[] = {{{1}}, {{2}}, {{0xff}}};
static const int64_t NUMBERS[] = {0, -1, INT64_MAX, INT64_MIN};
static const int64_t TIMES[] = {0, AT_US, -1};
static const int64_t NEEDS[] = {NEED_ILLNESS, NEED_OTHER};
static const bool FLAGS[] = {true, false};
static const struct agency_id AGENCIES[] = {{"A056"}, {"B123456"}};
static const struct span TEXTS[] = {
    {(const uint8_t *)"架空", 6}, {NULL, 0}, {(const uint8_t *)"a,\"b\\", 5}};

static struct q_thing_put full_thing(void)
{
    struct q_thing_put t = small_thing(ID);

    t.has_needs = t.has_note = t.has_body = t.has_flag = t.has_seen = t.has_lead = t.has_number =
        t.has_kind = true;
    t.has_ids = t.has_numbers = t.has_times = t.has_flags = t.has_bodies = t.has_agencies =
        t.has_notes = true;
    t.needs.v = NEEDS, t.needs.n = COUNT(NEEDS);
    t.note = SPAN_LIT("架空 太郎 'quoted'\n");
    t.body = SPAN_LIT("\0\1\xff");
    t.flag = true;
    t.seen = -AT_US;
    t.lead = (struct agency_id){"Z999"};
    t.number = INT64_MIN;
    t.kind = NEED_OTHER;
    t.ids.v = IDS, t.ids.n = COUNT(IDS);
    t.numbers.v = NUMBERS, t.numbers.n = COUNT(NUMBERS);
    t.times.v = TIMES, t.times.n = COUNT(TIMES);
    t.flags.v = FLAGS, t.flags.n = COUNT(FLAGS);
    t.bodies.v = TEXTS, t.bodies.n = COUNT(TEXTS);
    t.agencies.v = AGENCIES, t.agencies.n = COUNT(AGENCIES);
    t.notes.v = TEXTS, t.notes.n = COUNT(TEXTS);
    return t;
}

#define assert_list(a, b)                                                                          \
    do {                                                                                           \
        assert_int_equal((a).n, (b).n);                                                            \
        assert_memory_equal((a).v, (b).v, (a).n * sizeof *(a).v);                                  \
    } while (0)
#define assert_span(a, b) assert_true(span_eq((a), (b)))

static void every_kind_returns(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct q_thing_put in = full_thing();
    struct q_thing_get_row out;

    (void)state;
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_thing_put(tx, &in));
    assert_ok(s, q_thing_get(tx, &(struct q_thing_get){.id = ID}, &out));
    assert_ok(s, tx_commit(tx));
    assert_true(uuid_eq(out.id, ID) && out.version == 1 && out.state == REF_OFFERED &&
                agency_eq(out.by, in.by));
    assert_true(out.has_id && out.at == AT_US && out.flag && out.seen == -AT_US &&
                agency_eq(out.lead, in.lead));
    assert_true(out.number == INT64_MIN && out.kind == NEED_OTHER);
    assert_span(out.note, in.note);
    assert_span(out.body, in.body);
    assert_list(out.needs, in.needs);
    assert_list(out.ids, in.ids);
    assert_list(out.numbers, in.numbers);
    assert_list(out.times, in.times);
    assert_list(out.flags, in.flags);
    assert_list(out.agencies, in.agencies);
    assert_int_equal(out.notes.n, COUNT(TEXTS));
    assert_int_equal(out.bodies.n, COUNT(TEXTS));
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        assert_span(out.notes.v[i], TEXTS[i]);
        assert_span(out.bodies.v[i], TEXTS[i]);
    }
}

static void nothing_is_not_empty(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct q_thing_put nulls = small_thing(ID), empties = small_thing(IDS[0]);
    struct q_thing_get_row a, b;

    (void)state;
    empties.has_note = empties.has_body = empties.has_ids = empties.has_notes = empties.has_lead =
        true;
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_thing_put(tx, &nulls));
    assert_ok(s, q_thing_put(tx, &empties));
    assert_ok(s, q_thing_get(tx, &(struct q_thing_get){.id = ID}, &a));
    assert_ok(s, q_thing_get(tx, &(struct q_thing_get){.id = IDS[0]}, &b));
    assert_ok(s, tx_commit(tx));
    assert_false(a.has_note || a.has_body || a.has_ids || a.has_notes || a.has_lead ||
                 a.has_needs || a.has_flag || a.has_seen || a.has_number || a.has_kind ||
                 a.has_times || a.has_numbers || a.has_flags || a.has_bodies || a.has_agencies);
    assert_true(b.has_note && b.has_body && b.has_ids && b.has_notes && b.has_lead && !b.has_flag);
    assert_true(b.note.n == 0 && b.body.n == 0 && b.ids.n == 0 && b.notes.n == 0 &&
                b.lead.code[0] == '\0');
}

static void counts_are_kept(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct q_thing_put in = small_thing(ID);
    struct q_thing_get_row row;
    struct q_series_rows rows;

    (void)state;
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_thing_get(tx, &(struct q_thing_get){.id = ID}, &row));
    assert_int_equal(tx_flush(tx), NOT_FOUND);
    assert_int_equal(q_thing_put(tx, &in), NOT_FOUND);
    assert_int_equal(tx_commit(tx), NOT_FOUND);
    /* a wrong count must stop the COMMIT queued behind it */
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_thing_put(tx, &in));
    assert_ok(s, q_thing_touch(tx, &(struct q_thing_touch){.id = ID, .version = 7}));
    assert_int_equal(tx_commit(tx), CONFLICT);
    assert_non_null(strstr(s->why.en, "thing_touch"));
    assert_int_equal(count_things(s, c), 0);
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_series(tx, &(struct q_series){.n = 3}, &rows));
    assert_ok(s, tx_flush(tx));
    assert_true(rows.n == 3 && rows.v[0].v == 1 && rows.v[2].v == 3);
    assert_ok(s, q_series(tx, &(struct q_series){.n = 0}, &rows));
    assert_ok(s, tx_flush(tx));
    assert_int_equal(rows.n, 0);
    assert_ok(s, q_series(tx, &(struct q_series){.n = 4}, &rows));
    assert_int_equal(tx_commit(tx), INTERNAL);
    assert_int_equal(count_things(s, c), 0);
}

static const struct {
    const char *state;
    enum status want;
} STATES[] = {
    {"23505", CONFLICT},    {"23P01", CONFLICT},    {"40001", UNAVAILABLE}, {"40P01", UNAVAILABLE},
    {"55P03", UNAVAILABLE}, {"57014", UNAVAILABLE}, {"08006", UNAVAILABLE}, {"57P02", UNAVAILABLE},
    {"53300", UNAVAILABLE}, {"23514", INVALID},     {"23503", INVALID},     {"22001", INVALID},
    {"22P02", INVALID},     {"42501", DENIED},      {"P0001", INTERNAL},    {"23502", INTERNAL},
    {"42P01", INTERNAL},
};

static void errors_have_their_word(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct q_thing_put in = small_thing(ID);

    (void)state;
    for (size_t i = 0; i < COUNT(STATES); i++) {
        assert_int_equal(status_of_sqlstate(STATES[i].state), STATES[i].want);
        assert_ok(s, tx_begin(c, s, &tx));
        assert_ok(s, q_thing_put(tx, &in));
        assert_ok(s, q_raise(tx, &(struct q_raise){.state = span_str(STATES[i].state)}));
        assert_ok(s, q_thing_put(tx, &in));
        assert_int_equal(tx_commit(tx), STATES[i].want);
        assert_non_null(strstr(s->why.en, STATES[i].state));
        assert_non_null(strstr(s->why.en, "raise"));
        assert_null(strstr(s->why.en, "secret"));
        assert_null(strstr(s->why.ja, "架空"));
    }
    assert_int_equal(status_of_sqlstate(NULL), INTERNAL);
    assert_int_equal(count_things(s, c), 0);
    /* at COMMIT itself, and with the constraint's name */
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_child_put(tx, &(struct q_child_put){.thing_id = ID}));
    assert_int_equal(tx_commit(tx), INVALID);
    assert_non_null(strstr(s->why.en, "child_thing"));
    in.state = REF_FAILED;
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_thing_put(tx, &in));
    assert_int_equal(tx_flush(tx), INVALID);
    assert_non_null(strstr(s->why.en, "thing_state"));
    tx_rollback(tx);
    assert_int_equal(count_things(s, c), 0);
}

static void bad_values_do_not_leave(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct q_thing_put bad[5];
    struct tx *tx;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        bad[i] = small_thing(ID);
    bad[0].state = REF_ENTERED_IN_ERROR + 1;
    bad[1].by = (struct agency_id){"nobody"};
    bad[2].has_note = true, bad[2].note = SPAN_LIT("a\0b");
    bad[3].at = INT64_MIN;
    bad[4].has_needs = true, bad[4].needs.v = (const int64_t[]){0, -1}, bad[4].needs.n = 2;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct q_thing_put good = small_thing(IDS[0]);
        struct q_thing_count_row *gone = calloc(1, sizeof *gone);
        assert_non_null(gone);
        assert_ok(s, tx_begin(c, s, &tx));
        assert_ok(s, q_thing_put(tx, &good));
        assert_ok(s, q_thing_put(tx, &good)); /* fails only once it is sent */
        assert_ok(s, q_thing_count(tx, gone));
        assert_int_equal(q_thing_put(tx, &bad[i]), INVALID);
        assert_non_null(strstr(s->why.en, "thing_put"));
        free(gone); /* a rollback must not fill rows whose owner has left */
        tx_rollback(tx);
        assert_true(conn_is_alive(c));
    }
    assert_int_equal(count_things(s, c), 0);
}

static void odd_values_are_corrupt(void **state)
{
    static const struct q_odd ODD[] = {
        {.has_word = false, .has_at = true, .at = {(const uint8_t *)"2026-01-01", 10}},
        {.has_word = true,
         .word = {(const uint8_t *)"unheard", 7},
         .has_at = true,
         .at = {(const uint8_t *)"2026-01-01", 10}},
        {.has_word = true,
         .word = {(const uint8_t *)"draft", 5},
         .has_at = true,
         .at = {(const uint8_t *)"infinity", 8}},
        {.has_word = true,
         .word = {(const uint8_t *)"draft", 5},
         .has_at = true,
         .at = {(const uint8_t *)"-infinity", 9}},
        {.has_word = true, .word = {(const uint8_t *)"draft", 5}, .has_at = false},
    };
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct q_odd_row row;

    (void)state;
    for (size_t i = 0; i < COUNT(ODD); i++) {
        assert_ok(s, tx_begin(c, s, &tx));
        assert_ok(s, q_odd(tx, &ODD[i], &row));
        assert_int_equal(tx_commit(tx), CORRUPT);
        assert_non_null(strstr(s->why.en, "odd"));
    }
    assert_int_equal(count_things(s, c), 0);
}

enum { BULK = 10000 };

static void long_lists_travel(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct uuid *ids = scope_alloc(s, BULK * sizeof *ids);
    struct span *notes = scope_alloc(s, BULK * sizeof *notes);
    int64_t *numbers = scope_alloc(s, BULK * sizeof *numbers);
    struct q_bulk_all_rows rows;

    (void)state;
    for (size_t i = 0; i < BULK; i++) {
        ids[i] = scope_uuid(s);
        notes[i] = span_str(scope_print(s, "架空の記録 %zu", i));
        numbers[i] = (int64_t)i;
    }
    struct q_bulk in = {.ids = {ids, BULK}, .notes = {notes, BULK}, .numbers = {numbers, BULK}};
    assert_ok(s, tx_begin(c, s, &tx));
    assert_ok(s, q_bulk(tx, &in));
    assert_ok(s, q_bulk_all(tx, &rows));
    assert_ok(s, tx_commit(tx));
    assert_int_equal(rows.n, BULK);
    for (size_t i = 0; i < BULK; i++)
        assert_true(uuid_eq(rows.v[i].id, ids[i]) && span_eq(rows.v[i].note, notes[i]) &&
                    rows.v[i].number == numbers[i]);
}

/* Each side has more to say than both sockets hold: it ends only if reading goes on while sending. */
static void no_deadlock(void **state)
{
    enum { ECHOES = 24, ECHO = 700 << 10 };
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    uint8_t *body = scope_alloc(s, ECHO);
    struct q_echo_row rows[ECHOES];

    (void)state;
    for (size_t i = 0; i < ECHO; i++)
        body[i] = (uint8_t)(i * 7 + i / 251);
    assert_ok(s, tx_begin(c, s, &tx));
    for (size_t i = 0; i < ECHOES; i++)
        assert_ok(s, q_echo(tx, &(struct q_echo){.body = span_of(body, ECHO - i)}, &rows[i]));
    assert_ok(s, tx_commit(tx));
    for (size_t i = 0; i < ECHOES; i++)
        assert_span(rows[i].body, span_of(body, ECHO - i));
}

static void the_queue_is_bounded(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct q_thing_count_row row;

    (void)state;
    assert_ok(s, tx_begin(c, s, &tx));
    for (int i = 0; i < TX_QUEUE_MAX; i++)
        assert_ok(s, q_thing_count(tx, &row));
    assert_int_equal(q_thing_count(tx, &row), TOO_LARGE);
    assert_ok(s, tx_flush(tx));
    assert_ok(s, q_thing_count(tx, &row));
    struct tx *second;
    assert_int_equal(tx_begin(c, s, &second), INTERNAL);
    assert_ok(s, tx_commit(tx));
}

/* Rows and reasons belong to the scope in which a statement was queued. */
static void scopes_are_kept_apart(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) other = test_scope();
    AUTO(conn) c = fresh_schema(s);
    struct tx *tx;
    struct q_thing_get_row row;

    (void)state;
    assert_ok(s, tx_begin(c, s, &tx));
    tx_scope(tx, other);
    assert_ok(other, q_thing_get(tx, &(struct q_thing_get){.id = ID}, &row));
    tx_scope(tx, s);
    assert_int_equal(tx_flush(tx), NOT_FOUND);
    assert_non_null(strstr(other->why.en, "thing_get"));
    assert_non_null(strstr(s->why.en, "thing_get"));
    tx_rollback(tx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_returns),      cmocka_unit_test(nothing_is_not_empty),
        cmocka_unit_test(counts_are_kept),         cmocka_unit_test(errors_have_their_word),
        cmocka_unit_test(bad_values_do_not_leave), cmocka_unit_test(odd_values_are_corrupt),
        cmocka_unit_test(long_lists_travel),       cmocka_unit_test(no_deadlock),
        cmocka_unit_test(the_queue_is_bounded),    cmocka_unit_test(scopes_are_kept_apart),
    };
    return cmocka_run_group_tests_name("db_tx", tests, NULL, NULL);
}
