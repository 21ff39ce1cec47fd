/* kashimaru-witness: cosigns heads of logs. Needs nothing of a Kashimaru installation; the state folder is all it has. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/daemon.h"
#include "base/log.h"
#include "commands.h"
#include "seal/secret.h"

enum { EXIT_USAGE = 64, EXIT_NOT_THERE = 69 };

static int usage(FILE *to, int code)
{
    fputs("使い方 / usage: kashimaru-witness --state DIR --listen ADDRESS:PORT\n"
          "       kashimaru-witness --state DIR init --name NAME | trust VKEY | untrust VKEY | show\n", to);
    return code;
}

/* ret: false, and the code to end with. */
static bool parse(int argc, char **argv, struct command *c, int *ret_code)
{
    static const struct option LONG[] = {{"state", 1, 0, 's'}, {"name", 1, 0, 'n'}, {"listen", 1, 0, 'l'}, {"help", 0, 0, 'h'}, {0}};
    int got;

    while ((got = getopt_long(argc, argv, "h", LONG, NULL)) != -1) {
        if (got == 's')
            c->state = optarg;
        else if (got == 'n')
            c->name = optarg;
        else if (got == 'l')
            c->listen = optarg;
        else {
            *ret_code = got == 'h' ? usage(stdout, 0) : usage(stderr, EXIT_USAGE);
            return false;
        }
    }
    c->word = optind < argc ? argv[optind] : NULL;
    c->argument = optind + 1 < argc ? argv[optind + 1] : NULL;
    *ret_code = optind + 2 < argc ? usage(stderr, EXIT_USAGE) : 0;
    return *ret_code == 0;
}

int main(int argc, char **argv)
{
    struct command c = {0};
    int code;

    if (!parse(argc, argv, &c, &code))
        return code;
    log_open("witness", 0, LOG_INFO);
    if (!daemon_confine() || seal_init() != OK) {
        LOG(LOG_ERROR, "confinement_failed", LOG_NUM("errno", errno));
        return EXIT_NOT_THERE;
    }
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    if (!s)
        return EXIT_NOT_THERE;
    s->now_us = clock_now_us();
    code = command_run(s, &c);
    return code == EXIT_USAGE ? usage(stderr, code) : code;
}
