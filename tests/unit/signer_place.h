#ifndef KM_TEST_SIGNER_PLACE_H
#define KM_TEST_SIGNER_PLACE_H

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "relay_help.h"
#include "signer_tree.h"
#include "svc/client.h"

/* The program kashimaru-signer, started and killed, behind a real relay. */

#define LOG "log.example/handoff"

struct place;
typedef void heard(struct place *p, const struct answered *a);
struct place {
    struct world *w;
    struct bus *sequencer, *ctl;
    heard *each; /* every answer that is believed, however late; may be NULL */
    void *own;   /* of `each` */
    struct scope *s; /* of one question */
    pid_t pid;       /* 0 = does not run */
};

static inline pid_t signer_spawn(const struct world *w)
{
    const char *dir = getenv("KM_BUILD_DIR");
    struct scope *s = w->home.s;
    const char *path = scope_print(s, "%s/kashimaru-signer", dir ? dir : "."), *h = w->home.dir;
    const char *argv[] = {path, "--set", scope_print(s, "state=%s", h), "--set", scope_print(s, "keys.dir=%s", h), "--set",
                          scope_print(s, "relay.endpoint=%s", w->home.endpoint), "--set", "log.origin=" LOG, "--set", "log.level=4", NULL};
    pid_t pid = fork();

    if (pid == 0) {
        execv(path, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

/* Ends a process this test started; ret: its exit code, −1 by signal. */
static inline int signer_end(pid_t *pid, int signal)
{
    int how = 0;

    if (signal)
        kill(*pid, signal);
    while (waitpid(*pid, &how, 0) < 0)
        assert_int_equal(errno, EINTR);
    *pid = 0;
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static inline int open_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    void *w = NULL;

    assert_non_null(p);
    setup(&w);
    p->w = w;
    p->s = scope_new(SCOPE_CAP, entropy_system());
    assert_non_null(p->s);
    p->sequencer = line(p->w, "sequencer.0");
    p->ctl = line(p->w, "ctl.0");
    p->pid = signer_spawn(p->w);
    *state = p;
    return 0;
}

static inline void shell(const struct place *p, const char *what)
{
    char *const none[] = {NULL};
    pid_t pid = fork();

    if (pid == 0) {
        if (chdir(p->w->home.dir) == 0)
            execle("/bin/sh", "sh", "-ec", what, (char *)NULL, none);
        _exit(127);
    }
    assert_int_equal(signer_end(&pid, 0), 0);
}

static inline int close_place(void **state)
{
    struct place *p = *state;
    void *w = p->w;

    if (p->pid)
        signer_end(&p->pid, SIGKILL);
    shell(p, "/bin/rm -rf signer log-tree kept");
    teardown(&w);
    scope_free(p->s);
    free(p);
    return 0;
}

static inline void restart(struct place *p, int signal)
{
    int code = signer_end(&p->pid, signal);

    if (signal == SIGTERM)
        assert_int_equal(code, 0);
    p->pid = signer_spawn(p->w);
}

#endif
