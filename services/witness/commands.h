#ifndef KM_WITNESS_COMMANDS_H
#define KM_WITNESS_COMMANDS_H

#include "base/scope.h"

/* The command line, once it is taken apart. */
struct command {
    const char *state, *name, *listen;
    const char *word, *argument; /* what stands behind the options; NULL = nothing */
};

/* command_run: serves, or does the one thing and ends.
 *   ret    the exit code: 0; 64 usage; else of the status word, with the reason on stderr */
int command_run(struct scope *s, const struct command *c);

#endif
