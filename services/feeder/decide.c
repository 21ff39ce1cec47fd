/* A witness that answers anything but a cosignature is asked later, and ever later; one that names the size it has is asked again at once,
 * from there, but not for ever, for it may name whatever it likes. */
#include "decide.h"

#include "base/clock.h"

int backoff_s(unsigned failures)
{
    int s = BACKOFF_FIRST_S;

    while (failures-- > 1 && s < BACKOFF_MOST_S)
        s *= 2;
    return s < BACKOFF_MOST_S ? s : BACKOFF_MOST_S;
}

void standing_anew(struct standing *w)
{
    w->has_signed = false;
    w->tries = 0;
    if (w->is_ahead)
        w->due_us = 0;
    w->is_ahead = false;
}

bool standing_is_due(const struct standing *w, int64_t now_us)
{
    return !w->is_asked && !w->has_signed && now_us >= w->due_us;
}

uint64_t standing_from(const struct standing *w, uint64_t head_size)
{
    return w->size <= head_size ? w->size : 0;
}

static void put_off(struct standing *w, int64_t now_us)
{
    w->failures++;
    w->tries = 0;
    w->due_us = now_us + backoff_s(w->failures) * (int64_t)US_PER_S;
}

void standing_take(struct standing *w, const struct answer *a, uint64_t from, uint64_t size, bool is_current, int64_t now_us)
{
    w->is_asked = false;
    if (a->what == ANSWER_SIGNED) {
        w->size = size;
        w->tries = w->failures = 0;
        w->due_us = 0;
        w->has_signed = is_current;
        return;
    }
    if (a->what != ANSWER_SIZE || a->size == from) {
        put_off(w, now_us);
        return;
    }
    w->size = a->size;
    w->is_ahead = is_current && a->size > size;
    if (!is_current)
        w->due_us = 0;
    else if (w->is_ahead || ++w->tries >= TRIES_MOST)
        put_off(w, now_us);
    else
        w->due_us = 0;
}
