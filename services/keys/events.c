/* An event is signed with the key its agency has now, chained to the one before it of its case, and sealed under the case's log key. Event
 * and leaf follow from what is asked and from keys that stay, so asking again gives the same leaves, for as long as the agency's key has
 * not been moved on; only the sealing is done afresh each time. Either all events of a message are signed, or none. */
#include <string.h>

#include "base/base64.h"
#include "base/hex.h"
#include "ledger/tree.h"
#include "log_key.h"
#include "seal/digest.h"
#include "seal/seal.h"
#include "wire/frame.h"
#include "wire/message.h"

/* JSON_MOST: of one event_signed in the answer, without its sealed text. */
enum { EVENTS_MAX = LOG_KEYS_MAX, NONE = -1, JSON_MOST = 200 };
#define CITY "A000"

/* Of a case, while the message is worked on. */
struct chain {
    int64_t next;        /* place of its next event */
    const uint8_t *last; /* leaf hash of its latest event of this message; NULL = none yet */
};

struct signing {
    struct turn *t;
    size_t n, case_n, agency_n;
    const struct event_wanted *in;
    struct event event[EVENTS_MAX];
    struct event_signed out[EVENTS_MAX];
    struct tree_hash leaf[EVENTS_MAX];
    size_t case_of[EVENTS_MAX], agency_of[EVENTS_MAX];
    int answers[EVENTS_MAX]; /* which event of this message it answers */
    struct uuid cases[EVENTS_MAX];
    struct chain chain[EVENTS_MAX];
    struct log_keys log_keys;
    struct agency_id agency[EVENTS_MAX];
    const struct secret *signer[EVENTS_MAX];
    size_t bytes; /* of the answer */
};

#define REFUSE(g, i, ja, en) fail((g)->t->s, INVALID, "出来事%zu：" ja, "event %zu: " en, (i) + 1)

static bool is_zero(const uint8_t hash[LEDGER_HASH_LEN])
{
    static const uint8_t ZERO[LEDGER_HASH_LEN];

    return memcmp(hash, ZERO, LEDGER_HASH_LEN) == 0;
}

static enum status hash_take(struct signing *g, size_t i, bool has, struct span hex, uint8_t to[LEDGER_HASH_LEN])
{
    if (has && (!hex_to(hex, to, LEDGER_HASH_LEN) || is_zero(to)))
        return REFUSE(g, i, "ハッシュはゼロでない16進64文字です", "a hash is 64 hex digits, not all of them zero");
    return OK;
}

static int find_earlier(const struct signing *g, size_t i, struct uuid id)
{
    for (size_t k = 0; k < i; k++)
        if (uuid_eq(g->in[k].id, id))
            return (int)k;
    return NONE;
}

/* The case of an event, and what must stand before it there. */
static enum status place_in_case(struct signing *g, size_t i)
{
    const struct event_wanted *in = &g->in[i];
    size_t c = 0;

    while (c < g->case_n && !uuid_eq(g->cases[c], in->case_id))
        c++;
    g->case_of[i] = c;
    if (c == g->case_n) {
        g->cases[g->case_n++] = in->case_id;
        if ((in->seq == 0) == in->has_prev)
            return REFUSE(g, i, "ケースの最初の出来事には前のものがなく、それ以外には必要です",
                          "a case's first event has none before it, and every other names the one before");
    } else if (in->has_prev) {
        return REFUSE(g, i, "前の出来事は同じ要求の中にあります", "the event before it stands in this message and is not named");
    } else if (in->seq != g->chain[c].next) {
        return REFUSE(g, i, "ケースの中の番号が続いていません", "its place in the case does not follow the one before");
    }
    g->chain[c].next = in->seq + 1;
    return OK;
}

static enum status place_answer(struct signing *g, size_t i)
{
    const struct event_wanted *in = &g->in[i];

    g->answers[i] = NONE;
    if (!in->has_answers_id)
        return hash_take(g, i, in->has_answers, in->answers, g->event[i].answers);
    if (in->has_answers)
        return REFUSE(g, i, "答える相手の指定が二つあります", "what it answers is given twice");
    g->answers[i] = find_earlier(g, i, in->answers_id);
    if (g->answers[i] == NONE)
        return REFUSE(g, i, "答える相手が、これより前にありません", "what it answers does not stand before it in this message");
    return OK;
}

static enum status place_agency(struct signing *g, size_t i)
{
    struct agency_id by = g->in[i].agency;
    size_t a = 0;

    if (!g->in[i].has_agency)
        TRY(agency_parse(SPAN_LIT(CITY), &by));
    while (a < g->agency_n && !agency_eq(g->agency[a], by))
        a++;
    g->agency_of[i] = a;
    if (a == g->agency_n)
        g->agency[g->agency_n++] = by;
    g->event[i].agency = agency_number(by);
    return OK;
}

/* All that can be told before any key is looked at. */
static enum status place(struct signing *g, size_t i)
{
    const struct event_wanted *in = &g->in[i];
    struct event *e = &g->event[i];

    if (in->type < EVENT_OFFER || in->type >= EVENT_TYPE_END)
        return REFUSE(g, i, "種類が正しくありません", "its type is none");
    if (find_earlier(g, i, in->id) != NONE)
        return REFUSE(g, i, "同じ番号の出来事が先にあります", "another event before it has its id");
    *e = (struct event){.type = (enum event_type)in->type, .at_ms = in->at_ms, .id = in->id, .case_id = in->case_id,
                        .seq = (uint32_t)in->seq, .counterpart = in->has_counterpart ? agency_number(in->counterpart) : 0,
                        .reason = in->has_reason ? (uint32_t)in->reason : 0, .flags = in->has_flags ? (uint16_t)in->flags : 0};
    TRY(hash_take(g, i, in->has_prev, in->prev, e->prev));
    TRY(hash_take(g, i, in->has_record, in->record, e->record));
    TRY(place_in_case(g, i));
    TRY(place_answer(g, i));
    return place_agency(g, i);
}

static enum status seal(struct signing *g, size_t i, const uint8_t bytes[EVENT_LEN], const uint8_t r_event[SALT_LEN],
                        const uint8_t r_payload[SALT_LEN])
{
    const struct event_wanted *in = &g->in[i];
    struct scope *s = g->t->s;
    struct record_id_fields says = {.type = RECORD_EVENT, .case_id = in->case_id, .record_id = in->id, .epoch = EVENT_EPOCH,
                                    .version = EVENT_VERSION};
    size_t head = EVENT_LEN + 2 * SALT_LEN;
    uint8_t *plain = scope_alloc(s, head + in->payload.n);
    struct span sealed;

    if (!plain)
        return keys_no_room(g->t);
    memcpy(plain, bytes, EVENT_LEN);
    memcpy(plain + EVENT_LEN, r_event, SALT_LEN);
    memcpy(plain + EVENT_LEN + SALT_LEN, r_payload, SALT_LEN);
    if (in->payload.n)
        memcpy(plain + head, in->payload.p, in->payload.n);
    TRY(seal_record(s, keys_of(g->t)->scratch, &says, span_of(plain, head + in->payload.n), &sealed));
    TRY(base64_print(s, sealed, &g->out[i].sealed));
    g->bytes += g->out[i].sealed.n + JSON_MOST;
    if (g->bytes > PAYLOAD_MAX)
        return fail(s, TOO_LARGE, "回答が大きすぎます。少ない件数に分けてください", "the answer is too large: ask for fewer events at a time");
    return OK;
}

static enum status sign(struct signing *g, size_t i)
{
    const struct event_wanted *in = &g->in[i];
    const struct secret *log_key = keys_of(g->t)->scratch;
    struct chain *c = &g->chain[g->case_of[i]];
    uint8_t r_event[SALT_LEN], r_payload[SALT_LEN], mac[DIGEST32_LEN], bytes[EVENT_LEN], leaf[LEAF_LEN];
    struct event *e = &g->event[i];

    TRY(log_key_use(g->t, &g->log_keys, g->case_of[i]));
    log_salt(log_key, R_EVENT, in->id, r_event);
    log_salt(log_key, R_PAYLOAD, in->id, r_payload);
    if (c->last)
        memcpy(e->prev, c->last, LEDGER_HASH_LEN);
    if (g->answers[i] != NONE)
        memcpy(e->answers, g->leaf[g->answers[i]].b, LEDGER_HASH_LEN);
    if (in->has_actor && in->actor.n) {
        hmac256_of_parts(secret_span(keys_of(g->t)->pseudonyms), &in->actor, 1, mac);
        memcpy(e->pseudonym, mac, PSEUDONYM_LEN);
    }
    payload_commit(r_payload, in->payload, e->payload);
    TRY(event_sign(g->t->s, g->signer[g->agency_of[i]], e));
    event_write(e, bytes);
    leaf_make(r_event, bytes, leaf);
    tree_leaf(span_of(leaf, LEAF_LEN), &g->leaf[i]);
    c->last = g->leaf[i].b;
    g->out[i].id = in->id;
    TRY(hex_print(g->t->s, span_of(leaf, LEAF_LEN), &g->out[i].leaf));
    return seal(g, i, bytes, r_event, r_payload);
}

static enum status sign_all(struct signing *g)
{
    TRY(log_keys_load(g->t, g->cases, g->case_n, true, &g->log_keys));
    TRY(signers_now(g->t, g->agency, g->agency_n, g->signer));
    for (size_t i = 0; i < g->n; i++)
        TRY(sign(g, i));
    return ANSWER(g->t, events_signed, .events = {g->out, g->n});
}

HANDLER(events_sign, t, in)
{
    struct signing *g = SCOPE_NEW(t->s, struct signing);

    if (!g)
        return keys_no_room(t);
    if (!in->events.n || in->events.n > EVENTS_MAX)
        return fail(t->s, INVALID, "出来事は1件から%d件までです", "one to %d events are signed at a time", EVENTS_MAX);
    g->t = t;
    g->in = in->events.v;
    g->n = in->events.n;
    for (size_t i = 0; i < g->n; i++)
        TRY(place(g, i));
    enum status st = sign_all(g);
    secret_wipe(keys_of(t)->scratch);
    return st;
}
