/* The routes every service has: how its outbox stands, what is parked in it, and the operator's two answers to a parked message. */
#include "parts.h"
#include "wire/codec.h"

#define ROLES_QUEUE (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_COORDINATOR) | ROLE_BIT(ROLE_SERVICE))

HANDLER(queue_status, t, in)
{
    struct q_queue_lines_rows rows;
    struct queue_state out = {.service = span_str(t->service)};

    (void)in;
    TRY(q_queue_lines(t->tx, &(struct q_queue_lines){.at = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    struct queue_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++)
        lines[i] = (struct queue_line){.to = rows.v[i].dest, .waiting = rows.v[i].waiting, .parked = rows.v[i].parked,
                                       .oldest_ms = rows.v[i].oldest_ms < 0 ? 0 : rows.v[i].oldest_ms};
    out.lines.v = lines;
    out.lines.n = rows.n;
    return turn_answer(t, shape_queue_state(), &out);
}

HANDLER(queue_parked, t, in)
{
    struct q_queue_parked_rows_rows rows;
    struct parked_list out = {0};

    (void)in;
    TRY(q_queue_parked_rows(t->tx, &rows));
    TRY(tx_flush(t->tx));
    struct parked_message *list = scope_alloc(t->s, (rows.n + 1) * sizeof *list);
    if (!list)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++)
        list[i] = (struct parked_message){.id = rows.v[i].id, .type = rows.v[i].type, .to = rows.v[i].dest, .key = rows.v[i].key,
                                          .seq = rows.v[i].seq, .attempts = rows.v[i].attempts,
                                          .parked_at = rows.v[i].parked_at, .status = rows.v[i].status, .why = rows.v[i].why};
    out.messages.v = list;
    out.messages.n = rows.n;
    return turn_answer(t, shape_parked_list(), &out);
}

static enum status skip(struct turn *t, const struct queue_act *in, const struct q_queue_parked_one_row *row)
{
    struct skipped tomb = {.type = row->type, .reason = in->reason};
    struct span payload;

    if (!in->has_reason || !in->reason.n)
        return fail(t->s, INVALID, "飛ばす理由を記入してください", "skipping needs a recorded reason");
    TRY(codec_encode(t->s, shape_skipped(), &tomb, &payload));
    TRY(q_queue_skip_row(t->tx, &(struct q_queue_skip_row){.id = in->message_id, .payload = payload, .at = t->s->now_us}));
    return RECORD_EVENT(t, .what = HAPPENED_SKIP_REQUESTED, .case_id = row->key, .about = in->message_id,
                        .detail = (const char *)row->type.p, .reason = (const char *)in->reason.p);
}

HANDLER(queue_act, t, in)
{
    struct q_queue_parked_one_rows row;

    TRY(q_queue_parked_one(t->tx, &(struct q_queue_parked_one){.id = in->message_id}, &row));
    TRY(tx_flush(t->tx));
    if (row.n == 0)
        return fail(t->s, NOT_FOUND, "保留中の送信はありません", "no such parked message");
    if (in->action == QUEUE_SKIP)
        TRY(skip(t, in, &row.v[0]));
    else
        TRY(q_queue_retry_row(t->tx, &(struct q_queue_retry_row){.id = in->message_id, .at = t->s->now_us}));
    return ANSWER(t, done, .has_id = true, .id = in->message_id, .has_state = true,
                  .state = span_str(words_at(words_queue_action(), in->action)));
}

/* Whether a message was skipped is known only here: its original may have come late and been applied before. */
enum status turn_skipped(struct turn *t)
{
    struct skipped in;

    TRY(codec_decode(t->s, shape_skipped(), t->frame->part[PART_PAYLOAD], t->frame->header.minor, &in));
    return RECORD_EVENT(t, .what = HAPPENED_SKIPPED, .case_id = t->frame->header.key, .about = t->frame->header.id,
                        .detail = (const char *)in.type.p, .reason = (const char *)in.reason.p);
}

const struct route QUEUE_ROUTES[] = {
    ROUTE_OPEN(ROUTE_QUERY, queue_status, ROLES_QUEUE, KEY_NONE, "gateway,ctl"), /* the gateway asks by itself, for its readiness */
    ROUTE(ROUTE_QUERY, queue_parked, ROLES_QUEUE, KEY_NONE, "gateway,ctl"),
    ROUTE(ROUTE_CHANGE, queue_act, ROLES_QUEUE, KEY_NONE, "gateway,ctl"),
};
const size_t QUEUE_ROUTE_N = COUNT(QUEUE_ROUTES);
