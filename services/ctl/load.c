/* The whole catalogue through the running services, file by file in the order in which one leans on another. Many lines are on
 * their way at once; each is counted once, and each that a service refuses is shown with its place, so that it can be mended. */
#include "load.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "print.h"
#include "request.h"
#include "wire/message.h"

enum { FLIGHT_MOST = 32, LOAD_TRIES = 8, WISH_CAP = 4 << 20, WAIT_MS = 50 };

struct counts {
    int64_t added, changed, unchanged, rejected;
};

/* In the order of loading. */
static const struct part {
    const char *file, *verb;
    seed_reader *read;
} PARTS[] = {
    {"vocab.json", "put-code", seed_codes},           {"agencies.jsonl", "put-agency", seed_lines},
    {"programs.jsonl", "put-programme", seed_lines},  {"needs.jsonl", "put-need", seed_lines},
    {"routing.jsonl", "put-routing", seed_lines},     {"indicators.jsonl", "put-indicator", seed_indicators},
    {"bases.jsonl", "put-basis", seed_lines},
};

struct loader {
    struct ctl *c;
    struct line line;
    struct wish slot[FLIGHT_MOST];
    struct wish *flying[FLIGHT_MOST];        /* NULL = free */
    const struct entry *entry[FLIGHT_MOST];
    const struct part *part;
    struct counts n;
    bool is_silent; /* nobody answers: the rest is not tried */
};

static void say_rejected(struct loader *ld, const struct entry *e, enum status st, struct span ja, struct span en)
{
    struct page to = {.s = ld->c->s};

    ld->n.rejected++;
    page_str(&to, scope_print(to.s, "%s:%s%s%lld: ", ld->part->file, e->part ? e->part : "", e->part ? ":" : "", (long long)e->number));
    page_clean(&to, ja.n ? ja : span_str(status_trait(st)->title_ja), -1);
    page_str(&to, " / ");
    page_clean(&to, en.n ? en : span_str(status_trait(st)->title_en), -1);
    fprintf(stderr, "%.*s\n", (int)to.n, to.p ? to.p : "");
}

/* A wish that ended: counted, and its slot free again. */
static void land(struct loader *ld, size_t i)
{
    struct wish *w = ld->flying[i];
    struct put_done done;

    if (w->st == OK && w->got.refused == OK &&
        (!span_is(w->got.type, "put_done") || codec_decode(w->s, shape_put_done(), w->got.payload, w->minor, &done) != OK))
        w->st = CORRUPT;
    ld->is_silent |= w->st == UNAVAILABLE;
    if (w->st != OK)
        say_rejected(ld, ld->entry[i], w->st, span_str(w->s->why.ja), span_str(w->s->why.en));
    else if (w->got.refused != OK)
        say_rejected(ld, ld->entry[i], w->got.refused, w->got.why.why_ja, w->got.why.why_en);
    else if (span_is(done.outcome, "added"))
        ld->n.added++;
    else if (span_is(done.outcome, "changed"))
        ld->n.changed++;
    else
        ld->n.unchanged++;
    ld->flying[i] = NULL;
}

static void launch(struct loader *ld, const struct api *row, size_t i, const struct entry *e)
{
    struct wish *w = &ld->slot[i];
    struct scope *s = w->s;

    scope_reset(s);
    *w = (struct wish){.s = s, .most_tries = LOAD_TRIES,
                       .ask = {.id = scope_uuid(s), .service = row->service, .type = row->request()->name, .payload = e->payload,
                               .ticket = ld->c->asker.ticket}};
    s->actor = ld->c->s->actor;
    ld->flying[i] = w;
    ld->entry[i] = e;
    line_send(&ld->line, w);
}

static enum status fly(struct loader *ld, const struct api *row, const struct entries *e)
{
    size_t next = 0, landed = 0;

    while (landed < e->n && !ld->is_silent) {
        for (size_t i = 0; i < FLIGHT_MOST; i++) {
            if (ld->flying[i] && ld->flying[i]->is_done) {
                land(ld, i);
                landed++;
            }
            if (!ld->flying[i] && next < e->n && !ld->is_silent) {
                TRY(grant_renew(ld->c, &ld->line));
                launch(ld, row, i, &e->v[next++]);
            }
        }
        if (landed < e->n)
            line_turn(&ld->line, ld->flying, FLIGHT_MOST, WAIT_MS);
    }
    return ld->is_silent ? fail(ld->c->s, UNAVAILABLE, "%s から応答がないので、%s の途中で中止しました",
                                "%s does not answer; stopped within %s", row->service, ld->part->file)
                         : OK;
}

static enum status load_part(struct loader *ld, const char *folder)
{
    struct scope *s = ld->c->s;
    const struct api *row = api_find("directory", ld->part->verb);
    struct entries e;

    if (!row)
        return fail(s, INTERNAL, "%s を送る要求がありません", "no request takes %s", ld->part->file);
    enum status st = ld->part->read(s, scope_print(s, "%s/%s", folder, ld->part->file), &e);
    if (st != OK)
        return st;
    ld->n = (struct counts){0};
    TRY(fly(ld, row, &e));
    printf(ld->c->args.is_json ? "{\"file\":\"%s\",\"added\":%lld,\"changed\":%lld,\"unchanged\":%lld,\"rejected\":%lld}\n"
                               : "%-18s 追加 %lld  変更 %lld  同じ %lld  拒否 %lld\n",
           ld->part->file, (long long)ld->n.added, (long long)ld->n.changed, (long long)ld->n.unchanged, (long long)ld->n.rejected);
    fflush(stdout);
    return OK;
}

static enum status load_all(struct loader *ld, const char *folder, int64_t *ret_rejected)
{
    *ret_rejected = 0;
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        ld->part = &PARTS[i];
        TRY(load_part(ld, folder));
        *ret_rejected += ld->n.rejected;
    }
    return OK;
}

/* A scope per place in the flight, and the line they share. */
static enum status open_all(struct ctl *c, struct loader *ld)
{
    for (size_t i = 0; i < FLIGHT_MOST; i++) {
        ld->slot[i].s = scope_new(WISH_CAP, c->s->entropy);
        if (!ld->slot[i].s)
            return fail(c->s, UNAVAILABLE, "メモリが足りません", "out of memory");
    }
    return request_open(c, &ld->line, ASK_OPERATOR);
}

int run_load(struct ctl *c)
{
    struct loader ld = {.c = c};
    struct stat at;
    int64_t rejected = 0;

    if (c->args.word_n != 3 || c->args.pair_n) {
        (void)fail(c->s, INVALID, "台帳のフォルダを一つ指定してください", "name the folder of the catalogue");
        return ctl_misuse(c);
    }
    const char *folder = c->args.word[2];
    enum status st = stat(folder, &at) == 0 && S_ISDIR(at.st_mode)
                         ? OK
                         : fail(c->s, NOT_FOUND, "フォルダがありません: %s", "no such folder: %s", folder);
    if (st == OK)
        st = open_all(c, &ld);
    if (st == OK) {
        st = load_all(&ld, folder, &rejected);
        line_close(&ld.line);
    }
    for (size_t i = 0; i < FLIGHT_MOST; i++)
        scope_free(ld.slot[i].s);
    if (st != OK)
        return ctl_say(c, st);
    return rejected ? EXIT_REJECTED : EXIT_GOOD;
}
