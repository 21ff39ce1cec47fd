/* Any bytes as the parts of a frame: refused, or parsed into a frame that builds to a header meaning the same. The first byte
 * gives the number of parts; each part but the last is led by its length in two bytes, big-endian. */
#include "wire/codec.h"
#include "wire/frame.h"

#include "fuzz.h"
#include "parts.h"

enum { PARTS_MOST = 7 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span parts[PARTS_MOST];
    struct frame f, again;

    if (n == 0)
        return 0;
    size_t part_n = data[0] % (PARTS_MOST + 1);
    struct span rest = span_of(data + 1, n - 1);
    for (size_t i = 0; i < part_n; i++)
        parts[i] = take_part(&rest, i + 1 == part_n);

    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    must(s != NULL);
    if (frame_parse(s, parts, part_n, &f) != OK) {
        must(s->why.en[0] != '\0' && s->why.ja[0] != '\0');
        return 0;
    }
    must(part_n == FRAME_PARTS && f.part[PART_BODY].n <= BODY_MAX && f.part[PART_TAG].n <= TAG_LEN);
    must(frame_build(s, &f.header, f.part[PART_PAYLOAD], f.part[PART_BODY], &again) == OK);
    struct span header = again.part[PART_HEADER];
    must(frame_parse(s, again.part, FRAME_PARTS, &f) == OK);
    must(frame_build(s, &f.header, f.part[PART_PAYLOAD], f.part[PART_BODY], &again) == OK);
    must(span_eq(header, again.part[PART_HEADER]));
    return 0;
}
