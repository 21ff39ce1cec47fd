/* The installation's own keys: made once, sealed under the passphrase, converted and sealed anew without ever becoming another key, and
 * told apart when they cannot be read. */
#include "seal_place.h"

#include "seal/keyring.h"
#include "seal/password.h"

#define PHRASE SPAN_LIT("correct horse")
#define NO_PHRASE ((struct span){0})
#define K1 "0900000000000000000000000000000000000000000000000000000000000000"
#define SALT "00112233445566778899aabbccddeeff"

static int place_make(void **state)
{
    *state = place_new();
    unsetenv("CREDENTIALS_DIRECTORY");
    return 0;
}

static struct secret *opened(struct place *p, enum shared_key which, struct span passphrase)
{
    struct secret *key = NULL;
    enum status st = shared_key_open(p->s, p->dir, which, passphrase, &key);
    if (st != OK)
        print_error("%s\n", p->s->why.en);
    assert_int_equal(st, OK);
    assert_int_equal(secret_span(key).n, KEY_LEN);
    return key;
}

/* Whether a key stands anywhere in a file, as hex. */
static bool is_written(struct span file, const struct secret *key)
{
    char hex[2 * KEY_LEN + 1];
    for (size_t i = 0; i < KEY_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", secret_span(key).p[i]);
    return memmem(file.p, file.n, hex, 2 * KEY_LEN) != NULL;
}

static void each_key_is_made_once(void **state)
{
    static const struct {
        enum shared_key which;
        const char *file, *head;
        bool is_in_clear;
    } CASES[] = {
        {SHARED_MASTER, "master.key", "kashimaru-master 2\nkdf argon2id 3 65536 ", false},
        {SHARED_TICKETS, "tickets.key", "kashimaru-tickets 1\nkey ", true},
    };
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(secret) none = NULL;
        assert_int_equal(shared_key_open(p->s, p->dir, CASES[i].which, PHRASE, &none), NOT_FOUND);
        assert_int_equal(shared_key_create(p->s, p->dir, CASES[i].which, PHRASE), OK);
        assert_int_equal(file_mode(p, CASES[i].file), 0600);
        struct span first = file_read(p, CASES[i].file);
        assert_memory_equal(first.p, CASES[i].head, strlen(CASES[i].head));
        AUTO(secret) key = opened(p, CASES[i].which, PHRASE);
        AUTO(secret) again = opened(p, CASES[i].which, PHRASE);
        assert_true(secret_eq(key, again));
        assert_int_equal(is_written(first, key), CASES[i].is_in_clear);
        assert_int_equal(shared_key_create(p->s, p->dir, CASES[i].which, PHRASE), OK);
        assert_span(file_read(p, CASES[i].file), first);
    }
    AUTO(secret) master = opened(p, SHARED_MASTER, PHRASE);
    AUTO(secret) tickets = opened(p, SHARED_TICKETS, NO_PHRASE);
    assert_false(secret_eq(master, tickets));
    assert_int_equal(files_count(p->dir), 2);
}

static void only_the_passphrase_opens_the_master_key(void **state)
{
    static uint8_t oversized[PASSPHRASE_MAX + 1];
    static const struct {
        const char *name;
        struct span phrase;
        enum status want;
    } CASES[] = {
        {"the right one", {(const uint8_t *)"correct horse", 13}, OK},
        {"a wrong one", {(const uint8_t *)"correct hors", 12}, DENIED},
        {"with a newline", {(const uint8_t *)"correct horse\n", 14}, DENIED},
        {"none", {NULL, 0}, INVALID},
        {"an oversized one", {oversized, sizeof oversized}, TOO_LARGE},
    };
    struct place *p = *state;
    for (size_t i = 3; i < COUNT(CASES); i++) {
        assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, CASES[i].phrase), CASES[i].want);
        assert_int_equal(files_count(p->dir), 0);
    }
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, PHRASE), OK);
    struct span file = file_read(p, "master.key");
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(secret) key = NULL;
        print_message("  %s\n", CASES[i].name);
        assert_int_equal(shared_key_open(p->s, p->dir, SHARED_MASTER, CASES[i].phrase, &key), CASES[i].want);
        assert_int_equal(key != NULL, CASES[i].want == OK);
        assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, CASES[i].phrase), CASES[i].want);
        assert_span(file_read(p, "master.key"), file);
    }
}

static void a_key_open_to_others_is_refused(void **state)
{
    static const struct {
        mode_t mode;
        enum status want;
    } CASES[] = {{0600, OK}, {0400, OK}, {0640, DENIED}, {0604, DENIED}, {0666, DENIED}};
    struct place *p = *state;
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_TICKETS, NO_PHRASE), OK);
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, PHRASE), OK);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(secret) master = NULL;
        AUTO(secret) tickets = NULL;
        assert_int_equal(chmod(path_of(p, "master.key"), CASES[i].mode), 0);
        assert_int_equal(chmod(path_of(p, "tickets.key"), CASES[i].mode), 0);
        assert_int_equal(shared_key_open(p->s, p->dir, SHARED_MASTER, PHRASE, &master), CASES[i].want);
        assert_int_equal(shared_key_open(p->s, p->dir, SHARED_TICKETS, NO_PHRASE, &tickets), CASES[i].want);
        assert_int_equal(shared_key_create(p->s, p->dir, SHARED_TICKETS, NO_PHRASE), CASES[i].want);
        assert_int_equal(shared_key_reseal(p->s, p->dir, SPAN_LIT("wrong"), PHRASE), DENIED);
    }
}

static void a_malformed_file_is_named_with_its_line(void **state)
{
    static const struct {
        enum shared_key which;
        const char *text, *where;
    } CASES[] = {
        {SHARED_MASTER, "", "master.key:1"},
        {SHARED_MASTER, "kashimaru-master 3\n", "master.key:1"},
        {SHARED_MASTER, "kashimaru-master 2\n", "master.key:2"},
        {SHARED_MASTER, "kashimaru-master 2\nkdf argon2id 1 65536 " SALT "\nsealed 00\n", "master.key:2"},
        {SHARED_MASTER, "kashimaru-master 2\nkdf argon2id 3 65536 00\nsealed 00\n", "master.key:2"},
        {SHARED_MASTER, "kashimaru-master 2\nkdf argon2id 3 65536 " SALT "\nsealed 00\n", "master.key:3"},
        {SHARED_MASTER, "kashimaru-master 2\nkdf argon2id 3 65536 " SALT "\nsealed " K1 K1 "0000000000000000\nmore\n",
         "master.key:4"},
        {SHARED_TICKETS, "kashimaru-tickets 2\nkey " K1 "\n", "tickets.key:1"},
        {SHARED_TICKETS, "kashimaru-tickets 1\nkey 00\n", "tickets.key:2"},
        {SHARED_TICKETS, "kashimaru-tickets 1\nkey" K1 "\n", "tickets.key:2"},
        {SHARED_TICKETS, "kashimaru-tickets 1\nkey:" K1 "\n", "tickets.key:2"},
        {SHARED_TICKETS, "kashimaru-tickets 1\nkey " K1 "\nmore\n", "tickets.key:3"},
    };
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct secret *key;
        const char *file = CASES[i].which == SHARED_MASTER ? "master.key" : "tickets.key";
        print_message("  %s\n", CASES[i].where);
        file_write(p, file, span_str(CASES[i].text), 0600);
        assert_int_equal(shared_key_open(p->s, p->dir, CASES[i].which, PHRASE, &key), INVALID);
        assert_non_null(strstr(p->s->why.en, CASES[i].where));
        assert_non_null(strstr(p->s->why.ja, CASES[i].where));
        assert_int_equal(shared_key_create(p->s, p->dir, CASES[i].which, PHRASE), INVALID);
        assert_span(file_read(p, file), span_str(CASES[i].text));
    }
}

static void every_byte_of_the_sealed_key_counts(void **state)
{
    struct place *p = *state;
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, PHRASE), OK);
    struct span file = file_read(p, "master.key");
    /* a digit of the salt, of the nonce, of the key and of the tag: one each, because each costs an Argon2id */
    const size_t AT[] = {45, 85, 150, file.n - 2};
    for (size_t i = 0; i < COUNT(AT); i++) {
        struct secret *key;
        uint8_t *bytes = mutable_copy(p->s, file);
        bytes[AT[i]] = bytes[AT[i]] == '0' ? '1' : '0';
        file_write(p, "master.key", span_of(bytes, file.n), 0600);
        assert_int_equal(shared_key_open(p->s, p->dir, SHARED_MASTER, PHRASE, &key), DENIED);
    }
}

static void an_unsealed_master_key_is_sealed_in_place(void **state)
{
    static const char OLD[] = "kashimaru-master 1\nkey " K1 "\n";
    struct place *p = *state;
    struct secret *none;
    file_write(p, "master.key", span_str(OLD), 0600);
    assert_int_equal(shared_key_open(p->s, p->dir, SHARED_MASTER, PHRASE, &none), INVALID);
    assert_non_null(strstr(p->s->why.en, "kashimaru setup"));
    assert_int_equal(shared_key_reseal(p->s, p->dir, PHRASE, SPAN_LIT("next")), INVALID);
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, NO_PHRASE), INVALID);
    assert_span(file_read(p, "master.key"), span_str(OLD));
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, PHRASE), OK);
    AUTO(secret) key = opened(p, SHARED_MASTER, PHRASE);
    assert_span(secret_span(key), unhex(p->s, K1));
    assert_false(is_written(file_read(p, "master.key"), key));
    assert_int_equal(file_mode(p, "master.key"), 0600);
    assert_int_equal(files_count(p->dir), 1);
    file_write(p, "master.key", SPAN_LIT("kashimaru-master 1\nkey 00\n"), 0600);
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, PHRASE), INVALID);
    assert_non_null(strstr(p->s->why.en, "master.key:2"));
    file_write(p, "master.key", span_str(OLD), 0644);
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, PHRASE), DENIED);
}

static void another_passphrase_seals_the_same_key(void **state)
{
    struct place *p = *state;
    struct secret *none;
    assert_int_equal(shared_key_reseal(p->s, p->dir, PHRASE, SPAN_LIT("next")), NOT_FOUND);
    assert_int_equal(shared_key_create(p->s, p->dir, SHARED_MASTER, PHRASE), OK);
    AUTO(secret) before = opened(p, SHARED_MASTER, PHRASE);
    struct span file = file_read(p, "master.key");
    assert_int_equal(shared_key_reseal(p->s, p->dir, SPAN_LIT("wrong"), SPAN_LIT("next")), DENIED);
    assert_int_equal(shared_key_reseal(p->s, p->dir, PHRASE, NO_PHRASE), INVALID);
    assert_span(file_read(p, "master.key"), file);
    assert_int_equal(shared_key_reseal(p->s, p->dir, PHRASE, SPAN_LIT("next")), OK);
    AUTO(secret) after = opened(p, SHARED_MASTER, SPAN_LIT("next"));
    assert_true(secret_eq(before, after));
    assert_int_equal(shared_key_open(p->s, p->dir, SHARED_MASTER, PHRASE, &none), DENIED);
    assert_int_equal(file_mode(p, "master.key"), 0600);
    assert_int_equal(files_count(p->dir), 1);
}

/* ---- the passphrase ---- */

static void a_passphrase_is_read_to_its_last_newline(void **state)
{
    static char most[PASSPHRASE_MAX + 2];
    struct place *p = *state;
    struct span have;
    memset(most, 'p', sizeof most);
    const struct {
        struct span text;
        mode_t mode;
        size_t n;
        enum status want;
    } CASES[] = {
        {SPAN_LIT("secret"), 0600, 6, OK},
        {SPAN_LIT("secret\n"), 0400, 6, OK},
        {SPAN_LIT("secret\n\n"), 0600, 7, OK},
        {span_of(most, PASSPHRASE_MAX), 0600, PASSPHRASE_MAX, OK},
        {span_of(most, PASSPHRASE_MAX + 1), 0600, 0, TOO_LARGE},
        {span_of(most, PASSPHRASE_MAX + 2), 0600, 0, TOO_LARGE},
        {{0}, 0600, 0, INVALID},
        {SPAN_LIT("\n"), 0600, 0, INVALID},
        {SPAN_LIT("secret"), 0640, 0, DENIED},
        {SPAN_LIT("secret"), 0604, 0, DENIED},
    };
    const char *file = path_of(p, "passphrase");
    assert_int_equal(passphrase_read(p->s, file, &have), NOT_FOUND);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        file_write(p, "passphrase", CASES[i].text, CASES[i].mode);
        assert_int_equal(passphrase_read(p->s, file, &have), CASES[i].want);
        if (CASES[i].want == OK)
            assert_span(have, span_of(CASES[i].text.p, CASES[i].n));
    }
}

static void a_credential_of_systemd_goes_first(void **state)
{
    struct place *p = *state;
    struct span have;
    const char *file = path_of(p, "passphrase");
    file_write(p, "passphrase", SPAN_LIT("of the file"), 0600);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", p->dir, 1), 0);
    assert_int_equal(passphrase_read(p->s, file, &have), OK);
    assert_span(have, SPAN_LIT("of the file"));
    file_write(p, "kashimaru-passphrase", SPAN_LIT("of systemd\n"), 0440); /* as systemd leaves it where there are access lists */
    assert_int_equal(passphrase_read(p->s, file, &have), OK);
    assert_span(have, SPAN_LIT("of systemd"));
    file_write(p, "kashimaru-passphrase", SPAN_LIT(""), 0600);
    assert_int_equal(passphrase_read(p->s, file, &have), INVALID);
}

static void a_passphrase_file_is_made_once(void **state)
{
    struct place *p = *state;
    struct span have;
    const char *file = path_of(p, "passphrase");
    assert_int_equal(passphrase_create(p->s, file), OK);
    assert_int_equal(file_mode(p, "passphrase"), 0600);
    struct span first = file_read(p, "passphrase");
    assert_int_equal(first.n, 65);
    assert_int_equal(passphrase_create(p->s, file), OK);
    assert_span(file_read(p, "passphrase"), first);
    assert_int_equal(passphrase_read(p->s, file, &have), OK);
    assert_span(have, span_of(first.p, 64));
    assert_int_equal(passphrase_create(p->s, path_of(p, "second")), OK);
    assert_false(span_eq(file_read(p, "second"), first));
    assert_int_equal(chmod(file, 0644), 0);
    assert_int_equal(passphrase_create(p->s, file), DENIED);
    assert_int_equal(passphrase_create(p->s, "no-folder"), INVALID);
    assert_int_equal(passphrase_create(p->s, path_of(p, "none/passphrase")), UNAVAILABLE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_key_is_made_once),
        TEST(only_the_passphrase_opens_the_master_key),
        TEST(a_key_open_to_others_is_refused),
        TEST(a_malformed_file_is_named_with_its_line),
        TEST(every_byte_of_the_sealed_key_counts),
        TEST(an_unsealed_master_key_is_sealed_in_place),
        TEST(another_passphrase_seals_the_same_key),
        TEST(a_passphrase_is_read_to_its_last_newline),
        TEST(a_credential_of_systemd_goes_first),
        TEST(a_passphrase_file_is_made_once),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
