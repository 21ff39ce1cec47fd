/* One head is asked for at a time and finished before the next, so that publishing goes on however fast heads come; it is left unfinished
 * only where a witness says that it has cosigned a later one, and not before all others had the time to answer. */
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "feeder.h"

enum { TELL_EVERY_US = 60 * US_PER_S, PATIENCE_US = 3 * US_PER_S, PASSED_US = 6 * US_PER_S, RETRY_US = US_PER_S };

/* Not more often than once a minute for each log. */
static void tell(struct feeder *f, struct shard *sh, enum log_level level, const char *event)
{
    int64_t now = clock_mono_us();

    if (sh->told_us && now - sh->told_us < TELL_EVERY_US)
        return;
    sh->told_us = now;
    log_event(level, event, LOG_LIST(LOG_WORD("log", sh->name), LOG_NUM("size", sh->head.size), LOG_WORD("why", f->turn->why.en)) + 1, 3);
}

/* ---- taking a head up ---- */

static bool is_passed(const struct feeder *f, const struct shard *sh, int64_t now)
{
    for (size_t i = 0; i < f->witness_n; i++)
        if (sh->witness[i].is_ahead)
            return now - sh->asked_us >= PASSED_US;
    return false;
}

/* Whose cosignatures stand in the checkpoint: of the same head they count; of an earlier one they say from where to prove. */
static void learn(struct feeder *f, struct shard *sh, struct span bytes, const struct note *note, uint64_t size, bool is_first)
{
    bool is_same = span_eq(note->text, sh->text);
    struct span line, lines = span_of(bytes.p + note->text.n + 1, bytes.n - note->text.n - 1);
    int64_t at_s;

    for (size_t i = 0; i < f->witness_n; i++) {
        const struct note_key *key = policy_witness(f->policy, i).key;
        if (note_check(f->turn, note, key, &at_s) != OK)
            continue;
        if (is_first)
            sh->witness[i].size = size;
        if (is_same && cosignature_take(f->turn, sh->text, lines, key, &line) == OK && scope_copy(sh->s, line, &sh->line[i]) == OK)
            sh->witness[i].has_signed = true;
    }
    sh->is_published = is_same && policy_check(f->turn, f->policy, note) == OK;
}

/* Since when nothing is published: an interrupted feeder left that on the file; or it left a file that should be gone. */
static int64_t waiting_since(struct feeder *f, const struct shard *sh)
{
    const char *path = shard_path(f, sh, f->turn, "waiting");
    int64_t now = clock_now_us(), was;
    struct stat at;

    if (sh->is_published)
        (void)unlink(path);
    if (stat(path, &at) != 0)
        return now;
    was = (int64_t)at.st_mtim.tv_sec * US_PER_S + at.st_mtim.tv_nsec / 1000;
    return was < now ? was : now;
}

static enum status begin(struct feeder *f, struct shard *sh, struct span bytes, const struct note *note, const struct checkpoint *head)
{
    struct span all;

    scope_reset(sh->s);
    sh->note = sh->text = (struct span){0};
    memset(sh->line, 0, sizeof sh->line);
    if (scope_copy(sh->s, bytes, &all) != OK)
        return fail(f->turn, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    sh->note = all;
    sh->text = span_of(all.p, note->text.n); /* a note begins with it, and it with the origin */
    sh->head = *head;
    sh->head.origin = span_of(all.p, head->origin.n);
    sh->is_published = sh->is_fresh = sh->is_waiting = false;
    sh->asked_us = clock_mono_us();
    for (size_t i = 0; i < f->witness_n; i++)
        standing_anew(&sh->witness[i]);
    return OK;
}

static enum status take_up(struct feeder *f, struct shard *sh)
{
    bool is_first = !sh->text.n;
    struct span bytes, standing;
    struct note note, before;
    struct checkpoint head, last;

    TRY(shard_note(f, sh, f->turn, "head", &bytes, &note, &head));
    if (!is_first && span_eq(note.text, sh->text))
        return OK;
    enum status st = shard_note(f, sh, f->turn, "checkpoint", &standing, &before, &last);
    if (st != OK && st != NOT_FOUND)
        return st;
    if ((!is_first && head.size < sh->head.size) || (st == OK && head.size < last.size))
        return fail(f->turn, CONFLICT, "head（大きさ %" PRIu64 "）が前のものより小さくなっています", "the head of %" PRIu64
                    " leaves is smaller than an earlier one", head.size);
    TRY(begin(f, sh, bytes, &note, &head));
    if (st == OK)
        learn(f, sh, standing, &before, last.size, is_first);
    sh->since_us = waiting_since(f, sh);
    return OK;
}

static void look_for_head(struct feeder *f, struct shard *sh, int64_t now)
{
    struct stat at;

    if (now < sh->retry_us || stat(shard_path(f, sh, f->turn, "head"), &at) != 0)
        return;
    if (at.st_ino == sh->seen.inode && at.st_mtim.tv_sec == sh->seen.at.tv_sec && at.st_mtim.tv_nsec == sh->seen.at.tv_nsec)
        return;
    if (take_up(f, sh) == OK) {
        sh->seen = (struct mark){at.st_ino, at.st_mtim};
        return;
    }
    sh->retry_us = now + RETRY_US;
    tell(f, sh, LOG_ERROR, "head_not_taken");
}

/* ---- publishing ---- */

static bool is_reached(const struct feeder *f, const struct shard *sh)
{
    bool has[POLICY_WITNESSES_MOST];

    for (size_t i = 0; i < POLICY_WITNESSES_MOST; i++)
        has[i] = sh->line[i].n > 0;
    return policy_reached(f->policy, has);
}

static void publish(struct feeder *f, struct shard *sh, int64_t now)
{
    enum status st = shard_publish(f, sh);

    if (st == OK) {
        if (sh->is_waiting)
            LOG(LOG_NOTICE, "publishing_again", LOG_WORD("log", sh->name), LOG_NUM("size", sh->head.size));
        sh->is_published = true;
        sh->is_fresh = sh->is_waiting = false;
        return;
    }
    if (st == CONFLICT)
        sh->is_published = true; /* a larger one stands there: go on from that */
    sh->retry_us = now + RETRY_US;
    tell(f, sh, LOG_ERROR, "checkpoint_not_published");
}

/* Said in a file for the doctor, and once a minute in the log. */
static void say_missing(struct feeder *f, struct shard *sh)
{
    shard_wait(f, sh);
    sh->is_fresh = false;
    sh->is_waiting = true;
    tell(f, sh, LOG_WARN, "quorum_missing");
}

void shard_look(struct feeder *f, struct shard *sh)
{
    int64_t now = clock_mono_us();

    scope_reset(f->turn);
    if (!sh->text.n || sh->is_published || is_passed(f, sh, now))
        look_for_head(f, sh, now);
    if (!sh->text.n)
        return;
    if (is_reached(f, sh)) {
        if ((sh->is_fresh || !sh->is_published) && now >= sh->retry_us)
            publish(f, sh, now);
    } else if (now - sh->asked_us >= PATIENCE_US && (sh->is_fresh || !sh->is_waiting || now - sh->told_us >= TELL_EVERY_US)) {
        say_missing(f, sh);
    }
    for (size_t i = 0; i < f->witness_n; i++) {
        struct standing *w = &sh->witness[i];
        if (!*policy_witness(f->policy, i).url || !standing_is_due(w, now) || ask_start(f, sh, i) == OK)
            continue;
        standing_take(w, &(struct answer){.what = ANSWER_NONE}, 0, 0, true, now);
        tell(f, sh, LOG_ERROR, "witness_not_asked");
    }
}

/* ---- answers ---- */

static void tell_of(const struct shard *sh, struct standing *w, const char *witness, enum answered what, unsigned failures)
{
    int64_t now = clock_mono_us();

    if (!w->failures && failures)
        LOG(LOG_NOTICE, "witness_again", LOG_WORD("log", sh->name), LOG_WORD("witness", witness));
    if (w->failures <= failures || (failures && now - w->told_us < TELL_EVERY_US))
        return;
    w->told_us = now;
    LOG(what == ANSWER_FORK || what == ANSWER_FALSE ? LOG_ERROR : LOG_WARN, "witness_failed", LOG_WORD("log", sh->name),
        LOG_WORD("witness", witness), LOG_WORD("why", answer_word(what)), LOG_NUM("size", sh->head.size));
}

void shard_answer(struct feeder *f, struct shard *sh, size_t i, struct span text, uint64_t from, uint64_t size, const struct answer *a)
{
    struct policy_witness who = policy_witness(f->policy, i);
    struct standing *w = &sh->witness[i];
    bool is_current = span_eq(text, sh->text);
    unsigned failures = w->failures;
    struct answer is = *a;
    struct span line = {0};

    scope_reset(f->turn);
    if (is.what == ANSWER_SIGNED && (cosignature_take(f->turn, text, is.lines, who.key, &line) != OK ||
                                     (is_current && scope_copy(sh->s, line, &sh->line[i]) != OK)))
        is.what = ANSWER_FALSE;
    standing_take(w, &is, from, size, is_current, clock_mono_us());
    sh->is_fresh = sh->is_fresh || w->has_signed;
    tell_of(sh, w, who.name, is.what, failures);
}
