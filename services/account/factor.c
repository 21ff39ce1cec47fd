/* Whoever fails learns only that it failed: an unknown name, a wrong password, a wrong or used code, a locked or suspended account get
 * the same answer after the same work and the same statements. What really happened stands in the sign-in log. The password is compared
 * before the account's row is locked, because that takes long; the verdict is made on the locked row. */
#include "account.h"
#include "base/log.h"
#include "seal/password.h"
#include "seal/vault.h"

static const char UNKNOWN[] = "?"; /* in the log, of a name nobody has */

enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

enum status refuse(struct turn *t, enum status st, const char *ja, const char *en)
{
    return ANSWER(t, refusal, .status = span_str(status_trait(st)->word), .why_ja = span_str(ja), .why_en = span_str(en));
}

enum status factor_refuse(struct turn *t)
{
    return refuse(t, DENIED,
                  "確認できませんでした。名前・パスワード・コードを確かめてください。何度か失敗したときは、しばらく待ってからやり直してください",
                  "not accepted: check name, password and code; after several failures, wait a while before trying again");
}

enum status token_new(struct turn *t, struct span *ret_token, uint8_t ret_digest[DIGEST32_LEN])
{
    uint8_t raw[TOKEN_LEN];
    char *text = scope_alloc(t->s, DIGEST_HEX_MAX);

    if (!text)
        return no_room(t);
    t->s->entropy->fill(t->s->entropy->ctx, raw, sizeof raw);
    digest_hex(span_of(raw, sizeof raw), text);
    explicit_bzero(raw, sizeof raw);
    *ret_token = span_of(text, TOKEN_TEXT);
    sha256_of(*ret_token, ret_digest);
    return OK;
}

const char *totp_owner(struct scope *s, struct span user)
{
    return scope_print(s, "totp %.*s", (int)user.n, (const char *)user.p);
}

void factor_recovery(const struct account *a, struct span user, struct span code, uint8_t ret_digest[DIGEST16_LEN])
{
    uint8_t plain[RECOVERY_TEXT + 2];
    size_t n = 0;

    for (size_t i = 0; i < code.n && n < sizeof plain; i++) {
        uint8_t c = code.p[i];
        if (c != '-' && c != ' ')
            plain[n++] = c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
    }
    struct span parts[] = {user, span_of(plain, n)};
    digest16_keyed(a->own, parts, COUNT(parts), ret_digest);
    explicit_bzero(plain, sizeof plain);
}

enum status log_add(struct turn *t, struct span user, enum sign_in_outcome outcome)
{
    return q_log_add(t->tx, &(struct q_log_add){.at = t->s->now_us, .user = user, .outcome = outcome});
}

/* The step a code stands for. A secret that does not open any more makes every code wrong, and the operator is told. */
static enum status match_code(struct turn *t, const struct claim *c, const struct q_person_lock_row *row, int64_t *ret_step)
{
    const struct account *a = t->own;
    bool has_secret = row && row->has_totp;
    const char *owner = has_secret ? totp_owner(t->s, c->user) : "totp ";
    AUTO(secret) secret = NULL;
    int64_t step = 0;
    enum status st = vault_take(t->s, a->own, owner, has_secret ? row->totp : a->nobody, &secret);

    if (st == CORRUPT || st == INVALID) {
        LOG(LOG_ERROR, "second_factor_unreadable", LOG_WORD("status", status_trait(st)->word));
    } else {
        TRY(st);
        TRY(totp_match(t->s, secret_span(secret), c->code, t->s->now_us, row ? row->last_step : 0, &step));
    }
    *ret_step = has_secret ? step : 0;
    return OK;
}

struct looked_up {
    const struct q_person_lock_row *row; /* NULL = unknown */
    struct standing standing;
    bool is_dated;
    uint8_t recovery[DIGEST16_LEN];
};

static enum status look_up(struct turn *t, const struct claim *c, struct looked_up *l)
{
    struct q_person_password_rows before;
    struct q_person_lock_rows rows;
    struct q_recovery_find_rows codes;
    struct span hash = {0};
    bool is_right;

    TRY(q_person_password(t->tx, &(struct q_person_password){.user = c->user}, &before));
    TRY(tx_flush(t->tx));
    if (before.n && before.v[0].has_password)
        hash = before.v[0].password;
    is_right = !c->has_password || password_is(hash, c->password);
    l->is_dated = c->has_password && password_is_dated(hash);
    factor_recovery(t->own, c->user, c->code, l->recovery);
    TRY(q_person_lock(t->tx, &(struct q_person_lock){.user = c->user}, &rows));
    TRY(q_recovery_find(t->tx, &(struct q_recovery_find){.user = c->user, .digest = span_of(l->recovery, DIGEST16_LEN)}, &codes));
    if (c->once)
        TRY(once_find(t, c->once));
    else
        TRY(tx_flush(t->tx));
    const struct q_person_lock_row *row = rows.n ? rows.v : NULL;
    l->row = row;
    l->standing = (struct standing){.is_known = row != NULL, .is_recovery_right = codes.n > 0, .once = c->once ? c->once->state : ONCE_NEW};
    if (row) {
        l->standing.state = (enum user_state)row->state;
        l->standing.fails = row->fails;
        l->standing.has_lock = row->has_locked_until;
        l->standing.locked_until_us = row->locked_until;
        l->standing.is_password_right = is_right && (!c->has_password || span_eq(hash, row->password));
    }
    return match_code(t, c, row, &l->standing.step);
}

enum status factor_prove(struct turn *t, const struct claim *c, struct proven *ret_p)
{
    struct looked_up l;
    struct proven p = {0};

    TRY(look_up(t, c, &l));
    struct verdict v = attempt_judge(&l.standing, t->s->now_us);
    TRY(log_add(t, l.row ? c->user : span_str(UNKNOWN), v.is_passed ? c->passed_as : v.outcome));
    if (!v.is_passed) {
        TRY(q_person_failed(t->tx, &(struct q_person_failed){.user = c->user, .fails = v.fails, .has_locked_until = v.has_lock,
                                                             .locked_until = v.locked_until_us}));
        if (c->once)
            TRY(once_refused(t, c->once, c->user, v.is_counted));
        *ret_p = p;
        return OK;
    }
    bool is_again = l.standing.once == ONCE_OPEN; /* its code was used up the first time */
    if (!is_again && l.standing.step == 0)
        TRY(q_recovery_use(t->tx, &(struct q_recovery_use){.user = c->user, .digest = span_of(l.recovery, DIGEST16_LEN),
                                                           .at = t->s->now_us}));
    TRY(q_person_passed(t->tx, &(struct q_person_passed){.user = c->user, .step = is_again ? 0 : l.standing.step, .at = t->s->now_us}));
    *ret_p = (struct proven){.is_passed = true, .is_dated = l.is_dated, .agency = l.row->agency, .roles = l.row->roles.v, .role_n = l.row->roles.n};
    return OK;
}
