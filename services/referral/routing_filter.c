/* The filters of routing, one row each. An agency is a candidate exactly when no row stops it, and the row that stops it is the
 * sentence people read. A receiver the law names is stopped only by not receiving at all, not existing at that date or serving
 * another area: a report of abuse can be neither out of hours, nor over capacity, nor refused, nor unlawful to make. */
#include "base/calendar.h"
#include "routing_view.h"

#define BIT(n) (UINT64_C(1) << (n))

enum { REGIME_OF_PUBLIC, REGIME_OF_PRIVATE };
enum { ALL_RESIDENTS = 32, ALL_WEEK = 0x7f, SATURDAY = 5, LOOK_AHEAD_DAYS = 30 };
enum { URGENT_BUSINESS_DAYS = 1, ROUTINE_BUSINESS_DAYS = 3 };

/* vocab.json agency_kinds in order: divisions, centres, desks, sites, providers, schools, outside public bodies and the 社協 serve
 * people; a 担い手 or 会議体 is reached through the agency it belongs to unless routing.jsonl names it. A desk, site or provider is
 * taken as private until its line says who runs it, because the wrong guess must not disclose. */
static const struct routing_kind_trait KINDS[ROUTING_KIND_N] = {
    {true, REGIME_OF_PUBLIC},   /* 市の課・室 */
    {true, REGIME_OF_PUBLIC},   /* 市の機関・センター */
    {true, REGIME_OF_PRIVATE},  /* 相談窓口 */
    {true, REGIME_OF_PRIVATE},  /* 拠点・施設 */
    {true, REGIME_OF_PRIVATE},  /* 専門機関・事業所 */
    {false, REGIME_OF_PUBLIC},  /* 会議体 */
    {false, REGIME_OF_PRIVATE}, /* ネットワーク */
    {false, REGIME_OF_PRIVATE}, /* 地域団体・当事者団体 */
    {true, REGIME_OF_PRIVATE},  /* 学校・園・児童施設 */
    {false, REGIME_OF_PRIVATE}, /* 専門職・担い手 */
    {true, REGIME_OF_PUBLIC},   /* 国・県・広域の機関 */
    {false, REGIME_OF_PUBLIC},  /* 情報システム */
    {true, REGIME_OF_PRIVATE},  /* 社会福祉協議会 */
    {false, REGIME_OF_PRIVATE}, /* 協力事業者 */
};

const struct routing_kind_trait *routing_kind_trait(int kind)
{
    static const struct routing_kind_trait UNKNOWN = {false, REGIME_OF_PRIVATE};

    return kind >= 0 && kind < ROUTING_KIND_N ? &KINDS[kind] : &UNKNOWN;
}

/* A desk that keeps a seven-day week keeps holidays too; any other shuts on them, whichever weekday they fall on. */
static bool opens_on(const struct routing_agency *a, struct date d)
{
    int monday_first = (date_weekday(d) + 6) % 7;

    if (!(a->weekdays >> monday_first & 1U))
        return false;
    if (a->weekdays == ALL_WEEK)
        return true;
    if (monday_first < SATURDAY)
        return is_business_day(d);
    return !holiday_name(d) && !(d.month == 12 && d.day >= 29) && !(d.month == 1 && d.day <= 3);
}

/* An emergency needs somebody now. Anything else needs the desk to open before its answer is due, so that an intake written down
 * in the evening does not lose every desk that shuts at a quarter past five. */
static bool opens_in_time(const struct routing_view *v, const struct routing_agency *a)
{
    int left = v->c->urgency == URGENT ? URGENT_BUSINESS_DAYS : ROUTINE_BUSINESS_DAYS;
    int64_t today = date_days(v->today);

    if (v->c->urgency == EMERGENCY)
        return a->is_emergency_capable ||
               (opens_on(a, v->today) && v->minute >= a->opens_min && v->minute < a->closes_min);
    if (opens_on(a, v->today) && v->minute < a->closes_min)
        return true;
    for (int k = 1; left > 0 && k <= LOOK_AHEAD_DAYS; k++) {
        struct date d = date_from_days(today + k);
        if (opens_on(a, d))
            return true;
        if (is_business_day(d))
            left--;
    }
    return false;
}

bool routing_receives(const struct routing_agency *a)
{
    return a->accepts && (a->is_named_receiver || routing_kind_trait(a->kind)->takes_people);
}

static bool not_a_receiver(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return !routing_receives(h->a);
}

static bool not_valid(const struct routing_view *v, const struct routing_hit *h)
{
    return !h->a->is_active || v->c->at_us < h->a->from_us ||
           (h->a->until_us != 0 && v->c->at_us >= h->a->until_us);
}

static bool off_target(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return h->topical == 0;
}

static bool other_age(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return h->of_age == 0;
}

static bool other_area(const struct routing_view *v, const struct routing_hit *h)
{
    return v->c->area != AREA_NOT_KNOWN && h->a->areas != 0 && !(h->a->areas >> v->c->area & 1U);
}

static bool shut(const struct routing_view *v, const struct routing_hit *h)
{
    return !opens_in_time(v, h->a);
}

static bool full(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return h->a->capacity >= 0 && h->a->load >= h->a->capacity;
}

static bool declined(const struct routing_view *v, const struct routing_hit *h)
{
    (void)v;
    return h->standing == 0;
}

static bool unlawful(const struct routing_view *v, const struct routing_hit *h)
{
    return h->a->regime == REGIME_OF_PRIVATE && !v->c->has_consent && !v->c->has_basis;
}

static const struct {
    bool (*stops)(const struct routing_view *v, const struct routing_hit *h);
    bool yields_to_duty;
    struct routing_rule rule;
} FILTERS[] = {
    {not_a_receiver, false, {true, "receives", "人のつなぎを受ける機関ではない", "does not take referrals of people"}},
    {not_valid, false, {true, "validity", "この日には有効な機関ではない", "not in existence or not active at that date"}},
    {off_target, true, {true, "target", "この世帯や課題を対象としていない", "does not serve these people or needs"}},
    {other_age, true, {true, "age", "対象の年齢が合わない", "serves another age band"}},
    {other_area, false, {true, "area", "担当区域の外", "serves another area"}},
    {shut, true, {true, "open", "回答の期限までに開かない", "not open before the answer is due"}},
    {full, true, {true, "capacity", "受け入れの枠がいっぱい", "its capacity is closed"}},
    {declined, true, {true, "declined", "この課題をすでに辞退した", "has already declined this need"}},
    {unlawful, true, {true, "lawful", "本人の同意も会議の根拠もなく、民間の受け手へは渡せない",
                      "a private receiver needs consent or a meeting's basis"}},
};

const struct routing_rule *routing_refuses(const struct routing_view *v, const struct routing_hit *h,
                                           bool after_hours)
{
    for (size_t i = 0; i < COUNT(FILTERS); i++)
        if (!(h->duty && FILTERS[i].yields_to_duty) && !(after_hours && FILTERS[i].stops == shut) &&
            FILTERS[i].stops(v, h))
            return &FILTERS[i].rule;
    return NULL;
}

bool routing_filter_row(size_t i, struct routing_rule *ret_rule)
{
    if (i >= COUNT(FILTERS))
        return false;
    *ret_rule = FILTERS[i].rule;
    return true;
}

size_t routing_filter_n(void)
{
    return COUNT(FILTERS);
}

static bool is_declined(const struct routing_case *c, const struct routing_agency *a, int need)
{
    for (size_t i = 0; i < c->declined_n; i++)
        if (c->declined[i].need == need && agency_eq(c->declined[i].agency, a->id))
            return true;
    return false;
}

static bool is_duty(const struct routing_view *v, const struct routing_agency *a,
                    const struct routing_need *need)
{
    unsigned band = v->c->age == AGE_NOT_KNOWN ? ALL_AGES : 1U << v->c->age;

    for (size_t i = 0; i < need->duty_n; i++)
        if (agency_eq(need->duty[i].agency, a->id) && (need->duty[i].ages & band))
            return true;
    return false;
}

struct routing_hit routing_look(const struct routing_view *v, const struct routing_agency *a)
{
    struct routing_hit h = {.a = a};
    uint64_t people = a->targets & ROUTING_PEOPLE;
    bool serves_all = (a->targets & BIT(ALL_RESIDENTS)) != 0;
    bool serves_them = serves_all || people == 0 || (people & v->people) != 0;
    bool serves_age = a->ages == 0 || (a->ages & v->ages) != 0;

    for (size_t i = 0; i < v->need_n; i++) {
        const struct routing_need *need = &v->dir->need[v->need[i]];
        bool knows = (a->needs & BIT(v->need[i])) != 0;
        unsigned at = 1U << i;

        if (is_duty(v, a, need)) {
            h.duty |= at;
            h.special |= at;
        }
        if (!(h.duty & at) &&
            !(serves_them && (knows || serves_all || (a->targets & need->targets))))
            continue;
        h.topical |= at;
        if (!(h.duty & at) && !serves_age)
            continue;
        h.of_age |= at;
        if (!(h.duty & at) && is_declined(v->c, a, v->need[i]))
            continue;
        h.standing |= at;
        if (knows)
            h.special |= at;
    }
    return h;
}
