#ifndef KM_KEYS_KEYS_H
#define KM_KEYS_KEYS_H

#include "seal/hpke.h"
#include "seal/keywrap.h"
#include "svc/service.h"

/* The only holder of case keys: makes them, wraps them for the agencies that take part and for the city's escrow key, and releases them
 * to the services that serve a request, for a person whose ticket it has checked itself. */
extern const struct service KEYS;

enum status handle_key_release(struct turn *t, const void *in);
enum status handle_key_share(struct turn *t, const void *in);
enum status handle_key_unshare(struct turn *t, const void *in);
enum status handle_break_glass(struct turn *t, const void *in);
enum status handle_reading_list(struct turn *t, const void *in);
enum status handle_key_rotate(struct turn *t, const void *in);
enum status handle_key_status(struct turn *t, const void *in);
enum status handle_escrow_put(struct turn *t, const void *in);
enum status handle_escrow_fetch(struct turn *t, const void *in);
enum status handle_key_destroy(struct turn *t, const void *in);
enum status handle_person_known(struct turn *t, const void *in);

/* Jobs: wraps older epochs for a new escrow key; forgets counts nobody needs any more. */
enum status escrow_fill(struct turn *t, bool *ret_more) MUST_CHECK;
enum status tally_forget(struct turn *t, bool *ret_more) MUST_CHECK;

/* ---- what the process holds: turn->own ---- */
enum { OPENED_MAX = 512 };

/* An agency's private key, opened once and kept in locked memory. */
struct opened {
    struct agency_id agency;
    uint8_t key_id[KEY_ID_LEN], public_key[HPKE_KEY_LEN];
    struct secret *secret;
    uint64_t used; /* the one not used for longest goes first */
};

struct keys {
    const struct keyring *ring; /* the process's own */
    int64_t reads_soft, reads_hard, reads_agency;
    struct secret *master, *tickets, *blind, *scratch; /* scratch: the data key being worked on */
    struct opened opened[OPENED_MAX];
    size_t opened_n;
    uint64_t used;
};

static inline struct keys *keys_of(const struct turn *t)
{
    return t->own;
}

/* ---- holder.c: agencies' key pairs ---- */
struct recipient {
    enum keywrap_kind kind;
    struct agency_id agency; /* "" for escrow */
    uint8_t key_id[KEY_ID_LEN], public_key[HPKE_KEY_LEN];
};

/* recipients_of: the live keys of agencies by code, made where there is none yet, and the escrow key last if one is set.
 *   in     agencies  each once
 *   ret    list      agency_n + 1 places
 *   fails  as queries do · UNAVAILABLE no lockable memory */
enum status recipients_of(struct turn *t, const struct agency_id *agencies, size_t agency_n, struct recipient *ret_list,
                          size_t *ret_n) MUST_CHECK;

/* pair_make: queues a new key pair of an agency. */
enum status pair_make(struct turn *t, struct agency_id agency, int64_t generation) MUST_CHECK;

/* Where a wrap is, and whose it is. */
struct wrapped {
    int64_t epoch;
    struct agency_id agency;
    struct span key_id, wrap;
};

/* holder_ready: opens the private keys that these wraps need and that are not open yet.
 * holder_open: one wrap into keys->scratch; holder_ready came before.
 *   fails  CORRUPT the wrap or the stored private key is not what it should be */
enum status holder_ready(struct turn *t, const struct wrapped *wraps, size_t n) MUST_CHECK;
enum status holder_open(struct turn *t, struct uuid case_id, const struct wrapped *w) MUST_CHECK;

/* ---- share.c: wraps ---- */
struct wraps {
    struct uuid *ids;
    int64_t *epochs, *kinds;
    struct span *agencies, *key_ids, *wraps;
    size_t n, cap;
};

/* wraps_new: room for cap wraps. wraps_seal: keys->scratch for one recipient. wraps_store: queues them all as one statement. */
enum status wraps_new(struct turn *t, size_t cap, struct wraps *ret_w) MUST_CHECK;
enum status wraps_seal(struct turn *t, struct wraps *w, struct uuid case_id, int64_t epoch, const struct recipient *to) MUST_CHECK;
enum status wraps_store(struct turn *t, const struct wraps *w) MUST_CHECK;

/* epoch_next: a new data key for all who take part now. The case is locked.
 *   ret    epoch  0: none was made, because nobody takes part or the case's wraps are gone */
enum status epoch_next(struct turn *t, struct uuid case_id, const char *why, int64_t *ret_epoch) MUST_CHECK;

/* legacy_convert: a key stored before there were wraps becomes one of them, for `to`. The case is locked. */
enum status legacy_convert(struct turn *t, struct uuid case_id, struct agency_id to) MUST_CHECK;

#endif
