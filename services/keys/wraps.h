#ifndef KM_KEYS_WRAPS_H
#define KM_KEYS_WRAPS_H

#include "keys.h"

/* A case's data keys as rows: locked, wrapped, made anew. */

struct wraps {
    struct uuid *ids;
    int64_t *epochs, *kinds;
    struct span *agencies, *key_ids, *wraps;
    size_t n, cap;
};

/* What a case has at most: as many epochs as a release and the escrow's answer can carry. */
enum { EPOCHS_MOST = 64 };
struct q_case_state_row;

/* keys_lock: queues the lock that whoever changes who holds a case's keys has first, before anything of the case is read. */
enum status keys_lock(struct turn *t, const struct uuid *ids, size_t n) MUST_CHECK;

/* epochs_too_many: TOO_LARGE: more than that, which no answer may leave out in silence. */
enum status epochs_too_many(struct turn *t);

/* wraps_new: room for cap wraps. wraps_seal: keys->scratch for one recipient. wraps_store: queues them all as one statement. */
enum status wraps_new(struct turn *t, size_t cap, struct wraps *ret_w) MUST_CHECK;
enum status wraps_seal(struct turn *t, struct wraps *w, struct uuid case_id, int64_t epoch, const struct recipient *to) MUST_CHECK;
enum status wraps_store(struct turn *t, const struct wraps *w) MUST_CHECK;

/* epoch_next: a new data key for all who take part now; `now` was read since the case was locked.
 *   ret    epoch  0: none was made, because nobody takes part, the case's wraps are gone, or it has EPOCHS_MOST already */
enum status epoch_next(struct turn *t, struct uuid case_id, const struct q_case_state_row *now, const char *why,
                       int64_t *ret_epoch) MUST_CHECK;

/* legacy_convert: a key stored before there were wraps becomes one of them, for `to`. The case is locked. */
enum status legacy_convert(struct turn *t, struct uuid case_id, struct agency_id to) MUST_CHECK;

#endif
