/* The queues of all services at one sight. A service that does not answer is shown as silent and does not hide the others; what an
 * operator does to a parked message goes to one service, by name, and skipping never goes without a reason. */
#include <stdio.h>

#include "print.h"
#include "request.h"
#include "wire/message.h"
#include "wire/words.h"

static const char *const SERVICES[] = {"intake", "referral", "meeting", "audit"};

/* Asks one service for one shape of answer. */
static enum status ask_one(struct ctl *c, struct line *l, const struct api *row, const char *service, struct wish *w,
                           const void **ret_msg)
{
    *w = (struct wish){.s = c->s, .ask = {.id = scope_uuid(c->s), .service = service, .type = row->request()->name,
                                          .payload = SPAN_LIT("{}")}};
    TRY(line_ask(l, w));
    return request_decode(c, w, row->answer(), ret_msg);
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
static enum status show_status(struct ctl *c, struct line *l, const struct api *row)
{
    struct scope *s = c->s;
    size_t n = 0;
    struct span *cell = scope_alloc(s, (1 + COUNT(SERVICES) * (LINES_MOST + 1)) * STATUS_COLUMNS * sizeof *cell);
    enum status worst = OK;
    struct page to = {.s = s};

    if (!cell)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    for (size_t i = 0; i < STATUS_COLUMNS; i++)
        cell[n++] = span_str((const char *const[]){"サービス", "宛先", "送信待ち", "停止", "最古(秒)"}[i]);
    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        const void *msg = NULL;
        struct wish w;
        enum status st = ask_one(c, l, row, SERVICES[i], &w, &msg);
        const struct queue_state *state = msg;
        if (st != OK) {
            worst = st;
            add_row(s, cell, &n, SERVICES[i], NULL, s->why.ja);
            continue;
        }
        for (size_t k = 0; k < state->lines.n && k < LINES_MOST; k++)
            add_row(s, cell, &n, SERVICES[i], &state->lines.v[k], NULL);
        if (!state->lines.n)
            add_row(s, cell, &n, SERVICES[i], NULL, "－");
    }
    page_table(&to, cell, n / STATUS_COLUMNS, STATUS_COLUMNS, 0);
    if (to.has_failed || !out(span_of(to.p, to.n)))
        return fail(s, UNAVAILABLE, "標準出力に書けません", "cannot write to standard output");
    return worst;
}

/* One block or one JSON line per service. */
static enum status show_each(struct ctl *c, struct line *l, const struct api *row)
{
    enum status worst = OK;
    bool is_all_empty = true;

    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        const void *msg = NULL;
        struct wish w;
        enum status st = ask_one(c, l, row, SERVICES[i], &w, &msg);
        if (st != OK) {
            worst = st;
            fprintf(stderr, "kashimaru: %s: %s / %s\n", SERVICES[i], c->s->why.ja, c->s->why.en);
            continue;
        }
        if (c->args.is_json) {
            if (!out(span_str(scope_print(c->s, "{\"service\":\"%s\",\"answer\":%.*s}\n", SERVICES[i], (int)w.got.payload.n,
                                          (const char *)w.got.payload.p))))
                return fail(c->s, UNAVAILABLE, "標準出力に書けません", "cannot write to standard output");
            continue;
        }
        const struct parked_list *list = msg;
        if (!list->messages.n)
            continue;
        is_all_empty = false;
        printf("● %s\n", SERVICES[i]);
        TRY(request_show(c, &w, row->answer()));
    }
    if (is_all_empty && worst == OK && !c->args.is_json)
        puts("止まっているメッセージはありません。/ No message is parked.");
    return worst;
}

static enum status ask_all(struct ctl *c, const struct api *row)
{
    bool is_table = strcmp(row->verb, "status") == 0 && !c->args.is_json;
    struct actor actor;
    struct line l;

    TRY(request_actor(c, true, &actor));
    TRY(request_open(c, &l));
    c->s->actor = actor;
    enum status st = is_table ? show_status(c, &l, row) : show_each(c, &l, row);
    line_close(&l);
    return st;
}

/* retry and skip: SERVICE MESSAGE_ID in this order, like every other id. */
static int act(struct ctl *c, const char *action)
{
    const struct api *row = api_find("queue", "act");
    struct args *a = &c->args;
    struct actor actor;
    struct wish w;
    struct line l;

    if (!row || a->word_n != 4) {
        (void)fail(c->s, INVALID, "サービス名とメッセージの ID が要ります", "the service and the id of the message are needed");
        return ctl_misuse(c);
    }
    const struct pair fixed[] = {{"action", span_str(action)}, {"message_id", span_str(a->word[3])}};
    const char *service = a->word[2];
    a->word_n = 2;
    enum status st = request_actor(c, true, &actor);
    if (st == OK)
        st = request_fill(c, row, service, fixed, COUNT(fixed), &w);
    if (st == OK)
        st = request_open(c, &l);
    if (st != OK)
        return ctl_say(c, st);
    c->s->actor = actor;
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
    return ctl_say(c, ask_all(c, row));
}
