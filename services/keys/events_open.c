/* Sealed events of a case are opened for who watches over cases, and for casework staff of an agency that takes part, or took part and keeps
 * what it could read: of that, what happened until it left. Never before the row that says so is part of the transaction. */
#include "base/base64.h"
#include "base/clock.h"
#include "base/hex.h"
#include "log_key.h"
#include "q_keys.h"
#include "seal/seal.h"
#include "wire/message.h"
#include "wire/words.h"

enum { AT_R_EVENT = EVENT_LEN, AT_R_PAYLOAD = AT_R_EVENT + SALT_LEN, AT_PAYLOAD = AT_R_PAYLOAD + SALT_LEN, MS = 1000 };

/* Until when, in µs. */
static enum status may_open(struct turn *t, struct uuid case_id, int64_t *ret_until)
{
    struct q_ledger_part_row part;

    *ret_until = INT64_MAX;
    if (t->s->actor.role == ROLE_AUDITOR || t->s->actor.role == ROLE_COORDINATOR)
        return OK;
    TRY(q_ledger_part(t->tx, &(struct q_ledger_part){.id = case_id, .agency = t->s->actor.agency}, &part));
    TRY(tx_flush(t->tx));
    if (!part.is_in)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    if (part.has_left_at)
        *ret_until = part.left_at;
    return OK;
}

/* What was sealed before the case was erased has no key any more. */
static enum status unseal(struct turn *t, const struct log_key *key, const struct record_id_fields *want, struct span sealed,
                          struct span *ret_plain)
{
    enum status st = unseal_record(t->s, keys_of(t)->scratch, want, sealed, ret_plain);

    if (st == CORRUPT && key->is_destroyed)
        return fail(t->s, CONFLICT, "このケースは消去され、それまでの出来事の記録鍵は破棄されています",
                    "the case is erased, and the log key of what happened until then destroyed");
    return st;
}

static enum status open_one(struct turn *t, const struct log_key *key, struct uuid case_id, int64_t until, struct span text,
                            struct event_opened *to)
{
    struct record_parts parts;
    struct span sealed, plain;
    struct event e;

    TRY(base64_parse(t->s, text, &sealed));
    TRY(record_parse(t->s, sealed, &parts));
    struct record_id_fields want = {.type = RECORD_EVENT, .case_id = case_id, .record_id = parts.id.record_id, .epoch = EVENT_EPOCH,
                                    .version = EVENT_VERSION};
    TRY(unseal(t, key, &want, sealed, &plain));
    if (plain.n < AT_PAYLOAD)
        return fail(t->s, CORRUPT, "封緘された出来事が短すぎます", "a sealed event is cut short");
    TRY(event_read(t->s, span_of(plain.p, EVENT_LEN), &e));
    if (!uuid_eq(e.case_id, case_id) || !uuid_eq(e.id, want.record_id))
        return fail(t->s, CORRUPT, "封緘されているのは別の出来事です", "another event is sealed there");
    if (e.at_ms > until / MS)
        return fail(t->s, DENIED, "貴機関がこのケースを離れた後の出来事は開けません", "what happened after your agency left is not opened to it");
    TRY(hex_print(t->s, span_of(plain.p, EVENT_LEN), &to->event));
    TRY(hex_print(t->s, span_of(plain.p + AT_R_EVENT, SALT_LEN), &to->r_event));
    TRY(hex_print(t->s, span_of(plain.p + AT_R_PAYLOAD, SALT_LEN), &to->r_payload));
    to->payload = span_of(plain.p + AT_PAYLOAD, plain.n - AT_PAYLOAD);
    return OK;
}

static enum status open_all(struct turn *t, const struct events_open *in, const struct log_key *key, int64_t until)
{
    struct event_opened *list = scope_alloc(t->s, (in->sealed.n + 1) * sizeof *list);
    struct events_opened out = {.case_id = in->case_id};

    if (!list)
        return keys_no_room(t);
    for (size_t i = 0; i < in->sealed.n; i++)
        TRY(open_one(t, key, in->case_id, until, in->sealed.v[i], &list[i]));
    out.sealed.events.v = list;
    out.sealed.events.n = in->sealed.n;
    TRY(reading_add(t, in->case_id, READING_LEDGER, "keys"));
    return turn_answer(t, shape_events_opened(), &out);
}

HANDLER(events_open, t, in)
{
    struct log_keys log_keys;
    int64_t until;

    if (!in->sealed.n)
        return fail(t->s, INVALID, "開く記録がありません", "there is nothing to open");
    TRY(may_open(t, in->case_id, &until));
    TRY(turn_self(t)); /* log keys are nobody's to see; what was asked above is the person's right to what is sealed under one */
    TRY(log_keys_load(t, &in->case_id, 1, false, &log_keys));
    enum status st = log_key_use(t, &log_keys, 0);
    if (st == OK)
        st = open_all(t, in, &log_keys.v[0], until);
    secret_wipe(keys_of(t)->scratch);
    return st;
}
