/* Whatever happens to a witness's memory, it is noticed as far as it can be, and nothing that may have been cosigned is taken for nothing. */
#include "witness_place.h"

/* After heads of 40 and of 100 leaves; `kept` is a copy of the folder between them. Then a head of 120 is sent, from `old`. */
static const struct {
    const char *name, *done;
    enum status opens;
    uint64_t old;
    unsigned code;
    const char *says;
} HARM[] = {
    {"nothing", ":", OK, 100, 200, "\xe2\x80\x94 " WITNESS_NAME " "},
    {"a stray temporary file", "echo x >w/new", OK, 100, 200, "\xe2\x80\x94 " WITNESS_NAME " "},
    {"a head that was not finished", "/bin/cp kept/$HEAD w/new", OK, 100, 200, "\xe2\x80\x94 " WITNESS_NAME " "},
    {"comments and a policy's line", "/bin/sed -i 's,.*,# ours\\n\\nlog & https://log.example/,' w/logs", OK, 100, 200, "\xe2\x80\x94 "},
    {"the head is missing", "/bin/rm w/$HEAD", OK, 100, 503, "is missing"},
    {"the head is missing, and the sender says nothing", "/bin/rm w/$HEAD", OK, 0, 503, "is missing"},
    {"the head is empty", ": >w/$HEAD", OK, 100, 503, "is damaged"},
    {"the head is cut short", "/bin/sed -i '$d' w/$HEAD", OK, 0, 503, "is damaged"},
    {"the head's end is gone", "/bin/sed -i '4,$d' w/$HEAD", OK, 0, 503, "is damaged"},
    {"the size was edited", "/bin/sed -i 's/^100$/40/' w/$HEAD", OK, 40, 503, "is damaged"},
    {"the name was edited", "/bin/sed -i 's,/2026$,/2027,' w/$HEAD", OK, 100, 503, "is damaged"},
    {"it is the head of another log", "/bin/cp w/$(/bin/ls w | /bin/grep head- | /bin/grep -v $HEAD) w/$HEAD", OK, 0, 503, "is damaged"},
    {"it is another witness's", "/bin/cp other/$HEAD w/$HEAD", OK, 0, 503, "is damaged"},
    {"the key is another", "/bin/cp other/key w/key", OK, 100, 503, "is damaged"},
    {"the list is missing: the log is not trusted any more", "/bin/rm w/logs", OK, 100, 404, "trusted"},
    {"a line that is none", "echo x >>w/logs", INVALID, 0, 0, "line 3"},
    {"a log twice", "/bin/cat w/logs w/logs >l; /bin/mv l w/logs", INVALID, 0, 0, "line 3"},
    {"a witness's key for a log's", "/bin/sed -i 's,.*,witness.example/w1+09dcf0bd+BAu8NGpXZnw4ASC9nH/X5R0sX9/qN80vW/QFssa/by14,' w/logs", INVALID,
     0, 0, "line 1"},
    {"the key is missing", "/bin/rm w/key", NOT_FOUND, 0, 0, "init"},
    {"the key is damaged", "/bin/sed -i 's/^secret ./secret z/' w/key", CORRUPT, 0, 0, "damaged"},
    {"the halves of the key do not fit", "/bin/sed -Ei 's/^(secret .{64})(.*)/\\1'$(/bin/sed -nE 's/^secret .{64}//p' other/key)'/' w/key", CORRUPT,
     0, 0, "damaged"},
    {"the folder is open to others", "/bin/chmod 750 w", DENIED, 0, 0, "0700"},
    {"the folder is missing", "/bin/rm -r w", NOT_FOUND, 0, 0, "does not exist"},
};

static struct answer send(struct place *p, struct memory *m, struct grove *tree, uint64_t old, uint64_t size)
{
    return answer_submission(p->s, m, log_body(p->s, &p->log, tree, old, old, size));
}

static void grow(struct place *p, uint64_t old, uint64_t size)
{
    AUTO(memory) m = NULL;
    struct grove tree = {.fork = 0};

    assert_int_equal(memory_open(p->s, p->state, true, &m), OK);
    assert_int_equal(send(p, m, &tree, old, size).code, 200);
}

static void prepare(struct place *p)
{
    struct log second = log_new(p->s, "log.example/handoff/2027"); /* as long a name */
    struct note_key other;

    trust(p, &second.key, OK);
    secret_free(second.secret);
    assert_int_equal(memory_make(p->s, scope_print(p->s, "%s/other", p->dir), WITNESS_NAME, &other), OK);
    AUTO(memory) m = NULL;
    assert_int_equal(memory_open(p->s, scope_print(p->s, "%s/other", p->dir), true, &m), OK);
    assert_int_equal(memory_trust(p->s, m, &p->log.key), OK);
    grow(p, 0, 40);
    shell(p, "/bin/cp -a w kept");
    grow(p, 40, 100);
}

static bool says(struct answer a, const char *what)
{
    return memmem(a.body.p, a.body.n, what, strlen(what)) != NULL;
}

static void harm_is_noticed(void **state)
{
    struct place *p = *state;
    struct grove tree = {.fork = 0};
    struct note_key key;

    for (size_t i = 0; i < COUNT(HARM); i++) {
        AUTO(memory) m = NULL;
        prepare(p);
        shell(p, HARM[i].done);
        enum status st = memory_open(p->s, p->state, true, &m);
        must_be_status(st, HARM[i].opens, HARM[i].name);
        if (st == OK) {
            struct answer a = send(p, m, &tree, HARM[i].old, 120);
            if (a.code != HARM[i].code || !says(a, HARM[i].says))
                fail_msg("%s: %u %.*s", HARM[i].name, a.code, (int)a.body.n, (const char *)a.body.p);
        } else if (!strstr(p->s->why.en, HARM[i].says)) {
            fail_msg("%s: %s", HARM[i].name, p->s->why.en);
        }
        memory_free(take(&m));
        if (strcmp(HARM[i].name, "the folder is missing") != 0)
            assert_true(memory_make(p->s, p->state, WITNESS_NAME, &key) != OK); /* never a second key where there was one */
        shell(p, "/bin/rm -rf w kept other");
        scope_reset(p->s);
        p->state = scope_print(p->s, "%s/w", p->dir);
        found(p);
    }
}

static struct watched seen(struct place *p)
{
    AUTO(memory) m = NULL;

    assert_int_equal(memory_open(p->s, p->state, false, &m), OK);
    const struct watched *w = memory_find(m, SPAN_LIT(LOG_NAME));
    return w ? *w : (struct watched){.size = 0};
}

static void forget(struct place *p)
{
    AUTO(memory) m = NULL;

    assert_int_equal(memory_open(p->s, p->state, true, &m), OK);
    assert_int_equal(memory_untrust(p->s, m, SPAN_LIT(LOG_NAME)), OK);
    assert_null(memory_find(m, SPAN_LIT(LOG_NAME)));
    assert_int_equal(memory_untrust(p->s, m, SPAN_LIT(LOG_NAME)), NOT_FOUND);
}

/* Not trusted for a while, or trusted with another key: what was cosigned stays cosigned. */
static void trust_comes_and_goes(void **state)
{
    struct place *p = *state;
    struct log other = log_new(p->s, LOG_NAME);

    grow(p, 0, 40);
    trust(p, &other.key, CONFLICT);
    trust(p, &p->log.key, OK);
    forget(p);
    assert_false(seen(p).is_cosigned);
    trust(p, &p->log.key, OK);
    assert_true(seen(p).is_cosigned && seen(p).size == 40);
    forget(p);
    trust(p, &other.key, OK);
    assert_true(seen(p).size == 40);
    forget(p);
    trust(p, &p->log.key, OK);
    grow(p, 40, 41);
    shell(p, "/bin/rm w/$HEAD");
    trust(p, &p->log.key, CONFLICT); /* trusting it again does not make it forget */
    assert_true(seen(p).is_lost);
    secret_free(other.secret);
}

static void one_process_has_the_folder(void **state)
{
    struct place *p = *state;
    AUTO(memory) m = NULL;
    AUTO(memory) second = NULL;
    struct note_key key;

    assert_int_equal(memory_open(p->s, p->state, true, &m), OK);
    must_be_status(memory_open(p->s, p->state, true, &second), CONFLICT, "a second one");
    must_be_status(memory_make(p->s, p->state, WITNESS_NAME, &key), CONFLICT, "a new key");
    assert_int_equal(memory_open(p->s, p->state, false, &second), OK); /* to look at */
}

/* The first fork is kept with the log's signature; a second one does not replace it, and none is cosigned. */
static void forks_are_kept(void **state)
{
    struct place *p = *state;
    AUTO(memory) m = NULL;
    struct grove first = {.fork = 20, .salt = 1}, second = {.fork = 20, .salt = 2}, tree = {.fork = 0};
    struct span want = log_head(p->s, &p->log, LOG_NAME, &first, 40);

    grow(p, 0, 40);
    assert_int_equal(memory_open(p->s, p->state, true, &m), OK);
    shell(p, "! [ -e w/fork-${HEAD#head-} ]");
    struct answer a = send(p, m, &first, 40, 40);
    assert_true(a.code == 409 && says(a, "forked") && strcmp(a.type, "text/x.tlog.size") != 0);
    assert_int_equal(send(p, m, &second, 40, 40).code, 409);
    a = send(p, m, &second, 12, 40);
    assert_true(a.code == 409 && span_is(a.body, "40\n") && strcmp(a.type, "text/x.tlog.size") == 0);
    FILE *f = fopen(scope_print(p->s, "%s/want", p->dir), "we");
    assert_true(f && fwrite(want.p, 1, want.n, f) == want.n && fclose(f) == 0);
    shell(p, "/usr/bin/cmp want w/fork-${HEAD#head-}; /bin/rm want");
    assert_int_equal(send(p, m, &tree, 40, 50).code, 200); /* the log that was cosigned goes on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(harm_is_noticed, open_place, close_place),
        cmocka_unit_test_setup_teardown(trust_comes_and_goes, open_place, close_place),
        cmocka_unit_test_setup_teardown(one_process_has_the_folder, open_place, close_place),
        cmocka_unit_test_setup_teardown(forks_are_kept, open_place, close_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
