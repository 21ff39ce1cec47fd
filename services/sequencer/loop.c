/* Rows are taken as long as there are any, heads and files follow; whatever fails is told once and tried again with growing pauses, and
 * nothing that fails on the way out (signer, files) holds up what comes in. */
#include "sequencer.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/migrate.h"
#include "q_sequencer.h"
#include "svc/service.h"

enum { EVERY_MS = 150, HEADS_MS = 500, ROWS_MANY = 128, PAUSE_FIRST_MS = 100, PAUSE_MOST_MS = 5000, SAY_EVERY_US = 60 * US_PER_S };
#define MONTHS_EVERY_US (6 * 3600 * (int64_t)US_PER_S)

static enum status open_database(struct sequencer *q)
{
    struct scope *s = q->p.s;
    const char *dsn = scope_print(s, "%s user=km_sequencer application_name=%s", q->p.cfg.db_dsn, q->p.instance);

    TRY(conn_open(s, dsn, NULL, &q->db));
    TRY(pass_renew(s, q->db, q->p.ring, clock_now_us(), &q->pass));
    TRY(migrate_check(s, q->db, SCHEMA_VERSION));
    conn_free(take(&q->db));
    TRY(conn_open(s, dsn, QUERIES_sequencer, &q->db));
    return pass_renew(s, q->db, q->p.ring, clock_now_us(), &q->pass);
}

/* The log that is open; the first one when there never was any. */
static enum status open_log(struct sequencer *q)
{
    struct scope *s = q->message;
    struct q_shard_now_rows rows;
    struct tx *tx;
    int64_t now = clock_now_us();
    const char *origin = scope_print(s, "%s/%d", q->p.cfg.log_origin, fiscal_year(now));

    TRY(tx_begin(q->db, s, &tx));
    enum status st = q_shard_first(tx, &(struct q_shard_first){.origin = span_str(origin), .at = now});
    st = st == OK ? q_shard_now(tx, &rows) : st;
    st = st == OK ? tx_flush(tx) : st;
    if (st != OK) {
        tx_rollback(tx);
        return st;
    }
    TRY(tx_commit(tx));
    if (!rows.n)
        return fail(s, CONFLICT, "開いている記録がありません", "no log is open");
    if (rows.v[0].origin.n >= sizeof q->origin)
        return fail(s, CORRUPT, "記録の名前が長すぎます", "the name of the log is too long");
    if (q->shard != rows.v[0].shard) {
        q->published = 0;
        q->is_refused = false;
    }
    q->shard = rows.v[0].shard;
    memcpy(q->origin, rows.v[0].origin.p, rows.v[0].origin.n);
    q->origin[rows.v[0].origin.n] = 0;
    return OK;
}

static enum status months_ahead(struct sequencer *q)
{
    struct q_partitions_row row;
    struct tx *tx;
    int64_t now = clock_mono_us();

    if (q->month_us && now - q->month_us < MONTHS_EVERY_US)
        return OK;
    TRY(tx_begin(q->db, q->message, &tx));
    enum status st = q_partitions(tx, &row);
    if (st != OK) {
        tx_rollback(tx);
        return st;
    }
    TRY(tx_commit(tx));
    q->month_us = now;
    return OK;
}

enum status sequencer_open(struct sequencer *q)
{
    struct scope *s = q->p.s;

    q->batch = scope_new(BATCH_CAP, entropy_system());
    q->message = scope_new(SCOPE_CAP, entropy_system());
    q->in = scope_new(SCOPE_CAP, entropy_system());
    if (!q->batch || !q->message || !q->in)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    TRY(open_database(q));
    enum status st = open_log(q);
    if (st != OK) {
        s->why = q->message->why;
        return st;
    }
    TRY(bus_open(s, q->p.cfg.relay_endpoint, q->p.ring, q->p.instance, &q->bus));
    sequencer_alive(q);
    return OK;
}

void sequencer_close(struct sequencer *q)
{
    if (q->bus)
        bus_free(q->bus);
    if (q->db)
        conn_free(q->db);
    scope_free(q->batch);
    scope_free(q->message);
    scope_free(q->in);
    process_close(&q->p);
}

/* ---- one round ---- */

static enum status take_duty(struct sequencer *q)
{
    struct q_duty_take_row row;
    struct tx *tx;

    if (q->is_on_duty)
        return OK;
    TRY(tx_begin(q->db, q->message, &tx));
    enum status st = q_duty_take(tx, &row);
    st = st == OK ? tx_flush(tx) : st;
    tx_rollback(tx); /* a lock of the session's stays */
    if (st != OK)
        return st;
    if (!row.is_mine)
        return fail(q->message, UNAVAILABLE, "別の sequencer が働いています", "another sequencer is at work");
    q->is_on_duty = true;
    return OK;
}

static enum status ready(struct sequencer *q)
{
    scope_reset(q->message);
    q->message->now_us = clock_now_us();
    if (!conn_is_alive(q->db)) {
        q->pass.until_us = 0;
        q->is_on_duty = false;
        TRY(conn_reopen(q->message, q->db));
    }
    if (pass_is_old(&q->pass, clock_now_us()))
        TRY(pass_renew(q->message, q->db, q->p.ring, clock_now_us(), &q->pass));
    TRY(take_duty(q));
    TRY(open_log(q));
    return months_ahead(q);
}

/* Not more often than once a minute, however often it happens. */
static void tell(struct sequencer *q, const char *event, enum status st)
{
    int64_t now = clock_mono_us();

    if (q->said_us && now - q->said_us < SAY_EVERY_US)
        return;
    q->said_us = now;
    log_event(LOG_ERROR, event, LOG_LIST(LOG_WORD("status", status_trait(st)->word), LOG_WORD("why", q->message->why.en)) + 1, 2);
}

/* A head costs the same whatever it covers: a proof, a signature and a dozen writes to the disk, for which everyone else's have to wait. So
 * while many events come it covers several batches. A signer that does not answer is left alone for as long as it was waited for. */
static bool is_head_due(const struct sequencer *q, bool are_many)
{
    return clock_mono_us() >= q->head_us || !(are_many || q->is_away);
}

static enum status ask_head(struct sequencer *q, struct span *ret_note, uint64_t *ret_size)
{
    int64_t first = clock_mono_us();
    enum status st = head(q, ret_note, ret_size);
    int64_t now = clock_mono_us();

    q->is_away = st == UNAVAILABLE;
    q->head_us = q->is_away ? now + (now - first) : first + HEADS_MS * (int64_t)US_PER_MS;
    return st;
}

/* Heads and files: what goes wrong here is told and changes nothing of what was sequenced. */
static void send_out(struct sequencer *q)
{
    struct span note;
    uint64_t size = 0;
    enum status st = ask_head(q, &note, &size);
    bool is_head = st == OK && !q->is_refused;

    if (q->is_refused) {
        q->message->why = q->refusal;
        tell(q, "head_refused", st == OK ? CONFLICT : st);
    } else if (st != OK && !q->is_stopping) {
        tell(q, "head_not_signed", st);
    }
    if (st == OK) {
        st = size ? publish_on(q, note, size) : OK;
        st = st == OK ? publish_past(q) : st;
        if (st != OK && !q->is_stopping)
            tell(q, "log_not_published", st);
    }
    if (!(is_head && st == OK) && !q->is_refused)
        return;
    st = year_begins(q, size, is_head);
    if (st != OK && !q->is_stopping)
        tell(q, "year_not_begun", st);
}

/* A batch that failed is tried again with fewer rows, so that one that takes too long does not do so for ever. */
static enum status round_once(struct sequencer *q, int64_t *ret_n, bool *ret_is_more)
{
    *ret_n = 0;
    *ret_is_more = false;
    enum status st = ready(q);
    if (st == OK) {
        int64_t most = q->rows_most;
        st = sequence(q, ret_n);
        if (st != OK)
            q->message->why = q->batch->why;
        q->rows_most = st != OK ? most / 2 : most * 2;
        q->rows_most = q->rows_most < ROWS_LEAST ? ROWS_LEAST : q->rows_most > ROWS_MOST ? ROWS_MOST : q->rows_most;
        *ret_is_more = *ret_n == most;
    }
    return st;
}

void sequencer_run(struct sequencer *q)
{
    int pause_ms = 0;

    while (!q->is_stopping) {
        int64_t n;
        bool is_more;
        enum status st = round_once(q, &n, &is_more);
        if (st != OK && !q->is_stopping) {
            if (!pause_ms)
                LOG(st == UNAVAILABLE ? LOG_WARN : LOG_ERROR, "not_sequenced", LOG_WORD("status", status_trait(st)->word),
                    LOG_WORD("why", q->message->why.en));
            pause_ms = pause_ms ? pause_ms * 2 : PAUSE_FIRST_MS;
            pause_ms = pause_ms > PAUSE_MOST_MS ? PAUSE_MOST_MS : pause_ms;
        } else if (st == OK) {
            if (pause_ms)
                LOG(LOG_NOTICE, "sequencing_again");
            pause_ms = 0;
            if (is_head_due(q, is_more || n >= ROWS_MANY))
                send_out(q);
        }
        sequencer_alive(q);
        int64_t until = clock_mono_us() + (is_more ? 0 : pause_ms ? pause_ms : EVERY_MS) * (int64_t)US_PER_MS;
        for (int64_t now = clock_mono_us(); now < until && !q->is_stopping; now = clock_mono_us()) {
            struct frame f;
            bool got = true;
            int left_ms = (int)((until - now) / US_PER_MS) + 1;
            scope_reset(q->in);
            if (bus_wait(q->bus, &q->p.stop_fd, 1, left_ms < 500 ? left_ms : 500) & 1u)
                while (got && bus_receive(q->in, q->bus, &f, &got) == OK)
                    scope_reset(q->in); /* late answers: nobody waits for them */
            sequencer_alive(q);
        }
    }
    LOG(LOG_NOTICE, "stopping");
    process_notify("STOPPING=1");
    scope_reset(q->in);
    if (bus_hello(q->in, q->bus, true) != OK)
        LOG(LOG_DEBUG, "hello_failed");
}
