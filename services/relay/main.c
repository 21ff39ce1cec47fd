/* kashimaru-relay: moves frames between services that are introduced to one another. */
#include "relay.h"

#include <stdio.h>

#include "svc/process.h"

int main(int argc, char **argv)
{
    struct process p;
    int code = process_open(argc, argv, "relay", &p);

    if (code < 0) {
        AUTO(relay) relay = NULL;
        enum status st = relay_open(p.s, p.cfg.relay_endpoint, p.ring, &relay);
        if (st == OK) {
            process_ready(&p);
            st = relay_serve(p.s, relay, &p.stop_fd);
        }
        if (st != OK)
            fprintf(stderr, "kashimaru-relay: %s / %s\n", p.s->why.ja, p.s->why.en);
        code = st == OK ? 0 : st == UNAVAILABLE ? 69 : 70;
    }
    process_close(&p);
    return code;
}
