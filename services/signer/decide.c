/* A head is signed only if it follows from the one signed last as this process remembers it. What the asker says about the past is never
 * believed; it only helps to tell which of the two has forgotten something. A log that is closed is never opened again. */
#include <stdio.h>

#include "head.h"

enum { YEAR_DIGITS = 4, SECOND_DIGITS = 3 };

void root_empty(struct tree_hash *ret_root)
{
    sha256_of((struct span){0}, ret_root->b);
}

static size_t digits(struct span text)
{
    size_t n = 0;

    while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
        n++;
    return n;
}

struct span origin_year(struct span log, struct span origin)
{
    struct span none = {0};

    if (origin.n < log.n + 1 + YEAR_DIGITS || memcmp(origin.p, log.p, log.n) != 0 || origin.p[log.n] != '/')
        return none;
    struct span year = span_of(origin.p + log.n + 1, origin.n - log.n - 1);
    if (digits(year) != YEAR_DIGITS)
        return none;
    struct span more = span_of(year.p + YEAR_DIGITS, year.n - YEAR_DIGITS);
    if (more.n == 0)
        return year;
    struct span number = span_of(more.p + 1, more.n - 1);
    bool is_good = more.p[0] == '-' && number.n > 0 && number.n <= SECOND_DIGITS && digits(number) == number.n && number.p[0] != '0';
    return is_good ? year : none;
}

static void text_copy(char *to, struct span from)
{
    memcpy(to, from.p, from.n);
    to[from.n] = 0;
}

/* An asker that lags is told in why.state from where the proof must begin. One that knows of a later head than the signer is told nothing
 * it could go on with: then it is the signer that has forgotten. */
static enum status other_size(struct scope *s, const struct head *was, const struct wanted *w)
{
    if (w->old_size > was->size)
        return fail(s, CONFLICT, "署名の記憶（%llu 件）が、署名済みという %llu 件より古い。署名側の記憶が前の時点に戻されています（kashimaru audit reshard）",
                    "the signer remembers %llu leaves, not the %llu said to be signed: its memory was restored to an earlier time; see "
                    "kashimaru audit reshard", (unsigned long long)was->size, (unsigned long long)w->old_size);
    (void)fail(s, CONFLICT, "最後に署名したのは %llu 件です。%llu 件からではなく、そこからの証明が要ります",
               "the head signed last has %llu leaves: the proof must begin there, not at %llu", (unsigned long long)was->size,
               (unsigned long long)w->old_size);
    snprintf(s->why.state, sizeof s->why.state, "%llu", (unsigned long long)was->size);
    return CONFLICT;
}

static enum status origin_check(struct scope *s, const struct head *was, struct span log, struct span origin)
{
    for (size_t i = 0; i < was->closed_n; i++)
        if (span_is(origin, was->closed[i].origin))
            return fail(s, DENIED, "この記録は閉じられています", "this log is closed for good");
    if (was->origin[0] ? !span_is(origin, was->origin) : !origin_year(log, origin).n)
        return fail(s, DENIED, "この名前の記録は開かれていません（kashimaru audit reshard）",
                    "no log of this name is open; see kashimaru audit reshard");
    return OK;
}

static enum status forked(struct scope *s)
{
    return fail(s, CORRUPT, "記録が枝分かれしています。署名済みの内容から続いていません（kashimaru audit reshard）",
                "the log forked: it does not continue what was signed; see kashimaru audit reshard");
}

enum status head_decide(struct scope *s, const struct head *was, struct span log, const struct wanted *w, struct head *ret_next)
{
    struct tree_hash empty, last = was->root;

    TRY(origin_check(s, was, log, w->origin));
    root_empty(&empty);
    if (!was->origin[0])
        last = empty;
    if (w->size < was->size)
        return fail(s, CONFLICT,
                    "記録（%llu 件）が署名済みの %llu 件より短い。データベースが前の時点に戻されています（kashimaru audit reshard）",
                    "the log is shorter than what was signed (%llu leaves, signed %llu): the database was restored to an earlier time; see "
                    "kashimaru audit reshard", (unsigned long long)w->size, (unsigned long long)was->size);
    bool is_same = memcmp(w->root.b, last.b, TREE_HASH_LEN) == 0;
    if (w->size == was->size && !is_same)
        return forked(s);
    if (w->size > was->size) {
        if (w->old_size != was->size)
            return other_size(s, was, w);
        enum status st = consistency_check(s, was->size, &last, w->size, &w->root, &w->proof);
        if (st != OK)
            return st == CORRUPT || st == INVALID ? forked(s) : st;
    }
    *ret_next = *was;
    text_copy(ret_next->origin, w->origin);
    ret_next->size = w->size;
    ret_next->root = w->root;
    return OK;
}

static bool is_one_line(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    return text.n > 0;
}

static enum status name_check(struct scope *s, const struct head *was, struct span log, const struct opening *o)
{
    bool is_used = span_is(o->origin, was->origin);

    if (!origin_year(log, o->origin).n || o->origin.n >= ORIGIN_MAX)
        return fail(s, INVALID, "記録の名前は 設定 log.origin ＋ / ＋ 年度（2026、その年度の2つ目は 2026-2）です",
                    "the name of a log is setting log.origin, a slash, and the fiscal year: 2026, or 2026-2 for its second");
    if (!is_one_line(o->by) || !is_one_line(o->reason) || o->by.n >= BY_MAX || o->reason.n >= REASON_MAX)
        return fail(s, INVALID, "理由は改行のない1行です", "the reason is one line, and not empty");
    for (size_t i = 0; i < was->closed_n; i++)
        is_used |= span_is(o->origin, was->closed[i].origin);
    if (is_used)
        return fail(s, CONFLICT, "この名前は使われました。閉じた記録は二度と開きません（次は 2026-2 など）",
                    "this name was used: a log that is closed is never opened again (take 2026-2, say)");
    return OK;
}

enum status shard_decide(struct scope *s, const struct head *was, bool is_lost, struct span log, const struct opening *o,
                         struct head *ret_next)
{
    if (!is_lost && was->signed_s == 0 && span_is(o->origin, was->origin) && uuid_eq(o->id, was->opened)) {
        *ret_next = *was;
        return OK;
    }
    TRY(name_check(s, was, log, o));
    bool is_closing = is_lost || was->origin[0];
    if (is_closing && was->closed_n == CLOSED_MOST)
        return fail(s, TOO_LARGE, "閉じた記録は %d 個までです", "at most %d closed logs", CLOSED_MOST);
    *ret_next = *was;
    if (is_closing) {
        struct closed *c = &ret_next->closed[ret_next->closed_n++];
        *c = (struct closed){.size = was->size, .root = was->root, .at_s = o->at_s};
        text_copy(c->origin, span_str(was->origin[0] ? was->origin : "?"));
        text_copy(c->by, o->by);
        text_copy(c->reason, o->reason);
    }
    text_copy(ret_next->origin, o->origin);
    ret_next->opened = o->id;
    ret_next->size = 0;
    ret_next->signed_s = 0;
    root_empty(&ret_next->root);
    return OK;
}

/* The first four digits of what origin_year gives. */
static int year_number(struct span text)
{
    int year = 0;

    for (size_t i = 0; i < YEAR_DIGITS && i < text.n; i++)
        year = year * 10 + (text.p[i] - '0');
    return year;
}

enum status year_decide(struct scope *s, const struct head *was, bool is_lost, struct span log, const struct opening *o, int year,
                        struct head *ret_next)
{
    struct span want = origin_year(log, o->origin), open = origin_year(log, span_str(was->origin));

    if (is_lost)
        return fail(s, CONFLICT, "署名の記憶が失われています。新しい記録は管理者が開きます（kashimaru audit reshard）",
                    "the signer's memory is lost: only an administrator opens another log; see kashimaru audit reshard");
    if (want.n != YEAR_DIGITS || year_number(want) != year)
        return fail(s, DENIED, "年度が変わったときに開けるのは、署名側の時計でいまの年度（%d）の記録だけです",
                    "by itself only the log of the fiscal year that is now by the signer's clock (%d) is opened", year);
    if (span_is(o->origin, was->origin) && was->signed_s == 0) {
        *ret_next = *was;
        return OK;
    }
    if (was->origin[0] && (!open.n || year_number(open) >= year))
        return fail(s, DENIED, "開いている記録は前の年度のものではありません", "the open log is not of an earlier fiscal year");
    return shard_decide(s, was, false, log, o, ret_next);
}
