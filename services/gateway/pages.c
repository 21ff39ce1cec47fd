/* The paths that need no account: what tells people what this is, machines how to use it, and operators how it is. */
#include "base/clock.h"
#include "inside.h"

enum { HTTP_OK = 200, HTTP_UNAVAILABLE = 503 };

struct page {
    const char *path;
    void (*show)(struct request *r);
};

static void show_openapi(struct request *r)
{
    reply_json(r, HTTP_OK, r->g->openapi);
}

static void show_alive(struct request *r)
{
    reply_json(r, HTTP_OK, SPAN_LIT("{\"status\":\"ok\"}"));
}

static void show_ready(struct request *r)
{
    struct span json;
    bool is_ready = false;
    enum status st = health_print(r->s, &r->g->health, clock_mono_us(), &json, &is_ready);

    if (st != OK)
        refuse(r, st, 0);
    else
        reply_json(r, is_ready && !r->g->is_stopping ? HTTP_OK : HTTP_UNAVAILABLE, json);
}

static void show_metrics(struct request *r)
{
    const union MHD_DaemonInfo *open = MHD_get_daemon_info(r->g->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    struct gauges now = {.resident_bytes = resident_bytes(), .connections = open ? (int64_t)open->num_connections : 0,
                         .waiting = (int64_t)r->g->pending.n};
    struct span text;
    enum status st = metrics_print(r->s, &r->g->metrics, &r->g->health, &now, clock_mono_us(), &text);

    if (st != OK) {
        refuse(r, st, 0);
        return;
    }
    r->reply.code = HTTP_OK;
    r->reply.type = "text/plain; version=0.0.4; charset=utf-8";
    r->reply.body = text;
}

const struct page *page_find(struct span path)
{
    static const struct page PAGES[] = {
        {"/", home_show},           {"/healthz", show_alive}, {"/readyz", show_ready},
        {"/metrics", show_metrics}, {"/api/v1/openapi.json", show_openapi},
    };
    static const struct page LOG_FILE = {LOG_PREFIX, log_show}, CONSOLE_FILE = {"/c/", console_show};

    for (size_t i = 0; i < COUNT(PAGES); i++)
        if (span_is(path, PAGES[i].path))
            return &PAGES[i];
    return log_is_below(path) ? &LOG_FILE : console_is_below(path) ? &CONSOLE_FILE : NULL;
}

void page_show(struct request *r)
{
    r->page->show(r);
}
