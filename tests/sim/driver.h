#ifndef KM_TEST_DRIVER_H
#define KM_TEST_DRIVER_H

#include "sim.h"
#include "wire/message.h"

/* driver.c: the asking side. Every request keeps its idempotency id until it is answered, and what was answered is remembered.
 * acts.c: what people might ask next, learn.c: from what they were told. */

enum { OPS_MAX = 1200, CASES_MAX = 6, REFS_MAX = 64, MEETINGS_MAX = 12, MEMBERS_MAX = 12, TRIES_MAX = 400 };

struct op {
    struct uuid id, key;
    const char *service;
    const struct shape *shape;
    struct span payload, sealed; /* JSON */
    struct actor actor;
    char trace[TRACE_MAX];
    bool has_key, is_query, is_open, is_sent, is_answered;
    bool must_refuse;         /* nobody may do this */
    bool is_patient;          /* not found may mean not yet */
    enum status said;         /* the word of the answer */
    struct span type, answer; /* of the first answer that was not a refusal */
    int64_t next_us;
    int tries, refused;
    int at;                   /* index of the case, referral or meeting it is about; −1 = none */
    int event;                /* of a referral_act */
    int n;                    /* receivers of a draft */
    bool overrides, is_clash, reads_all;
    struct span opened; /* the answer's sealed part */
};

struct known_case {
    struct uuid id;
    struct agency_id lead, member[MEMBERS_MAX];
    int member_n, notes;
    bool is_closed;
};

struct known_referral {
    struct uuid id;
    int at; /* its case */
    int kind, state;
    struct agency_id from, to;
    int64_t version;
};

struct known_meeting {
    struct uuid id;
    int at;
};

struct driver {
    struct world *world;
    struct scope *s, *in; /* the seed's memory; the frame that just came */
    struct op op[OPS_MAX];
    int op_n, made, open_n;
    struct known_case kase[CASES_MAX];
    struct known_referral ref[REFS_MAX];
    struct known_meeting meeting[MEETINGS_MAX];
    int case_n, ref_n, meeting_n;
    int64_t answers, refusals, retries;
    bool is_wrong; /* an answer that cannot be right; said in the journal */
};

struct world *driver_world(struct driver *d);
struct scope *driver_scope(struct driver *d);

enum status driver_new(struct world *w, struct driver **ret_d) MUST_CHECK;
void driver_begin(struct driver *d);

/* driver_add: one more request, not yet sent; NULL when there is no room. `msg` with its sealed field is encoded here. */
struct op *driver_add(struct driver *d, const char *service, const struct shape *shape, const void *msg,
                      const struct actor *actor);

/* driver_raw: the same with a payload that is JSON already. */
struct op *driver_raw(struct driver *d, const char *service, const struct shape *shape, struct span payload,
                      const struct actor *actor);

/* driver_send: sends what is due, new or again. driver_take: a frame for the gateway. */
void driver_send(struct driver *d);
void driver_take(struct driver *d, const struct frame *f);

/* driver_json: what was asked and answered, for the checks. */
const char *driver_json(struct driver *d, struct scope *s);

/* driver_again: an answered request once more under its id, and the id under another request; both when all is quiet. */
void driver_again(struct driver *d);

/* acts_make: the next request. acts_learn: what an answer tells. acts_operate: an operator looks after parked messages.
 * acts_read: every lead opens its cases. */
void acts_make(struct driver *d);
void acts_learn(struct driver *d, const struct op *op);
void acts_operate(struct driver *d);
void acts_read(struct driver *d);

#endif
