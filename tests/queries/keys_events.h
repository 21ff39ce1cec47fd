#ifndef KM_TEST_KEYS_EVENTS_H
#define KM_TEST_KEYS_EVENTS_H

#include "base/hex.h"
#include "keys_setup.h"
#include "ledger/event.h"

/* Events as the sequencer asks for them. */

#define ASK(w, who, msg, answer, ret, ...)                                                        \
    world_ask((w), (who), shape_##msg(), &(struct msg){__VA_ARGS__}, shape_##answer(), (ret))

/* by "" = the city */
static inline struct event_wanted happening(struct world *w, struct uuid case_id, int64_t seq, enum event_type type, const char *by)
{
    struct event_wanted e = {.id = scope_uuid(w->s), .case_id = case_id, .type = type, .at_ms = world_now(w) / 1000, .seq = seq,
                             .has_agency = by[0] != 0, .payload = span_str(scope_print(w->s, "{\"n\":%d}", (int)seq))};

    if (by[0])
        e.agency = agency(by);
    return e;
}

static inline struct span hash_text(struct world *w, uint8_t fill)
{
    uint8_t raw[32];
    struct span hex;

    memset(raw, fill, sizeof raw);
    assert_ok(w->s, hex_print(w->s, span_of(raw, sizeof raw), &hex));
    return hex;
}

static inline enum status sign_events(struct world *w, enum speaker from, const struct event_wanted *e, size_t n,
                                      struct events_signed *ret_signed)
{
    struct header h = {.id = scope_uuid(w->s), .has_role = true, .role = ROLE_SERVICE};

    world_send(w, from, &h, shape_events_sign(), &(struct events_sign){.events = {e, n}});
    return world_answer(w, shape_events_signed(), ret_signed);
}

static inline enum status leave(struct world *w, struct uuid id, const char *who, bool keeps)
{
    return STREAM(w, FROM_REFERRAL, id, key_unshare, .case_id = id, .agency = agency(who), .keeps_past = keeps, .at = world_now(w));
}

#endif
