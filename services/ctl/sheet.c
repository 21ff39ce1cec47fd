/* Whole lists for a spreadsheet. A page is printed before the next is asked for, each in memory of its own, so that a year of them needs
 * no more room than one. Of a list by ids the last page is the empty one, so a row that comes in meanwhile is not missed. */
#include "sheet.h"

#include <inttypes.h>

#include "base/clock.h"
#include "request.h"
#include "wire/message.h"

enum { PAGE_CAP = 8 << 20, SECONDS_LEN = 19 };

static const char MARK[] = "\xEF\xBB\xBF"; /* of the byte order: without it spreadsheets take UTF-8 for something else */

_Static_assert((int)TIME_TEXT_MAX >= (int)UUID_TEXT_MAX, "one buffer prints either");

static void put_item(struct page *to, const struct field *f, const void *at)
{
    char text[TIME_TEXT_MAX];
    int64_t n = f->kind == K_ENUM || f->kind == K_I64 || f->kind == K_TIME ? *(const int64_t *)at : 0;

    switch (f->kind) {
    case K_UUID:
        page_str(to, uuid_print(*(const struct uuid *)at, text));
        break;
    case K_AGENCY:
        page_put(to, at, strnlen(((const struct agency_id *)at)->code, AGENCY_CODE_MAX));
        break;
    case K_TEXT:
    case K_BYTES:
        page_clean(to, *(const struct span *)at, 0); /* a list on a screen commands nothing either */
        break;
    case K_I64:
        page_str(to, scope_print(to->s, "%" PRId64, n));
        break;
    case K_TIME:
        time_print(n, text);
        text[10] = ' ';
        page_put(to, text, strnlen(text, SECONDS_LEN));
        break;
    case K_ENUM:
        page_str(to, n >= 0 && (uint64_t)n < f->words()->n ? f->words()->v[n].label_ja : "?");
        break;
    case K_BOOL:
        page_str(to, *(const bool *)at ? "はい" : "いいえ");
        break;
    case K_RECORD:
    case KIND_N:
    default:
        to->has_failed = true;
    }
}

/* A cell as RFC 4180 has it: quoted where it must be. */
static void put_cell(struct page *to, struct span text)
{
    bool is_plain = true;

    for (size_t i = 0; i < text.n; i++)
        is_plain = is_plain && !strchr("\",\r\n", text.p[i]);
    if (is_plain) {
        page_put(to, text.p, text.n);
        return;
    }
    page_str(to, "\"");
    for (size_t i = 0; i < text.n; i++) {
        page_put(to, text.p + i, 1);
        if (text.p[i] == '"')
            page_str(to, "\"");
    }
    page_str(to, "\"");
}

static void put_value(struct page *to, const struct field *f, const void *item)
{
    struct page text = {.s = to->s};
    const struct list *list = field_at(item, f);

    if (!field_present(item, f))
        return;
    if (!f->is_list)
        put_item(&text, f, list);
    for (size_t i = 0; f->is_list && i < list->n; i++) {
        page_str(&text, i ? "、" : "");
        put_item(&text, f, (const uint8_t *)list->v + i * field_item_size(f));
    }
    to->has_failed |= text.has_failed;
    put_cell(to, span_of(text.p, text.n));
}

/* One line: the labels where there is no item. */
static void put_line(struct page *to, const struct shape *shape, const void *item)
{
    const char *sep = "";

    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        if (f->kind == K_RECORD)
            continue;
        page_str(to, sep);
        sep = ",";
        if (item)
            put_value(to, f, item);
        else
            put_cell(to, span_str(scope_print(to->s, "%s%s", label_in(shape, f), is_duration(f->name) ? "（秒）" : "")));
    }
    page_str(to, "\r\n");
}

void sheet_head(struct page *to, const struct shape *shape)
{
    put_line(to, shape, NULL);
}

void sheet_rows(struct page *to, const struct shape *shape, const struct list *list)
{
    for (size_t i = 0; i < list->n; i++)
        put_line(to, shape, (const uint8_t *)list->v + i * shape->size);
}

/* The lists of an answer, one after the other: that which begins at *at or later; NULL when there is no more. */
static const struct field *list_field(const struct shape *answer, size_t *at)
{
    for (; *at < answer->n; ++*at)
        if (answer->field[*at].kind == K_RECORD && answer->field[*at].is_list)
            return &answer->field[(*at)++];
    return NULL;
}

static struct list list_of(const void *msg, const struct field *f)
{
    return field_present(msg, f) ? *(const struct list *)field_at(msg, f) : (struct list){0};
}

/* What an answer has beside the list that is its first: each with labels of its own, after an empty line. */
static void put_others(struct page *to, const struct shape *answer, size_t at, const void *msg)
{
    for (const struct field *f = list_field(answer, &at); f; f = list_field(answer, &at)) {
        struct list list = list_of(msg, f);
        page_str(to, "\r\n");
        sheet_head(to, f->shape());
        sheet_rows(to, f->shape(), &list);
    }
}

/* Where a page ended: by the id of its last row, or by its time and how many rows of that very moment were shown, because those that are
 * left of it come again. */
struct place {
    struct uuid id;
    int64_t at_us;
    size_t same;
    bool is_last;
};

static int64_t time_at(const struct shape *shape, const struct list *list, size_t i)
{
    return *(const int64_t *)field_at((const uint8_t *)list->v + i * shape->size, &shape->field[0]);
}

/* The part of a page that is new. */
static struct list skip_seen(const struct shape *shape, struct list list, const struct place *was)
{
    size_t n = 0;

    while (n < was->same && n < list.n && time_at(shape, &list, n) == was->at_us)
        n++;
    return (struct list){.v = (const uint8_t *)list.v + n * shape->size, .n = list.n - n};
}

/* Of a list by time the last page is the one that is not full: who asks adds to the history asked for. */
static struct place end_of(const struct field *f, const struct list *list, const struct list *fresh)
{
    const struct shape *shape = f->shape();
    struct place p = {.is_last = fresh->n == 0};

    if (p.is_last)
        return p;
    if (shape->field[0].kind == K_UUID)
        p.id = *(const struct uuid *)field_at((const uint8_t *)list->v + (list->n - 1) * shape->size, &shape->field[0]);
    if (shape->field[0].kind == K_TIME) {
        p.is_last = list->n < f->most;
        p.at_us = time_at(shape, list, list->n - 1);
        while (p.same < list->n && time_at(shape, list, list->n - 1 - p.same) == p.at_us)
            p.same++;
    }
    return p;
}

/* A page on stdout, without what was on the one before. place: where that ended, then where this did. */
static enum status show_page(struct ctl *c, const struct api *row, const struct wish *w, bool is_first, struct place *place)
{
    size_t at = 0;
    const struct field *f = list_field(row->answer(), &at);
    struct page to = {.s = c->s};
    const void *msg;

    if (!f)
        return fail(c->s, INVALID, "この応答に一覧はありません（--csv は使えません）", "the answer holds no list: --csv does not apply");
    TRY(request_decode(c, w, row->answer(), &msg));
    struct list list = list_of(msg, f), fresh = skip_seen(f->shape(), list, place);
    if (is_first) {
        page_str(&to, MARK);
        sheet_head(&to, f->shape());
    }
    sheet_rows(&to, f->shape(), &fresh);
    if (is_first)
        put_others(&to, row->answer(), at, msg);
    if (to.has_failed)
        return fail(c->s, TOO_LARGE, "表示するには大きすぎます", "too large to print");
    *place = end_of(f, &list, &fresh);
    return out(c->s, span_of(to.p, to.n));
}

/* The same question, after that row. */
static enum status ask_after(struct ctl *c, struct line *l, const struct api *row, const struct field *after, const struct place *place,
                             struct wish *w)
{
    const struct shape *shape = row->request();
    uint8_t *msg = scope_alloc(c->s, shape->size + 1);
    struct asking ask = w->ask;

    if (!msg)
        return fail(c->s, TOO_LARGE, "メモリが足りません", "out of memory");
    TRY(codec_decode(c->s, shape, ask.payload, SCHEMA_MINOR, msg));
    if (after->kind == K_UUID)
        *(struct uuid *)field_mut(msg, after) = place->id;
    else
        *(int64_t *)field_mut(msg, after) = place->at_us - 1; /* the moment itself once more */
    *(bool *)(msg + after->has_offset) = true;
    TRY(codec_encode(c->s, shape, msg, &ask.payload));
    ask.id = scope_uuid(c->s);
    *w = (struct wish){.s = c->s, .ask = ask};
    return line_ask(l, w);
}

enum status sheet_show(struct ctl *c, struct line *l, const struct api *row, const struct wish *w)
{
    const struct field *after = shape_field(row->request(), SPAN_LIT("after"));
    AUTO(scope) s = scope_new(PAGE_CAP, c->s->entropy);
    struct ctl here = *c; /* the same run, its memory given back after each page */
    struct wish next = *w;
    struct place place = {.same = 0};

    if (!s)
        return fail(c->s, UNAVAILABLE, "メモリが足りません", "out of memory");
    enum status st = show_page(c, row, w, true, &place);
    here.s = s;
    while (st == OK && after && (after->kind == K_UUID || after->kind == K_TIME) && !place.is_last) {
        scope_reset(s);
        s->actor = c->s->actor;
        next.ask = w->ask;
        st = ask_after(&here, l, row, after, &place, &next);
        if (st == OK)
            st = show_page(&here, row, &next, false, &place);
        if (st != OK)
            c->s->why = s->why;
    }
    return st;
}
