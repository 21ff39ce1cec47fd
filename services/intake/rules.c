/* Pure decisions of intake: who reads a case how far, and who says who works on it. */
#include "intake.h"

static bool leads(int role)
{
    return role == ROLE_TEAM_LEAD || role == ROLE_COORDINATOR;
}

enum status reach_decide(struct scope *s, const struct reach *was, int role, bool is_emergency, struct reach *ret_reach)
{
    bool has_ended = was->until_us != INT64_MAX;
    bool has_access = was->level == ACCESS_MEMBER || (was->level == ACCESS_OFFERED && !has_ended);

    *ret_reach = *was;
    if (has_access && (!was->has_team || was->on_team || leads(role)))
        return OK;
    if (is_emergency) {
        *ret_reach = (struct reach){.level = ACCESS_EMERGENCY, .until_us = INT64_MAX};
        return OK;
    }
    if (!has_access)
        return fail(s, NOT_FOUND, "該当するケースはありません", "no such case");
    return fail(s, DENIED, "このケースの担当者に指名されていません。担当者か所属長に、担当に加えるよう頼んでください",
                "you are not on your agency's team for this case; ask the team or its lead to put you on it");
}

unsigned reach_items(const struct reach *r)
{
    unsigned bits = 0;

    if (r->level == ACCESS_EMERGENCY)
        return (1u << item_N_) - 1;
    for (size_t i = 0; r->level != ACCESS_NONE && i < r->items.n; i++)
        bits |= 1u << r->items.v[i];
    return bits;
}

bool reach_may_write(const struct reach *r)
{
    return r->level == ACCESS_MEMBER && r->until_us == INT64_MAX;
}

bool reach_may_change(const struct reach *r)
{
    unsigned all = 1u << ITEM_IDENTITY | 1u << ITEM_CONTACT;

    return reach_may_write(r) && (reach_items(r) & all) == all;
}

enum status team_decide(struct scope *s, const struct reach *by, int role, enum team_action action, bool is_on, size_t n)
{
    if (by->has_team && !by->on_team && !leads(role))
        return fail(s, DENIED, "担当者か所属長だけが担当者を決められます", "only the team or its lead may change the team");
    if (action == TEAM_ADD)
        return is_on || n < TEAM_MAX
                   ? OK
                   : fail(s, TOO_LARGE, "担当者は%d人までです", "a team has at most %d members", TEAM_MAX);
    if (!is_on)
        return fail(s, NOT_FOUND, "この人は担当者ではありません", "this user is not on the team");
    if (n == 1 && !leads(role))
        return fail(s, CONFLICT, "最後の担当者を外せるのは所属長だけです", "only the team's lead may remove its last member");
    return OK;
}
