/* Looking agencies up. */
#include "q_directory.h"
#include "referral.h"
#include "routes.h"

HANDLER(agency_show, t, in)
{
    struct q_agency_on_rows row;
    struct q_programme_names_rows names;

    TRY(q_agency_on(t->tx, &(struct q_agency_on){.code = span_str(in->agency.code), .at = t->s->now_us}, &row));
    TRY(tx_flush(t->tx));
    if (!row.n)
        return fail(t->s, NOT_FOUND, "機関 %s は名簿にありません", "agency %s is not in the directory", in->agency.code);
    const struct q_agency_on_row *a = &row.v[0];
    TRY(q_programme_names(t->tx, &(struct q_programme_names){.codes = {a->programs.v, a->programs.n}}, &names));
    TRY(tx_flush(t->tx));
    struct programme_line *programmes = scope_alloc(t->s, names.n * sizeof *programmes + 1);
    if (!programmes)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < names.n; i++)
        programmes[i] = (struct programme_line){.id = names.v[i].code, .name = names.v[i].name};
    return ANSWER(t, agency_view, .agency = a->code, .name = a->name, .kind = a->kind, .has_parent = a->has_parent, .parent = a->parent,
                  .can_receive_referral = a->can_receive, .areas = {a->areas.v, a->areas.n}, .targets = {a->targets.v, a->targets.n},
                  .aliases = {a->aliases.v, a->aliases.n}, .programmes = {programmes, names.n}, .has_note = a->has_note,
                  .note = a->note, .valid_from = a->valid_from, .has_valid_to = a->has_valid_to, .valid_to = a->valid_to);
}

HANDLER(agency_find, t, in)
{
    struct q_agencies_like_rows rows;

    TRY(q_agencies_like(t->tx, &(struct q_agencies_like){
        .part = in->has_text ? in->text : SPAN_LIT(""),
        .need = in->has_need ? span_str(words_at(words_need(), in->need)) : SPAN_LIT(""), .at = t->s->now_us,
        .area = in->has_area ? span_str(words_at(words_area(), in->area)) : SPAN_LIT(""),
        .after = in->has_after ? span_str(in->after.code) : SPAN_LIT(""),
        .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct agency_line *lines = scope_alloc(t->s, rows.n * sizeof *lines + 1);
    if (!lines)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < rows.n; i++)
        lines[i] = (struct agency_line){.agency = rows.v[i].code, .name = rows.v[i].name, .kind = rows.v[i].kind,
                                        .can_receive_referral = rows.v[i].can_receive, .areas = {rows.v[i].areas.v, rows.v[i].areas.n},
                                        .targets = {rows.v[i].targets.v, rows.v[i].targets.n}};
    return ANSWER(t, agency_lines, .agencies = {lines, rows.n});
}

static void basis_line_of(const struct q_bases_on_row *r, struct basis_line *to)
{
    *to = (struct basis_line){.code = r->code, .law = r->law, .needs_consent = r->needs_consent, .is_meeting = r->is_meeting,
                              .receivers = {r->receivers.v, r->receivers.n}, .items = {r->items.v, r->items.n},
                              .has_secrecy = r->has_secrecy, .secrecy = r->secrecy, .valid_from = r->valid_from};
}

HANDLER(basis_list, t, in)
{
    struct q_bases_on_rows rows;
    struct basis_line lines[legal_basis_N_];
    size_t n = 0;

    (void)in;
    TRY(q_bases_on(t->tx, &(struct q_bases_on){.at = t->s->now_us}, &rows));
    TRY(tx_flush(t->tx));
    for (int code = 0; code < legal_basis_N_; code++)
        for (size_t i = 0; i < rows.n; i++)
            if (rows.v[i].code == code && n < COUNT(lines))
                basis_line_of(&rows.v[i], &lines[n++]);
    return ANSWER(t, basis_lines, .bases = {lines, n});
}
