/* Who hands to whom and how fast it is answered, and how much lies on each agency's desk: for coordinators and auditors, as sums only. A
 * coordinator sees these sums and nothing else of what auditors ask for. */
#include "audit.h"

#include "base/clock.h"
#include "q_flows.h"
#include "svc/audited.h"

enum { DAYS = 90 };

static enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

HANDLER(flow_show, t, in)
{
    struct q_flows_of ask = {.until = in->has_until ? in->until : t->s->now_us};
    struct q_flows_of_rows rows;
    struct flow_lines out = {0};

    ask.since = in->has_since ? in->since : ask.until - DAYS * 86400 * (int64_t)US_PER_S;
    TRY(AUDITED(t, flow_show, in));
    TRY(turn_self(t)); /* a coordinator's ticket opens no row that is summed here; the route lets in who may have the sums */
    TRY(q_flows_of(t->tx, &ask, &rows));
    TRY(tx_flush(t->tx));
    struct flow_line *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    if (!list)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_flows_of_row *r = &rows.v[i];
        list[i] = (struct flow_line){.sender = r->sender, .receiver = r->receiver, .sent = r->sent, .accepted = r->accepted,
                                     .returned = r->returned, .unanswered = r->waiting, .has_median_s = r->has_median,
                                     .median_s = r->median, .has_p90_s = r->has_p90, .p90_s = r->p90};
    }
    out.since = ask.since;
    out.until = ask.until;
    out.flows.v = list;
    out.flows.n = rows.n;
    return turn_answer(t, shape_flow_lines(), &out);
}

HANDLER(load_show, t, in)
{
    struct q_loads_of_rows rows;
    struct load_lines out = {.at = t->s->now_us};

    TRY(AUDITED(t, load_show, in));
    TRY(turn_self(t)); /* as above */
    TRY(q_loads_of(t->tx, &(struct q_loads_of){.now = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    struct load_line *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    if (!list)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_loads_of_row *r = &rows.v[i];
        list[i] = (struct load_line){.agency = r->agency, .leads = r->leads, .offers = r->offers, .offers_late = r->offers_late,
                                     .active = r->active};
    }
    out.loads.v = list;
    out.loads.n = rows.n;
    return turn_answer(t, shape_load_lines(), &out);
}
