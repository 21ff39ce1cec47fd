/* From two factors to a session. A token leaves only sealed for who asked and is kept as SHA-256; the CSRF token is derived from it, so
 * that nothing of it need be kept. */
#include "account.h"
#include "seal/password.h"

static const char WRONG_ROLE_JA[] = "その役割は割り当てられていません", WRONG_ROLE_EN[] = "this role is not one of yours";

/* Who a session is made for, and how. */
struct opening {
    struct span user;
    struct agency_id agency;
    int64_t role;
    const int64_t *roles;
    size_t role_n;
    bool is_demo;
    const struct once *once; /* NULL = not known which attempt it is */
};

static enum status session_open_for(struct turn *t, const struct opening *o)
{
    const struct account *a = t->own;
    struct session_grant g = {.user = o->user, .agency = o->agency, .role = o->role, .roles = {o->roles, o->role_n}};
    uint8_t digest[DIGEST32_LEN], raw[(TICKET_SESSION_MAX - 1) / 2];
    char id[DIGEST_HEX_MAX];

    TRY(token_new(t, &g.sealed.token, digest));
    TRY(session_csrf(t, g.sealed.token, &g.sealed.csrf));
    t->s->entropy->fill(t->s->entropy->ctx, raw, sizeof raw);
    digest_hex(span_of(raw, sizeof raw), id);
    g.expires = t->s->now_us + a->absolute_us;
    g.idle_s = a->idle_us / US_PER_S;
    TRY(q_session_add(t->tx, &(struct q_session_add){
        .digest = span_of(digest, sizeof digest), .id = span_str(id), .user = o->user, .agency = o->agency, .role = o->role,
        .is_demo = o->is_demo, .at = t->s->now_us, .expires = g.expires, .has_fresh_at = true, .fresh_at = t->s->now_us}));
    if (o->once)
        TRY(once_passed(t, o->once, o->user, true));
    return turn_answer(t, shape_session_grant(), &g);
}

/* A hash made with other costs is made anew while the password is at hand. */
static enum status renew_hash(struct turn *t, struct span user, struct span password)
{
    struct span hash;

    TRY(password_hash(t->s, password, &hash));
    return q_person_set_password(t->tx, &(struct q_person_set_password){.user = user, .password = hash});
}

/* Which attempt it is: all that was sent, the role asked for included. */
static void once_of_sign_in(const struct turn *t, const struct sign_in *in, struct once *ret_o)
{
    const struct sign_in_private *say = &in->sealed;
    const char *role = in->has_role ? words_role()->v[in->role].word : "";
    struct span parts[] = {say->user, say->password, say->code, span_str(role)};

    _Static_assert(COUNT(parts) <= ONCE_PARTS, "they fit");
    once_of(t->own, "once sign_in", in->once, parts, COUNT(parts), ret_o);
}

HANDLER(sign_in, t, in)
{
    const struct sign_in_private *say = &in->sealed;
    struct once once;
    struct claim c = {.user = say->user, .has_password = true, .password = say->password, .code = say->code, .passed_as = SIGNED_IN};
    struct proven p;

    if (in->has_once) {
        once_of_sign_in(t, in, &once);
        c.once = &once;
    }
    TRY(turn_self(t)); /* here and in every route that needs no ticket: one that comes along all the same says nothing */
    TRY(factor_prove(t, &c, &p));
    if (!p.is_passed)
        return factor_refuse(t);
    bool is_role_theirs = !in->has_role || roles_have(p.roles, p.role_n, (enum role)in->role);
    if (!is_role_theirs && c.once)
        TRY(once_passed(t, c.once, say->user, false));
    if (!is_role_theirs)
        return refuse(t, DENIED, WRONG_ROLE_JA, WRONG_ROLE_EN);
    if (p.is_dated)
        TRY(renew_hash(t, say->user, say->password));
    return session_open_for(t, &(struct opening){.user = say->user, .agency = p.agency, .role = in->has_role ? in->role : p.roles[0],
                                                 .roles = p.roles, .role_n = p.role_n, .once = c.once});
}

HANDLER(session_open, t, in)
{
    const struct account *a = t->own;

    if (!a->is_demo)
        return fail(t->s, DENIED, "試用設定（demo = 1）のときだけ使えます", "only with the setting demo = 1");
    if (in->role == ROLE_SERVICE)
        return fail(t->s, DENIED, WRONG_ROLE_JA, WRONG_ROLE_EN);
    TRY(turn_self(t));
    TRY(log_add(t, in->user, SIGN_IN_OPERATOR));
    return session_open_for(t, &(struct opening){.user = in->user, .agency = in->agency, .role = in->role, .roles = &in->role,
                                                 .role_n = 1, .is_demo = true});
}

enum status password_check(struct turn *t, struct span password, struct span user)
{
    switch (password_flaw(password, user)) {
    case PASSWORD_SHORT:
        return fail(t->s, INVALID, "パスワードは%d文字以上にしてください", "a password has %d characters or more", PASSWORD_LEAST);
    case PASSWORD_LONG:
        return fail(t->s, INVALID, "パスワードは%dバイトまでです", "a password has at most %d bytes", PASSWORD_MOST);
    case PASSWORD_COMMON:
        return fail(t->s, INVALID, "よく使われるパスワードです。別のものにしてください", "a password that is used too often; choose another");
    case PASSWORD_HAS_NAME:
        return fail(t->s, INVALID, "パスワードに利用者名を含めないでください", "a password must not contain the account name");
    case PASSWORD_GOOD:
    default:
        return OK;
    }
}

HANDLER(password_change, t, in)
{
    struct span user = span_str(t->s->actor.user), hash;
    const struct password_private *say = &in->sealed;
    struct claim c = {.user = user, .has_password = true, .password = say->old, .code = say->code, .passed_as = SIGN_IN_PASSWORD};
    struct proven p;

    TRY(password_check(t, say->new, user)); /* before anything is counted: it says nothing about the account */
    TRY(factor_prove(t, &c, &p));
    if (!p.is_passed)
        return factor_refuse(t);
    TRY(password_hash(t->s, say->new, &hash));
    TRY(q_person_set_password(t->tx, &(struct q_person_set_password){.user = user, .password = hash}));
    TRY(q_sessions_end(t->tx, &(struct q_sessions_end){.user = user, .kept = span_str(t->ticket.session), .at = t->s->now_us}));
    return ANSWER(t, done, .has_id = false);
}
