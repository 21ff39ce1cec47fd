#ifndef KM_ACCOUNT_RULES_H
#define KM_ACCOUNT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "wire/words.h"

/* What account decides; all of it pure. */

enum {
    PASSWORD_LEAST = 15,   /* characters */
    PASSWORD_MOST = 256,   /* bytes */
    FAILS_FREE = 5,        /* wrong attempts in a row before the first delay */
    LOCK_FIRST_S = 30,     /* doubles with every further one */
    LOCK_MOST_S = 3600,
    TOUCH_S = 60,          /* the use of a session is written down at most so often */
    ONCE_S = 120           /* for so long what became of an attempt is remembered */
};

/* ---- passwords ----------------------------------------------------------------------- */

enum password_flaw { PASSWORD_GOOD, PASSWORD_SHORT, PASSWORD_LONG, PASSWORD_COMMON, PASSWORD_HAS_NAME };

/* password_flaw: why a password may not be chosen. Common: listed in common.txt, in whatever case and with whatever digits behind it,
 * or nothing but a listed word or up to four characters again and again.
 *   in     user   a name under three characters is not looked for
 *   source NIST SP 800-63B-4 §3.1.1 */
enum password_flaw password_flaw(struct span password, struct span user);

/* ---- attempts ------------------------------------------------------------------------- */

/* Whether the very same attempt was made before, within ONCE_S. OPEN: it passed, and nobody has used what it gave: its answer may have been
 * lost. OVER: it was refused, or what it gave is in use. */
enum once_state { ONCE_NEW, ONCE_OPEN, ONCE_OVER };

struct once_facts {
    bool is_known, is_passed, has_session;
    bool is_unused; /* no session of theirs opened since was used, or ended */
};

/* once_judge: what gave no session (an enrolment, a role that is not the user's) stays open for as long as it is known. */
enum once_state once_judge(const struct once_facts *f);

/* An account as stored, and what was brought to it. */
struct standing {
    bool is_known;
    enum user_state state;
    bool is_password_right, is_recovery_right;
    int64_t step; /* of the time code, 0 = it is none */
    int64_t fails;
    bool has_lock;
    int64_t locked_until_us;
    enum once_state once;
};

struct verdict {
    bool is_passed, is_counted; /* is_counted: as one more failure */
    enum sign_in_outcome outcome; /* when not passed: for the log alone */
    int64_t fails;
    bool has_lock;
    int64_t locked_until_us;
};

/* attempt_judge: an attempt while locked neither counts nor passes, however right it is. One that was made before passes again while it is
 * open, though its code is used up; over, it neither passes nor counts again, whatever its code would be worth by now. */
struct verdict attempt_judge(const struct standing *st, int64_t now_us);

/* lockout_s: how long nobody signs in after so many failures in a row; 0 = not at all. */
int64_t lockout_s(int64_t fails);

/* ---- sessions -------------------------------------------------------------------------- */

struct session_facts {
    bool is_ended, is_demo, is_active; /* is_active: the account it belongs to */
    int64_t last_used_us, expires_us, made_us;
};

/* session_is_live: not ended, not past its absolute end, not idle too long, of an active account, or made for trying out while that
 * is allowed. session_is_touched: its use is to be written down; the first always, for it shows that the token reached somebody. */
bool session_is_live(const struct session_facts *f, bool is_demo, int64_t idle_us, int64_t now_us);
bool session_is_touched(const struct session_facts *f, int64_t idle_us, int64_t now_us);

/* ---- accounts --------------------------------------------------------------------------- */

struct account_change {
    enum user_state was, will;
    bool was_administrator, will_administrator;
    bool is_enrolled; /* both factors are there */
    int64_t others;   /* other active administrators */
};

enum change_refusal { CHANGE_FINE, CHANGE_LAST_ADMINISTRATOR, CHANGE_NOT_ENROLLED };

/* change_judge: the last active administrator stays one; nobody becomes active without both factors. */
enum change_refusal change_judge(const struct account_change *c);

/* user_name_is: 1 to 63 of a–z, 0–9, '.', '_', '-'. roles_are: at least one, none twice, none of a service. */
bool user_name_is(struct span name);
bool roles_are(const int64_t *roles, size_t n);
bool roles_have(const int64_t *roles, size_t n, enum role role);

#endif
