/* The queues of all services at one sight. A service that does not answer is shown as silent and does not hide the others; what an
 * operator does to a parked message goes to one service, by name, and skipping never goes without a reason. */
#include <stdio.h>

#include "print.h"
#include "request.h"
#include "wire/message.h"
#include "wire/words.h"

static const char *const SERVICES[] = {"intake", "referral", "meeting", "audit", "account", "keys"};
enum { WAIT_MS = 50, WISH_CAP = 4 << 20 };

/* All services are asked at once, so that silent ones are waited for together. */
struct inquiry {
    struct wish wish[COUNT(SERVICES)];
    const void *msg[COUNT(SERVICES)];
    enum status st[COUNT(SERVICES)];
    struct why why[COUNT(SERVICES)];
};

static void ask_services(struct ctl *c, struct line *l, const struct api *row, struct inquiry *q)
{
    struct wish *flying[COUNT(SERVICES)];
    size_t done = 0;

    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        struct wish *w = flying[i] = &q->wish[i];
        w->most_tries = 2;
        w->ask = (struct asking){.id = scope_uuid(c->s), .service = SERVICES[i], .type = row->request()->name, .payload = SPAN_LIT("{}"),
                                 .ticket = c->asker.ticket};
        w->s->actor = c->s->actor;
        line_send(l, w);
    }
    while (done < COUNT(SERVICES)) {
        line_turn(l, flying, COUNT(SERVICES), WAIT_MS);
        done = 0;
        for (size_t i = 0; i < COUNT(SERVICES); i++)
            done += flying[i]->is_done;
    }
    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        struct wish *w = &q->wish[i];
        q->st[i] = w->st == OK ? request_decode(c, w, row->answer(), &q->msg[i]) : w->st;
        q->why[i] = w->st == OK ? c->s->why : w->s->why;
    }
}

static struct span span_copy(struct scope *s, const char *text)
{
    return span_str(scope_print(s, "%s", text));
}

static void add_row(struct scope *s, struct span *cell, size_t *n, const char *service, const struct queue_line *line, const char *note)
{
    cell[(*n)++] = span_copy(s, service);
    cell[(*n)++] = line ? line->to : span_copy(s, note);
    cell[(*n)++] = span_str(line ? scope_print(s, "%lld", (long long)line->waiting) : "");
    cell[(*n)++] = span_str(line ? scope_print(s, "%lld", (long long)line->parked) : "");
    cell[(*n)++] = span_str(line ? scope_print(s, "%.1f", (double)line->oldest_ms / 1000.0) : "");
}

enum { STATUS_COLUMNS = 5, LINES_MOST = 16 };

/* Every service's lines under one head. */
static enum status show_status(struct ctl *c, const struct inquiry *q)
{
    struct scope *s = c->s;
    size_t n = 0;
    struct span *cell = scope_alloc(s, (1 + COUNT(SERVICES) * (LINES_MOST + 1)) * STATUS_COLUMNS * sizeof *cell);
    struct page to = {.s = s};

    if (!cell)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    for (size_t i = 0; i < STATUS_COLUMNS; i++)
        cell[n++] = span_str((const char *const[]){"サービス", "宛先", "送信待ち", "停止", "最古(秒)"}[i]);
    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        const struct queue_state *state = q->st[i] == OK ? q->msg[i] : NULL;
        for (size_t k = 0; state && k < state->lines.n && k < LINES_MOST; k++)
            add_row(s, cell, &n, SERVICES[i], &state->lines.v[k], "");
        if (!state || !state->lines.n)
            add_row(s, cell, &n, SERVICES[i], NULL, state ? "－" : q->why[i].ja);
    }
    page_table(&to, cell, n / STATUS_COLUMNS, STATUS_COLUMNS, 0);
    if (to.has_failed)
        return fail(s, TOO_LARGE, "表示するには大きすぎます", "too large to print");
    return out(s, span_of(to.p, to.n));
}

/* One block or one JSON line per service. */
static enum status show_each(struct ctl *c, const struct inquiry *q, const struct api *row)
{
    bool is_nothing = true;

    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        const struct wish *w = &q->wish[i];
        if (q->st[i] != OK) {
            is_nothing = false;
            fprintf(stderr, "kashimaru: %s: %s / %s\n", SERVICES[i], q->why[i].ja, q->why[i].en);
        } else if (c->args.is_json) {
            TRY(say(c->s, scope_print(c->s, "{\"service\":\"%s\",\"answer\":%.*s}\n", SERVICES[i], (int)w->got.payload.n,
                                      (const char *)w->got.payload.p)));
        } else if (((const struct parked_list *)q->msg[i])->messages.n) {
            is_nothing = false;
            printf("● %s\n", SERVICES[i]);
            TRY(request_show(c, w, row->answer()));
        }
    }
    if (is_nothing && !c->args.is_json)
        puts("止まっているメッセージはありません。/ No message is parked.");
    return OK;
}

static enum status ask_all(struct ctl *c, const struct api *row, struct inquiry *q)
{
    bool is_table = strcmp(row->verb, "status") == 0 && !c->args.is_json;
    struct line l;

    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        q->wish[i].s = scope_new(WISH_CAP, c->s->entropy);
        if (!q->wish[i].s)
            return fail(c->s, UNAVAILABLE, "メモリが足りません", "out of memory");
    }
    TRY(request_open(c, &l, ASK_OPERATOR));
    ask_services(c, &l, row, q);
    line_close(&l);
    TRY(is_table ? show_status(c, q) : show_each(c, q, row));
    for (size_t i = 0; i < COUNT(SERVICES); i++)
        if (q->st[i] != OK) {
            c->s->why = q->why[i];
            return q->st[i];
        }
    return OK;
}

/* retry and skip: SERVICE MESSAGE_ID in this order, like every other id. */
static int act(struct ctl *c, const char *action)
{
    const struct api *row = api_find("queue", "act");
    struct args *a = &c->args;
    struct wish w;
    struct line l;

    if (!row || a->word_n != 4) {
        (void)fail(c->s, INVALID, "サービス名とメッセージの ID が要ります", "the service and the id of the message are needed");
        return ctl_misuse(c);
    }
    const struct pair fixed[] = {{"action", span_str(action)}, {"message_id", span_str(a->word[3])}};
    const char *service = a->word[2];
    a->word_n = 2;
    enum status st = request_fill(c, row, service, fixed, COUNT(fixed), &w);
    if (st == OK)
        st = request_open(c, &l, ASK_OPERATOR);
    if (st != OK)
        return ctl_say(c, st);
    w.ask.ticket = c->asker.ticket;
    st = line_ask(&l, &w);
    line_close(&l);
    return ctl_say(c, st == OK ? request_show(c, &w, row->answer()) : st);
}

int run_queue(struct ctl *c)
{
    const char *verb = c->args.word[1];

    if (words_find(words_queue_action(), span_str(verb)) >= 0)
        return act(c, verb);
    const struct api *row = api_find("queue", verb);
    if (!row || c->args.word_n > 2) {
        (void)fail(c->s, INVALID, "queue status は全サービスを表示し、引数はありません", "queue status and parked take no arguments");
        return ctl_misuse(c);
    }
    struct inquiry q = {0};
    enum status st = ask_all(c, row, &q);
    for (size_t i = 0; i < COUNT(SERVICES); i++)
        scope_free(q.wish[i].s);
    return ctl_say(c, st);
}
