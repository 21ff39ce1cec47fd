/* Opening a case. Each opening is a reading and is recorded in the transaction that answers it; what the reader gets is cut to the
 * items its access covers before anything is encoded. */
#include "intake.h"
#include "q_intake.h"
#include "seal/seal.h"
#include "store.h"
#include "wire/codec.h"

static enum status unseal(struct turn *t, enum record_type type, struct uuid case_id, struct uuid record_id, int64_t version,
                          int64_t epoch, struct span sealed, const struct shape *shape, void *ret_private)
{
    struct record_id_fields want = {.type = (uint16_t)type, .case_id = case_id, .record_id = record_id, .epoch = (uint32_t)epoch,
                                    .version = (uint32_t)version};
    struct span plain;

    TRY(unseal_record(t->s, t->key, &want, sealed, &plain));
    return codec_decode(t->s, shape, plain, SCHEMA_MINOR, ret_private);
}

static bool has(unsigned items, enum item item)
{
    return items & (1u << item);
}

/* The person and the narrative, as far as the items go. */
static void cut(const struct case_private *all, unsigned items, struct case_contents *ret_c)
{
    if (has(items, ITEM_NARRATIVE)) {
        ret_c->has_narrative = true;
        ret_c->narrative = all->narrative;
        ret_c->has_visitor = all->has_visitor;
        ret_c->visitor = all->visitor;
    }
    if (has(items, ITEM_IDENTITY)) {
        ret_c->has_name = all->has_name;
        ret_c->name = all->name;
        ret_c->has_kana = all->has_kana;
        ret_c->kana = all->kana;
        ret_c->has_birth_date = all->has_birth_date;
        ret_c->birth_date = all->birth_date;
    }
    if (has(items, ITEM_CONTACT)) {
        ret_c->has_address = all->has_address;
        ret_c->address = all->address;
        ret_c->has_phone = all->has_phone;
        ret_c->phone = all->phone;
    }
}

enum { NOTES_BYTES_MAX = 300 << 10 }; /* of text in one answer, well within a frame's body */

/* The latest notes that fit; rows come oldest first. */
static size_t first_that_fits(const struct q_notes_of_rows *rows)
{
    size_t bytes = 0, i = rows->n;

    while (i > 0 && bytes + rows->v[i - 1].sealed.n <= NOTES_BYTES_MAX)
        bytes += rows->v[--i].sealed.n;
    return i;
}

static enum status read_notes(struct turn *t, struct uuid case_id, const struct q_notes_of_rows *rows, struct case_view *v)
{
    struct note_line *lines = scope_alloc(t->s, (rows->n + 1) * sizeof *lines);
    struct note_text *texts = scope_alloc(t->s, (rows->n + 1) * sizeof *texts);

    if (!lines || !texts)
        return fail(t->s, TOO_LARGE, "記録が多すぎます", "too many notes for one answer");
    size_t first = first_that_fits(rows);
    for (size_t k = first; k < rows->n; k++) {
        const struct q_notes_of_row *r = &rows->v[k];
        size_t i = k - first;
        struct note_private note;
        TRY(unseal(t, RECORD_NOTE, case_id, r->note_id, r->version, r->epoch, r->sealed, shape_note_private(), &note));
        lines[i] = (struct note_line){.note_id = r->note_id, .at = r->at, .by = r->by, .kind = r->kind,
                                      .has_corrects = r->has_corrects, .corrects = r->corrects};
        texts[i] = (struct note_text){.note_id = r->note_id, .text = note.text};
    }
    v->notes.v = lines;
    v->sealed.notes.v = texts;
    v->notes.n = v->sealed.notes.n = rows->n - first;
    v->sealed.has_notes = true;
    return OK;
}

static enum status answer_view(struct turn *t, const struct case_show *in, const struct reach *reach,
                               const struct q_reception_of_row *r, struct case_view *v)
{
    unsigned bits = reach_items(reach);
    int64_t *items = scope_alloc(t->s, item_N_ * sizeof *items);

    if (!items)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (int i = 0; i < item_N_; i++)
        if (has(bits, (enum item)i))
            items[v->items.n++] = i;
    v->items.v = items;
    v->case_id = in->case_id;
    v->received_at = r->received_at;
    v->received_by = r->received_by;
    v->channel = r->channel;
    v->area = r->area;
    v->age_band = r->age;
    v->needs.v = r->needs.v;
    v->needs.n = r->needs.n;
    v->urgency = r->urgency;
    v->consent = r->consent;
    v->access = reach->level;
    v->has_sealed = true;
    TRY(RECORD_EVENT(t, .what = HAPPENED_CASE_READ, .case_id = in->case_id,
                     .detail = words_at(words_access_level(), reach->level)));
    return turn_answer(t, shape_case_view(), v);
}

HANDLER(case_show, t, in)
{
    struct q_reception_of_rows reception;
    struct q_case_record_rows record;
    struct q_notes_of_rows notes = {0};
    struct case_private private;
    struct case_view v = {0};
    struct reach reach;

    TRY(reach_load(t, in->case_id, &reach));
    unsigned items = reach_items(&reach);
    TRY(q_reception_of(t->tx, &(struct q_reception_of){.id = in->case_id}, &reception));
    TRY(q_case_record(t->tx, &(struct q_case_record){.id = in->case_id}, &record));
    if (has(items, ITEM_NOTES))
        TRY(q_notes_of(t->tx, &(struct q_notes_of){.id = in->case_id,
                .until = reach.until_us < t->s->now_us ? reach.until_us : t->s->now_us}, &notes));
    TRY(tx_flush(t->tx));
    if (!reception.n || !record.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    TRY(unseal(t, RECORD_CASE, in->case_id, in->case_id, record.v[0].version, record.v[0].epoch, record.v[0].sealed,
               shape_case_private(), &private));
    cut(&private, items, &v.sealed);
    if (has(items, ITEM_NOTES))
        TRY(read_notes(t, in->case_id, &notes, &v));
    return answer_view(t, in, &reach, &reception.v[0], &v);
}

HANDLER(case_list, t, in)
{
    struct q_cases_of_rows rows;
    struct case_lines out = {0};

    TRY(q_cases_of(t->tx, &(struct q_cases_of){.agency = t->s->actor.agency, .before = in->has_before ? in->before : t->s->now_us,
                                               .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct case_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++)
        lines[i] = (struct case_line){.case_id = rows.v[i].id, .received_at = rows.v[i].received_at, .area = rows.v[i].area,
                                      .needs = {rows.v[i].needs.v, rows.v[i].needs.n}, .urgency = rows.v[i].urgency,
                                      .access = rows.v[i].level};
    out.cases.v = lines;
    out.cases.n = rows.n;
    return turn_answer(t, shape_case_lines(), &out);
}
