/* Who could carry a case, and why: the stored facts of the case laid before the pure routing decision. */
#include <stdio.h>

#include "directory.h"
#include "meet.h"
#include "permit.h"

enum { REJECTED_SHOWN = 60 };

enum status candidates_of(struct turn *t, struct uuid case_id, bool has_basis, struct routing_result *ret_result)
{
    struct q_case_lock_rows file;
    struct q_declines_of_rows declines;
    struct grounds grounds;
    const struct routing_directory *dir;
    int needs[ROUTING_CASE_NEEDS_MAX];
    struct routing_case c = {.need = needs, .at_us = t->s->now_us, .has_basis = has_basis};

    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = case_id}, &file));
    TRY(q_declines_of(t->tx, &(struct q_declines_of){.id = case_id}, &declines));
    TRY(grounds_load(t, case_id, &grounds));
    TRY(directory_load(t, &dir));
    TRY(directory_weigh(t));
    if (!file.n)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    struct routing_decline *declined = scope_alloc(t->s, declines.n * sizeof *declined + 1);
    if (!declined)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < declines.n; i++)
        declined[i] = (struct routing_decline){.agency = declines.v[i].agency, .need = (int)declines.v[i].need};
    for (size_t i = 0; i < file.v[0].needs.n && i < COUNT(needs); i++)
        needs[c.need_n++] = (int)file.v[0].needs.v[i];
    c.area = (int)file.v[0].area;
    c.age = (int)file.v[0].age;
    c.urgency = (int)file.v[0].urgency;
    c.has_consent = grounds_carry(&grounds);
    c.declined = declined;
    c.declined_n = declines.n;
    return routing_decide(t->s, dir, &c, ret_result);
}

static enum status candidate_of(struct turn *t, const struct routing_candidate *from, struct candidate *ret_to)
{
    int64_t *covers = scope_alloc(t->s, need_N_ * sizeof *covers);
    struct criterion *reasons = scope_alloc(t->s, ROUTING_CRITERION_N * sizeof *reasons);
    struct candidate c = {.agency = from->agency->id, .name = from->agency->name, .reasons = {reasons, ROUTING_CRITERION_N}};

    if (!covers || !reasons)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (int n = 0; n < need_N_ && c.covers.n < 12; n++)
        if (from->covers & (UINT64_C(1) << n))
            covers[c.covers.n++] = n;
    c.covers.v = covers;
    for (size_t i = 0; i < ROUTING_CRITERION_N; i++) {
        const struct routing_reason *r = &from->reason[i];
        reasons[i] = (struct criterion){.name = span_str(r->criterion), .ja = span_str(r->ja), .en = span_str(r->en),
                                        .value = span_str(scope_print(t->s, "%lld", (long long)r->value))};
    }
    *ret_to = c;
    return OK;
}

/* The answer's two lists: whoever could carry the case and does already is not among the candidates, and its row says why. */
struct choice {
    struct candidate *list;
    size_t n;
    struct rejection *out;
    size_t out_n;
};

static struct rejection rejection_of(const struct routing_agency *a, const char *filter, const char *ja, const char *en)
{
    return (struct rejection){.agency = a->id, .name = a->name, .filter = span_str(filter), .ja = span_str(ja), .en = span_str(en)};
}

static enum status choose(struct turn *t, const struct routing_result *r, struct agency_id holder, size_t most, struct choice *c)
{
    c->list = scope_alloc(t->s, r->candidate_n * sizeof *c->list + 1);
    c->out = scope_alloc(t->s, REJECTED_SHOWN * sizeof *c->out);
    if (!c->list || !c->out)
        return fail(t->s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (size_t i = 0; i < r->candidate_n; i++) {
        if (agency_eq(r->candidate[i].agency->id, holder))
            c->out[c->out_n++] = rejection_of(r->candidate[i].agency, "lead", "いまの主担当である", "leads the case already");
        else if (c->n < most)
            TRY(candidate_of(t, &r->candidate[i], &c->list[c->n++]));
    }
    for (size_t i = 0; i < r->rejected_n && c->out_n < REJECTED_SHOWN; i++) {
        const struct routing_rejection *no = &r->rejected[i];
        c->out[c->out_n++] = rejection_of(no->agency, no->filter, no->ja, no->en);
    }
    return OK;
}

HANDLER(candidate_list, t, in)
{
    struct routing_result result;
    struct agency_id supporters[ROUTING_SUPPORTERS_MAX];
    struct q_case_lock_rows file;
    struct q_member_of_rows member;
    struct choice choice = {0};

    TRY(q_case_lock(t->tx, &(struct q_case_lock){.id = in->case_id}, &file));
    TRY(q_member_of(t->tx, &(struct q_member_of){.id = in->case_id, .agency = t->s->actor.agency}, &member));
    TRY(candidates_of(t, in->case_id, false, &result));
    if (!member.n && t->s->actor.role != ROLE_COORDINATOR)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    TRY(choose(t, &result, file.v[0].lead, in->has_limit ? (size_t)in->limit : 10, &choice));
    for (size_t i = 0; i < result.supporter_n; i++)
        supporters[i] = result.supporter[i].agency;
    return ANSWER(t, candidates, .case_id = in->case_id, .rules_version = span_str(result.rules), .is_complex = result.is_complex,
                  .is_after_hours = result.is_after_hours,
                  .candidates = {choice.list, choice.n}, .supporters = {supporters, result.supporter_n},
                  .rejected = {choice.out, choice.out_n});
}
