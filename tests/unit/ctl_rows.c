/* CSV as people's programs write it is read cell by cell, and a bad line costs itself only. */
#include "ctl/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

static const struct {
    const char *text, *want; /* cells in [], rows by their line; a refused one as its status */
} FILES[] = {
    {"", ""},
    {"\n\r\n\n", ""},
    {"a,b\n", "1[a][b]"},
    {"a,b", "1[a][b]"},
    {"a,b\r\nc,d\r\n", "1[a][b] 2[c][d]"},
    {"\xef\xbb\xbf"
     "a\nb",
     "1[a] 2[b]"},
    {"\xef\xbb\xbf\"a\",b\n", "1[a][b]"},
    {"\xef\xbc\xa1,b\n", "1[Ａ][b]"},
    {"a,\n,b\n,\n", "1[a][] 2[][b] 3[][]"},
    {"\"a,b\",\"c\"\"d\"\n", "1[a,b][c\"d]"},
    {"\"\"\n\"\",x\n", "2[][x]"},
    {"\"a\nb\",c\nd\n", "1[a\nb][c] 3[d]"},
    {"\"a\r\nb\"\nc\n", "1[a\r\nb] 3[c]"},
    {"a\n\nb\n", "1[a] 3[b]"},
    {" a , b \n", "1[ a ][ b ]"},
    {"氏名,電話\n", "1[氏名][電話]"},
    {"a\"b\nc\n", "1invalid 2[c]"},
    {"\"a\"b\nc\n", "1invalid 2[c]"},
    {"\"a\" ,b\nc\n", "1invalid 2[c]"},
    {"a\rb\nc\n", "1invalid 2[c]"},
    {"a\n\"b\nc\n", "1[a] 2invalid"},
    {"\xff\nb\n", "1invalid 2[b]"},
    {"a,\xe3\x81\nb\n", "1invalid 2[b]"},
};

static const char *read_all(struct scope *s, struct rows *in)
{
    const char *text = "";
    enum status st;

    while ((st = rows_next(in)) != NOT_FOUND) {
        text = scope_print(s, "%s%s%zu", text, *text ? " " : "", in->line);
        if (st != OK)
            text = scope_print(s, "%s%s", text, status_trait(st)->word);
        for (size_t i = 0; st == OK && i < in->cell_n; i++)
            text = scope_print(s, "%s[%.*s]", text, (int)in->cell[i].n, (const char *)in->cell[i].p);
    }
    return text;
}

static void files_are_read(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    struct rows *in = SCOPE_NEW(s, struct rows);

    (void)state;
    for (size_t i = 0; i < COUNT(FILES); i++) {
        FILE *f = tmpfile();
        assert_non_null(f);
        fputs(FILES[i].text, f);
        rewind(f);
        rows_open(in, f);
        assert_string_equal(read_all(s, in), FILES[i].want);
        fclose(f);
    }
}

static void bounds_are_kept(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    struct rows *in = SCOPE_NEW(s, struct rows);
    FILE *f = tmpfile();

    (void)state;
    assert_non_null(f);
    for (int i = 0; i <= ROW_MAX; i++)
        fputc('a', f);
    fputc('\n', f);
    for (int i = 0; i < ROW_MAX; i++)
        fputc('b', f);
    fputc('\n', f);
    for (int i = 0; i < CELLS_MAX - 1; i++)
        fputc(',', f);
    fputc('\n', f);
    for (int i = 0; i < CELLS_MAX; i++)
        fputc(',', f);
    fputs("\nlast\n\"", f);
    for (int i = 0; i < 3 * ROW_MAX; i++) /* a quote that never closes does not swallow memory */
        fputc('\n', f);
    rewind(f);
    rows_open(in, f);
    assert_int_equal(rows_next(in), TOO_LARGE);
    assert_int_equal(rows_next(in), OK);
    assert_int_equal(in->cell[0].n, ROW_MAX);
    assert_int_equal(rows_next(in), OK);
    assert_int_equal(in->cell_n, CELLS_MAX);
    assert_int_equal(rows_next(in), INVALID);
    assert_int_equal(rows_next(in), OK);
    assert_int_equal(in->line, 5);
    assert_int_equal(rows_next(in), TOO_LARGE);
    assert_int_equal(rows_next(in), NOT_FOUND);
    fclose(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_read),
        cmocka_unit_test(bounds_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
