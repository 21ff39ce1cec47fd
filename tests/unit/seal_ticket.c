/* A ticket is believed when the issuer made it, byte for byte, and while it lasts; it has one spelling only. */
#include "seal_help.h"

#include <sodium.h>
#include <stdio.h>

#include "seal/digest.h"
#include "seal/ticket.h"
#include "wire/words.h"

#define US 1000000LL
#define SESSION "0123456789abcdef"

/* HMAC-SHA-256 under the bytes 1 … 32, computed elsewhere */
static const char KNOWN[] = "KMT1|account|u|u-0001|A056|worker|0123456789abcdef|1800000000|1800000300|1799999000|"
                            "88b12221ed9c96ec596919a10e1f3db1877d2edb4dd5acdb4899201569518fa8";

#define THE_PERSON                                                                                                        \
    {.issuer = "account", .kind = TICKET_USER, .user = "u-0001", .agency = {"A056"}, .role = ROLE_WORKER,                 \
     .session = SESSION, .issued_s = 1800000000, .expires_s = 1800000300, .fresh_s = 1799999000}

static const struct ticket PERSON = THE_PERSON;

static struct secret *key_of(struct scope *s)
{
    struct secret *key = secret_from(counting(s, 1, TICKET_KEY_LEN));
    assert_non_null(key);
    return key;
}

static void assert_ticket(const struct ticket *a, const struct ticket *b)
{
    assert_string_equal(a->issuer, b->issuer);
    assert_int_equal(a->kind, b->kind);
    assert_string_equal(a->user, b->user);
    assert_true(agency_eq(a->agency, b->agency));
    assert_int_equal(a->role, b->role);
    assert_string_equal(a->session, b->session);
    assert_int_equal(a->issued_s, b->issued_s);
    assert_int_equal(a->expires_s, b->expires_s);
    assert_int_equal(a->fresh_s, b->fresh_s);
}

static void a_ticket_is_the_line_it_is_said_to_be(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) key = key_of(s);
    struct span line;
    (void)state;
    assert_int_equal(ticket_mint(s, key, &PERSON, &line), OK);
    assert_span(line, span_str(KNOWN));
}

static void what_is_minted_is_read_again(void **state)
{
    static const struct ticket CASES[] = {
        THE_PERSON,
        {.issuer = "account", .kind = TICKET_HOST, .agency = {"A100001"}, .role = ROLE_AGENCY_HOST, .session = SESSION,
         .issued_s = 1, .expires_s = 2},
        {.issuer = "referral", .kind = TICKET_SERVICE, .role = ROLE_SERVICE, .issued_s = 0, .expires_s = 999999999999},
        {.issuer = "account", .kind = TICKET_USER, .user = "a b~!", .agency = {"A001"}, .role = ROLE_ADMINISTRATOR,
         .session = SESSION, .issued_s = 5, .expires_s = 5},
        {.issuer = "a234567890123456789012345678901", .kind = TICKET_USER,
         .user = "u23456789012345678901234567890123456789012345678901234567890123", .agency = {"A100001"},
         .role = ROLE_ADMINISTRATOR, .session = SESSION, .issued_s = 999999999999, .expires_s = 999999999999,
         .fresh_s = 999999999999},
    };
    AUTO(scope) s = test_scope();
    AUTO(secret) key = key_of(s);
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct ticket read, checked;
        struct span line, again;
        assert_int_equal(ticket_mint(s, key, &CASES[i], &line), OK);
        assert_true(line.n <= TICKET_MAX);
        assert_int_equal(ticket_read(s, line, &read), OK);
        assert_ticket(&read, &CASES[i]);
        assert_int_equal(ticket_check(s, key, line, (CASES[i].expires_s - 1) * US, &checked), OK);
        assert_ticket(&checked, &CASES[i]);
        assert_int_equal(ticket_mint(s, key, &read, &again), OK);
        assert_span(again, line);
    }
}

static void a_forged_byte_anywhere_is_refused(void **state)
{
    static const uint8_t CHANGES[] = {0x01, 0x20, 0x80, 0x0d};
    AUTO(scope) s = test_scope();
    AUTO(secret) key = key_of(s);
    struct ticket t = {.role = -7};
    uint8_t *bytes = mutable_copy(s, span_str(KNOWN));
    size_t n = sizeof KNOWN - 1;
    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < COUNT(CHANGES); c++) {
            bytes[i] ^= CHANGES[c];
            assert_int_equal(ticket_check(s, key, span_of(bytes, n), 1800000001 * US, &t), DENIED);
            bytes[i] = (uint8_t)KNOWN[i];
        }
    for (size_t cut = 0; cut < n; cut++) {
        assert_int_equal(ticket_check(s, key, span_of(bytes, cut), 1800000001 * US, &t), DENIED);
        assert_int_equal(ticket_read(s, span_of(bytes, cut), &t), DENIED);
    }
    assert_int_equal(ticket_check(s, key, span_of(bytes, n + 1), 1800000001 * US, &t), DENIED);
    assert_int_equal(t.role, -7);
    assert_int_equal(ticket_check(s, key, span_of(bytes, n), 1800000001 * US, &t), OK);
}

static void it_lasts_until_it_expires(void **state)
{
    static const struct {
        int64_t now_us;
        enum status want;
    } CASES[] = {{1800000000 * US, OK},         {1800000300 * US - 1, OK},  {1800000300 * US, EXPIRED},
                 {1800000300 * US + 1, EXPIRED}, {2000000000 * US, EXPIRED}, {INT64_MAX, EXPIRED}};
    AUTO(scope) s = test_scope();
    AUTO(secret) key = key_of(s);
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct ticket t;
        assert_int_equal(ticket_check(s, key, span_str(KNOWN), CASES[i].now_us, &t), CASES[i].want);
    }
}

static void another_key_does_not_do(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(secret) other = secret_random(TICKET_KEY_LEN);
    AUTO(secret) odd = secret_random(TICKET_KEY_LEN - 1);
    struct ticket t;
    struct span line;
    (void)state;
    assert_int_equal(ticket_check(s, other, span_str(KNOWN), 1800000001 * US, &t), DENIED);
    assert_int_equal(ticket_check(s, other, span_str(KNOWN), 1900000000 * US, &t), DENIED);
    assert_int_equal(ticket_check(s, odd, span_str(KNOWN), 1800000001 * US, &t), INVALID);
    assert_int_equal(ticket_mint(s, odd, &PERSON, &line), INVALID);
}

#define CHANGED(name, member, value)                                                                                      \
    {                                                                                                                     \
        name, {.issuer = "account", .kind = TICKET_USER, .user = "u", .agency = {"A056"}, .role = ROLE_WORKER,            \
               .session = SESSION, .issued_s = 10, .expires_s = 20, .member = value}                                      \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const struct {
    const char *name;
    struct ticket t;
} UNMINTABLE[] = {
    CHANGED("a bar in the user", user, "u|A001"),
    CHANGED("a newline in the user", user, "u\n"),
    CHANGED("Japanese in the user", user, "架空"),
    CHANGED("DEL in the user", user, "u\x7f"),
    CHANGED("a bar in the issuer", issuer, "acc|ount"),
    CHANGED("no issuer", issuer, ""),
    CHANGED("no kind", kind, (enum ticket_kind)0),
    CHANGED("an unknown kind", kind, (enum ticket_kind)'x'),
    CHANGED("the bar as kind", kind, (enum ticket_kind)'|'),
    CHANGED("an agency of another form", agency, {"a056"}),
    CHANGED("a role below", role, -1),
    CHANGED("a role above", role, role_N_),
    CHANGED("a short session", session, "0123"),
    CHANGED("a session of other letters", session, "0123456789ABCDEF"),
    CHANGED("before 1970", issued_s, -1),
    CHANGED("too far away", expires_s, 1000000000000),
    CHANGED("over before it begins", expires_s, 9),
    CHANGED("a second factor before 1970", fresh_s, INT64_MIN),
};
#pragma GCC diagnostic pop

static void what_would_read_otherwise_is_not_minted(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) small = scope_new(64, entropy_system());
    AUTO(secret) key = key_of(s);
    struct ticket endless = PERSON;
    struct span line;
    (void)state;
    for (size_t i = 0; i < COUNT(UNMINTABLE); i++) {
        print_message("  %s\n", UNMINTABLE[i].name);
        assert_int_equal(ticket_mint(s, key, &UNMINTABLE[i].t, &line), INVALID);
    }
    memset(endless.user, 'u', sizeof endless.user);
    assert_int_equal(ticket_mint(s, key, &endless, &line), INVALID);
    endless = PERSON;
    memset(endless.session, 'a', sizeof endless.session);
    assert_int_equal(ticket_mint(s, key, &endless, &line), INVALID);
    assert_int_equal(ticket_mint(small, key, &PERSON, &line), TOO_LARGE);
}

/* Each with a mac that is right, so that only the spelling can be what is refused. */
static void another_spelling_is_no_ticket(void **state)
{
    static const struct {
        const char *said;
        enum status want;
    } CASES[] = {
        {"KMT1|account|u|u|A056|worker|" SESSION "|1|2|0", OK},
        {"KMT1|account|u||||||", DENIED},
        {"KMT1|account|u||A056|worker||1|2|0", OK},
        {"KMT1|account|s||||", DENIED},
        {"KMT1|account|s|||service||1|2|0", OK},
        {"KMT2|account|u|u|A056|worker|" SESSION "|1|2|0", DENIED},
        {"KMT1||u|u|A056|worker|" SESSION "|1|2|0", DENIED},
        {"KMT1|account|uu|u|A056|worker|" SESSION "|1|2|0", DENIED},
        {"KMT1|account|U|u|A056|worker|" SESSION "|1|2|0", DENIED},
        {"KMT1|account|u|u|A56|worker|" SESSION "|1|2|0", DENIED},
        {"KMT1|account|u|u|A056|Worker|" SESSION "|1|2|0", DENIED},
        {"KMT1|account|u|u|A056||" SESSION "|1|2|0", DENIED},
        {"KMT1|account|u|u|A056|worker|012345678|1|2|0", DENIED},
        {"KMT1|account|u|u|A056|worker|" SESSION "|01|2|0", DENIED},
        {"KMT1|account|u|u|A056|worker|" SESSION "|+1|2|0", DENIED},
        {"KMT1|account|u|u|A056|worker|" SESSION "|1| 2|0", DENIED},
        {"KMT1|account|u|u|A056|worker|" SESSION "|1|2|", DENIED},
        {"KMT1|account|u|u|A056|worker|" SESSION "|1|9999999999999|0", DENIED},
        {"KMT1|account|u|u|A056|worker|" SESSION "|1|2|0|0", DENIED},
        {"KMT1|account|u|u|A056|worker|" SESSION "|1|2", DENIED},
    };
    AUTO(scope) s = test_scope();
    AUTO(secret) key = key_of(s);
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        uint8_t mac[DIGEST32_LEN];
        char hex[DIGEST_HEX_MAX];
        struct ticket t;
        struct span said = span_str(CASES[i].said);
        crypto_auth_hmacsha256(mac, said.p, said.n, secret_span(key).p);
        digest_hex(span_of(mac, sizeof mac), hex);
        print_message("  %s\n", CASES[i].said);
        struct span line = span_str(scope_print(s, "%s|%s", CASES[i].said, hex));
        assert_int_equal(ticket_check(s, key, line, 0, &t), CASES[i].want);
        assert_int_equal(ticket_read(s, line, &t), CASES[i].want);
        for (char *c = hex; *c; c++)
            *c = (char)(*c >= 'a' ? *c - 32 : *c);
        line = span_str(scope_print(s, "%s|%s", CASES[i].said, hex));
        assert_int_equal(ticket_check(s, key, line, 0, &t), DENIED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_is_the_line_it_is_said_to_be), cmocka_unit_test(what_is_minted_is_read_again),
        cmocka_unit_test(a_forged_byte_anywhere_is_refused),     cmocka_unit_test(it_lasts_until_it_expires),
        cmocka_unit_test(another_key_does_not_do),               cmocka_unit_test(what_would_read_otherwise_is_not_minted),
        cmocka_unit_test(another_spelling_is_no_ticket),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
