/* One way to say how it went, on all command lines: in both languages, with an exit code that never changes its meaning. */
#include <stdio.h>

#include "ctl.h"

enum status out(struct scope *s, struct span text)
{
    if (fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0)
        return OK;
    return fail(s, UNAVAILABLE, "標準出力に書けません", "cannot write to standard output");
}

enum status say(struct scope *s, const char *text)
{
    return out(s, span_str(text));
}

int ctl_say(const struct ctl *c, enum status st)
{
    const struct status_trait *trait = status_trait(st);
    const struct why *why = &c->s->why;

    if (st == OK)
        return EXIT_GOOD;
    fprintf(stderr, "kashimaru: %s / %s\n", why->ja[0] ? why->ja : trait->title_ja, why->en[0] ? why->en : trait->title_en);
    if (why->state[0])
        fprintf(stderr, "  いまの状態 / state: %s  できること / accepts: %s\n", why->state, why->accepts[0] ? why->accepts : "－");
    return trait->exit_code;
}

int ctl_misuse(const struct ctl *c)
{
    (void)ctl_say(c, INVALID);
    fputs("使い方は kashimaru --help / see kashimaru --help\n", stderr);
    return EXIT_USAGE_ERROR;
}
