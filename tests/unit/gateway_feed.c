/* Who hears of what: every kind of happening to every role of the agency it concerns and of another; and that whoever takes up where it
 * stood hears everything once or is told that something is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "gateway/feed.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static const struct uuid CASE_ID = {{1}}, ABOUT_ID = {{2}};

#define C "case:01000000-0000-0000-0000-000000000000"
#define R "referral:02000000-0000-0000-0000-000000000000"
#define M "meeting:02000000-0000-0000-0000-000000000000"
#define CASES "case " C
#define REFERRALS "referral " R
#define MEETINGS "meeting " M

static struct feed_line happened(int64_t what, struct agency_id *to, size_t n)
{
    return (struct feed_line){.has_happened = true, .happened = what, .has_case_id = true, .case_id = CASE_ID, .has_about = true,
                              .about = ABOUT_ID, .concerns = {to, n}};
}

static struct feed_line notice(int64_t kind, struct agency_id *to, size_t n)
{
    return (struct feed_line){.has_notice = true, .notice = kind, .has_case_id = true, .case_id = CASE_ID, .concerns = {to, n}};
}

static struct feed *new_feed(void)
{
    struct feed *f = calloc(1, sizeof *f);

    assert_non_null(f);
    return f;
}

static void check(const struct feed_line *line, enum role role, const char *agency, const char *want)
{
    struct actor who = {.role = (int)role};
    struct feed *f = new_feed();
    char text[FEED_TEXT_MAX + 1];

    snprintf(who.agency.code, sizeof who.agency.code, "%s", agency);
    feed_begin(f, 7);
    feed_put(f, 9, line);
    f->position = 9;
    enum told told = feed_hear(f, &who, 7, text);
    if (told != (want[0] ? TOLD_HINT : TOLD_NOTHING) || strcmp(text, want) != 0)
        fail_msg("role %d of %s, event %d, notice %d: «%s», not «%s»", (int)role, agency, (int)line->happened, (int)line->notice, text, want);
    free(f);
}

static const struct {
    enum happening happened;
    const char *casework, *coordinator_elsewhere, *secretary, *host, *auditor;
} EVENTS[] = {
    {HAPPENED_CASE_OPENED, CASES, "", "", "", ""},
    {HAPPENED_NOTE_ADDED, CASES, "", "", "", ""},
    {HAPPENED_CASE_READ, "", "", "", "", ""},
    {HAPPENED_BATON_CREATED, CASES, "", "", "", ""},
    {HAPPENED_BATON_MOVED, CASES, "", "", "", ""},
    {HAPPENED_MEMBER_ADDED, CASES, "", "", "", ""},
    {HAPPENED_MEMBER_ENDED, CASES, "", "", "", ""},
    {HAPPENED_REFERRAL, REFERRALS " " CASES, REFERRALS, "", REFERRALS, ""},
    {HAPPENED_VISIT, REFERRALS " " CASES, REFERRALS, "", REFERRALS, ""},
    {HAPPENED_OVERRIDE, REFERRALS " " CASES, REFERRALS, "", REFERRALS, ""},
    {HAPPENED_MEETING_PROPOSED, CASES " " MEETINGS, MEETINGS, MEETINGS, MEETINGS, ""},
    {HAPPENED_AVAILABILITY, CASES " " MEETINGS, MEETINGS, MEETINGS, MEETINGS, ""},
    {HAPPENED_MEETING_FIXED, CASES " " MEETINGS, MEETINGS, MEETINGS, MEETINGS, ""},
    {HAPPENED_MEETING_CANCELLED, CASES " " MEETINGS, MEETINGS, MEETINGS, MEETINGS, ""},
    {HAPPENED_CASE_CLOSED, CASES, "", "", "", ""},
    {HAPPENED_SKIP_REQUESTED, "", "", "", "", ""},
    {HAPPENED_SKIPPED, "", "", "", "", ""},
    {HAPPENED_CONSENT_GIVEN, CASES, "", "", "", ""},
    {HAPPENED_CONSENT_WITHDRAWN, CASES, "", "", "", ""},
    {HAPPENED_RECALL_SENT, CASES " recall", "", "", "recall", ""},
    {HAPPENED_RECALL_DONE, CASES " recall", "", "", "recall", ""},
    {HAPPENED_DISCLOSED, "", "", "", "", ""},
    {HAPPENED_PERSON, CASES, "", "", "", ""},
    {HAPPENED_TEAM, CASES, "", "", "", ""},
    {HAPPENED_BREAK_GLASS, "", "", "", "", ""},
    {HAPPENED_REVIEW, "", "notice", "", "", "notice"},
    {HAPPENED_MERGED, CASES, "duplicate", "", "", ""},
    {HAPPENED_UNMERGED, CASES, "duplicate", "", "", ""},
    {HAPPENED_NOTIFIER_READ, "", "", "", "", ""},
    {HAPPENED_KEY_READ, "", "", "", "", ""},
    {HAPPENED_KEY_ROTATED, "", "", "", "", ""},
    {HAPPENED_CASE_ERASED, CASES, "", "", "", ""},
    {HAPPENED_AUDITED, "", "", "", "", ""},
    {HAPPENED_LEADS_PROVEN, "", "", "", "", ""},
    {HAPPENED_ERASURE_ASKED, "", "", "", "", ""},
    {HAPPENED_PAYLOAD_ERASED, CASES, "", "", "", ""},
};

static void each_event(void **state)
{
    (void)state;
    assert_int_equal(COUNT(EVENTS), words_happening()->n);
    for (size_t i = 0; i < COUNT(EVENTS); i++) {
        struct agency_id to[] = {{"A003"}, {"A056"}};
        struct feed_line line = happened((int64_t)EVENTS[i].happened, to, 2);
        check(&line, ROLE_WORKER, "A056", EVENTS[i].casework);
        check(&line, ROLE_WORKER, "A057", "");
        check(&line, ROLE_TEAM_LEAD, "A057", "");
        check(&line, ROLE_SECRETARY, "A003", EVENTS[i].secretary);
        check(&line, ROLE_SECRETARY, "A057", "");
        check(&line, ROLE_AGENCY_HOST, "A003", EVENTS[i].host);
        check(&line, ROLE_AGENCY_HOST, "A057", "");
        check(&line, ROLE_COORDINATOR, "A001", EVENTS[i].coordinator_elsewhere);
        check(&line, ROLE_AUDITOR, "A056", EVENTS[i].auditor);
        check(&line, ROLE_AUDITOR, "A001", EVENTS[i].auditor);
        check(&line, ROLE_ADMINISTRATOR, "A056", "");
        check(&line, ROLE_SERVICE, "A056", "");
        line.concerns.n = 0;
        check(&line, ROLE_WORKER, "", "");
    }
}

static const struct {
    enum notice_kind kind;
    bool of_nobody;
    const char *lead_there, *coordinator_there, *coordinator_elsewhere, *administrator;
} NOTICES[] = {
    {NOTICE_BREAK_GLASS, false, "notice", "notice", "notice", ""},
    {NOTICE_REVIEW_DUE, false, "notice", "notice", "notice", ""},
    {NOTICE_MANY_READS, false, "notice", "notice", "", ""},
    {NOTICE_RECALL, false, "notice", "notice", "", ""},
    {NOTICE_SETTINGS_DUE, false, "notice", "notice", "", ""},
    {NOTICE_DUPLICATE, true, "", "notice duplicate", "notice duplicate", ""},
    {NOTICE_LEAD_MISSING, true, "", "notice", "notice", ""},
    {NOTICE_ERASURE, true, "", "notice", "notice", "notice"},
};

/* What the meeting service tells of: to whoever of an agency has to do with meetings; it is nothing that must be looked at. */
static const struct {
    enum role role;
    const char *there, *elsewhere;
} OF_MEETING[] = {
    {ROLE_WORKER, MEETINGS, ""},      {ROLE_TEAM_LEAD, MEETINGS, ""}, {ROLE_COORDINATOR, MEETINGS, MEETINGS},
    {ROLE_SECRETARY, MEETINGS, ""},   {ROLE_AUDITOR, "", ""},         {ROLE_ADMINISTRATOR, "", ""},
    {ROLE_AGENCY_HOST, MEETINGS, ""}, {ROLE_SERVICE, "", ""},
};

static void each_hears_of_a_meeting(void **state)
{
    struct agency_id to[] = {{"A056"}};
    const struct feed_line line = {.has_notice = true, .notice = NOTICE_MEETING, .has_about = true, .about = ABOUT_ID, .concerns = {to, 1}};

    (void)state;
    assert_int_equal(COUNT(OF_MEETING), words_role()->n);
    for (size_t i = 0; i < COUNT(OF_MEETING); i++) {
        check(&line, OF_MEETING[i].role, "A056", OF_MEETING[i].there);
        check(&line, OF_MEETING[i].role, "A057", OF_MEETING[i].elsewhere);
    }
}

static void each_notice(void **state)
{
    (void)state;
    assert_int_equal(COUNT(NOTICES) + 1, words_notice_kind()->n); /* and NOTICE_MEETING */
    for (size_t i = 0; i < COUNT(NOTICES); i++) {
        struct agency_id to[] = {{"A056"}};
        struct feed_line line = notice((int64_t)NOTICES[i].kind, to, NOTICES[i].of_nobody ? 0 : 1);
        check(&line, ROLE_WORKER, "A056", "");
        check(&line, ROLE_SECRETARY, "A056", "");
        check(&line, ROLE_AGENCY_HOST, "A056", "");
        check(&line, ROLE_TEAM_LEAD, "A056", NOTICES[i].lead_there);
        check(&line, ROLE_TEAM_LEAD, "A057", "");
        check(&line, ROLE_COORDINATOR, "A056", NOTICES[i].coordinator_there);
        check(&line, ROLE_COORDINATOR, "A001", NOTICES[i].coordinator_elsewhere);
        check(&line, ROLE_AUDITOR, "A001", "notice");
        check(&line, ROLE_ADMINISTRATOR, "A001", NOTICES[i].administrator);
    }
}

/* Position 100 + i has one hint, of the case i. */
static void put_many(struct feed *f, int from, int to)
{
    struct agency_id here[] = {{"A056"}};

    for (int i = from; i < to; i++) {
        struct feed_line line = happened(HAPPENED_NOTE_ADDED, here, 1);
        line.case_id = (struct uuid){{1, (uint8_t)(i >> 8), (uint8_t)i}};
        feed_put(f, 100 + i, &line);
        f->position = 100 + i;
    }
}

static void takes_up_where_it_stood(void **state)
{
    static const struct actor WHO = {.agency = {"A056"}, .role = ROLE_WORKER};
    struct feed *f = new_feed();
    char text[FEED_TEXT_MAX + 1];

    (void)state;
    feed_begin(f, 99);
    put_many(f, 0, 3);
    assert_int_equal(feed_hear(f, &WHO, 99, text), TOLD_HINT);
    assert_string_equal(text, "case case:01000000-0000-0000-0000-000000000000 case:01000100-0000-0000-0000-000000000000 "
                              "case:01000200-0000-0000-0000-000000000000");
    assert_int_equal(feed_hear(f, &WHO, 101, text), TOLD_HINT);
    assert_string_equal(text, "case case:01000200-0000-0000-0000-000000000000");
    assert_int_equal(feed_hear(f, &WHO, 102, text), TOLD_NOTHING);
    assert_int_equal(feed_hear(f, &WHO, 98, text), TOLD_MISSED);
    assert_int_equal(feed_hear(f, &WHO, 103, text), TOLD_MISSED);
    put_many(f, 3, 60);
    assert_int_equal(feed_hear(f, &WHO, 99, text), TOLD_HINT);
    assert_true(strlen(text) <= FEED_TEXT_MAX);
    put_many(f, 60, HINTS_MAX);
    assert_int_equal(feed_hear(f, &WHO, 99, text), TOLD_MISSED); /* too much to say */
    assert_int_equal(feed_hear(f, &WHO, 99 + HINTS_MAX - 3, text), TOLD_HINT);
    put_many(f, HINTS_MAX, HINTS_MAX + 5); /* the five oldest have made room */
    static const struct actor ELSEWHERE = {.agency = {"A057"}, .role = ROLE_WORKER};
    assert_int_equal(feed_hear(f, &ELSEWHERE, 103, text), TOLD_MISSED);
    assert_int_equal(feed_hear(f, &ELSEWHERE, 104, text), TOLD_NOTHING);
    feed_begin(f, 5000);
    assert_int_equal(feed_hear(f, &ELSEWHERE, 4999, text), TOLD_MISSED);
    assert_int_equal(feed_hear(f, &ELSEWHERE, 5000, text), TOLD_NOTHING);
    free(f);
}

/* One happening told twice, and two of one case, are one word each. */
static void each_word_once(void **state)
{
    static const struct actor WHO = {.agency = {"A056"}, .role = ROLE_WORKER};
    struct agency_id here[] = {{"A056"}};
    struct feed_line referral = happened(HAPPENED_REFERRAL, here, 1), moved = happened(HAPPENED_BATON_MOVED, here, 1);
    struct feed *f = new_feed();
    char text[FEED_TEXT_MAX + 1];

    (void)state;
    feed_begin(f, 1);
    feed_put(f, 2, &referral);
    feed_put(f, 2, &moved);
    feed_put(f, 3, &referral);
    f->position = 3;
    assert_int_equal(feed_hear(f, &WHO, 1, text), TOLD_HINT);
    assert_string_equal(text, REFERRALS " " CASES);
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_event), cmocka_unit_test(each_notice), cmocka_unit_test(each_hears_of_a_meeting),
                                       cmocka_unit_test(takes_up_where_it_stood), cmocka_unit_test(each_word_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
