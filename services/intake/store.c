/* Rows and sealed records of intake as the structs its rules decide on. A record opens only as the very one its row says it is. */
#include "store.h"

#include "q_intake.h"
#include "seal/seal.h"
#include "wire/codec.h"

enum status no_room(struct turn *t)
{
    return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
}

enum status reach_load(struct turn *t, struct uuid case_id, struct reach *ret_reach)
{
    struct q_reach_of_row row;

    TRY(q_reach_of(t->tx, &(struct q_reach_of){.id = case_id, .agency = t->s->actor.agency, .actor = span_str(t->s->actor.user),
                                               .now = t->s->now_us}, &row));
    TRY(tx_flush(t->tx));
    struct reach was = {.level = row.has_level ? (enum access_level)row.level : ACCESS_NONE,
                        .items = {row.items.v, row.items.n}, .until_us = row.has_until ? row.until : INT64_MAX,
                        .has_team = row.has_team, .on_team = row.on_team};
    return reach_decide(t->s, &was, t->s->actor.role, row.emergency, ret_reach);
}

enum status member_load(struct turn *t, struct uuid case_id, struct reach *ret_reach)
{
    TRY(reach_load(t, case_id, ret_reach));
    if (reach_may_write(ret_reach))
        return OK;
    return fail(t->s, DENIED, "このケースに記録できるのは支援関係機関だけです", "only members of the case may write in it");
}

/* Spaces after the closing brace: JSON takes them, and nobody sees how long the text was. */
static enum status pad(struct turn *t, size_t least, struct span *text)
{
    size_t n = least;

    while (n < text->n)
        n *= 4;
    uint8_t *to = scope_alloc(t->s, n);
    if (!to)
        return no_room(t);
    memset(to, ' ', n);
    memcpy(to, text->p, text->n);
    *text = span_of(to, n);
    return OK;
}

enum status record_seal(struct turn *t, const struct record_ref *ref, const struct shape *shape, const void *private, size_t least,
                        struct span *ret_sealed)
{
    struct record_id_fields id = {.type = ref->type, .case_id = ref->case_id, .record_id = ref->record_id,
                                  .epoch = (uint32_t)t->key_epoch, .version = (uint32_t)ref->version};
    struct span plain;

    TRY(codec_encode(t->s, shape, private, &plain));
    if (least)
        TRY(pad(t, least, &plain));
    return seal_record(t->s, t->key, &id, plain, ret_sealed);
}

enum status record_open(struct turn *t, const struct record_ref *ref, struct span sealed, const struct shape *shape, void *ret_private)
{
    struct record_id_fields want = {.type = ref->type, .case_id = ref->case_id, .record_id = ref->record_id,
                                    .epoch = (uint32_t)ref->epoch, .version = (uint32_t)ref->version};
    const struct secret *key;
    struct span plain;

    TRY(turn_key(t, ref->epoch, &key));
    TRY(unseal_record(t->s, key, &want, sealed, &plain));
    return codec_decode(t->s, shape, plain, SCHEMA_MINOR, ret_private);
}
