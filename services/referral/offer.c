/* What must hold before anything is disclosed to a receiver, and by when it must answer. The ground is data of the day; what is
 * refused is named item by item. */
#include "offer.h"

#include <stdio.h>

#include "base/calendar.h"

enum { EMERGENCY_HOURS = 2, URGENT_DAYS = 1, ROUTINE_DAYS = 3 };

/* A refusal that names those of the items that are in `set`. */
static enum status uncovered(struct scope *s, const struct offer *o, unsigned set, const char *ja, const char *en)
{
    char list_ja[160] = "", list_en[80] = "";
    size_t a = 0, b = 0;

    for (size_t i = 0; i < o->item_n; i++) {
        const struct word *w = &words_item()->v[o->items[i]];
        if (!(set & (1u << o->items[i])))
            continue;
        a += (size_t)snprintf(list_ja + a, sizeof list_ja - a, "%s%s", a ? "、" : "", w->label_ja);
        b += (size_t)snprintf(list_en + b, sizeof list_en - b, "%s%s", b ? ", " : "", w->word);
        if (a >= sizeof list_ja || b >= sizeof list_en)
            break;
    }
    fail(s, INVALID, "%s: %s", "%s: %s", ja, list_ja);
    snprintf(s->why.en, sizeof s->why.en, "%s: %s", en, list_en);
    return INVALID;
}

unsigned items_bits(const int64_t *v, size_t n)
{
    unsigned set = 0;

    for (size_t i = 0; i < n; i++)
        set |= 1u << v[i];
    return set;
}

const struct basis *basis_on(const struct basis *v, size_t n, enum legal_basis code, int64_t at_us)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].code == code && v[i].from_us <= at_us && (!v[i].until_us || at_us < v[i].until_us))
            return &v[i];
    return NULL;
}

/* Who agreed to be supported agreed to be handed on for it; any other purpose stands for itself. */
static bool serves(enum purpose given, enum purpose asked)
{
    return given == asked || (asked == PURPOSE_REFERRAL && given == PURPOSE_SUPPORT);
}

static bool names_receiver(const struct consent *c, struct agency_id receiver)
{
    for (size_t i = 0; i < c->receiver_n; i++)
        if (agency_eq(c->receiver[i], receiver))
            return true;
    return c->receiver_n == 0;
}

/* One consent carries the whole disclosure; of those that do not, the one that came nearest says what is lacking. */
static enum status find_consent(struct scope *s, const struct offer *o, const struct consent **ret_consent)
{
    static const struct {
        const char *ja, *en;
    } LACKS[] = {{"本人の同意がありません", "the person has not consented to these items"},
                 {"同意の目的に含まれません", "the consent is for another purpose than these items are shown for"},
                 {"同意した提供先に含まれません", "the consent does not name this receiver of these items"},
                 {"同意に含まれない項目です", "the consent does not cover these items"}};
    unsigned wanted = items_bits(o->items, o->item_n), missing = wanted;
    size_t nearest = 0;

    for (size_t i = 0; i < o->consent_n; i++) {
        const struct consent *c = &o->consent[i];
        if ((o->named && !uuid_eq(*o->named, c->id)) || s->now_us < c->from_us || s->now_us >= c->until_us)
            continue;
        size_t near = !serves(c->purpose, o->purpose) ? 1 : !names_receiver(c, o->receiver) ? 2 : 3;
        unsigned left = near == 3 ? wanted & ~c->items : wanted;
        if (!left) {
            *ret_consent = c;
            return OK;
        }
        if (near > nearest || (near == nearest && __builtin_popcount(left) < __builtin_popcount(missing))) {
            nearest = near;
            missing = left;
        }
    }
    return uncovered(s, o, missing, LACKS[nearest].ja, LACKS[nearest].en);
}

/* The ground itself, before any consent. */
static enum status check_basis(struct scope *s, const struct offer *o)
{
    const struct word *w = &words_legal_basis()->v[o->code];
    unsigned wanted = items_bits(o->items, o->item_n);

    if (o->code == BASIS_NONE)
        return uncovered(s, o, wanted, "開示の根拠がありません", "no basis covers these items");
    if (!o->basis)
        return uncovered(s, o, wanted, scope_print(s, "「%s」は現在有効な根拠ではありません", w->label_ja),
                         scope_print(s, "%s is no basis in force, so it does not cover these items", w->word));
    if (wanted & ~o->basis->items)
        return uncovered(s, o, wanted & ~o->basis->items, scope_print(s, "「%s」で提供できない項目です", w->label_ja),
                         scope_print(s, "%s does not cover these items", w->word));
    if (o->has_session && !o->basis->is_meeting)
        return fail(s, INVALID, "「%s」は会議の根拠ではありません", "%s is no meeting's basis", w->label_ja);
    return OK;
}

static enum status check_receiver(struct scope *s, const struct offer *o)
{
    const struct word *w = &words_legal_basis()->v[o->code];
    unsigned wanted = items_bits(o->items, o->item_n);

    if (o->regime == REGIME_PRIVATE && !o->basis->needs_consent && !o->basis->is_meeting)
        return uncovered(s, o, wanted, "民間の機関には本人同意か会議の根拠が必要です",
                         "a private receiver needs consent or a meeting's basis for these items");
    if (!(o->basis->receivers & (1u << o->regime)))
        return uncovered(s, o, wanted, scope_print(s, "「%s」ではこの機関に提供できません", w->label_ja),
                         scope_print(s, "on %s this kind of agency may not receive these items", w->word));
    return OK;
}

enum status offer_decide(struct scope *s, const struct offer *o, const struct consent **ret_consent)
{
    const struct consent *stands_on = NULL;

    if (o->kind == KIND_INFORMATION && o->item_n)
        return uncovered(s, o, ~0u, "情報提供では何も開示できません", "an information referral discloses nothing");
    if (!o->item_n && (o->kind == KIND_TRANSFER || o->kind == KIND_ADDED_SUPPORT))
        return fail(s, INVALID, "受け入れる機関はケースを読みます。提供する項目と根拠を選んでください",
                    "who accepts this reads the case: name the items and their basis");
    if (o->item_n) {
        TRY(check_basis(s, o));
        if (o->kind != KIND_PULL_REQUEST) {
            TRY(check_receiver(s, o));
            if (o->basis->needs_consent)
                TRY(find_consent(s, o, &stands_on));
        }
    }
    *ret_consent = stands_on;
    return OK;
}

unsigned offer_covers(struct scope *s, const struct offer *o)
{
    struct why why = s->why; /* what is not covered is no failure of the request */
    const struct consent *on;
    unsigned set = 0;

    for (int64_t item = 0; item < item_N_; item++) {
        struct offer one = *o;
        one.items = &item;
        one.item_n = 1;
        if (offer_decide(s, &one, &on) == OK)
            set |= 1u << item;
    }
    s->why = why;
    return set;
}

int64_t offer_due_us(int64_t at_us, enum urgency urgency, int closes_min)
{
    if (urgency == URGENCY_EMERGENCY)
        return at_us + EMERGENCY_HOURS * 3600LL * US_PER_S;
    return business_due_us(at_us, urgency == URGENCY_URGENT ? URGENT_DAYS : ROUTINE_DAYS, closes_min);
}
