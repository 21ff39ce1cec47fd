/* The history of two cases as their agencies would have written it, and what an auditor is told of it: who held each case until when, how each
 * referral was answered, what the reports find. Read in once, again, or from the beginning, it is the same; and a row that another transaction
 * brings to light late is not passed by. */
#include "audit_setup.h"

/* One row of the history: when (2026, Asia/Tokyo), case, what, who, with whom, which referral, detail, reason, due. */
static const char TELL[] =
    "create function public.c(n int) returns uuid language sql immutable as $$ select ('00000000-0000-4000-8000-0000000000c' || n)::uuid $$;"
    "create function public.r(n int) returns uuid language sql immutable as $$ select ('00000000-0000-4000-8000-0000000000f' || n)::uuid $$;"
    "create function public.on_day(at text) returns timestamptz language sql immutable as"
    " $$ select ('2026-' || at)::timestamp at time zone 'Asia/Tokyo' $$;"
    "create function public.tell(at text, n int, what text, who text, other text default null, ref int default null, detail text default null,"
    " reason text default null, due text default null) returns void language sql as $$"
    " insert into audit.event (at, case_id, happened, agency, counterpart, about, detail, reason, due)"
    " values (on_day(at), c(n), what, who, other, r(ref), detail, reason, on_day(due)) $$;";

static const char *const STORY[] = {
    "select tell('03-02 10:00', 1, 'case_opened', 'A001', detail => 'visit_self')",
    "select tell('03-02 10:00:05', 1, 'baton_created', null, 'A001')",
    "select tell('03-02 11:00', 1, 'referral', 'A001', 'A002', 1, 'draft')",
    "select tell('03-02 11:05', 1, 'referral', 'A001', 'A002', 1, 'send', due => '03-05 17:15');"
    "select tell('03-02 11:05', 1, 'disclosed', 'A001', 'A002', 1, 'ppa_69_2_2')",
    "select tell('03-03 09:00', 1, 'referral', 'A002', 'A001', 1, 'deliver')",
    "select tell('03-03 10:00', 1, 'referral', 'A002', 'A001', 1, 'decline', 'no_capacity')",
    /* a coordinator acts for the lead, and nobody answers */
    "select tell('03-03 11:00', 1, 'referral', 'A000', 'A003', 2, 'send', due => '03-06 17:15');"
    "select tell('03-03 11:00', 1, 'disclosed', 'A000', 'A003', 2, 'consent')",
    "select tell('03-06 17:15:01', 1, 'referral', null, 'A003', 2, 'due')",
    /* the same agency declines again, after it was due */
    "select tell('03-07 09:00', 1, 'referral', 'A001', 'A002', 3, 'send', due => '03-10 17:15')",
    "select tell('03-10 17:20', 1, 'referral', 'A002', 'A001', 3, 'decline', 'other')",
    "select tell('03-11 09:00', 1, 'referral', 'A001', 'A004', 4, 'send', due => '03-16 17:15')",
    "select tell('03-11 12:00', 1, 'referral', 'A004', 'A001', 4, 'accept');"
    "select tell('03-11 12:00', 1, 'baton_moved', 'A004', 'A001', 4);"
    "select tell('03-11 12:00', 1, 'member_ended', 'A004', 'A001', 4)",
    /* another asks for the case; whoever leads it offers it */
    "select tell('03-12 09:00', 1, 'referral', 'A005', 'A004', 5, 'send', due => '03-17 17:15')",
    "select tell('03-12 10:00', 1, 'referral', 'A004', 'A005', 5, 'accept');"
    "select tell('03-12 10:00', 1, 'referral', 'A004', 'A005', 6, 'send', due => '03-17 17:15')",
    "select tell('03-12 15:00', 1, 'referral', 'A004', 'A001', 4, 'start')",
    "select tell('03-13 09:00', 1, 'referral', 'A005', 'A004', 6, 'accept');"
    "select tell('03-13 09:00', 1, 'baton_moved', 'A005', 'A004', 6)",
    "select tell('03-13 18:00', 1, 'referral', 'A004', 'A001', 4, 'complete', 'goal_reached')",
    "select tell('03-16 10:00', 1, 'case_closed', 'A005', ref => 9, reason => 'goal_reached')",
    "select tell('03-04 10:00', 2, 'case_opened', 'A007'); select tell('03-04 10:00:03', 2, 'baton_created', null, 'A007')",
    "select tell('03-05 10:00', 2, 'referral', 'A007', 'A002', 7, 'send', due => '03-10 17:15')",
    "select tell('03-09 10:00', 2, 'referral', 'A002', 'A007', 7, 'accept'); select tell('03-09 10:00', 2, 'member_added', 'A002', 'A002', 7)",
    "select tell('03-10 10:00', 2, 'referral', 'A002', 'A007', 7, 'fail', 'no_show')",
};

static const char CUSTODY[] =
    "select string_agg(format('%s %s %s<%s %s%s', right(case_id::text, 2), to_char(at at time zone 'Asia/Tokyo', 'DD HH24:MI'), agency, given_by, cause,"
    " ' ' || reason), E'\\n' order by case_id, tx, event_id) from audit.custody";
static const char WANT_CUSTODY[] =
    "c1 02 10:00 A001< intake\n"
    "c1 11 12:00 A004<A001 handoff\n"
    "c1 13 09:00 A005<A004 handoff\n"
    "c1 16 10:00 <A005 closed goal_reached\n"
    "c2 04 10:00 A007< intake";

static const char STEPS[] =
    "select string_agg(format('%s %s>%s %s %s %s %s %s %s %s %s', right(ref_id::text, 2), sender, receiver, to_char(offered_at at time zone 'Asia/Tokyo', 'DD'),"
    " to_char(opened_at at time zone 'Asia/Tokyo', 'DD'), to_char(answered_at at time zone 'Asia/Tokyo', 'DD'), answer, reason, outcome,"
    " outcome_reason, to_char(returned_at at time zone 'Asia/Tokyo', 'DD')), E'\\n' order by ref_id) from audit.step";
static const char WANT_STEPS[] =
    "f1 A001>A002 02 03 03 decline no_capacity   03\n"
    "f2 A001>A003 03  06 due    06\n"
    "f3 A001>A002 07  10 decline other   10\n"
    "f4 A001>A004 11  11 accept  complete goal_reached \n"
    "f5 A005>A004 12  12 accept    \n"
    "f6 A004>A005 12  13 accept    \n"
    "f7 A007>A002 05  09 accept  fail no_show 10";

static const char DOSSIERS[] =
    "select string_agg(format('%s %s %s %s %s', right(case_id::text, 2), opened_by, lead, to_char(closed_at at time zone 'Asia/Tokyo', 'DD'),"
    " to_char(last_at at time zone 'Asia/Tokyo', 'DD')), E'\\n' order by case_id) from audit.dossier";
static const char WANT_DOSSIERS[] = "c1 A001  16 16\nc2 A007 A007  10";

/* All that is kept, as one digest; how far the history was read is told apart from it. */
static const char DIGEST[] =
    "select md5((select string_agg(c::text, '|' order by c::text) from audit.custody c) || (select string_agg(s::text, '|' order by s::text)"
    " from audit.step s) || (select string_agg(d::text, '|' order by d::text) from audit.dossier d))";

static int64_t on_day(struct world *w, const char *at)
{
    int64_t us;

    assert_ok(w->s, time_parse(span_str(scope_print(w->s, "2026-%s:00+09:00", at)), &us));
    return us;
}

static int begin(void **state)
{
    setup(state);
    struct world *w = *state;
    w->now_us = on_day(w, "03-20T10:00");
    world_sql(w, TELL);
    for (size_t i = 0; i < COUNT(STORY); i++) {
        world_sql(w, STORY[i]);
        world_work(w);
    }
    return 0;
}

/* It was read as it came. */
static void read_in_once_or_again(void **state)
{
    struct world *w = *state;

    assert_string_equal(world_text(w, CUSTODY), WANT_CUSTODY);
    assert_string_equal(world_text(w, STEPS), WANT_STEPS);
    assert_string_equal(world_text(w, DOSSIERS), WANT_DOSSIERS);
    const char *first = world_text(w, DIGEST);
    world_work(w);
    assert_string_equal(world_text(w, DIGEST), first);
    world_sql(w, "update audit.position set tx = '0', id = 0"); /* the same rows over those that are there */
    world_work(w);
    assert_string_equal(world_text(w, DIGEST), first);
    assert_string_equal(world_text(w, "select tx <> '0' from audit.position"), "t");
    world_sql(w, "update audit.position set cluster = 1; update ledger.position set cluster = 1"); /* a dump was read in, and */
    world_sql(w, "update audit.custody set at = at + interval '1 day'");
    world_work(w); /* the sequencer has not looked through it yet */
    assert_string_equal(world_text(w, "select cluster from audit.position"), "1");
    world_sql(w, "update ledger.position set cluster = (select system_identifier from pg_control_system())");
    world_work(w); /* all at once */
    assert_string_equal(world_text(w, DIGEST), first);
    assert_string_equal(world_text(w, "select cluster = system_identifier from audit.position, pg_control_system()"), "t");
}

static void what_comes_to_light_late(void **state)
{
    struct world *w = *state;

    assert_ok(w->s, conn_script(w->s, w->other, "begin; select tell('03-18 09:00', 2, 'referral', 'A007', 'A003', 8, 'send', due => '03-19 17:15')"));
    world_sql(w, "select tell('03-18 10:00', 2, 'referral', 'A007', 'A004', 9, 'draft')"); /* a higher id, and there before the other */
    world_work(w);
    assert_string_equal(world_text(w, "select count(*) from audit.step where ref_id in (r(8), r(9))"), "0");
    assert_ok(w->s, conn_script(w->s, w->other, "commit"));
    world_work(w);
    assert_string_equal(world_text(w, "select string_agg(receiver, ' ' order by ref_id) from audit.step where ref_id in (r(8), r(9))"), "A003 A004");
}

static struct uuid id_of(struct world *w, const char *sql)
{
    struct uuid id;

    assert_ok(w->s, uuid_parse(span_str(world_text(w, sql)), &id));
    return id;
}

static void one_case(void **state)
{
    struct world *w = *state;
    struct audit_timeline in = {.case_id = id_of(w, "select c(1)")};
    struct audit_timeline_is out;

    world_sql(w, "select tell('03-19 09:00', 1, 'key_read', 'A005')");
    world_work(w);
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_timeline(), &in, shape_audit_timeline_is(), &out));
    assert_int_equal(out.handoffs, 2);
    assert_int_equal(out.returns, 3);
    assert_int_equal(out.closed_at, on_day(w, "03-16T10:00"));
    assert_false(out.has_lead);
    assert_int_equal(out.custody.n, 3);
    const struct custody_stretch *c = out.custody.v;
    assert_int_equal(c[0].since, on_day(w, "03-02T10:00")); /* from the reception on, not from the telling */
    assert_int_equal(c[0].seconds, 9 * 86400 + 2 * 3600);
    assert_int_equal(c[0].ended_by, CUSTODY_HANDOFF);
    assert_int_equal(c[2].seconds, 3 * 86400 + 3600);
    assert_int_equal(c[2].ended_by, CUSTODY_CLOSED);
    assert_int_equal(c[2].reason, REASON_GOAL_REACHED);
    static const struct {
        bool is_late, is_return;
        int64_t opened_after, answered_after;
    } WANT[] = {{false, true, 78900, 82500}, {true, true, 0, 281701}, {true, true, 0, 289200}, {false, false, 0, 10800},
                {false, false, 0, 3600},     {false, false, 0, 82800}};
    assert_int_equal(out.steps.n, COUNT(WANT));
    for (size_t i = 0; i < COUNT(WANT); i++) {
        const struct audit_step *s = &out.steps.v[i];
        assert_int_equal(s->is_late, WANT[i].is_late);
        assert_int_equal(s->is_return, WANT[i].is_return);
        assert_int_equal(s->has_opened_after ? s->opened_after : 0, WANT[i].opened_after);
        assert_int_equal(s->answered_after, WANT[i].answered_after);
    }
    in.case_id = id_of(w, "select c(2)"); /* a sending that was never answered, and its time is over */
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_timeline(), &in, shape_audit_timeline_is(), &out));
    assert_int_equal(out.steps.n, 3);
    assert_true(out.steps.v[1].is_late && !out.steps.v[1].has_answered_at && !out.steps.v[2].is_late);
    in.case_id = id_of(w, "select c(9)");
    assert_int_equal(world_ask(w, ROLE_AUDITOR, shape_audit_timeline(), &in, shape_audit_timeline_is(), &out), NOT_FOUND);
    in.case_id = id_of(w, "select c(1)");
    assert_int_equal(world_ask(w, ROLE_COORDINATOR, shape_audit_timeline(), &in, shape_audit_timeline_is(), &out), DENIED);
}

/* The last characters of the ids, in the order of the answer. */
static const char *search(struct world *w, const struct audit_search *in)
{
    struct audit_cases out;
    const char *found = "";

    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_search(), in, shape_audit_cases(), &out));
    for (size_t i = 0; i < out.cases.n; i++)
        found = scope_print(w->s, "%s%x ", found, out.cases.v[i].case_id.b[UUID_LEN - 1]);
    return found;
}

static void cases_that_match(void **state)
{
    struct world *w = *state;
    struct agency_id a1, a2, a4, a5, a7;
    int64_t d10 = on_day(w, "03-10T00:00"), d11 = on_day(w, "03-11T00:00"), d14 = on_day(w, "03-14T00:00");

    assert_ok(w->s, agency_parse(SPAN_LIT("A001"), &a1));
    assert_ok(w->s, agency_parse(SPAN_LIT("A002"), &a2));
    assert_ok(w->s, agency_parse(SPAN_LIT("A004"), &a4));
    assert_ok(w->s, agency_parse(SPAN_LIT("A005"), &a5));
    assert_ok(w->s, agency_parse(SPAN_LIT("A007"), &a7));
    struct uuid first = id_of(w, "select c(1)");
    const struct {
        const char *want;
        struct audit_search in;
    } CASES[] = {
        {"c1 c2 ", {.has_limit = false}},
        {"c1 ", {.has_limit = true, .limit = 1}},
        {"c2 ", {.has_limit = true, .limit = 1, .has_after = true, .after = first}},
        {"c1 c2 ", {.has_agency = true, .agency = a2}},
        {"c2 ", {.has_agency = true, .agency = a7}},
        {"c1 ", {.has_agency = true, .agency = a5}},
        {"c1 ", {.has_agency = true, .agency = a5, .has_since = true, .since = d14}},
        {"c1 ", {.has_agency = true, .agency = a1, .has_since = true, .since = d11}},
        {"", {.has_agency = true, .agency = a1, .has_since = true, .since = d14}},
        {"", {.has_agency = true, .agency = a5, .has_until = true, .until = d11}},
        {"c1 ", {.has_answer = true, .answer = EV_DECLINE}},
        {"c1 ", {.has_answer = true, .answer = EV_DUE}},
        {"c2 ", {.has_reason = true, .reason = REASON_NO_SHOW}},
        {"c1 ", {.has_answer = true, .answer = EV_DECLINE, .has_agency = true, .agency = a2, .has_since = true, .since = d10,
                 .has_until = true, .until = d11}},
        {"", {.has_answer = true, .answer = EV_DECLINE, .has_agency = true, .agency = a4}},
        {"", {.has_answer = true, .answer = EV_DECLINE, .has_reason = true, .reason = REASON_NO_SHOW}},
        {"", {.has_answer = true, .answer = EV_DECLINE, .has_since = true, .since = d11}},
    };
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_string_equal(search(w, &CASES[i].in), CASES[i].want);
}

static const char *report(struct world *w, enum report which, const char *after)
{
    struct audit_report in = {.report = which, .has_limit = true, .limit = 1, .has_after = after != NULL};
    struct audit_lines out;
    const struct audit_line *l;

    if (after)
        in.after = id_of(w, after);
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_report(), &in, shape_audit_lines(), &out));
    if (!out.lines.n)
        return "";
    l = &out.lines.v[0];
    return scope_print(w->s, "%x %s%s%s %s %d %d", l->id.b[UUID_LEN - 1], l->has_agency ? l->agency.code : "", l->has_counterpart ? ">" : "",
                       l->has_counterpart ? l->counterpart.code : "", l->has_answer ? words_at(words_referral_event(), l->answer) : "-",
                       (int)(l->has_late ? l->late : 0), (int)(l->has_returns ? l->returns : 0));
}

static void what_auditors_look_for(void **state)
{
    struct world *w = *state;
    struct audit_report in = {.report = REPORT_WITHOUT_CONSENT};
    struct audit_lines out;

    assert_string_equal(report(w, REPORT_BOUNCED, NULL), "c1  - 0 3");
    assert_string_equal(report(w, REPORT_BOUNCED, "select c(1)"), "");
    assert_string_equal(report(w, REPORT_LATE, NULL), "f3 A001>A002 decline 300 0");
    assert_string_equal(report(w, REPORT_LATE, "select r(3)"), "");
    assert_string_equal(report(w, REPORT_EXPIRED, NULL), "f2 A001>A003 due 1 0");
    assert_string_equal(report(w, REPORT_EXPIRED, "select r(2)"), "");
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_report(), &in, shape_audit_lines(), &out));
    assert_int_equal(out.lines.n, 1);
    assert_int_equal(out.lines.v[0].basis, BASIS_INTERNAL);
    in = (struct audit_report){.report = REPORT_WITHOUT_CONSENT, .has_after = true, .after = out.lines.v[0].id};
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_report(), &in, shape_audit_lines(), &out));
    assert_int_equal(out.lines.n, 0);
    world_sql(w, "begin; set local session_replication_role = replica; insert into audit.emergency (id, case_id, agency, user_name, reason, words, at, until, due)"
                 " values (r(1), c(2), 'A008', 'sample-night', 'life', '\\x00', on_day('03-19 22:00'), on_day('03-19 23:00'), on_day('03-20 09:00')); commit");
    assert_string_equal(report(w, REPORT_UNREVIEWED, NULL), scope_print(w->s, "f1 A008 - %d 0", (int)((w->now_us - on_day(w, "03-20T09:00")) / US_PER_S)));
    assert_string_equal(report(w, REPORT_WITHOUT_LEAD, NULL), "");
    world_sql(w, "select tell('03-19 09:00', 3, 'case_opened', 'A006')");
    world_work(w);
    assert_string_equal(report(w, REPORT_WITHOUT_LEAD, NULL), "c3 A006 - 0 0");
}

/* Every asking of an auditor, also the same again, and nobody else's. */
static void asking_is_an_event(void **state)
{
    static const char COUNT_OF[] = "select string_agg(n || ' ' || detail, ', ' order by detail) from (select detail, count(*) as n from audit.event"
                                   " where happened = 'audited' and id > (select last from seen) group by detail) x";
    struct world *w = *state;
    struct history_show of = {.case_id = id_of(w, "select c(2)")};
    struct evidence_list page = {.case_id = of.case_id, .has_from = true, .from = 1};
    struct history history;
    struct evidence_is evidence;
    struct review_lines reviews;

    world_sql(w, "create table seen as select max(id) as last from audit.event; delete from audit.emergency");
    for (int i = 0; i < 2; i++)
        report(w, REPORT_LATE, NULL);
    assert_string_equal(world_text(w, COUNT_OF), "2 audit_report");
    assert_string_equal(world_text(w, "select case_id || ' ' || agency || ' ' || reason from audit.event order by id desc limit 1"),
                        "00000000-0000-0000-0000-000000000000 A900 report=late limit=1");
    for (enum role role = ROLE_COORDINATOR; role <= ROLE_AUDITOR; role += ROLE_AUDITOR - ROLE_COORDINATOR) {
        assert_ok(w->s, world_ask(w, role, shape_history_show(), &of, shape_history(), &history));
        assert_ok(w->s, world_ask(w, role, shape_review_list(), &(struct review_list){.has_all = false}, shape_review_lines(), &reviews));
    }
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_evidence_list(), &page, shape_evidence_is(), &evidence));
    page.from = 0;
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_evidence_list(), &page, shape_evidence_is(), &evidence));
    assert_string_equal(world_text(w, COUNT_OF), "2 audit_report, 1 evidence_list, 1 history_show, 1 review_list");
    assert_ok(w->s, world_ask(w, ROLE_COORDINATOR, shape_history_show(), &of, shape_history(), &history));
    assert_int_equal(history.events.v[history.events.n - 1].happened, HAPPENED_AUDITED);
    world_work(w); /* an asking is none of what happened to the case */
    assert_string_equal(world_text(w, "select last_at = on_day('03-18 10:00') from audit.dossier where case_id = c(2)"), "t");
}

/* A sending from before it was written down until when an answer is due. */
static void silence_is_late(void **state)
{
    struct world *w = *state;
    struct audit_timeline in = {.case_id = id_of(w, "select c(3)")};
    struct audit_timeline_is out;

    world_sql(w, "select tell('03-19 10:00', 3, 'referral', 'A006', 'A002', 0, 'send'), tell('03-20 09:00', 3, 'referral', null, 'A002', 0, 'due')");
    world_work(w);
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_timeline(), &in, shape_audit_timeline_is(), &out));
    assert_int_equal(out.steps.n, 1);
    assert_true(out.steps.v[0].is_late && !out.steps.v[0].has_due_at);
}

/* "A001>A002 2/0/2/0 82500 289200": sent/accepted/returned/unanswered, median, nine of ten. */
static const char *flows(struct world *w, enum role role, const struct flow_show *in)
{
    struct flow_lines out;
    const char *found = "";

    assert_ok(w->s, world_ask(w, role, shape_flow_show(), in, shape_flow_lines(), &out));
    for (size_t i = 0; i < out.flows.n; i++) {
        const struct flow_line *f = &out.flows.v[i];
        found = scope_print(w->s, "%s%s>%s %d/%d/%d/%d %d %d\n", found, f->sender.code, f->receiver.code, (int)f->sent, (int)f->accepted,
                            (int)f->returned, (int)f->unanswered, f->has_median_s ? (int)f->median_s : -1, f->has_p90_s ? (int)f->p90_s : -1);
    }
    return found;
}

/* A coordinator sees the same sums as an auditor, and leaves no event; whoever was asked while it led the case was handed nothing. */
static void sums_of_all_cases(void **state)
{
    static const char WANT[] = "A001>A002 2/0/2/0 82500 289200\nA001>A003 1/0/1/0 -1 -1\nA001>A004 1/1/0/0 10800 10800\n"
                               "A004>A005 1/1/0/0 82800 82800\nA006>A002 1/0/1/0 -1 -1\nA007>A002 1/1/1/0 345600 345600\n"
                               "A007>A003 1/0/0/1 -1 -1\nA007>A004 1/1/0/0 1800 1800\n";
    struct world *w = *state;
    struct flow_show week = {.has_since = true, .since = on_day(w, "03-05T10:00"), .has_until = true, .until = on_day(w, "03-07T09:00")};
    struct load_lines out;
    const char *desks = "";

    world_sql(w, "select tell('03-19 11:00', 2, 'referral', 'A007', 'A004', 9, 'send', due => '03-24 17:15'),"
                 " tell('03-19 11:30', 2, 'referral', 'A004', 'A007', 9, 'accept');"
                 "insert into audit.event (at, case_id, happened, agency, counterpart, about, detail)"
                 " values (on_day('03-19 12:00'), c(2), 'referral', 'A005', 'A007', '00000000-0000-4000-8000-0000000000fa', 'send'),"
                 " (on_day('03-19 13:00'), c(2), 'referral', 'A007', 'A005', '00000000-0000-4000-8000-0000000000fa', 'accept')");
    world_work(w);
    world_sql(w, "drop table seen; create table seen as select max(id) as last from audit.event");
    assert_string_equal(flows(w, ROLE_COORDINATOR, &(struct flow_show){.has_since = false}), WANT);
    assert_string_equal(flows(w, ROLE_COORDINATOR, &week), "A007>A002 1/1/1/0 345600 345600\n");
    assert_ok(w->s, world_ask(w, ROLE_COORDINATOR, shape_load_show(), &(struct load_show){}, shape_load_lines(), &out));
    for (size_t i = 0; i < out.loads.n; i++) {
        const struct load_line *l = &out.loads.v[i];
        desks = scope_print(w->s, "%s%s %d %d %d %d\n", desks, l->agency.code, (int)l->leads, (int)l->offers, (int)l->offers_late, (int)l->active);
    }
    assert_string_equal(desks, "A003 0 1 1 0\nA004 0 0 0 1\nA007 1 0 0 0\n");
    assert_string_equal(world_text(w, "select count(*) from audit.event, seen where id > last"), "0");
    assert_string_equal(flows(w, ROLE_AUDITOR, &(struct flow_show){.has_since = false}), WANT);
    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_load_show(), &(struct load_show){}, shape_load_lines(), &out));
    assert_string_equal(world_text(w, "select string_agg(detail, ' ' order by id) from audit.event, seen where happened = 'audited' and id > last"),
                        "flow_show load_show");
    assert_int_equal(world_ask(w, ROLE_WORKER, shape_flow_show(), &week, shape_flow_lines(), &(struct flow_lines){}), DENIED);
    assert_int_equal(world_ask(w, ROLE_ADMINISTRATOR, shape_load_show(), &(struct load_show){}, shape_load_lines(), &out), DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_in_once_or_again), cmocka_unit_test(what_comes_to_light_late),
        cmocka_unit_test(one_case),              cmocka_unit_test(cases_that_match),       cmocka_unit_test(what_auditors_look_for),
        cmocka_unit_test(asking_is_an_event),    cmocka_unit_test(silence_is_late),
        cmocka_unit_test(sums_of_all_cases),
    };
    return cmocka_run_group_tests(tests, begin, teardown);
}
