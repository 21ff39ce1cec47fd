/* What an auditor hands to outsiders: the history of a case, or one event of it, with the proof that it is in the public log. Events are
 * opened by keys for the auditor who asks, each asking a reading of its own; the file lies open only for its owner. */
#include "bundle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/hex.h"
#include "file.h"
#include "ledger/bundle.h"
#include "ledger/log_proof.h"
#include "request.h"

enum { OPEN_AT_ONCE = 40, AGENCIES_AT_ONCE = 64, EVENTS_MOST = 100000, ROOM_CAP = 1 << 30, WAIT_US = 5000000, AGAIN_MS = 200 };

/* One making: what is wanted, and what became known of it. */
struct making {
    struct ctl *c;
    struct line line;
    struct uuid case_id;
    int64_t until_us; /* monotonic: how long to wait for the log */
    struct evidence_entry *entry;
    struct leaf_there *at;
    struct event_opened *opened;
    size_t n;
    struct logs_there *logs;
};

static enum status no_room(struct making *m)
{
    return fail(m->c->s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
}

static enum status ask(struct making *m, const char *service, const struct shape *shape, const void *msg, const struct shape *answer,
                       const void **ret_msg)
{
    struct wish *w = SCOPE_NEW(m->c->s, struct wish);

    if (!w)
        return no_room(m);
    TRY(grant_renew(m->c, &m->line));
    *w = (struct wish){.s = m->c->s, .ask = {.id = scope_uuid(m->c->s), .service = service, .type = shape->name, .has_key = true,
                                             .key = m->case_id, .ticket = m->c->asker.ticket}};
    TRY(codec_encode(m->c->s, shape, msg, &w->ask.payload));
    TRY(line_ask(&m->line, w));
    return request_decode(m->c, w, answer, ret_msg);
}

static bool wait_more(const struct making *m)
{
    const struct timespec a_while = {.tv_nsec = AGAIN_MS * 1000000L};

    return clock_mono_us() < m->until_us && nanosleep(&a_while, NULL) == 0;
}

/* ---- the entries ---- */

static enum status page(struct making *m, int64_t from, const struct evidence_is **ret_page)
{
    const void *msg;

    TRY(ask(m, "audit", shape_evidence_list(), &(struct evidence_list){.case_id = m->case_id, .has_from = true, .from = from},
            shape_evidence_is(), &msg));
    *ret_page = msg;
    return OK;
}

/* All that had happened when it was first asked; making a bundle is a reading and happens after that. */
static enum status entries_whole(struct making *m)
{
    const struct evidence_is *p;

    TRY(page(m, 0, &p));
    int64_t want = p->events;
    while (p->logged < want) {
        if (!wait_more(m))
            return fail(m->c->s, UNAVAILABLE, "出来事 %" PRId64 " 件のうち %" PRId64 " 件だけが台帳にあります。少し待ってやり直してください",
                        "of %" PRId64 " events only %" PRId64 " are in the ledger; try again in a while", want, p->logged);
        TRY(page(m, 0, &p));
    }
    if (want > EVENTS_MOST)
        return fail(m->c->s, TOO_LARGE, "出来事が %d 件を超えています", "more than %d events", EVENTS_MOST);
    m->entry = scope_alloc(m->c->s, (size_t)want * sizeof *m->entry);
    if (!m->entry)
        return no_room(m);
    while (p->entries.n && m->n < (size_t)want) {
        for (size_t i = 0; i < p->entries.n && m->n < (size_t)want; i++)
            m->entry[m->n++] = p->entries.v[i];
        if (m->n < (size_t)want)
            TRY(page(m, (int64_t)m->n, &p));
    }
    for (size_t i = 0; i < m->n; i++)
        if (m->entry[i].seq != (int64_t)i)
            m->n = i;
    if (m->n == (size_t)want)
        return OK;
    return fail(m->c->s, CORRUPT, "台帳に出来事 %zu がありません", "the ledger lacks event %zu of the case", m->n);
}

static enum status entry_one(struct making *m, int64_t seq)
{
    const struct evidence_is *p;

    TRY(page(m, seq, &p));
    while (!p->entries.n && seq < p->events) {
        if (!wait_more(m))
            return fail(m->c->s, UNAVAILABLE, "出来事 %" PRId64 " はまだ台帳にありません。少し待ってやり直してください",
                        "event %" PRId64 " is not in the ledger yet; try again in a while", seq);
        TRY(page(m, seq, &p));
    }
    if (!p->entries.n || p->entries.v[0].seq != seq)
        return fail(m->c->s, NOT_FOUND, "このケースに出来事 %" PRId64 " はありません（0 から数えます）",
                    "the case has no event %" PRId64 " (they count from 0)", seq);
    m->entry = scope_alloc(m->c->s, sizeof *m->entry);
    if (!m->entry)
        return no_room(m);
    m->entry[0] = p->entries.v[0];
    m->n = 1;
    return OK;
}

/* ---- where they are, and what they say ---- */

/* The last entry first: it is the one that may have to be waited for. */
static enum status proofs_once(struct making *m)
{
    TRY(logs_find(m->c->s, m->c->cfg.log_dir, m->logs));
    for (size_t i = 0; i < m->n; i++)
        TRY(leaf_find(m->c->s, m->logs, &m->entry[m->n - 1 - i], &m->at[m->n - 1 - i]));
    return OK;
}

static enum status proofs(struct making *m)
{
    enum status st;

    m->at = scope_alloc(m->c->s, m->n * sizeof *m->at);
    m->logs = SCOPE_NEW(m->c->s, struct logs_there);
    if (!m->at || !m->logs)
        return no_room(m);
    do
        st = proofs_once(m);
    while (st == UNAVAILABLE && wait_more(m));
    TRY(st);
    for (size_t i = 0; i < m->n; i++)
        if (m->at[i].log->place < 0)
            m->at[i].log->place = (int64_t)m->logs->used++;
    return OK;
}

/* An erased event: nothing of it is there but its leaf. */
static bool is_hole(const struct making *m, size_t i)
{
    return m->entry[i].sealed.n == 0;
}

static enum status open_some(struct making *m, size_t from, size_t n)
{
    struct span sealed[OPEN_AT_ONCE];
    struct events_open in = {.case_id = m->case_id, .sealed = {sealed, 0}};
    const void *msg;

    for (size_t i = from; i < from + n; i++)
        if (!is_hole(m, i))
            sealed[in.sealed.n++] = m->entry[i].sealed;
    if (!in.sealed.n)
        return OK;
    TRY(ask(m, "keys", shape_events_open(), &in, shape_events_opened(), &msg));
    const struct events_opened *got = msg;
    if (got->sealed.events.n != in.sealed.n)
        return fail(m->c->s, CORRUPT, "開かれた出来事の数が違います", "keys opened another number of events");
    for (size_t i = from, k = 0; i < from + n; i++)
        if (!is_hole(m, i))
            m->opened[i] = got->sealed.events.v[k++];
    return OK;
}

static enum status open_all(struct making *m)
{
    m->opened = scope_alloc(m->c->s, m->n * sizeof *m->opened);
    if (!m->opened)
        return no_room(m);
    for (size_t i = 0; i < m->n; i += OPEN_AT_ONCE)
        TRY(open_some(m, i, m->n - i < OPEN_AT_ONCE ? m->n - i : OPEN_AT_ONCE));
    return OK;
}

static enum status keys_of_agencies(struct making *m, const struct signing_keys_are **ret_keys)
{
    struct agency_id list[AGENCIES_AT_ONCE], agency;
    struct signing_keys in = {.agencies = {list, 0}};
    struct event e;
    struct span bytes;
    const void *msg;
    size_t n = 0;

    for (size_t i = 0, k; i < m->n; i++) {
        if (is_hole(m, i))
            continue;
        TRY(hex_parse(m->c->s, m->opened[i].event, &bytes));
        TRY(event_read(m->c->s, bytes, &e));
        TRY(agency_of_number(m->c->s, e.agency, &agency));
        for (k = 0; k < n && strcmp(list[k].code, agency.code) != 0; k++)
            ;
        if (k < n)
            continue;
        if (n == AGENCIES_AT_ONCE)
            return fail(m->c->s, TOO_LARGE, "機関が %d を超えています", "more than %d agencies act in it", AGENCIES_AT_ONCE);
        list[n++] = agency;
    }
    in.agencies.n = n;
    TRY(ask(m, "keys", shape_signing_keys(), &in, shape_signing_keys_are(), &msg));
    *ret_keys = msg;
    return OK;
}

/* ---- the files ---- */

static enum status event_line(struct making *m, size_t i, struct case_bundle_event *to)
{
    const struct event_opened *o = &m->opened[i];
    const struct tree_proof *path = &m->at[i].proof;
    struct span *proof = scope_alloc(m->c->s, (path->n + 1) * sizeof *proof);

    if (!proof)
        return no_room(m);
    for (size_t k = 0; k < path->n; k++)
        TRY(hex_print(m->c->s, span_of(path->hash[k].b, TREE_HASH_LEN), &proof[k]));
    *to = (struct case_bundle_event){.seq = m->entry[i].seq, .has_log = m->at[i].log->place > 0, .log = m->at[i].log->place,
                                     .index = m->entry[i].index};
    if (is_hole(m, i)) {
        to->has_leaf = true;
        to->leaf = m->entry[i].leaf;
    } else {
        to->has_event = to->has_r_event = true;
        to->event = o->event;
        to->r_event = o->r_event;
        to->has_payload = to->has_r_payload = o->r_payload.n > 0; /* else it was erased */
        to->payload = o->payload;
        to->r_payload = o->r_payload;
        to->has_request = to->has_payload && m->entry[i].has_request; /* it says what the payload says */
        to->request = m->entry[i].request;
    }
    to->proof.v = proof;
    to->proof.n = path->n;
    return OK;
}

static enum status bundle_text(struct making *m, struct span *ret_text)
{
    struct case_bundle_event *events = scope_alloc(m->c->s, m->n * sizeof *events);
    struct case_bundle head = {.case_id = m->case_id};
    struct bundle_log logs[LOGS_MOST];
    const struct signing_keys_are *keys = NULL;

    if (!events)
        return no_room(m);
    TRY(keys_of_agencies(m, &keys));
    for (size_t i = 0; i < m->n; i++)
        TRY(event_line(m, i, &events[i]));
    for (size_t i = 0; i < m->logs->n; i++)
        if (m->logs->v[i].place >= 0)
            logs[m->logs->v[i].place] = (struct bundle_log){.origin = m->logs->v[i].head.origin, .note = m->logs->v[i].note};
    head.logs.v = logs;
    head.logs.n = m->logs->used;
    head.keys.v = keys->keys.v;
    head.keys.n = keys->keys.n;
    TRY(own_keys(m->c->s, m->c->ring, events, m->n, &head));
    return bundle_write(m->c->s, &head, events, m->n, ret_text);
}

static enum status proof_text(struct making *m, struct span *ret_text)
{
    uint8_t extra[EVENT_LEN + SALT_LEN];

    if (is_hole(m, 0))
        return fail(m->c->s, EXPIRED, "この出来事は消去されています", "the event is erased");
    if (!hex_to(m->opened[0].event, extra, EVENT_LEN) || !hex_to(m->opened[0].r_event, extra + EVENT_LEN, SALT_LEN))
        return fail(m->c->s, CORRUPT, "開かれた出来事の形が違います", "what keys opened is no event");
    return log_proof_write(m->c->s, &(struct log_proof){.extra = span_of(extra, sizeof extra), .index = (uint64_t)m->entry[0].index,
                                                        .path = m->at[0].proof, .checkpoint = m->at[0].log->note}, ret_text);
}

/* seq < 0: the whole case. */
static enum status make(struct making *m, int64_t seq)
{
    struct span text;

    TRY(seq < 0 ? entries_whole(m) : entry_one(m, seq));
    TRY(proofs(m));
    TRY(open_all(m));
    TRY(seq < 0 ? bundle_text(m, &text) : proof_text(m, &text));
    TRY(file_put(m->c->s, m->c->args.out, 0600, text));
    return say(m->c->s, scope_print(m->c->s, "出来事 %zu 件を %s に書きました（所有者だけが読めます）。 / "
                                             "%zu events are in %s, readable by its owner alone.\n", m->n, m->c->args.out, m->n, m->c->args.out));
}

/* A long case needs more room than a run of the command has otherwise. */
static enum status run(struct ctl *c, struct uuid case_id, int64_t seq)
{
    AUTO(scope) room = scope_new(ROOM_CAP, c->s->entropy);
    struct making m = {.c = c, .case_id = case_id, .until_us = clock_mono_us() + WAIT_US};
    struct scope *own = c->s;

    if (!room)
        return fail(own, UNAVAILABLE, "メモリが足りません", "out of memory");
    TRY(request_open(c, &m.line, ASK_SOMEBODY));
    room->now_us = own->now_us;
    room->actor = own->actor;
    c->s = room;
    enum status st = make(&m, seq);
    line_close(&m.line);
    own->why = room->why;
    c->s = own;
    return st;
}

static int run_words(struct ctl *c, size_t words, const char *usage)
{
    bool is_good = c->args.word_n == words && !c->args.pair_n && c->args.out;
    struct uuid case_id;
    int64_t seq = -1;

    if (is_good && words > 3) {
        const char *text = c->args.word[3];
        is_good = *text && strlen(text) < 10 && !text[strspn(text, "0123456789")];
        seq = is_good ? strtoll(text, NULL, 10) : -1;
    }
    if (!is_good || uuid_parse(span_str(c->args.word[2]), &case_id) != OK) {
        (void)fail(c->s, INVALID, "使い方: kashimaru %s", "usage: kashimaru %s", usage);
        return ctl_misuse(c);
    }
    return ctl_say(c, run(c, case_id, seq));
}

int run_audit_bundle(struct ctl *c)
{
    return run_words(c, 3, "audit bundle CASE --out FILE");
}

int run_audit_proof(struct ctl *c)
{
    return run_words(c, 4, "audit proof CASE SEQ --out FILE");
}
