/* Taking up an invitation: a password, the secret for the telephone, and the first code, which proves that the telephone has it. Until
 * then the account is not active, so whatever ends in between can be begun again with the same token. */
#include "file.h"
#include "grant.h"
#include "request.h"
#include "seal/digest.h"
#include "session.h"
#include "terminal.h"
#include "wire/message.h"

/* Typed twice, because it cannot be seen; a file is read once. */
static enum status new_password(struct ctl *c, struct span *ret_password)
{
    struct span again;

    TRY(session_password(c, "新しいパスワード（15文字以上）", "new password (15 characters or more)", ret_password));
    if (c->args.password_file)
        return OK;
    TRY(terminal_ask(c->s, "もう一度", "again", true, &again));
    if (!digest_eq(*ret_password, again))
        return fail(c->s, INVALID, "2回の入力が違います", "the two do not match");
    return OK;
}

static enum status show_offer(struct ctl *c, const struct second_factor *f)
{
    struct span codes = {0};

    TRY(say(c->s, scope_print(c->s, "認証アプリに登録してください / put this into your authenticator app:\n    %.*s\n"
                                   "手で入力するときの鍵 / to type by hand:  %.*s\n",
                                   (int)f->uri.n, (const char *)f->uri.p, (int)f->secret.n, (const char *)f->secret.p)));
    if (c->args.qr) {
        TRY(file_put(c->s, c->args.qr, 0600, f->qr));
        TRY(say(c->s, scope_print(c->s, "QRコード / QR code:  %s（登録が済んだら消してください / delete it afterwards）\n", c->args.qr)));
    }
    for (size_t i = 0; i < f->recovery.n; i++)
        codes = span_str(scope_print(c->s, "%.*s%s%.*s", (int)codes.n, (const char *)codes.p, i % 5 ? "  " : "\n    ",
                                     (int)f->recovery.v[i].n, (const char *)f->recovery.v[i].p));
    return say(c->s, scope_print(c->s, "端末をなくしたときの回復コード（一度ずつ使える。安全な場所に控える） / recovery codes, each works once:%.*s\n",
                                      (int)codes.n, (const char *)codes.p));
}

static enum status confirm(struct ctl *c, struct line *l, struct span token)
{
    struct enrol_code secret = {.token = token};
    const void *msg;
    struct wish w;

    TRY(terminal_ask(c->s, "認証アプリのコード", "code shown by the app", false, &secret.code));
    return request_tell(c, l, shape_enrol_confirm(), &(struct enrol_confirm){0}, &secret, shape_done(), &w, &msg);
}

/* A mistyped code costs another try, not the whole enrolment. */
static enum status confirm_some(struct ctl *c, struct line *l, struct span token)
{
    enum { TRIES = 3 };
    enum status st = confirm(c, l, token);

    for (int i = 1; i < TRIES && (st == DENIED || st == INVALID); i++) {
        (void)ctl_say(c, st);
        st = confirm(c, l, token);
    }
    return st;
}

static enum status enrol(struct ctl *c)
{
    struct enrol_private secret = {0};
    const void *msg = NULL;
    struct line l;
    struct wish w;

    TRY(session_ask(c, c->args.token, "登録トークン", "one-time token", true, &secret.token));
    TRY(new_password(c, &secret.password));
    TRY(request_open(c, &l, ASK_NOBODY));
    enum status st = request_tell(c, &l, shape_enrol_begin(), &(struct enrol_begin){0}, &secret, shape_enrol_offer(), &w, &msg);
    const struct enrol_offer *offer = msg;
    if (st == OK && c->args.is_json) {
        st = session_say_json(c, &w); /* a program computes the code and says it with «account confirm» */
    } else if (st == OK) {
        st = offer->has_sealed ? show_offer(c, &offer->sealed)
                               : fail(c->s, CORRUPT, "account の応答が正しくありません", "the answer of account is not valid");
        if (st == OK)
            st = confirm_some(c, &l, secret.token);
        if (st == OK)
            st = say(c->s, scope_print(c->s, "登録しました。kashimaru sign-in --user %.*s でサインインできます / enrolled: you can sign in now\n",
                                            (int)offer->user.n, (const char *)offer->user.p));
    }
    line_close(&l);
    return st;
}

int run_enrol(struct ctl *c)
{
    if (c->args.word_n != 1 || c->args.pair_n) {
        (void)fail(c->s, INVALID, "余分な語があります", "there are words too many");
        return ctl_misuse(c);
    }
    return ctl_say(c, enrol(c));
}
