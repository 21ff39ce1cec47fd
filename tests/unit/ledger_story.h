#ifndef KM_TEST_LEDGER_STORY_H
#define KM_TEST_LEDGER_STORY_H

#include "ledger_world.h"
#include "seal/digest.h"
#include "wire/words.h"

/* Stories told as the services tell them: what happened, between whom, about which referral. */

struct fact {
    enum event_type type;
    const char *happened, *detail;
    uint32_t agency, counterpart; /* 0 = the city, or nobody */
    unsigned about;               /* number of a referral, 0 = none */
    int answers;                  /* place in the case of the event answered; below 1 = none */
    const char *reason;
};

static inline struct uuid about_id(unsigned number)
{
    struct uuid id = {{0xab, [15] = (uint8_t)number, [14] = (uint8_t)(number >> 8)}};

    return id;
}

static inline struct span payload_of(struct world *w, const struct fact *fact)
{
    char id[UUID_TEXT_MAX];
    const char *t = fact->about ? scope_print(w->s, "{\"about\":\"%s\",", uuid_print(about_id(fact->about), id)) : "{";

    if (fact->agency)
        t = scope_print(w->s, "%s\"agency\":\"A%03u\",", t, fact->agency);
    t = scope_print(w->s, "%s\"at_us\":%lld,", t, (long long)w->at_ms * 1000);
    if (fact->counterpart)
        t = scope_print(w->s, "%s\"counterpart\":\"A%03u\",", t, fact->counterpart);
    if (fact->detail)
        t = scope_print(w->s, "%s\"detail\":\"%s\",", t, fact->detail);
    t = scope_print(w->s, "%s\"happened\":\"%s\",", t, fact->happened);
    if (fact->reason)
        t = scope_print(w->s, "%s\"reason\":\"%s\",", t, fact->reason);
    return span_str(scope_print(w->s, "%s\"row\":7,\"source\":\"km_referral\",\"trace\":{\"sha256\":\"%064d\"}}", t, 0));
}

/* Signs what the event says now, and makes its leaf again; the log is left alone. */
static inline void made_seal(struct world *w, struct made *m, uint32_t signer, uint8_t ret_leaf[LEAF_LEN])
{
    payload_commit(m->r_payload, m->payload, m->e.payload);
    MUST(event_sign(w->s, w->mine[signer], &m->e));
    event_write(&m->e, m->bytes);
    leaf_make(m->r_event, m->bytes, ret_leaf);
    tree_leaf(span_of(ret_leaf, LEAF_LEN), &m->hash);
}

/* payload empty = what the fact says; request empty = nobody's own system asked for it. */
static inline struct made *tell_asked(struct world *w, struct tale *t, struct fact fact, struct span payload, struct span request)
{
    struct made *m = &t->v[t->n];
    uint8_t leaf[LEAF_LEN];

    assert_true(t->n < EVENTS_MOST);
    w->at_ms += 1000;
    *m = (struct made){.e = {.type = fact.type, .at_ms = w->at_ms, .case_id = t->id, .seq = (uint32_t)t->n, .agency = fact.agency,
                             .counterpart = fact.counterpart, .flags = request.n ? EVENT_HOST_REQUEST : 0},
                        .index = w->f.size, .request = request};
    fill(w, m->e.id.b, UUID_LEN);
    fill(w, m->r_event, SALT_LEN);
    fill(w, m->r_payload, SALT_LEN);
    if (t->n)
        memcpy(m->e.prev, t->v[t->n - 1].hash.b, LEDGER_HASH_LEN);
    if (fact.answers > 0)
        memcpy(m->e.answers, t->v[fact.answers].hash.b, LEDGER_HASH_LEN);
    m->payload = payload.n ? payload : payload_of(w, &fact);
    if (request.n)
        sha256_of(request, m->e.record);
    made_seal(w, m, fact.agency, leaf);
    world_leaf(w, leaf);
    t->n++;
    return m;
}

static inline struct made *tell_as(struct world *w, struct tale *t, struct fact fact, struct span payload)
{
    return tell_asked(w, t, fact, payload, (struct span){0});
}

static inline struct made *tell(struct world *w, struct tale *t, struct fact fact)
{
    return tell_as(w, t, fact, (struct span){0});
}

static inline struct tale *tale_new(struct world *w)
{
    struct tale *t = SCOPE_NEW(w->s, struct tale);

    assert_non_null(t);
    fill(w, t->id.b, UUID_LEN);
    return t;
}

/* A case that agency 1 opens and hands to agency 2, who declines; then to 3, who accepts, serves and closes it. */
static inline struct tale *story(struct world *w)
{
    static const struct fact FACTS[] = {
        {EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL},            {EVENT_GRANT, "baton_created", NULL, 1, 1, 0, 0, NULL},
        {EVENT_READ, "case_read", NULL, 1, 0, 0, 0, NULL},              {EVENT_OFFER, "referral", "send", 1, 2, 1, 0, NULL},
        {EVENT_DELIVER, "referral", "deliver", 2, 1, 1, 0, NULL},       {EVENT_READ, "case_read", NULL, 2, 0, 0, 0, NULL},
        {EVENT_DECLINE, "referral", "decline", 2, 1, 1, 3, "no_capacity"}, {EVENT_OFFER, "referral", "send", 1, 3, 2, 0, NULL},
        {EVENT_DISCLOSE, "disclosed", NULL, 1, 3, 2, 0, NULL},          {EVENT_DELIVER, "referral", "deliver", 3, 1, 2, 0, NULL},
        {EVENT_ACCEPT, "referral", "accept", 3, 1, 2, 7, NULL},         {EVENT_GRANT, "baton_moved", NULL, 3, 1, 2, 0, NULL},
        {EVENT_OUTCOME, "referral", "start", 3, 1, 2, 0, NULL},         {EVENT_OUTCOME, "referral", "complete", 3, 1, 2, 0, "goal_reached"},
        {EVENT_CLOSE, "case_closed", NULL, 3, 0, 0, 0, "goal_reached"}, {EVENT_READ, "case_read", NULL, 4, 0, 0, 0, NULL},
    };
    struct tale *t = tale_new(w);

    for (size_t i = 0; i < COUNT(FACTS); i++)
        (void)tell(w, t, FACTS[i]);
    return t;
}

#endif
