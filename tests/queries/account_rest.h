#ifndef KM_TEST_ACCOUNT_REST_H
#define KM_TEST_ACCOUNT_REST_H

#include "account_people.h"

#include <dirent.h>
#include <stdio.h>

/* What was handed out is in no file of the database. */

static inline bool holds(struct span all, struct span some)
{
    return memmem(all.p, all.n, some.p, some.n) != NULL;
}

static inline void nothing_rests_in(const struct world *w, struct span all, const char *where)
{
    for (size_t i = 0; i < w->handed_n; i++)
        if (holds(all, w->handed[i]))
            fail_msg("secret %zu of %zu rests in %s", i, w->handed_n, where);
    if (holds(all, SPAN(PASSWORD)) || holds(all, SPAN(OTHER)))
        fail_msg("a password rests in %s", where);
}

/* The server's log of changes holds all that was ever written, also what was deleted since. */
static inline void nothing_secret_rests(void **state)
{
    struct world *w = *state;
    const char *folder = scope_print(w->s, "%s/data/pg_wal", getenv("PG_DIR"));
    DIR *dir = opendir(folder);
    size_t files = 0, found = 0;

    assert_non_null(dir);
    assert_true(w->handed_n > 30);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        enum { SEGMENT = 16 << 20 };
        FILE *f = strlen(e->d_name) == 24 ? fopen(scope_print(w->s, "%s/%s", folder, e->d_name), "re") : NULL;
        if (!f)
            continue;
        char *text = malloc(SEGMENT);
        assert_non_null(text);
        struct span all = span_of(text, fread(text, 1, SEGMENT, f));
        nothing_rests_in(w, all, e->d_name);
        found += holds(all, SPAN_LIT("$argon2id$"));
        files++;
        free(text);
        fclose(f);
    }
    closedir(dir);
    assert_true(files > 0 && found > 0); /* it is the right log, and it is read */
}

#endif
