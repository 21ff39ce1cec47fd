/* Agencies' own systems. Who is one, and of which agency, is never taken from what a frame says of itself: its sender was proved by a
 * signature, and the list of peers says whose it is. */
#include "hosts.h"

#include "base/hex.h"
#include "seal/sign.h"
#include "svc/audited.h"

/* One system, or the nearer end of one: kashimaru says each of them. */
HANDLER(host_put, t, in)
{
    if (in->until < in->from)
        return fail(t->s, INVALID, "有効期間が逆です", "it would end before it begins");
    TRY(q_host_put(t->tx, &(struct q_host_put){.name = in->name, .agency = in->agency, .curve = in->curve, .sign = in->sign,
                                               .valid_from = in->from, .valid_until = in->until}));
    TRY(q_host_log_add(t->tx, &(struct q_host_log_add){.at = t->s->now_us, .name = in->name, .valid_until = in->until,
                                                       .said_by = span_str(t->s->actor.user)}));
    return ANSWER(t, done, .has_id = false);
}

/* The id of a signing key that is kept as hex. */
static enum status key_id_text(struct turn *t, struct span sign, struct span *ret_text)
{
    uint8_t public_key[SIGN_PUBLIC_LEN], id[8];

    if (!hex_to(sign, public_key, sizeof public_key))
        return fail(t->s, CORRUPT, "保存された鍵の形式が正しくありません", "a stored key is not a key");
    sign_key_id(public_key, id);
    return hex_print(t->s, span_of(id, sizeof id), ret_text);
}

HANDLER(host_list, t, in)
{
    struct q_host_list_rows rows;

    TRY(AUDITED(t, host_list, in));
    TRY(q_host_list(t->tx, &(struct q_host_list){.has_agency = in->has_agency, .agency = in->agency}, &rows));
    TRY(tx_flush(t->tx));
    struct host_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_host_list_row *r = &rows.v[i];
        lines[i] = (struct host_line){.name = r->name, .agency = r->agency, .from = r->valid_from, .until = r->valid_until,
                                      .has_last_seen = r->has_last_seen, .last_seen = r->last_seen};
        TRY(key_id_text(t, r->sign, &lines[i].key_id));
    }
    return ANSWER(t, host_lines, .hosts = {lines, rows.n});
}

/* Asked without a ticket, by nobody but a system whose signature held a moment ago. */
HANDLER(host_ticket, t, in)
{
    const struct account *a = t->own;
    const struct peer *host = keyring_peer(a->ring, (const char *)t->frame->header.from.p);
    struct q_host_seen_rows rows;

    (void)in;
    if (!host || !peer_is_host(host))
        return fail(t->s, DENIED, "機関システムではありません", "not an agency's system");
    TRY(turn_self(t));
    TRY(q_host_seen(t->tx, &(struct q_host_seen){.name = span_str(host->name), .agency = host->agency, .at = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n)
        return fail(t->s, DENIED, "この機関システムは登録されていないか、期限切れです", "this agency's system is not registered, or its time is over");
    int64_t until_us = rows.v[0].valid_until;
    return ticket_answer(t, &(struct bearer){.user = span_str(host->name), .agency = host->agency, .role = ROLE_AGENCY_HOST,
                                             .ends_us = until_us < host->until_us ? until_us : host->until_us});
}
