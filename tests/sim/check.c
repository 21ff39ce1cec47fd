/* Asks check.sql, and says what it finds with the seed that led to it. */
#include <stdio.h>
#include <string.h>

#include "driver.h"
#include "world.h"

static void say(struct world *w, const char *when, const char *problems)
{
    snprintf(w->found, sizeof w->found, "%s", problems);
    if (!w->is_quiet)
        fprintf(stderr, "sim: seed %llu, %s:\n%s\n", (unsigned long long)w->weather.seed, when, problems);
}

bool check_often(struct world *w)
{
    struct span found;

    scope_reset(w->s);
    if (conn_text(w->s, w->admin, "select sim.often()", NULL, 0, &found) != OK) {
        say(w, "the check itself failed", w->s->why.en);
        return false;
    }
    if (!found.n)
        return true;
    say(w, "between two transactions", (const char *)found.p);
    return false;
}

/* Lines that are violations; those that begin with ~ are counted instead. */
static size_t sift(char *lines, int64_t *ret_late)
{
    size_t n = 0;

    for (char *at = lines; *at;) {
        size_t len = strcspn(at, "\n");
        char *next = at + len + (at[len] == '\n');
        if (*at == '~') {
            ++*ret_late;
        } else {
            memmove(lines + n, at, len);
            n += len;
            lines[n++] = '\n';
        }
        at = next;
    }
    lines[n] = 0;
    return n;
}

bool check_rest(struct world *w, struct driver *d, int64_t *ret_late)
{
    struct span found, keys;
    const char *params[2];

    scope_reset(w->s);
    if (conn_text(w->s, w->keys_admin, "select sim.told()", NULL, 0, &keys) != OK) {
        say(w, "the check itself failed", w->s->why.en);
        return false;
    }
    params[0] = driver_json(d, w->s);
    params[1] = (const char *)keys.p;
    if (conn_text(w->s, w->admin, "select sim.rest($1::jsonb, $2::jsonb) || E'\\n'", params, 2, &found) != OK) {
        say(w, "the check itself failed", w->s->why.en);
        return false;
    }
    char *lines = scope_alloc(w->s, found.n + 2);
    if (!lines)
        return false;
    memcpy(lines, found.p, found.n);
    if (!sift(lines, ret_late) || strspn(lines, "\n") == strlen(lines))
        return true;
    say(w, "at rest", lines);
    return false;
}
