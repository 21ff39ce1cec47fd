/* Any bytes as JSON of any message: refused with a reason, or understood so well that writing and reading it again changes
 * nothing. The first byte picks the shape: messages, then records. */
#include "wire/codec.h"
#include "wire/message.h"

#include "fuzz.h"

static size_t count(const struct shape *(*at)(size_t))
{
    size_t n = 0;

    while (at(n))
        n++;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    size_t messages = count(message_at), pick = data[0] % (messages + count(record_at));
    const struct shape *shape = pick < messages ? message_at(pick) : record_at(pick - messages);
    const struct field *sealed = shape_sealed(shape);
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    must(s != NULL);
    void *first = scope_alloc(s, shape->size), *second = scope_alloc(s, shape->size);
    struct span json = span_of(data + 1, n - 1), once, twice, payload, body, merged;

    if (codec_decode(s, shape, json, SCHEMA_MINOR, first) == OK) {
        must(codec_encode(s, shape, first, &once) == OK);
        must(codec_decode(s, shape, once, SCHEMA_MINOR, second) == OK);
        must(codec_encode(s, shape, second, &twice) == OK);
        must(span_eq(once, twice));
    } else {
        must(s->why.en[0] != '\0' && s->why.ja[0] != '\0');
        must(span_is_utf8(span_str(s->why.ja)) && span_is_utf8(span_str(s->why.en)));
    }
    if (codec_split(s, shape, json, NULL, 0, &payload, &body) == OK) {
        must(codec_merge(s, payload, sealed ? sealed->name : "sealed", body, &merged) == OK);
        must(codec_split(s, shape, merged, NULL, 0, &once, &twice) == OK);
        must(span_eq(once, payload) && span_eq(twice, body));
    }
    return 0;
}
