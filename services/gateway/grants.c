/* A hash table with a list through it, latest first. Every entry stands in one bucket and in the list, or is free; tickets are wiped
 * when their entry becomes free. */
#include "grants.h"

#include <stdlib.h>

enum { BUCKETS = 4096, NONE = GRANTS_MAX, HEAD = GRANTS_MAX };

struct entry {
    uint8_t token[DIGEST32_LEN];
    struct grant grant;
    int64_t until_us;
    uint16_t next;           /* of its bucket, or of the free ones */
    uint16_t older, younger; /* of the list */
};

struct grants {
    size_t n;
    uint16_t bucket[BUCKETS];
    uint16_t free;
    struct entry v[GRANTS_MAX + 1]; /* the last is the list's head: its older is the latest, its younger the oldest */
};

struct grants *grants_new(void)
{
    struct grants *g = calloc(1, sizeof *g);

    if (!g)
        return NULL;
    for (size_t i = 0; i < BUCKETS; i++)
        g->bucket[i] = NONE;
    for (uint16_t i = 0; i < GRANTS_MAX; i++)
        g->v[i].next = (uint16_t)(i + 1);
    g->v[HEAD].older = g->v[HEAD].younger = HEAD;
    return g;
}

void grants_free(struct grants *g)
{
    if (g)
        explicit_bzero(g, sizeof *g);
    free(g);
}

static uint16_t *bucket_of(struct grants *g, const uint8_t *token)
{
    return &g->bucket[(token[0] << 8 | token[1]) % BUCKETS];
}

static uint16_t look(struct grants *g, const uint8_t *token)
{
    uint16_t i = *bucket_of(g, token);

    while (i != NONE && memcmp(g->v[i].token, token, DIGEST32_LEN) != 0)
        i = g->v[i].next;
    return i;
}

static void unlist(struct grants *g, uint16_t i)
{
    g->v[g->v[i].older].younger = g->v[i].younger;
    g->v[g->v[i].younger].older = g->v[i].older;
}

static void list(struct grants *g, uint16_t i)
{
    g->v[i].younger = HEAD;
    g->v[i].older = g->v[HEAD].older;
    g->v[g->v[HEAD].older].younger = i;
    g->v[HEAD].older = i;
}

static void release(struct grants *g, uint16_t i)
{
    uint16_t *at = bucket_of(g, g->v[i].token);

    while (*at != i)
        at = &g->v[*at].next;
    *at = g->v[i].next;
    unlist(g, i);
    explicit_bzero(&g->v[i], sizeof g->v[i]);
    g->v[i].next = g->free;
    g->free = i;
    g->n--;
}

const struct grant *grants_find(struct grants *g, const uint8_t token[DIGEST32_LEN], int64_t now_us)
{
    uint16_t i = look(g, token);

    if (i == NONE)
        return NULL;
    if (now_us >= g->v[i].until_us) {
        release(g, i);
        return NULL;
    }
    unlist(g, i);
    list(g, i);
    return &g->v[i].grant;
}

void grants_drop(struct grants *g, const uint8_t token[DIGEST32_LEN])
{
    uint16_t i = look(g, token);

    if (i != NONE)
        release(g, i);
}

void grants_put(struct grants *g, const uint8_t token[DIGEST32_LEN], const struct grant *grant, int64_t now_us, int64_t left_us)
{
    int64_t hold_us = left_us - GRANT_SPARE_US < GRANT_HOLD_US ? left_us - GRANT_SPARE_US : GRANT_HOLD_US;
    uint16_t *bucket = bucket_of(g, token);

    grants_drop(g, token);
    if (hold_us <= 0)
        return;
    if (g->free == NONE)
        release(g, g->v[HEAD].younger);
    uint16_t i = g->free;
    struct entry *e = &g->v[i];
    g->free = e->next;
    memcpy(e->token, token, DIGEST32_LEN);
    e->grant = *grant;
    e->until_us = now_us + hold_us;
    e->next = *bucket;
    *bucket = i;
    list(g, i);
    g->n++;
}

size_t grants_count(const struct grants *g)
{
    return g->n;
}
