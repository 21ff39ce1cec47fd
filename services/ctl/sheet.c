/* Whole lists for a spreadsheet. A page is printed before the next is asked for, each in memory of its own, so that a year of them needs
 * no more room than one; the last page is the empty one, so a row that comes in meanwhile is not missed. */
#include "sheet.h"

#include <inttypes.h>

#include "base/clock.h"
#include "request.h"
#include "wire/message.h"

enum { PAGE_CAP = 8 << 20, SECONDS_LEN = 19 };

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
            put_cell(to, span_str(label_of(f->name)));
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

static const struct field *list_field(const struct shape *answer)
{
    for (size_t i = 0; i < answer->n; i++)
        if (answer->field[i].kind == K_RECORD && answer->field[i].is_list)
            return &answer->field[i];
    return NULL;
}

/* A page on stdout. ret_last: the id its last row begins with. */
static enum status show_page(struct ctl *c, const struct api *row, const struct wish *w, bool is_first, struct list *ret_list,
                             struct uuid *ret_last)
{
    const struct field *f = list_field(row->answer());
    struct page to = {.s = c->s};
    const void *msg;

    if (!f)
        return fail(c->s, INVALID, "この応答に一覧はありません（--csv は使えません）", "the answer holds no list: --csv does not apply");
    TRY(request_decode(c, w, row->answer(), &msg));
    const struct shape *shape = f->shape();
    struct list list = {0};
    if (field_present(msg, f))
        list = *(const struct list *)field_at(msg, f);
    if (is_first)
        sheet_head(&to, shape);
    sheet_rows(&to, shape, &list);
    if (to.has_failed)
        return fail(c->s, TOO_LARGE, "表示するには大きすぎます", "too large to print");
    if (list.n && shape->field[0].kind == K_UUID)
        *ret_last = *(const struct uuid *)field_at((const uint8_t *)list.v + (list.n - 1) * shape->size, &shape->field[0]);
    *ret_list = list;
    return out(c->s, span_of(to.p, to.n));
}

/* The same question, after that row. */
static enum status ask_after(struct ctl *c, struct line *l, const struct api *row, const struct field *after, struct uuid last,
                             struct wish *w)
{
    const struct shape *shape = row->request();
    uint8_t *msg = scope_alloc(c->s, shape->size + 1);
    struct asking ask = w->ask;

    if (!msg)
        return fail(c->s, TOO_LARGE, "メモリが足りません", "out of memory");
    TRY(codec_decode(c->s, shape, ask.payload, SCHEMA_MINOR, msg));
    *(struct uuid *)field_mut(msg, after) = last;
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
    struct list list;
    struct uuid last = {0};

    if (!s)
        return fail(c->s, UNAVAILABLE, "メモリが足りません", "out of memory");
    enum status st = show_page(c, row, w, true, &list, &last);
    here.s = s;
    while (st == OK && after && after->kind == K_UUID && list.n) {
        scope_reset(s);
        s->actor = c->s->actor;
        next.ask = w->ask;
        st = ask_after(&here, l, row, after, last, &next);
        if (st == OK)
            st = show_page(&here, row, &next, false, &list, &last);
        if (st != OK)
            c->s->why = s->why;
    }
    return st;
}
