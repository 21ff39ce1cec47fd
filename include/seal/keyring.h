#ifndef KM_SEAL_KEYRING_H
#define KM_SEAL_KEYRING_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/scope.h"
#include "base/status.h"
#include "seal/secret.h"

/* Who the processes of one installation are. In the state folder:
 *   <name>.key   mode 0600: "kashimaru-key 1" / "name <name>" / "curve <64 hex>" / "kx <64 hex>"   (secret halves)
 *   peers.pub    <name> <curve public, hex> <kx public, hex> active|revoked; # comments (lost on rewriting)
 *   master.key   mode 0600: "kashimaru-master 1" / "key <64 hex>"; only the service `keys` opens it */

enum { PEER_NAME_MAX = 32, PEERS_MAX = 512, KEY_LEN = 32 };

enum peer_status { PEER_ACTIVE, PEER_REVOKED };

struct peer {
    char name[PEER_NAME_MAX]; /* letter or digit, then letters, digits, '-', '_'; not "master" */
    uint8_t curve_public[KEY_LEN]; /* raw X25519, as ZMQ_CURVE_PUBLICKEY and _SERVERKEY take it */
    uint8_t kx_public[KEY_LEN];    /* for pair keys only */
    enum peer_status status;
    int line; /* in peers.pub */
};

struct keyring;

/* keyring_create: gives every name a key file and a line in peers.pub; what exists is left as it is, what is half done
 * is finished. A name that is listed but has no key file here belongs to another machine and gets none.
 *   in     dir     made (0700) when missing; the work is done under a lock on it
 *   fails  INVALID a name or an existing file is malformed · DENIED a key file others may read
 *          CONFLICT more than PEERS_MAX, or a key file whose public half differs from the one listed
 *          UNAVAILABLE the folder cannot be written */
enum status keyring_create(struct scope *s, const char *dir, const char *const *names,
                           size_t n) MUST_CHECK;

/* keyring_open: my own secrets and everyone's public keys; all pair keys are derived here, once.
 *   ret    ring    independent of the scope; owned by the caller
 *   fails  NOT_FOUND a file is missing or my name is not listed · DENIED my key file is open to others, or I am revoked
 *          INVALID malformed file or unusable key, naming file and line · CONFLICT my key file and my line disagree
 *          UNAVAILABLE unreadable file or no lockable memory
 *   source formats.md §7 (crypto_kx; the smaller name, by bytes, is the client) */
enum status keyring_open(struct scope *s, const char *dir, const char *my_name,
                         struct keyring **ret_ring) MUST_CHECK;
void keyring_free(struct keyring *ring);
DEFINE_AUTO(keyring)

/* keyring_self: my own entry. keyring_curve_secret: KEY_LEN bytes for ZMQ_CURVE_SECRETKEY. Both borrowed from the ring. */
const struct peer *keyring_self(const struct keyring *ring);
const struct secret *keyring_curve_secret(const struct keyring *ring);

/* keyring_peer: by name. keyring_peer_by_curve: by the public key a connection proved. NULL when unknown; check `status` too.
 * keyring_peers: all, sorted by name, myself included; entries keep their place and address as long as the ring lives. */
const struct peer *keyring_peer(const struct keyring *ring, const char *name);
const struct peer *keyring_peer_by_curve(const struct keyring *ring,
                                         const uint8_t curve_public[KEY_LEN]);
const struct peer *keyring_peers(const struct keyring *ring, size_t *ret_n);

/* keyring_reload_status: reads peers.pub again and takes over who is revoked. A peer that is gone or has other keys than those
 * loaded counts as revoked; a new one is known after the next keyring_open.
 *   fails  as reading peers.pub in keyring_open; then nothing changes */
enum status keyring_reload_status(struct scope *s, struct keyring *ring) MUST_CHECK;

/* keyring_set_status: revokes or reactivates an identity in peers.pub; running processes see it at their next reload.
 *   fails  NOT_FOUND no such name · INVALID malformed file · UNAVAILABLE the folder cannot be written */
enum status keyring_set_status(struct scope *s, const char *dir, const char *name,
                               enum peer_status status) MUST_CHECK;

/* keyring_master_create: 32 random bytes unless the file exists. keyring_master_open: reads them.
 *   fails  NOT_FOUND missing · DENIED others may read the file · INVALID malformed, naming the line · UNAVAILABLE */
enum status keyring_master_create(struct scope *s, const char *dir) MUST_CHECK;
enum status keyring_master_open(struct scope *s, const char *dir,
                                struct secret **ret_master) MUST_CHECK;

#endif
