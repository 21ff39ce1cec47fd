#ifndef KM_LEDGER_NOTE_H
#define KM_LEDGER_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/tree.h"
#include "seal/secret.h"
#include "seal/sign.h"

/* C2SP signed-note, tlog-checkpoint and tlog-cosignature: what is published of the log's head, and who vouches for it. */

enum note_algorithm { NOTE_ED25519 = 0x01, NOTE_COSIGNATURE = 0x04 };
enum { NOTE_NAME_MAX = 128, NOTE_SIGNERS_MOST = 64, VKEY_MAX = 256, KEY_HASH_LEN = 4 };

/* A key that signs notes: `name+hash+base64(algorithm ‖ public key)`; the hash is the first four bytes of
 * SHA-256(name ‖ "\n" ‖ algorithm ‖ public key). */
struct note_key {
    char name[NOTE_NAME_MAX];
    uint8_t hash[KEY_HASH_LEN];
    enum note_algorithm algorithm;
    uint8_t public_key[SIGN_PUBLIC_LEN];
};

/* note_key_make: name in UTF-8 without spaces of any script, plus signs and control characters. vkey_read: a verifier key as it is printed,
 * no newline after it. vkey_write: that, NUL-terminated.
 *   fails  INVALID name, algorithm or hash */
enum status note_key_make(struct scope *s, const char *name, enum note_algorithm algorithm, const uint8_t public_key[SIGN_PUBLIC_LEN],
                          struct note_key *ret_key) MUST_CHECK;
enum status vkey_read(struct scope *s, struct span text, struct note_key *ret_key) MUST_CHECK;
void vkey_write(const struct note_key *key, char ret_text[VKEY_MAX]);

struct note_signature {
    struct span name;
    uint8_t hash[KEY_HASH_LEN];
    struct span bytes; /* after the hash: 64 for Ed25519, 8 + 64 for a cosignature */
};
struct note {
    struct span text; /* with its final newline */
    size_t n;
    struct note_signature v[NOTE_SIGNERS_MOST];
};

/* note_read: text, empty line, one or more lines "— name base64". Borrows from the bytes; signatures are owned by the scope.
 *   fails  CORRUPT not a note · TOO_LARGE more signatures than NOTE_SIGNERS_MOST */
enum status note_read(struct scope *s, struct span bytes, struct note *ret_note) MUST_CHECK;

/* note_check: every signature of this key, one at least, is true; for a cosignature `at_s` is when the last was made, else 0. Lines of
 * unknown keys are passed over.
 *   fails  NOT_FOUND none is of this key · CORRUPT one is, and is not true */
enum status note_check(struct scope *s, const struct note *note, const struct note_key *key, int64_t *ret_at_s) MUST_CHECK;

/* note_sign: a signature line of this text, "— name base64\n". at_s is looked at for cosignatures only.
 *   fails  INVALID not the text of a note, a time before 1970, or a key that is not this secret's · as sign_make_raw · TOO_LARGE */
enum status note_sign(struct scope *s, const struct note_key *key, const struct secret *mine, struct span text, int64_t at_s,
                      struct span *ret_line) MUST_CHECK;

/* note_join: the note of a text and its signature lines, one after the other as note_sign gives them.
 *   fails  TOO_LARGE */
enum status note_join(struct scope *s, struct span text, const struct span *lines, size_t n, struct span *ret_note) MUST_CHECK;

/* A head: origin, decimal size, base64 root, nothing more. */
struct checkpoint {
    struct span origin;
    uint64_t size; /* < 2^63 */
    struct tree_hash root;
};

/* checkpoint_write: the text to sign.
 *   fails  INVALID an origin no key could be named after, or a size beyond a tree's · TOO_LARGE */
enum status checkpoint_write(struct scope *s, const struct checkpoint *c, struct span *ret_text) MUST_CHECK;

/* checkpoint_read: of a note's text, from which it borrows; extension lines are refused, for this log has none.
 *   fails  CORRUPT */
enum status checkpoint_read(struct scope *s, struct span text, struct checkpoint *ret_c) MUST_CHECK;

/* checkpoint_read_any: of any log: its name may be any line but an empty one, and extension lines, none of them empty, may follow.
 *   fails  CORRUPT                                   source  C2SP tlog-checkpoint */
enum status checkpoint_read_any(struct scope *s, struct span text, struct checkpoint *ret_c) MUST_CHECK;

#endif
