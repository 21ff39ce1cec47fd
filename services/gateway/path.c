/* The request target is read strictly and once: what is not plainly ours is refused before anything else looks at it, and a
 * variable never holds a slash, a control character or broken UTF-8, however it was encoded. */
#include "path.h"

#include "base/hex.h"

/* Percent-decodes into the scope, with a NUL after it.
 *   fails  INVALID a broken escape, a control character or not UTF-8 */
static enum status decode(struct scope *s, struct span raw, bool is_query, struct span *ret_text)
{
    size_t n = 0;
    uint8_t *to = scope_alloc(s, raw.n + 1);

    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません", "the scope is full");
    for (size_t i = 0; i < raw.n; i++) {
        uint8_t c = raw.p[i];
        if (c == '%') {
            if (i + 2 >= raw.n || !hex_to(span_of(raw.p + i + 1, 2), &c, 1))
                return fail(s, INVALID, "%% の符号化が正しくありません", "a broken percent-encoding");
            i += 2;
        } else if (c == '+' && is_query) {
            c = ' ';
        }
        if (c < 0x20 || c == 0x7f)
            return fail(s, INVALID, "制御文字は使えません", "control characters are not allowed");
        to[n++] = c;
    }
    if (!span_is_utf8(span_of(to, n)))
        return fail(s, INVALID, "UTF-8 ではありません", "not UTF-8");
    *ret_text = span_of(to, n);
    return OK;
}

static bool is_word(struct span name)
{
    if (name.n == 0 || name.n > PAIR_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.n; i++) {
        uint8_t c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9' && i > 0)))
            return false;
    }
    return true;
}

static struct span cut_at(struct span *rest, uint8_t at)
{
    const uint8_t *end = rest->n ? memchr(rest->p, at, rest->n) : NULL;
    size_t n = end ? (size_t)(end - rest->p) : rest->n;
    struct span head = span_of(rest->p, n);

    *rest = end ? span_of(rest->p + n + 1, rest->n - n - 1) : (struct span){0};
    return head;
}

static enum status query_parse(struct scope *s, struct span query, struct request_target *t)
{
    while (query.n) {
        struct span value = cut_at(&query, '&'), name = cut_at(&value, '='), copy;
        if (name.n == 0 && value.n == 0)
            continue;
        if (!is_word(name))
            return fail(s, INVALID, "知らない項目名です", "a parameter name that is not a field name");
        if (t->query_n == QUERY_MAX || value.n > PAIR_VALUE_MAX)
            return fail(s, TOO_LARGE, "項目が多すぎるか長すぎます", "too many parameters, or one too long");
        TRY(scope_copy(s, name, &copy));
        TRY(decode(s, value, true, &t->query[t->query_n].value));
        t->query[t->query_n++].name = (const char *)copy.p;
    }
    return OK;
}

enum status target_parse(struct scope *s, struct span raw, struct request_target *ret_target)
{
    struct request_target t = {0};
    struct span query = raw;

    for (size_t i = 0; i < raw.n; i++)
        if (raw.p[i] <= 0x20 || raw.p[i] >= 0x7f || raw.p[i] == '#')
            return fail(s, INVALID, "URL に使えない文字があります", "a character that a URL cannot have");
    t.path = cut_at(&query, '?');
    if (t.path.n == 0 || t.path.p[0] != '/')
        return fail(s, INVALID, "パスは / で始まります", "a path starts with /");
    TRY(query_parse(s, query, &t));
    *ret_target = t;
    return OK;
}

/* One segment of the pattern against one of the path. */
static bool segment_fits(struct scope *s, struct span want, struct span got, struct pair *var, bool *ret_is_var)
{
    struct span name;

    *ret_is_var = want.n > 2 && want.p[0] == '{';
    if (!*ret_is_var)
        return span_eq(want, got);
    if (got.n == 0 || got.n > PAIR_VALUE_MAX || decode(s, got, false, &var->value) != OK ||
        memchr(var->value.p, '/', var->value.n))
        return false;
    if (scope_copy(s, span_of(want.p + 1, want.n - 2), &name) != OK)
        return false;
    var->name = (const char *)name.p;
    return true;
}

bool path_match(struct scope *s, const char *pattern, struct span path, struct pair vars[VARS_MAX], size_t *ret_n)
{
    struct span want = span_str(pattern), got = path;
    struct pair found[VARS_MAX];
    size_t n = 0;

    while (want.n && got.n) {
        struct pair var;
        bool is_var, want_more = memchr(want.p, '/', want.n) != NULL, got_more = memchr(got.p, '/', got.n) != NULL;
        struct span a = cut_at(&want, '/'), b = cut_at(&got, '/');
        if (want_more != got_more || !segment_fits(s, a, b, &var, &is_var) || (is_var && n == VARS_MAX))
            return false;
        if (is_var)
            found[n++] = var;
    }
    if (want.n || got.n)
        return false;
    memcpy(vars, found, n * sizeof *found);
    *ret_n = n;
    return true;
}

size_t path_vars(struct scope *s, const char *pattern, const char *names[VARS_MAX])
{
    size_t n = 0;
    const char *open = strchr(pattern, '{');

    while (open && n < VARS_MAX) {
        size_t len = strcspn(open + 1, "}");
        names[n++] = scope_print(s, "%.*s", (int)len, open + 1);
        open = strchr(open + 1, '{');
    }
    return n;
}
