#ifndef KM_WITNESS_MEMORY_H
#define KM_WITNESS_MEMORY_H

#include "base/cleanup.h"
#include "base/scope.h"
#include "ledger/note.h"
#include "ledger/submission.h"

/* What a witness is and remembers, in a folder of its own:
 *   key        its name and Ed25519 key, in plain
 *   logs       the logs it cosigns: a verifier key a line, or the `log` line of a tlog-policy; # is a comment
 *   head-<id>  of each log that was ever trusted: the head cosigned last, with that cosignature; or that there was none yet. Signed with
 *              the key, so that no other text is believed. A log without one was not trusted here, or its memory is lost: the two are
 *              not told apart, and nothing is cosigned.
 *   fork-<id>  the first head the log signed beside the one that was cosigned: the two together convict it */

enum { LOGS_MOST = 64, ORIGIN_ID_LEN = 16 };

struct watched {
    struct note_key key; /* its name is the log's */
    bool is_lost, is_cosigned;
    struct why why; /* it is lost */
    uint64_t size;  /* of what was cosigned last; as long as there is nothing, of the empty tree */
    struct tree_hash root;
    int64_t at_s;
};

struct memory {
    int fd; /* of the folder */
    struct secret *secret;
    struct note_key key;
    size_t n;
    struct watched v[LOGS_MOST];
};

/* memory_make: a folder, if there is none, and a new key in it.
 *   fails  CONFLICT a witness has this folder, or had it and its key is lost · INVALID name · as disk_lock, disk_put */
enum status memory_make(struct scope *s, const char *path, const char *name, struct note_key *ret_key) MUST_CHECK;

/* memory_open: reads what is there. A log whose head cannot be believed is lost, which is no failure.
 *   in     is_alone  for this process only, and to change it; else to look at
 *   fails  NOT_FOUND no folder, or no key in it · CORRUPT the key is damaged · INVALID file logs, naming the line
 *          · TOO_LARGE over LOGS_MOST · as disk_open, disk_lock */
enum status memory_open(struct scope *s, const char *path, bool is_alone, struct memory **ret_m) MUST_CHECK;
void memory_free(struct memory *m);
DEFINE_AUTO(memory)

/* memory_trust, memory_untrust: adds a log by its key; takes one out by its name. What was cosigned stays remembered.
 *   fails  CONFLICT the log is there with another key, or its memory is lost · NOT_FOUND no such log · INVALID not a log's key
 *          · TOO_LARGE over LOGS_MOST · UNAVAILABLE */
enum status memory_trust(struct scope *s, struct memory *m, const struct note_key *log) MUST_CHECK;
enum status memory_untrust(struct scope *s, struct memory *m, struct span name) MUST_CHECK;

/* memory_find: the log of this name; NULL = it is not trusted. */
struct watched *memory_find(struct memory *m, struct span origin);

/* memory_keep: remembers this head of the log, on the disk before it returns.
 *   in     line  the cosignature of its text, made at_s
 *   fails  UNAVAILABLE, TOO_LARGE: the cosignature may not leave the process; what is remembered is as before, on the disk either */
enum status memory_keep(struct scope *s, struct memory *m, struct watched *w, const struct submission *next, struct span line,
                        int64_t at_s) MUST_CHECK;

/* memory_convict: keeps a head that cannot be of the same log as the one cosigned last; only the first one.
 *   fails  UNAVAILABLE, TOO_LARGE */
enum status memory_convict(struct scope *s, struct memory *m, const struct watched *w, const struct submission *other) MUST_CHECK;

/* log_line_read: a log's verifier key, alone or behind the word `log` and before an address.
 *   fails  INVALID */
enum status log_line_read(struct scope *s, struct span line, struct note_key *ret_key) MUST_CHECK;

#endif
