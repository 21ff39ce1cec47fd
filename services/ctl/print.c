/* One walk over a shape prints every answer there is and will be. Nothing is left out but absent fields and the English twin of a
 * Japanese sentence; all of it, byte for byte, is what --json is for. */
#include "print.h"

#include <inttypes.h>

#include "base/clock.h"

enum { TABLE_COLUMNS_MAX = 9, DEPTH_MAX = 6 };

const char *print_time(struct scope *s, int64_t us)
{
    char text[TIME_TEXT_MAX];

    return scope_print(s, "%s", time_print(us, text));
}

static void put_time(struct page *to, int64_t us)
{
    char text[TIME_TEXT_MAX];

    time_print(us, text);
    if (strlen(text) < 19) {
        page_str(to, text);
        return;
    }
    text[10] = ' ';
    page_put(to, text, 19);
}

static void put_number(struct page *to, int64_t value)
{
    page_str(to, scope_print(to->s, "%" PRId64, value));
}

const char *print_duration(struct scope *s, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } UNITS[] = {{86400, "日"}, {3600, "時間"}, {60, "分"}, {1, "秒"}};
    size_t i = 0;

    while (i + 1 < COUNT(UNITS) && seconds < UNITS[i].seconds)
        i++;
    const char *first = scope_print(s, "%" PRId64 "%s", seconds / UNITS[i].seconds, UNITS[i].name);
    int64_t rest = i + 1 < COUNT(UNITS) ? seconds % UNITS[i].seconds / UNITS[i + 1].seconds : 0;
    return rest ? scope_print(s, "%s%" PRId64 "%s", first, rest, UNITS[i + 1].name) : first;
}

/* The label a code list gives; in a record its word too, because that is what commands take. */
static void put_word(struct page *to, const struct words *words, int64_t value, bool is_short)
{
    if (value < 0 || (uint64_t)value >= words->n) {
        page_str(to, "?");
        return;
    }
    page_str(to, words->v[value].label_ja);
    if (!is_short) {
        page_str(to, " (");
        page_str(to, words->v[value].word);
        page_str(to, ")");
    }
}

/* One value that is no record. indent < 0: all in one line. */
static void put_item(struct page *to, const struct field *f, const void *at, int indent)
{
    char id[UUID_TEXT_MAX];

    switch (f->kind) {
    case K_UUID:
        page_str(to, uuid_print(*(const struct uuid *)at, id));
        break;
    case K_AGENCY:
        page_clean(to, span_of(at, strnlen(((const struct agency_id *)at)->code, AGENCY_CODE_MAX)), -1);
        break;
    case K_TEXT:
        page_clean(to, *(const struct span *)at, indent);
        break;
    case K_BYTES:
        page_str(to, scope_print(to->s, "（%zu バイト）", ((const struct span *)at)->n));
        break;
    case K_I64:
        if (is_duration(f->name))
            page_str(to, print_duration(to->s, *(const int64_t *)at));
        else
            put_number(to, *(const int64_t *)at);
        break;
    case K_TIME:
        put_time(to, *(const int64_t *)at);
        break;
    case K_ENUM:
        put_word(to, f->words(), *(const int64_t *)at, indent < 0);
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

static void put_value(struct page *to, const struct field *f, const void *at, int indent)
{
    const struct list *list = at;

    if (!f->is_list) {
        put_item(to, f, at, indent);
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (i > 0)
            page_str(to, "、");
        put_item(to, f, (const uint8_t *)list->v + i * field_item_size(f), -1);
    }
    if (list->n == 0)
        page_str(to, "－");
}

static bool is_shown(const struct shape *shape, const struct field *f)
{
    bool is_twin = strcmp(f->name, "en") == 0 && shape_field(shape, SPAN_LIT("ja"));

    return !is_twin && !(strcmp(f->name, "why_en") == 0 && shape_field(shape, SPAN_LIT("why_ja")));
}

/* A column nobody filled is none. */
static bool is_column(const struct shape *shape, const struct field *f, const struct list *list)
{
    if (!is_shown(shape, f))
        return false;
    for (size_t r = 0; r < list->n; r++)
        if (field_present((const uint8_t *)list->v + r * shape->size, f))
            return true;
    return false;
}

/* How many columns a list has; 0: it fits no table. */
static size_t table_columns(const struct shape *shape, const struct list *list)
{
    size_t columns = 0;

    for (size_t i = 0; i < shape->n; i++) {
        if (shape->field[i].kind == K_RECORD)
            return 0;
        columns += is_column(shape, &shape->field[i], list);
    }
    return columns <= TABLE_COLUMNS_MAX ? columns : 0;
}

static void put_table(struct page *to, const struct shape *shape, const struct list *list, size_t columns, size_t indent)
{
    struct span *cell = scope_alloc(to->s, (list->n + 1) * columns * sizeof *cell);
    to->has_failed |= !cell;
    if (!cell)
        return;
    for (size_t r = 0; r <= list->n; r++) {
        size_t at = r * columns;
        for (size_t i = 0; i < shape->n; i++) {
            const struct field *f = &shape->field[i];
            const void *item = r ? (const uint8_t *)list->v + (r - 1) * shape->size : NULL;
            struct page text = {.s = to->s};
            if (!is_column(shape, f, list))
                continue;
            if (!item)
                page_str(&text, label_in(shape, f));
            else if (field_present(item, f))
                put_value(&text, f, field_at(item, f), -1);
            to->has_failed |= text.has_failed;
            cell[at++] = span_of(text.p, text.n);
        }
    }
    page_table(to, cell, list->n + 1, columns, indent);
}

static void put_record(struct page *to, const struct shape *shape, const void *msg, size_t indent, int depth);

static void put_records(struct page *to, const struct shape *shape, const struct list *list, size_t indent, int depth)
{
    size_t columns = table_columns(shape, list);

    if (columns) {
        put_table(to, shape, list, columns, indent);
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (i > 0)
            page_str(to, "\n");
        put_record(to, shape, (const uint8_t *)list->v + i * shape->size, indent, depth + 1);
    }
}

static size_t label_width(const struct shape *shape, const void *msg)
{
    size_t widest = 0;

    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        size_t width = print_width(span_str(label_in(shape, f)));
        if (f->kind != K_RECORD && is_shown(shape, f) && field_present(msg, f) && width > widest)
            widest = width;
    }
    return widest;
}

/* A field that is itself made of fields: its label as a heading, the rest under it. */
static void put_part(struct page *to, const struct field *f, const void *msg, size_t indent, int depth)
{
    const struct list *list = field_at(msg, f);

    page_fill(to, ' ', indent);
    page_str(to, "■ ");
    page_str(to, f->is_sealed ? "本文（封印）" : label_of(f->name));
    if (f->is_list)
        page_str(to, scope_print(to->s, "（%zu 件）", list->n));
    page_str(to, "\n");
    if (!f->is_list)
        put_record(to, f->shape(), list, indent + 2, depth + 1);
    else if (list->n)
        put_records(to, f->shape(), list, indent + 2, depth);
}

static void put_record(struct page *to, const struct shape *shape, const void *msg, size_t indent, int depth)
{
    size_t width = label_width(shape, msg);

    if (depth > DEPTH_MAX) {
        to->has_failed = true;
        return;
    }
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        const char *label = label_in(shape, f);
        /* a sealed part that must be there by its shape still is absent until it was opened */
        bool is_here = f->is_sealed ? *(const bool *)((const uint8_t *)msg + f->has_offset) : field_present(msg, f);
        if (!is_here || !is_shown(shape, f))
            continue;
        if (f->kind == K_RECORD) {
            put_part(to, f, msg, indent, depth);
            continue;
        }
        page_fill(to, ' ', indent);
        page_str(to, label);
        page_fill(to, ' ', width - print_width(span_str(label)) + 2);
        put_value(to, f, field_at(msg, f), (int)(indent + width + 2));
        page_str(to, "\n");
    }
}

enum status print_shape(struct scope *s, const struct shape *shape, const void *msg, struct span *ret_text)
{
    struct page to = {.s = s};

    put_record(&to, shape, msg, 0, 0);
    if (to.n == 0 && !to.has_failed)
        page_str(&to, "（なし）\n");
    if (to.has_failed)
        return fail(s, TOO_LARGE, "表示するには大きすぎます", "too large to print");
    *ret_text = span_of(to.p, to.n);
    return OK;
}
