/* An enrolment of an agency's system counts only as it was signed, in time, and under its fingerprint. */
#include "seal_host_help.h"

static void what_is_made_is_closed_and_counts(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059), again;
    struct stat st;
    assert_int_equal(stat(scope_print(p->s, "%s/host.key", p->agency), &st), 0);
    assert_int_equal(st.st_mode & 07777u, 0600);
    assert_int_equal(strncmp(e.peer.name, "host-A059-", 10), 0);
    assert_true(strlen(e.peer.name) < HOST_ID_MAX);
    assert_int_equal(enrolment_parse(p->s, file_text(p, p->agency, "enrolment.txt"), &again), OK);
    assert_string_equal(again.peer.name, e.peer.name);
    assert_true(agency_eq(again.peer.agency, A059));
    assert_memory_equal(again.peer.curve_public, e.peer.curve_public, KEY_LEN);
    assert_memory_equal(again.peer.kx_public, e.peer.kx_public, KEY_LEN);
    assert_memory_equal(again.peer.sign_public, e.peer.sign_public, KEY_LEN);
    assert_string_equal(again.fingerprint, e.fingerprint);
    assert_int_equal(again.expires_us - again.made_us, 7 * DAY_US);
    /* nothing is ever made over what is there */
    struct span key = file_text(p, p->agency, "host.key");
    assert_int_equal(host_new(p->s, p->agency, A059, &again), CONFLICT);
    assert_int_equal(unlink(scope_print(p->s, "%s/enrolment.txt", p->agency)), 0);
    assert_int_equal(host_new(p->s, p->agency, A059, &again), CONFLICT);
    assert_span(file_text(p, p->agency, "host.key"), key);
}

#define ZEROS32 "00000000000000000000000000000000"

/* Each line of a good file replaced (%s: what stood behind its word), and what becomes of it. */
static const struct {
    const char *name;
    size_t line; /* from 0 */
    const char *is;
    enum status want;
} TAMPERED[] = {
    {"another heading", 0, "kashimaru-enrolment 2", INVALID},
    {"another name of the agency", 1, "name host-A059-0000", CORRUPT},
    {"a name of another agency", 1, "name host-A056-0000", INVALID},
    {"a service's name", 1, "name referral", INVALID},
    {"a name too long for a frame", 1, "name host-A059-0123456", INVALID},
    {"a name that leaves the folder", 1, "name host-A059-../x", INVALID},
    {"another agency", 2, "agency A056", INVALID},
    {"no agency", 2, "agency 059", INVALID},
    {"another curve key", 3, "curve 0900000000000000000000000000000000000000000000000000000000000000", CORRUPT},
    {"half a curve key", 3, "curve 09000000000000000000000000000000", INVALID},
    {"another kx key", 4, "kx 0900000000000000000000000000000000000000000000000000000000000000", CORRUPT},
    {"another signing key", 5, "sign 5866666666666666666666666666666666666666666666666666666666666666", CORRUPT},
    {"another beginning", 6, "made 2026-11-01T09:00:00.000+09:00", INVALID},
    {"no time", 6, "made yesterday", INVALID},
    {"a longer life", 7, "expires 2099-11-01T09:00:00.000+09:00", INVALID},
    {"another signature", 8,
     "signature " ZEROS32 ZEROS32 ZEROS32 ZEROS32, CORRUPT},
    {"half a signature", 8, "signature 0000", INVALID},
    {"no signature", 8, "", INVALID},
    {"words swapped", 3, "kx 0900000000000000000000000000000000000000000000000000000000000000", INVALID},
    {"a line too many", 9, "more", INVALID},
};

static struct span line_replaced(struct place *p, struct span text, size_t line, const char *is)
{
    const char *out = "";
    size_t at = 0;
    struct span rest = text;
    for (; rest.n > 0; at++) {
        const uint8_t *end = memchr(rest.p, '\n', rest.n);
        assert_non_null(end);
        size_t n = (size_t)(end - rest.p);
        out = at == line ? scope_print(p->s, "%s%s%s", out, is, *is ? "\n" : "")
                         : scope_print(p->s, "%s%.*s\n", out, (int)n, (const char *)rest.p);
        rest = span_of(rest.p + n + 1, rest.n - n - 1);
    }
    return span_str(at == line ? scope_print(p->s, "%s%s\n", out, is) : out);
}

static void an_enrolment_counts_only_as_it_was_signed(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059), got;
    struct span good = file_text(p, p->agency, "enrolment.txt");
    for (size_t i = 0; i < COUNT(TAMPERED); i++) {
        enum status st = enrolment_parse(p->s, line_replaced(p, good, TAMPERED[i].line, TAMPERED[i].is), &got);
        if (st != TAMPERED[i].want)
            wrong(TAMPERED[i].name, i, st);
    }
    for (size_t i = 0; i + 1 < good.n; i++) { /* no byte before the last newline can be left out or changed unseen */
        uint8_t *bad = mutable_copy(p->s, good);
        bad[i] ^= 1;
        assert_int_not_equal(enrolment_parse(p->s, span_of(bad, good.n), &got), OK);
        assert_int_not_equal(enrolment_parse(p->s, span_of(good.p, i), &got), OK);
    }
    uint8_t *big = scope_alloc(p->s, ENROLMENT_MAX + 1);
    memcpy(big, good.p, good.n);
    assert_int_equal(enrolment_parse(p->s, span_of(big, ENROLMENT_MAX + 1), &got), TOO_LARGE);
    (void)e;
}

/* An honest signature of another key does not help: it must be the very key that is enrolled. */
static void another_s_signature_is_refused(void **state)
{
    struct place *p = *state;
    made(p, p->agency, A059);
    made(p, p->second, A059);
    struct enrolment got;
    struct span mine = file_text(p, p->agency, "enrolment.txt"), other = file_text(p, p->second, "enrolment.txt");
    const char *signature = strstr(scope_print(p->s, "%.*s", (int)other.n, (const char *)other.p), "signature ");
    assert_non_null(signature);
    const char *line = scope_print(p->s, "%.*s", (int)strcspn(signature, "\n"), signature);
    assert_int_equal(enrolment_parse(p->s, line_replaced(p, mine, 8, line), &got), CORRUPT);
}

static const struct {
    int64_t later_us;
    enum status want;
} AGES[] = {{0, OK},           {7 * DAY_US - 2 * US_PER_S, OK}, {7 * DAY_US, EXPIRED},
            {400 * DAY_US, EXPIRED}, {-DAY_US / 2, OK},         {-2 * DAY_US, INVALID}};

static void an_enrolment_ends_after_a_week(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059), got;
    struct span good = file_text(p, p->agency, "enrolment.txt");
    for (size_t i = 0; i < COUNT(AGES); i++) {
        p->s->now_us = e.made_us + AGES[i].later_us;
        enum status st = enrolment_parse(p->s, good, &got);
        if (st != AGES[i].want)
            wrong("age", i, st);
    }
}

static void a_fingerprint_is_of_the_public_halves(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059);
    uint8_t all[3 * KEY_LEN], digest[DIGEST32_LEN];
    char hex[DIGEST_HEX_MAX];
    memcpy(all, e.peer.curve_public, KEY_LEN);
    memcpy(all + KEY_LEN, e.peer.kx_public, KEY_LEN);
    memcpy(all + 2 * KEY_LEN, e.peer.sign_public, KEY_LEN);
    sha256_of(span_of(all, sizeof all), digest);
    digest_hex(span_of(digest, sizeof digest), hex);
    assert_true(fingerprint_is(&e, hex));
    assert_int_equal(strlen(e.fingerprint), 71);
    assert_true(fingerprint_is(&e, e.fingerprint));
    char told[160];
    size_t n = 0;
    for (const char *c = hex; *c; c++) { /* as somebody types it */
        told[n++] = (char)(*c >= 'a' ? *c - 32 : *c);
        if ((c - hex) % 4 == 3)
            told[n++] = '-';
    }
    told[n] = '\0';
    assert_true(fingerprint_is(&e, told));
    static const char *const WRONG[] = {"", " ", "0", "f", "ffffffff"};
    for (size_t i = 0; i < COUNT(WRONG); i++)
        assert_false(fingerprint_is(&e, WRONG[i]));
    for (size_t i = 0; i < 64; i++) {
        char bad[DIGEST_HEX_MAX];
        memcpy(bad, hex, sizeof bad);
        bad[i] = bad[i] == '0' ? '1' : '0';
        assert_false(fingerprint_is(&e, bad));
        bad[i] = '\0';
        assert_false(fingerprint_is(&e, bad));
    }
    assert_false(fingerprint_is(&e, scope_print(p->s, "%s0", hex)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_made_is_closed_and_counts),
        TEST(an_enrolment_counts_only_as_it_was_signed),
        TEST(another_s_signature_is_refused),
        TEST(an_enrolment_ends_after_a_week),
        TEST(a_fingerprint_is_of_the_public_halves),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
