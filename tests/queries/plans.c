/* Every named statement of every service prepares under that service's own role, is what its shape says, and, where it names an index,
 * is planned with that index on tables of a size worth an index. */
#include "db/conn.h"
#include "db/migrate.h"
#include "q_account.h"
#include "q_audit.h"
#include "q_directory.h"
#include "q_erasure.h"
#include "q_event.h"
#include "q_flows.h"
#include "q_intake.h"
#include "q_keys.h"
#include "q_keys_erasure.h"
#include "q_meeting.h"
#include "q_referral.h"
#include "q_sequencer.h"
#include "q_svc.h"
#include "q_work.h"

#include "lib/assert_ok.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUERIES_MOST = 256, SCRIPT_MAX = 64 << 10 };

#define CASES "kashimaru"
#define KEYS "kashimaru_keys"

/* What each service prepares, and as whom. */
static const struct {
    const char *role, *database;
    const struct query *const *lists[5];
    size_t least_plans; /* statements that name an index, so that a lost annotation is seen */
} SERVICES[] = {
    {"km_intake", CASES, {QUERIES_svc, QUERIES_event, QUERIES_intake}, 16},
    {"km_referral", CASES, {QUERIES_svc, QUERIES_event, QUERIES_referral, QUERIES_directory, QUERIES_work}, 55},
    {"km_meeting", CASES, {QUERIES_svc, QUERIES_event, QUERIES_meeting}, 23},
    {"km_audit", CASES, {QUERIES_svc, QUERIES_event, QUERIES_audit, QUERIES_erasure, QUERIES_flows}, 27},
    {"km_account", CASES, {QUERIES_svc, QUERIES_event, QUERIES_account}, 10},
    {"km_sequencer", CASES, {QUERIES_sequencer}, 7},
    {"km_keys", KEYS, {QUERIES_svc, QUERIES_keys, QUERIES_keys_erasure}, 11},
};

/* Where two indexes lead with the same columns, the planner may take either. */
static const struct {
    const char *query, *index;
} AS_GOOD[] = {
    {"members_of", "member_case_id_agency_since_is_lead_key"},
    {"invitee_answered", "invitee_agency"},
    {"host_seen", "host_agency"},
};

static struct conn *connect_as(struct scope *s, const char *role, const char *database, const struct query *const *queries)
{
    struct conn *c = NULL;

    assert_ok(s, conn_open(s, scope_print(s, "%s user=%s dbname=%s", getenv("KM_TEST_DSN"), role, database), queries, &c));
    return c;
}

static const char *read_script(struct scope *s, const char *name)
{
    char *text = scope_alloc(s, SCRIPT_MAX);
    FILE *f = fopen(scope_print(s, "%s/tests/queries/load/%s", KM_SOURCE_DIR, name), "re");

    assert_non_null(text);
    assert_non_null(f);
    assert_true(fread(text, 1, SCRIPT_MAX - 1, f) < SCRIPT_MAX - 1);
    assert_int_equal(fclose(f), 0);
    return text;
}

static void make(const char *database, const char *folder, const char *script)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct migration_report report;

    assert_non_null(s);
    {
        AUTO(conn) c = connect_as(s, "kashimaru", "postgres", NULL);
        assert_ok(s, conn_script(s, c, scope_print(s, "create database %s", database)));
    }
    AUTO(conn) c = connect_as(s, "kashimaru", database, NULL);
    assert_ok(s, migrate_run(s, c, scope_print(s, "%s/sql/migrations%s", KM_SOURCE_DIR, folder), NULL, &report));
    assert_ok(s, conn_script(s, c, "set statement_timeout = 0"));
    assert_ok(s, conn_script(s, c, read_script(s, script)));
}

static int setup(void **state)
{
    (void)state;
    make(CASES, "", "plans.sql");
    make(KEYS, "/keys", "plans_keys.sql");
    return 0;
}

/* One list of all a service prepares, NULL-terminated. */
static size_t gather(size_t service, const struct query *all[QUERIES_MOST])
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(SERVICES[service].lists) && SERVICES[service].lists[i]; i++)
        for (const struct query *const *q = SERVICES[service].lists[i]; *q; q++) {
            assert_true(n < QUERIES_MOST - 1);
            all[n++] = *q;
        }
    all[n] = NULL;
    return n;
}

/* The index's name as a whole word of the plan. */
static bool names(const char *plan, const char *index)
{
    size_t n = strlen(index);

    for (const char *at = strstr(plan, index); at; at = strstr(at + 1, index))
        if (at > plan && at[-1] == ' ' && (at[n] == ' ' || at[n] == '\n'))
            return true;
    return false;
}

static bool is_planned_well(const struct query *q, const char *plan)
{
    bool is = names(plan, q->uses_index);

    for (size_t i = 0; i < COUNT(AS_GOOD); i++)
        is = is || (strcmp(AS_GOOD[i].query, q->name) == 0 && names(plan, AS_GOOD[i].index));
    return is;
}

static void test_plans(void **state)
{
    size_t bad = 0;

    (void)state;
    for (size_t service = 0; service < COUNT(SERVICES); service++) {
        const struct query *all[QUERIES_MOST];
        size_t n = gather(service, all), plans = 0;
        AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
        AUTO(conn) c = connect_as(s, SERVICES[service].role, SERVICES[service].database, all);
        for (size_t i = 0; i < n; i++) {
            struct span plan;
            assert_ok(s, conn_plan(s, c, all[i], &plan));
            assert_true(plan.n > 0);
            plans += all[i]->uses_index != NULL;
            if (!all[i]->uses_index || is_planned_well(all[i], (const char *)plan.p))
                continue;
            printf("%s: %s is not planned with %s:\n%s\n", SERVICES[service].role, all[i]->name, all[i]->uses_index,
                   (const char *)plan.p);
            bad++;
        }
        if (plans < SERVICES[service].least_plans)
            fail_msg("%s: %zu statements name an index, there were %zu", SERVICES[service].role, plans, SERVICES[service].least_plans);
    }
    assert_int_equal(bad, 0);
}

/* A statement of one service is refused to the role of another: no list above passes because roles may too much. */
static void test_foreign_role(void **state)
{
    static const struct {
        const char *role;
        const struct query *const *queries;
    } CASES_OF[] = {
        {"km_referral", QUERIES_intake}, {"km_intake", QUERIES_referral}, {"km_meeting", QUERIES_directory},
        {"km_intake", QUERIES_audit},    {"km_audit", QUERIES_meeting},
    };
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(CASES_OF); i++) {
        for (const struct query *const *q = CASES_OF[i].queries; *q; q++) {
            const struct query *const one[] = {*q, NULL};
            struct span plan;
            AUTO(conn) c = NULL;
            const char *dsn = scope_print(s, "%s user=%s dbname=%s", getenv("KM_TEST_DSN"), CASES_OF[i].role, CASES);
            enum status st = conn_open(s, dsn, one, &c);
            if (st == OK)
                st = conn_plan(s, c, *q, &plan);
            if (st == OK)
                fail_msg("%s may run %s", CASES_OF[i].role, (*q)->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_foreign_role),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
