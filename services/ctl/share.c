/* A share says what it belongs to and proves that it was copied without a slip; putting shares together proves that the secret is the one
 * that was split, because its public half must come out again. The randomness is the system's, never the library's. */
#include "share.h"

#include <libgfshare.h>
#include <string.h>

#include "base/base32.h"
#include "base/hex.h"
#include "seal/hkdf.h"

enum { CHECK_LEN = 8, SET_LEN = 8, GROUP = 4, BASE32_LEN = (SHARE_LEN * 8 + 4) / 5, LINE_MAX_ = 200 };
enum line { LINE_HEAD, LINE_SET, LINE_SHARE, LINE_PUBLIC, LINE_BYTES, LINE_CHECK, LINE_N };

static const char *const WORD[LINE_N] = {"kashimaru-escrow-share ", "set ", "share ", "public ", "bytes ", "check "};

static void fill_random(unsigned char *to, unsigned int n)
{
    const struct entropy *e = entropy_system();

    e->fill(e->ctx, to, n);
}

static unsigned char *bytes_of(const struct secret *x)
{
    return (unsigned char *)(uintptr_t)secret_span(x).p; /* the library reads it through a pointer that could write */
}

static enum status no_memory(struct scope *s)
{
    return fail(s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
}

void shares_free(struct share *shares, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        secret_free(shares[i].bytes);
        shares[i].bytes = NULL;
    }
}

static bool take_share(gfshare_ctx *g, int i, struct share *to)
{
    unsigned char raw[SHARE_LEN];

    gfshare_ctx_enc_getshare(g, (unsigned char)i, raw);
    to->bytes = secret_from(span_of(raw, sizeof raw));
    explicit_bzero(raw, sizeof raw);
    return to->bytes != NULL;
}

enum status share_split(struct scope *s, const struct secret *secret, int of, int need, struct share *ret_shares)
{
    unsigned char numbers[SHARES_MAX];
    uint8_t set[SET_LEN];
    struct share head = {.of = of, .need = need};
    struct span hex;
    bool is_whole = true;

    if (need < 2 || need > of || of > SHARES_MAX)
        return fail(s, INVALID, "必要数は2以上、全体の数は必要数以上%d以下です", "at least 2 must be needed, of at most %d in all", SHARES_MAX);
    TRY(hpke_public(s, secret, head.public_key));
    fill_random(set, sizeof set);
    TRY(hex_print(s, span_of(set, sizeof set), &hex));
    memcpy(head.set, hex.p, hex.n);
    for (int i = 0; i < of; i++)
        numbers[i] = (unsigned char)(i + 1);
    gfshare_fill_rand = fill_random;
    gfshare_ctx *g = gfshare_ctx_init_enc(numbers, (unsigned)of, (unsigned char)need, SHARE_LEN);
    if (!g)
        return no_memory(s);
    gfshare_ctx_enc_setsecret(g, bytes_of(secret));
    for (int i = 0; i < of; i++) {
        ret_shares[i] = head;
        ret_shares[i].index = i + 1;
        is_whole = take_share(g, i, &ret_shares[i]) && is_whole;
    }
    gfshare_ctx_free(g);
    if (is_whole)
        return OK;
    shares_free(ret_shares, (size_t)of);
    return no_memory(s);
}

/* Groups of four with a hyphen between. */
static void put_groups(struct span digits, char *to)
{
    for (size_t i = 0; i < digits.n; i++) {
        if (i && i % GROUP == 0)
            *to++ = '-';
        *to++ = (char)digits.p[i];
    }
    *to = '\0';
}

/* However somebody grouped what was copied from paper. False names nothing: the caller says which line. */
static bool read_groups(struct span text, uint8_t raw[SHARE_LEN])
{
    char digits[BASE32_LEN];
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '-' || text.p[i] == ' ')
            continue;
        if (n < BASE32_LEN)
            digits[n] = (char)text.p[i];
        n++;
    }
    bool is_read = n == BASE32_LEN && base32_to(span_of(digits, n), raw, SHARE_LEN);
    explicit_bzero(digits, sizeof digits);
    return is_read;
}

/* HMAC-SHA-256 under the format's name over everything else the share says. */
static enum status check_of(struct scope *s, const struct share *x, uint8_t ret_check[CHECK_LEN])
{
    uint8_t all[3 + SHARE_SET_MAX + HPKE_KEY_LEN + SHARE_LEN] = {(uint8_t)x->index, (uint8_t)x->of, (uint8_t)x->need}, mac[HKDF_PRK_LEN];

    if (secret_span(x->bytes).n != SHARE_LEN)
        return fail(s, INVALID, "分散片の長さが正しくありません", "a share of another length");
    memcpy(all + 3, x->set, SHARE_SET_MAX);
    memcpy(all + 3 + SHARE_SET_MAX, x->public_key, HPKE_KEY_LEN);
    memcpy(all + 3 + SHARE_SET_MAX + HPKE_KEY_LEN, secret_span(x->bytes).p, SHARE_LEN);
    hkdf_extract(SPAN_LIT("kashimaru-escrow-share 1"), span_of(all, sizeof all), mac);
    memcpy(ret_check, mac, CHECK_LEN);
    explicit_bzero(all, sizeof all);
    explicit_bzero(mac, sizeof mac);
    return OK;
}

enum status share_print(struct scope *s, const struct share *x, struct span *ret_text)
{
    char bytes[BASE32_LEN + BASE32_LEN / GROUP + 1];
    uint8_t check[CHECK_LEN];
    struct span public_key, check_hex, digits;

    TRY(check_of(s, x, check));
    TRY(hex_print(s, span_of(x->public_key, HPKE_KEY_LEN), &public_key));
    TRY(hex_print(s, span_of(check, sizeof check), &check_hex));
    TRY(base32_print(s, secret_span(x->bytes), &digits));
    put_groups(digits, bytes);
    *ret_text = span_str(scope_print(s,
        "# かしまる 預託鍵の分散片 %d/%d（%d枚そろうと復元できます）。ほかの分散片と同じ場所に置かないでください。\n"
        "# A share of the city's escrow key. Never keep two of them in one place.\n"
        "kashimaru-escrow-share 1\nset %s\nshare %d of %d need %d\npublic %.*s\nbytes %s\ncheck %.*s\n", x->index, x->of, x->need, x->set,
        x->index, x->of, x->need, (int)public_key.n, (const char *)public_key.p, bytes, (int)check_hex.n, (const char *)check_hex.p));
    explicit_bzero(bytes, sizeof bytes);
    return ret_text->n ? OK : fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
}

/* The lines a share is made of, comments and empty ones left out. */
static enum status cut_lines(struct scope *s, const char *name, struct span text, struct span line[LINE_N])
{
    size_t n = 0;

    while (text.n) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        struct span one = span_of(text.p, end ? (size_t)(end - text.p) : text.n);
        text = span_of(text.p + one.n + (end != NULL), text.n - one.n - (end != NULL));
        while (one.n && (one.p[one.n - 1] == '\r' || one.p[one.n - 1] == ' '))
            one.n--;
        if (!one.n || one.p[0] == '#')
            continue;
        size_t w = n < LINE_N ? strlen(WORD[n]) : 0;
        if (n == LINE_N || one.n <= w || one.n > LINE_MAX_ || memcmp(one.p, WORD[n], w) != 0)
            return fail(s, INVALID, "%s は預託鍵の分散片ではないか、「%s」の行がありません", "%s is no escrow share, or its line \"%s\" is missing",
                        name, n < LINE_N ? WORD[n] : WORD[LINE_CHECK]);
        line[n++] = span_of(one.p + w, one.n - w);
    }
    return n == LINE_N ? OK : fail(s, INVALID, "%s の「%s」の行がありません", "%s: the line \"%s\" is missing", name, WORD[n]);
}

/* "2 of 5 need 3" */
static bool read_numbers(struct span text, struct share *x)
{
    int *const to[] = {&x->index, &x->of, &x->need};
    static const char *const BETWEEN[] = {" of ", " need ", ""};

    for (size_t i = 0; i < COUNT(to); i++) {
        size_t digits = 0, w = strlen(BETWEEN[i]);
        for (*to[i] = 0; digits < 2 && digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9'; digits++)
            *to[i] = 10 * *to[i] + (text.p[digits] - '0');
        text = span_of(text.p + digits, text.n - digits);
        if (!digits || text.n < w || memcmp(text.p, BETWEEN[i], w) != 0)
            return false;
        text = span_of(text.p + w, text.n - w);
    }
    return !text.n && x->need >= 2 && x->need <= x->of && x->of <= SHARES_MAX && x->index >= 1 && x->index <= x->of;
}

enum status share_parse(struct scope *s, const char *name, struct span text, struct share *ret_share)
{
    uint8_t set[SET_LEN], said[CHECK_LEN], check[CHECK_LEN], raw[SHARE_LEN] = {0};
    struct span line[LINE_N], hex;
    struct share x = {.index = 0};

    TRY(cut_lines(s, name, text, line));
    if (!span_is(line[LINE_HEAD], "1"))
        return fail(s, INVALID, "%s は知らない版の分散片です", "%s is a share of a version not known here", name);
    bool is_read[LINE_N] = {true, hex_to(line[LINE_SET], set, sizeof set), read_numbers(line[LINE_SHARE], &x),
                            hex_to(line[LINE_PUBLIC], x.public_key, HPKE_KEY_LEN), read_groups(line[LINE_BYTES], raw),
                            hex_to(line[LINE_CHECK], said, sizeof said)};
    for (int i = 0; i < LINE_N; i++) {
        if (is_read[i])
            continue;
        explicit_bzero(raw, sizeof raw);
        return fail(s, INVALID, "%s の「%s」の行が正しくありません", "%s: the line \"%s\" is malformed", name, WORD[i]);
    }
    TRY(hex_print(s, span_of(set, sizeof set), &hex));
    memcpy(x.set, hex.p, hex.n);
    x.bytes = secret_from(span_of(raw, sizeof raw));
    explicit_bzero(raw, sizeof raw);
    if (!x.bytes)
        return no_memory(s);
    enum status st = check_of(s, &x, check);
    if (st == OK && memcmp(check, said, CHECK_LEN) != 0)
        st = fail(s, CORRUPT, "%s に写しまちがいがあります（検査の値が合いません）", "%s was mistyped: its check does not fit", name);
    if (st != OK)
        shares_free(&x, 1);
    else
        *ret_share = x;
    return st;
}

static enum status check_set(struct scope *s, const struct share *shares, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct share *a = &shares[0], *b = &shares[i];
        if (strcmp(a->set, b->set) != 0 || memcmp(a->public_key, b->public_key, HPKE_KEY_LEN) != 0 || a->need != b->need)
            return fail(s, INVALID, "別の組の分散片がまざっています（%s の %d 番と %s の %d 番）",
                        "shares of different sets: number %2$d of set %1$s and number %4$d of set %3$s", a->set, a->index, b->set, b->index);
        for (size_t k = 0; k < i; k++)
            if (shares[k].index == b->index)
                return fail(s, INVALID, "%d 番の分散片が2つあります", "share number %d is there twice", b->index);
    }
    if (!n || n < (size_t)shares[0].need)
        return fail(s, INVALID, "分散片が %d 枚必要ですが %d 枚しかありません", "%d shares are needed, there are %d", n ? shares[0].need : 2, (int)n);
    return OK;
}

enum status share_join(struct scope *s, const struct share *shares, size_t n, struct secret **ret_secret)
{
    unsigned char numbers[SHARES_MAX], raw[SHARE_LEN];
    uint8_t public_key[HPKE_KEY_LEN];
    AUTO(secret) secret = NULL;

    TRY(check_set(s, shares, n));
    n = (size_t)shares[0].need;
    for (size_t i = 0; i < n; i++)
        numbers[i] = (unsigned char)shares[i].index;
    gfshare_fill_rand = fill_random;
    gfshare_ctx *g = gfshare_ctx_init_dec(numbers, (unsigned)n, SHARE_LEN);
    if (!g)
        return no_memory(s);
    for (size_t i = 0; i < n; i++)
        gfshare_ctx_dec_giveshare(g, (unsigned char)i, bytes_of(shares[i].bytes));
    gfshare_ctx_dec_extract(g, raw);
    gfshare_ctx_free(g);
    secret = secret_from(span_of(raw, sizeof raw));
    explicit_bzero(raw, sizeof raw);
    if (!secret)
        return no_memory(s);
    TRY(hpke_public(s, secret, public_key));
    if (memcmp(public_key, shares[0].public_key, HPKE_KEY_LEN) != 0)
        return fail(s, CORRUPT, "復元した鍵は、この組の公開鍵のものではありません", "what comes out is not the secret half of this set's public key");
    *ret_secret = take(&secret);
    return OK;
}
