/* Notes that Go's package made are read, and made again byte by byte; whatever is changed in one is refused. */
#include "ledger_notes.h"

#include "base/base64.h"

static void a_key_reads_and_prints(void **state)
{
    static const struct {
        const char *vkey, *name;
        enum note_algorithm algorithm;
    } CASES[] = {
        {PETER, "PeterNeumann", NOTE_ED25519},
        {ENOCH, "EnochRoot", NOTE_ED25519},
        {LOG_VKEY, ORIGIN, NOTE_ED25519},
        {WITNESS_VKEY, "witness.example/w1", NOTE_COSIGNATURE},
        {"witness.example/w1+bc685db9+AQu8NGpXZnw4ASC9nH/X5R0sX9/qN80vW/QFssa/by14", "witness.example/w1", NOTE_ED25519},
    };
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct note_key key = key_of(s, CASES[i].vkey), made;
        char text[VKEY_MAX];
        assert_string_equal(key.name, CASES[i].name);
        assert_int_equal(key.algorithm, CASES[i].algorithm);
        vkey_write(&key, text);
        assert_string_equal(text, CASES[i].vkey);
        assert_int_equal(note_key_make(s, key.name, key.algorithm, key.public_key, &made), OK);
        assert_memory_equal(made.hash, key.hash, sizeof made.hash);
    }
}

/* As Go's own test does it: every piece of a key, and every key with one character changed, is none. */
static void a_mangled_key_is_none(void **state)
{
    static const char *const WRONG[] = {
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER "\n", PETER "+", (" " PETER), "",
    };
    static const char VKEY[] = PETER;
    AUTO(scope) s = test_scope();
    struct note_key key;
    size_t n = sizeof VKEY - 1;
    (void)state;
    for (size_t i = 0; i <= n; i++)
        for (size_t j = i; j <= n; j++)
            assert_int_equal(vkey_read(s, span_of(&VKEY[i], j - i), &key), i == 0 && j == n ? OK : INVALID);
    for (size_t i = 0; i < n; i++) {
        uint8_t *copy = mutable_copy(s, span_str(VKEY));
        copy[i]++;
        assert_int_equal(vkey_read(s, span_of(copy, n), &key), INVALID);
    }
    for (size_t i = 0; i < COUNT(WRONG); i++)
        assert_int_equal(vkey_read(s, span_str(WRONG[i]), &key), INVALID);
}

static void a_name_is_one_word(void **state)
{
    static const struct {
        const char *name;
        enum status want;
    } CASES[] = {
        {"a", OK}, {"相談/記録", OK}, {"example.com/x-y_z", OK}, {"é", OK}, {"\x7f", OK},
        {"", INVALID}, {"a b", INVALID}, {"a+b", INVALID}, {"a\tb", INVALID}, {"a\n", INVALID}, {"\x01", INVALID}, {"相談　記録", INVALID},
        {"a\xc2\xa0", INVALID}, {"\xc2\x85", INVALID}, {"x\xe2\x80\x89y", INVALID}, {"\xe2\x80\xa8", INVALID}, {"\xe1\x9a\x80", INVALID},
        {"\xff", INVALID}, {"\xe3\x80", INVALID},
    };
    AUTO(scope) s = test_scope();
    uint8_t public_key[SIGN_PUBLIC_LEN] = {1};
    char name[NOTE_NAME_MAX + 1], text[VKEY_MAX];
    struct note_key key, back;
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        must_be(note_key_make(s, CASES[i].name, NOTE_ED25519, public_key, &key), CASES[i].want, CASES[i].name);
    memset(name, 'n', NOTE_NAME_MAX);
    name[NOTE_NAME_MAX] = '\0';
    assert_int_equal(note_key_make(s, name, NOTE_ED25519, public_key, &key), INVALID);
    name[NOTE_NAME_MAX - 1] = '\0';
    assert_int_equal(note_key_make(s, name, NOTE_ED25519, public_key, &key), OK);
    vkey_write(&key, text);
    assert_int_equal(vkey_read(s, span_str(text), &back), OK);
    assert_string_equal(back.name, name);
    assert_int_equal(note_key_make(s, "a", (enum note_algorithm)2, public_key, &key), INVALID);
}

static void gos_notes_are_read_and_made_again(void **state)
{
    AUTO(scope) s = test_scope();
    struct note_key peter = key_of(s, PETER), enoch = key_of(s, ENOCH), log = key_of(s, LOG_VKEY), witness = key_of(s, WITNESS_VKEY);
    struct span seed, lines[2], all;
    struct note note;
    int64_t at_s = 1;
    (void)state;
    assert_int_equal(note_read(s, span_str(ADVICE "\n" PETER_LINE ENOCH_LINE), &note), OK);
    assert_true(span_is(note.text, ADVICE));
    assert_int_equal(note.n, 2);
    assert_int_equal(note_check(s, &note, &peter, &at_s), OK);
    assert_int_equal(at_s, 0);
    assert_int_equal(note_check(s, &note, &enoch, &at_s), OK);
    assert_int_equal(note_check(s, &note, &log, &at_s), NOT_FOUND);
    /* the secret half of the documented example: PRIVATE+KEY+PeterNeumann+c74f20a3+AYEK… */
    assert_int_equal(base64_parse(s, SPAN_LIT("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"), &seed), OK);
    AUTO(secret) mine = secret_of(span_of(seed.p + 1, seed.n - 1), peter.public_key);
    assert_int_equal(note_sign(s, &peter, mine, SPAN_LIT(ADVICE), -1, &lines[0]), OK);
    assert_true(span_is(lines[0], PETER_LINE));

    AUTO(secret) log_key = secret_of(counting(s, LOG_SEED, 32), log.public_key);
    AUTO(secret) witness_key = secret_of(counting(s, WITNESS_SEED, 32), witness.public_key);
    assert_int_equal(note_sign(s, &log, log_key, SPAN_LIT(HEAD), 0, &lines[0]), OK);
    assert_int_equal(note_sign(s, &witness, witness_key, SPAN_LIT(HEAD), WITNESS_AT, &lines[1]), OK);
    assert_int_equal(note_join(s, SPAN_LIT(HEAD), lines, COUNT(lines), &all), OK);
    assert_true(span_is(all, HEAD "\n" LOG_LINE WITNESS_LINE));
    assert_int_equal(note_read(s, all, &note), OK);
    assert_int_equal(note_check(s, &note, &log, &at_s), OK);
    assert_int_equal(note_check(s, &note, &witness, &at_s), OK);
    assert_int_equal(at_s, WITNESS_AT);
}

static const struct {
    const char *name, *note;
    enum status want;
} NOTES[] = {
    {"empty lines in the text", "a\n\n\nb\n\n" PETER_LINE, OK},
    {"the text is one empty line", "\n\n" PETER_LINE, OK},
    {"an empty line more before the signatures", ADVICE "\n\n" PETER_LINE, OK},
    {"text only", ADVICE, CORRUPT},
    {"no signature", ADVICE "\n", CORRUPT},
    {"signature without newline", ADVICE "\n" DASH "PeterNeumann x08go/ZJ", CORRUPT},
    {"no empty line", ADVICE PETER_LINE, CORRUPT},
    {"no text", "\n" PETER_LINE, CORRUPT},
    {"nothing", "", CORRUPT},
    {"a line more", ADVICE "\n" PETER_LINE "Unexpected line.\n", CORRUPT},
    {"an empty line after the signatures", ADVICE "\n" PETER_LINE "\n", CORRUPT},
    {"a control character", "\x01" ADVICE "\n" PETER_LINE, CORRUPT},
    {"a carriage return", "a\r\n\n" PETER_LINE, CORRUPT},
    {"not UTF-8", "\xff" ADVICE "\n" PETER_LINE, CORRUPT},
    {"a hyphen for the dash", ADVICE "\n- PeterNeumann x08go/ZJkuBS\n", CORRUPT},
    {"a name with a plus", ADVICE "\n" DASH "a+b x08go/ZJ\n", CORRUPT},
    {"two words as name", ADVICE "\n" DASH "Bad Name x08go/ZJ\n", CORRUPT},
    {"no name", ADVICE "\n" DASH " x08go/ZJ\n", CORRUPT},
    {"no signature after the name", ADVICE "\n" DASH "Peter\n", CORRUPT},
    {"the hash alone", ADVICE "\n" DASH "Peter x08gow==\n", CORRUPT},
    {"not base 64", ADVICE "\n" DASH "Peter x08go/Z\n", CORRUPT},
    {"bits beyond the last byte", ADVICE "\n" DASH "Peter x08go/Z=\n", CORRUPT},
    {"a blank at the end", ADVICE "\n" DASH "Peter x08go/ZJ \n", CORRUPT},
};

static void what_is_no_note_is_refused(void **state)
{
    AUTO(scope) s = test_scope();
    struct note note;
    (void)state;
    for (size_t i = 0; i < COUNT(NOTES); i++)
        must_be(note_read(s, span_str(NOTES[i].note), &note), NOTES[i].want, NOTES[i].name);
    assert_int_equal(note_read(s, span_of("a\0\n\n" PETER_LINE, sizeof "a\0\n\n" PETER_LINE - 1), &note), CORRUPT);
}

static void so_many_signatures_and_no_more(void **state)
{
    AUTO(scope) s = test_scope();
    struct span lines[NOTE_SIGNERS_MOST + 1], all;
    struct note note;
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++)
        lines[i] = SPAN_LIT(PETER_LINE);
    assert_int_equal(note_join(s, SPAN_LIT(ADVICE), lines, NOTE_SIGNERS_MOST, &all), OK);
    assert_int_equal(note_read(s, all, &note), OK);
    assert_int_equal(note.n, NOTE_SIGNERS_MOST);
    assert_int_equal(note_join(s, SPAN_LIT(ADVICE), lines, NOTE_SIGNERS_MOST + 1, &all), OK);
    assert_int_equal(note_read(s, all, &note), TOO_LARGE);
}

/* One byte changed in the head's note, anywhere: it is no note, or not both have signed it. */
static void every_byte_of_a_note_counts(void **state)
{
    static const char NOTE[] = HEAD "\n" LOG_LINE WITNESS_LINE;
    static const uint8_t FLIPS[] = {0x01, 0x02, 0x10, 0x20, 0x80, 0xff};
    AUTO(scope) keep = test_scope();
    AUTO(scope) s = test_scope();
    struct note_key log = key_of(keep, LOG_VKEY), witness = key_of(keep, WITNESS_VKEY);
    struct note note;
    int64_t at_s;
    (void)state;
    for (size_t i = 0; i < sizeof NOTE - 1; i++)
        for (size_t f = 0; f < COUNT(FLIPS); f++) {
            scope_reset(s);
            uint8_t *copy = mutable_copy(s, SPAN_LIT(NOTE));
            copy[i] ^= FLIPS[f];
            if (note_read(s, span_of(copy, sizeof NOTE - 1), &note) == OK && note_check(s, &note, &log, &at_s) == OK &&
                note_check(s, &note, &witness, &at_s) == OK)
                must_be(OK, CORRUPT, scope_print(s, "byte %zu with %02x", i, FLIPS[f]));
        }
}

/* A key that has signed twice must have signed truly twice; a cosignature's time is signed, and its last one is told. */
static void each_signature_of_a_key_is_looked_at(void **state)
{
    AUTO(scope) s = test_scope();
    struct note_key log = key_of(s, LOG_VKEY), witness = key_of(s, WITNESS_VKEY);
    AUTO(secret) witness_key = secret_of(counting(s, WITNESS_SEED, 32), witness.public_key);
    static const int64_t TIMES[] = {0, 7, INT64_MAX, 9};
    struct span lines[COUNT(TIMES)], all;
    struct note note;
    int64_t at_s = 5;
    (void)state;
    for (size_t i = 0; i < COUNT(TIMES); i++)
        assert_int_equal(note_sign(s, &witness, witness_key, SPAN_LIT(HEAD), TIMES[i], &lines[i]), OK);
    assert_int_equal(note_join(s, SPAN_LIT(HEAD), lines, COUNT(lines), &all), OK);
    assert_int_equal(note_read(s, all, &note), OK);
    assert_int_equal(note_check(s, &note, &witness, &at_s), OK);
    assert_int_equal(at_s, INT64_MAX);
    memcpy(&note.v[3].hash, log.hash, sizeof log.hash); /* another key's: passed over */
    assert_int_equal(note_check(s, &note, &witness, &at_s), OK);
    ((uint8_t *)note.v[2].bytes.p)[7] ^= 1; /* another time */
    assert_int_equal(note_check(s, &note, &witness, &at_s), CORRUPT);
    ((uint8_t *)note.v[2].bytes.p)[7] ^= 1;
    static const char BEYOND[] = "cosignature/v1\ntime 9223372036854775808\n" HEAD; /* a time after which there is none, truly signed */
    uint8_t beyond[8 + SIGN_LEN] = {0x80};
    assert_int_equal(sign_make_raw(s, witness_key, SPAN_LIT(BEYOND), beyond + 8), OK);
    struct span was = note.v[2].bytes;
    note.v[2].bytes = span_of(beyond, sizeof beyond);
    assert_int_equal(note_check(s, &note, &witness, &at_s), CORRUPT);
    note.v[2].bytes = was;
    assert_int_equal(note_check(s, &note, &witness, &at_s), OK);
    note.v[1].bytes.n--;
    assert_int_equal(note_check(s, &note, &witness, &at_s), CORRUPT);

    /* a second one that is shorter than a signature */
    assert_int_equal(note_read(s, SPAN_LIT(HEAD "\n" LOG_LINE DASH ORIGIN " FzYTU7VDoquog78FFaXimnikh6EGx0/y\n"), &note), OK);
    assert_int_equal(note_check(s, &note, &log, &at_s), CORRUPT);
}

/* One key pair under both kinds: the one signature is never the other. */
static void a_cosignature_is_no_signature(void **state)
{
    AUTO(scope) s = test_scope();
    struct note_key as_witness = key_of(s, WITNESS_VKEY), as_log;
    AUTO(secret) mine = secret_of(counting(s, WITNESS_SEED, 32), as_witness.public_key);
    struct span line;
    struct note note;
    int64_t at_s;
    (void)state;
    assert_int_equal(note_key_make(s, as_witness.name, NOTE_ED25519, as_witness.public_key, &as_log), OK);
    assert_memory_not_equal(as_log.hash, as_witness.hash, sizeof as_log.hash);
    assert_int_equal(note_sign(s, &as_witness, mine, SPAN_LIT(HEAD), WITNESS_AT, &line), OK);
    assert_int_equal(note_join(s, SPAN_LIT(HEAD), &line, 1, &line), OK);
    assert_int_equal(note_read(s, line, &note), OK);
    assert_int_equal(note_check(s, &note, &as_log, &at_s), NOT_FOUND);
    memcpy(note.v[0].hash, as_log.hash, sizeof as_log.hash);
    assert_int_equal(note_check(s, &note, &as_log, &at_s), CORRUPT);
    note.v[0].bytes = span_of(note.v[0].bytes.p + 8, SIGN_LEN);
    assert_int_equal(note_check(s, &note, &as_log, &at_s), CORRUPT);
}

static void what_cannot_be_signed_is_refused(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) small = scope_new(256, entropy_system());
    struct note_key log = key_of(s, LOG_VKEY), witness = key_of(s, WITNESS_VKEY);
    AUTO(secret) log_key = secret_of(counting(s, LOG_SEED, 32), log.public_key);
    AUTO(secret) witness_key = secret_of(counting(s, WITNESS_SEED, 32), witness.public_key);
    AUTO(secret) odd = secret_random(32);
    struct span line, large = counting(s, 0, 400);
    static const char *const TEXTS[] = {"", "no newline", "a\tb\n", "\xff\n", "a\r\n"};
    (void)state;
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        assert_int_equal(note_sign(s, &log, log_key, span_str(TEXTS[i]), 0, &line), INVALID);
    assert_int_equal(note_sign(s, &log, log_key, span_of("a\0\n", 3), 0, &line), INVALID);
    assert_int_equal(note_sign(s, &log, witness_key, SPAN_LIT(HEAD), 0, &line), INVALID);
    assert_int_equal(note_sign(s, &log, odd, SPAN_LIT(HEAD), 0, &line), INVALID);
    assert_int_equal(note_sign(s, &witness, witness_key, SPAN_LIT(HEAD), -1, &line), INVALID);
    assert_int_equal(note_join(small, large, NULL, 0, &line), TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_reads_and_prints),
        cmocka_unit_test(a_mangled_key_is_none),
        cmocka_unit_test(a_name_is_one_word),
        cmocka_unit_test(gos_notes_are_read_and_made_again),
        cmocka_unit_test(what_is_no_note_is_refused),
        cmocka_unit_test(so_many_signatures_and_no_more),
        cmocka_unit_test(every_byte_of_a_note_counts),
        cmocka_unit_test(each_signature_of_a_key_is_looked_at),
        cmocka_unit_test(a_cosignature_is_no_signature),
        cmocka_unit_test(what_cannot_be_signed_is_refused),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
