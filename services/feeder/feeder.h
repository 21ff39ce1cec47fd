#ifndef KM_FEEDER_FEEDER_H
#define KM_FEEDER_FEEDER_H

#include <time.h>

#include "decide.h"
#include "ledger/policy.h"
#include "ledger/verify.h"
#include "svc/process.h"

/* Brings every head of the log to its witnesses and publishes it with their cosignatures. Nothing is remembered that is not in the files:
 * it may end at any instruction. */

enum { SHARDS_MOST = 16, SHARD_NAME_MAX = 12 };

/* A file as it was seen last; replaced files differ. */
struct mark {
    uint64_t inode;
    struct timespec at;
};

/* One log, a folder of log.dir, and the head of it that is asked for. */
struct shard {
    char name[SHARD_NAME_MAX];
    struct scope *s;        /* of that head */
    struct mark seen;       /* of `head` when it was looked at last */
    struct span note, text; /* signed by the log; empty = none yet */
    struct checkpoint head;
    struct span line[POLICY_WITNESSES_MOST]; /* cosignatures of it so far, each with its newline; empty = none */
    struct standing witness[POLICY_WITNESSES_MOST];
    bool is_published;      /* a quorum of cosignatures stands in `checkpoint` */
    bool is_fresh;          /* there are cosignatures that no file has yet */
    bool is_waiting;        /* its quorum is missing for so long that it was said */
    int64_t since_us;       /* wall clock: when it was first asked for */
    int64_t asked_us, told_us, retry_us; /* monotonic: first asked · when a missing quorum, or files, were last told of · files again */
};

struct ask; /* one question to one witness, of ask.c */
struct feeder {
    struct process p;
    struct scope *turn; /* of one look or one answer */
    struct policy *policy;
    size_t witness_n;
    struct shard shard[SHARDS_MOST];
    size_t shard_n;
    void *multi; /* of libcurl */
    struct ask *asks;
    int lock_fd;
};

/* feeder_open: reads the policy; no other feeder works on this folder.
 *   fails  INVALID no policy, or one that cannot be · NOT_FOUND · CONFLICT another one is at work · UNAVAILABLE */
enum status feeder_open(struct feeder *f) MUST_CHECK;
void feeder_run(struct feeder *f);
void feeder_close(struct feeder *f);

/* shard_look: takes the newest head up when the one asked for is done, or can never be; then publishes what is ready.
 * shard_answer: what witness i says to the question for `size` leaves from `from` on; text: of the head it was asked for. */
void shard_look(struct feeder *f, struct shard *sh);
void shard_answer(struct feeder *f, struct shard *sh, size_t i, struct span text, uint64_t from, uint64_t size, const struct answer *a);

/* shard_path: of one of its files, in the scope.
 * shard_note: that file as a checkpoint of this log, signed by it; borrows from the scope.
 *   fails  NOT_FOUND · CORRUPT · DENIED the log has not signed it · UNAVAILABLE */
const char *shard_path(const struct feeder *f, const struct shard *sh, struct scope *s, const char *name);
enum status shard_note(const struct feeder *f, const struct shard *sh, struct scope *s, const char *name, struct span *ret_bytes,
                       struct note *ret_note, struct checkpoint *ret_head) MUST_CHECK;

/* shard_publish: the head with its cosignatures becomes the checkpoint, when they are a quorum and it goes on where that one ends.
 *   fails  DENIED naming whose are missing · CORRUPT, CONFLICT what stands there is no beginning of it, or larger · UNAVAILABLE
 * shard_wait: it is written as `waiting` instead, for whoever looks why nothing is published. */
enum status shard_publish(struct feeder *f, struct shard *sh) MUST_CHECK;
void shard_wait(struct feeder *f, struct shard *sh);

/* ask_open, ask_close: libcurl.   ask_start: asks witness i for the head that is asked for.   ask_turn: takes answers for up to `wait_ms`,
 * or until the process is to stop.
 *   fails  UNAVAILABLE · as log_consistency, submission_write */
enum status ask_open(struct feeder *f) MUST_CHECK;
void ask_close(struct feeder *f);
enum status ask_start(struct feeder *f, struct shard *sh, size_t i) MUST_CHECK;
void ask_turn(struct feeder *f, int wait_ms);

#endif
