/* Agencies' own systems: who is taken on is known to running processes without anybody's place changing, dates and revocation hold from
 * one frame to the next, and what a host signs nobody else can have made. */
#include "seal_host_rings.h"

/* ---- the city's list ---- */

static void a_running_process_takes_a_new_host_over(void **state)
{
    struct place *p = *state;
    AUTO(keyring) ring = ring_of(p, "referral");
    size_t n;
    const struct peer *all = keyring_peers(ring, &n), *intake = keyring_peer(ring, "intake"), *relay = keyring_peer(ring, "relay");
    for (int i = 0; i < 2; i++) {
        struct enrolment e = made(p, i ? p->second : p->agency, i ? A056 : A059);
        const struct peer *v;
        size_t changed;
        assert_null(keyring_peer(ring, e.peer.name));
        assert_int_equal(host_admit(p->s, p->city, &e, true, &v, &changed), OK);
        assert_int_equal(keyring_reload_status(p->s, ring), OK);
        assert_null(keyring_peer(ring, e.peer.name)); /* a trial wrote nothing */
        admit(p, i ? p->second : p->agency, &e);
        assert_null(keyring_peer(ring, e.peer.name));
        assert_int_equal(keyring_reload_status(p->s, ring), OK);
        const struct peer *host = keyring_peer(ring, e.peer.name);
        assert_non_null(host);
        assert_true(peer_is_host(host));
        assert_ptr_equal(keyring_peer_by_curve(ring, e.peer.curve_public), host);
        assert_ptr_equal(keyring_peer(ring, "intake"), intake);
        assert_ptr_equal(keyring_peer(ring, "relay"), relay);
        assert_ptr_equal(keyring_peers(ring, &n), all);
        assert_int_equal(n, COUNT(NAMES) + 1 + (size_t)i);
        assert_string_equal(keyring_self(ring)->name, "referral");
    }
    assert_int_equal(keyring_reload_status(p->s, ring), OK);
    assert_int_equal(keyring_reload_status(p->s, ring), OK);
    keyring_peers(ring, &n);
    assert_int_equal(n, COUNT(NAMES) + 2);
    for (size_t i = 0; i < COUNT(NAMES); i++)
        assert_string_equal(keyring_peer(ring, NAMES[i])->name, NAMES[i]);
}

/* A frame of the host of `dir` to referral, as referral judges it at that time. */
static enum status judged(struct place *p, const struct keyring *referral, const struct keyring *host, int64_t at_us)
{
    const struct span parts[] = {SPAN_LIT("KM1"), SPAN_LIT("{\"to\":\"referral\"}"), SPAN_LIT("{}"), SPAN_LIT("")};
    uint8_t tag[ENVELOPE_TAG_MAX];
    struct span mark;
    assert_int_equal(envelope_mark(p->s, host, "referral", parts, COUNT(parts), tag, &mark), OK);
    p->s->now_us = at_us;
    return envelope_check(p->s, referral, keyring_self(host)->name, parts, COUNT(parts), mark);
}

static void a_second_host_overlaps_the_first(void **state)
{
    struct place *p = *state;
    int64_t start = p->s->now_us / US_PER_S * US_PER_S, later = start + 300 * DAY_US;
    struct enrolment e = made(p, p->agency, A059);
    admit(p, p->agency, &e);
    p->s->now_us = later;
    struct enrolment next = made(p, p->second, A059);
    const struct peer *v;
    size_t n;
    assert_int_equal(host_admit(p->s, p->city, &next, true, &v, &n), OK);
    assert_int_equal(n, 2);
    assert_string_equal(v[1].name, e.peer.name);
    admit(p, p->second, &next);
    AUTO(keyring) referral = ring_of(p, "referral");
    AUTO(keyring) first = host_ring(p, p->agency);
    AUTO(keyring) second = host_ring(p, p->second);
    const struct {
        const struct keyring *who;
        int64_t at_us;
        enum status want;
    } times[] = {
        {first, start - 1, DENIED},           {first, start, OK},
        {first, later, OK},                   {second, later, OK},
        {second, later - US_PER_S, DENIED},   {first, later + 30 * DAY_US - 1, OK},
        {first, later + 30 * DAY_US, DENIED}, {second, later + 30 * DAY_US, OK},
        {second, later + 365 * DAY_US - 1, OK}, {second, later + 365 * DAY_US, DENIED},
        {first, 0, DENIED},
    };
    for (size_t i = 0; i < COUNT(times); i++) {
        enum status st = judged(p, referral, times[i].who, times[i].at_us);
        if (st != times[i].want)
            wrong("time", i, st);
    }
    assert_int_equal(keyring_peer(referral, e.peer.name)->until_us, later + 30 * DAY_US);
}

static void revocation_holds_from_the_next_frame_on(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059);
    struct peer was;
    int64_t now = p->s->now_us;
    admit(p, p->agency, &e);
    AUTO(keyring) referral = ring_of(p, "referral");
    AUTO(keyring) host = host_ring(p, p->agency);
    assert_int_equal(judged(p, referral, host, now), OK);
    assert_int_equal(host_revoke(p->s, p->city, "intake", &was), NOT_FOUND);
    assert_int_equal(host_revoke(p->s, p->city, "host-A059-none", &was), NOT_FOUND);
    assert_int_equal(host_revoke(p->s, p->city, e.peer.name, &was), OK);
    int64_t ended_us = was.until_us;
    p->s->now_us += DAY_US; /* done again, because not everybody could be told: it is the same end */
    assert_int_equal(host_revoke(p->s, p->city, e.peer.name, &was), OK);
    assert_int_equal(was.until_us, ended_us);
    p->s->now_us = now;
    assert_int_equal(keyring_reload_status(p->s, referral), OK);
    assert_int_equal(judged(p, referral, host, now), DENIED);
    assert_int_equal(keyring_peer(referral, "intake")->status, PEER_ACTIVE);
    const struct peer *v;
    size_t n;
    assert_int_equal(host_admit(p->s, p->city, &e, false, &v, &n), CONFLICT); /* and the same keys do not come back */
}

/* What an agency could have written into its own line is refused where the list is read. */
static void a_wrong_line_of_a_host_is_named(void **state)
{
#define KEY1 "0900000000000000000000000000000000000000000000000000000000000000"
#define KEY2 "0a00000000000000000000000000000000000000000000000000000000000000"
#define TIMES " from=2026-01-01T00:00:00.000+09:00 until=2027-01-01T00:00:00.000+09:00"
    static const char *const CASES[] = {
        "host-A059-1 " KEY1 " " KEY2 " active\n",
        "host-A059-1 " KEY1 " " KEY2 " active agency=A056 sign=" KEY1 TIMES "\n",
        "host-A059-1 " KEY1 " " KEY2 " active agency=A059 sign=" KEY1 TIMES " \n",
        "host-A059-1 " KEY1 " " KEY2 " active agency=A059 sign=" KEY1 TIMES " x=1\n",
        "host-A059-1 " KEY1 " " KEY2 " active agency=A059" TIMES "\n",
        "host-A059-1 " KEY1 " " KEY2 " active sign=" KEY1 " agency=A059" TIMES "\n",
        "host-A059-1 " KEY1 " " KEY2 " active agency=A059 sign=" KEY1 " from=2026 until=2027\n",
        "intake " KEY1 " " KEY2 " active agency=A059 sign=" KEY1 TIMES "\n",
        "host " KEY1 " " KEY2 " active\n",
    };
    static const char GOOD[] = "host-A059-1 " KEY1 " " KEY2 " active agency=A059 sign=" KEY1 TIMES "\n";
    struct place *p = *state;
    struct span peers = file_text(p, p->city, "peers.pub");
    for (size_t i = 0; i <= COUNT(CASES); i++) {
        AUTO(keyring) ring = NULL;
        const char *text = scope_print(p->s, "%s%.*s", i < COUNT(CASES) ? CASES[i] : GOOD, (int)peers.n, (const char *)peers.p);
        file_put_text(p, p->city, "peers.pub", span_str(text));
        enum status st = keyring_open(p->s, p->city, "ctl", &ring);
        if (st != (i < COUNT(CASES) ? INVALID : OK))
            wrong(p->s->why.en, i, st);
        if (st != OK)
            assert_non_null(strstr(p->s->why.en, "peers.pub:1"));
    }
}

/* A newcomer's bad key keeps it out and nobody else in. */
static void a_bad_newcomer_hides_no_revocation(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059);
    struct peer was;
    admit(p, p->agency, &e);
    AUTO(keyring) ring = ring_of(p, "referral");
    assert_int_equal(host_revoke(p->s, p->city, e.peer.name, &was), OK);
    struct span peers = file_text(p, p->city, "peers.pub");
    const char *text = scope_print(p->s, "%.*shost-A056-1 %064d %064d active agency=A056 sign=%064d" TIMES "\n", (int)peers.n,
                                   (const char *)peers.p, 0, 0, 0);
    file_put_text(p, p->city, "peers.pub", span_str(text));
    assert_int_equal(keyring_reload_status(p->s, ring), INVALID);
    assert_int_equal(keyring_peer(ring, e.peer.name)->status, PEER_REVOKED);
    assert_null(keyring_peer(ring, "host-A056-1"));
}

/* Whose a host is, and its keys, never change under a running process: such a line counts as revoked. */
static void another_identity_under_a_name_is_refused(void **state)
{
    static const struct {
        const char *from, *to;
        enum peer_status want;
    } CASES[] = {{" active", " active", PEER_ACTIVE}, {" sign=", " sign=00", PEER_REVOKED}, {" until=20", " until=21", PEER_ACTIVE},
                 {NULL, NULL, PEER_REVOKED}}; /* the line is gone */
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059);
    admit(p, p->agency, &e);
    AUTO(keyring) ring = ring_of(p, "referral");
    struct span peers = file_text(p, p->city, "peers.pub");
    const char *text = scope_print(p->s, "%.*s", (int)peers.n, (const char *)peers.p), *line = strstr(text, "host-A059-");
    assert_non_null(line);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        const char *at = CASES[i].from ? strstr(line, CASES[i].from) : line, *is = CASES[i].from ? CASES[i].to : "";
        assert_non_null(at);
        const char *rest = CASES[i].from ? at + strlen(is) : strchr(line, '\n') + 1; /* what is put in is as long as what was there */
        file_put_text(p, p->city, "peers.pub", span_str(scope_print(p->s, "%.*s%s%s", (int)(at - text), text, is, rest)));
        assert_int_equal(keyring_reload_status(p->s, ring), OK);
        assert_int_equal(keyring_peer(ring, e.peer.name)->status, CASES[i].want);
    }
}

/* ---- frames and bodies ---- */

static void only_the_host_s_signature_makes_its_frame(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059), other = made(p, p->second, A056);
    admit(p, p->agency, &e);
    admit(p, p->second, &other);
    AUTO(keyring) referral = ring_of(p, "referral");
    AUTO(keyring) meeting = ring_of(p, "meeting");
    AUTO(keyring) host = host_ring(p, p->agency);
    AUTO(keyring) stranger = host_ring(p, p->second);
    const struct span parts[] = {SPAN_LIT("KM1"), SPAN_LIT("{}"), SPAN_LIT("{}"), SPAN_LIT("body")};
    const struct span moved[] = {SPAN_LIT("KM1"), SPAN_LIT("{"), SPAN_LIT("}{}"), SPAN_LIT("body")};
    const char *me = e.peer.name;
    uint8_t tag[ENVELOPE_TAG_MAX], pair[ENVELOPE_TAG_LEN];
    struct span mark;
    assert_int_equal(envelope_mark(p->s, host, "referral", parts, 4, tag, &mark), OK);
    assert_int_equal(mark.n, ENVELOPE_TAG_MAX);
    assert_int_equal(envelope_check(p->s, referral, me, parts, 4, mark), OK);
    assert_int_equal(envelope_check(p->s, meeting, me, parts, 4, mark), OK); /* it convinces third parties */
    assert_int_equal(envelope_check(p->s, referral, me, moved, 4, mark), CORRUPT);
    assert_int_equal(envelope_check(p->s, referral, me, parts, 3, mark), CORRUPT);
    assert_int_equal(envelope_check(p->s, referral, other.peer.name, parts, 4, mark), CORRUPT);
    assert_int_equal(envelope_check(p->s, referral, "intake", parts, 4, mark), CORRUPT);
    for (size_t i = 0; i < mark.n; i++) {
        tag[i] ^= 4;
        assert_int_equal(envelope_check(p->s, referral, me, parts, 4, mark), CORRUPT);
        tag[i] ^= 4;
    }
    /* the keys of the pair, which the service has too, make no frame of the host */
    assert_int_equal(envelope_tag(p->s, host, "referral", TO_PEER, parts, 4, pair), OK);
    assert_int_equal(envelope_check(p->s, referral, me, parts, 4, span_of(pair, sizeof pair)), CORRUPT);
    /* but they make the answer, for this host alone */
    assert_int_equal(envelope_mark(p->s, referral, me, parts, 4, tag, &mark), OK);
    assert_int_equal(mark.n, ENVELOPE_TAG_LEN);
    assert_int_equal(envelope_check(p->s, host, "referral", parts, 4, mark), OK);
    assert_int_equal(envelope_check(p->s, stranger, "referral", parts, 4, mark), CORRUPT);
    assert_int_equal(envelope_check(p->s, host, "meeting", parts, 4, mark), CORRUPT);
}

static void bodies_open_between_the_two_only(void **state)
{
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059), other = made(p, p->second, A059);
    admit(p, p->agency, &e);
    admit(p, p->second, &other);
    AUTO(keyring) account = ring_of(p, "account");
    AUTO(keyring) host = host_ring(p, p->agency);
    AUTO(keyring) twin = host_ring(p, p->second);
    struct span ad = SPAN_LIT("0123456789abcdef"), sealed, plain;
    assert_int_equal(envelope_seal_body(p->s, account, e.peer.name, ad, SPAN_LIT("架空の票"), &sealed), OK);
    assert_int_equal(envelope_open_body(p->s, host, "account", ad, sealed, &plain), OK);
    assert_span(plain, SPAN_LIT("架空の票"));
    assert_int_equal(envelope_open_body(p->s, twin, "account", ad, sealed, &plain), CORRUPT);
    assert_int_equal(envelope_seal_body(p->s, host, "account", ad, SPAN_LIT("x"), &sealed), OK);
    assert_int_equal(envelope_open_body(p->s, account, e.peer.name, ad, sealed, &plain), OK);
    assert_int_equal(envelope_open_body(p->s, account, other.peer.name, ad, sealed, &plain), CORRUPT);
    /* a host knows of nobody it may not speak to */
    assert_null(keyring_peer(host, "intake"));
    assert_null(keyring_peer(host, "ctl"));
    assert_null(keyring_peer(host, other.peer.name));
}

/* ---- at the agency ---- */

static void a_host_opens_only_what_is_whole_and_its_own(void **state)
{
    static const struct {
        const char *name, *file, *from, *to; /* a text in the file and what is put in its place; from "" = mode of the file */
        mode_t mode;
        enum status want;
    } CASES[] = {
        {"as it is", "host.key", "", "", 0600, OK},
        {"readable by others", "host.key", "", "", 0640, DENIED},
        {"another heading", "host.key", "kashimaru-host 1", "kashimaru-host 2", 0600, INVALID},
        {"another agency", "host.key", "agency A059", "agency A056", 0600, INVALID},
        {"a key that is none", "host.key", "curve ", "curve x", 0600, INVALID},
        {"a line too many", "host.key", "agency", "more\nagency", 0600, INVALID},
        {"another heading", "server.pub", "kashimaru-server 1", "kashimaru-server 2", 0644, INVALID},
        {"no endpoint", "server.pub", "endpoint ", "end ", 0644, INVALID},
        {"another host among the services", "server.pub", "meeting ",
         "host-A056-1 " KEY1 " " KEY2 " active agency=A056 sign=" KEY1 TIMES "\nmeeting ", 0644, INVALID},
        {"a service revoked", "server.pub", "active", "gone", 0644, INVALID},
    };
    struct place *p = *state;
    struct enrolment e = made(p, p->agency, A059);
    const char *endpoint;
    admit(p, p->agency, &e);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(keyring) ring = NULL;
        struct span good = file_text(p, p->agency, CASES[i].file);
        const char *text = scope_print(p->s, "%.*s", (int)good.n, (const char *)good.p);
        const char *at = strstr(text, CASES[i].from);
        assert_non_null(at);
        file_put_text(p, p->agency, CASES[i].file,
                      span_str(scope_print(p->s, "%.*s%s%s", (int)(at - text), text, CASES[i].to, at + strlen(CASES[i].from))));
        assert_int_equal(chmod(scope_print(p->s, "%s/%s", p->agency, CASES[i].file), CASES[i].mode), 0);
        enum status st = keyring_open_host(p->s, p->agency, &ring, &endpoint);
        if (st != CASES[i].want)
            wrong(CASES[i].name, i, st);
        file_put_text(p, p->agency, CASES[i].file, good);
        assert_int_equal(chmod(scope_print(p->s, "%s/host.key", p->agency), 0600), 0);
    }
    AUTO(keyring) ring = NULL;
    assert_int_equal(unlink(scope_print(p->s, "%s/server.pub", p->agency)), 0);
    assert_int_equal(keyring_open_host(p->s, p->agency, &ring, &endpoint), NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_running_process_takes_a_new_host_over),
        TEST(a_second_host_overlaps_the_first),
        TEST(revocation_holds_from_the_next_frame_on),
        TEST(a_wrong_line_of_a_host_is_named),
        TEST(a_bad_newcomer_hides_no_revocation),
        TEST(another_identity_under_a_name_is_refused),
        TEST(only_the_host_s_signature_makes_its_frame),
        TEST(bodies_open_between_the_two_only),
        TEST(a_host_opens_only_what_is_whole_and_its_own),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
