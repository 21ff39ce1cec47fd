/* What the relay drops: forged names, services not introduced to one another, malformed frames, revoked keys. Each is
 * counted, none reaches anybody, and none ends the relay. */
#include "relay_frames.h"

static const struct {
    const char *name, *instance, *service, *absent; /* absent: whom this service may ask in vain */
    const char *type, *from, *to;
    bool is_forged;
} REFUSED[] = {
    {"another's name", "intake.0", "intake", "keys", "case_show", "gateway", "intake", true},
    {"another's name, to itself", "intake.0", "intake", "keys", "case_opened", "referral", "intake", true},
    {"the relay's name", "intake.0", "intake", "keys", "refusal", "relay", "referral", true},
    {"no service", "intake.0", "intake", "keys", "case_opened", "intake", "nowhere", false},
    {"the relay itself", "intake.0", "intake", "keys", "case_opened", "intake", "relay", false},
    {"not introduced", "intake.0", "intake", "keys", "case_opened", "intake", "gateway", false},
    {"nor in this direction", "referral.0", "referral", "keys", "case_opened", "referral", "ctl", false},
    {"an agency's system", "intake.0", "intake", "keys", "case_opened", "intake", "host-A059-1", false},
    {"hello to another", "gateway.0", "gateway", "audit", "hello", "gateway", "intake", false},
};

static void who_is_not_introduced_is_not_heard(void **state)
{
    struct world *w = *state;
    int64_t forged = 0, denied = 0;

    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        struct bus *b = line(w, REFUSED[i].instance);
        struct header h = request(w, REFUSED[i].type, REFUSED[i].from, REFUSED[i].to, REFUSED[i].instance);
        post(w, b, &h);
        flush(w, b, REFUSED[i].service, REFUSED[i].absent, REFUSED[i].instance);
        REFUSED[i].is_forged ? forged++ : denied++;
        cut(w, b);
        w->n--;
    }
    assert_int_equal(halt(w)->forged, forged);
    assert_int_equal(relay_counters(w->relay)->denied, denied);
    assert_int_equal(relay_counters(w->relay)->passed, 0);
}

static void hello_as_another_is_forged(void **state)
{
    struct world *w = *state;
    struct bus *intake = line(w, "intake.0");
    struct header h = head(w, "hello", "intake", "relay");
    static const char *const PAYLOADS[] = {
        "{\"instance\":\"gateway.0\",\"leaving\":false}", /* forged; the others are malformed */
        "{\"instance\":\"intake\",\"leaving\":false}", "{\"instance\":\"intake.0\"}", "{}", "", "nonsense"};

    for (size_t i = 0; i < COUNT(PAYLOADS); i++) {
        struct frame f;
        assert_int_equal(frame_build(w->home.s, &h, span_str(PAYLOADS[i]), (struct span){0}, &f), OK);
        assert_int_equal(bus_send(w->home.s, intake, &f), OK);
    }
    flush(w, intake, "intake", "keys", "intake.0");
    assert_int_equal(halt(w)->forged, 1);
    assert_int_equal(relay_counters(w->relay)->malformed, COUNT(PAYLOADS) - 1);
    assert_int_equal(relay_counters(w->relay)->hellos, 0);
}

static void malformed_frames_end_nothing(void **state)
{
    struct world *w = *state;
    struct bus *intake = line(w, "intake.0");
    struct header h = head(w, "case_opened", "intake", "referral");
    uint8_t *huge = scope_alloc(w->home.s, PAYLOAD_MAX + 1);
    assert_non_null(huge);
    const struct {
        enum frame_part part;
        struct span bytes;
    } BAD[] = {
        {PART_MAGIC, SPAN_LIT("KM2")},          {PART_MAGIC, SPAN_LIT("")},
        {PART_HEADER, SPAN_LIT("")},            {PART_HEADER, SPAN_LIT("{}")},
        {PART_HEADER, SPAN_LIT("[[[[[[[[")},    {PART_HEADER, SPAN_LIT("{\"id\":\"\0\"}")},
        {PART_HEADER, span_of(huge, HEADER_MAX + 1)}, {PART_PAYLOAD, span_of(huge, PAYLOAD_MAX + 1)},
        {PART_TAG, span_of(huge, TAG_LEN + 1)},
    };

    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct frame f = framed(w, &h);
        f.part[BAD[i].part] = BAD[i].bytes;
        assert_int_equal(bus_send(w->home.s, intake, &f), OK);
    }
    flush(w, intake, "intake", "keys", "intake.0");
    assert_int_equal(halt(w)->malformed, COUNT(BAD));
}

static void revocation_takes_a_service_off_the_line(void **state)
{
    struct world *w = *state;
    struct bus *gateway = line(w, "gateway.0"), *intake = line(w, "intake.0");
    struct header h = request(w, "case_show", "gateway", "intake", "gateway.0");
    struct frame f;

    for (int i = 0; i < 2; i++) {
        while (peek(w, intake, &f))
            ; /* what ask_until_refused left */
        deliver(w, gateway, intake, &h, &f);
        assert_int_equal(keyring_set_status(w->home.s, w->home.dir, "intake", PEER_REVOKED), OK);
        struct header again = request(w, "case_opened", "intake", "referral", "intake.0");
        again.has_key = again.has_seq = true;
        ask_until_refused(w, gateway, "intake");
        post(w, intake, &again);
        assert_int_equal(keyring_set_status(w->home.s, w->home.dir, "intake", PEER_ACTIVE), OK);
        h = request(w, "case_show", "gateway", "intake", "gateway.0");
    }
    assert_true(halt(w)->revoked > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_is_not_introduced_is_not_heard, setup, teardown),
        cmocka_unit_test_setup_teardown(hello_as_another_is_forged, setup, teardown),
        cmocka_unit_test_setup_teardown(malformed_frames_end_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(revocation_takes_a_service_off_the_line, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
