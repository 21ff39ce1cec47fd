/* Between a message and what people write and read: for them the sealed part is one field among others and parameters of a
 * path or query are fields too; on the wire the sealed part always stands apart. Nothing here judges a value beyond its
 * kind: codec_decode does that once, for every way in. */
#include "internal.h"

#include "wire/codec.h"
#include "wire/message.h"

static enum status no_memory(struct scope *s)
{
    return fail(s, TOO_LARGE, "メモリーが足りません", "out of memory");
}

enum status codec_merge(struct scope *s, struct span payload, const char *name, struct span sealed,
                        struct span *ret_json)
{
    AUTO_JSON root = NULL;
    AUTO_JSON part = NULL;

    TRY(json_read(s, payload, &root));
    if (sealed.n) {
        TRY(json_read(s, sealed, &part));
        if (json_object_get(root, name))
            return fail(s, INVALID, "項目 %s が2回あります", "field %s is there twice", name);
        if (json_object_set_new(root, name, take(&part)) != 0)
            return no_memory(s);
    }
    return json_write(s, root, ret_json);
}

/* Decimal digits only, within int64; whether the value suits the field is for the decoder to say. */
static json_t *integer_of(struct span text)
{
    int64_t value = 0;

    if (text.n == 0)
        return NULL;
    for (size_t i = 0; i < text.n; i++) {
        int digit = text.p[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return NULL;
    }
    return json_integer(value);
}

static json_t *item_of(const struct field *f, struct span text)
{
    switch (f->kind) {
    case K_I64: return integer_of(text);
    case K_BOOL:
        if (span_is(text, "true"))
            return json_true();
        return span_is(text, "false") ? json_false() : NULL;
    case K_UUID:
    case K_AGENCY:
    case K_TEXT:
    case K_BYTES:
    case K_TIME:
    case K_ENUM:
        return span_is_utf8(text) ? json_stringn(text.n ? (const char *)text.p : "", text.n) : NULL;
    case K_RECORD:
    case KIND_N:
    default: return NULL;
    }
}

/* "a,b,c"; the empty text is the empty list. */
static json_t *list_of(const struct field *f, struct span text)
{
    AUTO_JSON list = json_array();

    while (list && text.n) {
        const uint8_t *comma = memchr(text.p, ',', text.n);
        size_t n = comma ? (size_t)(comma - text.p) : text.n;
        bool is_more = comma != NULL;
        if (json_array_size(list) >= f->most ||
            json_array_append_new(list, item_of(f, span_of(text.p, n))) != 0)
            return NULL;
        text = span_of(text.p + n + is_more, text.n - n - is_more);
        if (is_more && text.n == 0)
            return NULL;
    }
    return take(&list);
}

static bool is_named_before(const struct pair *extra, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(extra[k].name, extra[i].name) == 0)
            return true;
    return false;
}

static enum status lay_over(struct scope *s, const struct shape *shape, json_t *root,
                            const struct pair *extra, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = shape_field(shape, span_str(extra[i].name));
        if (!f || f->is_sealed)
            return fail(s, INVALID, "項目 %s は %s にありません", "field %s is not part of %s",
                        name_for_people(extra[i].name), shape->name);
        if (is_named_before(extra, i))
            return fail(s, INVALID, "項目 %s が2回あります", "field %s is there twice", f->name);
        json_t *v = f->is_list ? list_of(f, extra[i].value) : item_of(f, extra[i].value);
        if (!v)
            return fail(s, INVALID, "項目 %s の値が正しくありません", "field %s has a wrong value",
                        f->name);
        if (json_object_set_new(root, f->name, v) != 0)
            return no_memory(s);
    }
    return OK;
}

static enum status split_off(struct scope *s, const char *name, json_t *root,
                             struct span *ret_sealed)
{
    const json_t *part = json_object_get(root, name);

    if (!part)
        return OK;
    if (json_is_object(part))
        TRY(json_write(s, part, ret_sealed));
    else if (!json_is_null(part))
        return fail(s, INVALID, "項目 %s の値が正しくありません", "field %s has a wrong value",
                    name);
    json_object_del(root, name);
    return OK;
}

enum status codec_split(struct scope *s, const struct shape *shape, struct span json,
                        const struct pair *extra, size_t extra_n, struct span *ret_payload,
                        struct span *ret_sealed)
{
    const struct field *f;
    struct span payload, sealed = {NULL, 0};
    AUTO_JSON root = NULL;

    TRY(json_read(s, json.n ? json : SPAN_LIT("{}"), &root));
    TRY(lay_over(s, shape, root, extra, extra_n));
    if ((f = shape_sealed(shape)))
        TRY(split_off(s, f->name, root, &sealed));
    TRY(json_write(s, root, &payload));
    *ret_payload = payload;
    *ret_sealed = sealed;
    return OK;
}
