/* An agency's system on the bus, with real sockets: it is let in while the hub runs, and its dates and status are looked up on every
 * message of the line that is open. */
#include "bus_help.h"
#include "seal/host.h"

struct world {
    struct home home;
    struct keyring *relay, *host;
    struct hub *hub;
    struct bus *line;
    struct enrolment e;
    char agency[PATH_LEN + 8];
    struct span list; /* peers.pub with the host in it */
};

static struct span text_of(struct world *w, const char *path)
{
    enum { MOST = 16 << 10 };
    uint8_t *to = scope_alloc(w->home.s, MOST);
    FILE *f = fopen(path, "rb");
    assert_non_null(to);
    assert_non_null(f);
    size_t n = fread(to, 1, MOST - 1, f);
    fclose(f);
    return span_of(to, n);
}

static void put_text(const char *path, struct span text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
}

static const char *peers_path(struct world *w)
{
    return scope_print(w->home.s, "%s/peers.pub", w->home.dir);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct agency_id id = {"A059"};
    assert_non_null(w);
    home_open(&w->home);
    w->home.s->now_us = clock_now_us();
    w->relay = home_ring(&w->home, "relay");
    assert_int_equal(hub_open(w->home.s, w->home.endpoint, w->relay, &w->hub), OK);
    snprintf(w->agency, sizeof w->agency, "%s/agency", w->home.dir);
    assert_int_equal(host_new(w->home.s, w->agency, id, &w->e), OK);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    static const char *const FILES[] = {"host.key", "enrolment.txt", "server.pub"};
    struct world *w = *state;
    if (w->line)
        bus_free(w->line);
    hub_free(w->hub);
    keyring_free(w->relay);
    keyring_free(w->host);
    for (size_t i = 0; i < COUNT(FILES); i++)
        unlink(scope_print(w->home.s, "%s/%s", w->agency, FILES[i]));
    rmdir(w->agency);
    home_close(&w->home);
    free(w);
    return 0;
}

/* The next frame the hub takes in, after a hello of the host. */
static void hear(struct world *w, struct passing *f)
{
    int64_t since_us = clock_mono_us();
    bool got = false;
    while (!got) {
        assert_true(is_patient(since_us));
        enum status st = bus_hello(w->home.s, w->line, false);
        assert_true(st == OK || st == UNAVAILABLE);
        hub_wait(w->hub, NULL, 0, 20);
        assert_int_equal(hub_receive(w->home.s, w->hub, f, &got), OK);
    }
}

static void admit(struct world *w)
{
    struct scope *s = w->home.s;
    const struct peer *v;
    const char *endpoint;
    char fingerprint[FINGERPRINT_MAX];
    struct span text;
    size_t n;
    assert_int_equal(server_print(s, w->home.dir, w->home.endpoint, &text, fingerprint), OK);
    put_text(scope_print(s, "%s/server.pub", w->agency), text);
    assert_int_equal(keyring_open_host(s, w->agency, &w->host, &endpoint), OK);
    assert_int_equal(bus_open(s, endpoint, w->host, scope_print(s, "%s.1", w->e.peer.name), &w->line), OK);
    int64_t since_us = clock_mono_us();
    while (hub_refused(w->hub) == 0) { /* nobody knows it yet */
        bool got = false;
        struct passing f;
        hub_wait(w->hub, NULL, 0, 20);
        assert_int_equal(hub_receive(s, w->hub, &f, &got), OK);
        assert_false(got);
        assert_true(is_patient(since_us));
    }
    assert_int_equal(host_admit(s, w->home.dir, &w->e, false, &v, &n), OK);
    assert_int_equal(keyring_reload_status(s, w->relay), OK);
    w->list = text_of(w, peers_path(w));
}

/* The host's line with a word of it exchanged (by another of the same length). */
static const struct {
    const char *from, *to;
    bool is_cut;
} STEPS[] = {
    {" until=20", " until=20", false}, {" until=20", " until=19", true}, {" until=20", " until=20", false},
    {" from=20", " from=21", true},    {" from=20", " from=19", false},  {" until=20", " until=21", false},
    {"host-A059-", "#ost-A059-", true}, {" from=20", " from=20", false},
};

static void dates_and_status_hold_on_every_message(void **state)
{
    struct world *w = *state;
    struct passing f;
    struct peer was;

    admit(w);
    hear(w, &f);
    assert_string_equal(f.peer, w->e.peer.name);
    assert_false(f.is_revoked);
    const char *text = scope_print(w->home.s, "%.*s", (int)w->list.n, (const char *)w->list.p), *line = strstr(text, "host-A059-");
    assert_non_null(line);
    for (size_t i = 0; i < COUNT(STEPS); i++) {
        const char *at = strstr(line, STEPS[i].from);
        assert_non_null(at);
        put_text(peers_path(w), span_str(scope_print(w->home.s, "%.*s%s%s", (int)(at - text), text, STEPS[i].to,
                                                     at + strlen(STEPS[i].to))));
        assert_int_equal(keyring_reload_status(w->home.s, w->relay), OK);
        hear(w, &f); /* the status is looked up as it is taken in, so one that was under way will do */
        assert_string_equal(f.peer, w->e.peer.name);
        if (f.is_revoked != STEPS[i].is_cut)
            fail_msg("step %zu", i);
    }
    assert_int_equal(host_revoke(w->home.s, w->home.dir, w->e.peer.name, &was), OK);
    assert_int_equal(keyring_reload_status(w->home.s, w->relay), OK);
    hear(w, &f);
    assert_true(f.is_revoked);
    assert_string_equal(f.peer, w->e.peer.name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dates_and_status_hold_on_every_message, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
