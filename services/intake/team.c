/* Who of an agency works on a case. An agency that names nobody leaves the case open to all its workers; one that names somebody
 * closes it to the rest, except its team leads and coordinators. */
#include "store.h"

#include "q_intake.h"

static enum status load_team(struct turn *t, struct uuid case_id, struct q_team_of_rows *ret_rows)
{
    TRY(q_team_of(t->tx, &(struct q_team_of){.id = case_id, .agency = t->s->actor.agency}, ret_rows));
    return tx_flush(t->tx);
}

/* An account name as tickets carry it. */
static bool is_user(struct span name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] <= ' ' || name.p[i] >= 0x7f || name.p[i] == '@' || name.p[i] == '|')
            return false;
    return name.n > 0;
}

HANDLER(team_put, t, in)
{
    struct q_team_of_rows team;
    struct reach reach;
    bool is_on = false;

    if (!is_user(in->user))
        return fail(t->s, INVALID, "利用者名が正しくありません", "this is not an account name");
    TRY(member_load(t, in->case_id, &reach));
    TRY(load_team(t, in->case_id, &team));
    for (size_t i = 0; i < team.n; i++)
        is_on = is_on || span_eq(team.v[i].user, in->user);
    TRY(team_decide(t->s, &reach, t->s->actor.role, (enum team_action)in->action, is_on, team.n));
    if (in->action == TEAM_ADD)
        TRY(q_team_add(t->tx, &(struct q_team_add){.id = in->case_id, .agency = t->s->actor.agency, .user = in->user,
                                                   .at = t->s->now_us}));
    else
        TRY(q_team_end(t->tx, &(struct q_team_end){.id = in->case_id, .agency = t->s->actor.agency, .user = in->user,
                                                   .at = t->s->now_us}));
    TRY(RECORD_EVENT(t, .what = HAPPENED_TEAM, .case_id = in->case_id, .detail = words_at(words_team_action(), in->action)));
    return ANSWER(t, done, .has_id = true, .id = in->case_id);
}

HANDLER(team_show, t, in)
{
    struct q_team_of_rows team;
    struct reach reach;

    TRY(reach_load(t, in->case_id, &reach));
    TRY(load_team(t, in->case_id, &team));
    struct team_line *lines = scope_alloc(t->s, (team.n + 1) * sizeof *lines);
    if (!lines)
        return no_room(t);
    for (size_t i = 0; i < team.n; i++)
        lines[i] = (struct team_line){.user = team.v[i].user, .since = team.v[i].since};
    return ANSWER(t, team_view, .case_id = in->case_id, .team = {lines, team.n});
}
