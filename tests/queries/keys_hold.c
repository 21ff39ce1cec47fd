/* The other side of a release: a request that opens a case waits in its worker for the key, gets its own and nobody else's, is refused in
 * the words of keys, and finds the earlier epochs; asked of two real workers, keys and one that stands for intake. */
#include "base/hex.h"
#include "keys_setup.h"

enum { FRAMES_MAX = 64, SEEN_MAX = 8 };

static const struct who A = {"ada", "A056", ROLE_WORKER, -1}, A2 = {"ben", "A056", ROLE_WORKER, -1}, B = {"cho", "A059", ROLE_WORKER, -1};
static const struct who ADMIN = {"kanri", "", ROLE_ADMINISTRATOR, -1};

/* What a handler of "intake" saw. */
struct seen {
    char user[USER_MAX];
    struct span key, first; /* the newest, and that of epoch 1 */
    int64_t epoch;
    enum status of_epoch_1, of_epoch_2, of_epoch_9;
};

struct answer_to {
    struct uuid id;
    struct answered a;
};

struct house {
    struct world *w;
    struct worker *intake, *keys;
    struct pass pass;
    struct frame frames[FRAMES_MAX]; /* under way */
    size_t frame_n, seen_n, answer_n;
    struct seen seen[SEEN_MAX];
    struct answer_to answers[SEEN_MAX];
};

static struct span hex(struct world *w, const struct secret *key)
{
    struct span text;

    assert_ok(w->s, hex_print(w->s, secret_span(key), &text));
    return text;
}

/* Runs only when the key is there. */
static enum status look(struct turn *t, const void *in)
{
    struct house *h = t->own;
    struct seen *seen = &h->seen[h->seen_n++];
    const struct secret *key;

    (void)in;
    assert_true(h->seen_n <= SEEN_MAX);
    *seen = (struct seen){.key = hex(h->w, t->key), .epoch = t->key_epoch};
    memcpy(seen->user, t->s->actor.user, sizeof seen->user);
    seen->of_epoch_1 = turn_key(t, 1, &key);
    if (seen->of_epoch_1 == OK)
        seen->first = hex(h->w, key);
    seen->of_epoch_2 = turn_key(t, 2, &key);
    seen->of_epoch_9 = turn_key(t, 9, &key);
    return ANSWER(t, done, .has_id = false);
}

static const struct route ROUTES[] = {
    {.shape = shape_case_receipt, .handler = look, .kind = ROUTE_QUERY, .roles = ROLES_CASEWORK, .key = KEY_NEW, .from = "gateway"},
    {.shape = shape_case_show, .handler = look, .kind = ROUTE_QUERY, .roles = ROLES_CASEWORK, .key = KEY_OF_CASE, .from = "gateway"},
};
static const struct service INTAKE_LIKE = {.name = "intake", .db_role = "km_keys", .uses_keys_database = true, .routes = ROUTES,
                                           .route_n = COUNT(ROUTES)};

static enum status carry(void *ctx, struct scope *s, const struct frame *f)
{
    struct house *h = ctx;
    struct span part[FRAME_PARTS];

    (void)s;
    assert_true(h->frame_n < FRAMES_MAX);
    for (int i = 0; i < FRAME_PARTS; i++)
        TRY(scope_copy(h->w->s, f->part[i], &part[i]));
    return frame_parse(h->w->s, part, FRAME_PARTS, &h->frames[h->frame_n++]);
}

static void deliver(struct house *h, const struct frame *f)
{
    struct worker *to = span_is(f->header.to, "keys") ? h->keys : span_is(f->header.to, "intake") ? h->intake : NULL;
    struct frame heard;

    if (to) {
        assert_ok(h->w->s, frame_parse(worker_scope(to), f->part, FRAME_PARTS, &heard));
        worker_take(to, &heard);
    } else if (f->header.has_re && span_is(f->header.to, "gateway")) {
        struct answer_to *a = &h->answers[h->answer_n++];
        a->id = f->header.re;
        assert_ok(h->w->s, client_answer(h->w->s, h->w->ring[FROM_GATEWAY], f, &a->a));
    }
}

/* Until nothing is under way any more. */
static void settle(struct house *h)
{
    do {
        struct frame now[FRAMES_MAX];
        size_t n = h->frame_n;
        memcpy(now, h->frames, sizeof now);
        h->frame_n = 0;
        for (size_t i = 0; i < n; i++)
            deliver(h, &now[i]);
        assert_ok(h->w->s, worker_run(h->intake));
        assert_ok(h->w->s, worker_run(h->keys));
    } while (h->frame_n);
}

/* Put before the worker; nothing runs yet. */
static struct uuid put(struct house *h, const struct who *who, const struct shape *shape, const void *msg, const char *to)
{
    struct world *w = h->w;
    struct header head = {.id = scope_uuid(w->s), .type = span_str(shape->name), .minor = SCHEMA_MINOR, .from = SPAN_LIT("gateway"),
                          .to = span_str(to), .sent = world_now(w), .has_reply_to = true, .reply_to = SPAN_LIT("gateway.0"),
                          .has_ticket = true, .ticket = world_ticket(w, who), .has_actor = true, .actor = span_str(who->user),
                          .has_role = true, .role = who->role, .has_agency = who->agency[0] != 0};
    uint8_t *tag = scope_alloc(w->s, ENVELOPE_TAG_LEN);
    struct span payload;
    struct frame f;

    if (head.has_agency)
        head.agency = agency(who->agency);
    assert_ok(w->s, codec_encode(w->s, shape, msg, &payload));
    assert_ok(w->s, frame_build(w->s, &head, payload, (struct span){0}, &f));
    assert_ok(w->s, envelope_tag(w->s, w->ring[FROM_GATEWAY], to, TO_PEER, f.part, PART_TAG, tag));
    f.part[PART_TAG] = span_of(tag, ENVELOPE_TAG_LEN);
    f.header = head;
    deliver(h, &f);
    return head.id;
}

static struct uuid show(struct house *h, const struct who *who, struct uuid id)
{
    return put(h, who, shape_case_show(), &(struct case_show){.case_id = id}, "intake");
}

static struct uuid opened(struct house *h, const struct who *who)
{
    struct uuid id = scope_uuid(h->w->s);

    h->seen_n = h->answer_n = 0;
    put(h, who, shape_case_receipt(), &(struct case_receipt){.case_id = id, .lead = agency(who->agency), .received_at = 1}, "intake");
    settle(h);
    assert_int_equal(h->seen_n, 1);
    assert_int_equal(h->seen[0].epoch, 1);
    return id;
}

static const struct answered *answer(struct house *h, struct uuid id)
{
    for (size_t i = 0; i < h->answer_n; i++)
        if (uuid_eq(h->answers[i].id, id))
            return &h->answers[i].a;
    return NULL;
}

static int setup(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    struct world *w = setup_world("keys_hold", 50, 3, 50, NULL);

    assert_non_null(h);
    h->w = w;
    ticket_key_put(w->s, w->admin, "intake", "s", keyring_ticket_key(w->ring[FROM_INTAKE]));
    assert_ok(w->s, pass_renew(w->s, w->second, w->ring[FROM_INTAKE], clock_now_us(), &h->pass));
    struct worker_setup keys = {.svc = &KEYS, .instance = "keys.0", .ring = w->ring[FROM_KEYS], .db = w->db, .own = w->own, .port = {carry, h},
                                .now_us = world_now, .entropy = entropy_system(), .ctx = w, .pass = &w->pass};
    struct worker_setup intake = keys;
    intake.svc = &INTAKE_LIKE;
    intake.instance = "intake.0";
    intake.ring = w->ring[FROM_INTAKE];
    intake.db = w->second;
    intake.own = h;
    intake.pass = &h->pass;
    assert_int_equal(worker_new(&keys, &h->keys), OK);
    assert_int_equal(worker_new(&intake, &h->intake), OK);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    struct house *h = *state;
    void *w = h->w;

    worker_free(h->keys);
    worker_free(h->intake);
    free(h);
    return setup_end(&w);
}

/* Three people ask for one case in one message: each is answered for themselves. */
static void test_each_their_own(void **state)
{
    struct house *h = *state;
    struct uuid id = opened(h, &A);
    struct span key = h->seen[0].key;

    h->seen_n = h->answer_n = 0;
    struct uuid b = show(h, &B, id), a = show(h, &A, id), a2 = show(h, &A2, id);
    settle(h);
    assert_int_equal(h->seen_n, 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(span_eq(h->seen[i].key, key) && strcmp(h->seen[i].user, "cho") != 0);
    assert_true(answer(h, a)->refused == OK && answer(h, a2)->refused == OK);
    assert_null(answer(h, b)); /* it may be on its way */
    h->w->ahead_us += US_PER_S;
    settle(h);
    assert_int_equal(answer(h, b)->refused, NOT_FOUND);
    assert_int_equal(h->seen_n, 2);
}

/* A share that comes a moment after the request is not too late. */
static void test_late_share(void **state)
{
    struct house *h = *state;
    struct uuid id = opened(h, &A);

    h->seen_n = h->answer_n = 0;
    struct uuid b = show(h, &B, id);
    settle(h);
    assert_null(answer(h, b));
    assert_int_equal(share(h->w, id, "A059"), OK);
    h->w->ahead_us += 25 * (int64_t)US_PER_MS;
    settle(h);
    assert_int_equal(answer(h, b)->refused, OK);
    assert_string_equal(h->seen[0].user, "cho");
}

static void test_epochs(void **state)
{
    struct house *h = *state;
    struct uuid id = opened(h, &A);
    struct span first = h->seen[0].key;

    assert_true(h->seen[0].of_epoch_1 == OK && span_eq(h->seen[0].first, first) && h->seen[0].of_epoch_2 == DENIED);
    for (int i = 0; i < 2; i++) {
        put(h, &ADMIN, shape_key_rotate(), &(struct key_rotate){.has_case_id = true, .case_id = id}, "keys");
        settle(h);
    }
    h->seen_n = 0;
    show(h, &A, id);
    settle(h);
    assert_int_equal(h->seen_n, 1);
    assert_int_equal(h->seen[0].epoch, 3);
    assert_true(!span_eq(h->seen[0].key, first) && span_eq(h->seen[0].first, first));
    assert_true(h->seen[0].of_epoch_1 == OK && h->seen[0].of_epoch_2 == OK && h->seen[0].of_epoch_9 == DENIED);
    id = opened(h, &A); /* in the same place: nothing is left of the case before */
    assert_true(h->seen[0].epoch == 1 && h->seen[0].of_epoch_2 == DENIED && !span_eq(h->seen[0].first, first));
}

/* Three cases an hour, and the fourth is refused in the words of keys. */
static void test_refusal(void **state)
{
    struct house *h = *state;
    static const struct who READER = {"hana", "A056", ROLE_WORKER, -1};
    struct uuid last = {{0}};

    for (int i = 0; i < 4; i++) {
        struct uuid id = opened(h, &A);
        h->answer_n = 0;
        last = show(h, &READER, id);
        settle(h);
        assert_int_equal(answer(h, last)->refused, i < 3 ? OK : DENIED);
    }
    assert_true(span_is(answer(h, last)->why.why_en, "a user may open at most 3 cases in an hour"));
    assert_true(span_is(answer(h, last)->why.why_ja, "1時間に開けるケースは1人3件までです"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_their_own), cmocka_unit_test(test_late_share), cmocka_unit_test(test_epochs), cmocka_unit_test(test_refusal),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
