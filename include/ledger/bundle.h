#ifndef KM_LEDGER_BUNDLE_H
#define KM_LEDGER_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/replay.h"
#include "ledger/verify.h"
#include "wire/message.h"

/* A case bundle: the whole history of one case, for somebody who has nothing else. It is one JSON object in UTF-8, laid out in lines so that
 * it can be read piece by piece; each line ends with a line feed:
 *
 *   {"case_id":…,"count":N,"format":"kashimaru-case/1","keys":[…],"logs":[…],"events":[
 *   {"event":…,"index":…,"payload":…,"proof":[…],"r_event":…,"r_payload":…,"seq":0},
 *   …                                                                    (N lines, all but the last end with a comma)
 *   ]}
 *
 * The first line with `,"events":[` replaced by `}` is a record case_bundle, each following one a case_bundle_event
 * (include/wire/messages_ledger.def); fields in any order, the layout as above. Bytes are lower-case hex, times RFC 3339, indices decimal.
 *
 * logs[i].origin is the origin in logs[i].note. proof leads from the event's leaf to the root of the log's head. A payload is the very text
 * that was committed to: JSON with the fields of record event_payload, others are passed over.
 *
 * Erased events: a line without `event` and with `leaf` is a hole, one without `payload` and `r_payload` a blank. Each must be named by an
 * ERASE after it, whose payload's `detail` lists leaves in ascending order as `12` or `12-15`, parted by commas: of the log the ERASE stands
 * in, or, written `2026/12-15`, of the log whose origin ends in `/2026`.
 *
 * An event whose flags have EVENT_HOST_REQUEST names in `record` what a system of the acting agency's own asked for; `request` is that (KMQ1,
 * ledger/request.h). Its key is among `keys`, marked `own`: it never was the keeper's, so such an event proves that the agency itself asked.
 * Whoever wants to be sure of that takes the key from the agency and not from the bundle. Without the request the bundle is incomplete, not
 * bad: nothing in it is false. With a blank it may be missing.
 *
 * A bundle proves the history up to its last event. That none came after it no bundle can prove: ask the log's keeper for a newer one. */

#define BUNDLE_FORMAT "kashimaru-case/1"
enum { BUNDLE_MAX = 64 << 20, BUNDLE_LINE_MAX = 1 << 20 }; /* bytes; an event has 3 to 5 KB, so a bundle holds 12,000 events and more */

/* bundle_write: the file's bytes.
 *   in     head    count and format are filled in by it
 *   fails  INVALID a bound of the records · TOO_LARGE */
enum status bundle_write(struct scope *s, const struct case_bundle *head, const struct case_bundle_event *events, size_t n,
                         struct span *ret_text) MUST_CHECK;

/* bundle_open, bundle_next: read it from the top. more is false at its end, and then nothing was read.
 *   ret    b, head borrow from s and text; the event from the scope given to bundle_next
 *   fails  INVALID not a bundle, naming the line · NOT_FOUND the file ends too early · TOO_LARGE */
struct bundle {
    struct span rest;
    size_t line, read_n, count;
};
enum status bundle_open(struct scope *s, struct span text, struct bundle *ret_b, struct case_bundle *ret_head) MUST_CHECK;
enum status bundle_next(struct scope *s, struct bundle *b, struct case_bundle_event *ret_event, bool *ret_more) MUST_CHECK;

/* verify_case: heads are to be trusted; events are contiguous from 0, each names the leaf before it, keeps its payload's commitment, is
 * signed by the acting agency's key of that time and is in its log's head; what an agency's own system asked for is its own, is this event's
 * and no other's; leaves ascend; the story can have happened (replay.h); every
 * hole and blank is explained.
 *   in     keys    of the agencies, from elsewhere; NULL = those in the bundle
 *   fails  CORRUPT, INVALID naming the event, its leaf and type · NOT_FOUND a key, or the file's end, is missing · DENIED, NOT_FOUND as verify_head */
struct verified_case {
    struct uuid case_id;
    size_t events, holes, blanks;
    size_t requests; /* events that an agency's own system asked for, with its signature */
    struct replay_end end;
};
enum status verify_case(struct scope *s, const struct verify_trust *trust, const struct agency_signers *keys, struct span text,
                        struct verified_case *ret_case) MUST_CHECK;

#endif
