/* Opening a case. Each opening is a reading and is recorded in the transaction that answers it; what the reader gets is cut to the
 * items its access covers, and to what no protection hides from them, before anything is encoded. */
#include "household.h"
#include "q_intake.h"

static bool has(unsigned items, enum item item)
{
    return items & (1u << item);
}

/* The person supported and the narrative, as far as the items go and nothing of it is hidden. */
static enum status cut(struct turn *t, const struct case_private *told, const struct household *h, const struct reach *reach,
                       struct case_contents *ret_c)
{
    struct viewer v = viewer_of(t, reach);
    unsigned items = reach_items(reach), hidden = member_hidden(t->s, h, 0, &v);
    struct person_contents p = {0};
    size_t n;
    const int64_t *words = masked_words(t->s, hidden, &n);

    if (!words)
        return no_room(t);
    person_cut(&h->v[0].person, items, hidden, &p);
    *ret_c = (struct case_contents){
        .has_name = p.has_name, .name = p.name, .has_kana = p.has_kana, .kana = p.kana, .has_birth_date = p.has_birth_date,
        .birth_date = p.birth_date, .has_address = p.has_address, .address = p.address, .has_phone = p.has_phone, .phone = p.phone,
        .has_is_protected = true, .is_protected = h->v[0].has_protection && h->v[0].protection.is_on, .has_masked = n > 0,
        .masked = {words, n}};
    ret_c->has_protected_until = ret_c->is_protected && v.may_change;
    ret_c->protected_until = h->v[0].protection.until;
    if (has(items, ITEM_NARRATIVE)) {
        ret_c->has_narrative = true;
        ret_c->narrative = told->narrative;
        ret_c->has_visitor = told->has_visitor && reach->level != ACCESS_OFFERED; /* another person: no basis covers them */
        ret_c->visitor = told->visitor;
    }
    return OK;
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
        struct record_ref ref = {.type = RECORD_NOTE, .case_id = case_id, .record_id = r->note_id, .version = r->version,
                                 .epoch = r->epoch};
        struct note_private note;
        TRY(record_open(t, &ref, r->sealed, shape_note_private(), &note));
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
        return no_room(t);
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
    struct household_rows *rows;
    struct q_notes_of_rows notes = {0};
    struct case_private told;
    struct household h;
    struct case_view v = {0};
    struct reach reach;

    TRY(reach_load(t, in->case_id, &reach));
    unsigned items = reach_items(&reach);
    TRY(q_reception_of(t->tx, &(struct q_reception_of){.id = in->case_id}, &reception));
    TRY(household_queue(t, in->case_id, &reach, &rows));
    if (has(items, ITEM_NOTES) || reach.level == ACCESS_MEMBER) /* a member reads at least what it wrote itself */
        TRY(q_notes_of(t->tx, &(struct q_notes_of){.id = in->case_id, .all = has(items, ITEM_NOTES), .agency = t->s->actor.agency,
                .until = reach.until_us < t->s->now_us ? reach.until_us : t->s->now_us}, &notes));
    TRY(tx_flush(t->tx));
    if (!reception.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    TRY(household_open(t, in->case_id, rows, &told, &h));
    TRY(cut(t, &told, &h, &reach, &v.sealed));
    if (has(items, ITEM_NOTES) || notes.n)
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
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++)
        lines[i] = (struct case_line){.case_id = rows.v[i].id, .received_at = rows.v[i].received_at, .area = rows.v[i].area,
                                      .needs = {rows.v[i].needs.v, rows.v[i].needs.n}, .urgency = rows.v[i].urgency,
                                      .access = rows.v[i].level};
    out.cases.v = lines;
    out.cases.n = rows.n;
    return turn_answer(t, shape_case_lines(), &out);
}
