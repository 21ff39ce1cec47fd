/* JSON to structs. A struct is filled only from what its shape names, within the bounds the shape states, and every refusal
 * names the field and never repeats its value. One getter per kind; lists, records and presence are handled once for all. */
#include "internal.h"

#include <inttypes.h>

#include "base/clock.h"
#include "wire/codec.h"
#include "wire/message.h"

struct reader {
    struct scope *s;
    bool is_lenient; /* step over unknown fields */
    bool skipped;    /* there was one */
};

typedef enum status getter(struct reader *r, const struct field *f, const json_t *v, void *to);

static enum status get_fields(struct reader *r, const struct shape *shape, const json_t *object,
                              void *to);

static enum status wrong(struct reader *r, const struct field *f)
{
    return fail(r->s, INVALID, "項目 %s の値が正しくありません", "field %s has a wrong value",
                f->name);
}

static struct span text_of(const json_t *v)
{
    return span_of(json_string_value(v), json_string_length(v));
}

static enum status get_uuid(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    if (!json_is_string(v) || uuid_parse(text_of(v), to) != OK)
        return wrong(r, f);
    return OK;
}

static enum status get_agency(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    if (!json_is_string(v) || agency_parse(text_of(v), to) != OK)
        return wrong(r, f);
    return OK;
}

static enum status too_long(struct reader *r, const struct field *f)
{
    return fail(r->s, INVALID, "項目 %s が長すぎます（%" PRId64 " バイトまで）",
                "field %s is too long (at most %" PRId64 " bytes)", f->name, f->limit);
}

/* The library has already refused bad UTF-8 and NUL. */
static enum status get_text(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    if (!json_is_string(v))
        return wrong(r, f);
    struct span text = text_of(v);
    if (text.n > (uint64_t)f->limit)
        return too_long(r, f);
    if (scope_copy(r->s, text, to) != OK)
        return fail(r->s, TOO_LARGE, "大きすぎます（項目 %s）", "too large (field %s)", f->name);
    return OK;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum status get_bytes(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    struct span hex = text_of(v);

    if (!json_is_string(v) || hex.n % 2 != 0)
        return wrong(r, f);
    if (hex.n / 2 > (uint64_t)f->limit)
        return too_long(r, f);
    uint8_t *p = scope_alloc(r->s, hex.n / 2);
    if (!p)
        return fail(r->s, TOO_LARGE, "大きすぎます（項目 %s）", "too large (field %s)", f->name);
    for (size_t i = 0; i < hex.n / 2; i++) {
        int high = hex_digit(hex.p[2 * i]), low = hex_digit(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return wrong(r, f);
        p[i] = (uint8_t)(high << 4 | low);
    }
    *(struct span *)to = span_of(p, hex.n / 2);
    return OK;
}

static enum status get_i64(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    if (!json_is_integer(v))
        return wrong(r, f);
    int64_t value = json_integer_value(v);
    if (value < 0 || value > f->limit)
        return fail(r->s, INVALID, "項目 %s は 0 から %" PRId64 " までです",
                    "field %s must be from 0 to %" PRId64, f->name, f->limit);
    *(int64_t *)to = value;
    return OK;
}

static enum status get_time(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    int64_t us;

    if (!json_is_string(v) || time_parse(text_of(v), &us) != OK || !time_is_writable(us))
        return fail(r->s, INVALID, "項目 %s は RFC 3339 の日時ではありません",
                    "field %s is not an RFC 3339 time", f->name);
    *(int64_t *)to = us;
    return OK;
}

static enum status get_enum(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    int value = json_is_string(v) ? words_find(f->words(), text_of(v)) : -1;

    if (value < 0)
        return fail(r->s, INVALID, "項目 %s はコード表 %s の語ではありません",
                    "field %s is not a word of the list %s", f->name, f->words()->name);
    *(int64_t *)to = value;
    return OK;
}

static enum status get_bool(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    if (!json_is_boolean(v))
        return wrong(r, f);
    *(bool *)to = json_is_true(v);
    return OK;
}

static enum status get_record(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    return json_is_object(v) ? get_fields(r, f->shape(), v, to) : wrong(r, f);
}

static getter *const GET[KIND_N] = {
    [K_UUID] = get_uuid,   [K_AGENCY] = get_agency, [K_TEXT] = get_text,
    [K_BYTES] = get_bytes, [K_I64] = get_i64,       [K_TIME] = get_time,
    [K_ENUM] = get_enum,   [K_BOOL] = get_bool,     [K_RECORD] = get_record,
};

static enum status get_list(struct reader *r, const struct field *f, const json_t *v, void *to)
{
    if (!json_is_array(v))
        return wrong(r, f);
    size_t n = json_array_size(v), size = field_item_size(f);
    if (n > f->most)
        return fail(r->s, INVALID, "項目 %s が多すぎます（%zu 件まで）",
                    "field %s has too many items (at most %zu)", f->name, f->most);
    uint8_t *items = n ? scope_alloc(r->s, n * size) : NULL;
    if (n && !items)
        return fail(r->s, TOO_LARGE, "大きすぎます（項目 %s）", "too large (field %s)", f->name);
    for (size_t i = 0; i < n; i++)
        TRY(GET[f->kind](r, f, json_array_get(v, i), items + i * size));
    *(struct list *)to = (struct list){items, n};
    return OK;
}

static enum status refuse_unknown(struct reader *r, const struct shape *shape, const json_t *object)
{
    /* the library's iterators take a pointer to non-const and change nothing */
    json_t *walk = (json_t *)(uintptr_t)object;

    for (void *at = json_object_iter(walk); at; at = json_object_iter_next(walk, at)) {
        const char *name = json_object_iter_key(at);
        if (!shape_field(shape, span_str(name)))
            return fail(r->s, INVALID, "項目 %s は %s にありません", "field %s is not part of %s",
                        name_for_people(name), shape->name);
    }
    return fail(r->s, INTERNAL, "%s を読めません", "cannot read %s", shape->name);
}

static enum status get_fields(struct reader *r, const struct shape *shape, const json_t *object,
                              void *to)
{
    size_t known = 0;

    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        const json_t *v = json_object_get(object, f->name);
        known += v != NULL;
        if (v && f->is_sealed)
            return fail(r->s, INVALID, "項目 %s は封印なしでは送れません",
                        "field %s may only travel sealed", f->name);
        if (!v || json_is_null(v)) {
            if (!f->is_optional && !f->is_sealed)
                return fail(r->s, INVALID, "項目 %s がありません", "field %s is missing", f->name);
            continue;
        }
        TRY((f->is_list ? get_list : GET[f->kind])(r, f, v, field_mut(to, f)));
        *((bool *)((uint8_t *)to + f->has_offset)) = true;
    }
    if (known == json_object_size(object))
        return OK;
    r->skipped = true;
    return r->is_lenient ? OK : refuse_unknown(r, shape, object);
}

static enum status decode(struct reader *r, const struct shape *shape, struct span json, void *to)
{
    AUTO_JSON root = NULL;

    memset(to, 0, shape->size);
    if (flat_decode(r->s, shape, json, to))
        return OK;
    memset(to, 0, shape->size);
    TRY(json_read(r->s, json, &root));
    return get_fields(r, shape, root, to);
}

enum status codec_decode(struct scope *s, const struct shape *shape, struct span json,
                         int64_t minor, void *ret_to)
{
    struct reader r = {.s = s, .is_lenient = minor > SCHEMA_MINOR};

    return decode(&r, shape, json, ret_to);
}

enum status decode_noting(struct scope *s, const struct shape *shape, struct span json,
                          void *ret_to, bool *ret_skipped)
{
    struct reader r = {.s = s, .is_lenient = true};

    TRY(decode(&r, shape, json, ret_to));
    *ret_skipped = r.skipped;
    return OK;
}
