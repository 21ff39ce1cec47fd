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

enum status turn_key(struct turn *t, int64_t epoch, const struct secret **ret_key)
{
    const struct epoch_keys *older = t->older;

    if (t->key && epoch == t->key_epoch) {
        *ret_key = t->key;
        return OK;
    }
    for (size_t i = 0; older && i < older->n; i++) {
        if (older->epoch[i] != epoch)
            continue;
        struct span all = secret_span(older->all);
        if (!secret_set(older->one, span_of(all.p + i * secret_span(older->one).n, secret_span(older->one).n)))
            return fail(t->s, INTERNAL, "鍵の長さが正しくありません", "a key of another length");
        *ret_key = older->one;
        return OK;
    }
    return fail(t->s, DENIED, "この記録の鍵（第 %d 世代）は、貴機関には渡されていません",
                "the key of this record (epoch %d) was not given to your agency", (int)epoch);
}

struct uuid turn_sibling(struct turn *t, struct uuid of)
{
    struct uuid id = scope_uuid(t->s);

    memcpy(id.b + 12, of.b + 12, 4);
    return id;
}
