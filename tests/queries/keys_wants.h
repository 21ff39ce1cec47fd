#ifndef KM_TEST_KEYS_WANTS_H
#define KM_TEST_KEYS_WANTS_H

#include "keys_talk.h"

/* Keys asked for, and what every story of keys needs around it. */

/* What came of one want: a key, or the word of its refusal; NOT_FOUND when it was not mentioned. */
struct got {
    enum status st;
    struct case_key key;
};

static inline struct got world_got(const struct key_grant *grant, int64_t nr)
{
    struct got got = {.st = NOT_FOUND};

    for (size_t i = 0; grant->has_refused && i < grant->refused.n; i++)
        if (grant->refused.v[i].nr == nr)
            got.st = status_parse((const char *)grant->refused.v[i].status.p);
    for (size_t i = 0; i < grant->sealed.keys.n; i++)
        if (grant->sealed.keys.v[i].nr == nr)
            got = (struct got){OK, grant->sealed.keys.v[i]};
    return got;
}

/* world_wants: several wants in one message. world_want: one, with this ticket. world_release: one, for a person. */
static inline void world_wants(struct world *w, enum speaker from, const struct key_want *wants, size_t n, struct key_grant *ret_grant)
{
    struct header h = {.id = scope_uuid(w->s), .has_role = true, .role = ROLE_SERVICE};

    world_send(w, from, &h, shape_key_release(), &(struct key_release){.cases = {wants, n}});
    assert_int_equal(world_answer(w, shape_key_grant(), ret_grant), OK);
}

static inline struct got world_want(struct world *w, enum speaker from, struct uuid case_id, enum reading_kind kind, struct span ticket)
{
    struct key_want want = {.case_id = case_id, .create = kind == READING_OPEN, .has_nr = true, .nr = 7, .has_kind = true,
                            .kind = kind, .has_ticket = ticket.n > 0, .ticket = ticket};
    struct key_grant grant;

    world_wants(w, from, &want, 1, &grant);
    return world_got(&grant, 7);
}

static inline struct got world_release(struct world *w, enum speaker from, struct uuid case_id, enum reading_kind kind,
                                       const struct who *who)
{
    return world_want(w, from, case_id, kind, world_ticket(w, who));
}

#define RELEASE(w, case_id, kind, who) world_release((w), FROM_INTAKE, (case_id), READING_##kind, (who))
#define STREAM(w, from, key, msg, ...) world_stream((w), (from), (key), shape_##msg(), &(struct msg){__VA_ARGS__})

static inline struct agency_id agency(const char *code)
{
    struct agency_id id = {""};

    assert_int_equal(agency_parse(span_str(code), &id), OK);
    return id;
}

/* new_case: opened by `by`; its first key in hex. share: referral says that an agency takes part. */
static inline struct uuid new_case(struct world *w, const struct who *by, struct span *ret_key)
{
    struct uuid id = scope_uuid(w->s);
    struct got got = RELEASE(w, id, OPEN, by);

    assert_int_equal(got.st, OK);
    assert_int_equal(got.key.epoch, 1);
    assert_int_equal(got.key.key.n, 64);
    assert_false(got.key.has_older);
    *ret_key = got.key.key;
    return id;
}

static inline enum status share(struct world *w, struct uuid id, const char *with)
{
    return STREAM(w, FROM_REFERRAL, id, key_share, .case_id = id, .agency = agency(with), .at = world_now(w));
}

/* What the administrator of the database sees: the first value of a statement about one case. */
static inline const char *ask(struct world *w, const char *sql, struct uuid id)
{
    char text[UUID_TEXT_MAX];
    const char *params[] = {uuid_print(id, text)};
    struct span n;

    assert_ok(w->s, conn_text(w->s, w->admin, sql, params, 1, &n));
    return (const char *)n.p;
}
/* erase: one person's wish. say_closed: audit says so of the case of the one asked last. destroy: a wish to erase all of a closed case. */
static inline enum status erase(struct world *w, const struct who *by, struct uuid id, int64_t kind, int64_t ground, struct done *ret_done)
{
    struct case_erase wish = {.case_id = id, .kind = kind, .ground = ground, .basis = SPAN_LIT("架空の決裁")};

    return world_ask(w, by, shape_case_erase(), &wish, shape_done(), ret_done);
}

static inline struct uuid erasure_of(struct world *w, struct uuid id)
{
    static const char LAST[] = "select coalesce((select id from keys.erasure where case_id = $1::uuid order by asked_at desc limit 1), $1::uuid)";

    assert_ok(w->s, uuid_parse(span_str(ask(w, LAST, id)), &id));
    return id;
}

static inline enum status say_closed(struct world *w, struct uuid id)
{
    return STREAM(w, AUDIT_HEARS, id, erasure_ready, .id = erasure_of(w, id), .case_id = id);
}

static inline enum status destroy(struct world *w, const struct who *by, struct uuid id, struct done *ret_done)
{
    enum status st = erase(w, by, id, ERASURE_FULL, ERASURE_RETENTION_OVER, ret_done);
    assert_int_equal(say_closed(w, id), OK);
    return st;
}

#endif
