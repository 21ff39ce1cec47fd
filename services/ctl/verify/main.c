/* kashimaru-verify: the checks of `kashimaru verify` as a program of its own, for whoever has no installation: it links neither database nor
 * bus, and one proof is checked before such a program would have loaded them. */
#include <stdio.h>

#include "base/clock.h"
#include "ctl.h"
#include "verify.h"

enum { EXIT_NO_MEMORY = 71, RUN_CAP = 64 << 20 };

static const struct {
    const char *word;
    int (*run)(struct ctl *c);
} CHECKS[] = {{"proof", run_verify_proof}, {"log", run_verify_log}, {"heads", run_verify_heads}, {"case", run_verify_case}};

/* `proof FILE …` as the checks expect it: after the word `verify`. */
static bool shift(struct args *a)
{
    if (a->word_n == 0 || a->word_n == WORDS_MAX)
        return false;
    for (size_t i = a->word_n++; i > 0; i--)
        a->word[i] = a->word[i - 1];
    a->word[0] = "verify";
    return true;
}

static int help(FILE *to, int code)
{
    fputs("kashimaru-verify proof FILE | log DIR | heads OLD NEW DIR | case BUNDLE   --policy FILE | --key VKEY\n"
          "  [--agency-keys FILE] [--full]\n"
          "  0 正しい / good   1 正しくない / bad   2 判断できない / incomplete   64 使い方の誤り / usage\n", to);
    return code;
}

static int settle(struct ctl *c, int argc, char **argv)
{
    if (args_parse(c->s, argc - 1, argv + 1, &c->args) != OK)
        return ctl_misuse(c);
    if (c->args.is_version) {
        puts("kashimaru-verify " KM_VERSION);
        return EXIT_GOOD;
    }
    if (c->args.is_help)
        return help(stdout, EXIT_GOOD);
    for (size_t i = 0; c->args.word_n && i < COUNT(CHECKS); i++)
        if (strcmp(CHECKS[i].word, c->args.word[0]) == 0)
            return shift(&c->args) ? CHECKS[i].run(c) : help(stderr, EXIT_USAGE_ERROR);
    return help(stderr, EXIT_USAGE_ERROR);
}

int main(int argc, char **argv)
{
    struct ctl c = {.s = scope_new(RUN_CAP, entropy_system())};

    if (!c.s)
        return EXIT_NO_MEMORY;
    c.s->now_us = clock_now_us();
    int code = argc > 0 ? settle(&c, argc, argv) : EXIT_USAGE_ERROR;
    scope_free(c.s);
    return code;
}
