/* The lines of the state folder's files, read strictly: a line that is not exactly what belongs there is refused with its file and
 * number, and no secret is ever copied out of locked memory on its way between a file and a key. */
#include <sodium.h>
#include <stdio.h>

#include "internal.h"
#include "statefile.h"

enum status line_fail(struct scope *s, const struct lines *l, const char *ja, const char *en)
{
    return fail(s, INVALID, "%s:%d 行目が正しくありません：%s%.0s", "%s:%d is malformed: %.0s%s", l->path, l->number, ja, en);
}

bool lines_next(struct lines *l)
{
    if (l->rest.n == 0)
        return false;
    const uint8_t *end = memchr(l->rest.p, '\n', l->rest.n);
    size_t n = end ? (size_t)(end - l->rest.p) : l->rest.n;
    size_t used = end ? n + 1 : n;
    l->line = span_of(l->rest.p, n);
    l->rest = span_of(l->rest.p + used, l->rest.n - used);
    l->number++;
    return true;
}

struct span word_cut(struct span *line)
{
    const uint8_t *end = line->n > 0 ? memchr(line->p, ' ', line->n) : NULL;
    size_t n = end ? (size_t)(end - line->p) : line->n;
    size_t used = end ? n + 1 : n;
    struct span word = span_of(line->p, n);
    *line = span_of(line->p + used, line->n - used);
    return word;
}

bool hex_bytes(struct span text, uint8_t *to, size_t n)
{
    size_t got = 0;
    return text.n == 2 * n && sodium_hex2bin(to, n, (const char *)text.p, text.n, NULL, &got, NULL) == 0 && got == n;
}

/* The next line, or an empty one past the end, so that a missing line is named too. */
static struct span line_or_none(struct lines *l)
{
    if (lines_next(l))
        return l->line;
    l->number++;
    return span_of("", 0);
}

enum status expect_text(struct scope *s, struct lines *l, const char *text)
{
    if (!span_is(line_or_none(l), text))
        return line_fail(s, l, "見出しか名前が違います", "not the expected heading or name");
    return OK;
}

enum status expect_hex(struct scope *s, struct lines *l, const char *word, uint8_t *to, size_t n)
{
    struct span line = line_or_none(l);
    size_t head = strlen(word) + 1;
    if (line.n < head || memcmp(line.p, word, head - 1) != 0 || line.p[head - 1] != ' ' ||
        !hex_bytes(span_of(line.p + head, line.n - head), to, n))
        return line_fail(s, l, "決まった語と 16 進の値がありません", "not the expected word and hex digits");
    return OK;
}

enum status expect_end(struct scope *s, struct lines *l)
{
    return lines_next(l) ? line_fail(s, l, "余分な行です", "one line too many") : OK;
}

enum status secret_text(struct scope *s, const char *path, struct secret **ret_buf, struct lines *ret_lines)
{
    AUTO(secret) buf = NULL;
    size_t n = 0;
    TRY(secret_need(s, SECRET_FILE_MAX, &buf));
    TRY(statefile_read(s, path, true, secret_bytes(buf), SECRET_FILE_MAX, &n));
    *ret_lines = (struct lines){.path = path, .rest = span_of(secret_span(buf).p, n)};
    *ret_buf = take(&buf);
    return OK;
}

enum status secret_file_write(struct scope *s, const char *dir, const char *file, bool is_new, const char *head,
                              const struct word_hex *v, size_t n)
{
    AUTO(secret) text = NULL;
    TRY(secret_need(s, SECRET_FILE_MAX, &text));
    char *to = (char *)secret_bytes(text);
    size_t at = (size_t)snprintf(to, SECRET_FILE_MAX, "%s\n", head);
    for (size_t i = 0; i < n; i++) {
        if (SECRET_FILE_MAX - at < strlen(v[i].word) + 2 * v[i].bytes.n + 3)
            return fail(s, TOO_LARGE, "%s に入りきりません", "%s would be too long", file);
        at += (size_t)snprintf(to + at, SECRET_FILE_MAX - at, "%s ", v[i].word);
        sodium_bin2hex(to + at, SECRET_FILE_MAX - at, v[i].bytes.p, v[i].bytes.n);
        at += 2 * v[i].bytes.n;
        to[at++] = '\n';
    }
    return statefile_write(s, dir, file, 0600, is_new, span_of(to, at));
}
