/* Every day that has ended is proven once, in its order, by the history: a case that was never told to lead, a lead that came from nobody, one that
 * came too late are found on the days they touch and on no other; and what referral counts in one snapshot is compared with what the history
 * says of the same. */
#include "audit_setup.h"

static const char TELL[] =
    "create function public.c(n int) returns uuid language sql immutable as $$ select ('00000000-0000-4000-8000-0000000000c' || n)::uuid $$;"
    "create function public.tell(at text, n int, what text, who text, other text default null) returns void language sql as $$"
    " insert into audit.event (at, case_id, happened, agency, counterpart)"
    " values (('2026-' || at)::timestamp at time zone 'Asia/Tokyo', c(n), what, who, other) $$;";

static const char STORY[] =
    /* held from beginning to end, over a handoff at midnight */
    "select tell('03-02 10:00', 1, 'case_opened', 'A001'), tell('03-02 10:00:05', 1, 'baton_created', null, 'A001'),"
    "       tell('03-04 00:00', 1, 'baton_moved', 'A004', 'A001'), tell('03-06 09:00', 1, 'case_closed', 'A004');"
    /* opened a moment before midnight, told a moment after */
    "select tell('03-03 23:59:59', 2, 'case_opened', 'A007'), tell('03-04 00:00:02', 2, 'baton_created', null, 'A007');"
    /* nobody was told to lead it for two days */
    "select tell('03-05 10:00', 3, 'case_opened', 'A008'), tell('03-06 11:00', 3, 'baton_created', null, 'A008');";

static const char PROOFS[] = "select string_agg(format('%s %s/%s %s %s', to_char(day, 'DD'), with_lead, open, coalesce(is_same::text, '?'),"
                             " (select string_agg(right(x::text, 2), ',') from unnest(cases) x)), E'\\n' order by day) from audit.lead_proof";

static void set_now(struct world *w, const char *at)
{
    assert_ok(w->s, time_parse(span_str(scope_print(w->s, "2026-%s:00+09:00", at)), &w->now_us));
}

static int begin(void **state)
{
    setup(state);
    struct world *w = *state;
    world_sql(w, TELL);
    world_sql(w, STORY);
    return 0;
}

static void each_day_once(void **state)
{
    struct world *w = *state;

    set_now(w, "03-03T01:00"); /* too early: referral's count may still come */
    world_work(w);
    assert_string_equal(world_text(w, PROOFS), "");
    set_now(w, "03-03T02:00");
    world_work(w);
    assert_string_equal(world_text(w, PROOFS), "02 1/1 ? ");
    set_now(w, "03-07T12:00"); /* it was off for some days */
    world_work(w);
    assert_string_equal(world_text(w, PROOFS), "02 1/1 ? \n03 2/2 ? \n04 2/2 ? \n05 2/3 ? c3\n06 2/3 ? c3");
    world_work(w);
    assert_string_equal(world_text(w, "select string_agg(detail, '; ' order by id) from audit.event where happened = 'leads_proven'"),
                        "2026-03-02 open=1 with=1 without=0 same=unknown; 2026-03-03 open=2 with=2 without=0 same=unknown; "
                        "2026-03-04 open=2 with=2 without=0 same=unknown; 2026-03-05 open=3 with=2 without=1 same=unknown; "
                        "2026-03-06 open=3 with=2 without=1 same=unknown");
    assert_string_equal(world_text(w, "select count(*) || ' ' || min(right(case_id::text, 2)) || ' ' || min(detail) from audit.notice"
                                      " where kind = 'lead_missing'"), "2 c3 2026-03-05");
}

/* Rows of the history that nobody should have written. */
static void a_hole_is_found(void **state)
{
    struct world *w = *state;

    world_sql(w, "select tell('03-08 12:00', 2, 'baton_moved', 'A009', 'A005')"); /* A005 did not have it */
    world_sql(w, "select tell('03-09 12:00', 3, 'baton_created', null, 'A002')"); /* it has a lead */
    world_sql(w, "select tell('03-10 12:00', 1, 'baton_moved', 'A002', 'A004')"); /* it was closed, and is not open any more */
    world_sql(w, "select tell('03-10 12:00', 4, 'case_opened', 'A001'), tell('03-10 12:00:01', 4, 'baton_created', null, 'A002')");
    world_sql(w, "select tell('03-11 12:00', 5, 'case_opened', 'A001')"); /* and nothing more */
    world_sql(w, "select tell('03-07 10:00', 6, 'case_opened', 'A001'), tell('03-07 10:00:01', 6, 'baton_created', null, 'A001'),"
                 "       tell('03-10 09:00', 6, 'baton_moved', 'A004', 'A001'), tell('03-12 09:00', 6, 'baton_moved', 'A005', 'A009')");
    set_now(w, "03-13T12:00");
    world_work(w);
    assert_string_equal(world_text(w, "select string_agg(format('%s %s/%s %s', to_char(day, 'DD'), with_lead, open,"
                                      " (select string_agg(right(x::text, 2), ',') from unnest(cases) x)), E'\\n' order by day)"
                                      " from audit.lead_proof where day > '2026-03-06'"),
                        "07 1/3 c2,c3\n08 1/3 c2,c3\n09 2/3 c3\n10 2/4 c4,c6\n11 3/5 c5,c6\n12 3/5 c5,c6");
}

static void count_leads(struct world *w)
{
    struct q_leads_count_rows rows;
    struct tx *tx = NULL;

    assert_ok(w->s, tx_begin(w->referral, w->s, &tx));
    assert_ok(w->s, q_leads_count(tx, &(struct q_leads_count){.now = w->now_us}, &rows));
    assert_ok(w->s, tx_commit(tx));
    if (!rows.n)
        return;
    world_tell(w, FROM_REFERRAL, shape_leads_counted(), &(struct leads_counted){.day = rows.v[0].day, .snapshot = rows.v[0].snapshot, .open = rows.v[0].open,
                                                                  .digest = rows.v[0].digest});
}

static const char BATON[] = "begin; set local session_replication_role = replica;"
                            "insert into referral.baton (case_id, lead, lead_since, version, since)"
                            " values (c(2), 'A009', now(), 1, now()), (c(3), 'A002', now(), 1, now()), (c(4), 'A002', now(), 1, now()),"
                            "        (c(6), 'A005', now(), 1, now());"
                            "insert into referral.baton (case_id, lead, lead_since, version, since, closed_at, closed_reason, evaluation)"
                            " values (c(1), 'A004', now(), 1, now(), now(), 'moved', c(1)); commit";

/* What was counted by the day after, and what the proof of the day says of it. */
static void the_leads_are_the_same(void **state)
{
    static const struct {
        const char *now, *day, *before, *meanwhile, *want;
    } DAYS[] = {
        {"03-14T00:20", "13", BATON, "", "true"},
        /* what happens after the counting is not of its snapshot */
        {"03-15T00:20", "14", "", "select tell('03-15 00:20', 2, 'baton_moved', 'A001', 'A009')", "true"},
        {"03-16T00:20", "15", "", "", "false"}, /* referral's row did not follow */
        {"03-17T00:20", "16", "begin; set local session_replication_role = replica; update referral.baton set lead = 'A001' where case_id = c(2); commit", "", "true"},
        {"03-18T00:20", "17", "begin; set local session_replication_role = replica; update referral.baton set closed_at = now(), closed_reason = 'moved',"
                              " evaluation = c(3) where case_id = c(3); commit", "", "false"},
    };
    struct world *w = *state;

    world_sql(w, "begin; set local session_replication_role = replica; delete from audit.event where case_id = c(1) and happened = 'baton_moved'"
                 " and counterpart = 'A004'; commit; update audit.position set cluster = 1"); /* the row that was written of the closed case */
    world_work(w);
    for (size_t i = 0; i < COUNT(DAYS); i++) {
        set_now(w, DAYS[i].now);
        world_sql(w, DAYS[i].before);
        count_leads(w);
        count_leads(w); /* another worker's turn: it was told already */
        world_sql(w, DAYS[i].meanwhile);
        world_work(w);
        world_work(w);
        assert_string_equal(world_text(w, scope_print(w->s, "select coalesce(is_same::text, '?') from audit.lead_proof where day = '2026-03-%s'", DAYS[i].day)),
                            DAYS[i].want);
    }
    assert_string_equal(world_text(w, "select count(*) || ' ' || min(detail) || ' ' || max(detail) from audit.notice"
                                      " where kind = 'lead_missing' and case_id is null"), "2 2026-03-15 2026-03-17");
    assert_string_equal(world_text(w, "select count(*) from referral.leads_told"), "5");
}

/* A count whose snapshot another transaction may still belong to waits for it. */
static void a_snapshot_is_waited_for(void **state)
{
    struct world *w = *state;

    set_now(w, "03-19T00:20");
    assert_ok(w->s, conn_script(w->s, w->other, "begin; select tell('03-19 00:19', 2, 'note_added', 'A001')"));
    world_sql(w, "select pg_current_xact_id()"); /* later, and over before it */
    count_leads(w);
    world_work(w);
    assert_string_equal(world_text(w, "select count(*) from audit.lead_proof where day = '2026-03-18'"), "0");
    assert_ok(w->s, conn_script(w->s, w->other, "commit"));
    world_work(w);
    world_work(w);
    assert_string_equal(world_text(w, "select is_same from audit.lead_proof where day = '2026-03-18'"), "f");
}

/* What was done at the end of a day may still be on its way; and what is there is read before the day is proven. */
static void a_day_is_over_first(void **state)
{
    struct world *w = *state;

    set_now(w, "03-20T00:05");
    count_leads(w);
    world_work(w);
    assert_string_equal(world_text(w, "select count(*) from audit.lead_proof where day = '2026-03-19'"), "0");
    set_now(w, "03-20T00:16");
    world_work(w);
    assert_string_equal(world_text(w, "select count(*) from audit.lead_proof where day = '2026-03-19'"), "1");
    assert_ok(w->s, conn_script(w->s, w->other, "begin; select pg_current_xact_id()"));
    world_sql(w, "select tell('03-20 23:00', 7, 'case_opened', 'A001'), tell('03-20 23:00', 7, 'baton_created', null, 'A001')");
    set_now(w, "03-21T03:00");
    world_work(w);
    assert_string_equal(world_text(w, "select count(*) from audit.lead_proof where day = '2026-03-20'"), "0");
    assert_ok(w->s, conn_script(w->s, w->other, "commit"));
    world_work(w);
    world_work(w);
    assert_string_equal(world_text(w, "select open from audit.lead_proof where day = '2026-03-20'"), "6");
}

static void auditors_read_them(void **state)
{
    struct world *w = *state;
    struct audit_proofs in = {.has_since = true, .since = SPAN_LIT("2026-03-05"), .has_until = true, .until = SPAN_LIT("2026-03-07")};
    struct audit_proofs_are out;

    assert_ok(w->s, world_ask(w, ROLE_AUDITOR, shape_audit_proofs(), &in, shape_audit_proofs_are(), &out));
    assert_int_equal(out.days.n, 2);
    const struct lead_proof *d = out.days.v;
    assert_true(span_is(d[0].day, "2026-03-06") && span_is(d[1].day, "2026-03-05"));
    assert_int_equal(d[1].open, 3);
    assert_int_equal(d[1].with_lead, 2);
    assert_int_equal(d[1].without_lead, 1);
    assert_int_equal(d[1].cases.n, 1);
    assert_false(d[1].has_is_same);
    assert_string_equal(world_text(w, "select detail || ' ' || reason from audit.event where happened = 'audited' order by id desc limit 1"),
                        "audit_proofs since until");
    assert_int_equal(world_ask(w, ROLE_ADMINISTRATOR, shape_audit_proofs(), &in, shape_audit_proofs_are(), &out), DENIED);
    static const char *const BAD[] = {"2026-02-30", "2026-3-005", "infinity", "2026-03-1 ", "99999-1-01"};
    for (size_t i = 0; i < COUNT(BAD); i++) {
        in.since = span_str(BAD[i]);
        assert_int_equal(world_ask(w, ROLE_AUDITOR, shape_audit_proofs(), &in, shape_audit_proofs_are(), &out), INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_day_once),          cmocka_unit_test(a_hole_is_found),    cmocka_unit_test(the_leads_are_the_same),
        cmocka_unit_test(a_snapshot_is_waited_for), cmocka_unit_test(a_day_is_over_first), cmocka_unit_test(auditors_read_them),
    };
    return cmocka_run_group_tests(tests, begin, teardown);
}
