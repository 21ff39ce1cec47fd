/* Routing keeps two things true: whoever asks, on whatever machine and in whatever order the directory was read, gets the same
 * list with the same reasons; and every agency of the directory is in it once, as a candidate or rejected by a named filter. */
#include "routing.h"

#include <stdlib.h>

#include "routing_view.h"

static const char RULES_VERSION[] = "routing-1";

enum { US_PER_MIN = 60 * US_PER_S, AGE_BANDS = 5, AREAS = 5, URGENCIES = 3, FIELDS_MAX = 64 };

uint64_t routing_needs(const struct routing_view *v, unsigned positions)
{
    uint64_t needs = 0;

    for (size_t i = 0; i < v->need_n; i++)
        if (positions >> i & 1U)
            needs |= UINT64_C(1) << v->need[i];
    return needs;
}

bool routing_rule_at(size_t i, struct routing_rule *ret_rule)
{
    if (i < routing_filter_n())
        return routing_filter_row(i, ret_rule);
    return routing_criterion_row(i - routing_filter_n(), ret_rule);
}

static bool is_within(int value, int n)
{
    return value >= 0 && value < n;
}

static enum status check(struct scope *s, const struct routing_directory *dir,
                         const struct routing_case *c)
{
    if (dir->agency_n > ROUTING_AGENCIES_MAX)
        return fail(s, TOO_LARGE, "機関が%d件を超えています", "more than %d agencies",
                    ROUTING_AGENCIES_MAX);
    if (dir->need_n != ROUTING_NEED_N)
        return fail(s, INVALID, "課題の一覧が%d件ではありません", "the list of needs has not %d rows",
                    ROUTING_NEED_N);
    for (size_t i = 0; i < dir->need_n; i++)
        if (!is_within(dir->need[i].first_target, ROUTING_TARGET_N) ||
            !is_within(dir->need[i].field, FIELDS_MAX))
            return fail(s, INVALID, "課題%d番の対象又は分野が範囲外です",
                        "need %d has a target or field out of range", (int)i);
    if (c->need_n == 0 || c->need_n > ROUTING_CASE_NEEDS_MAX)
        return fail(s, INVALID, "課題は1件から%d件までです", "a case has 1 to %d needs",
                    ROUTING_CASE_NEEDS_MAX);
    for (size_t i = 0; i < c->need_n; i++)
        if (!is_within(c->need[i], ROUTING_NEED_N))
            return fail(s, INVALID, "課題の番号%dは範囲外です", "need number %d is out of range",
                        c->need[i]);
    if (!is_within(c->area, AREAS) || !is_within(c->age, AGE_BANDS) ||
        !is_within(c->urgency, URGENCIES))
        return fail(s, INVALID, "区域・年齢・緊急度のいずれかが範囲外です", "area, age or urgency is out of range");
    return OK;
}

static bool has_need(const struct routing_view *v, int need)
{
    for (size_t i = 0; i < v->need_n; i++)
        if (v->need[i] == need)
            return true;
    return false;
}

/* A need names people as well as a band does: a case with long-term care in it has an elder in the household, even if the person
 * at the desk is the daughter. So neither population nor age is asked of the subject person alone. */
static struct routing_view look_at_case(const struct routing_directory *dir,
                                        const struct routing_case *c)
{
    static const struct {
        int band;
        uint64_t target;
    } OF_BAND[] = {
        {OF_CHILD, ROUTING_TARGET(CHILD)},
        {OF_YOUTH, ROUTING_TARGET(YOUTH)},
        {OF_ELDER, ROUTING_TARGET(ELDERLY)},
    };
    struct routing_view v = {.dir = dir, .c = c, .today = date_of(c->at_us)};

    v.minute = (int)((c->at_us - date_start_us(v.today)) / US_PER_MIN);
    for (size_t i = 0; i < c->need_n; i++) {
        if (has_need(&v, c->need[i]))
            continue;
        v.need[v.need_n++] = c->need[i];
        v.targets |= dir->need[c->need[i]].targets;
    }
    v.ages = c->age == AGE_NOT_KNOWN ? ALL_AGES : 1U << c->age;
    for (size_t i = 0; i < COUNT(OF_BAND); i++) {
        if (v.targets & OF_BAND[i].target)
            v.ages |= 1U << OF_BAND[i].band;
        if (v.ages >> OF_BAND[i].band & 1U)
            v.targets |= OF_BAND[i].target;
    }
    v.people = v.targets & ROUTING_PEOPLE;
    return v;
}

/* ---- complex cases --------------------------------------------------------- */
static uint64_t fields_of(const struct routing_view *v, uint64_t needs)
{
    uint64_t fields = 0;

    for (size_t i = 0; i < v->need_n; i++)
        if (needs >> v->need[i] & 1U)
            fields |= UINT64_C(1) << v->dir->need[v->need[i]].field;
    return fields;
}

static bool is_complex(const struct routing_view *v, const struct routing_result *r)
{
    uint64_t all = fields_of(v, routing_needs(v, ~0U));

    if ((all & (all - 1)) == 0)
        return false;
    for (size_t i = 0; i < r->candidate_n; i++)
        if (fields_of(v, r->candidate[i].covers) == all)
            return false;
    return true;
}

/* The lead is the best candidate; then, again and again, the one that adds most of what is still open, the better rank on a tie.
 * The coordinating desk is no automatic lead: it must not become the place where ordinary systems leave their cases. */
static void propose(const struct routing_view *v, struct routing_result *r)
{
    uint64_t open = routing_needs(v, ~0U);

    if (r->candidate_n == 0)
        return;
    r->has_lead = true;
    r->lead = (struct routing_role){r->candidate[0].agency->id, r->candidate[0].covers};
    open &= ~r->lead.needs;
    while (open && r->supporter_n < ROUTING_SUPPORTERS_MAX) {
        const struct routing_candidate *best = NULL;
        int most = 0;
        for (size_t i = 1; i < r->candidate_n; i++) {
            int adds = __builtin_popcountll(r->candidate[i].covers & open);
            if (adds > most) {
                most = adds;
                best = &r->candidate[i];
            }
        }
        if (!best)
            return;
        r->supporter[r->supporter_n++] =
            (struct routing_role){best->agency->id, best->covers & open};
        open &= ~best->covers;
    }
}

/* ---- the decision ---------------------------------------------------------- */
struct refusal {
    struct routing_rejection row;
    bool is_near; /* serves such people and needs, and was stopped by something else */
};

static int nearest_first(const void *one, const void *other)
{
    const struct refusal *a = one, *b = other;

    if (a->is_near != b->is_near)
        return a->is_near ? -1 : 1;
    return strncmp(a->row.agency->id.code, b->row.agency->id.code, AGENCY_CODE_MAX);
}

static enum status explain(struct scope *s, const struct routing_view *v,
                           const struct routing_hit *hit, size_t hit_n, struct refusal *refusal,
                           size_t refusal_n, struct routing_result *r)
{
    struct routing_candidate *candidate = scope_alloc(s, (hit_n + 1) * sizeof(*candidate));
    struct routing_rejection *rejected = scope_alloc(s, (refusal_n + 1) * sizeof(*rejected));
    uint64_t covered = 0;

    if (!candidate || !rejected)
        return fail(s, TOO_LARGE, "候補が多すぎます", "too many candidates for one scope");
    for (size_t i = 0; i < hit_n; i++) {
        TRY(routing_reasons(s, v, &hit[i], &candidate[i]));
        covered |= candidate[i].covers;
    }
    qsort(refusal, refusal_n, sizeof(*refusal), nearest_first);
    for (size_t i = 0; i < refusal_n; i++)
        rejected[i] = refusal[i].row;
    r->candidate = candidate;
    r->candidate_n = hit_n;
    r->rejected = rejected;
    r->rejected_n = refusal_n;
    r->uncovered = routing_needs(v, ~0U) & ~covered;
    return OK;
}

/* Sorts the directory into hits and refusals. */
static void sift(const struct routing_view *v, bool after_hours, struct routing_hit *hit, size_t *hit_n,
                 struct refusal *refusal, size_t *refusal_n)
{
    *hit_n = *refusal_n = 0;
    for (size_t i = 0; i < v->dir->agency_n; i++) {
        const struct routing_agency *a = &v->dir->agency[i];
        struct routing_hit h = routing_look(v, a);
        const struct routing_rule *why = routing_refuses(v, &h, after_hours);
        if (why)
            refusal[(*refusal_n)++] = (struct refusal){
                .row = {a, why->name, why->ja, why->en},
                .is_near = routing_receives(a) && h.topical != 0,
            };
        else
            hit[(*hit_n)++] = h;
    }
}

/* An emergency at night must not end in an empty list: when nobody is open in time, those that open next are shown, and said to be so. */
enum status routing_decide(struct scope *s, const struct routing_directory *dir,
                           const struct routing_case *c, struct routing_result *ret_result)
{
    struct routing_result r = {.rules = RULES_VERSION};
    size_t hit_n, refusal_n;

    TRY(check(s, dir, c));
    struct routing_view v = look_at_case(dir, c);
    struct routing_hit *hit = scope_alloc(s, (dir->agency_n + 1) * sizeof(*hit));
    struct refusal *refusal = scope_alloc(s, (dir->agency_n + 1) * sizeof(*refusal));
    if (!hit || !refusal)
        return fail(s, TOO_LARGE, "機関が多すぎます", "too many agencies for one scope");

    sift(&v, false, hit, &hit_n, refusal, &refusal_n);
    if (hit_n == 0)
        sift(&v, true, hit, &hit_n, refusal, &refusal_n);
    r.is_after_hours = hit_n > 0 && routing_refuses(&v, &hit[0], false) != NULL;
    routing_rank(&v, hit, hit_n);
    TRY(explain(s, &v, hit, hit_n, refusal, refusal_n, &r));
    r.is_complex = is_complex(&v, &r);
    if (r.is_complex)
        propose(&v, &r);
    *ret_result = r;
    return OK;
}
