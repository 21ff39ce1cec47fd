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
enum status keys_share_many(struct turn *const *turns, const void *const *in, size_t n);
enum status handle_key_unshare(struct turn *t, const void *in);
enum status handle_break_glass(struct turn *t, const void *in);
enum status handle_reading_list(struct turn *t, const void *in);
enum status handle_key_rotate(struct turn *t, const void *in);
enum status handle_key_status(struct turn *t, const void *in);
enum status handle_escrow_put(struct turn *t, const void *in);
enum status handle_escrow_fetch(struct turn *t, const void *in);
enum status handle_case_erase(struct turn *t, const void *in);
enum status handle_erasure_ready(struct turn *t, const void *in);
enum status handle_events_blank(struct turn *t, const void *in);
enum status handle_blanking_done(struct turn *t, const void *in);
enum status handle_person_known(struct turn *t, const void *in);
enum status handle_events_sign(struct turn *t, const void *in);
enum status handle_events_open(struct turn *t, const void *in);
enum status handle_signing_keys(struct turn *t, const void *in);

/* Jobs: wraps older epochs for a new escrow key; forgets counts nobody needs any more. */
enum status escrow_fill(struct turn *t, bool *ret_more) MUST_CHECK;
enum status tally_forget(struct turn *t, bool *ret_more) MUST_CHECK;

/* key_audited: emits for the history what an auditor asked; other roles' questions are no event. */
enum status key_audited(struct turn *t, const struct shape *shape, const void *msg) MUST_CHECK;

/* ---- what the process holds: turn->own ---- */
enum { OPENED_MAX = 512 };

/* An agency's private key, for opening or for signing, opened once and kept in locked memory. */
struct opened {
    struct agency_id agency;
    uint8_t key_id[KEY_ID_LEN], public_key[HPKE_KEY_LEN];
    struct secret *secret;
    uint64_t used; /* the one not used for longest goes first */
};

struct keys {
    const struct keyring *ring; /* the process's own */
    int64_t reads_soft, reads_hard, reads_agency;
    struct secret *master, *tickets, *blind, *pseudonyms, *scratch; /* scratch: the data key being worked on */
    struct opened opened[OPENED_MAX];
    size_t opened_n;
    uint64_t used;
};

static inline struct keys *keys_of(const struct turn *t)
{
    return t->own;
}

/* keys_no_room: TOO_LARGE, of the scope. reading_add: queues the READ record of what the turn's actor is given of a case (reads.c). */
enum status keys_no_room(struct turn *t);
enum status reading_add(struct turn *t, struct uuid case_id, enum reading_kind kind, const char *service) MUST_CHECK;

/* key_told: emits for the history what the turn's transaction does with a case's key. */
enum status key_told(struct turn *t, struct uuid case_id, enum happening what, struct agency_id agency, const char *by,
                     struct span detail) MUST_CHECK;

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

/* recipient_take: one of them from its stored halves.
 *   fails  CORRUPT a key of another length */
enum status recipient_take(struct turn *t, enum keywrap_kind kind, struct agency_id agency, struct span key_id,
                           struct span public_key, struct recipient *ret_to) MUST_CHECK;

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

/* signers_now: the keys with which agencies sign now, made where there is none yet.
 *   in     agencies  each once, at most 64
 *   ret    list      in their order; borrowed until this turn ends
 *   fails  as queries do · CORRUPT a stored key is not what it should be · UNAVAILABLE no lockable memory */
enum status signers_now(struct turn *t, const struct agency_id *agencies, size_t n, const struct secret **ret_list) MUST_CHECK;

#endif
