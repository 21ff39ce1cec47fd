/* The supervisor's decisions, driven by a clock of the test's own: who starts when, what a death leads to, how the stop goes. */
#include "ctl/supervise.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/status.h"

enum { MS = 1000, S = 1000000, MOST = 4, WINDOW = 20 * S, GRACE = 3 * S, N = 6 };
enum { DB, MIGRATE, RELAY, INTAKE_0, INTAKE_1, GATEWAY };

/* A fleet of one of each, with its own clock and pids. */
struct world {
    struct fleet f;
    struct child v[N];
    int64_t recent[N][MOST];
    int64_t now;
    int next_pid;
};

static void world_init(struct world *w)
{
    static const enum rank RANKS[N] = {RANK_DATABASE, RANK_MIGRATE, RANK_RELAY, RANK_WORKER, RANK_WORKER, RANK_GATEWAY};

    *w = (struct world){.f = {.v = w->v, .n = N, .policy = {MOST, WINDOW, GRACE}}, .now = 1000 * (int64_t)S, .next_pid = 100};
    for (size_t i = 0; i < N; i++)
        w->v[i] = (struct child){.rank = RANKS[i], .program = "p", .recent = w->recent[i]};
}

/* Everything that is due now; the last action. Starts succeed. What happened is appended to `log` as +i, !i:signal, R, E. */
static struct action run(struct world *w, char *log)
{
    for (;;) {
        struct action a = fleet_next(&w->f, w->now);
        size_t n = strlen(log);
        assert_true(n < 200);
        if (a.what == ACT_START) {
            fleet_started(&w->f, a.child, w->next_pid++, w->now);
            log[n] = '+';
            log[n + 1] = (char)('0' + a.child);
        } else if (a.what == ACT_SIGNAL) {
            log[n] = a.signal == SIGTERM ? 't' : a.signal == SIGINT ? 'i' : a.signal == SIGQUIT ? 'q' : 'k';
            log[n + 1] = (char)('0' + a.child);
        } else if (a.what == ACT_READY) {
            log[n] = 'R';
        } else {
            if (a.what == ACT_END)
                log[n] = 'E';
            return a;
        }
    }
}

static void assert_runs(struct world *w, const char *want)
{
    char log[256] = "";

    run(w, log);
    assert_string_equal(log, want);
}

static enum verdict ends(struct world *w, size_t i, int code)
{
    return fleet_ended(&w->f, i, (struct ending){.code = code}, w->now);
}

/* All up and ready. */
static void world_up(struct world *w)
{
    world_init(w);
    assert_runs(w, "+0+1");
    assert_int_equal(ends(w, MIGRATE, 0), VERDICT_DONE);
    assert_runs(w, "+2");
    fleet_heard(&w->f, w->v[RELAY].pid);
    assert_runs(w, "+3+4");
    fleet_heard(&w->f, w->v[INTAKE_0].pid);
    assert_runs(w, "");
    fleet_heard(&w->f, w->v[INTAKE_1].pid);
    assert_runs(w, "+5");
    fleet_heard(&w->f, w->v[GATEWAY].pid);
    assert_runs(w, "R");
}

static void backoff_doubles_up_to_a_limit(void **state)
{
    static const struct {
        int failures;
        int64_t want;
    } CASES[] = {{0, 100 * MS},  {1, 200 * MS},  {2, 400 * MS},  {3, 800 * MS},   {4, 1600 * MS},
                 {5, 3200 * MS}, {6, 5000 * MS}, {7, 5000 * MS}, {1000, 5000 * MS}};

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(backoff_us(CASES[i].failures), CASES[i].want);
}

static void starts_in_order(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    assert_true(w.f.is_ready);
}

/* A process that never says that it is ready counts as up once it has lived a while. */
static void silence_is_taken_for_health(void **state)
{
    struct world w;

    (void)state;
    world_init(&w);
    assert_runs(&w, "+0+1");
    ends(&w, MIGRATE, 0);
    assert_runs(&w, "+2");
    w.now += SETTLED_US - 1;
    assert_runs(&w, "");
    w.now += 1;
    assert_runs(&w, "+3+4");
}

/* What the end of one child leads to, before and after everything was up. */
static const struct {
    const char *name;
    bool is_up;
    size_t child;
    struct ending how;
    enum verdict want;
    bool stops;
    int exit_code;
} ENDS[] = {
    {"a worker crashes", true, INTAKE_0, {true, SIGSEGV}, VERDICT_RESTART, false, 0},
    {"a worker leaves unasked", true, INTAKE_0, {false, 0}, VERDICT_RESTART, false, 0},
    {"a worker misses its database", true, INTAKE_1, {false, 69}, VERDICT_RESTART, false, 0},
    {"the gateway dies", true, GATEWAY, {false, 1}, VERDICT_RESTART, false, 0},
    {"the relay dies", true, RELAY, {true, SIGKILL}, VERDICT_RESTART, false, 0},
    {"the database dies", true, DB, {true, SIGKILL}, VERDICT_RESTART, false, 0},
    {"a number that looks like 78 but is a signal", true, INTAKE_0, {true, 78}, VERDICT_RESTART, false, 0},
    {"settings refused while up", true, INTAKE_0, {false, 78}, VERDICT_BROKEN, false, 0},
    {"settings refused at the start", false, DB, {false, 78}, VERDICT_GIVE_UP, true, 78},
    {"the migration refuses", false, MIGRATE, {false, 76}, VERDICT_GIVE_UP, true, 1},
    {"the migration refuses its settings", false, MIGRATE, {false, 78}, VERDICT_GIVE_UP, true, 78},
    {"the migration finds no server", false, MIGRATE, {false, 75}, VERDICT_RESTART, false, 0},
    {"the migration is killed", false, MIGRATE, {true, SIGKILL}, VERDICT_RESTART, false, 0},
    {"the migration is through", false, MIGRATE, {false, 0}, VERDICT_DONE, false, 0},
    {"the database dies at the start", false, DB, {false, 1}, VERDICT_RESTART, false, 0},
};

static void ends_lead_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ENDS); i++) {
        struct world w;
        if (ENDS[i].is_up) {
            world_up(&w);
        } else {
            world_init(&w);
            assert_runs(&w, "+0+1");
        }
        enum verdict v = fleet_ended(&w.f, ENDS[i].child, ENDS[i].how, w.now);
        if (v != ENDS[i].want)
            print_error("%s\n", ENDS[i].name);
        assert_int_equal(v, ENDS[i].want);
        assert_int_equal(w.f.is_stopping, ENDS[i].stops);
        assert_int_equal(w.f.exit_code, ENDS[i].exit_code);
        assert_int_equal(w.v[ENDS[i].child].pid, 0);
    }
}

static void restarts_wait_their_time(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    ends(&w, INTAKE_0, 1);
    assert_runs(&w, "");
    w.now += 100 * MS - 1;
    assert_runs(&w, "");
    w.now += 1;
    assert_runs(&w, "+3");
    ends(&w, INTAKE_0, 1); /* at once again: twice the pause */
    w.now += 100 * MS;
    assert_runs(&w, "");
    w.now += 100 * MS;
    assert_runs(&w, "+3");
    w.now += LIVED_WELL_US; /* lived well: the first pause again */
    ends(&w, INTAKE_0, 1);
    w.now += 100 * MS;
    assert_runs(&w, "+3");
    assert_int_equal(w.v[INTAKE_0].restarts, 3);
}

/* MOST restarts in the window are borne, one more is not; older ones count no longer. */
static void too_often_is_enough(void **state)
{
    enum { NEVER = 50 };
    static const struct {
        int64_t pause;
        int borne;
    } CASES[] = {{4 * S, MOST}, {WINDOW / MOST - 1, MOST}, {WINDOW / MOST, NEVER}, {11 * S, NEVER}};

    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct world w;
        int borne = 0;
        world_up(&w);
        while (borne < NEVER && ends(&w, INTAKE_0, 1) == VERDICT_RESTART) {
            w.now += CASES[i].pause;
            assert_runs(&w, "+3");
            borne++;
        }
        assert_int_equal(borne, CASES[i].borne);
        assert_int_equal(w.f.is_stopping, borne < NEVER);
        assert_int_equal(w.f.exit_code, borne < NEVER ? 1 : 0);
    }
}

static void stops_from_the_top(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    fleet_stop(&w.f, 0);
    assert_runs(&w, "t5");
    assert_runs(&w, "");
    assert_int_equal(ends(&w, GATEWAY, 0), VERDICT_ASKED);
    assert_runs(&w, "t3t4");
    ends(&w, INTAKE_1, 0);
    assert_runs(&w, "");
    w.now += GRACE; /* patience is over */
    assert_runs(&w, "k3");
    assert_int_equal(fleet_ended(&w.f, INTAKE_0, (struct ending){true, SIGKILL}, w.now), VERDICT_ASKED);
    assert_runs(&w, "t2");
    ends(&w, RELAY, 0);
    assert_runs(&w, "i0");
    w.now += GRACE;
    assert_runs(&w, ""); /* a server that writes its checkpoint is waited for longer */
    w.now += (PATIENCE_DATABASE - 1) * (int64_t)GRACE;
    assert_runs(&w, "q0");
    w.now += PATIENCE_DATABASE * (int64_t)GRACE;
    assert_runs(&w, "k0");
    ends(&w, DB, 0);
    assert_runs(&w, "E");
    assert_int_equal(w.f.exit_code, 0);
}

static void a_stop_keeps_its_reason(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    fleet_stop(&w.f, 1);
    fleet_stop(&w.f, 0);
    assert_int_equal(w.f.exit_code, 1);
    world_init(&w); /* nothing was started: nothing to wait for */
    fleet_stop(&w.f, 0);
    assert_runs(&w, "E");
}

static void rolls_one_by_one(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    fleet_roll(&w.f, w.now);
    assert_runs(&w, "t3");
    assert_int_equal(ends(&w, INTAKE_0, 0), VERDICT_ASKED);
    assert_runs(&w, "+3"); /* at once, and no failure */
    assert_int_equal(w.v[INTAKE_0].restarts, 0);
    assert_runs(&w, "");
    fleet_heard(&w.f, w.v[INTAKE_0].pid);
    assert_runs(&w, "t4");
    w.now += GRACE;
    assert_runs(&w, "k4");
    fleet_ended(&w.f, INTAKE_1, (struct ending){true, SIGKILL}, w.now);
    assert_runs(&w, "+4");
    w.now += SETTLED_US;
    assert_runs(&w, "t5");
    ends(&w, GATEWAY, 0);
    assert_runs(&w, "+5");
    fleet_heard(&w.f, w.v[GATEWAY].pid);
    assert_runs(&w, ""); /* relay, database and migration are left alone */
}

/* New settings that a process refuses cost one process, not all of them; the next roll tries it again. */
static void bad_settings_end_a_roll(void **state)
{
    struct world w;

    (void)state;
    world_up(&w);
    fleet_roll(&w.f, w.now);
    assert_runs(&w, "t3");
    ends(&w, INTAKE_0, 0);
    assert_runs(&w, "+3");
    assert_int_equal(ends(&w, INTAKE_0, 78), VERDICT_BROKEN);
    w.now += 60 * (int64_t)S;
    assert_runs(&w, "");
    assert_int_equal(w.v[INTAKE_1].life, LIFE_RUNNING);
    fleet_roll(&w.f, w.now);
    assert_runs(&w, "+3t4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff_doubles_up_to_a_limit), cmocka_unit_test(starts_in_order),
        cmocka_unit_test(silence_is_taken_for_health),   cmocka_unit_test(ends_lead_to),
        cmocka_unit_test(restarts_wait_their_time),      cmocka_unit_test(too_often_is_enough),
        cmocka_unit_test(stops_from_the_top),            cmocka_unit_test(a_stop_keeps_its_reason),
        cmocka_unit_test(rolls_one_by_one),              cmocka_unit_test(bad_settings_end_a_roll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
