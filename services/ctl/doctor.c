/* The doctor changes nothing and stops at nothing: every examination is made whatever the others found, and its report says in one
 * line each what is well, what deserves care and what will not work. */
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "db/conn.h"
#include "database.h"
#include "print.h"
#include "request.h"
#include "seal/secret.h"

enum { DETAIL_MAX = 900 };

void found(struct doctor *d, enum finding what, const char *name, const char *detail, ...)
{
    static const char *const RESULT[] = {[FOUND_GOOD] = "ok", [FOUND_CARE] = "注意", [FOUND_BAD] = "不可"};
    char text[DETAIL_MAX];
    va_list args;

    va_start(args, detail);
    vsnprintf(text, sizeof text, detail, args);
    va_end(args);
    d->is_bad |= what == FOUND_BAD;
    if (d->n == FINDINGS_MAX)
        return;
    d->line[d->n++] = (struct check_line){.result = span_str(RESULT[what]), .name = span_str(scope_print(d->c->s, "%s", name)),
                                          .detail = span_str(scope_print(d->c->s, "%s", text))};
}

static void examine_setting(struct doctor *d, struct conn *conn, const char *setting, const char *name)
{
    struct span value;

    if (conn_text(d->c->s, conn, scope_print(d->c->s, "show %s", setting), NULL, 0, &value) != OK)
        found(d, FOUND_BAD, name, "%s", d->c->s->why.ja);
    else
        found(d, span_is(value, "on") ? FOUND_GOOD : FOUND_BAD, name, "%s = %.*s", setting, (int)value.n, (const char *)value.p);
}

static void examine_server(struct doctor *d, const struct database *base)
{
    struct scope *s = d->c->s;
    AUTO(conn) conn = NULL;
    struct span value;

    if (conn_open(s, base->dsn, NULL, &conn) != OK)
        return; /* said by the version's line */
    if (conn_text(s, conn, "show server_version", NULL, 0, &value) == OK)
        found(d, FOUND_GOOD, "PostgreSQL", "%.*s", (int)value.n, (const char *)value.p);
    examine_setting(d, conn, "fsync", "書込みの同期 / fsync");
    examine_setting(d, conn, "full_page_writes", "ページ全体の書込み / full_page_writes");
    examine_setting(d, conn, "data_checksums", "ページの検査合計 / data checksums");
}

void examine_databases(struct doctor *d)
{
    for (int i = 0; i < DATABASES; i++) {
        struct database base = database_of(d->c->s, &d->c->cfg, i);
        const char *name = scope_print(d->c->s, "データベース（%s）/ database", base.ja), *text;
        bool is_right = false;
        if (database_version(d->c->s, &base, &text, &is_right) != OK)
            found(d, FOUND_BAD, name, "%s", d->c->s->why.ja);
        else
            found(d, is_right ? FOUND_GOOD : FOUND_BAD, name, "%s", text);
        if (i == 0)
            examine_server(d, &base);
    }
}

static void examine_service(struct doctor *d, struct line *l, const char *service, bool *relay_answers)
{
    const struct api *row = api_find("queue", "status");
    struct ctl *c = d->c;
    const void *msg;
    struct wish w = {.s = c->s, .most_tries = 2,
                     .ask = {.id = scope_uuid(c->s), .service = service, .type = "queue_status", .payload = SPAN_LIT("{}"),
                             .ticket = c->asker.ticket}};

    enum status st = line_ask(l, &w);
    *relay_answers |= st == OK; /* an answer or the relay's own refusal */
    if (st == OK && row)
        st = request_decode(c, &w, row->answer(), &msg);
    if (st == OK)
        found(d, FOUND_GOOD, scope_print(c->s, "サービス %s / service", service), "応答あり / answers");
    else
        found(d, FOUND_BAD, scope_print(c->s, "サービス %s / service", service), "%s", c->s->why.ja);
}

void examine_services(struct doctor *d)
{
    static const char *const SERVICES[] = {"intake", "referral", "meeting", "audit", "account", "keys"};
    struct ctl *c = d->c;
    bool relay_answers = false;
    struct line l;

    if (request_open(c, &l, ASK_OPERATOR) != OK) {
        found(d, FOUND_BAD, "中継と account / relay and account", "%s", c->s->why.ja);
        return;
    }
    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        examine_service(d, &l, SERVICES[i], &relay_answers);
        if (i == 0)
            found(d, relay_answers ? FOUND_GOOD : FOUND_BAD, "中継 / relay", relay_answers ? "応答あり / answers" : "応答なし / silent");
        if (!relay_answers)
            break; /* nobody else can be heard either */
    }
    if (relay_answers)
        examine_signer(d, &l);
    line_close(&l);
}

static int report(struct doctor *d)
{
    struct scope *s = d->c->s;
    struct span text;

    if (d->c->args.is_json) {
        struct check_list list = {.checks = {.v = d->line, .n = d->n}};
        enum status st = codec_encode(s, shape_check_list(), &list, &text);
        if (st != OK)
            return ctl_say(d->c, st);
        text = span_str(scope_print(s, "%.*s\n", (int)text.n, (const char *)text.p));
    } else {
        struct page to = {.s = s};
        for (size_t i = 0; i < d->n; i++) {
            page_put(&to, d->line[i].result.p, d->line[i].result.n);
            page_fill(&to, ' ', 6 - print_width(d->line[i].result));
            page_clean(&to, d->line[i].name, -1);
            page_str(&to, ": ");
            page_clean(&to, d->line[i].detail, -1);
            page_str(&to, "\n");
        }
        text = span_of(to.p, to.n);
    }
    enum status st = out(s, text);
    if (st != OK)
        return ctl_say(d->c, st);
    return d->is_bad ? EXIT_SOME_BAD : EXIT_GOOD;
}

int run_doctor(struct ctl *c)
{
    struct doctor *d = SCOPE_NEW(c->s, struct doctor);

    if (!d)
        return ctl_say(c, TOO_LARGE);
    d->c = c;
    found(d, FOUND_GOOD, "設定 / settings", "%s", c->config ? c->config : "既定値 / defaults");
    examine_machine(d);
    examine_files(d);
    examine_databases(d);
    examine_ledger(d);
    examine_services(d);
    examine_log(d);
    return report(d);
}
