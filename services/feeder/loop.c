/* Every log of the folder is looked after in the same way, the one that is open and those that were closed: whatever head stands there and
 * is not published yet is brought to its end. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "feeder.h"
#include "ledger/folder.h"

enum { POLICY_FILE_MOST = 64 << 10, EVERY_MS = 200, SHARD_CAP = 256 << 10, FOLDER_MODE = 0755, LOCK_TRIES = 5, LOCK_PAUSE_MS = 20 };

static enum status read_policy(struct feeder *f)
{
    struct scope *s = f->p.s;
    const char *path = f->p.cfg.log_policy;
    char *text = scope_alloc(s, POLICY_FILE_MOST + 1);

    if (!*path)
        return fail(s, INVALID, "設定 log.policy がありません", "the setting log.policy is empty");
    if (!text)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "no room in the scope");
    FILE *file = fopen(path, "re");
    if (!file)
        return fail(s, NOT_FOUND, "方針 %s を読めません（%s）", "cannot read the policy %s (%s)", path, strerrorname_np(errno));
    size_t n = fread(text, 1, POLICY_FILE_MOST + 1, file);
    bool is_good = !ferror(file);
    fclose(file);
    if (!is_good || n > POLICY_FILE_MOST)
        return fail(s, INVALID, "方針 %s を読めないか、大きすぎます", "the policy %s cannot be read, or is too large", path);
    TRY(policy_read(s, span_of(text, n), &f->policy));
    f->witness_n = policy_witnesses(f->policy);
    return OK;
}

static enum status check_witnesses(struct feeder *f)
{
    bool can_sign[POLICY_WITNESSES_MOST] = {false};

    for (size_t i = 0; i < f->witness_n; i++) {
        const char *url = policy_witness(f->policy, i).url;
        can_sign[i] = *url;
        if (*url && strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
            return fail(f->p.s, INVALID, "立会人の URL が http(s) ではありません", "the URL of a witness is neither https nor http");
    }
    if (!policy_reached(f->policy, can_sign))
        return fail(f->p.s, INVALID, "URL のある立会人だけでは定足数に届きません", "the witnesses that have a URL are no quorum");
    return OK;
}

/* Two feeders would publish over each other. */
static enum status take_folder(struct feeder *f)
{
    const char *path = f->p.cfg.log_dir;

    if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST)
        return fail(f->p.s, UNAVAILABLE, "%s を作れません（%s）", "cannot make %s (%s)", path, strerrorname_np(errno));
    f->lock_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->lock_fd < 0)
        return fail(f->p.s, UNAVAILABLE, "%s を開けません（%s）", "cannot open %s (%s)", path, strerrorname_np(errno));
    for (int i = 0; i < LOCK_TRIES; i++) /* somebody may only be looking whether one works */
        if (flock(f->lock_fd, LOCK_EX | LOCK_NB) == 0)
            return OK;
        else
            (void)poll(NULL, 0, LOCK_PAUSE_MS);
    return fail(f->p.s, CONFLICT, "別の feeder が働いています", "another feeder is at work");
}

enum status feeder_open(struct feeder *f)
{
    TRY(read_policy(f));
    TRY(check_witnesses(f));
    TRY(take_folder(f));
    f->turn = scope_new(SCOPE_CAP, entropy_system());
    if (!f->turn)
        return fail(f->p.s, UNAVAILABLE, "メモリがありません", "no memory");
    return ask_open(f);
}

void feeder_close(struct feeder *f)
{
    if (f->multi)
        ask_close(f);
    for (size_t i = 0; i < f->shard_n; i++)
        scope_free(f->shard[i].s);
    if (f->turn)
        scope_free(f->turn);
    if (f->lock_fd >= 0)
        close(f->lock_fd);
    process_close(&f->p);
}

/* ---- logs ---- */

static int is_shard(const struct dirent *at)
{
    return log_shard_is(span_str(at->d_name));
}

static bool is_known(const struct feeder *f, const char *name)
{
    for (size_t i = 0; i < f->shard_n; i++)
        if (strcmp(f->shard[i].name, name) == 0)
            return true;
    return false;
}

static void add_shard(struct feeder *f, const char *name)
{
    struct shard *sh = &f->shard[f->shard_n];
    struct stat at;

    if (f->shard_n == SHARDS_MOST || strlen(name) >= sizeof sh->name || is_known(f, name))
        return;
    *sh = (struct shard){.s = scope_new(SHARD_CAP, entropy_system())};
    memcpy(sh->name, name, strlen(name));
    scope_reset(f->turn);
    if (sh->s && stat(shard_path(f, sh, f->turn, "head"), &at) == 0) {
        f->shard_n++;
        LOG(LOG_INFO, "log_found", LOG_WORD("log", name));
    } else if (sh->s) {
        scope_free(sh->s);
    }
}

/* The newest first, should there be more than are looked after. */
static void find_shards(struct feeder *f)
{
    struct dirent **list = NULL;
    int n = scandir(f->p.cfg.log_dir, &list, is_shard, versionsort);

    for (int i = n; i-- > 0; free(list[i]))
        add_shard(f, list[i]->d_name);
    free(list);
}

static bool is_stopping(const struct feeder *f)
{
    struct pollfd stop = {.fd = f->p.stop_fd, .events = POLLIN};

    return poll(&stop, 1, 0) != 0;
}

void feeder_run(struct feeder *f)
{
    int64_t found_us = 0;

    while (!is_stopping(f)) {
        int64_t now = clock_mono_us();
        if (!found_us || now - found_us >= EVERY_MS * (int64_t)US_PER_MS) {
            find_shards(f);
            found_us = now;
        }
        for (size_t i = 0; i < f->shard_n; i++)
            shard_look(f, &f->shard[i]);
        ask_turn(f, EVERY_MS);
    }
    LOG(LOG_NOTICE, "stopping");
    process_notify("STOPPING=1");
}
