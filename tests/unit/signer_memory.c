/* Whatever happens to the signer's memory, it is noticed as far as it can be, nothing is signed under the old name any more, and a new log
 * is the way forward. */
#include <fcntl.h>

#include "base/disk.h"
#include "signer_ask.h"

/* After heads of 40 and of 100 leaves; `kept` is a copy of the folder between them. */
static const struct {
    const char *name, *done;
    const char *state;     /* afterwards */
    bool is_known;         /* the old log's name is still known */
    uint64_t old;          /* what the sequencer says was signed last */
    enum status want;      /* of the next head */
    const char *says;
} HARM[] = {
    {"nothing", ":", "ready", true, 100, OK, ""},
    {"a stray temporary file", "echo x >signer/new", "ready", true, 100, OK, ""},
    {"the memory is missing", "/bin/rm signer/head", "lost", false, 100, CONFLICT, "(head) is missing"},
    {"the memory is empty", ": >signer/head", "lost", false, 100, CONFLICT, "was edited"},
    {"the size was edited", "/bin/sed -i 's/^size 100$/size 40/' signer/head", "lost", false, 100, CONFLICT, "was edited"},
    {"the name was edited", "/bin/sed -i 's,/2026$,/2027,' signer/head", "lost", false, 100, CONFLICT, "was edited"},
    {"the key is missing", "/bin/rm signer/note-*.key", "lost", false, 100, CONFLICT, "signing key"},
    {"the key is damaged", "/bin/sed -i 's/^sealed ./sealed z/' signer/note-*.key", "lost", false, 100, CONFLICT, "signing key"},
    {"the memory is yesterday's; the sequencer knows", "/bin/cp kept/head signer/head", "ready", true, 100, CONFLICT, "its memory was restored"},
    {"the memory is yesterday's; what is published shows it", "/bin/cp kept/head signer/head; /bin/cp checkpoint log-tree/2026/", "lost", true,
     40, CONFLICT, "a published head (100 leaves) is newer"},
    {"everything is missing; the sequencer knows", "/bin/rm -r signer", "new", false, 100, CONFLICT, "its memory was restored"},
    {"everything is missing; what is published shows it", "/bin/rm -r signer; /bin/cp checkpoint log-tree/2026/", "new", false, 0, CONFLICT,
     "does not remember it"},
    {"what is published is somebody else's", "/bin/sed 's/^100$/999/' checkpoint >log-tree/2026/checkpoint", "ready", true, 100, OK, ""},
};

static void write_note(struct place *p, struct span note)
{
    FILE *f = fopen(scope_print(p->s, "%s/checkpoint", p->w->home.dir), "we");

    assert_non_null(f);
    assert_int_equal(fwrite(note.p, 1, note.n, f), note.n);
    assert_int_equal(fclose(f), 0);
}

static void harm(struct place *p, const char *done)
{
    struct grove tree = {.fork = 0};
    struct head_signed m;

    assert_int_equal(sign(p, LOG "/2026", &tree, 0, 40, &m), OK);
    shell(p, "/bin/rm -rf kept; /bin/cp -a signer kept; /bin/mkdir -p log-tree/2026");
    assert_int_equal(sign(p, LOG "/2026", &tree, 40, 100, &m), OK);
    write_note(p, m.note);
    signer_end(&p->pid, SIGKILL);
    shell(p, done);
    p->pid = signer_spawn(p->w);
}

/* Of a log whose name is still known its verifier key is, too, and what was published of it is true by that key. */
static void key_stays(struct place *p, const struct shard_closed *c, bool is_known)
{
    struct note_key key;
    struct note note;
    struct span bytes;
    int64_t at_s;

    assert_int_equal(c->has_vkey, is_known);
    if (!is_known)
        return;
    assert_int_equal(disk_read(p->s, AT_FDCWD, scope_print(p->s, "%s/checkpoint", p->w->home.dir), 4096, &bytes), OK);
    assert_int_equal(vkey_read(p->s, c->vkey, &key), OK);
    assert_int_equal(note_read(p->s, bytes, &note), OK);
    assert_int_equal(note_check(p->s, &note, &key, &at_s), OK);
    assert_string_equal(key.name, LOG "/2026");
}

/* The restored log under a new name; the old one is over. */
static void go_forward(struct place *p, size_t i)
{
    struct grove yesterday = {.fork = 60, .salt = 1};
    struct head_signed m;
    struct head_shown is;

    if (HARM[i].is_known)
        assert_int_equal(open_log(p, true, ROLE_ADMINISTRATOR, LOG "/2026", &GOOD), CONFLICT);
    assert_int_equal(open_log(p, true, ROLE_ADMINISTRATOR, LOG "/2026-2", &GOOD), OK);
    shell(p, "set -- signer/note-*.key; [ $# = 1 ]"); /* the old key is destroyed */
    assert_int_equal(sign(p, LOG "/2026-2", &yesterday, 0, 70, &m), OK);
    assert_int_equal(sign(p, LOG "/2026", &yesterday, 70, 90, &m), DENIED);
    restart(p, SIGKILL);
    assert_int_equal(sign(p, LOG "/2026-2", &yesterday, 70, 90, &m), OK);
    shown(p, &is);
    assert_true(span_is(is.state, "ready") && span_is(is.origin, LOG "/2026-2") && is.size == 90);
    assert_int_equal(is.closed.n, strcmp(HARM[i].state, "new") != 0);
    if (!is.closed.n)
        return;
    assert_true(span_is(is.closed.v[0].origin, HARM[i].is_known ? LOG "/2026" : "?") && span_is(is.closed.v[0].by, "kanri@A001"));
    key_stays(p, &is.closed.v[0], HARM[i].is_known);
}

static void harm_to_the_memory_is_noticed_and_a_new_log_helps(void **state)
{
    struct place *p = *state;
    struct grove tree = {.fork = 0};
    struct head_signed m;
    struct head_shown is;

    for (size_t i = 0; i < COUNT(HARM); i++) {
        harm(p, HARM[i].done);
        shown(p, &is);
        if (!span_is(is.state, HARM[i].state))
            fail_msg("%s: %.*s", HARM[i].name, (int)is.state.n, (const char *)is.state.p);
        enum status st = sign(p, LOG "/2026", &tree, HARM[i].old, 120, &m);
        if (st != HARM[i].want || (st != OK && !strstr(p->s->why.en, HARM[i].says)))
            fail_msg("%s: %s (%s)", HARM[i].name, status_trait(st)->word, p->s->why.en);
        go_forward(p, i);
        signer_end(&p->pid, SIGKILL);
        shell(p, "/bin/rm -rf signer log-tree kept checkpoint");
        p->pid = signer_spawn(p->w);
    }
}

static void two_signers_do_not_share_a_memory(void **state)
{
    struct place *p = *state;
    struct head_shown is;

    shown(p, &is);
    pid_t second = signer_spawn(p->w);
    assert_int_equal(signer_end(&second, 0), 69);
    signer_end(&p->pid, SIGKILL);
    shell(p, "/bin/chmod 755 signer");
    p->pid = signer_spawn(p->w);
    assert_int_equal(signer_end(&p->pid, 0), 78); /* a folder that is open to others */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(harm_to_the_memory_is_noticed_and_a_new_log_helps, open_place, close_place),
        cmocka_unit_test_setup_teardown(two_signers_do_not_share_a_memory, open_place, close_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
