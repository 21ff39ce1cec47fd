/* The request table: no two rows collide, every variable of a path is a field its request has, and the rows keep the promises
 * the README makes about who may see what. */
#include "wire/api.h"

#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define BIT(role) (1u << (role))

static void check_path(const struct api *a)
{
    size_t n = 0;

    assert_int_equal(a->path[0], '/');
    for (const char *at = a->path; (at = strchr(at, '{')); n++) {
        const char *end = strchr(at, '}');
        assert_non_null(end);
        struct span name = span_of(at + 1, (size_t)(end - at) - 1);
        const struct field *f = shape_field(a->request(), name);
        bool is_service = !a->service && span_is(name, "service");
        if (!is_service && (!f || f->is_list || f->is_sealed || f->kind == K_RECORD))
            fail_msg("%s: {%.*s} is no plain field of %s", a->path, (int)name.n, (const char *)name.p, a->request()->name);
        at = end;
    }
    assert_in_range(n, 0, 3);
    if (!a->service)
        assert_non_null(strstr(a->path, "{service}"));
}

/* A question that no address would hold: it stands in a body, and changes nothing all the same. */
static bool is_long_question(const struct api *a)
{
    bool is_long = false;

    for (size_t i = 0; i < a->request()->n; i++)
        is_long |= a->request()->field[i].is_list && a->request()->field[i].kind == K_TEXT;
    return is_long && a->kind == API_QUERY && strcmp(a->method, "POST") == 0;
}

static void check_row(const struct api *a)
{
    static const char *const SERVICES[] = {"intake", "referral", "meeting", "audit", "account", "keys"};
    bool is_known = !a->service;
    bool is_get = strcmp(a->method, "GET") == 0;

    for (size_t i = 0; i < COUNT(SERVICES); i++)
        is_known |= a->service && strcmp(a->service, SERVICES[i]) == 0;
    assert_true(is_known);
    assert_true(is_get || strcmp(a->method, "POST") == 0 || strcmp(a->method, "PUT") == 0);
    assert_true(a->kind == (is_get ? API_QUERY : API_CHANGE) || is_long_question(a));
    assert_ptr_equal(message_shape(span_str(a->request()->name)), a->request());
    assert_ptr_equal(message_shape(span_str(a->answer()->name)), a->answer());
    assert_true(a->roles == API_ANYBODY || (a->roles != 0 && (a->roles & BIT(ROLE_SERVICE)) == 0 && a->roles < BIT(role_N_)));
    assert_true(a->ja[0] && a->en[0] && span_is_utf8(span_str(a->ja)));
    assert_ptr_equal(api_find(a->noun, a->verb), a);
    if (is_get) /* a query has no body: nothing sealed, nothing nested */
        for (size_t i = 0; i < a->request()->n; i++)
            assert_true(!a->request()->field[i].is_sealed && a->request()->field[i].kind != K_RECORD);
}

static void every_row_is_sound(void **state)
{
    size_t n = 0;

    (void)state;
    for (const struct api *a; (a = api_at(n)); n++) {
        check_row(a);
        check_path(a);
        for (size_t k = 0; k < n; k++) {
            const struct api *b = api_at(k);
            assert_false(strcmp(a->method, b->method) == 0 && strcmp(a->path, b->path) == 0);
            assert_false(strcmp(a->noun, b->noun) == 0 && strcmp(a->verb, b->verb) == 0);
            assert_false(a->request == b->request);
        }
    }
    assert_null(api_at(n + 1));
    assert_null(api_find("case", "burn"));
    assert_null(api_find("", ""));
}

/* Messages that services send one another, and answers: everything else can be asked for. */
static const char *const NOT_ASKED[] = {
    "hello", "ack", "gap", "nack", "skipped", "refusal", "case_opened", "case_access", "meeting_wanted", "meeting_fixed", "key_release", "key_grant",
    "session_use", "ticket_open", "session_open", "user_first", "host_put", "host_ticket", "key_share", "key_unshare", "case_emergency",
    "glass_broken", "many_reads", "case_care", "person_known", "duplicate_found", "notice_put", "key_event",
    "events_sign", "events_signed",
    "key_destroy", "erasure_wanted", "erasure_ready", "erasure_agreed", "events_blank", "events_blanked", "blanking_done",
    "head_sign", "head_signed", "head_show", "head_shown", "shard_open", "shard_opened", "shard_closed",
    "leads_counted", "feed_list", "feed_lines", "meeting_told",
};

static void every_request_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; message_at(i); i++) {
        bool is_known = false;
        for (size_t k = 0; k < COUNT(NOT_ASKED); k++)
            is_known |= strcmp(message_at(i)->name, NOT_ASKED[k]) == 0;
        for (size_t k = 0; api_at(k); k++)
            is_known |= api_at(k)->request() == message_at(i) || api_at(k)->answer() == message_at(i);
        if (!is_known)
            fail_msg("%s is neither asked nor answered", message_at(i)->name);
    }
}

static const struct {
    const char *noun, *verb;
    enum role role;
    bool may;
} WHO[] = {
    {"case", "open", ROLE_WORKER, true},          {"case", "open", ROLE_AUDITOR, false},
    {"case", "show", ROLE_COORDINATOR, true},     {"case", "show", ROLE_AUDITOR, false},
    {"case", "show", ROLE_ADMINISTRATOR, false},  {"case", "show", ROLE_SECRETARY, false},
    {"case", "note", ROLE_ADMINISTRATOR, false},  {"case", "history", ROLE_AUDITOR, true},
    {"case", "custody", ROLE_AUDITOR, true},      {"case", "history", ROLE_ADMINISTRATOR, false},
    {"referral", "act", ROLE_AGENCY_HOST, true},  {"referral", "act", ROLE_AUDITOR, false},
    {"referral", "draft", ROLE_TEAM_LEAD, true},  {"referral", "draft", ROLE_SECRETARY, false},
    {"meeting", "fix", ROLE_SECRETARY, true},     {"meeting", "fix", ROLE_AUDITOR, false},
    {"meeting", "show", ROLE_ADMINISTRATOR, false}, {"directory", "find", ROLE_AUDITOR, true},
    {"directory", "show", ROLE_AGENCY_HOST, true}, {"directory", "put-agency", ROLE_ADMINISTRATOR, true},
    {"directory", "put-agency", ROLE_COORDINATOR, false}, {"queue", "act", ROLE_COORDINATOR, true},
    {"queue", "act", ROLE_ADMINISTRATOR, true},   {"queue", "act", ROLE_WORKER, false},
    {"audit", "timeline", ROLE_AUDITOR, true},    {"audit", "timeline", ROLE_COORDINATOR, false},
    {"audit", "flows", ROLE_COORDINATOR, true},   {"audit", "loads", ROLE_WORKER, false},
    {"audit", "report", ROLE_AUDITOR, true},      {"audit", "report", ROLE_ADMINISTRATOR, false},
    {"person", "list", ROLE_WORKER, true},        {"person", "list", ROLE_AUDITOR, false},
    {"notifier", "show", ROLE_WORKER, true},      {"notifier", "show", ROLE_ADMINISTRATOR, false},
    {"case", "break-glass", ROLE_WORKER, true},   {"case", "break-glass", ROLE_AUDITOR, false},
    {"case", "break-glass", ROLE_ADMINISTRATOR, false}, {"case", "readings", ROLE_WORKER, false},
    {"case", "readings", ROLE_AUDITOR, true},     {"duplicate", "list", ROLE_WORKER, false},
    {"duplicate", "decide", ROLE_COORDINATOR, true}, {"user", "invite", ROLE_TEAM_LEAD, false},
    {"user", "invite", ROLE_ADMINISTRATOR, true}, {"case", "erase", ROLE_WORKER, false},
    {"case", "erase", ROLE_COORDINATOR, true},    {"erasure", "list", ROLE_AUDITOR, true},
    {"keys", "escrow-fetch", ROLE_AUDITOR, false}, {"sign-in", "list", ROLE_AUDITOR, true},
    {"review", "do", ROLE_WORKER, false},         {"notice", "list", ROLE_TEAM_LEAD, true},
};

static void each_role_asks_only_what_it_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(WHO); i++) {
        const struct api *a = api_find(WHO[i].noun, WHO[i].verb);
        assert_non_null(a);
        if (((a->roles & BIT(WHO[i].role)) != 0) != WHO[i].may)
            fail_msg("%s %s: %s", a->noun, a->verb, words_at(words_role(), WHO[i].role));
    }
}

/* Whoever opens no case body gets no answer that carries one. What account and keys seal is the asker's own token, or a
 * wrap; and a draft is the asker's own. */
static void case_bodies_stay_with_case_work(void **state)
{
    const unsigned no_body = BIT(ROLE_AUDITOR) | BIT(ROLE_ADMINISTRATOR) | BIT(ROLE_AGENCY_HOST);

    (void)state;
    for (size_t i = 0; api_at(i); i++)
        if (shape_sealed(api_at(i)->answer()) && api_at(i)->answer() != shape_draft_is() && api_at(i)->service && strcmp(api_at(i)->service, "account") != 0 &&
            strcmp(api_at(i)->service, "keys") != 0)
            assert_int_equal(api_at(i)->roles & no_body, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_sound),
        cmocka_unit_test(every_request_has_a_row),
        cmocka_unit_test(each_role_asks_only_what_it_may),
        cmocka_unit_test(case_bodies_stay_with_case_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
