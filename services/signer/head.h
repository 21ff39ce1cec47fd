#ifndef KM_SIGNER_HEAD_H
#define KM_SIGNER_HEAD_H

#include "base/scope.h"
#include "ledger/tree.h"
#include "seal/digest.h"
#include "seal/secret.h"

/* What the signer remembers, and what follows from it: no files, no clock, no keys but the one its text is proven with. */

enum { ORIGIN_MAX = 129, REASON_MAX = 401, BY_MAX = 81, VKEY_TEXT = 256, CLOSED_MOST = 64, KEY_ID_TEXT = 17 };

/* A log that is closed for good. Origin "?" = it was not known any more. */
struct closed {
    char origin[ORIGIN_MAX], by[BY_MAX], reason[REASON_MAX];
    char vkey[VKEY_TEXT]; /* its verifier key; "" = its key was not there any more, or it was closed before keys were remembered */
    uint64_t size;
    struct tree_hash root;
    int64_t at_s;
};

struct head {
    char key[KEY_ID_TEXT];   /* hex, of the key that signs the open log's heads */
    char origin[ORIGIN_MAX]; /* "" = no log is open yet */
    struct uuid opened;      /* the request that opened it; nil = its first head did */
    uint64_t size;
    struct tree_hash root;
    int64_t signed_s; /* 0 = nothing is signed yet */
    size_t closed_n;
    struct closed closed[CLOSED_MOST]; /* oldest first */
};

/* head_print: the text of the file: one line a fact, the last a mac over all before it. head_parse: that, and nothing else; what the mac
 * proves is not looked at. head_is_true: whether this text was printed with this mac key.
 *   in     mac_key  16 to 64 bytes
 *   fails  CORRUPT · TOO_LARGE the scope's cap */
enum status head_print(struct scope *s, const struct head *h, const struct secret *mac_key, struct span *ret_text) MUST_CHECK;
enum status head_parse(struct scope *s, struct span text, struct head *ret_h) MUST_CHECK;
bool head_is_true(struct span text, const struct secret *mac_key);

/* A head that is to be signed. */
struct wanted {
    struct span origin;
    uint64_t old_size, size;
    struct tree_hash root;
    struct tree_proof proof;
};

/* head_decide: may this be signed after what was signed last? The proof leads from there, whatever the asker claims.
 *   in     log     setting log.origin: the first log is <log>/<fiscal year>
 *   ret    next    what to remember before the signature is given away; equal to `was` when the same is asked again
 *   fails  DENIED another log than the open one · CONFLICT an earlier head: the database was restored; the asker knows of a later
 *          one: the signer was; or the proof begins before the last head, whose size is then why.state, in decimal · CORRUPT another root at the same size, or the proof does not lead there
 *   pure   yes                                       source  RFC 9162 §2.1.4.2 */
enum status head_decide(struct scope *s, const struct head *was, struct span log, const struct wanted *w, struct head *ret_next) MUST_CHECK;

/* A log that is to be opened in the place of the open one. */
struct opening {
    struct uuid id; /* of the request */
    struct span origin, by, reason;
    int64_t at_s;
};

/* shard_decide: closes the open log, if there is one, and opens another; its key is the caller's to name. The same request again, before a
 * head was signed, is the same answer.
 *   in     is_lost  what was signed last is not known for certain
 *   ret    next     equal to `was` when it is the same request again
 *   fails  INVALID origin is not <log>/<fiscal year>[-n], or a line break in a text · CONFLICT the name was used · TOO_LARGE CLOSED_MOST
 *   pure   yes */
enum status shard_decide(struct scope *s, const struct head *was, bool is_lost, struct span log, const struct opening *o,
                         struct head *ret_next) MUST_CHECK;

/* year_decide: the same, asked for by the sequencer and not by an administrator: only the log of the fiscal year that is now, after one of an
 * earlier year. Asked again before a head was signed, it is the same answer, whoever opened it.
 *   in     year  fiscal year by the signer's own clock
 *   fails  as shard_decide · DENIED another name than <log>/<year>, or the open log is not of an earlier year · CONFLICT is_lost
 *   pure   yes */
enum status year_decide(struct scope *s, const struct head *was, bool is_lost, struct span log, const struct opening *o, int year,
                        struct head *ret_next) MUST_CHECK;

/* origin_year: what stands behind <log>/: "2026", or "2026-2" for the second of that fiscal year; empty when the origin is none of this
 * log's. root_empty: of a tree without leaves.
 *   pure   yes */
struct span origin_year(struct span log, struct span origin);
void root_empty(struct tree_hash *ret_root);

#endif
