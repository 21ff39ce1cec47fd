/* Numbers and places as far as people write them alike: a telephone number is its digits, an address its 町字. A house number
 * never becomes part of what is compared. */
#include "internal.h"
#include "people/normal.h"

enum { PHONE_LEAST = 9, PHONE_MOST = 10, BLOCK_MOST = 60 };

enum status people_fold_phone(struct scope *s, struct span text, struct span *ret_digits)
{
    struct runes r, digits = {.n = 0};
    bool all_same = true;
    size_t i = 0;

    TRY(runes_read(text, &r));
    while (i < r.n && r.c[i] == ' ')
        i++;
    bool is_abroad = i < r.n && r.c[i] == '+';
    for (i += is_abroad; i < r.n; i++) {
        uint32_t c = r.c[i];
        if (c >= '0' && c <= '9')
            runes_put(&digits, c);
        else if (c != ' ' && c != '.' && c != '(' && c != ')' && !rune_is_dash(c))
            break; /* a second number, an extension, a note */
    }
    const uint32_t *d = digits.c;
    size_t n = digits.n;
    bool is_japan = n > 2 && d[0] == '8' && d[1] == '1';
    if (is_abroad && is_japan) {
        d += 2;
        n -= 2;
    }
    while (n && d[0] == '0') { /* trunk 0, also after +81 as in +81(0)4… */
        d++;
        n--;
    }
    bool has_trunk = d > digits.c;
    if (n < PHONE_LEAST || n > PHONE_MOST || !has_trunk)
        return INVALID;
    for (i = 1; i < n; i++)
        all_same &= d[i] == d[0];
    return all_same ? INVALID : runes_text(s, d, n, ret_digits);
}

static bool skip(const struct runes *r, size_t *at, const uint32_t *word)
{
    size_t n = 0;

    while (word[n])
        n++;
    if (*at + n > r->n || memcmp(r->c + *at, word, n * sizeof *word) != 0)
        return false;
    *at += n;
    return true;
}

/* 〒277-0005 in front. */
static void skip_post_code(const struct runes *r, size_t *at)
{
    size_t i = *at, digits = 0;

    (void)skip(r, &i, U"〒");
    for (; i < r->n && ((r->c[i] >= '0' && r->c[i] <= '9') || rune_is_dash(r->c[i])); i++)
        digits += !rune_is_dash(r->c[i]);
    if (digits == 7)
        *at = i;
}

static void skip_prefecture(const struct runes *r, size_t *at)
{
    static const uint32_t *const FOUR[] = {U"神奈川県", U"和歌山県", U"鹿児島県"};

    for (size_t i = 0; i < COUNT(FOUR); i++)
        if (skip(r, at, FOUR[i]))
            return;
    if (skip(r, at, U"北海道") || skip(r, at, U"東京都") || skip(r, at, U"京都府") || skip(r, at, U"大阪府"))
        return;
    if (*at + 3 <= r->n && r->c[*at + 2] == U'県')
        *at += 3;
}

/* The characters that count, blanks and 大字 and 字 out, up to the first digit that is not of a 丁目. */
static void tidy(struct runes *r)
{
    static const uint32_t AZA[] = {U'字'}, OAZA[] = U"大字", KOAZA[] = U"小字";
    struct runes to = {.n = 0};
    size_t n = 0, at = 0;

    for (size_t i = 0; i < r->n; i++)
        if (r->c[i] != ' ')
            r->c[n++] = rune_large(r->c[i]);
    r->n = n;
    skip_post_code(r, &at);
    skip_prefecture(r, &at);
    if (!skip(r, &at, U"柏市")) {
        (void)skip(r, &at, U"東葛飾郡");
        (void)skip(r, &at, U"沼南町");
    }
    for (; at < r->n; at++) {
        if (at + 1 < r->n && (runes_find(r, at, OAZA, 2) == at || runes_find(r, at, KOAZA, 2) == at))
            at++;
        else if (r->c[at] != AZA[0] || to.n == 0 || at + 1 == r->n)
            runes_put(&to, r->c[at] == U'ガ' ? U'ケ' : r->c[at]);
    }
    *r = to;
}

/* The number before 丁目, or the first of at least three joined by dashes; 0 when there is neither. Sets where the 町字 ends. */
static int read_block(const struct runes *r, size_t *ret_end)
{
    static const uint32_t CHOME[] = U"丁目", BANCHI[] = U"番地";
    size_t chome = runes_find(r, 0, CHOME, 2), end = 0, at = chome;
    int parts = 0, first = 0;

    if (chome < r->n) {
        while (at > 0 && (rune_digit(r->c[at - 1]) >= 0 || r->c[at - 1] == U'十'))
            at--;
        *ret_end = at;
        first = at < chome ? runes_number(r, &at) : 0;
        return first > 0 && first <= BLOCK_MOST ? first : 0;
    }
    while (end < r->n && !(r->c[end] >= '0' && r->c[end] <= '9'))
        end++;
    *ret_end = end;
    if (end == r->n) { /* no digits at all: 漢数字 before 番地 */
        size_t banchi = runes_find(r, 0, BANCHI, 2);
        for (at = banchi;
             banchi < r->n && at > 0 && (rune_digit(r->c[at - 1]) >= 0 || r->c[at - 1] == U'十' || r->c[at - 1] == U'百');)
            at--;
        *ret_end = banchi < r->n ? at : r->n;
        return 0;
    }
    for (at = end; at < r->n && parts < 3; at++) {
        int n = runes_number(r, &at);
        if (n < 0)
            break;
        first = parts++ == 0 ? n : first;
        if (at == r->n || !rune_is_dash(r->c[at]))
            break;
    }
    return parts == 3 && first > 0 && first <= BLOCK_MOST ? first : 0;
}

static enum status fold(struct scope *s, struct span text, bool with_block, struct span *ret_town)
{
    struct runes r;
    size_t end;

    TRY(runes_read(text, &r));
    tidy(&r);
    int block = read_block(&r, &end);
    r.n = end;
    if (end == 0)
        return INVALID;
    if (with_block && block >= 10)
        runes_put(&r, (uint32_t)('0' + block / 10));
    if (with_block && block > 0)
        runes_put(&r, (uint32_t)('0' + block % 10));
    return runes_text(s, r.c, r.n, ret_town);
}

enum status people_fold_town(struct scope *s, struct span text, struct span *ret_town)
{
    return fold(s, text, false, ret_town);
}

enum status people_fold_block(struct scope *s, struct span text, struct span *ret_block)
{
    return fold(s, text, true, ret_block);
}
