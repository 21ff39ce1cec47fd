/* Data keys are held only by the service `keys`. A request that opens or writes a case waits here until its key is released to it, for
 * the person whose ticket it carries, and the key goes when the request goes. All requests that wait ask in one message, each under a
 * number of its own; what is not answered is asked again under a new id, and what is refused is refused to the asker. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "parts.h"
#include "seal/envelope.h"
#include "wire/codec.h"

enum { ASK_AGAIN_US = 2 * US_PER_S, GIVE_UP_US = 8 * US_PER_S, KEY_BYTES = 32 };

static void refuse(struct worker *w, struct held *slot, enum status why)
{
    slot->st = why;
    (slot_is_stream(slot) ? reply_nack : reply_refusal)(w, slot);
    slot_release(slot);
}

/* Messages that name a thing of a case (a meeting) rather than the case. */
static void find_case(struct worker *w, struct held *slot)
{
    struct tx *tx;
    enum status st = begin_as(w, slot->s, slot->ticket.n ? slot->ticket : own_ticket(w), &tx);

    if (st == OK) {
        slot->turn.tx = tx;
        st = slot->route->find_case(&slot->turn, slot->msg, &slot->case_id);
        tx_rollback(tx);
    }
    slot->has_case = st == OK;
    if (st != OK && !slot_waits(w, slot, st))
        refuse(w, slot, st);
}

static struct key_want want_of(const struct held *slot, int64_t nr)
{
    const struct header *h = &slot->f.header;
    bool is_new = slot->route->key == KEY_NEW;

    return (struct key_want){.case_id = slot->case_id, .create = is_new, .has_nr = true, .nr = nr, .has_ticket = h->has_ticket,
                             .ticket = h->ticket, .has_kind = true,
                             .kind = is_new ? READING_OPEN : slot->route->kind == ROUTE_QUERY ? READING_READ : READING_WRITE};
}

void keyhold_ask(struct worker *w)
{
    struct key_want wants[BATCH_MAX];
    struct key_release ask = {.cases = {.v = wants}};
    struct held *asked[BATCH_MAX];
    struct span payload;
    int64_t now = worker_now(w);

    for (size_t i = 0; i < SLOTS_MAX && ask.cases.n < BATCH_MAX; i++) {
        struct held *slot = &w->slots[i];
        if (slot->state != SLOT_WANTS_KEY || slot->again_us > now)
            continue;
        if (slot->route->find_case && !slot->has_case)
            find_case(w, slot);
        if (slot->state != SLOT_WANTS_KEY || slot->again_us > now)
            continue;
        asked[ask.cases.n] = slot;
        wants[ask.cases.n] = want_of(slot, (int64_t)ask.cases.n);
        ask.cases.n++;
    }
    if (!ask.cases.n)
        return;
    scope_reset(w->own);
    struct header h = {.id = scope_uuid(w->own), .type = SPAN_LIT("key_release"), .to = SPAN_LIT("keys"),
                       .sent = worker_now(w), .has_role = true, .role = ROLE_SERVICE, .has_reply_to = true,
                       .reply_to = span_str(w->set.instance)};
    if (codec_encode(w->own, shape_key_release(), &ask, &payload) != OK)
        return;
    for (size_t i = 0; i < ask.cases.n; i++) {
        asked[i]->state = SLOT_ASKED_KEY;
        asked[i]->asked_as = h.id;
        asked[i]->asked_us = h.sent;
        asked[i]->want_nr = (int64_t)i;
    }
    reply_frame(w, w->own, &h, payload, (struct span){0});
}

/* The newest key of a case into the slot; locked memory is asked for once a slot, not once a message.
 *   ret    false: not a key, or no lockable memory */
static bool keep_key(struct held *slot, struct span hex)
{
    uint8_t raw[KEY_BYTES];

    if (!slot->key)
        slot->key = secret_new(KEY_BYTES);
    bool is_held = slot->key && hex_to(hex, raw, sizeof raw) && secret_set(slot->key, span_of(raw, sizeof raw));
    explicit_bzero(raw, sizeof raw);
    return is_held;
}

static bool make_older(struct held *slot)
{
    struct epoch_keys *o = slot->older ? slot->older : calloc(1, sizeof *o);

    slot->older = o;
    if (o && !o->all)
        o->all = secret_new((size_t)OLDER_MAX * KEY_BYTES);
    if (o && !o->one)
        o->one = secret_new(KEY_BYTES);
    return o && o->all && o->one;
}

/* Most cases have one epoch, so the memory for others is asked for only when some come. */
static bool keep_older(struct held *slot, const struct case_key *k)
{
    uint8_t raw[OLDER_MAX * KEY_BYTES] = {0};
    size_t n = k->has_older ? k->older.n : 0;
    bool is_good = n <= OLDER_MAX;

    if (!n)
        return true;
    if (!make_older(slot))
        return false;
    for (size_t i = 0; is_good && i < n; i++) {
        slot->older->epoch[i] = k->older.v[i].epoch;
        is_good = hex_to(k->older.v[i].key, raw + i * KEY_BYTES, KEY_BYTES);
    }
    is_good = is_good && secret_set(slot->older->all, span_of(raw, sizeof raw));
    slot->older->n = is_good ? n : 0;
    explicit_bzero(raw, sizeof raw);
    return is_good;
}

void keyhold_forget(struct held *slot)
{
    if (slot->key)
        secret_wipe(slot->key);
    if (slot->older && slot->older->n) {
        secret_wipe(slot->older->all);
        secret_wipe(slot->older->one);
        slot->older->n = 0;
    }
}

void keyhold_free(struct held *slot)
{
    secret_free(slot->key);
    if (slot->older) {
        secret_free(slot->older->all);
        secret_free(slot->older->one);
        free(slot->older);
    }
}

static void copy_text(char *to, size_t cap, struct span from)
{
    size_t n = from.n < cap ? from.n : cap - 1;

    if (n)
        memcpy(to, from.p, n);
    to[n] = '\0';
}

static const struct key_refusal *refusal_of(const struct key_grant *g, int64_t nr)
{
    for (size_t i = 0; g->has_refused && i < g->refused.n; i++)
        if (g->refused.v[i].nr == nr)
            return &g->refused.v[i];
    return NULL;
}

static const struct case_key *key_of(const struct key_grant *g, const struct held *slot)
{
    for (size_t i = 0; i < g->sealed.keys.n; i++) {
        const struct case_key *k = &g->sealed.keys.v[i];
        if (k->has_nr && k->nr == slot->want_nr && uuid_eq(k->case_id, slot->case_id))
            return k;
    }
    return NULL;
}

/* In the words of the service that refused. A case whose key this agency has not (yet) may be on its way to it. */
static void refuse_as(struct worker *w, struct held *slot, const struct key_refusal *no)
{
    struct why *why = &slot->s->why;

    if (!no) {
        if (slot_waits(w, slot, NOT_FOUND))
            slot->state = SLOT_WANTS_KEY;
        else
            refuse(w, slot, fail(slot->s, NOT_FOUND, "該当するケースはありません", "no such case"));
        return;
    }
    copy_text(why->ja, sizeof why->ja, no->why_ja);
    copy_text(why->en, sizeof why->en, no->why_en);
    refuse(w, slot, status_parse(scope_print(slot->s, "%.*s", (int)no->status.n, (const char *)no->status.p)));
}

static void hand_out(struct worker *w, struct uuid re, const struct key_grant *grant)
{
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        struct held *slot = &w->slots[i];
        if (slot->state != SLOT_ASKED_KEY || !uuid_eq(slot->asked_as, re))
            continue;
        const struct case_key *k = key_of(grant, slot);
        if (!k) {
            refuse_as(w, slot, refusal_of(grant, slot->want_nr));
        } else if (keep_key(slot, k->key) && keep_older(slot, k)) {
            slot->has_key = true;
            slot->key_epoch = k->epoch;
            slot->state = SLOT_READY;
        } else {
            refuse(w, slot, fail(slot->s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key"));
        }
    }
}

void keyhold_answer(struct worker *w, struct scope *s, const struct frame *f)
{
    struct key_grant grant = {0};

    if (!span_is(f->header.type, "key_grant") || !span_is(f->header.from, "keys"))
        return; /* a refusal: the slots ask again, and give up in time */
    struct span plain;
    if (codec_decode(s, shape_key_grant(), f->part[PART_PAYLOAD], f->header.minor, &grant) != OK ||
        envelope_open_body(s, w->set.ring, "keys", span_of(f->header.id.b, UUID_LEN), f->part[PART_BODY], &plain) != OK ||
        codec_decode(s, shape_case_keys(), plain, f->header.minor, &grant.sealed) != OK) {
        w->counts.dropped++;
        return;
    }
    hand_out(w, f->header.re, &grant);
}

void keyhold_expire(struct worker *w)
{
    int64_t now = worker_now(w);

    for (size_t i = 0; i < SLOTS_MAX; i++) {
        struct held *slot = &w->slots[i];
        if (slot->state != SLOT_ASKED_KEY && slot->state != SLOT_WANTS_KEY)
            continue;
        if (now - slot->s->now_us > GIVE_UP_US)
            refuse(w, slot, fail(slot->s, UNAVAILABLE, "鍵サービスが応答しません", "the key service does not answer"));
        else if (slot->state == SLOT_ASKED_KEY && now - slot->asked_us > ASK_AGAIN_US)
            slot->state = SLOT_WANTS_KEY;
    }
}
