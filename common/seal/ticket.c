/* A ticket has one spelling only: what ticket_read takes, ticket_mint would write again byte for byte, so no two lines say the same,
 * and nothing beside the mac can be added to one. A forged line learns nothing from how long its refusal takes. */
#include "seal/ticket.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "wire/words.h"

enum { FIELDS = 11, MAC_HEX = 2 * crypto_auth_hmacsha256_BYTES, SECONDS_DIGITS = 12 };
enum ticket_field { F_MAGIC, F_ISSUER, F_KIND, F_USER, F_AGENCY, F_ROLE, F_SESSION, F_ISSUED, F_EXPIRES, F_FRESH, F_MAC };

static const char MAGIC[] = "KMT1";

_Static_assert(TICKET_KEY_LEN == crypto_auth_hmacsha256_KEYBYTES, "one key length");
_Static_assert(TICKET_MAX > sizeof MAGIC + sizeof((struct ticket *)0)->issuer + 2 + USER_MAX + AGENCY_CODE_MAX + 16 +
                                TICKET_SESSION_MAX + 3 * (SECONDS_DIGITS + 1) + MAC_HEX,
               "every ticket fits");

static bool is_hex(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!memchr("0123456789abcdef", text.p[i], 16))
            return false;
    return true;
}

/* Printable ASCII. Never a '|': a text that brings one makes a line of one field too many. */
static bool is_field(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 0x20 || text.p[i] > 0x7e)
            return false;
    return true;
}

/* Text that fits with its NUL; `to` is zeroed already. */
static bool text_get(struct span from, char *to, size_t cap)
{
    if (from.n >= cap || !is_field(from))
        return false;
    if (from.n > 0)
        memcpy(to, from.p, from.n);
    return true;
}

static bool seconds_get(struct span text, int64_t *ret_s)
{
    int64_t v = 0;

    if (text.n == 0 || text.n > SECONDS_DIGITS || (text.p[0] == '0' && text.n > 1))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        v = 10 * v + (text.p[i] - '0');
    }
    *ret_s = v;
    return true;
}

static bool kind_is_known(int kind)
{
    return kind == TICKET_USER || kind == TICKET_HOST || kind == TICKET_SERVICE;
}

static bool cut(struct span line, struct span f[FIELDS])
{
    for (size_t i = 0; i + 1 < FIELDS; i++) {
        const uint8_t *bar = line.n > 0 ? memchr(line.p, '|', line.n) : NULL;
        if (!bar)
            return false;
        f[i] = span_of(line.p, (size_t)(bar - line.p));
        line = span_of(bar + 1, line.n - f[i].n - 1);
    }
    f[F_MAC] = line;
    return true;
}

static bool read_fields(struct span line, struct ticket *t)
{
    struct span f[FIELDS];

    if (line.n > TICKET_MAX || !cut(line, f))
        return false;
    if (!span_is(f[F_MAGIC], MAGIC) || f[F_MAC].n != MAC_HEX || !is_hex(f[F_MAC]))
        return false;
    if (f[F_ISSUER].n == 0 || !text_get(f[F_ISSUER], t->issuer, sizeof t->issuer) ||
        !text_get(f[F_USER], t->user, sizeof t->user))
        return false;
    if (f[F_KIND].n != 1 || !kind_is_known(f[F_KIND].p[0]))
        return false;
    t->kind = (enum ticket_kind)f[F_KIND].p[0];
    if (f[F_AGENCY].n > 0 && agency_parse(f[F_AGENCY], &t->agency) != OK)
        return false;
    t->role = words_find(words_role(), f[F_ROLE]);
    if (t->role < 0 || (f[F_SESSION].n != 0 && f[F_SESSION].n != TICKET_SESSION_MAX - 1) || !is_hex(f[F_SESSION]))
        return false;
    return text_get(f[F_SESSION], t->session, sizeof t->session) && seconds_get(f[F_ISSUED], &t->issued_s) &&
           seconds_get(f[F_EXPIRES], &t->expires_s) && seconds_get(f[F_FRESH], &t->fresh_s);
}

enum status ticket_read(struct scope *s, struct span line, struct ticket *ret_t)
{
    struct ticket t = {.role = -1};

    if (!read_fields(line, &t))
        return fail(s, DENIED, "身分証明の形式ではありません", "not a ticket");
    *ret_t = t;
    return OK;
}

/* The mac of everything before the last '|', as the hex that follows it. */
static void mac_hex(const struct secret *key, struct span said, char to[MAC_HEX + 1])
{
    uint8_t mac[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256(mac, said.p, said.n, secret_span(key).p);
    sodium_bin2hex(to, MAC_HEX + 1, mac, sizeof mac);
    sodium_memzero(mac, sizeof mac);
}

static enum status check_key(struct scope *s, const struct secret *key)
{
    size_t n = secret_span(key).n;

    if (n != TICKET_KEY_LEN)
        return fail(s, INVALID, "身分証明の鍵の長さが %zu バイトです（%d が必要）", "ticket key of %zu bytes, %d needed", n,
                    TICKET_KEY_LEN);
    return OK;
}

enum status ticket_mint(struct scope *s, const struct secret *key, const struct ticket *t, struct span *ret_line)
{
    struct ticket again = {.role = -1};

    TRY(check_key(s, key));
    char *to = scope_alloc(s, TICKET_MAX + 1);
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for a ticket");
    int n = snprintf(to, TICKET_MAX, "%s|%.*s|%c|%.*s|%.*s|%s|%.*s|%" PRId64 "|%" PRId64 "|%" PRId64, MAGIC,
                     (int)sizeof t->issuer, t->issuer, t->kind, (int)sizeof t->user, t->user, AGENCY_CODE_MAX, t->agency.code,
                     words_at(words_role(), t->role), (int)sizeof t->session, t->session, t->issued_s, t->expires_s, t->fresh_s);
    if (n < 0 || n > TICKET_MAX - MAC_HEX - 1)
        return fail(s, INVALID, "身分証明に使えない値があります", "a value that cannot stand in a ticket");
    size_t said = (size_t)n;
    to[said] = '|';
    mac_hex(key, span_of(to, said), to + said + 1);
    struct span line = span_of(to, said + 1 + MAC_HEX);
    if (!read_fields(line, &again) || t->issued_s > t->expires_s)
        return fail(s, INVALID, "身分証明に使えない値があります", "a value that cannot stand in a ticket");
    *ret_line = line;
    return OK;
}

enum status ticket_check(struct scope *s, const struct secret *key, struct span line, int64_t now_us, struct ticket *ret_t)
{
    struct ticket t;
    char want[MAC_HEX + 1];

    TRY(check_key(s, key));
    TRY(ticket_read(s, line, &t));
    mac_hex(key, span_of(line.p, line.n - MAC_HEX - 1), want);
    bool is_true = sodium_memcmp(want, line.p + line.n - MAC_HEX, MAC_HEX) == 0;
    sodium_memzero(want, sizeof want);
    if (!is_true)
        return fail(s, DENIED, "身分証明は偽造か改変です", "the ticket is forged or was changed");
    if (now_us / 1000000 >= t.expires_s)
        return fail(s, EXPIRED, "身分証明の期限が切れています", "the ticket has expired");
    *ret_t = t;
    return OK;
}
