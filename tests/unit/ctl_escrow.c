/* `kashimaru keys escrow` as its people use it: shares are made once and for their owner alone, a drill proves them without telling
 * anything, a case's keys come out into a closed file, and what is wrong is refused. */
#include "base/hex.h"
#include "ctl/ctl.h"
#include "seal/hpke.h"
#include "seal/keywrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

#include "lib/folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SAID_MAX = 16 << 10, WORDS = 10 };

struct place {
    struct scope *s;
    char dir[FOLDER_MAX];
    char said[SAID_MAX]; /* what the last command wrote to stdout and stderr */
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    assert_non_null(p);
    assert_int_equal(seal_init(), OK);
    p->s = scope_new(SCOPE_CAP, entropy_system());
    folder_new(p->dir);
    *state = p;
    return 0;
}

static const char *path(struct place *p, const char *name)
{
    return scope_print(p->s, "%s/%s", p->dir, name);
}

static int drop_place(void **state)
{
    struct place *p = *state;

    folder_remove(p->dir);
    scope_free(p->s);
    free(p);
    return 0;
}

/* A run of the command with these words; the exit code. */
static int run(struct place *p, const char *const *words)
{
    struct ctl c = {.s = p->s};
    char *argv[WORDS];
    int n = 0, fd[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
    struct span said;

    for (; words[n]; n++)
        argv[n] = (char *)(uintptr_t)words[n];
    assert_int_equal(args_parse(p->s, n, argv, &c.args), OK);
    FILE *to = fopen(path(p, "said"), "we");
    assert_non_null(to);
    fflush(stdout);
    dup2(fileno(to), STDOUT_FILENO);
    dup2(fileno(to), STDERR_FILENO);
    int code = run_escrow(&c);
    fflush(stdout);
    dup2(fd[0], STDOUT_FILENO);
    dup2(fd[1], STDERR_FILENO);
    close(fd[0]);
    close(fd[1]);
    fclose(to);
    assert_int_equal(file_read(p->s, path(p, "said"), SAID_MAX - 1, &said), OK);
    memcpy(p->said, said.p, said.n);
    p->said[said.n] = 0;
    p->s->why = (struct why){0};
    return code;
}

#define RUN(p, ...) run((p), (const char *const[]){"keys", "escrow", __VA_ARGS__, NULL})

/* What `keys escrow-fetch` would have printed: one case's key of two epochs, wrapped for `to`. */
static void write_wraps(struct place *p, const uint8_t to[HPKE_KEY_LEN], const struct secret *key, enum keywrap_kind kind)
{
    static const char CASE[] = "11111111-2222-4333-8444-555555555555";
    struct keywrap says = {.kind = kind, .agency = kind == KEYWRAP_ESCROW ? 0 : 56};
    struct span wrap[2], text[2];

    assert_int_equal(uuid_parse(span_str(CASE), &says.case_id), OK);
    for (int i = 0; i < 2; i++) {
        says.epoch = (uint32_t)i + 1;
        assert_int_equal(keywrap_seal(p->s, &says, to, key, &wrap[i]), OK);
        assert_int_equal(hex_print(p->s, wrap[i], &text[i]), OK);
    }
    FILE *f = fopen(path(p, "wraps"), "we");
    assert_non_null(f);
    fprintf(f, "{\"case_id\":\"%s\",\"sealed\":{\"wraps\":[{\"wrap\":\"%.*s\"},{\"wrap\":\"%.*s\"}]}}\n", CASE, (int)text[0].n,
            (const char *)text[0].p, (int)text[1].n, (const char *)text[1].p);
    assert_int_equal(fclose(f), 0);
}

static bool is_closed(const char *file)
{
    struct stat at;

    return stat(file, &at) == 0 && (at.st_mode & 077) == 0;
}

static void test_story(void **state)
{
    struct place *p = *state;
    uint8_t public_key[HPKE_KEY_LEN], other[HPKE_KEY_LEN];
    AUTO(secret) key = secret_random(32);
    AUTO(secret) stranger = NULL;
    struct span hex, opened;

    assert_int_equal(RUN(p, "make", "--out", path(p, "s"), "--shares", "5", "--need", "3"), EXIT_GOOD);
    assert_true(is_closed(path(p, "s")) && is_closed(path(p, "s/share-1.share")) && is_closed(path(p, "s/share-5.share")));
    const char *said = strstr(p->said, "public key  ") + 12;
    assert_true(hex_to(span_of(said, 64), public_key, sizeof public_key));
    const char *public_hex = scope_print(p->s, "%.64s", said);
    assert_int_not_equal(RUN(p, "make", "--out", path(p, "s")), EXIT_GOOD); /* nothing is written over */
    assert_int_equal(remove(path(p, "s/share-2.share")) | remove(path(p, "s/share-4.share")), 0);
    assert_int_equal(RUN(p, "drill", path(p, "s"), "--public", public_hex), EXIT_GOOD);
    assert_int_equal(hpke_keypair(p->s, &stranger, other), OK);
    assert_int_equal(hex_print(p->s, span_of(other, sizeof other), &hex), OK);
    assert_int_not_equal(RUN(p, "drill", path(p, "s"), "--public", (const char *)hex.p), EXIT_GOOD);
    assert_non_null(strstr(p->said, "not of the registered public key"));

    write_wraps(p, public_key, key, KEYWRAP_ESCROW);
    assert_int_equal(hex_print(p->s, secret_span(key), &hex), OK);
    assert_int_equal(RUN(p, "drill", path(p, "s"), "--wraps", path(p, "wraps")), EXIT_GOOD);
    assert_non_null(strstr(p->said, "2 escrowed keys open"));
    assert_null(strstr(p->said, (const char *)hex.p));
    assert_int_equal(RUN(p, "open", path(p, "s"), "--wraps", path(p, "wraps"), "--out", path(p, "keys")), EXIT_GOOD);
    assert_null(strstr(p->said, (const char *)hex.p));
    assert_true(is_closed(path(p, "keys")));
    assert_int_equal(file_read(p->s, path(p, "keys"), 4096, &opened), OK);
    const char *want = scope_print(p->s, "case 11111111-2222-4333-8444-555555555555\nepoch 1 %s\nepoch 2 %s\n", (const char *)hex.p,
                                   (const char *)hex.p);
    assert_true(span_is(opened, want));
    assert_int_not_equal(RUN(p, "open", path(p, "s"), "--wraps", path(p, "wraps"), "--out", path(p, "keys")), EXIT_GOOD);

    write_wraps(p, other, key, KEYWRAP_ESCROW); /* for somebody else */
    assert_int_not_equal(RUN(p, "drill", path(p, "s"), "--wraps", path(p, "wraps")), EXIT_GOOD);
    write_wraps(p, public_key, key, KEYWRAP_HOSTED); /* not an escrow wrap */
    assert_int_not_equal(RUN(p, "drill", path(p, "s"), "--wraps", path(p, "wraps")), EXIT_GOOD);
    assert_int_equal(remove(path(p, "s/share-1.share")), 0);
    assert_int_not_equal(RUN(p, "drill", path(p, "s")), EXIT_GOOD);
    assert_non_null(strstr(p->said, "3 shares are needed, there are 2"));
}

static void test_misuse(void **state)
{
    struct place *p = *state;

    assert_int_equal(RUN(p, "burn"), EXIT_USAGE_ERROR);
    assert_int_not_equal(RUN(p, "make"), EXIT_GOOD);
    assert_int_not_equal(RUN(p, "make", "--out", path(p, "s"), "--shares", "x"), EXIT_GOOD);
    assert_int_not_equal(RUN(p, "make", "--out", path(p, "s"), "--shares", "17"), EXIT_GOOD);
    assert_int_not_equal(RUN(p, "make", "--out", path(p, "s"), "--need", "1"), EXIT_GOOD);
    assert_int_equal(RUN(p, "make", path(p, "s"), "--out", path(p, "s")), EXIT_USAGE_ERROR);
    assert_non_null(strstr(p->said, "words too many"));
    assert_int_equal(RUN(p, "make", "shares=5", "--out", path(p, "s")), EXIT_USAGE_ERROR);
    assert_int_equal(RUN(p, "drill", p->dir, "--public=00", "shares=5"), EXIT_USAGE_ERROR);
    assert_int_equal(RUN(p, "open", p->dir, p->dir, "--out", path(p, "keys")), EXIT_USAGE_ERROR);
    assert_int_not_equal(RUN(p, "drill"), EXIT_GOOD);
    assert_int_not_equal(RUN(p, "drill", path(p, "nowhere")), EXIT_GOOD);
    assert_int_not_equal(RUN(p, "open", p->dir), EXIT_GOOD);
    assert_int_not_equal(access(path(p, "s"), F_OK), 0);
}

static size_t files_in(const char *folder)
{
    DIR *d = opendir(folder);
    size_t n = 0;

    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

/* A share of an earlier set, whatever its number, would be handed out as one of the new. */
static void test_leftovers(void **state)
{
    struct place *p = *state;
    struct span before, after;

    assert_int_equal(RUN(p, "make", "--out", path(p, "s"), "--shares", "5", "--need", "3"), EXIT_GOOD);
    for (int i = 1; i <= 4; i++)
        assert_int_equal(remove(path(p, scope_print(p->s, "s/share-%d.share", i))), 0);
    assert_int_equal(file_read(p->s, path(p, "s/share-5.share"), 4096, &before), OK);
    assert_int_equal(RUN(p, "make", "--out", path(p, "s"), "--shares", "3", "--need", "2"), status_trait(CONFLICT)->exit_code);
    assert_non_null(strstr(p->said, "share-5.share is there already"));
    assert_int_equal(files_in(path(p, "s")), 1);
    assert_int_equal(file_read(p->s, path(p, "s/share-5.share"), 4096, &after), OK);
    assert_true(span_eq(before, after));
    assert_int_equal(remove(path(p, "s/share-5.share")), 0);
    assert_int_equal(RUN(p, "make", "--out", path(p, "s"), "--shares", "3", "--need", "2"), EXIT_GOOD);
    assert_int_equal(files_in(path(p, "s")), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_story, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_misuse, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_leftovers, make_place, drop_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
