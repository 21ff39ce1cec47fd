#ifndef KM_TESTS_GATEWAY_FILES_H
#define KM_TESTS_GATEWAY_FILES_H

#include "gateway_world.h"

/* What lies in the state folder while a gateway gives files from there. Included after cmocka.h. */

/* '@' is a link to what follows, '/' a folder, '|' a pipe, 'n' so many bytes 'x', ' ' the text behind it. */
struct lying {
    const char *path, *what;
    size_t n;
};

static void lay_one(const struct world *w, const struct lying *l)
{
    const char *path = scope_print(w->s, "%s/%s", w->dir, l->path);

    if (l->what[0] == '/') {
        assert_int_equal(mkdir(path, 0700), 0);
    } else if (l->what[0] == '|') {
        assert_int_equal(mkfifo(path, 0600), 0);
    } else if (l->what[0] == '@') {
        assert_int_equal(symlink(l->what + 1, path), 0);
    } else {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        if (l->what[0] == ' ')
            assert_true(fputs(l->what + 1, f) >= 0);
        for (size_t i = 0; i < l->n; i++)
            assert_int_equal(fputc('x', f), 'x');
        assert_int_equal(fclose(f), 0);
    }
}

static void lay(const struct world *w, const struct lying *lying, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lay_one(w, &lying[i]);
}

/* The end: so many files were asked for in vain, and each was counted; then nothing lies there any longer. */
static void lift_and_close(struct world *w, const struct lying *lying, size_t n, unsigned missing)
{
    wait_for(w, scope_print(w->s, "kashimaru_http_requests_total{method=\"GET\",code=\"404\"} %u\n", missing));
    while (n-- > 0)
        assert_int_equal(remove(scope_print(w->s, "%s/%s", w->dir, lying[n].path)), 0);
    assert_int_equal(write(w->stop[1], "x", 1), 1);
    world_close(w);
}

#endif
