/* The public log over HTTP, byte for byte: its files with their headers, and nothing else of the machine, however the path is put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "ledger/event.h"
#include "ledger/tile.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include "gateway_files.h"

enum { BUNDLE = TILE_WIDTH * (2 + LEAF_LEN), OK_ = 200, NO_METHOD = 405, BROKEN = 500, MISSING = 404 };

#define KEPT "Cache-Control: public, max-age=31536000, immutable\r\n"
#define BYTES "Content-Type: application/octet-stream\r\n"

static const struct lying LYING[] = {
    {"run/secret", " not for outside", 0},
    {"log-tree", "/", 0},
    {"log-tree/secret", " not for outside", 0},
    {"log-tree/2026", "/", 0},
    {"log-tree/2026/checkpoint", " test.example/log/2026\n3\nroot\n", 0},
    {"log-tree/2026/.new", " half a file", 0},
    {"log-tree/2026/secret", " not for outside", 0},
    {"log-tree/2026/tile", "/", 0},
    {"log-tree/2026/tile/0", "/", 0},
    {"log-tree/2026/tile/0/000", "n", TILE_WIDTH *TREE_HASH_LEN},
    {"log-tree/2026/tile/0/001.p", "/", 0},
    {"log-tree/2026/tile/0/001.p/3", "n", 3 * TREE_HASH_LEN},
    {"log-tree/2026/tile/0/001.p/03", "n", 3 * TREE_HASH_LEN},
    {"log-tree/2026/tile/0/001.p/300", "n", 3 * TREE_HASH_LEN},
    {"log-tree/2026/tile/0/x001", "/", 0},
    {"log-tree/2026/tile/0/x001/234", "n", TILE_WIDTH *TREE_HASH_LEN},
    {"log-tree/2026/tile/0/2", "n", TREE_HASH_LEN},
    {"log-tree/2026/tile/0/003", "@../../../../run/secret", 0},
    {"log-tree/2026/tile/0/004", "/", 0},
    {"log-tree/2026/tile/0/006", "|", 0},
    {"log-tree/2026/tile/0/005", "n", BUNDLE + 1},
    {"log-tree/2026/tile/1", "@0", 0},
    {"log-tree/2026/tile/entries", "/", 0},
    {"log-tree/2026/tile/entries/000", "n", BUNDLE},
    {"log-tree/2026-2", "/", 0},
    {"log-tree/2026-2/checkpoint", " test.example/log/2026-2\n0\nroot\n", 0},
    {"log-tree/2027", "@../run", 0},
    {"log-tree/2028", "@2026", 0},
    {"log-tree/other", "@2026", 0},
    {"log-tree/2026-0", "/", 0},
    {"log-tree/2026-0/checkpoint", " no log", 0},
    {"log-tree/2026-", "/", 0},
    {"log-tree/2026-/checkpoint", " no log", 0},
    {"log-tree/2026-2x", "/", 0},
    {"log-tree/2026-2x/checkpoint", " no log", 0},
    {"log-tree/2026-2222", "/", 0},
    {"log-tree/2026-2222/checkpoint", " no log", 0},
    {"log-tree/20266", "/", 0},
    {"log-tree/20266/checkpoint", " no log", 0},
    {"log-tree/2030", "/", 0},
    {"log-tree/2030/checkpoint", "@../secret", 0},
};

static const struct {
    const char *method, *path;
    int code;
    size_t n; /* of the body when it is OK */
    const char *says;
} ASKED[] = {
    {"GET", "/log/2026/checkpoint", OK_, 29, "\r\n\r\ntest.example/log/2026\n3\nroot\n"},
    {"GET", "/log/2026/checkpoint", OK_, 29, "Content-Type: text/plain; charset=utf-8\r\n"},
    {"GET", "/log/2026/checkpoint", OK_, 29, "Cache-Control: no-cache\r\n"},
    {"GET", "/log/2026-2/checkpoint", OK_, 31, "test.example/log/2026-2\n"},
    {"GET", "/log/2026/tile/0/000", OK_, TILE_WIDTH *TREE_HASH_LEN, KEPT},
    {"GET", "/log/2026/tile/0/000", OK_, TILE_WIDTH *TREE_HASH_LEN, BYTES},
    {"GET", "/log/2026/tile/0/000", OK_, TILE_WIDTH *TREE_HASH_LEN, "X-Content-Type-Options: nosniff\r\n"},
    {"GET", "/log/2026/tile/0/001.p/3", OK_, 3 * TREE_HASH_LEN, KEPT},
    {"GET", "/log/2026/tile/0/x001/234", OK_, TILE_WIDTH *TREE_HASH_LEN, KEPT},
    {"GET", "/log/2026/tile/entries/000", OK_, BUNDLE, KEPT},
    {"GET", "/log/2026/tile/entries/000", OK_, BUNDLE, BYTES},
    {"HEAD", "/log/2026/tile/entries/000", OK_, 0, "Content-Length: 10752\r\n"},
    {"HEAD", "/log/2026/checkpoint", OK_, 0, "Content-Length: 29\r\n"},
    {"POST", "/log/2026/checkpoint", NO_METHOD, 0, "Allow: GET, HEAD\r\n"},
    {"PUT", "/log/2026/tile/0/000", NO_METHOD, 0, "Allow: GET, HEAD\r\n"},
    /* not there, not any more, not yet */
    {"GET", "/log/2026/tile/0/000.p/255", MISSING, 0, "Cache-Control: no-store\r\n"},
    {"GET", "/log/2026/tile/0/001", MISSING, 0, "Cache-Control: no-store\r\n"},
    {"GET", "/log/2026/tile/entries/001", MISSING, 0, "problem+json"},
    {"GET", "/log/2025/checkpoint", MISSING, 0, "problem+json"},
    /* no name of a log */
    {"GET", "/log", MISSING, 0, ""},
    {"GET", "/log/", MISSING, 0, ""},
    {"GET", "/log//checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026", MISSING, 0, ""},
    {"GET", "/log/2026/", MISSING, 0, ""},
    {"GET", "/log/2026//checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026/checkpoint/", MISSING, 0, ""},
    {"GET", "/log/2026/checkpointx", MISSING, 0, ""},
    {"GET", "/logs/2026/checkpoint", MISSING, 0, ""},
    {"GET", "/log/other/checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026-0/checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026-/checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026-2x/checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026-2222/checkpoint", MISSING, 0, ""},
    {"GET", "/log/20266/checkpoint", MISSING, 0, ""},
    {"GET", "/log/202/checkpoint", MISSING, 0, ""},
    /* no name of a file */
    {"GET", "/log/secret", MISSING, 0, ""},
    {"GET", "/log/2026/secret", MISSING, 0, ""},
    {"GET", "/log/2026/.new", MISSING, 0, ""},
    {"GET", "/log/2026/tile", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/2", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/001.p", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/001.p/", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/001.p/03", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/001.p/300", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/001.p/3/3", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/000/000", MISSING, 0, ""},
    {"GET", "/log/2026/tile/00/000", MISSING, 0, ""},
    {"GET", "/log/2026/tile/8/000", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/x001/x234/x000/x000/x000/x000/x000/000", MISSING, 0, ""},
    /* out of the folder */
    {"GET", "/log/../run/secret", MISSING, 0, ""},
    {"GET", "/log/2026/../secret", MISSING, 0, ""},
    {"GET", "/log/2026/../2026/checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026/./checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026/tile/../checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/../../checkpoint", MISSING, 0, ""},
    {"GET", "/log/2026%2Fcheckpoint", MISSING, 0, ""},
    {"GET", "/log/2026/%63heckpoint", MISSING, 0, ""},
    {"GET", "/log/2026/%2e%2e/secret", MISSING, 0, ""},
    {"GET", "/log/2026/tile/0/000%00", MISSING, 0, ""},
    {"GET", "/log/..%2f..%2frun%2fsecret", MISSING, 0, ""},
    {"GET", "/log/%2e%2e/run/secret", MISSING, 0, ""},
    {"GET", "/log//etc/passwd", MISSING, 0, ""},
    /* links, and what is no file */
    {"GET", "/log/2026/tile/0/003", MISSING, 0, "no such file"},
    {"GET", "/log/2026/tile/1/000", MISSING, 0, "no such file"},
    {"GET", "/log/2027/checkpoint", MISSING, 0, "no such file"},
    {"GET", "/log/2028/checkpoint", MISSING, 0, "no such file"},
    {"GET", "/log/2030/checkpoint", MISSING, 0, "no such file"},
    {"GET", "/log/2026/tile/0/004", MISSING, 0, "no such file"},
    {"GET", "/log/2026/tile/0/006", MISSING, 0, "no such file"},
    {"GET", "/log/2026/tile/0/005", BROKEN, 0, "Cache-Control: no-store\r\n"},
};

static void test_log(void **state)
{
    struct world w;
    unsigned missing = 0;

    (void)state;
    world_open(&w);
    lay(&w, LYING, COUNT(LYING));
    for (size_t i = 0; i < COUNT(ASKED); i++) {
        char *reply = ask(w.port, ASKED[i].method, ASKED[i].path, "", NULL), *body = strstr(reply, "\r\n\r\n");
        if (code_of(reply) != ASKED[i].code || !strstr(reply, ASKED[i].says) || !body || strstr(reply, "not for outside"))
            fail_msg("%s %s: %.400s", ASKED[i].method, ASKED[i].path, reply);
        if (ASKED[i].code == OK_ && strlen(body + 4) != ASKED[i].n)
            fail_msg("%s %s: %zu bytes", ASKED[i].method, ASKED[i].path, strlen(body + 4));
        missing += ASKED[i].code == MISSING;
        free(reply);
    }
    lift_and_close(&w, LYING, COUNT(LYING), missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_log)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
