/* What becomes of the history and of notices as hints: in the order of the commits, each once, whole transactions, to whom it concerns; and
 * what is still under way holds back what began after it. */
#include "audit_setup.h"

static const char TELL[] =
    "create function public.c(n int) returns uuid language sql immutable as $$ select ('00000000-0000-4000-8000-0000000000c' || n)::uuid $$;"
    "create function public.tell(n int, what text, who text, other text default null, about int default null, word text default null)"
    " returns void language sql as $$ insert into audit.event (at, case_id, happened, agency, counterpart, about, detail)"
    " values (now(), c(n), what, who, other, ('00000000-0000-4000-8000-0000000000f' || about)::uuid, word) $$;";

static int begin(void **state)
{
    setup(state);
    world_sql(*state, TELL);
    ((struct world *)*state)->now_us = clock_now_us();
    return 0;
}

/* feed_list as the gateway asks it, under nobody's ticket. */
static void ask(struct world *w, const struct feed_list *in, struct feed_lines *out)
{
    struct header h = {.role = ROLE_SERVICE};

    world_send(w, FROM_GATEWAY, &h, shape_feed_list(), in);
    assert_true(w->is_answered);
    assert_int_equal(w->answer.refused, OK);
    assert_ok(w->s, codec_decode(w->s, shape_feed_lines(), w->answer.payload, SCHEMA_MINOR, out));
}

static const char *line_text(struct world *w, const struct feed_line *l)
{
    const char *text = scope_print(w->s, "%s", l->has_notice ? words_at(words_notice_kind(), l->notice) : words_at(words_happening(), l->happened));

    for (size_t i = 0; i < l->concerns.n; i++)
        text = scope_print(w->s, "%s %s", text, l->concerns.v[i].code);
    return text;
}

/* "case_opened A001\n…": what is new since, from where the last answer ended. */
static const char *news(struct world *w, int64_t *at)
{
    struct feed_lines out;
    const char *text = "";

    ask(w, &(struct feed_list){.has_after = true, .after = *at}, &out);
    assert_false(out.more || out.cut);
    assert_true(out.position >= *at);
    *at = out.position;
    for (size_t i = 0; i < out.lines.n; i++)
        text = scope_print(w->s, "%s%s\n", text, line_text(w, &out.lines.v[i]));
    return text;
}

static int64_t here(struct world *w)
{
    struct feed_lines out;

    ask(w, &(struct feed_list){.has_after = false}, &out);
    assert_int_equal(out.lines.n, 0);
    return out.position;
}

static void to_whom_it_concerns(void **state)
{
    struct world *w = *state;
    int64_t at = here(w);

    world_sql(w, "select tell(1, 'case_opened', 'A001'); select tell(1, 'baton_created', null, 'A001')");
    assert_string_equal(news(w, &at), "case_opened A001\nbaton_created A001\n");
    assert_string_equal(news(w, &at), "");
    world_work(w);
    at = here(w);
    world_sql(w, "select tell(1, 'referral', 'A001', 'A002', 1, 'draft')");
    assert_string_equal(news(w, &at), "referral A001\n");
    world_sql(w, "select tell(1, 'referral', 'A003', 'A001', 2, 'draft')"); /* A001 leads the case, and is to be asked for it */
    assert_string_equal(news(w, &at), "referral A003\n");
    world_sql(w, "select tell(1, 'referral', 'A001', 'A002', 1, 'send')");
    assert_string_equal(news(w, &at), "referral A001 A002\n");
    world_work(w);
    at = here(w);
    world_sql(w, "select tell(1, 'referral', null, 'A002', 1, 'due')"); /* by a clock; who asked hears of it, too */
    assert_string_equal(news(w, &at), "referral A001 A002\n");
    world_sql(w, "select tell(1, 'referral', null, 'A001', 2, 'due')");
    assert_string_equal(news(w, &at), "referral A001 A003\n");
    world_sql(w, "select tell(1, 'referral', 'A002', 'A001', 3, 'send'); select tell(1, 'referral', 'A004', 'A001', 3, 'decline')");
    world_work(w);
    at = here(w);
    world_sql(w, "select tell(1, 'note_added', 'A005')");
    assert_string_equal(news(w, &at), "note_added A005 A001\n");
    world_sql(w, "select tell(1, 'case_read', 'A005'), tell(1, 'key_read', 'A005'), tell(1, 'disclosed', 'A005', 'A006'), tell(1, 'audited', null),"
                 " tell(1, 'break_glass', 'A005'), tell(1, 'notifier_read', 'A005')");
    assert_string_equal(news(w, &at), "");
}

/* What the meeting service tells when a meeting changed: whom it calls. */
static void call(struct world *w, struct uuid meeting_id, const char *const *codes, size_t n)
{
    struct agency_id called[3];

    for (size_t i = 0; i < n; i++)
        assert_ok(w->s, agency_parse(span_str(codes[i]), &called[i]));
    world_tell(w, FROM_MEETING, shape_meeting_told(), &(struct meeting_told){.meeting_id = meeting_id, .invitees = {called, n}});
}

static void guests_of_meetings(void **state)
{
    static const char *const CALLED[] = {"A010", "A013", "B000001"};
    struct notice_lines list;
    struct world *w = *state;
    struct feed_lines out;
    struct uuid meeting;
    int64_t at;

    assert_ok(w->s, uuid_parse(SPAN_LIT("00000000-0000-4000-8000-0000000000f6"), &meeting));

    world_sql(w, "select tell(2, 'case_opened', 'A010'), tell(2, 'baton_created', null, 'A010'), tell(2, 'referral', 'A010', 'A011', 4, 'send'),"
                 " tell(2, 'referral', 'A011', 'A010', 4, 'decline'), tell(2, 'referral', 'A010', 'A012', 5, 'send')");
    world_work(w);
    at = here(w);
    world_sql(w, "select tell(2, 'meeting_proposed', 'A010', null, 6), tell(2, 'note_added', 'A010')");
    assert_string_equal(news(w, &at), "meeting_proposed A010\nnote_added A010\n"); /* of the history, to whoever has the case */
    call(w, meeting, CALLED, COUNT(CALLED));
    assert_string_equal(news(w, &at), "meeting A010\nmeeting A013\nmeeting B000001\n");
    world_sql(w, "select tell(2, 'meeting_fixed', 'A013', null, 6)");
    call(w, meeting, CALLED + 1, 1);
    ask(w, &(struct feed_list){.has_after = true, .after = at}, &out);
    for (size_t i = 0; i < out.lines.n; i++)
        assert_true(uuid_eq(out.lines.v[i].about, meeting));
    assert_string_equal(news(w, &at), "meeting_fixed A013 A010\nmeeting A013\n");
    assert_string_equal(news(w, &at), "");
    assert_int_equal(world_ask(w, ROLE_AUDITOR, shape_notice_list(), &(struct notice_list){.has_all = true, .all = true},
                               shape_notice_lines(), &list), OK);
    assert_int_equal(list.notices.n, 0); /* nobody must look at it */
}

/* One position goes over all three: what is under way in one table holds back what was written to the others. */
static void hints_in_the_order_of_commits(void **state)
{
    static const char *const CALLED[] = {"A040"};
    struct world *w = *state;
    struct uuid meeting = scope_uuid(w->s);
    int64_t at = here(w);

    assert_ok(w->s, conn_script(w->s, w->other, "begin"));
    assert_ok(w->s, conn_script(w->s, w->other, "insert into audit.hint (meeting_id, agency, at) values (c(6), 'A041', now())"));
    call(w, meeting, CALLED, 1);
    world_sql(w, "select tell(8, 'note_added', 'A042')");
    assert_string_equal(news(w, &at), "");
    assert_ok(w->s, conn_script(w->s, w->other, "commit"));
    assert_string_equal(news(w, &at), "meeting A041\nmeeting A040\nnote_added A042\n");
    assert_string_equal(news(w, &at), "");
    world_sql(w, "begin; select tell(8, 'note_added', 'A043'); insert into audit.hint (meeting_id, agency, at)"
                 " select c(6), 'A04' || n, now() from generate_series(4, 5) n; commit");
    assert_string_equal(news(w, &at), "meeting A044\nmeeting A045\nnote_added A043\n");
    assert_string_equal(news(w, &at), "");
}

/* What nobody asks for any more goes by itself, also when there is more of it than goes at once; a day's hints stay. */
static void old_hints_are_forgotten(void **state)
{
    static const char *const CALLED[] = {"A050"};
    struct world *w = *state;
    struct uuid meeting = scope_uuid(w->s);
    int64_t at;

    world_sql(w, "delete from audit.hint; insert into audit.hint (meeting_id, agency, at)"
                 " select md5(n::text)::uuid, 'A051', now() - interval '25 hours' from generate_series(1, 1100) n");
    at = here(w);
    call(w, meeting, CALLED, 1);
    for (int i = 0; i < 10; i++) /* more than ten minutes */
        world_work(w);
    assert_string_equal(world_text(w, "select string_agg(agency, ' ') from audit.hint"), "A050");
    assert_string_equal(news(w, &at), "meeting A050\n");
}

static void in_the_order_of_commits(void **state)
{
    struct world *w = *state;
    int64_t at = here(w);

    assert_ok(w->s, conn_script(w->s, w->other, "begin"));
    assert_ok(w->s, conn_script(w->s, w->other, "select tell(7, 'note_added', 'A020')"));
    world_sql(w, "select tell(8, 'note_added', 'A021')");
    world_sql(w, "insert into audit.notice (notice_id, kind, agency, at) values (gen_random_uuid(), 'recall', 'A022', now())");
    assert_string_equal(news(w, &at), "");
    assert_ok(w->s, conn_script(w->s, w->other, "commit"));
    assert_string_equal(news(w, &at), "note_added A020\nnote_added A021\nrecall A022\n");
    assert_string_equal(news(w, &at), "");
}

static void whole_transactions(void **state)
{
    struct world *w = *state;
    struct feed_lines out;
    int64_t at = here(w);

    for (int i = 0; i < 7; i++)
        world_sql(w, "select tell(9, 'note_added', 'A030') from generate_series(1, 99)");
    ask(w, &(struct feed_list){.has_after = true, .after = at}, &out);
    assert_int_equal(out.lines.n, 495); /* of the sixth there is only a part in 500 rows */
    assert_true(out.more);
    assert_false(out.cut);
    ask(w, &(struct feed_list){.has_after = true, .after = out.position}, &out);
    assert_int_equal(out.lines.n, 198);
    assert_false(out.more);
    world_sql(w, "select tell(9, 'note_added', 'A030') from generate_series(1, 600)");
    world_sql(w, "select tell(9, 'note_added', 'A031')");
    ask(w, &(struct feed_list){.has_after = true, .after = out.position}, &out);
    assert_int_equal(out.lines.n, 0);
    assert_true(out.cut);
    assert_true(out.more);
    ask(w, &(struct feed_list){.has_after = true, .after = out.position}, &out);
    assert_int_equal(out.lines.n, 1);
    assert_false(out.cut);
    ask(w, &(struct feed_list){.has_after = true, .after = out.position + 1000000}, &out); /* of another server, or of nothing */
    assert_true(out.cut);
}

static void not_for_people(void **state)
{
    struct feed_lines out;

    for (enum role role = ROLE_WORKER; role < ROLE_SERVICE; role++)
        assert_int_equal(world_ask(*state, role, shape_feed_list(), &(struct feed_list){.has_after = false}, shape_feed_lines(), &out), DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_whom_it_concerns), cmocka_unit_test(guests_of_meetings), cmocka_unit_test(in_the_order_of_commits),
        cmocka_unit_test(hints_in_the_order_of_commits), cmocka_unit_test(whole_transactions),
        cmocka_unit_test(not_for_people),      cmocka_unit_test(old_hints_are_forgotten),
    };

    return cmocka_run_group_tests(tests, begin, teardown);
}
