/* Frames: what a peer sent is measured before it is read, and only the header is read. The parts stay the received bytes,
 * because tags and hashes are over those and never over a re-encoding. */
#include "wire/frame.h"

#include "internal.h"
#include "wire/codec.h"

static const char MAGIC[] = {'K', 'M', '1'};

static const struct {
    const char *name;
    size_t max;
} PART[FRAME_PARTS] = {
    [PART_MAGIC] = {"magic", sizeof MAGIC},
    [PART_HEADER] = {"header", HEADER_MAX},
    [PART_PAYLOAD] = {"payload", PAYLOAD_MAX},
    [PART_BODY] = {"body", BODY_MAX},
    [PART_TAG] = {"tag", TAG_LEN},
};

_Static_assert(sizeof MAGIC + HEADER_MAX + PAYLOAD_MAX + BODY_MAX + TAG_LEN <= FRAME_MAX,
               "a full frame is within FRAME_MAX");
_Static_assert((int)FRAME_MAX <= (int)JSON_MAX, "payload and body merged can be read");

static enum status check_sizes(struct scope *s, const struct span *parts)
{
    for (size_t i = 0; i < FRAME_PARTS; i++)
        if (parts[i].n > PART[i].max)
            return fail(s, TOO_LARGE, "フレームの %s が大きすぎます（%zu バイトまで）",
                        "frame part %s is too large (at most %zu bytes)", PART[i].name,
                        PART[i].max);
    return OK;
}

enum status frame_parse(struct scope *s, const struct span *parts, size_t n,
                        struct frame *ret_frame)
{
    struct frame f;
    bool skipped;

    if (n != FRAME_PARTS || !span_eq(parts[PART_MAGIC], span_of(MAGIC, sizeof MAGIC)))
        return fail(s, INVALID, "KM1 フレームではありません", "not a KM1 frame");
    TRY(check_sizes(s, parts));
    TRY(decode_noting(s, shape_header(), parts[PART_HEADER], &f.header, &skipped));
    if (skipped && f.header.minor <= SCHEMA_MINOR)
        return fail(s, INVALID, "フレームのヘッダーに未知の項目があります",
                    "frame header has an unknown field");
    memcpy(f.part, parts, sizeof f.part);
    *ret_frame = f;
    return OK;
}

enum status frame_build(struct scope *s, const struct header *h, struct span payload,
                        struct span body, struct frame *ret_frame)
{
    struct frame f = {.header = *h};

    f.part[PART_MAGIC] = span_of(MAGIC, sizeof MAGIC);
    f.part[PART_PAYLOAD] = payload;
    f.part[PART_BODY] = body;
    TRY(codec_encode(s, shape_header(), h, &f.part[PART_HEADER]));
    TRY(check_sizes(s, f.part));
    *ret_frame = f;
    return OK;
}
