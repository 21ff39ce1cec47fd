/* A score depends on the set of equal rules alone, whatever order they were found in; a group counts once, by its strongest
 * part; and every tenth of a bit in it has a reason with the same points. */
#include "people/score.h"

struct people_evidence people_compare(const struct people_token *a, size_t a_n, const struct people_token *b, size_t b_n)
{
    struct people_evidence found = {0, 0};
    uint32_t has_a = 0, has_b = 0;

    for (size_t i = 0; i < a_n; i++)
        has_a |= 1u << a[i].rule;
    for (size_t i = 0; i < b_n; i++)
        has_b |= 1u << b[i].rule;
    found.both = has_a & has_b;
    for (size_t i = 0, k = 0; i < a_n && k < b_n;) {
        int order = memcmp(&a[i], &b[k], sizeof a[i]);
        if (order == 0)
            found.equal |= 1u << a[i].rule;
        i += order <= 0;
        k += order >= 0;
    }
    return found;
}

/* The parts that are equal: those of equal rules, and what these imply. */
static uint32_t equal_parts(uint32_t equal)
{
    uint32_t parts = 0;

    for (size_t r = 0; r < PEOPLE_RULE_N; r++) {
        const struct people_rule_row *row = people_rule_row(r);
        for (size_t i = 0; (equal & 1u << r) && i < row->part_n; i++)
            parts |= 1u << row->part[i] | people_part_row(row->part[i])->implies;
    }
    return parts;
}

/* The parts that differ: the one of an unequal rule whose other parts are equal; without those that an equal part excuses. */
static uint32_t different_parts(struct people_evidence found, uint32_t equal)
{
    uint32_t parts = 0;

    for (size_t r = 0; r < PEOPLE_RULE_N; r++) {
        const struct people_rule_row *row = people_rule_row(r);
        uint32_t open = 0;
        if (!(found.both & 1u << r) || (found.equal & 1u << r))
            continue;
        for (size_t i = 0; i < row->part_n; i++)
            open |= 1u << row->part[i] & ~equal;
        if (open && (open & (open - 1)) == 0)
            parts |= open;
    }
    for (enum people_part part = 0; part < PART_N; part++)
        if (equal & 1u << part)
            parts &= ~people_part_row(part)->excuses;
    return parts;
}

static void add(struct people_score *to, enum people_part part, bool is_equal)
{
    const struct people_part_row *row = people_part_row(part);
    int points = is_equal ? row->equal : row->differs;

    if (points == 0 || to->reason_n == REASONS_MAX)
        return;
    to->points += points;
    to->reason[to->reason_n++] = (struct people_reason){part, points, is_equal ? row->equal_ja : row->differs_ja,
                                                        is_equal ? row->equal_en : row->differs_en};
}

/* Of the parts of a group that are in the set, the one with the most weight for, or against; PART_N when there is none. */
static enum people_part strongest(uint32_t set, enum people_group group, bool is_equal)
{
    enum people_part best = PART_N;
    int most = 0;

    for (enum people_part part = 0; part < PART_N; part++) {
        const struct people_part_row *row = people_part_row(part);
        int points = is_equal ? row->equal : -row->differs;
        if ((set & 1u << part) && row->group == group && points > most) {
            best = part;
            most = points;
        }
    }
    return best;
}

struct people_score people_score(struct people_evidence found)
{
    struct people_score score = {.points = SCORE_PRIOR, .decision = PEOPLE_NO};
    uint32_t equal = equal_parts(found.equal), different = different_parts(found, equal);
    bool is_named = false, is_against = false;

    for (enum people_group g = 0; g < GROUP_N; g++) {
        enum people_part part = strongest(equal, g, true);
        if (part != PART_N)
            add(&score, part, true);
        is_named |= part != PART_N && people_part_row(part)->names;
    }
    for (enum people_group g = 0; g < GROUP_N; g++) {
        enum people_part part = strongest(different, g, false);
        if (part != PART_N)
            add(&score, part, false);
        is_against |= part != PART_N && people_part_row(part)->differs <= SCORE_AGAINST;
    }
    if (is_named && score.points >= SCORE_POSSIBLE)
        score.decision = score.points >= SCORE_SAME_LIKELY && !is_against ? PEOPLE_SAME_LIKELY : PEOPLE_POSSIBLE;
    return score;
}

int people_score_per_mille(int points)
{
    /* 1000 · 2^(i/10) */
    static const int64_t TENTH[] = {1000, 1072, 1149, 1231, 1320, 1414, 1516, 1625, 1741, 1866};
    enum { CERTAIN = 200 };
    int p = points < 0 ? -points : points;

    if (p >= CERTAIN)
        return points < 0 ? 0 : 1000;
    int64_t odds = TENTH[p % 10] << (p / 10); /* in thousandths, of what is the likelier */
    int64_t likelier = (1000 * odds + (odds + 1000) / 2) / (odds + 1000);
    return (int)(points < 0 ? 1000 - likelier : likelier);
}

const char *people_decision_word(enum people_decision d)
{
    return d == PEOPLE_SAME_LIKELY ? "same_likely" : d == PEOPLE_POSSIBLE ? "possible" : "no";
}
