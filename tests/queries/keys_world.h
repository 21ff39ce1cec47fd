#ifndef KM_TEST_KEYS_WORLD_H
#define KM_TEST_KEYS_WORLD_H

#include "db/migrate.h"
#include "keys/keys.h"
#include "keys/rules.h"
#include "q_keys.h"
#include "q_keys_erasure.h"
#include "q_svc.h"
#include "seal/digest.h"
#include "seal/envelope.h"
#include "svc/client.h"
#include "svc/worker.h"
#include "wire/codec.h"
#include "wire/words.h"

#include "installation.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* keys as it runs, worker and database, with a clock that can be put forward; the test is everybody who speaks with it. */

enum speaker { FROM_KEYS, FROM_GATEWAY, FROM_INTAKE, FROM_MEETING, FROM_REFERRAL, AUDIT_HEARS, FROM_SEQUENCER, SPEAKERS };
enum { EMITS_MAX = 64, STREAMS_MAX = 64 };

struct emitted {
    struct span to, type, payload;
};

struct rival;

struct world {
    struct scope *s;
    struct keyring *ring[SPEAKERS];
    struct secret *tickets;
    struct conn *db, *second, *admin; /* second: of another worker, which meddles between steps */
    struct pass pass;
    struct rival *rival;
    struct keys *own;
    struct worker *worker;
    int64_t ahead_us; /* of the wall clock */
    enum speaker asker;
    bool is_answered, is_acked;
    struct answered answer;
    struct span nack; /* status of the last refused stream message */
    struct emitted emits[EMITS_MAX];
    size_t emit_n;
    struct {
        enum speaker from;
        struct uuid key;
        int64_t seq;
    } streams[STREAMS_MAX];
    size_t stream_n;
    char keys_dir[FOLDER_MAX];
};

static inline int64_t world_now(void *ctx)
{
    return clock_now_us() + ((struct world *)ctx)->ahead_us;
}

/* Who a ticket is for; minted as account mints. */
struct who {
    const char *user, *agency;
    enum role role;
    int64_t fresh_ago_s; /* −1: no second factor */
};

static inline struct ticket world_claims(struct world *w, const struct who *who)
{
    int64_t now_s = world_now(w) / US_PER_S;
    struct ticket t = {.issuer = "account", .kind = TICKET_USER, .role = (int)who->role, .issued_s = now_s,
                       .expires_s = now_s + TICKET_USER_S, .fresh_s = who->fresh_ago_s < 0 ? 0 : now_s - who->fresh_ago_s};

    snprintf(t.user, sizeof t.user, "%s", who->user);
    if (who->agency[0])
        assert_ok(w->s, agency_parse(span_str(who->agency), &t.agency));
    return t;
}

static inline struct span world_ticket(struct world *w, const struct who *who)
{
    struct ticket t = world_claims(w, who);
    struct span line;

    assert_ok(w->s, ticket_mint(w->s, w->tickets, &t, &line));
    return line;
}

#endif
