/* Who is ready is known from the process itself: its word comes with the pid the kernel wrote beside it, so nobody can say it for
 * another. Upwards, to systemd, the supervisor speaks for all of them. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "svc/process.h"
#include "up.h"

enum { WORD_MAX_LEN = 512 };

enum status notify_listen(struct up *u)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *watchdog = getenv("WATCHDOG_USEC"), *whom = getenv("WATCHDOG_PID");
    int on = 1;

    snprintf(u->notify, sizeof u->notify, "@kashimaru-supervisor-%d", (int)getpid());
    memcpy(at.sun_path + 1, u->notify + 1, strlen(u->notify) - 1); /* a leading NUL: a name without a file */
    socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(u->notify));
    u->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (u->notify_fd < 0 || setsockopt(u->notify_fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
        bind(u->notify_fd, (const struct sockaddr *)&at, n) != 0)
        return fail(u->c->s, UNAVAILABLE, "通知ソケットを作れません（%s）", "no notify socket (%s)", strerrorname_np(errno));
    if (watchdog && (!whom || strtol(whom, NULL, 10) == getpid()))
        u->watchdog_us = strtoll(watchdog, NULL, 10) / 2;
    return OK;
}

/* The pid of the sender; 0 when the kernel gave none. */
static int sender_of(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS) {
            struct ucred who;
            memcpy(&who, CMSG_DATA(c), sizeof who);
            return who.pid;
        }
    return 0;
}

static bool has_line(const char *text, const char *line)
{
    size_t n = strlen(line);

    for (const char *at = text; at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (strncmp(at, line, n) == 0 && (at[n] == '\0' || at[n] == '\n'))
            return true;
    return false;
}

void notify_take(struct up *u)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
    char text[WORD_MAX_LEN + 1];

    for (;;) {
        struct iovec part = {.iov_base = text, .iov_len = WORD_MAX_LEN};
        struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        ssize_t n = recvmsg(u->notify_fd, &m, MSG_CMSG_CLOEXEC);
        if (n < 0)
            return;
        text[n] = '\0';
        if (has_line(text, "READY=1"))
            fleet_heard(&u->fleet, sender_of(&m));
    }
}

int64_t notify_watchdog(struct up *u, int64_t now_us)
{
    if (u->watchdog_us <= 0)
        return -1;
    if (now_us >= u->pet_us) {
        process_notify("WATCHDOG=1");
        u->pet_us = now_us + u->watchdog_us;
    }
    return u->pet_us - now_us;
}
