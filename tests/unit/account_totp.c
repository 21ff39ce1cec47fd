/* Time codes against the vectors of RFC 6238, each usable once and only near its time; what the app reads; and the picture of
 * the QR code module by module against the library's matrix. */
#include "account/account.h"

#include "lib/assert_ok.h"

#include <qrencode.h>
#include <stdlib.h>

static const char SECRET[] = "12345678901234567890";

static int setup(void **state)
{
    *state = scope_new(SCOPE_CAP, entropy_system());
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    scope_free(*state);
    return 0;
}

/* RFC 6238 appendix B, SHA-1, eight digits. */
static const struct {
    int64_t at_s;
    uint32_t code;
} VECTORS[] = {
    {59, 94287082u}, {1111111109, 7081804u}, {1111111111, 14050471u}, {1234567890, 89005924u}, {2000000000, 69279037u},
    {20000000000, 65353130u},
};

static void the_vectors_of_the_rfc(void **state)
{
    struct scope *s = *state;
    uint32_t value;

    for (size_t i = 0; i < COUNT(VECTORS); i++) {
        assert_ok(s, totp_value(s, span_str(SECRET), VECTORS[i].at_s / 30, &value));
        assert_int_equal(value % 100000000u, VECTORS[i].code);
    }
}

/* The code of 1111111109 (step 37037036) is 081804. */
static const struct {
    const char *name, *code;
    int64_t at_s, last_step, want;
} CODES[] = {
    {"in its window", "081804", 1111111109, 0, 37037036},
    {"one window late", "081804", 1111111139, 0, 37037036},
    {"one window early", "081804", 1111111079, 0, 37037036},
    {"the last moment of lateness", "081804", 1111111139, 37037035, 37037036},
    {"two windows late", "081804", 1111111140, 0, 0},
    {"two windows early", "081804", 1111111049, 0, 0},
    {"used before", "081804", 1111111109, 37037036, 0},
    {"a later one was used", "081804", 1111111109, 37037037, 0},
    {"another code", "081805", 1111111109, 0, 0},
    {"eight digits", "07081804", 1111111109, 0, 0},
    {"five digits", "81804", 1111111109, 0, 0},
    {"not digits", "08180a", 1111111109, 0, 0},
    {"with a space", "081 804", 1111111109, 0, 0},
    {"nothing", "", 1111111109, 0, 0},
};

static void a_code_works_near_its_time_and_once(void **state)
{
    struct scope *s = *state;
    int64_t step;

    for (size_t i = 0; i < COUNT(CODES); i++) {
        assert_ok(s, totp_match(s, span_str(SECRET), span_str(CODES[i].code), CODES[i].at_s * US_PER_S, CODES[i].last_step, &step));
        if (step != CODES[i].want)
            fail_msg("%s: %lld", CODES[i].name, (long long)step);
    }
}

static void the_uri_of_an_authenticator_app(void **state)
{
    struct scope *s = *state;

    assert_string_equal(totp_uri(s, SPAN_LIT("kanri"), SPAN_LIT("MZXW6")),
                        "otpauth://totp/Kashimaru:kanri?secret=MZXW6&issuer=Kashimaru&algorithm=SHA1&digits=6&period=30");
}

/* A drawing of black runs, read back the way a browser draws it. */
struct drawing {
    int side;
    uint8_t dark[200][200];
};

static void draw(const char *svg, struct drawing *d)
{
    static const char HEAD[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", DARK[] = "<path fill=\"#000\" d=\"";
    char *end;

    assert_int_equal(strncmp(svg, HEAD, strlen(HEAD)), 0);
    d->side = (int)strtol(svg + strlen(HEAD), &end, 10);
    assert_in_range(d->side, 20, 199);
    const char *at = strstr(svg, DARK);
    assert_non_null(at);
    at += strlen(DARK);
    while (*at == 'M') {
        long x = strtol(at + 1, &end, 10), y = strtol(end + 1, &end, 10), run = strtol(end + 1, &end, 10), back;
        assert_int_equal(strncmp(end, "v1h", 3), 0);
        back = strtol(end + 3, &end, 10);
        assert_int_equal(back, -run);
        assert_int_equal(*end, 'z');
        assert_true(run > 0 && x >= 4 && y >= 4 && x + run <= d->side - 4 && y < d->side - 4);
        for (long i = 0; i < run; i++)
            d->dark[y][x + i]++;
        at = end + 1;
    }
    assert_string_equal(at, "\"/></svg>");
}

static void the_picture_is_the_code(void **state)
{
    struct scope *s = *state;
    struct span svg;
    const char *uri = totp_uri(s, SPAN_LIT("a-name-as-long-as-a-name-may-be.a-name-as-long-as-a-name-may-be"),
                               SPAN_LIT("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    QRcode *code = QRcode_encodeString8bit(uri, 0, QR_ECLEVEL_M);
    struct drawing *d = calloc(1, sizeof *d);

    assert_non_null(code);
    assert_non_null(d);
    assert_ok(s, qr_svg(s, uri, &svg));
    assert_true(svg.n < 60000);
    draw(scope_print(s, "%.*s", (int)svg.n, (const char *)svg.p), d);
    assert_int_equal(d->side, code->width + 8);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (d->dark[y + 4][x + 4] != (code->data[y * code->width + x] & 1))
                fail_msg("module %d, %d", x, y);
    QRcode_free(code);
    free(d);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct scope *s = *state;
    struct span svg;
    char *text = scope_alloc(s, 4001);

    assert_non_null(text);
    memset(text, 'a', 4000);
    assert_int_equal(qr_svg(s, text, &svg), TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_vectors_of_the_rfc, setup, teardown),
        cmocka_unit_test_setup_teardown(a_code_works_near_its_time_and_once, setup, teardown),
        cmocka_unit_test_setup_teardown(the_uri_of_an_authenticator_app, setup, teardown),
        cmocka_unit_test_setup_teardown(the_picture_is_the_code, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
