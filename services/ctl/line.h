#ifndef KM_CTL_LINE_H
#define KM_CTL_LINE_H

#include "svc/client.h"
#include "svc/settings.h"

/* The command line's way to the services: requests in flight over one connection to the relay, each asked again under the same
 * id when nothing comes back. */

enum { LINE_RETRY_MS = 3000, LINE_GIVE_UP_MS = 10000 };

struct line {
    struct bus *bus;
    const struct keyring *ring;
    struct scope *in; /* of the frame that just came */
    char instance[INSTANCE_TEXT_MAX];
    int64_t hello_us; /* monotonic: when last */
};

/* One request and what became of it. `s` carries the actor, holds the answer, and is the wish's own. */
struct wish {
    struct scope *s;
    struct asking ask;
    int64_t first_us, sent_us; /* monotonic */
    int tries, most_tries;
    bool is_done;
    enum status st;      /* of the transport: UNAVAILABLE nothing came in time, CORRUPT not to be believed */
    struct answered got; /* valid when st is OK */
    int64_t minor;       /* schema of the answering service */
};

/* line_open: connects as "<name of the keyring>.<pid>" and says hello; line_close: says good-bye.
 *   fails  as bus_open */
enum status line_open(struct scope *s, const struct settings *cfg, const struct keyring *ring, struct line *ret_line) MUST_CHECK;
void line_close(struct line *l);

/* line_send: sends a wish; its ask.id, service, type and payload are set. Failing only means that it is done with that status. */
void line_send(struct line *l, struct wish *w);

/* line_turn: waits up to wait_ms, takes answers in, repeats and gives up wishes; those of v that are NULL or done are stepped over. */
void line_turn(struct line *l, struct wish *const *v, size_t n, int wait_ms);

/* line_ask: sends one wish and waits until it is done.
 *   fails  as wish.st; a refusal is no failure */
enum status line_ask(struct line *l, struct wish *w) MUST_CHECK;

#endif
