#ifndef KM_SEAL_HOST_H
#define KM_SEAL_HOST_H

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"
#include "seal/keyring.h"

/* An agency's own system ("host"). It makes its keys itself and only their public halves travel; that they arrived unchanged is
 * proved by a fingerprint read out by telephone. At the agency, in a folder of its own:
 *   host.key       mode 0600: "kashimaru-host 1" / name / agency / curve / kx / sign (secret halves, the last as seed)
 *   enrolment.txt  "kashimaru-enrolment 1" / name / agency / curve / kx / sign (public halves) / made / expires / signature of all
 *                  lines before it by the new signing key, domain "KM1/enrolment"
 *   server.pub     from the city: "kashimaru-server 1" / "endpoint <relay>" / lines as in peers.pub of relay and services
 * The city keeps hosts in peers.pub (keyring.h). */

enum {
    HOST_ID_MAX = 17, /* with its NUL: what fits the header of a frame */
    HOST_ENDPOINT_MAX = 256,
    ENROLMENT_MAX = 2048,
    ENROLMENT_DAYS = 7,
    HOST_DAYS = 365,
    HOST_OVERLAP_DAYS = 30,
    FINGERPRINT_MAX = 72 /* eight groups of eight hex digits, blanks between, and a NUL */
};

struct enrolment {
    struct peer peer; /* name, agency and public keys */
    int64_t made_us, expires_us;
    char fingerprint[FINGERPRINT_MAX];
};

/* ---- at the agency ---- */

/* host_new: new keys, host.key and enrolment.txt in `dir` (made when missing), at scope's time.
 *   fails  CONFLICT host.key or enrolment.txt is there already; neither is ever replaced · UNAVAILABLE */
enum status host_new(struct scope *s, const char *dir, struct agency_id agency, struct enrolment *ret_e) MUST_CHECK;

/* keyring_open_host: as the host of `dir`; its peers are those of server.pub, and what it sends it signs (envelope_mark).
 *   ret    ring      owned by the caller; reloading changes nothing in it      endpoint  in the scope
 *   fails  as keyring_open, of host.key and server.pub */
enum status keyring_open_host(struct scope *s, const char *dir, struct keyring **ret_ring, const char **ret_endpoint) MUST_CHECK;

/* ---- at the city ---- */

/* enrolment_parse: the text of an enrolment.txt, as it came.
 *   in     text   any bytes whatever
 *   fails  TOO_LARGE over ENROLMENT_MAX · INVALID a line is not what belongs there, a key is unusable, or times that cannot be
 *          CORRUPT the signature is not the signing key's · EXPIRED at scope's time */
enum status enrolment_parse(struct scope *s, struct span text, struct enrolment *ret_e) MUST_CHECK;

/* fingerprint_is: whether this is the fingerprint somebody told; blanks, '-', ':' and case do not count.        pure yes */
bool fingerprint_is(const struct enrolment *e, const char *told);

/* host_admit: into peers.pub of `keys_dir` for a year from scope's time; the agency's earlier hosts end within HOST_OVERLAP_DAYS.
 *   in     is_trial  true: says what would be, writes nothing
 *   ret    changed   in the scope: the new one first, then the earlier ones whose time became shorter
 *   fails  CONFLICT name or key taken, or PEERS_MAX · as reading and writing peers.pub */
enum status host_admit(struct scope *s, const char *keys_dir, const struct enrolment *e, bool is_trial,
                       const struct peer **ret_changed, size_t *ret_n) MUST_CHECK;

/* host_revoke: revoked in peers.pub, its time over now.
 *   fails  NOT_FOUND no such host · as reading and writing peers.pub */
enum status host_revoke(struct scope *s, const char *keys_dir, const char *name, struct peer *ret_was) MUST_CHECK;

/* server_print: the text of server.pub for agencies, and its fingerprint: the SHA-256 that sha256sum(1) shows of the file.
 *   fails  INVALID an endpoint of more than one word · NOT_FOUND relay or a service is not listed · as reading peers.pub */
enum status server_print(struct scope *s, const char *keys_dir, const char *endpoint, struct span *ret_text,
                         char ret_fingerprint[FINGERPRINT_MAX]) MUST_CHECK;

#endif
