/* How an account gets its owner: an administrator invites, the one-time token sets the password and shows the second factor once, and
 * the first code makes the account active. Until then nothing it could sign in with is in force; an invitation for an account that was
 * active takes everything it signed in with away at once. */
#include "account.h"
#include "base/base32.h"
#include "seal/password.h"
#include "seal/vault.h"

static enum status bad_invite(struct turn *t)
{
    return fail(t->s, DENIED, "招待が正しくないか、期限が切れています", "the invitation is not valid or has expired");
}

struct inviting {
    struct span user;
    struct agency_id agency;
    const int64_t *roles;
    size_t role_n;
};

static enum status invite(struct turn *t, const struct inviting *v)
{
    struct invitation answer = {.user = v->user, .expires = t->s->now_us + INVITE_HOURS * US_PER_HOUR};
    uint8_t digest[DIGEST32_LEN];

    TRY(token_new(t, &answer.sealed.token, digest));
    TRY(q_recovery_clear(t->tx, &(struct q_recovery_clear){.user = v->user}));
    TRY(q_person_invite(t->tx, &(struct q_person_invite){
        .user = v->user, .agency = v->agency, .roles = {v->roles, v->role_n}, .invite = span_of(digest, sizeof digest),
        .expires = answer.expires, .at = t->s->now_us}));
    TRY(q_sessions_end(t->tx, &(struct q_sessions_end){.user = v->user, .at = t->s->now_us}));
    TRY(log_add(t, v->user, SIGN_IN_RESET));
    return turn_answer(t, shape_invitation(), &answer);
}

static enum status check_name(struct turn *t, struct span user)
{
    if (!user_name_is(user))
        return fail(t->s, INVALID, "利用者名は半角の英小文字・数字・. _ - で63文字までです",
                    "an account name has at most 63 of a-z, 0-9, '.', '_', '-'");
    return OK;
}

HANDLER(user_invite, t, in)
{
    struct people p;

    TRY(check_name(t, in->user));
    if (!roles_are(in->roles.v, in->roles.n))
        return fail(t->s, INVALID, "役割の指定が正しくありません", "the roles are not valid");
    TRY(people_lock(t, in->user, &p));
    TRY(people_allow(t, &p, USER_INVITED, false));
    return invite(t, &(struct inviting){in->user, in->agency, in->roles.v, in->roles.n});
}

/* An account that is there and no administrator stays what it is. */
HANDLER(user_first, t, in)
{
    static const int64_t ADMINISTRATOR[] = {ROLE_ADMINISTRATOR};
    struct people p;

    TRY(check_name(t, in->user));
    TRY(turn_self(t));
    TRY(people_lock(t, in->user, &p));
    if (p.others > 0)
        return fail(t->s, CONFLICT, "管理者はすでにいます。管理者が招待してください", "there is an administrator, who can invite");
    if (p.row && p.row->state != USER_INVITED)
        return fail(t->s, CONFLICT, "この利用者名は使われています", "this account name is taken");
    return invite(t, &(struct inviting){in->user, in->agency, ADMINISTRATOR, COUNT(ADMINISTRATOR)});
}

static enum status invited(struct turn *t, struct span token, struct q_person_invited_row *ret_row)
{
    uint8_t digest[DIGEST32_LEN];
    struct q_person_invited_rows rows;

    sha256_of(token, digest);
    TRY(turn_self(t));
    TRY(q_person_invited(t->tx, &(struct q_person_invited){.invite = span_of(digest, sizeof digest)}, &rows));
    TRY(tx_flush(t->tx));
    if (!rows.n || t->s->now_us >= rows.v[0].expires)
        return bad_invite(t);
    *ret_row = rows.v[0];
    return OK;
}

/* Twelve of 32 characters that are not mistaken for one another: 60 bits. */
static struct span recovery_code(struct turn *t)
{
    static const char LETTERS[] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t raw[RECOVERY_TEXT];
    char *to = scope_alloc(t->s, RECOVERY_TEXT + 1);

    if (!to)
        return (struct span){0};
    t->s->entropy->fill(t->s->entropy->ctx, raw, sizeof raw);
    for (size_t i = 0; i < RECOVERY_TEXT; i++)
        to[i] = i % 5 == 4 ? '-' : LETTERS[raw[i] & 31];
    explicit_bzero(raw, sizeof raw);
    return span_of(to, RECOVERY_TEXT);
}

static enum status recovery_new(struct turn *t, struct span user, struct second_factor *f)
{
    struct span *codes = scope_alloc(t->s, RECOVERY_CODES * sizeof *codes), digests[RECOVERY_CODES];
    uint8_t raw[RECOVERY_CODES][DIGEST16_LEN];

    if (!codes)
        return no_room(t);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        codes[i] = recovery_code(t);
        if (!codes[i].n)
            return no_room(t);
        factor_recovery(t->own, user, codes[i], raw[i]);
        digests[i] = span_of(raw[i], DIGEST16_LEN);
    }
    f->recovery.v = codes;
    f->recovery.n = RECOVERY_CODES;
    TRY(q_recovery_clear(t->tx, &(struct q_recovery_clear){.user = user}));
    return q_recovery_add(t->tx, &(struct q_recovery_add){.user = user, .digests = {digests, RECOVERY_CODES}});
}

HANDLER(enrol_begin, t, in)
{
    const struct account *a = t->own;
    struct q_person_invited_row row;
    struct enrol_offer offer = {0};
    struct span hash, sealed;
    AUTO(secret) secret = secret_random(TOTP_SECRET_LEN);

    if (!secret)
        return fail(t->s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a secret");
    TRY(invited(t, in->sealed.token, &row));
    TRY(password_check(t, in->sealed.password, row.user));
    TRY(password_hash(t->s, in->sealed.password, &hash));
    TRY(vault_put(t->s, a->own, totp_owner(t->s, row.user), secret_span(secret), &sealed));
    TRY(base32_print(t->s, secret_span(secret), &offer.sealed.secret));
    const char *uri = totp_uri(t->s, row.user, offer.sealed.secret);
    TRY(qr_svg(t->s, uri, &offer.sealed.qr));
    offer.sealed.uri = span_str(uri);
    offer.user = row.user;
    TRY(q_person_enrol(t->tx, &(struct q_person_enrol){.user = row.user, .password = hash, .totp = sealed}));
    TRY(recovery_new(t, row.user, &offer.sealed));
    return turn_answer(t, shape_enrol_offer(), &offer);
}

/* The invitation is used up: by this very attempt, whose answer was lost? */
static enum status confirm_again(struct turn *t, struct once *o)
{
    TRY(once_find(t, o));
    return o->state == ONCE_OPEN ? ANSWER(t, done, .has_id = false) : bad_invite(t);
}

HANDLER(enrol_confirm, t, in)
{
    const struct account *a = t->own;
    struct q_person_invited_row row = {0};
    struct span parts[] = {in->sealed.token, in->sealed.code};
    AUTO(secret) secret = NULL;
    struct once once;
    int64_t step;

    once_of(a, "once enrol_confirm", in->once, parts, COUNT(parts), &once);
    enum status st = invited(t, in->sealed.token, &row);
    if (st == DENIED && in->has_once)
        return confirm_again(t, &once);
    if (st != OK)
        return st;
    if (!row.has_totp)
        return fail(t->s, CONFLICT, "先にパスワードを決めてください", "set the password first");
    TRY(vault_take(t->s, a->own, totp_owner(t->s, row.user), row.totp, &secret));
    TRY(totp_match(t->s, secret_span(secret), in->sealed.code, t->s->now_us, 0, &step));
    if (step == 0)
        return fail(t->s, DENIED, "コードが違います。端末の時刻を確かめてください", "a wrong code; check the telephone's clock");
    TRY(q_person_activate(t->tx, &(struct q_person_activate){.user = row.user, .step = step}));
    TRY(log_add(t, row.user, SIGN_IN_ENROLLED));
    if (in->has_once)
        TRY(once_passed(t, &once, row.user, false));
    return ANSWER(t, done, .has_id = false);
}
