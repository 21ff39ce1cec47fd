/* kashimaru-sequencer: makes every row of the history one leaf of the public log. */
#include "sequencer.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct sequencer q = {.rows_most = ROWS_MOST};
    int code = process_open(argc, argv, "sequencer", &q.p);

    if (code < 0) {
        enum status st = sequencer_open(&q);
        if (st == OK) {
            process_ready(&q.p);
            sequencer_run(&q);
        } else {
            fprintf(stderr, "kashimaru-sequencer: %s / %s\n", q.p.s->why.ja, q.p.s->why.en);
        }
        code = st == OK ? 0 : st == UNAVAILABLE ? 69 : st == UNSUPPORTED || st == INVALID || st == CORRUPT ? 78 : 70;
    }
    sequencer_close(&q);
    return code;
}
