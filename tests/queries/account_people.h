#ifndef KM_TEST_ACCOUNT_PEOPLE_H
#define KM_TEST_ACCOUNT_PEOPLE_H

#include "account_world.h"

#include <string.h>

/* People with telephones, all fictional: 管理 (kanri) and 窓口 (madoguchi). */

#define ASK(w, who, msg, answer, ret, ...)                                                        \
    world_ask((w), (who), shape_##msg(), &(struct msg){__VA_ARGS__}, shape_##answer(), (ret))
#define SPAN(text) span_str(text)

static const char PASSWORD[] = "ame-no-hi-no-sanpo", OTHER[] = "yuki-no-hi-no-kotatsu";
static const struct who NOBODY = {.from = FROM_GATEWAY}, OPERATOR = {.from = FROM_CTL};

static inline struct span keep(struct world *w, struct span secret)
{
    assert_true(secret.n >= 6 && w->handed_n < COUNT(w->handed));
    w->handed[w->handed_n++] = secret;
    return secret;
}

struct telephone {
    struct span secret; /* base32, as scanned */
    struct span recovery[RECOVERY_CODES];
};

/* What the authenticator app shows now; time goes on by a window first, so that every code is a new one. */
static inline struct span next_code(struct world *w, const struct telephone *p)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint8_t raw[TOTP_SECRET_LEN] = {0};
    uint32_t value;

    for (size_t i = 0; i < p->secret.n; i++)
        for (size_t b = 0; b < 5; b++)
            if ((strchr(LETTERS, p->secret.p[i]) - LETTERS) >> (4 - b) & 1)
                raw[(i * 5 + b) / 8] |= (uint8_t)(0x80 >> (i * 5 + b) % 8);
    w->ahead_us += 30LL * US_PER_S;
    assert_ok(w->s, totp_value(w->s, span_of(raw, sizeof raw), world_now(w) / US_PER_S / 30, &value));
    return span_str(scope_print(w->s, "%06u", value % 1000000));
}

static inline void enrol(struct world *w, struct span token, const char *password, struct telephone *ret)
{
    struct enrol_offer offer;
    struct done done;

    assert_ok(w->s, ASK(w, &NOBODY, enrol_begin, enrol_offer, &offer, .sealed = {.token = token, .password = SPAN(password)}));
    ret->secret = keep(w, offer.sealed.secret);
    assert_int_equal(offer.sealed.recovery.n, RECOVERY_CODES);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        const char *code = (const char *)keep(w, offer.sealed.recovery.v[i]).p;
        ret->recovery[i] = offer.sealed.recovery.v[i];
        keep(w, span_str(scope_print(w->s, "%.4s%.4s%.4s", code, code + 5, code + 10))); /* nor as it is typed without dashes */
    }
    assert_true(offer.sealed.qr.n > 1000);
    assert_non_null(memmem(offer.sealed.uri.p, offer.sealed.uri.n, ret->secret.p, ret->secret.n));
    assert_ok(w->s, ASK(w, &NOBODY, enrol_confirm, done, &done, .sealed = {.token = token, .code = next_code(w, ret)}));
}

static inline enum status sign_in_as(struct world *w, const char *user, const char *password, struct span code, struct session_grant *ret)
{
    enum status st = ASK(w, &NOBODY, sign_in, session_grant, ret, .sealed = {.user = SPAN(user), .password = SPAN(password), .code = code});

    if (st == OK)
        keep(w, ret->sealed.token);
    return st;
}

static inline enum status use(struct world *w, struct span token, struct ticket_grant *ret, struct ticket *ret_ticket)
{
    enum status st = ASK(w, &NOBODY, session_use, ticket_grant, ret, .sealed = {.token = token});

    if (st == OK)
        assert_ok(w->s, ticket_check(w->s, w->tickets, keep(w, ret->sealed.ticket), world_now(w), ret_ticket));
    return st;
}

/* Signed in, with a ticket in hand. */
static inline struct who person(struct world *w, const char *user, const char *password, const struct telephone *p, struct session_grant *ret)
{
    struct ticket_grant g;
    struct ticket t;

    assert_ok(w->s, sign_in_as(w, user, password, next_code(w, p), ret));
    assert_ok(w->s, use(w, ret->sealed.token, &g, &t));
    return (struct who){.from = FROM_GATEWAY, .user = user, .agency = scope_print(w->s, "%s", g.agency.code), .role = (enum role)g.role,
                        .ticket = g.sealed.ticket};
}

static const char *row(struct world *w, const char *sql)
{
    struct span text;

    assert_ok(w->s, conn_text(w->s, w->admin, sql, NULL, 0, &text));
    return scope_print(w->s, "%.*s", (int)text.n, (const char *)text.p);
}

#define assert_refused(w, want, e)                                                                \
    do {                                                                                          \
        enum status got_ = (e);                                                                   \
        if (got_ != (want))                                                                       \
            fail_msg("line %d: %s: %s", __LINE__, #e, status_trait(got_)->word);                  \
    } while (0)

/* The status and both texts of the last refusal. */
static inline const char *told(struct world *w)
{
    assert_int_equal(w->answer.refused, DENIED);
    return scope_print(w->s, "%.*s", (int)w->answer.payload.n, (const char *)w->answer.payload.p);
}

#endif
