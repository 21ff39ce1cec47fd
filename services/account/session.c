/* A session is worth what it is at this moment: every use looks at its row and its account again, and gives a ticket that is over in
 * five minutes, so that what was ended stays usable no longer than that. */
#include "hosts.h"

static const char OVER_JA[] = "サインインし直してください", OVER_EN[] = "sign in again";

static void text_copy(char *to, size_t cap, struct span from)
{
    memcpy(to, from.p, from.n < cap ? from.n : cap - 1);
}

enum status ticket_answer(struct turn *t, const struct bearer *b)
{
    const struct account *a = t->own;
    int64_t now_s = t->s->now_us / US_PER_S, ends_s = b->ends_us / US_PER_S;
    struct ticket k = {.issuer = "account", .kind = b->role == ROLE_AGENCY_HOST ? TICKET_HOST : TICKET_USER, .agency = b->agency,
                       .role = (int)b->role, .issued_s = now_s, .fresh_s = b->fresh_us / US_PER_S};
    struct ticket_grant g = {.user = b->user, .agency = b->agency, .role = b->role, .sealed = {.csrf = b->csrf}};

    text_copy(k.user, sizeof k.user, b->user);
    if (b->session.n)
        text_copy(k.session, sizeof k.session, b->session);
    k.expires_s = now_s + TICKET_USER_S < ends_s ? now_s + TICKET_USER_S : ends_s;
    TRY(ticket_mint(t->s, a->tickets, &k, &g.sealed.ticket));
    g.expires = k.expires_s * US_PER_S;
    return turn_answer(t, shape_ticket_grant(), &g);
}

enum status session_csrf(struct turn *t, struct span token, struct span *ret_csrf)
{
    struct span parts[] = {SPAN_LIT("csrf"), token};
    uint8_t digest[DIGEST32_LEN];
    char *text = scope_alloc(t->s, DIGEST_HEX_MAX);

    if (!text)
        return no_room(t);
    digest32(parts, COUNT(parts), digest);
    *ret_csrf = span_str(digest_hex(span_of(digest, sizeof digest), text));
    return OK;
}

HANDLER(session_use, t, in)
{
    const struct account *a = t->own;
    uint8_t raw[DIGEST32_LEN];
    struct q_session_find_rows rows;
    struct bearer b = {0};

    sha256_of(in->sealed.token, raw);
    struct span digest = span_of(raw, sizeof raw);
    TRY(turn_self(t));
    TRY(q_session_find(t->tx, &(struct q_session_find){.digest = digest}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, DENIED, OVER_JA, OVER_EN);
    const struct q_session_find_row *r = rows.v;
    struct session_facts f = {.is_ended = r->is_ended, .is_demo = r->is_demo, .is_active = r->is_active, .last_used_us = r->last_used,
                              .expires_us = r->expires, .made_us = r->made_at};
    if (!session_is_live(&f, a->is_demo, a->idle_us, t->s->now_us))
        return fail(t->s, DENIED, OVER_JA, OVER_EN);
    if (!(in->has_look && in->look) && session_is_touched(&f, a->idle_us, t->s->now_us))
        TRY(q_session_touch(t->tx, &(struct q_session_touch){.digest = digest, .at = t->s->now_us}));
    TRY(session_csrf(t, in->sealed.token, &b.csrf));
    b.user = r->user;
    b.agency = r->agency;
    b.role = r->role;
    b.session = r->id;
    b.ends_us = r->expires;
    b.fresh_us = r->has_fresh_at ? r->fresh_at : 0;
    return ticket_answer(t, &b);
}

/* The session the asker's ticket names, if it is still one. */
static enum status own_session(struct turn *t, int64_t *ret_expires_us)
{
    const struct account *a = t->own;
    struct q_session_own_rows rows;

    TRY(q_session_own(t->tx, &(struct q_session_own){.id = span_str(t->ticket.session), .user = span_str(t->s->actor.user)}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, DENIED, OVER_JA, OVER_EN);
    struct session_facts f = {.is_ended = rows.v[0].is_ended, .is_demo = rows.v[0].is_demo, .is_active = true,
                              .last_used_us = rows.v[0].last_used, .expires_us = rows.v[0].expires};
    if (!session_is_live(&f, a->is_demo, a->idle_us, t->s->now_us))
        return fail(t->s, DENIED, OVER_JA, OVER_EN);
    *ret_expires_us = rows.v[0].expires;
    return OK;
}

HANDLER(session_fresh, t, in)
{
    struct span user = span_str(t->s->actor.user), session = span_str(t->ticket.session);
    struct claim c = {.user = user, .code = in->sealed.code, .passed_as = SIGN_IN_FRESH};
    struct bearer b = {.user = user, .agency = t->ticket.agency, .role = t->ticket.role, .session = session, .fresh_us = t->s->now_us};
    struct proven p;

    TRY(own_session(t, &b.ends_us));
    TRY(factor_prove(t, &c, &p));
    if (!p.is_passed)
        return factor_refuse(t);
    TRY(q_session_refresh(t->tx, &(struct q_session_refresh){.id = session, .user = user, .at = t->s->now_us}));
    return ticket_answer(t, &b);
}

HANDLER(sign_out, t, in)
{
    struct span user = span_str(t->s->actor.user);

    (void)in;
    TRY(q_session_end(t->tx, &(struct q_session_end){.id = span_str(t->ticket.session), .user = user, .at = t->s->now_us}));
    TRY(log_add(t, user, SIGNED_OUT));
    return ANSWER(t, done, .has_id = false);
}

/* Whoever may run the command on the server owns the installation; still each time is written down, and without demo it is never a
 * caseworker who acts, nor one with a second factor. */
HANDLER(ticket_open, t, in)
{
    const struct account *a = t->own;
    struct bearer b = {.user = in->user, .agency = in->agency, .role = in->role, .ends_us = INT64_MAX,
                       .fresh_us = a->is_demo ? t->s->now_us : 0};

    if (in->role == ROLE_SERVICE || (in->role != ROLE_ADMINISTRATOR && !a->is_demo))
        return fail(t->s, DENIED, "この役割では操作できません（試用設定 demo = 1 を除く）",
                    "not in this role, unless the setting demo = 1");
    TRY(turn_self(t));
    TRY(log_add(t, in->user, SIGN_IN_OPERATOR));
    return ticket_answer(t, &b);
}

/* In the service's own job: what is over is deleted, a batch at a time. */
enum status session_purge(struct turn *t, bool *ret_more)
{
    const struct account *a = t->own;
    struct q_sessions_purge_rows gone;
    struct q_invites_purge_rows old;
    struct q_once_purge_rows past;

    TRY(q_sessions_purge(t->tx, &(struct q_sessions_purge){.at = t->s->now_us, .idle = t->s->now_us - a->idle_us}, &gone));
    TRY(q_invites_purge(t->tx, &(struct q_invites_purge){.at = t->s->now_us}, &old));
    TRY(q_once_purge(t->tx, &(struct q_once_purge){.before = t->s->now_us - ONCE_S * US_PER_S}, &past));
    TRY(tx_flush(t->tx));
    *ret_more = gone.n == PURGE_MOST || old.n == PURGE_MOST || past.n == PURGE_MOST;
    return OK;
}
