/* Authentication until the account service exists. A malformed file never takes effect, not even in part, and no answer tells
 * an unknown token from a wrong one. */
#include "accounts.h"

#include <stdlib.h>
#include <strings.h>

#include "seal/digest.h"
#include "wire/words.h"

enum { WORDS_PER_LINE = 4 };

struct account {
    struct actor actor;
    uint8_t digest[DIGEST32_LEN];
};

struct accounts {
    size_t n;
    struct account v[];
};

void accounts_free(struct accounts *list)
{
    free(list);
}

size_t accounts_count(const struct accounts *list)
{
    return list->n;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The words of a line; one more than fits is counted too, so that a line with too many is seen. */
static size_t words_of(struct span line, struct span words[WORDS_PER_LINE])
{
    size_t n = 0;

    for (size_t i = 0; i < line.n;) {
        if (is_space(line.p[i])) {
            i++;
            continue;
        }
        size_t start = i;
        while (i < line.n && !is_space(line.p[i]))
            i++;
        if (n < WORDS_PER_LINE)
            words[n] = span_of(line.p + start, i - start);
        n++;
    }
    return n;
}

static bool name_take(struct span word, char to[USER_MAX])
{
    if (word.n >= USER_MAX)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        uint8_t c = word.p[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_plain && (i == 0 || (c != '-' && c != '_' && c != '.')))
            return false;
        to[i] = (char)c;
    }
    return word.n > 0;
}

static int nibble(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool digest_take(struct span word, uint8_t to[DIGEST32_LEN])
{
    if (word.n != 2 * DIGEST32_LEN)
        return false;
    for (size_t i = 0; i < DIGEST32_LEN; i++) {
        int high = nibble(word.p[2 * i]), low = nibble(word.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* NULL = well-formed and new; else the part of the line that is wrong. */
static const char *account_take(struct span line, struct accounts *list)
{
    struct span word[WORDS_PER_LINE];
    struct account *a = &list->v[list->n];

    if (words_of(line, word) != WORDS_PER_LINE)
        return "name agency role digest";
    if (list->n == ACCOUNTS_MAX)
        return "too many";
    *a = (struct account){0};
    if (!name_take(word[0], a->actor.user))
        return "name";
    if (agency_parse(word[1], &a->actor.agency) != OK)
        return "agency";
    a->actor.role = words_find(words_role(), word[2]);
    if (a->actor.role < 0 || a->actor.role == ROLE_SERVICE)
        return "role";
    if (!digest_take(word[3], a->digest))
        return "digest";
    for (size_t i = 0; i < list->n; i++)
        if (memcmp(list->v[i].digest, a->digest, DIGEST32_LEN) == 0)
            return "digest, twice";
    list->n++;
    return NULL;
}

enum status accounts_parse(struct scope *s, const char *file, struct span text, struct accounts **ret_list)
{
    AUTO(accounts) list = calloc(1, sizeof *list + (ACCOUNTS_MAX + 1) * sizeof list->v[0]);
    int number = 0;

    if (!list)
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    if (text.n > ACCOUNTS_FILE_MAX)
        return fail(s, TOO_LARGE, "%s が大きすぎます", "%s is too large", file);
    while (text.n) {
        const uint8_t *end = memchr(text.p, '\n', text.n);
        size_t n = end ? (size_t)(end - text.p) : text.n;
        struct span line = span_of(text.p, n), first[WORDS_PER_LINE];
        text = span_of(text.p + n + (end != NULL), text.n - n - (end != NULL));
        number++;
        if (words_of(line, first) == 0 || first[0].p[0] == '#')
            continue;
        const char *wrong = account_take(line, list);
        if (wrong)
            return fail(s, INVALID, "%s:%d: 行が正しくありません（%s）", "%s:%d: a wrong line (%s)", file, number, wrong);
    }
    *ret_list = take(&list);
    return OK;
}

/* Every line is compared, and the choice is made by arithmetic on the result, so the time says nothing about the match. */
bool accounts_find(const struct accounts *list, struct span token, struct actor *ret_actor)
{
    uint8_t digest[DIGEST32_LEN];
    size_t found = list->n;

    digest32(&token, 1, digest);
    for (size_t i = 0; i < list->n; i++) {
        size_t is_this = digest_eq(span_of(digest, sizeof digest), span_of(list->v[i].digest, DIGEST32_LEN));
        found = is_this * i + (1 - is_this) * found;
    }
    if (found == list->n || token.n < TOKEN_MIN || token.n > TOKEN_MAX)
        return false;
    *ret_actor = list->v[found].actor;
    return true;
}

struct span accounts_bearer(struct span header)
{
    static const char SCHEME[] = "Bearer ";
    enum { SCHEME_LEN = sizeof SCHEME - 1 };

    if (header.n <= SCHEME_LEN || strncasecmp((const char *)header.p, SCHEME, SCHEME_LEN) != 0)
        return (struct span){0};
    struct span token = span_of(header.p + SCHEME_LEN, header.n - SCHEME_LEN);
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= 0x20 || token.p[i] >= 0x7f)
            return (struct span){0};
    return token;
}
