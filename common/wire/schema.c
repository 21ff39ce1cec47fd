/* The schema for outsiders: JSON Schema 2020-12, derived from the tables the decoder itself walks, so that the published
 * contract and the enforced one cannot differ. */
#include "internal.h"

#include "wire/codec.h"

/* A set takes the value over and a later check sees any failure: the builder stays flat. */
struct builder {
    bool has_failed;
};

static void set(struct builder *b, json_t *object, const char *name, json_t *value)
{
    b->has_failed |= json_object_set_new(object, name, value) != 0;
}

static void append(struct builder *b, json_t *array, json_t *value)
{
    b->has_failed |= json_array_append_new(array, value) != 0;
}

static void say_words(struct builder *b, json_t *to, const struct words *words)
{
    json_t *list = json_array(), *labels = json_array();

    for (size_t i = 0; i < words->n; i++) {
        append(b, list, json_string(words->v[i].word));
        append(b, labels, json_string(words->v[i].label_ja));
    }
    set(b, to, "enum", list);
    set(b, to, "x-label-ja", labels);
    set(b, to, "x-code-list", json_string(words->name));
}

static void say_string(struct builder *b, json_t *to, const char *key, const char *value)
{
    set(b, to, "type", json_string("string"));
    if (key)
        set(b, to, key, json_string(value));
}

/* maxLength counts characters and our bounds count bytes: a text within ours is within it, and x-max-bytes says the rest. */
static void say_kind(struct builder *b, json_t *to, const struct field *f)
{
    switch (f->kind) {
    case K_UUID: say_string(b, to, "format", "uuid"); break;
    case K_AGENCY: say_string(b, to, "pattern", "^[A-Z][0-9]{3,6}$"); break;
    case K_TEXT:
        set(b, to, "maxLength", json_integer(f->limit));
        set(b, to, "x-max-bytes", json_integer(f->limit));
        say_string(b, to, NULL, NULL);
        break;
    case K_BYTES:
        set(b, to, "maxLength", json_integer(f->limit <= INT64_MAX / 2 ? 2 * f->limit : INT64_MAX));
        say_string(b, to, "pattern", "^([0-9a-f]{2})*$");
        break;
    case K_I64:
        set(b, to, "type", json_string("integer"));
        set(b, to, "format", json_string("int64"));
        set(b, to, "minimum", json_integer(0));
        set(b, to, "maximum", json_integer(f->limit));
        break;
    case K_TIME: say_string(b, to, "format", "date-time"); break;
    case K_ENUM:
        say_words(b, to, f->words());
        say_string(b, to, NULL, NULL);
        break;
    case K_BOOL: set(b, to, "type", json_string("boolean")); break;
    case K_RECORD:
        set(b, to, "$ref", json_sprintf("#/components/schemas/%s", f->shape()->name));
        break;
    case KIND_N:
    default: b->has_failed = true;
    }
}

static json_t *field_schema(struct builder *b, const struct field *f)
{
    json_t *it = json_object();

    if (f->is_list) {
        json_t *item = json_object();
        say_kind(b, item, f);
        set(b, it, "type", json_string("array"));
        set(b, it, "maxItems", json_integer((json_int_t)f->most));
        set(b, it, "items", item);
    } else {
        say_kind(b, it, f);
    }
    if (f->is_sealed)
        set(b, it, "x-sealed", json_true());
    set(b, it, "description", json_string(f->prose ? f->prose : ""));
    return it;
}

enum status codec_schema(struct scope *s, const struct shape *shape, struct span *ret_json)
{
    struct builder b = {false};
    AUTO_JSON root = json_object();
    json_t *properties = json_object(), *required = json_array();

    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        set(&b, properties, f->name, field_schema(&b, f));
        if (!f->is_optional)
            append(&b, required, json_string(f->name));
    }
    set(&b, root, "title", json_string(shape->name));
    set(&b, root, "description", json_string(shape->prose));
    set(&b, root, "type", json_string("object"));
    set(&b, root, "properties", properties);
    set(&b, root, "required", required);
    set(&b, root, "additionalProperties", json_false());
    if (b.has_failed)
        return fail(s, TOO_LARGE, "メモリーが足りません", "out of memory");
    return json_write(s, root, ret_json);
}
