/* The supervisor's loop: signals, children and time become events, decisions become processes and signals. It holds no keys and no
 * connection, reads nothing from outside but its settings, and so has little to fail of. */
#include "up.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "svc/process.h"

enum { EXIT_CONFIG = 78, EXIT_NOTHING = 69, TURN_MOST_US = 60 * US_PER_S, TICK_CAP = 4 << 20, CODE_NO_START = 71 };

static void log_end(const struct child *c, struct ending how, enum verdict v)
{
    static const char *const WORD[] = {[VERDICT_ASKED] = "child_stopped",  [VERDICT_RESTART] = "child_ended",
                                       [VERDICT_DONE] = "migrated",        [VERDICT_BROKEN] = "child_refuses_settings",
                                       [VERDICT_GIVE_UP] = "gives_up"};
    enum log_level level = v == VERDICT_ASKED || v == VERDICT_DONE ? LOG_NOTICE : v == VERDICT_RESTART ? LOG_WARN : LOG_ERROR;

    LOG(level, WORD[v], LOG_WORD("program", c->program), LOG_NUM("instance", c->instance), LOG_NUM(how.by_signal ? "signal" : "code", how.code),
        LOG_NUM("restarts", c->restarts));
}

static void ended(struct up *u, size_t i, struct ending how)
{
    enum verdict v = fleet_ended(&u->fleet, i, how, clock_mono_us());

    log_end(&u->fleet.v[i], how, v);
}

static bool reap(struct up *u)
{
    bool is_any = false;
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        size_t i = fleet_find(&u->fleet, pid);
        if (i == u->fleet.n)
            continue;
        ended(u, i, WIFSIGNALED(status) ? (struct ending){.by_signal = true, .code = WTERMSIG(status)}
                                        : (struct ending){.code = WEXITSTATUS(status)});
        is_any = true;
    }
    return is_any;
}

static void start_child(struct up *u, size_t i)
{
    const struct child *c = &u->fleet.v[i];
    int pid = child_start(u, i);

    fleet_started(&u->fleet, i, pid, clock_mono_us());
    if (pid > 0)
        LOG(LOG_INFO, "child_started", LOG_WORD("program", c->program), LOG_NUM("instance", c->instance), LOG_NUM("pid", pid));
    else
        ended(u, i, (struct ending){.code = CODE_NO_START});
}

static void send_signal(const struct child *c, int number)
{
    LOG(number == SIGKILL ? LOG_WARN : LOG_INFO, "signal_sent", LOG_WORD("program", c->program), LOG_NUM("instance", c->instance),
        LOG_NUM("signal", number));
    if (kill(number == SIGKILL ? -c->pid : c->pid, number) != 0 && errno != ESRCH)
        LOG(LOG_ERROR, "signal_failed", LOG_NUM("errno", errno));
}

/* Does what is due; false when all is over. */
static bool act(struct up *u, int64_t *ret_wait_us, bool *ret_changed)
{
    for (;;) {
        struct action a = fleet_next(&u->fleet, clock_mono_us());
        switch (a.what) {
        case ACT_WAIT:
            *ret_wait_us = a.wait_us;
            return true;
        case ACT_END:
            return false;
        case ACT_START:
            start_child(u, a.child);
            break;
        case ACT_SIGNAL:
            send_signal(&u->fleet.v[a.child], a.signal);
            break;
        case ACT_READY:
            LOG(LOG_NOTICE, "all_ready", LOG_NUM("processes", u->fleet.n));
            process_notify("READY=1");
            break;
        }
        *ret_changed = true;
    }
}

static void stop(struct up *u)
{
    if (!u->fleet.is_stopping) {
        LOG(LOG_NOTICE, "stopping");
        process_notify("STOPPING=1");
    }
    fleet_stop(&u->fleet, 0);
}

/* New settings are read by the processes that are replaced; those this process could not read itself are not tried on them. */
static void roll(struct up *u)
{
    struct settings probe;
    const char *const none[] = {NULL};

    if (settings_load(u->tick, u->c->config, none, &probe) != OK) {
        LOG(LOG_ERROR, "settings_refused", LOG_WORD("why", u->tick->why.en));
        return;
    }
    LOG(LOG_NOTICE, "rolling");
    fleet_roll(&u->fleet, clock_mono_us());
}

static bool take_signals(struct up *u)
{
    struct signalfd_siginfo info;
    bool is_any = false;

    while (read(u->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        is_any = true;
        if (info.ssi_signo == SIGHUP)
            roll(u);
        else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            stop(u);
    }
    return reap(u) || is_any;
}

static void wait_for(struct up *u, int64_t wait_us)
{
    struct pollfd fds[] = {{.fd = u->signal_fd, .events = POLLIN}, {.fd = u->notify_fd, .events = POLLIN}};
    int64_t watchdog_us = notify_watchdog(u, clock_mono_us());

    if (wait_us < 0 || wait_us > TURN_MOST_US)
        wait_us = TURN_MOST_US;
    if (watchdog_us >= 0 && watchdog_us < wait_us)
        wait_us = watchdog_us;
    (void)poll(fds, COUNT(fds), (int)((wait_us + US_PER_MS - 1) / US_PER_MS));
}

static void loop(struct up *u)
{
    bool is_changed = true;
    int64_t wait_us = 0;

    while (act(u, &wait_us, &is_changed)) {
        if (is_changed)
            state_write(u);
        wait_for(u, wait_us);
        scope_reset(u->tick);
        size_t before = 0, after = 0;
        for (size_t i = 0; i < u->fleet.n; i++)
            before += u->fleet.v[i].is_ready;
        notify_take(u);
        for (size_t i = 0; i < u->fleet.n; i++)
            after += u->fleet.v[i].is_ready;
        is_changed = take_signals(u) || before != after;
    }
    state_forget(u);
}

static enum status open_signals(struct up *u)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
        u->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return u->signal_fd >= 0 ? OK : fail(u->c->s, UNAVAILABLE, "シグナルを受け取れません", "signals cannot be taken");
}

static enum status open_all(struct up *u)
{
    struct scope *s = u->c->s;
    struct rlimit none = {0, 0}, lock;
    char self[4096];

    u->tick = scope_new(TICK_CAP, s->entropy);
    if (!u->tick)
        return fail(s, UNAVAILABLE, "メモリが足りません", "out of memory");
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    u->self = scope_print(s, "%.*s", n > 0 ? (int)n : 0, self);
    /* no core file, of PostgreSQL neither: its memory has seen tickets */
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return fail(s, UNAVAILABLE, "プロセスを保護できません", "the process cannot be protected");
    /* keys live in locked memory: children may have as much of it as this account is allowed */
    if (getrlimit(RLIMIT_MEMLOCK, &lock) == 0 && lock.rlim_cur < lock.rlim_max) {
        lock.rlim_cur = lock.rlim_max;
        (void)setrlimit(RLIMIT_MEMLOCK, &lock);
    }
    TRY(state_lock(u));
    TRY(children_new(u));
    TRY(notify_listen(u));
    return open_signals(u);
}

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

int run_up(struct ctl *c)
{
    const struct settings *cfg = &c->cfg;
    struct up u = {.c = c, .signal_fd = -1, .notify_fd = -1, .lock_fd = -1, .since_us = c->s->now_us};

    u.fleet.policy = (struct policy){.most = cfg->restart_most, .window_us = cfg->restart_seconds * US_PER_S,
                                     .grace_us = cfg->grace_ms * US_PER_MS};
    log_open("supervisor", 0, (enum log_level)cfg->log_level);
    enum status st = open_all(&u);
    if (st == OK) {
        LOG(LOG_NOTICE, "starting", LOG_NUM("processes", u.fleet.n));
        loop(&u);
        LOG(LOG_NOTICE, "stopped", LOG_NUM("code", u.fleet.exit_code));
    }
    close_fd(u.signal_fd);
    close_fd(u.notify_fd);
    close_fd(u.lock_fd);
    scope_free(u.tick);
    return st == OK ? u.fleet.exit_code : ctl_say(c, st);
}
