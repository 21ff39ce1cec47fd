/* Structs to JSON. The same struct always gives the same bytes: keys in byte order, no space, absent fields left out, sealed
 * fields never written. The bounds of the shape are asked again here, so that nothing is sent that its receiver must refuse;
 * breaking one is a defect of ours. */
#include "internal.h"

#include "base/clock.h"
#include "wire/codec.h"

typedef enum status putter(struct writer *w, const struct field *f, const void *from);

/* Field indexes of a shape in byte order of their names. */
struct order {
    uint8_t at[FIELDS_MAX];
};

static enum status put_fields(struct writer *w, const struct shape *shape,
                              const struct order *order, const void *from);

static enum status broken(struct writer *w, const struct field *f)
{
    return fail(w->s, INVALID, "項目 %s の値は送れません", "field %s cannot be sent", f->name);
}

static enum status order_fields(struct scope *s, const struct shape *shape, struct order *ret_order)
{
    if (shape->n > FIELDS_MAX)
        return fail(s, INTERNAL, "%s の項目が多すぎます", "%s has too many fields", shape->name);
    for (size_t i = 0; i < shape->n; i++) {
        size_t at = i;
        for (; at > 0 && strcmp(shape->field[ret_order->at[at - 1]].name, shape->field[i].name) > 0;
             at--)
            ret_order->at[at] = ret_order->at[at - 1];
        ret_order->at[at] = (uint8_t)i;
    }
    return OK;
}

static enum status put_quoted(struct writer *w, const char *text, size_t n)
{
    TRY(writer_room(w, n + 2));
    w->p[w->n++] = '"';
    memcpy(w->p + w->n, text, n);
    w->n += n;
    w->p[w->n++] = '"';
    return OK;
}

static enum status put_uuid(struct writer *w, const struct field *f, const void *from)
{
    char text[UUID_TEXT_MAX];

    (void)f;
    return put_quoted(w, uuid_print(*(const struct uuid *)from, text), UUID_TEXT_MAX - 1);
}

static enum status put_agency(struct writer *w, const struct field *f, const void *from)
{
    const struct agency_id *id = from;
    struct agency_id again;
    size_t n = strnlen(id->code, AGENCY_CODE_MAX);

    if (agency_parse(span_of(id->code, n), &again) != OK)
        return broken(w, f);
    return put_quoted(w, id->code, n);
}

static enum status put_text(struct writer *w, const struct field *f, const void *from)
{
    const struct span *text = from;
    enum status st = text->n > (uint64_t)f->limit ? INVALID : writer_text(w, *text);

    return st == INVALID ? broken(w, f) : st;
}

static enum status put_bytes(struct writer *w, const struct field *f, const void *from)
{
    static const char HEX[] = "0123456789abcdef";
    const struct span *bytes = from;

    if (bytes->n > (uint64_t)f->limit || bytes->n > JSON_MAX / 2)
        return broken(w, f);
    TRY(writer_room(w, 2 * bytes->n + 2));
    w->p[w->n++] = '"';
    for (size_t i = 0; i < bytes->n; i++) {
        w->p[w->n++] = (uint8_t)HEX[bytes->p[i] >> 4];
        w->p[w->n++] = (uint8_t)HEX[bytes->p[i] & 15];
    }
    w->p[w->n++] = '"';
    return OK;
}

static enum status put_i64(struct writer *w, const struct field *f, const void *from)
{
    int64_t value = *(const int64_t *)from;

    return value < 0 || value > f->limit ? broken(w, f) : writer_i64(w, value);
}

bool time_is_writable(int64_t us)
{
    int year = date_of(us).year;

    return year >= 0 && year <= 9999;
}

/* People's form has milliseconds; where there are microseconds the rest is put in, so that no instant changes by being sent. */
static enum status put_time(struct writer *w, const struct field *f, const void *from)
{
    int64_t us = *(const int64_t *)from;
    char text[TIME_TEXT_MAX + 4];
    enum { OFFSET_LEN = sizeof "+09:00" - 1 };

    if (!time_is_writable(us))
        return broken(w, f);
    size_t n = strlen(time_print(us, text));
    unsigned rest = (unsigned)((us % US_PER_MS + US_PER_MS) % US_PER_MS);
    if (rest) {
        char *at = text + n - OFFSET_LEN;
        memmove(at + 3, at, OFFSET_LEN);
        at[0] = (char)('0' + rest / 100);
        at[1] = (char)('0' + rest / 10 % 10);
        at[2] = (char)('0' + rest % 10);
        n += 3;
    }
    return put_quoted(w, text, n);
}

static enum status put_enum(struct writer *w, const struct field *f, const void *from)
{
    const struct words *words = f->words();
    int64_t value = *(const int64_t *)from;

    if (value < 0 || (uint64_t)value >= words->n)
        return broken(w, f);
    return put_quoted(w, words->v[value].word, strlen(words->v[value].word));
}

static enum status put_bool(struct writer *w, const struct field *f, const void *from)
{
    (void)f;
    return *(const bool *)from ? writer_put(w, "true", 4) : writer_put(w, "false", 5);
}

static enum status put_record(struct writer *w, const struct field *f, const void *from)
{
    struct order order;

    TRY(order_fields(w->s, f->shape(), &order));
    return put_fields(w, f->shape(), &order, from);
}

static putter *const PUT[KIND_N] = {
    [K_UUID] = put_uuid,   [K_AGENCY] = put_agency, [K_TEXT] = put_text,
    [K_BYTES] = put_bytes, [K_I64] = put_i64,       [K_TIME] = put_time,
    [K_ENUM] = put_enum,   [K_BOOL] = put_bool,     [K_RECORD] = put_record,
};

static enum status put_list(struct writer *w, const struct field *f, const void *from)
{
    const struct list *list = from;
    const struct shape *shape = f->kind == K_RECORD ? f->shape() : NULL;
    size_t size = field_item_size(f);
    struct order order;

    if (list->n > f->most)
        return broken(w, f);
    if (shape) /* once for all items */
        TRY(order_fields(w->s, shape, &order));
    TRY(writer_put(w, "[", 1));
    for (size_t i = 0; i < list->n; i++) {
        const void *item = (const uint8_t *)list->v + i * size;
        if (i > 0)
            TRY(writer_put(w, ",", 1));
        TRY(shape ? put_fields(w, shape, &order, item) : PUT[f->kind](w, f, item));
    }
    return writer_put(w, "]", 1);
}

static enum status put_fields(struct writer *w, const struct shape *shape,
                              const struct order *order, const void *from)
{
    uint8_t before = '{';

    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[order->at[i]];
        if (f->is_sealed || !field_present(from, f))
            continue;
        TRY(writer_room(w, 1));
        w->p[w->n++] = before;
        before = ',';
        TRY(put_quoted(w, f->name, strlen(f->name)));
        TRY(writer_put(w, ":", 1));
        TRY((f->is_list ? put_list : PUT[f->kind])(w, f, field_at(from, f)));
    }
    return before == '{' ? writer_put(w, "{}", 2) : writer_put(w, "}", 1);
}

enum status codec_encode(struct scope *s, const struct shape *shape, const void *from,
                         struct span *ret_json)
{
    struct writer w = {.s = s};
    struct order order;

    TRY(order_fields(s, shape, &order));
    TRY(put_fields(&w, shape, &order, from));
    *ret_json = span_of(w.p, w.n);
    return OK;
}
