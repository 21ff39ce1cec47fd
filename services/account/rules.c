/* Every decision of account is made here from plain facts, so that each can be enumerated: what a password must be, when an attempt
 * counts, how long a session lives, and that there is always an administrator. */
#include "rules.h"

#include "base/clock.h"

static const char *const COMMON[] = {
#include "common.txt"
};

/* ---- passwords ----------------------------------------------------------------------- */

static size_t characters(struct span text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += (text.p[i] & 0xc0) != 0x80;
    return n;
}

static bool is_listed(struct span word)
{
    for (size_t i = 0; i < sizeof COMMON / sizeof *COMMON; i++)
        if (span_is(word, COMMON[i]))
            return true;
    return false;
}

/* Is the text its first n bytes again and again? The last time may be cut short. */
static bool repeats(struct span text, size_t n)
{
    for (size_t i = n; i < text.n; i++)
        if (text.p[i] != text.p[i % n])
            return false;
    return true;
}

static bool is_repeated(struct span text)
{
    for (size_t n = 1; n <= text.n / 2; n++)
        if (repeats(text, n) && (n <= 4 || is_listed(span_of(text.p, n))))
            return true;
    return false;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* With all, some or none of the digits at its end. */
static bool is_weak(struct span text)
{
    for (;; text.n--) {
        if (text.n == 0 || is_listed(text) || is_repeated(text))
            return true;
        if (!is_digit(text.p[text.n - 1]))
            return false;
    }
}

static bool contains(struct span text, struct span part)
{
    return text.n >= part.n && memmem(text.p, text.n, part.p, part.n) != NULL;
}

enum password_flaw password_flaw(struct span password, struct span user)
{
    uint8_t folded[PASSWORD_MOST];

    if (password.n > PASSWORD_MOST)
        return PASSWORD_LONG;
    if (characters(password) < PASSWORD_LEAST)
        return PASSWORD_SHORT;
    for (size_t i = 0; i < password.n; i++) {
        uint8_t c = password.p[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
    }
    struct span whole = span_of(folded, password.n);
    enum password_flaw flaw = PASSWORD_GOOD;
    if (is_weak(whole))
        flaw = PASSWORD_COMMON;
    else if (user.n >= 3 && contains(whole, user))
        flaw = PASSWORD_HAS_NAME;
    explicit_bzero(folded, sizeof folded);
    return flaw;
}

/* ---- attempts ------------------------------------------------------------------------- */

int64_t lockout_s(int64_t fails)
{
    int64_t s = LOCK_FIRST_S;

    if (fails < FAILS_FREE)
        return 0;
    for (int64_t i = FAILS_FREE; i < fails && s < LOCK_MOST_S; i++)
        s *= 2;
    return s < LOCK_MOST_S ? s : LOCK_MOST_S;
}

enum once_state once_judge(const struct once_facts *f)
{
    if (!f->is_known)
        return ONCE_NEW;
    return f->is_passed && (!f->has_session || f->is_unused) ? ONCE_OPEN : ONCE_OVER;
}

struct verdict attempt_judge(const struct standing *st, int64_t now_us)
{
    struct verdict v = {.outcome = SIGN_IN_WRONG, .fails = st->fails, .has_lock = st->has_lock,
                        .locked_until_us = st->locked_until_us};
    bool is_right = st->is_password_right && (st->once == ONCE_OPEN || st->step > 0 || st->is_recovery_right);

    if (!st->is_known || st->once == ONCE_OVER)
        return v;
    if (st->state == USER_SUSPENDED) {
        v.outcome = SIGN_IN_SUSPENDED;
    } else if (st->has_lock && now_us < st->locked_until_us) {
        v.outcome = SIGN_IN_LOCKED;
    } else if (is_right && st->state == USER_ACTIVE) {
        v = (struct verdict){.is_passed = true, .outcome = SIGNED_IN};
    } else {
        v.is_counted = true;
        v.fails = st->fails + 1;
        v.has_lock = lockout_s(v.fails) > 0;
        v.locked_until_us = v.has_lock ? now_us + lockout_s(v.fails) * US_PER_S : 0;
    }
    return v;
}

/* ---- sessions -------------------------------------------------------------------------- */

bool session_is_live(const struct session_facts *f, bool is_demo, int64_t idle_us, int64_t now_us)
{
    if (f->is_ended || now_us >= f->expires_us || now_us - f->last_used_us > idle_us)
        return false;
    return f->is_demo ? is_demo : f->is_active;
}

bool session_is_touched(const struct session_facts *f, int64_t idle_us, int64_t now_us)
{
    int64_t every_us = (int64_t)TOUCH_S * US_PER_S;

    if (every_us > idle_us / 4)
        every_us = idle_us / 4; /* a session in steady use never looks idle */
    return f->last_used_us == f->made_us || now_us - f->last_used_us >= every_us;
}

/* ---- accounts --------------------------------------------------------------------------- */

enum change_refusal change_judge(const struct account_change *c)
{
    bool was = c->was == USER_ACTIVE && c->was_administrator;
    bool will = c->will == USER_ACTIVE && c->will_administrator;

    if (c->will == USER_ACTIVE && !c->is_enrolled)
        return CHANGE_NOT_ENROLLED;
    if (was && !will && c->others == 0)
        return CHANGE_LAST_ADMINISTRATOR;
    return CHANGE_FINE;
}

bool user_name_is(struct span name)
{
    for (size_t i = 0; i < name.n; i++) {
        uint8_t c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return name.n > 0 && name.n <= 63;
}

bool roles_have(const int64_t *roles, size_t n, enum role role)
{
    for (size_t i = 0; i < n; i++)
        if (roles[i] == (int64_t)role)
            return true;
    return false;
}

bool roles_are(const int64_t *roles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (roles[i] == ROLE_SERVICE || roles_have(roles, i, (enum role)roles[i]))
            return false;
    return n > 0;
}
