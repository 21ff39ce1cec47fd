/* What others may know of the supervisor: its pid, and who runs under it as of the last change. Both files are whole or absent. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "file.h"
#include "print.h"
#include "shapes.h"
#include "up.h"
#include "wire/codec.h"
#include "wire/message.h"

static const char *run_file(struct scope *s, const struct settings *cfg, const char *name)
{
    return scope_print(s, "%s/run/%s", cfg->state, name);
}

enum status state_lock(struct up *u)
{
    struct scope *s = u->c->s;
    const char *path = run_file(s, &u->c->cfg, "supervisor.lock");

    TRY(folder_make(s, scope_print(s, "%s/run", u->c->cfg.state)));
    u->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (u->lock_fd < 0)
        return fail(s, UNAVAILABLE, "%s を開けません（%s）", "cannot open %s (%s)", path, strerrorname_np(errno));
    if (flock(u->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return fail(s, CONFLICT, "この状態フォルダではすでに動いています", "a supervisor of this state folder runs already");
    return OK;
}

static const char *life_word(const struct child *c)
{
    switch (c->life) {
    case LIFE_WAITING:
        return "待機";
    case LIFE_RUNNING:
        return c->is_ready ? "稼働" : "起動中";
    case LIFE_STOPPING:
        return "停止中";
    case LIFE_DONE:
        return "済";
    case LIFE_BROKEN:
        return "設定誤り";
    case LIFE_ENDED:
    default:
        return "終了";
    }
}

static enum status describe(struct up *u, struct span *ret_text)
{
    const struct fleet *f = &u->fleet;
    struct child_line *lines = scope_alloc(u->tick, (f->n + 1) * sizeof *lines);
    int64_t wall_us = clock_now_us() - clock_mono_us();
    const char *state = f->is_stopping ? "停止中" : f->is_ready ? "稼働" : "起動中";

    if (!lines)
        return TOO_LARGE;
    for (size_t i = 0; i < f->n; i++) {
        const struct child *c = &f->v[i];
        lines[i] = (struct child_line){.program = span_str(c->program), .instance = c->instance, .pid = c->pid, .restarts = c->restarts,
                                       .since = c->started_us ? wall_us + c->started_us : u->since_us, .state = span_str(life_word(c))};
    }
    struct supervisor_state all = {.pid = getpid(), .since = u->since_us, .state = span_str(state), .children = {.v = lines, .n = f->n}};
    return codec_encode(u->tick, shape_supervisor_state(), &all, ret_text);
}

void state_write(struct up *u)
{
    const struct settings *cfg = &u->c->cfg;
    struct span text;
    enum status st = describe(u, &text);

    if (st == OK)
        st = file_put(u->tick, run_file(u->tick, cfg, "supervisor.json"), 0600, text);
    if (st == OK)
        st = file_put(u->tick, run_file(u->tick, cfg, "kashimaru.pid"), 0600, span_str(scope_print(u->tick, "%d\n", (int)getpid())));
    if (st != OK)
        LOG(LOG_WARN, "state_unwritten", LOG_WORD("status", status_trait(st)->word));
}

void state_forget(struct up *u)
{
    (void)unlink(run_file(u->tick, &u->c->cfg, "supervisor.json"));
    (void)unlink(run_file(u->tick, &u->c->cfg, "kashimaru.pid"));
}

static enum status show(struct ctl *c)
{
    const struct shape *shape = shape_supervisor_state();
    struct supervisor_state state;
    struct span text;

    if (file_read(c->s, run_file(c->s, &c->cfg, "supervisor.json"), ARG_FILE_MAX, &text) != OK)
        return fail(c->s, UNAVAILABLE, "動いていません", "not running");
    TRY(codec_decode(c->s, shape, text, SCHEMA_MINOR, &state));
    if (kill((pid_t)state.pid, 0) != 0 && errno == ESRCH)
        return fail(c->s, UNAVAILABLE, "動いていません（前回は突然終了しました）", "not running; it ended without notice");
    if (c->args.is_json)
        text = span_str(scope_print(c->s, "%.*s\n", (int)text.n, (const char *)text.p));
    else
        TRY(print_shape(c->s, shape, &state, &text));
    return out(c->s, text);
}

int run_status(struct ctl *c)
{
    return ctl_say(c, show(c));
}
