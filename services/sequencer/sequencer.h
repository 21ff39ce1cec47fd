#ifndef KM_SEQUENCER_SEQUENCER_H
#define KM_SEQUENCER_SEQUENCER_H

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
    int64_t said_us;    /* monotonic: when the signer's refusal, or files that cannot be written, were last told of */
    bool is_on_duty;    /* no other sequencer works, as long as the connection lasts */
    bool is_refused;    /* the signer refused for good */
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

/* call: asks another service and waits for the answer, which is decoded in `s`.
 *   fails  UNAVAILABLE nothing came in time, or the process is to stop · what the service refused with · INVALID an answer of another type */
enum status call(struct sequencer *q, struct scope *s, const char *service, const struct shape *ask, const void *msg,
                 const struct shape *answer, void *ret_answer) MUST_CHECK;

/* sequence: one batch of rows becomes leaves, or none of it does.
 *   ret    n  how many
 *   fails  UNAVAILABLE somebody else sequences, or somebody that is needed is not there; try again · CORRUPT the history and the log do
 *          not belong together */
enum status sequence(struct sequencer *q, int64_t *ret_n) MUST_CHECK;

/* head: asks the signer for a head of all that is committed, when there is more than at the last head, and keeps it.
 *   ret    note  of the newest head, in scope `message`; empty when there is none yet      size  of it
 *   fails  UNAVAILABLE · CORRUPT the log is damaged, or something else was signed · CONFLICT, CORRUPT, DENIED the signer refuses: is_refused is
 *          set, and it is not asked again */
enum status head(struct sequencer *q, struct span *ret_note, uint64_t *ret_size) MUST_CHECK;

/* publish: the tiles of the tree of this size that are not there yet, then the checkpoint.
 *   fails  UNAVAILABLE a file cannot be written, or the database is gone · CORRUPT the database lacks a leaf */
enum status publish(struct sequencer *q, struct span note, uint64_t size) MUST_CHECK;

/* frontier_read: the end of a log as its row has it.
 *   fails  CORRUPT */
enum status frontier_read(struct scope *s, int64_t size, struct span hashes, struct frontier *ret_f) MUST_CHECK;

/* Hashes of the committed tree from the database, inside a transaction. shelf_read is a tree_read. */
struct shelf {
    struct scope *s;
    struct tx *tx;
    int64_t shard;
};
/* shelf_hashes: n ≤ TILE_WIDTH hashes of tile level `level` (tree level 8 · level) from `from` on. shelf_leaves: the leaves themselves.
 *   fails  CORRUPT one is not there · UNAVAILABLE */
enum status shelf_hashes(struct shelf *h, unsigned level, uint64_t from, unsigned n, struct tree_hash *ret_hashes) MUST_CHECK;
enum status shelf_leaves(struct shelf *h, uint64_t from, unsigned n, struct span *ret_leaves) MUST_CHECK;
tree_read shelf_read;

/* file_publish: a file in `folder` or below that anyone may read, whole or not at all; the folders above it are made, and what an
 * interrupted one leaves the next one takes. file_has: it is there with this length. file_partials: what is left of the partial
 * versions of a tile that is full now goes.
 *   fails  UNAVAILABLE */
enum status file_publish(struct scope *s, const char *folder, const char *path, struct span bytes) MUST_CHECK;
bool file_has(const char *path, size_t n);
void file_partials(struct scope *s, const char *path);

/* fiscal_year: in which a moment lies, April to March in Tokyo.        pure yes */
int fiscal_year(int64_t us);

#endif
