#ifndef KM_CTL_BUNDLE_H
#define KM_CTL_BUNDLE_H

#include "verify.h"
#include "wire/message.h"

/* Where the entries of a case are in the public log, taken from its files and not from the database whose history is to be checked. */

enum { LOGS_MOST = 32 };

struct log_there {
    struct log_folder folder;
    struct span note;
    struct checkpoint head;
    int64_t shard; /* the database's number of it; 0 = not known yet */
    int64_t place; /* among those of the bundle; −1 = none of its events is in it */
};
struct logs_there {
    struct log_there v[LOGS_MOST];
    size_t n, used;
};
struct leaf_there {
    struct log_there *log;
    struct tree_proof proof;
};

/* logs_find: the logs below log.dir that have a head.
 *   fails  UNAVAILABLE the folder cannot be read · CORRUPT a checkpoint that is none · TOO_LARGE */
enum status logs_find(struct scope *s, const char *dir, struct logs_there *ret_logs) MUST_CHECK;

/* leaf_find: the log that has the entry, and the proof that leads from it to the head.
 *   fails  UNAVAILABLE no head reaches it yet · CORRUPT another leaf stands there, or the files do not belong together */
enum status leaf_find(struct scope *s, struct logs_there *logs, const struct evidence_entry *e, struct leaf_there *ret_at) MUST_CHECK;

/* own_keys: puts the keys of agencies' own systems under which these events were asked for behind those that `head` has, with their dates
 * as the installation's list of peers has them. One that is not listed stays out: the verifier misses it, and says so.
 *   fails  CORRUPT a request that is none · TOO_LARGE */
enum status own_keys(struct scope *s, const struct keyring *ring, const struct case_bundle_event *events, size_t n,
                     struct case_bundle *head) MUST_CHECK;

#endif
