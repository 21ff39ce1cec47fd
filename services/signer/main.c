/* kashimaru-signer: puts its name under the heads of the log. */
#include <stdio.h>

#include "signer.h"
#include "svc/process.h"

enum { EXIT_NOT_THERE = 69, EXIT_DEFECT = 70, EXIT_CONFIG = 78 };

static int run(struct process *p)
{
    AUTO(signer) g = NULL;
    enum status st = signer_open(p->s, &p->cfg, p->ring, p->instance, &g);

    if (st != OK) {
        fprintf(stderr, "kashimaru-signer: %s / %s\n", p->s->why.ja, p->s->why.en);
        return st == INVALID || st == DENIED ? EXIT_CONFIG : st == UNAVAILABLE || st == NOT_FOUND || st == CONFLICT ? EXIT_NOT_THERE
                                                                                                               : EXIT_DEFECT;
    }
    process_ready(p);
    signer_serve(g, p->stop_fd);
    return 0;
}

int main(int argc, char **argv)
{
    struct process p;
    int code = process_open(argc, argv, "signer", &p);

    if (code < 0)
        code = run(&p);
    process_close(&p);
    return code;
}
