/* A story is taken when it can have happened and refused where it cannot: at the first event that is impossible, and at no other. */
#include "ledger_story.h"

#include "ledger/replay.h"

enum { STEPS = 12 };

/* Shorthand: a row tells what a step adds to a case that is opened and led by 1; then 1 offers referral 1 to 2, and so on. */
#define OPENED {EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL}, {EVENT_GRANT, "baton_created", NULL, 1, 1, 0, 0, NULL}
#define OFFERED OPENED, {EVENT_OFFER, "referral", "send", 1, 2, 1, 0, NULL}
#define ACCEPTED OFFERED, {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 2, NULL}
#define MOVED ACCEPTED, {EVENT_GRANT, "baton_moved", NULL, 2, 1, 1, 0, NULL}
#define CLOSED OPENED, {EVENT_CLOSE, "case_closed", NULL, 1, 0, 0, 0, NULL}
#define HOLE {EVENT_TYPE_END, NULL, NULL, 0, 0, 0, 0, NULL}

static const struct {
    const char *name;
    struct fact v[STEPS];
    int bad; /* the place that is refused, −1 = none */
    const char *en; /* part of the reason */
} CASES[] = {
    {"a handoff, then closed by who received it", {MOVED, {EVENT_CLOSE, "case_closed", NULL, 2, 0, 0, 0, NULL}}, -1, ""},
    {"not opened first", {{EVENT_READ, "case_read", NULL, 1, 0, 0, 0, NULL}}, 0, "not OPEN"},
    {"opened twice", {OPENED, {EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL}}, 2, "opened twice"},
    {"two first leads", {OPENED, {EVENT_GRANT, "baton_created", NULL, 2, 2, 0, 0, NULL}}, 2, "first lead twice"},
    {"a first lead who is nobody", {{EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL},
                                    {EVENT_GRANT, "baton_created", NULL, 1, 0, 0, 0, NULL}}, 1, "who leads"},
    {"an offer before there is a lead", {{EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL},
                                         {EVENT_OFFER, "referral", "send", 1, 2, 1, 0, NULL}}, 1, "before the case has a lead"},
    {"a type that says another thing", {OPENED, {EVENT_READ, "referral", "send", 1, 2, 1, 0, NULL}}, 2, "something else"},
    {"an OFFER that tells of a reading", {OPENED, {EVENT_OFFER, "case_read", NULL, 1, 2, 1, 0, NULL}}, 2, "something else"},
    {"a retraction is a WITHDRAW", {OFFERED, {EVENT_WITHDRAW, "referral", "retract", 1, 2, 1, 2, NULL}}, -1, ""},
    {"accepted without an offer", {OPENED, {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 1, NULL}}, 2, "that is new"},
    {"accepted by another", {OFFERED, {EVENT_ACCEPT, "referral", "accept", 3, 1, 1, 2, NULL}}, 3, "not for A003"},
    {"accepted twice", {ACCEPTED, {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 2, NULL}}, 4, "that is accepted"},
    {"an ACCEPT that answers nothing", {OFFERED, {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 0, NULL}}, 3, "answers no offer"},
    {"an ACCEPT that answers the opening", {OFFERED, {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 1, NULL}}, 3, "another event"},
    {"answers what does not stand before it", {OFFERED, {EVENT_DECLINE, "referral", "decline", 2, 1, 1, 9, NULL}}, 3, "stand before"},
    {"accepted after it was withdrawn", {OFFERED, {EVENT_WITHDRAW, "referral", "withdraw", 1, 2, 1, 2, NULL},
                                         {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 2, NULL}}, 4, "that is withdrawn"},
    {"accepted after it expired", {OFFERED, {EVENT_EXPIRE, "referral", "due", 0, 2, 1, 2, NULL},
                                   {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 2, NULL}}, 4, "that is expired"},
    {"expired by an agency", {OFFERED, {EVENT_EXPIRE, "referral", "due", 2, 2, 1, 2, NULL}}, 3, "not for A002"},
    {"withdrawn by its receiver", {OFFERED, {EVENT_WITHDRAW, "referral", "withdraw", 2, 2, 1, 2, NULL}}, 3, "not for A002"},
    {"withdrawn because another was first", {OFFERED, {EVENT_WITHDRAW, "referral", "withdraw", 3, 2, 1, 2, "taken_by_another"}}, -1, ""},
    {"opened by somebody else", {OFFERED, {EVENT_DELIVER, "referral", "deliver", 3, 1, 1, 0, NULL}}, 3, "not for A003"},
    {"a coordinator asks, the lead withdraws", {OPENED, {EVENT_OFFER, "referral", "send", 5, 2, 1, 0, NULL},
                                                {EVENT_WITHDRAW, "referral", "withdraw", 1, 2, 1, 2, NULL}}, -1, ""},
    {"a draft is sent", {OPENED, {EVENT_OUTCOME, "referral", "draft", 1, 2, 1, 0, NULL}, {EVENT_OFFER, "referral", "send", 1, 2, 1, 0, NULL},
                         {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 3, NULL}}, -1, ""},
    {"a late decline", {ACCEPTED, {EVENT_DECLINE, "referral", "decline", 2, 1, 1, 2, NULL}}, -1, ""},
    {"no word of the list", {OFFERED, {EVENT_OUTCOME, "referral", "vanish", 2, 1, 1, 0, NULL}}, 3, "no word"},
    {"of no referral", {OPENED, {EVENT_OFFER, "referral", "send", 1, 2, 0, 0, NULL}}, 2, "which referral"},
    {"the baton moves without an accept", {OFFERED, {EVENT_GRANT, "baton_moved", NULL, 2, 1, 1, 0, NULL}}, 3, "has not accepted"},
    {"the baton moves to another", {ACCEPTED, {EVENT_GRANT, "baton_moved", NULL, 3, 1, 1, 0, NULL}}, 4, "has not accepted"},
    {"the baton moves twice", {MOVED, {EVENT_GRANT, "baton_moved", NULL, 2, 2, 1, 0, NULL}}, 5, "has not accepted"},
    {"the baton moves from who has it not", {ACCEPTED, {EVENT_GRANT, "baton_moved", NULL, 2, 3, 1, 0, NULL}}, 4, "the lead is A001, not A003"},
    {"the baton moves before there is one", {{EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL},
                                             {EVENT_GRANT, "baton_moved", NULL, 2, 1, 1, 0, NULL}}, 1, "before there is one"},
    {"closed by who is not the lead", {OPENED, {EVENT_CLOSE, "case_closed", NULL, 2, 0, 0, 0, NULL}}, 2, "A002 closes"},
    {"closed by who gave the case away", {MOVED, {EVENT_CLOSE, "case_closed", NULL, 1, 0, 0, 0, NULL}}, 5, "A001 closes"},
    {"closed with an offer open", {OFFERED, {EVENT_CLOSE, "case_closed", NULL, 1, 0, 0, 0, NULL}}, 3, "an offer is open"},
    {"closed twice", {CLOSED, {EVENT_CLOSE, "case_closed", NULL, 1, 0, 0, 0, NULL}}, 3, "after the case was closed"},
    {"offered after the close", {CLOSED, {EVENT_OFFER, "referral", "send", 1, 2, 1, 0, NULL}}, 3, "after the case was closed"},
    {"the baton moves after the close", {ACCEPTED, {EVENT_CLOSE, "case_closed", NULL, 1, 0, 0, 0, NULL},
                                         {EVENT_GRANT, "baton_moved", NULL, 2, 1, 1, 0, NULL}}, 5, "after the case was closed"},
    {"read and reviewed after the close", {CLOSED, {EVENT_READ, "case_read", NULL, 4, 0, 0, 0, NULL},
                                           {EVENT_REVIEW, "review", NULL, 5, 4, 0, 0, NULL}}, -1, ""},
    {"an erased offer may have been accepted", {OPENED, HOLE, {EVENT_ACCEPT, "referral", "accept", 2, 1, 1, 2, NULL}}, -1, ""},
    {"an erased hold may have come before a resume", {ACCEPTED, HOLE, {EVENT_OUTCOME, "referral", "resume", 2, 1, 1, 0, NULL}}, -1, ""},
    {"a resume without a hold", {ACCEPTED, {EVENT_OUTCOME, "referral", "resume", 2, 1, 1, 0, NULL}}, 4, "that is accepted"},
    {"an erased move may have changed the lead", {ACCEPTED, HOLE, {EVENT_CLOSE, "case_closed", NULL, 2, 0, 0, 0, NULL}}, -1, ""},
    {"a hole is no licence for a second opening", {OPENED, HOLE, {EVENT_OPEN, "case_opened", NULL, 1, 0, 0, 0, NULL}}, 3, "opened twice"},
    {"nor for accepting what was offered to another", {OPENED, HOLE, {EVENT_OFFER, "referral", "send", 1, 2, 1, 0, NULL},
                                                       {EVENT_ACCEPT, "referral", "accept", 3, 1, 1, 3, NULL}}, 4, "not for A003"},
};

static struct replay_step step_of(const struct fact *fact, size_t at)
{
    struct replay_step step = {.is_hole = fact->type == EVENT_TYPE_END, .type = fact->type, .agency = fact->agency,
                               .counterpart = fact->counterpart, .has_about = fact->about != 0, .about = about_id(fact->about),
                               .happened = span_str(fact->happened), .detail = span_str(fact->detail), .reason = span_str(fact->reason)};

    memset(step.leaf, (int)at + 1, sizeof step.leaf);
    if (fact->answers > 0)
        memset(step.answers, fact->answers + 1, sizeof step.answers);
    return step;
}

static void a_story_is_refused_where_it_cannot_have_happened(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
        struct replay *r = NULL;
        print_message("  %s\n", CASES[i].name);
        MUST(replay_new(s, &r));
        for (int k = 0; k < STEPS && CASES[i].v[k].type; k++) {
            struct replay_step step = step_of(&CASES[i].v[k], (size_t)k);
            enum status st = replay_step(s, r, &step);
            assert_int_equal(st, k == CASES[i].bad ? CORRUPT : OK);
            if (st == OK)
                continue;
            print_message("    %s\n", s->why.en);
            assert_non_null(strstr(s->why.en, CASES[i].en));
            assert_true(s->why.ja[0]);
            break;
        }
    }
}

static void who_leads_is_known_at_every_step(void **state)
{
    static const struct fact FACTS[] = {MOVED, {EVENT_OUTCOME, "referral", "start", 2, 1, 1, 0, NULL}, HOLE};
    static const uint32_t LEADS[] = {0, 1, 1, 1, 2, 2, 0};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct replay *r = NULL;
    struct replay_end end;
    (void)state;

    MUST(replay_new(s, &r));
    for (size_t i = 0; i < COUNT(FACTS); i++) {
        struct replay_step step = step_of(&FACTS[i], i);
        MUST(replay_step(s, r, &step));
        replay_end(r, &end);
        assert_int_equal(end.has_lead ? end.lead : 0, LEADS[i]);
        assert_int_equal(end.open_offers, i == 2);
        assert_int_equal(end.handoffs, i >= 3);
        assert_false(end.is_closed);
    }
}

static void a_long_case_is_remembered_whole(void **state)
{
    enum { MANY = 3000 };
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    static const struct fact FACTS[] = {OPENED};
    struct replay *r = NULL;
    struct replay_end end;
    (void)state;

    MUST(replay_new(s, &r));
    for (size_t i = 0; i < COUNT(FACTS) + MANY; i++) {
        struct fact fact = i < COUNT(FACTS) ? FACTS[i] : (struct fact){EVENT_OFFER, "referral", "send", 1, 2, (unsigned)i, 0, NULL};
        struct replay_step step = step_of(&fact, i);
        memcpy(step.leaf, &i, sizeof i);
        MUST(replay_step(s, r, &step));
    }
    replay_end(r, &end);
    assert_int_equal(end.open_offers, MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_story_is_refused_where_it_cannot_have_happened),
        cmocka_unit_test(who_leads_is_known_at_every_step),
        cmocka_unit_test(a_long_case_is_remembered_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
