#ifndef KM_SEAL_KEYRING_H
#define KM_SEAL_KEYRING_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "seal/secret.h"

/* Who the processes of one installation are. In the state folder:
 *   <name>.key   mode 0600: "kashimaru-key 1" / "name <name>" / "curve <64 hex>" / "kx <64 hex>"   (secret halves)
 *   peers.pub    <name> <curve public, hex> <kx public, hex> active|revoked; # comments (lost on rewriting)
 *                of an agency's own system (host.h) also: agency=<code> sign=<public, hex> from=<time> until=<time>
 * What the installation shares stands further down. */

enum { PEER_NAME_MAX = 32, PEERS_MAX = 512, KEY_LEN = 32 };

enum peer_status { PEER_ACTIVE, PEER_REVOKED };

struct peer {
    char name[PEER_NAME_MAX]; /* letter or digit, then letters, digits, '-', '_'; not "master", "tickets", "host" */
    uint8_t curve_public[KEY_LEN]; /* raw X25519, as ZMQ_CURVE_PUBLICKEY and _SERVERKEY take it */
    uint8_t kx_public[KEY_LEN];    /* for pair keys only */
    enum peer_status status;
    int line; /* in peers.pub */
    /* only of an agency's own system, whose name is host-<agency>-…; zero for all others */
    struct agency_id agency;
    uint8_t sign_public[KEY_LEN]; /* Ed25519: the tag of its frames */
    int64_t from_us, until_us;    /* UTC; what it sends counts from the first until just before the second */
};

/* peer_is_host: an agency's own system. peer_counts: is it active, and within its dates at now_us? To be asked on every message.
 *   pure   yes */
bool peer_is_host(const struct peer *p);
bool peer_counts(const struct peer *p, int64_t now_us);

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
 *   source libsodium, crypto_kx (X25519, RFC 7748; the smaller name, by bytes, is the client) */
enum status keyring_open(struct scope *s, const char *dir, const char *my_name,
                         struct keyring **ret_ring) MUST_CHECK;
void keyring_free(struct keyring *ring);
DEFINE_AUTO(keyring)

/* keyring_self: my own entry. keyring_curve_secret: KEY_LEN bytes for ZMQ_CURVE_SECRETKEY. Both borrowed from the ring. */
const struct peer *keyring_self(const struct keyring *ring);
const struct secret *keyring_curve_secret(const struct keyring *ring);

/* keyring_peer: by name. keyring_peer_by_curve: by the public key a connection proved. NULL when unknown; ask peer_counts too.
 * keyring_peers: all, myself included, sorted by name but for those a reload brought, which come last; entries keep their place and
 * address as long as the ring lives. */
const struct peer *keyring_peer(const struct keyring *ring, const char *name);
const struct peer *keyring_peer_by_curve(const struct keyring *ring,
                                         const uint8_t curve_public[KEY_LEN]);
const struct peer *keyring_peers(const struct keyring *ring, size_t *ret_n);

/* keyring_reload_status: reads peers.pub again and takes over who is revoked, the dates of hosts, and new hosts. A peer that is gone
 * or has other keys than those loaded counts as revoked; a new process is known after the next keyring_open.
 *   fails  as reading peers.pub in keyring_open; then nothing changes · INVALID, CONFLICT a new host has an unusable key, or there
 *          is no place for it: it stays out, all else is taken over */
enum status keyring_reload_status(struct scope *s, struct keyring *ring) MUST_CHECK;

/* keyring_set_status: revokes or reactivates an identity in peers.pub; running processes see it at their next reload.
 *   fails  NOT_FOUND no such name · INVALID malformed file · UNAVAILABLE the folder cannot be written */
enum status keyring_set_status(struct scope *s, const char *dir, const char *name,
                               enum peer_status status) MUST_CHECK;

/* keyring_ticket_key: my own key for signing the tickets of what I do without a person; derived (crypto_kdf, context "KMticket")
 * from my kx secret, so it needs no file. Borrowed from the ring. The database holds it, too: nothing else is derived from it. */
const struct secret *keyring_ticket_key(const struct keyring *ring);

/* keyring_rest_key: the key under which this process keeps things at rest (vault.h): derived (HKDF) from its CURVE secret, so it needs
 * no file; never from the ticket key, which the database holds, too. Owned by the caller.
 *   fails  UNAVAILABLE no lockable memory */
enum status keyring_rest_key(struct scope *s, const struct keyring *ring, struct secret **ret_key) MUST_CHECK;

/* Keys that belong to the installation and not to one process. Each is a file of its own, mode 0600:
 *   master.key    "kashimaru-master 2" / "kdf argon2id 3 65536 <salt hex>" / "sealed <hex>": sealed under the passphrase (vault.h)
 *   tickets.key   "kashimaru-tickets 1" / "key <64 hex>": signs people's tickets; opened by account and keys, and by migrations */
enum shared_key { SHARED_MASTER, SHARED_TICKETS };

/* shared_key_create: 32 random bytes unless the file exists. shared_key_open: reads them. shared_key_reseal: the master key under
 * another passphrase; the file is replaced whole.
 *   in     passphrase  of the master key; ignored for the others
 *   fails  NOT_FOUND missing · DENIED others may read the file, or a wrong passphrase · INVALID malformed, naming the line; an empty
 *          passphrase · TOO_LARGE a passphrase over PASSPHRASE_MAX · UNAVAILABLE */
enum status shared_key_create(struct scope *s, const char *dir, enum shared_key which, struct span passphrase) MUST_CHECK;
enum status shared_key_open(struct scope *s, const char *dir, enum shared_key which, struct span passphrase,
                            struct secret **ret_key) MUST_CHECK;
enum status shared_key_reseal(struct scope *s, const char *dir, struct span passphrase, struct span next) MUST_CHECK;

/* passphrase_read: from $CREDENTIALS_DIRECTORY/kashimaru-passphrase (systemd) if there is one, else from `file`; a final newline is
 * not part of it. passphrase_create: a file of 32 random bytes as hex, mode 0600, unless it exists.
 *   fails  NOT_FOUND neither is there · DENIED others may read the file · TOO_LARGE over PASSPHRASE_MAX · INVALID empty */
enum status passphrase_read(struct scope *s, const char *file, struct span *ret_passphrase) MUST_CHECK;
enum status passphrase_create(struct scope *s, const char *file) MUST_CHECK;

#endif
