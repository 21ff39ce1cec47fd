/* kashimaru-feeder: has the log's heads cosigned by witnesses, and publishes them with what they signed. */
#include <stdio.h>

#include "feeder.h"

enum { EXIT_NOT_THERE = 69, EXIT_DEFECT = 70, EXIT_CONFIG = 78 };

int main(int argc, char **argv)
{
    struct feeder f = {.lock_fd = -1};
    int code = process_open_keyless(argc, argv, "feeder", &f.p);

    if (code < 0) {
        enum status st = feeder_open(&f);
        code = st == OK ? 0 : st == INVALID || st == NOT_FOUND ? EXIT_CONFIG : st == UNAVAILABLE || st == CONFLICT ? EXIT_NOT_THERE : EXIT_DEFECT;
        if (st == OK) {
            process_ready(&f.p);
            feeder_run(&f);
        } else {
            fprintf(stderr, "kashimaru-feeder: %s / %s\n", f.p.s->why.ja, f.p.s->why.en);
        }
    }
    feeder_close(&f);
    return code;
}
