/* The short way in for what our own encoder wrote: an object, compact, its names in ascending order (so none can be there twice), no
 * escape in any string. It takes a text only if every byte of it is as expected and every
 * value keeps its field's bounds; then the struct is the same as the library would have given. Anything else is left to the
 * library, which also finds the words for what is wrong. */
#include "internal.h"

#include "base/clock.h"

struct flat {
    struct scope *s;
    const uint8_t *p, *end;
};

typedef bool taker(struct flat *r, const struct field *f, void *to);

static bool take_object(struct flat *r, const struct shape *shape, void *to);

static bool take_byte(struct flat *r, uint8_t want)
{
    if (r->p == r->end || *r->p != want)
        return false;
    r->p++;
    return true;
}

static bool take_string(struct flat *r, struct span *ret_text)
{
    uint8_t seen = 0;

    if (!take_byte(r, '"'))
        return false;
    const uint8_t *from = r->p;
    while (r->p < r->end && *r->p != '"') {
        if (*r->p < 0x20 || *r->p == '\\')
            return false;
        seen |= *r->p++;
    }
    *ret_text = span_of(from, (size_t)(r->p - from));
    return take_byte(r, '"') && (seen < 0x80 || span_is_utf8(*ret_text));
}

static bool take_uuid(struct flat *r, const struct field *f, void *to)
{
    struct span text;

    (void)f;
    return take_string(r, &text) && uuid_parse(text, to) == OK;
}

static bool take_agency(struct flat *r, const struct field *f, void *to)
{
    struct span text;

    (void)f;
    return take_string(r, &text) && agency_parse(text, to) == OK;
}

static bool take_text(struct flat *r, const struct field *f, void *to)
{
    struct span text;

    return take_string(r, &text) && text.n <= (uint64_t)f->limit && scope_copy(r->s, text, to) == OK;
}

/* 0 … 10^18−1 without a leading zero; larger ones are the library's. */
static bool take_i64(struct flat *r, const struct field *f, void *to)
{
    enum { DIGITS_MAX = 18 };
    const uint8_t *from = r->p;
    int64_t v = 0;

    while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && r->p - from < DIGITS_MAX)
        v = v * 10 + (*r->p++ - '0');
    if (r->p == from || (*from == '0' && r->p - from > 1) || v > f->limit)
        return false;
    *(int64_t *)to = v;
    return true;
}

static bool take_time(struct flat *r, const struct field *f, void *to)
{
    struct span text;

    (void)f;
    return take_string(r, &text) && time_parse(text, to) == OK && time_is_writable(*(const int64_t *)to);
}

static bool take_enum(struct flat *r, const struct field *f, void *to)
{
    struct span text;
    int value = take_string(r, &text) ? words_find(f->words(), text) : -1;

    *(int64_t *)to = value;
    return value >= 0;
}

static bool take_bool(struct flat *r, const struct field *f, void *to)
{
    static const struct span WORD[] = {SPAN_LIT("false"), SPAN_LIT("true")};

    (void)f;
    for (size_t i = 0; i < COUNT(WORD); i++) {
        if ((size_t)(r->end - r->p) < WORD[i].n || memcmp(r->p, WORD[i].p, WORD[i].n) != 0)
            continue;
        r->p += WORD[i].n;
        *(bool *)to = i == 1;
        return true;
    }
    return false;
}

/* As deep as the schema nests, whatever the text does. */
static bool take_record(struct flat *r, const struct field *f, void *to)
{
    return take_object(r, f->shape(), to);
}

static taker *const TAKE[KIND_N] = {
    [K_UUID] = take_uuid, [K_AGENCY] = take_agency, [K_TEXT] = take_text, [K_I64] = take_i64,
    [K_TIME] = take_time, [K_ENUM] = take_enum,     [K_BOOL] = take_bool, [K_RECORD] = take_record,
};

/* Room a list may need: the commas from here to the next bracket, those within items too; a list within an item ends the count early,
 * and the items behind it are then too many for this way in. */
static size_t items_at_most(const struct flat *r, const struct field *f)
{
    size_t n = 1;

    for (const uint8_t *p = r->p; p < r->end && *p != ']' && n < f->most; p++)
        n += *p == ',';
    return n;
}

static bool take_list(struct flat *r, const struct field *f, void *to)
{
    size_t size = field_item_size(f), most, n = 0;
    uint8_t *items = NULL;

    if (!take_byte(r, '['))
        return false;
    most = items_at_most(r, f);
    if (!take_byte(r, ']')) {
        items = scope_alloc(r->s, most * size);
        if (!items)
            return false;
        do
            if (n == most || !TAKE[f->kind](r, f, items + n++ * size))
                return false;
        while (take_byte(r, ','));
        if (!take_byte(r, ']'))
            return false;
    }
    *(struct list *)to = (struct list){items, n};
    return true;
}

static bool is_after(struct span name, struct span before)
{
    int order = memcmp(name.p, before.p, name.n < before.n ? name.n : before.n);

    return order > 0 || (order == 0 && name.n > before.n);
}

static bool take_object(struct flat *r, const struct shape *shape, void *to)
{
    struct span before = SPAN_LIT(""), name;

    if (!take_byte(r, '{'))
        return false;
    do {
        if (!take_string(r, &name) || !is_after(name, before) || !take_byte(r, ':'))
            return false;
        const struct field *f = shape_field(shape, name);
        if (!f || f->is_sealed || !TAKE[f->kind] || !(f->is_list ? take_list : TAKE[f->kind])(r, f, field_mut(to, f)))
            return false;
        *(bool *)((uint8_t *)to + f->has_offset) = true;
        before = name;
    } while (take_byte(r, ','));
    if (!take_byte(r, '}'))
        return false;
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        if (!f->is_optional && !f->is_sealed && !*(const bool *)((const uint8_t *)to + f->has_offset))
            return false;
    }
    return true;
}

bool flat_decode(struct scope *s, const struct shape *shape, struct span json, void *to)
{
    struct flat r = {.s = s, .p = json.p, .end = json.p + json.n};

    return json.n > 0 && json.n <= JSON_MAX && take_object(&r, shape, to) && r.p == r.end;
}
