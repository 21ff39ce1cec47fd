/* The log's signer, as its operator sees it; and the one way on when it refuses, or when a year is over: the open log is closed for good and
 * another begun. Nothing is guessed there: the year and the reason are the operator's to say. */
#include <stdio.h>

#include "database.h"
#include "db/conn.h"
#include "doctor.h"
#include "request.h"
#include "wire/message.h"

enum { YEAR_DIGITS = 4, REASON_BYTES = 400 };

static enum status tell(struct ctl *c, struct line *l, const struct shape *shape, const void *msg, struct wish *w)
{
    *w = (struct wish){.s = c->s, .most_tries = 2,
                       .ask = {.id = scope_uuid(c->s), .service = "signer", .type = shape->name, .ticket = c->asker.ticket}};
    TRY(codec_encode(c->s, shape, msg, &w->ask.payload));
    return line_ask(l, w);
}

static enum status show(struct ctl *c, struct line *l, struct wish *w, const struct head_shown **ret_m)
{
    const void *msg;

    TRY(tell(c, l, shape_head_show(), &(struct head_show){}, w));
    TRY(request_decode(c, w, shape_head_shown(), &msg));
    *ret_m = msg;
    return OK;
}

int run_audit_head(struct ctl *c)
{
    const struct head_shown *is;
    struct line l;
    struct wish w;

    enum status st = request_open(c, &l, ASK_OPERATOR);
    if (st != OK)
        return ctl_say(c, st);
    st = show(c, &l, &w, &is);
    if (st == OK)
        st = request_show(c, &w, shape_head_shown());
    line_close(&l);
    return ctl_say(c, st);
}

/* ---- another log ---- */

/* "2026", or "2026-2" for the second log of that fiscal year. */
static enum status check_words(struct ctl *c)
{
    static const char DIGITS[] = "0123456789";
    const char *year = c->args.origin_year, *reason = c->args.reason;

    if (!year || !reason || !*reason)
        return fail(c->s, INVALID, "いまの記録は閉じ、元に戻せません。--origin-year 年度 と --reason 理由 の両方が要ります",
                    "the open log is closed for good: both --origin-year YEAR and --reason TEXT are needed");
    size_t n = strspn(year, DIGITS), more = year[n] == '-' ? strspn(year + n + 1, DIGITS) : 0;
    if (n != YEAR_DIGITS || (year[n] && (!more || year[n + 1 + more])))
        return fail(c->s, INVALID, "--origin-year は年度（2026）か、その年度の2つ目以降（2026-2）です",
                    "--origin-year is a fiscal year (2026), or a further log of it (2026-2)");
    if (strlen(reason) > REASON_BYTES)
        return fail(c->s, TOO_LARGE, "--reason は %d バイトまでです", "--reason is at most %d bytes", REASON_BYTES);
    return OK;
}

static enum status sign_on(struct ctl *c, struct line *l, struct span origin, struct span *ret_vkey)
{
    const struct shard_open open = {.origin = origin, .reason = span_str(c->args.reason)};
    const struct shard_opened *opened;
    const struct head_shown *is;
    const void *msg;
    struct wish w;

    TRY(show(c, l, &w, &is));
    if (is->has_origin && span_eq(is->origin, origin) && is->size == 0 && !is->has_at) {
        *ret_vkey = is->vkey; /* it was opened, but the database was not told */
        return OK;
    }
    TRY(tell(c, l, shape_shard_open(), &open, &w));
    TRY(request_decode(c, &w, shape_shard_opened(), &msg));
    opened = msg;
    *ret_vkey = opened->vkey;
    return OK;
}

static enum status tell_database(struct ctl *c, const char *origin)
{
    struct database base = database_of(c->s, &c->cfg, 0);
    AUTO(conn) conn = NULL;
    struct span done;

    enum status st = conn_open(c->s, base.dsn, NULL, &conn);
    if (st == OK)
        st = conn_text(c->s, conn, "select ledger.shard_next($1)", &origin, 1, &done);
    if (st != OK)
        fprintf(stderr, "署名側は %s を開きました。データベースに伝えられなかったので、同じコマンドをもう一度実行してください\n"
                        "the signer opened %s, but the database could not be told: run the same command again\n", origin, origin);
    return st;
}

static enum status reshard(struct ctl *c)
{
    const char *origin;
    struct span vkey = {0};
    struct line l;

    origin = scope_print(c->s, "%s/%s", c->cfg.log_origin, c->args.origin_year);
    TRY(request_open(c, &l, ASK_OPERATOR));
    enum status st = c->s->actor.role == ROLE_ADMINISTRATOR
                         ? sign_on(c, &l, span_str(origin), &vkey)
                         : fail(c->s, DENIED, "システム管理者だけが操作できます", "only an administrator may do this");
    line_close(&l);
    if (st != OK)
        return st;
    TRY(tell_database(c, origin));
    return say(c->s, scope_print(c->s,
        "新しい記録 / new log      %s\n検証鍵 / verifier key     %.*s\n"
        "前の記録は閉じました。新しい検証鍵を公開し、立会人と検証する人に渡してください。\n"
        "The log before is closed. Publish the new verifier key and give it to the witnesses and to whoever verifies.\n",
        origin, (int)vkey.n, (const char *)vkey.p));
}

int run_audit_reshard(struct ctl *c)
{
    enum status st = c->args.word_n == 2 && !c->args.pair_n ? check_words(c) : fail(c->s, INVALID, "余分な語があります", "there are words too many");

    return st == OK ? ctl_say(c, reshard(c)) : ctl_misuse(c);
}

/* ---- the doctor ---- */

void examine_signer(struct doctor *d, struct line *l)
{
    static const char NAME[] = "署名 / signer";
    const struct head_shown *is;
    struct wish w;

    if (show(d->c, l, &w, &is) != OK)
        found(d, FOUND_BAD, NAME, "%s", d->c->s->why.ja);
    else if (span_is(is->state, "lost"))
        found(d, FOUND_BAD, NAME, "署名の記憶が失われています（kashimaru-log(1)）/ its memory is lost: see kashimaru-log(1)");
    else
        found(d, FOUND_GOOD, NAME, "%.*s %lld", is->has_origin ? (int)is->origin.n : 1, is->has_origin ? (const char *)is->origin.p : "-",
              is->has_size ? (long long)is->size : 0LL);
}
