/* The order is what a witness is for: judge, remember, and only then give the cosignature away. */
#include "answer.h"

#include "base/clock.h"
#include "base/log.h"
#include "decide.h"

static const char TEXT[] = "text/plain; charset=utf-8", SIZE[] = "text/x.tlog.size";

enum { HTTP_OK = 200, HTTP_BAD = 400, HTTP_CONFLICT = 409, HTTP_UNTRUE = 422 };

static unsigned code_of(enum status st)
{
    if (st == INVALID)
        return HTTP_BAD;
    return st == CORRUPT ? HTTP_UNTRUE : (unsigned)status_trait(st)->http;
}

struct answer answer_refusal(struct scope *s, unsigned code)
{
    return (struct answer){code, TEXT, span_str(scope_print(s, "%s / %s\n", s->why.ja, s->why.en))};
}

struct answer answer_who(struct scope *s, const struct memory *m)
{
    char vkey[VKEY_MAX];

    vkey_write(&m->key, vkey);
    const char *line = scope_print(s, "記録の立会人 / a witness of transparency logs (c2sp.org/tlog-witness): %s\n", vkey);
    return (struct answer){HTTP_OK, TEXT, span_str(line)};
}

/* A log that says two things has been found out; both are kept, and the operator hears of it. */
static void convict(struct scope *s, struct memory *m, const struct watched *w, const struct submission *in)
{
    const struct why why = s->why;

    LOG(LOG_ERROR, "log_forked", LOG_WORD("log", w->key.name), LOG_NUM("size", w->size));
    if (memory_convict(s, m, w, in) != OK)
        LOG(LOG_ERROR, "fork_not_kept", LOG_WORD("log", w->key.name), LOG_WORD("why", s->why.en));
    s->why = why;
}

static enum status cosign(struct scope *s, struct memory *m, struct watched *w, const struct submission *in, struct span *ret_line)
{
    int64_t at_s = s->now_us / US_PER_S;
    struct span line;

    TRY(note_sign(s, &m->key, m->secret, in->note.text, at_s, &line));
    if (!w->is_cosigned || w->size != in->head.size) /* the same head again is remembered already */
        TRY(memory_keep(s, m, w, in, line, at_s));
    LOG(LOG_INFO, "cosigned", LOG_WORD("log", w->key.name), LOG_NUM("size", w->size));
    *ret_line = line;
    return OK;
}

static enum status judge(struct scope *s, struct memory *m, struct span body, struct span *ret_line)
{
    struct submission *in = SCOPE_NEW(s, struct submission);

    if (!in)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(submission_read(s, body, in));
    struct watched *w = memory_find(m, in->head.origin);
    if (!w)
        return fail(s, NOT_FOUND, "この記録は信頼していません", "no log of this name is trusted here");
    enum status st = cosign_decide(s, w, in);
    if (st == CONFLICT && is_fork(w, &in->head))
        convict(s, m, w, in);
    if (st == OK)
        return cosign(s, m, w, in, ret_line);
    LOG(LOG_NOTICE, "refused", LOG_WORD("log", w->key.name), LOG_WORD("status", status_trait(st)->word), LOG_WORD("why", s->why.en));
    return st;
}

struct answer answer_submission(struct scope *s, struct memory *m, struct span body)
{
    struct span line;
    enum status st = judge(s, m, body, &line);

    if (st == OK)
        return (struct answer){HTTP_OK, TEXT, line};
    if (st == CONFLICT && s->why.state[0])
        return (struct answer){HTTP_CONFLICT, SIZE, span_str(scope_print(s, "%s\n", s->why.state))};
    return answer_refusal(s, code_of(st));
}
