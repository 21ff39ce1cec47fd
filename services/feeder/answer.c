/* A witness is believed in nothing: what it sends is read by its form alone, and a cosignature counts only if it is of that witness' key and
 * of the very text that it was sent. */
#include <strings.h>

#include "base/base64.h"
#include "decide.h"

enum { HTTP_OK = 200, HTTP_FORBIDDEN = 403, HTTP_NOT_FOUND = 404, HTTP_CONFLICT = 409, HTTP_UNPROCESSABLE = 422 };

/* With or without parameters behind it. */
static bool is_size_type(const char *type)
{
    static const char WANTED[] = "text/x.tlog.size";
    size_t n = sizeof WANTED - 1;

    return type && strncasecmp(type, WANTED, n) == 0 && strchr("; \t", type[n]);
}

/* Decimal digits and a newline, nothing more. */
static bool size_read(struct span body, uint64_t *ret_size)
{
    uint64_t size = 0;

    if (body.n < 2 || body.p[body.n - 1] != '\n' || (body.p[0] == '0' && body.n > 2))
        return false;
    for (size_t i = 0; i < body.n - 1; i++) {
        unsigned digit = (unsigned)body.p[i] - '0';
        if (digit > 9 || size > ((uint64_t)INT64_MAX - digit) / 10)
            return false;
        size = size * 10 + digit;
    }
    *ret_size = size;
    return true;
}

struct answer answer_read(long code, const char *type, struct span body)
{
    struct answer a = {.what = ANSWER_NONE};

    if (code == HTTP_OK && body.n > 0)
        a = (struct answer){.what = ANSWER_SIGNED, .lines = body};
    else if (code == HTTP_CONFLICT && is_size_type(type))
        a.what = size_read(body, &a.size) ? ANSWER_SIZE : ANSWER_NONE;
    else if (code == HTTP_CONFLICT || code == HTTP_UNPROCESSABLE)
        a.what = ANSWER_FORK;
    else if (code == HTTP_FORBIDDEN || code == HTTP_NOT_FOUND)
        a.what = ANSWER_STRANGER;
    return a;
}

const char *answer_word(enum answered what)
{
    static const char *const WORD[] = {[ANSWER_SIGNED] = "signed",     [ANSWER_SIZE] = "other_size", [ANSWER_FORK] = "sees_another_log",
                                       [ANSWER_STRANGER] = "unknown_log", [ANSWER_FALSE] = "false_cosignature", [ANSWER_NONE] = "no_answer"};

    return WORD[what];
}

/* A line is written in one way only, so this one is the one that came. */
static enum status line_again(struct scope *s, const struct note_signature *g, struct span *ret_line)
{
    uint8_t *all = scope_alloc(s, KEY_HASH_LEN + g->bytes.n);
    struct span text;

    if (!all)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    memcpy(all, g->hash, KEY_HASH_LEN);
    memcpy(all + KEY_HASH_LEN, g->bytes.p, g->bytes.n);
    TRY(base64_print(s, span_of(all, KEY_HASH_LEN + g->bytes.n), &text));
    *ret_line = span_str(scope_print(s, "\xe2\x80\x94 %.*s %.*s\n", (int)g->name.n, (const char *)g->name.p, (int)text.n,
                                     (const char *)text.p));
    return ret_line->n ? OK : fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
}

enum status cosignature_take(struct scope *s, struct span text, struct span lines, const struct note_key *key, struct span *ret_line)
{
    struct note *note = SCOPE_NEW(s, struct note);
    struct span all;
    int64_t at_s;

    if (!note)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(note_join(s, text, &lines, 1, &all));
    TRY(note_read(s, all, note));
    if (!span_eq(note->text, text))
        return fail(s, CORRUPT, "署名の行ではないものがあります", "what came is more than signature lines");
    TRY(note_check(s, note, key, &at_s));
    for (size_t i = 0; i < note->n; i++)
        if (span_is(note->v[i].name, key->name) && memcmp(note->v[i].hash, key->hash, KEY_HASH_LEN) == 0)
            return line_again(s, &note->v[i], ret_line);
    return fail(s, NOT_FOUND, "この鍵の署名がありません", "none of these is of this key");
}
