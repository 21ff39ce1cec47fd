/* kashimaru-gateway: set-up as every process of the system, then HTTP until told to stop. */
#include <stdio.h>

#include "gateway.h"
#include "svc/process.h"

enum { EXIT_NOT_THERE = 69, EXIT_DEFECT = 70, EXIT_CONFIG = 78 };

static int exit_code(enum status st)
{
    if (st == OK)
        return 0;
    if (st == INVALID || st == TOO_LARGE)
        return EXIT_CONFIG;
    return st == UNAVAILABLE || st == NOT_FOUND ? EXIT_NOT_THERE : EXIT_DEFECT;
}

static int run(struct process *p)
{
    AUTO(gateway) g = NULL;
    enum status st = gateway_open(p->s, &p->cfg, p->ring, p->instance, &g);

    if (st != OK) {
        fprintf(stderr, "kashimaru-gateway: %s / %s\n", p->s->why.ja, p->s->why.en);
        return exit_code(st);
    }
    process_ready(p);
    gateway_serve(g, p->stop_fd);
    return 0;
}

int main(int argc, char **argv)
{
    struct process p;
    int code = process_open(argc, argv, "gateway", &p);

    if (code < 0)
        code = run(&p);
    process_close(&p);
    return code;
}
