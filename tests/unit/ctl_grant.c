/* Who is chosen to ask: by option, by environment, by the kept session; and whose session a file may hold. */
#include "ctl/grant.h"
#include "wire/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static const struct {
    const char *as, *environment, *kept;
    enum ask ask;
    enum status want;
    const char *user, *agency, *token; /* user "" = the session's */
    int role;
} CHOICES[] = {
    {NULL, NULL, NULL, ASK_NOBODY, OK, "", "", "", 0},
    {"w@A056:worker", "v@A059:worker", "t1", ASK_NOBODY, OK, "", "", "", 0},
    {NULL, NULL, NULL, ASK_SOMEBODY, INVALID, NULL, NULL, NULL, 0},
    {NULL, NULL, "", ASK_SOMEBODY, INVALID, NULL, NULL, NULL, 0},
    {NULL, NULL, "t1\n", ASK_SOMEBODY, OK, "", "", "t1", 0},
    {NULL, "v@A059:worker", "t1\n", ASK_SOMEBODY, OK, "v", "A059", "", ROLE_WORKER},
    {NULL, "", "t1\n", ASK_SOMEBODY, OK, "", "", "t1", 0},
    {"w@A056:auditor", "v@A059:worker", "t1\n", ASK_SOMEBODY, OK, "w", "A056", "", ROLE_AUDITOR},
    {"w", NULL, "t1\n", ASK_SOMEBODY, INVALID, NULL, NULL, NULL, 0},
    {NULL, NULL, NULL, ASK_OPERATOR, OK, "ctl", "A001", "", ROLE_ADMINISTRATOR},
    {NULL, "v@A059:worker", "t1\n", ASK_OPERATOR, OK, "ctl", "A001", "", ROLE_ADMINISTRATOR},
    {"w:administrator", NULL, NULL, ASK_OPERATOR, OK, "w", "A001", "", ROLE_ADMINISTRATOR},
    {"w@A056:worker", NULL, NULL, ASK_OPERATOR, OK, "w", "A056", "", ROLE_WORKER},
};

static void keep(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void set(const char *name, const char *value)
{
    assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void test_choices(void **state)
{
    char dir[] = "/tmp/km-grant-XXXXXX", path[64];

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/session", dir);
    set("KASHIMARU_SESSION", path);
    for (size_t i = 0; i < COUNT(CHOICES); i++) {
        AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
        struct ctl c = {.s = s, .args.as = CHOICES[i].as};
        set("KASHIMARU_AS", CHOICES[i].environment);
        (void)unlink(path);
        if (CHOICES[i].kept)
            keep(path, CHOICES[i].kept, 0600);
        enum status st = grant_choose(&c, CHOICES[i].ask);
        if (st != CHOICES[i].want)
            fail_msg("choice %zu: %s", i, s->why.en);
        if (st != OK)
            continue;
        if (strcmp(c.asker.as.user, CHOICES[i].user) != 0 || strcmp(c.asker.as.agency.code, CHOICES[i].agency) != 0 ||
            !span_is(c.asker.token, CHOICES[i].token) || c.asker.as.role != CHOICES[i].role)
            fail_msg("choice %zu: %s@%s", i, c.asker.as.user, c.asker.as.agency.code);
    }
    set("KASHIMARU_AS", NULL);
    (void)unlink(path);
    assert_int_equal(rmdir(dir), 0);
}

/* A session in a file that others may read, or that leads elsewhere, is not used. */
static void test_files(void **state)
{
    char dir[] = "/tmp/km-grant-XXXXXX", path[64], other[64];
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct ctl c = {.s = s};
    struct stat at;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/deep/session", dir);
    snprintf(other, sizeof other, "%s/other", dir);
    set("KASHIMARU_SESSION", path);
    assert_int_equal(token_keep(&c, SPAN_LIT("t2")), OK);
    assert_int_equal(stat(path, &at), 0);
    assert_int_equal(at.st_mode & 07777, 0600);
    assert_int_equal(grant_choose(&c, ASK_SOMEBODY), OK);
    assert_true(span_is(c.asker.token, "t2"));
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(grant_choose(&c, ASK_SOMEBODY), DENIED);
    assert_int_equal(token_forget(&c), OK);
    assert_int_equal(token_forget(&c), OK);
    keep(other, "t3\n", 0600);
    assert_int_equal(symlink(other, path), 0);
    assert_int_equal(grant_choose(&c, ASK_SOMEBODY), INVALID);
    assert_int_equal(unlink(path) | unlink(other), 0);
    snprintf(path, sizeof path, "%s/deep", dir);
    assert_int_equal(rmdir(path) | rmdir(dir), 0);
}

static void test_places(void **state)
{
    static const struct {
        const char *session, *runtime, *home, *want;
    } PLACES[] = {
        {"/a/b", "/run/user/1", "/h/x", "/a/b"},
        {NULL, "/run/user/1", "/h/x", "/run/user/1/kashimaru-session"},
        {NULL, NULL, "/h/x", "/h/x/.local/state/kashimaru-session"},
        {"", "", "", NULL},
    };
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(PLACES); i++) {
        set("KASHIMARU_SESSION", PLACES[i].session);
        set("XDG_RUNTIME_DIR", PLACES[i].runtime);
        set("HOME", PLACES[i].home);
        const char *path = token_path(s);
        assert_int_equal(path == NULL, PLACES[i].want == NULL);
        if (path)
            assert_string_equal(path, PLACES[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_choices), cmocka_unit_test(test_files), cmocka_unit_test(test_places)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
