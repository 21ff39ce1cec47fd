#ifndef KM_TEST_AUDIT_WORLD_H
#define KM_TEST_AUDIT_WORLD_H

#include "audit/audit.h"
#include "base/clock.h"
#include "db/migrate.h"
#include "q_audit.h"
#include "q_directory.h"
#include "q_erasure.h"
#include "q_event.h"
#include "q_flows.h"
#include "q_svc.h"
#include "seal/digest.h"
#include "seal/envelope.h"
#include "svc/client.h"
#include "svc/worker.h"
#include "wire/codec.h"

#include "installation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* audit as it runs, worker and database, on a day of the test's choosing; the test is everybody else, and writes the history itself. */

enum { FROM_AUDIT, FROM_GATEWAY, FROM_REFERRAL, FROM_MEETING, RINGS };
static const char *const RING_NAMES[RINGS] = {"audit", "gateway", "referral", "meeting"};

struct world {
    struct scope *s;
    struct keyring *ring[RINGS];
    struct secret *tickets;
    struct conn *db, *admin, *other, *referral;
    struct pass pass, referral_pass;
    struct worker *worker;
    struct audit_own *own;
    int64_t now_us;
    bool is_answered, is_acked;
    struct answered answer;
    char keys_dir[FOLDER_MAX];
};

static inline int64_t world_now(void *ctx)
{
    return ((struct world *)ctx)->now_us;
}

/* world_work: the clock goes on by more than a minute, and every job has run. */
static inline void world_work(struct world *w)
{
    int wait_ms = 0;

    w->now_us += 61 * US_PER_S;
    for (int i = 0; i < 40; i++)
        assert_ok(w->s, worker_tick(w->worker, &wait_ms));
}

/* world_sql: as the administrator. world_text: the first column of the first row. */
static inline void world_sql(struct world *w, const char *sql)
{
    assert_ok(w->s, conn_script(w->s, w->admin, sql));
}

static inline const char *world_text(struct world *w, const char *sql)
{
    struct span text;

    assert_ok(w->s, conn_text(w->s, w->admin, sql, NULL, 0, &text));
    return scope_print(w->s, "%.*s", (int)text.n, text.n ? (const char *)text.p : "");
}

#endif
