/* Under whose ticket the engine works: a request under its asker's and no other's, also in the midst of a batch; streams, and the rows
 * that make delivery exact, under the service's own; a handler that goes on as the service until its end. What carries no ticket, or
 * not its asker's, is refused before anything is done; what is forged is refused by the database and spoils nobody else's. */
#include <string.h>

#include "base/clock.h"
#include "q_svc.h"
#include "q_ticket_probe.h"
#include "seal/envelope.h"
#include "svc/worker.h"
#include "wire/codec.h"

#include "installation.h"
#undef fail /* ours is a function */

enum { ANSWERS_MOST = 16, RINGS = 4 };
enum ring { R_INTAKE, R_GATEWAY, R_REFERRAL, R_CTL };

static const char *const NAMES[RINGS] = {"intake", "gateway", "referral", "ctl"};

struct answered_as {
    struct uuid re;
    char said[WHY_MAX];
};

struct bench {
    struct scope *s;
    char folder[FOLDER_MAX];
    struct keyring *ring[RINGS];
    struct secret *people;
    struct conn *db, *admin;
    struct pass pass;
    struct worker *w;
    struct answered_as answer[ANSWERS_MOST];
    size_t n;
    char stream_saw[64], self_saw[64];
};

#define stop(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

/* ---- a service that only tells what it sees ---- */

static enum status look(struct turn *t, const char **ret_saw)
{
    struct q_who_asks_row row;

    TRY(q_who_asks(t->tx, &row));
    TRY(tx_flush(t->tx));
    *ret_saw = scope_print(t->s, "%.*s/%.*s%s", (int)row.who.n, (const char *)row.who.p, (int)row.agency.n, (const char *)row.agency.p,
                           row.own ? "own" : "");
    return OK;
}

HANDLER(case_list, t, in)
{
    const char *saw;

    (void)in;
    TRY(look(t, &saw));
    return ANSWER(t, done, .has_state = true, .state = span_str(saw));
}

/* A change that goes on as the service, then is done or refused. */
HANDLER(user_put, t, in)
{
    struct bench *b = t->own;
    const char *saw;

    TRY(turn_self(t));
    TRY(turn_self(t));
    TRY(look(t, &saw));
    snprintf(b->self_saw, sizeof b->self_saw, "%s", saw);
    if (in->has_state && in->state == USER_SUSPENDED)
        return fail(t->s, CONFLICT, "試験のための拒否です", "refused for the test");
    return ANSWER(t, done, .has_state = true, .state = span_str(saw));
}

HANDLER(case_access, t, in)
{
    struct bench *b = t->own;
    const char *saw;

    (void)in;
    TRY(look(t, &saw));
    snprintf(b->stream_saw, sizeof b->stream_saw, "%s", saw);
    return OK;
}

static const struct route ROUTES[] = {
    ROUTE(ROUTE_QUERY, case_list, ROLES_ANY, KEY_NONE, "gateway,ctl,referral"),
    {.shape = shape_sign_out, .handler = handle_case_list, .kind = ROUTE_QUERY, .roles = ROLES_ANY, .from = "gateway", .needs_no_ticket = true},
    ROUTE(ROUTE_CHANGE, user_put, ROLES_ANY, KEY_NONE, "gateway"),
    ROUTE(ROUTE_STREAM, case_access, 0, KEY_NONE, "referral"),
};
static const struct service TOY = {.name = "intake", .db_role = "km_intake", .routes = ROUTES, .route_n = COUNT(ROUTES)};

/* ---- its world ---- */

static enum status keep_answer(void *ctx, struct scope *s, const struct frame *f)
{
    struct bench *b = ctx;
    struct refusal r;
    struct done d;

    if (!f->header.has_re || b->n == ANSWERS_MOST)
        return OK;
    struct answered_as *a = &b->answer[b->n++];
    *a = (struct answered_as){.re = f->header.re};
    if (span_is(f->header.type, "refusal") && codec_decode(s, shape_refusal(), f->part[PART_PAYLOAD], SCHEMA_MINOR, &r) == OK)
        snprintf(a->said, sizeof a->said, "%.*s", (int)r.status.n, (const char *)r.status.p);
    else if (codec_decode(s, shape_done(), f->part[PART_PAYLOAD], SCHEMA_MINOR, &d) == OK)
        snprintf(a->said, sizeof a->said, "%.*s", (int)d.state.n, (const char *)d.state.p);
    return OK;
}

static int64_t wall(void *ctx)
{
    return (void)ctx, clock_now_us();
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    static const struct query *const *const LISTS[] = {QUERIES_svc, QUERIES_ticket_probe};

    assert_true(b && (b->s = scope_new(8 * SCOPE_CAP, entropy_system())));
    folder_new(b->folder);
    identities_new(b->s, b->folder, NAMES, RINGS, b->ring, &b->people);
    b->admin = database_new(b->s, "tickets", KM_SOURCE_DIR "/sql/migrations", NULL);
    ticket_key_put(b->s, b->admin, "account", "uh", b->people);
    ticket_key_put(b->s, b->admin, "intake", "s", keyring_ticket_key(b->ring[R_INTAKE]));
    b->db = open_as(b->s, "tickets", "km_intake", LISTS, COUNT(LISTS));
    assert_ok(b->s, pass_renew(b->s, b->db, b->ring[R_INTAKE], clock_now_us(), &b->pass));
    struct worker_setup set = {.svc = &TOY, .instance = "intake.0", .ring = b->ring[R_INTAKE], .db = b->db, .pass = &b->pass, .own = b,
                               .port = {keep_answer, b}, .now_us = wall, .entropy = entropy_system()};
    assert_int_equal(worker_new(&set, &b->w), OK);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;

    worker_free(b->w);
    conn_free(b->db);
    conn_free(b->admin);
    for (size_t i = 0; i < RINGS; i++)
        keyring_free(b->ring[i]);
    secret_free(b->people);
    folder_remove(b->folder);
    scope_free(b->s);
    free(b);
    return 0;
}

static struct span mint_as(struct bench *b, struct ticket t, const struct secret *key, const char *user, int64_t ttl_s)
{
    int64_t now_s = clock_now_us() / US_PER_S;
    struct span line;

    t.issued_s = now_s - 600, t.expires_s = now_s + ttl_s;
    snprintf(t.user, sizeof t.user, "%s", user);
    assert_ok(b->s, ticket_mint(b->s, key, &t, &line));
    return line;
}

static struct span mint(struct bench *b, enum ticket_kind kind, const char *user, int64_t ttl_s)
{
    return mint_as(b, (struct ticket){.issuer = "account", .kind = kind, .role = ROLE_WORKER, .agency = {"A056"}}, b->people, user, ttl_s);
}

static struct span forged(struct bench *b, const char *user)
{
    struct span line = mint(b, TICKET_USER, user, 300), copy;

    assert_ok(b->s, scope_copy(b->s, line, &copy));
    *(uint8_t *)(uintptr_t)&copy.p[copy.n - 1] ^= 1; /* another digit of the mac */
    return copy;
}

static struct uuid ask(struct bench *b, enum ring from, const struct shape *shape, const void *msg, const char *user, struct span ticket,
                       int64_t seq)
{
    struct scope *s = worker_scope(b->w);
    struct header h = {.id = scope_uuid(b->s), .type = span_str(shape->name), .minor = SCHEMA_MINOR, .from = span_str(NAMES[from]),
                       .to = SPAN_LIT("intake"), .sent = clock_now_us(), .has_reply_to = true, .reply_to = SPAN_LIT("x.0"),
                       .has_actor = user != NULL, .actor = span_str(user ? user : ""), .has_role = true, .role = ROLE_WORKER,
                       .has_agency = true, .has_ticket = ticket.n > 0, .ticket = ticket, .has_seq = seq > 0, .seq = seq,
                       .has_key = seq > 0, .key = {{1}}};
    uint8_t tag[ENVELOPE_TAG_LEN];
    struct span payload;
    struct frame f, got;

    assert_ok(b->s, agency_parse(SPAN_LIT("A056"), &h.agency));
    assert_ok(b->s, codec_encode(b->s, shape, msg, &payload));
    assert_ok(b->s, frame_build(b->s, &h, payload, (struct span){0}, &f));
    assert_ok(b->s, envelope_tag(b->s, b->ring[from], "intake", TO_PEER, f.part, PART_TAG, tag));
    f.part[PART_TAG] = span_of(tag, sizeof tag);
    struct span parts[FRAME_PARTS];
    for (size_t i = 0; i < FRAME_PARTS; i++)
        assert_ok(b->s, scope_copy(s, f.part[i], &parts[i]));
    assert_ok(s, frame_parse(s, parts, FRAME_PARTS, &got));
    worker_take(b->w, &got);
    return h.id;
}

static const char *said(const struct bench *b, struct uuid id)
{
    for (size_t i = 0; i < b->n; i++)
        if (uuid_eq(b->answer[i].re, id))
            return b->answer[i].said;
    return "nothing";
}

static struct uuid list(struct bench *b, enum ring from, const char *user, struct span ticket)
{
    return ask(b, from, shape_case_list(), &(struct case_list){0}, user, ticket, 0);
}

static void test_at_the_door(void **state)
{
    struct bench *b = *state;
    struct span mine = mint(b, TICKET_USER, "sample-one", 300);
    struct ticket other = {.issuer = "account", .kind = TICKET_USER, .role = ROLE_WORKER, .agency = {"A059"}}, more = other, own = other;
    more.agency = own.agency = (struct agency_id){"A056"};
    more.role = ROLE_COORDINATOR, own.kind = TICKET_SERVICE;
    memcpy(own.issuer, "intake", sizeof "intake");
    const struct {
        const char *name;
        enum ring from;
        const char *user;
        struct span ticket;
        const char *want;
    } CASES[] = {
        {"a person", R_GATEWAY, "sample-one", mine, "sample-one/A056"},
        {"an operator's", R_CTL, "sample-one", mine, "sample-one/A056"},
        {"an agency host's", R_GATEWAY, "sample-host", mint(b, TICKET_HOST, "sample-host", 300), "sample-host/A056"},
        {"no ticket", R_GATEWAY, "sample-one", {0}, "denied"},
        {"somebody else's", R_GATEWAY, "sample-two", mine, "denied"},
        {"nobody's name", R_GATEWAY, NULL, mine, "denied"},
        {"not a ticket", R_GATEWAY, "sample-one", SPAN_LIT("administrator"), "denied"},
        {"a service's, signed by account", R_GATEWAY, "sample-one", mint(b, TICKET_SERVICE, "sample-one", 300), "denied"},
        {"a service's own", R_GATEWAY, "sample-one", mint_as(b, own, keyring_ticket_key(b->ring[R_INTAKE]), "sample-one", 300), "denied"},
        {"another agency's", R_GATEWAY, "sample-one", mint_as(b, other, b->people, "sample-one", 300), "denied"},
        {"another role's", R_GATEWAY, "sample-one", mint_as(b, more, b->people, "sample-one", 300), "denied"},
        {"an expired one", R_GATEWAY, "sample-one", mint(b, TICKET_USER, "sample-one", -1), "expired"},
        {"a forged one", R_GATEWAY, "sample-one", forged(b, "sample-one"), "denied"},
        {"a service speaks for itself", R_REFERRAL, NULL, {0}, "/own"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        b->n = 0;
        struct uuid id = list(b, CASES[i].from, CASES[i].user, CASES[i].ticket);
        assert_int_equal(worker_run(b->w), OK);
        if (strcmp(said(b, id), CASES[i].want) != 0)
            stop("%s: %s, not %s", CASES[i].name, said(b, id), CASES[i].want);
    }
}

/* What is asked before signing in needs none; a ticket that comes all the same is looked at. */
static void test_open_route(void **state)
{
    struct bench *b = *state;

    b->n = 0;
    struct uuid bare = ask(b, R_GATEWAY, shape_sign_out(), "", NULL, (struct span){0}, 0);
    struct uuid worn = ask(b, R_GATEWAY, shape_sign_out(), "", "sample-one", mint(b, TICKET_USER, "sample-one", 300), 0);
    struct uuid bad = ask(b, R_GATEWAY, shape_sign_out(), "", "sample-two", mint(b, TICKET_USER, "sample-one", 300), 0);
    assert_int_equal(worker_run(b->w), OK);
    assert_string_equal(said(b, bare), "/own");
    assert_string_equal(said(b, worn), "sample-one/A056");
    assert_string_equal(said(b, bad), "denied");
}

/* One batch: each sees as itself, the stream message between them as the service; the forged one fails alone. */
static void test_one_batch(void **state)
{
    struct bench *b = *state;
    struct case_access access = {.case_id = {{1}}, .level = ACCESS_NONE};

    assert_ok(b->s, agency_parse(SPAN_LIT("A056"), &access.agency));
    for (int round = 0; round < 2; round++) {
        bool has_forged = round == 1;
        b->n = 0;
        b->stream_saw[0] = 0;
        int64_t batches = worker_counts_of(b->w)->batches;
        struct uuid one = list(b, R_GATEWAY, "sample-one", mint(b, TICKET_USER, "sample-one", 300));
        struct uuid bad = list(b, R_GATEWAY, "sample-bad", has_forged ? forged(b, "sample-bad") : mint(b, TICKET_USER, "sample-bad", 300));
        ask(b, R_REFERRAL, shape_case_access(), &access, NULL, (struct span){0}, round + 1);
        struct uuid two = list(b, R_GATEWAY, "sample-two", mint(b, TICKET_USER, "sample-two", 300));
        assert_int_equal(worker_run(b->w), OK);
        assert_string_equal(said(b, one), "sample-one/A056");
        assert_string_equal(said(b, two), "sample-two/A056");
        assert_string_equal(said(b, bad), has_forged ? "denied" : "sample-bad/A056");
        assert_string_equal(b->stream_saw, "/own");
        assert_int_equal(worker_counts_of(b->w)->batches - batches, has_forged ? 5 : 1);
    }
}

/* A handler that becomes the service is the service until its end and no longer; what it refuses is refused, and its answer stored. */
static void test_self(void **state)
{
    struct bench *b = *state;
    struct user_put act = {.user = SPAN_LIT("sample-three"), .has_state = true, .state = USER_ACTIVE};
    struct span mine = mint(b, TICKET_USER, "sample-one", 300), other = mint(b, TICKET_USER, "sample-two", 300);
    char id_text[UUID_TEXT_MAX];
    struct span n;

    for (int round = 0; round < 2; round++) {
        b->n = 0;
        act.state = round ? USER_SUSPENDED : USER_ACTIVE;
        struct uuid done = ask(b, R_GATEWAY, shape_user_put(), &act, "sample-one", mine, 0);
        struct uuid mine_again = list(b, R_GATEWAY, "sample-one", mine);
        struct uuid next = list(b, R_GATEWAY, "sample-two", other);
        assert_int_equal(worker_run(b->w), OK);
        assert_string_equal(b->self_saw, "/own");
        assert_string_equal(said(b, done), round ? "conflict" : "/own");
        assert_string_equal(said(b, next), "sample-two/A056");
        assert_string_equal(said(b, mine_again), "sample-one/A056");
        const char *const params[] = {uuid_print(done, id_text)};
        assert_ok(b->s, conn_text(b->s, b->admin, "select count(*) from intake.request where id = $1::uuid", params, 1, &n));
        assert_true(span_is(n, "1"));
    }
}

/* Without its own ticket a service can do nothing at all: it neither answers nor stores. Renewed, it works. */
static void test_pass(void **state)
{
    struct bench *b = *state;
    struct user_put act = {.user = SPAN_LIT("sample-four")};
    struct span mine = mint(b, TICKET_USER, "sample-one", 300);
    struct pass kept = b->pass, fresh = {.until_us = 0};
    int64_t now = clock_now_us();

    assert_true(pass_is_old(&fresh, now) && !pass_is_old(&kept, now));
    assert_true(pass_is_old(&kept, now + TICKET_SERVICE_S / 2 * (int64_t)US_PER_S + US_PER_S));
    assert_ok(b->s, pass_renew(b->s, b->db, b->ring[R_INTAKE], now - 2 * TICKET_SERVICE_S * (int64_t)US_PER_S, &b->pass));
    b->n = 0;
    struct uuid id = ask(b, R_GATEWAY, shape_user_put(), &act, "sample-one", mine, 0);
    assert_int_equal(worker_run(b->w), OK);
    assert_string_equal(said(b, id), "denied");
    assert_true(conn_is_alive(b->db));
    assert_ok(b->s, pass_renew(b->s, b->db, b->ring[R_INTAKE], clock_now_us(), &b->pass));
    b->n = 0;
    id = ask(b, R_GATEWAY, shape_user_put(), &act, "sample-one", mine, 0);
    assert_int_equal(worker_run(b->w), OK);
    assert_string_equal(said(b, id), "/own");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_the_door), cmocka_unit_test(test_open_route), cmocka_unit_test(test_one_batch),
        cmocka_unit_test(test_self),        cmocka_unit_test(test_pass),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
