/* Data keys are held only by the service `keys`. A request that opens or writes a case waits here until its key is released for it,
 * and the key goes when the request goes. All requests that wait ask in one message; what is not answered is asked again under a
 * new id, and what is refused is refused to the asker. */
#include <string.h>

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
    enum status st = tx_begin(w->set.db, slot->s, &tx);

    if (st == OK) {
        slot->turn.tx = tx;
        st = slot->route->find_case(&slot->turn, slot->msg, &slot->case_id);
        tx_rollback(tx);
    }
    slot->has_case = st == OK;
    if (st != OK && !slot_waits(w, slot, st))
        refuse(w, slot, st);
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
        wants[ask.cases.n++] = (struct key_want){.case_id = slot->case_id, .create = slot->route->key == KEY_NEW};
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
    }
    reply_frame(w, w->own, &h, payload, (struct span){0});
}

static int hex_digit(uint8_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The key of one case into the slot; locked memory is asked for once a slot, not once a message.
 *   ret    false: not a key, or no lockable memory */
static bool key_from_hex(struct held *slot, struct span hex)
{
    uint8_t raw[KEY_BYTES];

    if (hex.n != 2 * KEY_BYTES)
        return false;
    for (size_t i = 0; i < KEY_BYTES; i++) {
        int hi = hex_digit(hex.p[2 * i]), lo = hex_digit(hex.p[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        raw[i] = (uint8_t)(hi << 4 | lo);
    }
    if (!slot->key)
        slot->key = secret_new(KEY_BYTES);
    bool is_held = slot->key && secret_set(slot->key, span_of(raw, sizeof raw));
    explicit_bzero(raw, sizeof raw);
    return is_held;
}

static void hand_out(struct worker *w, struct uuid re, const struct case_keys *keys)
{
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        struct held *slot = &w->slots[i];
        if (slot->state != SLOT_ASKED_KEY || !uuid_eq(slot->asked_as, re))
            continue;
        for (size_t k = 0; k < keys->keys.n && !slot->has_key; k++) {
            if (!uuid_eq(keys->keys.v[k].case_id, slot->case_id))
                continue;
            slot->has_key = key_from_hex(slot, keys->keys.v[k].key);
            slot->key_epoch = keys->keys.v[k].epoch;
        }
        if (slot->has_key)
            slot->state = SLOT_READY;
        else
            refuse(w, slot, fail(slot->s, NOT_FOUND, "該当するケースはありません", "no such case"));
    }
}

void keyhold_answer(struct worker *w, struct scope *s, const struct frame *f)
{
    struct key_grant grant = {0};

    if (!span_is(f->header.type, "key_grant") || !span_is(f->header.from, "keys"))
        return; /* a refusal: the slots ask again, and give up in time */
    struct span plain;
    if (envelope_open_body(s, w->set.ring, "keys", span_of(f->header.id.b, UUID_LEN), f->part[PART_BODY], &plain) != OK ||
        codec_decode(s, shape_case_keys(), plain, f->header.minor, &grant.sealed) != OK) {
        w->counts.dropped++;
        return;
    }
    hand_out(w, f->header.re, &grant.sealed);
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
