#ifndef KM_KEYS_LOG_KEY_H
#define KM_KEYS_LOG_KEY_H

#include "keys.h"
#include "ledger/event.h"

/* Log keys of cases: what events are sealed under and salted with; private to keys. */

enum { LOG_KEYS_MAX = 64, EVENT_EPOCH = 1, EVENT_VERSION = 1 };

/* What is sealed of an event: event ‖ r_event ‖ r_payload ‖ payload; of one whose payload was erased the first two alone. */
enum { BLANK_LEN = EVENT_LEN + SALT_LEN };
#define R_EVENT "KME1/r_event"
#define R_PAYLOAD "KME1/r_payload"

/* log_salt: HMAC-SHA-256(log key, label ‖ event id): the same whenever asked.                 pure yes */
void log_salt(const struct secret *log_key, const char *label, struct uuid event, uint8_t ret_salt[SALT_LEN]);

/* Those of one message; sealed until used, one at a time. */
struct log_key {
    struct uuid of; /* nil: the case's own is destroyed, and this is the one of no case */
    bool is_destroyed, has_former; /* has_former: payloads of the case are being erased */
    struct span sealed;
};
struct log_keys {
    struct log_key v[LOG_KEYS_MAX];
    size_t in_hand; /* which is in keys->scratch */
};

/* log_keys_load: those of n cases, each case once. log_key_use: the i-th into keys->scratch, which the caller wipes at last and uses for
 * nothing else meanwhile.
 *   in     is_made  one that is missing is made
 *   fails  NOT_FOUND none, and not made · CORRUPT not what was put there */
enum status log_keys_load(struct turn *t, const struct uuid *ids, size_t n, bool is_made, struct log_keys *ret_keys) MUST_CHECK;
enum status log_key_use(struct turn *t, struct log_keys *keys, size_t i) MUST_CHECK;

/* log_key_replace: queues another log key for a case that has one; the one it had stays beside it until it is forgotten.
 * log_key_open: one as it rests, of that case, into keys->scratch.
 *   fails  CORRUPT not what was put there */
enum status log_key_replace(struct turn *t, struct uuid case_id) MUST_CHECK;
enum status log_key_open(struct turn *t, struct uuid case_id, struct span sealed) MUST_CHECK;

#endif
