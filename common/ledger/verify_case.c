/* A case is good only when each of its events is good by itself (commitment, signature, place in a signed head), stands where it says it
 * stands, and all of them together tell a story that can have happened; what is not there must be explained by what is. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "ledger/bundle.h"
#include "ledger/request.h"
#include "wire/codec.h"

/* An event or payload that is not there. */
struct absence {
    uint32_t seq;
    size_t log;
    uint64_t index;
    bool is_explained;
};

struct file {
    struct scope *s, *line; /* of the whole run; of one line */
    const struct agency_signers *keys;
    struct case_bundle first;
    struct checkpoint *head; /* of each log */
    struct replay *replay;
    struct absence *gap;
    size_t gap_n;
    struct uuid *asked; /* ids of the requests met */
    struct tree_hash last; /* leaf of the event before */
    size_t last_log;
    uint64_t next_index; /* the least leaf the next event can be, in the same log */
    struct verified_case out;
};

/* One event, as far as it is understood. */
struct told {
    const struct case_bundle_event *in;
    size_t log;
    bool is_hole, is_blank;
    uint8_t bytes[EVENT_LEN], leaf[LEAF_LEN];
    struct event e;
    struct tree_hash hash;
    struct event_payload payload;
};

/* Says of which event the reason is. */
static enum status at_event(struct file *f, const struct told *t, enum status st)
{
    const char *type = t->is_hole || !t->e.type ? "－" : event_type_word(t->e.type);
    struct why why = f->s->why;

    (void)fail(f->s, st, "出来事 %" PRId64 "（リーフ %" PRId64 "、%s）: ", "event %" PRId64 " (leaf %" PRId64 ", %s): ", t->in->seq,
               t->in->index, type);
    size_t ja = strlen(f->s->why.ja), en = strlen(f->s->why.en);
    (void)snprintf(f->s->why.ja + ja, sizeof f->s->why.ja - ja, "%.240s", why.ja);
    (void)snprintf(f->s->why.en + en, sizeof f->s->why.en - en, "%.240s", why.en);
    return st;
}

static enum status bad_field(struct file *f, const char *name)
{
    return fail(f->s, INVALID, "項目 %s が正しくありません", "field %s is not valid", name);
}

static bool hex_is(struct span text, uint8_t *to, size_t n)
{
    return text.n == 2 * n && hex_to(text, to, n);
}

/* ---- one event by itself ---- */

/* The keeper of the history puts {"sha256":"…"} where a text was too long to carry; to a reader it is a text like any other. In a JSON string
 * these bytes cannot stand, for its quotation marks would be escaped. */
static struct span unfold_digests(struct scope *s, struct span json)
{
    static const char BEFORE[] = "{\"sha256\":\"";
    enum { HEAD = sizeof BEFORE - 1, KEPT = 1, DIGITS = 64 };
    uint8_t *p = scope_alloc(s, json.n + 1);
    size_t n = 0;

    if (!p)
        return json;
    for (size_t i = 0; i < json.n;) {
        bool is_digest = json.n - i > HEAD + DIGITS + 1 && memcmp(json.p + i, BEFORE, HEAD) == 0 && json.p[i + HEAD + DIGITS] == '"' &&
                         json.p[i + HEAD + DIGITS + 1] == '}';
        if (is_digest) {
            memcpy(p + n, json.p + i + HEAD - KEPT, DIGITS + 2);
            n += DIGITS + 2;
            i += HEAD + DIGITS + 2;
        } else {
            p[n++] = json.p[i++];
        }
    }
    return span_of(p, n);
}

static uint32_t number_of(struct span code)
{
    struct agency_id id;

    return agency_parse(code, &id) == OK ? agency_number(id) : 0;
}

static enum status read_payload(struct file *f, struct told *t)
{
    const struct case_bundle_event *in = t->in;
    uint8_t salt[SALT_LEN], hash[LEDGER_HASH_LEN];

    t->is_blank = !in->has_payload && !in->has_r_payload;
    if (t->is_blank)
        return OK;
    if (!in->has_payload || !in->has_r_payload || !hex_is(in->r_payload, salt, sizeof salt))
        return bad_field(f, "r_payload");
    payload_commit(salt, in->payload, hash);
    if (memcmp(hash, t->e.payload, sizeof hash) != 0)
        return fail(f->s, CORRUPT, "内容（payload）が出来事の約束した値と一致しません", "the payload is not the one the event commits to");
    if (codec_decode(f->line, shape_event_payload(), unfold_digests(f->line, in->payload), SCHEMA_MINOR + 1, &t->payload) != OK)
        return fail(f->s, CORRUPT, "内容（payload）を読めません", "the payload cannot be read");
    if (number_of(t->payload.agency) != t->e.agency || number_of(t->payload.counterpart) != t->e.counterpart)
        return fail(f->s, CORRUPT, "内容（payload）の機関が出来事の機関と一致しません", "the payload names other agencies than the event");
    return OK;
}

/* An event that names its agency's own request comes with it, unless the payload was erased and the request with it. */
static enum status read_request(struct file *f, const struct told *t)
{
    struct span bytes = {0};
    struct uuid id;

    if (!t->in->has_request) {
        if (!(t->e.flags & EVENT_HOST_REQUEST) || t->is_blank)
            return OK;
        return fail(f->s, NOT_FOUND, "機関システムの要求（request）が束にありません", "the request of the agency's own system is not in the bundle");
    }
    if (hex_parse(f->line, t->in->request, &bytes) != OK)
        return bad_field(f, "request");
    enum status st = request_check(f->line, f->keys, &t->e, t->is_blank ? NULL : &t->payload, bytes, &id);
    if (st != OK) {
        f->s->why = f->line->why;
        return st;
    }
    for (size_t i = 0; i < f->out.requests; i++)
        if (uuid_eq(f->asked[i], id))
            return fail(f->s, CORRUPT, "同じ要求（request）が前の出来事にもあります", "the same request stands with an event before it");
    f->asked[f->out.requests++] = id;
    return OK;
}

static enum status read_event(struct file *f, struct told *t)
{
    const struct case_bundle_event *in = t->in;
    uint8_t salt[SALT_LEN];

    if (in->has_leaf || !in->has_r_event)
        return bad_field(f, in->has_leaf ? "leaf" : "r_event");
    if (!hex_is(in->event, t->bytes, sizeof t->bytes))
        return bad_field(f, "event");
    if (!hex_is(in->r_event, salt, sizeof salt))
        return bad_field(f, "r_event");
    TRY(event_read(f->s, span_of(t->bytes, sizeof t->bytes), &t->e));
    leaf_make(salt, t->bytes, t->leaf);
    if (!uuid_eq(t->e.case_id, f->first.case_id))
        return fail(f->s, CORRUPT, "別のケースの出来事です", "an event of another case");
    if (t->e.seq != in->seq)
        return fail(f->s, CORRUPT, "ケースの %" PRIu32 " 番目の出来事です", "it is event %" PRIu32 " of its case", t->e.seq);
    TRY(signers_check(f->s, f->keys, &t->e, span_of(t->bytes, sizeof t->bytes)));
    TRY(read_payload(f, t));
    return read_request(f, t);
}

static enum status read_hole(struct file *f, struct told *t)
{
    const struct case_bundle_event *in = t->in;

    t->is_hole = true;
    if (in->has_r_event || in->has_payload || in->has_r_payload || in->has_request)
        return bad_field(f, "event");
    return in->has_leaf && hex_is(in->leaf, t->leaf, sizeof t->leaf) ? OK : bad_field(f, "leaf");
}

static enum status check_included(struct file *f, const struct told *t)
{
    const struct checkpoint *head = &f->head[t->log];
    struct tree_proof proof = {.n = t->in->proof.n};

    for (size_t i = 0; i < proof.n; i++)
        if (!hex_is(t->in->proof.v[i], proof.hash[i].b, sizeof proof.hash[i].b))
            return bad_field(f, "proof");
    if ((uint64_t)t->in->index >= head->size)
        return fail(f->s, CORRUPT, "チェックポイント（大きさ %" PRIu64 "）にないリーフです", "no leaf of the checkpoint of %" PRIu64 " leaves",
                    head->size);
    if (inclusion_check(f->s, &t->hash, (uint64_t)t->in->index, head->size, &proof, &head->root) != OK)
        return fail(f->s, CORRUPT, "署名されたログのこのリーフではありません（包含証明が一致しない）",
                    "not this leaf of the signed log (its inclusion proof fails)");
    return OK;
}

/* ---- events together ---- */

static enum status check_place(struct file *f, const struct told *t)
{
    static const struct tree_hash NONE;
    const struct case_bundle_event *in = t->in;

    if (in->seq != (int64_t)f->out.events)
        return fail(f->s, CORRUPT, "ここには出来事 %zu が来るはずです（抜けか並べ替え）",
                    "event %zu should stand here (left out or out of order)", f->out.events);
    if (t->log < f->last_log || (t->log == f->last_log && (uint64_t)in->index < f->next_index))
        return fail(f->s, CORRUPT, "前の出来事より前のリーフです", "its leaf stands before that of the event before it");
    if (!t->is_hole && memcmp(t->e.prev, f->out.events ? f->last.b : NONE.b, LEDGER_HASH_LEN) != 0)
        return fail(f->s, CORRUPT, "前の出来事とのつながり（prev）が一致しません", "does not follow the event before it (prev)");
    return OK;
}

static enum status replay(struct file *f, const struct told *t)
{
    struct replay_step step = {.is_hole = t->is_hole, .is_blank = t->is_blank, .type = t->e.type, .agency = t->e.agency,
                               .counterpart = t->e.counterpart, .has_about = t->payload.has_about, .about = t->payload.about,
                               .happened = t->payload.happened, .detail = t->payload.detail, .reason = t->payload.reason};

    memcpy(step.leaf, t->hash.b, sizeof step.leaf);
    memcpy(step.answers, t->e.answers, sizeof step.answers);
    return replay_step(f->s, f->replay, &step);
}

static bool digits(struct span *rest, uint64_t *ret_v)
{
    size_t n = 0;

    *ret_v = 0;
    for (; n < rest->n && n < 18 && rest->p[n] >= '0' && rest->p[n] <= '9'; n++)
        *ret_v = *ret_v * 10 + (uint64_t)(rest->p[n] - '0');
    *rest = span_of(rest->p + n, rest->n - n);
    return n > 0;
}

static bool skip(struct span *rest, char c)
{
    if (!rest->n || rest->p[0] != (uint8_t)c)
        return false;
    *rest = span_of(rest->p + 1, rest->n - 1);
    return true;
}

/* The log whose origin ends in "/name"; as many as there are when none does. */
static size_t shard_of(const struct file *f, struct span name)
{
    size_t i = 0;

    for (; i < f->first.logs.n; i++) {
        struct span o = f->first.logs.v[i].origin;
        if (o.n > name.n && o.p[o.n - name.n - 1] == '/' && span_eq(span_of(o.p + o.n - name.n, name.n), name))
            break;
    }
    return i;
}

/* "12", "12-15" or "2026/12-15", parted by commas: what stands so far and is named is explained. */
static enum status explain(struct file *f, const struct told *t)
{
    struct span rest = t->payload.detail;
    uint64_t from, to;

    do {
        const uint8_t *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL, *comma = rest.n ? memchr(rest.p, ',', rest.n) : NULL;
        size_t log = t->log;
        if (slash && (!comma || slash < comma)) {
            log = shard_of(f, span_of(rest.p, (size_t)(slash - rest.p)));
            rest = span_of(slash + 1, rest.n - (size_t)(slash - rest.p) - 1);
        }
        bool is_good = digits(&rest, &from);
        to = from;
        if (is_good && skip(&rest, '-'))
            is_good = digits(&rest, &to);
        if (!is_good || to < from)
            return fail(f->s, CORRUPT, "消去（ERASE）がどのリーフのことか読めません", "the ERASE does not say which leaves it means");
        for (size_t i = 0; i < f->gap_n; i++)
            f->gap[i].is_explained |= f->gap[i].log == log && f->gap[i].index >= from && f->gap[i].index <= to;
    } while (skip(&rest, ','));
    return rest.n ? fail(f->s, CORRUPT, "消去（ERASE）がどのリーフのことか読めません", "the ERASE does not say which leaves it means") : OK;
}

static void keep_gap(struct file *f, const struct told *t)
{
    f->gap[f->gap_n++] = (struct absence){.seq = (uint32_t)t->in->seq, .log = t->log, .index = (uint64_t)t->in->index};
    f->out.holes += t->is_hole;
    f->out.blanks += t->is_blank;
}

static enum status judge(struct file *f, struct told *t)
{
    t->log = t->in->has_log ? (size_t)t->in->log : 0;
    if (t->log >= f->first.logs.n)
        return bad_field(f, "log");
    TRY(t->in->has_event ? read_event(f, t) : read_hole(f, t));
    tree_leaf(span_of(t->leaf, sizeof t->leaf), &t->hash);
    TRY(check_place(f, t));
    TRY(check_included(f, t));
    TRY(replay(f, t));
    if (t->is_hole || t->is_blank)
        keep_gap(f, t);
    else if (t->e.type == EVENT_ERASE)
        TRY(explain(f, t));
    f->last = t->hash;
    f->last_log = t->log;
    f->next_index = (uint64_t)t->in->index + 1;
    f->out.events++;
    return OK;
}

static enum status judge_all(struct file *f, struct bundle *b)
{
    bool more = true;

    while (more) {
        struct case_bundle_event in = {0};
        struct told t = {.in = &in};
        scope_reset(f->line);
        enum status st = bundle_next(f->line, b, &in, &more);
        if (st != OK) {
            f->s->why = f->line->why;
            return st;
        }
        if (more && (st = judge(f, &t)) != OK)
            return at_event(f, &t, st);
    }
    for (size_t i = 0; i < f->gap_n; i++)
        if (!f->gap[i].is_explained)
            return fail(f->s, CORRUPT, "出来事 %" PRIu32 "（リーフ %" PRIu64 "）が消されていますが、それを示す消去（ERASE）がありません",
                        "event %" PRIu32 " (leaf %" PRIu64 ") is erased and no ERASE says so", f->gap[i].seq, f->gap[i].index);
    return f->out.events ? OK : fail(f->s, INVALID, "束に出来事がありません", "the bundle holds no event");
}

static enum status check_heads(struct file *f, const struct verify_trust *trust)
{
    f->head = scope_alloc(f->s, f->first.logs.n * sizeof *f->head + 1);
    if (!f->head)
        return fail(f->s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    for (size_t i = 0; i < f->first.logs.n; i++) {
        const struct bundle_log *log = &f->first.logs.v[i];
        TRY(verify_head(f->s, trust, log->note, &f->head[i]));
        if (!span_eq(f->head[i].origin, log->origin))
            return fail(f->s, CORRUPT, "束の %zu 番目のログのチェックポイントは別のログのものです",
                        "the checkpoint of log %zu of the bundle is of another log", i + 1);
        for (size_t k = 0; k < i; k++)
            if (span_eq(f->first.logs.v[k].origin, log->origin))
                return fail(f->s, INVALID, "束に同じログが二度あります", "the bundle has the same log twice");
    }
    return OK;
}

enum status verify_case(struct scope *s, const struct verify_trust *trust, const struct agency_signers *keys, struct span text,
                        struct verified_case *ret_case)
{
    enum { LINE_CAP = 16 << 20 };
    AUTO(scope) line = scope_new(LINE_CAP, s->entropy);
    struct agency_signers own;
    struct file f = {.s = s, .line = line, .keys = keys};
    struct bundle b;

    if (!line)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(bundle_open(s, text, &b, &f.first));
    if (!keys) {
        TRY(signers_of(s, f.first.keys.v, f.first.keys.n, &own));
        f.keys = &own;
    }
    TRY(check_heads(&f, trust));
    TRY(replay_new(s, &f.replay));
    f.gap = scope_alloc(s, (b.count + 1) * sizeof *f.gap);
    f.asked = scope_alloc(s, (b.count + 1) * sizeof *f.asked);
    if (!f.gap || !f.asked)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(judge_all(&f, &b));
    f.out.case_id = f.first.case_id;
    replay_end(f.replay, &f.out.end);
    *ret_case = f.out;
    return OK;
}
