/* Identifiers: what prints parses back, and nothing looser than the one form is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/uuid.h"

static const struct {
    const char *text;
    enum status want;
} UUIDS[] = {
    {"f81d4fae-7dec-41d0-a765-00a0c91e6bf6", OK},
    {"00000000-0000-0000-0000-000000000000", OK},
    {"ffffffff-ffff-ffff-ffff-ffffffffffff", OK},
    {"", INVALID},
    {"f81d4fae7dec41d0a76500a0c91e6bf6", INVALID},
    {"{f81d4fae-7dec-41d0-a765-00a0c91e6bf6}", INVALID},
    {"urn:uuid:f81d4fae-7dec-41d0-a765-00a0c91e6bf6", INVALID},
    {"f81d4fae-7dec-41d0-a765-00a0c91e6bf", INVALID},
    {"f81d4fae-7dec-41d0-a765-00a0c91e6bf60", INVALID},
    {"f81d4fae-7dec-41d0-a765-00a0c91e6bfg", INVALID},
    {"f81d4fae-7dec-41d0-a765-00a0c91e6bf ", INVALID},
    {"f81d4fae7-dec-41d0-a765-00a0c91e6bf6", INVALID},
    {"f81d4fae-7dec-41d0-a765000a0c91e6bf6", INVALID},
    {"-81d4fae-7dec-41d0-a765-00a0c91e6bf6", INVALID},
    {"f81d4fae-7dec-41d0-a765-00a0c91e6b+6", INVALID},
};

static void uuids_have_one_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(UUIDS); i++) {
        struct uuid id = {{0xaa}};
        struct uuid was = id;
        char text[UUID_TEXT_MAX];
        assert_int_equal(uuid_parse(span_str(UUIDS[i].text), &id), UUIDS[i].want);
        if (UUIDS[i].want != OK) {
            assert_true(uuid_eq(id, was));
            continue;
        }
        assert_ptr_equal(uuid_print(id, text), text);
        assert_string_equal(text, UUIDS[i].text);
    }
}

static void bytes_stand_in_order_and_capitals_are_read(void **state)
{
    static const struct uuid WANT = {
        {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10}};
    struct uuid id;
    char text[UUID_TEXT_MAX];

    (void)state;
    assert_int_equal(uuid_parse(SPAN_LIT("01234567-89AB-CDEF-FEDC-BA9876543210"), &id), OK);
    assert_memory_equal(id.b, WANT.b, UUID_LEN);
    assert_string_equal(uuid_print(id, text), "01234567-89ab-cdef-fedc-ba9876543210");
    assert_false(uuid_is_nil(id));
    assert_true(uuid_is_nil((struct uuid){{0}}));
}

static const struct {
    struct span text;
    enum status want;
} AGENCIES[] = {
    {SPAN_LIT("A056"), OK},         {SPAN_LIT("Z999999"), OK},      {SPAN_LIT("B12345"), OK},
    {SPAN_LIT("A05"), INVALID},     {SPAN_LIT("A0567890"), INVALID}, {SPAN_LIT("a056"), INVALID},
    {SPAN_LIT("0056"), INVALID},    {SPAN_LIT("AB56"), INVALID},    {SPAN_LIT("A05x"), INVALID},
    {SPAN_LIT(""), INVALID},        {SPAN_LIT("A056 "), INVALID},   {SPAN_LIT("A05\0"), INVALID},
    {SPAN_LIT("Ａ056"), INVALID},   {SPAN_LIT("[056"), INVALID},    {SPAN_LIT("@056"), INVALID},
};

static void agencies_have_one_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(AGENCIES); i++) {
        struct agency_id id = {"X777777"};
        assert_int_equal(agency_parse(AGENCIES[i].text, &id), AGENCIES[i].want);
        struct span got = span_str(id.code);
        assert_true(span_eq(got, AGENCIES[i].want == OK ? AGENCIES[i].text : SPAN_LIT("X777777")));
        for (size_t k = got.n; k < AGENCY_CODE_MAX; k++)
            assert_int_equal(id.code[k], 0);
    }
    assert_true(agency_eq((struct agency_id){"A056"}, (struct agency_id){"A056"}));
    assert_false(agency_eq((struct agency_id){"A056"}, (struct agency_id){"A0560"}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uuids_have_one_text),
        cmocka_unit_test(bytes_stand_in_order_and_capitals_are_read),
        cmocka_unit_test(agencies_have_one_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
