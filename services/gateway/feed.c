/* Who hears what: an agency of what concerns it and as far as the role works with it; coordinators of every referral and meeting; auditors
 * and administrators of nothing but notices, and those as the row-level security of audit.notice has it. A role that stands in no row
 * hears nothing. */
#include "feed.h"

#include <stdio.h>

enum topic {
    T_REFERRAL = 1 << 0,
    T_CASE = 1 << 1,
    T_MEETING = 1 << 2,
    T_NOTICE = 1 << 3,
    T_RECALL = 1 << 4,
    T_DUPLICATE = 1 << 5,
    T_CASEWORK = T_REFERRAL | T_CASE | T_MEETING | T_RECALL
};

/* What kinds of events are about; what is not here is nobody's business. */
static const struct {
    enum happening happened;
    unsigned topics;
} ABOUT[] = {
    {HAPPENED_CASE_OPENED, T_CASE},
    {HAPPENED_NOTE_ADDED, T_CASE},
    {HAPPENED_BATON_CREATED, T_CASE},
    {HAPPENED_BATON_MOVED, T_CASE},
    {HAPPENED_MEMBER_ADDED, T_CASE},
    {HAPPENED_MEMBER_ENDED, T_CASE},
    {HAPPENED_REFERRAL, T_REFERRAL | T_CASE},
    {HAPPENED_VISIT, T_REFERRAL | T_CASE},
    {HAPPENED_OVERRIDE, T_REFERRAL | T_CASE},
    {HAPPENED_MEETING_PROPOSED, T_MEETING | T_CASE},
    {HAPPENED_AVAILABILITY, T_MEETING | T_CASE},
    {HAPPENED_MEETING_FIXED, T_MEETING | T_CASE},
    {HAPPENED_MEETING_CANCELLED, T_MEETING | T_CASE},
    {HAPPENED_CASE_CLOSED, T_CASE},
    {HAPPENED_CONSENT_GIVEN, T_CASE},
    {HAPPENED_CONSENT_WITHDRAWN, T_CASE},
    {HAPPENED_RECALL_SENT, T_RECALL | T_CASE},
    {HAPPENED_RECALL_DONE, T_RECALL | T_CASE},
    {HAPPENED_PERSON, T_CASE},
    {HAPPENED_TEAM, T_CASE},
    {HAPPENED_REVIEW, T_NOTICE},
    {HAPPENED_MERGED, T_DUPLICATE | T_CASE},
    {HAPPENED_UNMERGED, T_DUPLICATE | T_CASE},
    {HAPPENED_CASE_ERASED, T_CASE},
    {HAPPENED_PAYLOAD_ERASED, T_CASE},
};

/* concerned: where the agency is one of those it concerns; any: also where it is not. Of notices more is said in may_see. */
static const struct {
    enum role role;
    unsigned concerned, any;
} HEARS[] = {
    {ROLE_WORKER, T_CASEWORK, 0},
    {ROLE_TEAM_LEAD, T_CASEWORK | T_NOTICE, 0},
    {ROLE_COORDINATOR, T_CASEWORK | T_NOTICE | T_DUPLICATE, T_REFERRAL | T_MEETING | T_NOTICE | T_DUPLICATE},
    {ROLE_SECRETARY, T_MEETING, 0},
    {ROLE_AGENCY_HOST, T_REFERRAL | T_MEETING | T_RECALL, 0},
    {ROLE_AUDITOR, T_NOTICE, T_NOTICE},
    {ROLE_ADMINISTRATOR, T_NOTICE, T_NOTICE},
};

static const struct {
    unsigned topic;
    const char *word;
    bool has_case, has_about; /* there is also "word:id" */
} WORDS_OF[] = {
    {T_REFERRAL, "referral", false, true}, {T_CASE, "case", true, false},     {T_MEETING, "meeting", false, true},
    {T_NOTICE, "notice", false, false},    {T_RECALL, "recall", false, false}, {T_DUPLICATE, "duplicate", false, false},
};

void feed_begin(struct feed *f, int64_t position)
{
    f->is_begun = true;
    f->floor = f->position = position;
    f->first = f->n = 0;
}

static unsigned topics_of(const struct feed_line *line)
{
    if (line->has_notice && line->notice == NOTICE_MEETING)
        return T_MEETING;
    if (line->has_notice)
        return T_NOTICE | (line->notice == NOTICE_DUPLICATE ? (unsigned)T_DUPLICATE : 0);
    for (size_t i = 0; line->has_happened && i < COUNT(ABOUT); i++)
        if (ABOUT[i].happened == line->happened)
            return ABOUT[i].topics;
    return 0;
}

void feed_put(struct feed *f, int64_t position, const struct feed_line *line)
{
    unsigned topics = topics_of(line);
    struct hint *h;

    if (!topics)
        return;
    if (f->n == HINTS_MAX) {
        f->floor = f->v[f->first].at;
        f->first = (f->first + 1) % HINTS_MAX;
        f->n--;
    }
    h = &f->v[(f->first + f->n++) % HINTS_MAX];
    *h = (struct hint){.at = position, .topics = topics, .has_notice = line->has_notice, .notice = line->notice};
    if (line->has_case_id)
        h->case_id = line->case_id;
    if (line->has_about)
        h->about = line->about;
    for (; h->n < line->concerns.n && h->n < CONCERNED_MAX; h->n++)
        h->to[h->n] = line->concerns.v[h->n];
}

/* A review is seen by whoever sees the reading it is of. */
static bool may_see(const struct hint *h, enum role role, bool is_concerned)
{
    bool is_emergency = !h->has_notice || h->notice == NOTICE_BREAK_GLASS || h->notice == NOTICE_REVIEW_DUE;

    if (role == ROLE_ADMINISTRATOR)
        return h->has_notice && h->notice == NOTICE_ERASURE;
    if (role == ROLE_COORDINATOR)
        return is_concerned || h->n == 0 || is_emergency;
    return role == ROLE_AUDITOR || is_concerned;
}

static unsigned heard_of(const struct hint *h, const struct actor *who)
{
    bool is_concerned = false;
    unsigned topics = 0;

    for (size_t i = 0; i < h->n && who->agency.code[0]; i++)
        is_concerned = is_concerned || agency_eq(h->to[i], who->agency);
    for (size_t i = 0; i < COUNT(HEARS); i++)
        if ((int)HEARS[i].role == who->role)
            topics = h->topics & (is_concerned ? HEARS[i].concerned : HEARS[i].any);
    if ((topics & T_NOTICE) && !may_see(h, (enum role)who->role, is_concerned))
        topics &= ~(unsigned)T_NOTICE;
    return topics;
}

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        if ((at == text || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

static bool put_word(char *text, const char *word)
{
    size_t at = strlen(text), n = strlen(word);

    if (has_word(text, word))
        return true;
    if (at + 1 + n > FEED_TEXT_MAX)
        return false;
    if (at)
        text[at++] = ' ';
    memcpy(text + at, word, n + 1);
    return true;
}

static bool put_id(char *text, const char *word, struct uuid id)
{
    char both[UUID_TEXT_MAX + 16], print[UUID_TEXT_MAX];

    if (uuid_is_nil(id))
        return true;
    snprintf(both, sizeof both, "%s:%s", word, uuid_print(id, print));
    return put_word(text, both);
}

static bool put_hint(char *text, const struct hint *h, unsigned topics)
{
    for (size_t i = 0; i < COUNT(WORDS_OF); i++) {
        const char *word = WORDS_OF[i].word;
        if (!(topics & WORDS_OF[i].topic))
            continue;
        if (!put_word(text, word) || (WORDS_OF[i].has_case && !put_id(text, word, h->case_id)) ||
            (WORDS_OF[i].has_about && !put_id(text, word, h->about)))
            return false;
    }
    return true;
}

enum told feed_hear(const struct feed *f, const struct actor *who, int64_t after, char *to)
{
    size_t i = f->n;

    to[0] = '\0';
    if (after < f->floor || after > f->position)
        return TOLD_MISSED;
    while (i > 0 && f->v[(f->first + i - 1) % HINTS_MAX].at > after)
        i--;
    for (; i < f->n; i++) {
        const struct hint *h = &f->v[(f->first + i) % HINTS_MAX];
        if (!put_hint(to, h, heard_of(h, who)))
            return TOLD_MISSED;
    }
    return to[0] ? TOLD_HINT : TOLD_NOTHING;
}
