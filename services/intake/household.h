#ifndef KM_INTAKE_HOUSEHOLD_H
#define KM_INTAKE_HOUSEHOLD_H

#include "person.h"
#include "store.h"

/* A household's rows, and the one way to change it. */

struct household_rows; /* as they come from the database; live in the turn's scope */

/* household_queue: asks for the rows; the caller flushes.   household_open: unseals them; the person supported comes first.
 *   in     reach  somebody who left sees members as they were; what changed since counts as unknown
 *   ret    told   what was told at the opening
 *   fails  NOT_FOUND no such case · CORRUPT · DENIED the opening's key was not given */
enum status household_queue(struct turn *t, struct uuid case_id, const struct reach *reach,
                            struct household_rows **ret_rows) MUST_CHECK;
enum status household_open(struct turn *t, struct uuid case_id, const struct household_rows *rows, struct case_private *ret_told,
                           struct household *ret_h) MUST_CHECK;

/* viewer_of: the turn's user as households know readers. */
struct viewer viewer_of(struct turn *t, const struct reach *reach);

/* A change of one member in the making. */
struct change {
    struct uuid case_id;
    int64_t version; /* the household's new one */
    struct household h;
    struct member *m; /* whom it is about, in h */
    struct viewer by;
};

/* change_begin: locks the household and loads it. Only a member of the case who can read all of it changes it.
 *   in     person_id  NULL = a new member of the relation
 *   fails  NOT_FOUND no such member · DENIED · INVALID relation self for another, or another for the person supported · TOO_LARGE */
enum status change_begin(struct turn *t, struct uuid case_id, const struct uuid *person_id, struct change *ret_c) MUST_CHECK;

/* change_store: the member's next version. Whatever was changed, the same rows are written, the same messages sent, the same
 * event recorded, and the record has the same size: what it was is told by none of them. */
enum status change_store(struct turn *t, struct change *c) MUST_CHECK;

/* index_emit: what a person could be found by, sealed, to keys; nothing when neither name nor birth date was ever said.
 *   in     hidden  bit per enum masked_field: nobody is found by these */
enum status index_emit(struct turn *t, struct uuid case_id, struct uuid person_id, int64_t version, const struct person_private *p,
                       unsigned hidden) MUST_CHECK;

#endif
