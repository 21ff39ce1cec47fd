/* Every process of an installation is started here, with the same settings this one was given, and none outlives the supervisor:
 * the kernel tells them when it is gone. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "up.h"

enum { ARGV_MAX = 2 * SETS_MAX + 16, MIGRATE_WAIT_S = 120, POSTGRES_LEAST = 15, EXIT_NO_PROGRAM = 71 };

/* The newest server under Debian's folder, but of the version that made the data where there are some. */
static const char *find_postgres(struct scope *s, const struct settings *cfg)
{
    static const char ROOT[] = "/usr/lib/postgresql";
    long best = 0, made_by = 0;
    struct span text;
    DIR *dir;

    if (*cfg->postgres_bin)
        return scope_print(s, "%s/postgres", cfg->postgres_bin);
    if (file_read(s, scope_print(s, "%s/pg/PG_VERSION", cfg->state), 64, &text) == OK)
        made_by = strtol(scope_print(s, "%.*s", (int)text.n, (const char *)text.p), NULL, 10);
    dir = opendir(ROOT);
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        long version = strtol(e->d_name, NULL, 10);
        bool is_there = access(scope_print(s, "%s/%s/bin/postgres", ROOT, e->d_name), X_OK) == 0;
        if (is_there && version >= POSTGRES_LEAST && best != made_by && (version > best || version == made_by))
            best = version;
    }
    if (dir)
        closedir(dir);
    return scope_print(s, "%s/%ld/bin/postgres", ROOT, best);
}

static void add(struct fleet *f, enum rank rank, const char *program, int instance)
{
    f->v[f->n++] = (struct child){.rank = rank, .program = program, .instance = instance};
}

static enum status rings_new(struct up *u)
{
    struct fleet *f = &u->fleet;

    for (size_t i = 0; i < f->n; i++) {
        f->v[i].recent = scope_alloc(u->c->s, (size_t)f->policy.most * sizeof(int64_t));
        if (!f->v[i].recent)
            return fail(u->c->s, TOO_LARGE, "restart.most が大きすぎます", "restart.most is too large");
    }
    return OK;
}

enum status children_new(struct up *u)
{
    const struct settings *cfg = &u->c->cfg;
    const struct {
        const char *program;
        int64_t workers;
    } services[] = {
        {"kashimaru-keys", cfg->workers_keys},       {"kashimaru-intake", cfg->workers_intake},
        {"kashimaru-referral", cfg->workers_referral}, {"kashimaru-meeting", cfg->workers_meeting},
        {"kashimaru-audit", cfg->workers_audit},     {"kashimaru-account", cfg->workers_account},
        {"kashimaru-sequencer", 1}, /* the log has one end */
        {"kashimaru-signer", *cfg->signer_state ? 1 : 0}, /* none here: it runs under its own account (kashimaru-signer.service) */
        {"kashimaru-feeder", *cfg->log_policy ? 1 : 0},
    };
    struct fleet *f = &u->fleet;
    size_t n = 4;

    for (size_t i = 0; i < COUNT(services); i++)
        n += (size_t)services[i].workers;
    f->v = scope_alloc(u->c->s, n * sizeof *f->v);
    if (!f->v)
        return fail(u->c->s, TOO_LARGE, "プロセスが多すぎます", "too many processes");
    if (cfg->postgres) {
        u->postgres = find_postgres(u->c->s, cfg);
        if (access(u->postgres, X_OK) != 0)
            return fail(u->c->s, NOT_FOUND, "PostgreSQL %d 以上がありません（設定 postgres.bin）",
                        "there is no PostgreSQL %d or newer (setting postgres.bin)", POSTGRES_LEAST);
        add(f, RANK_DATABASE, "postgres", 0);
    }
    add(f, RANK_MIGRATE, "kashimaru", 0);
    add(f, RANK_RELAY, "kashimaru-relay", 0);
    for (size_t i = 0; i < COUNT(services); i++)
        for (int64_t k = 0; k < services[i].workers; k++)
            add(f, RANK_WORKER, services[i].program, (int)k);
    add(f, RANK_GATEWAY, "kashimaru-gateway", 0);
    return rings_new(u);
}

/* ---- one process ---- */

/* Arguments as settings were given to this process. */
static size_t put_settings(struct up *u, const char **argv, size_t n)
{
    const struct ctl *c = u->c;

    if (c->config) {
        argv[n++] = "--config";
        argv[n++] = c->config;
    } else {
        argv[n++] = "--set";
        argv[n++] = scope_print(u->tick, "state=%s", c->cfg.state);
    }
    for (size_t i = 0; i < c->args.set_n; i++) {
        argv[n++] = "--set";
        argv[n++] = c->args.set[i];
    }
    return n;
}

static enum status command_line(struct up *u, const struct child *ch, const char **ret_path, const char **argv)
{
    struct scope *s = u->tick;
    size_t n = 0;

    argv[n++] = ch->program;
    if (ch->rank == RANK_DATABASE) {
        *ret_path = argv[0] = u->postgres; /* it looks for its libraries beside the name it was called by */
        argv[n++] = "-D";
        argv[n++] = scope_print(s, "%s/pg", u->c->cfg.state);
    } else if (ch->rank == RANK_MIGRATE) {
        *ret_path = u->self;
        argv[n++] = "db";
        argv[n++] = "migrate";
        argv[n++] = "--wait";
        argv[n++] = scope_print(s, "%d", MIGRATE_WAIT_S);
        n = put_settings(u, argv, n);
    } else {
        TRY(ctl_program(s, &u->c->cfg, ch->program, ret_path));
        n = put_settings(u, argv, n);
        if (ch->rank == RANK_WORKER) {
            argv[n++] = "--instance";
            argv[n++] = scope_print(s, "%d", ch->instance);
        }
    }
    argv[n] = NULL;
    return OK;
}

/* In the child, between fork and exec. A parent that died before the kernel was told to watch it is noticed by its pid. */
static _Noreturn void become(const struct up *u, const struct child *ch, pid_t parent, const char *path, const char **argv)
{
    sigset_t none;

    sigemptyset(&none);
    if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, ch->rank == RANK_DATABASE ? SIGINT : SIGTERM, 0, 0, 0) != 0 ||
        getppid() != parent || sigprocmask(SIG_SETMASK, &none, NULL) != 0 || setenv("NOTIFY_SOCKET", u->notify, 1) != 0)
        _exit(EXIT_NO_PROGRAM);
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    signal(SIGPIPE, SIG_DFL);
    execv(path, (char *const *)(uintptr_t)argv);
    LOG(LOG_ERROR, "exec_failed", LOG_WORD("program", ch->program), LOG_NUM("errno", errno));
    _exit(EXIT_NO_PROGRAM);
}

int child_start(struct up *u, size_t i)
{
    const struct child *ch = &u->fleet.v[i];
    const char *argv[ARGV_MAX], *path;

    if (command_line(u, ch, &path, argv) != OK) {
        LOG(LOG_ERROR, "program_missing", LOG_WORD("program", ch->program));
        return -1;
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(u, ch, parent, path, argv);
    if (pid < 0)
        LOG(LOG_ERROR, "fork_failed", LOG_WORD("program", ch->program), LOG_NUM("errno", errno));
    return pid;
}
