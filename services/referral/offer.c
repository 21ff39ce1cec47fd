/* What must hold before anything is disclosed to a receiver, and by when it must answer. */
#include "offer.h"

#include <stdio.h>

#include "base/calendar.h"

enum { EMERGENCY_HOURS = 2, URGENT_DAYS = 1, ROUTINE_DAYS = 3 };

/* Bases under which a private receiver may be told without consent: a statutory meeting, whose members are bound to secrecy. */
static bool is_meeting(enum legal_basis basis)
{
    return basis == BASIS_SWA_106_6 || basis == BASIS_NEEDY_9 || basis == BASIS_CWA_25_2 || basis == BASIS_LTC_115_48 ||
           basis == BASIS_DSA_89_3;
}

static enum status uncovered(struct scope *s, const int64_t *items, size_t item_n, const char *ja, const char *en)
{
    char list_ja[160] = "", list_en[80] = "";
    size_t a = 0, b = 0;

    for (size_t i = 0; i < item_n; i++) {
        const struct word *w = &words_item()->v[items[i]];
        a += (size_t)snprintf(list_ja + a, sizeof list_ja - a, "%s%s", i ? "、" : "", w->label_ja);
        b += (size_t)snprintf(list_en + b, sizeof list_en - b, "%s%s", i ? ", " : "", w->word);
        if (a >= sizeof list_ja || b >= sizeof list_en)
            break;
    }
    fail(s, INVALID, "%s: %s", "%s: %s", ja, list_ja);
    snprintf(s->why.en, sizeof s->why.en, "%s: %s", en, list_en);
    return INVALID;
}

enum status offer_decide(struct scope *s, enum referral_kind kind, enum legal_basis basis, enum consent_state consent, int regime,
                         const int64_t *items, size_t item_n)
{
    if (kind == KIND_INFORMATION && item_n)
        return uncovered(s, items, item_n, "情報提供では何も開示できません", "an information referral discloses nothing");
    if (!item_n)
        return OK;
    if (basis == BASIS_NONE)
        return uncovered(s, items, item_n, "開示の根拠がありません", "no basis covers these items");
    if (basis == BASIS_CONSENT && consent != CONSENT_GIVEN)
        return uncovered(s, items, item_n, "本人の同意がありません", "the person has not consented to these items");
    if (regime == REGIME_PRIVATE && basis != BASIS_CONSENT && !is_meeting(basis))
        return uncovered(s, items, item_n, "民間の機関には本人同意か会議の根拠が必要です",
                         "a private receiver needs consent or a meeting's basis for these items");
    return OK;
}

int64_t offer_due_us(int64_t at_us, enum urgency urgency, int closes_min)
{
    if (urgency == URGENCY_EMERGENCY)
        return at_us + EMERGENCY_HOURS * 3600LL * US_PER_S;
    return business_due_us(at_us, urgency == URGENCY_URGENT ? URGENT_DAYS : ROUTINE_DAYS, closes_min);
}
