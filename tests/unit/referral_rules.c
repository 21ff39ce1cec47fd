/* The life of a referral, enumerated: every state × event × kind × capacity against the table as the specification prints it, written
 * down here a second time by hand. What is not in the table is refused with the state's word and the events it does take, and a
 * refusal changes nothing. */
#include "referral/referral.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <stdio.h>
#include <string.h>

#define S(state) (1U << REF_##state)
#define UNDER_WAY (S(ACCEPTED) | S(IN_SERVICE) | S(ON_HOLD))

enum { NOW = 1000, EVERYBODY = 5 };

/* What follows from an event, a letter each, by kind in the order of enum referral_kind:
 *   B the baton moves · J the receiver joins · L it leaves · O the items open · C what was opened closes · R counts as a return ·
 *   A answers the offer · T the lead offers a transfer · x this kind is refused */
static const struct expected {
    unsigned from;
    enum referral_event event;
    enum party by;
    enum referral_state to;
    bool has_reason;
    const char *follows[5]; /* transfer, added_support, consult, information, pull_request */
} TABLE[] = {
    {S(NEW), EV_DRAFT, BY_SENDER, REF_DRAFT, false, {"", "", "", "", ""}},
    {S(DRAFT), EV_SEND, BY_SENDER, REF_OFFERED, false, {"O", "O", "O", "O", "O"}},
    {S(OFFERED), EV_DELIVER, BY_RECEIVER, REF_OFFERED, false, {"", "", "", "", ""}},
    {S(OFFERED), EV_ACCEPT, BY_RECEIVER, REF_ACCEPTED, false, {"BA", "JA", "A", "A", "TA"}},
    {S(OFFERED), EV_DECLINE, BY_RECEIVER, REF_DECLINED, true, {"CRA", "CRA", "CRA", "CRA", "CRA"}},
    {S(OFFERED), EV_WITHDRAW, BY_SENDER, REF_WITHDRAWN, true, {"C", "C", "C", "C", "C"}},
    {S(OFFERED), EV_DUE, BY_CLOCK, REF_EXPIRED, false, {"CRA", "CRA", "CRA", "CRA", "CRA"}},
    {S(ACCEPTED), EV_START, BY_RECEIVER, REF_IN_SERVICE, false, {"", "", "", "", ""}},
    {S(ACCEPTED) | S(IN_SERVICE), EV_HOLD, BY_RECEIVER, REF_ON_HOLD, true, {"", "", "", "", ""}},
    {S(ON_HOLD), EV_RESUME, BY_RECEIVER, REF_IN_SERVICE, false, {"", "", "", "", ""}},
    {UNDER_WAY, EV_COMPLETE, BY_RECEIVER, REF_COMPLETED, true, {"C", "CL", "C", "C", "C"}},
    {UNDER_WAY, EV_FAIL, BY_RECEIVER, REF_FAILED, true, {"CR", "CLR", "CR", "CR", "CR"}},
    {S(ACCEPTED), EV_DECLINE, BY_RECEIVER, REF_DECLINED, true, {"x", "CLR", "CR", "CR", "CR"}},
    {UNDER_WAY, EV_REQUEST_CANCEL, BY_SENDER, REF_CANCEL_REQUESTED, true, {"", "", "", "", ""}},
    {S(CANCEL_REQUESTED), EV_CONFIRM, BY_RECEIVER, REF_CANCELLED, false, {"C", "CL", "C", "C", "C"}},
    {S(CANCEL_REQUESTED), EV_COMPLETE, BY_RECEIVER, REF_COMPLETED, true, {"C", "CL", "C", "C", "C"}},
    {S(CANCEL_REQUESTED), EV_REFUSE, BY_RECEIVER, REF_IN_SERVICE, true, {"", "", "", "", ""}},
    {S(DRAFT), EV_RETRACT, BY_SENDER, REF_ENTERED_IN_ERROR, false, {"", "", "", "", ""}},
    {S(OFFERED), EV_RETRACT, BY_SENDER, REF_ENTERED_IN_ERROR, false, {"C", "C", "C", "C", "C"}},
    {UNDER_WAY | S(CANCEL_REQUESTED), EV_RETRACT, BY_COORDINATOR, REF_ENTERED_IN_ERROR, true, {"CL", "CL", "C", "C", "C"}},
};

/* Which events a state takes at all, in the order people read them; "decline" after acceptance not for a transfer. */
static const char *const ACCEPTS[] = {
    [REF_NEW] = "draft",
    [REF_DRAFT] = "send,retract",
    [REF_OFFERED] = "deliver,accept,decline,withdraw,due,retract",
    [REF_ACCEPTED] = "decline,start,hold,complete,fail,request_cancel,retract",
    [REF_IN_SERVICE] = "hold,complete,fail,request_cancel,retract",
    [REF_ON_HOLD] = "resume,complete,fail,request_cancel,retract",
    [REF_CANCEL_REQUESTED] = "complete,confirm,refuse,retract",
    [REF_COMPLETED] = "",
    [REF_DECLINED] = "",
    [REF_WITHDRAWN] = "",
    [REF_EXPIRED] = "",
    [REF_CANCELLED] = "",
    [REF_FAILED] = "",
    [REF_ENTERED_IN_ERROR] = "",
};

/* Somebody in each capacity. */
static const struct by WHO[EVERYBODY] = {
    [BY_SENDER] = {.agency = {"A001"}, .role = ROLE_WORKER},
    [BY_RECEIVER] = {.agency = {"A002"}, .role = ROLE_WORKER},
    [BY_COORDINATOR] = {.agency = {"A003"}, .role = ROLE_COORDINATOR},
    [BY_CLOCK] = {.is_clock = true},
    [BY_OUTSIDER] = {.agency = {"A004"}, .role = ROLE_TEAM_LEAD},
};

/* A referral of a case whose lead it has not moved, or, if it is a transfer under way, has handed on since. */
static struct referral referral_in(enum referral_state state, enum referral_kind kind)
{
    struct referral r = {.kind = kind, .state = state, .sender = {"A001"}, .receiver = {"A002"}, .lead = {"A001"}};

    if (kind == KIND_PULL_REQUEST)
        r.lead = r.receiver;
    return r;
}

static const struct expected *row_of(enum referral_state from, enum referral_event event)
{
    for (size_t i = 0; i < COUNT(TABLE); i++)
        if ((TABLE[i].from & (1U << from)) && TABLE[i].event == event)
            return &TABLE[i];
    return NULL;
}

static void assert_follows(const struct referral_change *next, const char *want, bool is_answer_told, const char *what)
{
    const struct {
        char letter;
        bool is;
    } HAVE[] = {{'B', next->moves_baton},   {'J', next->joins_member}, {'L', next->leaves_member}, {'O', next->opens_items},
                {'C', next->closes_access}, {'R', next->is_return},    {'T', next->asks_transfer}, {'A', next->is_answer}};

    for (size_t i = 0; i < COUNT(HAVE); i++)
        if ((HAVE[i].letter != 'A' || is_answer_told) && HAVE[i].is != (strchr(want, HAVE[i].letter) != NULL))
            fail_msg("%s: %c is %d", what, HAVE[i].letter, HAVE[i].is);
    assert_false(next->calls_meeting); /* the first return calls none */
}

/* "decline" is no event of an accepted transfer. */
static const char *accepts_of(enum referral_state state, enum referral_kind kind)
{
    const char *all = ACCEPTS[state];

    return kind == KIND_TRANSFER && state == REF_ACCEPTED ? all + strlen("decline,") : all;
}

static void assert_refusal(struct scope *s, enum status st, const struct referral *was, bool is_anothers, const char *what)
{
    const char *state = words_at(words_referral_state(), was->state);

    if (st != (is_anothers ? DENIED : CONFLICT) || strcmp(s->why.state, state) != 0 ||
        strcmp(s->why.accepts, accepts_of(was->state, was->kind)) != 0)
        fail_msg("%s: %s, state %s, accepts %s", what, status_trait(st)->word, s->why.state, s->why.accepts);
    assert_non_null(strstr(s->why.en, state));
    assert_non_null(strstr(s->why.ja, words_referral_state()->v[was->state].label_ja));
}

/* One cell of the table; returns whether it was accepted. */
static bool try_cell(struct scope *s, enum referral_state from, enum referral_event event, enum referral_kind kind, enum party by)
{
    const struct expected *row = row_of(from, event);
    const struct referral was = referral_in(from, kind);
    struct referral_change next, before;
    bool is_taken = row && row->by == by && strcmp(row->follows[kind], "x") != 0;
    char what[96];

    snprintf(what, sizeof what, "%s %s %s by %s", words_at(words_referral_kind(), kind), words_at(words_referral_state(), from),
             words_at(words_referral_event(), event), words_at(words_party(), by));
    memset(&next, 0x5a, sizeof next);
    memset(&before, 0x5a, sizeof before);
    enum status st = referral_decide(s, &was, event, &WHO[by], true, REASON_MOVED, &next);
    if (is_taken != (st == OK))
        fail_msg("%s: %s", what, status_trait(st)->word);
    if (st != OK) {
        assert_memory_equal(&next, &before, sizeof next);
        assert_refusal(s, st, &was, row && row->by != by, what);
        return false;
    }
    if (next.rule->to != row->to || next.rule->from != from || next.rule->event != event || next.rule->by != by)
        fail_msg("%s: becomes %s", what, words_at(words_referral_state(), next.rule->to));
    assert_follows(&next, row->follows[kind], from == REF_OFFERED, what);
    assert_true(next.has_reason);
    assert_int_equal(next.reason, event == EV_DUE ? REASON_SILENCE : REASON_MOVED);
    return true;
}

static void test_every_cell(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    size_t taken = 0;

    (void)state;
    s->now_us = NOW;
    for (int from = 0; from < referral_state_N_; from++)
        for (int event = 0; event < referral_event_N_; event++)
            for (int kind = 0; kind < referral_kind_N_; kind++)
                for (int by = 0; by < EVERYBODY; by++)
                    taken += try_cell(s, (enum referral_state)from, (enum referral_event)event, (enum referral_kind)kind,
                                      (enum party)by);
    assert_int_equal(taken, 30 * referral_kind_N_ - 1);
}

/* The program's own table holds these rows and no others, each once. */
static void test_rows(void **state)
{
    size_t n = 0, want = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(TABLE); i++)
        want += (size_t)__builtin_popcount(TABLE[i].from);
    for (const struct rule *r; (r = rule_at(n)); n++) {
        const struct expected *row = row_of(r->from, r->event);
        assert_non_null(row);
        assert_int_equal(r->by, row->by);
        assert_int_equal(r->to, row->to);
        assert_true(r->ja[0] != 0 && r->en[0] != 0);
        assert_ptr_equal(rule_find(r->from, r->event, ~0U), r);
    }
    assert_int_equal(n, want);
    assert_null(rule_at(n + 1));
    assert_null(rule_find(REF_OFFERED, EV_ACCEPT, 1U << BY_SENDER));
}

static void test_reasons(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(TABLE); i++) {
        for (int from = 0; from < referral_state_N_; from++) {
            struct referral was = referral_in((enum referral_state)from, KIND_CONSULT);
            struct referral_change next;
            if (!(TABLE[i].from & (1U << from)))
                continue;
            enum status st = referral_decide(s, &was, TABLE[i].event, &WHO[TABLE[i].by], false, REASON_OTHER, &next);
            if (st != (TABLE[i].has_reason ? INVALID : OK))
                fail_msg("row %zu from %d without a reason: %s", i, from, status_trait(st)->word);
        }
    }
}

/* One person in several capacities may do what any of them may. */
static void test_capacities(void **state)
{
    static const struct {
        struct by by;
        unsigned parties;
    } CASES[] = {
        {{.agency = {"A001"}, .role = ROLE_WORKER}, 1U << BY_SENDER},
        {{.agency = {"A002"}, .role = ROLE_TEAM_LEAD}, 1U << BY_RECEIVER},
        {{.agency = {"A001"}, .role = ROLE_COORDINATOR}, 1U << BY_SENDER | 1U << BY_COORDINATOR},
        {{.agency = {"A002"}, .role = ROLE_COORDINATOR}, 1U << BY_RECEIVER | 1U << BY_COORDINATOR},
        {{.agency = {"A009"}, .role = ROLE_COORDINATOR}, 1U << BY_COORDINATOR},
        {{.agency = {"A009"}, .role = ROLE_WORKER}, 1U << BY_OUTSIDER},
        {{.agency = {"A009"}, .role = ROLE_AUDITOR}, 1U << BY_OUTSIDER},
        {{.agency = {"A001"}, .role = ROLE_COORDINATOR, .is_clock = true}, 1U << BY_CLOCK},
    };
    struct referral r = referral_in(REF_OFFERED, KIND_TRANSFER);

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(referral_parties(&r, &CASES[i].by), CASES[i].parties);
}

/* What an accept, a retraction or a leaving depends on beside the state. */
static const struct {
    const char *name;
    enum referral_state state;
    enum referral_event event;
    enum referral_kind kind;
    const char *lead;
    bool is_closed;
    int64_t due_us; /* 0 = none */
    enum status want;
    const char *follows;
} GUARDS[] = {
    {"a transfer in time", REF_OFFERED, EV_ACCEPT, KIND_TRANSFER, "A001", false, NOW + 1, OK, "BA"},
    {"a transfer at its last moment", REF_OFFERED, EV_ACCEPT, KIND_TRANSFER, "A001", false, NOW, OK, "BA"},
    {"a transfer too late", REF_OFFERED, EV_ACCEPT, KIND_TRANSFER, "A001", false, NOW - 1, EXPIRED, ""},
    {"support too late", REF_OFFERED, EV_ACCEPT, KIND_ADDED_SUPPORT, "A001", false, NOW - 1, EXPIRED, ""},
    {"a decline is never too late", REF_OFFERED, EV_DECLINE, KIND_TRANSFER, "A001", false, NOW - 1, OK, "CRA"},
    {"a transfer of a closed case", REF_OFFERED, EV_ACCEPT, KIND_TRANSFER, "A001", true, 0, CONFLICT, ""},
    {"support of a closed case", REF_OFFERED, EV_ACCEPT, KIND_ADDED_SUPPORT, "A001", true, 0, CONFLICT, ""},
    {"a transfer whose sender leads no more", REF_OFFERED, EV_ACCEPT, KIND_TRANSFER, "A003", false, 0, CONFLICT, ""},
    {"a transfer to who leads already", REF_OFFERED, EV_ACCEPT, KIND_TRANSFER, "A002", false, 0, CONFLICT, ""},
    {"support asked by a former lead", REF_OFFERED, EV_ACCEPT, KIND_ADDED_SUPPORT, "A003", false, 0, OK, "JA"},
    {"a pull at the lead", REF_OFFERED, EV_ACCEPT, KIND_PULL_REQUEST, "A002", false, 0, OK, "TA"},
    {"a pull at a former lead", REF_OFFERED, EV_ACCEPT, KIND_PULL_REQUEST, "A003", false, 0, CONFLICT, ""},
    {"a moved baton is not retracted", REF_ACCEPTED, EV_RETRACT, KIND_TRANSFER, "A002", false, 0, CONFLICT, ""},
    {"nor in service", REF_IN_SERVICE, EV_RETRACT, KIND_TRANSFER, "A002", false, 0, CONFLICT, ""},
    {"nor on hold", REF_ON_HOLD, EV_RETRACT, KIND_TRANSFER, "A002", false, 0, CONFLICT, ""},
    {"nor when cancelling", REF_CANCEL_REQUESTED, EV_RETRACT, KIND_TRANSFER, "A002", false, 0, CONFLICT, ""},
    {"a baton moved on", REF_IN_SERVICE, EV_RETRACT, KIND_TRANSFER, "A003", false, 0, OK, "CL"},
    {"a failed transfer keeps its baton", REF_IN_SERVICE, EV_FAIL, KIND_TRANSFER, "A002", false, 0, OK, "CR"},
    {"a lead that also supported stays", REF_IN_SERVICE, EV_COMPLETE, KIND_ADDED_SUPPORT, "A002", false, 0, OK, "C"},
    {"also when its support fails", REF_IN_SERVICE, EV_FAIL, KIND_ADDED_SUPPORT, "A002", false, 0, OK, "CR"},
    {"a lead is not put out by a retraction", REF_ACCEPTED, EV_RETRACT, KIND_ADDED_SUPPORT, "A002", false, 0, OK, "C"},
    {"nor by that of a pull", REF_ACCEPTED, EV_RETRACT, KIND_PULL_REQUEST, "A002", false, 0, OK, "C"},
};

static void test_guards(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    s->now_us = NOW;
    for (size_t i = 0; i < COUNT(GUARDS); i++) {
        struct referral was = referral_in(GUARDS[i].state, GUARDS[i].kind);
        struct referral_change next;
        enum party by = GUARDS[i].event == EV_RETRACT ? BY_COORDINATOR : BY_RECEIVER;
        memcpy(was.lead.code, GUARDS[i].lead, 5);
        was.is_closed = GUARDS[i].is_closed;
        was.has_due = GUARDS[i].due_us != 0;
        was.due_us = GUARDS[i].due_us;
        enum status st = referral_decide(s, &was, GUARDS[i].event, &WHO[by], true, REASON_OTHER, &next);
        if (st != GUARDS[i].want)
            fail_msg("%s: %s", GUARDS[i].name, status_trait(st)->word);
        if (st == OK)
            assert_follows(&next, GUARDS[i].follows, was.state == REF_OFFERED, GUARDS[i].name);
    }
}

/* A かしまる小会議 is called at the second return, whatever kind of return, once. */
static void test_second_return(void **state)
{
    static const struct {
        int64_t returns;
        bool has_meeting, is_called;
    } BEFORE[] = {{0, false, false}, {1, false, true}, {1, true, false}, {2, false, true}, {7, true, false}};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(TABLE); i++) {
        for (int from = 0; from < referral_state_N_; from++) {
            for (size_t k = 0; (TABLE[i].from & (1U << from)) && k < COUNT(BEFORE); k++) {
                struct referral was = referral_in((enum referral_state)from, KIND_ADDED_SUPPORT);
                struct referral_change next;
                was.returns = BEFORE[k].returns;
                was.has_meeting = BEFORE[k].has_meeting;
                assert_int_equal(referral_decide(s, &was, TABLE[i].event, &WHO[TABLE[i].by], true, REASON_OTHER, &next), OK);
                bool is_return = strchr(TABLE[i].follows[KIND_ADDED_SUPPORT], 'R') != NULL;
                if (next.calls_meeting != (is_return && BEFORE[k].is_called))
                    fail_msg("row %zu from %d after %d returns", i, from, (int)BEFORE[k].returns);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell), cmocka_unit_test(test_rows),   cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_capacities), cmocka_unit_test(test_guards), cmocka_unit_test(test_second_return),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
