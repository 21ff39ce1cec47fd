/* The command `kashimaru`: two words choose a command or a row of the table of requests; the exit code says how it went and is
 * part of the contract: it never changes its meaning. */
#include <stdio.h>

#include "base/clock.h"
#include "ctl.h"
#include "wire/words.h"

/* A command of one word yields to a request that begins with the same word. */
static const struct command *find_command(const struct args *a)
{
    const char *noun = a->word_n ? a->word[0] : "", *verb = a->word_n > 1 ? a->word[1] : "";
    const struct command *cmd;

    for (size_t i = 0; (cmd = command_at(i)); i++)
        if (strcmp(cmd->noun, noun) == 0 && (cmd->verb ? strcmp(cmd->verb, verb) == 0 : !api_find(noun, verb)))
            return cmd;
    return NULL;
}

static int settle_command(struct ctl *c, const struct command *cmd)
{
    if (c->args.is_help) {
        help_command(cmd);
        return EXIT_GOOD;
    }
    enum { EXIT_CONFIG = 78 };
    if (cmd->needs_settings && ctl_settings(c) != OK) {
        (void)ctl_say(c, INVALID);
        return EXIT_CONFIG;
    }
    return cmd->run(c);
}

static int settle_request(struct ctl *c)
{
    const struct args *a = &c->args;
    const struct api *row = a->word_n > 1 ? api_find(a->word[0], a->word[1]) : NULL;
    struct pair event = {.name = "event"};
    int value = -1;

    if (!row && a->word_n > 1 && strcmp(a->word[0], "referral") == 0)
        value = referral_verb(a->word[1]);
    if (value >= 0) {
        row = api_find("referral", "act");
        event.value = span_str(words_at(words_referral_event(), value));
    }
    if (!row) {
        (void)fail(c->s, INVALID, "知らないコマンドです: %s %s", "unknown command: %s %s", a->word_n ? a->word[0] : "",
                   a->word_n > 1 ? a->word[1] : "");
        return ctl_misuse(c);
    }
    enum { EXIT_CONFIG = 78 };
    if (!a->is_help && ctl_settings(c) != OK) {
        (void)ctl_say(c, INVALID);
        return EXIT_CONFIG;
    }
    return run_request(c, row, &event, value >= 0);
}

static int settle(struct ctl *c, int argc, char **argv)
{
    if (args_parse(c->s, argc - 1, argv + 1, &c->args) != OK)
        return ctl_misuse(c);
    if (c->args.is_version) {
        puts("kashimaru " KM_VERSION);
        return EXIT_GOOD;
    }
    const struct command *cmd = find_command(&c->args);
    if (cmd)
        return settle_command(c, cmd);
    if (c->args.word_n)
        return settle_request(c);
    (void)run_help(c);
    return c->args.is_help ? EXIT_GOOD : EXIT_USAGE_ERROR;
}

int main(int argc, char **argv)
{
    enum { EXIT_NO_MEMORY = 71, RUN_CAP = 64 << 20 };
    struct ctl c = {.s = scope_new(RUN_CAP, entropy_system())};

    if (!c.s)
        return EXIT_NO_MEMORY;
    c.s->now_us = clock_now_us();
    int code = argc > 0 ? settle(&c, argc, argv) : EXIT_USAGE_ERROR;
    if (c.ring)
        keyring_free(c.ring);
    scope_free(c.s);
    return code;
}
