/* The table of the living. An instance has one route, the last it said hello from; a worker is chosen by the key alone, so as
 * long as nobody comes or goes one case's frames meet one worker, and when somebody does only the cases concerned move. */
#include "router.h"

/* FNV-1a and the finaliser of splitmix64: not secret, but the same on every machine. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t hash_bytes(struct span b)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < b.n; i++)
        h = (h ^ b.p[i]) * 0x100000001b3u;
    return mix(h);
}

enum traffic traffic_of(const struct header *h)
{
    if (span_is(h->type, "hello"))
        return TRAFFIC_HELLO;
    if (span_is(h->type, "ack") || span_is(h->type, "nack") || span_is(h->type, "gap"))
        return TRAFFIC_RECEIPT;
    if (h->has_re)
        return TRAFFIC_ANSWER;
    return h->has_seq ? TRAFFIC_STREAM : TRAFFIC_REQUEST;
}

/* The service part of an instance name; −1 when it is not "<service>.<number>". */
static int node_of(struct span instance)
{
    size_t dot = 0;

    if (instance.n >= INSTANCE_TEXT_MAX)
        return -1;
    while (dot < instance.n && instance.p[dot] != '.')
        dot++;
    if (dot + 1 >= instance.n)
        return -1;
    for (size_t i = dot + 1; i < instance.n; i++)
        if (instance.p[i] < '0' || instance.p[i] > '9')
            return -1;
    return node_find(span_of(instance.p, dot));
}

/* Whether an instance is "<name>.<…>". */
static bool is_of(struct span instance, struct span name)
{
    return instance.n > name.n && memcmp(instance.p, name.p, name.n) == 0 && instance.p[name.n] == '.';
}

static struct worker *find(struct pool *p, struct span instance)
{
    for (size_t i = 0; i < p->n; i++)
        if (span_is(instance, p->worker[i].instance))
            return &p->worker[i];
    return NULL;
}

/* Keeps the order of the others, so that round robin stays fair. */
static void forget(struct pool *p, size_t i)
{
    memmove(&p->worker[i], &p->worker[i + 1], (p->n - i - 1) * sizeof p->worker[i]);
    p->n--;
}

/* Room for one more of this peer? */
static bool has_room(const struct pool *p, int node, struct span peer)
{
    size_t mine = 0;

    if (node != NODE_HOST)
        return p->n < POOL_MAX;
    for (size_t i = 0; i < p->n; i++)
        mine += is_of(span_str(p->worker[i].instance), peer);
    return p->n < HOSTS_MAX && mine < HOST_LINES_MAX;
}

enum status router_hello(struct scope *s, struct router *r, struct span peer, struct span instance,
                         bool leaving, const uint8_t *route, int64_t now_us)
{
    int node = node_of(instance);
    if (node < 0)
        return fail(s, INVALID, "ワーカーの名前がサービス名.番号ではありません",
                    "an instance that is not service.number");
    if (!is_of(instance, peer))
        return fail(s, DENIED, "他のサービスのワーカーを名乗りました", "an instance of another service");
    struct pool *p = &r->pool[node];
    struct worker *w = find(p, instance);
    if (leaving) {
        /* a late good-bye of a process that was already replaced concerns nobody */
        if (w && memcmp(w->route, route, ROUTE_LEN) == 0)
            forget(p, (size_t)(w - p->worker));
        return OK;
    }
    if (!w && !has_room(p, node, peer))
        return fail(s, TOO_LARGE, "ワーカーが多すぎます", "too many workers");
    if (!w) {
        w = &p->worker[p->n++];
        *w = (struct worker){.hash = hash_bytes(instance)};
        memcpy(w->instance, instance.p, instance.n);
    }
    memcpy(w->route, route, ROUTE_LEN);
    w->heard_us = now_us;
    return OK;
}

void router_heard(struct router *r, enum node node, const uint8_t *route, int64_t now_us)
{
    struct pool *p = &r->pool[node];

    for (size_t i = 0; i < p->n; i++)
        if (memcmp(p->worker[i].route, route, ROUTE_LEN) == 0)
            p->worker[i].heard_us = now_us;
}

size_t router_expire(struct router *r, int64_t now_us)
{
    size_t gone = 0;

    for (size_t node = 0; node < NODE_N; node++) {
        struct pool *p = &r->pool[node];
        for (size_t i = p->n; i-- > 0;)
            if (now_us - p->worker[i].heard_us > SILENT_US) {
                forget(p, i);
                gone++;
            }
    }
    return gone;
}

size_t router_forget(struct router *r, enum node node, const uint8_t *route)
{
    struct pool *p = &r->pool[node];
    size_t gone = 0;

    for (size_t i = p->n; i-- > 0;)
        if (memcmp(p->worker[i].route, route, ROUTE_LEN) == 0) {
            forget(p, i);
            gone++;
        }
    return gone;
}

size_t router_forget_all(struct router *r, struct span peer)
{
    int node = node_find(peer);
    size_t gone = 0;

    for (size_t i = node < 0 ? 0 : r->pool[node].n; i-- > 0;)
        if (is_of(span_str(r->pool[node].worker[i].instance), peer)) {
            forget(&r->pool[node], i);
            gone++;
        }
    return gone;
}

static const struct worker *pick_by_key(const struct pool *p, struct uuid key)
{
    enum { TAIL = 4 };
    uint64_t tail = hash_bytes(span_of(key.b + UUID_LEN - TAIL, TAIL));
    const struct worker *best = NULL;
    uint64_t best_score = 0;

    for (size_t i = 0; i < p->n; i++) {
        const struct worker *w = &p->worker[i];
        uint64_t score = mix(tail ^ w->hash);
        bool is_tie_won = best && score == best_score && strcmp(w->instance, best->instance) < 0;
        if (!best || score > best_score || is_tie_won) {
            best = w;
            best_score = score;
        }
    }
    return best;
}

static const struct worker *pick_any(struct pool *p, const struct header *h)
{
    if (h->has_key)
        return pick_by_key(p, h->key);
    return p->n ? &p->worker[p->turn++ % p->n] : NULL;
}

const struct worker *router_pick(struct router *r, enum node to, enum traffic traffic,
                                 const struct header *h)
{
    struct pool *p = &r->pool[to];
    const struct worker *named = h->has_reply_to ? find(p, h->reply_to) : NULL;

    if (to == NODE_HOST) /* hosts share a pool and nothing else */
        return named && traffic == TRAFFIC_ANSWER && is_of(h->reply_to, h->to) ? named : NULL;
    switch (traffic) {
    case TRAFFIC_HELLO:
        return NULL;
    case TRAFFIC_ANSWER:
        return named;
    case TRAFFIC_RECEIPT:
        return named ? named : pick_any(p, h);
    case TRAFFIC_STREAM:
    case TRAFFIC_REQUEST:
        return pick_any(p, h);
    }
    return NULL;
}
