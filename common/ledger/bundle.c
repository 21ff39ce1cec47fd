/* A bundle is read a line at a time, and a line is refused rather than guessed at: what the verifier judges is exactly what stands in the
 * file, once, in its order. */
#include "ledger/bundle.h"

#include <stdio.h>
#include <string.h>

#include "wire/codec.h"

#define OPENING ",\"events\":["
#define CLOSING "]}"

/* Lines gathered before their whole length is known. */
static enum status join(struct scope *s, const struct span *line, size_t n, struct span *ret_text)
{
    size_t total = 0, at = 0;

    for (size_t i = 0; i < n; i++)
        total += line[i].n + sizeof OPENING + 2;
    if (total > BUNDLE_MAX)
        return fail(s, TOO_LARGE, "束が大きすぎます（%d バイトまで）", "the bundle is too large (at most %d bytes)", BUNDLE_MAX);
    uint8_t *p = scope_alloc(s, total + sizeof CLOSING);
    if (!p)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    for (size_t i = 0; i < n; i++) {
        const char *end = i == 0 ? OPENING "\n" : i + 1 < n ? ",\n" : "\n";
        size_t body = i == 0 ? line[i].n - 1 : line[i].n; /* the first object stays open */
        memcpy(p + at, line[i].p, body);
        at += body;
        memcpy(p + at, end, strlen(end));
        at += strlen(end);
    }
    memcpy(p + at, CLOSING "\n", sizeof CLOSING);
    *ret_text = span_of(p, at + sizeof CLOSING);
    return OK;
}

enum status bundle_write(struct scope *s, const struct case_bundle *head, const struct case_bundle_event *events, size_t n,
                         struct span *ret_text)
{
    struct case_bundle first = *head;
    struct span *line = scope_alloc(s, (n + 1) * sizeof *line);

    if (!line)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    first.format = SPAN_LIT(BUNDLE_FORMAT);
    first.count = (int64_t)n;
    TRY(codec_encode(s, shape_case_bundle(), &first, &line[0]));
    for (size_t i = 0; i < n; i++)
        TRY(codec_encode(s, shape_case_bundle_event(), &events[i], &line[i + 1]));
    return join(s, line, n + 1, ret_text);
}

static enum status cut_short(struct scope *s, const struct bundle *b)
{
    return fail(s, NOT_FOUND, "束が %zu 行目で終わっています（出来事 %zu 件のうち %zu 件）",
                "the bundle ends in line %zu: of %zu events it holds %zu", b->line, b->count, b->read_n);
}

/* The next line, without its line feed. */
static enum status next_line(struct scope *s, struct bundle *b, struct span *ret_line)
{
    const uint8_t *end = b->rest.n ? memchr(b->rest.p, '\n', b->rest.n) : NULL;

    b->line++;
    if (!end)
        return cut_short(s, b);
    *ret_line = span_of(b->rest.p, (size_t)(end - b->rest.p));
    b->rest = span_of(end + 1, b->rest.n - ret_line->n - 1);
    if (ret_line->n > BUNDLE_LINE_MAX)
        return fail(s, TOO_LARGE, "束の %zu 行目が長すぎます", "line %zu of the bundle is too long", b->line);
    return OK;
}

static enum status no_bundle(struct scope *s, const struct bundle *b)
{
    return fail(s, INVALID, "ケースの束の形ではありません（%zu 行目）", "not laid out as a case bundle (line %zu)", b->line);
}

static enum status decode_line(struct scope *s, const struct bundle *b, const struct shape *shape, struct span json, void *to)
{
    enum status st = codec_decode(s, shape, json, SCHEMA_MINOR, to);

    if (st != OK) {
        struct why why = s->why;
        (void)fail(s, st, "束の %zu 行目", "line %zu of the bundle", b->line);
        size_t ja = strlen(s->why.ja), en = strlen(s->why.en);
        (void)snprintf(s->why.ja + ja, sizeof s->why.ja - ja, ": %.250s", why.ja);
        (void)snprintf(s->why.en + en, sizeof s->why.en - en, ": %.250s", why.en);
    }
    return st;
}

enum status bundle_open(struct scope *s, struct span text, struct bundle *ret_b, struct case_bundle *ret_head)
{
    struct bundle b = {.rest = text};
    const size_t tail = sizeof OPENING - 1;
    struct span line = {0};

    TRY(next_line(s, &b, &line));
    if (line.n < tail || memcmp(line.p + line.n - tail, OPENING, tail) != 0)
        return no_bundle(s, &b);
    uint8_t *json = scope_alloc(s, line.n);
    if (!json)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    memcpy(json, line.p, line.n - tail);
    json[line.n - tail] = '}';
    TRY(decode_line(s, &b, shape_case_bundle(), span_of(json, line.n - tail + 1), ret_head));
    if (!span_is(ret_head->format, BUNDLE_FORMAT))
        return fail(s, INVALID, "束の形式が %s ではありません", "the bundle's format is not %s", BUNDLE_FORMAT);
    b.count = (size_t)ret_head->count;
    *ret_b = b;
    return OK;
}

enum status bundle_next(struct scope *s, struct bundle *b, struct case_bundle_event *ret_event, bool *ret_more)
{
    struct span line;

    TRY(next_line(s, b, &line));
    if (span_is(line, CLOSING)) {
        if (b->read_n != b->count)
            return fail(s, INVALID, "束は %zu 件を名乗りますが出来事は %zu 件です", "the bundle announces %zu events and holds %zu",
                        b->count, b->read_n);
        if (b->rest.n)
            return fail(s, INVALID, "束の終わりの後に %zu バイトあります", "%zu bytes after the end of the bundle", b->rest.n);
        *ret_more = false;
        return OK;
    }
    if (b->read_n == b->count)
        return fail(s, INVALID, "束は %zu 件を名乗りますがそれより多くの行があります", "the bundle announces %zu events and holds more",
                    b->count);
    if (b->read_n + 1 < b->count) {
        if (!line.n || line.p[line.n - 1] != ',')
            return no_bundle(s, b);
        line.n--;
    }
    TRY(decode_line(s, b, shape_case_bundle_event(), line, ret_event));
    b->read_n++;
    *ret_more = true;
    return OK;
}
