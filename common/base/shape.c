/* The few questions every reader of a shape asks. The size of an item follows from its kind alone, so a generic reader can
 * step through any list without knowing what it holds. */
#include "base/shape.h"

static const struct {
    const char *word;
    size_t size;
} KIND[KIND_N] = {
    [K_UUID] = {"uuid", sizeof(struct uuid)},   [K_AGENCY] = {"agency", sizeof(struct agency_id)},
    [K_TEXT] = {"text", sizeof(struct span)},   [K_BYTES] = {"bytes", sizeof(struct span)},
    [K_I64] = {"i64", sizeof(int64_t)},         [K_TIME] = {"time", sizeof(int64_t)},
    [K_ENUM] = {"enum", sizeof(int64_t)},       [K_BOOL] = {"bool", sizeof(bool)},
    [K_RECORD] = {"record", 0 /* its shape's */},
};

size_t field_item_size(const struct field *f)
{
    return f->kind == K_RECORD ? f->shape()->size : KIND[f->kind].size;
}

const char *kind_word(enum kind k)
{
    unsigned i = (unsigned)k;
    return i < KIND_N ? KIND[i].word : "?";
}

const struct field *shape_field(const struct shape *s, struct span name)
{
    for (size_t i = 0; i < s->n; i++)
        if (span_is(name, s->field[i].name))
            return &s->field[i];
    return NULL;
}

int words_find(const struct words *w, struct span word)
{
    for (size_t i = 0; i < w->n; i++)
        if (span_is(word, w->v[i].word))
            return (int)i;
    return -1;
}

const char *words_at(const struct words *w, int64_t value)
{
    return value >= 0 && (uint64_t)value < w->n ? w->v[value].word : "?";
}
