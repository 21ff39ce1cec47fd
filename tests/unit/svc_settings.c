/* Settings: defaults, then the file, then the environment, then the command line, each winning over the one before; whatever is
 * misspelt, doubled or out of bounds stops the start and says where it stands; what is printed reads back the same. */
#include "svc/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
    struct scope *scope;
    char path[32];
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    assert_non_null(p);
    p->scope = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(p->scope);
    snprintf(p->path, sizeof p->path, "/tmp/kmset.XXXXXX");
    int fd = mkstemp(p->path);
    assert_true(fd >= 0);
    close(fd);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;

    unlink(p->path);
    scope_free(p->scope);
    free(p);
    return 0;
}

static void put(const struct place *p, const char *text)
{
    FILE *f = fopen(p->path, "we");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* ---- files that stop the start -------------------------------------------------------- */
static const struct {
    const char *text, *because; /* what the reason says after the file's name */
} BAD[] = {
    {"workers.intake = 2\nworker.intake = 3\n", ":2: unknown setting: worker.intake"},
    {"# a comment\n\n  gateway.prot = 1\n", ":3: unknown setting: gateway.prot"},
    {"log.level = 1\nlog.level = 1\n", ":2: set twice: log.level"},
    {"state = /a\nlog.level = 1\nstate = /b\n", ":3: set twice: state"},
    {"log.level\n", ":1: not `key = value`"},
    {"log.level 2\n", ":1: not `key = value`"},
    {"log.level 2 = 3\n", ":1: not `key = value`"},
    {"= 2\n", ":1: unknown setting: "},
    {"\n = log.level\n", ":2: unknown setting: "},
    {"log.level = 5\n", ":1: log.level must be a whole number from 0 to 4"},
    {"log.level = -1\n", ":1: log.level must be a whole number from 0 to 4"},
    {"log.level = two\n", ":1: log.level must be a whole number from 0 to 4"},
    {"log.level = 2 # loud\n", ":1: log.level must be a whole number from 0 to 4"},
    {"log.level =\n", ":1: log.level must be a whole number from 0 to 4"},
    {"log.level = 1.5\n", ":1: log.level must be a whole number from 0 to 4"},
    {"log.level = 0x1\n", ":1: log.level must be a whole number from 0 to 4"},
    {"workers.keys = 0\n", ":1: workers.keys must be a whole number from 1 to 64"},
    {"workers.keys = 65\n", ":1: workers.keys must be a whole number from 1 to 64"},
    {"grace_ms = 99\n", ":1: grace_ms must be a whole number from 100 to 60000"},
    {"gateway.port = 65536\n", ":1: gateway.port must be a whole number from 0 to 65535"},
    {"gateway.port = 99999999999999999999\n", ":1: gateway.port must be a whole number from 0 to 65535"},
    {"Log.Level = 1\n", ":1: unknown setting: Log.Level"},
};

static void test_bad_files(void **state)
{
    struct place *p = *state;

    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct settings cfg, before;
        memset(&cfg, 0x5a, sizeof cfg);
        memcpy(&before, &cfg, sizeof cfg);
        put(p, BAD[i].text);
        enum status st = settings_load(p->scope, p->path, NULL, &cfg);
        if (st != INVALID || strcmp(p->scope->why.en, scope_print(p->scope, "%s%s", p->path, BAD[i].because)) != 0)
            fail_msg("%s: %s: %s", BAD[i].text, status_trait(st)->word, p->scope->why.en);
        assert_memory_equal(&cfg, &before, sizeof cfg);
    }
}

static void test_no_file(void **state)
{
    struct place *p = *state;
    struct settings cfg;

    assert_int_equal(settings_load(p->scope, "/nowhere/kashimaru.conf", NULL, &cfg), NOT_FOUND);
    assert_non_null(strstr(p->scope->why.en, "/nowhere/kashimaru.conf"));
}

/* ---- who wins --------------------------------------------------------------------------- */
static const struct {
    const char *name, *file, *environment, *override; /* of log.level */
    int64_t want;
} ORDER[] = {
    {"default", NULL, NULL, NULL, 1},
    {"file over default", "log.level = 2\n", NULL, NULL, 2},
    {"environment over file", "log.level = 2\n", "3", NULL, 3},
    {"override over environment", "log.level = 2\n", "3", "log.level=4", 4},
    {"override over file", "log.level = 2\n", NULL, "log.level=0", 0},
    {"environment over default", NULL, "3", NULL, 3},
    {"bounds themselves", "log.level = 4\n", NULL, NULL, 4},
    {"blanks do not matter", "  log.level=3 \t\r\n", NULL, NULL, 3},
    {"no newline at the end", "log.level = 3", NULL, NULL, 3},
    {"comments hide", "#log.level = 3\n  # log.level = 4\n", NULL, NULL, 1},
};

static void test_order(void **state)
{
    struct place *p = *state;

    for (size_t i = 0; i < COUNT(ORDER); i++) {
        const char *overrides[] = {ORDER[i].override, NULL};
        struct settings cfg;
        put(p, ORDER[i].file ? ORDER[i].file : "");
        if (ORDER[i].environment)
            setenv("KASHIMARU_LOG_LEVEL", ORDER[i].environment, 1);
        enum status st = settings_load(p->scope, ORDER[i].file ? p->path : NULL, overrides, &cfg);
        unsetenv("KASHIMARU_LOG_LEVEL");
        if (st != OK || cfg.log_level != ORDER[i].want)
            fail_msg("%s: %s, %d", ORDER[i].name, status_trait(st)->word, (int)cfg.log_level);
    }
}

static void test_bad_elsewhere(void **state)
{
    static const char *const UNKNOWN[] = {"log.levle=1", NULL}, *const NO_VALUE[] = {"log.level", NULL}, *const HIGH[] = {"log.level=9", NULL};
    struct place *p = *state;
    struct settings cfg;

    assert_int_equal(settings_load(p->scope, NULL, UNKNOWN, &cfg), INVALID);
    assert_string_equal(p->scope->why.en, "unknown setting: log.levle");
    assert_int_equal(settings_load(p->scope, NULL, NO_VALUE, &cfg), INVALID);
    assert_int_equal(settings_load(p->scope, NULL, HIGH, &cfg), INVALID);
    assert_non_null(strstr(p->scope->why.en, "--set"));
    setenv("KASHIMARU_WORKERS_INTAKE", "none", 1);
    assert_int_equal(settings_load(p->scope, NULL, NULL, &cfg), INVALID);
    unsetenv("KASHIMARU_WORKERS_INTAKE");
    assert_non_null(strstr(p->scope->why.en, "KASHIMARU_WORKERS_INTAKE"));
}

/* ---- the state folder --------------------------------------------------------------------- */
static void test_state_folder(void **state)
{
    static const char *const ELSEWHERE[] = {"state=/srv/km", NULL};
    static const char *const OWN[] = {"state=/srv/km", "keys.dir=/etc/keys", "db.dsn=host=db.example user=a@b", "sql.dir=@", NULL};
    static const char *const ODD[] = {"state=/srv/@/km", "bin.dir=/opt/@home", NULL};
    struct place *p = *state;
    struct settings cfg;

    assert_int_equal(settings_load(p->scope, NULL, ELSEWHERE, &cfg), OK);
    assert_string_equal(cfg.state, "/srv/km");
    assert_string_equal(cfg.keys_dir, "/srv/km/keys");
    assert_string_equal(cfg.relay_endpoint, "ipc:///srv/km/run/relay.sock");
    assert_string_equal(cfg.db_dsn, "host=/srv/km/run port=5432 dbname=kashimaru");
    assert_string_equal(cfg.gateway_listen, "127.0.0.1");
    assert_int_equal(settings_load(p->scope, NULL, OWN, &cfg), OK);
    assert_string_equal(cfg.keys_dir, "/etc/keys");
    assert_string_equal(cfg.db_dsn, "host=db.example user=a@b"); /* begins no path */
    assert_string_equal(cfg.sql_dir, "/srv/km");
    assert_int_equal(settings_load(p->scope, NULL, ODD, &cfg), OK); /* a folder of that name stands for itself */
    assert_string_equal(cfg.state, "/srv/@/km");
    assert_string_equal(cfg.keys_dir, "/srv/@/km/keys");
    assert_string_equal(cfg.bin_dir, "/opt/@home");
}

/* ---- printed and read again ------------------------------------------------------------------ */
#define TEXT_KEY(field, key, def, prose) assert_string_equal(a->field, b->field);
#define NUM_KEY(field, key, def, least, most, prose) assert_int_equal(a->field, b->field);
static void assert_same(const struct settings *a, const struct settings *b)
{
#include "svc/settings.def"
}
#undef TEXT_KEY
#undef NUM_KEY

static void test_reads_back(void **state)
{
    static const char *const SETS[] = {"state=/srv/@/km", "workers.referral=7", "postgres.bin=", "gateway.port=0", NULL};
    struct place *p = *state;
    struct settings cfg, again;

    assert_int_equal(settings_load(p->scope, NULL, SETS, &cfg), OK);
    put(p, settings_print(p->scope, &cfg));
    assert_int_equal(settings_load(p->scope, p->path, NULL, &again), OK);
    assert_same(&cfg, &again);
    assert_int_equal(again.workers_referral, 7);
    assert_string_equal(settings_print(p->scope, &again), settings_print(p->scope, &cfg));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bad_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_elsewhere, setup, teardown),
        cmocka_unit_test_setup_teardown(test_state_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reads_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
