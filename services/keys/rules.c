/* Who is given a key, how often, and when the glass may be broken: decided here from what is asked and nothing else, so that a test can
 * walk all of it. */
#include "rules.h"

#include "wire/words.h"

enum status rule_role(struct scope *s, int role, struct span service)
{
    if (role >= 0 && role < role_N_ && (ROLES_CASEWORK & ROLE_BIT(role)))
        return OK;
    if (role == ROLE_SECRETARY && span_is(service, "meeting"))
        return OK;
    return fail(s, DENIED, "この役割にはケースの鍵を渡しません", "this role is given no case key");
}

enum status rule_reads(struct scope *s, const struct keys *limits, int64_t user_n, int64_t agency_n)
{
    if (user_n > limits->reads_hard)
        return fail(s, DENIED, "1時間に開けるケースは1人%d件までです", "a user may open at most %d cases in an hour",
                    (int)limits->reads_hard);
    if (agency_n > limits->reads_agency)
        return fail(s, DENIED, "1時間に開けるケースは1機関%d件までです", "an agency may open at most %d cases in an hour",
                    (int)limits->reads_agency);
    return OK;
}

/* Code points, spaces at either end not counted; the text is UTF-8 already. */
static size_t characters(struct span text)
{
    size_t n = 0;

    while (text.n && (text.p[0] == ' ' || text.p[0] == '\n'))
        text = span_of(text.p + 1, text.n - 1);
    while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\n'))
        text.n--;
    for (size_t i = 0; i < text.n; i++)
        n += (text.p[i] & 0xc0) != 0x80;
    return n;
}

enum status rule_glass(struct scope *s, const struct ticket *who, int64_t now_us, struct span text)
{
    int64_t age_s = now_us / US_PER_S - who->fresh_s;

    if (who->fresh_s <= 0 || age_s > FRESH_S)
        return fail(s, DENIED, "第二要素をもう一度入力してください（直近%d分以内のものが必要です）",
                    "give the second factor again: it must have been given within the last %d minutes", FRESH_S / 60);
    if (characters(text) < GLASS_TEXT_LEAST)
        return fail(s, INVALID, "理由を%d文字以上で書いてください", "say why in %d characters or more", GLASS_TEXT_LEAST);
    return OK;
}
