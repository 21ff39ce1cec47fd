/* A case is erased when two different people asked for the very same, one of them an administrator, and the case is closed. The two are
 * judged here and nowhere else, because here are the keys: audit knows whether a case is closed and says so (erasure_ready), which can only
 * hold an erasure up; were it audit that counts the people, whoever had taken that one service over could destroy every key. What the second
 * person's word destroys is gone with that transaction, and audit is told by it to erase what it holds. */
#include "base/base64.h"
#include "log_key.h"
#include "q_keys.h"
#include "q_keys_erasure.h"
#include "rules.h"
#include "seal/seal.h"
#include "wire/message.h"
#include "wire/words.h"
#include "wraps.h"

enum { BLANKS_MAX = 40 };

/* ---- two people ---- */

/* What the case is now. */
struct standing {
    struct q_case_state_row now;
    struct q_erasure_open_rows open;
    struct q_erasures_agreed_rows agreed;
};

static enum status load(struct turn *t, struct uuid case_id, struct standing *ret_is)
{
    int64_t since = t->s->now_us - WISH_DAYS * 86400 * (int64_t)US_PER_S;

    TRY(turn_self(t)); /* what others asked for is not for the asker to see, but decides here */
    TRY(keys_lock(t, &case_id, 1));
    TRY(q_case_state(t->tx, &(struct q_case_state){.id = case_id}, &ret_is->now));
    TRY(q_erasure_open(t->tx, &(struct q_erasure_open){.id = case_id, .since = since}, &ret_is->open));
    TRY(q_erasures_agreed(t->tx, &(struct q_erasures_agreed){.id = case_id}, &ret_is->agreed));
    return tx_flush(t->tx);
}

static enum status check_standing(struct turn *t, const struct case_erase *in, const struct standing *is)
{
    if (!is->now.epoch && !is->now.has_old_key)
        return fail(t->s, NOT_FOUND, "該当するケースはありません", "no such case");
    for (size_t i = 0; i < is->agreed.n; i++) {
        if (is->agreed.v[i].is_under_way)
            return fail(t->s, CONFLICT, "このケースの記載は消去中です", "the payloads of the case are being erased just now");
        if (is->agreed.v[i].kind == ERASURE_FULL || in->kind == ERASURE_PAYLOAD)
            return fail(t->s, CONFLICT, "このケースはすでに消去されています", "the case is erased already");
    }
    return OK;
}

static enum status ask_first(struct turn *t, const struct case_erase *in)
{
    struct uuid id = scope_uuid(t->s);
    struct span user = span_str(t->s->actor.user);

    TRY(q_erasure_ask(t->tx, &(struct q_erasure_ask){.id = id, .case_id = in->case_id, .kind = in->kind, .ground = in->ground,
                                                     .basis = in->basis, .by = user, .role = t->s->actor.role, .at = t->s->now_us}));
    TRY(EMIT(t, "audit", in->case_id, erasure_wanted, .id = id, .case_id = in->case_id, .kind = in->kind, .ground = in->ground,
             .basis = in->basis, .has_agency = t->s->actor.agency.code[0] != 0, .agency = t->s->actor.agency, .actor = user,
             .at = t->s->now_us));
    return ANSWER(t, done, .has_id = true, .id = in->case_id, .has_state = true, .state = SPAN_LIT("waiting"));
}

static enum status destroy(struct turn *t, const struct case_erase *in, struct uuid id)
{
    struct span user = span_str(t->s->actor.user);

    TRY(q_erasure_second(t->tx, &(struct q_erasure_second){.id = id, .by = user, .role = t->s->actor.role, .at = t->s->now_us}));
    TRY(q_destroy_wraps(t->tx, &(struct q_destroy_wraps){.id = in->case_id}));
    TRY(q_destroy_index(t->tx, &(struct q_destroy_index){.id = in->case_id}));
    TRY(q_legacy_destroy(t->tx, &(struct q_legacy_destroy){.id = in->case_id, .at = t->s->now_us}));
    if (in->kind == ERASURE_FULL)
        TRY(q_log_key_destroy(t->tx, &(struct q_log_key_destroy){.id = in->case_id, .at = t->s->now_us}));
    else
        TRY(log_key_replace(t, in->case_id));
    TRY(EMIT(t, "audit", in->case_id, erasure_agreed, .id = id, .case_id = in->case_id, .has_agency = t->s->actor.agency.code[0] != 0,
             .agency = t->s->actor.agency, .actor = user, .at = t->s->now_us));
    return ANSWER(t, done, .has_id = true, .id = in->case_id, .has_state = true, .state = SPAN_LIT("destroyed"));
}

static enum status check_second(struct turn *t, const struct case_erase *in, const struct q_erasure_open_row *was)
{
    if (was->kind != in->kind || was->ground != in->ground)
        return fail(t->s, CONFLICT, "先に申し出られた消去とは範囲か根拠が違います（%s・%s）",
                    "another kind or ground was asked for before: %s, %s", words_at(words_erasure_kind(), was->kind),
                    words_at(words_erasure_ground(), was->ground));
    if (was->asked_role != ROLE_ADMINISTRATOR && t->s->actor.role != ROLE_ADMINISTRATOR)
        return fail(t->s, DENIED, "2人のうち1人はシステム管理者でなければなりません", "one of the two must be an administrator");
    if (!was->is_closed)
        return fail(t->s, CONFLICT, "終結したケースだけを消去できます", "only a closed case can be erased");
    return OK;
}

/* The first waits for the second, who asks for the same; who asked first may ask anew for something else. */
HANDLER(case_erase, t, in)
{
    struct span user = span_str(t->s->actor.user);
    struct standing is;

    if (!user.n || !in->basis.n)
        return fail(t->s, INVALID, "根拠と実施者が必要です", "a basis is needed, and a person who acts");
    TRY(load(t, in->case_id, &is));
    TRY(check_standing(t, in, &is));
    if (!is.open.n)
        return ask_first(t, in);
    const struct q_erasure_open_row *was = &is.open.v[0];
    if (!span_eq(was->asked_by, user)) {
        TRY(check_second(t, in, was));
        return destroy(t, in, was->id);
    }
    if (was->kind != in->kind || was->ground != in->ground)
        return ask_first(t, in);
    return ANSWER(t, done, .has_id = true, .id = in->case_id, .has_state = true, .state = SPAN_LIT("waiting"));
}

HANDLER(erasure_ready, t, in)
{
    return q_erasure_closed(t->tx, &(struct q_erasure_closed){.id = in->id, .case_id = in->case_id});
}

/* ---- payloads go, events stay ---- */

/* One entry: opened, and what stays of it. */
struct blank {
    struct record_id_fields says;
    struct span sealed, plain; /* plain: empty until a key opened it */
};

static enum status take_entry(struct turn *t, struct uuid case_id, const struct blank_entry *e, struct blank *to)
{
    struct record_parts parts;

    TRY(base64_parse(t->s, e->sealed, &to->sealed));
    TRY(record_parse(t->s, to->sealed, &parts));
    to->says = (struct record_id_fields){.type = RECORD_EVENT, .case_id = case_id, .record_id = parts.id.record_id, .epoch = EVENT_EPOCH,
                                         .version = EVENT_VERSION};
    return OK;
}

/* What this key opens; what it does not is the other key's. */
static enum status open_some(struct turn *t, struct blank *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (b[i].plain.n)
            continue;
        enum status st = unseal_record(t->s, keys_of(t)->scratch, &b[i].says, b[i].sealed, &b[i].plain);
        if (st != OK && st != CORRUPT)
            return st;
        if (st == OK && b[i].plain.n < BLANK_LEN)
            return fail(t->s, CORRUPT, "封緘された出来事が短すぎます", "a sealed event is cut short");
    }
    t->s->why = (struct why){0};
    return OK;
}

static enum status seal_all(struct turn *t, const struct blank *b, size_t n, struct blank_entry *to)
{
    struct span sealed;

    for (size_t i = 0; i < n; i++) {
        if (!b[i].plain.n)
            return fail(t->s, CORRUPT, "封緘された出来事をどの記録鍵でも開けません", "no log key of the case opens a sealed event");
        TRY(seal_record(t->s, keys_of(t)->scratch, &b[i].says, span_of(b[i].plain.p, BLANK_LEN), &sealed));
        TRY(base64_print(t->s, sealed, &to[i].sealed));
    }
    return OK;
}

static enum status blank_all(struct turn *t, const struct events_blank *in, const struct q_log_key_pair_row *keys, struct blank_entry *to)
{
    struct blank *b = scope_alloc(t->s, (in->entries.n + 1) * sizeof *b);

    if (!b)
        return keys_no_room(t);
    for (size_t i = 0; i < in->entries.n; i++) {
        b[i] = (struct blank){.plain = {0}};
        to[i] = (struct blank_entry){.seq = in->entries.v[i].seq};
        TRY(take_entry(t, in->case_id, &in->entries.v[i], &b[i]));
    }
    if (keys->has_former) {
        TRY(log_key_open(t, in->case_id, keys->former));
        TRY(open_some(t, b, in->entries.n));
    }
    TRY(log_key_open(t, in->case_id, keys->sealed));
    TRY(open_some(t, b, in->entries.n));
    return seal_all(t, b, in->entries.n, to);
}

HANDLER(events_blank, t, in)
{
    struct blank_entry list[BLANKS_MAX];
    struct q_log_key_pair_rows keys;

    TRY(q_log_key_pair(t->tx, &(struct q_log_key_pair){.id = in->case_id, .erasure = in->id}, &keys));
    TRY(tx_flush(t->tx));
    if (!keys.n || in->entries.n > BLANKS_MAX)
        return fail(t->s, DENIED, "この消去は承認されていません", "two people have not agreed to this");
    if (!keys.v[0].has_sealed) /* erased in full since: there is nothing to open and nothing to keep */
        return OK;
    enum status st = blank_all(t, in, &keys.v[0], list);
    secret_wipe(keys_of(t)->scratch);
    TRY(st);
    return EMIT(t, "audit", in->case_id, events_blanked, .id = in->id, .case_id = in->case_id, .entries = {list, in->entries.n});
}

HANDLER(blanking_done, t, in)
{
    return q_log_key_forget(t->tx, &(struct q_log_key_forget){.id = in->case_id, .erasure = in->id});
}
