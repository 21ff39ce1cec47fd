/* An agency's system is taken on only by what it signed itself, unchanged, in time, and under the fingerprint that was read out by
 * telephone: the file alone, however it travelled, lets nobody in. */
#include <ctype.h>
#include <sodium.h>
#include <stdio.h>

#include "base/clock.h"
#include "enrolment.h"
#include "internal.h"
#include "seal/digest.h"
#include "seal/sign.h"

static const char HEAD[] = "kashimaru-enrolment 1";
static const char DOMAIN[] = "KM1/enrolment";

#define US_PER_DAY (86400 * (int64_t)US_PER_S)

void fingerprint_print(const uint8_t digest[DIGEST32_LEN], char to[FINGERPRINT_MAX])
{
    enum { GROUP = 4 };
    char *at = to;

    for (size_t i = 0; i < DIGEST32_LEN; i += GROUP) {
        sodium_bin2hex(at, 2 * GROUP + 1, digest + i, GROUP);
        at += 2 * GROUP;
        *at++ = ' ';
    }
    at[-1] = '\0';
}

static void fingerprint_make(struct enrolment *e)
{
    uint8_t all[2 * KEY_LEN + SIGN_PUBLIC_LEN], digest[DIGEST32_LEN];

    memcpy(all, e->peer.curve_public, KEY_LEN);
    memcpy(all + KEY_LEN, e->peer.kx_public, KEY_LEN);
    memcpy(all + 2 * KEY_LEN, e->peer.sign_public, SIGN_PUBLIC_LEN);
    sha256_of(span_of(all, sizeof all), digest);
    fingerprint_print(digest, e->fingerprint);
}

bool fingerprint_is(const struct enrolment *e, const char *told)
{
    const char *want = e->fingerprint;

    for (;; told++) {
        if (*told && strchr(" -:\t", *told))
            continue;
        want += *want == ' ';
        if (tolower((unsigned char)*told) != *want)
            return false;
        if (!*want++)
            return true;
    }
}

/* ---- writing ---- */

enum status enrolment_print(struct scope *s, struct enrolment *e, const struct secret *sign, struct span *ret_text)
{
    char hex[3][2 * KEY_LEN + 1], made[TIME_TEXT_MAX], expires[TIME_TEXT_MAX], signature[2 * SIGN_LEN + 1];
    uint8_t raw[SIGN_LEN];

    sodium_bin2hex(hex[0], sizeof hex[0], e->peer.curve_public, KEY_LEN);
    sodium_bin2hex(hex[1], sizeof hex[1], e->peer.kx_public, KEY_LEN);
    sodium_bin2hex(hex[2], sizeof hex[2], e->peer.sign_public, KEY_LEN);
    e->made_us = s->now_us / US_PER_S * US_PER_S;
    e->expires_us = e->made_us + ENROLMENT_DAYS * US_PER_DAY;
    fingerprint_make(e);
    const char *said = scope_print(s, "%s\nname %s\nagency %s\ncurve %s\nkx %s\nsign %s\nmade %s\nexpires %s\n", HEAD, e->peer.name,
                                   e->peer.agency.code, hex[0], hex[1], hex[2], time_print(e->made_us, made),
                                   time_print(e->expires_us, expires));
    TRY(sign_make(s, sign, DOMAIN, span_str(said), raw));
    sodium_bin2hex(signature, sizeof signature, raw, sizeof raw);
    *ret_text = span_str(scope_print(s, "%ssignature %s\n", said, signature));
    return ret_text->n > 0 && ret_text->n <= ENROLMENT_MAX ? OK : fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
}

/* ---- reading ---- */

enum status expect_word(struct scope *s, struct lines *l, const char *word, struct span *ret_value)
{
    size_t n = strlen(word);

    if (!lines_next(l) || l->line.n < n + 2 || memcmp(l->line.p, word, n) != 0 || l->line.p[n] != ' ')
        return line_fail(s, l, "決まった語と値がありません", "not the expected word and a value");
    *ret_value = span_of(l->line.p + n + 1, l->line.n - n - 1);
    return OK;
}

static enum status expect_time(struct scope *s, struct lines *l, const char *word, int64_t *ret_us)
{
    struct span text;

    TRY(expect_word(s, l, word, &text));
    return time_parse(text, ret_us) == OK ? OK : line_fail(s, l, "日時ではありません", "not a time");
}

enum status expect_identity(struct scope *s, struct lines *l, struct peer *p)
{
    struct span name, agency;

    TRY(expect_word(s, l, "name", &name));
    struct lines at_name = *l;
    TRY(expect_word(s, l, "agency", &agency));
    if (agency_parse(agency, &p->agency) != OK)
        return line_fail(s, l, "機関コードではありません", "not the code of an agency");
    if (!host_name_is_good(name, p->agency))
        return line_fail(s, &at_name, "機関システムの名前ではありません", "not the name of such an agency's system");
    memcpy(p->name, name.p, name.n);
    return OK;
}

static enum status read_signed(struct scope *s, struct lines *l, struct enrolment *e)
{
    TRY(expect_text(s, l, HEAD));
    TRY(expect_identity(s, l, &e->peer));
    TRY(expect_hex(s, l, "curve", e->peer.curve_public, KEY_LEN));
    TRY(expect_hex(s, l, "kx", e->peer.kx_public, KEY_LEN));
    TRY(expect_hex(s, l, "sign", e->peer.sign_public, KEY_LEN));
    TRY(expect_time(s, l, "made", &e->made_us));
    TRY(expect_time(s, l, "expires", &e->expires_us));
    if (e->made_us < 0 || e->expires_us - e->made_us != ENROLMENT_DAYS * US_PER_DAY)
        return line_fail(s, l, "期限は作成から 7 日です", "it expires seven days after it was made");
    return OK;
}

enum status enrolment_parse(struct scope *s, struct span text, struct enrolment *ret_e)
{
    struct enrolment e = {.peer.status = PEER_ACTIVE};
    struct lines l = {.path = "enrolment", .rest = text};
    uint8_t signature[SIGN_LEN];

    if (text.n > ENROLMENT_MAX)
        return fail(s, TOO_LARGE, "登録ファイルは %d バイトまでです", "an enrolment file has at most %d bytes", ENROLMENT_MAX);
    TRY(read_signed(s, &l, &e));
    struct span said = span_of(text.p, text.n - l.rest.n);
    TRY(expect_hex(s, &l, "signature", signature, sizeof signature));
    TRY(expect_end(s, &l));
    if (sign_check(s, e.peer.sign_public, DOMAIN, said, span_of(signature, sizeof signature)) != OK)
        return fail(s, CORRUPT, "登録ファイルの署名が一致しません：改変されています", "the enrolment's signature does not match: it was changed");
    if (!peer_is_usable(&e.peer))
        return fail(s, INVALID, "登録ファイルの公開鍵は使えません", "the enrolment has an unusable public key");
    if (s->now_us >= e.expires_us)
        return fail(s, EXPIRED, "登録ファイルの期限が切れています。作り直してもらってください", "the enrolment has expired: a new one must be made");
    if (e.made_us > s->now_us + US_PER_DAY)
        return fail(s, INVALID, "登録ファイルの作成日時が未来です", "the enrolment was made in the future");
    fingerprint_make(&e);
    *ret_e = e;
    return OK;
}
