#ifndef KM_LEDGER_POLICY_H
#define KM_LEDGER_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/note.h"

/* Whose word is enough for a head: the logs' keys and who must have cosigned. The lines of C2SP tlog-policy, words between blanks or tabs:
 *
 *   log <vkey> [<url>]                  one at least; the vkey's name is the log's
 *   witness <name> <vkey> [<url>] [<body>]
 *                                       where it is asked, the word with "://"; the legal body that runs it; in either order
 *   group <name> <k> <member>...        k of the witnesses and groups named, which stand above; also `any` = 1 and `all`
 *   quorum <name>                       exactly one: a witness, a group, or `none`
 *   # a comment
 *
 * Of the witnesses that a group names itself and that are of one body, k counts one only: a body that runs two is still one voice. `all`
 * asks for each of them. Every name stands in at most one group, so that nobody is counted twice. */

enum { POLICY_NODES_MOST = 64, POLICY_WITNESSES_MOST = 32, POLICY_LOGS_MOST = 32, POLICY_URL_MAX = 512 };

struct policy; /* opaque, owned by the scope */

/* policy_read:
 *   fails  INVALID with the line: a key, name or number that cannot be, a key or name twice, a group that can never be complete */
enum status policy_read(struct scope *s, struct span text, struct policy **ret_policy) MUST_CHECK;

/* policy_logs: how many logs. policy_log: the key of log i.                                     pure yes */
size_t policy_logs(const struct policy *p);
const struct note_key *policy_log(const struct policy *p, size_t i);

/* policy_witnesses: how many. policy_witness: number i, as the policy has them from top to bottom.   pure yes */
struct policy_witness {
    const char *name, *url, *body; /* url and body: "" = none */
    const struct note_key *key;
};
size_t policy_witnesses(const struct policy *p);
struct policy_witness policy_witness(const struct policy *p, size_t i);

/* policy_reached: the cosignatures of these witnesses are a quorum.                             pure yes */
bool policy_reached(const struct policy *p, const bool has_signed[POLICY_WITNESSES_MOST]);

/* policy_signed: a checkpoint of a log the policy names, signed by it; cosignatures are not looked at.
 *   ret    head   borrows from the note
 *   fails  CORRUPT it is not, or its signature is false · DENIED the log's signature is missing */
enum status policy_signed(struct scope *s, const struct policy *p, const struct note *note, struct checkpoint *ret_head) MUST_CHECK;

/* policy_check: a checkpoint of a log the policy names, signed by it, and by a quorum. A false signature of any key the policy names refuses it, needed
 * or not.
 *   fails  CORRUPT a signature is false, or it is no checkpoint of such a log · DENIED the log's signature or the quorum is missing, naming
 *          who is */
enum status policy_check(struct scope *s, const struct policy *p, const struct note *note) MUST_CHECK;

#endif
