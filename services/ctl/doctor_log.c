/* How far the log is published, from its files alone: which head stands there, which one waits to be cosigned, whose word it lacks and
 * since when. Nothing is asked of the services that make them, so it can be told when they are silent. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "doctor.h"
#include "ledger/folder.h"
#include "ledger/policy.h"

enum { POLICY_MOST = 64 << 10, NAMES_MAX = 300, STUCK_US = 60 * US_PER_S };

/* One log, as its files show it; a head that is not there has size 0. */
struct published {
    struct doctor *d;
    const char *name, *title;
    const struct policy *policy; /* NULL = nobody has to cosign */
    struct note checkpoint, head, waiting;
    uint64_t size, head_size, waiting_size;
};

static enum status read_head(const struct published *p, const char *file, struct note *ret_note, uint64_t *ret_size)
{
    struct scope *s = p->d->c->s;
    struct log_folder folder;
    struct checkpoint head;
    struct span bytes;

    TRY(log_folder_open(s, scope_print(s, "%s/%s", p->d->c->cfg.log_dir, p->name), &folder));
    enum status st = log_folder_read(&folder, file, folder.buffer, &bytes);
    if (st == NOT_FOUND)
        return OK;
    TRY(st);
    TRY(note_read(s, bytes, ret_note));
    TRY(checkpoint_read(s, ret_note->text, &head));
    *ret_size = head.size;
    return OK;
}

/* A feeder at work holds the folder; without one nothing is going to happen. */
static bool feeder_works(const struct doctor *d)
{
    int fd = open(d->c->cfg.log_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;

    if (fd >= 0)
        close(fd);
    return is_held;
}

/* Those who have not cosigned, by the policy's names. */
static void who_is_missing(const struct published *p, char ret_names[NAMES_MAX])
{
    size_t n = 0;
    int64_t at_s;

    ret_names[0] = 0;
    for (size_t i = 0; i < policy_witnesses(p->policy); i++) {
        struct policy_witness w = policy_witness(p->policy, i);
        if (note_check(p->d->c->s, &p->waiting, w.key, &at_s) == OK)
            continue;
        int put = snprintf(ret_names + n, NAMES_MAX - n, "%s%s", n ? ", " : "", w.name);
        if (put < 0 || (size_t)put >= NAMES_MAX - n) {
            ret_names[n] = 0; /* a name is told whole or not at all */
            return;
        }
        n += (size_t)put;
    }
}

static void say_waiting(const struct published *p)
{
    struct scope *s = p->d->c->s;
    char names[NAMES_MAX], since[TIME_TEXT_MAX] = "?";
    struct stat at;

    who_is_missing(p, names);
    if (stat(scope_print(s, "%s/%s/waiting", p->d->c->cfg.log_dir, p->name), &at) == 0)
        time_print((int64_t)at.st_mtim.tv_sec * US_PER_S, since);
    found(p->d, FOUND_BAD, p->title, "head %" PRIu64 " は %s から %s の連署を待っています（公開済みは %" PRIu64
          "）/ head %" PRIu64 " of %s waits for cosignatures of %s since %s", p->waiting_size, since, names, p->size, p->waiting_size, p->name,
          names, since);
}

/* Nobody cosigns what the log itself has not signed with a key of the policy. */
static bool is_taken(const struct published *p)
{
    struct checkpoint head;

    return p->head_size <= p->size || policy_signed(p->d->c->s, p->policy, &p->head, &head) == OK;
}

static bool is_stuck(const struct published *p)
{
    struct stat at;

    return p->head_size > p->size && stat(scope_print(p->d->c->s, "%s/%s/head", p->d->c->cfg.log_dir, p->name), &at) == 0 &&
           clock_now_us() - (int64_t)at.st_mtim.tv_sec * US_PER_S > STUCK_US;
}

static void examine_cosigned(const struct published *p)
{
    struct scope *s = p->d->c->s;
    bool is_good = p->size && policy_check(s, p->policy, &p->checkpoint) == OK;

    if (!feeder_works(p->d))
        found(p->d, FOUND_BAD, p->title, "kashimaru-feeder が働いていません（head %" PRIu64 "、公開済み %" PRIu64 "）/ no feeder is at work",
              p->head_size, p->size);
    else if (!is_taken(p))
        found(p->d, FOUND_BAD, p->title, "head %" PRIu64 " は立会人に送られません：%s", p->head_size, s->why.ja);
    else if (p->waiting_size > p->size || (p->waiting_size && !is_good))
        say_waiting(p);
    else if (is_stuck(p))
        found(p->d, FOUND_BAD, p->title, "head %" PRIu64 " が公開されません（公開済み %" PRIu64 "）。サービスのログを見てください / head %" PRIu64
              " is not published; see the log of the services", p->head_size, p->size, p->head_size);
    else if (!p->size)
        found(p->d, FOUND_CARE, p->title, "head %" PRIu64 "。まだ公開されていません / nothing is published yet", p->head_size);
    else if (!is_good && policy_check(s, p->policy, &p->checkpoint) != OK)
        found(p->d, FOUND_BAD, p->title, "公開済みのチェックポイント（大きさ %" PRIu64 "）：%s", p->size, s->why.ja);
    else
        found(p->d, FOUND_GOOD, p->title, "公開済み %" PRIu64 "（連署あり）、head %" PRIu64 " / published %" PRIu64 ", cosigned; head %" PRIu64,
              p->size, p->head_size, p->size, p->head_size);
}

static void examine_shard(struct doctor *d, const struct policy *policy, const char *name, bool is_newest)
{
    struct published *p = SCOPE_NEW(d->c->s, struct published);

    if (!p)
        return;
    *p = (struct published){.d = d, .name = name, .policy = policy, .title = scope_print(d->c->s, "記録 %s / log", name)};
    enum status st = read_head(p, "checkpoint", &p->checkpoint, &p->size);
    if (st == OK && policy)
        st = read_head(p, "head", &p->head, &p->head_size);
    if (st == OK && policy)
        st = read_head(p, "waiting", &p->waiting, &p->waiting_size);
    if (st != OK)
        found(d, FOUND_BAD, p->title, "%s", d->c->s->why.ja);
    else if (policy && (is_newest || p->head_size > p->size || p->waiting_size))
        examine_cosigned(p);
    else if (is_newest && !p->size)
        found(d, FOUND_CARE, p->title, "まだ公開されていません / nothing is published yet");
    else if (is_newest)
        found(d, FOUND_GOOD, p->title, "公開済み %" PRIu64 " / published %" PRIu64, p->size, p->size);
}

static int is_shard(const struct dirent *at)
{
    return log_shard_is(span_str(at->d_name));
}

/* The policy's line, and the policy; false when it cannot be read. */
static bool examine_policy(struct doctor *d, struct policy **ret_policy)
{
    static const char TITLE[] = "立会人の方針 / log policy";
    struct scope *s = d->c->s;
    struct span text;

    if (!*d->c->cfg.log_policy)
        return true;
    if (file_read(s, d->c->cfg.log_policy, POLICY_MOST, &text) != OK || policy_read(s, text, ret_policy) != OK) {
        found(d, FOUND_BAD, TITLE, "%s", s->why.ja);
        return false;
    }
    found(d, FOUND_GOOD, TITLE, "%s（立会人 %zu 人 / %zu witnesses）", d->c->cfg.log_policy, policy_witnesses(*ret_policy),
          policy_witnesses(*ret_policy));
    return true;
}

void examine_log(struct doctor *d)
{
    struct policy *policy = NULL;
    struct dirent **list = NULL;

    if (!examine_policy(d, &policy))
        return;
    int n = scandir(d->c->cfg.log_dir, &list, is_shard, versionsort);
    if (n <= 0)
        found(d, FOUND_CARE, "記録 / log", "%s: まだ公開されていません / nothing is published yet", d->c->cfg.log_dir);
    for (int i = n; i-- > 0; free(list[i]))
        examine_shard(d, policy, scope_print(d->c->s, "%s", list[i]->d_name), i == n - 1);
    free(list);
}
