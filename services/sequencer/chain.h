#ifndef KM_SEQUENCER_CHAIN_H
#define KM_SEQUENCER_CHAIN_H

#include "base/scope.h"
#include "base/uuid.h"
#include "ledger/tree.h"

/* The ends of the chains that a batch makes longer: of its cases, and of the referrals whose offers may be answered. */

struct link {
    struct uuid id;
    bool is_used;         /* of the table: the place is taken */
    bool has_hash;
    bool is_changed;      /* by this batch */
    int64_t seq;          /* of the next event */
    size_t last;          /* index in the batch of the event last put to it, + 1; 0 = none */
    struct tree_hash hash; /* leaf hash of the event last signed */
};

struct links {
    struct link *v;
    size_t n; /* a power of two, at least twice what is put in */
};

/* links_new: room for `most`.
 *   fails  TOO_LARGE
 * links_at: the link of an id, made when it is not there.          pure yes */
enum status links_new(struct scope *s, size_t most, struct links *ret_links) MUST_CHECK;
struct link *links_at(struct links *l, struct uuid id);

#endif
