/* The door of a worker. A frame gets a slot only when its tag proves who sent it, it is addressed here, its route exists, its
 * sender and role may use that route, and its bytes decode to the declared shape. Everything else is answered or counted here
 * and changes nothing. */
#include <string.h>

#include "ledger/request.h"
#include "parts.h"
#include "seal/digest.h"
#include "seal/envelope.h"
#include "wire/codec.h"
#include "wire/text_check.h"

void slot_release(struct held *slot)
{
    keyhold_forget(slot);
    scope_reset(slot->s);
    *slot = (struct held){.s = slot->s, .key = slot->key, .older = slot->older};
}

static const struct route *route_find(const struct worker *w, struct span type)
{
    for (size_t i = 0; i < w->set.svc->route_n; i++)
        if (span_is(type, w->set.svc->routes[i].shape()->name))
            return &w->set.svc->routes[i];
    if (!w->set.svc->db_role)
        return NULL;
    for (size_t i = 0; i < QUEUE_ROUTE_N; i++)
        if (span_is(type, QUEUE_ROUTES[i].shape()->name))
            return &QUEUE_ROUTES[i];
    return NULL;
}

/* Is `name` one of the comma-separated words of `list`? */
static bool list_has(const char *list, struct span name)
{
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t n = strcspn(at, ",");
        if (n == name.n && memcmp(at, name.p, n) == 0)
            return true;
    }
    return false;
}

/* Services speak for themselves. */
static bool is_of_service(const struct header *h)
{
    return list_has("intake,referral,meeting,audit,account,keys,sequencer", h->from);
}

/* An agency's own system speaks for itself alone: who that is and whose, the list of peers says; the header may only repeat it. */
static enum status check_host(struct held *slot, const struct peer *host)
{
    const struct header *h = &slot->f.header;

    if (!h->has_actor || !span_is(h->actor, host->name) || !h->has_agency || !agency_eq(h->agency, host->agency) || !h->has_role ||
        h->role != ROLE_AGENCY_HOST)
        return fail(slot->s, DENIED, "機関システムは自らの名前でだけ要求できます", "an agency's system may ask as itself only");
    return OK;
}

static enum status check_sender(struct worker *w, struct held *slot)
{
    const struct header *h = &slot->f.header;
    const struct route *r = slot->route;
    const struct peer *from = keyring_peer(w->set.ring, (const char *)h->from.p);
    bool is_host = from && peer_is_host(from);
    int64_t now = slot->s->now_us;

    if (!list_has(r->from, is_host ? SPAN_LIT("host") : h->from))
        return fail(slot->s, DENIED, "この送信元からは受け付けません", "this service may not send this message");
    if (is_host)
        TRY(check_host(slot, from));
    if ((r->kind == ROUTE_STREAM) != h->has_seq)
        return fail(slot->s, INVALID, "通し番号の有無が正しくありません", "a sequence number is missing or not allowed");
    if (h->has_seq && (!h->has_key || h->seq < 1))
        return fail(slot->s, INVALID, "通し番号が正しくありません", "the sequence number is not valid");
    if (r->kind == ROUTE_STREAM)
        return OK;
    if (now - h->sent > FRAME_WINDOW_S * (int64_t)US_PER_S || h->sent - now > FRAME_WINDOW_S * (int64_t)US_PER_S)
        return fail(slot->s, EXPIRED, "送信時刻が古すぎるか未来です", "the request's time is more than five minutes off");
    if (r->roles != ROLES_ANY && (!h->has_role || !(r->roles & ROLE_BIT(h->role))))
        return fail(slot->s, DENIED, "この役割では操作できません", "this role may not do this");
    return OK;
}

/* Everybody but a service speaks for somebody, and who that is the ticket says: the header may only repeat it.
 * Whether it is true is the database's to judge, before the handler's first row. */
static enum status check_ticket(struct held *slot)
{
    const struct header *h = &slot->f.header;
    struct scope *s = slot->s;
    struct ticket t;

    if (slot->route->kind == ROUTE_STREAM || is_of_service(h))
        return OK;
    if (!h->has_ticket && slot->route->needs_no_ticket)
        return OK;
    if (!h->has_ticket)
        return fail(s, DENIED, "身分証明がありません", "the request carries no ticket");
    TRY(ticket_read(s, h->ticket, &t));
    if (t.kind == TICKET_SERVICE || !h->has_role || t.role != (int)h->role || !agency_eq(t.agency, s->actor.agency) ||
        !span_eq(span_str(t.user), h->has_actor ? h->actor : (struct span){0}))
        return fail(s, DENIED, "身分証明が要求した人のものではありません", "the ticket is not the asker's");
    if (s->now_us / US_PER_S >= t.expires_s)
        return fail(s, EXPIRED, "身分証明の期限が切れています", "the ticket has expired");
    slot->turn.ticket = t;
    slot->ticket = h->ticket;
    return OK;
}

/* A fingerprint of what was asked, under which a repeated id must come back; keyed, because it is kept beside ids and a guess at a
 * narrative must not be provable by it. The body goes in opened: it is sealed afresh each time. */
static void digest_request(struct worker *w, struct held *slot)
{
    const struct header *h = &slot->f.header;
    struct span parts[] = {h->type, slot->f.part[PART_PAYLOAD], span_of(h->agency.code, strlen(h->agency.code)), h->actor,
                           slot->plain};

    digest16_keyed(keyring_curve_secret(w->set.ring), parts, COUNT(parts), slot->digest);
}

static enum status open_body(struct worker *w, struct held *slot, const struct shape *shape)
{
    const struct field *f = shape_sealed(shape);
    struct span body = slot->f.part[PART_BODY];
    const struct header *h = &slot->f.header;

    if (!f) {
        if (body.n)
            return fail(slot->s, INVALID, "この要求に本文は付けられません", "this message carries no sealed body");
        return OK;
    }
    if (!body.n) {
        if (f->is_optional)
            return OK;
        return fail(slot->s, INVALID, "項目 %s がありません", "field %s is missing", f->name);
    }
    TRY(envelope_open_body(slot->s, w->set.ring, (const char *)h->from.p, span_of(h->id.b, UUID_LEN), body, &slot->plain));
    TRY(codec_decode(slot->s, f->shape(), slot->plain, h->minor, field_mut(slot->msg, f)));
    *(bool *)((uint8_t *)slot->msg + f->has_offset) = true;
    return OK;
}

/* The case whose key the handler will need: field case_id of the message, else the key of the header. A case that is opened without
 * an id takes the request's own, so that asking again makes no second key. */
static void name_case(struct held *slot, const struct shape *shape)
{
    const struct field *f = shape_field(shape, SPAN_LIT("case_id"));

    if (f && f->kind == K_UUID && (!f->is_optional || *(bool *)((uint8_t *)slot->msg + f->has_offset))) {
        memcpy(&slot->case_id, field_at(slot->msg, f), sizeof slot->case_id);
    } else if (slot->f.header.has_key) {
        slot->case_id = slot->f.header.key;
    } else {
        slot->case_id = slot->f.header.id;
    }
    if (f && f->is_optional) {
        memcpy(field_mut(slot->msg, f), &slot->case_id, sizeof slot->case_id);
        *(bool *)((uint8_t *)slot->msg + f->has_offset) = true;
    }
}

/* A system's signature under what it wants changed is kept with what that changes, unless fields could stand there that nobody looked at. */
static void keep_signer(const struct worker *w, struct held *slot, const struct shape *shape)
{
    const struct header *h = &slot->f.header;
    const struct peer *from = keyring_peer(w->set.ring, (const char *)h->from.p);

    if (from && peer_is_host(from) && slot->route->kind == ROUTE_CHANGE && h->minor <= SCHEMA_MINOR && request_is_plain(shape))
        slot->turn.host = from;
}

enum status take_check(struct worker *w, struct held *slot)
{
    struct header *h = &slot->f.header;
    struct scope *s = slot->s;

    slot->turn = (struct turn){.s = s, .frame = &slot->f, .service = w->set.svc->name, .own = w->set.own};
    if (h->has_actor && h->actor.n < USER_MAX)
        memcpy(s->actor.user, h->actor.p, h->actor.n);
    if (h->has_agency)
        s->actor.agency = h->agency;
    s->actor.role = h->has_role ? (int)h->role : ROLE_SERVICE;
    if (h->has_trace && h->trace.n < TRACE_MAX)
        memcpy(s->trace, h->trace.p, h->trace.n);

    if (span_is(h->type, "skipped"))
        return h->has_seq ? OK : fail(s, INVALID, "通し番号がありません", "a sequence number is missing");
    slot->route = route_find(w, h->type);
    if (!slot->route)
        return fail(s, UNSUPPORTED, "この種類の要求は扱えません", "this service does not take this message");
    TRY(check_sender(w, slot));
    TRY(check_ticket(slot));
    const struct shape *shape = slot->route->shape();
    slot->msg = scope_alloc(s, shape->size ? shape->size : 1);
    if (!slot->msg)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    TRY(codec_decode(s, shape, slot->f.part[PART_PAYLOAD], h->minor, slot->msg));
    TRY(open_body(w, slot, shape));
    keep_signer(w, slot, shape);
    if (slot->route->kind != ROUTE_STREAM && !is_of_service(h)) /* ids and counts of ours may look like anything */
        TRY(text_check(s, shape, slot->msg));
    if (slot->route->kind == ROUTE_CHANGE)
        digest_request(w, slot);
    if (slot->route->key != KEY_NONE)
        name_case(slot, shape);
    return OK;
}

static void keep_marks(struct worker *w, struct scope *s, const struct frame *f, struct mark *to, size_t *n)
{
    struct ack in; /* gap has the same shape */
    const struct header *h = &f->header;

    if (codec_decode(s, shape_ack(), f->part[PART_PAYLOAD], h->minor, &in) != OK) {
        w->counts.dropped++;
        return;
    }
    for (size_t i = 0; i < in.marks.n && *n < MARKS_MAX; i++) {
        struct mark *m = &to[(*n)++];
        *m = (struct mark){.key = in.marks.v[i].key, .seq = in.marks.v[i].seq};
        memcpy(m->peer, h->from.p, h->from.n < sizeof m->peer ? h->from.n : sizeof m->peer - 1);
    }
}

/* Frames that are neither requests nor stream messages; true when it was one. What does not fit is sent again by the other side. */
bool take_control(struct worker *w, struct scope *s, const struct frame *f)
{
    const struct header *h = &f->header;

    if (span_is(h->type, "ack")) {
        keep_marks(w, s, f, w->acked, &w->acked_n);
    } else if (span_is(h->type, "gap")) {
        keep_marks(w, s, f, w->wanted, &w->wanted_n);
    } else if (span_is(h->type, "nack")) {
        w->counts.nacks++;
        if (outbox_nacked(w, s, f) != OK)
            w->counts.dropped++;
    } else if (h->has_re) {
        keyhold_answer(w, s, f);
    } else {
        return false;
    }
    return true;
}
