/* A head counts when its log and enough others have signed it; one false signature of anybody the policy knows refuses it, for somebody
 * then tampers with what is shown. */
#include "ledger/policy.h"

#include <stdio.h>

#include "policy_parts.h"

enum { MISSING_MAX = 160 };

static bool is_same_voice(const struct policy_node *a, const struct policy_node *b)
{
    return !a->is_group && !b->is_group && a->body[0] && strcmp(a->body, b->body) == 0;
}

size_t policy_voices(const struct policy *p, const struct policy_node *group, const bool is_met[POLICY_NODES_MOST])
{
    size_t n = 0;

    for (size_t i = 0; i < group->member_n; i++) {
        bool is_new = is_met[group->member[i]];
        for (size_t k = 0; k < i && is_new; k++)
            is_new = !is_met[group->member[k]] || !is_same_voice(&p->node[group->member[k]], &p->node[group->member[i]]);
        n += is_new;
    }
    return n;
}

static bool group_is_met(const struct policy *p, const struct policy_node *group, const bool is_met[POLICY_NODES_MOST])
{
    if (!group->is_all)
        return policy_voices(p, group, is_met) >= group->k;
    for (size_t i = 0; i < group->member_n; i++)
        if (!is_met[group->member[i]])
            return false;
    return true;
}

/* Marks the names that what is wanted rests on. */
static void reach(const struct policy *p, bool is_wanted[POLICY_NODES_MOST])
{
    memset(is_wanted, 0, POLICY_NODES_MOST * sizeof *is_wanted);
    is_wanted[p->quorum] = true;
    for (size_t i = p->n; i-- > 0;)
        for (size_t k = 0; is_wanted[i] && k < p->node[i].member_n; k++)
            is_wanted[p->node[i].member[k]] = true;
}

static enum status missing(struct scope *s, const struct policy *p, const bool is_met[POLICY_NODES_MOST])
{
    bool is_wanted[POLICY_NODES_MOST];
    char names[MISSING_MAX] = "";
    size_t n = 0;

    reach(p, is_wanted);
    for (size_t i = 0; i < p->n; i++) {
        if (!is_wanted[i] || is_met[i] || p->node[i].is_group)
            continue;
        int put = snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", p->node[i].name);
        if (put < 0 || (size_t)put >= sizeof names - n) {
            names[n] = '\0'; /* a name is told whole or not at all */
            break;
        }
        n += (size_t)put;
    }
    return fail(s, DENIED, "連署が定足数に足りません。署名していない者：%s", "the quorum is missing; these have not cosigned: %s", names);
}

/* Whether a key signed; a false signature is a failure. */
static enum status has_signed(struct scope *s, const struct note *note, const struct note_key *key, bool *ret_has)
{
    int64_t at_s;
    enum status st = note_check(s, note, key, &at_s);

    if (st != OK && st != NOT_FOUND)
        return st;
    *ret_has = st == OK;
    return OK;
}

/* Fills in whether each group is met, from its members, which stand before it. */
static void groups_met(const struct policy *p, bool is_met[POLICY_NODES_MOST])
{
    for (size_t i = 0; i < p->n; i++)
        if (p->node[i].is_group)
            is_met[i] = group_is_met(p, &p->node[i], is_met);
}

bool policy_reached(const struct policy *p, const bool has[POLICY_WITNESSES_MOST])
{
    bool is_met[POLICY_NODES_MOST] = {false};
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        if (!p->node[i].is_group)
            is_met[i] = has[n++];
    groups_met(p, is_met);
    return p->quorum < 0 || is_met[p->quorum];
}

enum status policy_signed(struct scope *s, const struct policy *p, const struct note *note, struct checkpoint *ret_head)
{
    bool is_named = false, has_log = false;
    struct checkpoint c;

    TRY(checkpoint_read(s, note->text, &c));
    for (size_t i = 0; i < p->log_n; i++) {
        bool has = false;
        if (!span_is(c.origin, p->log[i].name))
            continue;
        is_named = true;
        TRY(has_signed(s, note, &p->log[i], &has));
        has_log = has_log || has;
    }
    if (!is_named)
        return fail(s, CORRUPT, "方針にない記録 %.*s のチェックポイントです", "a checkpoint of %.*s, a log that the policy does not name",
                    (int)c.origin.n, (const char *)c.origin.p);
    if (!has_log)
        return fail(s, DENIED, "記録 %.*s 自身の署名がありません", "the log %.*s itself has not signed", (int)c.origin.n,
                    (const char *)c.origin.p);
    *ret_head = c;
    return OK;
}

enum status policy_check(struct scope *s, const struct policy *p, const struct note *note)
{
    bool is_met[POLICY_NODES_MOST] = {false};
    struct checkpoint c;

    for (size_t i = 0; i < p->n; i++)
        if (!p->node[i].is_group)
            TRY(has_signed(s, note, &p->node[i].key, &is_met[i]));
    TRY(policy_signed(s, p, note, &c));
    groups_met(p, is_met);
    if (p->quorum >= 0 && !is_met[p->quorum])
        return missing(s, p, is_met);
    return OK;
}
