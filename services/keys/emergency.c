/* Breaking the glass opens one case to one user for an hour, and never silently: the row, the READ record, the word to the supervisor
 * and the auditor and the review are of one transaction. What was said for it rests nowhere but sealed for audit. And who read a case
 * can be asked by those who watch over it. */
#include "base/calendar.h"
#include "base/hex.h"
#include "q_keys.h"
#include "rules.h"
#include "seal/envelope.h"
#include "wire/message.h"
#include "wire/words.h"

static enum status no_case(struct turn *t)
{
    return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
}

static enum status words_seal(struct turn *t, struct uuid id, struct span text, struct span *ret_hex)
{
    struct span sealed;

    TRY(envelope_seal_body(t->s, keys_of(t)->ring, "audit", span_of(id.b, UUID_LEN), text, &sealed));
    return hex_print(t->s, sealed, ret_hex);
}

HANDLER(break_glass, t, in)
{
    const struct actor *by = &t->s->actor;
    int64_t at = t->s->now_us, until = at + GLASS_MIN * 60 * (int64_t)US_PER_S;
    struct uuid id = scope_uuid(t->s);
    struct q_case_state_row now;
    struct span words;

    TRY(rule_glass(t->s, &t->ticket, at, in->text));
    if (!by->agency.code[0])
        return fail(t->s, DENIED, "どの機関の職員かわかりません", "it is not known of which agency you are");
    TRY(q_case_state(t->tx, &(struct q_case_state){.id = in->case_id}, &now));
    TRY(tx_flush(t->tx));
    if (!now.epoch)
        return no_case(t);
    TRY(q_glass_add(t->tx, &(struct q_glass_add){.id = id, .case_id = in->case_id, .agency = by->agency,
                                                         .user = span_str(by->user), .reason = in->reason, .since = at,
                                                         .until = until}));
    TRY(reading_add(t, in->case_id, READING_EMERGENCY, "keys"));
    TRY(EMIT(t, "intake", in->case_id, case_emergency, .case_id = in->case_id, .agency = by->agency, .user = span_str(by->user),
             .at = at, .until = until));
    TRY(words_seal(t, id, in->text, &words));
    TRY(EMIT(t, "audit", in->case_id, glass_broken, .id = id, .case_id = in->case_id, .agency = by->agency,
             .user = span_str(by->user), .reason = in->reason, .text = words, .at = at, .until = until));
    return ANSWER(t, emergency_open, .case_id = in->case_id, .until = until,
                  .review_by = business_due_us(at, REVIEW_DAYS, REVIEW_CLOSES_MIN));
}

/* A supervisor of an agency that takes part, a coordinator, an auditor. */
HANDLER(reading_list, t, in)
{
    struct q_participates_row part = {.is_in = true};
    struct q_readings_of_rows rows;

    if (t->s->actor.role == ROLE_TEAM_LEAD)
        TRY(q_participates(t->tx, &(struct q_participates){.id = in->case_id, .agency = span_str(t->s->actor.agency.code)}, &part));
    TRY(q_readings_of(t->tx, &(struct q_readings_of){.id = in->case_id, .before = in->has_before ? in->before : INT64_MAX / 2,
                                                     .most = in->has_limit ? in->limit : 100}, &rows));
    TRY(tx_flush(t->tx));
    if (!part.is_in)
        return no_case(t);
    TRY(key_audited(t, shape_reading_list(), in));
    struct reading_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return keys_no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_readings_of_row *r = &rows.v[i];
        lines[i] = (struct reading_line){.at = r->at, .user = r->user_name, .role = r->role, .kind = r->kind, .service = r->service};
        if (r->agency.n)
            TRY(agency_parse(r->agency, &lines[i].agency));
    }
    return ANSWER(t, reading_lines, .case_id = in->case_id, .readings = {lines, rows.n});
}
