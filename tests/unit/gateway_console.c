/* The console over HTTP: one page for all its addresses and the files it loads, with the headers that keep a browser strict;
 * compressed for whoever takes it, and nothing else of the machine, however the path is put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/scope.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include "gateway_files.h"

enum { OK_ = 200, NO_METHOD = 405, MISSING = 404 };

#define FOLDER "app/share/kashimaru/console/"
#define KEPT "Cache-Control: public, max-age=31536000, immutable\r\n"
#define FRESH "Cache-Control: no-cache\r\n"
#define GZIP "Accept-Encoding: gzip, br\r\n"
#define PACKED "Content-Encoding: gzip\r\n"
#define PAGE "\r\n\r\n<!doctype html><p>the console"

static const struct lying LYING[] = {
    {"secret", " not for outside", 0},
    {"app", "/", 0},
    {"app/share", "/", 0},
    {"app/share/kashimaru", "/", 0},
    {"app/share/kashimaru/console", "/", 0},
    {"app/share/kashimaru/secret.js", " not for outside", 0},
    {FOLDER "index.html", " <!doctype html><p>the console", 0},
    {FOLDER "index.html.gz", " packed page", 0},
    {FOLDER "icon.svg", " <svg/>", 0},
    {FOLDER "notes.txt", " not for outside", 0},
    {FOLDER ".vite", "/", 0},
    {FOLDER ".vite/manifest.js", " not for outside", 0},
    {FOLDER "assets", "/", 0},
    {FOLDER "assets/index-Ab_9-x.js", " plain script", 0},
    {FOLDER "assets/index-Ab_9-x.js.gz", " packed script", 0},
    {FOLDER "assets/index-Ab_9-x.css", " plain style", 0},
    {FOLDER "assets/secret.js", "@../../secret.js", 0},
    {FOLDER "assets/.hidden.js", " not for outside", 0},
    {FOLDER "assets/deep", "/", 0},
    {FOLDER "assets/deep/x.js", " not for outside", 0},
    {FOLDER "others", "@assets", 0},
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
    lay(&w, LYING, COUNT(LYING));
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        char *reply = ask(w.port, ASKED[i].method, ASKED[i].path, ASKED[i].headers, NULL);
        bool is_packed = strstr(reply, PACKED) != NULL, is_plain = strstr(reply, "\r\n\r\npacked ") == NULL;
        if (code_of(reply) != ASKED[i].code || !strstr(reply, ASKED[i].says) || strstr(reply, "not for outside") ||
            is_packed == is_plain)
            fail_msg("%s %s %s: %.700s", ASKED[i].method, ASKED[i].path, ASKED[i].headers, reply);
        missing += ASKED[i].code == MISSING;
        free(reply);
    }
    lift_and_close(&w, LYING, COUNT(LYING), missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_console)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
