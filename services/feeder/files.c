/* What is published has passed the very check that a verifier makes, and goes on where the one before it ends; so whatever came over the
 * network, and whatever went wrong here, a checkpoint that stands is good. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "feeder.h"
#include "ledger/folder.h"

const char *shard_path(const struct feeder *f, const struct shard *sh, struct scope *s, const char *name)
{
    return scope_print(s, "%s/%s%s%s", f->p.cfg.log_dir, sh->name, *name ? "/" : "", name);
}

enum status shard_note(const struct feeder *f, const struct shard *sh, struct scope *s, const char *name, struct span *ret_bytes,
                       struct note *ret_note, struct checkpoint *ret_head)
{
    struct log_folder folder;
    struct checkpoint head;
    struct span bytes;

    TRY(log_folder_open(s, shard_path(f, sh, s, ""), &folder));
    TRY(log_folder_read(&folder, name, folder.buffer, &bytes));
    TRY(note_read(s, bytes, ret_note));
    TRY(policy_signed(s, f->policy, ret_note, &head));
    size_t n = strlen(sh->name);
    if (head.origin.n <= n || head.origin.p[head.origin.n - n - 1] != '/' || memcmp(head.origin.p + head.origin.n - n, sh->name, n) != 0)
        return fail(s, CORRUPT, "%s にあるのは別の記録の head です", "the head in %s is of another log", sh->name);
    *ret_bytes = bytes;
    *ret_head = head;
    return OK;
}

/* The head, as the log signed it, and the cosignatures there are. */
static enum status joined(const struct feeder *f, const struct shard *sh, struct scope *s, struct span *ret_bytes)
{
    struct span part[POLICY_WITNESSES_MOST + 1];
    size_t n = 1;

    part[0] = span_of(sh->note.p + sh->text.n + 1, sh->note.n - sh->text.n - 1);
    for (size_t i = 0; i < f->witness_n; i++)
        if (sh->line[i].n)
            part[n++] = sh->line[i];
    return note_join(s, sh->text, part, n, ret_bytes);
}

/* What stands there is the beginning of this head. */
static enum status goes_on(const struct feeder *f, const struct shard *sh, struct scope *s)
{
    struct log_folder folder;
    struct checkpoint last;
    struct span bytes;
    struct note note;

    enum status st = shard_note(f, sh, s, "checkpoint", &bytes, &note, &last);
    if (st == NOT_FOUND)
        return OK;
    TRY(st);
    if (last.size > sh->head.size)
        return fail(s, CONFLICT, "公開済みのチェックポイント（大きさ %" PRIu64 "）より小さくなります",
                    "the checkpoint that is published is larger (%" PRIu64 " leaves)", last.size);
    TRY(log_folder_open(s, shard_path(f, sh, s, ""), &folder));
    return verify_heads(s, &last, &sh->head, log_folder_file, &folder);
}

enum status shard_publish(struct feeder *f, struct shard *sh)
{
    struct scope *s = f->turn;
    struct span bytes;
    struct note note;

    scope_reset(s);
    TRY(joined(f, sh, s, &bytes));
    TRY(note_read(s, bytes, &note));
    TRY(policy_check(s, f->policy, &note));
    TRY(goes_on(f, sh, s));
    TRY(file_publish(s, shard_path(f, sh, s, ".new.checkpoint"), shard_path(f, sh, s, "checkpoint"), bytes));
    (void)unlink(shard_path(f, sh, s, "waiting"));
    return OK;
}

void shard_wait(struct feeder *f, struct shard *sh)
{
    struct scope *s = f->turn;
    struct timespec since[2] = {{.tv_sec = sh->since_us / US_PER_S, .tv_nsec = sh->since_us % US_PER_S * 1000}};
    const char *path = shard_path(f, sh, s, "waiting");
    struct span bytes;
    struct note note;

    since[1] = since[0];
    if (joined(f, sh, s, &bytes) != OK || note_read(s, bytes, &note) != OK)
        return;
    if (file_publish(s, shard_path(f, sh, s, ".new.checkpoint"), path, bytes) == OK)
        (void)utimensat(AT_FDCWD, path, since, 0);
    if (policy_check(s, f->policy, &note) == OK) /* who is missing is then the reason in the scope */
        s->why = (struct why){.ja = ""};
}
