#ifndef KM_INTAKE_STORE_H
#define KM_INTAKE_STORE_H

#include "intake.h"

/* Rows and sealed records of intake as the structs its rules decide on. */

/* What one sealed record is: which, and under which of the case's epochs. */
struct record_ref {
    uint16_t type; /* enum intake_record, or a type of seal/seal.h */
    struct uuid case_id, record_id;
    int64_t version, epoch;
};

/* reach_load: how far the turn's user may read a case; see reach_decide.
 *   fails  NOT_FOUND · DENIED */
enum status reach_load(struct turn *t, struct uuid case_id, struct reach *ret_reach) MUST_CHECK;

/* member_load: the same for who must be a member to go on.
 *   fails  also DENIED only offered, no longer a member, or an emergency: nothing is written then */
enum status member_load(struct turn *t, struct uuid case_id, struct reach *ret_reach) MUST_CHECK;

/* record_seal: encodes and seals under the turn's newest key; ref.epoch is not looked at.
 *   in     least  pad the text with spaces to so many bytes, or four times as many, so that its size says nothing; 0 = as long as it is */
enum status record_seal(struct turn *t, const struct record_ref *ref, const struct shape *shape, const void *private, size_t least,
                        struct span *ret_sealed) MUST_CHECK;

/* record_open: unseals under the key of its own epoch and decodes.
 *   fails  DENIED the asker was not given that epoch · CORRUPT another record than expected, or changed */
enum status record_open(struct turn *t, const struct record_ref *ref, struct span sealed, const struct shape *shape,
                        void *ret_private) MUST_CHECK;

/* no_room: the refusal when a scope is full. */
enum status no_room(struct turn *t) MUST_CHECK;

#endif
