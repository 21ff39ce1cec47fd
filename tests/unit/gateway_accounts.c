/* The accounts file: what a line may be, whom a token names, and that a broken edit never takes effect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gateway/accounts.h"
#include "seal/digest.h"
#include "wire/words.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEX2 "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
    const char *text;
    size_t n;         /* accounts */
    const char *line; /* of the file that is wrong; NULL = well-formed */
} FILES[] = {
    {"", 0, NULL},
    {"\n\n# nobody\n   \n", 0, NULL},
    {"taro A001 worker " HEX "\n", 1, NULL},
    {"taro A001 worker " HEX, 1, NULL},
    {"  taro\tA001  worker " HEX "  \r\n# c\nhanako.k-2 B123456 agency_host " HEX2 "\n", 2, NULL},
    {"taro A001 worker\n", 0, "f:1:"},
    {"# c\ntaro A001 worker " HEX " more\n", 0, "f:2:"},
    {"taro A1 worker " HEX "\n", 0, "f:1:"},
    {"taro a001 worker " HEX "\n", 0, "f:1:"},
    {"taro A001 boss " HEX "\n", 0, "f:1:"},
    {"taro A001 service " HEX "\n", 0, "f:1:"},
    {"-taro A001 worker " HEX "\n", 0, "f:1:"},
    {"ta/ro A001 worker " HEX "\n", 0, "f:1:"},
    {"taro A001 worker 0123\n", 0, "f:1:"},
    {"taro A001 worker X123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0, "f:1:"},
    {"taro A001 worker " HEX "\n\nhanako A002 worker " HEX "\n", 0, "f:3:"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A001 worker " HEX "\n", 0, "f:1:"},
};

static void test_files(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(FILES); i++) {
        AUTO(accounts) list = NULL;
        enum status st = accounts_parse(s, "f", span_str(FILES[i].text), &list);
        if (st != (FILES[i].line ? INVALID : OK))
            fail_msg("file %zu: %s", i, s->why.en);
        assert_int_equal(list != NULL, st == OK);
        if (list)
            assert_int_equal(accounts_count(list), FILES[i].n);
        else
            assert_true(strstr(s->why.en, FILES[i].line) && strstr(s->why.ja, FILES[i].line));
    }
}

static const char TARO[] = "token-of-kaku-taro-1", HANAKO[] = "token-of-kaku-hanako-2";

static const char *line_of(struct scope *s, const char *name, const char *agency, const char *role, const char *token)
{
    uint8_t digest[DIGEST32_LEN];
    char hex[DIGEST_HEX_MAX];
    struct span part = span_str(token);

    digest32(&part, 1, digest);
    return scope_print(s, "%s %s %s %s\n", name, agency, role, digest_hex(span_of(digest, sizeof digest), hex));
}

static void test_find(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(accounts) list = NULL;
    struct actor who = {.user = "nobody"};

    (void)state;
    const char *text = scope_print(s, "%s%s%s", line_of(s, "taro", "A001", "worker", TARO),
                                   line_of(s, "hanako", "A002", "auditor", HANAKO),
                                   line_of(s, "short", "A003", "worker", "short"));
    assert_int_equal(accounts_parse(s, "f", span_str(text), &list), OK);
    assert_false(accounts_find(list, SPAN_LIT("token-of-kaku-taro-2"), &who));
    assert_false(accounts_find(list, SPAN_LIT("short"), &who));
    assert_false(accounts_find(list, (struct span){0}, &who));
    assert_string_equal(who.user, "nobody");
    assert_true(accounts_find(list, span_str(TARO), &who));
    assert_string_equal(who.user, "taro");
    assert_string_equal(who.agency.code, "A001");
    assert_int_equal(who.role, ROLE_WORKER);
    assert_true(accounts_find(list, span_str(HANAKO), &who));
    assert_string_equal(who.user, "hanako");
    assert_int_equal(who.role, ROLE_AUDITOR);
}

static const struct {
    const char *header, *token;
} BEARERS[] = {
    {"Bearer abc", "abc"}, {"bearer abc", "abc"}, {"Bearer ", ""},   {"Bearer", ""},      {"", ""},
    {"Basic abc", ""},     {"Bearer a b", ""},    {"Bearer  a", ""}, {"Bearer a\x80", ""}, {"Bearera", ""},
};

static void test_bearer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(BEARERS); i++)
        if (!span_is(accounts_bearer(span_str(BEARERS[i].header)), BEARERS[i].token))
            fail_msg("%s", BEARERS[i].header);
}

static void file_put(const char *path, const char *text)
{
    char fresh[80];

    assert_true(snprintf(fresh, sizeof fresh, "%s.new", path) < (int)sizeof fresh);
    FILE *f = fopen(fresh, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(rename(fresh, path), 0);
}

static void test_book(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(account_book) book = NULL;
    char dir[] = "/tmp/km-accounts-XXXXXX", path[64];
    struct actor who;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/accounts.conf", dir);
    assert_int_equal(account_book_open(s, path, &book), OK); /* not there yet: nobody */
    assert_int_equal(accounts_count(account_book_list(book)), 0);
    file_put(path, line_of(s, "taro", "A001", "worker", TARO));
    account_book_refresh(s, book);
    assert_true(accounts_find(account_book_list(book), span_str(TARO), &who));
    file_put(path, "a broken edit\n");
    account_book_refresh(s, book);
    assert_true(accounts_find(account_book_list(book), span_str(TARO), &who));
    file_put(path, line_of(s, "hanako", "A002", "worker", HANAKO));
    account_book_refresh(s, book);
    assert_false(accounts_find(account_book_list(book), span_str(TARO), &who));
    assert_true(accounts_find(account_book_list(book), span_str(HANAKO), &who));
    assert_int_equal(unlink(path), 0);
    account_book_refresh(s, book);
    assert_true(accounts_find(account_book_list(book), span_str(HANAKO), &who));
    file_put(path, "a broken file\n");
    account_book_free(take(&book));
    assert_int_equal(account_book_open(s, path, &book), INVALID);
    assert_non_null(strstr(s->why.en, "accounts.conf:1:"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_bearer),
        cmocka_unit_test(test_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
