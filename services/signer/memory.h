#ifndef KM_SIGNER_MEMORY_H
#define KM_SIGNER_MEMORY_H

#include "base/cleanup.h"
#include "head.h"
#include "ledger/note.h"
#include "seal/keyring.h"
#include "svc/settings.h"

/* The signer's own memory and key, in the folder signer.state:
 *   head           what was signed last (text.c)
 *   note-<id>.key  "kashimaru-note-key 1" / "sealed <hex>": the open log's Ed25519 key, sealed (vault.h) under the key at rest of this
 *                  process's identity. Every log has a key of its own, which is destroyed when the log is closed. */

enum memory_state {
    MEMORY_NEW,   /* nothing was ever signed */
    MEMORY_READY,
    MEMORY_LOST   /* what was signed last is not known for certain: nothing is signed until another log is opened */
};

struct memory {
    int fd; /* of the folder, locked */
    struct secret *rest, *note, *mac; /* the last two of the open log */
    const struct settings *cfg;
    enum memory_state state;
    struct why why; /* it is lost */
    struct head head;
};

/* memory_open: reads what is there. Where nothing ever was a first key and an empty head are made; whatever is missing, was edited or is
 * older than the published checkpoint makes it MEMORY_LOST, which is no failure.
 *   ret    memory  borrows cfg
 *   fails  CONFLICT another process has the folder · DENIED it is open to others · UNAVAILABLE */
enum status memory_open(struct scope *s, const struct settings *cfg, const struct keyring *ring, struct memory **ret_m) MUST_CHECK;
void memory_free(struct memory *m);
DEFINE_AUTO(memory)

/* memory_keep: remembers `next`, on the disk before it returns. memory_renew: the same with a new key, and the keys before it are gone.
 *   fails  UNAVAILABLE nothing may be signed by it; what is remembered is as before, on the disk it may be either */
enum status memory_keep(struct scope *s, struct memory *m, const struct head *next) MUST_CHECK;
enum status memory_renew(struct scope *s, struct memory *m, const struct head *next) MUST_CHECK;

/* memory_key: who signs the open log. memory_note: the signed checkpoint of what is remembered, owned by the scope.
 *   fails  as note_key_make, note_sign */
enum status memory_key(struct scope *s, const struct memory *m, struct note_key *ret_key) MUST_CHECK;
enum status memory_note(struct scope *s, const struct memory *m, struct span *ret_note) MUST_CHECK;

/* Where a signed head lies in log.dir: published, or waiting there for its witnesses. */
enum { PLACES_OF_HEAD = 2 };

/* published_read: the head that this origin has at one of these places.
 *   fails  NOT_FOUND there is none · UNAVAILABLE, TOO_LARGE */
enum status published_read(struct scope *s, const struct settings *cfg, struct span origin, size_t place, struct span *ret_note) MUST_CHECK;

#endif
