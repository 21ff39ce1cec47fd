#ifndef KM_SVC_PROCESS_H
#define KM_SVC_PROCESS_H

#include "seal/keyring.h"
#include "svc/settings.h"

/* What every long-lived process does before it reads any input, and what it tells its supervisor. */

struct process {
    struct scope *s; /* lives as long as the process: settings borrow from it */
    struct settings cfg;
    struct keyring *ring;
    int stop_fd;       /* signalfd: readable on SIGTERM or SIGINT */
    char instance[24]; /* "intake.0" */
    int worker;        /* its number */
};

/* process_open: parses --config FILE, --instance N, --set key=value, --check, --print, --help; loads settings, opens the log, confines
 * the process (no new privileges, no core, not dumpable, file limits), blocks the stop signals, opens the keyring as `name`.
 * process_open_keyless: the same for a process that is nobody on the bus: it has no keys, and ring is NULL.
 *   ret    −1 go on; else the exit code: 0 for --help, --check and --print; 64 usage; 78 configuration; 69 keys missing */
int process_open(int argc, char **argv, const char *name, struct process *p);
int process_open_keyless(int argc, char **argv, const char *name, struct process *p);

/* process_ready: READY=1 to $NOTIFY_SOCKET, if there is one. process_notify: any other state ("STOPPING=1"). */
void process_ready(const struct process *p);
void process_notify(const char *state);
void process_close(struct process *p);

#endif
