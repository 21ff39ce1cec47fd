/* Sealed events of a case are opened for auditors alone: a whole history has readings in it that would tell who reported a case. Never
 * before the row that says so is part of the transaction. */
#include "base/base64.h"
#include "base/hex.h"
#include "log_key.h"
#include "q_keys.h"
#include "seal/seal.h"
#include "wire/message.h"
#include "wire/words.h"

enum { AT_R_EVENT = EVENT_LEN, AT_R_PAYLOAD = BLANK_LEN, AT_PAYLOAD = AT_R_PAYLOAD + SALT_LEN };

/* What was sealed before the case was erased has no key any more. */
static enum status unseal(struct turn *t, const struct log_key *key, const struct record_id_fields *want, struct span sealed,
                          struct span *ret_plain)
{
    enum status st = unseal_record(t->s, keys_of(t)->scratch, want, sealed, ret_plain);

    if (st == CORRUPT && key->is_destroyed)
        return fail(t->s, CONFLICT, "このケースは消去され、それまでの出来事の記録鍵は破棄されています",
                    "the case is erased, and the log key of what happened until then destroyed");
    if (st == CORRUPT && key->has_former)
        return fail(t->s, UNAVAILABLE, "このケースの記載は消去中です。少し待ってやり直してください",
                    "the payloads of the case are being erased just now; try again in a while");
    return st;
}

static enum status open_one(struct turn *t, const struct log_key *key, struct uuid case_id, struct span text, struct event_opened *to)
{
    struct record_parts parts;
    struct span sealed, plain;
    struct event e;

    TRY(base64_parse(t->s, text, &sealed));
    TRY(record_parse(t->s, sealed, &parts));
    struct record_id_fields want = {.type = RECORD_EVENT, .case_id = case_id, .record_id = parts.id.record_id, .epoch = EVENT_EPOCH,
                                    .version = EVENT_VERSION};
    TRY(unseal(t, key, &want, sealed, &plain));
    bool is_blank = plain.n == BLANK_LEN;
    if (plain.n < AT_PAYLOAD && !is_blank)
        return fail(t->s, CORRUPT, "封緘された出来事が短すぎます", "a sealed event is cut short");
    TRY(event_read(t->s, span_of(plain.p, EVENT_LEN), &e));
    if (!uuid_eq(e.case_id, case_id) || !uuid_eq(e.id, want.record_id))
        return fail(t->s, CORRUPT, "封緘されているのは別の出来事です", "another event is sealed there");
    TRY(hex_print(t->s, span_of(plain.p, EVENT_LEN), &to->event));
    TRY(hex_print(t->s, span_of(plain.p + AT_R_EVENT, SALT_LEN), &to->r_event));
    to->r_payload = to->payload = (struct span){0};
    if (is_blank)
        return OK;
    TRY(hex_print(t->s, span_of(plain.p + AT_R_PAYLOAD, SALT_LEN), &to->r_payload));
    to->payload = span_of(plain.p + AT_PAYLOAD, plain.n - AT_PAYLOAD);
    return OK;
}

static enum status open_all(struct turn *t, const struct events_open *in, const struct log_key *key)
{
    struct event_opened *list = scope_alloc(t->s, (in->sealed.n + 1) * sizeof *list);
    struct events_opened out = {.case_id = in->case_id};

    if (!list)
        return keys_no_room(t);
    for (size_t i = 0; i < in->sealed.n; i++)
        TRY(open_one(t, key, in->case_id, in->sealed.v[i], &list[i]));
    out.sealed.events.v = list;
    out.sealed.events.n = in->sealed.n;
    TRY(reading_add(t, in->case_id, READING_LEDGER, "keys"));
    return turn_answer(t, shape_events_opened(), &out);
}

HANDLER(events_open, t, in)
{
    struct log_keys log_keys;

    if (!in->sealed.n)
        return fail(t->s, INVALID, "開く記録がありません", "there is nothing to open");
    TRY(turn_self(t)); /* log keys are nobody's to see; the route lets in who may have opened what is sealed under one */
    TRY(log_keys_load(t, &in->case_id, 1, false, &log_keys));
    enum status st = log_key_use(t, &log_keys, 0);
    if (st == OK)
        st = open_all(t, in, &log_keys.v[0]);
    secret_wipe(keys_of(t)->scratch);
    return st;
}
