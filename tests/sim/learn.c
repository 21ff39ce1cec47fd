/* What an answer tells the asking side: things that exist now, who leads, in which state a referral is. Answers may come late
 * and out of order; the one with the higher version counts. */
#include "driver.h"
#include "wire/codec.h"
#include "world.h"

static void join(struct known_case *c, struct agency_id agency)
{
    for (int i = 0; i < c->member_n; i++)
        if (agency_eq(c->member[i], agency))
            return;
    if (c->member_n < MEMBERS_MAX)
        c->member[c->member_n++] = agency;
}

static void learn_case(struct driver *d, const struct op *op)
{
    struct case_receipt r;

    if (d->case_n == CASES_MAX || codec_decode(d->s, shape_case_receipt(), op->answer, SCHEMA_MINOR, &r) != OK)
        return;
    struct known_case *c = &d->kase[d->case_n++];
    *c = (struct known_case){.id = r.case_id, .lead = r.lead};
    join(c, r.lead);
}

static void learn_meeting(struct driver *d, struct uuid id, int at)
{
    if (d->meeting_n < MEETINGS_MAX)
        d->meeting[d->meeting_n++] = (struct known_meeting){.id = id, .at = at};
}

static void learn_draft(struct driver *d, const struct op *op)
{
    struct referral_state_is is;
    struct referral_draft was;

    if (codec_decode(d->s, shape_referral_state_is(), op->answer, SCHEMA_MINOR, &is) != OK ||
        codec_decode(d->s, shape_referral_draft(), op->payload, SCHEMA_MINOR, &was) != OK)
        return;
    for (size_t i = 0; i < was.to.n && d->ref_n < REFS_MAX; i++)
        d->ref[d->ref_n++] = (struct known_referral){
            .id = i ? is.also.v[i - 1] : is.ref_id, .at = op->at, .kind = (int)was.kind, .state = (int)is.state, .version = 1,
            .from = was.kind == KIND_PULL_REQUEST ? op->actor.agency : is.lead, .to = was.to.v[i]};
}

static void learn_act(struct driver *d, const struct op *op)
{
    struct known_referral *r = &d->ref[op->at];
    struct referral_state_is is;

    if (codec_decode(d->s, shape_referral_state_is(), op->answer, SCHEMA_MINOR, &is) != OK)
        return;
    if (is.version > r->version) {
        r->version = is.version;
        r->state = (int)is.state;
    }
    struct known_case *c = &d->kase[r->at];
    if (is.state == REF_ACCEPTED && r->kind == KIND_TRANSFER)
        c->lead = r->to;
    if (is.state == REF_ACCEPTED && (r->kind == KIND_TRANSFER || r->kind == KIND_ADDED_SUPPORT))
        join(c, r->to);
    if (is.has_meeting_id)
        learn_meeting(d, is.meeting_id, r->at);
}

/* Parked messages: tried again while the receiver still refuses some, else skipped. */
static void learn_parked(struct driver *d, const struct op *op)
{
    struct parked_list list;

    if (codec_decode(d->s, shape_parked_list(), op->answer, SCHEMA_MINOR, &list) != OK)
        return;
    for (size_t i = 0; i < list.messages.n; i++) {
        bool skips = dice_chance(&d->world->dice, 400);
        struct queue_act act = {.message_id = list.messages.v[i].id, .action = skips ? QUEUE_SKIP : QUEUE_RETRY, .has_reason = true,
                                .reason = SPAN_LIT("試験での判断")};
        driver_add(d, "referral", shape_queue_act(), &act, &op->actor);
    }
}

static void learn_view(struct driver *d, const struct op *op)
{
    struct case_contents all;

    if (!op->reads_all)
        return;
    if (codec_decode(d->s, shape_case_contents(), op->opened, SCHEMA_MINOR, &all) != OK || !all.has_narrative || !all.narrative.n ||
        !span_is(all.name, "架空 太郎")) {
        d->is_wrong = true;
        journal_note(&d->world->journal, "WRONG: a lead does not read its case whole");
    }
}

void acts_learn(struct driver *d, const struct op *op)
{
    struct done done;

    if (span_is(op->type, "case_receipt")) {
        learn_case(d, op);
    } else if (op->shape == shape_referral_draft()) {
        learn_draft(d, op);
    } else if (op->shape == shape_referral_act()) {
        learn_act(d, op);
    } else if (op->shape == shape_meeting_propose()) {
        if (codec_decode(d->s, shape_done(), op->answer, SCHEMA_MINOR, &done) == OK)
            learn_meeting(d, done.id, op->at);
    } else if (span_is(op->type, "parked_list")) {
        learn_parked(d, op);
    } else if (span_is(op->type, "case_view")) {
        learn_view(d, op);
    } else if (op->shape == shape_case_close()) {
        d->kase[op->at].is_closed = true;
    }
}
