/* The rank criteria of routing, one row each, compared in the order of the table; the code comes last, so that the order is total
 * and the same on every machine. The larger key is the better one; each row can say its value in a sentence. */
#include <stdlib.h>

#include "routing_view.h"

enum { NOT_KNOWN_MIN = 1440, LABELS_SHOWN = 3, POSITION_BITS = 12, SHARED_BITS = 8 };
_Static_assert((int)ROUTING_CASE_NEEDS_MAX <= (int)POSITION_BITS, "every need has its bit");
_Static_assert((int)ROUTING_TARGET_N < 1 << SHARED_BITS, "a count of targets fits its bits");

static int count_bits(uint64_t set)
{
    return __builtin_popcountll(set);
}

/* ---- keys ------------------------------------------------------------------ */
static int64_t key_duty(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return h->duty != 0;
}

/* More needs first; of as many, those named earlier; of the same, the agency whose targets speak of the case most. In an
 * emergency the first need is what must not wait, so meeting it outweighs meeting several others. */
static int64_t key_needs(const struct routing_view *v, const struct routing_hit *h)
{
    bool meets_first = v->c->urgency == EMERGENCY && (h->own & 1U);
    int64_t key = count_bits(h->own) + (meets_first ? ROUTING_CASE_NEEDS_MAX : 0);

    for (size_t i = 0; i < POSITION_BITS; i++)
        key = key << 1 | (int64_t)(h->own >> i & 1U);
    return key << SHARED_BITS | count_bits(h->a->targets & v->targets);
}

static int64_t key_area(const struct routing_view *v, const struct routing_hit *h)
{
    return v->c->area != AREA_NOT_KNOWN && (h->a->areas >> v->c->area & 1U);
}

static int64_t key_program(const struct routing_view *v, const struct routing_hit *h)
{
    int64_t n = 0;

    for (size_t i = 0; i < v->need_n; i++) {
        uint64_t target = ROUTING_TARGET(v->dir->need[v->need[i]].first_target);
        bool runs_one = false;
        for (size_t k = 0; k < h->a->program_n && !runs_one; k++)
            runs_one = (h->a->programs[k] & target) != 0;
        n += runs_one;
    }
    return n;
}

static int64_t key_load(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return h->a->capacity > 0 ? -(h->a->load * 1000 / h->a->capacity) : 0;
}

/* An agency nobody has asked yet counts as one day: neither ahead of the quick nor behind the slow. */
static int64_t key_answer(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return -(h->a->median_answer_min < 0 ? NOT_KNOWN_MIN : h->a->median_answer_min);
}

static int64_t key_code(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    (void)h;
    return 0;
}

/* ---- sentences ------------------------------------------------------------- */
static const char *labels(struct scope *s, const struct routing_view *v, unsigned positions,
                          bool in_japanese)
{
    const char *text = "", *comma = in_japanese ? "、" : ", ";
    int shown = 0;

    for (size_t i = 0; i < v->need_n && shown < LABELS_SHOWN; i++) {
        const struct routing_need *need = &v->dir->need[v->need[i]];
        struct span word = in_japanese ? need->label : need->code;
        if (!(positions >> i & 1U))
            continue;
        text = scope_print(s, "%s%s%.*s", text, shown ? comma : "", (int)word.n,
                           (const char *)word.p);
        shown++;
    }
    if (count_bits(positions) <= LABELS_SHOWN)
        return text;
    return scope_print(s, "%s%s", text, in_japanese ? "ほか" : " and more");
}

static void say_duty(struct scope *s, const struct routing_view *v, const struct routing_hit *h,
                     struct routing_reason *r)
{
    size_t at = 0;

    r->value = h->duty != 0;
    r->ja = "法の定める受理先の課題なし";
    r->en = "no need the law assigns to it";
    if (!h->duty)
        return;
    while (!(h->duty >> at & 1U))
        at++;
    const struct routing_need *need = &v->dir->need[v->need[at]];
    for (size_t i = 0; i < need->duty_n; i++) {
        if (!agency_eq(need->duty[i].agency, h->a->id))
            continue;
        struct span law = need->duty[i].law;
        r->ja = scope_print(s, "法の定める受理先: %.*s", (int)law.n, (const char *)law.p);
        r->en = scope_print(s, "receiver named by law for %.*s", (int)need->code.n,
                            (const char *)need->code.p);
        return;
    }
}

static void say_needs(struct scope *s, const struct routing_view *v, const struct routing_hit *h,
                      struct routing_reason *r)
{
    unsigned behind = h->special & ~h->own;

    r->value = count_bits(h->own);
    r->ja = scope_print(s, "課題%zu件のうち%d件を専門とする%s%s%s", v->need_n, (int)r->value,
                        h->own ? "（" : "", labels(s, v, h->own, true), h->own ? "）" : "");
    r->en = scope_print(s, "specialises in %d of %zu needs%s%s", (int)r->value, v->need_n,
                        h->own ? ": " : "", labels(s, v, h->own, false));
    if (!behind)
        return;
    r->ja = scope_print(s, "%s。%sは自らの窓口が先", r->ja, labels(s, v, behind, true));
    r->en = scope_print(s, "%s; its own desk comes first for %s", r->en,
                        labels(s, v, behind, false));
}

static void say_area(struct scope *s, const struct routing_view *v, const struct routing_hit *h,
                     struct routing_reason *r)
{
    (void)s;
    r->value = key_area(v, h);
    r->ja = r->value ? "この区域を担当" : "区域を限らない";
    r->en = r->value ? "serves this area" : "not bound to an area";
}

static void say_program(struct scope *s, const struct routing_view *v,
                        const struct routing_hit *h, struct routing_reason *r)
{
    r->value = key_program(v, h);
    r->ja = scope_print(s, "計画の事業が応じる課題%d件", (int)r->value);
    r->en = scope_print(s, "the plans' programmes answer %d of the needs", (int)r->value);
}

static void say_load(struct scope *s, const struct routing_view *v, const struct routing_hit *h,
                     struct routing_reason *r)
{
    r->value = -key_load(v, h);
    r->ja = "受け入れ枠の定めなし";
    r->en = "no capacity stated";
    if (h->a->capacity < 0)
        return;
    r->ja = scope_print(s, "対応中%lld件、枠%lld件", (long long)h->a->load, (long long)h->a->capacity);
    r->en = scope_print(s, "%lld open of %lld", (long long)h->a->load, (long long)h->a->capacity);
}

static void say_answer(struct scope *s, const struct routing_view *v, const struct routing_hit *h,
                       struct routing_reason *r)
{
    r->value = -key_answer(v, h);
    r->ja = "回答の実績なし（1日とみなす）";
    r->en = "no answers yet (counted as one day)";
    if (h->a->median_answer_min < 0)
        return;
    r->ja = scope_print(s, "回答までの中央値%lld分", (long long)r->value);
    r->en = scope_print(s, "median answer after %lld minutes", (long long)r->value);
}

static void say_code(struct scope *s, const struct routing_view *v, const struct routing_hit *h,
                     struct routing_reason *r)
{
    (void)v;
    r->ja = scope_print(s, "同じなら機関コードの順（%s）", h->a->id.code);
    r->en = scope_print(s, "ties go by code (%s)", h->a->id.code);
}

static const struct {
    int64_t (*key)(const struct routing_view *v, const struct routing_hit *h);
    void (*say)(struct scope *s, const struct routing_view *v, const struct routing_hit *h,
                struct routing_reason *r);
    struct routing_rule rule;
} CRITERIA[ROUTING_CRITERION_N] = {
    {key_duty, say_duty, {false, "duty", "法の定める受理先を必ず先に", "receivers named by law come first"}},
    {key_needs, say_needs, {false, "needs", "専門とする課題の多い順（緊急は最初の課題を先に、課は自らの窓口の後）",
                            "more needs it specialises in; in an emergency the first need; behind its own desks"}},
    {key_area, say_area, {false, "area", "この区域を担当する機関を先に", "agencies of the area first"}},
    {key_program, say_program, {false, "program", "計画の事業が応じる課題の多い順", "more needs answered by its programmes"}},
    {key_load, say_load, {false, "load", "枠に対する対応中の件数の少ない順", "lower load to capacity"}},
    {key_answer, say_answer, {false, "answer", "回答までの中央値の短い順", "shorter median answer"}},
    {key_code, say_code, {false, "code", "機関コードの順", "by code"}},
};

bool routing_criterion_row(size_t i, struct routing_rule *ret_rule)
{
    if (i >= COUNT(CRITERIA))
        return false;
    *ret_rule = CRITERIA[i].rule;
    return true;
}

static int compare(const void *one, const void *other)
{
    const struct routing_hit *a = one, *b = other;

    for (size_t i = 0; i < COUNT(CRITERIA); i++)
        if (a->key[i] != b->key[i])
            return a->key[i] > b->key[i] ? -1 : 1;
    return strncmp(a->a->id.code, b->a->id.code, AGENCY_CODE_MAX);
}

void routing_rank(const struct routing_view *v, struct routing_hit *hit, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hit[i].own = hit[i].special;
        for (size_t k = 0; k < n; k++)
            if (k != i && agency_eq(hit[k].a->parent, hit[i].a->id))
                hit[i].own &= ~hit[k].special | hit[i].duty;
        for (size_t k = 0; k < COUNT(CRITERIA); k++)
            hit[i].key[k] = CRITERIA[k].key(v, &hit[i]);
    }
    qsort(hit, n, sizeof(*hit), compare);
}

enum status routing_reasons(struct scope *s, const struct routing_view *v,
                            const struct routing_hit *h, struct routing_candidate *ret_candidate)
{
    struct routing_candidate c = {
        .agency = h->a,
        .covers = routing_needs(v, h->special),
        .is_duty = h->duty != 0,
    };

    for (size_t i = 0; i < COUNT(CRITERIA); i++) {
        c.reason[i].criterion = CRITERIA[i].rule.name;
        CRITERIA[i].say(s, v, h, &c.reason[i]);
        if (!*c.reason[i].ja || !*c.reason[i].en)
            return fail(s, TOO_LARGE, "候補の理由が多すぎます", "too many reasons for one scope");
    }
    *ret_candidate = c;
    return OK;
}
