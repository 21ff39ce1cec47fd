/* Lines of the directory as they come from the loader: checked against the code lists, compared with what is there by a digest of
 * the line, written only when they differ. The same file again changes nothing. */
#include <string.h>

#include "base/clock.h"

#include "q_directory.h"
#include "referral.h"
#include "routes.h"
#include "seal/digest.h"
#include "wire/codec.h"

#define FIRST_DAY "2024-04-01" /* the plans' first fiscal year; lines without a date hold from then */

/* What a line will do: compared by digest with the row in force. What counts is what it says, not how its sender wrote it. */
struct line {
    struct span text;
    uint8_t digest[DIGEST16_LEN];
    bool is_new, is_same;
};

static enum status line_of(struct turn *t, struct line *l, const struct shape *shape, const void *in, const struct span *old)
{
    TRY(codec_encode(t->s, shape, in, &l->text));
    digest16(&l->text, 1, l->digest);
    l->is_new = !old;
    l->is_same = old && span_eq(*old, span_of(l->digest, sizeof l->digest));
    return OK;
}

static enum status answer_line(struct turn *t, const struct line *l)
{
    if (!l->is_same)
        TRY(q_directory_touch(t->tx));
    return ANSWER(t, put_done, .outcome = span_str(l->is_new ? "added" : l->is_same ? "unchanged" : "changed"));
}

static struct span line_digest(const struct line *l)
{
    return span_of(l->digest, sizeof l->digest);
}

/* Labels as the plans print them → words of a frozen list. */
static enum status words_of(struct turn *t, const struct words *list, const struct span *labels, size_t n, struct span **ret_words)
{
    struct span *words = scope_alloc(t->s, (n + 1) * sizeof *words);

    if (!words)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < list->n && !words[i].n; k++)
            if (span_is(labels[i], list->v[k].label_ja))
                words[i] = span_str(list->v[k].word);
        if (!words[i].n)
            return fail(t->s, INVALID, "%s の語彙にない語です: %.*s", "not a word of list %s: %.*s", list->name, (int)labels[i].n,
                        (const char *)labels[i].p);
    }
    *ret_words = words;
    return OK;
}

static enum status check_date(struct turn *t, struct span date)
{
    char at[40] = "";
    int64_t us;

    if (date.n == 10)
        memcpy(at, date.p, 10);
    memcpy(at + strlen(at), "T00:00:00Z", 11);
    if (date.n != 10 || time_parse(span_str(at), &us) != OK)
        return fail(t->s, INVALID, "日付は YYYY-MM-DD です", "a date is YYYY-MM-DD");
    return OK;
}

static enum status check_label(struct turn *t, const char *list, struct span label)
{
    struct q_code_label_rows row;

    TRY(q_code_label(t->tx, &(struct q_code_label){.list = span_str(list), .label = label}, &row));
    TRY(tx_flush(t->tx));
    if (!row.n)
        return fail(t->s, INVALID, "%s の語彙にない語です: %.*s", "not a word of list %s: %.*s", list, (int)label.n,
                    (const char *)label.p);
    return OK;
}

static enum status check_agency(struct turn *t, const struct agency_put *in, struct span from)
{
    struct agency_id code;

    if (agency_parse(in->id, &code) != OK)
        return fail(t->s, INVALID, "機関コードの形が正しくありません", "not an agency code");
    TRY(check_date(t, from));
    if (in->has_valid_to)
        TRY(check_date(t, in->valid_to));
    if (in->has_valid_to && memcmp(in->valid_to.p, from.p, from.n) <= 0)
        return fail(t->s, INVALID, "有効終了は有効開始より後です", "an agency ends after it begins");
    return check_label(t, "agency_kinds", in->kind);
}

/* What holds from a later day on is not written over from behind: only a line of its own day or a later one changes an agency. */
static enum status check_turn(struct turn *t, const struct q_agency_now_row *old, struct span from)
{
    if (memcmp(from.p, old->valid_from.p, from.n) < 0)
        return fail(t->s, CONFLICT, "%.*s からの登録がすでにあります。その日以後の日付にしてください",
                    "there is an entry from %.*s on already: choose that day or a later one", (int)old->valid_from.n,
                    (const char *)old->valid_from.p);
    return OK;
}

HANDLER(agency_put, t, in)
{
    struct span from = in->has_valid_from ? in->valid_from : SPAN_LIT(FIRST_DAY), *areas, *targets;
    struct q_agency_now_rows old;
    struct line l;

    TRY(words_of(t, words_area(), in->areas.v, in->areas.n, &areas));
    TRY(words_of(t, words_target(), in->targets.v, in->targets.n, &targets));
    TRY(check_agency(t, in, from));
    TRY(q_agency_now(t->tx, &(struct q_agency_now){.code = in->id, .valid_from = from}, &old));
    TRY(tx_flush(t->tx));
    struct agency_put dated = *in;
    dated.has_valid_from = true;
    dated.valid_from = from;
    TRY(line_of(t, &l, shape_agency_put(), &dated, !old.n ? NULL : old.v[0].has_same_day ? &old.v[0].same_day : &old.v[0].digest));
    if (l.is_same)
        return answer_line(t, &l);
    if (old.n)
        TRY(check_turn(t, &old.v[0], from));
    TRY(q_agency_end(t->tx, &(struct q_agency_end){.code = in->id, .valid_from = from}));
    TRY(q_agency_set(t->tx, &(struct q_agency_set){
        .code = in->id, .name = in->name, .kind = in->kind, .has_parent = in->has_parent, .parent = in->parent,
        .areas = {areas, in->areas.n}, .targets = {in->targets.v, in->targets.n}, .target_words = {targets, in->targets.n},
        .can_receive = in->can_receive_referral, .aliases = {in->aliases.v, in->aliases.n}, .sources = {in->sources.v, in->sources.n},
        .programs = {in->programs.v, in->programs.n}, .has_note = in->has_note, .note = in->note, .digest = line_digest(&l),
        .valid_from = from, .has_valid_to = in->has_valid_to, .valid_to = in->valid_to}));
    return answer_line(t, &l);
}

HANDLER(programme_put, t, in)
{
    struct q_programme_now_rows old;
    struct span *targets;
    struct line l;

    TRY(words_of(t, words_target(), in->targets.v, in->targets.n, &targets));
    if (!span_is(in->referral_mode, "person") && !span_is(in->referral_mode, "conference") && !span_is(in->referral_mode, "none"))
        return fail(t->s, INVALID, "referral_mode は person, conference, none です", "referral_mode is person, conference or none");
    TRY(check_label(t, "program_kinds", in->kind));
    TRY(q_programme_now(t->tx, &(struct q_programme_now){.code = in->id}, &old));
    TRY(tx_flush(t->tx));
    TRY(line_of(t, &l, shape_programme_put(), in, old.n ? &old.v[0].digest : NULL));
    if (!l.is_same)
        TRY(q_programme_set(t->tx, &(struct q_programme_set){
            .code = in->id, .name = in->name, .kind = in->kind, .mode = in->referral_mode, .targets = {targets, in->targets.n},
            .layered = in->layered, .body = l.text, .digest = line_digest(&l)}));
    return answer_line(t, &l);
}

HANDLER(need_put, t, in)
{
    struct q_need_now_rows old;
    struct line l;

    TRY(check_date(t, in->valid_from));
    TRY(q_need_now(t->tx, &(struct q_need_now){.code = in->code}, &old));
    TRY(tx_flush(t->tx));
    TRY(line_of(t, &l, shape_need_put(), in, old.n ? &old.v[0].digest : NULL));
    if (l.is_same)
        return answer_line(t, &l);
    TRY(q_need_set(t->tx, &(struct q_need_set){.code = in->code, .label = in->label, .field = in->field,
        .targets = {in->targets.v, in->targets.n}, .digest = line_digest(&l), .valid_from = in->valid_from}));
    TRY(q_duty_clear(t->tx, &(struct q_duty_clear){.need = in->code}));
    for (size_t i = 0; i < in->duty.n; i++) {
        const struct duty *d = &in->duty.v[i];
        TRY(q_duty_add(t->tx, &(struct q_duty_add){.need = in->code, .ord = (int64_t)i, .ages = {d->ages.v, d->ages.n},
                                                   .agency = d->agency, .law = d->law}));
    }
    return answer_line(t, &l);
}

static enum status check_hours(struct turn *t, const struct routing_put *in)
{
    if (in->closes_min <= in->opens_min)
        return fail(t->s, INVALID, "閉庁は開庁より後です", "closing time must be after opening time");
    for (size_t i = 0; i < in->open_weekdays.n; i++)
        if (in->open_weekdays.v[i] < 1 || in->open_weekdays.v[i] > 7)
            return fail(t->s, INVALID, "曜日は 1（月）から 7（日）です", "weekdays are 1 (Monday) to 7 (Sunday)");
    return OK;
}

HANDLER(routing_put, t, in)
{
    struct q_routing_now_rows old;
    struct q_agency_now_rows agency;
    struct line l;

    TRY(check_hours(t, in));
    TRY(check_date(t, in->valid_from));
    TRY(q_routing_now(t->tx, &(struct q_routing_now){.agency = in->agency}, &old));
    TRY(q_agency_now(t->tx, &(struct q_agency_now){.code = span_str(in->agency.code), .valid_from = in->valid_from}, &agency));
    TRY(tx_flush(t->tx));
    if (!agency.n)
        return fail(t->s, INVALID, "機関 %s は名簿にありません", "agency %s is not in the directory", in->agency.code);
    TRY(line_of(t, &l, shape_routing_put(), in, old.n ? &old.v[0].digest : NULL));
    if (!l.is_same)
        TRY(q_routing_set(t->tx, &(struct q_routing_set){
            .agency = in->agency, .specialises = {in->specialises.v, in->specialises.n}, .emergency = in->emergency,
            .regime = in->legal_regime, .opens = in->opens_min, .closes = in->closes_min,
            .weekdays = {in->open_weekdays.v, in->open_weekdays.n}, .has_capacity = in->has_capacity, .capacity = in->capacity,
            .has_ages = in->has_ages, .ages = {in->ages.v, in->ages.n}, .why = in->why, .digest = line_digest(&l),
            .valid_from = in->valid_from, .has_valid_to = in->has_valid_to, .valid_to = in->valid_to}));
    return answer_line(t, &l);
}

HANDLER(indicator_put, t, in)
{
    struct q_indicator_now_rows old;
    struct line l;

    TRY(q_indicator_now(t->tx, &(struct q_indicator_now){.code = in->id}, &old));
    TRY(tx_flush(t->tx));
    TRY(line_of(t, &l, shape_indicator_put(), in, old.n ? &old.v[0].digest : NULL));
    if (!l.is_same)
        TRY(q_indicator_set(t->tx, &(struct q_indicator_set){.code = in->id, .body = in->body, .digest = line_digest(&l)}));
    return answer_line(t, &l);
}

HANDLER(code_put, t, in)
{
    struct q_code_now_rows old;
    struct line l = {.is_new = false};

    TRY(q_code_now(t->tx, &(struct q_code_now){.list = in->list, .code = in->code}, &old));
    TRY(tx_flush(t->tx));
    l.is_new = !old.n;
    l.is_same = old.n && span_eq(old.v[0].label, in->label);
    if (!l.is_same)
        TRY(q_code_set(t->tx, &(struct q_code_set){.list = in->list, .code = in->code, .label = in->label}));
    return answer_line(t, &l);
}

static enum status check_basis(struct turn *t, const struct basis_put *in)
{
    TRY(check_date(t, in->valid_from));
    if (in->has_valid_to)
        TRY(check_date(t, in->valid_to));
    if (in->code == BASIS_NONE)
        return fail(t->s, INVALID, "「根拠なし」は根拠ではありません", "none is no ground for sharing");
    if (!in->receivers.n || !in->items.n)
        return fail(t->s, INVALID, "提供先と項目を1つ以上選んでください", "a ground names at least one kind of receiver and one item");
    if (in->has_valid_to && memcmp(in->valid_to.p, in->valid_from.p, in->valid_from.n) <= 0)
        return fail(t->s, INVALID, "有効終了は有効開始より後です", "a ground ends after it begins");
    return OK;
}

HANDLER(basis_put, t, in)
{
    struct q_basis_turn_row turn;
    struct q_basis_now_rows old;
    struct line l;

    TRY(check_basis(t, in));
    TRY(q_basis_turn(t->tx, &turn));
    TRY(q_basis_now(t->tx, &(struct q_basis_now){.code = in->code, .valid_from = in->valid_from}, &old));
    TRY(tx_flush(t->tx));
    TRY(line_of(t, &l, shape_basis_put(), in, old.n ? &old.v[0].digest : NULL));
    if (l.is_same)
        return answer_line(t, &l);
    TRY(q_basis_end(t->tx, &(struct q_basis_end){.code = in->code, .valid_from = in->valid_from}));
    TRY(q_basis_set(t->tx, &(struct q_basis_set){
        .code = in->code, .law = in->law, .needs_consent = in->needs_consent, .is_meeting = in->is_meeting,
        .receivers = {in->receivers.v, in->receivers.n}, .items = {in->items.v, in->items.n}, .has_secrecy = in->has_secrecy,
        .secrecy = in->secrecy, .has_note = in->has_note, .note = in->note, .digest = line_digest(&l), .valid_from = in->valid_from,
        .has_valid_to = in->has_valid_to, .valid_to = in->valid_to}));
    return answer_line(t, &l);
}
