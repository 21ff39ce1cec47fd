/* What a witness decides, every rule of it, whatever the sender claims. */
#include "witness_world.h"

#include "witness/decide.h"

static const struct {
    const char *name;
    int64_t was; /* leaves cosigned last; −1 = nothing yet */
    uint64_t old, from, size;
    struct grove tree; /* that is sent; what was cosigned is of salt 0 */
    enum status want;
    const char *state; /* why.state of the refusal */
    bool is_fork;
} CASES[] = {
    {"the first head", -1, 0, 0, 5, {.fork = 0}, OK, "", false},
    {"the first head, of nothing", -1, 0, 0, 0, {.fork = 0}, OK, "", false},
    {"the first head, of one", -1, 0, 0, 1, {.fork = 0}, OK, "", false},
    {"nothing, again", 0, 0, 0, 0, {.fork = 0}, OK, "", false},
    {"after nothing", 0, 0, 0, 9, {.fork = 0}, OK, "", false},
    {"one more", 5, 5, 5, 6, {.fork = 0}, OK, "", false},
    {"many more", 5, 5, 5, 600, {.fork = 0}, OK, "", false},
    {"the same again", 5, 5, 5, 5, {.fork = 0}, OK, "", false},
    {"the first, but the sender knows of an earlier one", -1, 3, 3, 5, {.fork = 0}, CONFLICT, "0", false},
    {"the sender lags", 5, 3, 3, 9, {.fork = 0}, CONFLICT, "5", false},
    {"the sender asks what was cosigned", 5, 0, 0, 9, {.fork = 0}, CONFLICT, "5", false},
    {"the sender knows of more", 5, 7, 7, 9, {.fork = 0}, CONFLICT, "5", false},
    {"rolled back", 5, 3, 3, 4, {.fork = 0}, CONFLICT, "5", false},
    {"rolled back to the beginning", 5, 0, 0, 0, {.fork = 0}, CONFLICT, "5", false},
    {"rolled back, old beyond it", 5, 5, 4, 4, {.fork = 0}, INVALID, "", false},
    {"old beyond the first head", -1, 1, 0, 0, {.fork = 0}, INVALID, "", false},
    {"forked at the same size", 5, 5, 5, 5, {.fork = 4, .salt = 1}, CONFLICT, "", true},
    {"forked at the same size, said to be from elsewhere", 5, 3, 3, 5, {.fork = 4, .salt = 1}, CONFLICT, "5", true},
    {"forked and grown", 5, 5, 5, 9, {.fork = 3, .salt = 1}, CORRUPT, "", false},
    {"forked at the first leaf and grown", 8, 8, 8, 16, {.fork = 0, .salt = 1}, CORRUPT, "", false},
    {"the proof of another growth", 5, 5, 4, 9, {.fork = 0}, CORRUPT, "", false},
    {"a proof where none is needed", 5, 5, 2, 5, {.fork = 0}, CORRUPT, "", false},
    {"a proof from nothing", -1, 0, 3, 9, {.fork = 0}, CORRUPT, "", false},
    {"no proof", 5, 5, 0, 9, {.fork = 0}, CORRUPT, "", false},
};

static struct watched watched_at(struct scope *s, const struct log *l, int64_t was)
{
    struct grove tree = {.fork = 0};
    struct watched w = {.key = l->key, .is_cosigned = was >= 0, .size = was >= 0 ? (uint64_t)was : 0};

    grove_root(s, &tree, w.size, &w.root);
    return w;
}

static void a_head_continues_the_last(void **state)
{
    struct scope *s = *state;
    struct log l = log_new(s, LOG_NAME);

    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct watched w = watched_at(s, &l, CASES[i].was);
        struct grove tree = CASES[i].tree;
        struct submission m;
        assert_int_equal(submission_read(s, log_body(s, &l, &tree, CASES[i].old, CASES[i].from, CASES[i].size), &m), OK);
        s->why = (struct why){.ja = ""};
        enum status st = cosign_decide(s, &w, &m);
        if (st != CASES[i].want || strcmp(s->why.state, CASES[i].state) != 0 || is_fork(&w, &m.head) != CASES[i].is_fork)
            fail_msg("%s: %s %s (%s)", CASES[i].name, status_trait(st)->word, s->why.state, s->why.en);
        assert_true(st == OK || (s->why.ja[0] && s->why.en[0]));
    }
    secret_free(l.secret);
}

/* ---- who signed it ---- */

static void only_the_logs_own_signature_counts(void **state)
{
    struct scope *s = *state;
    struct log l = log_new(s, LOG_NAME), same_name = log_new(s, LOG_NAME), other = log_new(s, "log.example/other");
    struct grove tree = {.fork = 0};
    struct watched w = watched_at(s, &l, 5);
    const struct {
        const char *name;
        const struct log *v[2];
        bool is_changed; /* the first signature */
        enum status want;
    } signers[] = {
        {"the log", {&l}, false, OK},
        {"the log and others", {&other, &l}, false, OK},
        {"the log and another of its name", {&same_name, &l}, false, OK},
        {"another of its name", {&same_name}, false, DENIED},
        {"another log", {&other}, false, DENIED},
        {"the log, changed", {&l}, true, DENIED},
        {"the log, changed, and again", {&l, &l}, true, DENIED},
    };

    for (size_t i = 0; i < COUNT(signers); i++) {
        struct submission m, one;
        assert_int_equal(submission_read(s, log_body(s, &l, &tree, 5, 5, 9), &m), OK);
        m.note.n = 0;
        for (size_t k = 0; k < COUNT(signers[i].v) && signers[i].v[k]; k++) {
            struct note note;
            assert_int_equal(note_read(s, log_head(s, signers[i].v[k], LOG_NAME, &tree, 9), &note), OK);
            m.note.v[m.note.n++] = note.v[0];
        }
        if (signers[i].is_changed)
            ((uint8_t *)(uintptr_t)m.note.v[0].bytes.p)[7] ^= 1;
        must_be_status(cosign_decide(s, &w, &m), signers[i].want, signers[i].name);
        one = m;
        one.old = 3;
        must_be_status(cosign_decide(s, &w, &one), signers[i].want == OK ? CONFLICT : DENIED, signers[i].name); /* nobody else is told the size */
    }
    secret_free(l.secret);
    secret_free(same_name.secret);
    secret_free(other.secret);
}

/* ---- what is not known ---- */

static void a_lost_memory_is_never_empty(void **state)
{
    struct scope *s = *state;
    struct log l = log_new(s, LOG_NAME);
    struct grove tree = {.fork = 0};

    for (uint64_t old = 0; old <= 9; old++) {
        struct watched w = watched_at(s, &l, -1);
        struct submission m;
        w.is_lost = true;
        snprintf(w.why.en, sizeof w.why.en, "lost");
        assert_int_equal(submission_read(s, log_body(s, &l, &tree, old, old, 9), &m), OK);
        must_be_status(cosign_decide(s, &w, &m), UNAVAILABLE, "lost");
        assert_string_equal(s->why.en, "lost");
        assert_false(is_fork(&w, &m.head));
    }
    secret_free(l.secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_head_continues_the_last, open_scope, close_scope),
        cmocka_unit_test_setup_teardown(only_the_logs_own_signature_counts, open_scope, close_scope),
        cmocka_unit_test_setup_teardown(a_lost_memory_is_never_empty, open_scope, close_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
