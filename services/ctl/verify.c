/* The answer of `verify` is its exit code and one sentence, and both speak of what was checked: good, bad and where, or what is missing to
 * tell. A mistake in what the checker gave it is never mistaken for a bad history. */
#include "verify.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "ledger/bundle.h"
#include "ledger/policy.h"
#include "seal/secret.h"

enum { TRUSTED_MOST = 64, SMALL_FILE = 1 << 16, KEYS_FILE = 1 << 20, CASE_CAP = 512 << 20 };

/* What was given to believe in. */
struct given {
    struct trusted_log log[TRUSTED_MOST];
    struct verify_trust trust;
    struct agency_signers keys;
    bool has_keys;
};

static int verdict(const struct ctl *c, enum status st)
{
    (void)ctl_say(c, st);
    return st == OK ? VERIFY_GOOD : st == CORRUPT || st == INVALID ? VERIFY_BAD : VERIFY_INCOMPLETE;
}

static enum status add_key(struct ctl *c, struct given *g, const struct note_key *key, const struct policy *policy)
{
    if (g->trust.n == TRUSTED_MOST)
        return fail(c->s, INVALID, "ログは %d 個までです", "at most %d logs", TRUSTED_MOST);
    g->log[g->trust.n++] = (struct trusted_log){key, policy};
    return OK;
}

/* A policy's logs, or the one of a key. */
static enum status add_log(struct ctl *c, struct given *g, struct span word)
{
    if (c->args.policy) {
        const char *path = scope_print(c->s, "%.*s", (int)word.n, (const char *)word.p);
        struct policy *policy = NULL;
        struct span text;
        TRY(file_read(c->s, path, SMALL_FILE, &text));
        TRY(policy_read(c->s, text, &policy));
        for (size_t i = 0; i < policy_logs(policy); i++)
            TRY(add_key(c, g, policy_log(policy, i), policy));
    } else {
        struct note_key *key = SCOPE_NEW(c->s, struct note_key);
        if (!key)
            return fail(c->s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
        TRY(vkey_read(c->s, word, key));
        TRY(add_key(c, g, key, NULL));
    }
    return OK;
}

static enum status read_given(struct ctl *c, struct given *g)
{
    const char *list = c->args.policy ? c->args.policy : c->args.key;
    struct span text;

    *g = (struct given){.trust = {.v = g->log}};
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        TRY(add_log(c, g, span_of(at, strcspn(at, ","))));
    if (!c->args.agency_keys)
        return OK;
    g->has_keys = true;
    TRY(file_read(c->s, c->args.agency_keys, KEYS_FILE, &text));
    return signers_read(c->s, text, &g->keys);
}

/* The command line and what it names, before anything is judged; false: `ret_code` is the answer. */
static bool prepare(struct ctl *c, size_t words, const char *usage, struct given *g, int *ret_code)
{
    bool is_good = c->args.word_n == words && !c->args.pair_n && !c->args.nested_n;

    /* nothing secret is held here, so a machine on which no memory can be locked checks as well as any */
    if (seal_init() != OK)
        c->s->why = (struct why){.ja = ""};
    if (is_good && !c->args.policy == !c->args.key) {
        (void)fail(c->s, INVALID, "--policy か --key のどちらか一つが要ります", "one of --policy and --key is needed");
        *ret_code = ctl_misuse(c);
        return false;
    }
    if (!is_good) {
        (void)fail(c->s, INVALID, "使い方: kashimaru %s", "usage: kashimaru %s", usage);
        *ret_code = ctl_misuse(c);
        return false;
    }
    enum status st = read_given(c, g);
    *ret_code = st == NOT_FOUND || st == UNAVAILABLE ? verdict(c, st) : st != OK ? ctl_misuse(c) : VERIFY_GOOD;
    return st == OK;
}

static enum status read_head(struct ctl *c, const struct given *g, const char *path, struct checkpoint *ret_head)
{
    struct span note;

    TRY(file_read(c->s, path, SMALL_FILE, &note));
    enum status st = verify_head(c->s, &g->trust, note, ret_head);
    if (st != OK) {
        struct why why = c->s->why;
        (void)fail(c->s, st, "%s: ", "%s: ", path);
        size_t ja = strlen(c->s->why.ja), en = strlen(c->s->why.en);
        (void)snprintf(c->s->why.ja + ja, sizeof c->s->why.ja - ja, "%.240s", why.ja);
        (void)snprintf(c->s->why.en + en, sizeof c->s->why.en - en, "%.240s", why.en);
    }
    return st;
}

static enum status proof(struct ctl *c, const struct given *g)
{
    struct verified_proof p;
    struct span file;
    char at[TIME_TEXT_MAX];

    TRY(file_read(c->s, c->args.word[2], SMALL_FILE, &file));
    TRY(verify_proof(c->s, &g->trust, g->has_keys ? &g->keys : NULL, file, &p));
    int64_t at_ms = p.event.at_ms < INT64_MAX / 1000 ? p.event.at_ms : 0;
    printf("正しい証明です: %s %s %s、リーフ %" PRIu64 "（%.*s、大きさ %" PRIu64 "）%s / good: leaf %" PRIu64 " of %" PRIu64 ", %s by %s%s\n",
           time_print(at_ms * 1000, at), agency_text(c->s, p.event.agency), event_type_word(p.event.type), p.index,
           (int)p.head.origin.n, (const char *)p.head.origin.p, p.head.size, g->has_keys ? "" : "。機関の署名は見ていません", p.index,
           p.head.size, event_type_word(p.event.type), agency_text(c->s, p.event.agency),
           g->has_keys ? "" : "; the agency's signature was not looked at");
    return OK;
}

static enum status log_whole(struct ctl *c, const struct given *g)
{
    const char *dir = c->args.word[2];
    struct log_folder folder;
    struct checkpoint head;
    size_t older = 0;

    TRY(read_head(c, g, scope_print(c->s, "%s/checkpoint", dir), &head));
    TRY(log_folder_open(c->s, dir, &folder));
    TRY(verify_log(c->s, &head, log_folder_file, &folder));
    if (c->args.is_full)
        TRY(log_folder_older(&folder, head.size, &older));
    printf("正しいログです: %.*s、リーフ %" PRIu64 " 件 / good: a log of %" PRIu64 " leaves", (int)head.origin.n,
           (const char *)head.origin.p, head.size, head.size);
    if (c->args.is_full)
        printf("（以前の部分タイル %zu 個 / and %zu earlier partial tiles）", older, older);
    puts("");
    return OK;
}

static enum status heads(struct ctl *c, const struct given *g)
{
    struct checkpoint old, now;
    struct log_folder folder;

    TRY(read_head(c, g, c->args.word[2], &old));
    TRY(read_head(c, g, c->args.word[3], &now));
    TRY(log_folder_open(c->s, c->args.word[4], &folder));
    TRY(verify_heads(c->s, &old, &now, log_folder_file, &folder));
    printf("一貫しています: 大きさ %" PRIu64 " は %" PRIu64 " の始めの部分です / good: the head of %" PRIu64
           " leaves is the beginning of the one of %" PRIu64 "\n", old.size, now.size, old.size, now.size);
    return OK;
}

static void put_case(struct ctl *c, const struct given *g, const struct verified_case *v)
{
    char id[UUID_TEXT_MAX];
    const char *lead = v->end.has_lead ? agency_text(c->s, v->end.lead) : "？";

    printf("正しい履歴です: ケース %s、出来事 %zu 件（消去 %zu、内容のみ消去 %zu）、引継ぎの受入 %zu 件、主担当 %s%s、機関自身の署名のある出来事 %zu 件%s / "
           "good: %zu events (%zu erased, %zu without payload), %zu handoffs accepted, lead %s%s, %zu events under an agency's own signature%s\n",
           uuid_print(v->case_id, id), v->events, v->holes, v->blanks, v->end.handoffs, lead, v->end.is_closed ? "、終結" : "", v->requests,
           g->has_keys ? "" : "。機関の鍵は束のものを使いました", v->events, v->holes, v->blanks, v->end.handoffs, lead,
           v->end.is_closed ? ", closed" : "", v->requests, g->has_keys ? "" : "; the agencies' keys are the bundle's own");
}

/* A long case needs more room than a run of the command has otherwise. */
static enum status case_whole(struct ctl *c, const struct given *g)
{
    AUTO(scope) room = scope_new(CASE_CAP, c->s->entropy);
    struct verified_case v;
    struct span file;

    if (!room)
        return fail(c->s, UNAVAILABLE, "メモリが足りません", "out of memory");
    enum status st = file_read(room, c->args.word[2], BUNDLE_MAX, &file);
    if (st == OK)
        st = verify_case(room, &g->trust, g->has_keys ? &g->keys : NULL, file, &v);
    if (st == OK)
        put_case(c, g, &v);
    c->s->why = room->why;
    return st;
}

static int run(struct ctl *c, size_t words, const char *usage, enum status (*judge)(struct ctl *, const struct given *))
{
    struct given g;
    int code;

    if (!prepare(c, words, usage, &g, &code))
        return code;
    enum status st = judge(c, &g);
    if (st == OK && fflush(stdout) != 0)
        st = fail(c->s, UNAVAILABLE, "標準出力に書けません", "cannot write to standard output");
    return verdict(c, st);
}

int run_verify_proof(struct ctl *c)
{
    return run(c, 3, "verify proof FILE --policy FILE|--key VKEY [--agency-keys FILE]", proof);
}

int run_verify_log(struct ctl *c)
{
    return run(c, 3, "verify log DIR --policy FILE|--key VKEY [--full]", log_whole);
}

int run_verify_heads(struct ctl *c)
{
    return run(c, 5, "verify heads OLD NEW DIR --policy FILE|--key VKEY", heads);
}

int run_verify_case(struct ctl *c)
{
    return run(c, 3, "verify case BUNDLE --policy FILE|--key VKEY [--agency-keys FILE]", case_whole);
}
