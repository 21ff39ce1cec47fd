/* What counts as a token, and whose page an Origin names. */
#include "gateway/bearer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/status.h"

#define HEX16 "0123456789abcdef"
#define HEX HEX16 HEX16 HEX16 HEX16
#define NAME SESSION_COOKIE "="

static const struct {
    const char *header, *token;
} BEARERS[] = {
    {"", ""},
    {"Bearer", ""},
    {"Bearer ", ""},
    {"Bearer abc", "abc"},
    {"bearer abc", "abc"},
    {"Bearer  abc", ""},
    {"Bearer abc def", ""},
    {"Bearer ab\tc", ""},
    {"Basic abc", ""},
    {"Bearerabc", ""},
}, COOKIES[] = {
    {"", ""},
    {NAME, ""},
    {NAME "abc", "abc"},
    {"a=b; " NAME "abc", "abc"},
    {"a=b;" NAME "abc; c=d", "abc"},
    {"a=" NAME "abc", ""},
    {"x" NAME "abc", ""},
    {"__host-kashimaru=abc", ""},
    {NAME "abc; " NAME "abc", ""},
    {NAME "abc; " NAME "def", ""},
    {";;; " NAME "abc", "abc"},
};

static void test_tokens(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(BEARERS); i++)
        if (!span_is(bearer_header(span_str(BEARERS[i].header)), BEARERS[i].token))
            fail_msg("«%s»", BEARERS[i].header);
    for (size_t i = 0; i < COUNT(COOKIES); i++)
        if (!span_is(bearer_cookie(span_str(COOKIES[i].header)), COOKIES[i].token))
            fail_msg("«%s»", COOKIES[i].header);
}

static void test_form(void **state)
{
    (void)state;
    assert_true(bearer_is_formed(span_str(HEX)));
    assert_false(bearer_is_formed(span_str("")));
    assert_false(bearer_is_formed(span_str(HEX "0")));
    assert_false(bearer_is_formed(span_of((const uint8_t *)HEX, TOKEN_LEN - 1)));
    assert_false(bearer_is_formed(span_str(HEX16 HEX16 HEX16 "0123456789ABCDEF")));
    assert_false(bearer_is_formed(span_str(HEX16 HEX16 HEX16 "0123456789abcde ")));
}

static const struct {
    const char *origin, *host;
    bool is_own;
} ORIGINS[] = {
    {"https://kashimaru.example", "kashimaru.example", true},
    {"https://Kashimaru.Example", "kashimaru.example", true},
    {"http://127.0.0.1:8480", "127.0.0.1:8480", true},
    {"https://kashimaru.example:8443", "kashimaru.example", false},
    {"https://kashimaru.example.evil.example", "kashimaru.example", false},
    {"https://evil.example", "kashimaru.example", false},
    {"ftp://kashimaru.example", "kashimaru.example", false},
    {"kashimaru.example", "kashimaru.example", false},
    {"null", "null", false},
    {"https://", "", false},
    {"", "", false},
};

static void test_origins(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ORIGINS); i++)
        if (origin_is(span_str(ORIGINS[i].origin), span_str(ORIGINS[i].host)) != ORIGINS[i].is_own)
            fail_msg("«%s» at «%s»", ORIGINS[i].origin, ORIGINS[i].host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tokens), cmocka_unit_test(test_form), cmocka_unit_test(test_origins)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
