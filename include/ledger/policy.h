#ifndef KM_LEDGER_POLICY_H
#define KM_LEDGER_POLICY_H

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/note.h"

/* Whose word is enough for a head: the log's key and who must have cosigned. The lines of C2SP tlog-policy, words between blanks or tabs:
 *
 *   log <vkey> [<url>]                  exactly one
 *   witness <name> <vkey> [<body>]      the legal body that runs it
 *   group <name> <k> <member>...        k of the witnesses and groups named, which stand above; also `any` = 1 and `all`
 *   quorum <name>                       exactly one: a witness, a group, or `none`
 *   # a comment
 *
 * Of the witnesses that a group names itself and that are of one body, k counts one only: a body that runs two is still one voice. `all`
 * asks for each of them. Every name stands in at most one group, so that nobody is counted twice. */

enum { POLICY_NODES_MOST = 64, POLICY_WITNESSES_MOST = 32 };

struct policy; /* opaque, owned by the scope */

/* policy_read:
 *   fails  INVALID with the line: a key, name or number that cannot be, a key or name twice, a group that can never be complete */
enum status policy_read(struct scope *s, struct span text, struct policy **ret_policy) MUST_CHECK;

/* policy_log: the log's key.                                                                   pure yes */
const struct note_key *policy_log(const struct policy *p);

/* policy_check: a checkpoint of this log, signed by it, and by a quorum. A false signature of any key the policy names refuses it, needed
 * or not.
 *   fails  CORRUPT a signature is false, or it is no checkpoint of this log · DENIED the log's signature or the quorum is missing, naming
 *          who is */
enum status policy_check(struct scope *s, const struct policy *p, const struct note *note) MUST_CHECK;

#endif
