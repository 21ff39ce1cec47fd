/* What a handler can do beside reading and writing rows: answer, emit, record. All three only collect in the message's own scope;
 * the batch writes and sends them, so nothing leaves a process that is not committed. */
#include "svc/turn.h"

#include <string.h>

#include "engine.h"
#include "wire/codec.h"

enum status turn_answer(struct turn *t, const struct shape *shape, const void *msg)
{
    const struct field *sealed = shape_sealed(shape);

    TRY(codec_encode(t->s, shape, msg, &t->answer));
    t->answer_type = shape->name;
    t->answer_sealed = (struct span){0};
    if (sealed && field_present(msg, sealed))
        TRY(codec_encode(t->s, sealed->shape(), field_at(msg, sealed), &t->answer_sealed));
    return OK;
}

enum status turn_emit(struct turn *t, const char *dest, struct uuid key, const struct shape *shape, const void *msg)
{
    struct outgoing *o = SCOPE_NEW(t->s, struct outgoing);

    if (!o)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    *o = (struct outgoing){.dest = dest, .key = key, .id = scope_uuid(t->s), .shape = shape, .turn = t, .next = t->out};
    TRY(codec_encode(t->s, shape, msg, &o->payload));
    t->out = o;
    return OK;
}

enum status turn_record(struct turn *t, const struct happened *h)
{
    struct incident *i = SCOPE_NEW(t->s, struct incident);

    if (!i)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    *i = (struct incident){.h = *h, .next = t->incidents};
    t->incidents = i;
    return OK;
}

struct uuid turn_sibling(struct turn *t, struct uuid of)
{
    struct uuid id = scope_uuid(t->s);

    memcpy(id.b + 12, of.b + 12, 4);
    return id;
}
