#ifndef KM_BASE_DAEMON_H
#define KM_BASE_DAEMON_H

#include <stdbool.h>

/* What a process that runs on its own does to itself, and what it tells who started it. */

/* daemon_confine: no privileges to gain, no core, not dumpable, no more files than the work needs; before any input is read.
 *   fails  false, errno says why: the process must not start */
bool daemon_confine(void);

/* daemon_stop_fd: from here on SIGTERM and SIGINT make this descriptor readable instead of ending the process; SIGPIPE does nothing.
 *   fails  -1 */
int daemon_stop_fd(void);

/* daemon_notify: a state ("READY=1", "STOPPING=1") to $NOTIFY_SOCKET, if there is one.
 *   source sd_notify(3) */
void daemon_notify(const char *state);

#endif
