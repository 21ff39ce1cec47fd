#ifndef KM_TEST_LEDGER_TILES_H
#define KM_TEST_LEDGER_TILES_H

#include "ledger_story.h"

/* A world's tiles as they are published, and cases of random shape to fill it with. */

static inline enum status world_file(void *own, const struct tile *t, struct span *ret_bytes)
{
    struct world *w = own;
    uint64_t first = t->index * TILE_WIDTH;
    struct span leaf[TILE_WIDTH];

    if (!t->is_entries) {
        *ret_bytes = span_of(&w->hash[t->level * TILE_HEIGHT][first], t->width * sizeof **w->hash);
        return OK;
    }
    for (unsigned i = 0; i < t->width; i++)
        leaf[i] = span_of(w->leaf[first + i], LEAF_LEN);
    return entries_write(w->s, leaf, t->width, ret_bytes);
}

/* A case that is being made up. */
struct life {
    struct tale *t;
    uint32_t lead;
    bool is_closed;
    unsigned about;                        /* the referral that is open, 0 = none */
    int offer;                             /* its place */
    uint32_t asker, receiver;
    bool is_running;                       /* it was accepted */
};

static inline void begin(struct world *w, struct life *l)
{
    *l = (struct life){.t = tale_new(w), .lead = 1 + (uint32_t)pick(w, AGENCIES - 1)};
    (void)tell(w, l->t, (struct fact){EVENT_OPEN, "case_opened", NULL, l->lead, 0, 0, 0, NULL});
    (void)tell(w, l->t, (struct fact){EVENT_GRANT, "baton_created", NULL, l->lead, l->lead, 0, 0, NULL});
}

static inline void offer(struct world *w, struct life *l)
{
    l->asker = pick(w, 4) ? l->lead : 5;
    do
        l->receiver = 1 + (uint32_t)pick(w, AGENCIES - 1);
    while (l->receiver == l->lead);
    l->about = 100 + (unsigned)l->t->n;
    l->is_running = false;
    if (!pick(w, 3))
        (void)tell(w, l->t, (struct fact){EVENT_OUTCOME, "referral", "draft", l->asker, l->receiver, l->about, 0, NULL});
    l->offer = (int)l->t->n;
    (void)tell(w, l->t, (struct fact){EVENT_OFFER, "referral", "send", l->asker, l->receiver, l->about, 0, NULL});
}

static inline void answer(struct world *w, struct life *l)
{
    unsigned about = l->about;
    uint32_t to = l->receiver;

    switch (pick(w, 5)) {
    case 0:
        (void)tell(w, l->t, (struct fact){EVENT_DELIVER, "referral", "deliver", to, l->asker, about, 0, NULL});
        return;
    case 1:
        (void)tell(w, l->t, (struct fact){EVENT_DECLINE, "referral", "decline", to, l->asker, about, l->offer, "no_capacity"});
        break;
    case 2:
        (void)tell(w, l->t, (struct fact){EVENT_EXPIRE, "referral", "due", CITY, to, about, l->offer, "silence"});
        break;
    case 3:
        (void)tell(w, l->t, (struct fact){EVENT_WITHDRAW, "referral", "withdraw", l->asker, to, about, l->offer, "mistake"});
        break;
    default:
        (void)tell(w, l->t, (struct fact){EVENT_ACCEPT, "referral", "accept", to, l->asker, about, l->offer, NULL});
        l->is_running = true;
        if (pick(w, 2)) {
            (void)tell(w, l->t, (struct fact){EVENT_GRANT, "baton_moved", NULL, to, l->lead, about, 0, NULL});
            l->lead = to;
        }
    }
    l->about = l->is_running ? about : 0;
}

static inline void serve(struct world *w, struct life *l)
{
    (void)tell(w, l->t, (struct fact){EVENT_OUTCOME, "referral", pick(w, 2) ? "complete" : "fail", l->receiver, l->asker, l->about, 0,
                                      "goal_reached"});
    l->about = 0;
    l->is_running = false;
}

/* One more thing happens to the case. */
static inline void live(struct world *w, struct life *l)
{
    uint64_t what = pick(w, 8);

    if (!l->is_closed && l->about && what < 4) {
        if (l->is_running)
            serve(w, l);
        else
            answer(w, l);
    } else if (!l->is_closed && !l->about && what < 4) {
        offer(w, l);
    } else if (!l->is_closed && !l->about && what == 4 && l->t->n > 20) {
        (void)tell(w, l->t, (struct fact){EVENT_CLOSE, "case_closed", NULL, l->lead, 0, 0, 0, "goal_reached"});
        l->is_closed = true;
    } else {
        (void)tell(w, l->t, (struct fact){EVENT_READ, "case_read", NULL, 1 + (uint32_t)pick(w, AGENCIES - 1), 0, 0, 0, NULL});
    }
}

#endif
