#ifndef KM_TEST_ACCOUNT_WORLD_H
#define KM_TEST_ACCOUNT_WORLD_H

#include "account/account.h"
#include "db/migrate.h"
#include "q_event.h"
#include "q_svc.h"
#include "seal/envelope.h"
#include "svc/client.h"
#include "svc/worker.h"
#include "wire/codec.h"

#include "installation.h"

#include <stdlib.h>

/* account as it runs, worker and database, with a clock that can be put forward; the test is the gateway and the command. */

enum { FROM_ACCOUNT, FROM_GATEWAY, FROM_CTL, RINGS };

struct world {
    struct scope *s;
    struct keyring *ring[RINGS];
    struct secret *tickets;
    struct conn *db, *admin;
    struct pass pass;
    struct account *own;
    struct worker *worker;
    int64_t ahead_us; /* of the wall clock */
    int asker;
    bool is_answered;
    struct answered answer;
    char keys_dir[FOLDER_MAX];
    struct span handed[256]; /* what was handed out: none of it may be found at rest */
    size_t handed_n;
};

/* Who asks: through which identity, and as whom. */
struct who {
    int from;
    const char *user, *agency;
    enum role role;
    struct span ticket;
};

static inline int64_t world_now(void *ctx)
{
    return clock_now_us() + ((struct world *)ctx)->ahead_us;
}

static inline void world_frame(struct world *w, const struct who *who, const struct shape *shape, const void *msg,
                               struct frame *ret_f)
{
    const struct field *secret = shape_sealed(shape);
    struct header h = {.id = scope_uuid(w->s), .type = span_str(shape->name), .minor = SCHEMA_MINOR, .to = SPAN_LIT("account"),
                       .from = span_str(keyring_self(w->ring[who->from])->name), .sent = world_now(w), .has_reply_to = true,
                       .reply_to = SPAN_LIT("test.0"), .has_ticket = who->ticket.n > 0, .ticket = who->ticket,
                       .has_actor = who->user != NULL, .actor = span_str(who->user), .has_role = true,
                       .role = who->user ? (int)who->role : ROLE_SERVICE, .has_agency = who->agency != NULL};
    struct span payload, plain, body = {0};
    uint8_t *tag = scope_alloc(w->s, ENVELOPE_TAG_LEN);

    if (who->agency)
        assert_ok(w->s, agency_parse(span_str(who->agency), &h.agency));
    assert_ok(w->s, codec_encode(w->s, shape, msg, &payload));
    if (secret) {
        assert_ok(w->s, codec_encode(w->s, secret->shape(), field_at(msg, secret), &plain));
        assert_ok(w->s, envelope_seal_body(w->s, w->ring[who->from], "account", span_of(h.id.b, UUID_LEN), plain, &body));
    }
    assert_ok(w->s, frame_build(w->s, &h, payload, body, ret_f));
    assert_ok(w->s, envelope_tag(w->s, w->ring[who->from], "account", TO_PEER, ret_f->part, PART_TAG, tag));
    ret_f->part[PART_TAG] = span_of(tag, ENVELOPE_TAG_LEN);
}

/* world_ask: the whole way there and back. ret_answer is filled only for an answer. */
static inline enum status world_ask(struct world *w, const struct who *who, const struct shape *shape, const void *msg,
                                    const struct shape *answer, void *ret_answer)
{
    struct frame f, heard;

    world_frame(w, who, shape, msg, &f);
    w->asker = who->from;
    w->is_answered = false;
    assert_ok(w->s, frame_parse(worker_scope(w->worker), f.part, FRAME_PARTS, &heard));
    worker_take(w->worker, &heard);
    assert_ok(w->s, worker_run(w->worker));
    for (int i = 0; i < 30 && !w->is_answered; i++) { /* what is not found is looked for again for a moment */
        w->ahead_us += 20 * US_PER_MS;
        assert_ok(w->s, worker_run(w->worker));
    }
    assert_true(w->is_answered);
    if (w->answer.refused != OK)
        return w->answer.refused;
    assert_true(span_is(w->answer.type, answer->name));
    assert_ok(w->s, codec_decode(w->s, answer, w->answer.payload, SCHEMA_MINOR, ret_answer));
    const struct field *secret = shape_sealed(answer);
    if (secret)
        assert_ok(w->s, codec_decode(w->s, secret->shape(), w->answer.sealed, SCHEMA_MINOR, field_mut(ret_answer, secret)));
    return OK;
}

#endif
