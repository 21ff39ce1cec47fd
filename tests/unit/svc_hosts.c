/* What a service takes from agencies' own systems: what its routes allow them, in their own name, while their key counts. Whoever is taken
 * in here is told that there is no database; all others hear why not, or nothing. */
#include "seal_host_rings.h"

#include "svc/worker.h"
#include "wire/codec.h"

static enum status never(struct turn *t, const void *in)
{
    (void)t;
    (void)in;
    return INTERNAL;
}

static const struct route ROUTES[] = {
    {.shape = shape_referral_list, .handler = never, .kind = ROUTE_QUERY, .roles = ROLES_ANY, .from = "gateway,ctl,host"},
    {.shape = shape_case_list, .handler = never, .kind = ROUTE_QUERY, .roles = ROLES_ANY, .from = "gateway,ctl"},
    {.shape = shape_host_ticket, .handler = never, .kind = ROUTE_QUERY, .roles = ROLES_ANY, .from = "host", .needs_no_ticket = true},
    {.shape = shape_case_opened, .handler = never, .kind = ROUTE_STREAM, .from = "intake"},
};
static const struct service SERVICE = {.name = "referral", .routes = ROUTES, .route_n = COUNT(ROUTES)};

struct desk {
    struct place *p;
    struct worker *w;
    int64_t now_us;
    char said[24]; /* the status of the last answer; "" = none came */
};

static enum status hear(void *ctx, struct scope *s, const struct frame *f)
{
    struct desk *d = ctx;
    struct refusal r;

    assert_int_equal(codec_decode(s, shape_refusal(), f->part[PART_PAYLOAD], f->header.minor, &r), OK);
    snprintf(d->said, sizeof d->said, "%.*s", (int)r.status.n, (const char *)r.status.p);
    return OK;
}

static int64_t the_time(void *ctx)
{
    return ((struct desk *)ctx)->now_us;
}

enum whose { NO_TICKET, OWN, ANOTHERS, A_PERSONS };

static const struct {
    const char *name, *type, *actor, *agency; /* actor NULL: the host itself */
    enum role role;
    enum whose ticket;
    int64_t later_us;
    bool is_host_unknown;
    const char *want;
} CASES[] = {
    {"its inbox", "referral_list", NULL, "A059", ROLE_AGENCY_HOST, OWN, 0, false, "unavailable"},
    {"what it may not ask", "case_list", NULL, "A059", ROLE_AGENCY_HOST, OWN, 0, false, "denied"},
    {"what nobody asks here", "case_show", NULL, "A059", ROLE_AGENCY_HOST, OWN, 0, false, "unsupported"},
    {"without a ticket", "referral_list", NULL, "A059", ROLE_AGENCY_HOST, NO_TICKET, 0, false, "denied"},
    {"with another host's ticket", "referral_list", NULL, "A059", ROLE_AGENCY_HOST, ANOTHERS, 0, false, "denied"},
    {"as another agency", "referral_list", NULL, "A056", ROLE_AGENCY_HOST, OWN, 0, false, "denied"},
    {"as another agency, with its ticket", "referral_list", "host-A056-0000", "A056", ROLE_AGENCY_HOST, ANOTHERS, 0, false, "denied"},
    {"as a person, with the person's ticket", "referral_list", "sample", "A059", ROLE_WORKER, A_PERSONS, 0, false, "denied"},
    {"as a worker", "referral_list", NULL, "A059", ROLE_WORKER, OWN, 0, false, "denied"},
    {"as a service", "referral_list", NULL, "A059", ROLE_SERVICE, OWN, 0, false, "denied"},
    {"a ticket, please", "host_ticket", NULL, "A059", ROLE_AGENCY_HOST, NO_TICKET, 0, false, "unavailable"},
    {"a ticket for another agency", "host_ticket", NULL, "A056", ROLE_AGENCY_HOST, NO_TICKET, 0, false, "denied"},
    {"a ticket for another name", "host_ticket", "host-A056-0000", "A059", ROLE_AGENCY_HOST, NO_TICKET, 0, false, "denied"},
    {"a ticket as coordinator", "host_ticket", NULL, "A059", ROLE_COORDINATOR, NO_TICKET, 0, false, "denied"},
    {"on its last day", "host_ticket", NULL, "A059", ROLE_AGENCY_HOST, NO_TICKET, HOST_DAYS * DAY_US - 2 * US_PER_S, false, "unavailable"},
    {"after it", "host_ticket", NULL, "A059", ROLE_AGENCY_HOST, NO_TICKET, HOST_DAYS * DAY_US, false, ""},
    {"before it was taken on", "host_ticket", NULL, "A059", ROLE_AGENCY_HOST, NO_TICKET, -5 * US_PER_S, false, ""},
    {"one nobody took on", "host_ticket", NULL, "A059", ROLE_AGENCY_HOST, NO_TICKET, 0, true, ""},
};

static struct span ticket_of(struct place *p, enum whose whose, const char *me, int64_t now_us)
{
    struct ticket t = {.issuer = "account", .kind = TICKET_HOST, .agency = A059, .role = ROLE_AGENCY_HOST, .issued_s = now_us / US_PER_S};
    AUTO(secret) key = secret_random(TICKET_KEY_LEN);
    struct span ticket = {0};

    if (whose == NO_TICKET)
        return ticket;
    t.expires_s = t.issued_s + TICKET_USER_S;
    if (whose == ANOTHERS)
        t.agency = A056;
    if (whose == A_PERSONS) {
        t.kind = TICKET_USER;
        t.role = ROLE_WORKER;
    }
    snprintf(t.user, sizeof t.user, "%s", whose == OWN ? me : whose == ANOTHERS ? "host-A056-0000" : "sample");
    assert_int_equal(ticket_mint(p->s, key, &t, &ticket), OK);
    return ticket;
}

/* The frame of case i as it would arrive, in the worker's scope. */
static void arrive(struct desk *d, size_t i, const struct keyring *host)
{
    struct place *p = d->p;
    const char *me = keyring_self(host)->name, *actor = CASES[i].actor ? CASES[i].actor : me;
    struct span ticket = ticket_of(p, CASES[i].ticket, me, d->now_us);
    struct header h = {.has_id = true, .id = scope_uuid(p->s), .has_type = true, .type = span_str(CASES[i].type), .has_minor = true,
                       .minor = SCHEMA_MINOR, .has_from = true, .from = span_str(me), .has_to = true, .to = SPAN_LIT("referral"),
                       .has_actor = true, .actor = span_str(actor), .has_role = true, .role = CASES[i].role, .has_agency = true,
                       .has_sent = true, .sent = d->now_us, .has_reply_to = true, .reply_to = span_str(me), .has_ticket = ticket.n > 0,
                       .ticket = ticket};
    uint8_t tag[ENVELOPE_TAG_MAX];
    struct frame f, got;

    assert_int_equal(agency_parse(span_str(CASES[i].agency), &h.agency), OK);
    assert_int_equal(frame_build(p->s, &h, SPAN_LIT("{}"), (struct span){0}, &f), OK);
    assert_int_equal(envelope_mark(p->s, host, "referral", f.part, PART_TAG, tag, &f.part[PART_TAG]), OK);
    assert_int_equal(frame_parse(worker_scope(d->w), f.part, FRAME_PARTS, &got), OK);
    worker_take(d->w, &got);
    enum status st = worker_run(d->w);
    assert_true(st == OK || st == UNAVAILABLE);
}

static void a_host_is_heard_in_its_own_name_only(void **state)
{
    struct place *p = *state;
    struct desk d = {.p = p, .now_us = p->s->now_us};
    struct enrolment e = made(p, p->agency, A059), unknown = made(p, p->second, A059);
    admit(p, p->agency, &e);
    AUTO(keyring) ring = ring_of(p, "referral");
    admit(p, p->second, &unknown); /* after the service read its list */
    AUTO(keyring) host = host_ring(p, p->agency);
    AUTO(keyring) stranger = host_ring(p, p->second);
    struct worker_setup set = {.svc = &SERVICE, .instance = "referral.0", .ring = ring, .port = {hear, &d}, .now_us = the_time,
                               .entropy = entropy_system(), .ctx = &d};
    int64_t start_us = p->s->now_us;

    assert_int_equal(worker_new(&set, &d.w), OK);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        d.now_us = start_us + CASES[i].later_us;
        d.said[0] = '\0';
        arrive(&d, i, CASES[i].is_host_unknown ? stranger : host);
        if (strcmp(d.said, CASES[i].want) != 0) {
            print_error("%s: «%s»\n", CASES[i].name, d.said);
            assert_true(false);
        }
    }
    worker_free(d.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_host_is_heard_in_its_own_name_only),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
