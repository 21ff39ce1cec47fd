#ifndef KM_WIRE_FRAME_H
#define KM_WIRE_FRAME_H

#include "base/scope.h"
#include "wire/message.h"

/* Frame KM1: five ZeroMQ parts, "KM1" | header | payload | body | tag. */

enum {
    FRAME_PARTS = 5,
    HEADER_MAX = 4 << 10,
    PAYLOAD_MAX = 256 << 10,
    BODY_MAX = 512 << 10,
    FRAME_MAX = 1 << 20,
    TAG_LEN = 64, /* at most: an agency host signs; 32 between services */
    FRAME_WINDOW_S = 300
};

enum frame_part { PART_MAGIC, PART_HEADER, PART_PAYLOAD, PART_BODY, PART_TAG };

struct frame {
    struct header header;
    struct span part[FRAME_PARTS]; /* the received bytes; signed and hashed as they are */
};

/* frame_parse: checks number and sizes of parts, magic and header; payload, body and tag stay unread bytes.
 *   in     parts  n spans, borrowed by the frame
 *   fails  INVALID wrong magic, part count or header · TOO_LARGE a part over its limit
 *   pure   yes */
enum status frame_parse(struct scope *s, const struct span *parts, size_t n, struct frame *ret_frame) MUST_CHECK;

/* frame_build: encodes the header into part[PART_HEADER]; payload and body as given; the tag is left empty for seal to fill.
 *   fails  TOO_LARGE */
enum status frame_build(struct scope *s, const struct header *h, struct span payload, struct span body,
                        struct frame *ret_frame) MUST_CHECK;

#endif
