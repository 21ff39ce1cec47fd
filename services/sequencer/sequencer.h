#ifndef KM_SEQUENCER_SEQUENCER_H
#define KM_SEQUENCER_SEQUENCER_H

#include "base/calendar.h"
#include "bus/bus.h"
#include "db/conn.h"
#include "db/tx.h"
#include "ledger/tile.h"
#include "ledger/tree.h"
#include "svc/pass.h"
#include "svc/process.h"
#include "wire/message.h"

/* The one process that makes leaves of the history. Nothing of it is kept in memory that is not in the database or can be read again: it
 * may end at any instruction. */

enum { ROWS_MOST = 4000, ROWS_LEAST = 64, EVENTS_A_MESSAGE = 40, BATCH_CAP = 96 << 20, ORIGIN_MAX = 160 };

struct sequencer {
    struct process p;
    struct scope *batch, *message, *in; /* of a batch of rows; of one question and its answer; of the frame that just came */
    struct conn *db;
    struct pass pass;
    struct bus *bus;
    int64_t hello_us;  /* monotonic: when last */
    int64_t rows_most; /* fewer after a batch that failed, more after one that went well */
    int64_t shard;
    char origin[ORIGIN_MAX];
    uint64_t published; /* size whose tiles and checkpoint are written by this process; 0 = it has not looked yet */
    int64_t month_us;   /* monotonic: when partitions were last made ahead */
    int64_t past_of;    /* shard before which all logs are published to their last heads */
    int64_t year_us;    /* monotonic: when the signer was last asked for the log of a new year */
    int64_t head_us;    /* monotonic: before it no head while many events come, or while is_away */
    int64_t said_us;    /* monotonic: when the signer's refusal, or files that cannot be written, were last told of */
    bool is_on_duty;    /* no other sequencer works, as long as the connection lasts */
    bool is_away;       /* the signer did not answer */
    bool is_refused;    /* the signer refused for good */
    struct why refusal; /* then: why */
    bool is_stopping;
};

/* sequencer_open: database, ticket, bus; the first log is opened when there is none.
 *   fails  UNAVAILABLE · UNSUPPORTED the database has another version · as conn_open */
enum status sequencer_open(struct sequencer *q) MUST_CHECK;
void sequencer_close(struct sequencer *q);

/* sequencer_run: until told to stop. */
void sequencer_run(struct sequencer *q);

/* sequencer_alive: says hello when it is time and looks whether the process is to stop. */
void sequencer_alive(struct sequencer *q);

/* call: asks another service and waits for the answer, which is decoded in `s`; less long for a signer that is said not to be there.
 *   fails  UNAVAILABLE nothing came in time, or the process is to stop · what the service refused with · INVALID an answer of another type */
enum status call(struct sequencer *q, struct scope *s, const char *service, const struct shape *ask, const void *msg,
                 const struct shape *answer, void *ret_answer) MUST_CHECK;

/* sequence: one batch of rows becomes leaves, or none of it does; on another server than before, the rows are looked through first.
 *   ret    n  how many; rows_most when there may be more
 *   fails  UNAVAILABLE somebody else sequences, or somebody that is needed is not there; try again · CORRUPT a chain is damaged */
enum status sequence(struct sequencer *q, int64_t *ret_n) MUST_CHECK;

/* head: asks the signer for a head of all that is committed, when there is more than at the last head, and keeps it.
 *   ret    note  of the newest head, in scope `message`; empty when there is none yet      size  of it
 *   fails  UNAVAILABLE · CORRUPT the log is damaged, or something else was signed · CONFLICT, CORRUPT, DENIED the signer refuses: is_refused is
 *          set, and it is not asked again */
enum status head(struct sequencer *q, struct span *ret_note, uint64_t *ret_size) MUST_CHECK;

/* publish: the tiles of the tree of this size that are not there yet, then the checkpoint; where heads are cosigned, `head` instead, from
 * which the feeder makes the checkpoint.
 *   fails  UNAVAILABLE a file cannot be written, or the database is gone · CORRUPT the database lacks a leaf */
enum status publish(struct sequencer *q, struct span note, uint64_t size) MUST_CHECK;

/* publish_on: the same, unless what is published is further.
 *   fails  CONFLICT it is · as publish
 * publish_past: the last heads of all closed logs, where they are not; once.
 *   fails  as publish */
enum status publish_on(struct sequencer *q, struct span note, uint64_t size) MUST_CHECK;
enum status publish_past(struct sequencer *q) MUST_CHECK;

/* frontier_read: the end of a log as its row has it.
 *   fails  CORRUPT */
enum status frontier_read(struct scope *s, int64_t size, struct span hashes, struct frontier *ret_f) MUST_CHECK;

/* year_begins: when a fiscal year has begun since the open log's, and the signer's last head is of all our leaves: asks it to open the new
 * year's log and tells the database; that the signer opened it before, and who did so died, is found out.
 *   in     size  of the newest head, 0 = none      is_head  it is of all that is committed
 *   fails  CONFLICT what the signer signed is not what we have · DENIED its clock says otherwise · UNAVAILABLE */
enum status year_begins(struct sequencer *q, uint64_t size, bool is_head) MUST_CHECK;

/* look_again: after a dump was read in on another server: another part of the history is told apart by the ids of its events, in a
 * transaction that has the turn.
 *   in     is_elsewhere  begin anew
 *   fails  UNAVAILABLE */
enum status look_again(struct scope *s, struct tx *tx, bool is_elsewhere) MUST_CHECK;

/* Hashes of the committed tree from the database, inside a transaction. shelf_read is a tree_read of the tree of `size` leaves; of each
 * level it keeps the tile it read last, for what a proof needs lies side by side. */
struct shelf {
    struct scope *s;
    struct tx *tx;
    int64_t shard;
    uint64_t size; /* for shelf_read */
    struct shelf_tile {
        uint64_t index;
        unsigned n; /* 0 = none is kept */
        struct tree_hash *v;
    } tile[TREE_LEVELS / TILE_HEIGHT + 1];
};
/* shelf_hashes: n ≤ TILE_WIDTH hashes of tile level `level` (tree level 8 · level) from `from` on. shelf_leaves: the leaves themselves.
 *   fails  CORRUPT one is not there · UNAVAILABLE */
enum status shelf_hashes(struct shelf *h, unsigned level, uint64_t from, unsigned n, struct tree_hash *ret_hashes) MUST_CHECK;
enum status shelf_leaves(struct shelf *h, uint64_t from, unsigned n, struct span *ret_leaves) MUST_CHECK;
tree_read shelf_read;

/* file_has: it is there with this length. file_partials: what is left of the partial versions of a tile that is full now goes. */
bool file_has(const char *path, size_t n);
void file_partials(struct scope *s, const char *path);

#endif
