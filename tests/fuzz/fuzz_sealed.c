/* What lies inside a sealed record when it is opened: any bytes as the private part of a case, a note or a meeting are refused with a
 * reason, or understood, and then survive being written, sealed, opened and read. The first byte chooses the shape. */
#include "seal/seal.h"
#include "wire/codec.h"
#include "wire/message.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct shape *(*const shapes[])(void) = {shape_case_private, shape_note_private, shape_meeting_private};

    if (n == 0)
        return 0;
    must(seal_init() == OK);
    const struct shape *shape = shapes[data[0] % COUNT(shapes)]();
    const struct record_id_fields id = {.type = data[0], .epoch = 1, .version = 1};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(secret) key = secret_random(DATA_KEY_LEN);
    must(s != NULL && key != NULL);
    void *first = scope_alloc(s, shape->size), *second = scope_alloc(s, shape->size);
    struct span json = span_of(data + 1, n - 1), once, twice, sealed, plain;

    if (codec_decode(s, shape, json, SCHEMA_MINOR, first) != OK) {
        must(s->why.en[0] != 0 && s->why.ja[0] != 0);
        return 0;
    }
    must(codec_encode(s, shape, first, &once) == OK);
    must(seal_record(s, key, &id, once, &sealed) == OK); /* no private part is too large for a record */
    must(unseal_record(s, key, &id, sealed, &plain) == OK && span_eq(plain, once));
    must(codec_decode(s, shape, plain, SCHEMA_MINOR, second) == OK);
    must(codec_encode(s, shape, second, &twice) == OK && span_eq(once, twice));
    return 0;
}
