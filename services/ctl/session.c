/* Who is at the terminal: signing in keeps a token in a file that only its owner can read; a password and a code are asked for on the
 * terminal or come by file, and stand on no command line unless somebody writes them there. */
#include "grant.h"
#include "print.h"
#include "request.h"
#include "session.h"
#include "terminal.h"
#include "wire/message.h"
#include "wire/words.h"

static const char *role_word(int64_t role)
{
    return words_at(words_role(), role);
}

enum status session_ask(struct ctl *c, const char *given, const char *ja, const char *en, bool is_secret, struct span *ret_text)
{
    if (!given)
        return terminal_ask(c->s, ja, en, is_secret, ret_text);
    *ret_text = span_str(given);
    return OK;
}

enum status session_password(struct ctl *c, const char *ja, const char *en, struct span *ret_password)
{
    enum { FILE_MOST = 1024 };

    if (!c->args.password_file)
        return terminal_ask(c->s, ja, en, true, ret_password);
    TRY(file_read(c->s, c->args.password_file, FILE_MOST, ret_password));
    if (ret_password->n && ret_password->p[ret_password->n - 1] == '\n')
        ret_password->n--;
    if (ret_password->n && ret_password->p[ret_password->n - 1] == '\r')
        ret_password->n--;
    return OK;
}

enum status session_say_json(struct ctl *c, const struct wish *w)
{
    struct span text;

    TRY(codec_merge(c->s, w->got.payload, "sealed", w->got.sealed, &text));
    return say(c->s, scope_print(c->s, "%.*s\n", (int)text.n, (const char *)text.p));
}

/* ---- sign-in, sign-out, whoami ---- */

static enum status sign_in(struct ctl *c)
{
    struct sign_in_private secret = {0};
    struct sign_in asked = {0};
    const void *msg;
    struct line l;
    struct wish w;

    if (c->args.role) {
        asked.has_role = true;
        asked.role = words_find(words_role(), span_str(c->args.role));
        if (asked.role < 0)
            return fail(c->s, INVALID, "そのような役割はありません: %s", "no such role: %s", c->args.role);
    }
    TRY(session_ask(c, c->args.user, "利用者名", "user", false, &secret.user));
    TRY(session_password(c, "パスワード", "password", &secret.password));
    TRY(session_ask(c, c->args.code, "認証アプリのコード", "code", true, &secret.code));
    TRY(request_open(c, &l, ASK_NOBODY));
    enum status st = request_tell(c, &l, shape_sign_in(), &asked, &secret, shape_session_grant(), &w, &msg);
    line_close(&l);
    if (st != OK)
        return st;
    const struct session_grant *g = msg;
    if (!g->has_sealed)
        return fail(c->s, CORRUPT, "account の応答が正しくありません", "the answer of account is not valid");
    TRY(token_keep(c, g->sealed.token));
    return say(c->s, scope_print(c->s, "サインインしました / signed in: %.*s@%s:%s（%s まで / until）\n", (int)g->user.n, (const char *)g->user.p,
                               g->agency.code, role_word(g->role), print_time(c->s, g->expires)));
}

/* The session ends at account, too; when that cannot be told, the token is at least gone from here. */
static enum status sign_out(struct ctl *c)
{
    const void *msg;
    struct line l;
    struct wish w;
    enum status st = request_open(c, &l, ASK_SOMEBODY);

    if (st == OK) {
        st = request_tell(c, &l, shape_sign_out(), &(struct sign_out){}, NULL, shape_done(), &w, &msg);
        line_close(&l);
    }
    if (c->asker.token.n)
        TRY(token_forget(c));
    TRY(st);
    return say(c->s, "サインアウトしました / signed out\n");
}

static enum status whoami(struct ctl *c)
{
    struct line l;
    const struct actor *is = &c->s->actor;

    TRY(request_open(c, &l, ASK_SOMEBODY));
    line_close(&l);
    if (c->args.is_json)
        return say(c->s, scope_print(c->s, "{\"agency\":\"%s\",\"role\":\"%s\",\"user\":\"%s\"}\n", is->agency.code,
                                   role_word(is->role), is->user));
    return say(c->s, scope_print(c->s, "%s@%s:%s\n", is->user, is->agency.code, role_word(is->role)));
}

/* ---- for trying out; and the first administrator ---- */

static enum status session_open(struct ctl *c)
{
    struct actor as;
    const void *msg;
    struct line l;
    struct wish w;

    if (!c->args.as)
        return fail(c->s, INVALID, "--as 利用者@機関:役割 が要ります", "--as user@agency:role is needed");
    TRY(args_actor(c->s, c->args.as, &as));
    TRY(request_open(c, &l, ASK_NOBODY));
    enum status st = request_tell(c, &l, shape_session_open(),
                                  &(struct session_open){.user = span_str(as.user), .agency = as.agency, .role = as.role}, NULL,
                                  shape_session_grant(), &w, &msg);
    line_close(&l);
    if (st != OK)
        return st;
    const struct session_grant *g = msg;
    return c->args.is_json ? session_say_json(c, &w)
                           : say(c->s, scope_print(c->s, "%.*s\n", (int)g->sealed.token.n, (const char *)g->sealed.token.p));
}

static enum status account_first(struct ctl *c)
{
    struct agency_id agency = {"A001"};
    const void *msg;
    struct line l;
    struct wish w;

    if (!c->args.user)
        return fail(c->s, INVALID, "--user 利用者名 が要ります", "--user NAME is needed");
    if (c->args.agency && agency_parse(span_str(c->args.agency), &agency) != OK)
        return fail(c->s, INVALID, "--agency は A001 のような機関コードです", "--agency is a code such as A001");
    TRY(request_open(c, &l, ASK_NOBODY));
    enum status st = request_tell(c, &l, shape_user_first(), &(struct user_first){.user = span_str(c->args.user), .agency = agency}, NULL,
                                  shape_invitation(), &w, &msg);
    line_close(&l);
    if (st != OK)
        return st;
    const struct invitation *in = msg;
    if (c->args.is_json)
        return session_say_json(c, &w);
    return say(c->s, scope_print(c->s, "最初の管理者 %s の登録トークン（一回限り、%s まで） / one-time token of the first administrator:\n    %.*s\n",
                               c->args.user, print_time(c->s, in->expires), (int)in->sealed.token.n, (const char *)in->sealed.token.p));
}

static int run(struct ctl *c, enum status (*does)(struct ctl *), size_t words)
{
    if (c->args.word_n != words || c->args.pair_n) {
        (void)fail(c->s, INVALID, "余分な語があります", "there are words too many");
        return ctl_misuse(c);
    }
    return ctl_say(c, does(c));
}

int run_sign_in(struct ctl *c)
{
    return run(c, sign_in, 1);
}

int run_sign_out(struct ctl *c)
{
    return run(c, sign_out, 1);
}

int run_whoami(struct ctl *c)
{
    return run(c, whoami, 1);
}

int run_session_open(struct ctl *c)
{
    return run(c, session_open, 2);
}

int run_account_first(struct ctl *c)
{
    return run(c, account_first, 2);
}
