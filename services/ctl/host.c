/* Agencies' own systems, from both sides. At the agency keys are made and never leave. At the city nothing is taken on without the
 * fingerprint that somebody heard on the telephone; it is compared and never shown, so that nobody can copy it from the screen. */
#include "seal/host.h"

#include <stdio.h>

#include "base/hex.h"
#include "file.h"
#include "print.h"
#include "request.h"
#include "wire/message.h"

static int misuse(struct ctl *c, const char *ja, const char *en)
{
    (void)fail(c->s, INVALID, "%s%.0s", "%.0s%s", ja, en);
    return ctl_misuse(c);
}

/* ---- at the agency ---- */

static enum status host_make(struct ctl *c)
{
    struct agency_id agency;
    struct enrolment e;

    if (agency_parse(span_str(c->args.agency), &agency) != OK)
        return fail(c->s, INVALID, "--agency は A059 のような機関コードです", "--agency is a code such as A059");
    TRY(ctl_confine(c));
    TRY(host_new(c->s, c->args.out, agency, &e));
    return say(c->s, scope_print(c->s, "%s\n秘密鍵 / secret keys       %s/host.key（この機械から出さないでください / must not leave this machine）\n"
                                    "登録ファイル / enrolment    %s/enrolment.txt（市へ。%s まで / to the city, until then）\n"
                                    "指紋 / fingerprint（電話で読み上げる / to be read out by telephone）\n    %s\n",
                              e.peer.name, c->args.out, c->args.out, print_time(c->s, e.expires_us), e.fingerprint));
}

int run_host_new(struct ctl *c)
{
    if (!c->args.agency || !c->args.out || c->args.word_n != 2)
        return misuse(c, "--agency 機関コード と --out フォルダ が要ります", "--agency CODE and --out FOLDER are needed");
    return ctl_say(c, host_make(c));
}

/* ---- at the city ---- */

static enum status tell_account(struct ctl *c, struct line *l, const struct peer *p)
{
    struct host_put put = {.name = span_str(p->name), .agency = p->agency, .from = p->from_us, .until = p->until_us};
    struct wish w;
    const void *msg;

    TRY(hex_print(c->s, span_of(p->curve_public, sizeof p->curve_public), &put.curve));
    TRY(hex_print(c->s, span_of(p->sign_public, sizeof p->sign_public), &put.sign));
    return request_tell(c, l, shape_host_put(), &put, NULL, shape_done(), &w, &msg);
}

static enum status tell_all(struct ctl *c, const struct peer *v, size_t n)
{
    struct line l;
    enum status st = OK;

    TRY(request_open(c, &l, ASK_OPERATOR));
    for (size_t i = 0; i < n && st == OK; i++)
        st = tell_account(c, &l, &v[i]);
    line_close(&l);
    return st;
}

/* Account hears of it first: a system that is let in is always one that can be asked about. */
static enum status host_take_on(struct ctl *c, const char *file)
{
    struct span text;
    struct enrolment e;
    const struct peer *v;
    size_t n;

    TRY(file_read(c->s, file, ENROLMENT_MAX, &text));
    TRY(ctl_confine(c));
    TRY(enrolment_parse(c->s, text, &e));
    if (!fingerprint_is(&e, c->args.fingerprint))
        return fail(c->s, DENIED, "指紋が一致しません。登録しません", "the fingerprint is another: not taken on");
    int64_t now_us = c->s->now_us;
    TRY(host_admit(c->s, c->cfg.keys_dir, &e, true, &v, &n));
    TRY(tell_all(c, v, n));
    c->s->now_us = now_us; /* asking moved it; the same dates are to be written */
    TRY(host_admit(c->s, c->cfg.keys_dir, &e, false, &v, &n));
    TRY(say(c->s, scope_print(c->s, "登録しました / taken on  %s（%s）%s まで / until\n", v[0].name, v[0].agency.code,
                           print_time(c->s, v[0].until_us))));
    for (size_t i = 1; i < n; i++)
        TRY(say(c->s, scope_print(c->s, "前の鍵 / earlier key    %s %s まで / until\n", v[i].name, print_time(c->s, v[i].until_us))));
    return OK;
}

int run_host_accept(struct ctl *c)
{
    if (!c->args.fingerprint || c->args.word_n != 3)
        return misuse(c, "登録ファイルと --fingerprint（電話で聞いた指紋）が要ります", "an enrolment file and --fingerprint, as told by telephone, are needed");
    return ctl_say(c, host_take_on(c, c->args.word[2]));
}

/* Cut off first, written down afterwards; done again, it does what is left, because an end that was once set never moves. */
static enum status host_end(struct ctl *c, const char *name)
{
    struct peer was;

    TRY(ctl_confine(c));
    TRY(host_revoke(c->s, c->cfg.keys_dir, name, &was));
    enum status said = say(c->s, scope_print(c->s, "失効させました / revoked  %s（%s）\n", was.name, was.agency.code));
    enum status told = tell_all(c, &was, 1);
    if (told != OK)
        fputs("切断は済みましたが、account に記録できません。もう一度実行してください / cut off, but account has not written it down: run it again\n", stderr);
    return told != OK ? told : said;
}

int run_host_revoke(struct ctl *c)
{
    if (c->args.word_n != 3)
        return misuse(c, "機関システムの名前が要ります", "the name of an agency's system is needed");
    return ctl_say(c, host_end(c, c->args.word[2]));
}

static enum status server_file(struct ctl *c)
{
    char fingerprint[FINGERPRINT_MAX];
    struct span text;

    TRY(ctl_confine(c));
    TRY(server_print(c->s, c->cfg.keys_dir, c->cfg.relay_endpoint, &text, fingerprint));
    TRY(file_put(c->s, c->args.out, 0644, text));
    return say(c->s, scope_print(c->s, "%s（機関システムのフォルダに server.pub として置く / goes into the system's folder as server.pub）\n"
                                    "接続先 / endpoint  %s\n指紋（sha256sum と同じ） / fingerprint, as sha256sum shows it\n    %s\n",
                              c->args.out, c->cfg.relay_endpoint, fingerprint));
}

int run_host_server_file(struct ctl *c)
{
    if (!c->args.out || c->args.word_n != 2)
        return misuse(c, "--out ファイル が要ります", "--out FILE is needed");
    return ctl_say(c, server_file(c));
}
