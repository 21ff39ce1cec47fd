/* The witness as it runs: what it cosigns, what it answers to everything else; and however often it is killed, no two roots of one size are
 * ever cosigned, nor a smaller head after a larger. */
#include "witness_place.h"

#include "base/clock.h"
#include "gateway_dial.h"

enum { PATIENCE_US = 60 * US_PER_S, WAIT_US = 2000 };

struct run {
    struct place *p;
    pid_t pid; /* 0 = does not run */
    int port;
};

/* ---- the program ---- */

/* The port it says it listens on; 0 = it has not said so yet. */
static int port_said(const char *path)
{
    char text[4096] = "";
    FILE *f = fopen(path, "re");

    if (f) {
        text[fread(text, 1, sizeof text - 1, f)] = '\0';
        fclose(f);
    }
    const char *at = strstr(text, "\"port\":");
    return at && strchr(at, '}') ? (int)strtol(at + strlen("\"port\":"), NULL, 10) : 0;
}

static void start(struct run *r)
{
    const char *dir = getenv("KM_BUILD_DIR"), *program = scope_print(r->p->s, "%s/kashimaru-witness", dir ? dir : ".");
    const char *said = scope_print(r->p->s, "%s/log", r->p->dir);
    int64_t since_us = clock_mono_us();

    unlink(said);
    r->pid = fork();
    if (r->pid == 0) {
        FILE *to = freopen(said, "w", stderr);
        if (to)
            execl(program, "kashimaru-witness", "--state", r->p->state, "--listen", "127.0.0.1:0", (char *)NULL);
        _exit(127);
    }
    assert_true(r->pid > 0);
    while ((r->port = port_said(said)) == 0) {
        assert_true(clock_mono_us() - since_us < PATIENCE_US);
        usleep(WAIT_US);
    }
}

static int stop(struct run *r, int signal)
{
    pid_t pid = take(&r->pid);

    kill(pid, signal);
    return end_of(pid);
}

static int open_run(void **state)
{
    struct run *r = calloc(1, sizeof *r);
    void *p = NULL;

    assert_non_null(r);
    open_place(&p);
    r->p = p;
    start(r);
    *state = r;
    return 0;
}

static int close_run(void **state)
{
    struct run *r = *state;
    void *p = r->p;

    if (r->pid)
        stop(r, SIGKILL);
    close_place(&p);
    free(r);
    return 0;
}

/* ---- what is cosigned ---- */

enum { KILLS = 80, SIZES = 4 * KILLS };

struct heard {
    struct tree_hash root[SIZES];
    bool is_cosigned[SIZES];
    uint64_t most;
};

/* An answer to `body`: a true cosignature of its head, or none. */
static bool cosigned(struct run *r, struct span body, const char *reply, struct checkpoint *ret_c)
{
    struct scope *s = r->p->s;
    const char *line = strstr(reply, "\r\n\r\n");
    const struct watched w = {.key = r->p->key};
    struct submission m;
    struct note note;
    struct span text;
    int64_t at_s, now_s = clock_now_us() / US_PER_S;

    if (code_of(reply) != 200 || !line || line[4] == '\0' || line[strlen(line) - 1] != '\n')
        return false; /* cut off */
    assert_int_equal(submission_read(s, body, &m), OK);
    const struct span lines[] = {span_str(line + 4)};
    assert_int_equal(note_join(s, m.note.text, lines, 1, &text), OK);
    assert_int_equal(note_read(s, text, &note), OK);
    assert_int_equal(note_check(s, &note, &w.key, &at_s), OK);
    assert_true(note.n == 1 && at_s <= now_s && at_s > now_s - 3600);
    *ret_c = m.head;
    return true;
}

static void note_heard(struct heard *h, const struct checkpoint *c)
{
    assert_true(c->size < SIZES);
    if (h->is_cosigned[c->size] ? memcmp(c->root.b, h->root[c->size].b, TREE_HASH_LEN) != 0 : c->size <= h->most && c->size > 0)
        fail_msg("a second root, or a smaller head: %llu leaves", (unsigned long long)c->size);
    h->is_cosigned[c->size] = true;
    h->root[c->size] = c->root;
    h->most = c->size > h->most ? c->size : h->most;
}

/* Sends it and hears the answer: its code; a cosignature is noted. */
static int submit(struct run *r, struct heard *h, struct span body, char **ret_reply)
{
    struct checkpoint c;
    char *reply = ask(r->port, "POST", "/add-checkpoint", "", scope_print(r->p->s, "%.*s", (int)body.n, (const char *)body.p));
    int code = code_of(reply);

    assert_true(code != 200 || cosigned(r, body, reply, &c));
    if (code == 200)
        note_heard(h, &c);
    if (ret_reply)
        *ret_reply = reply;
    else
        free(reply);
    return code;
}

static struct span head_of(struct run *r, struct grove *tree, uint64_t old, uint64_t size)
{
    return log_body(r->p->s, &r->p->log, tree, old, old, size);
}

/* ---- growing ---- */

static void a_growing_log_is_cosigned(void **state)
{
    struct run *r = *state;
    struct grove tree = {.fork = 0}, fork_ = {.fork = 1, .salt = 1};
    struct heard *h = calloc(1, sizeof *h);
    char *reply;
    uint64_t old = 0;

    assert_non_null(h);
    for (uint64_t size = 1; size < SIZES; size = size * 5 / 3 + 1) {
        assert_int_equal(submit(r, h, head_of(r, &tree, old, size), NULL), 200);
        assert_int_equal(submit(r, h, head_of(r, &tree, old, size), &reply), 409); /* the answer was not heard: asked again */
        assert_non_null(strstr(reply, "text/x.tlog.size"));
        assert_true((uint64_t)strtoull(strstr(reply, "\r\n\r\n") + 4, NULL, 10) == size);
        free(reply);
        assert_int_equal(submit(r, h, head_of(r, &tree, size, size), NULL), 200);
        assert_int_equal(submit(r, h, head_of(r, &tree, old, old), NULL), 409); /* rolled back */
        if (size > 1)
            assert_int_equal(submit(r, h, head_of(r, &fork_, size, size), NULL), 409);
        old = size;
        if (size % 2) {
            assert_int_equal(stop(r, SIGTERM), 0);
            start(r);
        }
    }
    free(h);
}

/* ---- killed ---- */

/* A head is sent and the witness killed, as soon as the answer is there or at any moment before. */
static void send_and_kill(struct run *r, struct heard *h, int i, struct span body)
{
    struct checkpoint c;
    int fd = dial(r->port);

    assert_true(dprintf(fd, "POST /add-checkpoint HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%.*s",
                        body.n, (int)body.n, (const char *)body.p) > 0);
    if (i % 2) {
        char one;
        assert_int_equal(recv(fd, &one, 1, MSG_PEEK), 1);
    } else {
        usleep((useconds_t)(i * 37 % 3000));
    }
    assert_int_equal(stop(r, SIGKILL), -1);
    char *reply = hear(fd);
    if (cosigned(r, body, reply, &c))
        note_heard(h, &c);
    free(reply);
    start(r);
}

/* After each kill the log was restored, too, as it were: another one of the same size is sent. One of the two goes on; and if anybody ever
 * heard of the first, it does. */
static void a_killed_witness_cosigns_one_log(void **state)
{
    struct run *r = *state;
    struct heard *h = calloc(1, sizeof *h);
    uint8_t trunk[SIZES] = {0};
    int firsts = 0, seconds = 0;

    assert_non_null(h);
    for (int i = 0; i < KILLS; i++) {
        uint64_t old = h->most, size = old + 1 + (uint64_t)i % 3;
        struct grove first = {.fork = old, .salt = 1, .trunk = trunk}, second = {.fork = old, .salt = 2, .trunk = trunk};
        send_and_kill(r, h, i, head_of(r, &first, old, size));
        int code = submit(r, h, head_of(r, &second, old, size), NULL); /* never 200 when the first was heard: note_heard says so */
        if (code != 200) {
            assert_int_equal(code, 409);
            assert_int_equal(submit(r, h, head_of(r, &second, size, size), NULL), 409);
            assert_int_equal(submit(r, h, head_of(r, &first, size, size), NULL), 200);
        }
        firsts += code != 200;
        seconds += code == 200;
        memset(trunk + old, code == 200 ? 2 : 1, size - old);
    }
    print_message("%d kills: %d heads were remembered, %d were not\n", KILLS, firsts, seconds);
    assert_true(firsts >= KILLS / 2);
    free(h);
}

/* ---- everything else ---- */

static void nothing_else_is_served(void **state)
{
    static const struct {
        const char *method, *path, *headers, *body;
        int code;
        const char *says;
    } ASKED[] = {
        {"GET", "/", "", NULL, 200, "\r\n\r\n記録の立会人"},
        {"HEAD", "/", "", NULL, 200, "\r\n\r\n"},
        {"POST", "/", "", "x", 405, "Allow: GET, HEAD"},
        {"GET", "/add-checkpoint", "", NULL, 405, "Allow: POST"},
        {"PUT", "/add-checkpoint", "", "old 0\n", 405, "Allow: POST"},
        {"POST", "/add-checkpoint/", "", "old 0\n", 404, ""},
        {"POST", "/x/add-checkpoint", "", "old 0\n", 404, ""},
        {"GET", "/key", "", NULL, 404, ""},
        {"GET", "/../key", "", NULL, 404, ""},
        {"POST", "/add-checkpoint", "", "", 400, "old <size>"},
        {"POST", "/add-checkpoint", "", "garbage", 400, "old <size>"},
        {"POST", "/add-checkpoint", "", "old 0\n\na\n1\n", 400, ""},
        {"POST", "/add-checkpoint", "Transfer-Encoding: chunked\r\n\r\n5\r\nold 0\r\n0\r\n\r\n", NULL, 400, "old <size>"},
        {"POST", "/add-checkpoint", "Expect: 100-continue\r\n", "x", 100, "400 Bad Request"},
        {"POST", "/add-checkpoint", "Content-Length: 70000000\r\n", NULL, 413, "Connection: close"},
    };
    struct run *r = *state;

    for (size_t i = 0; i < COUNT(ASKED); i++) {
        char *reply = ask(r->port, ASKED[i].method, ASKED[i].path, ASKED[i].headers, ASKED[i].body);
        if (code_of(reply) != ASKED[i].code || !strstr(reply, ASKED[i].says))
            fail_msg("%s %s: %s", ASKED[i].method, ASKED[i].path, reply);
        assert_null(strstr(reply, "secret"));
        free(reply);
    }
    /* a log that is not trusted, and one that only claims the name */
    struct log other = log_new(r->p->s, "log.example/other"), same = log_new(r->p->s, LOG_NAME);
    struct heard h = {.most = 0};
    struct grove tree = {.fork = 0};
    assert_int_equal(submit(r, &h, log_body(r->p->s, &other, &tree, 0, 0, 5), NULL), 404);
    assert_int_equal(submit(r, &h, log_body(r->p->s, &same, &tree, 0, 0, 5), NULL), 403);
    assert_int_equal(submit(r, &h, log_body(r->p->s, &r->p->log, &tree, 0, 4, 5), NULL), 422);
    assert_int_equal(submit(r, &h, log_body(r->p->s, &r->p->log, &tree, 6, 6, 5), NULL), 400);
    assert_int_equal(submit(r, &h, head_of(r, &tree, 0, 5), NULL), 200);
    secret_free(other.secret);
    secret_free(same.secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_growing_log_is_cosigned, open_run, close_run),
        cmocka_unit_test_setup_teardown(a_killed_witness_cosigns_one_log, open_run, close_run),
        cmocka_unit_test_setup_teardown(nothing_else_is_served, open_run, close_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
