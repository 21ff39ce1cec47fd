/* The first and last steps of every long-lived process. Confinement comes before any input is read; a process that cannot be
 * confined, has no keys or a wrong setting does not start, and says so in one line. */
#include "svc/process.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/daemon.h"
#include "base/log.h"
#include "seal/secret.h"

enum { EXIT_GO_ON = -1, EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69, EXIT_CONFIG = 78, SETS_MAX = 32 };

struct options {
    const char *config, *sets[SETS_MAX + 1];
    size_t set_n;
    bool check, print, help;
};

static int parse(int argc, char **argv, struct process *p, struct options *o)
{
    static const struct option LONG[] = {{"config", 1, 0, 'c'}, {"instance", 1, 0, 'i'}, {"set", 1, 0, 's'}, {"check", 0, 0, 'k'},
                                         {"print", 0, 0, 'p'},  {"help", 0, 0, 'h'},     {0}};
    int c;

    while ((c = getopt_long(argc, argv, "c:i:s:h", LONG, NULL)) != -1) {
        if (c == 'c')
            o->config = optarg;
        else if (c == 'i')
            p->worker = (int)strtol(optarg, NULL, 10);
        else if (c == 's' && o->set_n < SETS_MAX)
            o->sets[o->set_n++] = optarg;
        else if (c == 'k')
            o->check = true;
        else if (c == 'p')
            o->print = true;
        else if (c == 'h')
            o->help = true;
        else
            return EXIT_USAGE;
    }
    return p->worker < 0 || p->worker > 999 || optind < argc ? EXIT_USAGE : EXIT_GO_ON;
}

static int say(const struct process *p, const char *name, int code)
{
    fprintf(stderr, "kashimaru-%s: %s / %s\n", name, p->s->why.ja, p->s->why.en);
    return code;
}

static int load(struct process *p, const char *name, const struct options *o)
{
    const char *config = o->config ? o->config : getenv("KASHIMARU_CONFIG");

    if (settings_load(p->s, config, o->sets, &p->cfg) != OK)
        return say(p, name, EXIT_CONFIG);
    if (o->print)
        fputs(settings_print(p->s, &p->cfg), stdout);
    return o->print || o->check ? 0 : EXIT_GO_ON;
}

int process_open_keyless(int argc, char **argv, const char *name, struct process *p)
{
    struct options o = {0};
    int code;

    *p = (struct process){.stop_fd = -1};
    p->s = scope_new(SCOPE_CAP, entropy_system());
    if (!p->s)
        return EXIT_UNAVAILABLE;
    p->s->now_us = clock_now_us();
    code = parse(argc, argv, p, &o);
    if (code != EXIT_GO_ON || o.help) {
        fprintf(o.help ? stdout : stderr,
                "使い方 / usage: kashimaru-%s [--config FILE] [--instance N] [--set key=value]… [--check] [--print]\n", name);
        return o.help ? 0 : EXIT_USAGE;
    }
    code = load(p, name, &o);
    if (code != EXIT_GO_ON)
        return code;
    snprintf(p->instance, sizeof p->instance, "%s.%d", name, p->worker);
    log_open(name, p->worker, (enum log_level)p->cfg.log_level);
    if (!daemon_confine() || seal_init() != OK) {
        LOG(LOG_ERROR, "confinement_failed", LOG_NUM("errno", errno));
        return EXIT_UNAVAILABLE;
    }
    p->stop_fd = daemon_stop_fd();
    if (p->stop_fd < 0) {
        LOG(LOG_ERROR, "no_stop_signals", LOG_NUM("errno", errno));
        return EXIT_UNAVAILABLE;
    }
    return EXIT_GO_ON;
}

int process_open(int argc, char **argv, const char *name, struct process *p)
{
    int code = process_open_keyless(argc, argv, name, p);

    if (code == EXIT_GO_ON && keyring_open(p->s, p->cfg.keys_dir, name, &p->ring) != OK)
        code = say(p, name, EXIT_UNAVAILABLE);
    return code;
}

void process_notify(const char *state)
{
    daemon_notify(state);
}

void process_ready(const struct process *p)
{
    LOG(LOG_NOTICE, "ready", LOG_WORD("instance", p->instance));
    process_notify("READY=1");
}

void process_close(struct process *p)
{
    if (p->stop_fd >= 0)
        close(p->stop_fd);
    if (p->ring)
        keyring_free(p->ring);
    if (p->s)
        scope_free(p->s);
}
