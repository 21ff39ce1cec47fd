/* The command line: the same meaning whatever the order, and nothing that is not understood passes. */
#include "ctl/args.h"
#include "ctl/database.h"
#include "wire/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

enum { ARGV = 9 };

/* What a line means, as text: words, pairs, nested pairs, options. */
static const char *meaning(struct scope *s, const struct args *a)
{
    const char *t = "";

    for (size_t i = 0; i < a->word_n; i++)
        t = scope_print(s, "%s%s ", t, a->word[i]);
    for (size_t i = 0; i < a->pair_n; i++)
        t = scope_print(s, "%s{%s=%.*s} ", t, a->pair[i].name, (int)a->pair[i].value.n, (const char *)a->pair[i].value.p);
    for (size_t i = 0; i < a->nested_n; i++)
        t = scope_print(s, "%s{%s/%s=%.*s} ", t, a->nested_of, a->nested[i].name, (int)a->nested[i].value.n,
                        (const char *)a->nested[i].value.p);
    for (size_t i = 0; i < a->set_n; i++)
        t = scope_print(s, "%sset:%s ", t, a->set[i]);
    const char *const texts[][2] = {{"user", a->user},   {"agency", a->agency}, {"role", a->role}, {"token", a->token},
                                    {"code", a->code},   {"qr", a->qr},         {"password-file", a->password_file}};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i][1])
            t = scope_print(s, "%s%s:%s ", t, texts[i][0], texts[i][1]);
    return scope_print(s, "%s%s%s%s%s%s%s%s%s", t, a->config ? "config:" : "", a->config ? a->config : "", a->as ? "as:" : "",
                       a->as ? a->as : "", a->is_json ? "json" : "", a->is_help ? "help" : "", a->is_version ? "version" : "",
                       a->is_frozen ? "frozen" : "");
}

static const struct {
    const char *argv[ARGV];
    enum status want;
    const char *meaning;
} LINES[] = {
    {{NULL}, OK, ""},
    {{"case", "show", "x"}, OK, "case show x "},
    {{"case", "list", "limit=3"}, OK, "case list {limit=3} "},
    {{"limit=3", "case", "--json", "list"}, OK, "case list {limit=3} json"},
    {{"case", "--config", "f", "list"}, OK, "case list config:f"},
    {{"case", "--config=f", "list"}, OK, "case list config:f"},
    {{"case", "--config=", "list"}, OK, "case list config:"},
    {{"case", "--as", "a@A001:worker"}, OK, "case as:a@A001:worker"},
    {{"case", "open", "sealed.narrative=a=b", "area=north"}, OK, "case open {area=north} {sealed/narrative=a=b} "},
    {{"note=", "x"}, OK, "x {note=} "},
    {{"note=@@x"}, OK, "{note=@x} "},
    {{"--", "--json", "-x"}, OK, "--json -x "},
    {{"-"}, OK, "- "},
    {{"Key=v"}, OK, "Key=v "},
    {{"a.b.c=v"}, OK, "a.b.c=v "},
    {{"/tmp/a.b"}, OK, "/tmp/a.b "},
    {{"--set", "a=1", "--set=b=2"}, OK, "set:a=1 set:b=2 "},
    {{"--help", "--version", "--frozen"}, OK, "helpversionfrozen"},
    {{"-h"}, OK, "help"},
    {{"sign-in", "--user", "kanri", "--role=auditor", "--code", "1", "--password-file", "-"}, OK, "sign-in user:kanri role:auditor code:1 password-file:- "},
    {{"enrol", "--token=t", "--qr", "f.svg", "--agency=A001"}, OK, "enrol agency:A001 token:t qr:f.svg "},
    {{"sign-in", "--user"}, INVALID, NULL},
    {{"--nothing"}, INVALID, NULL},
    {{"-x"}, INVALID, NULL},
    {{"--json=yes"}, INVALID, NULL},
    {{"--json", "--csv"}, INVALID, NULL},
    {{"--config"}, INVALID, NULL},
    {{"--config", "a", "--config", "b"}, INVALID, NULL},
    {{"a=1", "a=2"}, INVALID, NULL},
    {{"s.a=1", "s.a=2"}, INVALID, NULL},
    {{"s.a=1", "t.b=2"}, INVALID, NULL},
    {{"a=@/nowhere/at/all"}, NOT_FOUND, NULL},
};

static void lines_mean_what_they_say(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(LINES); i++) {
        char *argv[ARGV];
        int n = 0;
        struct args a;
        for (; LINES[i].argv[n]; n++)
            argv[n] = (char *)(uintptr_t)LINES[i].argv[n];
        enum status st = args_parse(s, n, argv, &a);
        if (st != LINES[i].want)
            print_error("line %zu\n", i);
        assert_int_equal(st, LINES[i].want);
        if (st == OK)
            assert_string_equal(meaning(s, &a), LINES[i].meaning);
        else
            assert_true(s->why.ja[0] && s->why.en[0]);
    }
}

static void too_many_are_refused(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    enum { MANY = PAIRS_MAX + 2 };
    char *argv[MANY];
    struct args a;

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        argv[i] = (char *)(uintptr_t)scope_print(s, "f%zu=x", i);
    assert_int_equal(args_parse(s, PAIRS_MAX, argv, &a), OK);
    assert_int_equal(args_parse(s, PAIRS_MAX + 1, argv, &a), TOO_LARGE);
    for (size_t i = 0; i < MANY; i++)
        argv[i] = (char *)(uintptr_t)scope_print(s, "--set=k%zu=x", i);
    assert_int_equal(args_parse(s, SETS_MAX - 1, argv, &a), OK);
    assert_null(a.set[a.set_n]);
    assert_int_equal(args_parse(s, SETS_MAX, argv, &a), TOO_LARGE);
    for (size_t i = 0; i < MANY; i++)
        argv[i] = (char *)(uintptr_t)"word";
    assert_int_equal(args_parse(s, WORDS_MAX, argv, &a), OK);
    assert_int_equal(args_parse(s, WORDS_MAX + 1, argv, &a), INVALID);
}

/* @FILE is its contents; one newline at the end belongs to the file, not to the text. */
static void a_file_is_a_value(void **state)
{
    static const struct {
        const char *in, *want;
    } FILES[] = {{"", ""}, {"\n", ""}, {"一行\n", "一行"}, {"一行\n二行\n\n", "一行\n二行\n"}, {"end", "end"}};
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(FILES); i++) {
        char path[] = "/tmp/kashimaru-args-XXXXXX", value[64];
        struct args a;
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, FILES[i].in, strlen(FILES[i].in)), (ssize_t)strlen(FILES[i].in));
        close(fd);
        snprintf(value, sizeof value, "text=@%s", path);
        char *argv[] = {value};
        enum status st = args_parse(s, 1, argv, &a);
        unlink(path);
        assert_int_equal(st, OK);
        assert_true(span_is(a.pair[0].value, FILES[i].want));
    }
}

static const struct {
    const char *text;
    enum status want;
    const char *user, *agency;
    int role;
} ACTORS[] = {
    {"madoguchi@A056:worker", OK, "madoguchi", "A056", ROLE_WORKER},
    {"kanri:administrator", OK, "kanri", "", ROLE_ADMINISTRATOR},
    {"a@b@A001:auditor", OK, "a@b", "A001", ROLE_AUDITOR},
    {"", INVALID, NULL, NULL, 0},
    {"x", INVALID, NULL, NULL, 0},
    {"x@A056", INVALID, NULL, NULL, 0},
    {"@A056:worker", INVALID, NULL, NULL, 0},
    {":worker", INVALID, NULL, NULL, 0},
    {"x@056:worker", INVALID, NULL, NULL, 0},
    {"x@A056:king", INVALID, NULL, NULL, 0},
    {"x@A056:service", INVALID, NULL, NULL, 0}, /* nobody speaks as a service */
    {"x@A056:worker:", INVALID, NULL, NULL, 0},
    {"0123456789012345678901234567890123456789012345678901234567890123@A056:worker", INVALID, NULL, NULL, 0},
    {"012345678901234567890123456789012345678901234567890123456789012@A056:worker", OK,
     "012345678901234567890123456789012345678901234567890123456789012", "A056", ROLE_WORKER},
    {"\xff@A056:worker", INVALID, NULL, NULL, 0},
};

static void actors(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(ACTORS); i++) {
        struct actor a;
        enum status st = args_actor(s, ACTORS[i].text, &a);
        if (st != ACTORS[i].want)
            print_error("%s\n", ACTORS[i].text);
        assert_int_equal(st, ACTORS[i].want);
        if (st != OK)
            continue;
        assert_string_equal(a.user, ACTORS[i].user);
        assert_string_equal(a.agency.code, ACTORS[i].agency);
        assert_int_equal(a.role, ACTORS[i].role);
    }
}

static const struct {
    const char *dsn, *name; /* NULL: refused */
} NAMES[] = {
    {"host=/run port=5432 dbname=kashimaru", "kashimaru"},
    {"dbname=a", "a"},
    {"dbname = a user=b", "a"},
    {"dbname='a-b' user=c", "a-b"},
    {"dbname=a dbname=b_2", "b_2"},
    {"mydbname=a", NULL},
    {"host=x", NULL},
    {"dbname=", NULL},
    {"dbname=a\"b", NULL},
    {"dbname=a;drop", NULL},
    {"dbname='a b'", NULL},
};

static void database_names(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        const char *name = NULL;
        enum status st = database_name(s, NAMES[i].dsn, &name);
        if (st != (NAMES[i].name ? OK : INVALID))
            print_error("%s\n", NAMES[i].dsn);
        assert_int_equal(st, NAMES[i].name ? OK : INVALID);
        if (st == OK)
            assert_string_equal(name, NAMES[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_mean_what_they_say), cmocka_unit_test(too_many_are_refused), cmocka_unit_test(a_file_is_a_value),
        cmocka_unit_test(actors),                   cmocka_unit_test(database_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
