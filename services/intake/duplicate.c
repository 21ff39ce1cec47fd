/* Two records that may be one person: a coordinator decides, and can decide otherwise later. The agencies that asked learn
 * nothing of it; the pair holds ids, a score and the names of rules, and no personal data. */
#include "duplicate.h"

#include "base/clock.h"
#include "people/rule.h"
#include "q_intake.h"
#include "store.h"

enum found_effect duplicate_decide_found(enum duplicate_state was, int64_t was_score, int64_t score)
{
    if (was == DUPLICATE_NOT)
        return score > was_score ? FOUND_REOPEN : FOUND_NOTHING;
    return score == was_score ? FOUND_NOTHING : FOUND_UPDATE;
}

enum status duplicate_decide_state(struct scope *s, enum duplicate_state was, enum duplicate_state next, struct span reason,
                                   int *ret_happened)
{
    if (was == next)
        return fail(s, CONFLICT, "この組はすでに「%s」です", "this pair is %s already", words_duplicate_state()->v[was].label_ja);
    if (!reason.n)
        return fail(s, INVALID, "理由を書いてください", "a reason is required");
    *ret_happened = next == DUPLICATE_MERGED ? (int)HAPPENED_MERGED : was == DUPLICATE_MERGED ? (int)HAPPENED_UNMERGED : -1;
    return OK;
}

static enum status add_pair(struct turn *t, const struct duplicate_found *in)
{
    struct uuid id = turn_sibling(t, in->case_id);

    TRY(q_duplicate_add(t->tx, &(struct q_duplicate_add){
        .id = id, .case_id = in->case_id, .person_id = in->person_id, .other_case = in->other_case, .other_person = in->other_person,
        .score = in->score, .rules = {in->rules.v, in->rules.n}, .at = in->at}));
    return EMIT(t, "audit", in->case_id, notice_put, .notice_id = scope_uuid(t->s), .kind = NOTICE_DUPLICATE);
}

HANDLER(duplicate_found, t, in)
{
    struct q_duplicate_of_pair_rows row;

    TRY(q_duplicate_of_pair(t->tx, &(struct q_duplicate_of_pair){.a_case = in->case_id, .a_person = in->person_id,
                                                                 .b_case = in->other_case, .b_person = in->other_person}, &row));
    TRY(tx_flush(t->tx));
    if (!row.n)
        return add_pair(t, in);
    const struct q_duplicate_of_pair_row *was = &row.v[0];
    enum found_effect effect = duplicate_decide_found((enum duplicate_state)was->state, was->score, in->score);
    if (effect == FOUND_NOTHING)
        return OK;
    TRY(q_duplicate_raise(t->tx, &(struct q_duplicate_raise){.id = was->id, .was = was->version, .score = in->score,
                                                             .rules = {in->rules.v, in->rules.n},
                                                             .reopened = effect == FOUND_REOPEN}));
    if (effect == FOUND_UPDATE)
        return OK;
    return q_decision_add(t->tx, &(struct q_decision_add){.id = was->id, .version = was->version + 1, .state = DUPLICATE_OPEN,
                                                          .score = in->score, .reason = SPAN_LIT("a higher score"), .at = in->at});
}

static enum status reasons_of(struct turn *t, const struct q_duplicates_of_row *r, struct duplicate_line *line)
{
    struct match_reason *reasons = scope_alloc(t->s, (r->rules.n + 1) * sizeof *reasons);

    if (!reasons)
        return no_room(t);
    for (size_t i = 0; i < r->rules.n; i++) {
        int rule = people_rule_find(scope_print(t->s, "%.*s", (int)r->rules.v[i].n, (const char *)r->rules.v[i].p));
        const struct people_rule_row *row = rule < 0 ? NULL : people_rule_row((size_t)rule);
        reasons[i] = (struct match_reason){.rule = r->rules.v[i], .ja = row ? span_str(row->ja) : SPAN_LIT("一致"),
                                           .en = row ? span_str(row->en) : SPAN_LIT("agrees")};
    }
    line->reasons.v = reasons;
    line->reasons.n = r->rules.n;
    return OK;
}

HANDLER(duplicate_list, t, in)
{
    struct q_duplicates_of_rows rows;

    TRY(q_duplicates_of(t->tx, &(struct q_duplicates_of){.state = in->has_state ? in->state : (int64_t)DUPLICATE_OPEN,
                                                         .before = in->has_before ? in->before : t->s->now_us + US_PER_S,
                                                         .most = in->has_limit ? in->limit : 50}, &rows));
    TRY(tx_flush(t->tx));
    struct duplicate_line *lines = scope_alloc(t->s, (rows.n + 1) * sizeof *lines);
    if (!lines)
        return no_room(t);
    for (size_t i = 0; i < rows.n; i++) {
        const struct q_duplicates_of_row *r = &rows.v[i];
        lines[i] = (struct duplicate_line){.duplicate_id = r->id, .case_id = r->case_id, .person_id = r->person_id,
            .other_case = r->other_case, .other_person = r->other_person, .score = r->score, .state = r->state,
            .found_at = r->found_at, .has_decided_at = r->has_decided_at, .decided_at = r->decided_at,
            .has_decided_by = r->has_decided_by, .decided_by = r->decided_by};
        TRY(reasons_of(t, r, &lines[i]));
    }
    return ANSWER(t, duplicate_lines, .duplicates = {lines, rows.n});
}

HANDLER(duplicate_decide, t, in)
{
    struct q_duplicate_lock_rows row;
    int happened = HAPPENED_MERGED;

    TRY(q_duplicate_lock(t->tx, &(struct q_duplicate_lock){.id = in->duplicate_id}, &row));
    TRY(tx_flush(t->tx));
    if (!row.n)
        return fail(t->s, NOT_FOUND, "該当する組はありません", "no such pair");
    const struct q_duplicate_lock_row *was = &row.v[0];
    TRY(duplicate_decide_state(t->s, (enum duplicate_state)was->state, (enum duplicate_state)in->state, in->reason, &happened));
    TRY(q_duplicate_set(t->tx, &(struct q_duplicate_set){.id = in->duplicate_id, .was = was->version, .state = in->state,
                                                         .at = t->s->now_us, .by = span_str(t->s->actor.user)}));
    TRY(q_decision_add(t->tx, &(struct q_decision_add){
        .id = in->duplicate_id, .version = was->version + 1, .state = in->state, .score = was->score, .reason = in->reason,
        .actor = span_str(t->s->actor.user), .agency = span_str(t->s->actor.agency.code), .at = t->s->now_us}));
    const struct uuid cases[] = {was->case_id, was->other_case};
    for (size_t i = 0; happened >= 0 && i < (uuid_eq(cases[0], cases[1]) ? 1 : COUNT(cases)); i++)
        TRY(RECORD_EVENT(t, .what = (enum happening)happened, .case_id = cases[i], .about = in->duplicate_id));
    return ANSWER(t, done, .has_id = true, .id = in->duplicate_id, .has_state = true,
                  .state = span_str(words_at(words_duplicate_state(), in->state)));
}
