#ifndef KM_ACCOUNT_ACCOUNT_H
#define KM_ACCOUNT_ACCOUNT_H

#include "base/clock.h"
#include "once.h"
#include "q_account.h"
#include "rules.h"
#include "svc/service.h"

/* Who people are: accounts, second factors, sessions, and the tickets that let their requests see rows. Answers that hold a secret are
 * never stored: those requests are queries to the engine, and asked again they are carried out again. */
extern const struct service ACCOUNT;

enum { PURGE_MOST = 500 }; /* rows a statement, as sql/queries/account.sql says */
enum { TOKEN_LEN = 32, TOKEN_TEXT = 2 * TOKEN_LEN, INVITE_HOURS = 72, RECOVERY_CODES = 10, RECOVERY_TEXT = 14, TOTP_SECRET_LEN = 20 };
#define US_PER_HOUR (3600LL * US_PER_S)

/* What the process holds for as long as it lives. */
struct account {
    bool is_demo;
    const struct keyring *ring; /* whose an agency's system is */
    int64_t idle_us, absolute_us;
    struct secret *tickets; /* signs people's tickets */
    struct secret *own;     /* seals time-code secrets, keys the digests of recovery codes */
    struct span nobody;     /* a sealed secret nobody has: an unknown name costs the same work as a known one */
};

/* ---- factor.c: what proves who somebody is --------------------------------------- */

/* What somebody brings; has_password false where a session already stands for it. */
struct claim {
    struct span user, password, code;
    bool has_password;
    struct once *once; /* NULL = the attempt does not say which it is */
    enum sign_in_outcome passed_as; /* for the log */
};

struct proven {
    bool is_passed, is_dated; /* is_dated: the password's hash was made with other costs */
    struct agency_id agency;
    const int64_t *roles;
    size_t role_n;
};

/* factor_prove: judges a claim, counts it and writes the log; the writes belong to the turn whether it passed or not, so a claim that
 * failed is answered with factor_refuse, never by failing the turn. */
enum status factor_prove(struct turn *t, const struct claim *c, struct proven *ret_p) MUST_CHECK;

/* factor_refuse: the answer to every claim that failed, the same whatever was wrong. refuse: any other refusal that keeps what was
 * written. */
enum status factor_refuse(struct turn *t) MUST_CHECK;
enum status refuse(struct turn *t, enum status st, const char *ja, const char *en) MUST_CHECK;

/* factor_recovery: keyed digest of a recovery code; spaces, dashes and case do not count. */
void factor_recovery(const struct account *a, struct span user, struct span code, uint8_t ret_digest[DIGEST16_LEN]);

/* token_new: 32 random bytes as hex, owned by the scope, and what is stored of it. */
enum status token_new(struct turn *t, struct span *ret_token, uint8_t ret_digest[DIGEST32_LEN]) MUST_CHECK;

const char *totp_owner(struct scope *s, struct span user);
enum status log_add(struct turn *t, struct span user, enum sign_in_outcome outcome) MUST_CHECK;
enum status no_room(struct turn *t) MUST_CHECK;

/* ---- totp.c ------------------------------------------------------------------------ */

/* totp_value: the truncated HMAC-SHA-1 of one step; the code is its last six digits.
 *   fails  UNAVAILABLE the library refuses
 *   source RFC 4226 §5.3, RFC 6238 */
enum status totp_value(struct scope *s, struct span secret, int64_t step, uint32_t *ret_value) MUST_CHECK;

/* totp_match: the step whose code this is: now, one before or one after, and later than the last one used; 0 = none. */
enum status totp_match(struct scope *s, struct span secret, struct span code, int64_t now_us, int64_t last_step,
                       int64_t *ret_step) MUST_CHECK;

/* totp_uri: what an authenticator app reads. */
const char *totp_uri(struct scope *s, struct span user, struct span base32);

/* qr_svg: a text as a QR code, level M, four modules of margin; one path, no script.
 *   fails  TOO_LARGE it does not fit */
enum status qr_svg(struct scope *s, const char *text, struct span *ret_svg) MUST_CHECK;

/* ---- session.c ---------------------------------------------------------------------- */

/* session_csrf: what a change made with the cookie must repeat; derived from the token, so that nothing of it is kept. */
enum status session_csrf(struct turn *t, struct span token, struct span *ret_csrf) MUST_CHECK;
enum status handle_session_use(struct turn *t, const void *in);
enum status handle_session_fresh(struct turn *t, const void *in);
enum status handle_sign_out(struct turn *t, const void *in);
enum status handle_ticket_open(struct turn *t, const void *in);
enum status session_purge(struct turn *t, bool *ret_more);

/* ---- signin.c ------------------------------------------------------------------------ */
enum status handle_sign_in(struct turn *t, const void *in);
enum status handle_session_open(struct turn *t, const void *in);
enum status handle_password_change(struct turn *t, const void *in);
enum status password_check(struct turn *t, struct span password, struct span user) MUST_CHECK;

/* ---- enrol.c -------------------------------------------------------------------------- */
enum status handle_user_invite(struct turn *t, const void *in);
enum status handle_user_first(struct turn *t, const void *in);
enum status handle_enrol_begin(struct turn *t, const void *in);
enum status handle_enrol_confirm(struct turn *t, const void *in);

/* ---- people.c -------------------------------------------------------------------------- */
enum status handle_user_put(struct turn *t, const void *in);
enum status handle_user_list(struct turn *t, const void *in);
enum status handle_sign_in_list(struct turn *t, const void *in);

/* An account and how many other active administrators there are, all locked until the turn ends. */
struct people {
    const struct q_people_lock_row *row; /* NULL = no such account yet */
    int64_t others;
};
enum status people_lock(struct turn *t, struct span user, struct people *ret_p) MUST_CHECK;

/* people_allow: may the account become this?
 *   fails  CONFLICT the last administrator, or not enrolled */
enum status people_allow(struct turn *t, const struct people *p, enum user_state will, bool will_administrator) MUST_CHECK;

#endif
