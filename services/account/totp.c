/* Time codes as authenticator apps make them. libcrypto is here for HMAC-SHA-1 alone, which no other library of ours has. */
#include <openssl/evp.h>

#include "account.h"

enum { STEP_S = 30, SHA1_LEN = 20, CODE_DIGITS = 6, CODE_MOD = 1000000 };

_Static_assert(EVP_MAX_MD_SIZE >= SHA1_LEN, "room for the MAC");

enum status totp_value(struct scope *s, struct span secret, int64_t step, uint32_t *ret_value)
{
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    size_t n = 0;

    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, secret.p, secret.n, counter, sizeof counter, mac, sizeof mac, &n) ||
        n != SHA1_LEN)
        return fail(s, UNAVAILABLE, "時刻コードを計算できません", "time codes cannot be computed");
    const uint8_t *at = mac + (mac[SHA1_LEN - 1] & 0x0f);
    *ret_value = (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    explicit_bzero(mac, sizeof mac);
    return OK;
}

/* The number six digits stand for; none for anything else. */
static uint32_t parse_code(struct span code)
{
    uint32_t v = 0;

    if (code.n != CODE_DIGITS)
        return CODE_MOD;
    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] < '0' || code.p[i] > '9')
            return CODE_MOD;
        v = 10 * v + (uint32_t)(code.p[i] - '0');
    }
    return v;
}

enum status totp_match(struct scope *s, struct span secret, struct span code, int64_t now_us, int64_t last_step,
                       int64_t *ret_step)
{
    int64_t now_step = now_us / US_PER_S / STEP_S, found = 0;
    uint32_t given = parse_code(code), value;

    for (int64_t step = now_step - 1; step <= now_step + 1; step++) {
        TRY(totp_value(s, secret, step, &value));
        if ((value % CODE_MOD == given) & (step > last_step))
            found = step;
    }
    *ret_step = found;
    return OK;
}

const char *totp_uri(struct scope *s, struct span user, struct span base32)
{
    return scope_print(s, "otpauth://totp/Kashimaru:%.*s?secret=%.*s&issuer=Kashimaru&algorithm=SHA1&digits=%d&period=%d", (int)user.n,
                       (const char *)user.p, (int)base32.n, (const char *)base32.p, CODE_DIGITS, STEP_S);
}
