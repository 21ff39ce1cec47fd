/* A request is proof only of what is in it: it is held against the one event that names its digest, so that neither the request nor the event
 * can be exchanged for another. */
#include "ledger/verify.h"

#include <string.h>

#include "base/clock.h"
#include "ledger/request.h"
#include "seal/digest.h"
#include "wire/codec.h"

static enum status not_read(struct scope *s)
{
    return fail(s, CORRUPT, "機関システムの要求（request）の内容を読めません", "the payload of the request of the agency's own system cannot be read");
}

/* ---- whose it is ---- */

static enum status check_signer(struct scope *s, const struct agency_signers *keys, const struct event *e, const struct request *r)
{
    const struct header *h = &r->frame.header;
    const char *acts = agency_text(s, e->agency);
    const int64_t at_us = e->at_ms <= INT64_MAX / 2000 ? e->at_ms * 1000 : INT64_MAX / 2, late = REQUEST_LATE_S * (int64_t)US_PER_S;
    const struct agency_signer *key = NULL;

    for (size_t i = 0; i < keys->n && !key; i++)
        if (memcmp(keys->v[i].public_key, r->public_key, SIGN_PUBLIC_LEN) == 0)
            key = &keys->v[i];
    if (!key)
        return fail(s, NOT_FOUND, "%s の機関システムの鍵がありません", "the key of the system of %s that asked is not at hand", acts);
    if (!key->is_own)
        return fail(s, CORRUPT, "要求（request）の鍵は機関システムのものではありません", "the key of the request is not of an agency's own system");
    if (key->agency != e->agency)
        return fail(s, CORRUPT, "行為者は %s なのに要求（request）は %s のシステムのものです",
                    "%s acts, but the request is of a system of %s", acts, agency_text(s, key->agency));
    if (!h->has_agency || agency_number(h->agency) != e->agency || !h->has_role || h->role != ROLE_AGENCY_HOST)
        return fail(s, CORRUPT, "要求（request）は %s のシステムとして出されていません", "the request was not made as a system of %s", acts);
    if (at_us + late < key->from_us || (key->until_us < INT64_MAX - late && at_us >= key->until_us + late))
        return fail(s, CORRUPT, "%s の機関システムの鍵はその時には有効ではありません",
                    "the key of the system of %s was not valid at that time", acts);
    if (h->sent < at_us - (FRAME_WINDOW_S + REQUEST_LATE_S) * (int64_t)US_PER_S ||
        h->sent > at_us + (FRAME_WINDOW_S + REQUEST_LATE_S) * (int64_t)US_PER_S)
        return fail(s, CORRUPT, "要求（request）は別の時に出されたものです", "the request was made at another time");
    return OK;
}

/* ---- what it asks for ---- */

/* A request, and what an event says that tells it: what happened, to what, with which word and reason. */
struct act {
    const char *happened, *detail, *reason;
    struct uuid about;
};

static void act_referral(const void *msg, struct act *ret_act)
{
    const struct referral_act *in = msg;

    *ret_act = (struct act){"referral", words_at(words_referral_event(), in->event),
                            in->has_reason ? words_at(words_reason(), in->reason) : "", in->ref_id};
}

static void act_visit(const void *msg, struct act *ret_act)
{
    const struct referral_visit *in = msg;

    *ret_act = (struct act){"visit", words_at(words_visit(), in->visit), "", in->ref_id};
}

static void act_availability(const void *msg, struct act *ret_act)
{
    const struct availability *in = msg;

    *ret_act = (struct act){"availability", in->windows.n ? "can" : "cannot", "", in->meeting_id};
}

static void act_recall(const void *msg, struct act *ret_act)
{
    const struct recall_ack *in = msg;

    *ret_act = (struct act){"recall_done", words_at(words_recall_outcome(), in->outcome), "", in->recall_id};
}

static const struct {
    const struct shape *(*shape)(void);
    void (*act)(const void *msg, struct act *ret_act);
} ACTS[] = {
    {shape_referral_act, act_referral},
    {shape_referral_visit, act_visit},
    {shape_availability, act_availability},
    {shape_recall_ack, act_recall},
};

static enum status read_act(struct scope *s, const struct frame *f, struct act *ret_act)
{
    for (size_t i = 0; i < COUNT(ACTS); i++) {
        const struct shape *shape = ACTS[i].shape();
        if (!span_is(f->header.type, shape->name))
            continue;
        void *msg = scope_alloc(s, shape->size);
        if (!msg)
            return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
        if (codec_decode(s, shape, f->part[PART_PAYLOAD], f->header.minor, msg) != OK)
            return not_read(s);
        ACTS[i].act(msg, ret_act);
        return OK;
    }
    return fail(s, CORRUPT, "要求（request）は %.*s で、記録される行為ではありません", "the request is a %.*s, which is no act of the history",
                (int)f->header.type.n, (const char *)f->header.type.p);
}

static enum status check_act(struct scope *s, const struct event_payload *says, const struct frame *f)
{
    struct act act = {0};

    TRY(read_act(s, f, &act));
    if (!says->has_about || !uuid_eq(says->about, act.about))
        return fail(s, CORRUPT, "要求（request）は別のもの（つなぎ・会議など）についてです",
                    "the request is about another referral or meeting than the event");
    if (!span_is(says->happened, act.happened) || !span_is(says->detail, act.detail) || !span_is(says->reason, act.reason))
        return fail(s, CORRUPT, "要求（request）は別の行為（%s %s）を求めています", "the request asks for another act (%s %s) than the event tells",
                    act.happened, act.detail);
    return OK;
}

enum status request_check(struct scope *s, const struct agency_signers *keys, const struct event *e, const struct event_payload *says,
                          struct span bytes, struct uuid *ret_id)
{
    uint8_t digest[DIGEST32_LEN];
    struct request r;

    sha256_of(bytes, digest);
    if (!(e->flags & EVENT_HOST_REQUEST) || memcmp(digest, e->record, sizeof digest) != 0)
        return fail(s, CORRUPT, "要求（request）は出来事が示すもの（record）ではありません", "the request is not the one the event names (record)");
    TRY(request_read(s, bytes, &r));
    TRY(check_signer(s, keys, e, &r));
    if (says)
        TRY(check_act(s, says, &r.frame));
    *ret_id = r.frame.header.id;
    return OK;
}
