/* The console over HTTP: one page for all its addresses and the files it loads, with the headers that keep a browser strict;
 * compressed for whoever takes it, and nothing else of the machine, however the path is put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/scope.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include "gateway_world.h"

enum { OK_ = 200, NO_METHOD = 405, MISSING = 404 };

#define FOLDER "app/share/kashimaru/console/"
#define KEPT "Cache-Control: public, max-age=31536000, immutable\r\n"
#define FRESH "Cache-Control: no-cache\r\n"
#define GZIP "Accept-Encoding: gzip, br\r\n"
#define PACKED "Content-Encoding: gzip\r\n"
#define PAGE "\r\n\r\n<!doctype html><p>the console"

/* What lies in the state folder: NULL a folder, '@' a link to what follows. */
static const struct lying {
    const char *path, *what;
} LYING[] = {
    {"secret", "not for outside"},
    {"app", NULL},
    {"app/share", NULL},
    {"app/share/kashimaru", NULL},
    {"app/share/kashimaru/console", NULL},
    {"app/share/kashimaru/secret.js", "not for outside"},
    {FOLDER "index.html", "<!doctype html><p>the console"},
    {FOLDER "index.html.gz", "packed page"},
    {FOLDER "icon.svg", "<svg/>"},
    {FOLDER "notes.txt", "not for outside"},
    {FOLDER ".vite", NULL},
    {FOLDER ".vite/manifest.js", "not for outside"},
    {FOLDER "assets", NULL},
    {FOLDER "assets/index-Ab_9-x.js", "plain script"},
    {FOLDER "assets/index-Ab_9-x.js.gz", "packed script"},
    {FOLDER "assets/index-Ab_9-x.css", "plain style"},
    {FOLDER "assets/secret.js", "@../../secret.js"},
    {FOLDER "assets/.hidden.js", "not for outside"},
    {FOLDER "assets/deep", NULL},
    {FOLDER "assets/deep/x.js", "not for outside"},
    {FOLDER "others", "@assets"},
};

static const struct {
    const char *method, *path, *headers;
    int code;
    const char *says;
} ASKED[] = {
    /* the page, at every address below /c/ and at the root */
    {"GET", "/", "", OK_, PAGE},
    {"GET", "/c/", "", OK_, PAGE},
    {"GET", "/c/work", "", OK_, PAGE},
    {"GET", "/c/case/00000000-0000-4000-8000-000000000001/refer", "", OK_, PAGE},
    {"GET", "/c/../secret", "", OK_, PAGE},
    {"GET", "/c/work", "", OK_, "Content-Type: text/html; charset=utf-8\r\n"},
    {"GET", "/c/work", "", OK_, FRESH},
    {"GET", "/c/work", GZIP, OK_, "\r\n\r\npacked page"},
    {"GET", "/c/work", GZIP, OK_, PACKED},
    {"GET", "/c/work", GZIP, OK_, "Vary: Accept-Encoding\r\n"},
    {"GET", "/c/work", "", OK_, "Vary: Accept-Encoding\r\n"},
    {"HEAD", "/c/work", "", OK_, "Content-Length: 29\r\n"},
    {"POST", "/c/work", "", NO_METHOD, "Allow: GET, HEAD\r\n"},
    /* what may run and be shown in it */
    {"GET", "/", "", OK_, "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"},
    {"GET", "/c/work", "", OK_, "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"},
    {"GET", "/c/work", "", OK_, "X-Content-Type-Options: nosniff\r\n"},
    {"GET", "/c/work", "", OK_, "Referrer-Policy: no-referrer\r\n"},
    /* its files */
    {"GET", "/console/assets/index-Ab_9-x.js", "", OK_, "\r\n\r\nplain script"},
    {"GET", "/console/assets/index-Ab_9-x.js", "", OK_, "Content-Type: text/javascript; charset=utf-8\r\n"},
    {"GET", "/console/assets/index-Ab_9-x.js", "", OK_, KEPT},
    {"GET", "/console/assets/index-Ab_9-x.js", GZIP, OK_, "\r\n\r\npacked script"},
    {"GET", "/console/assets/index-Ab_9-x.js", GZIP, OK_, PACKED},
    {"GET", "/console/assets/index-Ab_9-x.js", GZIP, OK_, KEPT},
    {"GET", "/console/assets/index-Ab_9-x.js", "Accept-Encoding: gzip;q=0, br\r\n", OK_, "\r\n\r\nplain script"},
    {"GET", "/console/assets/index-Ab_9-x.js", "Accept-Encoding: GZIP;q=0.5\r\n", OK_, "\r\n\r\npacked script"},
    {"GET", "/console/assets/index-Ab_9-x.js", "Accept-Encoding: xgzip\r\n", OK_, "\r\n\r\nplain script"},
    {"GET", "/console/assets/index-Ab_9-x.css", "", OK_, "Content-Type: text/css; charset=utf-8\r\n"},
    {"GET", "/console/assets/index-Ab_9-x.css", GZIP, OK_, "\r\n\r\nplain style"},
    {"GET", "/console/icon.svg", "", OK_, "Content-Type: image/svg+xml\r\n"},
    {"GET", "/console/icon.svg", "", OK_, FRESH},
    {"PUT", "/console/icon.svg", "", NO_METHOD, "Allow: GET, HEAD\r\n"},
    /* nothing else */
    {"GET", "/console/", "", MISSING, "problem+json"},
    {"GET", "/console", "", MISSING, "problem+json"},
    {"GET", "/c", "", MISSING, "problem+json"},
    {"GET", "/console/assets", "", MISSING, ""},
    {"GET", "/console/assets/", "", MISSING, ""},
    {"GET", "/console/assets/gone.js", "", MISSING, "Cache-Control: no-store\r\n"},
    {"GET", "/console/index.html", "", MISSING, ""},
    {"GET", "/console/notes.txt", "", MISSING, ""},
    {"GET", "/console/.vite/manifest.js", "", MISSING, ""},
    {"GET", "/console/assets/.hidden.js", "", MISSING, ""},
    {"GET", "/console/assets/secret.js", "", MISSING, "no such file"},
    {"GET", "/console/others/index-Ab_9-x.js", "", MISSING, "no such file"},
    {"GET", "/console/assets/deep/x.js", "", MISSING, ""},
    {"GET", "/console/../secret.js", "", MISSING, ""},
    {"GET", "/console/assets/../../secret.js", "", MISSING, ""},
    {"GET", "/console/assets/..%2f..%2fsecret.js", "", MISSING, ""},
    {"GET", "/console/%2e%2e/secret.js", "", MISSING, ""},
    {"GET", "/console//secret.js", "", MISSING, ""},
    {"GET", "/console/assets//index-Ab_9-x.js", "", MISSING, ""},
    {"GET", "/console/assets/index-Ab_9-x.js/", "", MISSING, ""},
    {"GET", "/console/assets/index-Ab_9-x..js", "", MISSING, ""},
    {"GET", "/console/assets/index-Ab_9-x.js%00", "", MISSING, ""},
    {"GET", "/console/assets/index-Ab_9-x.js.gz", "", MISSING, ""},
};

static void lay(const struct world *w, const struct lying *l)
{
    const char *path = scope_print(w->s, "%s/%s", w->dir, l->path);

    if (!l->what) {
        assert_int_equal(mkdir(path, 0700), 0);
    } else if (l->what[0] == '@') {
        assert_int_equal(symlink(l->what + 1, path), 0);
    } else {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_true(fputs(l->what, f) >= 0);
        assert_int_equal(fclose(f), 0);
    }
}

static void test_console(void **state)
{
    struct world w;
    unsigned missing = 0;

    (void)state;
    world_open(&w);
    char *bare = ask(w.port, "GET", "/", "", NULL);
    if (code_of(bare) != OK_ || !strstr(bare, "The console was not built") ||
        !strstr(bare, "default-src 'none'; frame-ancestors 'none'\r\n"))
        fail_msg("without a console: %.600s", bare);
    free(bare);
    for (size_t i = 0; i < COUNT(LYING); i++)
        lay(&w, &LYING[i]);
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        char *reply = ask(w.port, ASKED[i].method, ASKED[i].path, ASKED[i].headers, NULL);
        bool is_packed = strstr(reply, PACKED) != NULL, is_plain = strstr(reply, "\r\n\r\npacked ") == NULL;
        if (code_of(reply) != ASKED[i].code || !strstr(reply, ASKED[i].says) || strstr(reply, "not for outside") ||
            is_packed == is_plain)
            fail_msg("%s %s %s: %.700s", ASKED[i].method, ASKED[i].path, ASKED[i].headers, reply);
        missing += ASKED[i].code == MISSING;
        free(reply);
    }
    wait_for(&w, scope_print(w.s, "kashimaru_http_requests_total{method=\"GET\",code=\"404\"} %u\n", missing));
    for (size_t i = COUNT(LYING); i-- > 0;)
        assert_int_equal(remove(scope_print(w.s, "%s/%s", w.dir, LYING[i].path)), 0);
    assert_int_equal(write(w.stop[1], "x", 1), 1);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_console)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
