/* What agencies' own systems ask for is kept as they signed it, in the row of the history that is the act itself and in no other: in a batch
 * of many askers each has its own, people's rows have none, and what could hold a text is not kept at all. */
#include "unit/seal_host_rings.h"

#include "base/hex.h"
#include "ledger/request.h"
#include "q_svc.h"
#include "q_event.h"
#include "svc/worker.h"
#include "wire/codec.h"

#include "installation.h"

struct bench {
    struct place *p;
    struct keyring *ring, *ctl, *host;
    struct secret *people;
    struct conn *db, *admin;
    struct pass pass;
    struct worker *w;
    size_t refused;
};

/* ---- a service that does nothing but tell what happened: the act, and what follows from it ---- */

static enum status tell(struct turn *t, const char *what, bool has_more)
{
    TRY(RECORD_EVENT(t, .what = HAPPENED_VISIT, .case_id = t->frame->header.id, .detail = what));
    if (has_more)
        TRY(RECORD_EVENT(t, .what = HAPPENED_MEMBER_ADDED, .case_id = t->frame->header.id));
    return ANSWER(t, done, .has_id = false);
}

HANDLER(recall_ack, t, in)
{
    return tell(t, "visited", in->outcome == RECALL_STOPPED);
}

HANDLER(user_put, t, in)
{
    (void)in;
    return tell(t, "no_show", true);
}

HANDLER(referral_show, t, in)
{
    (void)in;
    return tell(t, "scheduled", true);
}

static const struct route ROUTES[] = {
    ROUTE(ROUTE_CHANGE, recall_ack, ROLES_ANY, KEY_NONE, "ctl,host"),
    ROUTE(ROUTE_CHANGE, user_put, ROLES_ANY, KEY_NONE, "ctl,host"),
    ROUTE(ROUTE_QUERY, referral_show, ROLES_ANY, KEY_NONE, "ctl,host"),
};
static const struct service TOY = {.name = "referral", .db_role = "km_referral", .routes = ROUTES, .route_n = COUNT(ROUTES)};

/* ---- its world ---- */

static enum status count_refusals(void *ctx, struct scope *s, const struct frame *f)
{
    struct bench *b = ctx;
    struct refusal r;

    if (span_is(f->header.type, "refusal") && codec_decode(s, shape_refusal(), f->part[PART_PAYLOAD], SCHEMA_MINOR, &r) == OK) {
        print_error("refused: %.*s\n", (int)r.status.n, (const char *)r.status.p);
        b->refused++;
    }
    return OK;
}

static int64_t wall(void *ctx)
{
    return (void)ctx, clock_now_us();
}

static void bench_open(struct bench *b, struct place *p)
{
    struct enrolment e = made(p, p->agency, A059);
    static const struct query *const *const LISTS[] = {QUERIES_svc, QUERIES_event};

    *b = (struct bench){.p = p};
    admit(p, p->agency, &e);
    b->ring = ring_of(p, "referral");
    b->ctl = ring_of(p, "ctl");
    b->host = host_ring(p, p->agency);
    assert_ok(p->s, shared_key_create(p->s, p->city, SHARED_TICKETS, (struct span){0}));
    assert_ok(p->s, shared_key_open(p->s, p->city, SHARED_TICKETS, (struct span){0}, &b->people));
    b->admin = database_new(p->s, "requests", KM_SOURCE_DIR "/sql/migrations", NULL);
    ticket_key_put(p->s, b->admin, "account", "uh", b->people);
    ticket_key_put(p->s, b->admin, "referral", "s", keyring_ticket_key(b->ring));
    b->db = open_as(p->s, "requests", "km_referral", LISTS, COUNT(LISTS));
    assert_ok(p->s, pass_renew(p->s, b->db, b->ring, clock_now_us(), &b->pass));
    struct worker_setup set = {.svc = &TOY, .instance = "referral.0", .ring = b->ring, .db = b->db, .pass = &b->pass, .own = b,
                               .port = {count_refusals, b}, .now_us = wall, .entropy = entropy_system()};
    set.ctx = b;
    assert_int_equal(worker_new(&set, &b->w), OK);
}

static void bench_close(struct bench *b)
{
    worker_free(b->w);
    conn_free(b->db);
    conn_free(b->admin);
    keyring_free(b->ring);
    keyring_free(b->ctl);
    keyring_free(b->host);
    secret_free(b->people);
}

static struct span ticket_for(struct bench *b, const char *user, enum role role)
{
    int64_t now_s = clock_now_us() / US_PER_S;
    struct ticket t = {.issuer = "account", .kind = role == ROLE_AGENCY_HOST ? TICKET_HOST : TICKET_USER, .agency = A059, .role = (int)role,
                       .issued_s = now_s, .expires_s = now_s + TICKET_USER_S};
    struct span line;

    snprintf(t.user, sizeof t.user, "%s", user);
    assert_ok(b->p->s, ticket_mint(b->p->s, b->people, &t, &line));
    return line;
}

static struct uuid ask(struct bench *b, bool is_host, const char *type, const char *payload, int64_t minor)
{
    const struct keyring *ring = is_host ? b->host : b->ctl;
    const char *from = keyring_self(ring)->name, *user = is_host ? from : "sample-worker";
    enum role role = is_host ? ROLE_AGENCY_HOST : ROLE_WORKER;
    struct scope *s = worker_scope(b->w);
    struct header h = {.id = scope_uuid(b->p->s), .type = span_str(type), .minor = minor, .from = span_str(from), .to = SPAN_LIT("referral"),
                       .sent = clock_now_us(), .has_reply_to = true, .reply_to = span_str(from), .has_actor = true, .actor = span_str(user),
                       .has_role = true, .role = role, .has_agency = true, .agency = A059, .has_ticket = true,
                       .ticket = ticket_for(b, user, role)};
    struct span parts[FRAME_PARTS];
    uint8_t tag[ENVELOPE_TAG_MAX];
    struct frame f, got;

    assert_ok(b->p->s, frame_build(b->p->s, &h, span_str(payload), (struct span){0}, &f));
    assert_ok(b->p->s, envelope_mark(b->p->s, ring, "referral", f.part, PART_TAG, tag, &f.part[PART_TAG]));
    for (size_t i = 0; i < FRAME_PARTS; i++)
        assert_ok(b->p->s, scope_copy(s, f.part[i], &parts[i]));
    assert_ok(s, frame_parse(s, parts, FRAME_PARTS, &got));
    worker_take(b->w, &got);
    return h.id;
}

/* What the history keeps with this row of the request: hex, empty when nothing. */
static struct span kept(struct bench *b, struct uuid id, const char *happened)
{
    char text[UUID_TEXT_MAX];
    const char *const params[] = {uuid_print(id, text), happened};
    struct span hex;

    assert_ok(b->p->s, conn_text(b->p->s, b->admin, "select coalesce(encode(request, 'hex'), '') from audit.event where case_id = $1::uuid and happened = $2",
                                 params, 2, &hex));
    return hex;
}

#define RECALL "{\"outcome\":\"stopped\",\"recall_id\":\"0a000000-0000-0000-0000-000000000001\"}"
#define SHOW "{\"ref_id\":\"0a000000-0000-0000-0000-000000000001\"}"

static const struct {
    const char *name;
    bool is_host;
    const char *type, *payload;
    int64_t minor;
    bool is_kept;
} CASES[] = {
    {"a person's act", false, "recall_ack", RECALL, SCHEMA_MINOR, false},
    {"a system's act", true, "recall_ack", RECALL, SCHEMA_MINOR, true},
    {"a system's act in which a text could be", true, "user_put", "{\"user\":\"sample\"}", SCHEMA_MINOR, false},
    {"another act of the system", true, "recall_ack", RECALL, SCHEMA_MINOR, true},
    {"a system's reading", true, "referral_show", SHOW, SCHEMA_MINOR, false},
    {"with a field nobody knows here", true, "recall_ack", "{\"outcome\":\"stopped\",\"recall_id\":\"0a000000-0000-0000-0000-000000000001\",\"why\":\"?\"}",
     SCHEMA_MINOR + 1, false},
    {"another person's act", false, "recall_ack", RECALL, SCHEMA_MINOR, false},
    {"an act from which nothing follows", true, "recall_ack", "{\"outcome\":\"returned\",\"recall_id\":\"0a000000-0000-0000-0000-000000000001\"}",
     SCHEMA_MINOR, true},
};

static void each_act_keeps_its_own_request(void **state)
{
    struct place *p = *state;
    struct uuid id[COUNT(CASES)];
    struct span bytes = {0};
    struct request r;
    struct bench b;

    bench_open(&b, p);
    int64_t batches = worker_counts_of(b.w)->batches;
    for (size_t i = 0; i < COUNT(CASES); i++)
        id[i] = ask(&b, CASES[i].is_host, CASES[i].type, CASES[i].payload, CASES[i].minor);
    assert_int_equal(worker_run(b.w), OK);
    assert_int_equal(b.refused, 0);
    assert_int_equal(worker_counts_of(b.w)->batches - batches, 1);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct span hex = kept(&b, id[i], "visit");
        print_message("  %s: %zu bytes\n", CASES[i].name, hex.n / 2);
        assert_int_equal(hex.n > 0, CASES[i].is_kept);
        if (i + 1 < COUNT(CASES))
            assert_int_equal(kept(&b, id[i], "member_added").n, 0);
        if (!CASES[i].is_kept)
            continue;
        assert_ok(p->s, hex_parse(p->s, hex, &bytes));
        assert_ok(p->s, request_read(p->s, bytes, &r));
        assert_true(uuid_eq(r.frame.header.id, id[i]));
        assert_memory_equal(r.public_key, keyring_self(b.host)->sign_public, SIGN_PUBLIC_LEN);
    }
    id[0] = ask(&b, false, "recall_ack", RECALL, SCHEMA_MINOR); /* a batch without any */
    assert_int_equal(worker_run(b.w), OK);
    assert_int_equal(kept(&b, id[0], "visit").n, 0);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_act_keeps_its_own_request),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
