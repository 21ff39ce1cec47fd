#ifndef KM_CTL_UP_H
#define KM_CTL_UP_H

#include "ctl.h"
#include "supervise.h"

/* The supervisor's dealings with the world around its decisions. */

struct up {
    struct ctl *c;
    struct fleet fleet;
    struct scope *tick;      /* of one turn of the loop */
    const char *postgres;    /* path of the server program; NULL = an outside server */
    const char *self;        /* path of this program */
    char notify[40];         /* where children say that they are ready: "@…", a socket without a file */
    int signal_fd, notify_fd, lock_fd;
    int64_t watchdog_us, pet_us; /* 0 = systemd watches nobody */
    int64_t since_us;        /* wall clock */
};

/* children_new: who is to run, from the settings.
 *   fails  TOO_LARGE · NOT_FOUND there is no server program */
enum status children_new(struct up *u) MUST_CHECK;

/* child_start: forks and executes child i, in a process group of its own, that ends with the supervisor.
 *   ret    its pid; −1 when it could not be forked or its program is not there */
int child_start(struct up *u, size_t i);

/* notify_listen: the socket children report to. notify_take: reads what waits there. notify_watchdog: tells systemd that we live,
 * when it wants to know; ret at most how long until the next time, −1 = it does not. */
enum status notify_listen(struct up *u) MUST_CHECK;
void notify_take(struct up *u);
int64_t notify_watchdog(struct up *u, int64_t now_us);

/* state_lock: one supervisor for a state folder.  fails  CONFLICT another one runs
 * state_write: run/supervisor.json and run/kashimaru.pid. state_forget: both are gone. */
enum status state_lock(struct up *u) MUST_CHECK;
void state_write(struct up *u);
void state_forget(struct up *u);

#endif
