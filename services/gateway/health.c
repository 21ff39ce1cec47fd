/* Readiness is what was answered, never what was assumed: a service counts as there only while its own answers are fresh. */
#include "health.h"

#include "base/clock.h"
#include "text.h"
#include "wire/codec.h"

static const char *const SERVICES[SERVICE_N + 1] = {"intake", "referral", "meeting", "audit", "account", "keys", "relay"};

const char *service_name(size_t i)
{
    return SERVICES[i < SERVICE_N ? i : SERVICE_N];
}

int service_find(struct span name)
{
    for (int i = 0; i < SERVICE_N; i++)
        if (span_is(name, SERVICES[i]))
            return i;
    return -1;
}

void health_ask(struct health *h, struct scope *s, struct bus *bus, const struct keyring *ring, const char *instance)
{
    s->now_us = clock_now_us();
    s->actor = (struct actor){.role = ROLE_SERVICE};
    if (bus_hello(s, bus, false) != OK)
        return;
    for (size_t i = 0; i < SERVICE_N; i++) {
        struct uuid id = scope_uuid(s);
        struct asking a = {.id = id, .service = SERVICES[i], .type = shape_queue_status()->name, .payload = SPAN_LIT("{}"),
                           .instance = instance};
        if (client_ask(s, bus, ring, &a) == OK)
            h->service[i].asked = id;
    }
}

/* A destination becomes a label of the metrics: nothing there may end the label. */
static bool is_label(struct span name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || name.p[i] == '_' || name.p[i] == '-'))
            return false;
    return name.n > 0 && name.n < QUEUE_NAME_MAX;
}

static void queues_take(struct service_seen *seen, const struct queue_state *state)
{
    seen->queue_n = 0;
    for (size_t i = 0; i < state->lines.n && seen->queue_n < QUEUE_LINES_MAX; i++) {
        const struct queue_line *line = &state->lines.v[i];
        struct queue_seen *q = &seen->queue[seen->queue_n];
        if (!is_label(line->to))
            continue;
        *q = (struct queue_seen){.waiting = line->waiting, .parked = line->parked, .oldest_ms = line->oldest_ms};
        memcpy(q->to, line->to.p, line->to.n);
        seen->queue_n++;
    }
}

bool health_take(struct health *h, struct scope *s, const struct answered *a, int64_t now_us)
{
    struct queue_state state;
    size_t i = 0;

    h->relay_us = now_us;
    while (i < SERVICE_N && !uuid_eq(h->service[i].asked, a->re))
        i++;
    if (i == SERVICE_N)
        return false;
    if (a->refused == OK && span_is(a->type, shape_queue_state()->name) &&
        codec_decode(s, shape_queue_state(), a->payload, SCHEMA_MINOR, &state) == OK) {
        h->service[i].answered_us = now_us;
        queues_take(&h->service[i], &state);
    }
    return true;
}

bool health_is_up(const struct health *h, size_t i, int64_t now_us)
{
    int64_t seen_us = i < SERVICE_N ? h->service[i].answered_us : h->relay_us;

    return seen_us != 0 && now_us - seen_us <= UP_WITHIN_US;
}

enum status health_print(struct scope *s, const struct health *h, int64_t now_us, struct span *ret_json, bool *ret_is_ready)
{
    struct text t = {.s = s};
    bool is_ready = true;

    text_put(&t, "{\"missing\":[");
    for (size_t i = 0; i <= SERVICE_N; i++) {
        if (health_is_up(h, i, now_us))
            continue;
        text_put(&t, "%s\"%s\"", is_ready ? "" : ",", SERVICES[i]);
        is_ready = false;
    }
    text_put(&t, "],\"status\":\"%s\"}", status_trait(is_ready ? OK : UNAVAILABLE)->word);
    *ret_is_ready = is_ready;
    return text_done(&t, ret_json);
}
