/* What is published only grows: a head that is behind the one the world can read is kept back, wherever it comes from. And the last head of a
 * log that is closed is published too, be it that who signed it died before. */
#include "sequencer.h"

#include "ledger/folder.h"
#include "ledger/note.h"
#include "q_sequencer.h"

/* Size of the head that stands in a file; 0 where there is none, or none of this log. */
static uint64_t size_in(const struct log_folder *folder, const char *name, const char *origin)
{
    struct checkpoint c;
    struct note note;
    struct span bytes;

    if (log_folder_read(folder, name, folder->buffer, &bytes) != OK || note_read(folder->s, bytes, &note) != OK ||
        checkpoint_read(folder->s, note.text, &c) != OK || !span_is(c.origin, origin))
        return 0;
    return c.size;
}

static enum status published_size(struct sequencer *q, uint64_t *ret_size)
{
    struct scope *s = q->batch;
    const char *year = strrchr(q->origin, '/');
    struct log_folder folder;

    scope_reset(s);
    TRY(log_folder_open(s, scope_print(s, "%s/%s", q->p.cfg.log_dir, year ? year + 1 : q->origin), &folder));
    uint64_t given = size_in(&folder, "head", q->origin), out = size_in(&folder, "checkpoint", q->origin);
    *ret_size = given > out ? given : out;
    return OK;
}

enum status publish_on(struct sequencer *q, struct span note, uint64_t size)
{
    uint64_t is;

    if (q->published == 0) {
        TRY(published_size(q, &is));
        if (is > size)
            return fail(q->message, CONFLICT, "公開済みの記録（%llu 件）が台帳（%llu 件）より先に進んでいます。データベースが前の時点に戻されています",
                        "the published log (%llu leaves) is ahead of the ledger (%llu): the database was restored to an earlier time",
                        (unsigned long long)is, (unsigned long long)size);
    }
    return publish(q, note, size);
}

static enum status publish_closed(struct sequencer *q, const struct q_heads_closed_row *log)
{
    uint64_t is;

    if (log->origin.n >= sizeof q->origin)
        return fail(q->message, CORRUPT, "記録の名前が長すぎます", "the name of the log is too long");
    memcpy(q->origin, log->origin.p, log->origin.n);
    q->origin[log->origin.n] = 0;
    q->shard = log->shard;
    q->published = 0;
    TRY(published_size(q, &is));
    return is < (uint64_t)log->size ? publish(q, log->note, (uint64_t)log->size) : OK;
}

enum status publish_past(struct sequencer *q)
{
    struct q_heads_closed_rows rows;
    char origin[ORIGIN_MAX];
    uint64_t published = q->published;
    int64_t shard = q->shard;
    struct tx *tx;

    if (q->past_of == shard)
        return OK;
    TRY(tx_begin(q->db, q->message, &tx));
    enum status st = q_heads_closed(tx, &rows);
    st = st == OK ? tx_flush(tx) : st;
    tx_rollback(tx);
    memcpy(origin, q->origin, sizeof origin);
    for (size_t i = 0; st == OK && i < rows.n; i++)
        st = publish_closed(q, &rows.v[i]);
    memcpy(q->origin, origin, sizeof origin);
    q->shard = shard;
    q->published = published;
    if (st == OK)
        q->past_of = shard;
    return st;
}
