/* The only door to the JSON library. A text is judged before the library sees it (size, nesting, number of values), because
 * the library's own limits are far above ours and its memory is outside the scope; what the library frees is wiped first,
 * because texts and keys pass through it on their way to the scope; and its error texts, which quote the input, go nowhere. */
#include "internal.h"

#include <limits.h>
#include <malloc.h>
#include <stdlib.h>

#include "wire/codec.h"

static void wiping_free(void *p)
{
    if (p)
        explicit_bzero(p, malloc_usable_size(p));
    free(p);
}

/* The library keeps its allocator for the whole process and wants it before its first use. */
__attribute__((constructor)) static void library_wipes(void)
{
    json_set_alloc_funcs(malloc, wiping_free);
}

/* Exact only where the JSON is well formed; where it is not, the library refuses it afterwards. */
static enum status check_nesting(struct scope *s, struct span text)
{
    size_t depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > JSON_DEPTH_MAX)
            return fail(s, INVALID, "JSON の入れ子が深すぎます（%d まで）",
                        "JSON is nested too deeply (at most %d)", JSON_DEPTH_MAX);
    }
    return OK;
}

static enum status check_bounds(struct scope *s, struct span text)
{
    size_t parts = 0;

    if (text.n > JSON_MAX)
        return fail(s, TOO_LARGE, "JSON が大きすぎます（%d バイトまで）",
                    "JSON is too large (at most %d bytes)", JSON_MAX);
    /* '{' and '[' differ in one bit; few of them, even counting those inside strings, means no need to look closer */
    for (size_t i = 0; i < text.n; i++)
        parts += (text.p[i] | 0x20) == '{';
    if (parts > JSON_PARTS_MAX)
        return fail(s, TOO_LARGE, "JSON の要素が多すぎます（%d まで）",
                    "JSON has too many parts (at most %d)", JSON_PARTS_MAX);
    return parts > JSON_DEPTH_MAX ? check_nesting(s, text) : OK;
}

static enum status refuse(struct scope *s, const json_error_t *e)
{
    switch ((int)json_error_code(e)) {
    case json_error_duplicate_key:
        return fail(s, INVALID, "JSON に同じ名前の項目があります（%d バイト目）",
                    "JSON has a name twice (at byte %d)", e->position);
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return fail(s, INVALID, "JSON に NUL 文字があります（%d バイト目）",
                    "JSON contains NUL (at byte %d)", e->position);
    case json_error_invalid_utf8:
        return fail(s, INVALID, "UTF-8 ではない文字があります（%d バイト目）",
                    "not UTF-8 (at byte %d)", e->position);
    case json_error_numeric_overflow:
        return fail(s, INVALID, "数が大きすぎます（%d バイト目）",
                    "a number is too large (at byte %d)", e->position);
    case json_error_out_of_memory:
        return fail(s, TOO_LARGE, "メモリーが足りません", "out of memory");
    default:
        return fail(s, INVALID, "JSON として読めません（%d バイト目）",
                    "not readable as JSON (at byte %d)", e->position);
    }
}

enum status json_read(struct scope *s, struct span text, json_t **ret_root)
{
    json_error_t e;

    TRY(check_bounds(s, text));
    AUTO_JSON root =
        json_loadb(text.p ? (const char *)text.p : "", text.n, JSON_REJECT_DUPLICATES, &e);
    if (!root)
        return refuse(s, &e);
    if (!json_is_object(root))
        return fail(s, INVALID, "JSON のオブジェクトではありません", "not a JSON object");
    *ret_root = take(&root);
    return OK;
}

enum status json_write(struct scope *s, const json_t *root, struct span *ret_text)
{
    const size_t flags = JSON_COMPACT | JSON_SORT_KEYS;
    size_t n = json_dumpb(root, NULL, 0, flags);
    char *p = scope_alloc(s, n + 1);

    if (n == 0 || !p || json_dumpb(root, p, n, flags) != n)
        return fail(s, TOO_LARGE, "JSON が大きすぎます", "JSON is too large");
    *ret_text = span_of(p, n);
    return OK;
}

const char *name_for_people(const char *name)
{
    size_t n = 0;

    for (; name[n]; n++)
        if (n >= NAME_SHOWN_MAX || !((name[n] >= 'a' && name[n] <= 'z') ||
                                     (name[n] >= '0' && name[n] <= '9') || name[n] == '_'))
            return "?";
    return name;
}
