/* The door: a frame is worked on only when its tag proves who sent it, it is addressed here, and this table lets its sender ask for this.
 * Everything else is answered with a refusal or counted, and changes nothing. */
#include "base/clock.h"
#include "base/log.h"
#include "inside.h"
#include "seal/envelope.h"
#include "seal/ticket.h"
#include "wire/codec.h"
#include "wire/text_check.h"

static const struct {
    const struct shape *(*shape)(void);
    enum status (*answer)(struct signer *g, struct asked *a);
    const char *from[2];
    bool is_administrator; /* through ctl, and only for one */
} ASKS[] = {
    {shape_head_sign, answer_head_sign, {"sequencer"}, false},
    {shape_head_show, answer_head_show, {"sequencer", ADMINISTRATORS}, false},
    {shape_shard_open, answer_shard_open, {"sequencer", ADMINISTRATORS}, true},
};

static bool may_send(size_t i, struct span from)
{
    for (size_t k = 0; k < COUNT(ASKS[i].from); k++)
        if (ASKS[i].from[k] && span_is(from, ASKS[i].from[k]))
            return true;
    return false;
}

/* The ticket's mac is not looked at: the key that would tell could also make anyone's ticket, and must not lie here. Who holds the
 * identity of ctl is given an administrator's ticket by account without being asked for a password, so nobody gains by making one up. */
static enum status check_administrator(struct scope *s, const struct header *h)
{
    struct ticket t;

    if (!h->has_ticket || !h->has_role || h->role != ROLE_ADMINISTRATOR || !h->has_agency || !h->has_actor)
        return fail(s, DENIED, "システム管理者だけが操作できます", "only an administrator may do this");
    TRY(ticket_read(s, h->ticket, &t));
    if (t.kind != TICKET_USER || t.role != ROLE_ADMINISTRATOR || !agency_eq(t.agency, h->agency) || !span_is(h->actor, t.user))
        return fail(s, DENIED, "身分証明が要求した人のものではありません", "the ticket is not the asker's");
    if (s->now_us / US_PER_S >= t.expires_s)
        return fail(s, EXPIRED, "身分証明の期限が切れています", "the ticket has expired");
    return OK;
}

static enum status check(struct scope *s, size_t i, const struct frame *f)
{
    const struct header *h = &f->header;
    int64_t age_us = s->now_us - h->sent;

    if (!may_send(i, h->from))
        return fail(s, DENIED, "この送信元からは受け付けません", "this service may not send this message");
    if (h->has_seq || f->part[PART_BODY].n)
        return fail(s, INVALID, "この要求に通し番号や本文は付けられません", "this message carries no sequence number and no sealed body");
    if (age_us > FRAME_WINDOW_S * (int64_t)US_PER_S || age_us < -FRAME_WINDOW_S * (int64_t)US_PER_S)
        return fail(s, EXPIRED, "送信時刻が古すぎるか未来です", "the request's time is more than five minutes off");
    return ASKS[i].is_administrator && span_is(h->from, ADMINISTRATORS) ? check_administrator(s, h) : OK;
}

static enum status work(struct signer *g, const struct frame *f, struct asked *a)
{
    struct scope *s = g->s;
    size_t i = 0;

    while (i < COUNT(ASKS) && !span_is(f->header.type, ASKS[i].shape()->name))
        i++;
    if (i == COUNT(ASKS))
        return fail(s, UNSUPPORTED, "この種類の要求は扱えません", "this service does not take this message");
    TRY(check(s, i, f));
    void *in = scope_alloc(s, ASKS[i].shape()->size + 1);
    if (!in)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    TRY(codec_decode(s, ASKS[i].shape(), f->part[PART_PAYLOAD], f->header.minor, in));
    TRY(text_check(s, ASKS[i].shape(), in));
    a->in = in;
    return ASKS[i].answer(g, a);
}

static enum status say(struct signer *g, const struct frame *f, const struct shape *shape, const void *msg)
{
    const struct header *was = &f->header;
    struct header h = {.id = scope_uuid(g->s), .type = span_str(shape->name), .minor = SCHEMA_MINOR, .from = SPAN_LIT("signer"),
                       .to = was->from, .sent = clock_now_us(), .has_reply_to = was->has_reply_to, .reply_to = was->reply_to,
                       .has_trace = was->has_trace, .trace = was->trace, .has_re = true, .re = was->id};
    const char *to = (const char *)was->from.p;
    uint8_t tag[ENVELOPE_TAG_LEN];
    struct span payload;
    struct frame out;

    TRY(codec_encode(g->s, shape, msg, &payload));
    TRY(frame_build(g->s, &h, payload, (struct span){0}, &out));
    TRY(envelope_tag(g->s, g->ring, to, TO_PEER, out.part, PART_TAG, tag));
    out.part[PART_TAG] = span_of(tag, sizeof tag);
    return bus_send(g->s, g->bus, &out);
}

void ask_take(struct signer *g, const struct frame *f)
{
    const struct header *h = &f->header;
    struct asked a = {.f = f};

    if (h->has_re || !span_is(h->to, "signer") ||
        envelope_check(g->s, g->ring, (const char *)h->from.p, f->part, PART_TAG, f->part[PART_TAG]) != OK) {
        g->dropped++;
        return;
    }
    enum status st = work(g, f, &a);
    struct refusal no = {.status = span_str(status_trait(st)->word), .why_ja = span_str(g->s->why.ja), .why_en = span_str(g->s->why.en),
                         .has_state = g->s->why.state[0] != 0, .state = span_str(g->s->why.state)};
    if (st == CORRUPT || st == CONFLICT || st == UNAVAILABLE)
        LOG(LOG_ERROR, "refused", LOG_WORD("type", (const char *)h->type.p), LOG_WORD("why", g->s->why.en));
    enum status sent = st == OK ? say(g, f, a.shape, a.out) : say(g, f, shape_refusal(), &no);
    if (sent != OK)
        LOG(LOG_WARN, "answer_unsent", LOG_WORD("status", status_trait(sent)->word));
}
