/* The files of a state folder: made once, read strictly, closed to others, and obeyed when they say that a key is revoked. */
#include "seal_place.h"

#include "seal/envelope.h"
#include "seal/keyring.h"

static const char *const NAMES[] = {"relay", "intake", "gateway", "ctl"};

static int place_make(void **state)
{
    struct place *p = place_new();
    assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), OK);
    *state = p;
    return 0;
}

static struct keyring *ring_of(struct place *p, const char *name)
{
    struct keyring *ring = NULL;
    enum status st = keyring_open(p->s, p->dir, name, &ring);
    if (st != OK)
        print_error("%s\n", p->s->why.en);
    assert_int_equal(st, OK);
    return ring;
}

static void files_are_made_closed_and_whole(void **state)
{
    struct place *p = *state;
    size_t n;
    assert_int_equal(file_mode(p, "intake.key"), 0600);
    assert_int_equal(file_mode(p, "peers.pub"), 0644);
    AUTO(keyring) ring = ring_of(p, "intake");
    const struct peer *all = keyring_peers(ring, &n);
    assert_int_equal(n, COUNT(NAMES));
    for (size_t i = 1; i < n; i++)
        assert_true(strcmp(all[i - 1].name, all[i].name) < 0);
    assert_string_equal(keyring_self(ring)->name, "intake");
    assert_int_equal(secret_span(keyring_curve_secret(ring)).n, KEY_LEN);
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        const struct peer *peer = keyring_peer(ring, NAMES[i]);
        assert_non_null(peer);
        assert_int_equal(peer->status, PEER_ACTIVE);
        assert_ptr_equal(keyring_peer_by_curve(ring, peer->curve_public), peer);
        assert_memory_not_equal(peer->curve_public, peer->kx_public, KEY_LEN);
    }
    assert_null(keyring_peer(ring, "nobody"));
    assert_null(keyring_peer(ring, ""));
    assert_null(keyring_peer_by_curve(ring, keyring_self(ring)->kx_public));
}

static void making_again_changes_nothing(void **state)
{
    struct place *p = *state;
    struct span key = file_read(p, "intake.key");
    struct span peers = file_read(p, "peers.pub");
    assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), OK);
    assert_span(file_read(p, "intake.key"), key);
    assert_span(file_read(p, "peers.pub"), peers);
}

static void a_new_name_joins_the_old_ones(void **state)
{
    static const char *const MORE[] = {"intake", "audit"};
    struct place *p = *state;
    struct span key = file_read(p, "intake.key");
    assert_int_equal(keyring_set_status(p->s, p->dir, "relay", PEER_REVOKED), OK);
    assert_int_equal(keyring_create(p->s, p->dir, MORE, COUNT(MORE)), OK);
    assert_span(file_read(p, "intake.key"), key);
    AUTO(keyring) ring = ring_of(p, "audit");
    assert_int_equal(keyring_peer(ring, "intake")->status, PEER_ACTIVE);
    assert_int_equal(keyring_peer(ring, "relay")->status, PEER_REVOKED);
}

static void a_lost_list_is_rebuilt_from_the_key_files(void **state)
{
    struct place *p = *state;
    struct span peers = file_read(p, "peers.pub");
    assert_int_equal(unlink(path_of(p, "peers.pub")), 0);
    assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), OK);
    assert_span(file_read(p, "peers.pub"), peers);
}

static void a_key_kept_elsewhere_is_not_made_again(void **state)
{
    struct place *p = *state;
    struct keyring *ring;
    struct span peers = file_read(p, "peers.pub");
    assert_int_equal(unlink(path_of(p, "relay.key")), 0);
    assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), OK);
    assert_int_equal(access(path_of(p, "relay.key"), F_OK), -1);
    assert_span(file_read(p, "peers.pub"), peers);
    assert_int_equal(keyring_open(p->s, p->dir, "relay", &ring), NOT_FOUND);
}

static void names_that_could_leave_the_folder_are_refused(void **state)
{
    static const char *const CASES[] = {"",
                                        "../x",
                                        "a/b",
                                        ".hidden",
                                        "-x",
                                        "_x",
                                        "master",
                                        "tickets",
                                        "a b",
                                        "a\nb",
                                        "相談",
                                        "a2345678901234567890123456789012"};
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct keyring *ring;
        assert_int_equal(keyring_create(p->s, p->dir, &CASES[i], 1), INVALID);
        assert_int_equal(keyring_open(p->s, p->dir, CASES[i], &ring), INVALID);
        assert_int_equal(keyring_set_status(p->s, p->dir, CASES[i], PEER_REVOKED), INVALID);
    }
}

static void a_key_file_open_to_others_is_refused(void **state)
{
    static const struct {
        mode_t mode;
        enum status want;
    } CASES[] = {{0600, OK},     {0400, OK},     {0640, DENIED}, {0604, DENIED},
                 {0620, DENIED}, {0601, DENIED}, {0777, DENIED}};
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(keyring) ring = NULL;
        assert_int_equal(chmod(path_of(p, "intake.key"), CASES[i].mode), 0);
        assert_int_equal(keyring_open(p->s, p->dir, "intake", &ring), CASES[i].want);
    }
}

#define K1 "0900000000000000000000000000000000000000000000000000000000000000"
#define K2 "0a00000000000000000000000000000000000000000000000000000000000000"
#define K0 "0000000000000000000000000000000000000000000000000000000000000000"

static void a_malformed_key_file_is_named_with_its_line(void **state)
{
    static const struct {
        const char *text, *where;
    } CASES[] = {
        {"", "intake.key:1"},
        {"kashimaru-key 2\n", "intake.key:1"},
        {"kashimaru-key 1\nname relay\ncurve " K1 "\nkx " K2 "\n", "intake.key:2"},
        {"kashimaru-key 1\nname intake\ncurve 09\nkx " K2 "\n", "intake.key:3"},
        {"kashimaru-key 1\nname intake\ncurve " K1 " \nkx " K2 "\n", "intake.key:3"},
        {"kashimaru-key 1\nname intake\nkx " K1 "\ncurve " K2 "\n", "intake.key:3"},
        {"kashimaru-key 1\nname intake\ncurve " K1 "\n", "intake.key:4"},
        {"kashimaru-key 1\nname intake\ncurve " K1 "\nkx " K2 "\nmore\n", "intake.key:5"},
    };
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct keyring *ring;
        file_write(p, "intake.key", span_str(CASES[i].text), 0600);
        assert_int_equal(keyring_open(p->s, p->dir, "intake", &ring), INVALID);
        assert_non_null(strstr(p->s->why.en, CASES[i].where));
        assert_non_null(strstr(p->s->why.ja, CASES[i].where));
        assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), INVALID);
        assert_span(file_read(p, "intake.key"), span_str(CASES[i].text));
    }
}

static void a_malformed_list_is_named_with_its_line(void **state)
{
    static const struct {
        const char *text, *where;
    } CASES[] = {
        {"../x " K1 " " K2 " active\n", "peers.pub:1"},
        {"# c\n\nx " K1 " " K2 "\n", "peers.pub:3"},
        {"x " K1 " " K2 " maybe\n", "peers.pub:1"},
        {"x " K1 " " K2 " active \n", "peers.pub:1"},
        {"x " K1 "\n", "peers.pub:1"},
        {"x\n", "peers.pub:1"},
        {"x " K1 "0 " K2 " active\n", "peers.pub:1"},
        {"x zz00000000000000000000000000000000000000000000000000000000000000 " K2 " active\n",
         "peers.pub:1"},
        {"x " K1 " " K2 " active\nx " K2 " " K1 " active\n", "peers.pub:2"},
        {"x " K1 " " K2 " active\ny " K1 " " K1 " active\n", "peers.pub:2"},
    };
    struct place *p = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct keyring *ring;
        file_write(p, "peers.pub", span_str(CASES[i].text), 0644);
        assert_int_equal(keyring_open(p->s, p->dir, "intake", &ring), INVALID);
        assert_non_null(strstr(p->s->why.en, CASES[i].where));
        assert_non_null(strstr(p->s->why.ja, CASES[i].where));
        assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), INVALID);
        scope_reset(p->s);
    }
}

/* Small-order points give a shared secret that everyone knows, and would stop the transport. */
static void unusable_public_keys_are_named_with_their_line(void **state)
{
    static const char *const CASES[] = {"x " K0 " " K2 " active\n", "x " K2 " " K0 " active\n"};
    struct place *p = *state;
    struct span peers = file_read(p, "peers.pub");
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct keyring *ring;
        const char *text =
            scope_print(p->s, "%s%.*s", CASES[i], (int)peers.n, (const char *)peers.p);
        file_write(p, "peers.pub", span_str(text), 0644);
        assert_int_equal(keyring_open(p->s, p->dir, "intake", &ring), INVALID);
        assert_non_null(strstr(p->s->why.en, "peers.pub:1"));
    }
}

static void what_is_missing_or_does_not_match_is_told(void **state)
{
    struct place *p = *state;
    struct keyring *ring;
    assert_int_equal(keyring_open(p->s, p->dir, "nobody", &ring), NOT_FOUND);
    assert_int_equal(keyring_set_status(p->s, p->dir, "nobody", PEER_REVOKED), NOT_FOUND);
    file_write(p, "intake.key",
               SPAN_LIT("kashimaru-key 1\nname intake\ncurve " K1 "\nkx " K2 "\n"), 0600);
    assert_int_equal(keyring_open(p->s, p->dir, "intake", &ring), CONFLICT);
    assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), CONFLICT);
    file_write(p, "peers.pub", SPAN_LIT("x " K1 " " K2 " active\n"), 0644);
    assert_int_equal(keyring_open(p->s, p->dir, "relay", &ring), NOT_FOUND);
    assert_int_equal(unlink(path_of(p, "peers.pub")), 0);
    assert_int_equal(keyring_open(p->s, p->dir, "relay", &ring), NOT_FOUND);
}

static void revocation_reaches_a_running_process(void **state)
{
    struct place *p = *state;
    uint8_t tag[ENVELOPE_TAG_LEN];
    AUTO(keyring) ring = ring_of(p, "intake");
    const struct peer *relay = keyring_peer(ring, "relay");
    const struct span part = SPAN_LIT("x");
    assert_int_equal(keyring_set_status(p->s, p->dir, "relay", PEER_REVOKED), OK);
    assert_int_equal(envelope_tag(p->s, ring, "relay", TO_PEER, &part, 1, tag), OK);
    assert_int_equal(keyring_reload_status(p->s, ring), OK);
    assert_int_equal(relay->status, PEER_REVOKED);
    assert_int_equal(envelope_tag(p->s, ring, "relay", TO_PEER, &part, 1, tag), DENIED);
    assert_int_equal(envelope_check(p->s, ring, "relay", &part, 1, span_of(tag, sizeof tag)),
                     DENIED);
    assert_int_equal(keyring_peer(ring, "ctl")->status, PEER_ACTIVE);
    assert_int_equal(keyring_set_status(p->s, p->dir, "relay", PEER_ACTIVE), OK);
    assert_int_equal(keyring_reload_status(p->s, ring), OK);
    assert_int_equal(envelope_tag(p->s, ring, "relay", TO_PEER, &part, 1, tag), OK);
    assert_int_equal(keyring_set_status(p->s, p->dir, "intake", PEER_REVOKED), OK);
    struct keyring *own;
    assert_int_equal(keyring_open(p->s, p->dir, "intake", &own), DENIED);
}

static void a_reload_trusts_only_the_keys_it_knew(void **state)
{
    struct place *p = *state;
    AUTO(keyring) ring = ring_of(p, "intake");
    struct span peers = file_read(p, "peers.pub");
    file_write(p, "peers.pub", SPAN_LIT("broken\n"), 0644);
    assert_int_equal(keyring_reload_status(p->s, ring), INVALID);
    assert_int_equal(keyring_peer(ring, "relay")->status, PEER_ACTIVE);
    file_write(p, "peers.pub", SPAN_LIT("relay " K1 " " K2 " active\n"), 0644);
    assert_int_equal(keyring_reload_status(p->s, ring), OK);
    assert_int_equal(keyring_peer(ring, "relay")->status, PEER_REVOKED);
    assert_int_equal(keyring_peer(ring, "ctl")->status, PEER_REVOKED);
    file_write(p, "peers.pub", peers, 0644);
    assert_int_equal(keyring_reload_status(p->s, ring), OK);
    assert_int_equal(keyring_peer(ring, "relay")->status, PEER_ACTIVE);
}

/* The key comes from the key file alone: the same after another start, another for everyone else, and none of the other keys. */
static void a_ticket_key_belongs_to_one_process(void **state)
{
    struct place *p = *state;
    AUTO(keyring) ring = ring_of(p, "intake");
    AUTO(keyring) again = ring_of(p, "intake");
    AUTO(keyring) other = ring_of(p, "relay");
    assert_int_equal(secret_span(keyring_ticket_key(ring)).n, KEY_LEN);
    assert_true(secret_eq(keyring_ticket_key(ring), keyring_ticket_key(again)));
    assert_false(secret_eq(keyring_ticket_key(ring), keyring_ticket_key(other)));
    assert_false(secret_eq(keyring_ticket_key(ring), keyring_curve_secret(ring)));
}

/* Nothing half written stays behind. */
static void no_file_is_left_aside(void **state)
{
    struct place *p = *state;
    assert_int_equal(keyring_create(p->s, p->dir, NAMES, COUNT(NAMES)), OK);
    assert_int_equal(files_count(p->dir), COUNT(NAMES) + 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_are_made_closed_and_whole),
        TEST(making_again_changes_nothing),
        TEST(a_new_name_joins_the_old_ones),
        TEST(a_lost_list_is_rebuilt_from_the_key_files),
        TEST(a_key_kept_elsewhere_is_not_made_again),
        TEST(names_that_could_leave_the_folder_are_refused),
        TEST(a_key_file_open_to_others_is_refused),
        TEST(a_malformed_key_file_is_named_with_its_line),
        TEST(a_malformed_list_is_named_with_its_line),
        TEST(unusable_public_keys_are_named_with_their_line),
        TEST(what_is_missing_or_does_not_match_is_told),
        TEST(revocation_reaches_a_running_process),
        TEST(a_reload_trusts_only_the_keys_it_knew),
        TEST(a_ticket_key_belongs_to_one_process),
        TEST(no_file_is_left_aside),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
