/* What the gateway turns into hints: that something happened and whom it concerns, never what. It is read in the order of the commits, up
 * to where nothing can come to light any more, and always whole transactions: a position is one number, and everything below it was told. */
#include "audit.h"

#include "base/clock.h"
#include "q_flows.h"

enum { ROWS_MOST = 500, PARTIES_MOST = 5, FORGET_MOST = 500 };

static const int64_t DAY_US = 24 * 60 * 60 * (int64_t)US_PER_S;

/* The last transaction may go on behind the last row there was room for: it waits for the next turn. */
static size_t whole(const struct q_feed_since_rows *rows, struct feed_lines *out)
{
    size_t n = rows->n;

    if (n < ROWS_MOST)
        return n;
    int64_t last = rows->v[n - 1].tx;
    out->more = true;
    while (n && rows->v[n - 1].tx == last)
        n--;
    out->cut = n == 0;
    out->position = n ? last - 1 : last;
    return n;
}

static void add(struct feed_line *line, struct agency_id *to, bool is_there, struct agency_id agency)
{
    for (size_t i = 0; i < line->concerns.n; i++)
        if (agency_eq(to[i], agency))
            return;
    if (is_there && agency.code[0])
        to[line->concerns.n++] = agency;
}

/* A draft is its writer's, and the lead's for whom a coordinator wrote it; who is to be asked does not hear of it yet. */
static enum status line_of(struct turn *t, const struct q_feed_since_row *r, struct feed_line *line)
{
    struct agency_id *to = scope_alloc(t->s, PARTIES_MOST * sizeof *to);

    if (!to)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    *line = (struct feed_line){.has_happened = r->has_happened, .happened = r->happened, .has_notice = r->has_notice, .notice = r->notice,
                               .has_case_id = r->has_case_id, .case_id = r->case_id, .has_about = r->has_about, .about = r->about,
                               .concerns = {to, 0}};
    add(line, to, r->has_agency, r->agency);
    add(line, to, r->has_lead && !r->has_notice && !(r->is_draft && r->has_counterpart && agency_eq(r->lead, r->counterpart)), r->lead);
    if (r->is_draft)
        return OK;
    add(line, to, r->has_counterpart, r->counterpart);
    add(line, to, r->has_sender, r->sender);
    add(line, to, r->has_receiver, r->receiver);
    return OK;
}

static enum status read_on(struct turn *t, int64_t after, struct feed_lines *out)
{
    struct q_feed_since_rows rows;

    TRY(q_feed_since(t->tx, &(struct q_feed_since){.after = after, .upto = out->position, .since = t->s->now_us - DAY_US}, &rows));
    TRY(tx_flush(t->tx));
    size_t n = whole(&rows, out);
    struct feed_line *lines = scope_alloc(t->s, (n + 1) * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < n; i++)
        TRY(line_of(t, &rows.v[i], &lines[i]));
    out->lines.v = lines;
    out->lines.n = n;
    return OK;
}

HANDLER(feed_list, t, in)
{
    struct q_feed_end_row end;

    if (t->ticket.kind)
        return fail(t->s, DENIED, "人からの要求では受け付けません", "this is not for a person to ask");
    TRY(q_feed_end(t->tx, &end));
    TRY(tx_flush(t->tx));
    struct feed_lines out = {.server = end.server, .position = end.upto};
    if (in->has_after && in->after > end.upto)
        out.cut = true;
    else if (in->has_after)
        TRY(read_on(t, in->after, &out));
    return turn_answer(t, shape_feed_lines(), &out);
}

HANDLER(meeting_told, t, in)
{
    return q_hints_put(t->tx, &(struct q_hints_put){.meeting_id = in->meeting_id, .agencies = {in->invitees.v, in->invitees.n},
                                                    .at = t->s->now_us});
}

enum status hints_forget(struct turn *t, bool *ret_more)
{
    struct q_hints_forget_row gone;

    TRY(q_hints_forget(t->tx, &(struct q_hints_forget){.before = t->s->now_us - DAY_US}, &gone));
    TRY(tx_flush(t->tx));
    *ret_more = gone.n == FORGET_MOST;
    return OK;
}
