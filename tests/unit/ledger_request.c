/* What an agency's own system asked for reads as it was made and in no other way; and only what has no room for a text is kept. */
#include "ledger_systems.h"

#include "wire/api.h"

enum { ROOM = 16 << 20 };

static void a_request_reads_as_it_was_made(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    struct systems h;
    struct request r;
    (void)state;

    systems_new(s, &h);
    struct span made = request_of(&h, 1793000000000000, &(struct asked){.id = 7});
    assert_memory_equal(made.p, "KMQ1", 4);
    assert_memory_equal(made.p + 4, h.public_key[0], SIGN_PUBLIC_LEN);
    assert_memory_equal(made.p + REQUEST_SIGNED_AT, "KM1/frame\0\0\0\0\0\0\0\0\3KM1", 21);
    MUST(request_read(s, made, &r));
    assert_memory_equal(r.public_key, h.public_key[0], SIGN_PUBLIC_LEN);
    assert_true(span_is(r.frame.header.type, "referral_act") && span_is(r.frame.part[PART_PAYLOAD], ACCEPT));
    assert_int_equal(r.frame.header.sent, 1793000000000000);
    assert_int_equal(r.frame.header.id.b[15], 7);
    for (size_t i = 0; i < made.n; i++) { /* no byte of it can be another */
        uint8_t *p = (uint8_t *)(uintptr_t)made.p + i;
        *p ^= 1;
        assert_int_equal(request_read(s, made, &r), CORRUPT);
        *p ^= 1;
        assert_int_equal(request_read(s, span_of(made.p, i), &r), CORRUPT);
    }
    MUST(request_read(s, made, &r));
    uint8_t *longer = scope_alloc(s, made.n + 1); /* signed, too, but no part of the frame */
    memcpy(longer, made.p, made.n);
    sign_again(&h, 0, longer, made.n + 1);
    assert_int_equal(request_read(s, span_of(longer, made.n + 1), &r), CORRUPT);
    assert_non_null(strstr(s->why.en, "not laid out"));
    systems_free(&h);
}

static void what_is_too_large_is_not_kept(void **state)
{
    AUTO(scope) s = scope_new(ROOM, entropy_system());
    static const uint8_t ZERO[REQUEST_MAX], KEY[SIGN_PUBLIC_LEN];
    const size_t head = REQUEST_SIGNED_AT + sizeof ENVELOPE_SIGN_DOMAIN + 4 * 8;
    struct span part[FRAME_PARTS] = {[PART_PAYLOAD] = span_of(ZERO, REQUEST_MAX - head), [PART_TAG] = span_of(ZERO, SIGN_LEN)}, made;
    (void)state;

    MUST(request_make(s, KEY, part, &made));
    assert_int_equal(made.n, REQUEST_MAX);
    part[PART_BODY] = span_of(ZERO, 1);
    MUST(request_make(s, KEY, part, &made));
    assert_int_equal(made.n, 0);
    part[PART_BODY].n = 0;
    part[PART_TAG].n = 32; /* a tag between services is no signature */
    MUST(request_make(s, KEY, part, &made));
    assert_int_equal(made.n, 0);
}

/* ---- which are kept ---- */

static const struct {
    const char *name;
    bool is_plain;
} CHANGES[] = { /* all that an agency's own system may ask to be changed */
    {"referral_act", true}, {"referral_visit", true}, {"availability", true}, {"recall_ack", true},
    {"sign_out", true}, {"session_fresh", false}, {"password_change", false},
};

static void only_requests_without_texts_are_kept(void **state)
{
    size_t n = 0;
    (void)state;

    for (size_t i = 0; api_at(i); i++) {
        const struct api *a = api_at(i);
        if (a->kind != API_CHANGE || a->roles == API_ANYBODY || !(a->roles & (1u << ROLE_AGENCY_HOST)))
            continue;
        size_t k = 0;
        while (k < COUNT(CHANGES) && strcmp(CHANGES[k].name, a->request()->name) != 0)
            k++;
        if (k == COUNT(CHANGES))
            print_error("%s may be asked for by agencies' systems: may it be kept?\n", a->request()->name);
        assert_in_range(k, 0, COUNT(CHANGES) - 1);
        assert_int_equal(request_is_plain(a->request()), CHANGES[k].is_plain);
        n++;
    }
    assert_int_equal(n, COUNT(CHANGES));
    assert_false(request_is_plain(shape_case_open()));  /* sealed */
    assert_false(request_is_plain(shape_user_put()));   /* a name */
    assert_false(request_is_plain(shape_agency_keys())); /* texts in records */
    const struct field number = {.name = "n", .kind = K_I64}, sealed = {.name = "n", .kind = K_I64, .is_sealed = true};
    assert_true(request_is_plain(&(struct shape){.name = "open", .field = &number, .n = 1}));
    assert_false(request_is_plain(&(struct shape){.name = "closed", .field = &sealed, .n = 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_reads_as_it_was_made),
        cmocka_unit_test(what_is_too_large_is_not_kept),
        cmocka_unit_test(only_requests_without_texts_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
