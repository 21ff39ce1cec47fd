/* The network between the services: any frame may be lost, arrive twice, or arrive behind later ones; where it goes is decided
 * by the relay's own router and permission map when it arrives. A copy may go astray to a sibling, as it does when the relay's
 * table changes between two tries. Bytes are copied on sending, so that nothing is shared between the workers but what a wire
 * could carry. */
#include <stdlib.h>
#include <string.h>

#include "relay/router.h"
#include "sim.h"

enum { FLIGHT_MAX = 8192, FAST_US = 20000, LATE_US = 4000000 };

struct packet {
    int64_t due_us;
    uint64_t order;
    bool is_astray;
    uint8_t *bytes;
    size_t n[FRAME_PARTS];
};

struct net {
    struct router router;
    struct dice *dice;
    struct journal *j;
    struct rates rates;
    struct net_counts counts;
    struct scope *s;
    uint64_t order;
    size_t n;
    struct packet v[FLIGHT_MAX];
};

struct net *net_new(struct dice *dice, struct journal *j)
{
    struct net *net = calloc(1, sizeof *net);

    if (net)
        net->s = scope_new(SMALL_CAP, entropy_system());
    if (!net || !net->s) {
        free(net);
        return NULL;
    }
    net->dice = dice;
    net->j = j;
    return net;
}

void net_reset(struct net *net)
{
    for (size_t i = 0; i < net->n; i++)
        free(net->v[i].bytes);
    net->n = 0;
    net->order = 0;
    net->router = (struct router){0};
}

void net_free(struct net *net)
{
    net_reset(net);
    scope_free(net->s);
    free(net);
}

void net_rates(struct net *net, struct rates rates)
{
    net->rates = rates;
}

size_t net_pending(const struct net *net)
{
    return net->n;
}

const struct net_counts *net_counts_of(const struct net *net)
{
    return &net->counts;
}

static void route_at(int place, uint8_t route[ROUTE_LEN])
{
    memset(route, 0, ROUTE_LEN);
    route[ROUTE_LEN - 1] = (uint8_t)place;
}

static enum node node_of(const char *instance)
{
    return (enum node)node_find(span_of(instance, strcspn(instance, ".")));
}

void net_join(struct net *net, int place, const char *instance, int64_t now_us)
{
    uint8_t route[ROUTE_LEN];

    route_at(place, route);
    scope_reset(net->s);
    if (router_hello(net->s, &net->router, span_of(instance, strcspn(instance, ".")), span_str(instance), false, route, now_us) != OK)
        net->counts.forbidden++;
}

void net_leave(struct net *net, int place, const char *service)
{
    uint8_t route[ROUTE_LEN];

    route_at(place, route);
    router_forget(&net->router, node_of(service), route);
}

static void put(struct net *net, const struct frame *f, int64_t due_us, bool is_astray)
{
    struct packet p = {.due_us = due_us, .order = net->order++, .is_astray = is_astray};
    size_t all = 0, at = 0;

    for (size_t i = 0; i < FRAME_PARTS; i++)
        all += p.n[i] = f->part[i].n;
    p.bytes = net->n < FLIGHT_MAX ? malloc(all + 1) : NULL;
    if (!p.bytes) {
        net->counts.dropped++; /* a full queue drops, as a real one may */
        return;
    }
    for (size_t i = 0; i < FRAME_PARTS; at += p.n[i++])
        if (p.n[i])
            memcpy(p.bytes + at, f->part[i].p, p.n[i]);
    net->v[net->n++] = p;
}

void net_send(struct net *net, const struct frame *f, int64_t now_us)
{
    const struct header *h = &f->header;
    struct dice *d = net->dice;
    int64_t due = now_us + 500 + dice_below(d, FAST_US);
    int from = node_find(h->from), to = node_find(h->to);
    char id[UUID_TEXT_MAX];

    net->counts.sent++;
    journal_note(net->j, "send %.*s → %.*s %.*s seq %lld %s", (int)h->from.n, (const char *)h->from.p, (int)h->to.n,
                 (const char *)h->to.p, (int)h->type.n, (const char *)h->type.p, h->has_seq ? (long long)h->seq : 0LL,
                 uuid_print(h->has_re ? h->re : h->id, id));
    if (from < 0 || to < 0 || !is_permitted((enum node)from, (enum node)to, traffic_of(h), h->type)) {
        net->counts.forbidden++;
        return;
    }
    if (dice_chance(d, net->rates.drop)) {
        net->counts.dropped++;
        journal_note(net->j, "     … lost");
        return;
    }
    if (dice_chance(d, net->rates.late)) {
        net->counts.delayed++;
        due += dice_below(d, LATE_US);
    }
    put(net, f, due, false);
    for (int i = 0; i < 2 && dice_chance(d, net->rates.twice); i++) {
        net->counts.doubled++;
        put(net, f, due + dice_below(d, dice_chance(d, 500) ? FAST_US : LATE_US), dice_chance(d, 500));
    }
}

/* The earliest; of two at the same time the one sent first. */
static size_t earliest(const struct net *net)
{
    size_t best = 0;

    for (size_t i = 1; i < net->n; i++)
        if (net->v[i].due_us < net->v[best].due_us ||
            (net->v[i].due_us == net->v[best].due_us && net->v[i].order < net->v[best].order))
            best = i;
    return best;
}

int64_t net_next_us(const struct net *net)
{
    return net->n ? net->v[earliest(net)].due_us : INT64_MAX;
}

static enum status parse(struct scope *s, const struct packet *p, struct frame *ret_frame)
{
    struct span parts[FRAME_PARTS];
    size_t at = 0;

    for (size_t i = 0; i < FRAME_PARTS; at += p->n[i++])
        TRY(scope_copy(s, span_of(p->bytes + at, p->n[i]), &parts[i]));
    return frame_parse(s, parts, FRAME_PARTS, ret_frame);
}

/* Where a frame goes now; −1 = nobody is there for it. */
static int place_of(struct net *net, const struct header *h, bool is_astray)
{
    enum node to = (enum node)node_find(h->to);
    enum traffic t = traffic_of(h);
    struct pool *pool = &net->router.pool[to];
    const struct worker *w = router_pick(&net->router, to, t, h);

    if (is_astray && (t == TRAFFIC_STREAM || t == TRAFFIC_REQUEST) && pool->n)
        w = &pool->worker[dice_below(net->dice, (int)pool->n)];
    return w ? w->route[ROUTE_LEN - 1] : -1;
}

int net_take(struct net *net, struct scope *(*room)(void *ctx, int place), void *ctx, int64_t now_us, struct frame *ret_frame)
{
    size_t at = earliest(net);
    struct frame f;
    int place = -2;

    if (!net->n || net->v[at].due_us > now_us)
        return -1;
    struct packet p = net->v[at];
    net->v[at] = net->v[--net->n];
    scope_reset(net->s);
    if (parse(net->s, &p, &f) == OK) {
        int to = place_of(net, &f.header, p.is_astray);
        struct scope *s = to >= 0 ? room(ctx, to) : NULL;
        if (s && parse(s, &p, ret_frame) == OK)
            place = to;
    }
    if (place >= 0)
        net->counts.delivered++;
    else
        net->counts.nowhere++;
    free(p.bytes);
    return place;
}
